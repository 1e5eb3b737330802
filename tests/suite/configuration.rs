//! Configuration: mistakes are told with their line before anything starts.

use bellwether::config::Config;
use bellwether::error::Code;

#[test]
fn the_example_is_a_whole_configuration() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/bellwether.toml")).unwrap();
    let config = Config::parse(&text, "examples/bellwether.toml").unwrap();
    assert_eq!(config.feeds.len(), 2);
    assert_eq!(bellwether::feeds::check(&config.feeds), Vec::new());
    assert_eq!(config.mail.unwrap().mistakes(), Vec::<String>::new());
}

#[test]
fn mistakes_are_told_with_their_line() {
    for (text, words) in [
        ("port = 8080\n", "port"),
        ("\n\nlisten = \"everywhere\"\n", "line 3"),
        ("[[feed]]\nid = \"x\"\ntitle = \"X\"\nsource = \"rumours\"\n", "rumours"),
        ("[[feed]]\nid = \"x\"\nshedule = \"* * * * *\"\n", "shedule"),
    ] {
        let refused = Config::parse(text, "bellwether.toml").unwrap_err();
        assert_eq!(refused.code, Code::ConfigInvalid);
        assert!(refused.happened.contains(words), "{text}\n{}", refused.happened);
        assert!(refused.happened.contains("bellwether.toml"), "{}", refused.happened);
    }
}

/// Every key that the code takes is in the documentation, and the other way round.
#[test]
fn the_documentation_lists_every_key() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md")).unwrap();
    let documented: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    for key in documented.iter().filter(|key| !key.starts_with('[')) {
        let top = Config::parse(&format!("{key} = []\n"), "x").map_or_else(|e| e.happened, |_| String::new());
        let of_feed = Config::parse(&format!("[[feed]]\n{key} = 3.5\n"), "x").unwrap_err().happened;
        let of_mail = Config::parse(&format!("[mail]\n{key} = []\n"), "x").unwrap_err().happened;
        let of_openid = Config::parse(&format!("[[openid]]\n{key} = 3.5\n"), "x").unwrap_err().happened;
        let unknown = |told: &str| told.contains("unknown field");
        let taken = [&top, &of_feed, &of_mail, &of_openid].iter().any(|told| !unknown(told));
        assert!(taken, "{key} is documented, but no key: {top}\n{of_feed}\n{of_mail}");
    }
    let every = Config::parse("nonsense = 1\n", "x").unwrap_err().happened;
    let listed = every.split("expected one of").nth(1).unwrap_or_default();
    for key in
        listed.split('`').skip(1).step_by(2).filter(|key| !["feed", "mail", "openid", "transparency"].contains(key))
    {
        assert!(documented.contains(&key), "{key} is not documented");
    }
    let every = Config::parse("[transparency]\nnonsense = 1\n", "x").unwrap_err().happened;
    let listed = every.split("expected one of").nth(1).unwrap_or_default();
    assert_eq!(listed.split('`').skip(1).step_by(2).count(), 6, "{every}");
    for key in listed.split('`').skip(1).step_by(2) {
        assert!(text.contains(&format!("`{key}`")), "{key} of [transparency] is not documented");
    }
    for table in ["[[feed]]", "[mail]", "[[openid]]"] {
        let every = Config::parse(&format!("{table}\nnonsense = 1\n"), "x").unwrap_err().happened;
        let listed = every.split("expected one of").nth(1).unwrap_or_default();
        let keys: Vec<&str> = listed.split('`').skip(1).step_by(2).collect();
        assert!(!keys.is_empty(), "{every}");
        for key in keys {
            assert!(documented.contains(&key), "{key} of {table} is not documented");
        }
    }
}
