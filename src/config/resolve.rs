//! The merge: which value is in force, where it came from, and what about it deserves a warning.

use super::console_config::ConsoleConfig;
use super::env::Names;
use super::error::Place;
use super::platform::{Context, PlatformFile, StoredTokens, User};
use super::{Credential, Display, Env, Error, Flags, Log, ReadOnlySource, Settings, Source, Sourced, display, proxy};
use crate::domain::activity::Operator;
use crate::domain::address::BaseUrl;
use crate::domain::claims;
use crate::domain::cli::{Cli, Place as Acts};
use crate::domain::command::quoted;
use crate::domain::context::{ContextName, Precautions};
use crate::domain::ids::WorkspaceName;
use crate::domain::proxy::Proxies;
use crate::domain::text::SafeText;
use secrecy::{ExposeSecret as _, SecretString};
use std::path::PathBuf;

const CONTEXT: Names = Names {
    helix: "NHX_CURRENT_CONTEXT",
    platform: "NMP_CURRENT_CONTEXT",
};
const BASE_URL: Names = Names {
    helix: "NHX_BASE_URL",
    platform: "NMP_BASE_URL",
};
const ACCESS_TOKEN: Names = Names {
    helix: "NHX_ACCESS_TOKEN",
    platform: "NMP_ACCESS_TOKEN",
};
const WORKSPACE: Names = Names {
    helix: "NHX_WORKSPACE",
    platform: "NMP_WORKSPACE",
};
/// The bundle that wins over everything else the platform's CLI knows.
const CLIENT_CERTIFICATES: Names = Names {
    helix: "NHX_CLIENT_SSL_CERT_FILE",
    platform: "NMP_CLIENT_SSL_CERT_FILE",
};
const CERTIFICATES: Names = Names {
    helix: "NHX_CERTIFICATE_AUTHORITY",
    platform: "NMP_CERTIFICATE_AUTHORITY",
};

/// What says where to go, as whom, and to which workspace.
pub(super) const DESTINATION: &[Names] = &[CONTEXT, BASE_URL, ACCESS_TOKEN, WORKSPACE];

/// Resolves everything there is.
pub(super) fn all(
    flags: &Flags,
    env: &Env,
    file: Option<&PlatformFile>,
    console: &ConsoleConfig,
) -> Result<Settings, Error> {
    let mut settings = local(flags, env, console)?;
    let given_url = given_url(flags, env, &mut settings.warnings)?;
    let chosen = choose_context(flags, env, file, given_url.is_some(), &mut settings.warnings)?;
    let context = chosen.as_ref().map(|(context, _)| *context);
    settings.credential = credential(env, context, given_url.as_ref(), &mut settings.warnings)?;
    settings.workspace = workspace(flags, env, context, &mut settings.warnings)?;
    settings.certificate_authority = certificate_authority(flags, env, context, &mut settings.warnings)?;
    if let Some(context) = context {
        settings.read_only = settings.read_only.or_else(|| read_only_of(context, console));
        settings.generation = console.generation(&context.name);
        settings.precautions = console.precautions(&context.name);
    }
    warn_of_strangers(
        given_url.as_ref(),
        context,
        settings.credential.as_ref(),
        &mut settings.warnings,
    );
    settings.is_diverted = context.is_some_and(|context| {
        let given = given_url.as_ref();
        given.is_some_and(|given| given.value != context.base_url)
    });
    let is_given = given_url.is_some();
    settings.base_url = given_url.or_else(|| {
        let context = context?;
        Some(of_context(context, context.base_url.clone()))
    });
    if let Some(file) = file.filter(|_| is_given) {
        guard(&mut settings, context, file, console);
    }
    let platform = settings.base_url.as_ref().map(|url| &url.value);
    let own_proxy = context.and_then(|context| console.proxy(&context.name));
    settings.proxies = proxy::resolve(env, own_proxy, platform, &mut settings.warnings)?;
    settings.cli = cli(settings.base_url.as_ref(), chosen.as_ref(), file);
    settings.context = chosen.map(|(context, source)| Sourced {
        value: context.name.clone(),
        source,
    });
    if let Some(file) = file {
        settings.config_file = Some(file.location.path.clone());
        warn_of_open_file(file, &mut settings.warnings);
        let known: Vec<&str> = file.contexts.iter().map(|context| context.name.as_str()).collect();
        settings.warnings.extend(console.strangers(&known));
    }
    Ok(settings)
}

