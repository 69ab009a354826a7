//! The shape of the source tree: who imports whom, what the pure modules never mention, how long a file may be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which modules of the crate each module may import besides itself. `*` stands for all of them.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("files", &[]),
    ("background", &[]),
    ("clock", &[]),
    ("config", &["files", "domain"]),
    ("api", &["background", "domain"]),
    ("login", &["api", "background", "clock", "config", "files", "domain"]),
    ("journal", &["files", "domain"]),
    ("names", &["files", "domain"]),
    ("audit", &["domain"]),
    ("access", &["audit", "domain"]),
    ("collect", &["api", "audit", "background", "domain"]),
    (
        "planning",
        &["access", "api", "audit", "collect", "files", "journal", "domain"],
    ),
    (
        "connect",
        &[
            "api",
            "background",
            "config",
            "journal",
            "login",
            "names",
            "sandbox",
            "domain",
        ],
    ),
    ("app", &["access", "audit", "domain"]),
    ("ui", &["access", "app", "audit", "domain"]),
    (
        "runtime",
        &[
            "access",
            "app",
            "ui",
            "api",
            "audit",
            "background",
            "clock",
            "collect",
            "connect",
            "files",
            "planning",
            "login",
            "journal",
            "domain",
        ],
    ),
    ("sandbox", &["domain::ids", "domain::role"]),
    ("cli", &["*"]),
    // The environment is read once, where the program starts, and handed on as a value.
    ("main", &["cli", "config::Env"]),
    ("lib", &["*"]),
];

/// What the pure modules never mention: the outside, the clock, and chance.
const PURE: &[&str] = &["domain", "access", "audit", "app", "ui"];
const FORBIDDEN: &[&str] = &[
    "std::fs", "std::env", "std::net", "tokio::", "reqwest", "::now(", "fastrand",
];

/// What only these files, or the folders called like them, may name.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("clap", &["cli"]),
    ("axum", &["sandbox"]),
    ("hyper::", &["sandbox"]),
    ("hyper_util", &["sandbox"]),
    ("rusqlite", &["sandbox"]),
    ("globset", &["domain/glob"]),
    ("reqwest", &["api"]),
    ("crossterm", &["runtime"]),
    ("ratatui", &["runtime", "ui"]),
    // One place reads the environment, a few open a token, one machine asks for changes, one loop makes them.
    ("std::env", &["config", "main"]),
    ("expose_secret()", &["api", "config", "login"]),
    ("Effect::Send", &["app/change", "runtime/console", "runtime/batch"]),
];

/// What reads and makes files without a limit, half, or in the wrong name: `files` does it for everybody.
const FILES: &[&str] = &[
    "NamedTempFile",
    "tempfile_in",
    "fs::read(",
    "fs::read_to_string(",
    "fs::write(",
    "File::open(",
    "File::create",
    "create_dir",
    "DirBuilder",
    ".read_to_end(",
    ".exists()",
];

/// The longest a file may be, and the files that are longer, each with its reason.
const LONGEST: usize = 600;
const LONGER: &[(&str, &str)] = &[];

/// How many files of `app` may know each other in a circle: a parent and what was split from it, and no more.
const LARGEST_CIRCLE: usize = 5;

struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// The module right below the crate that the file belongs to.
    fn module(&self) -> String {
        let mut parts = self.path.components().map(|part| part.as_os_str().to_string_lossy());
        parts.next().unwrap_or_default().trim_end_matches(".rs").to_owned()
    }

    /// The lines that are code, numbered; comments are free to name anything.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(i, line)| (i + 1, line.trim()));
        lines.filter(|(_, line)| !line.starts_with("//"))
    }
}

fn sources() -> Vec<Source> {
    fn collect(folder: &Path, root: &Path, out: &mut Vec<Source>) {
        for entry in fs::read_dir(folder).expect("the source tree can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                collect(&path, root, out);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                out.push(Source {
                    text: fs::read_to_string(&path).expect("a source file can be read"),
                    path: path.strip_prefix(root).expect("it lies in the tree").to_owned(),
                });
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut out = Vec::new();
    collect(&root, &root, &mut out);
    out.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(out.len() > 30, "the source tree was found");
    out
}

/// Returns the paths below the crate that a line names: `crate::a::b` and `nmp_console::a::b` as `a::b`.
fn imports(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    for root in ["crate::", "nmp_console::"] {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once(root) {
            rest = after;
            let is_part_of_a_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            if before.ends_with(is_part_of_a_word) {
                continue;
            }
            let group = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
            match group {
                Some((names, _)) => out.extend(names.split(',').map(|name| path_in(name.trim()))),
                None => out.push(path_in(rest)),
            }
        }
    }
    out
}

/// Returns the path that `text` begins with.
fn path_in(text: &str) -> String {
    let path: String = text
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
        .collect();
    path.trim_end_matches(':').to_owned()
}

