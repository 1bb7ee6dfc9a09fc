"""What the service is known to hold, so that requests meet objects that exist, and hints for values
that mean something."""

import json
import re
import threading

# Operations whose answers hold objects themselves: lists, and single ones by id or name.
SHOWS_OBJECTS = re.compile(r"/api/v1/[a-z-]+(/\{[a-z]+\})?")

# What names an object of a kind in its path; others go by their ids.
KEYS = {"admins": "name", "customers": "name", "event-types": "type"}

# So few objects of a kind, that events do not cause more and more deliveries.
MOST = 14

SLACK_URL = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
DISCORD_URL = "https://discord.com/api/webhooks/123456789012345678/" + "a" * 68
BOT_TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz01234"

NAMES = ["acme", "beta", "ops", "night-shift", "a", "0", "x" * 64, "a.b_c-d"]
EVENT_TYPES = ["deploy.success", "deploy.failure", "service.health.down", "backup.failure", "quota.warning", "ssl.expiring"]
PASSWORD = "correct horse battery staple"
CHANNEL_NAMES = ["ops", "on call", "日本語", "x" * 100]


# What is there before the first request: channels of every type with the names that drafts use too,
# so that names meet names that are taken.
FIRST_OBJECTS = [
    ("admins", {"name": "ops"}),
    ("admins", {"name": "a"}),
    ("customers", {"name": "acme", "display_name": "Acme Corp", "services": ["my-app"],
                   "portal_enabled": True}),
    ("customers", {"name": "beta"}),
    ("event-types", {"type": "invoice.overdue", "title": "Invoice overdue"}),
    ("channels", {"name": "ops", "type": "webhook", "settings": {"url": "http://127.0.0.1:1/hook"}}),
    ("channels", {"name": "on call", "type": "email", "settings": {
        "host": "127.0.0.1", "port": 1, "from": "a@example.com", "to": ["b@example.com"]}}),
    ("channels", {"name": "日本語", "type": "slack", "settings": {"webhook_url": SLACK_URL}}),
    ("channels", {"name": "acme", "type": "discord", "owner": "admin/ops",
                  "settings": {"webhook_url": DISCORD_URL}}),
    ("channels", {"name": "beta", "type": "telegram", "settings": {"bot_token": BOT_TOKEN, "chat_id": 42}}),
    ("channels", {"name": "ops", "type": "webhook", "owner": "customer/acme",
                  "settings": {"url": "https://example.com/hook"}}),
]

# What a file manages. It is not among what requests meet by chance, so that it stays as it is.
MANAGER = ("X-Managed-By", "kept")
MANAGED_OBJECTS = [
    ("admins", {"name": "kept"}),
    ("customers", {"name": "kept"}),
    ("event-types", {"type": "kept", "title": "Kept"}),
    ("channels", {"name": "kept", "type": "webhook", "owner": "admin/kept",
                  "settings": {"url": "http://127.0.0.1:1/hook"}}),
]

FIRST_EVENTS = [{"event": "deploy.failure", "message": f"failure {i}", "customer": "acme", "service": "my-app"}
                for i in range(10)]


def key_of(kind):
    return KEYS.get(kind, "id")


