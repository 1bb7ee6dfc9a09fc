"""Judges the API's description itself, as a running tocsind serves it.

openapi-3.1.schema.json is the OpenAPI Initiative's own schema of such documents, of 2026-08-03
(Apache License 2.0), as the npm package @seriousme/openapi-schema-validator 2.11.0 ships it. It
leaves the JSON schemas within to the schema of their own dialect.
"""

import json
import os
import pathlib
import re
import unittest

import jsonschema

from daemon import Daemon
from document import Document, validator
from wire import Connection

META_SCHEMA = pathlib.Path(__file__).with_name("openapi-3.1.schema.json")

# What may hold JSON schemas, and under which key.
SCHEMA_KEY = "schema"


def parts(value, pointer=""):
    """Everything in a document that is an object, with its JSON pointer."""
    if isinstance(value, dict):
        yield pointer, value
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from parts(entry, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")


class DescriptionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(os.environ["TOCSIND"])
        cls.addClassCleanup(cls.daemon.stop)
        cls.answer = cls.get([])
        cls.document = Document(cls.answer.body.decode())

    @classmethod
    def get(cls, headers, method="GET"):
        connection = Connection(cls.daemon.host, cls.daemon.port, 60)
        cls.addClassCleanup(connection.close)
        return connection.ask(method, "/openapi.json", headers, None)

    def faults(self, schema, value):
        return [f"{x.json_path}: {x.message[:300]}" for x in validator(schema).iter_errors(value)]

    def test_is_an_openapi_3_1_document(self):
        schema = json.loads(META_SCHEMA.read_text(encoding="utf-8"))
        self.assertEqual([], self.faults(schema, self.document.raw))
        # The judge tells a good document from others.
        broken = json.loads(self.answer.body)
        broken["paths"]["/healthz"]["get"]["responses"] = {"ok": {}}
        self.assertNotEqual([], self.faults(schema, broken))

    def test_every_schema_is_one(self):
        count = 0
        for pointer, x in list(parts(self.document.raw)):
            schemas = [x[SCHEMA_KEY]] if isinstance(x.get(SCHEMA_KEY), dict) else []
            if pointer == "/components/schemas":
                schemas += x.values()
            for schema in schemas:
                jsonschema.Draft202012Validator.check_schema(schema)
                count += 1
        self.assertGreater(count, 100)

    def test_every_reference_leads_somewhere_and_every_component_is_used(self):
        used = set(re.findall(r'"\$ref":"(#[^"]+)"', self.answer.body.decode()))
        components = self.document.raw["components"]
        there = {f"#/components/{kind}/{name}" for kind in components if kind != "securitySchemes"
                 for name in components[kind]}
        self.assertLessEqual(used, there)
        # It answers to methods that no operation is about.
        spare = {"#/components/responses/MethodNotAllowed"}
        self.assertEqual(spare, there - used)

    def test_every_example_is_one(self):
        count = 0
        for pointer, x in parts(self.document.components):
            count += self.check_examples(pointer, x)
        for operation in self.document.operations:
            for part in (operation.parameters, operation.responses, operation.body):
                for pointer, x in parts(part, operation.name):
                    count += self.check_examples(pointer, x)
        self.assertGreater(count, 40)

    def check_examples(self, pointer, x):
        schema = x.get("schema", x)
        examples = [x["example"]] if "example" in x else []
        if "schema" in x:
            examples += [each["value"] for each in x.get("examples", {}).values()]
        if not isinstance(schema, dict) or ("schema" not in x and "type" not in x):
            return 0
        for example in examples:
            self.assertEqual([], self.faults(schema, example), pointer)
        return len(examples)

    def test_every_operation_with_a_body_has_an_example(self):
        for operation in self.document.operations:
            for kind, x in (operation.body or {}).get("content", {}).items():
                if kind == operation.content_types[0]:
                    self.assertTrue("example" in x or "examples" in x, operation.name)

    def test_is_served_with_its_version(self):
        self.assertEqual(200, self.answer.status)
        tag = self.answer.headers["etag"]
        self.assertEqual("no-cache", self.answer.headers["cache-control"])
        again = self.get([("If-None-Match", f'"other", {tag}')])
        self.assertEqual((304, b"", None), (again.status, again.body, again.headers.get("content-length")))
        self.assertEqual(tag, again.headers["etag"])
        head = self.get([], "HEAD")
        self.assertEqual((200, str(len(self.answer.body))), (head.status, head.headers["content-length"]))


if __name__ == "__main__":
    unittest.main()
