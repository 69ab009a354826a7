//! A monkey at the keyboard, on a platform that is slow, wrong and changed by others: whatever happens, the
//! console does not panic, sends nothing without its confirmation, and can be left.
//!
//! Every run prints its seed; `NMP_MONKEY_SEED=n cargo test --test it monkey` plays it again.

mod answers;
mod checks;
mod everybody;
mod lines;
mod mouse;
mod rules;

use crate::console::{chord, session, ticket_of};
use crate::platform::{Platform, at};
use jiff::Timestamp;
use nmp_console::app::dialog::{DialogForm as _, Form, Stage};
use nmp_console::app::keymap::{Binding, Chord, Context, Key};
use nmp_console::app::model::Model;
use nmp_console::app::msg::{Answer, Effect, Msg, Size, Ticket};
use nmp_console::app::screen::Screen;
use nmp_console::app::session::{Lifting, Session};
use nmp_console::domain::change::Change;
use nmp_console::domain::deletion::Stage as Dying;
use nmp_console::domain::platform::{Allowed, Generation, Support};
use nmp_console::domain::policy::Tier;
use nmp_console::domain::resource::ResourceKind;
use nmp_console::domain::text::SafeText;
use nmp_console::ui::Look;
use nmp_console::ui::theme::ColorDepth;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::time::Duration;

/// What these go through is the same every day, until the console does something else: that they live long finds little.
const N_EVENTS: usize = 10_000;

#[test]
fn monkey_one() {
    Monkey::play(1, N_EVENTS);
}

#[test]
fn monkey_two() {
    Monkey::play(2, N_EVENTS);
}

#[test]
fn monkey_three() {
    Monkey::play(3, N_EVENTS);
}

#[test]
fn monkey_of_the_day() {
    Monkey::play(fastrand::u64(..), 3 * N_EVENTS);
}

const WORKSPACES: [&str; 8] = [
    "ml-team", "sales", "default", "system", "alpha", "beta", "no\nsuch", "gamma",
];
const PEOPLE: [&str; 10] = [
    "alice@example.com",
    "bob@example.com",
    "carol@example.com",
    "ml-leads",
    "*",
    "service-account:bot",
    "\u{430}lice@example.com",
    "grp/sub",
    "evil\x1b[31m\u{202e}@example.com",
    "李雷@example.com",
];
const HOSTILE: [&str; 6] = [
    "y\n",
    "\x1b[2J\x1b]52;c;aGk=\x07\u{9b}31m",
    "\u{202e}\u{200b}\u{feff}e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "\0\r\n\t",
    "👩‍👩‍👧‍👦\u{1f1e9}",
    "a@x.com\nb@x.com,c@x.com; d@x.com",
];
const WISHES: [&str; 3] = [
    "schema = 1\n[workspace.sales.members]\n\"bob@example.com\" = [\"Editor\"]\n\"*\" = [\"Viewer\"]\n",
    "schema = 1\n[workspace.alpha]\nmode = \"authoritative\"\n[workspace.alpha.members]\n\"carol@example.com\" = [\"Admin\"]\n",
    "schema = 1\n[workspace.beta]\nmode = \"authoritative\"\n[workspace.gamma]\nabsent = [\"bob@example.com\", \"*\"]\n",
];
const ROLES: [&[&str]; 7] = [
    &["Viewer"],
    &["Editor"],
    &["Admin"],
    &["Admin", "JobRunner"],
    &["Viewer", "Editor"],
    &["\x1b[0m"],
    &[],
];

/// A yes that was really given: to what, how often it still counts, and how strongly.
#[derive(Clone, Debug)]
struct Yes {
    change: Change,
    tier: Tier,
    n_together: usize,
    is_repair: bool,
    /// What was sent for it so far, where it goes step by step.
    steps: Vec<Change>,
}

