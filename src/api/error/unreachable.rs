//! Why no connection came about, and the words for it: what each of these means and what to do about it.

use crate::domain::proxy::Proxy;
use crate::domain::text::SafeText;
use jiff::Timestamp;

/// Why no connection came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// The host name is unknown.
    NoSuchHost,
    /// The connection was refused: nothing listens at the address.
    Refused,
    /// The other side does not speak TLS, or its certificate is no good.
    Tls(TlsTrouble),
    /// It is the proxy on the way.
    Proxy(Box<ProxyTrouble>),
    /// Anything else on the way there.
    Other,
}

/// Why no encrypted connection came about.
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

    /// Returns whether it could be otherwise a moment later.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::NoSuchHost | Self::Refused | Self::Other => true,
            // A certificate does not get better by asking again.
            Self::Tls(_) => false,
            Self::Proxy(trouble) => match &trouble.what {
                ProxyFault::Unreachable(why) => why.may_pass(),
                ProxyFault::BrokeOff => true,
                ProxyFault::WantsCredentials
                | ProxyFault::RefusesCredentials
                | ProxyFault::WantsAnotherWay(_)
                | ProxyFault::Refuses => false,
            },
        }
    }

    /// Returns whether the words here say all that the library below has to say.
    pub(crate) fn is_told_in_full(&self) -> bool {
        match self {
            Self::Tls(trouble) => match trouble {
                TlsTrouble::UnknownIssuer | TlsTrouble::NotSigned | TlsTrouble::NotTls => true,
                TlsTrouble::Expired(validity) | TlsTrouble::NotYetValid(validity) => validity.is_some(),
                TlsTrouble::WrongHost(names) => !names.is_empty(),
                TlsTrouble::Certificate | TlsTrouble::Handshake => false,
            },
            Self::Proxy(trouble) => match &trouble.what {
                ProxyFault::Unreachable(why) => why.is_told_in_full(),
                ProxyFault::WantsCredentials
                | ProxyFault::RefusesCredentials
                | ProxyFault::WantsAnotherWay(_)
                | ProxyFault::Refuses => true,
                ProxyFault::BrokeOff => false,
            },
            Self::NoSuchHost | Self::Refused | Self::Other => false,
        }
    }

    /// Returns what went wrong, to stand behind "cannot …:".
    pub(super) fn why(&self) -> String {
        match self {
            Self::NoSuchHost => "the host is not known".to_owned(),
            Self::Refused => "nothing listens at the address".to_owned(),
            Self::Tls(trouble) => trouble.why(),
            Self::Proxy(trouble) => trouble.why(),
            Self::Other => "no connection could be made".to_owned(),
        }
    }

    /// Returns what to do next, in one sentence.
    pub(super) fn next_step(&self) -> String {
        match self {
            Self::NoSuchHost => "Check the host name in the address and the network.".to_owned(),
            Self::Refused => "Check the port in the address and whether the platform is running.".to_owned(),
            Self::Tls(trouble) => trouble.next_step(),
            Self::Proxy(trouble) => trouble.next_step(),
            Self::Other => "Check the network, then try again.".to_owned(),
        }
    }
}

impl TlsTrouble {
    fn why(&self) -> String {
        match self {
            Self::UnknownIssuer => "its certificate is from an authority that is not trusted here".to_owned(),
            Self::NotSigned => "its certificate is not signed by the authority that it names".to_owned(),
            Self::Expired(Some(validity)) => format!("its certificate expired on {}", day(validity.limit)),
            Self::Expired(None) => "its certificate has expired".to_owned(),
            Self::NotYetValid(Some(validity)) => format!("its certificate is not valid before {}", day(validity.limit)),
            Self::NotYetValid(None) => "its certificate is not valid yet".to_owned(),
            Self::WrongHost(names) if names.is_empty() => "its certificate is for another host".to_owned(),
            Self::WrongHost(names) => {
                let names: Vec<&str> = names.iter().map(SafeText::as_str).collect();
                format!("its certificate is for another host ({})", names.join(", "))
            }
            Self::Certificate => "its certificate cannot be accepted".to_owned(),
            Self::NotTls => "what listens at the address does not speak https".to_owned(),
            Self::Handshake => "no encrypted connection came about".to_owned(),
        }
    }

