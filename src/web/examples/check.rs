//! Holds a page against what every page has to be; for tests only.
//!
//! In: a page's text. Out: its elements and their text, for further questions. Always holds: a page that is read here is
//! well formed, names and labels everything, asks for nothing from elsewhere, and runs nothing.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::HashSet;

/// One element, with the text of everything in it that is read out: what is hidden from screen readers is left away.
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    /// The elements it stands in, outermost first, as places in the page's list.
    within: Vec<usize>,
}

/// A page that keeps the rules.
pub struct Checked {
    elements: Vec<Element>,
}

impl Element {
    /// An attribute's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn has_class(&self, class: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split(' ').any(|known| known == class))
    }
}

impl Checked {
    /// Reads a page and holds every rule against it.
    pub fn read(page: &str) -> Checked {
        assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en-GB\">"), "{}", &page[..60]);
        let page = Checked { elements: elements(page) };
        page.names_are_unique_and_lead_somewhere();
        page.everything_has_words();
        page.headings_are_in_order();
        page.nothing_runs_and_nothing_comes_from_elsewhere();
        page.tables_say_what_they_are();
        page
    }

    /// Every element of that name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    /// Every element of that class, in order.
    pub fn of_class<'a>(&'a self, class: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements.iter().filter(move |element| element.has_class(class))
    }

    /// The texts of every element of that name, white space made single.
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.all(name).map(|element| tidy(&element.text)).collect()
    }

    /// The texts of every element of that class, white space made single.
    pub fn texts_of_class(&self, class: &str) -> Vec<String> {
        self.of_class(class).map(|element| tidy(&element.text)).collect()
    }

    /// The page's title.
    pub fn title(&self) -> String {
        self.texts("title").concat()
    }

    /// All that the page says.
    pub fn text(&self) -> String {
        self.texts("body").concat()
    }

    /// Where the link of that text leads.
    pub fn link(&self, text: &str) -> Option<&str> {
        self.all("a").find(|link| tidy(&link.text) == text).and_then(|link| link.get("href"))
    }

    fn names_are_unique_and_lead_somewhere(&self) {
        let mut ids = HashSet::new();
        for id in self.elements.iter().filter_map(|element| element.get("id")) {
            assert!(ids.insert(id), "the id {id} stands twice");
        }
        for element in &self.elements {
            for key in ["for", "aria-labelledby", "aria-describedby"] {
                if let Some(id) = element.get(key) {
                    assert!(ids.contains(id), "{key}=\"{id}\" leads nowhere");
                }
            }
            if let Some(id) = element.get("href").and_then(|href| href.strip_prefix('#')) {
                assert!(ids.contains(id), "href=\"#{id}\" leads nowhere");
            }
        }
    }

    fn everything_has_words(&self) {
        let labelled: HashSet<&str> = self.all("label").filter_map(|label| label.get("for")).collect();
        for element in &self.elements {
            let said = element.get("aria-label").or(element.get("aria-labelledby")).is_some();
            let hidden = element.get("aria-hidden") == Some("true");
            match element.name.as_str() {
                "svg" => assert!(hidden || (element.get("role") == Some("img") && said), "an svg without words"),
                "img" => assert!(element.get("alt").is_some(), "an img without words"),
                "a" | "button" | "summary" => {
                    assert!(!element.text.trim().is_empty(), "a {} without words", element.name);
                }
                "select" => assert!(labelled.contains(element.get("id").unwrap()), "a select without label"),
                "input" if element.get("type") != Some("hidden") => {
                    assert!(labelled.contains(element.get("id").unwrap()), "an input without label");
                }
                "nav" | "form" => assert!(said, "a {} without name", element.name),
                "time" => assert!(element.get("datetime").is_some(), "a time that machines can't read"),
                _ => {}
            }
        }
    }

    fn headings_are_in_order(&self) {
        let mut before = 0;
        for element in &self.elements {
            let level = element.name.strip_prefix('h').and_then(|level| level.parse::<u8>().ok());
            if let Some(level) = level {
                assert!(level <= before + 1, "h{level} “{}” comes after h{before}", element.text);
                assert!(!element.text.trim().is_empty(), "an empty h{level}");
                before = level;
            }
        }
        for once in ["h1", "main", "title"] {
            assert_eq!(self.all(once).count(), 1, "{once} has to stand once");
        }
    }

    fn nothing_runs_and_nothing_comes_from_elsewhere(&self) {
        for element in &self.elements {
            assert!(
                !["script", "style", "iframe", "object", "embed"].contains(&element.name.as_str()),
                "{}",
                element.name
            );
            for (key, value) in &element.attributes {
                assert!(key != "style" && !key.starts_with("on"), "{}: {key}=\"{value}\"", element.name);
                if ["href", "src", "action"].contains(&key.as_str()) {
                    let inside = value.starts_with(['/', '#']) && !value.starts_with("//");
                    let followed = element.name == "a"
                        && (value.starts_with("https://") || value.starts_with("http://"))
                        && element.get("rel").is_some_and(|rel| rel.split(' ').any(|word| word == "noopener"));
                    assert!(inside || followed, "{}: {key}=\"{value}\" leads outside", element.name);
                }
            }
        }
    }

    fn tables_say_what_they_are(&self) {
        let captions = self.all("caption").count();
        assert_eq!(self.all("table").count(), captions, "every table has a caption");
        for heading in self.all("th") {
            assert!(heading.get("scope").is_some(), "the heading “{}” has no scope", heading.text);
        }
        for list in
            self.elements.iter().enumerate().filter(|(_, element)| ["ul", "ol", "dl"].contains(&element.name.as_str()))
        {
            let filled = self.elements.iter().any(|element| element.within.last() == Some(&list.0));
            assert!(filled, "an empty {}", list.1.name);
        }
    }
}

