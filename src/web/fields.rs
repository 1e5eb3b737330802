//! The fields of a form as a browser sends them, some of them several times.
//!
//! In: the body of a request. Out: texts by name. Always holds: a field that isn't there reads as empty; nothing is
//! interpreted here.

/// What a form sent.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a body as `application/x-www-form-urlencoded`.
    pub fn read(body: &str) -> Fields {
        Fields(form_urlencoded::parse(body.as_bytes()).into_owned().collect())
    }

    /// The field of that name, trimmed; empty where there is none. Of several the last counts.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().rev().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// Every field of that name, as sent.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What the form carries to show that it is ours.
    pub fn form_token(&self) -> &str {
        self.one("form_token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_may_come_several_times_or_not_at_all() {
        let fields = Fields::read("roles=officer&name=+A%26B+&roles=manager&form_token=t");
        assert_eq!(fields.all("roles").collect::<Vec<_>>(), ["officer", "manager"]);
        assert_eq!((fields.one("name"), fields.one("nothing"), fields.form_token()), ("A&B", "", "t"));
    }
}