    fn next_step(&self) -> String {
        match self {
            Self::UnknownIssuer => "If your company has an authority of its own, name its certificate (PEM) with --ca, \
                                    or as certificate_authority of the cluster in the config file of the platform's CLI."
                .to_owned(),
            Self::NotSigned => "If that authority was made anew, name its new certificate (PEM) with --ca or as \
                                certificate_authority of the cluster; otherwise somebody else answers there."
                .to_owned(),
            Self::Expired(validity) => renewed("Ask whoever runs it for a new certificate", *validity),
            Self::NotYetValid(validity) => renewed("Wait, or ask whoever runs it for another certificate", *validity),
            Self::WrongHost(_) => "Use the name that the certificate is for in the address, if that is the same server; \
                                   otherwise ask whoever runs it for a certificate of this name."
                .to_owned(),
            Self::Certificate => "Ask whoever runs it to look at the certificate.".to_owned(),
            Self::NotTls => "Check the port in the address, and whether it is an http:// address after all; \
                             tokens go over plain http to this machine itself only."
                .to_owned(),
            Self::Handshake => "Check whether this port speaks https at all (TLS 1.2 or 1.3), and what stands between \
                                here and there."
                .to_owned(),
        }
    }
}

/// What helps where a proxy does not speak Basic.
const ANOTHER_WAY: &str = "name a proxy on this machine that logs in to it (cntlm, px), or have the platform left out by \
                           NO_PROXY where it can be reached directly";

impl ProxyTrouble {
    fn why(&self) -> String {
        let Self { proxy, named_by, what } = self;
        let proxy = format!("the proxy {proxy} ({named_by})");
        match what {
            ProxyFault::Unreachable(Unreachable::NoSuchHost) => format!("the host of {proxy} is not known"),
            ProxyFault::Unreachable(Unreachable::Refused) => format!("nothing listens at {proxy}"),
            ProxyFault::Unreachable(Unreachable::Tls(trouble)) => format!("{proxy}: {}", trouble.why()),
            ProxyFault::Unreachable(Unreachable::Proxy(_) | Unreachable::Other) => format!("{proxy} cannot be reached"),
            ProxyFault::WantsCredentials => format!("{proxy} asks for a user name and a password"),
            ProxyFault::RefusesCredentials => format!("{proxy} does not accept the user name or the password"),
            ProxyFault::WantsAnotherWay(ways) => {
                format!("{proxy} lets in who logs in by {ways}, and this program speaks Basic only")
            }
            ProxyFault::Refuses => format!("{proxy} refuses to connect to the platform, or cannot"),
            ProxyFault::BrokeOff => format!("{proxy} broke off"),
        }
    }

    fn next_step(&self) -> String {
        let named_by = &self.named_by;
        match &self.what {
            ProxyFault::Unreachable(Unreachable::Tls(trouble)) => trouble.next_step(),
            ProxyFault::Unreachable(_) | ProxyFault::BrokeOff => {
                format!("Check the proxy that {named_by} names, or have the platform left out of it by NO_PROXY.")
            }
            // What a proxy offers can be seen only where it does not have to make a tunnel.
            ProxyFault::WantsCredentials => format!(
                "Write them into the address that {named_by} names: http://user:password@host:port. If it takes no Basic \
                 but only NTLM or Negotiate (Kerberos), that does not help: {ANOTHER_WAY}."
            ),
            ProxyFault::RefusesCredentials => format!(
                "Correct them in the address that {named_by} names; what is special in them is written as %40. If they are \
                 right, it may take only NTLM or Negotiate (Kerberos), and no Basic: {ANOTHER_WAY}."
            ),
            ProxyFault::WantsAnotherWay(_) => format!("In place of what {named_by} names, {ANOTHER_WAY}."),
            ProxyFault::Refuses => format!(
                "Check the address of the platform, and ask whoever runs the proxy to let it through; \
                 NO_PROXY leaves it out of the one that {named_by} names."
            ),
        }
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
