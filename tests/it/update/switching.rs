//! Whatever comes late, twice or out of order from a platform that was left: nothing of it is ever seen again.

use crate::connector::context;
use crate::console::{chord, session, ticket_of};
use crate::platform::Platform;
use jiff::Timestamp;
use nmp_console::app::model::Model;
use nmp_console::app::msg::{Answer, Effect, Msg, Size, Stamped, Ticket};
use nmp_console::app::store::Store;
use nmp_console::app::update::update;
use nmp_console::domain::context::Destination;
use nmp_console::ui::theme::ColorDepth;
use nmp_console::ui::{self, Look};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const CONTEXTS: [&str; 3] = ["prod", "staging", "lab"];

/// A platform of its own for each context; everything on it bears the name of the context.
fn platforms() -> Vec<Platform> {
    let of = |context: &str| {
        let (own, other) = (format!("room-{context}-a"), format!("room-{context}-b"));
        let member = format!("member@{context}");
        Platform::of("alice@example.com")
            .with(&own, &[("alice@example.com", &["Admin"]), (&member, &["Viewer"])])
            .with(&other, &[("alice@example.com", &["Admin"]), (&member, &["Editor"])])
    };
    CONTEXTS.iter().map(|context| of(context)).collect()
}

struct World {
    model: Model,
    platforms: Vec<Platform>,
    /// Which platform is asked now, as the effects have it.
    used: usize,
    /// Everything ever asked, with the platform it was asked of; answers can come at any time and often.
    asked: Vec<(usize, Effect)>,
    second: i64,
    n_switches: usize,
    look: Look,
    /// What was known when that was last looked through, and in which context.
    searched: Option<(usize, Store)>,
}

impl World {
    fn new() -> Self {
        let size = Size { width: 120, height: 30 };
        let mut world = Self {
            model: Model::new(session(), size, Timestamp::UNIX_EPOCH),
            platforms: platforms(),
            used: 0,
            asked: Vec::new(),
            second: 0,
            n_switches: 0,
            look: Look::new(ColorDepth::None, false),
            searched: None,
        };
        world.tell(Msg::Started);
        world
    }

    fn tell(&mut self, msg: Msg) {
        self.second += 1;
        let is_asking_who = self.model.opening.as_ref().is_some_and(|opening| opening.is_same);
        let at = Timestamp::from_second(self.second).unwrap();
        for effect in update(&mut self.model, Stamped { at, msg }) {
            if let Effect::Send { change, .. } = &effect {
                assert!(!is_asking_who, "nobody knows as whom this is sent: {change:?}");
            }
            if let Effect::Enter(ticket) = &effect {
                self.enter(*ticket);
            } else if !matches!(effect, Effect::Abandon(_)) && ticket_of(&effect).is_some() {
                // Even the answer to what is abandoned may be on the way.
                self.asked.push((self.used, effect));
            }
        }
        self.check();
    }

    fn enter(&mut self, ticket: Ticket) {
        let mut opened = self.asked.iter().map(|(_, asked)| asked);
        let opened = opened.find(|asked| ticket_of(asked) == Some(ticket));
        let Some(Effect::Open {
            destination: Destination::Context(name),
            ..
        }) = opened
        else {
            panic!("{ticket:?} was never opened as a context");
        };
        self.used = CONTEXTS.iter().position(|context| *context == name.raw()).unwrap();
        self.n_switches += 1;
    }

    fn answer(&mut self, nth: usize) {
        if self.asked.is_empty() {
            return;
        }
        let (of, effect) = self.asked[nth % self.asked.len()].clone();
        for (ticket, answer) in self.platforms[of].answers(&effect) {
            self.tell(Msg::Answered { ticket, answer });
        }
    }

    /// Answers everything, also what was answered before, the newest first; and then what was asked meanwhile.
    fn settle(&mut self) {
        let mut from = 0;
        for _ in 0..200 {
            let n = self.asked.len();
            for nth in (from..n).rev() {
                self.answer(nth);
            }
            from = n;
            if self.asked.len() == n {
                return;
            }
        }
    }

