//! The transparency record: what the Algorithmic Transparency Recording Standard (ATRS, version 3) asks of a tool that helps
//! public bodies to decide.
//!
//! In: the rules in force, the configuration's `[transparency]`, the kinds of source that are declared. Out: a [`Record`],
//! section by section, field by field. Always holds: what the rules decide is read from them; what only the organisation that
//! runs the service can say is taken from its configuration, and where it says nothing the record says that. No person is
//! named but in the configuration's own words.

use super::words::bands;
use crate::config::Transparency;
use crate::ingest::SourceKind;
use crate::scoring::Indicator;
use crate::scoring::engine::limit;
use crate::scoring::rules::RuleSet;
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Field {
    /// The standard's number, such as `2.1.1`.
    pub number: String,
    pub name: String,
    pub says: String,
}

/// One section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Section {
    pub title: String,
    pub fields: Vec<Field>,
}

/// The record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Record {
    pub standard: String,
    /// Title and version of the rules that it was made from.
    pub rules: String,
    /// SHA-256 (hex) of their files.
    pub rule_set: String,
    /// Tier 1 first.
    pub sections: Vec<Section>,
}

/// Who runs the service, by what rules, from what sources.
pub struct About<'a> {
    pub rules: &'a RuleSet,
    pub owner: &'a Transparency,
    pub sources: BTreeSet<SourceKind>,
    /// Where people find the service.
    pub address: &'a str,
}

fn section(title: &str, fields: Vec<(&str, &str, String)>) -> Section {
    let field = |(number, name, says): (&str, &str, String)| Field { number: number.into(), name: name.into(), says };
    Section { title: title.into(), fields: fields.into_iter().map(field).collect() }
}

/// The record of this service as it runs now.
#[must_use]
pub fn record(about: &About<'_>) -> Record {
    Record {
        standard: "Algorithmic Transparency Recording Standard, version 3".into(),
        rules: about.rules.title.clone(),
        rule_set: about.rules.hash.clone(),
        sections: vec![
            overview(about),
            owner(about.owner),
            rationale(),
            process(),
            specification(about),
            evidence(about),
            risks(),
        ],
    }
}

fn said(words: Option<&String>) -> String {
    words.cloned().unwrap_or_else(|| "Not stated by the organisation that runs this service.".into())
}

fn overview(about: &About<'_>) -> Section {
    let description = "Bellwether gathers what auditors, monitoring officers, regulators, courts and county associations have \
        decided about parish and town councils, and by published rules says which councils may be glad of help first. County \
        officers read its list, look at every reason, and decide themselves whom to ring and what to offer. It takes no \
        decision about a council."
        .to_owned();
    section(
        "Tier 1: overview",
        vec![
            ("1.1", "Name", "Bellwether".into()),
            ("1.2", "Description", description),
            ("1.3", "Website URL", about.owner.website.clone().unwrap_or_else(|| format!("{}/method", about.address))),
            ("1.4", "Contact email", said(about.owner.contact.as_ref())),
        ],
    )
}

fn owner(owner: &Transparency) -> Section {
    section(
        "Tier 2: owner and responsibility",
        vec![
            ("2.1.1", "Organisation or department", said(owner.organisation.as_ref())),
            ("2.1.2", "Team", said(owner.team.as_ref())),
            ("2.1.3", "Senior responsible owner", said(owner.senior_responsible_owner.as_ref())),
            ("2.1.4", "External supplier involvement", said(owner.suppliers.as_ref())),
        ],
    )
}

fn rationale() -> Section {
    section(
        "Tier 2: description and rationale",
        vec![
            (
                "2.2.1",
                "Detailed description",
                "Every item of evidence meets every rule of its kind. What a rule counts has a severity, points that fall \
                 each month to nothing, a source in law or guidance, and a sentence on what would clear it. The points add \
                 up, and bands say from how many a council is watched, offered support, or looked at first. It is \
                 arithmetic on published rules: nothing is learnt from past cases, and nothing is estimated."
                    .into(),
            ),
            (
                "2.2.2",
                "Scope",
                "England's parish, town, village, community and neighbourhood councils, by the five indicators of poor \
                 performance. Not councillors or clerks as persons; not ambition or lost opportunity, which can't be \
                 evidenced."
                    .into(),
            ),
            (
                "2.2.3",
                "Benefit",
                "Councils in difficulty are noticed while help is still easy, by the same measure everywhere, and with \
                 reasons that they can see and answer."
                    .into(),
            ),
            (
                "2.2.4",
                "Previous process",
                "Each county association went by what its officers happened to know; auditors' lists and complaint records \
                 were not brought together."
                    .into(),
            ),
            (
                "2.2.5",
                "Alternatives considered",
                "A statistical model would have learnt from few cases, and from who complains; nobody could have said what \
                 would clear its score. A list without points would not have said whom to ring first."
                    .into(),
            ),
        ],
    )
}

