//! What terminals send, in one piece and in many.

use super::*;
use crate::runtime::ground::Ground;
use crate::runtime::input::mouse::Deed;
use proptest::prelude::*;
use rstest::rstest;

/// What comes of bytes: keys by name, a paste in quotes, `…` for what is still waited for.
fn told(bytes: &[u8]) -> String {
    let mut lexer = Lexer::default();
    let tokens = lexer.feed(bytes);
    words(&lexer, tokens)
}

/// The same where every byte comes by itself.
fn told_apart(bytes: &[u8]) -> String {
    let mut lexer = Lexer::default();
    let tokens = bytes.iter().flat_map(|byte| lexer.feed(&[*byte])).collect();
    words(&lexer, tokens)
}

fn words(lexer: &Lexer, tokens: Vec<Token>) -> String {
    let word = |token| match token {
        Token::Key(chord) => Some(chord.to_string()),
        Token::Paste(text) => Some(format!("{text:?}")),
        // Nobody types that.
        Token::Answer(_) | Token::Mouse(_) => None,
    };
    let mut words: Vec<String> = tokens.into_iter().filter_map(word).collect();
    words.extend(lexer.pending().map(|_| "…".to_owned()));
    words.join(" ")
}

#[rstest]
#[case::both(b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;22c", &[Answer::Ground(Ground::Light), Answer::Attributes])]
#[case::by_bell(b"\x1b]11;rgb:00/00/00\x07", &[Answer::Ground(Ground::Dark)])]
#[case::cancelled(b"\x1b]11;rgb:00/00/00\x18", &[])]
#[case::other_string(b"\x1bP11;rgb:00/00/00\x1b\\", &[])]
#[case::far_too_long(b"\x1b]11;rgb:00/00/0000000000000000000000000000000000000000000000000000000\x07", &[])]
#[case::other_report(b"\x1b[>0;10;1c", &[])]
fn tells_what_a_terminal_says_of_itself(#[case] bytes: &[u8], #[case] expected: &[Answer]) {
    let answers = |tokens: Vec<Token>| -> Vec<Answer> {
        let of_terminal = |token| match token {
            Token::Answer(answer) => Some(answer),
            Token::Key(_) | Token::Paste(_) | Token::Mouse(_) => None,
        };
        tokens.into_iter().filter_map(of_terminal).collect()
    };
    assert_eq!(answers(Lexer::default().feed(bytes)), expected);
    let mut apart = Lexer::default();
    let tokens = bytes.iter().flat_map(|byte| apart.feed(&[*byte])).collect();
    assert_eq!(answers(tokens), expected);
}

/// What was done with the mouse, and which keys came besides.
#[rstest]
#[case::click(b"\x1b[<0;12;7M", &[(Deed::Press, 11, 6)], "")]
#[case::let_go(b"\x1b[<0;12;7m", &[], "")]
#[case::wheel(b"\x1b[<65;3;4M\x1b[<64;3;4M", &[(Deed::Wheel(true), 2, 3), (Deed::Wheel(false), 2, 3)], "")]
#[case::in_eight_bits(b"\x9b<0;1;1M", &[(Deed::Press, 0, 0)], "")]
#[case::among_keys(b"j\x1b[<0;1;1Mk\x1b[B", &[(Deed::Press, 0, 0)], "j k \u{2193}")]
#[case::other_form(b"\x1b[M !!\x1b[32;1;1M", &[], "")]
#[case::more_than_a_screen(b"\x1b[<0;99999;1M\x1b[<0;1;18446744073709551617M", &[], "")]
#[case::endless(b"\x1b[<0;111111111111111111111111111111111111111111111111111111111111111111111;1M", &[], "")]
#[case::broken(b"\x1b[<M\x1b[<;;M\x1b[<0;1M\x1b[<0;-1;1M\x1b[<0;1;1;1M\x1b[<0;1;1$M", &[], "")]
#[case::other_button(b"\x1b[<1;1;1M\x1b[<35;1;1M\x1b[<16;1;1M", &[], "")]
#[case::pasted(b"\x1b[200~\x1b[<0;1;1M\x1b[201~", &[], r#""\u{1b}[<0;1;1M""#)]
fn tells_what_was_done_with_the_mouse(#[case] bytes: &[u8], #[case] expected: &[(Deed, u16, u16)], #[case] keys: &str) {
    let mut apart = Lexer::default();
    let apart = bytes.iter().flat_map(|byte| apart.feed(&[*byte])).collect();
    for tokens in [Lexer::default().feed(bytes), apart] {
        let of_mouse = |token: &Token| match token {
            Token::Mouse(report) => Some((report.deed, report.at.x, report.at.y)),
            Token::Key(_) | Token::Paste(_) | Token::Answer(_) => None,
        };
        let reports: Vec<_> = tokens.iter().filter_map(of_mouse).collect();
        assert_eq!(reports, expected);
        assert_eq!(words(&Lexer::default(), tokens), keys);
    }
}

