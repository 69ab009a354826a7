//! The live filter of a list: words of [`Query`], all of which must hold.
//!
//! A word without a key is met by what any column of a row says, or by its name for short: whoever moves about in a list
//! types little. The audit, which is exported, takes words literally and has a sieve of its own.

use super::list::{List, Markable};
use super::text_field::TextField;
use crate::domain::choice::meant;
use crate::domain::operation::Operation;
use crate::domain::query::{
    Asks, Key, LOOSE, OPEN_QUOTE, Query, Word, as_typed, holds, is_loosely, is_short_for, lower_case, no_such_role,
};
use crate::domain::text::{SafeText, is_plain};
use jiff::Timestamp;
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::ControlFlow;

/// What a row says, its name first: each text with what it is.
pub type Words<'a> = Vec<(&'static str, Cow<'a, str>)>;

/// Hears what a row says, its name first, and breaks off once it has heard enough. A list may have ten thousand rows and
/// is filtered for each letter typed: what nobody listens to any more is not put into words.
pub type Hear<'h, 'a> = dyn FnMut(&'static str, Cow<'a, str>) -> ControlFlow<()> + 'h;

/// Tells `raw` as it was written and, where a row shows it in another way, as it is shown: safe, and at most `limit`
/// characters of it.
pub fn hear_both<'a>(what: &'static str, raw: &'a str, limit: usize, hear: &mut Hear<'_, 'a>) -> ControlFlow<()> {
    hear(what, raw.into())?;
    if raw.len() <= limit && is_plain(raw) {
        return ControlFlow::Continue(());
    }
    hear(what, SafeText::with_limit(raw, limit).to_string().into())
}

/// Returns everything that a row tells.
pub fn words<'a>(tell: impl FnOnce(&mut Hear<'_, 'a>) -> ControlFlow<()>) -> Words<'a> {
    let mut words = Words::new();
    // Who writes down everything never breaks off.
    let _ = tell(&mut |what, text| {
        words.push((what, text));
        ControlFlow::Continue(())
    });
    words
}

/// What can be asked of the rows of one list.
#[derive(Clone, Copy, Debug)]
pub struct Language {
    /// The keys that mean something there.
    pub keys: &'static [Key],
    /// What `kind:` can ask for.
    pub kinds: fn() -> Vec<&'static str>,
    /// What to say where no row has the role that `role:` asks for.
    pub nobody_is: fn(&str) -> String,
    /// In which lists a key asks for something.
    pub elsewhere: fn(Key) -> Vec<&'static str>,
}

/// What is typed into the filter, and whether the cursor is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The text.
    pub input: TextField,
    /// Whether keys go into it.
    pub is_editing: bool,
    /// What it held when it was last cleared.
    pub(super) cleared: Option<String>,
    /// What is to be said of what is typed: what is not understood, or can match nothing.
    pub problem: Option<SafeText>,
}

impl Filter {
    /// Returns whether it hides anything.
    pub fn is_active(&self) -> bool {
        !self.input.value().trim().is_empty()
    }

    /// Returns its words as of `now`.
    pub fn query(&self, now: Timestamp) -> Query {
        Query::read(self.input.value(), now)
    }

    /// Returns whether `name` alone is typed, in its case: then it is meant, whatever else the filter leaves.
    pub fn is_just(&self, name: &str) -> bool {
        self.input.value().trim() == name
    }

    /// Lets keys go into it: what is typed first replaces what it holds.
    pub(super) fn edit(&mut self) {
        self.is_editing = true;
        self.input.select_all();
    }

    /// Puts `word` before what it holds, or takes it out.
    pub(super) fn toggle(&mut self, word: &str) {
        let words = as_typed(self.input.value());
        let (taken, mut kept): (Vec<String>, Vec<String>) = words.partition(|typed| typed.eq_ignore_ascii_case(word));
        if taken.is_empty() {
            kept.insert(0, word.to_owned());
        }
        self.input = TextField::filled(&kept.join(" "));
    }

    /// Holds this text, which nobody types; what it held can be taken back.
    pub(super) fn set(&mut self, text: &str) {
        if self.is_active() && self.input.value() != text {
            self.cleared = Some(self.input.value().to_owned());
        }
        self.input = TextField::filled(text);
        self.is_editing = false;
    }

