//! Where a feed may reach: public addresses unless declared, through proxies, and with authorities of one's own.

use super::server::{Server, answer};
use super::*;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::io::{Read, Write};
use std::sync::Arc;

/// A feed that doesn't declare that it is in a private network.
fn public(url: &str, more: &str) -> Feed {
    let text = format!(
        "[[feed]]\nid = \"barset\"\ntitle = \"Barset\"\nsource = \"county_flags\"\ncovers = \"all\"\n\
         location = {{ url = \"{url}\" }}\n{more}"
    );
    crate::feeds::parse(&text).unwrap().remove(0)
}

async fn private_code(url: &str) -> String {
    let error = fetcher(settings()).fetch(&public(url, ""), &Seen::default()).await.unwrap_err();
    assert!(!error.is_temporary(), "{error}");
    error.code().to_owned()
}

#[tokio::test]
async fn a_private_address_is_reached_only_when_declared() {
    let server = Server::start(vec![answer("200 OK", &[], CSV)]).await;
    let port = server.port;
    for host in ["127.0.0.1", "2130706433", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"] {
        assert_eq!(private_code(&format!("http://{host}:{port}/flags.csv")).await, "private_address", "{host}");
    }
    assert!(server.requests().is_empty());
    let url = server.url("/flags.csv");
    let declared = public(&url, "private = true");
    assert_eq!(bytes(fetcher(settings()).fetch(&declared, &Seen::default()).await.unwrap()), CSV);
}

/// The resolver itself is asked, as the client asks it when it connects.
#[tokio::test]
async fn what_a_name_resolves_to_is_checked_where_it_is_connected_to() {
    let server = Server::start(vec![answer("200 OK", &[], CSV)]).await;
    let fetcher = fetcher(settings());
    let at = format!("http://localhost:{}/", server.port);
    let error = fetcher.clients.public.get(&at).send().await.unwrap_err();
    let mut causes = format!("{error:?}");
    causes.make_ascii_lowercase();
    assert!(causes.contains("privateaddress"), "{causes}");
    assert!(server.requests().is_empty());
    assert!(fetcher.clients.private.get(&at).send().await.is_ok());
}

#[tokio::test]
async fn a_proxy_is_asked_for_names_and_never_for_private_addresses() {
    let proxy = Server::start(vec![answer("200 OK", &[], CSV)]).await;
    let declared = FetchSettings { proxy: Some(proxy.url("")), ..settings() };
    let through = fetcher(declared);
    let feed = public("http://records.example/flags.csv", "");
    assert_eq!(bytes(through.fetch(&feed, &Seen::default()).await.unwrap()), CSV);
    assert!(proxy.requests()[0].starts_with("get http://records.example/flags.csv "), "{:?}", proxy.requests());
    let inside = public("http://10.0.0.1/flags.csv", "");
    assert_eq!(through.fetch(&inside, &Seen::default()).await.unwrap_err().code(), "private_address");
    assert_eq!(proxy.requests().len(), 1);
}

#[tokio::test]
async fn the_environments_proxy_counts_unless_the_configuration_says_otherwise() {
    let proxy = Server::start(vec![answer("200 OK", &[], CSV)]).await;
    let server = Server::start(vec![answer("200 OK", &[], CSV)]).await;
    let url = proxy.url("");
    let with = |declared: Option<&str>| {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let url = url.clone();
        let environment = move |name: &str| match name {
            "HTTP_PROXY" => Some(url.clone()),
            "no_proxy" => Some("direct.example".to_owned()),
            _ => None,
        };
        let settings = FetchSettings { proxy: declared.map(str::to_owned), ..settings() };
        Fetcher::with_environment(settings, Box::new(environment)).unwrap()
    };
    let there = public("http://records.example/flags.csv", "");
    assert_eq!(bytes(with(None).fetch(&there, &Seen::default()).await.unwrap()), CSV);
    assert_eq!(proxy.requests().len(), 1);
    let here = at(&server, "/flags.csv", "");
    assert_eq!(bytes(with(Some(NO_PROXY)).fetch(&here, &Seen::default()).await.unwrap()), CSV);
    assert_eq!((proxy.requests().len(), server.requests().len()), (1, 1));
}

/// Answers one file over TLS, as `localhost`, by a certificate of the tests' own authority.
fn encrypted() -> u16 {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let certificate = CertificateDer::from(include_bytes!("tls/server.der").to_vec());
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(include_bytes!("tls/server.key.der").to_vec()));
    let config =
        rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(mut socket), Ok(mut session)) = (stream, rustls::ServerConnection::new(config.clone())) else {
                return;
            };
            let mut tls = rustls::Stream::new(&mut session, &mut socket);
            let mut request = [0; 4096];
            if tls.read(&mut request).is_ok() {
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", CSV.len());
                let _ = tls.write_all(&[head.as_bytes(), CSV].concat());
                let _ = tls.flush();
            }
        }
    });
    port
}

#[tokio::test]
async fn an_authority_of_ones_own_is_believed_once_it_is_declared() {
    let url = format!("https://localhost:{}/flags.csv", encrypted());
    let feed = public(&url, "private = true");
    let error = fetcher(settings()).fetch(&feed, &Seen::default()).await.unwrap_err();
    assert_eq!(error.code(), "no_connection");
    assert!(error.to_string().to_lowercase().contains("certificate"), "{error}");
    let authorities = Some(include_bytes!("tls/authority.pem").to_vec());
    let believing = fetcher(FetchSettings { authorities, ..settings() });
    assert_eq!(bytes(believing.fetch(&feed, &Seen::default()).await.unwrap()), CSV);
}