struct Monkey {
    seed: u64,
    chance: fastrand::Rng,
    model: Model,
    platform: Platform,
    second: i64,
    unanswered: Vec<Effect>,
    answered: Vec<(Ticket, Answer)>,
    /// Each with whether it only moves what counts time on the screen.
    timers: Vec<(Ticket, bool)>,
    tickets: HashSet<Ticket>,
    yes: Vec<Yes>,
    /// What was meant by requests that went out.
    spent: Vec<Yes>,
    /// The key that made the top dialog ask, as seen from outside.
    asked_by: Option<Chord>,
    n_lives: usize,
    /// How often everybody's changes were on show, with rows.
    n_looks: usize,
    n_by_tier: BTreeMap<Tier, usize>,
    look: Look,
    log: VecDeque<String>,
}

impl Drop for Monkey {
    #[expect(clippy::print_stderr, reason = "a failed run must tell how to play it again")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log: Vec<String> = self.log.drain(..).collect();
            eprintln!(
                "the last events:\n{}\nNMP_MONKEY_SEED={} plays it again",
                log.join("\n"),
                self.seed
            );
        }
    }
}

impl Monkey {
    #[expect(clippy::print_stderr, reason = "the seed must be known to play a run again")]
    fn play(seed: u64, n_events: usize) {
        let seed = match std::env::vars().find(|(name, _)| name == "NMP_MONKEY_SEED") {
            Some((_, text)) => text.parse().expect("NMP_MONKEY_SEED is a number"),
            None => seed,
        };
        eprintln!("NMP_MONKEY_SEED={seed}");
        let mut monkey = Self::born(seed);
        monkey.tell(Msg::Started);
        let gets_far = |monkey: &Self| monkey.n_by_tier.values().sum::<usize>() > n_events / 300;
        // Some lives are lived in places where little can be done.
        for n in 0..2 * n_events {
            if n >= n_events && gets_far(&monkey) {
                break;
            }
            monkey.act();
        }
        eprintln!(
            "{} lives, {} looks at everybody's changes, changes by what they needed: {:?}",
            monkey.n_lives, monkey.n_looks, monkey.n_by_tier
        );
        assert!(
            gets_far(&monkey) && monkey.n_by_tier.len() == 3,
            "the monkey got nowhere"
        );
    }

    fn born(seed: u64) -> Self {
        let mut chance = fastrand::Rng::with_seed(seed);
        let platform = populated(&mut chance);
        let look = match chance.u8(..3) {
            0 => Look::new(ColorDepth::None, true),
            1 => Look::new(ColorDepth::Ansi16, false),
            _ => Look::new(ColorDepth::TrueColor, false),
        };
        let model = Model::new(
            some_session(&mut chance),
            Size { width: 80, height: 24 },
            Timestamp::UNIX_EPOCH,
        );
        Self {
            seed,
            chance,
            model,
            platform,
            second: 0,
            unanswered: Vec::new(),
            answered: Vec::new(),
            timers: Vec::new(),
            tickets: HashSet::new(),
            yes: Vec::new(),
            spent: Vec::new(),
            asked_by: None,
            n_lives: 0,
            n_looks: 0,
            n_by_tier: BTreeMap::new(),
            look,
            log: VecDeque::new(),
        }
    }

    /// Starts the program anew, after it has ended.
    fn reborn(&mut self) {
        if self.chance.u8(..10) == 0 {
            self.platform = populated(&mut self.chance);
        }
        let session = some_session(&mut self.chance);
        self.model = Model::new(session, self.model.size, self.model.now);
        self.unanswered.clear();
        self.answered.clear();
        self.timers.clear();
        self.tickets.clear();
        self.yes.clear();
        self.asked_by = None;
        self.n_lives += 1;
        if self.chance.u8(..3) == 0 {
            self.model.speak();
        }
        self.tell(Msg::Started);
    }

    fn act(&mut self) {
        match self.chance.u8(..100) {
            0..47 if self.model.linear.is_some() && self.chance.u8(..3) > 0 => self.type_a_line(),
            0..47 => self.press_something(),
            47..50 => self.use_the_mouse(),
            50..53 => self.paste_something(),
            53..54 => self.resize(),
            // A change whose outcome is in doubt is looked up again a few times before anything else goes on.
            54..59 => self.let_time_pass(),
            59..61 => self.meddle(),
            61..62 => self.repeat_an_answer(),
            62..96 => self.answer_something(),
            96..98 => self.check_that_it_can_be_left(),
            98..99 => self.tell(Msg::Resumed),
            _ if self.chance.u8(..20) == 0 => {
                self.tell(Msg::Ended);
            }
            _ => self.press_all("esc esc"),
        }
    }