/// Text with every run of white space made one space.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn elements(page: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(page);
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    loop {
        let at = reader.buffer_position();
        match reader.read_event().unwrap_or_else(|error| panic!("not well formed at byte {at}: {error}")) {
            Event::Start(start) => {
                elements.push(element(&start, &open));
                open.push(elements.len() - 1);
            }
            Event::Empty(start) => elements.push(element(&start, &open)),
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) => say(&mut elements, &open, &text.html_content()),
            Event::GeneralRef(reference) => {
                let named = match reference.html_content().as_ref() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    _ => None,
                };
                let character = reference.resolve_char_ref().unwrap().or(named).expect("only known references");
                say(&mut elements, &open, &character.to_string());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "the page ends inside an element");
    elements
}

fn element(start: &BytesStart, open: &[usize]) -> Element {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.expect("quoted attributes, each once");
        (
            attribute.key.0.to_owned(),
            attribute.normalized_value(XmlVersion::Implicit1_0).expect("escaped values").into_owned(),
        )
    });
    Element {
        name: start.name().0.to_owned(),
        attributes: attributes.collect(),
        text: String::new(),
        within: open.to_vec(),
    }
}

fn say(elements: &mut [Element], open: &[usize], text: &str) {
    // From the inside out, up to the element that hides what is in it.
    for place in open.iter().rev() {
        if elements[*place].get("aria-hidden") == Some("true") {
            break;
        }
        elements[*place].text.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> String {
        format!(
            "<!DOCTYPE html>\n<html lang=\"en-GB\"><head><title>T</title></head><body><main><h1>H</h1>{body}</main></body></html>"
        )
    }

    #[test]
    fn a_sound_page_passes() {
        let checked = Checked::read(&page("<p id=\"a\">x &#60; <a href=\"#a\">y</a></p>"));
        assert_eq!(checked.text(), "Hx < y");
    }

    #[test]
    fn every_rule_has_a_page_that_breaks_it() {
        for broken in [
            "<p>",
            "<p id=\"a\"/><p id=\"a\"/>",
            "<label for=\"a\">x</label>",
            "<a href=\"#a\">x</a>",
            "<svg/>",
            "<img src=\"/x\"/>",
            "<a href=\"/\"></a>",
            "<a href=\"/\"><span aria-hidden=\"true\">x</span></a>",
            "<p><input id=\"a\" type=\"text\"/></p>",
            "<nav><p>x</p></nav>",
            "<time>yesterday</time>",
            "<h3>x</h3>",
            "<h1>x</h1>",
            "<script>x</script>",
            "<p style=\"color:red\">x</p>",
            "<p onclick=\"x\">x</p>",
            "<a href=\"javascript:x\">x</a>",
            "<a href=\"https://audit.example\">x</a>",
            "<a href=\"//audit.example\">x</a>",
            "<table><tr><td>x</td></tr></table>",
            "<table><caption>c</caption><tr><th>x</th></tr></table>",
            "<ul></ul>",
        ] {
            assert!(std::panic::catch_unwind(|| Checked::read(&page(broken))).is_err(), "{broken} passes");
        }
    }
}
