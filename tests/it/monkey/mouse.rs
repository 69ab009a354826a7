//! The monkey has a mouse, too: it clicks what stands on the screen, and what stood there once. That no click sends anything
//! is checked with everything else, since a click is no key that could have said yes.

use super::Monkey;
use crate::console::chord;
use nmp_console::app::msg::Msg;
use nmp_console::app::pointer::Target;
use nmp_console::ui;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

impl Monkey {
    pub(super) fn use_the_mouse(&mut self) {
        if self.chance.u8(..4) == 0 {
            let is_down = self.chance.bool();
            self.tell(Msg::Wheeled(is_down));
            return;
        }
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.model.size.width, self.model.size.height));
        let (.., areas) = ui::view(&self.model, &self.look, &mut buffer);
        let place = self.chance.usize(..12);
        let stale = [
            Target::Row(place),
            Target::Field,
            Target::Choice(place),
            Target::Proposal(place),
            Target::Command(place),
        ];
        let target = match self.chance.choice(areas.all()) {
            Some((_, target)) if self.chance.u8(..4) > 0 => Some(*target),
            Some(_) | None => self.chance.choice(stale),
        };
        // Leaving all the time leads nowhere.
        let leaves = |target: &Target| matches!(target, Target::Key(key, _) if *key == chord("q"));
        if let Some(target) = target.filter(|target| !leaves(target) || self.chance.u8(..10) == 0) {
            self.tell(Msg::Pointed(target));
        }
    }
}
