#!/usr/bin/env python3
"""Tells which crates take most of a program: sizes.py PROGRAM [HOW MANY]

What is counted is functions and constants that have a name: a program that is stripped has none. A generic function belongs
to the crate that wrote it, whoever uses it.
"""

import collections
import re
import subprocess
import sys


def crate(name, file):
    """The crate or C library that a symbol is from."""
    path = re.findall(r"C(?:s[0-9A-Za-z]*_)?(\d+)_?([a-z]\w*)", name)
    if name.startswith("_R") and path:
        length, rest = path[0]
        return rest[: int(length)]
    legacy = re.match(r"_ZN(\d+)", name)
    if legacy:
        part = name[legacy.end() : legacy.end() + int(legacy.group(1))]
        known = re.findall(r"([a-z]\w*)\.\.", part) if "$" in part else [part]
        return next((one for one in known if one not in ("alloc", "core", "std")), (known or ["generic"])[0])
    if name.startswith("sqlite3") or file == "sqlite3.c":
        return "SQLite"
    return "AWS-LC and the C library"


def main():
    program, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10
    told = subprocess.run(["readelf", "-sW", program], check=True, capture_output=True, text=True).stdout
    sizes, file = collections.Counter(), ""
    for line in told.splitlines():
        fields = line.split()
        if len(fields) < 8 or not fields[0].rstrip(":").isdigit():
            continue
        size, kind, name = int(fields[2], 0), fields[3], fields[7]
        if kind == "FILE":
            file = name
        elif kind in ("FUNC", "OBJECT"):
            sizes[crate(name, file)] += size
    if not sizes:
        sys.exit(f"{program} tells no names")
    print("The biggest crates, in KiB:")
    for name, size in sizes.most_common(count):
        print(f"{size / 1024:8.0f}  {name}")


main()