    /// Empties it; what it held can be taken back.
    pub fn clear(&mut self) {
        if self.is_active() {
            self.cleared = Some(self.input.value().to_owned());
        }
        self.input = TextField::default();
        self.is_editing = false;
    }

    /// Returns what can be taken back: what it held before, while it is edited and nothing is typed.
    pub fn offered(&self) -> Option<&str> {
        let is_empty = self.is_editing && self.input.value().is_empty();
        self.cleared.as_deref().filter(|_| is_empty)
    }

    /// Holds again what it held before it was cleared.
    pub(super) fn take_back(&mut self) {
        if let Some(text) = self.cleared.take() {
            self.input = TextField::filled(&text);
        }
    }

    /// Returns those of `items` of which every word holds, and notes what is to be said of the words: `tell` tells what the
    /// row of an item says in every column, and `fits` whether it is what a word with a key asks for.
    pub fn keep<'a, T: Copy>(
        &mut self,
        items: Vec<T>,
        language: Language,
        now: Timestamp,
        tell: impl Fn(T, &mut Hear<'_, 'a>) -> ControlFlow<()>,
        fits: impl Fn(T, &Asks) -> bool,
    ) -> Vec<T> {
        self.problem = None;
        if !self.is_active() {
            return items;
        }
        let sieve = Sieve::new(self, language, now);
        self.problem = sieve.unfinished();
        let all = items.iter().copied();
        let kept = all.filter(|item| sieve.keeps(|hear| tell(*item, hear), |asks| fits(*item, asks)));
        let kept: Vec<T> = kept.collect();
        if kept.is_empty() && !items.is_empty() {
            // Where there is one word alone, it is that which nothing meets: a long list is not looked through again.
            let is_met = |word: &Word| {
                let mut items = if sieve.words.len() > 1 { items.iter() } else { [].iter() };
                items.any(|item| sieve.is_met(word, |hear| tell(*item, hear), |asks| fits(*item, asks)))
            };
            self.problem = sieve.why_nothing(is_met).or(self.problem.take());
        }
        kept
    }

    /// Returns whether it keeps a row.
    pub fn keeps<'a>(
        &self,
        language: Language,
        now: Timestamp,
        tell: impl Fn(&mut Hear<'_, 'a>) -> ControlFlow<()>,
        fits: impl Fn(&Asks) -> bool,
    ) -> bool {
        !self.is_active() || Sieve::new(self, language, now).keeps(tell, fits)
    }

    /// Puts the cursor of `list` on the row whose text matches best.
    pub(super) fn select_best<Id: Markable>(&self, list: &mut List<Id>, height: usize, text: impl Fn(&Id) -> &str) {
        if let Some(best) = self.best(list.rows(), list.selected(), text).cloned() {
            list.select(&best, height);
        }
    }

    /// Returns the one of `items` whose text matches best: the whole of it before its beginning, that before any part,
    /// and a part before mere letters; each in the case typed before any other. Of several it is `present` if that is
    /// among them, else the first. Returns nothing while no name is typed.
    pub fn best<'a, T: PartialEq>(
        &self,
        items: &'a [T],
        present: Option<&T>,
        text: impl Fn(&'a T) -> &'a str,
    ) -> Option<&'a T> {
        // No name depends on the day.
        let query = self.query(Timestamp::UNIX_EPOCH);
        let mut judge = Judge::new(&query)?;
        // Of equals `max_by_key` takes the last, so the list is walked from its end.
        items
            .iter()
            .rev()
            .max_by_key(|item| (judge.rank(text(item)), Some(*item) == present))
    }
}

/// What is typed, ready to be compared with whole rows.
struct Sieve {
    words: Vec<Word>,
    /// Whether a quote is not closed.
    is_open: bool,
    language: Language,
}

impl Sieve {
    fn new(filter: &Filter, language: Language, now: Timestamp) -> Self {
        let Query { words, is_open } = filter.query(now);
        Self {
            words,
            is_open,
            language,
        }
    }

