//! In which dress a secret is found again, and what is left alone.

use super::*;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rstest::rstest;

const JWT: &str =
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImVtYWlsIjoiYWxpY2VAZXhhbXBsZS5jb20ifQ.c2lnbmF0dXJlLW9mLWl0";
const KEY: &str = "ak_9f/8Q+zX7==T2~w";

fn words(secret: &str, text: &str) -> String {
    Redactor::new([secret]).words(text).into_owned()
}

fn each(text: &str, dress: impl Fn(u8) -> String) -> String {
    let each: Vec<String> = text.bytes().map(dress).collect();
    each.concat()
}

fn percent_encoded(text: &str) -> String {
    each(text, |byte| format!("%{byte:02x}"))
}

fn escaped(text: &str) -> String {
    each(text, |byte| format!("\\u{byte:04X}"))
}

fn in_html(text: &str) -> String {
    each(text, |byte| format!("&#{byte};"))
}

fn split(text: &str, every: usize, between: &str) -> String {
    let pieces: Vec<&str> = text
        .as_bytes()
        .chunks(every)
        .map(|piece| std::str::from_utf8(piece).unwrap())
        .collect();
    pieces.join(between)
}

/// However it comes back, nothing is left of it that is longer than what anybody could guess.
#[rstest]
#[case::as_it_is(str::to_owned)]
#[case::in_upper_case(str::to_ascii_uppercase)]
#[case::percent_encoded(percent_encoded)]
#[case::as_in_json(escaped)]
#[case::with_escaped_slashes(|text: &str| text.replace('/', "\\/"))]
#[case::in_html(in_html)]
#[case::base64(|text: &str| STANDARD.encode(text))]
#[case::base64_for_addresses(|text: &str| URL_SAFE_NO_PAD.encode(text))]
#[case::base64_of_a_header(|text: &str| STANDARD.encode(format!("Bearer {text}")))]
#[case::base64_of_a_user(|text: &str| STANDARD.encode(format!("me:{text};")))]
#[case::hex(|text: &str| each(text, |byte| format!("{byte:02X}")))]
#[case::over_lines(|text: &str| split(text, 5, "\n  "))]
#[case::over_escaped_lines(|text: &str| split(text, 7, "\\n"))]
#[case::over_entries(|text: &str| split(text, 6, "\", \""))]
fn finds_a_secret_in_any_dress(#[case] dress: fn(&str) -> String, #[values(JWT, KEY)] secret: &str) {
    let dressed = dress(secret);
    let text = format!("the header was: <{dressed}>, and that is no good");
    let said = words(secret, &text);
    let rest = said
        .strip_prefix("the header was: <")
        .and_then(|rest| rest.split_once(">,"))
        .map(|(left, _)| left);
    let left = rest.unwrap_or_else(|| panic!("{said}"));
    assert!(left.contains(MARK) && left.len() <= 16 + MARK.len(), "{left}");
}

#[rstest]
#[case::its_beginning(JWT.get(..40).unwrap())]
#[case::its_payload(JWT.split('.').nth(1).unwrap())]
#[case::its_signature(JWT.split('.').nth(2).unwrap())]
#[case::its_middle(JWT.get(30..50).unwrap())]
fn a_piece_is_enough(#[case] piece: &str) {
    assert_eq!(words(JWT, &format!("cut: {piece}…")), "cut: ***…");
}

#[rstest]
#[case("hunter2", "user:hunter2@proxy", "user:***@proxy")]
#[case("hunter2", "HUNTER2", "***")]
#[case::long_enough_for_the_inside_of_a_word("hunter22", "xhunter22y", "x***y")]
#[case::not_long_enough_for_a_piece("developer1", "the developers", "the developers")]
#[case::just_long_enough_for_a_piece("abcdefgh12345678", "cut: 12345678", "cut: ***")]
#[case::inside_of_a_word("test", "the latest", "the latest")]
#[case::by_itself("test", "password=test.", "password=***.")]
#[case::far_too_short("a", "a cat", "a cat")]
#[case::nothing("", "a cat", "a cat")]
#[case::like_an_escape("pa%41ss%word9", "no pa%41ss%word9!", "no ***!")]
#[case::beside_other_letters("hunter2", "größe hunter2 größe", "größe *** größe")]
fn a_short_one_is_found_by_itself(#[case] secret: &str, #[case] text: &str, #[case] expected: &str) {
    assert_eq!(words(secret, text), expected);
}