fn is_below(path: &str, module: &str) -> bool {
    path.strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn imports_point_one_way() {
    let mut wrong = Vec::new();
    for source in sources() {
        let module = source.module();
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!(
                "{}: the table does not know the module '{module}'",
                source.path.display()
            ));
            continue;
        };
        for (number, line) in source.code() {
            for path in imports(line) {
                let is_allowed =
                    is_below(&path, &module) || allowed.iter().any(|root| *root == "*" || is_below(&path, root));
                if !is_allowed {
                    wrong.push(format!(
                        "{}:{number}: {module} must not import {path}",
                        source.path.display()
                    ));
                }
            }
            if line.ends_with("crate::{") || line.ends_with("nmp_console::{") {
                let place = source.path.display();
                wrong.push(format!(
                    "{place}:{number}: a group of modules over several lines cannot be read here"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the paths that the code of a module names, from the crate on; `module` is its own.
fn named(module: &[String], text: &str) -> Vec<Vec<String>> {
    let code = text.lines().take_while(|line| *line != "#[cfg(test)]");
    let code: Vec<&str> = code.filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut paths = Vec::new();
    let mut rest = code.as_str();
    while let Some((before, after)) = rest.split_once("use ") {
        let line = before.rsplit('\n').next().unwrap_or_default().trim();
        let is_word = !before.ends_with(char::is_alphanumeric);
        let is_statement = is_word && (line.is_empty() || line.starts_with("pub"));
        let (used, behind) = after.split_once(';').filter(|_| is_statement).unwrap_or(("", after));
        flatten("", used, &mut paths);
        inline(before, &mut paths);
        rest = behind;
    }
    inline(rest, &mut paths);
    let absolute = |path: String| {
        let mut parts: Vec<String> = path.split("::").map(str::to_owned).collect();
        let n_up = parts.iter().take_while(|part| *part == "super").count();
        if parts[0] == "crate" {
            parts.remove(0);
            return parts;
        }
        let base = module[..module.len().saturating_sub(n_up)].iter().cloned();
        base.chain(parts.into_iter().skip(n_up)).collect()
    };
    paths.into_iter().map(absolute).collect()
}

/// Adds the paths that stand in the code itself.
fn inline(code: &str, out: &mut Vec<String>) {
    for root in ["super::", "crate::"] {
        let begins = |(at, _): &(usize, &str)| {
            !code
                .get(..*at)
                .unwrap_or_default()
                .ends_with(|c: char| c.is_alphanumeric() || "_:".contains(c))
        };
        out.extend(
            code.match_indices(root)
                .filter(begins)
                .map(|(at, _)| path_in(code.get(at..).unwrap_or_default())),
        );
    }
}

/// Writes out what is used with and without groups.
fn flatten(before: &str, tree: &str, out: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, group)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap_or_default();
        out.extend((!name.is_empty()).then(|| format!("{before}{name}")));
        return;
    };
    let group = group.trim_end().strip_suffix('}').expect("a group ends");
    let (mut depth, mut from) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                flatten(&format!("{before}{head}"), group.get(from..at).unwrap_or_default(), out);
                from = at + 1;
            }
            _ => {}
        }
    }
    flatten(&format!("{before}{head}"), group.get(from..).unwrap_or_default(), out);
}

