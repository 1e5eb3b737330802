//! Which methods an address of the API takes.
//!
//! In: the OpenAPI document, which comes from the same list as the routes. Out: what stands in `Allow` (RFC 9110, section
//! 10.2.1). Always holds: an address in the document takes what the document says, and `HEAD` where it takes `GET`.

use actix_web::dev::ResourceDef;
use actix_web::http::header::HeaderValue;
use utoipa::openapi::OpenApi;

/// Every address of the API with its methods.
pub struct Methods(Vec<(ResourceDef, HeaderValue)>);

impl Methods {
    /// Those of a document.
    pub fn of(document: &OpenApi) -> Methods {
        let addresses = document.paths.paths.iter().map(|(path, item)| {
            let methods =
                [(&item.get, "GET, HEAD"), (&item.post, "POST"), (&item.put, "PUT"), (&item.delete, "DELETE")];
            let taken: Vec<_> =
                methods.into_iter().filter_map(|(method, name)| method.as_ref().map(|_| name)).collect();
            let allow = HeaderValue::from_str(&taken.join(", ")).unwrap_or(HeaderValue::from_static(""));
            (ResourceDef::new(path.as_str()), allow)
        });
        let mut addresses: Vec<_> = addresses.collect();
        // A word in its own place comes before whatever can stand there.
        addresses.sort_by_key(|(address, _)| address.pattern().map_or(0, |pattern| pattern.matches('{').count()));
        Methods(addresses)
    }

    /// What an address takes; none where there is no such address.
    pub fn allow(&self, path: &str) -> Option<HeaderValue> {
        self.0.iter().find(|(address, _)| address.is_match(path)).map(|(_, allow)| allow.clone())
    }
}
