//! What about a name can deceive: the one judgement of it, for screens, dialogs and the audit.
//!
//! Some names are odd by themselves ([`Trick`]); others only because somebody else is called almost alike ([`Faces`]).
//! How a name is drawn is told by Unicode's table of confusables (UTS 39).

use super::ids::Principal;
use super::text;
use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization as _;
use unicode_script::{Script, UnicodeScript as _};
use unicode_security::confusable_detection::skeleton as confusable_skeleton;
use unicode_security::mixed_script::AugmentedScriptSet;

/// What is odd about a name, whoever else there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trick {
    /// Letters of these scripts, which look alike.
    Mixes(String),
    /// Characters that cannot be seen, or that turn the direction of writing.
    Hides,
    /// Characters that stand for nothing, here or everywhere.
    Unassigned,
    /// Blanks around it, or unusual ones within.
    Blanks,
    /// Other forms of plain characters: full-width, mathematical, ligatures.
    Forms,
    /// Marks that are put over letters one by one.
    Marks,
}

impl Trick {
    /// Returns it in words that go on after the name.
    pub fn in_words(&self) -> String {
        match self {
            Self::Mixes(scripts) => format!("mixes {scripts} letters that look alike"),
            Self::Hides => "contains invisible characters".to_owned(),
            Self::Unassigned => "contains meaningless characters".to_owned(),
            Self::Blanks => "contains invisible spaces".to_owned(),
            Self::Forms => "uses other forms of plain letters, such as full-width ones".to_owned(),
            Self::Marks => "has accents made of several characters: a different name to the platform".to_owned(),
        }
    }
}

/// Returns what is odd about `name` by itself.
pub fn tricks(name: &str) -> Vec<Trick> {
    let mut tricks = Vec::new();
    // Most names are like that, and a report asks of hundreds of thousands.
    if text::is_plain(name) && name.trim() == name {
        return tricks;
    }
    let is_odd_blank = |c: char| c.is_whitespace() && c != ' ' && !c.is_control();
    if name.trim() != name || name.chars().any(is_odd_blank) {
        tricks.push(Trick::Blanks);
    }
    if name.chars().any(|c| text::must_escape(c) && !is_private(c)) {
        tricks.push(Trick::Hides);
    }
    if name.is_ascii() {
        return tricks;
    }
    if let Some(scripts) = mixed_scripts(name) {
        tricks.insert(0, Trick::Mixes(scripts));
    }
    if name.chars().any(|c| is_private(c) || c.script() == Script::Unknown) {
        tricks.push(Trick::Unassigned);
    }
    if name.nfkc().any_unlike(name.nfc()) {
        tricks.push(Trick::Forms);
    }
    if name
        .nfc()
        .any(|c| c.script() == Script::Inherited && !text::must_escape(c))
        || name.nfc().any_unlike(name.chars())
    {
        tricks.push(Trick::Marks);
    }
    tricks
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

trait AnyUnlike: Iterator<Item = char> + Sized {
    /// Whether another sequence differs.
    fn any_unlike(self, other: impl Iterator<Item = char>) -> bool {
        !self.eq(other)
    }
}

impl<I: Iterator<Item = char>> AnyUnlike for I {}

/// Returns the scripts that `text` mixes in a way real names do not; `None` where nothing looks odd.
///
/// Latin beside an East Asian script is everyday (`田中@example.com`), and so is a domain of another script than the name;
/// Latin beside its look-alikes, anywhere, is how one name is made to pass for another.
fn mixed_scripts(text: &str) -> Option<String> {
    const ALIKE: [Script; 7] = [
        Script::Latin,
        Script::Cyrillic,
        Script::Greek,
        Script::Armenian,
        Script::Cherokee,
        Script::Coptic,
        Script::Lisu,
    ];
    let suspects = scripts(text, |script| ALIKE.contains(&script));
    if suspects.len() > 1 {
        return Some(suspects.join(" and "));
    }
    let mixed = text.split(['@', '.']).find(|part| is_mixed(part))?;
    let of_part = scripts(mixed, |_| true);
    (of_part.len() > 1).then(|| of_part.join(" and "))
}

fn scripts(text: &str, counts: impl Fn(Script) -> bool) -> Vec<&'static str> {
    let shared = [Script::Common, Script::Inherited, Script::Unknown];
    let mut seen: Vec<&'static str> = Vec::new();
    for script in text.chars().map(|c| c.script()) {
        if !shared.contains(&script) && counts(script) && !seen.contains(&script.full_name()) {
            seen.push(script.full_name());
        }
    }
    seen
}