    // What the monkey does.

    fn press_something(&mut self) {
        if let Some(dialog) = self.model.dialogs.last() {
            match &dialog.stage {
                Stage::Confirming(confirm) if confirm.tier == Tier::Typed && self.chance.u8(..3) == 0 => {
                    let expected = confirm.expected.clone();
                    self.press_all("ctrl-u");
                    if self.chance.bool() {
                        self.tell(Msg::Pasted(expected));
                    } else {
                        self.write(&expected);
                    }
                    if self.chance.bool() {
                        self.press_all("enter");
                    }
                    return;
                }
                Stage::Confirming(_) if self.chance.u8(..3) == 0 => return self.press_all("y"),
                Stage::Editing if self.chance.bool() => return self.fill_in(),
                Stage::Editing if self.chance.u8(..3) == 0 => return self.press_all("enter"),
                Stage::Editing | Stage::Confirming(_) | Stage::Running(_) => {}
            }
        }
        if matches!(self.model.screen(), Screen::Help(_)) && self.chance.u8(..4) == 0 {
            return self.press_all("esc");
        }
        if self.model.dialogs.is_empty() && self.chance.bool() {
            let keys = self
                .chance
                .choice([
                    "n", "e", "d", "a", "w", "v", "v", "f", "space", "ctrl-a", "enter", "esc", "R", "C", "ctrl-o",
                    "L m",
                ])
                .unwrap_or_default();
            return self.press_all(keys);
        }
        let key = match self.chance.u8(..10) {
            0..6 => {
                let contexts = self.model.key_contexts().iter();
                let near: Vec<Chord> = contexts
                    .filter(|context| **context != Context::Always)
                    .flat_map(|context| self.model.keymap.of(*context))
                    .flat_map(Binding::chords)
                    .collect();
                self.chance.choice(near)
            }
            6..8 => {
                let any: Vec<Chord> = self.model.keymap.all().flat_map(Binding::chords).collect();
                self.chance
                    .choice(any)
                    .filter(|key| *key != chord("ctrl-c") || self.chance.u8(..8) == 0)
            }
            _ => Some(Chord {
                key: Key::Char(self.chance.char(..)),
                is_ctrl: self.chance.u8(..8) == 0,
                is_alt: self.chance.u8(..8) == 0,
            }),
        };
        // Leaving all the time leads nowhere.
        let leaves = |key: &Chord| [chord("ctrl-c"), chord("q")].contains(key);
        if let Some(key) = key.filter(|key| !leaves(key) || self.chance.u8(..10) == 0) {
            self.tell(Msg::Pressed(key));
        }
    }

    /// Types what fits the form, so that flows get deep.
    fn fill_in(&mut self) {
        self.press_all("ctrl-u");
        let form = self.model.dialogs.last().map(|dialog| dialog.form.clone());
        match form {
            Some(Form::AddMember(_)) => {
                let n = self.chance.choice([8, 1, 2, 1]).unwrap_or(1);
                let people: Vec<String> = (0..n).map(|_| self.person()).collect();
                self.tell(Msg::Pasted(people.join("\n")));
            }
            Some(Form::Create(_)) => {
                let name = format!("w-{}", self.chance.u8(..12));
                self.write(&name);
            }
            Some(Form::Describe(_)) => {
                let text = self.chance.choice(HOSTILE).unwrap_or_default();
                self.tell(Msg::Pasted(text.to_owned()));
            }
            Some(Form::ChangeRole(_) | Form::Columns(_) | Form::Views(_)) => {
                let keys = self.chance.choice(["↑", "↓", "↓ >", "space"]).unwrap_or_default();
                self.press_all(keys);
            }
            Some(Form::Plan(form)) if form.is_on_options() => {
                let keys = self.chance.choice(["↑", "↓", "v", "a", "tab"]).unwrap_or_default();
                self.press_all(keys);
            }
            Some(Form::Review(_)) => {
                let word = self.chance.choice(["1", "2", "21", "self", "public", "system"]);
                self.write(word.unwrap_or_default());
            }
            Some(Form::Plan(_) | Form::Undo(_)) => {
                let person = self.person();
                self.tell(Msg::Pasted(person));
            }
            Some(Form::Export(_)) => {
                let keys = self.chance.choice(["↓", "↓ ↓", "tab", "space"]).unwrap_or_default();
                self.press_all(keys);
            }
            Some(Form::Lift(form)) => self.write(&form.context),
            Some(Form::LogIn(_) | Form::LogOut(_) | Form::Connect(_)) => {
                let keys = self.chance.choice(["↓", "↓ ↓", "tab", "↓ tab"]).unwrap_or_default();
                self.press_all(keys);
                let text = self
                    .chance
                    .choice(["https://nmp.example.com", "localhost:8080", "a@x", "y"]);
                self.tell(Msg::Pasted(text.unwrap_or_default().to_owned()));
            }
            Some(Form::Palette(_)) => self.look_for_a_command(),
            Some(
                Form::RemoveMember(_)
                | Form::DeleteWorkspace(_)
                | Form::DeleteWorkspaces(_)
                | Form::DeleteResources(_)
                | Form::Deletion(_),
            )
            | None => {}
        }
        if self.chance.u8(..3) > 0 {
            self.press_all("enter");
        }
    }

