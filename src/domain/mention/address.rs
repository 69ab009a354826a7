//! What is plainly an e-mail address, and what is plainly none: markers, labels, headings, names.

use super::lexer::{self, Kind, Token};
use crate::domain::text;
use percent_encoding::percent_decode_str;

/// What stands before an address in mails, links and directories.
const LABELS: [&str; 12] = [
    "mailto", "smtp", "sip", "sips", "xmpp", "email", "e-mail", "mail", "to", "cc", "bcc", "from",
];

/// What columns of principals are called.
const HEADINGS: [&str; 38] = [
    "account",
    "accounts",
    "address",
    "addresses",
    "display",
    "e-mail",
    "e-mail-adresse",
    "e-mails",
    "email",
    "emailaddress",
    "emails",
    "email_address",
    "first",
    "full",
    "given",
    "group",
    "groups",
    "id",
    "last",
    "login",
    "mail",
    "mails",
    "member",
    "members",
    "name",
    "names",
    "nr",
    "no",
    "person",
    "people",
    "principal",
    "principals",
    "role",
    "surname",
    "upn",
    "user",
    "username",
    "users",
];

/// Returns the addresses that `token` holds and nothing else; none where it is anything else.
pub(super) fn addresses(text: &str, token: &Token) -> Vec<String> {
    let inner = token.inner(text);
    match token.kind {
        Kind::Break | Kind::Comma => Vec::new(),
        Kind::Word | Kind::Link | Kind::Quoted => of_one(inner),
        Kind::Angle | Kind::Aside | Kind::Bracketed => {
            let parts = inner.split([',', ' ']).filter(|part| !part.is_empty());
            let found: Vec<Vec<String>> = parts.map(of_one).collect();
            if found.iter().any(Vec::is_empty) {
                return Vec::new();
            }
            found.concat()
        }
    }
}

/// Whether a comment holds an address besides those it stands beside.
pub(super) fn names_another(comment: &str, known: &[String]) -> bool {
    let mut within = comment.split([',', ' ']).flat_map(of_one);
    within.any(|address| !known.contains(&address))
}

fn of_one(word: &str) -> Vec<String> {
    let plain = bare(word);
    if lexer::is_link(plain) {
        return linked(plain);
    }
    let plain = plain
        .split_once(':')
        .filter(|(label, _)| is_label(label))
        .map_or(plain, |(_, rest)| bare(rest));
    if is_email(plain) {
        vec![plain.to_owned()]
    } else {
        Vec::new()
    }
}

/// Returns the addresses a link goes to; none if one of them is no address.
fn linked(link: &str) -> Vec<String> {
    let Some((_, rest)) = link.split_once(':') else {
        return Vec::new();
    };
    let to = rest.split_once('?').map_or(rest, |(to, _)| to);
    let parts = to.split(',').map(str::trim).filter(|part| !part.is_empty());
    let mut found = Vec::new();
    for part in parts {
        let part = if lexer::is_link(part) {
            part.split_once(':').map_or(part, |(_, rest)| rest)
        } else {
            part
        };
        let decoded = percent_decode_str(part).decode_utf8_lossy();
        let address = bare(&decoded);
        if !is_email(address) {
            return Vec::new();
        }
        found.push(address.to_owned());
    }
    found
}

/// Returns the part of a link that names others than those it goes to; empty where there are none.
pub(super) fn copied_in(link: &str) -> &str {
    let query = if lexer::is_link(link) {
        link.split_once('?').map_or("", |(_, query)| query)
    } else {
        ""
    };
    let names_somebody = query.contains('@') || query.to_ascii_lowercase().contains("%40");
    if names_somebody { query } else { "" }
}

/// Returns `word` without what sentences, lists and mark-up put around it, and without what cannot be seen there.
pub(super) fn bare(word: &str) -> &str {
    let is_hidden = |c: char| c.is_whitespace() || text::must_escape(c);
    let opens = |c: char| is_hidden(c) || "<>([{\"'“„‘‚«»`*•·|,;:!?".contains(c);
    let closes = |c: char| is_hidden(c) || ">)]}\"'”’“‘»«`*•·|.,;:!?…，。；".contains(c);
    word.trim_start_matches(opens).trim_end_matches(closes)
}

/// Whether it is an e-mail address beyond doubt: one `@` with something sensible on both sides.
pub(super) fn is_email(word: &str) -> bool {
    let Some((local, domain)) = word.split_once('@') else {
        return false;
    };
    let is_letter = |c: char| c.is_alphanumeric() || (!c.is_ascii() && !c.is_whitespace());
    let is_local = |c: char| is_letter(c) || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let is_domain = |c: char| is_letter(c) || c == '.' || c == '-' || c == '_';
    let has_empty_part = |text: &str| text.split('.').any(str::is_empty);
    !local.is_empty() && local.chars().all(is_local) && domain.chars().all(is_domain) && !has_empty_part(domain)
}

/// Whether it only begins a line of a list, or separates: a bullet, a number, a dash.
pub(super) fn is_marker(word: &str) -> bool {
    let digits = word.trim_start_matches(['(', '#']).trim_end_matches(['.', ')', ':']);
    let is_number = digits.len() < word.len() && !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    is_number || !word.chars().any(char::is_alphanumeric)
}

/// Whether it says that an address follows: `To:`, `e-mail`.
pub(super) fn is_label(word: &str) -> bool {
    let word = bare(word);
    LABELS.iter().any(|label| label.eq_ignore_ascii_case(word))
}

/// Whether a column may be called so.
pub(super) fn is_heading(word: &str) -> bool {
    let mut words = word.split([' ', '-', '_']).map(bare).filter(|word| !word.is_empty());
    let is_one = |word: &str| HEADINGS.iter().any(|known| known.eq_ignore_ascii_case(word));
    is_one(bare(word)) || (words.clone().next().is_some() && words.all(is_one))
}

/// Whether it could be part of the name of a person: letters, and what joins them.
pub(super) fn is_name(word: &str) -> bool {
    let is_letter = |c: char| c.is_alphabetic() || matches!(c, '.' | '\'' | '’' | '-') || !c.is_ascii();
    word.chars().any(char::is_alphabetic) && word.chars().all(is_letter)
}
