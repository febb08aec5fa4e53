"""Reads a bill of materials from standard input, and says what is wrong with it beside the binary that it is about."""
import json
import re
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema_rs

# The compiler leaves the path of a source file in the binary wherever code may panic.
SOURCE = re.compile(rb"registry/src/[^/\0]+/([A-Za-z0-9_-]+)-(\d+\.\d+\.\d+[A-Za-z0-9.+-]*)/")
# Somebody's folder, in any form that cargo writes it in.
PATH = re.compile(r'file:/|path\+|"/|[ (]/[a-z]+/')
FIELDS = ("name", "version", "licenses", "purl")


def seen_in(binary: bytes) -> set[tuple[str, str]]:
    return {(name.decode(), version.decode()) for name, version in SOURCE.findall(binary)}


def schema(name: str) -> dict:
    return json.loads((files("cyclonedx.schema") / "_res" / f"{name}.SNAPSHOT.schema.json").read_text(encoding="utf-8"))


def invalid(text: str) -> list[str]:
    parts = {f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json": schema(name) for name in ("spdx", "jsf-0.82")}
    validator = jsonschema_rs.validator_for(schema("bom-1.6"), retriever=parts.__getitem__, validate_formats=True)
    return [f"it is not CycloneDX 1.6: {error.message}" for error in validator.iter_errors(json.loads(text))]


def problems(text: str, seen: set[tuple[str, str]]) -> list[str]:
    found = []
    if path := PATH.search(text):
        found.append(f"it has a path of this machine: {text[path.start() : path.start() + 80]}")
    document = json.loads(text)
    components = [*document["components"], document["metadata"]["component"]]
    for component in components:
        found += [f"{component.get('name')} has no {field}" for field in FIELDS if not component.get(field)]
    named = {(component.get("name"), component.get("version")) for component in components}
    found += [f"{name} {version} is in the binary and not named" for name, version in sorted(seen - named)]
    return found


def is_blind(text: str, seen: set[tuple[str, str]]) -> bool:
    """Whether this check would let pass a list that lacks one crate, or a licence: then it proves nothing."""
    name = sorted(seen)[0][0]
    lacking, unlicensed = json.loads(text), json.loads(text)
    lacking["components"] = [component for component in lacking["components"] if component["name"] != name]
    unlicensed["components"][0].pop("licenses")
    return any(not problems(json.dumps(broken), seen) for broken in (lacking, unlicensed))


def main() -> int:
    text, seen = sys.stdin.read(), seen_in(Path(sys.argv[1]).read_bytes())
    # A hundred and seventy are seen; with a binary that shows none of them nothing would be compared.
    found = invalid(text) + problems(text, seen) if len(seen) > 50 else [f"only {len(seen)} crates can be seen in the binary"]
    if not found and is_blind(text, seen):
        found.append("this check does not see a missing crate or licence")
    print("\n".join(found) or f"{len(json.loads(text)['components'])} crates are named, among them all {len(seen)} that can be seen")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
