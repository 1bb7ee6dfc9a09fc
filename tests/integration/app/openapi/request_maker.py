"""Requests out of the API's description: as it says, and wrong in one way or another."""

import datetime
import json
import urllib.parse

from values import Values
from world import KEYS, PASSWORD, key_of

PLANS = ["good"] * 10 + ["bad body"] * 4 + ["malformed body", "bad query", "bad path", "bad header", "wrong type",
         "wrong method", "no such path", "head", "stranger", "same version", "too large"]

# What a request must not be answered with, as it is wrong.
SUCCESS = range(200, 400)

# In place of a name that is known.
STRANGERS = {"name": ["nobody"], "type": ["nobody", "deploy.failure"]}
FIXED_IDS = ["01JQGX3Z5E8V3T0Q4F6R8M2N7K", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "00000000000000000000000000"]

BAD_PARAMETERS = {
    "limit": ["0", "251", "-1", "x", "1.5", "", "%31%30%30%30", "99999999999999999999"],
    "cursor": ["%00", "nonsense", "%F0%9F%99%82"],
    "owner": ["", "x", "admin", "admin%2F", "customer/UPPER"],
    "state": ["", "done"], "outcome": ["", "x"], "channel": ["", "7"], "channels": ["", "1"], "event_type": ["", "x"],
    "since": ["", "yesterday"], "until": ["2026-13-01T00:00:00Z", "0"],
}

BAD_SEGMENTS = ["%00", "%F0%9F%99%82", "..%2F..", "%2E%2E", "a%20b", "%FF", "x" * 3000, "'\"", "%0D%0AX:1",
                "admin%2Fadmin", "@"]

BAD_HEADERS = [
    ("If-Match", "1"), ("If-Match", '"x"'), ("If-Match", 'W/"1"'), ("If-Match", ""), ("If-None-Match", "*"),
    ("Idempotency-Key", ""), ("Idempotency-Key", "é"), ("Idempotency-Key", "x" * 201),
    ("X-Request-Id", "a b"), ("X-Request-Id", "x" * 129), ("X-Request-Id", ""),
    ("Content-Encoding", "gzip"), ("Transfer-Encoding", "gzip"), ("Expect", "200-ok"),
    ("Accept", "text/html"), ("Accept-Encoding", "br"), ("Range", "bytes=0-1"), ("If-Modified-Since", "yesterday"),
    ("X-Managed-By", ""), ("X-Managed-By", "a b"), ("X-Managed-By", "file;release"), ("X-Managed-By", "x" * 65),
    ("Origin", "https://evil.example"), ("X-Forwarded-For", "1.2.3.4"), ("X-HTTP-Method-Override", "DELETE"),
    ("Cookie", "a=b; c"), ("Authorization", "Basic YTpi"), ("X-Long", "x" * 20_000), ("X-Folded", "a\r\n b"),
    ("Host", "other"), ("Connection", "close"), ("Upgrade", "websocket"),
]

BAD_TYPES = ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonx",
             "multipart/form-data; boundary=x", None]

OTHER_METHODS = ["GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY"]


class Request:
    def __init__(self, operation, plan):
        self.operation = operation
        self.plan = plan
        self.method = operation.method
        self.path = operation.path
        self.query = []
        self.headers = []
        self.body = None
        # Whether an answer of success would be wrong.
        self.must_fail = False

    @property
    def target(self):
        return self.path + ("?" + "&".join(self.query) if self.query else "")

    def describe(self):
        body = self.body if self.body is None or len(self.body) < 1000 else self.body[:1000] + b"..."
        headers = [(name, value[:100]) for name, value in self.headers if not value.startswith("Bearer tocsin_")]
        return f"[{self.plan}] {self.method} {self.target[:300]} {headers[:6]} {body!r}"


