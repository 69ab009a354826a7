//! What the file may say, and what a change leaves as it is.

use super::*;
use pretty_assertions::assert_eq;
use rstest::rstest;

const FULL: &str = "\
# mine
[workspaces] # the first screen
columns = [\"name\", \"admin\"] # few

# whom to ask
[[workspaces.views]]
name = \"lonely\" # one Admin
filter = \"access:private\"
sort = [\"admins\", \"-name\"]

[[audit.views]]
name = \"who writes\"
filter = \"role:write\"
";

fn lonely() -> View {
    View {
        name: "lonely".to_owned(),
        filter: Some("access:private".to_owned()),
        sort: vec![("admins", false), ("name", true)],
        columns: None,
    }
}

#[test]
fn the_file_says_columns_and_views() {
    let views = Views::parse(FULL).unwrap();
    let workspaces = views.of(ListKind::Workspaces);
    assert_eq!(workspaces.columns, Some(vec!["name", "admin"]));
    assert_eq!(workspaces.views, [lonely()]);
    assert_eq!(views.of(ListKind::Grants).views.len(), 1);
    assert_eq!(views.of(ListKind::Members), &OfList::default());
    assert_eq!(Views::parse("").unwrap(), Views::default());
}

#[rstest]
#[case::list(
    "[workspace]\n",
    "line 1, column 2: no list is called 'workspace'; did you mean 'workspaces'?"
)]
#[case::key(
    "[members]\ncolumn = []\n",
    "line 2, column 1: 'column' is unknown here (known are: columns, views)"
)]
#[case::column(
    "[members]\ncolumns = [\"principal\", \"role\"]\n",
    "line 2, column 25: no column is called 'role'; did you mean 'roles'?"
)]
#[case::twice(
    "[members]\ncolumns = [\"principal\", \"principal\"]\n",
    "line 2, column 25: the column 'principal' appears twice"
)]
#[case::fixed(
    "[members]\ncolumns = [\"roles\"]\n",
    "line 2, column 11: the column 'principal' is always shown: name it, too"
)]
#[case::order(
    "[[workspaces.views]]\nname = \"a\"\nsort = [\"description\"]\n",
    "line 3, column 9: no order is called 'description'"
)]
#[case::no_order(
    "[[audit-people.views]]\nname = \"a\"\nsort = [\"kind\"]\n",
    "line 3, column 9: no order is called 'kind' (there are none here)"
)]
#[case::too_many(
    "[[workspaces.views]]\nname = \"a\"\nsort = [\"name\", \"you\", \"access\", \"admins\"]\n",
    "line 3, column 34: a list is sorted by at most 3 columns"
)]
#[case::no_name("[[workspaces.views]]\nfilter = \"a\"\n", "line 1, column 1: 'name' is missing")]
#[case::empty("[[workspaces.views]]\nname = \" \"\n", "line 2, column 8: a view needs a name")]
#[case::hostile(
    "[[workspaces.views]]\nname = \"a\\u001b[2J\"\n",
    "line 2, column 8: a name has no control characters and nothing that cannot be seen"
)]
#[case::turned(
    "[[workspaces.views]]\nname = \"a\\u202eb\"\n",
    "line 2, column 8: a name has no control characters and nothing that cannot be seen"
)]
#[case::hostile_filter(
    "[[workspaces.views]]\nname = \"a\"\nfilter = \"\\u0007\"\n",
    "line 3, column 10: a filter has no control characters and nothing that cannot be seen"
)]
#[case::same_name(
    "[[workspaces.views]]\nname = \"a\"\n[[workspaces.views]]\nname = \"a\"\n",
    "line 4, column 8: the view 'a' appears twice"
)]
#[case::same_name_but_for_case(
    "[[workspaces.views]]\nname = \"Ärger\"\n[[workspaces.views]]\nname = \"ärger\"\n",
    "line 4, column 8: the view 'ärger' is called as 'Ärger' is but for case: rename one of them"
)]
#[case::order_slip(
    "[[workspaces.views]]\nname = \"a\"\nsort = [\"-amdin\"]\n",
    "line 3, column 9: no order is called '-amdin'; did you mean 'admin'?"
)]
#[case::order_twice(
    "[[workspaces.views]]\nname = \"a\"\nsort = [\"admin\", \"-admins\"]\n",
    "line 3, column 18: the order 'admin' appears twice"
)]
#[case::no_toml("[workspaces\n", "line 1, column ")]
fn what_cannot_be_is_said_with_its_place(#[case] text: &str, #[case] expected: &str) {
    let told = Views::parse(text).unwrap_err().to_string();
    assert!(told.starts_with(expected), "{told}");
}