    /// Keys are asked first: what a row says has to be written for it.
    fn keeps<'a>(&self, tell: impl Fn(&mut Hear<'_, 'a>) -> ControlFlow<()>, fits: impl Fn(&Asks) -> bool) -> bool {
        let (mut asking, mut named) = (self.words.iter(), self.words.iter());
        asking.all(|word| is_name(word) || self.is_so(word, &fits))
            && named.all(|word| !is_name(word) || is_said(word, &tell))
    }

    fn is_met<'a>(
        &self,
        word: &Word,
        tell: impl Fn(&mut Hear<'_, 'a>) -> ControlFlow<()>,
        fits: impl Fn(&Asks) -> bool,
    ) -> bool {
        if is_name(word) {
            is_said(word, tell)
        } else {
            self.is_so(word, fits)
        }
    }

    fn is_so(&self, word: &Word, fits: impl Fn(&Asks) -> bool) -> bool {
        if matches!(word.asks, Asks::Begun(_)) {
            return true;
        }
        let key = word.asks.key();
        key.is_some_and(|key| self.language.keys.contains(&key)) && fits(&word.asks)
    }

    /// Says which key is still without a value, or that a quote is not closed.
    fn unfinished(&self) -> Option<SafeText> {
        if self.is_open {
            return Some(SafeText::new(OPEN_QUOTE));
        }
        let Asks::Begun(key) = self.words.last()?.asks else {
            return None;
        };
        if !self.language.keys.contains(&key) {
            return Some(SafeText::new(&self.not_here(key)));
        }
        let kinds = (self.language.kinds)().join(", ");
        let operations = Operation::WORDS.map(|(word, _)| word).join(", ");
        let needed = match key {
            Key::Role => "write, read, or the name of a role",
            Key::Can => &operations,
            Key::Ws => "a part of a name, or a pattern like ml-*",
            Key::Who | Key::By => "a part of a name",
            Key::Kind => &kinds,
            Key::Access => "private, viewer, editor, admin or all",
            Key::Since | Key::Until => "2026-01-01, today, yesterday, 30d, 2w, 12h",
            Key::Rule | Key::Severity => "a name",
        };
        Some(SafeText::new(&format!("{}: {needed}", key.label())))
    }

    /// Says which words can match nothing here; nothing where only all words together do not.
    fn why_nothing(&self, is_met: impl Fn(&Word) -> bool) -> Option<SafeText> {
        let mut whys: Vec<String> = self.is_open.then(|| OPEN_QUOTE.to_owned()).into_iter().collect();
        let mut unmet = Vec::new();
        for word in self.words.iter().filter(|word| !is_met(word)) {
            match self.why_not(&word.asks) {
                Some(why) if whys.contains(&why) => {}
                Some(why) => whys.push(why),
                None => unmet.push(format!("'{}'", word.text)),
            }
        }
        if self.words.len() > 1 && !unmet.is_empty() {
            whys.push(format!("no row here matches {}", unmet.join(" or ")));
        }
        (!whys.is_empty()).then(|| SafeText::new(&whys.join("; ")))
    }

    /// Says why a word can match nothing, where that is plain from the word.
    fn why_not(&self, asks: &Asks) -> Option<String> {
        if let Some(key) = asks.key().filter(|key| !self.language.keys.contains(key)) {
            return Some(self.not_here(key));
        }
        if let Asks::NoKey(_, name) = asks {
            return Some(self.no_such_key(name));
        }
        if let Asks::Wrong(why) = asks {
            return Some(why.clone());
        }
        if let Asks::Role(name) = asks {
            return Some(no_such_role(name, self.language.nobody_is, []));
        }
        if *asks == Asks::Can(Operation::CreateWorkspace) {
            return Some("who can create workspaces, the members of 'system' tell".to_owned());
        }
        self.no_such_kind(asks)
    }

    /// Says where else a key asks for something, and which do here.
    fn not_here(&self, key: Key) -> String {
        let lists = (self.language.elsewhere)(key).join(", ");
        let keys = self.keys();
        format!(
            "'{}:' asks for nothing in this list (use it on {lists}); here: {keys}",
            key.label()
        )
    }

    fn keys(&self) -> String {
        let keys = self.language.keys.iter().map(|key| format!("{}:", key.label()));
        keys.collect::<Vec<_>>().join(", ")
    }

    fn no_such_kind(&self, asks: &Asks) -> Option<String> {
        let Asks::Kind(kind) = asks else { return None };
        let kinds = (self.language.kinds)();
        let meant = meant(kind, kinds.iter().copied());
        let is_known = kinds.contains(&kind.as_str());
        (!is_known).then(|| format!("unknown kind '{kind}': one of {}{meant}", kinds.join(", ")))
    }

    fn no_such_key(&self, name: &str) -> String {
        let meant = meant(name, self.language.keys.iter().map(|key| key.label()));
        let keys = self.keys();
        format!("'{name}:' asks for nothing in this list: it knows {keys}{meant}")
    }
}

