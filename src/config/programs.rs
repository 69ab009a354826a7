//! The platform's own CLI on the search path: looked for, never run.

use super::Env;
use crate::domain::cli::{Family, Nemo, Programs};
use std::path::{Path, PathBuf};

/// Looks for the programs of both families where a shell would. Blocks on the disk.
pub fn find(env: &Env) -> Programs {
    let folders: Vec<PathBuf> = env
        .raw("PATH")
        .map(|path| std::env::split_paths(path).collect())
        .unwrap_or_default();
    let has = |name: &str| folders.iter().any(|folder| is_program(&folder.join(name)));
    let own = |family: Family| family.program();
    Programs {
        nemo: folders
            .iter()
            .find(|folder| is_program(&folder.join("nemo")))
            .map_or(Nemo::Absent, |folder| nemo_in(folder)),
        has_nhx: has(own(Family::Helix)),
        has_nmp: has(own(Family::Platform)),
    }
}

/// Both families install their `nemo` beside their other program; only that tells them apart.
fn nemo_in(folder: &Path) -> Nemo {
    let has = |family: Family| is_program(&folder.join(family.program()));
    match (has(Family::Helix), has(Family::Platform)) {
        (true, false) => Nemo::Of(Family::Helix),
        (false, true) => Nemo::Of(Family::Platform),
        (true, true) | (false, false) => Nemo::Found,
    }
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::os::unix::fs::PermissionsExt as _;

    /// Makes folders, written with `|` between them, with these programs, those with a `-` not to be run; looks there.
    fn found(folders: &str) -> Programs {
        let home = tempfile::tempdir().unwrap();
        let mut paths = vec![home.path().join("absent")];
        for (n, names) in folders.split('|').enumerate() {
            let folder = home.path().join(n.to_string());
            std::fs::create_dir(&folder).unwrap();
            for name in names.split_whitespace() {
                let (name, mode) = name.strip_prefix('-').map_or((name, 0o755), |name| (name, 0o644));
                let file = folder.join(name);
                std::fs::write(&file, "exit 1\n").unwrap();
                std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            }
            paths.push(folder);
        }
        let path = std::env::join_paths(paths).unwrap();
        find(&[("PATH", path)].into_iter().collect())
    }

    #[rstest]
    #[case::nothing("", Nemo::Absent, false, false)]
    #[case::not_to_be_run("-nemo -nhx", Nemo::Absent, false, false)]
    #[case::helix("nemo nhx", Nemo::Of(Family::Helix), true, false)]
    #[case::platform("nemo nmp", Nemo::Of(Family::Platform), false, true)]
    #[case::the_first_counts("nemo nmp|nemo nhx", Nemo::Of(Family::Platform), true, true)]
    #[case::both_in_one_place("nemo nmp nhx", Nemo::Found, true, true)]
    #[case::apart("nemo|nhx", Nemo::Found, true, false)]
    fn finds_the_programs(#[case] folders: &str, #[case] nemo: Nemo, #[case] has_nhx: bool, #[case] has_nmp: bool) {
        let expected = Programs { nemo, has_nhx, has_nmp };
        assert_eq!(found(folders), expected);
    }

    #[test]
    fn without_a_path_there_is_nothing() {
        assert_eq!(find(&Env::default()), Programs::default());
    }
}
