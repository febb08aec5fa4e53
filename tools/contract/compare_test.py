"""Each kind of loss is seen in both directions of time: as a loss one way, and as none the other."""
import unittest

from compare import api_losses, cause_losses, code_losses

ANSWER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "note": {"type": "string"}}}


def fields(required=(), more=False, **properties):
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return schema if more else {**schema, "additionalProperties": False}


def document(body=None, answer=None, statuses=("200",), method="post", path="/a", components=None, **operation):
    content = {"application/json": {"schema": answer or ANSWER}}
    operation["responses"] = {status: {"content": content} for status in statuses}
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return {"paths": {path: {method: operation}}, "components": {"schemas": components or {}}}


TEXT, NUMBER, NULLABLE = {"type": "string"}, {"type": "number"}, {"type": ["string", "null"]}


def parameter(**more):
    return [{"in": "query", "name": "page", **more}]


def body(**schema):
    return document(fields(a={"type": "string", **schema}))


def answer(a, required=()):
    return document(answer=fields(required, a=a))


# name: (wider, narrower, what is said of the way from the first to the second)
REQUESTS = {
    "a route": (document(), {"paths": {}}, "POST /a: the route is gone"),
    "a path": (document(), document(path="/b"), "POST /a: the route is gone"),
    "a method": (document(), document(method="put"), "POST /a: the route is gone"),
    "a status": (document(statuses=("200", "202")), document(), "answer 202: the status is gone"),
    "a parameter": (document(parameters=parameter()), document(), "the parameter page (query) is gone"),
    "a required parameter": (
        document(parameters=parameter()), document(parameters=parameter(required=True)), "page (query) is newly required"),
    "a new required parameter": (document(), document(parameters=parameter(required=True)), "page (query) is newly required"),
    "a narrower parameter": (
        document(parameters=parameter(schema=TEXT)), document(parameters=parameter(schema={**TEXT, "maxLength": 3})), "maxLength"),
    "a required body": (document(), document(fields()), "a body is newly required"),
    "a way in": (
        document(security=[{"bearer": []}, {"cookie": []}]), document(security=[{"bearer": []}]), "the way in by cookie is gone"),
    "everybody let in": (document(), document(security=[{"bearer": []}]), "the way in by nothing is gone"),
    "a field of a request": (document(fields(a=TEXT, b=TEXT)), document(fields(a=TEXT)), "body: the field b is gone"),
    "a required field": (document(fields(a=TEXT)), document(fields(["a"], a=TEXT)), "the field a is newly required"),
    "a new required field": (document(fields()), document(fields(["a"], a=TEXT)), "the field a is newly required"),
    "unknown fields": (document(fields(more=True)), document(fields()), "unknown fields are newly refused"),
    "null": (document(fields(a=NULLABLE)), document(fields(a=TEXT)), "the type null"),
    "a type": (document(fields(a=TEXT)), document(fields(a=NUMBER)), "the type string"),
    "any type": (document(fields(a={})), document(fields(a=TEXT)), "the type anything"),
    "a number that is whole": (document(fields(a=NUMBER)), document(fields(a={"type": "integer"})), "the type number"),
    "a pattern": (body(), body(pattern="^a$"), "field a: pattern differs"),
    "a format": (body(), body(format="email"), "field a: format differs"),
    "a value": (body(enum=["x", "y"]), body(enum=["x"]), "the value 'y'"),
    "any value": (body(), body(enum=["x"]), "the value 'any value'"),
    "a minimum": (body(minLength=1), body(minLength=2), "minLength differs"),
    "a maximum": (body(maxLength=9), body(maxLength=8), "maxLength differs"),
    "no maximum": (body(), body(maxLength=8), "maxLength differs"),
    "an entry of a list": (
        document({"type": "array", "items": NULLABLE}), document({"type": "array", "items": TEXT}), "body[]: the type null"),
    "a choice": (
        document({"oneOf": [TEXT, NUMBER]}), document({"oneOf": [NUMBER, {"type": "boolean"}]}), "one of its choices is gone"),
    "a field behind a reference": (
        document({"$ref": "#/components/schemas/In"}, components={"In": fields(a=TEXT)}),
        document({"$ref": "#/components/schemas/In"}, components={"In": fields()}), "the field a is gone"),
    "a field of one part of a whole": (
        document({"allOf": [fields(a=TEXT), fields(b=TEXT)]}), document({"allOf": [fields(b=TEXT)]}), "the field a is gone"),
}
ANSWERS = {
    "a field of an answer": (document(answer=fields(a=TEXT, b=TEXT)), answer(TEXT), "answer 200: the field b is gone"),
    "a sure field": (answer(TEXT, ["a"]), answer(TEXT), "the field a may be missing now"),
    "a field that is never null": (answer(TEXT), answer(NULLABLE), "the type null"),
    "never null, by choices": (answer(TEXT), answer({"oneOf": [TEXT, {"type": "null"}]}), "the type null"),
    "a known type": (answer(TEXT), answer({}), "the type anything"),
    "a known value": (answer({**TEXT, "enum": ["x"]}), answer({**TEXT, "enum": ["x", "y"]}), "the value 'y'"),
    "a known format": (answer({**TEXT, "format": "date-time"}), answer(TEXT), "format differs"),
}


