"""What a later OpenAPI document takes away from an earlier one: each as one line of text, always the same for the same loss.

A request that was taken before must still be taken; an answer must hold everything that a program written for the earlier
document may count on. New routes, new optional fields, new statuses and new fields of answers are no loss.
"""
MINIMA = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")
MAXIMA = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
EXACT = ("pattern", "format", "const", "multipleOf", "uniqueItems", "propertyNames")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Schemas:
    """Reads the schemas of one document in a plain form: references followed, allOf merged, null among the types."""

    def __init__(self, document: dict):
        self.document = document

    def resolve(self, node: dict) -> dict:
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def plain(self, schema) -> dict:
        if isinstance(schema, bool):
            return {} if schema else {"type": []}
        schema = dict(self.resolve(schema))
        for part in map(self.plain, schema.pop("allOf", [])):
            merged = {**part, **schema}
            merged["properties"] = {**part.get("properties", {}), **schema.get("properties", {})}
            merged["required"] = sorted({*part.get("required", []), *schema.get("required", [])})
            schema = merged
        choices = [self.plain(choice) for choice in schema.pop("oneOf", schema.pop("anyOf", []))]
        others = [choice for choice in choices if choice.get("type") != ["null"]]
        if len(others) == 1 and choices:
            schema = {**others[0], **schema}
            if len(choices) > 1 and "type" in schema:
                schema["type"] = sorted({*schema["type"], "null"})
        elif others:
            schema["choices"] = choices
        if isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"]]
        return schema


class Comparison:
    def __init__(self, before: dict, after: dict):
        self.before, self.after = Schemas(before), Schemas(after)
        self.losses: list[str] = []

    def lose(self, where: str, what: str) -> None:
        if f"{where}: {what}" not in self.losses:
            self.losses.append(f"{where}: {what}")

    def documents(self) -> list[str]:
        for path, item in self.before.document.get("paths", {}).items():
            for method in filter(item.__contains__, METHODS):
                where = f"{method.upper()} {path}"
                now = self.after.document.get("paths", {}).get(path, {}).get(method)
                if now is None:
                    self.lose(where, "the route is gone")
                else:
                    self.operation(where, item[method], now)
        return self.losses

    def operation(self, where: str, old: dict, new: dict) -> None:
        self.parameters(where, old.get("parameters", []), new.get("parameters", []))
        self.body(where, old.get("requestBody"), new.get("requestBody"))
        self.security(where, old.get("security"), new.get("security"))
        for status, answer in old.get("responses", {}).items():
            at = f"{where}, answer {status}"
            if status not in new.get("responses", {}):
                self.lose(at, "the status is gone")
                continue
            answer, now = self.before.resolve(answer), self.after.resolve(new["responses"][status])
            for name in answer.get("headers", {}):
                if name not in now.get("headers", {}):
                    self.lose(at, f"the header {name} is gone")
            self.content(at, answer.get("content", {}), now.get("content", {}), is_request=False)

    def parameters(self, where: str, old: list, new: list) -> None:
        old = {(one["in"], one["name"]): one for one in map(self.before.resolve, old)}
        new = {(one["in"], one["name"]): one for one in map(self.after.resolve, new)}
        for key, now in new.items():
            if now.get("required") and not old.get(key, {}).get("required"):
                self.lose(where, f"the parameter {key[1]} ({key[0]}) is newly required")
        for key, parameter in old.items():
            if key not in new:
                self.lose(where, f"the parameter {key[1]} ({key[0]}) is gone")
            else:
                at = f"{where}, parameter {key[1]}"
                self.schema(at, parameter.get("schema", {}), new[key].get("schema", {}), True, ())

    def body(self, where: str, old: dict | None, new: dict | None) -> None:
        if old is None and new is None:
            return
        old, new = self.before.resolve(old or {}), self.after.resolve(new or {})
        if new.get("required") and not old.get("required"):
            self.lose(where, "a body is newly required")
        self.content(f"{where}, body", old.get("content", {}), new.get("content", {}), is_request=True)

    def security(self, where: str, old: list | None, new: list | None) -> None:
        """Each way in is a set of proofs; nothing, or an empty set, lets everybody in."""
        ways = [set(way) for way in new or [{}]]
        for way in map(set, old or [{}]):
            if not any(one <= way for one in ways):
                self.lose(where, f"the way in by {' and '.join(sorted(way)) or 'nothing'} is gone")

    def content(self, where: str, old: dict, new: dict, is_request: bool) -> None:
        for kind, media in old.items():
            if kind not in new:
                self.lose(where, f"the type {kind} is gone")
            else:
                self.schema(where, media.get("schema", {}), new[kind].get("schema", {}), is_request, ())

    def schema(self, where: str, old, new, is_request: bool, trail: tuple) -> None:
        here = (str(old), str(new))
        if here in trail:
            return  # a schema that holds itself
        trail = (*trail, here)
        old, new = self.before.plain(old), self.after.plain(new)
        # Of a request everything old must still be taken; of an answer everything new must be something old.
        inner, outer = (old, new) if is_request else (new, old)
        for problem in limits(inner, outer):
            self.lose(where, f"{problem} ({'narrower' if is_request else 'wider'} than before)")
        self.choices(where, old, new, is_request, trail)
        self.properties(where, old, new, is_request, trail)
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), dict) and isinstance(new.get(part), dict):
                self.schema(f"{where}[]", old[part], new[part], is_request, trail)

    def properties(self, where: str, old: dict, new: dict, is_request: bool, trail: tuple) -> None:
        fields, now = old.get("properties", {}), new.get("properties", {})
        for name, field in fields.items():
            if name not in now:
                self.lose(where, f"the field {name} is gone")
            else:
                self.schema(f"{where}, field {name}", field, now[name], is_request, trail)
        needed, need = set(old.get("required", [])), set(new.get("required", []))
        if is_request:
            for name in sorted(need - needed):
                self.lose(where, f"the field {name} is newly required")
            if new.get("additionalProperties") is False and old.get("additionalProperties") is not False and "type" in old:
                self.lose(where, "unknown fields are newly refused")
        else:
            for name in sorted((needed - need) & now.keys()):
                self.lose(where, f"the field {name} may be missing now")

    def choices(self, where: str, old: dict, new: dict, is_request: bool, trail: tuple) -> None:
        """Each choice of the narrower side must fit one of the wider side."""
        if "choices" not in old and "choices" not in new:
            return
        sides = [side.get("choices", [side]) for side in (old, new)]
        for one in sides[0 if is_request else 1]:
            def fits(other: dict) -> bool:
                trial = Comparison(self.before.document, self.after.document)
                pair = (one, other) if is_request else (other, one)
                trial.schema("", *pair, is_request, trail)
                return not trial.losses
            if not any(map(fits, sides[1 if is_request else 0])):
                self.lose(where, f"one of its choices is {'gone' if is_request else 'new'}")


