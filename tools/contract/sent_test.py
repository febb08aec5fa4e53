"""What a kit sends, judged by a small former contract."""
import json
import unittest

from sent import judge

BODY = {
    "type": "object", "required": ["a"], "additionalProperties": False,
    "properties": {"a": {"type": "string", "pattern": "^(x|y)$", "maxLength": 3}, "n": {"type": ["integer", "null"], "minimum": 1}, "e": {"enum": ["p"]}},
}
FORMER = {"paths": {
    "/api/policy": {"get": {}},
    "/api/things/{id}": {"patch": {
        "parameters": [{"in": "header", "name": "If-Match"}, {"in": "query", "name": "page"}],
        "requestBody": {"required": True, "content": {
            "application/json": {"schema": BODY}, "application/x-www-form-urlencoded": {"schema": BODY}}},
    }},
}}

# The server of today takes any value, and says so.
PRESENT = json.loads(json.dumps(FORMER))
for media in PRESENT["paths"]["/api/things/{id}"]["patch"]["requestBody"]["content"].values():
    media["schema"]["properties"] = {"a": {}, "n": {}, "e": {}}


def sent(body="", path="/api/things/1", method="PATCH", kind="application/json", status=200, query="", **headers):
    text = {"body": body if isinstance(body, str) else json.dumps(body)} if body != "" else {}
    return {"method": method, "path": path, "query": query, "status": status, "headers": {"content-type": kind, **headers}, **text}


def policy(**answer):
    return {**sent(path="/api/policy", method="GET"), "answer": json.dumps(answer)}


GOOD = sent({"a": "x", "n": 2})


class Requests(unittest.TestCase):
    def problems(self, *recorded):
        return judge(FORMER, PRESENT, [GOOD, *recorded])

    def test_what_the_former_contract_knows_is_free(self):
        self.assertEqual(self.problems(
            sent({"a": "x", "n": None}, query="?page=2", **{"if-match": '"1"', "origin": "http://shop.test"}),
            sent("a=x&n=2", kind="application/x-www-form-urlencoded"), sent({"a": "wrong on purpose"}, status=422),
            sent(path="/api/_echo", method="POST", body={"hello": "there"}), policy(password={"minLength": 8}),
        ), [])

    def test_a_header_is_free_where_the_policy_says_so_of_that_route(self):
        request = sent({"a": "x"}, **{"x-new": "1"})
        self.assertEqual(self.problems(policy(**{"1": {"xNew": True}}), request), [])
        for other in (policy(other={"xNew": True}), policy(**{"1": {"xNew": False}}), policy(**{"1": ["xNew"]})):
            self.assertEqual(len(self.problems(other, request)), 1)

    def test_a_new_route_is_free_where_the_policy_offers_it(self):
        request = sent({"email": "a@example.com"}, path="/api/recovery", method="POST")
        self.assertEqual(self.problems(policy(mail=True), request), [])
        for other in ([request], [policy(mail=False), request], [request, policy(mail=True)]):
            self.assertEqual(len(self.problems(*other)), 1)

    def test_each_kind_of_novelty_is_named(self):
        for request, words in [
            (sent(path="/api/other", method="GET"), "no such route"),
            (sent(method="POST"), "no such route"),
            (sent({"a": "x", "new": 1}), "the field new, and no policy had named it"),
            (sent({"a": "x", "new": 1}, status=422), "the field new, and no policy had named it"),
            (sent("a=x&new=1", kind="application/x-www-form-urlencoded"), "the field new"),
            (sent({"a": "x"}, **{"x-new": "1"}), "the header x-new"),
            (sent({"a": "x"}, query="?new="), "the parameter new"),
            (sent({"a": "z"}), "field a: the former contract refuses the value: pattern"),
            (sent({"a": "x" * 4}), "length"),
            (sent({"a": "x", "n": 0}), "bounds"),
            (sent({"a": "x", "n": True}), "its type"),
            (sent({"a": "x", "e": "q"}), "none of the known ones"),
            (sent({"n": 1}), "requires the field a"),
            (sent(), "asks for a body"),
            (sent({"a": "x"}, kind="text/plain"), "no body of the type text/plain"),
        ]:
            with self.subTest(words, sent=request):
                found = self.problems(request)
                self.assertTrue(any(words in problem for problem in found), found)

    def test_a_policy_must_name_a_new_field_first(self):
        new = sent({"a": "x", "new": 1})
        self.assertEqual(self.problems(policy(signup={"fields": ["a", "new"]}), new), [])
        self.assertEqual(len(self.problems(policy(signup={"fields": ["a"]}), new)), 1)
        self.assertEqual(len(self.problems(new, policy(signup={"fields": ["a", "new"]}))), 1)
        refused = {**policy(fields=["new"]), "status": 503}
        self.assertEqual(len(self.problems(refused, new)), 1)

    def test_a_value_that_no_document_promised_is_no_news(self):
        self.assertEqual(judge(FORMER, FORMER, [GOOD, sent({"a": "z"})]), [])
        self.assertEqual(len(judge(FORMER, PRESENT, [GOOD, sent({"a": "z"})])), 1)

    def test_a_request_that_no_test_sends_proves_nothing(self):
        self.assertEqual(judge(FORMER, FORMER, []), ["PATCH /api/things/{id}: no test of the kit sends it"])


if __name__ == "__main__":
    unittest.main()
