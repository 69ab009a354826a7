#!/usr/bin/env python3
"""Writes the licences of all that is linked into the program: licences.py [--target TRIPLE] > THIRD-PARTY.txt

Fails when a linked crate names no licence or comes without its text. Which licences may be in it is judged by .ci/crates.
For those that want it told where the source is (MPL-2.0), the list names the address of every crate.
"""

import argparse
import html
import pathlib
import re
import subprocess
import sys

import crates

A_TEXT = re.compile(r"^(licen[cs]es?|copying|copyright|notice|unlicense)\b", re.IGNORECASE)
NO_TEXT = {".html", ".rs", ".toml", ".json", ".yml", ".yaml", ".py", ".sh", ".spdx"}
RULE = "=" * 100


def texts_of(folder):
    """Returns the licence texts of a crate: beside its manifest, and beside the code of others that some bring along."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and A_TEXT.match(path.name) and path.suffix.lower() not in NO_TEXT:
            text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip("\n\f ")
            if len(text) > 100:  # not the name of another file
                found.append(text)
    return found


def troubles(crate, texts):
    """Says what is wrong with the licence of a crate."""
    name = f"{crate['name']} {crate['version']}"
    if not crates.licence(crate):
        yield f"{name} names no licence"
    if not texts:
        yield f"{name} comes without the text of its licence ({crates.licence(crate)})"


def library():
    """Returns what the toolchain tells of the licences of Rust's own library, as text."""
    sysroot = subprocess.run(["rustc", "--print", "sysroot"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    path = pathlib.Path(sysroot) / "share/doc/rust/COPYRIGHT-library.html"
    if not path.exists():
        raise SystemExit(f"the toolchain comes without the licences of its library: {path}")
    page = re.sub(r"(?s)<(head|style|script)\b.*?</\1>", "", path.read_text(encoding="utf-8"))
    lines = (line.rstrip() for line in html.unescape(re.sub(r"<[^>]+>", "", page)).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def document(linked, texts):
    """Puts it all together: who is in it, then every text once, under the numbers that the list names."""
    numbers = {}
    for text in (text for of_crate in texts.values() for text in of_crate):
        numbers.setdefault(" ".join(text.split()), (len(numbers) + 1, text))
    yield "What nmp-console is made of besides its own code, and under which licences.\n"
    yield f"{len(linked)} crates. The numbers are those of the texts below; the source of each is at the address.\n"
    for crate in linked:
        own = sorted({numbers[" ".join(text.split())][0] for text in texts[crate["id"]]})
        yield f"{crate['name']} {crate['version']}: {crates.licence(crate)} {own}"
        yield f"  https://crates.io/crates/{crate['name']}/{crate['version']}"
    yield "SQLite, in libsqlite3-sys: in the public domain, https://www.sqlite.org/copyright.html"
    yield "Rust's standard library: MIT OR Apache-2.0, and what it is made of: at the end"
    yield "musl, the C library of a static program: MIT, just before that\n"
    for number, text in numbers.values():
        yield f"{RULE}\n[{number}]\n\n{text}\n"
    musl = crates.ROOT / "assets/packaging/licences/musl.txt"
    yield f"{RULE}\nmusl\n\n{musl.read_text(encoding='utf-8').strip()}\n"
    yield f"{RULE}\nRust's standard library\n\n{library()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", default="x86_64-unknown-linux-musl")
    linked = [crate for crate in crates.linked(parser.parse_args().target) if not crates.is_own(crate)]
    texts = {crate["id"]: texts_of(pathlib.Path(crate["manifest_path"]).parent) for crate in linked}
    wrong = [trouble for crate in linked for trouble in troubles(crate, texts[crate["id"]])]
    if wrong:
        sys.exit("\n".join(wrong))
    print("\n".join(document(linked, texts)))
    print(f"licences of {len(linked)} crates", file=sys.stderr)


if __name__ == "__main__":
    main()
