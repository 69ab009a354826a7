//! What people paste, and who is meant by it.

use super::*;
use proptest::prelude::*;
use rstest::rstest;

const KNOWN: [&str; 5] = ["ml-leads", "ml admins", "bob", "carol@example.com", "grp/sub"];

fn is_known(raw: &str) -> bool {
    KNOWN.contains(&raw)
}

/// Returns what is read, a line each: `=` means, `?` asks, `-` leaves out, `!` refuses.
fn told(text: &str) -> String {
    let mentions = read(text, &is_known, 200);
    let lines = mentions.iter().map(|mention| match &mention.meaning {
        Meaning::Means(_) => format!("={}", mention.principal().unwrap().raw()),
        Meaning::Asked(..) => format!("?{}", mention.principal().unwrap().raw()),
        Meaning::LeftOut(LeftOut::Heading) => "-heading".to_owned(),
        Meaning::LeftOut(LeftOut::MaybeAName) => format!("-{}", mention.from),
        Meaning::Refused(_) => format!("!{}", mention.from),
    });
    lines.collect::<Vec<_>>().join(" | ")
}

#[rstest]
#[case::plain("dave@example.com", "=dave@example.com")]
#[case::separators(
    "a@x.com, b@x.com;c@x.com  d@x.com\ne@x.com,,\r\nf@x.com\tg@x.com",
    "=a@x.com | =b@x.com | =c@x.com | =d@x.com | =e@x.com | =f@x.com | =g@x.com"
)]
#[case::foreign_separators(
    "a@x.com，b@x.com、c@x.com；d@x.com\u{a0}e@x.com\u{3000}f@x.com",
    "=a@x.com | =b@x.com | =c@x.com | =d@x.com | =e@x.com | =f@x.com"
)]
#[case::once("a@x, a@x; <a@x>", "=a@x")]
#[case::named("Ann Lee <ann@example.com>", "=ann@example.com")]
#[case::named_in_quotes("\"Lee, Ann\" <ann@example.com>", "=ann@example.com")]
#[case::single_quotes("'Ann Lee' <ann@x>, 'bob.b@x'", "=ann@x | =bob.b@x")]
#[case::curly_quotes("“Lee; Ann” <ann@x>", "=ann@x")]
#[case::no_blank("\"Ann\"<ann@x>,Dave<dave@x>", "=ann@x | =dave@x")]
#[case::several_named("Ann Lee <ann@x>; Dave Smith <dave@x>", "=ann@x | =dave@x")]
#[case::named_by_blanks("Ann Lee <ann@x> Dave Smith <dave@x>", "=ann@x | =dave@x")]
#[case::named_like_itself("ann@x <ann@x>", "=ann@x")]
#[case::two_addresses("dave@x Erin <erin@x>", "=dave@x | =erin@x")]
#[case::bare_name("Dave Smith dave@x", "-Dave Smith | =dave@x")]
#[case::name_behind("dave@x Dave Smith", "=dave@x | -Dave Smith")]
#[case::comma_in_a_name("Lee, Ann <ann@x>", "-Lee | =ann@x")]
#[case::comma_in_names("Lee, Ann <ann@x>; Roe, Erin <erin@x>", "-Lee | =ann@x | -Roe | =erin@x")]
#[case::name_without_address("Dave Smith", "?Dave | ?Smith")]
#[case::quoted_name("\"Dave Smith\"", "-\"Dave Smith\"")]
#[case::quoted_name_before("\"Dave Smith\" dave@x", "=dave@x")]
#[case::quoted_name_behind("dave@x \"Dave Smith\"", "=dave@x | -\"Dave Smith\"")]
#[case::quoted_part_of_a_name("\"Lee\", Ann <ann@x>", "-\"Lee\" | =ann@x")]
#[case::no_part_of_a_name("new-team2, Ann Lee <ann@x>", "?new-team2 | =ann@x")]
#[case::quoted_groups("\"ml admins\" 'bob' 'new-team'", "=ml admins | =bob | ?new-team")]
#[case::quoted_everyone("\"*\"", "=*")]
#[case::comment("dave@x (Dave Smith), erin@x (on leave)", "=dave@x | =erin@x")]
#[case::comment_before("(Dave) dave@x", "=dave@x")]
#[case::address_in_parentheses("Dave Smith (dave@x)", "=dave@x")]
#[case::address_in_brackets("Dave Smith [dave@x]", "=dave@x")]
#[case::another_in_parentheses("dave@x (ask erin@x)", "=dave@x | -(ask erin@x)")]
#[case::parentheses_in_parentheses("dave@x (on leave (till May) again), erin@x", "=dave@x | =erin@x")]
#[case::escaped_quotes("\"Lee, \\\"Ann\\\" J\" <ann@x>", "=ann@x")]
#[case::a_line_ends_what_is_quoted("\"Lee <ann@x>\nerin@x", "=ann@x | =erin@x")]
#[case::a_link_ends_with_its_quote("\"mailto:dave@x.com\" erin@x", "=dave@x.com | =erin@x")]
#[case::an_address_with_an_empty_part("dave@x..com", "?dave@x..com")]
#[case::an_address_with_a_dash("dave@x-y.com, d_e@x_y.com", "=dave@x-y.com | =d_e@x_y.com")]
#[case::glued_comment("dave@x(Dave)", "=dave@x")]
#[case::mailto("mailto:dave@x.com", "=dave@x.com")]
#[case::mailto_in_brackets("<mailto:dave@x.com?subject=Hi%20there>", "=dave@x.com")]
#[case::mailto_with_query("MAILTO:dave%2Bml@x.com?subject=Hi&body=a,b", "=dave+ml@x.com")]
#[case::mailto_several("mailto:a@x,b@x, mailto:c@x", "=a@x | =b@x | =c@x")]
#[case::mailto_copies("mailto:a@x?cc=b@x", "=a@x | -cc=b@x")]
#[case::markdown("[dave@x.com](mailto:dave@x.com)", "=dave@x.com")]
#[case::smtp("SMTP:dave@x;smtp:d@x", "=dave@x | =d@x")]
#[case::head_of_a_mail("To: Dave <dave@x>, erin@x", "=dave@x | =erin@x")]
#[case::punctuation(
    "dave@x.com. erin@x.com, and frank@x.com!",
    "=dave@x.com | =erin@x.com | -and | =frank@x.com"
)]
#[case::quotes(
    "\"dave@x\", “erin@x”, `frank@x`, **gina@x**",
    "=dave@x | =erin@x | =frank@x | =gina@x"
)]
#[case::bullets(
    "* a@x\n- b@x\n• c@x\n1. d@x\n(2) e@x\n| f@x |",
    "=a@x | =b@x | =c@x | =d@x | =e@x | =f@x"
)]
#[case::heading("E-mail\na@x\nb@x", "-heading | =a@x | =b@x")]
#[case::heading_of_two("E-mail address\r\na@x\r\nb@x", "-heading | =a@x | =b@x")]
#[case::headings(
    "name,email\nDave,dave@x\nErin Roe,erin@x",
    "-heading | -Dave | =dave@x | -Erin Roe | =erin@x"
)]
#[case::cells("Name\tMail\nDave Smith\tdave@x", "-heading | -Dave Smith | =dave@x")]
#[case::quoted_cells("\"Smith, Dave\",\"dave@x\"", "-\"Smith, Dave\" | =dave@x")]
#[case::no_heading("email", "?email")]
#[case::invisible_around("\u{feff}dave@x\u{200b}, \u{200e}erin@x\u{ad}", "=dave@x | =erin@x")]
#[case::cut_off("Dave <dave@x", "-Dave | =dave@x")]
#[case::known("bob, ml-leads; ml admins", "=bob | =ml-leads | =ml admins")]
#[case::known_beside("bob dave@x", "=bob | =dave@x")]
#[case::known_as_a_name("bob <dave@x>", "-bob | =dave@x")]
#[case::unknown("new-team", "?new-team")]
#[case::unknown_beside("new_team2 dave@x", "?new_team2 | =dave@x")]
#[case::unknown_in_a_list("dave@x, new-team", "=dave@x | ?new-team")]
#[case::services("service-account:ci service:jobs", "=service-account:ci | =service:jobs")]
#[case::everyone("*", "=*")]
#[case::everyone_in_a_list("*, dave@x", "=* | =dave@x")]
#[case::no_everyone("* new-team", "?new-team")]
#[case::no_address("<dave>", "!<dave>")]
#[case::brackets("a>b", "!a>b")]
#[case::angles("Dave <dave> Smith <>", "?Dave | !<dave> | ?Smith")]
#[case::slash("team/b, grp/sub", "!team/b | !grp/sub")]
#[case::quote_within("o\"hara@x", "!o\"hara@x")]
#[case::dots("..", "!..")]
#[case::handle("@dave", "?@dave")]
#[case::not_an_email("a@b@c, user:dave@x", "?a@b@c | ?user:dave@x")]
#[case::quoted_local("\"john doe\"@x.com", "?john | !doe\"@x.com")]
#[case::accents_of_their_own(
    "Jose\u{301} O'Neil-Roe jose\u{301}@x.com",
    "-Jose\u{301} O'Neil-Roe | =jose\u{301}@x.com"
)]
#[case::comma_in_single_quotes("'Lee, Ann' <ann@x>", "=ann@x")]
#[case::a_line_ends_what_is_in_parentheses(
    "dave@x (on leave\nerin@x, frank@x)",
    "=dave@x | ?on | -leave | =erin@x | =frank@x"
)]
#[case::a_semicolon_ends_what_is_in_parentheses("dave@x (on leave; erin@x)", "=dave@x | ?on | -leave | =erin@x")]
#[case::a_line_ends_what_is_in_quotes("\"Lee\nerin@x\" <ann@x>", "?Lee | =erin@x | =ann@x")]
#[case::an_angle_in_angles("Dave <dave <erin@x>", "=erin@x")]
#[case::mailto_ends("mailto:a@x erin@x;mailto:b@x;c@x", "=a@x | =erin@x | =b@x | =c@x")]
#[case::parentheses_in_a_word("team(2)b", "?team(2)b")]
#[case::nothing(" ,; \n", "")]
fn reads_what_people_paste(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(told(text), expected);
}

