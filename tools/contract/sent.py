"""Judges requests that a kit really sent by the contract of a former version.
usage: sent.py FORMER_OPENAPI PRESENT_OPENAPI RECORDED, one JSON object a line (clients/typescript/client/test/support/record.ts)
A server refuses fields that it does not know: what the former contract lacks may be sent only after /api/policy named it.
"""
import json
import re
import sys
from pathlib import Path
from urllib.parse import parse_qsl

from compare import METHODS, Schemas

# What programs send by themselves, and the proof of who asks.
FREE_HEADERS = {"accept", "authorization", "content-type", "cookie", "origin", "user-agent"}
# The means of development builds, and pages for people; they belong to no contract.
BESIDE = {"/api/_echo", "/healthz", "/_dev/mailbox/latest", "/links/login"}
# Routes that the former contract may lack, and the fact that the policy tells where they are: {"mail": true, "login": {"code": true}}.
OFFERED = {"mail": ("/api/recovery", "/api/verification", "/api/user/email"), "login.code": ("/api/login/code",), "events": ("/api/user/events",)}


class Judge:
    def __init__(self, document: dict):
        self.schemas = Schemas(document)
        self.paths = document["paths"]
        self.named: set[str] = set()
        self.policy: dict = {}
        self.problems: list[str] = []
        self.refused: list[str] = []

    def route_of(self, sent: dict) -> str | None:
        for path in sorted(self.paths, key=lambda path: path.count("{")):
            pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))
            if re.fullmatch(pattern, sent["path"]) and sent["method"].lower() in self.paths[path]:
                return path
        return None

    def request(self, sent: dict) -> None:
        if sent["path"] in BESIDE:
            return
        where = f"{sent['method']} {sent['path']}"
        route = self.route_of(sent)
        if route is None:
            if not self.is_offered(sent["path"]):
                self.problems.append(f"{where}: the former contract has no such route, and no policy had offered it")
        else:
            where, operation = f"{sent['method']} {route}", self.paths[route][sent["method"].lower()]
            self.parameters(where, operation, sent)
            self.body(where, operation, sent)
        if sent["path"] == "/api/policy" and sent["status"] == 200:
            self.policy = json.loads(sent["answer"])
            self.named |= words_of(self.policy)

    def is_offered(self, path: str) -> bool:
        return any(self.tells(fact) and path.startswith(routes) for fact, routes in OFFERED.items())

    def tells(self, fact: str) -> bool:
        told = self.policy
        for word in fact.split("."):
            told = told.get(word) if isinstance(told, dict) else None
        return told is True

    def unknown(self, where: str, what: str, name: str) -> None:
        if name not in self.named:
            self.problems.append(f"{where}: the former contract does not know the {what} {name}, and no policy had named it")

    def parameters(self, where: str, operation: dict, sent: dict) -> None:
        known = [self.schemas.resolve(one) for one in operation.get("parameters", [])]
        names = {(one["in"], one["name"].lower()) for one in known}
        for name in sent["headers"].keys() - FREE_HEADERS:
            if ("header", name) not in names and not self.takes_header(sent["path"], name):
                self.unknown(where, "header", name)
        for name, _ in parse_qsl(sent.get("query", "").removeprefix("?"), keep_blank_values=True):
            if ("query", name.lower()) not in names:
                self.unknown(where, "parameter", name)

    def takes_header(self, path: str, name: str) -> bool:
        """Whether the policy says so of this route: {"password": {"idempotencyKey": true}} is said of /api/user/password."""
        first, *words = name.split("-")
        part = self.policy.get(path.rsplit("/", 1)[-1])
        return isinstance(part, dict) and part.get(first + "".join(map(str.capitalize, words))) is True

    def body(self, where: str, operation: dict, sent: dict) -> None:
        text = sent.get("body")
        content = self.schemas.resolve(operation.get("requestBody", {})).get("content", {})
        if text is None:
            if operation.get("requestBody", {}).get("required") and sent["status"] < 400:
                self.problems.append(f"{where}: the former contract asks for a body")
            return
        kind = sent["headers"].get("content-type", "").split(";")[0]
        if kind not in content:
            self.problems.append(f"{where}: the former contract takes no body of the type {kind or 'none'}")
            return
        is_form = kind == "application/x-www-form-urlencoded"
        value = dict(parse_qsl(text, keep_blank_values=True)) if is_form else json.loads(text)
        # A refused request may be wrong on purpose, but its fields must be known. In a form every value is a text.
        self.value(where, content[kind].get("schema", {}), value, sent["status"] < 400, is_form)

    def value(self, where: str, schema, value, is_taken: bool, is_form: bool = False) -> None:
        schema = self.schemas.plain(schema)
        if is_taken and not is_form:
            self.refused += [f"{where}: the former contract refuses the value: {why}" for why in refusals(schema, value)]
        if isinstance(value, list):
            for entry in value:
                self.value(f"{where}[]", schema.get("items", {}), entry, is_taken)
        if not isinstance(value, dict):
            return
        fields = schema.get("properties", {})
        for name, inner in value.items():
            if name in fields:
                self.value(f"{where}, field {name}", fields[name], inner, is_taken and name not in self.named, is_form)
            elif not schema.get("additionalProperties", "properties" not in schema):
                self.unknown(where, "field", name)
        if is_taken:
            missing = sorted(set(schema.get("required", [])) - value.keys())
            self.problems += [f"{where}: the former contract requires the field {name}" for name in missing]


TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int, "number": (int, float)}


def refusals(schema: dict, value) -> list[str]:
    found = []
    types = schema.get("type")
    if types and not any(isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool)) for name in types):
        return ["its type"]
    if "enum" in schema and value not in schema["enum"]:
        found.append("none of the known ones")
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append("pattern")
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            found.append("length")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            found.append("bounds")
    return found


def words_of(value) -> set[str]:
    """Every name and text in an answer, in lower case too: header names have no case."""
    if isinstance(value, dict):
        return set(value).union(*map(words_of, value.values()))
    if isinstance(value, list):
        return set().union(*map(words_of, value))
    return {value, value.lower()} if isinstance(value, str) else set()


def judge(former: dict, present: dict, recorded: list[dict]) -> list[str]:
    by_former, by_present = Judge(former), Judge(present)
    for sent in recorded:
        by_former.request(sent)
        by_present.request(sent)
    # A value that the present document refuses too, and the server took, is none of the kit's news: a server takes more than is promised.
    by_former.problems += [problem for problem in by_former.refused if problem not in by_present.refused]
    # Nothing is proven of a request that no test sends.
    seen = {(sent["method"], by_present.route_of(sent)) for sent in recorded}
    for path, item in present["paths"].items():
        for method in filter(item.__contains__, METHODS):
            if "requestBody" in item[method] and (method.upper(), path) not in seen:
                by_former.problems.append(f"{method.upper()} {path}: no test of the kit sends it")
    return list(dict.fromkeys(by_former.problems))


def main() -> int:
    former, present = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
    recorded = [json.loads(line) for line in Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()]
    problems = judge(former, present, recorded)
    print("\n".join(problems) or f"{len(recorded)} recorded requests keep to the former contract")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
