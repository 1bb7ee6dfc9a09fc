"""The API's description as the tests use it: references followed, operations listed, answers judged."""

import json
import re

import jsonschema

METHODS = ("get", "put", "post", "delete", "patch")

# What says nothing about a value.
ANNOTATIONS = {"description", "example", "examples", "default", "readOnly", "writeOnly", "format"}


def validator(schema):
    return jsonschema.Draft202012Validator(schema)


class Operation:
    """One method of one path, with every `$ref` followed."""

    def __init__(self, method, path, item, shared_parameters):
        self.method = method.upper()
        self.path = path
        self.name = f"{self.method} {path}"
        self.id = item["operationId"]
        self.needs_token = item["security"] != [] if "security" in item else True
        self.parameters = shared_parameters + item.get("parameters", [])
        self.responses = item["responses"]
        self.body = item.get("requestBody")
        self.content_types = list(self.body["content"]) if self.body else []
        self.body_schema = self.body["content"][self.content_types[0]]["schema"] if self.body else None
        self.body_validator = validator(self.body_schema) if self.body else None
        self.judges = {int(status): Judge(answer) for status, answer in self.responses.items()}

    def parameters_in(self, place):
        return [x for x in self.parameters if x["in"] == place]


class Judge:
    """Says what is wrong with an answer of one status."""

    def __init__(self, answer):
        self._headers = {name.lower(): x for name, x in answer.get("headers", {}).items()}
        self._types = {kind: validator(x["schema"]) for kind, x in answer.get("content", {}).items()}

    def faults(self, answer, is_head):
        result = [f"header {name}: {fault}" for name, x in self._headers.items()
                  for fault in self._header_faults(answer.headers.get(name), x)]
        kind = answer.headers.get("content-type")
        if not self._types:
            if answer.body or kind:
                result.append(f"there is a body of {kind}")
        elif is_head:
            if answer.body:
                result.append("HEAD was answered with a body")
        elif kind not in self._types:
            result.append(f"the body is of {kind}")
        else:
            result += self._body_faults(kind, answer.body, self._types[kind])
        return result

    @staticmethod
    def _header_faults(value, header):
        if value is None:
            if header.get("required"):
                yield "is missing"
            return
        schema = header["schema"]
        if "const" in schema and value != schema["const"]:
            yield f"is {value}"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"is {value}"

    @staticmethod
    def _body_faults(kind, body, schema):
        try:
            text = body.decode("utf-8")
            value = json.loads(text) if kind.endswith("json") else text
        except ValueError as fault:
            return [f"the body is not of {kind} in UTF-8: {fault}"]
        best = jsonschema.exceptions.best_match(schema.iter_errors(value))
        return [f"{best.json_path}: {best.message[:500]}"] if best else []


class Document:
    def __init__(self, text):
        self.raw = json.loads(text)
        self.components = self._resolve(self.raw["components"])
        self.operations = list(self._operations())
        self.by_name = {x.name: x for x in self.operations}
        answers = self.components["responses"]
        self._of_any_path = {404: Judge(answers["NotFound"]), 405: Judge(answers["MethodNotAllowed"])}

    def judge_of(self, operation, status):
        """The judge of an answer to a request that was made out of `operation`, None if there is none. A
        path that is not there and a method that it does not take have their answers everywhere."""
        return operation.judges.get(status) or self._of_any_path.get(status)

    def _operations(self):
        for path, item in self.raw["paths"].items():
            item = self._resolve(item)
            for method in METHODS:
                if method in item:
                    yield Operation(method, path, item[method], item.get("parameters", []))

    def _target(self, reference):
        value = self.raw
        for token in reference.removeprefix("#/").split("/"):
            value = value[token.replace("~1", "/").replace("~0", "~")]
        return value

    def _resolve(self, value):
        """`value` with what its references point to in their place. No schema of ours contains itself."""
        if isinstance(value, list):
            return [self._resolve(x) for x in value]
        if not isinstance(value, dict):
            return value
        rest = {key: self._resolve(x) for key, x in value.items() if key != "$ref"}
        if not isinstance(value.get("$ref"), str):
            return rest
        target = self._resolve(self._target(value["$ref"]))
        if set(rest) <= ANNOTATIONS:
            return {**target, **rest}
        return {**rest, "allOf": [target] + rest.get("allOf", [])}