class Losses(unittest.TestCase):
    def test_each_is_named_and_the_way_back_is_free(self):
        for name, (wide, narrow, words) in {**REQUESTS, **ANSWERS}.items():
            with self.subTest(name):
                self.assertEqual(api_losses(wide, wide), [])
                self.assertEqual(api_losses(narrow, narrow), [])
                found = api_losses(wide, narrow)
                self.assertEqual(len(found), 1, found)
                self.assertIn(words, found[0])

    def test_what_was_only_added_is_no_loss(self):
        # The other way these take something away as well.
        free = {"a path", "a method", "a type", "a choice", "a required body", "a new required field", "a new required parameter"}
        for name, (wide, narrow, _) in REQUESTS.items():
            with self.subTest(name):
                self.assertEqual(bool(api_losses(narrow, wide)), name in free)
        self.assertEqual(api_losses(answer(NULLABLE), answer(TEXT, ["a"])), [])
        self.assertEqual(api_losses(answer(TEXT), document(answer=fields(a=TEXT, b=TEXT))), [])

    def test_a_type_of_content_that_is_gone(self):
        wide, narrow = document(fields()), document(fields())
        wide["paths"]["/a"]["post"]["requestBody"]["content"]["text/csv"] = {}
        wide["paths"]["/a"]["post"]["responses"]["200"]["content"]["text/html"] = {}
        found = api_losses(wide, narrow)
        self.assertEqual(found, ["POST /a, body: the type text/csv is gone", "POST /a, answer 200: the type text/html is gone"])
        self.assertEqual(api_losses(narrow, wide), [])

    def test_a_header_of_an_answer_that_is_gone(self):
        wide, narrow = document(), document()
        wide["paths"]["/a"]["post"]["responses"]["200"]["headers"] = {"Retry-After": {"schema": TEXT}}
        self.assertEqual(api_losses(wide, narrow), ["POST /a, answer 200: the header Retry-After is gone"])
        self.assertEqual(api_losses(narrow, wide), [])

    def test_a_schema_that_holds_itself_ends(self):
        tree = fields(a=TEXT, next={"$ref": "#/components/schemas/Tree"})
        cut = fields(next={"$ref": "#/components/schemas/Tree"})
        wide, narrow = (document({"$ref": "#/components/schemas/Tree"}, components={"Tree": one}) for one in (tree, cut))
        self.assertEqual(api_losses(wide, wide), [])
        self.assertIn("POST /a, body: the field a is gone", api_losses(wide, narrow))

    def test_codes_and_causes_stay(self):
        one, two = {"code": "one", "status": 400}, {"code": "two", "status": 400}
        self.assertEqual(code_losses({"codes": [one]}, {"codes": [one, two]}), [])
        self.assertEqual(code_losses({"codes": [one, two]}, {"codes": [two]}), ["codes: the code one is gone"])
        self.assertEqual(code_losses({"fieldCodes": [one]}, {}), ["fieldCodes: the code one is gone"])
        self.assertEqual(code_losses({"codes": [one]}, {"codes": [{**one, "status": 422}]}), ["codes: the code one has another status"])
        self.assertEqual(cause_losses({"causes": [{"id": "DS-01"}]}, {"causes": []}), ["the cause DS-01 is gone"])
        self.assertEqual(cause_losses({"causes": []}, {"causes": [{"id": "DS-01"}]}), [])


if __name__ == "__main__":
    unittest.main()
