"""Values out of JSON schemas: such as they allow, at their bounds too, and such as they do not."""

import json
import re
import warnings

from document import validator

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sre_parse

ASCII = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:/?#[]@!$&'()*+,;=%\"\\<>{}|^`~0123456789"
STRANGE = ("äßçñΩжש文字日本語🙂👩‍👩‍👧‍👦e\u0301\u202eabc\u2066\u200b\ufeff\ud7ff\uffff"
           "\t\n\r\x00\x07\x7f\x85\u2028𝔘")
LONGEST_TEXT = 40_000


class Values:
    """Makes values with `random`. `hints` maps names of members to functions that make values which
    mean something there: ids that exist, addresses that lead nowhere."""

    def __init__(self, random, hints):
        self.random = random
        self.hints = hints

    # -- what the schema allows ----------------------------------------------------------------

    def good(self, schema, name=None):
        """A value that the schema allows; what hints give for `name` may break it all the same."""
        if name in self.hints:
            return self.hints[name](self.random)
        schema = flat(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        for choice in ("anyOf", "oneOf"):
            if choice in schema:
                return self.good(self.random.choice(schema[choice]))
        kind = schema.get("type", ["null", "boolean", "integer", "string", "array", "object"])
        if isinstance(kind, list):
            kind = self.random.choice([x for x in kind if x != "null"] * 4 + ["null"] * ("null" in kind))
        return getattr(self, f"_{kind}")(schema)

    def _null(self, _):
        return None

    def _boolean(self, _):
        return self.random.random() < 0.5

    def _integer(self, schema):
        low, high = schema.get("minimum", -10), schema.get("maximum", 2**31)
        near = self.random.randint(low, min(high, low + 50))
        return self.random.choice([low, high, self.random.randint(low, high), near])

    def _number(self, schema):
        return self._integer(schema) + 0.5

    def _string(self, schema):
        if schema.get("format") == "date-time":
            return self.instant()
        pattern = schema.get("pattern")
        if pattern and pattern.startswith("^"):
            return self.matching(pattern)
        low, high = schema.get("minLength", 0), min(schema.get("maxLength", 60), LONGEST_TEXT)
        bounds = [low, low + 1, high] if self.random.random() < 0.1 else [low, low + 1, min(high, 30)]
        text = self.text(min(self.random.choice(bounds + [self.random.randint(low, min(high, 30))]), high))
        return text if pattern is None or re.search(pattern, text) else "x" + text[1:]

    def _array(self, schema):
        low, high = schema.get("minItems", 0), schema.get("maxItems", 5)
        size = self.random.randint(low, min(high, low + 4))
        return [self.good(schema.get("items", {"type": "string"})) for _ in range(size)]

    def _object(self, schema):
        result = {}
        for name, member in schema.get("properties", {}).items():
            if not member or "readOnly" in member:
                continue
            if name in schema.get("required", ()) or self.random.random() < 0.4:
                result[name] = self.good(member, name)
        more = schema.get("additionalProperties", False)
        if more is not False or not schema.get("properties"):
            names = schema.get("propertyNames", {"type": "string", "maxLength": 12})
            values = more if isinstance(more, dict) else {"type": "string", "maxLength": 20}
            for _ in range(self.random.choice([0, 1, 2, 3])):
                result[self.good(names)] = self.good(values)
        for condition in schema.get("conditions", ()):
            if validator(condition["if"]).is_valid(result):
                for name, member in condition["then"]["properties"].items():
                    result[name] = self.good(member)
        return result

    def text(self, size):
        alphabet = ASCII if self.random.random() < 0.7 else ASCII + STRANGE * 3
        return "".join(self.random.choices(alphabet, k=size))

    def instant(self):
        r = self.random.randint
        zone = self.random.choice(["Z", "z", "+00:00", "-07:30", "+14:00"])
        part = self.random.choice(["", ".5", ".123", ".123456789"])
        return f"{r(1970, 2100)}-{r(1, 12):02}-{r(1, 28):02}T{r(0, 23):02}:{r(0, 59):02}:{r(0, 59):02}{part}{zone}"

    def matching(self, pattern):
        """A text that matches a regular expression with its anchors."""
        return "".join(self._pieces(sre_parse.parse(pattern)))

    def _pieces(self, tree):
        for op, argument in tree:
            op = str(op)
            if op == "LITERAL":
                yield chr(argument)
            elif op == "ANY":
                yield self.random.choice("abc-")
            elif op == "IN":
                yield self._one_of(argument)
            elif op == "MAX_REPEAT":
                low, high, inner = argument
                high = min(int(high), low + 8) if int(high) > 1000 else int(high)
                for _ in range(self.random.choice([low, high, self.random.randint(low, high)])):
                    yield from self._pieces(inner)
            elif op == "SUBPATTERN":
                yield from self._pieces(argument[-1])
            elif op == "BRANCH":
                yield from self._pieces(self.random.choice(argument[1]))
            elif op != "AT":
                raise ValueError(f"{op} is not understood in a pattern")

    def _one_of(self, members):
        op, argument = self.random.choice([(str(op), x) for op, x in members if str(op) != "NEGATE"])
        if str(members[0][0]) == "NEGATE":
            return self.random.choice("abcxyz")
        return chr(argument if op == "LITERAL" else self.random.randint(*argument))

    # -- what it does not ----------------------------------------------------------------------

    def bad(self, schema):
        """A value that the schema does not allow; None in place of it if none was found."""
        check = validator(schema)
        for _ in range(20):
            value = self._break(self.good(schema), schema)
            if not check.is_valid(value):
                return value
        return None

    def _break(self, value, schema):
        """`value` with one thing changed somewhere within."""
        schema = flat(schema)
        if isinstance(value, dict) and value and self.random.random() < 0.6:
            name = self.random.choice(list(value))
            members = dict(schema.get("properties", {}))
            for condition in schema.get("conditions", ()):
                if validator(condition["if"]).is_valid(value):
                    members.update(condition["then"]["properties"])
            member = members.get(name, schema.get("additionalProperties") or {})
            return {**value, name: self._break(value[name], member)}
        if isinstance(value, dict) and self.random.random() < 0.7:
            changed = dict(value)
            if changed and self.random.random() < 0.5:
                del changed[self.random.choice(list(changed))]
            else:
                changed[self.text(self.random.randint(0, 12))] = self.junk()
            return changed
        if isinstance(value, list) and value and self.random.random() < 0.6:
            at = self.random.randrange(len(value))
            return value[:at] + [self._break(value[at], schema.get("items", {}))] + value[at + 1:]
        return self.random.choice([self.junk, lambda: self._beyond(schema)])()

    def _beyond(self, schema):
        """Just outside of a bound, where there is one."""
        beyond = [self.junk()]
        if "maximum" in schema:
            beyond.append(schema["maximum"] + 1)
        if "minimum" in schema:
            beyond.append(schema["minimum"] - 1)
        if schema.get("maxLength", LONGEST_TEXT) < LONGEST_TEXT:
            beyond.append("x" * (schema["maxLength"] + 1))
        if schema.get("minLength"):
            beyond.append("")
        if "enum" in schema:
            beyond.append(self.text(8))
        if 0 < schema.get("maxItems", 0) <= 1000:
            beyond.append([self.good(schema["items"]) for _ in range(schema["maxItems"] + 1)])
        if schema.get("minItems"):
            beyond.append([])
        return self.random.choice(beyond)

    def junk(self):
        return self.random.choice([
            None, True, False, 0, -1, 1, 2**63, -(2**63) - 1, 2**64, 10**400, 0.1, 1e308, -0.0,
            "", " ", "null", "\x00", self.text(20), [], [[]], {}, {"": ""}, {"a": {"b": [1, None]}}, [None], ["x"] * 3, "x" * 5000])

    def malformed(self, value):
        """Bytes that are not the JSON text of one value."""
        text = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        at = self.random.randrange(len(text) + 1)
        return self.random.choice([
            text[:-1], text[:at] + b"\xff\xfe" + text[at:] + b"!", text + b"}", text + b" " + text,
            b"[" * 5000, b'{"a":' * 5000, b"\xef\xbb\xbf", b"{", b"nul", b"{'event':1}", b'{"a":1,}',
            b'{"a":01}', b'{"a":"\n"}', b'"\\ud800', b"\x00" * 8,
            bytes(self.random.randrange(256) for _ in range(40)) + b"{"])


def flat(schema):
    """`schema` with its `allOf` taken apart: members joined, conditions gathered."""
    if schema is True or schema == {}:
        return {}
    if "allOf" not in schema:
        return schema
    result = {key: value for key, value in schema.items() if key != "allOf"}
    result["properties"] = dict(schema.get("properties", {}))
    result["required"] = list(schema.get("required", ()))
    result["conditions"] = list(schema.get("conditions", ()))
    for part in schema["allOf"]:
        if "if" in part:
            result["conditions"].append(part)
            continue
        part = flat(part)
        result["properties"].update(part.get("properties", {}))
        result["required"] += part.get("required", ())
        result["conditions"] += part.get("conditions", ())
        for key, value in part.items():
            result.setdefault(key, value)
    return result