    fn check(&mut self) {
        let own = CONTEXTS[self.used];
        assert_eq!(
            self.model.session.context.as_str(),
            own,
            "what is shown is what is asked"
        );
        let size = self.model.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, size.width, size.height));
        // That a setting of a context was kept is told wherever the console is by then, with the name of the context.
        let apart = self.model.notice.take_if(|notice| {
            let text = notice.text.as_str();
            let is_of = |context: &&str| text.contains(&format!("is now the default workspace of '{context}'"));
            CONTEXTS.iter().any(is_of)
        });
        ui::view(&self.model, &self.look, &mut buffer);
        if apart.is_some() {
            self.model.notice = apart;
        }
        let cells = buffer.content();
        let text: String = cells.iter().map(ratatui::buffer::Cell::symbol).collect();
        // Most messages change nothing of it.
        let is_searched = |(used, store): &(usize, Store)| *used == self.used && *store == self.model.store;
        let known = if self.searched.as_ref().is_some_and(is_searched) {
            String::new()
        } else {
            format!("{:?}", self.model.store)
        };
        for other in CONTEXTS.iter().filter(|context| **context != own) {
            for trace in [format!("room-{other}-"), format!("member@{other}")] {
                assert!(!text.contains(&trace), "{trace} is on the screen of {own}");
                assert!(!known.contains(&trace), "{trace} is known in {own}");
            }
        }
        if !known.is_empty() {
            self.searched = Some((self.used, self.model.store.clone()));
        }
    }
}

#[derive(Clone, Debug)]
enum Event {
    Press(&'static str),
    Switch(usize),
    LogIn,
    Answer(usize),
    Settle,
}

fn event() -> impl Strategy<Value = Event> {
    let keys = [
        "j", "k", "enter", "esc", "r", "C", "A", "v", "m", "P", "g", "a", "?", "q", "s", ".", "d", "y", "ctrl-o", ":",
    ];
    prop_oneof![
        5 => prop::sample::select(keys.to_vec()).prop_map(Event::Press),
        1 => (0..CONTEXTS.len()).prop_map(Event::Switch),
        1 => Just(Event::LogIn),
        8 => any::<usize>().prop_map(Event::Answer),
        1 => Just(Event::Settle),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_a_context_that_was_left_is_ever_seen_again(events in prop::collection::vec(event(), 1..80)) {
        let mut world = World::new();
        for event in events {
            match event {
                Event::Press(key) => world.tell(Msg::Pressed(chord(key))),
                Event::Switch(nth) => {
                    for key in ["esc", "esc", "esc", "C"] {
                        world.tell(Msg::Pressed(chord(key)));
                    }
                    world.settle();
                    world.tell(Msg::Pressed(chord("g")));
                    for _ in 0..nth {
                        world.tell(Msg::Pressed(chord("j")));
                    }
                    world.tell(Msg::Pressed(chord("enter")));
                }
                Event::LogIn => {
                    world.tell(Msg::Pressed(chord("ctrl-o")));
                    // How one logs in there.
                    world.answer(world.asked.len().saturating_sub(1));
                    world.tell(Msg::Pressed(chord("enter")));
                }
                Event::Answer(nth) => world.answer(nth),
                Event::Settle => world.settle(),
            }
        }
    }
}

/// What was run from the list of commands may name something of the platform that was left.
#[test]
fn the_list_of_commands_names_nothing_of_a_context_that_was_left() {
    let mut world = World::new();
    world.settle();
    let type_in = |world: &mut World, text: &str| {
        for one in text
            .chars()
            .map(|c| if c == ' ' { "space".to_owned() } else { c.to_string() })
        {
            world.tell(Msg::Pressed(chord(&one)));
        }
    };
    for (kind, name) in [
        ("workspace", "room-prod-b"),
        ("principal", "member@prod"),
        ("context", "staging"),
    ] {
        type_in(&mut world, &format!(":{kind} {name}"));
        world.settle();
        world.tell(Msg::Pressed(chord("enter")));
        world.settle();
    }
    assert_eq!(world.used, 1);
    world.tell(Msg::Pressed(chord(":")));
    world.settle();
}

#[test]
fn answers_of_a_context_that_was_left_say_nothing() {
    let mut world = World::new();
    world.settle();
    for (key, place) in [("C", 1), ("C", 0), ("C", 2)] {
        world.tell(Msg::Pressed(chord(key)));
        world.settle();
        world.tell(Msg::Pressed(chord("g")));
        for _ in 0..place {
            world.tell(Msg::Pressed(chord("j")));
        }
        world.tell(Msg::Pressed(chord("enter")));
        world.settle();
    }
    assert_eq!((world.n_switches, world.used), (3, 2));
    let n_known = world.model.store.workspaces().len();
    let before = world.model.clone();
    for nth in 0..world.asked.len() {
        world.answer(nth);
    }
    assert_eq!((world.model.store.workspaces().len(), n_known), (2, 2));
    assert_eq!(world.model.screens, before.screens);
    let late = world.platforms[0].connector.open(&context("prod"));
    let opened = world
        .asked
        .iter()
        .find(|(_, effect)| matches!(effect, Effect::Open { .. }));
    let ticket = opened.and_then(|(_, effect)| ticket_of(effect)).unwrap();
    world.tell(Msg::Answered {
        ticket,
        answer: Answer::Opened(late),
    });
    assert_eq!(world.used, 2);
}
