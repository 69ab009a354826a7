//! A theme as a file: for each role a colour, a ground, and how the letters stand.
//!
//! ```toml
//! [danger]
//! foreground = "#ff5f5f"
//! bold = true
//! ```

use super::paint::Paint;
use super::{Chosen, ColorDepth, ROLES, Theme};
use crate::domain::choice::meant;
use crate::domain::parsing::{self, Problem, Wrong};
use ratatui::style::{Modifier, Style};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::{Spanned, Value};

/// A theme as it is written, whatever the terminal can show of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    worn: Vec<(Chosen, Wear)>,
}

/// How the text of one role looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wear {
    foreground: Option<Paint>,
    background: Option<Paint>,
    modifiers: Modifier,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireRole {
    foreground: Option<Spanned<Value>>,
    background: Option<Spanned<Value>>,
    #[serde(default)]
    bold: bool,
    #[serde(default)]
    underline: bool,
    #[serde(default)]
    reverse: bool,
}

impl Sheet {
    /// Reads a theme.
    ///
    /// # Errors
    /// Says where something stands that no theme has, or a colour that is none.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim_start_matches('\u{feff}');
        let wrong = |wrong: Wrong| wrong.of(text);
        let roles: BTreeMap<Spanned<String>, WireRole> = parsing::toml(text).map_err(wrong)?;
        let worn = roles.iter().map(|(name, role)| Ok((accessor(name)?, Wear::of(role)?)));
        let worn: Result<_, Wrong> = worn.collect();
        worn.map(|worn| Self { worn }).map_err(wrong)
    }

    /// Returns the theme on a terminal that shows `depth`: what the file leaves out is as in the theme `terminal`, and
    /// without colours everything is.
    pub fn at(&self, depth: ColorDepth) -> Theme {
        let mut theme = Theme::new(depth);
        if depth != ColorDepth::None {
            for (role, wear) in &self.worn {
                *role(&mut theme) = wear.at(depth);
            }
        }
        theme
    }
}

fn accessor(name: &Spanned<String>) -> Result<Chosen, Wrong> {
    let known = ROLES.iter().find(|(known, ..)| known == name.get_ref());
    known.map(|(_, role, _)| *role).ok_or_else(|| {
        let known = ROLES.map(|(name, ..)| name);
        let meant = meant(name.get_ref(), known);
        let message = format!(
            "there is no role '{}'{meant} (there are: {})",
            name.get_ref(),
            known.join(", ")
        );
        Wrong(name.span(), message)
    })
}

impl Wear {
    fn of(role: &WireRole) -> Result<Self, Wrong> {
        let modifiers = [
            (role.bold, Modifier::BOLD),
            (role.underline, Modifier::UNDERLINED),
            (role.reverse, Modifier::REVERSED),
        ];
        let modifiers = modifiers.into_iter().filter(|(is_wished, _)| *is_wished);
        Ok(Self {
            foreground: role.foreground.as_ref().map(paint).transpose()?,
            background: role.background.as_ref().map(paint).transpose()?,
            modifiers: modifiers.map(|(_, modifier)| modifier).collect(),
        })
    }

    fn at(self, depth: ColorDepth) -> Style {
        let style = Style::new().add_modifier(self.modifiers);
        Style {
            fg: self.foreground.and_then(|paint| paint.at(depth)),
            bg: self.background.and_then(|paint| paint.at(depth)),
            ..style
        }
    }
}

fn paint(written: &Spanned<Value>) -> Result<Paint, Wrong> {
    let value = written.get_ref();
    let index = || u8::try_from(value.as_integer()?).ok().map(Paint::Index);
    let paint = value.as_str().map_or_else(index, Paint::parse);
    paint.ok_or_else(|| {
        let meant = value
            .as_str()
            .map(|text| meant(text, Paint::names()))
            .unwrap_or_default();
        let message =
            format!("a colour is \"#rrggbb\", a number from 0 to 255, or a name, as \"red\" and \"bright-red\"{meant}");
        Wrong(written.span(), message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use ratatui::style::Color;
    use rstest::rstest;

    #[test]
    fn what_a_file_leaves_out_is_as_on_the_terminal() {
        let text = "\u{feff}# mine\n[danger]\nforeground = '#ff5f5f'\nbackground = 16\nunderline = true\n[text]\nforeground = 'white'\n";
        let sheet = Sheet::parse(text).unwrap();
        let theme = sheet.at(ColorDepth::Ansi256);
        let danger = Style::new().fg(Color::Indexed(203)).bg(Color::Indexed(16)).underlined();
        assert_eq!((theme.danger, theme.ground), (danger, Style::new().fg(Color::Gray)));
        let usual = Theme::new(ColorDepth::Ansi256);
        assert_eq!(theme.warning, usual.warning);
        assert_eq!(sheet.at(ColorDepth::None), Theme::new(ColorDepth::None));
        assert_eq!(
            Sheet::parse("").unwrap().at(ColorDepth::Ansi16),
            Theme::new(ColorDepth::Ansi16)
        );
    }

    #[rstest]
    #[case::role("[text]\n[dangr]\n", (2, 2), "there is no role 'dangr'; did you mean 'danger'? (there are: text, ")]
    #[case::key("[text]\nblink = true\n", (2, 1), "'blink' is unknown here (known are: foreground, background, bold, underline, reverse)")]
    #[case::switch("[text]\n  bold = 'yes'\n", (2, 10), "true or false is needed, not a text")]
    #[case::name("[text]\nforeground = 'gren'\n", (2, 14), "a colour is \"#rrggbb\", a number from 0 to 255, or a name, as \"red\" and \"bright-red\"; did you mean 'green'?")]
    #[case::number("[text]\nforeground = 256\n", (2, 14), "a colour is ")]
    #[case::list("[text]\nforeground = [1, 2, 3]\n", (2, 14), "a colour is ")]
    #[case::twice("[text]\n[text]\n", (2, 2), "")]
    #[case::no_role("text = 'red'\n", (1, 8), "a group of names and values is needed, not a text")]
    #[case::no_toml("[text\n", (1, 6), "")]
    #[case::hostile("[\"a\\u001b[31m\"]\n", (1, 2), "there is no role 'a\\x1b[31m' (")]
    fn says_where_something_is_wrong(#[case] text: &str, #[case] at: (usize, usize), #[case] message: &str) {
        let problem = Sheet::parse(text).unwrap_err();
        assert!(problem.message.as_str().starts_with(message), "{problem}");
        assert_eq!((problem.line, problem.column), at, "{problem}");
    }
}
