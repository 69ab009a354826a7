//! Every context of the platform CLI's config file, as much of it as may be shown.

use super::console_config::ConsoleConfig;
use super::platform::{self, Context, PlatformFile, User};
use super::{Env, Error, Flags, ReadOnlySource, resolve};
use crate::domain::claims::Claims;
use crate::domain::context::{ContextInfo, ContextName, Contexts, Login, Precautions};
use crate::domain::ids::WorkspaceName;
use crate::domain::text::SafeText;
use secrecy::ExposeSecret as _;

/// Finds and reads the config file and returns its contexts, in its order; none if there is no file. Blocks.
///
/// # Errors
/// Names the option, variable, or line of the config file that is at fault.
pub fn contexts(flags: &Flags, env: &Env) -> Result<Contexts, Error> {
    let everywhere = resolve::read_only_everywhere(flags, env)?;
    let console = ConsoleConfig::read(resolve::config_folder(env).as_deref())?;
    let file = platform::locate(flags.config.as_deref(), env)?
        .as_ref()
        .map(platform::read)
        .transpose()?;
    let Some(file) = file else {
        return Ok(Contexts {
            file: None,
            contexts: Vec::new(),
        });
    };
    let contexts = file.contexts.iter().map(|context| {
        let read_only = everywhere.or_else(|| resolve::read_only_of(context, &console));
        info(context, &file, (read_only, console.precautions(&context.name)))
    });
    Ok(Contexts {
        file: Some(SafeText::new(&file.location.path.to_string_lossy())),
        contexts: contexts.collect(),
    })
}

fn info(
    context: &Context,
    file: &PlatformFile,
    (read_only, precautions): (Option<ReadOnlySource>, Precautions),
) -> ContextInfo {
    let (user, login) = match &context.user {
        User::NoAuth => (None, Login::Nobody),
        // A token is made of it whenever one is needed.
        User::LegacyEmail(email) => {
            let login = Login::Token {
                expires_at: None,
                is_renewable: true,
            };
            (Some(SafeText::new(email)), login)
        }
        User::Bearer(tokens) => {
            let claims = Claims::read(tokens.token.expose_secret()).unwrap_or_default();
            let login = Login::Token {
                expires_at: claims.expires_at.or(tokens.expires_at),
                // One that nobody vouches for can be made anew.
                is_renewable: tokens.refresh_token.is_some() || claims.is_unsigned,
            };
            let name = claims.email.or(claims.subject);
            (name.as_deref().map(SafeText::new), login)
        }
    };
    let sharing = file
        .contexts
        .iter()
        .filter(|other| other.user_name == context.user_name);
    let others = sharing.filter(|other| other.name != context.name);
    ContextInfo {
        shares_login_with: others.map(|other| ContextName::new(&other.name)).collect(),
        name: ContextName::new(&context.name),
        server: context.base_url.shown(),
        user,
        login,
        workspace: context.workspace.as_deref().map(WorkspaceName::from_platform),
        read_only: read_only.map(|source| SafeText::new(source.shown())),
        precautions,
        is_current: file.current_context.as_deref() == Some(context.name.as_str()),
    }
}
