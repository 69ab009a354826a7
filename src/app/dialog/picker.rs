//! A field that takes principals: what is typed, what is proposed for the word at the cursor, and who is meant.
//!
//! A proposal is never taken for what is typed, nor the other way round: while proposals stand, one of them, or the word
//! as it is, has to be chosen before anything is done with the field.

use super::ctx::Ctx;
use super::standing::Standing;
use crate::app::text_field::TextField;
use crate::domain::ids::Principal;
use crate::domain::mention::{self, Doubt, LeftOut, Meaning, Mention, UNSEEN, means_everyone};
use crate::domain::paste;
use crate::domain::policy::Consequence;
use crate::domain::text::SafeText;
use std::collections::{BTreeMap, BTreeSet};

/// How many principals are proposed at once.
const MOST_PROPOSED: usize = 5;

/// From how many letters on somebody is proposed.
const FEWEST_LETTERS: usize = 2;

/// How many of those that are typed are looked up.
const MOST_MET: usize = 200;

/// How many of those that nobody knows are compared with everybody.
const MOST_COMPARED: usize = 20;

/// The field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picker {
    field: TextField,
    offers: Vec<Offer>,
    chosen: usize,
    /// Whether the word at the end of the field was chosen among proposals, and so needs none.
    is_settled: bool,
    /// What is known of those that are typed and proposed.
    met: BTreeMap<Principal, Standing>,
}

/// What the word at the end of the field may be meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The principal it is about.
    pub principal: Principal,
    /// Whether somebody is called like this, as far as known.
    pub is_known: bool,
    /// Why it is proposed.
    pub why: Why,
}

/// Why a principal is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is the word as it is typed.
    AsTyped,
    /// It begins like the word.
    GoesOn,
    /// The word looks like a slip of the hand.
    Slip,
    /// The word means everyone.
    Everyone,
}

impl Picker {
    /// Returns a field that holds `text`.
    pub fn filled(text: &str) -> Self {
        Self {
            field: TextField::filled(text),
            ..Self::default()
        }
    }

    /// Returns what is typed.
    pub fn value(&self) -> &str {
        self.field.value()
    }

    /// Returns the text field.
    pub fn field(&self) -> &TextField {
        &self.field
    }

    pub(in crate::app) fn field_mut(&mut self) -> &mut TextField {
        &mut self.field
    }

    /// Returns what can be chosen between; nothing where nobody is proposed.
    pub fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// Returns which of them is highlighted.
    pub fn chosen(&self) -> usize {
        self.chosen
    }

    /// Inserts pasted text; its lines stay apart. Returns whether all of it had room.
    pub(in crate::app) fn paste(&mut self, text: &str) -> bool {
        self.field.paste(&paste::as_list(text))
    }

    /// Looks for proposals after the text has changed, and for what is known of those that are meant by now.
    pub(in crate::app) fn propose(&mut self, ctx: Ctx<'_>) {
        self.is_settled = false;
        self.chosen = 0;
        let mentions = self.read(ctx, MOST_MET);
        let is_meant = |word: &str| {
            mentions
                .iter()
                .filter_map(Mention::principal)
                .any(|one| one.raw() == word)
        };
        let word = self.word();
        self.offers = word.map(|word| offers(word, is_meant(word), ctx)).unwrap_or_default();
        // What nobody has written out is not taken for it, however alike: that needs a key of its own.
        let is_slip = |offer: &Offer| offer.why == Why::Slip;
        if self.offers.first().is_some_and(is_slip) {
            self.chosen = self.offers.len() - 1;
        }
        self.meet_all(&mentions, ctx);
    }

    /// Looks everybody up again, after more people were read: what is said of them follows, and who begins like the word
    /// is proposed by now. What is highlighted stays so; where nothing was, the word as it is typed is, so that no key that
    /// was on its way takes somebody else for it. Proposals do not go away: that key would do what it was not pressed for.
    pub(in crate::app) fn follow(&mut self, ctx: Ctx<'_>) {
        self.met.clear();
        if self.is_settled {
            return self.meet(ctx);
        }
        let before = std::mem::take(&mut self.offers);
        let chosen = before.get(self.chosen).map(|offer| offer.principal.clone());
        self.propose(ctx);
        if self.offers.is_empty() {
            self.offers = before;
            self.meet(ctx);
        }
        let is_kept = |offer: &Offer| match &chosen {
            Some(principal) => offer.principal == *principal,
            None => offer.is_as_typed(),
        };
        self.chosen = self.offers.iter().position(is_kept).unwrap_or(self.chosen);
    }