/// Has an address that was given guarded like the contexts that have it, else like those at the same scheme, host and port:
/// the platform is the same, whichever context it is reached through. Of several, that in use comes first.
pub(super) fn guard(settings: &mut Settings, in_use: Option<&Context>, file: &PlatformFile, console: &ConsoleConfig) {
    let Some(given) = settings.base_url.as_ref().map(|given| given.value.clone()) else {
        return;
    };
    let contexts = || in_use.into_iter().chain(&file.contexts);
    let is_named = contexts().any(|context| context.base_url == given);
    let leads_there = |context: &&Context| {
        if is_named {
            context.base_url == given
        } else {
            given.is_at_server_of(&context.base_url)
        }
    };
    let mut found = Precautions::default();
    for context in contexts().filter(leads_there) {
        settings.read_only = settings.read_only.or_else(|| read_only_of(context, console));
        let own = console.precautions(&context.name);
        if found.word.is_none() && own != Precautions::default() {
            found.word = own.known_by(&SafeText::new(&context.name));
            found.accent = own.accent;
        }
        found.typed = found.typed.or(own.typed);
    }
    if found != Precautions::default() {
        // What is typed for the context in use is typed wherever its address comes from.
        found.typed = found.typed.or_else(|| settings.precautions.typed.clone());
        settings.precautions = found;
    }
}

/// Resolves what does not concern a platform elsewhere.
pub(super) fn local(flags: &Flags, env: &Env, console: &ConsoleConfig) -> Result<Settings, Error> {
    let log = Log {
        file: flags.log_file.clone().or_else(|| env.path("NMP_CONSOLE_LOG_FILE")),
        verbosity: flags.verbosity,
    };
    let mut warnings = Vec::new();
    if log.verbosity > 0 && log.file.is_none() {
        warnings.push(SafeText::new(
            "-v says more in the log, and there is none: name one with --log-file",
        ));
    }
    Ok(Settings {
        context: None,
        is_diverted: false,
        base_url: None,
        credential: None,
        workspace: flags.workspace.as_deref().map(|name| Sourced {
            value: WorkspaceName::from_platform(name),
            source: Source::Flag("--workspace"),
        }),
        certificate_authority: None,
        proxies: Proxies::default(),
        read_only: read_only_everywhere(flags, env)?,
        generation: None,
        precautions: Precautions::default(),
        display: Display::resolve(flags, env, console)?,
        theme: display::theme(flags, env, console)?,
        log,
        config_file: None,
        config_folder: config_folder(env),
        state_folder: state_folder(env),
        cache_folder: cache_folder(env),
        completes_workspaces: console.completes_workspaces(),
        journal: flags.journal,
        operator: operator(env),
        cli: Cli::default(),
        warnings,
    })
}

/// Who forbids changes whatever the context, if anybody does.
pub(super) fn read_only_everywhere(flags: &Flags, env: &Env) -> Result<Option<ReadOnlySource>, Error> {
    if flags.is_read_only {
        return Ok(Some(ReadOnlySource::Flag));
    }
    let is_wished = env.switch("NMP_CONSOLE_READ_ONLY")?.unwrap_or(false);
    Ok(is_wished.then_some(ReadOnlySource::Environment))
}

/// Who forbids changes through this context, if anybody does.
pub(super) fn read_only_of(context: &Context, config: &ConsoleConfig) -> Option<ReadOnlySource> {
    let by_config = || {
        config
            .is_read_only(&context.name)
            .then_some(ReadOnlySource::ConsoleConfig)
    };
    context
        .is_read_only
        .then_some(ReadOnlySource::Context)
        .or_else(by_config)
}