    fn look_for_a_command(&mut self) {
        let words = [
            "",
            "remove",
            "back",
            "workspace ml",
            "principal *",
            "context st",
            "plan access/",
            "zzz",
        ];
        let text = self.chance.choice(words).unwrap_or_default();
        self.write(text);
        let keys = self.chance.choice(["↓", "tab", "→", "pgdn", "↑"]).unwrap_or_default();
        self.press_all(keys);
    }

    fn paste_something(&mut self) {
        let text = match self.chance.u8(..60) {
            0 => "x@example.com\n".repeat(100_000 / 14),
            1 => "y".repeat(100_000),
            2 => (0..20_000).map(|i| i.to_string()).collect::<Vec<_>>().join(" "),
            3..20 => self.person(),
            _ => self.chance.choice(HOSTILE).unwrap_or_default().to_owned(),
        };
        self.tell(Msg::Pasted(text));
    }

    fn resize(&mut self) {
        // Huge ones are drawn now and then: a frame costs as much as it has cells, and has no more to say there.
        let (width, height) = if self.chance.u8(..8) == 0 {
            (200, 200)
        } else {
            (130, 50)
        };
        let size = Size {
            width: self.chance.u16(..=width),
            height: self.chance.u16(..=height),
        };
        self.tell(Msg::Resized(size));
    }

    fn let_time_pass(&mut self) {
        if !self.timers.is_empty() {
            let place = self.chance.usize(..self.timers.len());
            let (ticket, _) = self.timers.swap_remove(place);
            return self.tell(Msg::Due(ticket));
        }
        let ticket = match self.unanswered.last().and_then(ticket_of) {
            Some(ticket) if self.chance.bool() => ticket,
            _ => Ticket::new(self.chance.u64(..200)),
        };
        let delay = Duration::from_secs(self.chance.u64(..40));
        let why = SafeText::new(self.chance.choice(HOSTILE).unwrap_or_default());
        let msg = if self.chance.bool() {
            Msg::Waiting { ticket, delay, why }
        } else {
            Msg::Due(ticket)
        };
        self.tell(msg);
    }

    /// Somebody else changes the platform.
    fn meddle(&mut self) {
        let Some(name) = self.workspace() else {
            self.platform = populated(&mut self.chance);
            return;
        };
        match self.chance.u8(..10) {
            0 if self.platform.rooms.len() > 8 => self.platform.remove(&name),
            1 => {
                let kind = self.chance.choice(ResourceKind::ALL).unwrap_or(ResourceKind::Project);
                let thing = self.chance.choice(HOSTILE).unwrap_or_default();
                self.platform.add_thing(&name, kind, thing);
            }
            7 => self.platform.touched = everybody::changes(&mut self.chance),
            8 => self.platform.room(&name).things.clear(),
            9 => self.destroy_on(),
            2 => self.platform.room(&name).workspace.description = Some(HOSTILE[1].to_owned()),
            3 => {
                let fresh = format!("w-{}", self.chance.u8(..12));
                if self.platform.find(&at(&fresh)).is_none() {
                    self.platform = std::mem::replace(&mut self.platform, Platform::of("x")).with(&fresh, &[]);
                }
            }
            _ => {
                let (person, held) = (self.person(), self.chance.choice(ROLES).unwrap_or_default());
                self.platform.set(&name, &person, held);
            }
        }
    }