/// Whether one part of a name is of several scripts that are not written together.
fn is_mixed(part: &str) -> bool {
    if part.is_ascii() || !AugmentedScriptSet::for_str(part).is_empty() {
        return false;
    }
    let rest: String = part.chars().filter(|c| c.script() != Script::Latin).collect();
    let rest = AugmentedScriptSet::for_str(&rest);
    !(rest.hanb || rest.jpan || rest.kore)
}

/// What each character of ASCII looks like; worked out once, as most names are made of nothing else.
static PLAIN: LazyLock<[String; 128]> = LazyLock::new(|| {
    std::array::from_fn(|code| {
        let c = u8::try_from(code).map_or('\0', char::from);
        drawn(&c.to_string())
    })
});

/// Returns how `name` is drawn, whatever case and blanks around it: two names with the same skeleton look alike.
pub fn skeleton(name: &str) -> String {
    let name = name.trim();
    if name.is_ascii() {
        let drawn = name.bytes().filter_map(|byte| PLAIN.get(usize::from(byte)));
        return drawn.map(String::as_str).collect();
    }
    let seen: String = name.nfkc().filter(|c| !text::must_escape(*c)).collect();
    drawn(seen.trim())
}

/// Capitals first, since `I` is drawn like `l` and `i` is not; then their small letters, which are drawn alike in turn.
fn drawn(seen: &str) -> String {
    let small: String = confusable_skeleton(seen).flat_map(char::to_lowercase).collect();
    confusable_skeleton(&small).collect()
}

/// Returns whether `name` has this skeleton: quick for most, which are plain and begin otherwise.
pub fn is_drawn(name: &str, skeleton_of_another: &str) -> bool {
    let name = name.trim();
    if !name.is_ascii() {
        return skeleton(name) == skeleton_of_another;
    }
    let mut rest = skeleton_of_another;
    for byte in name.bytes() {
        let drawn = PLAIN.get(usize::from(byte)).map_or("", String::as_str);
        match rest.strip_prefix(drawn) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
}

/// Returns whether `a` and `b` look alike without being the same, upper and lower case and blanks around them aside.
pub fn pass_for_each_other(a: &str, b: &str) -> bool {
    folded(a) != folded(b) && skeleton(a) == skeleton(b)
}

/// Returns the name without what duplicates differ in.
pub fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Returns how far a name is from being typed on any keyboard: of two that look alike the odder one is the suspect.
fn oddness(name: &str) -> u8 {
    match (tricks(name).is_empty(), name.is_ascii()) {
        (true, true) => 0,
        (true, false) => 1,
        (false, _) => 2,
    }
}

/// Returns whether `name` can be taken for `other`, rather than the other way round.
pub fn can_be_taken_for(name: &str, other: &str) -> bool {
    pass_for_each_other(name, other) && oddness(other) <= oddness(name)
}

/// Names by how they are drawn, and by what is left of them in small letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faces {
    drawn: HashMap<String, Vec<Principal>>,
    folded: HashMap<String, Vec<Principal>>,
}

impl Faces {
    /// Takes `principal`, who was not there before.
    pub fn add(&mut self, principal: &Principal) {
        let name = principal.raw();
        for (alike, key) in [(&mut self.drawn, skeleton(name)), (&mut self.folded, folded(name))] {
            alike.entry(key).or_default().push(principal.clone());
        }
    }

    /// Returns somebody else whose name differs from that of `principal` in case or blanks alone.
    pub fn double(&self, principal: &Principal) -> Option<&Principal> {
        self.doubles(principal).into_iter().next()
    }

    /// Returns everybody else whose name differs from that of `principal` in case or blanks alone.
    pub fn doubles(&self, principal: &Principal) -> Vec<&Principal> {
        let same = self.folded.get(&folded(principal.raw())).into_iter().flatten();
        same.filter(|other| *other != principal).collect()
    }

