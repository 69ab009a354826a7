//! Lines that come together, while the loop asks what has come.

use super::*;
use rustix::io::ioctl_fionread;

/// Somebody who types, on a socket in place of a terminal, and a reader that waits so long for the rest of a piece.
fn typist(between: Duration) -> (UnixStream, UnixStream, Lines) {
    let (typed, terminal) = UnixStream::pair().unwrap();
    let (tell, told) = mpsc::channel(QUEUE);
    let (bell, rung) = UnixStream::pair().unwrap();
    let n_said = Arc::new(AtomicU64::new(0));
    let reader = Reader {
        terminal: terminal.try_clone().unwrap(),
        rung,
        tell,
        n_said: Arc::clone(&n_said),
        last: None,
        is_cut: false,
        patience: Patience {
            between,
            whole: Duration::from_hours(1),
        },
    };
    thread::spawn(move || reader.run());
    (typed, terminal, Lines { told, bell, n_said })
}

fn batch(event: Option<Event>) -> Batch {
    match event {
        Some(Event::Typed(batch)) => batch,
        other => panic!("{other:?}"),
    }
}

/// Waits until everything that was typed has been read.
fn is_read(terminal: &UnixStream) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while ioctl_fionread(terminal).unwrap() > 0 {
        assert!(Instant::now() < deadline);
        thread::yield_now();
    }
}

#[test]
fn the_bell_does_not_part_what_comes_together() {
    let (mut typed, terminal, mut lines) = typist(Duration::from_hours(1));
    lines.mark(7);
    assert_eq!(lines.told.blocking_recv(), Some(Event::Marked(7)));
    typed.write_all(b"d\n").unwrap();
    is_read(&terminal);
    lines.mark(8);
    lines.said();
    typed.write_all("y\n".repeat(MOST_LINES - 1).as_bytes()).unwrap();
    let batch = batch(lines.told.blocking_recv());
    assert_eq!((batch.lines.len(), batch.is_piece), (MOST_LINES, true));
    assert_eq!(lines.told.blocking_recv(), Some(Event::Marked(8)));
}

#[test]
fn the_last_line_of_a_flood_is_no_line_by_itself() {
    let (mut typed, _terminal, mut lines) = typist(Duration::ZERO);
    typed.write_all("d\n".repeat(MOST_LINES).as_bytes()).unwrap();
    assert!(batch(lines.told.blocking_recv()).is_piece);
    lines.said();
    typed.write_all(b"y\n").unwrap();
    let last = batch(lines.told.blocking_recv());
    assert_eq!((last.lines.len(), last.is_piece), (1, true));
    lines.said();
    typed.write_all(b"y\n").unwrap();
    assert!(!batch(lines.told.blocking_recv()).is_piece);
}

#[test]
fn what_has_no_end_or_may_have_lost_it_is_no_line() {
    assert_eq!(Typed::of(b"y"), Typed::Unfinished);
    assert_eq!(Typed::of(b"y\r\n"), Typed::Line("y".to_owned()));
    let line = |n: usize| [vec![b'a'; n], b"\n".to_vec()].concat();
    assert_eq!(Typed::of(&line(MOST_OF_A_LINE + 1)), Typed::TooLong);
    assert_eq!(
        Typed::of(&line(MOST_OF_A_LINE)),
        Typed::Line("a".repeat(MOST_OF_A_LINE))
    );
}
