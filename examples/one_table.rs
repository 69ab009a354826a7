//! The yardstick of `cargo bench`: the least a ratatui program can be that shows one table and moves in it.

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, KeyCode};
use ratatui::layout::Constraint::{Fill, Length};
use ratatui::style::{Style, Stylize as _};
use ratatui::widgets::{Block, Row, Table, TableState};
use std::io;

fn main() -> io::Result<()> {
    let n_rows: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(40);
    let name = |n: usize| format!("workspace-{n:04}");
    let rows = (0..n_rows).map(|n| Row::new([name(n), "private".into(), "Admin".into(), "1".into(), "3d ago".into()]));
    let table = Table::new(rows, [Fill(1), Length(11), Length(8), Length(7), Length(10)])
        .header(Row::new(["NAME", "ACCESS", "YOU", "MEMBERS", "UPDATED"]).bold())
        .row_highlight_style(Style::new().reversed())
        .block(Block::bordered().title_bottom("j down  k up  q quit"));
    let mut terminal = ratatui::init();
    let ended = run(&mut terminal, &table, TableState::new().with_selected(0));
    ratatui::restore();
    ended
}

fn run(terminal: &mut DefaultTerminal, table: &Table<'_>, mut state: TableState) -> io::Result<()> {
    let page = terminal.size()?.height.saturating_sub(4);
    loop {
        terminal.draw(|frame| frame.render_stateful_widget(table, frame.area(), &mut state))?;
        match event::read()?.as_key_press_event().map(|key| key.code) {
            Some(KeyCode::Char('j')) => state.select_next(),
            Some(KeyCode::Char('k')) => state.select_previous(),
            Some(KeyCode::Char('g')) => state.select_first(),
            Some(KeyCode::PageDown) => state.scroll_down_by(page),
            Some(KeyCode::Char('q')) => return Ok(()),
            _ => {}
        }
    }
}