class RequestMaker:
    def __init__(self, document, world, random, tokens):
        self._document = document
        self._world = world
        self._random = random
        self._tokens = tokens
        self._values = Values(random, world.hints())

    def every_plan(self):
        """One request of each plan for each operation."""
        for plan in dict.fromkeys(PLANS):
            for operation in self._document.operations:
                yield self._make(operation, plan)

    def as_customer(self, session):
        """A customer asks for what is hidden from it, by each operation without an object in its path, and signs out."""
        for operation in sorted(self._document.operations, key=lambda x: x.id == "signOut"):
            if 404 not in operation.judges or not operation.needs_token or operation.parameters_in("path"):
                continue
            # Where an owner can be named, it is somebody else.
            in_query = any(p["name"] == "owner" for p in operation.parameters_in("query"))
            in_body = operation.path.startswith("/api/v1/channels")
            x = self._plain(operation, with_token=False, query="owner=admin/ops" if in_query else None,
                            body={"owner": "admin/ops"} if in_body else None)
            x.headers += session
            yield x

    def sure(self):
        """Requests for each operation whose answers are sure: what chance may leave out of a short run."""
        for operation in self._document.operations:
            if operation.needs_token:
                yield self._plain(operation, with_token=False)
                yield self._plain(operation, query="unknown=1")
            if operation.body:
                yield self._plain(operation, kind="text/plain")
            if operation.parameters_in("path"):
                yield self._plain(operation, is_known=False)
            if any(p["name"] == "If-Match" for p in operation.parameters_in("header")):
                yield self._plain(operation, version='"9"')
        # The first channel is a webhook of an admin who has one called "on call" too.
        first = self._world.first("channels")
        change = self._plain(self._document.by_name["PATCH /api/v1/channels/{id}"], body={"name": "on call"})
        change.path = f"/api/v1/channels/{first}"
        yield change
        allowed = self._plain(self._document.by_name["PATCH /api/v1/channels/{id}"], body={"enabled": True})
        allowed.path = change.path
        yield allowed
        renamed = self._plain(self._document.by_name["PATCH /api/v1/event-types/{type}"], body={"title": "Overdue"})
        renamed.path = "/api/v1/event-types/invoice.overdue"
        yield renamed
        yield self._plain(self._document.by_name["PUT /api/v1/triggers"])
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        yield self._plain(self._document.by_name["PUT /api/v1/pause"], body={"until": soon.isoformat()})
        yield self._plain(self._document.by_name["DELETE /api/v1/pause"])
        yield self._plain(self._document.by_name["GET /api/v1/deliveries/summary"])
        yield self._plain(self._document.by_name["POST /api/v1/channels"], body={
            "name": "sure", "type": "webhook", "settings": {"url": "http://127.0.0.1:1/hook"}})
        kept = self._plain(self._document.by_name["GET /openapi.json"])
        kept.headers.append(("If-None-Match", "*"))
        yield kept
        for kind, name in (("admins", "ops"), ("customers", "acme")):
            preference = self._plain(self._document.by_name[f"PUT /api/v1/{kind}/{{name}}/preferences"])
            preference.path = f"/api/v1/{kind}/{name}/preferences"
            yield preference
        comparison = self._plain(self._document.by_name["POST /api/v1/channels/{id}/compare"], body={"enabled": False})
        comparison.path = f"/api/v1/channels/{first}/compare"
        yield comparison
        for version in (None, '"9"'):
            rotation = self._plain(self._document.by_name["POST /api/v1/channels/{id}/rotate-secret"], version=version)
            rotation.path = f"/api/v1/channels/{first}/rotate-secret"
            yield rotation
        # An admin gets a password and signs in; one customer has a portal, the other has none.
        password = self._plain(self._document.by_name["PUT /api/v1/admins/{name}/password"], body={"password": PASSWORD})
        password.path = "/api/v1/admins/ops/password"
        unknown = self._plain(self._document.by_name["PUT /api/v1/admins/{name}/password"], body={"password": PASSWORD},
                              is_known=False)
        yield from (password, unknown)
        yield self._plain(self._document.by_name["POST /api/v1/session"], body={"admin": "ops", "password": PASSWORD})
        for customer in ("acme", "beta"):
            link = self._plain(self._document.by_name["POST /api/v1/customers/{name}/portal-links"])
            link.path = f"/api/v1/customers/{customer}/portal-links"
            yield link
        # Both own channels.
        for kind, owner in (("admins", "ops"), ("customers", "acme")):
            removal = self._plain(self._document.by_name[f"DELETE /api/v1/{kind}/{{name}}"])
            removal.path = f"/api/v1/{kind}/{owner}"
            yield removal
        yield self._plain(self._document.by_name["DELETE /api/v1/channels/{id}"])
        for kind in ("admins", "customers"):
            yield self._plain(self._document.by_name[f"POST /api/v1/{kind}"], body={"name": "gone"})
            removal = self._plain(self._document.by_name[f"DELETE /api/v1/{kind}/{{name}}"])
            removal.path = f"/api/v1/{kind}/gone"
            yield removal
        # Nothing of what is owed gets through; one may be just under way, but not all.
        for _ in range(5):
            yield self._plain(self._document.by_name["POST /api/v1/deliveries/{id}/cancel"])
        yield from self._conflicts()

    def _conflicts(self):
        """Changes of what a file manages, without speaking for it; and names and ids that are taken."""
        channel = f"/api/v1/channels/{self._world.managed_channel}"
        for name, path in (
                ("PATCH /api/v1/admins/{name}", "/api/v1/admins/kept"),
                ("DELETE /api/v1/admins/{name}", "/api/v1/admins/kept"),
                ("PUT /api/v1/admins/{name}/preferences", "/api/v1/admins/kept/preferences"),
                ("PATCH /api/v1/customers/{name}", "/api/v1/customers/kept"),
                ("DELETE /api/v1/customers/{name}", "/api/v1/customers/kept"),
                ("PUT /api/v1/customers/{name}/preferences", "/api/v1/customers/kept/preferences"),
                ("PATCH /api/v1/event-types/{type}", "/api/v1/event-types/kept"),
                ("DELETE /api/v1/event-types/{type}", "/api/v1/event-types/kept"),
                ("PATCH /api/v1/channels/{id}", channel),
                ("DELETE /api/v1/channels/{id}", channel),
                ("POST /api/v1/channels/{id}/rotate-secret", f"{channel}/rotate-secret")):
            change = self._plain(self._document.by_name[name])
            change.path = path
            yield change
        yield self._plain(self._document.by_name["PUT /api/v1/triggers"], query="owner=admin/kept",
                          body={"channels": [{"id": self._world.managed_channel,
                                              "triggers": {"deploy.success": {"on": False}}}]})
        for kind, value in (("admins", {"name": "kept"}), ("customers", {"name": "kept"}),
                            ("event-types", {"type": "invoice.overdue", "title": "Again"})):
            yield self._plain(self._document.by_name[f"POST /api/v1/{kind}"], body=value)
        for message in ("one", "another"):
            yield self._plain(self._document.by_name["POST /api/v1/events"],
                              body={"event": "deploy.failure", "message": message, "id": "taken"})

    def _plain(self, operation, with_token=True, query=None, kind="application/json", is_known=True, version=None,
               body=None):
        """A request with the least that the operation takes, but for what is asked for."""
        x = Request(operation, "removal" if is_known else "sure")
        if is_known:
            self._fill_path(x)
        for parameter in operation.parameters_in("path"):
            x.path = x.path.replace(f"{{{parameter['name']}}}", "nobody" if parameter["name"] in KEYS.values() else FIXED_IDS[0])
        if with_token:
            x.headers.append(("Authorization", "Bearer " + self._tokens["all"]))
        if version:
            x.headers.append(("If-Match", version))
        x.query = [query] if query else []
        if operation.body and (operation.body.get("required") or kind != "application/json"):
            least = {"channels": []} if operation.id == "setTriggers" else {}
            x.body = json.dumps(least if body is None else body).encode()
            x.headers.append(("Content-Type", kind))
        x.plan = "sure"
        return x

    def next(self):
        crowded = self._world.crowded()
        if crowded:
            return self._make(self._document.by_name[f"DELETE /api/v1/{crowded}/{{{key_of(crowded)}}}"], "removal")
        operation = self._random.choice(self._document.operations)
        return self._make(operation, self._random.choice(PLANS))

    def _make(self, operation, plan):
        x = Request(operation, plan)
        self._fill_path(x)
        if operation.needs_token:
            x.headers.append(("Authorization", "Bearer " + self._tokens["all"]))
        for parameter in operation.parameters_in("query"):
            if self._random.random() < 0.4:
                x.query.append(self._pair(parameter["name"], self._good_parameter(x, parameter)))
        for parameter in operation.parameters_in("header"):
            # Removals speak for the file, as what it manages could not go otherwise.
            is_wanted = (parameter["name"] == "X-Managed-By" if plan == "removal"
                         else self._random.random() < 0.2)
            if is_wanted:
                x.headers.append((parameter["name"], self._good_header(parameter)))
        if operation.body and (operation.body.get("required") or self._random.random() < 0.7):
            self._set_body(x, self._good_body(operation))
        self._apply(plan, x)
        return x

    def _apply(self, plan, x):
        change = getattr(self, "_" + plan.replace(" ", "_"), None)
        if change:
            change(x)

    # -- parts as they should be ---------------------------------------------------------------

    def _fill_path(self, x):
        kind = x.path.removeprefix("/api/v1/").split("/")[0]
        for parameter in x.operation.parameters_in("path"):
            is_removal = x.method == "DELETE"
            # Not too many are removed, so that other requests find some.
            wants_known = x.plan == "removal" or self._random.random() < (0.3 if is_removal else 0.85)
            spare = ("admin",) if is_removal else ()
            value = self._world.some(self._random, kind, spare) if wants_known else None
            if value is None:
                value = self._random.choice(STRANGERS.get(parameter["name"], FIXED_IDS))
            x.path = x.path.replace(f"{{{parameter['name']}}}", urllib.parse.quote(value, safe=""))

    def _good_parameter(self, x, parameter):
        if parameter["name"] == "channel":
            return self._world.some(self._random, "channels") or FIXED_IDS[0]
        if parameter["name"] == "cursor":
            return self._world.some(self._random, x.path.rsplit("/", 1)[1]) or ""
        if parameter["name"] == "limit":
            return self._random.choice([1, 2, 3, 5, 250])
        return self._values.good(parameter["schema"], parameter["name"])

    def _good_header(self, parameter):
        if parameter["name"] == "If-Match":
            return self._random.choice(['"1"', '"2"', "*", '"0123456789abcdef"', '"18446744073709551615"'])
        if parameter["name"] == "If-None-Match":
            return self._random.choice(["*", '"x", "y"'])
        if parameter["name"] == "X-Managed-By":
            # One name for all, so that what one request manages another one can remove or let go of.
            return self._random.choice(["file", "file; release", "file; release"])
        if parameter["name"] == "Idempotency-Key":
            return self._random.choice(["k-1", "k-2", "k 3", "x" * 200])
        if parameter["name"] == "Last-Event-ID":
            return self._random.choice(["17", "01JQGX3Z5E8V3T0Q4F6R8M2N7K-0000000000000001", "x" * 200])
        return self._values.good(parameter["schema"])

    def _good_body(self, operation):
        value = self._values.good(operation.body_schema)
        # Of a thousand events one now and then is enough.
        return value[:4] if isinstance(value, list) and self._random.random() < 0.99 else value

    def _set_body(self, x, value):
        x.body = json.dumps(value, ensure_ascii=self._random.random() < 0.5).encode("utf-8", "replace")
        kind = self._random.choice(x.operation.content_types)
        x.headers.append(("Content-Type", kind + self._random.choice(["", "", "; charset=utf-8"])))

    @staticmethod
    def _pair(name, value):
        return f"{urllib.parse.quote(name)}={urllib.parse.quote(str(value))}"

    # -- what may be wrong ---------------------------------------------------------------------

    def _bad_body(self, x):
        if not x.operation.body:
            return
        value = self._values.bad(x.operation.body_schema)
        # An answer to a body that is not wrong after all says nothing.
        if value is None and x.operation.body_validator.is_valid(None):
            return
        self._drop_header(x, "Content-Type")
        self._set_body(x, value)
        x.must_fail = True

    def _malformed_body(self, x):
        if not x.operation.body:
            return
        x.body = self._values.malformed(self._good_body(x.operation))
        self._set_header(x, "Content-Type", "application/json")
        x.must_fail = True

    def _bad_query(self, x):
        known = [p["name"] for p in x.operation.parameters_in("query")]
        choices = [f"{name}={value}" for name in known for value in BAD_PARAMETERS.get(name, [])]
        choices += [f"{name}=1&{name}=1" for name in known]
        choices += ["unknown=1", "%20=", "=", "a=b&a=b", "x[]=1"]
        x.query.append(self._random.choice(choices))
        x.must_fail = x.operation.needs_token and "cursor=" not in x.query[-1]

    def _bad_path(self, x):
        for parameter in x.operation.parameters_in("path"):
            place = f"{{{parameter['name']}}}"
            x.path = x.operation.path.replace(place, self._random.choice(BAD_SEGMENTS))
            x.must_fail = True

    def _bad_header(self, x):
        name, value = self._random.choice(BAD_HEADERS)
        self._set_header(x, name, value)
        if name == "X-Long" and self._random.random() < 0.5:
            x.headers = x.headers[:-1] + [(f"X-{i}", "1") for i in range(120)]
        # Without a body the service would wait for one.
        if x.body is not None and self._random.random() < 0.05:
            x.headers.append(("Content-Length", "5"))

    def _wrong_type(self, x):
        if x.body is None:
            return
        self._drop_header(x, "Content-Type")
        kind = self._random.choice(BAD_TYPES)
        if kind:
            x.headers.append(("Content-Type", kind))
        x.must_fail = True

    def _wrong_method(self, x):
        taken = {o.method for o in self._document.operations if o.path == x.operation.path}
        x.method = self._random.choice([m for m in OTHER_METHODS if m not in taken])
        x.must_fail = True

    def _no_such_path(self, x):
        x.path += self._random.choice(["/", "/x/y/z", "//", "%2F", "/%20"])
        x.must_fail = True

    def _head(self, x):
        if x.method == "GET":
            x.method = "HEAD"

    def _stranger(self, x):
        self._drop_header(x, "Authorization")
        token = self._random.choice([None, "", "wrong", "tocsin_" + "a" * 43, "é"])
        if token is not None:
            x.headers.append(("Authorization", f"Bearer {token}"))
        x.must_fail = x.operation.needs_token

    def _same_version(self, x):
        if any(p["name"] == "If-Match" for p in x.operation.parameters_in("header")):
            self._set_header(x, "If-Match", '"1"')

    def _too_large(self, x):
        choice = self._random.random()
        if choice < 0.3 and x.operation.body:
            x.body = b'{"message":"' + b"x" * (1 << 20) + b'"}'
        elif choice < 0.6:
            x.query.append("x=" + "y" * 9000)
        else:
            x.headers.append(("X-Long", "x" * 17_000))
        x.must_fail = choice >= 0.3 or bool(x.operation.body)

    @staticmethod
    def _drop_header(x, name):
        x.headers = [pair for pair in x.headers if pair[0] != name]

    def _set_header(self, x, name, value):
        self._drop_header(x, name)
        x.headers.append((name, value))