/// Who sits at this machine, as the login has it.
fn operator(env: &Env) -> Operator {
    let name = |variable| env.raw(variable).map(|name| name.to_string_lossy().into_owned());
    Operator {
        user: name("LOGNAME").or_else(|| name("USER")),
        sudo_user: name("SUDO_USER"),
    }
}

/// `$XDG_STATE_HOME/nmp-console`, else below `~/.local/state`; a relative folder does not count, as the standard says.
fn state_folder(env: &Env) -> Option<PathBuf> {
    own_folder(env, "XDG_STATE_HOME", ".local/state")
}

/// `$XDG_CONFIG_HOME/nmp-console`, else below `~/.config`.
pub(super) fn config_folder(env: &Env) -> Option<PathBuf> {
    own_folder(env, "XDG_CONFIG_HOME", ".config")
}

/// `$XDG_CACHE_HOME/nmp-console`, else below `~/.cache`.
pub(super) fn cache_folder(env: &Env) -> Option<PathBuf> {
    own_folder(env, "XDG_CACHE_HOME", ".cache")
}

/// Not as `directories` finds it: that one reads the environment of the process itself, and has other folders on other
/// systems, where the platform's CLI, whose folders these lie beside, has the same ones everywhere.
fn own_folder(env: &Env, variable: &str, usual: &str) -> Option<PathBuf> {
    let in_xdg = env.path(variable).filter(|folder| folder.is_absolute());
    let usual = || Some(env.home()?.join(usual));
    Some(in_xdg.or_else(usual)?.join("nmp-console"))
}

/// The address by flag or environment.
fn given_url(flags: &Flags, env: &Env, warnings: &mut Vec<SafeText>) -> Result<Option<Sourced<BaseUrl>>, Error> {
    let (typed, source) = match &flags.base_url {
        Some(typed) => (typed.as_str(), Source::Flag("--base-url")),
        None => match setting(env, BASE_URL, warnings)? {
            Some((typed, name)) => (typed, Source::Variable(name)),
            None => return Ok(None),
        },
    };
    match BaseUrl::parse(typed) {
        Ok(value) => Ok(Some(Sourced { value, source })),
        Err(problem) => Err(Error::Value {
            source_of: source,
            problem: problem.to_string(),
        }),
    }
}

/// The context in force. An address of its own makes one unnecessary, but one that is asked for must exist.
fn choose_context<'file>(
    flags: &Flags,
    env: &Env,
    file: Option<&'file PlatformFile>,
    has_url: bool,
    warnings: &mut Vec<SafeText>,
) -> Result<Option<(&'file Context, Source)>, Error> {
    let asked = match &flags.context {
        Some(name) => Some((name.as_str(), Source::Flag("--context"))),
        None => setting(env, CONTEXT, warnings)?.map(|(name, variable)| (name, Source::Variable(variable))),
    };
    let Some(file) = file.filter(|file| !file.contexts.is_empty() || asked.is_some()) else {
        // Like the CLI: without contexts a variable that names one is idle, but an option is a question.
        return match asked {
            Some((name, asked_by @ Source::Flag(_))) => Err(Error::NoContexts {
                asked_by,
                name: SafeText::new(name),
            }),
            _ => Ok(None),
        };
    };
    let stored = file.current_context.as_deref();
    let stored = stored.map(|name| (name, Source::File(file.location.path.clone())));
    let Some((name, source)) = asked.or(stored) else {
        return if has_url {
            Ok(None)
        } else {
            Err(Error::NoCurrentContext {
                place: Place::file(&file.location.path),
                known: known(file),
            })
        };
    };
    match file.contexts.iter().find(|context| context.name == name) {
        Some(context) => Ok(Some((context, source))),
        None => Err(Error::UnknownContext {
            asked_by: source,
            name: SafeText::new(name),
            place: Place::file(&file.location.path),
            known: known(file),
            other: file.location.other.as_deref().map(Into::into),
        }),
    }
}

fn known(file: &PlatformFile) -> Box<[SafeText]> {
    file.contexts
        .iter()
        .map(|context| SafeText::new(&context.name))
        .collect()
}

