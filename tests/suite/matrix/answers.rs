//! What came, in the table's words, and without what differs from one request to the next.
//!
//! In: an answer. Out: a cell; the answer with identifiers, form tokens and the time of day taken out. Always holds: two
//! answers that somebody could tell apart stay apart.

use bellwether::error::Code;

/// An answer, whole.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Headers that tell of the time, of the connection, and of the length, which the body tells already.
const PASSED_OVER: [&str; 3] = ["date", "connection", "content-length"];

impl Answer {
    pub async fn of(response: reqwest::Response) -> Answer {
        let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let status = response.status().as_u16();
        let mut headers: Vec<_> =
            response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        headers.sort();
        Answer { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The table's word for it. `marker` is a text that a whole answer has in it, and the word for one without.
    pub fn cell(&self, marker: Option<&(&'static str, String)>) -> String {
        let location = self.header("location");
        match self.status {
            200 => match marker {
                Some((word, text)) if !self.text().contains(text) => (*word).to_owned(),
                _ => "200".to_owned(),
            },
            303 if location == "/sign-in" || location.starts_with("/sign-in?then=") => "in".to_owned(),
            303 if location == "/sign-in/second-factor" => "2nd".to_owned(),
            303 => "done".to_owned(),
            status => match self.code() {
                Some(Code::FormExpired) => "form".to_owned(),
                Some(Code::SecondFactorDue) => "2nd".to_owned(),
                Some(Code::CodeWrong) => "code".to_owned(),
                Some(Code::LinkUnusable) => "link".to_owned(),
                Some(Code::KeyUnusable) => "key".to_owned(),
                _ => status.to_string(),
            },
        }
    }

    /// The error's code: stated in a problem, told by the title of a page.
    fn code(&self) -> Option<Code> {
        let text = self.text();
        let told = match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(problem) => problem["code"].as_str()?.to_owned(),
            Err(_) => {
                let title = text.split_once("<h1>")?.1.split_once("</h1>")?.0.replace("&#39;", "'");
                return Code::ALL.into_iter().find(|code| code.status() == self.status && code.title() == title);
            }
        };
        Code::ALL.into_iter().find(|code| code.word() == told)
    }

    /// What stays when the identifiers that were asked for are taken out: what is compared byte for byte.
    pub fn without(&self, identifiers: &[String]) -> String {
        let headers = self.headers.iter().filter(|(name, _)| !PASSED_OVER.contains(&name.as_str()));
        // Where to lead back to is what was asked for, written another way.
        let value = |value: &str| match value.split_once('=') {
            Some(("bellwether-then", rest)) => {
                format!("bellwether-then={{it}};{}", rest.split_once(';').map_or("", |(_, flags)| flags))
            }
            _ => without_expiry(value),
        };
        let headers: String = headers.map(|(name, text)| format!("{name}: {}\n", value(text))).collect();
        let mut whole = format!("{}\n{headers}\n{}", self.status, without_form_tokens(&self.text()));
        for identifier in identifiers.iter().filter(|identifier| !identifier.is_empty()) {
            let encoded: String = form_urlencoded::byte_serialize(identifier.as_bytes()).collect();
            whole = whole.replace(identifier.as_str(), "{it}").replace(&encoded, "{it}");
        }
        whole
    }
}

/// A cookie without the moment of the answer that its `Expires` is reckoned from; how long it is kept (`Max-Age`) stays.
fn without_expiry(cookie: &str) -> String {
    let parts = cookie.split("; ").filter(|part| !part.starts_with("Expires="));
    parts.collect::<Vec<_>>().join("; ")
}

/// A page with the tokens of its forms taken out: each page has others.
fn without_form_tokens(text: &str) -> String {
    const BEFORE: &str = "name=\"form_token\" value=\"";
    let mut parts = text.split(BEFORE);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let after = part.split_once('"').map_or(part, |(_, after)| after);
        out.push_str(BEFORE);
        out.push_str(after);
    }
    out
}
