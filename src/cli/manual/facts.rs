//! What a manual tells besides the grammar: variables, files, exit codes and examples. `--help` and the manual pages say
//! the same, because both are made of these.

/// What some commands have in common, or all of them where none is named.
pub(super) type Commands = &'static [&'static str];

/// Environment variables that mean the same kind of thing, and what it is.
pub(super) struct Variables {
    pub(super) names: &'static [&'static str],
    pub(super) what: &'static str,
}

const fn variables(names: &'static [&'static str], what: &'static str) -> Variables {
    Variables { names, what }
}

/// What stands before the variables.
pub(super) const PRECEDENCE: &str = "Options win over variables, and variables over config files.";

#[rustfmt::skip]
pub(super) const VARIABLES: &[Variables] = &[
    variables(&["NMP_BASE_URL", "NMP_ACCESS_TOKEN"], "Address of the platform, and the bearer token for it."),
    variables(&["NMP_CURRENT_CONTEXT", "NMP_WORKSPACE"], "The context and the workspace to start with."),
    variables(&["NMP_CONFIG_FILE"], "Config file of the platform's CLI."),
    variables(
        &["NMP_CLIENT_SSL_CERT_FILE", "NMP_CERTIFICATE_AUTHORITY"],
        "Certificates (PEM) to trust besides the system's; the first one wins. Each of the variables so far has a name that \
        begins with NHX_ too, which wins if both are set.",
    ),
    variables(
        &["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"],
        "The proxy for https, for http, and for both, as http://[user:password@]host:port.",
    ),
    variables(
        &["NO_PROXY"],
        "Hosts, domains and networks that are reached without a proxy, or * for all; this machine itself always is. Lower \
        case wins over upper case.",
    ),
    variables(
        &[
            "NMP_CONSOLE_READ_ONLY", "NMP_CONSOLE_ASCII", "NMP_CONSOLE_LINEAR", "NMP_CONSOLE_THEME", "NMP_CONSOLE_NO_COLOR",
            "NMP_CONSOLE_ESC_WAIT", "NMP_CONSOLE_MOUSE", "NMP_CONSOLE_LOG_FILE",
        ],
        "The options of the same names; switches take 1 or 0.",
    ),
    variables(
        &["NMP_CONSOLE_MOTION"],
        "full, or reduced: nothing turns while something runs, the seconds are counted.",
    ),
    variables(&["NO_COLOR"], "No colour, if set to anything."),
    variables(&["ACCESSIBLE"], "1 means --linear: everything is told line by line."),
];

/// A file, or a folder of them.
pub(super) struct File {
    pub(super) path: &'static str,
    pub(super) what: &'static str,
}

const fn file(path: &'static str, what: &'static str) -> File {
    File { path, what }
}

/// What stands after the files.
pub(super) const FOLDERS: &str = "Where a variable is not set, XDG_CONFIG_HOME stands for ~/.config, XDG_STATE_HOME for ~/.local/state and XDG_CACHE_HOME for \
    ~/.cache.";

#[rustfmt::skip]
pub(super) const FILES: &[File] = &[
    file(
        "$XDG_CONFIG_HOME/nhx/config.yaml or $XDG_CONFIG_HOME/nmp/config.yaml",
        "Contexts, users and tokens; the file of the platform's CLI, shared with it.",
    ),
    file(
        "$XDG_CONFIG_HOME/nmp-console/config.toml",
        "Theme, motion, mouse, how often to read again, what shells are offered, and for each context whether it is read-only, its proxy and its mark.",
    ),
    file(
        "$XDG_CONFIG_HOME/nmp-console/keys.toml",
        "Your keys; 'nmp-console keys' shows what becomes of them, and 'nmp-console keys --help' how they are written.",
    ),
    file("$XDG_CONFIG_HOME/nmp-console/views.toml", "Your columns and saved views, written by the console and by hand."),
    file("$XDG_CONFIG_HOME/nmp-console/themes/NAME.toml", "Your themes."),
    file("$XDG_CONFIG_HOME/nmp-console/policy.toml", "What an audit finds, where --policy names no other file."),
    file("$XDG_STATE_HOME/nmp-console/activity.jsonl", "The journal: every change made from here, before and after it."),
    file("$XDG_STATE_HOME/nmp-console/deletions", "Deletions under way, one small file each."),
    file(
        "$XDG_CACHE_HOME/nmp-console/workspaces",
        "Names of workspaces for completions, listed once a minute at most while a shell asks; 'logout' removes them.",
    ),
];

/// What a file of keys looks like.
pub(super) const KEYS: &[&str] = &[
    "[workspaces]",
    "delete = [\"f8\"]",
    "[members]",
    "remove = [\"d\", \"f8\"]",
];