#[test]
fn every_one_of_several_is_taken_out() {
    let redactor = Redactor::new([JWT, KEY, "hunter2"]);
    assert_eq!(
        redactor.words(&format!("{KEY} {JWT}; hunter2, {KEY}")),
        "*** ***; ***, ***"
    );
}

/// Names stand in data, and by them things are addressed.
#[test]
fn in_data_only_what_can_be_nothing_else_is_taken_out() {
    let redactor = Redactor::new([JWT, "developer1"]);
    let data = |text: &str| String::from_utf8(redactor.data(text.as_bytes().to_vec())).unwrap();
    let members = r#"{"data":[{"principal":"developer1"},{"principal":"eyJhbGciOiJ"}]}"#;
    assert_eq!(data(members), members);
    assert_eq!(data(&format!(r#"{{"name":"{JWT}","n":1}}"#)), r#"{"name":"***","n":1}"#);
    assert_eq!(
        data(&format!(r#"{{"name":"{}","n":1}}"#, escaped(JWT))),
        r#"{"name":"***","n":1}"#
    );
}

/// Answers are first looked at by every ninth piece alone: wherever a secret stands, however it is written and cut, that
/// misses nothing that a whole look finds.
#[rstest]
#[case::as_it_is(str::to_owned)]
#[case::as_in_json(escaped)]
#[case::base64(|text: &str| STANDARD.encode(text))]
#[case::over_lines(|text: &str| split(text, 5, "\n  "))]
fn a_look_at_every_ninth_piece_misses_nothing(#[case] dress: fn(&str) -> String, #[values(JWT, KEY)] secret: &str) {
    let redactor = Redactor::new([secret]);
    let mut n_found = 0;
    for shift in 0..STEPS_OF_DATA {
        for cut in 0..secret.len() {
            let piece = dress(secret.get(cut..).unwrap());
            let body = format!("{{\"{}\":\"{piece}\"}}", "z".repeat(shift)).into_bytes();
            let found = redactor.runs(&body, Enough::in_data);
            n_found += found.len();
            let expected = if found.is_empty() {
                body.clone()
            } else {
                without(&body, found)
            };
            assert_eq!(redactor.data(body), expected);
        }
    }
    assert!(n_found > 0 || secret == KEY, "nothing was there to be found");
}

/// An answer is looked at in parts: a secret over the border between two is found, however little of it lies before.
#[rstest]
#[case::as_it_is(str::to_owned)]
#[case::as_in_json(escaped)]
#[case::over_lines(|text: &str| split(text, 5, "\n  "))]
fn a_secret_over_the_border_between_two_parts_is_found(#[case] dress: fn(&str) -> String) {
    let secret = JWT.get(..PIECE_OF_DATA).unwrap();
    let redactor = Redactor::new([JWT]);
    let (dressed, quote) = (dress(secret), "\": \"");
    for n_parts in 1..=3 {
        for before in n_parts * PART - 2 * PIECE_OF_DATA..=n_parts * PART + PIECE_OF_DATA {
            let before = "z".repeat(before);
            let body = format!("{before}{quote}{dressed}{quote}");
            let found = redactor.data(body.into_bytes());
            assert!(
                found == format!("{before}{quote}***{quote}").into_bytes(),
                "{} before",
                before.len()
            );
        }
    }
}

#[test]
fn what_is_like_a_secret_by_chance_stays() {
    let text = "Cannot remove member 'alice@example.com'. This is the last Admin for workspace 'ml-team'.";
    assert_eq!(words(JWT, text), text);
    assert_eq!(words("last-admin-of-all-of-them-1", text), text);
}
