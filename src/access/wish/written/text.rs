//! Names and roles as TOML, whatever is in them.

use crate::domain::ids::Principal;
use crate::domain::role::RoleSet;
use crate::domain::text;
use std::fmt::Write as _;

/// Returns a text in quotes. What could hide, or do something to whoever looks at the file, is escaped.
pub(in crate::access::wish) fn quoted(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + 2);
    out.push('"');
    for (c, is_harmful) in text::judged(raw) {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_harmful && u32::from(c) > 0xffff => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c if is_harmful => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Returns the name of a workspace as a key.
pub(in crate::access::wish) fn key(raw: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !raw.is_empty() && raw.bytes().all(is_bare) {
        return raw.to_owned();
    }
    quoted(raw)
}

/// Returns the roles as a list, the strongest first.
pub(in crate::access::wish) fn list(roles: &RoleSet) -> String {
    let roles: Vec<String> = roles.iter().map(|role| quoted(role.raw())).collect();
    format!("[{}]", roles.join(", "))
}

/// Returns the line of a member.
pub(in crate::access::wish) fn member(principal: &Principal, roles: &RoleSet) -> String {
    format!("{} = {}", quoted(principal.raw()), list(roles))
}
