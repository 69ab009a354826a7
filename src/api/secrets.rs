//! The secrets that went out, or came in, on one connection. Whatever comes back is searched for them before it is kept:
//! gateways put headers into their errors, and identity providers repeat the form.

use crate::domain::redact::Redactor;
use crate::domain::text::SafeText;
use secrecy::{ExposeSecret as _, SecretString};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// How many are known at once: the answer to a request that went out with an older one comes long before.
const MOST: usize = 32;

/// What must not be told. Its clones know the same.
#[derive(Clone, Default)]
pub struct Secrets(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    secrets: VecDeque<SecretString>,
    redactor: Arc<Redactor>,
}

impl Secrets {
    /// Takes note of one.
    pub fn learn(&self, secret: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if secret.is_empty() || known.secrets.iter().any(|known| known.expose_secret() == secret) {
            return;
        }
        if known.secrets.len() == MOST {
            known.secrets.pop_front();
        }
        known.secrets.push_back(secret.into());
        let all = known.secrets.iter().map(SecretString::expose_secret);
        known.redactor = Arc::new(Redactor::new(all));
    }

    /// Returns words from outside as they may be shown.
    pub fn words(&self, text: &str) -> SafeText {
        SafeText::new(&self.cleaned(text))
    }

    /// Returns text from outside without secrets, which is still to be made safe.
    pub(super) fn cleaned<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.redactor().words(text)
    }

    /// Returns an answer without secrets. What is only alike stays: there are names in it.
    pub(super) fn cleaned_data(&self, body: Vec<u8>) -> Vec<u8> {
        self.redactor().data(body)
    }

    fn redactor(&self) -> Arc<Redactor> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known.redactor)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_latest_and_forgets_the_oldest() {
        let secrets = Secrets::default();
        assert_eq!(secrets.words("nothing is known").as_str(), "nothing is known");
        for n in 0..=MOST {
            secrets.learn(&format!("the-secret-number-{n:04}-of-many"));
        }
        secrets.learn("the-secret-number-0032-of-many");
        assert_eq!(
            secrets.words("0032-of-many").as_str(),
            "0032-of-many",
            "a small piece tells nothing"
        );
        let said = secrets.words("it was the-secret-number-0032-of-many!");
        assert_eq!(said.as_str(), "it was ***!");
        assert!(!format!("{secrets:?}").contains("number"));
    }
}
