//! The config file of the platform's CLI as something to write to, which the CLI and other consoles do at the same time.
//!
//! The CLI renews a context's token under a lock of that context, reading and writing the whole file; two contexts are
//! two locks and still one file. So [`Store::lock`] takes the locks of all of them. `nemo config set` takes none and
//! writes in place: therefore every change is made to what the file holds at the last moment, and made again if it
//! held something else by then. Everything here blocks.

mod edit;
mod lines;
mod lock;
mod patch;
mod replace;
mod scalar;
mod tree;

pub use super::platform::StoredTokens;
pub use edit::Edit;

use super::env::{Env, Family};
use super::error::Place;
use super::platform::{self, LOOKS, Location, PlatformFile, WRITING};
use super::{Error, Flags, Source};
use crate::files::{self, Others};
use lock::Held;
use replace::Outcome;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The config file, which need not exist yet.
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
    family: Family,
}

/// The config file while nobody else who keeps to the locks changes it; dropping it ends that.
#[derive(Debug)]
pub struct Locked {
    store: Store,
    held: Held,
}

/// How often a change is made anew because the file was changed in the same moment.
const ATTEMPTS: usize = 8;
/// How long a context that is about to be added may be locked by somebody else.
const ADDING: Duration = Duration::from_secs(5);

impl Store {
    /// Takes the file at `path`. It belongs to the older family if its folder is called like that family's.
    pub fn at(path: PathBuf) -> Self {
        let folder = path.parent().and_then(Path::file_name);
        let is_older = folder.is_some_and(|name| name == Family::Platform.folder());
        let family = if is_older { Family::Platform } else { Family::Helix };
        Self { path, family }
    }

    /// Finds the file a login belongs into: the one that is read or, if there is none, the one that the CLI would make.
    ///
    /// # Errors
    /// If no place for it can be told, as there is no home directory.
    pub fn for_writing(flags: &Flags, env: &Env) -> Result<Self, Error> {
        if let Some((path, named_by)) = platform::named(flags.config.as_deref(), env) {
            let family = Family::BY_PRECEDENCE
                .into_iter()
                .find(|family| named_by == Source::Variable(platform::CONFIG_FILE.of(*family)));
            let store = Self::at(path);
            let family = family.unwrap_or(store.family);
            return Ok(Self { family, ..store });
        }
        let places: Vec<_> = Family::BY_PRECEDENCE
            .into_iter()
            .filter_map(|family| Some((platform::default_path(family, env)?, family)))
            .collect();
        let mut file = None;
        for place in &places {
            if platform::is_there(&place.0)? {
                file = Some(place);
                break;
            }
        }
        let folder = || places.iter().find(|(path, _)| files::folder_of(path).is_dir());
        let place = file.or_else(folder).or(places.first());
        let (path, family) = place.cloned().ok_or(Error::NoHomeDirectory)?;
        Ok(Self { path, family })
    }

    /// Takes away what consoles that were killed left of the file and its tokens.
    pub fn tidy(&self) {
        files::sweep(files::folder_of(&replace::resolved(&self.path)), Others::MayWrite);
    }

    /// Returns the path of the file, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the file; one that does not exist holds nothing.
    ///
    /// # Errors
    /// If it cannot be read, is not YAML, or contradicts itself.
    pub fn read(&self) -> Result<PlatformFile, Error> {
        if platform::is_there(&self.path)? {
            platform::read(&self.location())
        } else {
            PlatformFile::parse(b"", self.location())
        }
    }

    /// Waits until nobody else who keeps to the CLI's locks is changing the file, and keeps them out.
    ///
    /// # Errors
    /// If that takes longer than `within`, or if the locks cannot be made.
    pub fn lock(&self, within: Duration) -> Result<Locked, Error> {
        let deadline = lock::Deadline::after(within);
        files::make_folder(files::folder_of(&self.path)).map_err(|source| self.unwritten(source))?;
        // Of a file that is half written not all contexts are seen, and too little would be locked.
        let names = || self.names_while(|| !deadline.left().is_zero());
        loop {
            let held = Held::take(&self.path, &self.locks(&names()?), &deadline)?;
            // Somebody may have added a context before everything was locked.
            if self.locks(&names()?).is_subset(held.paths()) {
                files::sweep(files::folder_of(&replace::resolved(&self.path)), Others::AreKeptOut);
                return Ok(Locked {
                    store: self.clone(),
                    held,
                });
            }
        }
    }

    /// Finds out whether a change could be made, as far as that can be told without leaving anything behind: neither
    /// locks nor folders are made, nor is anybody waited for.
    ///
    /// # Errors
    /// As for making the change.
    pub fn could_write(&self, edit: &Edit) -> Result<(), Error> {
        let read = || Ok::<_, Error>(self.bytes()?.unwrap_or_default());
        let before = read()?;
        let after = match self.edited(&before, edit) {
            Err(_) if self.changes_soon(Some(&before))? => self.edited(&read()?, edit)?,
            edited => edited?,
        };
        let names = self.names()?;
        let added = edit.adds().map(|name| name.raw().to_owned());
        lock::could_take(
            &self.path,
            &self.locks(&names.into_iter().chain(added).collect::<Vec<_>>()),
        )?;
        replace::rehearse(&self.path, &after).map_err(|source| self.unwritten(source))
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        self.names_while(|| false)
    }

