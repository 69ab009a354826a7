//! Why no connection came about, and the words for it: what each of these means and what to do about it.

use crate::domain::proxy::Proxy;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use std::borrow::Cow;

/// Why no connection came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// The host name is unknown.
    NoSuchHost,
    /// The connection was refused: nothing is listening at the address.
    Refused,
    /// The other side does not speak TLS, or its certificate is no good.
    Tls(TlsTrouble),
    /// It is the proxy on the way.
    Proxy(Box<ProxyTrouble>),
    /// Anything else on the way there.
    Other,
}

/// Why no encrypted connection was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsTrouble {
    /// Nobody who is trusted vouches for the certificate.
    UnknownIssuer,
    /// The certificate names an authority that is trusted, and is not signed by it.
    NotSigned,
    /// The certificate was good until some time ago.
    Expired(Option<Validity>),
    /// The certificate will be good some day.
    NotYetValid(Option<Validity>),
    /// The certificate is for other names, as far as these can be told.
    WrongHost(Vec<SafeText>),
    /// The certificate is that of an authority, which signs others.
    OfAuthority,
    /// Something else is wrong with the certificate.
    Certificate,
    /// What answers speaks something else.
    NotTls,
    /// The two sides did not come to terms, or the other one hung up.
    Handshake,
}

/// A limit of a certificate, and what the clock of this machine says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first or the last moment at which the certificate is good.
    pub limit: Timestamp,
    /// The moment at which it was looked at.
    pub now: Timestamp,
}

/// What a proxy did not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyTrouble {
    /// The proxy, as it may be shown.
    pub proxy: SafeText,
    /// Who named it: a variable, a context.
    pub named_by: SafeText,
    /// What the proxy failed to do.
    pub what: ProxyFault,
}

/// In what way a proxy failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyFault {
    /// It cannot be reached itself.
    Unreachable(Unreachable),
    /// It wants a user name and a password.
    WantsCredentials,
    /// It does not take those it was given.
    RefusesCredentials,
    /// It wants to know its user in these ways only, none of which is spoken here.
    WantsAnotherWay(SafeText),
    /// It does not make the connection.
    Refuses,
    /// It hung up, or did not answer as a proxy does.
    BrokeOff,
}

impl Unreachable {
    /// Returns the trouble with `proxy`.
    pub(crate) fn by(proxy: &Proxy, what: ProxyFault) -> Self {
        Self::Proxy(Box::new(ProxyTrouble {
            proxy: proxy.shown().clone(),
            named_by: proxy.named_by().clone(),
            what,
        }))
    }

    /// Returns what it means: one row for each kind.
    pub(crate) fn facts(&self) -> Facts {
        match self {
            Self::NoSuchHost => passing(
                "the host name is unknown",
                "Check the host name in the address and the network.",
            ),
            Self::Refused => passing(
                "nothing is listening at the address",
                "Check the port in the address and whether the platform is running.",
            ),
            Self::Other => passing("no connection was made", "Check the network, then try again."),
            Self::Tls(trouble) => trouble.facts(),
            Self::Proxy(trouble) => trouble.facts(),
        }
    }
}

/// What it means that no connection came about.
pub(crate) struct Facts {
    /// What went wrong, to stand behind "cannot …:".
    pub(super) why: Cow<'static, str>,
    /// What to do next, in one sentence.
    pub(super) next: Cow<'static, str>,
    /// Whether it could be otherwise a moment later.
    pub(super) may_pass: bool,
    /// Whether that is all that the library below has to say.
    pub(crate) is_complete: bool,
}

type Words = Cow<'static, str>;

/// What may pass, and of which the library knows more.
fn passing(why: impl Into<Words>, next: impl Into<Words>) -> Facts {
    Facts {
        may_pass: true,
        ..lasting(why, next, false)
    }
}

/// What does not get better by asking again.
fn lasting(why: impl Into<Words>, next: impl Into<Words>, is_complete: bool) -> Facts {
    Facts {
        why: why.into(),
        next: next.into(),
        may_pass: false,
        is_complete,
    }
}

fn expired(validity: Option<Validity>) -> Facts {
    let why = match validity {
        Some(validity) => format!("its certificate expired on {}", day(validity.limit)),
        None => "its certificate has expired".to_owned(),
    };
    let next = renewed("Ask its operator for a new certificate", validity);
    lasting(why, next, validity.is_some())
}

fn not_yet_valid(validity: Option<Validity>) -> Facts {
    let why = match validity {
        Some(validity) => format!("its certificate is not valid before {}", day(validity.limit)),
        None => "its certificate is not valid yet".to_owned(),
    };
    let next = renewed("Wait, or ask its operator for another certificate", validity);
    lasting(why, next, validity.is_some())
}

