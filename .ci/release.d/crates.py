"""Which crates are linked into the program for a target, as cargo itself resolves them.

`cargo tree` knows the set: normal dependencies with the features of a build, neither those that only tests, build scripts
or macros need. `cargo metadata` tells what each of them is, and Cargo.lock what its package was.
"""

import json
import pathlib
import subprocess
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
CARGO = ["--locked", "--manifest-path", str(ROOT / "Cargo.toml")]


def _told(*command):
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def _linked_ids(target):
    """Returns the name and the version of each linked crate."""
    tree = _told(
        "cargo", "tree", *CARGO, "--edges", "normal,no-proc-macro", "--target", target,
        "--prefix", "none", "--no-dedupe", "--format", "{p}",
    )
    lines = (line.split() for line in tree.splitlines() if line)
    return {(words[0], words[1].removeprefix("v")) for words in lines}


def _checksums():
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))
    return {(crate["name"], crate["version"]): crate.get("checksum") for crate in lock["package"]}


def linked(target):
    """Returns the linked crates, sorted, each as `cargo metadata` tells it; `checksum` and `needs` (other such) are added."""
    ids, checksums = _linked_ids(target), _checksums()
    metadata = json.loads(_told("cargo", "metadata", *CARGO, "--format-version", "1", "--filter-platform", target))
    packages = {package["id"]: package for package in metadata["packages"]}
    key = {id: (package["name"], package["version"]) for id, package in packages.items()}
    crates = {key[id]: package for id, package in packages.items() if key[id] in ids}
    if missing := ids - crates.keys():
        raise SystemExit(f"cargo metadata does not tell of {sorted(missing)}")
    for node in metadata["resolve"]["nodes"]:
        if key[node["id"]] in crates:
            normal = (d["pkg"] for d in node["deps"] if any(kind["kind"] is None for kind in d["dep_kinds"]))
            crates[key[node["id"]]]["needs"] = sorted(key[id] for id in set(normal) if key[id] in crates)
    for at, crate in crates.items():
        crate["checksum"] = checksums[at]
    return [crates[at] for at in sorted(crates)]


def licence(crate):
    """Returns the licence of a crate as an SPDX expression: `/` is how it was once written."""
    return " OR ".join(part.strip() for part in (crate["license"] or "").split("/"))


def is_own(crate):
    """Returns whether a crate is this one: what comes from no registry."""
    return crate["source"] is None