#[rstest]
#[case::letters(b"gG /", "g G space /")]
#[case::other_letters("é日🚀".as_bytes(), "é 日 🚀")]
#[case::controls(
    b"\x03\x0d\x09\x7f\x0a\x00\x1c",
    "ctrl-c enter tab backspace ctrl-j ctrl-space ctrl-4"
)]
#[case::arrows(b"\x1b[A\x1bOB\x1b[1;5C\x1b[1;3D", "↑ ↓ ctrl-→ alt-←")]
#[case::eight_bit_arrow(b"\x9bA\xc2\x9bB\x8fC", "↑ ↓ →")]
#[case::pages(
    b"\x1b[5~\x1b[6~\x1b[H\x1b[4~\x1b[3~\x1b[3;5~",
    "pgup pgdn home end delete ctrl-delete"
)]
#[case::functions(b"\x1bOP\x1b[15~\x1b[24~\x1b[[C\x1b[Q\x1b[1;2S", "f1 f5 f12 f3 f2 f4")]
#[case::shift(b"\x1b[1;2A\x1b[1;2B", "shift-↑ shift-↓")]
#[case::back_tab(b"\x1b[Z\x1b[1;2Z\x1b[9;2u", "shift-tab shift-tab shift-tab")]
#[case::alt(b"\x1bb\x1b\x7f\x1b\xc3\xa9", "alt-b alt-backspace alt-é")]
#[case::by_code(
    b"\x1b[13u\x1b[121u\x1b[99;5u\x1b[103;2u\x1b[49:33;2u\x1b[27u",
    "enter y ctrl-c G ! esc"
)]
#[case::by_older_code(b"\x1b[27;5;106~\x1b[27;1;13~", "ctrl-j enter")]
#[case::keypad(b"\x1b[57400u\x1b[57414u\x1b[57420u\x1bOM", "1 enter ↓ enter")]
#[case::escapes(b"\x1b\x1b\x1b[A", "esc esc ↑")]
#[case::paste(b"\x1b[200~a\r\ny\x1b[31m\x1b\x1b[201~y", r#""a\r\ny\u{1b}[31m\u{1b}" y"#)]
fn knows_keys_and_pastes(#[case] bytes: &[u8], #[case] expected: &str) {
    assert_eq!(told(bytes), expected);
    assert_eq!(told_apart(bytes), expected);
}

#[rstest]
#[case::released(b"\x1b[121;1:3u")]
#[case::super_y(b"\x1b[121;9u")]
#[case::only_a_modifier(b"\x1b[57441;2u")]
#[case::device_attributes(b"\x1b[?62;22;52c\x1b[>41;354;0c")]
#[case::status(b"\x1b[0n\x1b[?997;1n")]
#[case::mode(b"\x1b[?2026;2$y")]
#[case::where_the_cursor_is(b"\x1b[24;80R\x1b[1;1R\x1b[?1;1R")]
#[case::window(b"\x1b[4;600;800t\x1b[48;24;80;0;0t")]
#[case::keyboard_flags(b"\x1b[?1u")]
#[case::colors(b"\x1b[?4;2;2S")]
#[case::focus(b"\x1b[I\x1b[O")]
#[case::mouse(b"\x1b[<0;12;7M\x1b[<0;12;7m\x1b[32;12;7M\x1b[Mdyy")]
#[case::version(b"\x1bP>|kitty(0.35.2)\x1b\\")]
#[case::dcs_by_bell(b"\x1bP1$r0 y\x07")]
#[case::background(b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1b]11;rgb:ffff/ffff/ffff\x07")]
#[case::apc(b"\x1b_Gi=31;OK dy\x1b\\")]
#[case::pm(b"\x1b^dy\r\x1b\\")]
#[case::sos(b"\x1bXdy\r\x1b\\")]
#[case::eight_bit(b"\x90>|dy\x9c\x9d11;y\x07\x9fy\x9c\xc2\x90y\xc2\x9c\x9by\x98y\x1b\\")]
#[case::a_letter_with_the_byte_of_the_end("\u{1b}]0;\u{71c}y\u{1b}\\".as_bytes())]
#[case::every_byte_but_its_end(b"\x1bP\x00\x03\r\n\tyq\x7f\xff\xc3\x1b\\")]
#[case::endless_parameters(b"\x1b[1111111111u")]
#[case::end_of_nothing(b"\x1b\\\x1b[201~")]
#[case::broken_character(b"\xff\xc3\xc3\xe6\x97\xed\xa0\x80\xc0\xaf")]
fn what_the_terminal_says_itself_is_no_key(#[case] bytes: &[u8]) {
    let said = told(bytes);
    assert!(said.is_empty() || said == "…", "{said}");
    let apart = told_apart(bytes);
    assert!(apart.is_empty() || apart == "…", "{apart}");
}

