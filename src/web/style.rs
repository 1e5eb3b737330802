//! The style sheet and the icon, as they are sent.
//!
//! In: nothing. Out: their text. Always holds: every colour is a custom property of the sheet's two palettes (light and
//! dark), and every pair of text and ground has the contrast that WCAG 2.2 AA asks for, in both.

/// What is served at `/style.css`.
pub const STYLE: &str = include_str!("style.css");

/// What is served at `/icon.svg`.
pub const ICON: &str = include_str!("icon.svg");

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    type Palette = BTreeMap<String, [u8; 3]>;

    /// Text on its grounds: at least 4.5 to 1 (WCAG 2.2, success criterion 1.4.3).
    const TEXT: &[(&str, &[&str])] = &[
        ("ink", &["paper", "sheet", "wash"]),
        ("soft", &["paper", "sheet", "wash"]),
        ("accent", &["paper", "sheet", "wash"]),
        ("accent-deep", &["paper", "sheet", "wash"]),
        ("on-deep", &["deep", "deep-hover"]),
        ("support-text", &["support-ground", "paper", "sheet", "wash"]),
        ("monitor-text", &["monitor-ground", "paper", "sheet", "wash"]),
        ("none-text", &["none-ground", "paper", "sheet", "wash"]),
    ];
    /// Shapes that carry meaning on what is beside them: at least 3 to 1 (criterion 1.4.11).
    const SHAPES: &[(&str, &[&str])] = &[("edge", &["paper", "sheet", "wash"]), ("accent", &["hair"])];

    /// The light palette, the dark one, the one for paper.
    fn palettes() -> [Palette; 3] {
        let mut palettes = STYLE.split(":root {").skip(1).map(|rest| {
            let block = rest.split('}').next().unwrap();
            block
                .split(';')
                .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"))
                .map(|(name, hex)| {
                    let number = u32::from_str_radix(hex, 16).unwrap();
                    let [_, red, green, blue] = number.to_be_bytes();
                    assert_eq!(hex.len(), 6, "{name}");
                    (name.to_owned(), [red, green, blue])
                })
                .collect::<Palette>()
        });
        let three = [palettes.next().unwrap(), palettes.next().unwrap(), palettes.next().unwrap()];
        assert!(palettes.next().is_none());
        three
    }

    /// The contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it.
    fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
        let luminance = |colour: [u8; 3]| {
            let [red, green, blue] = colour.map(|channel| {
                let share = f64::from(channel) / 255.0;
                if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn the_measure_is_right() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
        assert!((contrast([0x76; 3], [255; 3]) - 4.54).abs() < 0.01);
    }

    #[test]
    fn every_pair_has_its_contrast_in_light_in_dark_and_on_paper() {
        let mut wanting = Vec::new();
        for (palette, mode) in palettes().iter().zip(["light", "dark", "paper"]) {
            for (pairs, least) in [(TEXT, 4.5), (SHAPES, 3.0)] {
                for (front, grounds) in pairs {
                    for ground in *grounds {
                        let ratio = contrast(palette[*front], palette[*ground]);
                        if ratio < least {
                            wanting.push(format!("{mode}: {front} on {ground} is {ratio:.2}, under {least}"));
                        }
                    }
                }
            }
        }
        assert!(wanting.is_empty(), "{}", wanting.join("\n"));
    }

    #[test]
    fn every_palette_has_every_colour() {
        let [light, dark, paper] = palettes().map(|palette| palette.into_keys().collect::<BTreeSet<_>>());
        assert_eq!(light, dark);
        assert_eq!(light, paper);
    }

    #[test]
    fn every_colour_is_of_a_palette_and_in_a_measured_pair() {
        let rules: String = STYLE.split(":root {").skip(1).map(|rest| rest.split_once('}').unwrap().1).collect();
        for written in ["#", "rgb(", "hsl(", "http:", "https:", "url(", "@import"] {
            assert!(!rules.contains(written), "{written} stands in a rule");
        }
        let [light, ..] = palettes();
        let measured = |pairs: &[(&str, &[&str])], name: &str, front: bool| {
            pairs.iter().any(|(text, grounds)| if front { *text == name } else { grounds.contains(&name) })
        };
        for declaration in rules.split(['{', '}', ';']) {
            let Some((property, value)) = declaration.trim().split_once(": ") else { continue };
            for name in value.split("var(--").skip(1).filter_map(|rest| rest.split(')').next()) {
                if ["serif", "sans", "mono"].contains(&name) {
                    continue;
                }
                assert!(light.contains_key(name), "{name} is in no palette");
                match property {
                    "color" => assert!(measured(TEXT, name, true), "{name} is text but in no pair"),
                    "background" => assert!(measured(TEXT, name, false), "{name} is a ground but in no pair"),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn the_icon_is_well_formed_and_asks_for_nothing() {
        let mut reader = quick_xml::Reader::from_str(ICON);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
        assert!(!ICON.contains("<script") && !ICON.contains("href"));
    }
}
