//! Logging in, as the screens and the command line see it: which ways there are, and what came of one.

use super::context::ContextName;
use super::secret::Secret;
use super::text::SafeText;
use jiff::Timestamp;

/// How one can log in to a server, and where the result will lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ways {
    /// The address of the server to log in to.
    pub server: SafeText,
    /// Whether the server asks who its callers are: if not, no login is needed.
    pub is_auth_enabled: bool,
    /// Who vouches for its users, where that can be asked from a terminal (device authorization).
    pub device: Option<SafeText>,
    /// Where the result will lie, in words: `context 'prod' in ~/.config/nhx/config.yaml`.
    pub kept_in: SafeText,
    /// The environment variable whose token is in force whatever is logged in, if there is one.
    pub overruled_by: Option<SafeText>,
}

/// One way to log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// By a code that is entered in a browser anywhere (OAuth device authorization).
    Device,
    /// By an e-mail that nobody checks (an unsigned token), where the server allows it.
    Unsigned {
        /// The e-mail to make a token for.
        email: String,
    },
    /// By a token or an access key that was got elsewhere.
    Token(Secret),
}

/// What has to be entered where for a device authorization to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCode {
    /// The page to open in a browser.
    pub url: SafeText,
    /// Where to go without having to enter the code, if the provider offers that.
    pub complete_url: Option<SafeText>,
    /// What to enter there.
    pub code: SafeText,
    /// When the code stops working.
    pub expires_at: Timestamp,
}

/// Who is logged in now, and where that lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedIn {
    /// Who is logged in now, as far as that is known.
    pub user: SafeText,
    /// When the token ends; `None` where that cannot be told.
    pub expires_at: Option<Timestamp>,
    /// Whether it is renewed without asking.
    pub is_renewable: bool,
    /// Where it lies, in words.
    pub kept_in: SafeText,
    /// Whose login lay there before, if it was somebody else's.
    pub replaces: Option<SafeText>,
    /// The context it lies in; `None` where it ends with the program.
    pub context: Option<ContextName>,
}