#[test]
fn what_breaks_off_is_over_at_the_next_sequence_or_when_the_time_is_up() {
    assert_eq!(told(b"\x1bP>|dy\x1b[Bj"), "↓ j");
    assert_eq!(told(b"\x1b]11;rgb\x18j"), "j");
    assert_eq!(told(b"\x1b[1;\x1b[B"), "↓");
    for begun in [
        &b"\x1bP>|dy"[..],
        b"\x1b]1",
        b"\x1b[",
        b"\x1b[1;5",
        b"\x1bO",
        b"\xe6\x97",
        b"\x1b[M!",
        b"\x1bX\x1b",
    ] {
        let mut lexer = Lexer::default();
        assert_eq!(lexer.feed(begun), []);
        assert_eq!(lexer.pending(), Some(Pending::Sequence));
        assert_eq!(lexer.expire(), [], "{}", begun.escape_ascii());
        assert_eq!(lexer.feed(b"j"), [Token::Key(Chord::plain(Key::Char('j')))]);
    }
    let mut lexer = Lexer::default();
    lexer.feed(b"\x1b[200~half");
    assert_eq!(lexer.pending(), Some(Pending::Paste));
    assert_eq!(lexer.expire(), [Token::Paste("half".to_owned())]);
}

#[test]
fn an_escape_is_a_key_only_when_nothing_follows_and_what_follows_late_is_still_one_key() {
    let mut lexer = Lexer::default();
    assert_eq!(lexer.feed(b"\x1b"), []);
    assert_eq!(lexer.pending(), Some(Pending::Escape));
    assert_eq!(lexer.feed(b"[B"), [Token::Key(Chord::plain(Key::Down))]);

    lexer.feed(b"\x1b");
    assert_eq!(lexer.expire(), [Token::Key(Chord::plain(Key::Esc))]);
    assert_eq!(lexer.pending(), Some(Pending::Tail));
    assert_eq!(lexer.feed(b"[B"), [Token::Key(Chord::plain(Key::Down))]);

    lexer.feed(b"\x1b");
    lexer.expire();
    assert_eq!(lexer.feed(b"P>|dy\x1b\\"), []);

    lexer.feed(b"\x1b");
    lexer.expire();
    assert_eq!(lexer.feed(b"P"), []);
    assert_eq!(lexer.pending(), Some(Pending::Doubt), "for as long as an escape waits");
    assert_eq!(lexer.expire(), [Token::Key(Chord::plain(Key::Char('P')))]);

    lexer.feed(b"\x1b");
    lexer.expire();
    assert_eq!((lexer.expire(), lexer.pending()), (Vec::new(), None));
    assert_eq!(lexer.feed(b"[B").len(), 2, "too late to belong together");
}

/// A lexer that has taken an escape for a key.
fn escaped() -> Lexer {
    let mut lexer = Lexer::default();
    assert_eq!(lexer.feed(b"\x1b"), []);
    assert_eq!(lexer.expire(), [Token::Key(Chord::plain(Key::Esc))]);
    lexer
}

/// What comes of pieces; after each nothing more comes until the time of a key is up, where `is_slow`.
fn told_after_escape(pieces: &[&[u8]], is_slow: bool) -> String {
    let mut lexer = escaped();
    let mut tokens = Vec::new();
    for piece in pieces {
        tokens.extend(lexer.feed(piece));
        if is_slow && lexer.pending() == Some(Pending::Doubt) {
            tokens.extend(lexer.expire());
        }
    }
    while lexer.pending().is_some() {
        tokens.extend(lexer.expire());
    }
    words(&lexer, tokens)
}

