//! Which way requests leave this machine: directly, or by way of a proxy. Plain values; who names a proxy (a variable,
//! a context) is known to `config`, and how one is spoken to is known to `api`.
//!
//! What is on this machine is never reached by way of a proxy: a token for it may travel in the clear, and a proxy
//! elsewhere would get to read it.

mod exempt;

pub use exempt::Exempt;

use super::address::BaseUrl;
use super::secret::Secret;
use super::text::SafeText;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use url::Url;

/// A proxy, and who named it.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// With user name and password, if there are any.
    url: Secret,
    shown: SafeText,
    named_by: SafeText,
    has_credentials: bool,
    is_https: bool,
}

impl Proxy {
    /// Parses what a person typed or configured. `named_by` is who says so, as it is told: `HTTPS_PROXY`, `context 'prod'`.
    ///
    /// # Errors
    /// Names what is wrong with it.
    pub fn parse(typed: &str, named_by: SafeText) -> Result<Self, BadProxy> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(BadProxy::Empty);
        }
        if typed.chars().any(|c| c.is_control() || c == ' ') {
            return Err(BadProxy::Blank);
        }
        // As everywhere, a host and a port alone mean http.
        let url = if typed.contains("://") {
            Url::parse(typed)
        } else {
            Url::parse(&format!("http://{typed}"))
        };
        let url = url.map_err(BadProxy::Unreadable)?;
        match url.scheme() {
            "http" | "https" => {}
            "socks" | "socks4" | "socks4a" | "socks5" | "socks5h" => return Err(BadProxy::Socks),
            _ => return Err(BadProxy::Scheme),
        }
        let mut bare = url.clone();
        // They fail for addresses without a host only, and http and https have one.
        let _ = bare.set_username("");
        let _ = bare.set_password(None);
        bare.set_path("");
        bare.set_query(None);
        bare.set_fragment(None);
        Ok(Self {
            shown: SafeText::new(bare.as_str().trim_end_matches('/')),
            named_by,
            has_credentials: !url.username().is_empty() || url.password().is_some(),
            is_https: url.scheme() == "https",
            url: Secret::new(url.into()),
        })
    }

    /// Returns its address with user name and password, for the place that speaks to it.
    pub fn url(&self) -> &Secret {
        &self.url
    }

    /// Returns what nobody may see of it: the password, and both as they go out in a header.
    pub fn secrets(&self) -> Vec<Secret> {
        let url = Url::parse(self.url.reveal()).ok();
        let Some((user, password)) = url.and_then(|url| Some((url.username().to_owned(), url.password()?.to_owned())))
        else {
            return Vec::new();
        };
        let [user, decoded] = [&user, &password].map(|text| decoded(text));
        let header = STANDARD.encode(format!("{user}:{decoded}"));
        [password, decoded, header].map(Secret::new).to_vec()
    }

    /// Returns its address as it may be shown: without user name and password.
    pub fn shown(&self) -> &SafeText {
        &self.shown
    }

    /// Returns who named it: a variable, a context.
    pub fn named_by(&self) -> &SafeText {
        &self.named_by
    }

    /// Returns whether a user name or password is sent to it.
    pub fn has_credentials(&self) -> bool {
        self.has_credentials
    }

    /// Returns whether it is spoken to over TLS itself.
    pub fn is_https(&self) -> bool {
        self.is_https
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("shown", &self.shown)
            .field("named_by", &self.named_by)
            .field("has_credentials", &self.has_credentials)
            .finish_non_exhaustive()
    }
}

/// Unlike in a form, a plus is a plus.
fn decoded(text: &str) -> String {
    let text = text.replace('+', "%2B");
    let mut pairs = url::form_urlencoded::parse(text.as_bytes());
    pairs.next().map(|(text, _)| text.into_owned()).unwrap_or_default()
}

/// Why text is not the address of a proxy, as the end of a sentence that begins with who gave it. It never repeats the
/// text, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadProxy {
    /// Nothing at all was given.
    #[error("is empty: it must look like http://proxy.example.com:3128")]
    Empty,
    /// A blank or a control character inside.
    #[error("contains a space or a control character: write them as %20 and the like in a password")]
    Blank,
    /// A kind of proxy that is not spoken.
    #[error("names a SOCKS proxy, which is not supported: name an http:// or https:// proxy")]
    Socks,
    /// Neither `http://` nor `https://` in front.
    #[error("must begin with http:// or https://")]
    Scheme,
    /// Whatever else the URL parser says.
    #[error("is not the address of a proxy: {0}")]
    Unreadable(#[source] url::ParseError),
}

/// The ways out for every destination.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For destinations that are spoken to over plain http.
    pub http: Option<Proxy>,
    /// For destinations that are spoken to over https.
    pub https: Option<Proxy>,
    /// What is reached directly all the same.
    pub exempt: Exempt,
}

impl Proxies {
    /// Returns the choice of a context: `none`, or one proxy for everything.
    ///
    /// # Errors
    /// Names what is wrong with the address of the proxy.
    pub fn of_context(typed: &str, named_by: SafeText) -> Result<Self, BadProxy> {
        if typed.trim().eq_ignore_ascii_case("none") {
            return Ok(Self::default());
        }
        let proxy = Proxy::parse(typed, named_by)?;
        Ok(Self {
            http: Some(proxy.clone()),
            https: Some(proxy),
            exempt: Exempt::default(),
        })
    }

    /// Returns the proxy by way of which `destination` is reached, if it is not reached directly.
    pub fn towards(&self, destination: &Url) -> Option<&Proxy> {
        let proxy = match destination.scheme() {
            "https" => &self.https,
            "http" => &self.http,
            _ => return None,
        };
        proxy.as_ref().filter(|_| !self.exempt.covers(destination))
    }

    /// Returns the proxy by way of which a platform is reached, if it is not reached directly.
    pub fn towards_platform(&self, platform: &BaseUrl) -> Option<&Proxy> {
        self.towards(platform.url())
    }
}

#[cfg(test)]
mod tests;
