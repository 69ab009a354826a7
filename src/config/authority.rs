//! The file with the certificates to trust: read, and looked at closely enough to say what is wrong with it.
//!
//! Whether a certificate can be trusted is for the client to find out. Here it is about files that hold none: the wrong
//! file, the wrong format, half a file.

use super::{Error, Sourced};
use crate::domain::command::quoted;
use crate::domain::text::SafeText;
use crate::files;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io;
use std::path::{Path, PathBuf};

const BEGIN: &str = "-----BEGIN ";
const CERTIFICATE: &str = "CERTIFICATE";

/// Reads the file and makes sure that it holds certificates.
pub(super) fn read(named: &Sourced<PathBuf>) -> Result<Vec<u8>, Error> {
    let path = &named.value;
    let bytes = match files::read(path, files::CERTIFICATES) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
            return Err(unusable(named, "is a directory: name one file with all certificates"));
        }
        Err(source) => {
            return Err(Error::Authority {
                source_of: named.source.clone(),
                path: path.clone(),
                source,
            });
        }
    };
    match certificates(&bytes) {
        Ok(certificates) => Ok(certificates.into_bytes()),
        Err(Fault::Der) => Err(unusable(named, &convert(path))),
        Err(fault) => Err(unusable(named, &fault.to_string())),
    }
}

fn unusable(named: &Sourced<PathBuf>, problem: &str) -> Error {
    Error::NoAuthority {
        source_of: named.source.clone(),
        path: named.value.clone(),
        problem: problem.to_owned(),
    }
}

fn convert(path: &Path) -> String {
    let from = path.to_string_lossy();
    let to = format!("{from}.pem");
    let command = format!("openssl x509 -inform der -in {} -out {}", quoted(&from), quoted(&to));
    format!("is in DER format: turn it into PEM with `{}`", SafeText::new(&command))
}

/// Why a file is no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("is empty")]
    Empty,
    #[error("is in DER format")]
    Der,
    #[error("holds no certificate: it must be in PEM format, with -----BEGIN CERTIFICATE-----")]
    NotPem,
    #[error("holds no certificate, but a {0}: the certificate of the authority is needed")]
    Other(String),
    #[error("holds a certificate (in line {0}) that is cut off or damaged: copy it again")]
    Damaged(usize),
}

/// Returns the certificates alone, in PEM format: without what editors and other systems put before, between and behind
/// their lines, which not every reader takes.
fn certificates(bytes: &[u8]) -> Result<String, Fault> {
    if bytes.trim_ascii().is_empty() {
        return Err(Fault::Empty);
    }
    // A SEQUENCE of more than 255 bytes, as every certificate is.
    if bytes.starts_with(&[0x30, 0x82]) {
        return Err(Fault::Der);
    }
    let text = text(bytes);
    let mut other = None;
    let mut found = String::new();
    let mut lines = text.lines().map(|line| line.trim_matches(is_blank)).enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(label) = line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix("-----")) else {
            continue;
        };
        if label != CERTIFICATE {
            other = other.or_else(|| Some(label.to_ascii_lowercase()));
            continue;
        }
        let end = format!("-----END {label}-----");
        let mut body = String::new();
        let is_whole = lines.by_ref().any(|(_, line)| {
            let is_end = line == end;
            if !is_end {
                body.push_str(line);
            }
            is_end
        });
        if !is_whole || !is_one_sequence(&body) {
            return Err(Fault::Damaged(number + 1));
        }
        found.extend([line, "\n", &body, "\n", &end, "\n"]);
    }
    match (found.is_empty(), other) {
        (true, Some(label)) => Err(Fault::Other(label)),
        (true, None) => Err(Fault::NotPem),
        (false, _) => Ok(found),
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// The text, also where it is in two bytes a character, as some shells write files.
fn text(bytes: &[u8]) -> String {
    let units = |rest: &[u8], unit: fn([u8; 2]) -> u16| -> String {
        let units: Vec<u16> = rest
            .chunks_exact(2)
            .filter_map(|pair| Some(unit(pair.try_into().ok()?)))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Returns whether the text is base64 of one DER value that is as long as it says.
fn is_one_sequence(body: &str) -> bool {
    let Ok(der) = STANDARD.decode(body) else { return false };
    match der.as_slice() {
        [0x30, 0x82, high, low, rest @ ..] => usize::from(u16::from_be_bytes([*high, *low])) == rest.len(),
        [0x30, 0x81, length, rest @ ..] => usize::from(*length) == rest.len(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// As much of a certificate as is looked at here.
    fn pem() -> String {
        let mut der = vec![0x30, 0x82, 1, 0];
        der.extend([7; 256]);
        let body = STANDARD.encode(der);
        let (first, rest) = body.split_at(64);
        format!("-----BEGIN CERTIFICATE-----\n{first}\n{rest}\n-----END CERTIFICATE-----\n")
    }

    fn plain(found: &str) -> String {
        found.chars().filter(|c| !c.is_whitespace()).collect()
    }

    #[rstest]
    #[case::as_it_is(|pem: &str| pem.as_bytes().to_vec())]
    #[case::mark(|pem: &str| format!("\u{feff}{pem}").into_bytes())]
    #[case::windows(|pem: &str| format!("\u{feff}{}", pem.replace('\n', "\r\n")).into_bytes())]
    #[case::told_first(|pem: &str| format!("subject=CN = authority\n\n# mine\n{pem}\nbye").into_bytes())]
    #[case::indented(|pem: &str| pem.replace('\n', "\n   ").into_bytes())]
    #[case::mark_between(|pem: &str| format!("# one\n\u{feff}{pem}").into_bytes())]
    #[case::two_bytes_a_character(|pem: &str| [0xff, 0xfe].into_iter().chain(pem.encode_utf16().flat_map(u16::to_le_bytes)).collect())]
    #[case::the_other_way(|pem: &str| [0xfe, 0xff].into_iter().chain(pem.encode_utf16().flat_map(u16::to_be_bytes)).collect())]
    fn a_certificate_is_found_however_it_was_saved(#[case] save: fn(&str) -> Vec<u8>) {
        let found = certificates(&save(&pem())).unwrap();
        assert_eq!(plain(&found), plain(&pem()));
        assert!(found.starts_with("-----BEGIN CERTIFICATE-----\n"), "{found}");
    }

    #[test]
    fn all_of_them_are_found_and_nothing_else() {
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let found = certificates(format!("{}{key}{}", pem(), pem()).as_bytes()).unwrap();
        assert_eq!(found.matches("BEGIN CERTIFICATE").count(), 2);
        assert!(!found.contains("PRIVATE"));
        assert_eq!(
            certificates(key.as_bytes()).unwrap_err(),
            Fault::Other("private key".to_owned())
        );
    }
}
