//! The method and the transparency record, as pages for everybody.
//!
//! In: a [`Method`] or a [`Record`]. Out: the pages at `/method` and `/transparency`. Always holds: they say nothing of their
//! own about the rules.

use super::page::Shell;
use super::visit::{Trouble, Visit};
use super::words;
use crate::app::App;
use crate::method::{self, Method, Record};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

#[derive(Template)]
#[template(path = "method.html")]
struct MethodTemplate<'a> {
    shell: &'a Shell<'a>,
    method: &'a Method,
    rules: usize,
}

#[derive(Template)]
#[template(path = "transparency.html")]
struct TransparencyTemplate<'a> {
    shell: &'a Shell<'a>,
    record: &'a Record,
}

/// GET /method
pub async fn method_page(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let read = |app: &App| Ok(method::method(&app.in_force()?.set));
    Visit::of(&app, &request).page(read, render_method).await
}

/// GET /transparency
pub async fn transparency_page(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let read = |app: &App| Ok(method::record_of(&app.in_force()?.set, &app.config));
    Visit::of(&app, &request).page(read, render_record).await
}

fn render_method(method: &Method, shell: &Shell<'_>) -> Result<String, askama::Error> {
    let rules = method.indicators.iter().map(|indicator| indicator.rules.len()).sum();
    MethodTemplate { shell, method, rules }.render()
}

fn render_record(record: &Record, shell: &Shell<'_>) -> Result<String, askama::Error> {
    TransparencyTemplate { shell, record }.render()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::scoring::rules::{embedded, load};
    use crate::web::examples::check::Checked;

    #[test]
    fn the_method_page_shows_every_rule_with_its_figures() {
        let rules = load(&embedded()).unwrap();
        let shell = Shell { demo: false, version: "1", path: "/method", account: None };
        let page = Checked::read(&render_method(&method::method(&rules), &shell).unwrap());
        assert_eq!(page.texts("h1"), ["How a score comes about"]);
        let text = page.text();
        for rule in &rules.rules {
            assert!(text.contains(&rule.id) && text.contains(rule.title.as_str()), "{}", rule.id);
        }
        assert!(text.contains("An allegation: what somebody says and nobody has decided scores nothing."));
    }

    #[test]
    fn the_transparency_page_shows_every_field() {
        let rules = load(&embedded()).unwrap();
        let record = method::record_of(&rules, &Config::default());
        let shell = Shell { demo: false, version: "1", path: "/transparency", account: None };
        let page = Checked::read(&render_record(&record, &shell).unwrap());
        let text = page.text();
        for field in record.sections.iter().flat_map(|section| &section.fields) {
            assert!(text.contains(&field.name) && text.contains(&field.says), "{}", field.number);
        }
    }
}