#[test]
fn says_what_it_was_read_from() {
    let from = |text: &str| {
        let mentions = read(text, &is_known, 9).into_iter();
        mentions.map(|mention| mention.from).collect::<Vec<_>>()
    };
    assert_eq!(
        from("a@x; Dave Smith <dave@x>, Erin (erin@x)"),
        ["a@x", "Dave Smith <dave@x>", "Erin (erin@x)"]
    );
    assert_eq!(from("Lee, Ann <ann@x>"), ["Lee", "Lee, Ann <ann@x>"]);
}

#[test]
fn of_far_too_many_only_the_first_are_read() {
    let many: Vec<String> = (0..50_000).map(|i| format!("u{i}@x")).collect();
    let many = many.join(" ");
    let by_line = many.replace(' ', "\n");
    let by_comma = many.replace(' ', ",");
    for text in [by_line, by_comma] {
        let n = read(&text, &is_known, 200).len();
        assert!((201..=202).contains(&n), "{n}");
    }
    assert!(read(&many, &is_known, 200).len() > 200);
}

proptest! {
    #[test]
    fn never_makes_anybody_up(text in "[a-c@<>\"'(),;:. *\\[\\]/%?=\\\\\n\t\u{a0}\u{200b}\u{430}ä-]{0,60}|(mailto:|<|>|a@x|, |;|\\\"|Ann |\\(|\\)|bob|%40){0,12}|.{0,80}") {
        let decoded = percent_decode_str(&text);
        for mention in read(&text, &is_known, 200) {
            prop_assert!(text.contains(&mention.from), "{:?}", mention);
            if let Some(principal) = mention.principal() {
                let raw = principal.raw();
                prop_assert!(text.contains(raw) || decoded.contains(raw), "{:?}", raw);
                prop_assert!(principal.addressable().is_ok());
                prop_assert!(!raw.contains(['<', '>']));
            }
        }
    }

    #[test]
    fn takes_a_bare_word_only_where_somebody_is_called_so(text in ".{0,60}|[a-d ,;@*<>-]{0,40}") {
        for mention in read(&text, &is_known, 200) {
            if let Meaning::Means(principal) = &mention.meaning {
                let raw = principal.raw();
                let has_form = raw.starts_with("service");
                prop_assert!(raw.contains('@') || raw == "*" || is_known(raw) || has_form, "{:?}", raw);
            }
        }
    }
}

fn percent_decode_str(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

#[rstest]
#[case("ann@example.com", "")]
#[case("ann+lab@example.com", "")]
#[case("ml-leads", "")]
#[case("Domain Users", "")]
#[case("service-account:ci@x", "")]
#[case("*", "")]
#[case("everybody", "did you mean \"*\"")]
#[case("ann lee@example.com", "did you mean lee@example.com?")]
#[case("mailto:ann@example.com", "did you mean ann@example.com?")]
#[case("a/b", "contains '/'")]
#[case("ann@example.com ", "there are blanks around it")]
fn whoever_is_written_down_whole_is_read_as_that_or_not_at_all(#[case] name: &str, #[case] words: &str) {
    let said = require_new(&Principal::from_platform(name), false);
    match said {
        Ok(()) => assert_eq!(words, ""),
        Err(why) => assert!(!words.is_empty() && why.contains(words), "{why}"),
    }
}
