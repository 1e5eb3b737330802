//! A rule that is right, and every way in which it is made wrong, with what the loader then says.

pub(super) const SAMPLE: &str = r#"[[rule]]
id = "b2.sample"
title = "A sample"
indicator = "b"
evidence = "complaint"
when = 'evidence.theme == "service"'
severity = 2
months = 24
in_force = { from = 2012-07-01 }
cite = "An Act"
says = "A complaint."
clears = "Time."
"#;

/// What is replaced in the sample, by what; and each problem: line, column, message, help.
pub(super) type Mistake = (&'static str, &'static str, &'static [(usize, usize, &'static str, &'static str)]);

/// Keys that there are not, or that are missing.
pub(super) const KEYS: &[Mistake] = &[
    ("severity", "severty", &[(7, 1, "[[rule]] has no key `severty`", "did you mean `severity`?")]),
    ("clears = \"Time.\"\n", "", &[(1, 1, "[[rule]] has no `clears`", "add a line `clears = ...`")]),
    ("id = \"b2.sample\"\n", "", &[(1, 1, "[[rule]] has no `id`", "add a line `id = ...`")]),
    (
        "clears",
        "extra = 3\nclears",
        &[(
            12,
            1,
            "[[rule]] has no key `extra`",
            "it may have `id`, `title`, `indicator`, `evidence`, `when`, `severity`, `months`, `in_force`, `cite`, `says`, `clears`, `opinion`, `step_up`, `holds`, `count`, `running`, `cleared_leaves` or `test`",
        )],
    ),
    (
        "[[rule]]",
        "[rule]",
        &[(
            1,
            1,
            "`rule` must be a list of tables, but this is a table",
            "write its name in double square brackets on a line of its own",
        )],
    ),
    ("[[rule]]", "[[ruel]]", &[(1, 3, "a rule file has no key `ruel`", "did you mean `rule`?")]),
    (
        "months = 24",
        "months = 24\nstep_up = { when = 'evidence.injury', say = \"x\" }",
        &[(9, 39, "`step_up` has no key `say`", "did you mean `says`?")],
    ),
    (
        "2012-07-01 }",
        "2012-07-01, to = 2013-01-01 }",
        &[(9, 33, "`in_force` has no key `to`", "it may have `from` or `until`")],
    ),
];

/// Values of the wrong type, out of range, or unknown.
pub(super) const VALUES: &[Mistake] = &[
    (
        r#""complaint""#,
        r#""complain""#,
        &[(5, 12, r#""complain" is not a kind of evidence"#, r#"did you mean "complaint"?"#)],
    ),
    (
        r#"indicator = "b""#,
        r#"indicator = "f""#,
        &[(4, 13, r#""f" is not an indicator"#, r#"it may be "a", "b", "c", "d" or "e""#)],
    ),
    (
        "severity = 2",
        r#"severity = "2""#,
        &[(
            7,
            12,
            "`severity` must be a whole number, but this is a text",
            "write digits only, without quotes, such as 24",
        )],
    ),
    ("severity = 2", "severity = 5", &[(7, 12, "`severity` must be from 1 to 4", "choose a number between them")]),
    (
        "severity = 2",
        "severity = 2\ncleared_leaves = 101",
        &[(8, 18, "`cleared_leaves` must be from 0 to 100", "choose a number between them")],
    ),
    (
        "severity = 2",
        "severity = 2\ncleared_leaves = \"half\"",
        &[(
            8,
            18,
            "`cleared_leaves` must be a whole number, but this is a text",
            "write digits only, without quotes, such as 24",
        )],
    ),
    (
        "severity = 2",
        "severity = 2\ncleared_leafs = 0",
        &[(8, 1, "[[rule]] has no key `cleared_leafs`", "did you mean `cleared_leaves`?")],
    ),
    ("months = 24", "months = 0", &[(8, 10, "`months` must be from 1 to 120", "choose a number between them")]),
    ("months = 24", "months = 121", &[(8, 10, "`months` must be from 1 to 120", "choose a number between them")]),
    (
        "months = 24",
        "months = 2.5",
        &[(
            8,
            10,
            "`months` must be a whole number, but this is a number with decimals",
            "write digits only, without quotes, such as 24",
        )],
    ),
    (
        "months = 24",
        "months = 99999999999999999999",
        &[(8, 10, "`months` must be from 1 to 120", "choose a number between them")],
    ),
    (
        "2012-07-01",
        r#""2012-07-01""#,
        &[(
            9,
            21,
            "`from` must be a date, but this is a text",
            "write year-month-day without quotes, such as 2025-04-01",
        )],
    ),
    (
        "2012-07-01",
        "2012-07-01T10:00:00",
        &[(
            9,
            21,
            "`from` must be a date, but this is a date or time",
            "write year-month-day without quotes, such as 2025-04-01",
        )],
    ),
    (
        "2012-07-01 }",
        "2012-07-01, until = 2011-01-01 }",
        &[(
            9,
            41,
            "this rule ends on 2011-01-01 before it begins on 2012-07-01",
            "swap the dates, or leave `until` out",
        )],
    ),
    (
        "b2.sample",
        "a2.sample",
        &[(
            2,
            6,
            r#"this rule is of indicator b, but its id begins with "a2""#,
            "begin the id with b, or change the indicator",
        )],
    ),
    (
        "b2.sample",
        "B2 sample",
        &[(
            2,
            6,
            r#""B2 sample" is no rule id"#,
            r#"an id is the catalogue's number, a dot and a few words, such as "a8.no-return""#,
        )],
    ),
    (
        "b2.sample",
        "b.sample",
        &[(
            2,
            6,
            r#""b.sample" is no rule id"#,
            r#"an id is the catalogue's number, a dot and a few words, such as "a8.no-return""#,
        )],
    ),
    (
        r#""An Act""#,
        r#"["An Act"]"#,
        &[(10, 8, "`cite` must be a text, but this is a list", r#"write it in quotes: "...""#)],
    ),
    (
        "months = 24",
        "months = 24\nopinion = true",
        &[(
            2,
            6,
            "the id of an opinion must say so",
            r#"write "b-opinion." before its name: opinion is no item of the catalogue"#,
        )],
    ),
    (
        r#"evidence = "complaint""#,
        "opinion = \"yes\"\nevidence = \"complaint\"",
        &[(5, 11, "`opinion` must be true or false, but this is a text", "write true or false, without quotes")],
    ),
    (
        "severity = 2",
        "severity = 4\nstep_up = { when = 'evidence.injury', says = \"x\" }",
        &[(8, 11, "there is no step above severity 4", "leave out `step_up`, or lower the severity")],
    ),
    (
        "months = 24",
        "months = 24\ncount = { at_least = 1, within_months = 12, distinct = \"grup\" }",
        &[
            (9, 22, "`at_least` must be from 2 to 100", "choose a number between them"),
            (9, 56, r#""grup" is not a field of evidence of kind `complaint`"#, r#"did you mean "group"?"#),
        ],
    ),
    (
        "months = 24",
        "months = 24\nrunning = { years = 2, by = [\"theme\", 3] }",
        &[
            (9, 11, "evidence of kind `complaint` has no year to run by", "use `count`"),
            (9, 39, "`by` must be a list of texts, but this is a whole number", r#"write a list such as ["a1", "a2"]"#),
        ],
    ),
    (
        "months = 24",
        "months = 24\ncount = { at_least = 2, within_months = 12 }\nrunning = { years = 2, by = [] }",
        &[
            (10, 11, "a rule cannot have both `count` and `running`", "write two rules"),
            (10, 11, "evidence of kind `complaint` has no year to run by", "use `count`"),
        ],
    ),
];

/// Conditions, and the quotes they stand in.
pub(super) const CONDITIONS: &[Mistake] = &[
    (
        "evidence.theme ==",
        "evidence.them ==",
        &[(6, 9, "evidence of kind `complaint` has no field `evidence.them`", "did you mean `evidence.theme`?")],
    ),
    (r#""service""#, r#""sevice""#, &[(6, 27, r#"`evidence.theme` is never "sevice""#, r#"did you mean "service"?"#)]),
    (
        r#"'evidence.theme == "service"'"#,
        r#""evidence.theme == 'service'""#,
        &[(
            6,
            8,
            "the condition in `when` must stand in single quotes",
            "write when = '...' or, over several lines, '''...'''",
        )],
    ),
    (
        r#"evidence = "complaint""#,
        r#"evidence = "engagement""#,
        &[(
            5,
            12,
            r#""engagement" is context for whom to help first: it never brings, lowers or assesses points"#,
            "leave this entry out; what is to count is sent as a county record",
        )],
    ),
    (
        r#"evidence = "complaint""#,
        r#"evidence = "county_flag""#,
        &[
            (1, 1, "a county flag is an officer's opinion", "add a line `opinion = true`"),
            (
                6,
                9,
                "evidence of kind `county_flag` has no field `evidence.theme`",
                "you may use `evidence.flag`, `evidence.first_hand`, `evidence.confidence`, `evidence.shown_to_council`, `evidence.advice_given`, `evidence.indicator`, `evidence.age_months`, `evidence.determined_year`, `council.parishes`, `council.income`, `council.county`, `as_of.year` or `as_of.month`",
            ),
        ],
    ),
    (
        r#"when = 'evidence.theme == "service"'"#,
        "when = '''\nevidence.theme == \"service\"\n  && evidence.stage = \"decided\"\n  && evidence.outcome == \u{201c}upheld\u{201d}'''",
        &[
            (8, 21, "one `=` does not compare", "write == to ask whether two values are the same"),
            (9, 26, "only straight double quotes begin a text", r#"write "...""#),
        ],
    ),
    (
        r#"when = 'evidence.theme == "service"'"#,
        r#"when = 'evidence.them == "service" && evidence.stage == "decied" && evidence.injury == 3'"#,
        &[
            (6, 9, "evidence of kind `complaint` has no field `evidence.them`", "did you mean `evidence.theme`?"),
            (6, 57, r#"`evidence.stage` is never "decied""#, r#"did you mean "decided"?"#),
            (
                6,
                69,
                "`evidence.injury` is yes or no and cannot be compared with `3`, which is a whole number",
                "both sides must be of one type",
            ),
        ],
    ),
    (
        r#"when = 'evidence.theme == "service"'"#,
        "when = '1 < evidence.age_months < 3'",
        &[(6, 33, "comparisons cannot be chained", "join two comparisons with &&: a < b && b < c")],
    ),
    (
        r#"== "service""#,
        r#"== "service"#,
        &[(6, 27, "this text has no closing quote", r#"add a " where the text ends"#)],
    ),
    (
        "months = 24",
        "months = 24\nholds = 'evidence.open'",
        &[(
            9,
            10,
            "evidence of kind `complaint` has no field `evidence.open`",
            "you may use `evidence.theme`, `evidence.body`, `evidence.subject_kind`, `evidence.source_kind`, `evidence.stage`, `evidence.outcome`, `evidence.sanction`, `evidence.sanction_followed`, `evidence.over_three_months`, `evidence.injury`, `evidence.group`, `evidence.age_months`, `evidence.determined_year`, `council.parishes`, `council.income`, `council.county`, `as_of.year` or `as_of.month`",
        )],
    ),
];

/// Sentences with fields in them.
pub(super) const SENTENCES: &[Mistake] = &[
    (
        "A complaint.",
        "A complaint of {evidence.boddy}.",
        &[(11, 24, "evidence of kind `complaint` has no field `evidence.boddy`", "did you mean {evidence.body}?")],
    ),
    (
        "A complaint.",
        "A {theme}.",
        &[(11, 11, "evidence of kind `complaint` has no field `theme`", "did you mean {evidence.theme}?")],
    ),
    (
        "A complaint.",
        "By {evidence.group}.",
        &[(11, 12, "`evidence.group` is free text, which is never shown", "say it without")],
    ),
    (
        "A complaint.",
        "A {complaint.",
        &[(11, 8, "a brace in this sentence has no partner", "write {evidence.FIELD}, or no braces")],
    ),
    (
        "A complaint.",
        "A } complaint.",
        &[(11, 8, "a brace in this sentence has no partner", "write {evidence.FIELD}, or no braces")],
    ),
    ("A complaint.", " ", &[(11, 8, "`says` is empty", "say it in a few words")]),
    (
        r#""Time.""#,
        r#""{evidence.theme}""#,
        &[(
            12,
            10,
            "`clears` is shown as it stands, so it cannot have braces",
            "fields are filled in only in the `says` of a [[rule]]",
        )],
    ),
];

/// What is no TOML at all.
pub(super) const TOML: &[Mistake] = &[
    (
        "2012-07-01",
        "2012-13-01",
        &[(
            9,
            21,
            "this is not TOML: invalid date, expected month between 01 and 12",
            "a line is `key = value`; texts stand in quotes; a rule begins with [[rule]]",
        )],
    ),
    (
        r#"title = "A sample""#,
        r#"title = "A sample"#,
        &[(
            3,
            18,
            r#"this is not TOML: invalid basic string, expected `"`"#,
            "a line is `key = value`; texts stand in quotes; a rule begins with [[rule]]",
        )],
    ),
    (
        "severity = 2",
        "severity = 2\nseverity = 3",
        &[(
            8,
            1,
            "this is not TOML: duplicate key",
            "a line is `key = value`; texts stand in quotes; a rule begins with [[rule]]",
        )],
    ),
    (
        "months = 24",
        "months : 24",
        &[(
            8,
            8,
            "this is not TOML: key with no value, expected `=`",
            "a line is `key = value`; texts stand in quotes; a rule begins with [[rule]]",
        )],
    ),
];
