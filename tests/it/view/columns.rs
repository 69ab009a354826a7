//! Columns as they are chosen, and lists that show others than the usual ones.

use super::scene::Scene;
use rstest::rstest;

#[rstest]
#[case(60, 16)]
#[case(80, 24)]
#[case(120, 40)]
fn the_columns_of_the_list_in_front(#[case] width: u16, #[case] height: u16) {
    let scene = Scene::ready(width, height).press("t ↓ space ↓ ↓ <");
    scene.shows(&format!("columns-{width}x{height}"));
}

#[rstest]
#[case(60, 16)]
#[case(80, 24)]
#[case(120, 40)]
fn a_list_with_other_columns(#[case] width: u16, #[case] height: u16) {
    let scene = Scene::ready(width, height).press("t ↓ space ↓ ↓ ↓ < < < enter");
    scene.shows(&format!("columns-chosen-{width}x{height}"));
}

/// Marks stay behind the names, and the sign of the cursor in front.
#[test]
fn marks_stay_with_their_column() {
    let scene = Scene::ready(80, 24).press("space t > > enter");
    let text = scene.text();
    assert!(text.find("ACCESS").unwrap() < text.find("NAME").unwrap(), "{text}");
    scene.shows("columns-marked");
}

/// What is looked for may be out of sight: then the border says where it was found.
#[test]
fn a_hit_in_a_hidden_column_is_told() {
    let scene = Scene::ready(80, 24)
        .press("t ↓ space enter / ")
        .type_text("all: editor");
    let text = scene.press("enter").text();
    assert!(text.contains("matches access"), "{text}");
}

#[test]
fn findings_show_the_columns_that_were_chosen_where_it_is_narrow_too() {
    let scene = Scene::ready(60, 16).press("A").settle().press("f");
    assert!(scene.text().contains("ABOUT"), "{}", scene.text());
    let scene = scene.press("t ↓ ↓ ↓ space enter");
    let text = scene.text();
    assert!(
        text.contains("WORKSPACE") && !text.contains("ABOUT") && !text.contains("PRINCIPAL"),
        "{text}"
    );
}

/// Whoever puts a column first wants to see it.
#[test]
fn the_columns_that_were_put_first_stay_where_there_is_little_room() {
    let scene = Scene::ready(60, 16).press("t").press("↓ ↓ ↓ ↓ ↓ ↓ < < < < < < enter");
    let text = scene.text();
    let head = text.lines().find(|line| line.contains("NAME")).unwrap();
    assert!(
        head.find("UPDATED").is_some_and(|at| at < head.find("NAME").unwrap()),
        "{text}"
    );
    assert!(!head.contains("DESCRIPTION"), "the last ones give way: {text}");
}

#[test]
fn a_column_that_is_always_shown_says_so_when_it_is_to_be_hidden() {
    let scene = Scene::ready(80, 24).press("t space");
    assert!(scene.text().contains("name is always shown"), "{}", scene.text());
    assert!(scene.text().contains("(space show/hide)"), "{}", scene.text());
    assert!(scene.press("↓").text().contains(" space show/hide "));
}