fn process() -> Section {
    section(
        "Tier 2: decision-making process",
        vec![
            (
                "2.3.1",
                "Process integration",
                "The list is read once a week by county officers. Every step towards a council is decided and reasoned by a \
                 named person; the tool only proposes."
                    .into(),
            ),
            (
                "2.3.2",
                "Provided information",
                "For each council: band, points by indicator, each item with its rule, source, severity, points and day of \
                 expiry; what was left out and why; what is not known; who says so; what changed; what would clear it."
                    .into(),
            ),
            (
                "2.3.3",
                "Frequency and scale of usage",
                "Scores are worked out whenever a source brings something, and each night; every council of the register is \
                 scored by the same rules."
                    .into(),
            ),
            (
                "2.3.4",
                "Human decisions and review",
                "People decide which council a doubtful record is about, whether a list that looks wrong is taken, and \
                 whether a rule set comes into force: two persons have to approve it, and neither may be the one who \
                 drafted it."
                    .into(),
            ),
            ("2.3.5", "Required training", "None is enforced by the program; every page explains its own words.".into()),
            (
                "2.3.6",
                "Appeals and review",
                "A council with an account sees what is held about it and why it counts. Evidence that is marked as disputed \
                 counts for nothing until somebody who is not on the case has reviewed it. When a figure that went out is \
                 corrected, who has to be told is recorded."
                    .into(),
            ),
        ],
    )
}

fn specification(about: &About<'_>) -> Section {
    let rules = about.rules;
    let by_indicator: Vec<String> = Indicator::ALL
        .into_iter()
        .map(|indicator| {
            let count = rules.rules.iter().filter(|rule| rule.indicator == indicator).count();
            format!("{count} on {}", indicator.title().to_lowercase())
        })
        .collect();
    let limits: Vec<String> = bands(rules).into_iter().map(|band| format!("{}: {}", band.title, band.when)).collect();
    let [minor, moderate, serious, critical] = rules.arithmetic.severity_points.map(limit);
    let kinds: BTreeSet<&str> = rules.rules.iter().map(|rule| rule.kind.title()).collect();
    section(
        "Tier 2: tool specification",
        vec![
            (
                "2.4.1.1",
                "System architecture",
                "One program and a database. Sources are read as they send; each record is matched to its council or left \
                 to a person; scores are worked out from evidence, rules and a day alone."
                    .into(),
            ),
            ("2.4.1.2", "Phase", "Pilot".into()),
            (
                "2.4.1.3",
                "Maintenance",
                "Rules are files that policy officers own. A change is drafted, compared, rehearsed on past evidence and \
                 approved before it counts; older sets are kept, and every score names its own."
                    .into(),
            ),
            ("2.4.2.1", "Model name and version", format!("{} (SHA-256 {})", rules.title, rules.hash)),
            ("2.4.2.2", "Model task", "To put councils in the order in which they may be glad of help.".into()),
            ("2.4.2.3", "Model input", format!("Evidence of these kinds: {}.", kinds.into_iter().collect::<Vec<_>>().join("; "))),
            ("2.4.2.4", "Model output", format!("Points and one of five bands. {}", limits.join(" "))),
            (
                "2.4.2.5",
                "Model architecture",
                format!(
                    "{} rules: {}. Severities count {minor}, {moderate}, {serious} and {critical} points. {} sorts of good \
                     news take points off.",
                    rules.rules.len(),
                    by_indicator.join(", "),
                    rules.mitigations.len()
                ),
            ),
            (
                "2.4.2.6",
                "Model performance",
                "`bellwether evaluate` measures how well warnings came true, from what was known at the time. Until a pilot \
                 has run its time there is no figure to publish."
                    .into(),
            ),
        ],
    )
}

fn evidence(about: &About<'_>) -> Section {
    let declared: Vec<&str> = about.sources.iter().map(|source| source.title()).collect();
    let declared = if declared.is_empty() { "none yet".to_owned() } else { declared.join("; ") };
    section(
        "Tier 2: evidence used",
        vec![
            ("2.4.3.1", "Source data name", format!("Sources declared: {declared}.")),
            ("2.4.3.2", "Data modality", "Tables.".into()),
            (
                "2.4.3.3",
                "Sensitive attributes",
                "No names of people in evidence, rules or scores. Texts that seem to name somebody are withheld and can be \
                 blacked out; contact addresses are kept apart and are never scored."
                    .into(),
            ),
            (
                "2.4.3.4",
                "Data completeness and representativeness",
                "Auditors do not see about half of the councils, which certify themselves exempt; complaints come from where \
                 people complain. What is not known is never taken for good: each score says which indicators are assessed."
                    .into(),
            ),
            (
                "2.4.3.5",
                "Data sharing and access",
                "A county sees its own councils, a council sees itself; everybody sees sums in which counts under five are \
                 suppressed. Every look is recorded."
                    .into(),
            ),
            (
                "2.4.3.6",
                "Data storage and retention",
                "What is due by its age is removed by published periods, and the removal is recorded.".into(),
            ),
        ],
    )
}

fn risks() -> Section {
    section(
        "Tier 2: risks, mitigations and impact assessments",
        vec![
            ("2.5.1", "Impact assessment", "To be made by the organisation that runs the service before the pilot begins.".into()),
            (
                "2.5.2",
                "Risks and mitigations",
                "A list that is read as a verdict: wording is supportive, nothing is a league table, and allegations score \
                 nothing. Councils that nobody looks at seem fine: they are shown as not assessed. Malicious reports: only \
                 what has been decided counts, one event counts once, opinion is capped. A wrong match: doubtful names go to \
                 a person, and undoing one moves the evidence and the score. A clerk who can be recognised: no names, little \
                 text, and need-to-know."
                    .into(),
            ),
        ],
    )
}