    /// The platform goes on with the deletions under way, well or not, to their end.
    fn destroy_on(&mut self) {
        let error = self.chance.bool().then(|| SafeText::new(HOSTILE[1]));
        let stage = self
            .chance
            .choice(["deleting", "failed", "mourning"])
            .unwrap_or_default();
        if self.chance.bool() {
            self.platform.dying.pop();
        } else if let Some((_, status)) = self.platform.dying.first_mut() {
            status.stage = Dying::from_platform(stage);
            status.error = error;
        }
    }

    fn press_all(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.tell(Msg::Pressed(chord(key)));
        }
    }

    fn write(&mut self, text: &str) {
        for c in text.chars() {
            self.tell(Msg::Pressed(Chord::plain(Key::Char(c))));
        }
    }

    fn person(&mut self) -> String {
        match self.chance.u8(..10) {
            0 => self.chance.choice(PEOPLE).unwrap_or_default().to_owned(),
            1..7 => self.chance.choice(&PEOPLE[..6]).copied().unwrap_or_default().to_owned(),
            _ => format!("u{}@example.com", self.chance.u8(..20)),
        }
    }

    fn workspace(&mut self) -> Option<String> {
        let rooms = self.chance.choice(&self.platform.rooms)?;
        Some(rooms.workspace.name.raw().to_owned())
    }
}

fn populated(chance: &mut fastrand::Rng) -> Platform {
    let mut platform = Platform::of("alice@example.com");
    chance
        .choice(WISHES)
        .unwrap_or_default()
        .clone_into(&mut platform.wishes);
    for name in WORKSPACES {
        platform = platform.with(name, &[("alice@example.com", &["Admin"])]);
        for person in PEOPLE {
            if chance.bool() {
                platform.set(name, person, chance.choice(ROLES).unwrap_or_default());
            }
        }
    }
    for name in WORKSPACES {
        for n in 0..chance.usize(..9) {
            let kind = chance.choice(ResourceKind::ALL).unwrap_or(ResourceKind::Project);
            platform.add_thing(name, kind, &format!("thing-{n}"));
        }
    }
    let generations = [
        Generation::Seed,
        Generation::Platform06,
        Generation::Helix,
        Generation::Unknown,
    ];
    platform.generation = chance.choice(generations).unwrap_or(Generation::Helix);
    let shown = match platform.generation {
        Generation::Helix => vec![Support::Yes, Support::No, Support::Unknown],
        Generation::Unknown => vec![Support::Yes, Support::Unknown],
        Generation::Seed | Generation::Platform01 | Generation::Platform03 | Generation::Platform06 => {
            vec![Support::No]
        }
    };
    platform.deletion_status = chance.choice(shown).unwrap_or(Support::Yes);
    platform.absent = ResourceKind::ALL.into_iter().filter(|_| chance.u8(..6) == 0).collect();
    platform.failing = ResourceKind::ALL.into_iter().filter(|_| chance.u8(..40) == 0).collect();
    platform.touched = everybody::changes(chance);
    platform.is_admin = if chance.bool() { Allowed::Yes } else { Allowed::No };
    // A console that cannot change anything gets nowhere.
    for context in &mut platform.connector.contexts.contexts {
        context.read_only = None;
    }
    platform
}

fn some_session(chance: &mut fastrand::Rng) -> Session {
    let mut session = session();
    if chance.u8(..8) == 0 {
        session.read_only = Some(SafeText::new("NMP_READ_ONLY"));
        if chance.bool() {
            session.lifting = Lifting::Possible;
        }
    }
    if chance.u8(..6) == 0 {
        session.destination = None;
    }
    if chance.u8(..3) == 0 {
        session.start_at = chance.choice(WORKSPACES).map(at);
    }
    if chance.u8(..4) == 0 {
        session.plan = Some("access.toml".into());
    }
    session
}
