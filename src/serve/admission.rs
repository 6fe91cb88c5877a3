//! Who may ask: requests for another host, from another site or without the token are turned away unread.

use super::http::{Head, Refusal};
use std::net::IpAddr;

/// Which hosts a request may be for. A page of another site that made its name point here (DNS rebinding) still names
/// itself.
#[derive(Clone, Debug)]
pub struct Hosts {
    /// The address that is listened on.
    pub bound: IpAddr,
    /// Another name that was given on the command line.
    pub named: Option<String>,
}

impl Hosts {
    /// Whether a `Host` header names this machine. Addresses cannot be rebound, names can.
    fn allows(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, port)) if port.is_empty() || port.starts_with(':') => address,
            Some(_) => return false,
            None => host.split_once(':').map_or(host, |(name, _)| name),
        };
        if name.eq_ignore_ascii_case("localhost")
            || self.named.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
        {
            return true;
        }
        match name.parse::<IpAddr>() {
            Ok(address) => address.is_loopback() || !self.bound.is_loopback(),
            Err(_) => false,
        }
    }
}

/// Whether a request may be answered at all, and how long its body is, of `most` bytes at the most.
/// Nothing of the body has been read yet.
pub fn admit(head: &Head, hosts: &Hosts, token: &str, most: u64) -> Result<u64, Refusal> {
    let named: Vec<_> = head.all("host").collect();
    let [host] = named[..] else { return Err(Refusal::Malformed) };
    if !hosts.allows(host) {
        return Err(Refusal::Forbidden);
    }
    // A page of another site says so itself: browsers put these headers on, scripts cannot take them off.
    if head.all("origin").any(|origin| origin != format!("http://{host}")) {
        return Err(Refusal::Forbidden);
    }
    let navigates =
        head.header("sec-fetch-mode") == Some("navigate") && head.header("sec-fetch-dest") == Some("document");
    let elsewhere = matches!(head.header("sec-fetch-site"), Some("cross-site" | "same-site"));
    let reads = matches!(head.method.as_str(), "GET" | "HEAD");
    if elsewhere && !(navigates && reads) {
        return Err(Refusal::Forbidden);
    }
    // The same length of work whatever part of the token is right.
    let given = head.header("x-segue-token").unwrap_or("").as_bytes();
    let known = blake3::hash(given) == blake3::hash(token.as_bytes());
    if !reads && !known {
        return Err(Refusal::Forbidden);
    }
    if !reads && head.method != "POST" {
        return Err(Refusal::Method);
    }
    if head.header("transfer-encoding").is_some() {
        return Err(Refusal::LengthRequired);
    }
    let mut lengths = head.all("content-length");
    let length = match (lengths.next(), lengths.next()) {
        (None, _) => 0,
        (Some(length), None) if length.bytes().all(|byte| byte.is_ascii_digit()) => {
            // So many digits that it is no number: too large in any case.
            length.parse().unwrap_or(u64::MAX)
        }
        _ => return Err(Refusal::Malformed),
    };
    if length > most || reads && length > 0 {
        return Err(Refusal::BodyTooLarge);
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_hosts() {
        let hosts = Hosts { bound: IpAddr::from([127, 0, 0, 1]), named: None };
        for good in ["localhost", "localhost:4400", "LOCALHOST:1", "127.0.0.1:4400", "[::1]:4400", "[::1]"] {
            assert!(hosts.allows(good), "{good}");
        }
        for bad in
            ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.2", "[::1]x", "[::2]"]
        {
            assert!(!hosts.allows(bad), "{bad}");
        }
        let open = Hosts { bound: IpAddr::from([0, 0, 0, 0]), named: Some("desk.example".to_owned()) };
        assert!(open.allows("192.168.1.2:4400") && open.allows("desk.example:4400"));
        assert!(!open.allows("evil.example"));
    }
}
