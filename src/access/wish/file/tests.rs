//! The sample, and what is said about files that are none.

use super::*;
use crate::access::wish::{Said, Wanted};
use crate::domain::role::Role;
use jiff::civil::date;
use pretty_assertions::assert_eq;
use rstest::rstest;

const SAMPLE: &str = include_str!("../../../../assets/access.toml");
const HEAD: &str = "schema = 1\nserver = 'https://nmp.example.com'\n";

fn parse_one(text: &str) -> Result<Wishes, Vec<Problem>> {
    parse(&[(SafeText::new("a.toml"), text.to_owned())])
}

/// Parses a file whose first two lines are as they must be.
fn below_head(text: &str) -> Result<Wishes, Vec<Problem>> {
    parse_one(&format!("{HEAD}{text}"))
}

fn members(text: &str) -> Result<Wishes, Vec<Problem>> {
    below_head(&format!("[workspace.a.members]\n{text}"))
}

fn holding(wanted: &Wanted) -> Vec<&str> {
    match &wanted.shall {
        Shall::Hold(roles) => roles.iter().map(Role::raw).collect(),
        Shall::HoldAlso(_) => panic!("a file does not say that"),
        Shall::BeAbsent => Vec::new(),
    }
}

#[test]
fn the_sample_says_what_it_explains() {
    let wishes = parse_one(SAMPLE).expect("the sample can be read");
    assert_eq!(wishes.server.as_deref(), Some("https://nmp.example.com"));
    let names: Vec<&str> = wishes.workspaces.iter().map(|wish| wish.workspace.raw()).collect();
    assert_eq!(names, ["ml-team", "shared", "new-project", "system"]);
    let [team, shared, project, system] = wishes.workspaces.as_slice() else {
        panic!("there are four")
    };
    assert_eq!((team.mode, system.mode), (Mode::Authoritative, Mode::Additive));
    assert_eq!(team.owner.as_deref(), Some("ml-leads@example.com"));
    assert_eq!(project.create.as_deref(), Some("evaluation of the new models"));
    let held: Vec<(&str, Vec<&str>)> = team
        .members
        .iter()
        .map(|it| (it.principal.raw(), holding(it)))
        .collect();
    let expected = [
        ("alice@example.com", vec!["Admin"]),
        ("bob@example.com", vec!["Editor"]),
        ("service-account:ci", vec!["Editor", "JobRunner"]),
        ("*", vec!["Viewer"]),
    ];
    assert_eq!(held, expected);
    let bob = &team.members[1];
    let Said { why, place } = bob.said.as_deref().expect("it says more of him");
    assert_eq!(
        (bob.until(), why.ticket.as_deref()),
        (Some(date(2027, 3, 31)), Some("OPS-12"))
    );
    assert_eq!(why.reason.as_deref(), Some("migration"));
    let line = 1 + SAMPLE
        .lines()
        .position(|line| line.starts_with("\"bob@"))
        .expect("he is there");
    let place = (place.file.as_str(), place.line, place.column);
    assert_eq!(place, ("a.toml", u32::try_from(line).expect("it is short"), 1));
    assert_eq!(shared.members[0].shall, Shall::BeAbsent);
}

#[rstest]
#[case::wide_lines("\r\n", "")]
#[case::mark("\n", "\u{feff}")]
fn a_mark_and_other_line_ends_change_nothing(#[case] end: &str, #[case] begin: &str) {
    let other = format!("{begin}{}", SAMPLE.replace('\n', end));
    assert_eq!(parse_one(&other), parse_one(SAMPLE));
}

#[rstest]
#[case::as_a_table("[workspace.a.members.'al@x']\nroles = ['Viewer']\n")]
#[case::as_dotted_keys("workspace.a.members.'al@x' = ['Viewer']\n")]
#[case::as_an_inline_table("workspace = { a = { members = { 'al@x' = { roles = ['Viewer'] } } } }\n")]
#[case::in_another_order("[workspace.a.members]\n'al@x' = [\n  'Viewer',\n]\n[workspace.a]\nmode = 'additive'\n")]
fn however_it_is_written_it_says_the_same(#[case] text: &str) {
    let wishes = below_head(text).expect("it can be read");
    let [wish] = wishes.workspaces.as_slice() else {
        panic!("there is one")
    };
    let [wanted] = wish.members.as_slice() else {
        panic!("there is one")
    };
    assert_eq!((wish.workspace.raw(), wanted.principal.raw()), ("a", "al@x"));
    assert_eq!(holding(wanted), ["Viewer"]);
}

