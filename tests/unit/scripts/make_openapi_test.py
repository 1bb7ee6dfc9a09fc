import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).parents[3]
SCRIPT = ROOT / "scripts/make_openapi.py"
sys.path.insert(0, str(SCRIPT.parent))
from make_openapi import Fault, make, source_of

BASE = {
    "paths": {"/health": {"get": {"security": [], "responses": {"200": {"description": "yes"}}}}},
    "components": {"responses": {"Failed": {"description": "no"}}},
    "x-answers": {"every": {"500": "Failed"}, "with_token": {"401": "Unknown"}, "with_body": {"415": "Type"},
                  "with_change": {"507": "Full"}, "without_portal": {"404": "Absent"}},
    "x-parameters": {"every": ["Mask"], "unsafe": ["Csrf"]},
    "x-headers": ["X-Request-Id"],
}

PART = {
    "paths": {"/things": {
        "parameters": [],
        "get": {"security": [{"token": ["read"]}], "x-portal": True, "responses": {}},
        "post": {"security": [{"token": ["write"]}], "requestBody": {}, "responses": {"500": {"description": "of its own"}, "201": {"$ref": "#/x"}}},
        "put": {"security": [{"token": ["write"]}], "x-changes": False, "responses": {}},
    }},
    "components": {"schemas": {"Thing": {"type": "string"}}},
}


class MakeOpenapiTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)

    def part(self, name, value):
        file = self.directory / name
        file.write_text(value if isinstance(value, str) else json.dumps(value))
        return file

    def joined(self, *parts):
        files = [self.part(f"{i}.json", x) for i, x in enumerate(parts)]
        return json.loads(make(files[0], files[1:]))

    def test_joins_parts_and_adds_what_is_common(self):
        document = self.joined(BASE, PART)
        self.assertNotIn("x-answers", document)
        self.assertEqual({"Thing": {"type": "string"}}, document["components"]["schemas"])
        health = document["paths"]["/health"]["get"]["responses"]
        self.assertEqual(["200", "500"], list(health))
        self.assertEqual({"$ref": "#/components/responses/Failed"}, health["500"])
        things = document["paths"]["/things"]["post"]["responses"]
        self.assertEqual(["201", "401", "404", "415", "500", "507"], list(things))
        self.assertEqual("of its own", things["500"]["description"])
        self.assertEqual({"security", "parameters", "responses"}, set(document["paths"]["/things"]["put"]))
        self.assertEqual(["401", "404", "500"], list(document["paths"]["/things"]["put"]["responses"]))

    def test_lets_sessions_in_where_tokens_are(self):
        document = self.joined(BASE, PART)
        self.assertNotIn("x-parameters", document)
        health, things = document["paths"]["/health"]["get"], document["paths"]["/things"]
        self.assertEqual([], health["security"])
        self.assertNotIn("parameters", health)
        self.assertEqual([{"token": ["read"]}, {"session": []}, {"portal": []}], things["get"]["security"])
        self.assertEqual([{"token": ["write"]}, {"session": []}], things["put"]["security"])
        mask, csrf = ({"$ref": f"#/components/parameters/{x}"} for x in ("Mask", "Csrf"))
        self.assertEqual([mask], things["get"]["parameters"])
        self.assertEqual([mask, csrf], things["put"]["parameters"])
        self.assertEqual(["401", "500"], list(things["get"]["responses"]))

    def test_says_that_all_that_stores_may_find_no_room(self):
        base, *parts = sorted((ROOT / "http/openapi").glob("*.json"), key=lambda x: x.name != "base.json")
        described = [(f"{method} {path}", operation)
                     for path, item in json.loads(make(base, parts))["paths"].items()
                     for method, operation in item.items() if method != "parameters"]
        self.assertEqual({"post /api/v1/events/explain", "post /api/v1/channels/test", "post /api/v1/channels/preview"}
                         | {f"post /api/v1/channels/{{id}}/{x}" for x in ("compare", "preview", "test")},
                         {name for name, x in described if "507" not in x["responses"] and not name.startswith("get ")})
        self.assertEqual([], [name for name, x in described if "507" in x["responses"] and name.startswith("get ")])

    def test_gives_every_answer_the_common_headers(self):
        document = self.joined(BASE, PART)
        self.assertNotIn("x-headers", document)
        header = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
        self.assertEqual(header, document["components"]["responses"]["Failed"]["headers"])
        self.assertEqual(header, document["paths"]["/health"]["get"]["responses"]["200"]["headers"])
        self.assertEqual({"$ref": "#/x"}, document["paths"]["/things"]["post"]["responses"]["201"])

    def test_refuses_what_stands_in_two_parts(self):
        with self.assertRaisesRegex(Fault, "path /things stands in two parts"):
            self.joined(BASE, PART, PART)
        with self.assertRaisesRegex(Fault, "components/schemas Thing stands in two parts"):
            self.joined(BASE, PART, {"paths": {}, "components": PART["components"]})

    def test_names_the_part_that_is_not_json(self):
        done = subprocess.run([sys.executable, "-B", SCRIPT, self.directory / "out.cpp", self.part("base.json", "{")],
                              capture_output=True, text=True, check=False)
        self.assertEqual(1, done.returncode)
        self.assertIn("base.json: ", done.stderr)
        self.assertFalse((self.directory / "out.cpp").exists())

    def test_writes_long_texts_in_pieces(self):
        text = "é" * 20_000
        source = source_of(text)
        self.assertEqual(2, source.count('R"openapi('))
        self.assertIn("40000}", source)


if __name__ == "__main__":
    unittest.main()