/// Whether a word is met by what a row says. What has a colon and no key may stand in a cell.
fn is_name(word: &Word) -> bool {
    matches!(word.asks, Asks::Called(_) | Asks::NoKey(..))
}

/// Whether a row says `word` somewhere, or is called so for short.
fn is_said<'a>(word: &Word, tell: impl Fn(&mut Hear<'_, 'a>) -> ControlFlow<()>) -> bool {
    let (Asks::Called(called) | Asks::NoKey(called, _)) = &word.asks else {
        return false;
    };
    let is_its_name = if called.is_loose { is_loosely } else { is_short_for };
    let wanted = if called.is_loose {
        Cow::Owned(format!("{LOOSE}{}", called.lower))
    } else {
        Cow::Borrowed(called.lower.as_str())
    };
    let mut is_first = true;
    let told = tell(&mut |_, text| {
        let is_name = std::mem::replace(&mut is_first, false);
        if holds(&text, &wanted) || (is_name && is_its_name(&called.lower, &lower_case(&text))) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    told.is_break()
}

/// How well a text matches: the larger, the better.
pub(super) type Rank = (Reverse<u8>, usize, Option<u32>);

/// Judges how well names match what is typed.
pub(super) struct Judge<'a> {
    names: Vec<(&'a str, &'a str)>,
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl<'a> Judge<'a> {
    fn new(query: &'a Query) -> Option<Self> {
        let names = query.names().map(|called| (called.raw.as_str(), called.lower.as_str()));
        Self::of(names.filter(|(raw, _)| !raw.is_empty()).collect())
    }

    /// Returns the judge for words, each as it is typed and in lower case; nothing where there are none.
    pub(super) fn of(names: Vec<(&'a str, &'a str)>) -> Option<Self> {
        let raw: Vec<&str> = names.iter().map(|(raw, _)| *raw).collect();
        let pattern = Pattern::new(
            &raw.join(" "),
            CaseMatching::Ignore,
            Normalization::Smart,
            AtomKind::Fuzzy,
        );
        (!names.is_empty()).then(|| Self {
            names,
            pattern,
            matcher: Matcher::new(Config::DEFAULT),
            buffer: Vec::new(),
        })
    }

    /// Returns whether every word stands in `text`, or is short for `name`.
    pub(super) fn is_met(&self, name: &str, text: &str) -> bool {
        let name = lower_case(name);
        let mut words = self.names.iter().map(|(_, wanted)| *wanted);
        words.all(|wanted| holds(text, wanted) || is_short_for(wanted, &name))
    }

    /// Returns how much of the name is typed, whether in its case, and how close together its letters are.
    pub(super) fn rank(&mut self, text: &str) -> Rank {
        let lower = lower_case(text);
        let distance = |(_, wanted): &(&str, &str)| match lower.find(wanted) {
            Some(0) if lower.len() == wanted.len() => 0,
            Some(0) => 1,
            Some(_) => 2,
            None if is_short_for(wanted, &lower) => 3,
            None => 4_u8,
        };
        let distance = self.names.iter().map(distance).fold(0_u8, u8::saturating_add);
        let n_in_case = self.names.iter().filter(|(raw, _)| text.contains(raw)).count();
        let score = self
            .pattern
            .score(Utf32Str::new(text, &mut self.buffer), &mut self.matcher);
        (Reverse(distance), n_in_case, score)
    }
}

/// Returns whether a granter or maker is called like this, where one is known.
pub fn is_by(name: Option<&str>, lower: &str) -> bool {
    name.is_some_and(|name| holds(name, lower))
}

/// Returns whether a word asks for a time, and for this one.
pub fn is_then(at: Option<Timestamp>, asks: &Asks) -> bool {
    at.is_some_and(|at| {
        matches!(asks, Asks::Since(since) if at >= *since) || matches!(asks, Asks::Before(before) if at < *before)
    })
}

#[cfg(test)]
mod tests;
