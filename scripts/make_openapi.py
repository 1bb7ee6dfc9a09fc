#!/usr/bin/env python3
"""make_openapi.py OUTPUT BASE PART...: joins the parts of the API's description (http/openapi) to one
OpenAPI document, and writes it as the C++ source that the service serves it from.

Each part adds paths and components to the base; none may stand in two of them. What is true of many
operations is said once, in `x-answers` of the base, and added here to each of them: the answers that
every operation has, those of operations that need a token, those of operations with a body, and those
of operations that change something: all but GET and those that say `"x-changes": false`. An
operation that names such a status itself keeps its own. What takes a token takes an admin's session
as well and, with `"x-portal": true`, that of a customer in the portal, for whom everything else does
not exist. Such operations also get the header fields that `x-parameters` of the base names. Every
answer gets the headers that `x-headers` of the base names.
"""

import json
import pathlib
import sys

METHODS = ("get", "put", "post", "delete", "patch")


class Fault(Exception):
    """What is wrong with the parts."""


def add_all(target, more, what):
    """Adds the members of `more` to `target`."""
    for key, value in more.items():
        if key in target:
            raise Fault(f"{what} {key} stands in two parts")
        target[key] = value


def read_part(file):
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise Fault(f"{file.name}: {fault}") from None


def join(base, parts):
    """The document with everything that the parts say."""
    result = read_part(base)
    for file in parts:
        part = read_part(file)
        add_all(result["paths"], part["paths"], "path")
        for kind, named in part["components"].items():
            add_all(result["components"].setdefault(kind, {}), named, f"components/{kind}")
    return result


def operations(document):
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                yield method, item[method]


def needs_token(operation):
    return operation["security"] != []


def add_sessions(document):
    """Lets sessions in where tokens are, with the header fields that both take."""
    parameters = document.pop("x-parameters")
    for method, operation in operations(document):
        if not needs_token(operation):
            continue
        kinds = ["session"] + ["portal"] * operation.get("x-portal", False)
        operation["security"] = operation["security"] + [{kind: []} for kind in kinds]
        names = parameters["every"] + parameters["unsafe"] * (method != "get")
        operation["parameters"] = operation.get("parameters", []) + [
            {"$ref": f"#/components/parameters/{name}"} for name in names]


def add_common_answers(document):
    answers = document.pop("x-answers")
    for method, operation in operations(document):
        changes = operation.pop("x-changes", method != "get")
        is_for_portal = operation.pop("x-portal", False)
        kinds = ["every"] + ["with_body"] * ("requestBody" in operation) + ["with_change"] * changes
        if needs_token(operation):
            kinds += ["with_token"] + ["without_portal"] * (not is_for_portal)
        for kind in kinds:
            for status, name in answers[kind].items():
                answer = {"$ref": f"#/components/responses/{name}"}
                operation["responses"].setdefault(status, answer)
        operation["responses"] = dict(sorted(operation["responses"].items()))


def add_common_headers(document):
    """Gives every answer the headers that any may have: those of `x-headers` in the base."""
    names = document.pop("x-headers")
    answers = list(document["components"]["responses"].values())
    for _, operation in operations(document):
        answers += [x for x in operation["responses"].values() if "$ref" not in x]
    for answer in answers:
        for name in names:
            answer.setdefault("headers", {})[name] = {"$ref": f"#/components/headers/{name}"}


def make(base, parts):
    """The document as text without white space."""
    document = join(base, parts)
    add_sessions(document)
    add_common_answers(document)
    add_common_headers(document)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def source_of(text):
    """The C++ source; compilers need not take literals longer than 65,536 bytes, but joined ones."""
    step = 16_000
    pieces = "\n".join(f'R"openapi({text[i:i + step]})openapi"' for i in range(0, len(text), step))
    return (f'#include "http/openapi.hpp"\n\nnamespace tocsin::http {{\n\n'
            f'std::string_view openapi_document() {{\n  return {{{pieces},\n'
            f'          {len(text.encode())}}};\n}}\n\n}} // namespace tocsin::http\n')


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: make_openapi.py OUTPUT BASE PART...")
    output, base, *parts = map(pathlib.Path, sys.argv[1:])
    try:
        text = make(base, parts)
    except (Fault, KeyError) as fault:
        sys.exit(f"make_openapi.py: {fault}")
    output.write_text(source_of(text), encoding="utf-8")


if __name__ == "__main__":
    main()
