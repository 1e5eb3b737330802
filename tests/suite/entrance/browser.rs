//! A browser without a screen: keeps cookies, sends forms, follows nothing by itself.

use reqwest::header::HeaderMap;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A browser at one service.
pub struct Browser {
    base: String,
    client: reqwest::Client,
    kept: Mutex<BTreeMap<String, String>>,
}

/// What it was answered.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Browser {
    pub fn new(base: &str) -> Browser {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Browser { base: base.to_owned(), client, kept: Mutex::default() }
    }

    /// Keeps a cookie.
    pub fn keep(&self, name: &str, value: &str) {
        self.kept.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// What it keeps under that name.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.kept.lock().unwrap().get(name).cloned()
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(self.client.get(self.at(path))).await
    }

    /// Gets a page with further headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Page {
        self.send(with(self.client.get(self.at(path)), headers)).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_with(path, fields, &[]).await
    }

    /// Sends a form with further headers.
    pub async fn post_with(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.client.post(self.at(path)).header("content-type", "application/x-www-form-urlencoded");
        self.send(with(request, headers).body(body)).await
    }

    /// Sends a form as the page at `from` gives its token.
    pub async fn submit(&self, from: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.get(from).await;
        let token = page.form_token();
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("form_token", token.as_str())]).collect();
        self.post(path, &fields).await
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Page {
        let cookies: Vec<String> =
            self.kept.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) };
        let answer = request.send().await.unwrap();
        let page = Page {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            text: answer.text().await.unwrap(),
        };
        for set in page.set_cookies() {
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if set.contains("Max-Age=0") {
                self.kept.lock().unwrap().remove(name);
            } else {
                self.keep(name, value);
            }
        }
        page
    }
}

fn with(request: reqwest::RequestBuilder, headers: &[(&str, &str)]) -> reqwest::RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

impl Page {
    /// What its first form carries.
    pub fn form_token(&self) -> String {
        self.field("form_token").unwrap_or_else(|| panic!("{}: no form in\n{}", self.status, self.text))
    }

    /// The value of its first hidden field of that name.
    pub fn field(&self, name: &str) -> Option<String> {
        let (_, rest) = self.text.split_once(&format!("name=\"{name}\" value=\""))?;
        Some(rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Where it leads, for a page that leads on.
    pub fn leads_to(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.text);
        self.header("location").unwrap()
    }

    pub fn set_cookies(&self) -> Vec<String> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    /// The parts of the cookie that it sets under that name, without the value.
    pub fn flags(&self, name: &str) -> Vec<String> {
        let all = self.set_cookies();
        let mut found = all.iter().filter(|set| set.starts_with(&format!("{name}=")));
        let set = found.next().unwrap_or_else(|| panic!("no {name} in {all:?}"));
        assert!(found.next().is_none(), "{name} is set twice: {all:?}");
        let mut flags: Vec<String> = set.split("; ").skip(1).map(str::to_owned).collect();
        flags.sort_unstable();
        flags
    }

    /// Its status and, for the API, its code.
    pub fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text);
        let problem: serde_json::Value = serde_json::from_str(&self.text).unwrap();
        (self.status, problem["code"].as_str().unwrap().to_owned())
    }
}