#[rstest]
#[case::no_schema("server = 'https://x'", (1, 1), "'schema' is missing: write schema = 1")]
#[case::no_server("schema = 1", (1, 1), "'server' is missing: the address of the platform, as in server = \"https:")]
#[case::later_schema("schema = 2\nnonsense = 1", (1, 10), "schema 2 is not known here: this program reads schema 1")]
#[case::schema_as_text("schema = '1'\nserver = 'http://x'", (1, 10), "'schema' takes a whole number, not a text")]
#[case::bad_server("schema = 1\nserver = 'nmp.example.com'", (2, 10), "'server' must begin with https:// or http://")]
#[case::secret("schema = 1\nserver = 'https://u:s3@x'", (2, 10), "'server' contains a user name or password: log in")]
#[case::no_toml("schema = \nserver = 'http://x'", (1, 10), "")]
#[case::nul("schema = 1\n# a\0b", (2, 4), "a NUL character cannot stand in an access file")]
fn says_what_is_wrong_with_the_head(#[case] text: &str, #[case] place: (u32, u32), #[case] said: &str) {
    says(&parse_one(text), place, said);
}

#[rstest]
#[case::near("workspaces = {}", (3, 1), "'workspaces' is unknown here; did you mean 'workspace'?")]
#[case::far("[x]", (3, 2), "'x' is unknown here (schema, server, workspace)")]
#[case::of_a_workspace("[workspace.a]\nmembrs = {}", (4, 1), "'membrs' is unknown here; did you mean 'members'?")]
#[case::list("[[workspace]]\n", (3, 1), "'workspace' takes a table, not a list")]
#[case::text("[workspace]\na = 'x'", (4, 5), "'a' takes a table, not a text")]
#[case::twice("[workspace.a]\n[workspace.a]", (4, 12), "'a' appears twice: remove one")]
#[case::no_address("[workspace.'a/b']", (3, 12), "'a/b' is no name of a workspace: contains '/'")]
#[case::no_name("[workspace.'']", (3, 12), "'' is no name of a workspace: a name is needed")]
#[case::mode("[workspace.a]\nmode = 'aditive'", (4, 8), "unknown mode 'aditive': one of additive, authoritative; did you mean 'additive'?")]
#[case::system("[workspace.system]\nmode = 'authoritative'", (4, 8), "'system' is the platform's own workspace, and can only be additive")]
#[case::default("[workspace.default]\nmode = 'authoritative'", (4, 8), "'default' is the platform's own workspace")]
#[case::owner("[workspace.a]\nowner = ' '", (4, 9), "'owner' must not be empty")]
#[case::no_description("[workspace.a2]\ncreate = true", (4, 1), "create needs a 'description'")]
#[case::blank_description("[workspace.a2]\ncreate = true\ndescription = ''", (5, 15), "'description' must not be empty")]
#[case::no_create("[workspace.a2]\ndescription = 'x'", (4, 1), "only sent with create = true")]
#[case::create_as_text("[workspace.a2]\ncreate = 'x'\ndescription = 'x'", (4, 10), "'create' takes true or false, not a text")]
#[case::cannot_be_made("[workspace.A]\ncreate = true\ndescription = 'x'", (4, 1), "'A' cannot be created: must start with a lower")]
#[case::is_there("[workspace.system]\ncreate = true\ndescription = 'x'", (4, 1), "'system' cannot be created: is one of the")]
fn says_what_is_wrong_with_a_workspace(#[case] text: &str, #[case] place: (u32, u32), #[case] said: &str) {
    says(&below_head(text), place, said);
}