impl TlsTrouble {
    fn facts(&self) -> Facts {
        match self {
            Self::UnknownIssuer => lasting(
                "its certificate is from an untrusted authority",
                "If your company has its own authority, name its certificate (PEM) with --ca, or as \
                 certificate_authority of the cluster in the config file of the platform's CLI.",
                true,
            ),
            Self::NotSigned => lasting(
                "its certificate is not signed by the authority it names",
                "If that authority has a new certificate, name it (PEM) with --ca or as certificate_authority \
                 of the cluster; otherwise somebody else answers there.",
                true,
            ),
            Self::Expired(validity) => expired(*validity),
            Self::NotYetValid(validity) => not_yet_valid(*validity),
            Self::WrongHost(names) => {
                let names: Vec<&str> = names.iter().map(SafeText::as_str).collect();
                let told = if names.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", names.join(", "))
                };
                lasting(
                    format!("its certificate is for another host{told}"),
                    "Use the name that the certificate is for in the address, if that is the same server; otherwise ask its \
                     operator for a certificate of this name.",
                    !names.is_empty(),
                )
            }
            Self::OfAuthority => lasting(
                "its certificate is one of an authority, which no server may use",
                "Ask its operator for a certificate of the server, signed by that authority, or for a self-signed one \
                 without CA:TRUE (openssl req -x509 -addext basicConstraints=critical,CA:FALSE).",
                true,
            ),
            Self::Certificate => lasting(
                "its certificate is not valid",
                "Ask its operator to check the certificate.",
                false,
            ),
            Self::NotTls => lasting(
                "the server at the address does not speak https",
                "Check the port in the address, and whether it is an http:// address after all; tokens go over plain \
                 http to this machine itself only.",
                true,
            ),
            Self::Handshake => lasting(
                "no encrypted connection was made",
                "Check whether this port speaks https at all (TLS 1.2 or 1.3), and what stands between here and there.",
                false,
            ),
        }
    }
}

/// What helps where a proxy does not speak Basic.
const ANOTHER_WAY: &str = "use a proxy on this machine that logs in to it (cntlm, px), or exclude the platform with \
                           NO_PROXY if it can be reached directly";

impl ProxyTrouble {
    fn facts(&self) -> Facts {
        let Self { proxy, named_by, what } = self;
        let proxy = format!("the proxy {proxy} ({named_by})");
        match what {
            ProxyFault::Unreachable(unreachable) => {
                let facts = unreachable.facts();
                let (why, next) = match unreachable {
                    Unreachable::NoSuchHost => (format!("the host name of {proxy} is unknown"), None),
                    Unreachable::Refused => (format!("nothing is listening at {proxy}"), None),
                    Unreachable::Tls(_) => (format!("{proxy}: {}", facts.why), Some(facts.next)),
                    Unreachable::Proxy(_) | Unreachable::Other => (format!("{proxy} cannot be reached"), None),
                };
                let next = next.unwrap_or_else(|| self.to_be_checked().into());
                Facts {
                    why: why.into(),
                    next,
                    ..facts
                }
            }
            ProxyFault::BrokeOff => passing(format!("{proxy} closed the connection"), self.to_be_checked()),
            // What a proxy offers can be seen only where it does not have to make a tunnel.
            ProxyFault::WantsCredentials => lasting(
                format!("{proxy} asks for a user name and a password"),
                format!(
                    "Write them into the address that {named_by} names: http://user:password@host:port. If it takes no \
                     Basic but only NTLM or Negotiate (Kerberos), that does not help: {ANOTHER_WAY}."
                ),
                true,
            ),
            ProxyFault::RefusesCredentials => lasting(
                format!("{proxy} does not accept the user name or the password"),
                format!(
                    "Correct them in the address that {named_by} names; what is special in them is written as %40. If \
                     they are right, it may take only NTLM or Negotiate (Kerberos), and no Basic: {ANOTHER_WAY}."
                ),
                true,
            ),
            ProxyFault::WantsAnotherWay(ways) => lasting(
                format!("{proxy} accepts {ways} only, and this program speaks Basic only"),
                format!("In place of what {named_by} names, {ANOTHER_WAY}."),
                true,
            ),
            ProxyFault::Refuses => lasting(
                format!("{proxy} refuses to connect to the platform, or cannot"),
                format!(
                    "Check the address of the platform, and ask whoever runs the proxy to let it through; NO_PROXY \
                     leaves it out of the one that {named_by} names."
                ),
                true,
            ),
        }
    }

    fn to_be_checked(&self) -> String {
        let named_by = &self.named_by;
        format!("Check the proxy that {named_by} names, or exclude the platform from it with NO_PROXY.")
    }
}

fn renewed(what: &str, validity: Option<Validity>) -> String {
    match validity {
        Some(validity) => format!(
            "{what}; if that date is not wrong, the clock here is: it says {}.",
            day(validity.now)
        ),
        None => format!("{what}, and check the clock of this machine."),
    }
}

fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