    /// Looks up who is typed or proposed: when that changes, and not whenever it is drawn.
    fn meet(&mut self, ctx: Ctx<'_>) {
        self.meet_all(&self.read(ctx, MOST_MET), ctx);
    }

    fn meet_all(&mut self, meant: &[Mention], ctx: Ctx<'_>) {
        let mut before = std::mem::take(&mut self.met);
        let proposed = self.offers.iter().map(|offer| &offer.principal);
        let mut n_compared = 0;
        for principal in proposed.chain(meant.iter().filter_map(Mention::principal)) {
            let known = before.remove_entry(principal).or_else(|| {
                n_compared += usize::from(!ctx.knows(principal.raw()));
                let standing = Standing::of(principal, ctx, n_compared <= MOST_COMPARED)?;
                Some((principal.clone(), standing))
            });
            self.met.extend(known);
        }
    }

    /// Returns what is known of `principal`, who is typed or proposed.
    pub fn standing(&self, principal: &Principal) -> Option<&Standing> {
        self.met.get(principal)
    }

    /// Highlights the offer below or above.
    pub(in crate::app) fn move_by(&mut self, down: bool) {
        let last = self.offers.len().saturating_sub(1);
        self.chosen = if down {
            (self.chosen + 1).min(last)
        } else {
            self.chosen.saturating_sub(1)
        };
    }

    /// Highlights the offer at this place.
    pub(in crate::app) fn highlight(&mut self, place: usize) {
        if place < self.offers.len() {
            self.chosen = place;
        }
    }

    /// Puts the highlighted offer into the field.
    pub(in crate::app) fn take(&mut self, ctx: Ctx<'_>) {
        let Some(offer) = self.offers.get(self.chosen) else {
            return;
        };
        if let (false, Some((before, _, after))) = (offer.is_as_typed(), self.around_the_word()) {
            let mut field = TextField::filled(&format!("{before}{}", offer.principal.raw()));
            field.append(after);
            self.field = field;
        }
        self.offers.clear();
        self.chosen = 0;
        self.is_settled = true;
        self.meet(ctx);
    }

    /// Completes what is typed: puts the highlighted offer into the field, or, where that is a new name as it is typed,
    /// the first one that goes on from it. Somebody else than is typed has to be highlighted first.
    pub(in crate::app) fn complete(&mut self, ctx: Ctx<'_>) {
        let is_new = |offer: &Offer| offer.is_as_typed() && !offer.is_known;
        let is_slip = |offer: &Offer| offer.why == Why::Slip;
        if self.offers.get(self.chosen).is_some_and(is_new) && !self.offers.first().is_some_and(is_slip) {
            self.chosen = 0;
        }
        self.take(ctx);
    }

    /// Returns the question that stands while somebody is proposed.
    pub(in crate::app) fn question(&self) -> Option<String> {
        let typed = self.offers.iter().find(|offer| offer.is_as_typed());
        let proposed = self.offers.iter().filter(|offer| !offer.is_as_typed());
        let proposed: Vec<String> = proposed.map(|offer| offer.principal.shown().to_string()).collect();
        if proposed.is_empty() {
            return None;
        }
        let typed = typed.map(|offer| format!("{}, {}, or ", offer.principal.shown(), offer.kind()));
        Some(format!("{}{}?", typed.unwrap_or_default(), proposed.join(" or ")))
    }

    /// Returns who is meant by all that is typed, each once; of far too many only the first `most`.
    pub(in crate::app) fn read(&self, ctx: Ctx<'_>, most: usize) -> Vec<Mention> {
        mention::read(self.value(), &|raw| ctx.knows(raw), most)
    }

    /// Returns the word that is being typed: the one that the cursor stands behind.
    fn word(&self) -> Option<&str> {
        let (_, word, _) = self.around_the_word()?;
        (word.chars().count() >= FEWEST_LETTERS).then_some(word)
    }

    /// Returns the word that ends at the cursor, with what stands before and behind it.
    fn around_the_word(&self) -> Option<(&str, &str, &str)> {
        let value = self.value();
        let cursor = value
            .char_indices()
            .nth(self.field.cursor())
            .map_or(value.len(), |(at, _)| at);
        let (typed, after) = value.split_at_checked(cursor)?;
        if after.chars().next().is_some_and(|next| !separates(next)) {
            return None;
        }
        let word = typed.rsplit(separates).next()?;
        Some((typed.strip_suffix(word)?, word, after))
    }
}