#[rstest]
#[case::role("'al@x' = ['edtor']", (4, 11), "there is no role 'edtor'; did you mean 'Editor'?")]
#[case::role_by_case("'al@x' = ['Viewer', 'admin']", (4, 21), "there is no role 'admin'; did you mean 'Admin'?")]
#[case::other_role("'al@x' = ['Jobruner']", (4, 11), "there is no role 'Jobruner'; did you mean 'JobRunner'?")]
#[case::no_role("'al@x' = []", (4, 10), "at least one role is needed; who shall hold none belongs into 'absent'")]
#[case::blank_role("'al@x' = ['']", (4, 11), "the name of a role is needed")]
#[case::role_twice("'al@x' = ['Viewer', 'Viewer']", (4, 21), "'Viewer' is listed twice: remove one")]
#[case::role_as_text("'al@x' = 'Viewer'", (4, 10), "'al@x' takes a list of roles, as in [\"Viewer\"], or {")]
#[case::role_as_number("'al@x' = [1]", (4, 11), "'al@x' lists texts, not a number")]
#[case::no_roles("'al@x' = { until = 2027-01-01 }", (4, 1), "'al@x' needs 'roles', as in roles = [\"Viewer\"]")]
#[case::key("'al@x' = { roles = ['Viewer'], untl = 1 }", (4, 32), "'untl' is unknown here; did you mean 'until'?")]
#[case::day("'al@x' = { roles = ['Viewer'], until = '31.3.2027' }", (4, 40), "write a day like 2026-12-31, not '31.3.2027'")]
#[case::no_day("'al@x' = { roles = ['Viewer'], until = '2027-02-30' }", (4, 40), "write a day like 2026-12-31, not '2027-02-30'")]
#[case::moment("'al@x' = { roles = ['Viewer'], until = 2027-03-31T10:00:00Z }", (4, 40), "write a day like")]
#[case::reason("'al@x' = { roles = ['Viewer'], reason = '' }", (4, 41), "'reason' must not be empty")]
#[case::nobody("'' = ['Viewer']", (4, 1), "the name of a principal is needed")]
#[case::twice("'al@x' = ['Viewer']\n'al@x' = ['Admin']", (5, 1), "'al@x' appears twice: remove one")]
#[case::by_case("'al@x' = ['Viewer']\n'Al@x' = ['Admin']", (5, 1), "'Al@x' differs from 'al@x' on line 4 in case or blanks alone")]
#[case::in_both("'al@x' = ['Viewer']\n[workspace.a]\nabsent = ['al@x']", (6, 11), "'al@x' appears twice, first on line 4")]
#[case::absent_twice("[workspace.b]\nabsent = ['é', 'é']", (5, 16), "'é' appears twice, first on line 5")]
#[case::absent_as_table("[workspace.b]\nabsent = {}", (5, 1), "'absent' takes a list, not a table")]
#[case::escapes("\"a\\u001b[2J\" = ['edtor']", (4, 17), "there is no role 'edtor'")]
fn says_what_is_wrong_with_a_member(#[case] text: &str, #[case] place: (u32, u32), #[case] said: &str) {
    says(&members(text), place, said);
}

fn says(found: &Result<Wishes, Vec<Problem>>, place: (u32, u32), said: &str) {
    let problems = found.as_ref().expect_err("something is wrong");
    let [problem] = problems.as_slice() else {
        panic!("one thing is wrong: {problems:?}")
    };
    assert!(problem.message.as_str().contains(said), "{problem}");
    assert_eq!((problem.place.line, problem.place.column), place, "{problem}");
    assert!(!problem.to_string().contains(char::is_control), "{problem:?}");
}

#[rstest]
#[case("Reviewer")]
#[case("JobRunner")]
#[case("ServiceSystem")]
#[case("auditor")]
#[case("x")]
fn other_roles_are_taken_as_they_are_written(#[case] role: &str) {
    let wishes = members(&format!("'al@x' = ['{role}']")).expect("it is a role");
    assert_eq!(holding(&wishes.workspaces[0].members[0]), [role]);
}

