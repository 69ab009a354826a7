//! Which columns stand where, and how wide.

use super::*;
use proptest::prelude::*;

fn spec(title: &'static str, drops: u8, width: Width, content: u16) -> Spec {
    Spec {
        title,
        drops,
        width,
        align: Align::Left,
        content,
        tail: 0,
        ordinary: content,
    }
}

fn specs(name: u16, by: u16) -> [Spec; 5] {
    [
        spec("NAME", 0, Width::Name(40), name),
        spec("MEMBERS", 2, Width::Exactly(7), 7),
        spec("BY", 1, Width::Content(10, 30), by),
        spec("DESCRIPTION", 4, Width::Rest(16), 16),
        spec("UPDATED", 3, Width::Exactly(10), 10),
    ]
}

#[test]
fn drops_the_least_useful_columns_first() {
    let titles = |width| {
        let specs = specs(12, 10);
        let placed = arrange(&specs, width);
        placed
            .iter()
            .map(|placed| specs[placed.index].title)
            .collect::<Vec<_>>()
    };
    assert_eq!(titles(100), ["NAME", "MEMBERS", "BY", "DESCRIPTION", "UPDATED"]);
    assert_eq!(titles(50), ["NAME", "MEMBERS", "BY", "UPDATED"]);
    assert_eq!(titles(30), ["NAME", "BY"]);
    assert_eq!(titles(3), ["NAME"]);
}

#[test]
fn what_no_row_says_has_no_column() {
    let mut specs = specs(12, 10);
    specs[1].content = 0;
    assert!(arrange(&specs, 100).iter().all(|placed| placed.index != 1));
}

#[test]
fn one_long_name_drops_no_column() {
    let mut specs = specs(63, 10);
    specs[0].ordinary = 23;
    let placed = arrange(&specs, 78);
    assert_eq!(placed.len(), 5);
    assert!(placed[0].width >= 23, "{placed:?}");
    // Where there is room, it is whole; but it leaves enough of the descriptions to be read.
    let placed = arrange(&specs, 130);
    assert_eq!((placed[0].width, placed[3].width), (52, 40), "{placed:?}");
    assert_eq!(arrange(&specs, 150)[0].width, 63);
}

#[test]
fn a_number_is_dropped_for_no_end_of_a_long_name() {
    let mut specs = specs(40, 10);
    specs[1].align = Align::Right;
    let widths = |width| {
        let placed = arrange(&specs, width).into_iter();
        placed
            .map(|place| (specs[place.index].title, place.width))
            .collect::<Vec<_>>()
    };
    assert_eq!(widths(64), [("NAME", 40), ("MEMBERS", 7), ("BY", 10)]);
    assert_eq!(widths(56), [("NAME", 32), ("MEMBERS", 7), ("BY", 10)]);
    assert_eq!(widths(55), [("NAME", 40), ("BY", 10)], "less of a name says too little");
}

/// Who granted it is told of the selected row at last; the name is nowhere else.
#[test]
fn a_name_grows_before_what_is_told_of_it() {
    let mut specs = specs(28, 40);
    specs[0].ordinary = 20;
    let placed = arrange(&specs, 90);
    assert_eq!(placed[0].width, 28, "{placed:?}");
    assert!(placed.iter().any(|place| place.index == 2), "{placed:?}");
}

proptest! {
    #[test]
    fn columns_never_overlap_and_stay_inside(width in 16_u16..300, name in 6_u16..80, by in 4_u16..50) {
        let placed = arrange(&specs(name, by), width);
        for pair in placed.windows(2) {
            prop_assert_eq!(pair[0].x + pair[0].width + GAP, pair[1].x);
        }
        let end = placed.last().map(|last| last.x + last.width).unwrap();
        prop_assert!(end < width || placed.len() == 1);
    }

    /// A name of an ordinary length is not cut while anything else could be dropped, and the longest is not while there
    /// is room.
    #[test]
    fn no_name_is_cut_while_another_column_could_give_way(width in 16_u16..300, name in 6_u16..80, by in 4_u16..50) {
        let specs = specs(name, by);
        let placed = arrange(&specs, width);
        if placed[0].width < name.min(40) {
            let others: Vec<_> = placed[1..].iter().filter(|place| specs[place.index].drops > 0).collect();
            prop_assert_eq!(others, Vec::<&Placed>::new());
        }
        if placed[0].width < name {
            for place in &placed[1..] {
                prop_assert!(place.width <= specs[place.index].content);
            }
        }
    }
}
