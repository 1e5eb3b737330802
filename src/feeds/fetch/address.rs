//! Which addresses a feed may reach: those of the public internet, unless it declares `private = true`.
//!
//! In: a host, or what a host's name resolves to. Out: addresses to connect to, or [`PrivateAddress`]. Always holds: the
//! addresses that are checked are the very ones that are connected to, so a name that means something else a moment
//! later gains nothing; an IPv4 address inside an IPv6 one is judged as itself.

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A host that stands in a private network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{host} is in a private network")]
pub(super) struct PrivateAddress {
    pub host: String,
}

/// Whether an address is one of the public internet.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// By IANA's registry of special-purpose addresses.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || a == 10
        || a == 127
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 169 && b == 254)
        || (a == 172 && (16..32).contains(&b))
        || (a == 192 && b == 168)
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113);
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let [a, b, c, _, _, _, g, h] = segments;
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // ::ffff:a.b.c.d (mapped), ::a.b.c.d (of old), 64:ff9b::a.b.c.d (NAT64).
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] => embedded(g, h),
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => embedded(g, h),
        // 6to4.
        [0x2002, ..] => embedded(b, c),
        // 2000::/3 without Teredo and other assignments of protocols, and without what is for documents.
        _ => {
            let documents = (a == 0x2001 && b == 0xdb8) || (a == 0x3fff && b < 0x1000);
            a & 0xe000 == 0x2000 && !(a == 0x2001 && b < 0x200) && !documents
        }
    }
}

/// Refuses an address written as such in a URL, and the names of this machine: the resolver is never asked for these.
///
/// # Errors
/// [`PrivateAddress`] with the host as it stands in the address.
pub(super) fn check_literal(url: &Url) -> Result<(), PrivateAddress> {
    let host = url.host_str().unwrap_or_default();
    // The URL has written every form of an IPv4 address as four decimal numbers.
    let public = match host.trim_matches(['[', ']']).parse() {
        Ok(address) => is_public(address),
        Err(_) => {
            let name = host.trim_end_matches('.').to_ascii_lowercase();
            name != "localhost" && !name.ends_with(".localhost")
        }
    };
    if public { Ok(()) } else { Err(PrivateAddress { host: host.to_owned() }) }
}

/// The system's resolver without private addresses; a proxy that was set up may stand in a private network.
#[derive(Debug, Clone)]
pub(super) struct PublicOnly {
    pub proxies: HashSet<String>,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let is_proxy = self.proxies.contains(&host);
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            let kept = if is_proxy { found } else { public(&host, found)? };
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

/// The public ones of a name's addresses.
fn public(host: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, PrivateAddress> {
    let some = !found.is_empty();
    let kept: Vec<SocketAddr> = found.into_iter().filter(|address| is_public(address.ip())).collect();
    if some && kept.is_empty() { Err(PrivateAddress { host: host.to_owned() }) } else { Ok(kept) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known_in_every_dress() {
        for private in [
            "127.0.0.1",
            "127.8.9.1",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd12:3456::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001:0:7f00::1",
            "2001:db8::1",
            "3fff::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.169.0.1",
            "8.8.8.8",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn literals_are_seen_however_they_are_written() {
        for private in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://017700000001/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://LOCALHOST/",
            "http://localhost./",
            "http://files.localhost/",
        ] {
            assert!(check_literal(&Url::parse(private).unwrap()).is_err(), "{private}");
        }
        assert_eq!(check_literal(&Url::parse("https://records.example/").unwrap()), Ok(()));
    }

    #[test]
    fn of_a_name_with_both_only_the_public_addresses_are_connected_to() {
        let both = ["10.0.0.1:0", "8.8.8.8:0"].map(|text| text.parse().unwrap());
        assert_eq!(public("both.example", both.to_vec()).unwrap(), vec![both[1]]);
        let error = public("inside.example", vec![both[0]]).unwrap_err();
        assert_eq!(error.host, "inside.example");
    }
}