/// A column has one name, and what its order is called above the list is understood as well, as it was before.
#[test]
fn a_column_and_its_order_are_called_the_same() {
    let both = "[audit]\ncolumns = ['workspace', 'principal', 'role']\n\
                [[audit.views]]\nname = 'a'\nsort = ['roles', '-granted by']\n";
    let views = Views::parse(both).unwrap();
    let list = views.of(ListKind::Grants);
    assert_eq!(list.columns, Some(vec!["workspace", "principal", "roles"]));
    assert_eq!(list.views[0].sort, [("role", false), ("granted by", true)]);
    assert_eq!(
        list.views[0].in_words(ListKind::Grants).as_str(),
        "sort: roles, by reversed"
    );
    let edit = Edit::Put(
        ListKind::Grants,
        View {
            name: "b".to_owned(),
            ..list.views[0].clone()
        },
        Taken::Unasked,
    );
    let (text, _) = edited("", &edit).unwrap();
    assert!(text.contains("sort = [\"roles\", \"-by\"]"), "{text}");
}

#[test]
fn there_is_an_end_to_views_and_names() {
    let views = |n: usize| {
        let view = |n| format!("[[members.views]]\nname = \"v{n}\"\n");
        (0..n).map(view).collect::<String>()
    };
    assert!(Views::parse(&views(100)).is_ok());
    let told = Views::parse(&views(101)).unwrap_err().to_string();
    assert!(told.ends_with("a list has at most 100 views"), "{told}");
    let one_more = Edit::Put(ListKind::Members, lonely_of_members(), Taken::Unasked);
    let told = edited(&views(100), &one_more).unwrap_err().why;
    assert_eq!(told.as_str(), "a list has at most 100 views: remove one");
    assert!(check_name(&"a".repeat(40)).is_ok() && check_name(&"a".repeat(41)).is_err());
    assert!(check_filter(&"ä".repeat(1000)).is_ok() && check_filter(&"a".repeat(1001)).is_err());
}

/// Chooses other columns than this file says.
fn other(text: &str, kind: ListKind, after: Option<Vec<&'static str>>) -> Edit {
    let before = Views::parse(text).unwrap().of(kind).columns.clone();
    Edit::Columns(kind, Chosen { before, after })
}

fn lonely_of_members() -> View {
    View {
        sort: vec![("roles", true)],
        ..lonely()
    }
}