    fn names_while(&self, is_waited_for: impl Fn() -> bool) -> Result<Vec<String>, Error> {
        if !platform::is_there(&self.path)? {
            return Ok(Vec::new());
        }
        let file = platform::read_while(&self.location(), is_waited_for)?;
        Ok(file.contexts.into_iter().map(|context| context.name).collect())
    }

    /// The context `default` is locked in any case: then no two consoles change a file without contexts at once.
    fn locks(&self, names: &[String]) -> BTreeSet<PathBuf> {
        let names = names.iter().map(String::as_str).chain(["default"]);
        lock::paths(&self.path, names)
    }

    fn location(&self) -> Location {
        Location {
            path: self.path.clone(),
            named_by: None,
            family: Some(self.family),
            other: None,
        }
    }

    fn unwritten(&self, source: io::Error) -> Error {
        Error::Write {
            path: self.path.clone(),
            source,
        }
    }

    /// The bytes of the file; `None` if it does not exist.
    fn bytes(&self) -> Result<Option<Vec<u8>>, Error> {
        match files::read(&self.path, files::CONFIG) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::Read {
                path: self.path.clone(),
                source,
            }),
        }
    }

    /// Whether the file becomes another one when it is given a little time: then it was half written.
    fn changes_soon(&self, before: Option<&[u8]>) -> Result<bool, Error> {
        for _ in 1..LOOKS {
            std::thread::sleep(WRITING);
            if self.bytes()?.as_deref() != before {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What `before` becomes by the edit.
    fn edited(&self, before: &[u8], edit: &Edit) -> Result<Vec<u8>, Error> {
        let file = PlatformFile::parse(before, self.location())?;
        let refused = |problem| Error::NotEditable {
            place: Place::file(&self.path),
            problem,
        };
        let text = std::str::from_utf8(before).map_err(|_not_utf8| refused("it is not UTF-8"))?;
        let root = tree::parse(text).map_err(refused)?;
        let steps = edit.steps(&file, root.as_ref(), self.family)?;
        let after = patch::apply(text, &steps).map_err(refused)?.into_bytes();
        // Whatever else: what is written can be read again.
        PlatformFile::parse(&after, self.location())?;
        Ok(after)
    }
}

impl Locked {
    /// Finds out whether a change could be made, by doing everything but putting the new file in the place of the old.
    ///
    /// # Errors
    /// If the file cannot be read or written, contradicts itself, or is laid out so that nothing else would be left
    /// alone.
    pub fn can_write(&self, edit: &Edit) -> Result<(), Error> {
        let store = &self.store;
        let before = store.bytes()?.unwrap_or_default();
        let after = store.edited(&before, edit)?;
        replace::prepare(&store.path, &after)
            .map(drop)
            .map_err(|source| store.unwritten(source))
    }

    /// Reads the file; one that does not exist holds nothing.
    ///
    /// # Errors
    /// If it cannot be read, is not YAML, or contradicts itself.
    pub fn read(&self) -> Result<PlatformFile, Error> {
        self.store.read()
    }

    /// Makes one change to the file and leaves everything else in it as it is, down to the comments.
    ///
    /// # Errors
    /// If the file cannot be read or written, contradicts itself, or is laid out so that nothing else would be left
    /// alone; then it is as it was.
    pub fn write(&self, edit: &Edit) -> Result<(), Error> {
        let store = &self.store;
        let added = edit.adds().map(|name| lock::paths(&store.path, [name.raw()]));
        let added: BTreeSet<_> = added.into_iter().flatten().collect();
        let added = added.difference(self.held.paths()).cloned().collect();
        let _held = Held::take(&store.path, &added, &lock::Deadline::after(ADDING))?;
        // What a writer in place put into a file that had just been replaced: it was not to be lost.
        let mut overtaken = None;
        for _ in 0..ATTEMPTS {
            let before = store.bytes()?;
            let is_rescue = overtaken.is_some();
            let base = overtaken.take().or_else(|| before.clone()).unwrap_or_default();
            let after = match store.edited(&base, edit) {
                Ok(after) if !base.trim_ascii().is_empty() || before.is_none() => after,
                // What was written there makes no sense; the change itself is made.
                Err(_) if is_rescue => return Ok(()),
                result if store.changes_soon(before.as_deref())? => {
                    drop(result);
                    continue;
                }
                result => result?,
            };
            let outcome = replace::put(&store.path, before.as_deref(), &after);
            match outcome.map_err(|source| store.unwritten(source))? {
                Outcome::Done => return Ok(()),
                Outcome::Changed => {}
                Outcome::Overtaken(bytes) => overtaken = Some(bytes),
            }
        }
        Err(Error::ConcurrentWrites {
            path: store.path.clone(),
        })
    }
}

#[cfg(test)]
mod tests;