/// What is said of that.
pub(super) const KEYS_TOLD: &str = "In keys.toml each place has its actions, and each action a list of keys; 'nmp-console keys --print' names all of them:";

/// An exit code, of which commands, and what it says of them.
pub(super) struct Exit {
    pub(super) code: &'static str,
    pub(super) commands: Commands,
    pub(super) what: &'static str,
}

impl Exit {
    /// Returns whether it is one of `command`.
    pub(super) fn is_of(&self, command: &str) -> bool {
        self.commands.is_empty() || self.commands.contains(&command)
    }
}

const fn exit(code: &'static str, commands: Commands, what: &'static str) -> Exit {
    Exit { code, commands, what }
}

#[rustfmt::skip]
pub(super) const EXITS: &[Exit] = &[
    exit("0", &[], "Done."),
    exit("0", &["can"], "Yes."),
    exit("0", &["plan"], "There is nothing to change."),
    exit("1", &["audit"], "Found what --fail-on names, or a difference from the --baseline."),
    exit("1", &["can"], "No."),
    exit("1", &["plan"], "Changes are pending."),
    exit("1", &["apply"], "Something was refused or is stale."),
    exit("1", &["activity-verify"], "Found a fault."),
    exit("2", &[], "The command line is wrong."),
    exit(
        "3", &["audit", "export", "plan", "apply", "who-can", "can", "whoami", "login", "logout"],
        "An error of the platform, of its identity provider or of the login. What an audit has read is written all the same.",
    ),
    exit("3", &["can"], "Cannot tell."),
    exit("3", &["who-can"], "Somebody may be missing."),
    exit(
        "4", &[],
        "A local error: a config, policy, baseline or access file, the output, journal, log, terminal or sandbox.",
    ),
    exit("5", &["plan", "apply"], "Refused by a guard."),
    exit("6", &["apply"], "The outcome of a change is not known."),
    exit("128 + n", &[], "Ended by signal n; 130 is ctrl-c."),
];

/// A command as it is typed, and what it is for.
pub(super) struct Example {
    /// Its page.
    pub(super) command: &'static str,
    /// What follows the name of the program; of what stands in a shell's quotes, there are single ones only.
    pub(super) words: &'static str,
    pub(super) what: &'static str,
}

const fn example(command: &'static str, words: &'static str, what: &'static str) -> Example {
    Example { command, words, what }
}

#[rustfmt::skip]
pub(super) const EXAMPLES: &[Example] = &[
    example("", "--context prod --read-only", "Look around in the context prod without being able to change anything."),
    example("", "--plan access.toml", "Review what a file wants changed, and apply it."),
    example("audit", "audit --workspace 'ml-*' --fail-on high", "Fail where something is wrong that is high or critical."),
    example("audit", "audit --output today.json --baseline yesterday.json", "Write a report, and say what is different."),
    example("audit", "audit --only grants --filter 'can:write ws:prod' --format csv", "Who can write to prod, for a spreadsheet."),
    example("who-can", "who-can write --workspace prod", "Who can write to prod?"),
    example("can", "can bob@example.com manage-members prod", "Can Bob manage members there? The exit code answers, too."),
    example("export", "export --output access.toml", "Write who has access to what, to keep it in a file from now on."),
    example("plan", "plan access.toml --output plan.json", "Say what has to change, and keep that for 'apply'."),
    example("plan", "plan --leavers left.csv", "Take everything from those who have left."),
    example("apply", "apply plan.json --digest $DIGEST", "Make the changes that were approved by this digest."),
    example("activity", "activity --since 30d --who bob@", "What was changed from here in 30 days, by Bob or for him?"),
    example("activity-verify", "activity verify", "Has anybody touched the journal?"),
    example("login", "login --context prod", "Log in with a code that you enter in any browser."),
    example("login", "login --base-url https://nmp.example.com --token-stdin", "Log in with a token that a program prints."),
    example("logout", "logout --context prod", "Forget the token of prod."),
    example("whoami", "whoami --format json", "Who am I there, for a script?"),
    example("demo", "demo --tour", "See what it is like, in five steps."),
    example("sandbox", "sandbox --seed demo --listen 127.0.0.1:8080", "A platform with a sample organisation, to try scripts on."),
    example("keys", "keys --check", "Is my keys.toml all right?"),
    example("version", "version --json", "What exactly is this program, for a script?"),
    example("completions", "completions bash", "Print what bash needs to complete commands: source <(nmp-console completions bash)"),
    example("man", "man audit", "Print the page about audit, for `man -l -`."),
];