#[rstest]
#[case(b"Pablo")]
#[case(b"P1")]
#[case(b"]x")]
#[case(b"]]")]
#[case(b"]11")]
#[case(b"_x")]
#[case(b"_Go")]
#[case(b"^^")]
#[case(b"Xy")]
#[case("Pé🚀".as_bytes())]
#[case(b"[a")]
#[case(b"[ x")]
#[case(b"On")]
#[case(b"O1")]
fn what_is_typed_after_an_escape_that_was_a_key_is_typed(#[case] bytes: &[u8]) {
    let typed = std::str::from_utf8(bytes).unwrap();
    let expected: Vec<String> = typed
        .chars()
        .map(|c| if c == ' ' { "space".to_owned() } else { c.to_string() })
        .collect();
    let expected = expected.join(" ");
    let one_by_one: Vec<&[u8]> = typed.split_inclusive(|_| true).map(str::as_bytes).collect();
    for is_slow in [true, false] {
        assert_eq!(told_after_escape(&[bytes], is_slow), expected);
        assert_eq!(told_after_escape(&one_by_one, is_slow), expected);
        for (at, _) in typed.char_indices().skip(1) {
            let (first, rest) = bytes.split_at(at);
            assert_eq!(told_after_escape(&[first, rest], is_slow), expected, "split at {at}");
        }
    }
    // What follows is no part of it.
    let with_arrow = [bytes, b"\x1b[B"].concat();
    assert_eq!(told_after_escape(&[&with_arrow], false), format!("{expected} ↓"));
}

#[rstest]
#[case::version(b"P>|kitty(0.35.2)\x1b\\", true)]
#[case::setting(b"P1$r0 y\x07", true)]
#[case::capability(b"P1+r544e=787465726d\x1b\\", true)]
#[case::unit(b"P!|7E565445\x1b\\", true)]
#[case::background(b"]11;rgb:1e1e/dddd/2e2e\x1b\\", true)]
#[case::clipboard(b"]52;c;eXl5\x07", true)]
#[case::graphics(b"_Gi=31;OK dy\x1b\\", true)]
#[case::title(b"]ldy\x1b\\", false)]
#[case::private(b"^dy\r\x1b\\", false)]
#[case::start_of_string(b"Xdy\r\x1b\\", false)]
#[case::bare(b"Pdy\x1b\\", false)]
fn an_answer_whose_escape_was_a_key_is_no_key(#[case] answer: &[u8], #[case] is_known: bool) {
    assert_eq!(told_after_escape(&[answer], true), "");
    for at in 2..answer.len() {
        let (first, rest) = answer.split_at(at);
        assert_eq!(told_after_escape(&[first, rest], false), "", "split at {at}");
        if is_known && is_answer(first) {
            assert_eq!(told_after_escape(&[first, rest], true), "", "late at {at}");
            assert_eq!(told_after_escape(&[first], true), "", "broken off at {at}");
        }
    }
    // Where nothing follows its first byte in time, that is a key, and all the rest is still no key.
    let (first, rest) = answer.split_at(1);
    let key = char::from(first[0]).to_string();
    assert_eq!(told_after_escape(&[first, rest], true), key);
    if is_known {
        assert_eq!(told_after_escape(&[first, rest], false), "");
        let one_by_one: Vec<&[u8]> = answer.chunks(1).collect();
        assert_eq!(told_after_escape(&one_by_one, false), "");
        // A line that stops for a moment once it is clear what comes.
        let n_clear = (1..answer.len()).find(|n| is_answer(&answer[..*n])).unwrap();
        let (clear, rest) = answer.split_at(n_clear);
        let mut lexer = escaped();
        for byte in clear.chunks(1) {
            assert_eq!(lexer.feed(byte), []);
        }
        assert_eq!(lexer.pending(), Some(Pending::Sequence));
        for byte in rest.chunks(1) {
            let tokens = lexer.feed(byte);
            assert!(
                tokens
                    .iter()
                    .all(|token| matches!(token, Token::Answer(_) | Token::Mouse(_))),
                "{tokens:?}"
            );
        }
        assert_eq!(lexer.feed(b"j"), [Token::Key(Chord::plain(Key::Char('j')))]);
    }
}

