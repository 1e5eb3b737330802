//! What the program is built from: licences, places they come from, and crates that are kept out.
//!
//! In: `cargo metadata` and `deny.toml`. Out: nothing, or the crates that are outside. Always holds: what goes into the
//! binary, or builds it, is judged by the allow list alone; the exceptions of `deny.toml` are for what only tests use.
//! cargo-deny judges by the same file, and reads the licences' texts and the advisories besides.

use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    /// None for our own.
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
    root: String,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    /// None, `build` or `dev`.
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Policy {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    allow: Vec<String>,
    #[serde(rename = "crate")]
    name: String,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
}

/// Everything that the lock file names, for every platform. The network is asked only where this machine never needed the
/// manifests of other platforms.
fn metadata() -> Metadata {
    let run = |further: &[&str]| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let asked = ["metadata", "--format-version", "1", "--locked"];
        Command::new(cargo).args(asked).args(further).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
    };
    let known = run(&["--offline"]);
    let ran = if known.status.success() { known } else { run(&[]) };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).unwrap()
}

fn policy() -> Policy {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

/// Whether a licence expression can be met with these licences. Old manifests write `/` for `OR`.
fn is_met(expression: &str, allowed: &[String]) -> bool {
    let allowed: Vec<Licensee> = allowed.iter().map(|licence| Licensee::parse(licence).unwrap()).collect();
    let expression = Expression::parse_mode(expression, ParseMode::LAX);
    expression.is_ok_and(|expression| expression.evaluate(|asked| allowed.iter().any(|one| one.satisfies(asked))))
}

/// The packages that go into the binary or build it: everything but what only tests depend on.
fn shipped(metadata: &Metadata) -> BTreeSet<&str> {
    let nodes: BTreeMap<&str, &Node> = metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let mut found = BTreeSet::new();
    let mut waiting = vec![metadata.resolve.root.as_str()];
    while let Some(id) = waiting.pop() {
        if found.insert(id) {
            let wanted = |kind: &DependencyKind| kind.kind.as_deref() != Some("dev");
            let needed = nodes[id].deps.iter().filter(|needed| needed.dep_kinds.iter().any(wanted));
            waiting.extend(needed.map(|needed| needed.pkg.as_str()));
        }
    }
    found
}

/// What is wrong with a package by the policy; nothing when it fits.
fn outside(package: &Package, shipped: bool, policy: &Policy) -> Option<String> {
    let Package { name, version, license, source, .. } = package;
    if policy.bans.deny.iter().any(|banned| banned.name == *name) {
        return Some(format!("{name} {version} is kept out by deny.toml"));
    }
    let registry = "registry+https://github.com/rust-lang/crates.io-index";
    if source.as_ref().is_some_and(|source| source != registry) {
        return Some(format!("{name} {version} comes from {}", source.as_deref().unwrap_or_default()));
    }
    let mut allowed = policy.licenses.allow.clone();
    if !shipped {
        let own = policy.licenses.exceptions.iter().filter(|exception| exception.name == *name);
        allowed.extend(own.flat_map(|exception| exception.allow.iter().cloned()));
    }
    match license {
        Some(expression) if is_met(expression, &allowed) => None,
        Some(expression) => Some(format!("{name} {version} is under {expression}")),
        None => Some(format!("{name} {version} names no licence")),
    }
}

#[test]
fn everything_we_build_on_may_be_part_of_one_binary() {
    let (metadata, policy) = (metadata(), policy());
    let shipped = shipped(&metadata);
    assert!(shipped.len() > 200 && shipped.len() < metadata.packages.len(), "{} packages", shipped.len());
    let judged = metadata.packages.iter();
    let outside: Vec<String> =
        judged.filter_map(|package| outside(package, shipped.contains(package.id.as_str()), &policy)).collect();
    assert!(outside.is_empty(), "outside of what deny.toml allows:\n{}", outside.join("\n"));
}

#[test]
fn what_does_not_fit_is_told() {
    let policy = policy();
    let package = |name: &str, license: Option<&str>, source: &str| Package {
        id: String::new(),
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        license: license.map(str::to_owned),
        source: Some(source.to_owned()),
    };
    let registry = "registry+https://github.com/rust-lang/crates.io-index";
    let elsewhere = "git+https://example.org/aldermarsh";
    for (name, license, source, shipped, told) in [
        ("aldermarsh", Some("MIT/GPL-3.0"), registry, true, None),
        ("aldermarsh", Some("(MIT OR GPL-2.0-only) AND Unicode-3.0"), registry, true, None),
        (
            "aldermarsh",
            Some("MIT AND GPL-3.0-only"),
            registry,
            true,
            Some("aldermarsh 1.0.0 is under MIT AND GPL-3.0-only"),
        ),
        ("aldermarsh", Some("GPL-3.0-only"), registry, false, Some("aldermarsh 1.0.0 is under GPL-3.0-only")),
        ("aldermarsh", Some("our own words"), registry, true, Some("aldermarsh 1.0.0 is under our own words")),
        ("aldermarsh", None, registry, true, Some("aldermarsh 1.0.0 names no licence")),
        (
            "aldermarsh",
            Some("MIT"),
            elsewhere,
            true,
            Some("aldermarsh 1.0.0 comes from git+https://example.org/aldermarsh"),
        ),
        ("openssl", Some("MIT"), registry, true, Some("openssl 1.0.0 is kept out by deny.toml")),
        ("webdriver", Some("MPL-2.0"), registry, false, None),
        ("webdriver", Some("MPL-2.0"), registry, true, Some("webdriver 1.0.0 is under MPL-2.0")),
    ] {
        let judged = outside(&package(name, license, source), shipped, &policy);
        assert_eq!(judged.as_deref(), told, "{name} {license:?} {source}");
    }
}