class World:
    def __init__(self):
        self._lock = threading.Lock()
        # The id of the channel that a file manages.
        self.managed_channel = None
        self._known = {kind: [] for kind in ("channels", "deliveries", "events", "admins", "customers", "tokens", "event-types")}

    def learn(self, operation, target, answer):
        """Takes in what a successful answer tells."""
        kind = operation.path.removeprefix("/api/v1/").split("/")[0]
        if kind not in self._known:
            return
        if answer.status == 204 and operation.method == "DELETE":
            return self._forget(kind, target.split("?")[0].split("/")[4])
        if not answer.body or not SHOWS_OBJECTS.fullmatch(operation.path):
            return
        value = json.loads(answer.body)
        entries = value["data"] if "data" in value else [value]
        if kind == "tokens":
            # Only those that were made here: the first one is what all requests come with.
            entries = [entry for entry in entries if "token" in entry]
        if kind == "event-types":
            entries = [entry for entry in entries if entry["custom"]]
        self.remember(kind, [entry[key_of(kind)] for entry in entries])

    def remember(self, kind, keys):
        with self._lock:
            for key in keys:
                if key not in self._known[kind]:
                    self._known[kind].append(key)
            if kind in ("events", "deliveries"):
                del self._known[kind][:-50]

    def _forget(self, kind, key):
        with self._lock:
            if key in self._known[kind]:
                self._known[kind].remove(key)

    def some(self, random, kind, spare=()):
        """One that exists, as far as is known; None if none does."""
        with self._lock:
            known = [x for x in self._known.get(kind, ()) if x not in spare]
        return random.choice(known) if known else None

    def first(self, kind):
        with self._lock:
            return self._known[kind][0]

    def crowded(self):
        """A kind of which there are too many."""
        with self._lock:
            for kind in ("channels", "admins", "customers", "event-types"):
                if len(self._known[kind]) > MOST:
                    return kind
        return None

    def hints(self):
        """What members of these names hold. Addresses lead to loopback, where nobody listens."""
        def owner(random):
            kind = random.choice(["admins", "admins", "customers"])
            name = "admin" if random.random() < 0.5 else self.some(random, kind) or "admin"
            return f"{'admin' if kind == 'admins' or name == 'admin' else 'customer'}/{name}"

        def address(random):
            return random.choice(["ops@example.com", "Night <night@example.com>", "a.b+c@mail.example.org"])

        def id_of(random):
            return self.some(random, "channels") or "01JQGX3Z5E8V3T0Q4F6R8M2N7K"

        def event_type(random):
            return self.some(random, "event-types") if random.random() < 0.2 else random.choice(EVENT_TYPES)

        return {
            "event": event_type,
            "event_type": event_type,
            "owner": owner,
            "name": lambda random: random.choice(CHANNEL_NAMES + NAMES),
            "host": lambda random: random.choice(["127.0.0.1", "localhost"]),
            "port": lambda random: random.choice([1, 1, "1", 2]),
            "username": lambda _: None,
            "password": lambda random: random.choice([None, None, PASSWORD]),
            "from": lambda random: random.choice([address(random), "22:00", "07:30"]),
            "until": lambda random: random.choice(["07:00", "23:59"]),
            "to": lambda random: [address(random) for _ in range(random.randint(1, 3))],
            "url": lambda random: random.choice(["http://127.0.0.1:1/hook", "https://127.0.0.1:1/hook?key=0123456789ab"]),
            "webhook_url": lambda random: random.choice([SLACK_URL, DISCORD_URL]),
            "bot_token": lambda _: BOT_TOKEN,
            "chat_id": lambda random: random.choice([-1001234567890, "-1001234567890", "@channel_name", 42]),
            "headers": lambda random: random.choice([None, {}, {"X-Api-Key": "secret"}, {"X-Empty": ""}]),
            "secret": lambda random: random.choice([None, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "of my own"]),
            "revision": lambda random: random.choice([None, None, None, 1, 1, 2, 3, 2**63 - 1]),
            "previous_secret": lambda _: None,
            "previous_secret_expires_at": lambda random: random.choice([None, "2030-01-01T00:00:00Z"]),
            "routing_key": lambda random: random.choice([None, "0123456789abcdef0123456789abcdef"]),
            "api_key": lambda random: random.choice([None, "eb243592-faa2-4ba2-a551q-1afdf565c889"]),
            "templates": lambda random: random.choice([None, {}, {"*": {}}, {"deploy.failure": None}]),
            "thread_id": lambda random: random.choice([None, 1, "123456789012345678"]),
            "id": id_of,
        }
