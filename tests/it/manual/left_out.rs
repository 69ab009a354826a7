//! What the pages show and this test cannot do. Each entry is a command as it stands there, and why.

/// What becomes of a command in place of being run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instead {
    /// It is run, and must get as far as to miss a terminal. `tests/pty` has one.
    MissesATerminal,
    /// It goes on until it is stopped, or until somebody does something: only its options are read.
    ReadsItsOptions,
    /// Nothing.
    Nothing,
}

use Instead::{MissesATerminal, Nothing, ReadsItsOptions};

const BUILDS: &str = "builds this program once more";
const SERVES: &str = "serves until it is stopped; the test has a sandbox of its own";
const OPENS: &str = "opens the console";
const OTHER_CLI: &str = "the platform's own CLI; tests/nemo-cli-commands reads what the console names of it";
const NEEDS_TOOLS: &str = "needs Python, root or the registries: .ci/run does it";

const NEEDS_RELEASE: &str = "needs root and what .ci/release builds: .ci/release.d/try installs that";

/// Commands.
pub(super) const COMMANDS: &[(&str, Instead, &str)] = &[
    ("nmp-console sandbox --seed demo", ReadsItsOptions, SERVES),
    (
        "nmp-console sandbox --seed demo --data demo.db",
        ReadsItsOptions,
        SERVES,
    ),
    (
        "nmp-console sandbox --listen 127.0.0.1:8080 --data FILE",
        ReadsItsOptions,
        SERVES,
    ),
    ("nmp-console", MissesATerminal, OPENS),
    (
        "NMP_BASE_URL=https://nmp.example.com NMP_ACCESS_TOKEN=$(cat token) nmp-console",
        MissesATerminal,
        OPENS,
    ),
    ("nmp-console demo", MissesATerminal, OPENS),
    ("nmp-console demo --tour", MissesATerminal, OPENS),
    ("nmp-console demo --theme mine", MissesATerminal, OPENS),
    ("nmp-console demo --theme high-contrast", MissesATerminal, OPENS),
    ("nmp-console --context prod --read-only", MissesATerminal, OPENS),
    (
        "nmp-console login --context prod --base-url https://nmp.example.com",
        ReadsItsOptions,
        "waits for somebody at a browser",
    ),
    ("nmp-console demo --as admin@example.com", MissesATerminal, OPENS),
    ("nmp-console demo --deletion cascade", MissesATerminal, OPENS),
    (
        "nemo workspaces members list --workspace inference-production",
        Nothing,
        OTHER_CLI,
    ),
    ("nemo workspaces members list --workspace system", Nothing, OTHER_CLI),
    ("nemo workspaces members list --workspace ml-team", Nothing, OTHER_CLI),
    (
        "nemo workspaces members create --workspace service-only --principal ann@example.com --roles Admin",
        Nothing,
        OTHER_CLI,
    ),
    (
        "nemo workspaces members delete priya.olsen@example.com --workspace ml-team",
        Nothing,
        OTHER_CLI,
    ),
    (
        "nemo workspaces members create --workspace ml-team --principal bob@example.com --roles Editor",
        Nothing,
        OTHER_CLI,
    ),
    ("cargo install --locked --path .", Nothing, BUILDS),
    (".ci/release --output release", Nothing, BUILDS),
    ("sudo apt install ./nmp-console_*_amd64.deb", Nothing, NEEDS_RELEASE),
    ("sudo install -m 755 nmp-console /usr/local/bin", Nothing, NEEDS_RELEASE),
    ("cargo test --test conformance", Nothing, BUILDS),
    ("cargo bench", Nothing, BUILDS),
    ("tests/minimal-system", Nothing, NEEDS_TOOLS),
    ("tests/platform up", Nothing, NEEDS_TOOLS),
    ("tests/platform up --version 0.6.0 --port 18060", Nothing, NEEDS_TOOLS),
    ("tests/platform up --store postgres --port 18070", Nothing, NEEDS_TOOLS),
    (
        "NMP_CONFORMANCE_URL=$(tests/platform up) cargo test --test conformance",
        Nothing,
        NEEDS_TOOLS,
    ),
    ("tests/nemo-cli", Nothing, NEEDS_TOOLS),
    ("tests/nemo-cli-commands 0.7.3 0.6.0", Nothing, NEEDS_TOOLS),
    ("tests/nemo-cli --version 0.6.0 URL", Nothing, NEEDS_TOOLS),
];

/// Whole blocks, by the comment before them.
pub(super) const BLOCKS: &[(&str, &str)] = &[
    ("recipe pull-request", "needs git: tests/it/recipe.rs runs it"),
    ("recipe merge", "needs git: tests/it/recipe.rs runs it"),
    ("recipe nightly", "needs git: tests/it/recipe.rs runs it"),
    ("spoken", "needs a terminal: tests/pty/linear.rs has one"),
    (
        "release check",
        "needs a signed release: .ci/release.d/try makes one and runs it",
    ),
    ("release install", NEEDS_RELEASE),
    ("release timer", NEEDS_RELEASE),
];