/// A file of `app` can be read without all the others: what a screen or a dialog knows does not know it in turn.
#[test]
fn no_large_circle_of_files() {
    let sources = sources();
    let module_of = |source: &Source| -> Vec<String> {
        let path = source.path.with_extension("");
        path.iter().map(|part| part.to_string_lossy().into_owned()).collect()
    };
    let is_program = |source: &&Source| source.module() == "app" && !source.path.to_string_lossy().contains("tests");
    let modules: BTreeMap<Vec<String>, &Source> =
        sources.iter().filter(is_program).map(|s| (module_of(s), s)).collect();
    let file_of = |path: &[String]| {
        (2..=path.len())
            .rev()
            .map(|n| path[..n].to_vec())
            .find(|m| modules.contains_key(m))
    };
    let knows: BTreeMap<&Vec<String>, BTreeSet<Vec<String>>> = modules
        .iter()
        .map(|(module, source)| {
            let named = named(module, &source.text);
            (
                module,
                named
                    .iter()
                    .filter_map(|path| file_of(path))
                    .filter(|other| other != module)
                    .collect(),
            )
        })
        .collect();
    assert!(
        knows.len() > 50 && knows.values().any(|others| others.len() > 5),
        "the imports were read"
    );
    let reach = |from: &Vec<String>| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(module) = next.pop() {
            for other in knows.get(&module).into_iter().flatten() {
                if seen.insert(other.clone()) {
                    next.push(other.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<_, _> = knows.keys().map(|module| (*module, reach(module))).collect();
    for (module, others) in &reached {
        let circle: Vec<String> = others
            .iter()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(*module)))
            .map(|other| other.join("::"))
            .collect();
        assert!(
            circle.len() <= LARGEST_CIRCLE,
            "these know each other: {}",
            circle.join(", ")
        );
    }
}

#[test]
fn reads_what_a_file_names() {
    let module: Vec<String> = ["app", "screen", "audit"].map(String::from).to_vec();
    let text = "use super::state::{Known, deep::{A, B as C}};\nuse crate::app::list;\nfn f(x: super::super::msg::Size) {}\n\
                // use super::gone;\n#[cfg(test)]\nuse crate::app::tests;";
    let found: Vec<String> = named(&module, text).iter().map(|path| path.join("::")).collect();
    assert_eq!(
        found,
        [
            "app::screen::state::Known",
            "app::screen::state::deep::A",
            "app::screen::state::deep::B",
            "app::list",
            "app::msg::Size",
        ]
    );
}

#[test]
fn pure_modules_do_not_mention_the_outside() {
    let mut wrong = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| PURE.contains(&source.module().as_str()))
    {
        for (number, line) in source.code() {
            for word in FORBIDDEN.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("{}:{number}: {word}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_has_one_place_is_named_nowhere_else() {
    let mut wrong = Vec::new();
    for source in sources() {
        let place = source.path.with_extension("");
        for (word, places) in ONLY_IN {
            let is_its_place = places.iter().any(|root| place.starts_with(root));
            let named = source.code().filter(|(_, line)| !is_its_place && line.contains(word));
            wrong.extend(named.map(|(number, _)| format!("{}:{number}: {word}", source.path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_module_reads_and_makes_files() {
    let mut wrong = Vec::new();
    for source in sources() {
        let is_test = source.path.with_extension("").iter().any(|part| part == "tests");
        if is_test || source.module() == "files" {
            continue;
        }
        // Tests make the files they need as they like.
        let tests = source.text.lines().position(|line| line == "#[cfg(test)]");
        let program = source.code().filter(|(number, _)| tests.is_none_or(|at| *number <= at));
        let named = program.filter(|(_, line)| FILES.iter().any(|word| line.contains(word)));
        wrong.extend(named.map(|(number, line)| format!("{}:{number}: {line}", source.path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Ids have no `Display`, so a raw one reaches a screen only by its own name for it.
#[test]
fn what_is_raw_stays_away_from_the_screen() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, line) in source.code() {
            let is_printable_id =
                line.contains("Display for") && source.module() == "domain" && !source.path.ends_with("text.rs");
            if is_printable_id || (line.contains(".raw()") && source.module() == "ui") {
                wrong.push(format!("{}:{number}: {line}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_architecture_shows_who_may_import_whom() {
    let text = include_str!("../../ARCHITECTURE.md");
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [module, _, imports] = cells.as_slice() else {
            return None;
        };
        let module = module.strip_prefix("[`")?.split_once("`](src/")?.0;
        let imports = imports.split(", ").map(|name| name.trim_matches('`'));
        let imports = imports
            .filter(|name| *name != "–")
            .map(|name| if name == "all" { "*" } else { name });
        Some((module, imports.collect::<BTreeSet<_>>()))
    });
    let shown: BTreeSet<_> = rows.collect();
    let modules = MAY_IMPORT
        .iter()
        .filter(|(module, _)| !["main", "lib"].contains(module));
    let held = modules.map(|(module, imports)| (*module, imports.iter().copied().collect()));
    assert_eq!(shown, held.collect());
}

#[test]
fn no_file_is_too_long() {
    let is_long = |source: &Source| source.text.lines().count() > LONGEST;
    let long: BTreeSet<String> = sources()
        .iter()
        .filter(|source| is_long(source))
        .map(|source| source.path.display().to_string())
        .collect();
    let listed: BTreeSet<String> = LONGER.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(
        long, listed,
        "longer than {LONGEST} lines, against those listed with a reason"
    );
}

#[test]
fn every_module_says_what_it_is_for() {
    for source in sources() {
        assert!(
            source.text.starts_with("//!"),
            "{} has no header",
            source.path.display()
        );
    }
}

#[test]
fn reads_imports_however_they_are_written() {
    assert_eq!(imports("use crate::domain::ids::{Principal, Role};"), ["domain::ids"]);
    assert_eq!(
        imports("let x: crate::api::Error = nmp_console::cli::run();"),
        ["api::Error", "cli::run"]
    );
    assert_eq!(imports("use crate::{config, ui::theme};"), ["config", "ui::theme"]);
    assert_eq!(imports("super::here; mycrate::no"), [""; 0]);
    assert!(is_below("domain::ids", "domain") && !is_below("domains", "domain"));
}
