//! The clients that fetch: one for the public internet, one for feeds that declare `private = true`.
//!
//! In: the settings, and the environment's proxies. Out: [`Clients`]. Always holds: only the second can connect to a
//! private address; neither follows a redirect by itself, because that would take the feed's own headers to any host.

use super::address::PublicOnly;
use super::{FetchSettings, Lookup};
use reqwest::{Certificate, Client, NoProxy, Proxy, Url};
use std::collections::HashSet;

/// What `proxy` says where the environment's proxies don't count either.
pub const NO_PROXY: &str = "none";

/// Both clients.
pub(super) struct Clients {
    pub public: Client,
    pub private: Client,
}

impl Clients {
    /// # Errors
    /// When TLS can't be set up, a certificate can't be read, or a proxy's address makes no sense.
    pub(super) fn new(settings: &FetchSettings, environment: &Lookup) -> Result<Self, reqwest::Error> {
        let proxies = proxies(settings.proxy.as_deref(), environment);
        let hosts = proxies.iter().filter_map(|(_, address)| Url::parse(address).ok()?.host_str().map(str::to_owned));
        let resolver = PublicOnly { proxies: hosts.collect::<HashSet<_>>() };
        let no_proxy = either(environment, "no_proxy").and_then(|list| NoProxy::from_string(&list));
        let build = || {
            let mut builder = Client::builder()
                .user_agent(&settings.user_agent)
                .connect_timeout(settings.connect_timeout)
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .no_proxy();
            for (scheme, address) in &proxies {
                let proxy = match scheme {
                    Scheme::All => Proxy::all(address)?,
                    Scheme::Http => Proxy::http(address)?,
                    Scheme::Https => Proxy::https(address)?,
                };
                builder = builder.proxy(proxy.no_proxy(no_proxy.clone()));
            }
            if let Some(pem) = &settings.authorities {
                builder = builder.tls_certs_merge(Certificate::from_pem_bundle(pem)?);
            }
            Ok::<_, reqwest::Error>(builder)
        };
        Ok(Self { public: build()?.dns_resolver(resolver).build()?, private: build()?.build()? })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    All,
    Http,
    Https,
}

/// The declared proxy for everything, or those of the environment.
fn proxies(declared: Option<&str>, environment: &Lookup) -> Vec<(Scheme, String)> {
    match declared {
        Some(NO_PROXY) => Vec::new(),
        Some(address) => vec![(Scheme::All, address.to_owned())],
        None => [("https_proxy", Scheme::Https), ("http_proxy", Scheme::Http), ("all_proxy", Scheme::All)]
            .into_iter()
            .filter_map(|(name, scheme)| Some((scheme, either(environment, name)?)))
            .collect(),
    }
}

/// A variable that is written in small letters or in capitals.
fn either(environment: &Lookup, name: &str) -> Option<String> {
    let found = environment(name).or_else(|| environment(&name.to_ascii_uppercase()));
    found.filter(|value| !value.trim().is_empty())
}
