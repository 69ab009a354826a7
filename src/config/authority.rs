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
    match check(&bytes) {
        Ok(()) => Ok(bytes),
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
    #[error("holds a certificate (in line {0}) that breaks off or is damaged: copy it again")]
    Damaged(usize),
}

fn check(bytes: &[u8]) -> Result<(), Fault> {
    if bytes.trim_ascii().is_empty() {
        return Err(Fault::Empty);
    }
    // A SEQUENCE of more than 255 bytes, as every certificate is.
    if bytes.starts_with(&[0x30, 0x82]) {
        return Err(Fault::Der);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut other = None;
    let mut certificates = 0_usize;
    let mut lines = text.lines().map(str::trim).enumerate();
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
        certificates += 1;
    }
    match (certificates, other) {
        (0, Some(label)) => Err(Fault::Other(label)),
        (0, None) => Err(Fault::NotPem),
        _ => Ok(()),
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