#[test]
fn a_new_view_leaves_all_else_as_it_stands() {
    let new = View {
        name: "public \"ones\"".to_owned(),
        filter: Some("access:all".to_owned()),
        sort: Vec::new(),
        columns: Some(vec!["name", "access"]),
    };
    let (text, views) = edited(FULL, &Edit::Put(ListKind::Workspaces, new.clone(), Taken::Unasked)).unwrap();
    assert_eq!(views.of(ListKind::Workspaces).views, [lonely(), new]);
    let added = "
[[workspaces.views]]
name = 'public \"ones\"'
filter = \"access:all\"
columns = [\"name\", \"access\"]
";
    let (before, after) = FULL.split_at(FULL.find("\n[[audit").unwrap());
    assert_eq!(text, format!("{before}{added}{after}"));
}

#[test]
fn a_view_of_the_same_name_takes_its_place_and_comments_stay() {
    let changed = View {
        filter: None,
        sort: vec![("members", false)],
        ..lonely()
    };
    let (text, _) = edited(
        FULL,
        &Edit::Put(ListKind::Workspaces, changed.clone(), Taken::Agreed(lonely())),
    )
    .unwrap();
    let expected = FULL
        .replace("filter = \"access:private\"\n", "")
        .replace("sort = [\"admins\", \"-name\"]", "sort = [\"members\"]");
    assert_eq!(text, expected);
    // Whoever saves it as a new one was not asked about the one that somebody else has saved meanwhile.
    let told = edited(FULL, &Edit::Put(ListKind::Workspaces, changed, Taken::Unasked))
        .unwrap_err()
        .why;
    assert_eq!(told.as_str(), "another view was saved as 'lonely' meanwhile");
}

fn who_writes() -> View {
    View {
        name: "who writes".to_owned(),
        filter: Some("role:write".to_owned()),
        sort: Vec::new(),
        columns: None,
    }
}

/// Whoever agrees to it has seen what is replaced or removed, and not what somebody else has made of it since.
#[test]
fn what_was_changed_meanwhile_is_neither_replaced_nor_removed() {
    let seen = View {
        filter: Some("role:read".to_owned()),
        ..who_writes()
    };
    let replaced = Edit::Put(ListKind::Grants, who_writes(), Taken::Agreed(seen.clone()));
    for edit in [replaced, Edit::Remove(ListKind::Grants, seen)] {
        let unkept = edited(FULL, &edit).unwrap_err();
        assert_eq!(unkept.why.as_str(), "another view was saved as 'who writes' meanwhile");
        let known = unkept.views.unwrap();
        assert_eq!(
            known.of(ListKind::Grants).views,
            [who_writes()],
            "it is known from now on"
        );
    }
}

/// What stands at the beginning is about the whole file, whatever comes first in it and goes.
#[test]
fn comments_at_the_beginning_stay_there() {
    let lead = "# my own notes\n# see ticket 4711\n\n";
    let view = "[[audit.views]] # at night\nname = \"who writes\"\nfilter = \"role:write\"\n";
    let text = format!("{lead}{view}");
    let (left, _) = edited(&text, &Edit::Remove(ListKind::Grants, who_writes())).unwrap();
    assert_eq!(left, lead);
    let columns = Some(vec!["name", "admin"]);
    let (more, _) = edited(&text, &other(&text, ListKind::Workspaces, columns)).unwrap();
    assert!(more.starts_with(lead) && more.matches("ticket").count() == 1, "{more}");
    let (more, _) = edited(&text, &Edit::Put(ListKind::Grants, lonely_of_grants(), Taken::Unasked)).unwrap();
    assert!(more.starts_with(&text), "{more}");
}

fn lonely_of_grants() -> View {
    View {
        sort: Vec::new(),
        ..lonely()
    }
}

#[test]
fn what_is_removed_is_gone_and_nothing_else() {
    let (text, views) = edited(FULL, &Edit::Remove(ListKind::Grants, who_writes())).unwrap();
    assert_eq!(text, FULL.split("\n[[audit").next().unwrap().to_owned());
    assert_eq!(views.of(ListKind::Grants), &OfList::default());
    let (same, _) = edited(FULL, &Edit::Remove(ListKind::Grants, lonely())).unwrap();
    assert_eq!(same, FULL);
}

#[test]
fn columns_are_kept_and_taken_back() {
    let wanted = Some(vec!["updated", "name"]);
    let (text, _) = edited(FULL, &other(FULL, ListKind::Workspaces, wanted)).unwrap();
    assert_eq!(
        text,
        FULL.replace("[\"name\", \"admin\"] # few", "[\"updated\", \"name\"] # few")
    );
    let (text, views) = edited("", &other("", ListKind::Members, Some(vec!["principal"]))).unwrap();
    assert!(text.starts_with("# Columns and saved views of nmp-console."), "{text}");
    assert!(text.ends_with("\n\n[members]\ncolumns = [\"principal\"]\n"), "{text}");
    let (text, after) = edited(&text, &other(&text, ListKind::Members, None)).unwrap();
    assert!(!text.contains("columns ="), "{text}");
    assert_eq!((views.columns().count(), after), (1, Views::default()));
}

#[test]
fn a_wrong_file_is_not_touched() {
    let told = edited(
        "[nothing]\n",
        &Edit::Put(ListKind::Workspaces, lonely(), Taken::Unasked),
    )
    .unwrap_err()
    .why;
    assert!(told.as_str().starts_with("line 1, column 2: "), "{told}");
    let listed = "[workspaces]\nviews = [{ name = \"a\" }]\n";
    let told = edited(listed, &Edit::Put(ListKind::Workspaces, lonely(), Taken::Unasked))
        .unwrap_err()
        .why;
    assert_eq!(
        told.as_str(),
        "the views of workspaces stand in one list: only [[workspaces.views]] can be changed"
    );
}