    /// Returns somebody else for whom `principal` can be taken.
    pub fn twin(&self, principal: &Principal) -> Option<&Principal> {
        let alike = self.drawn.get(&skeleton(principal.raw()))?;
        alike
            .iter()
            .find(|other| can_be_taken_for(principal.raw(), other.raw()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case::cyrillic("\u{430}lice@example.com", "alice@example.com")]
    #[case::all_cyrillic("\u{440}\u{430}\u{443}\u{440}\u{430}@example.com", "paypa@example.com")]
    #[case::all_cyrillic_capitals("\u{410}\u{412}\u{421}", "ABC")]
    #[case::greek("b\u{3bf}b", "bob")]
    #[case::armenian("b\u{585}b", "bob")]
    #[case::cherokee("\u{13aa}lice", "Alice")]
    #[case::full_width("ｂｏｂ＠x.com", "bob@x.com")]
    #[case::mathematical("\u{1d41b}ob", "bob")]
    #[case::invisible("bo\u{200b}b\u{202e}", "bob")]
    #[case::tags("bob\u{e0061}", "bob")]
    #[case::two_pieces("Zoe\u{308}", "Zo\u{eb}")]
    #[case::hyphens("ml\u{2011}team", "ml-team")]
    #[case::blanks("\u{a0}bob", "bob")]
    #[case::capital_i("aIice@example.com", "alice@example.com")]
    #[case::digits("a1ice@example.com", "alice@example.com")]
    #[case::rn("alice@exarnple.com", "alice@example.com")]
    fn look_alike(#[case] a: &str, #[case] b: &str) {
        assert_eq!(skeleton(a), skeleton(b));
    }

    #[rstest]
    #[case("Zoë", "Zoe")]
    #[case("李雷", "李磊")]
    #[case("bob", "rob")]
    #[case("user1@x", "user2@x")]
    fn look_different(#[case] a: &str, #[case] b: &str) {
        assert_ne!(skeleton(a), skeleton(b));
    }

    #[rstest]
    #[case("alice@example.com", &[])]
    #[case("ml-readers", &[])]
    #[case("zoë.müller@example.com", &[])]
    #[case("josé@example.com", &[])]
    #[case("田中@example.com", &[])]
    #[case("田中taro@example.com", &[])]
    #[case("김철수@example.com", &[])]
    #[case("taroたろう@example.com", &[])]
    #[case("kim김@example.com", &[])]
    #[case("liㄌㄧ@example.com", &[])]
    #[case("иван", &[])]
    #[case("अमित@example.com", &[])]
    #[case("أحمد@example.com", &[])]
    #[case("\u{430}lice@example.com", &[Trick::Mixes("Cyrillic and Latin".to_owned())])]
    #[case("иван@example.com", &[Trick::Mixes("Cyrillic and Latin".to_owned())])]
    #[case("alice\u{5d0}@x", &[Trick::Mixes("Latin and Hebrew".to_owned())])]
    #[case("x\u{200b}y@x", &[Trick::Hides])]
    #[case("x\u{202e}y@x", &[Trick::Hides])]
    #[case("x\u{3164}y@x", &[Trick::Hides, Trick::Forms])]
    #[case("x\u{378}@x", &[Trick::Unassigned])]
    #[case("x\u{e000}@x", &[Trick::Unassigned])]
    #[case(" alice@x", &[Trick::Blanks])]
    #[case("alice@x ", &[Trick::Blanks])]
    #[case("al\u{a0}ice", &[Trick::Blanks, Trick::Forms])]
    #[case("ａlice@x", &[Trick::Forms])]
    #[case("\u{fb01}n@x", &[Trick::Forms])]
    #[case("Zoe\u{308}@x", &[Trick::Marks])]
    #[case("a\u{335}lice@x", &[Trick::Marks])]
    fn tells_what_is_odd(#[case] name: &str, #[case] expected: &[Trick]) {
        assert_eq!(tricks(name), expected, "{}", name.escape_unicode());
    }

    #[rstest]
    #[case("\u{430}lice@x", "alice@x", true)]
    #[case("alice@x", "\u{430}lice@x", false)]
    #[case("a1ice@x", "alice@x", true)]
    #[case("alice@x", "a1ice@x", true)]
    #[case("Zoe\u{308}@x", "Zo\u{eb}@x", true)]
    #[case("Zo\u{eb}@x", "Zoe\u{308}@x", false)]
    #[case("Alice@x", "alice@x", false)]
    #[case(" alice@x", "alice@x", false)]
    #[case("alice@x", "alice@x", false)]
    fn the_odder_of_two_is_the_suspect(#[case] name: &str, #[case] other: &str, #[case] is_suspect: bool) {
        assert_eq!(can_be_taken_for(name, other), is_suspect);
    }

    #[test]
    fn a_name_of_one_script_is_suspect_once_somebody_looks_alike() {
        let of = |raw: &str| Principal::from_platform(raw);
        let mut faces = Faces::default();
        let cyrillic = of("\u{430}\u{441}\u{435}");
        assert_eq!(faces.twin(&cyrillic), None);
        faces.add(&of("ace"));
        faces.add(&cyrillic);
        assert_eq!(faces.twin(&cyrillic), Some(&of("ace")));
        assert_eq!(faces.twin(&of("ace")), None);
        faces.add(&of("Ace"));
        assert_eq!(faces.double(&of("ace")), Some(&of("Ace")));
        assert_eq!(faces.double(&of("Ace")), Some(&of("ace")));
        assert_eq!(faces.double(&cyrillic), None);
    }

    #[test]
    fn a_name_in_capitals_is_a_double_whatever_its_capitals_look_like() {
        let of = |raw: &str| Principal::from_platform(raw);
        let mut faces = Faces::default();
        for name in ["alice@example.com", "ALICE@EXAMPLE.COM", "Ines@x", "ines@x"] {
            faces.add(&of(name));
        }
        for (name, other) in [("alice@example.com", "ALICE@EXAMPLE.COM"), ("Ines@x", "ines@x")] {
            assert_eq!(faces.doubles(&of(name)), [&of(other)]);
            assert_eq!(faces.doubles(&of(other)), [&of(name)]);
            assert_eq!((faces.twin(&of(name)), faces.twin(&of(other))), (None, None));
        }
    }

    /// A capital `I` is drawn like `l`, and a Cyrillic letter like `i`: each has the twins of how it is drawn itself.
    #[test]
    fn a_twin_is_found_by_how_both_are_drawn_from_whichever_side_one_looks() {
        let of = |raw: &str| Principal::from_platform(raw);
        let (capital, small, cyrillic, slim) = (of("Ines@x"), of("ines@x"), of("\u{456}nes@x"), of("lnes@x"));
        let among = |one: &Principal, other: &Principal| {
            let mut faces = Faces::default();
            faces.add(one);
            faces.add(other);
            (faces.twin(one).is_some(), faces.twin(other).is_some())
        };
        assert_eq!(among(&cyrillic, &capital), (false, false));
        assert_eq!(among(&capital, &small), (false, false));
        assert_eq!(among(&cyrillic, &small), (true, false), "the odder one is the suspect");
        assert_eq!(among(&capital, &slim), (true, true));
        let mut faces = Faces::default();
        for name in [&capital, &small, &cyrillic, &slim] {
            faces.add(name);
        }
        assert_eq!(faces.doubles(&cyrillic), Vec::<&Principal>::new());
        assert_eq!(
            (faces.doubles(&capital), faces.doubles(&small)),
            (vec![&small], vec![&capital])
        );
    }

    proptest! {
        #[test]
        fn plain_names_have_no_tricks(name in "[!-~]([ -~]{0,20}[!-~])?") {
            prop_assert_eq!(tricks(&name), []);
        }

        #[test]
        fn nothing_panics_and_nobody_is_a_twin_of_itself(a in any::<String>(), b in any::<String>()) {
            prop_assert!(!pass_for_each_other(&a, &a));
            prop_assert_eq!(pass_for_each_other(&a, &b), pass_for_each_other(&b, &a));
        }

        #[test]
        fn the_way_for_plain_names_is_the_way_for_all(name in "[ -~]{0,20}") {
            prop_assert_eq!(skeleton(&name), drawn(name.trim()));
            prop_assert!(is_drawn(&name, &skeleton(&name)));
            let longer = format!("{}x", skeleton(&name));
            prop_assert!(!is_drawn(&name, &longer));
        }
    }
}