def limits(inner: dict, outer: dict) -> list[str]:
    """Why a value that `inner` takes may be one that `outer` does not take."""
    found = []
    if "type" in outer:
        missing = set(inner.get("type", ["anything"])) - set(outer["type"])
        if "number" in outer["type"]:
            missing.discard("integer")
        found += [f"the type {name} is in one of the two only" for name in sorted(missing)]
    if "enum" in outer:
        values = inner.get("enum", ["any value"])
        found += [f"the value {value!r} is in one of the two only" for value in values if value not in outer["enum"]]
    for name in EXACT:
        if name in outer and outer[name] != inner.get(name):
            found.append(f"{name} differs")
    for name in MINIMA:
        if name in outer and (name not in inner or inner[name] < outer[name]):
            found.append(f"{name} differs")
    for name in MAXIMA:
        if name in outer and (name not in inner or inner[name] > outer[name]):
            found.append(f"{name} differs")
    return found


def api_losses(before: dict, after: dict) -> list[str]:
    """Of two versions of openapi.json."""
    return Comparison(before, after).documents()


def code_losses(before: dict, after: dict) -> list[str]:
    """Of two versions of error-codes.json: a code keeps its name and its status."""
    losses = []
    for part in ("codes", "fieldCodes"):
        now = {entry["code"]: entry for entry in after.get(part, [])}
        for entry in before.get(part, []):
            code = entry["code"]
            if code not in now:
                losses.append(f"{part}: the code {code} is gone")
            elif entry.get("status") != now[code].get("status"):
                losses.append(f"{part}: the code {code} has another status")
    return losses


def cause_losses(before: dict, after: dict) -> list[str]:
    """Of two versions of causes.json."""
    now = {entry["id"] for entry in after.get("causes", [])}
    return [f"the cause {entry['id']} is gone" for entry in before.get("causes", []) if entry["id"] not in now]