/// Who can be reached, and who looks like whom, is judged where it is known who there is.
#[rstest]
#[case(r#""o\"hara/\\""#, "o\"hara/\\")]
#[case(r#""a\u0000\n\u202eb""#, "a\u{0}\n\u{202e}b")]
#[case("' al@x '", " al@x ")]
#[case("'\u{430}lice@x'", "\u{430}lice@x")]
fn every_name_that_a_platform_can_hold_can_be_written(#[case] key: &str, #[case] name: &str) {
    let wishes = members(&format!("{key} = ['Viewer']")).expect("it is a name");
    assert_eq!(wishes.workspaces[0].members[0].principal.raw(), name);
}

#[test]
fn everything_that_is_wrong_is_said_at_once_in_the_order_of_the_files() {
    let first = format!("{HEAD}x = 1\n[workspace.a.members]\n'al@x' = ['edtor']\n'bo@x' = []\n");
    let second = format!("{HEAD}[workspace.a]\nmode = 'x'\n");
    let third = "schema = 1\nserver = 'https://other.example.com/'\n".to_owned();
    let named = [("a", first), ("b", second), ("c", third)].map(|(name, text)| (SafeText::new(name), text));
    let problems = parse(&named).expect_err("much is wrong");
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let expected = [
        "a, line 3, column 1: 'x' is unknown here (schema, server, workspace)",
        "a, line 5, column 11: there is no role 'edtor'; did you mean 'Editor'?",
        "a, line 6, column 10: at least one role is needed; who shall hold none belongs into 'absent'",
        "b, line 3, column 12: workspace 'a' appears twice, first in a, line 4, column 12",
        "b, line 4, column 8: unknown mode 'x': one of additive, authoritative",
        "c, line 2, column 10: a, line 2, column 10 names another server, https://nmp.example.com: plan each by itself",
    ];
    assert_eq!(said, expected);
}

/// A value that is none, or a table that cannot be understood, hides nothing that is wrong elsewhere.
#[test]
fn what_is_no_toml_hides_nothing_else_that_is_wrong() {
    let text = format!(
        "{HEAD}x = 1\n[workspace.a.members]\n'al@x' = {{ roles = ['edtor'], until = 2027-02-31 }}\nbo@x.com = ['Viewer']\n\
         'cy@x' = [Viewer]\n'di@x' = []\n[workspace.b]\nowner = 'x\nmode = 'x'\n[workspace.c]\nmode additive\nowner = ' '\n\
         [workspace.d.members]\n'al@x' = ['Viewer'\n'bo@x' = ['edtor']\n[workspace.'\u{e9}'] # \u{e9}\n'\u{e9}' = 1\n"
    );
    let problems = parse_one(&text).expect_err("much is wrong");
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let expected = [
        "a.toml, line 3, column 1: 'x' is unknown here (schema, server, workspace)",
        "a.toml, line 5, column 21: there is no role 'edtor'; did you mean 'Editor'?",
        "a.toml, line 5, column 39: invalid date, expected day between 01 and 28",
        "a.toml, line 6, column 3: invalid unquoted key, expected letters, numbers, `-`, `_`",
        "a.toml, line 7, column 11: string values must be quoted, expected literal string",
        "a.toml, line 8, column 10: at least one role is needed; who shall hold none belongs into 'absent'",
        "a.toml, line 10, column 11: invalid literal string, expected `'`",
        "a.toml, line 11, column 8: unknown mode 'x': one of additive, authoritative",
        "a.toml, line 13, column 6: key with no value, expected `=`",
        "a.toml, line 17, column 1: missing comma between array elements, expected `,`",
        "a.toml, line 19, column 1: '\u{e9}' is unknown here (a workspace takes mode, owner, create, description, members, absent)",
    ];
    assert_eq!(said, expected);
    // Of a file whose head cannot be understood, nothing is said that may follow from it.
    let problems = parse_one(&text.replacen("schema = 1", "schema 1", 1)).expect_err("much is wrong");
    let lines: Vec<u32> = problems.iter().map(|problem| problem.place.line).collect();
    assert_eq!(lines, [1, 13, 17]);
    // What only looks like a table is none.
    says(
        &below_head("[workspace.a]\nowner = \"\"\"\n[workspace.b]\n\"\"\"\nmode\n"),
        (7, 5),
        "key with no value",
    );
}