/// Reports and arrows whose escape was a key, in whatever pieces they come.
#[rstest]
#[case::device_attributes(b"[?62;22;52c", "")]
#[case::keyboard_flags(b"[?1u", "")]
#[case::cursor(b"[24;80R", "")]
#[case::mouse(b"[<0;12;7M", "")]
#[case::arrow(b"[B", "↓")]
#[case::arrow_with_ctrl(b"[1;5C", "ctrl-→")]
#[case::arrow_of_an_application(b"OA", "↑")]
fn a_sequence_whose_escape_was_a_key_is_one(#[case] sequence: &[u8], #[case] expected: &str) {
    let one_by_one: Vec<&[u8]> = sequence.chunks(1).collect();
    assert_eq!(told_after_escape(&one_by_one, false), expected);
    for at in 1..sequence.len() {
        let (first, rest) = sequence.split_at(at);
        assert_eq!(told_after_escape(&[first, rest], false), expected, "split at {at}");
    }
    // Its first byte alone is a key after a moment; what then comes at once is still a report.
    if expected.is_empty() {
        assert_eq!(told_after_escape(&[&sequence[..1], &sequence[1..]], true), "[");
    }
}

/// Whoever types what an answer could begin with, loses no key, and waits no longer than for an escape.
#[rstest]
#[case("P", &["", "P"])]
#[case("Pa", &["", "P a", ""])]
#[case("P1a", &["", "", "P 1 a", ""])]
#[case("]x", &["", "] x", ""])]
#[case("^j", &["^", "j", ""])]
#[case("Xj", &["X", "j", ""])]
#[case("_j", &["", "_ j", ""])]
#[case("[x", &["", "[ x", ""])]
#[case("[", &["", "["])]
#[case("Oj", &["", "O j", ""])]
#[case("j", &["j", ""])]
fn what_cannot_be_an_answer_any_more_is_typed_at_once(#[case] typed: &str, #[case] expected: &[&str]) {
    let mut lexer = escaped();
    let mut told: Vec<String> = Vec::new();
    for byte in typed.as_bytes().chunks(1) {
        told.push(words(&Lexer::default(), lexer.feed(byte)));
    }
    let mut rest = Vec::new();
    while lexer.pending().is_some() {
        rest.extend(lexer.expire());
    }
    told.push(words(&lexer, rest));
    assert_eq!(told, expected);
}

#[test]
fn what_may_be_typed_is_kept_in_bounds() {
    let mut lexer = escaped();
    let text = "P".to_owned() + &"a".repeat(3 * MOST_DOUBTED);
    assert_eq!(
        lexer.feed(text.as_bytes()).len(),
        text.len(),
        "a paste without brackets"
    );
    assert_eq!(lexer.pending(), None);
    let mut lexer = escaped();
    let answer = "]52;c;".to_owned() + &"eXl5".repeat(MOST_DOUBTED) + "\u{7}j";
    let mut tokens = Vec::new();
    for piece in answer.as_bytes().chunks(1000) {
        tokens.extend(lexer.feed(piece));
    }
    assert_eq!(tokens, [Token::Key(Chord::plain(Key::Char('j')))]);
}

#[test]
fn a_paste_without_end_is_kept_in_bounds() {
    let mut lexer = Lexer::default();
    lexer.feed(b"\x1b[200~");
    for _ in 0..40 {
        lexer.feed(&vec![b'y'; 1 << 16]);
    }
    let [Token::Paste(text)] = &lexer.expire()[..] else {
        panic!("a paste");
    };
    assert_eq!(text.len(), MOST_PASTED);
}

proptest! {
    /// Whatever stands in a string, wherever it is split, no key comes of it.
    #[test]
    fn nothing_in_a_string_is_a_key(
        begin in proptest::sample::select(vec!["\u{1b}P", "\u{1b}]", "\u{1b}_", "\u{1b}^", "\u{1b}X", "\u{90}", "\u{9d}"]),
        within in proptest::collection::vec((0_u8..=255).prop_filter("no end", |byte| ![7, 0x18, 0x1a, 0x1b, 0x9c].contains(byte)), 0..60),
        end in proptest::sample::select(vec!["\u{1b}\\", "\u{7}"]),
        split in 1_usize..60,
    ) {
        let bytes = [begin.as_bytes(), &within, end.as_bytes()].concat();
        let mut lexer = Lexer::default();
        for piece in bytes.chunks(split) {
            prop_assert_eq!(lexer.feed(piece), []);
        }
        prop_assert_eq!(lexer.pending(), None);
    }

    /// Any bytes at all: no panic, and after some silence the next key is a key.
    #[test]
    fn is_total(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut lexer = Lexer::default();
        lexer.feed(&bytes);
        while lexer.pending().is_some() {
            lexer.expire();
        }
        prop_assert_eq!(lexer.feed(b"j"), [Token::Key(Chord::plain(Key::Char('j')))]);
    }
}
