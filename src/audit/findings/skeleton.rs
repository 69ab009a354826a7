//! How a name is drawn, whatever letters it is made of: two names with the same skeleton look alike.
//!
//! This is the usual part of Unicode's table of confusables, not all of it: what passes for Latin letters in a name.

use crate::domain::ids::Principal;

/// Letters beside the Latin ones they look like.
const ALIKE: [(&str, &str); 6] = [
    // Cyrillic.
    ("аеорсухѕіјԁԛԝһӏкгвтмн", "aeopcyxsijdqwhlkrbtmh"),
    ("АВЕКМНОРСТУХЅІЈԌԚԜ", "ABEKMHOPCTYXSIJGQW"),
    // Greek.
    ("αονικρτυχγηωϲϳ", "aovikptuxynwcj"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
    // Armenian, and Latin letters that are rarely meant.
    ("օոսհցզıɑɡɩʏᴀᴄᴏ", "onuhgqiagiyaco"),
    // Hyphens and blanks.
    ("‐‑‒–—―−\u{a0}\u{2002}\u{2003}\u{2009}\u{202f}\u{3000}", "-------      "),
];

/// Marks that are drawn over the letter before them, with letters that bear them and those in one piece.
const MARKED: [(char, &str, &str); 7] = [
    ('\u{300}', "aeiou", "àèìòù"),
    ('\u{301}', "aeiouyc", "áéíóúýć"),
    ('\u{302}', "aeiou", "âêîôû"),
    ('\u{303}', "ano", "ãñõ"),
    ('\u{308}', "aeiouy", "äëïöüÿ"),
    ('\u{30a}', "au", "åů"),
    ('\u{30c}', "cesz", "čěšž"),
];

/// Returns what `name` looks like, in lower case and without blanks around it.
pub(super) fn skeleton(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().filter(|c| !hides(*c)) {
        for c in plain(c).to_lowercase() {
            match taken_apart(c) {
                Some((letter, mark)) => out.extend([letter, mark]),
                None => out.push(c),
            }
        }
    }
    out.trim().to_owned()
}

fn hides(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    Principal::from_platform(c.to_string()).hides_something()
}

/// Returns the Latin letter that `c` looks like, else `c`.
fn plain(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let code = u32::from(c);
    let latin = match code {
        // Full-width forms.
        0xff01..=0xff5e => char::from_u32(code - 0xfee0),
        // Mathematical alphabets of 26 capitals and 26 small letters each.
        0x1d400..=0x1d6a3 => {
            let place = (code - 0x1d400) % 52;
            let base = if place < 26 { 'A' } else { 'a' };
            char::from_u32(u32::from(base) + place % 26)
        }
        _ => ALIKE.iter().find_map(|(odd, latin)| beside(c, odd, latin)),
    };
    latin.unwrap_or(c)
}

fn taken_apart(c: char) -> Option<(char, char)> {
    if c.is_ascii() {
        return None;
    }
    let mut marked = MARKED.iter();
    marked.find_map(|(mark, letters, whole)| Some((beside(c, whole, letters)?, *mark)))
}

fn beside(c: char, odd: &str, latin: &str) -> Option<char> {
    let mut pairs = odd.chars().zip(latin.chars());
    pairs.find(|(odd, _)| *odd == c).map(|(_, latin)| latin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::cyrillic("\u{430}lice@example.com", "alice@example.com")]
    #[case::all_cyrillic_capitals("\u{410}\u{412}\u{421}", "ABC")]
    #[case::greek("b\u{3bf}b", "bob")]
    #[case::full_width("ｂｏｂ＠x.com", "bob@x.com")]
    #[case::mathematical("\u{1d41b}ob", "bob")]
    #[case::invisible("bo\u{200b}b\u{202e}", "bob")]
    #[case::two_pieces("Zoe\u{308}", "Zo\u{eb}")]
    #[case::hyphens("ml\u{2011}team", "ml-team")]
    fn look_alike(#[case] a: &str, #[case] b: &str) {
        assert_eq!(skeleton(a), skeleton(b));
    }

    #[rstest]
    #[case("Zoë", "Zoe")]
    #[case("李雷", "李磊")]
    #[case("bob", "rob")]
    fn look_different(#[case] a: &str, #[case] b: &str) {
        assert_ne!(skeleton(a), skeleton(b));
    }

    #[test]
    fn the_tables_are_pairs() {
        for (odd, latin) in ALIKE {
            assert_eq!(odd.chars().count(), latin.chars().count(), "{odd}");
        }
        for (_, letters, whole) in MARKED {
            assert_eq!(letters.chars().count(), whole.chars().count(), "{whole}");
        }
    }
}
