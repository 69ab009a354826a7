//! What is reached without a proxy: the list in `NO_PROXY`, by the customs that curl and most others share.

use crate::domain::address::{self, BaseUrl};
// An address is a value; what is done with it is none of this module's business.
use core::net::IpAddr;
use url::{Host, Url};

/// Hosts, domains and networks that are reached directly. This machine itself always is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exempt(Vec<Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    what: What,
    /// Every port, if none is named.
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Everything,
    /// The name and everything below it, in lower case.
    Domain(String),
    /// So many bits of an address.
    Network(IpAddr, u8),
}

impl Exempt {
    /// Reads a list, separated by commas or blanks, of host names (each stands for what is below it, too), addresses,
    /// networks like `10.0.0.0/8`, each with a port if only that one is meant, or `*` for everything.
    pub fn parse(list: &str) -> Self {
        let parts = list.split(|c: char| c == ',' || c.is_whitespace());
        Self(parts.filter(|part| !part.is_empty()).map(entry).collect())
    }

    /// Returns whether `destination` is reached directly.
    pub fn covers(&self, destination: &Url) -> bool {
        let Some(host) = destination.host() else { return false };
        let port = destination.port_or_known_default();
        let mut entries = self.0.iter().filter(|entry| entry.port.is_none() || entry.port == port);
        address::is_loopback(destination) || entries.any(|entry| entry.what.covers(&host))
    }

    /// Returns whether a platform is reached directly.
    pub fn covers_platform(&self, platform: &BaseUrl) -> bool {
        self.covers(platform.url())
    }
}

impl What {
    fn covers(&self, host: &Host<&str>) -> bool {
        let address = match host {
            Host::Domain(name) => return self.covers_name(name.trim_end_matches('.')),
            Host::Ipv4(address) => IpAddr::V4(*address),
            Host::Ipv6(address) => IpAddr::V6(*address),
        };
        match self {
            Self::Everything => true,
            Self::Domain(_) => false,
            Self::Network(network, bits) => is_within(address, *network, *bits),
        }
    }

    fn covers_name(&self, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Domain(domain) => {
                let before = name.strip_suffix(domain.as_str());
                before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
            }
            Self::Network(..) => false,
        }
    }
}

fn entry(text: &str) -> Entry {
    if let Some(what) = address_or_network(text) {
        return Entry { what, port: None };
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (text, None),
        },
        None => (text, None),
    };
    let what = if host == "*" {
        What::Everything
    } else {
        address_or_network(host).unwrap_or_else(|| {
            let name = host.strip_prefix('*').unwrap_or(host).trim_matches('.');
            What::Domain(name.to_ascii_lowercase())
        })
    };
    Entry { what, port }
}

fn address_or_network(text: &str) -> Option<What> {
    let bare = |text: &str| {
        let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        inner.unwrap_or(text).parse::<IpAddr>().ok()
    };
    if let Some((address, bits)) = text.split_once('/') {
        let (address, bits) = (bare(address)?, bits.parse().ok()?);
        return (bits <= width(address)).then_some(What::Network(address, bits));
    }
    let address = bare(text)?;
    Some(What::Network(address, width(address)))
}

fn width(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn is_within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let (one, other, width) = match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (u128::from(one.to_bits()), u128::from(other.to_bits()), 32),
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits(), other.to_bits(), 128),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
    };
    let rest = u32::from(width - bits);
    // What is shifted out entirely has nothing left to differ in.
    (one ^ other).checked_shr(rest).unwrap_or(0) == 0
}