impl Offer {
    /// Returns whether it is the word as it is typed.
    pub fn is_as_typed(&self) -> bool {
        self.why == Why::AsTyped
    }

    fn known(principal: Principal, why: Why) -> Self {
        let is_known = true;
        Self {
            principal,
            is_known,
            why,
        }
    }

    /// Returns what it is, in words.
    pub fn kind(&self) -> String {
        let noun = self.principal.kind().label();
        if self.is_known {
            format!("a known {noun}")
        } else {
            format!("a new {noun}")
        }
    }
}

/// Returns what must be asked about before anything is done for `mentions`.
pub(super) fn questions(mentions: &[Mention]) -> Vec<Consequence> {
    let asked = |about: Doubt| {
        let mentions = mentions.iter();
        mentions.filter_map(move |mention| {
            let of_it = matches!(&mention.meaning, Meaning::Asked(_, doubt) if *doubt == about);
            mention.principal().filter(|_| of_it).cloned()
        })
    };
    let odd = asked(Doubt::NotAnEmail).map(|principal| Consequence::Oddity {
        principal,
        what: format!("not an e-mail address, and {UNSEEN}"),
    });
    let left = mentions
        .iter()
        .filter(|mention| mention.meaning == Meaning::LeftOut(LeftOut::MaybeAName));
    let left: Vec<String> = left
        .map(|mention| SafeText::with_limit(&mention.from, 60).to_string())
        .collect();
    let new: Vec<Principal> = asked(Doubt::NewGroup).collect();
    let mut questions: Vec<Consequence> = odd.collect();
    if !new.is_empty() {
        questions.push(Consequence::NewGroups(new));
    }
    if !left.is_empty() {
        questions.push(Consequence::TakenForNames(left));
    }
    questions
}

/// Returns what `word` may be meant for; nothing where only the word itself is. `is_meant` says whether it reads as a
/// principal as it is.
fn offers(word: &str, is_meant: bool, ctx: Ctx<'_>) -> Vec<Offer> {
    let mut offers = proposals(word, ctx);
    if means_everyone(word) && !ctx.knows(word) {
        offers.insert(0, Offer::known(Principal::everyone(), Why::Everyone));
    }
    let typed = Principal::parse_new(word).ok();
    if let (true, Some(typed)) = (is_meant && offers.is_empty(), &typed)
        && let Some(Standing::New { meant: Some(meant), .. }) = Standing::of(typed, ctx, true)
    {
        offers.push(Offer {
            is_known: ctx.knows(meant.raw()),
            principal: meant,
            why: Why::Slip,
        });
    }
    if let (false, Some(principal)) = (offers.is_empty(), typed) {
        let is_known = ctx.knows(word);
        let place = if is_known { 0 } else { offers.len() };
        let why = Why::AsTyped;
        offers.insert(
            place,
            Offer {
                principal,
                is_known,
                why,
            },
        );
    }
    offers
}

/// Whoever is called like `word` goes on, the first by name.
fn proposals(word: &str, ctx: Ctx<'_>) -> Vec<Offer> {
    // Whoever is called as it is typed comes before a namesake in other case.
    let mut first: BTreeSet<(bool, &Principal)> = BTreeSet::new();
    for principal in ctx.known() {
        let entry = (!principal.raw().starts_with(word), principal);
        let is_early = first.len() < MOST_PROPOSED || first.last().is_some_and(|last| entry < *last);
        if is_early && goes_on_from(principal.raw(), word) && principal.addressable().is_ok() {
            first.insert(entry);
            if first.len() > MOST_PROPOSED {
                first.pop_last();
            }
        }
    }
    let offers = first.into_iter();
    offers
        .map(|(_, principal)| Offer::known(principal.clone(), Why::GoesOn))
        .collect()
}

/// Whether `raw` begins like `word`, upper and lower case alike, and can stand in a list.
fn goes_on_from(raw: &str, word: &str) -> bool {
    let begins = match raw.get(..word.len()) {
        Some(begin) if begin.eq_ignore_ascii_case(word) => raw.len() > word.len() || begin != word,
        _ => false,
    };
    begins && !raw.contains(separates)
}

fn separates(c: char) -> bool {
    matches!(c, ',' | ';' | '<' | '(' | '"') || c.is_whitespace()
}
