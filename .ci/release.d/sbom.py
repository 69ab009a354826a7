#!/usr/bin/env python3
"""Writes a bill of materials (CycloneDX 1.6, JSON) of the program: sbom.py [--target TRIPLE] [--program FILE] > FILE

    sbom.py --validate FILE   by the schema that the PyPI package cyclonedx-python-lib brings along
    sbom.py --compare FILE    with the list that cargo-auditable has put into the program (standard input: its JSON)

The same commit gives the same bytes: its time is SOURCE_DATE_EPOCH.
"""

import argparse
import datetime
import hashlib
import json
import os
import pathlib
import sys
import uuid

import crates


def purl(name, version):
    return f"pkg:cargo/{name}@{version}"


def component(crate):
    """Returns a crate as CycloneDX writes it down."""
    name, version = crate["name"], crate["version"]
    told = {
        "type": "library",
        "bom-ref": purl(name, version),
        "name": name,
        "version": version,
        "description": " ".join((crate["description"] or "").split()),
        "licenses": [{"expression": crates.licence(crate)}],
        "purl": purl(name, version),
    }
    if crate["checksum"]:
        told["hashes"] = [{"alg": "SHA-256", "content": crate["checksum"]}]
    if crate["repository"]:
        told["externalReferences"] = [{"type": "vcs", "url": crate["repository"]}]
    return told


def document(linked, target, program):
    """Returns the bill: this program, what it is made of, and what needs what."""
    own = next(crate for crate in linked if crates.is_own(crate))
    main = {**component(own), "type": "application", "properties": [{"name": "cargo:target", "value": target}]}
    if program:
        digest = hashlib.sha256(pathlib.Path(program).read_bytes()).hexdigest()
        main["hashes"] = [{"alg": "SHA-256", "content": digest}]
    moment = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
    needs = [
        {"ref": purl(crate["name"], crate["version"]), "dependsOn": [purl(*at) for at in crate["needs"]]}
        for crate in linked
    ]
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lifecycles": [{"phase": "build"}],
            "component": main,
        },
        "components": [component(crate) for crate in linked if not crates.is_own(crate)],
        "dependencies": needs,
    }
    content = json.dumps(bill, sort_keys=True)
    return {"serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}", **bill}


def validate(path):
    """Checks a bill by the official schema; says everything that is wrong with it."""
    import cyclonedx.schema
    import jsonschema
    from referencing import Registry, Resource

    folder = pathlib.Path(cyclonedx.schema.__file__).parent / "_res"
    read = lambda name: json.loads((folder / name).read_text(encoding="utf-8"))
    names = [path.name for path in folder.glob("*.schema.json")]
    resources = [(name.replace(".SNAPSHOT", ""), Resource.from_contents(read(name))) for name in names]
    base = "http://cyclonedx.org/schema/"
    known = [(base + name, resource) for name, resource in resources]
    known += [(base + name.replace(".schema", ".SNAPSHOT.schema"), resource) for name, resource in resources]
    schema = read("bom-1.6.SNAPSHOT.schema.json")
    judge = jsonschema.Draft7Validator(schema, registry=Registry().with_resources(known))
    wrong = [f"{error.json_path}: {error.message}" for error in judge.iter_errors(json.loads(pathlib.Path(path).read_text()))]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{path}: valid CycloneDX 1.6")


def compare(path):
    """Checks that the program itself names all crates of its bill. It names more: what cargo resolves without linking it."""
    bill = json.loads(pathlib.Path(path).read_text())
    told = {(c["name"], c["version"]) for c in [bill["metadata"]["component"], *bill["components"]]}
    listed = sys.stdin.read() or '{"packages": []}'
    held = {(package["name"], package["version"]) for package in json.loads(listed)["packages"]}
    if missing := sorted(told - held):
        sys.exit(f"{len(missing)} crates are named by the bill alone: " + ", ".join(" ".join(at) for at in missing[:5]))
    print(f"the program names all {len(told)} crates of its bill, and {len(held - told)} more that cargo knows for it")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", default="x86_64-unknown-linux-musl")
    for option in ["--program", "--validate", "--compare"]:
        parser.add_argument(option, metavar="FILE")
    given = parser.parse_args()
    if given.validate:
        validate(given.validate)
    elif given.compare:
        compare(given.compare)
    else:
        print(json.dumps(document(crates.linked(given.target), given.target, given.program), indent=2))


if __name__ == "__main__":
    main()