#[test]
fn no_more_is_said_than_anybody_reads() {
    let many: Vec<String> = (0..500).map(|n| format!("'p{n}' = []\n")).collect();
    assert_eq!(members(&many.concat()).expect_err("all are wrong").len(), many.len());
}

#[test]
fn several_files_are_one() {
    let files = ["a", "b"].map(|name| {
        let text = format!("{HEAD}[workspace.{name}]\n").replace("com'", if name == "a" { "com'" } else { "com/'" });
        (SafeText::new(name), text)
    });
    let wishes = parse(&files).expect("a slash at the end makes no other address");
    let names: Vec<&str> = wishes.workspaces.iter().map(|wish| wish.workspace.raw()).collect();
    assert_eq!(names, ["a", "b"]);
}

proptest::proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,80}", cut in 0_usize..2_500) {
        drop(below_head(&text));
        let cut: String = SAMPLE.chars().take(cut).collect();
        drop(parse_one(&format!("{cut}{text}")));
    }
}

/// A file of many workspaces, some of them odd; `odd` says which and how.
fn large(odd: &[(usize, usize)]) -> String {
    let one = |nth: usize| {
        let oddity = odd.iter().find(|(at, _)| *at == nth).map(|(_, which)| *which);
        let name = if oddity == Some(0) {
            "team-00".to_owned()
        } else {
            format!("team-{nth:02}")
        };
        let said = match oddity {
            Some(1) => "colour = 'red'",
            Some(2) => "owner = ",
            Some(3) => "[workspace.other]",
            Some(4) => "owner = \"\"\"\n[workspace.no]\n\"\"\"",
            Some(_) | None => "owner = 'x@example.com'",
        };
        let other = if oddity == Some(5) { "team-01" } else { &name };
        let twin = if oddity == Some(6) {
            "'BOB@example.com' = ['Viewer']\n"
        } else {
            ""
        };
        format!(
            "# {nth}\n[workspace.{name}]\nmode = 'authoritative'\n{said}\n[workspace.{other}.members]\n'\u{e9}ve@example.com' \
             = ['Viewer', 'Editor']\n'bob@example.com' = {{ roles = ['Admin'], until = 2027-03-31, reason = 'r' }}\n{twin}"
        )
    };
    format!("{HEAD}{}", (0..40).map(one).collect::<String>())
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    /// A file that is read in pieces says the same, at the same places, as one that is read at once; one that has anything
    /// wrong is not read in pieces.
    #[test]
    fn in_pieces_it_says_the_same(
        odd in proptest::collection::vec((0_usize..40, 0_usize..7), 0..3),
        least in 1_usize..2_000,
    ) {
        let (name, text) = (SafeText::new("a.toml"), large(&odd));
        let whole = parse_one(&text);
        match Files::default().in_pieces(&name, &text, least) {
            Some(found) => proptest::prop_assert_eq!(Ok(found.wishes), whole),
            None => proptest::prop_assert!(!odd.is_empty(), "{}", text),
        }
    }
}

/// What a text is made of that is TOML in places.
const PARTS: [&str; 24] = [
    "\n",
    "[workspace.a]\n",
    "[workspace",
    ".b.members]\n",
    "mode = ",
    "'additive'\n",
    "'x@y' = ['Viewer']\n",
    "=",
    "[",
    "]",
    "{",
    "}",
    ",",
    "'",
    "''''",
    "\"",
    "\"\"\"",
    "#",
    "\r",
    "\\",
    " ",
    "1",
    "owner",
    "\u{1}",
];

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(2_000))]

    /// Whatever is left of it, something is told.
    #[test]
    fn no_toml_is_never_taken_for_a_file(parts in proptest::collection::vec(0_usize..24, 0..24)) {
        let text: String = parts.iter().map(|part| PARTS[*part]).collect();
        let text = format!("{HEAD}{text}");
        if DeTable::parse(&text).is_err() {
            proptest::prop_assert!(parse_one(&text).is_err(), "{text}");
        }
    }
}