/// A token in the environment replaces the context's user.
fn credential(
    env: &Env,
    context: Option<&Context>,
    url: Option<&Sourced<BaseUrl>>,
    warnings: &mut Vec<SafeText>,
) -> Result<Option<Credential>, Error> {
    if let Some(credential) = token_of_environment(env, url, warnings)? {
        return Ok(Some(credential));
    }
    let Some(context) = context else { return Ok(None) };
    let source = Source::Context(SafeText::new(&context.name));
    let (tokens, legacy_email) = match &context.user {
        User::NoAuth => return Ok(None),
        User::Bearer(tokens) => (tokens.clone(), None),
        User::LegacyEmail(email) => (StoredTokens::of(unsigned(email)), Some(email.clone())),
    };
    let credential = Credential {
        tokens,
        source,
        legacy_email,
    };
    check_token(&credential)?;
    Ok(Some(credential))
}

fn token_of_environment(
    env: &Env,
    url: Option<&Sourced<BaseUrl>>,
    warnings: &mut Vec<SafeText>,
) -> Result<Option<Credential>, Error> {
    let Some(found) = env.either(ACCESS_TOKEN)? else {
        return Ok(None);
    };
    // The address of the other family won: this token was meant for that family's own server, not for the winner's.
    let (own_url, other_url) = (BASE_URL.of(found.family), BASE_URL.of(found.family.other()));
    let is_other_in_force = url.is_some_and(|url| url.source == Source::Variable(other_url));
    if is_other_in_force && env.either(BASE_URL)?.is_some_and(|url| url.overruled == Some(own_url)) {
        warnings.push(SafeText::new(&format!(
            "{} is not used: it belongs to {own_url}, but {other_url} is in use",
            found.name
        )));
        return Ok(None);
    }
    if let Some(rival) = found.overruled {
        warnings.push(differing(found.name, rival));
    }
    let credential = Credential {
        tokens: StoredTokens::of(found.value.trim()),
        source: Source::Variable(found.name),
        legacy_email: None,
    };
    check_token(&credential)?;
    Ok(Some(credential))
}

/// What an HTTP header cannot carry would fail later and less clearly.
fn check_token(credential: &Credential) -> Result<(), Error> {
    let token = credential.tokens.token.expose_secret();
    if !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(Error::Value {
        source_of: credential.source.clone(),
        problem: "holds a token with spaces or other characters that no token has".to_owned(),
    })
}

/// The token the CLI makes of a bare e-mail address. It says nothing about time, so it needs no clock.
fn unsigned(email: &str) -> SecretString {
    claims::unsigned(&serde_json::json!({"sub": email, "iat": 0, "email": email})).into()
}

fn workspace(
    flags: &Flags,
    env: &Env,
    context: Option<&Context>,
    warnings: &mut Vec<SafeText>,
) -> Result<Option<Sourced<WorkspaceName>>, Error> {
    if let Some(name) = &flags.workspace {
        return Ok(Some(Sourced {
            value: WorkspaceName::from_platform(name),
            source: Source::Flag("--workspace"),
        }));
    }
    if let Some((name, variable)) = setting(env, WORKSPACE, warnings)? {
        let source = Source::Variable(variable);
        return match WorkspaceName::parse_known(name) {
            Ok(value) => Ok(Some(Sourced { value, source })),
            Err(why) => Err(Error::Value {
                source_of: source,
                problem: format!("names the workspace '{}': {why}", SafeText::new(name)),
            }),
        };
    }
    let Some((context, name)) = context.and_then(|context| Some((context, context.workspace.as_deref()?))) else {
        return Ok(None);
    };
    match WorkspaceName::parse_known(name) {
        Ok(named) => Ok(Some(of_context(context, named))),
        // Nothing begins there by itself, so that nobody is kept out by it.
        Err(why) => {
            warnings.push(SafeText::new(&format!(
                "the context '{}' names the workspace '{name}', which is ignored: {why}",
                context.name
            )));
            Ok(None)
        }
    }
}

/// A relative path counts from the current directory, as it does for the CLI.
fn certificate_authority(
    flags: &Flags,
    env: &Env,
    context: Option<&Context>,
    warnings: &mut Vec<SafeText>,
) -> Result<Option<Sourced<PathBuf>>, Error> {
    if let Some(path) = &flags.ca {
        return Ok(Some(Sourced {
            value: path.clone(),
            source: Source::Flag("--ca"),
        }));
    }
    for names in [CLIENT_CERTIFICATES, CERTIFICATES] {
        if let Some((path, variable)) = setting(env, names, warnings)? {
            return Ok(Some(Sourced {
                value: path.trim().into(),
                source: Source::Variable(variable),
            }));
        }
    }
    Ok(context.and_then(|context| {
        let path = context.certificate_authority.clone();
        let path = path.filter(|path| !path.as_os_str().is_empty())?;
        Some(of_context(context, path))
    }))
}

/// Returns what makes the platform's CLI use the same server and identity as the console.
fn cli(url: Option<&Sourced<BaseUrl>>, chosen: Option<&(&Context, Source)>, file: Option<&PlatformFile>) -> Cli {
    let is_of_context = url.is_some_and(|url| matches!(url.source, Source::Context(_)));
    let place = match (chosen, url) {
        (Some((_, Source::File(_))), _) if is_of_context => Acts::Current,
        (Some((context, _)), _) if is_of_context => Acts::Context(ContextName::new(&context.name)),
        (_, Some(url)) => Acts::Address(url.value.clone()),
        (_, None) => Acts::Current,
    };
    Cli {
        file: file.and_then(|file| file.location.family),
        named_file: file.and_then(|file| {
            let is_by_option = matches!(file.location.named_by, Some(Source::Flag(_)));
            is_by_option.then(|| SafeText::new(&file.location.path.to_string_lossy()))
        }),
        place,
        ..Cli::default()
    }
}

fn of_context<T>(context: &Context, value: T) -> Sourced<T> {
    Sourced {
        value,
        source: Source::Context(SafeText::new(&context.name)),
    }
}

/// A setting with two names, with a word about it if they disagree.
fn setting<'env>(
    env: &'env Env,
    names: Names,
    warnings: &mut Vec<SafeText>,
) -> Result<Option<(&'env str, &'static str)>, Error> {
    let found = env.either(names)?;
    Ok(found.map(|found| {
        if let Some(rival) = found.overruled {
            warnings.push(differing(found.name, rival));
        }
        (found.value, found.name)
    }))
}

fn differing(name: &str, rival: &str) -> SafeText {
    SafeText::new(&format!("{name} and {rival} differ: {name} is used"))
}

/// The context's token goes to an address that is not the context's: the CLI does the same, but it should be seen.
fn warn_of_strangers(
    given: Option<&Sourced<BaseUrl>>,
    context: Option<&Context>,
    credential: Option<&Credential>,
    warnings: &mut Vec<SafeText>,
) {
    let (Some(given), Some(context), Some(credential)) = (given, context, credential) else {
        return;
    };
    let is_of_context = matches!(credential.source, Source::Context(_));
    // Where others could read it on the way, it is refused and not sent.
    if is_of_context && !given.value.is_at_server_of(&context.base_url) && !given.value.exposes_tokens() {
        warnings.push(SafeText::new(&format!(
            "the token of context '{}' (for {}) is sent to {}, as {} says",
            context.name,
            context.base_url.shown(),
            given.value.shown(),
            given.source
        )));
    }
}

fn warn_of_open_file(file: &PlatformFile, warnings: &mut Vec<SafeText>) {
    let holds_token = file
        .contexts
        .iter()
        .any(|context| matches!(context.user, User::Bearer(_)));
    if file.is_open_to_others && holds_token {
        let path = file.location.path.to_string_lossy();
        warnings.push(SafeText::new(&format!(
            "{path} holds tokens and others can read it: chmod 600 {}",
            quoted(&path)
        )));
    }
}
