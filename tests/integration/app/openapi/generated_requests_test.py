"""Sends generated requests to a running tocsind and judges every answer by the API's description.

TOCSIND is the binary. TOCSIN_SOAK=1 sends all 20,000 requests, otherwise it is a part of them.
TOCSIN_SEED repeats a run, as far as threads allow it.
"""

import collections
import json
import os
import random
import threading
import unittest

from daemon import Daemon
from document import Document
from request_maker import SUCCESS, RequestMaker
from wire import Connection, NoAnswer
from world import FIRST_EVENTS, FIRST_OBJECTS, MANAGED_OBJECTS, MANAGER, World, key_of

THREADS = 4
IS_FULL = bool(os.environ.get("TOCSIN_SOAK"))
REQUESTS = 20_000 if IS_FULL else 4_000
SEED = int(os.environ.get("TOCSIN_SEED", "20260329"))

# A request waits for its answer at most this many seconds, on a machine that does other things too.
PATIENCE = 120

# Answers that a healthy service does not give, or not to requests that arrive at once; and 403, as all
# come with a token that lacks no scope.
NOT_PROVOKED = {403, 408, 429, 500, 503, 507}
if not IS_FULL:
    # It depends on what other requests did, so that chance may leave it out of a short run.
    NOT_PROVOKED.add(409)

# What takes a link, which these requests do not have, or an event of another customer.
OF_CUSTOMERS = {("POST /api/v1/portal/session", 201), ("POST /api/v1/events/explain", 404)}

# Those are about the request's framing, so that it is enough to see them somewhere.
OF_ANY_OPERATION = {400, 413, 414, 431}


class Run:
    """What all threads have found."""

    def __init__(self):
        self._lock = threading.Lock()
        self.faults = []
        self.seen = collections.Counter()

    def note(self, request, answer, faults):
        with self._lock:
            # What became of a path that is not there says nothing of the operation.
            name = request.plan if request.plan == "no such path" else request.operation.name
            self.seen[name, answer.status if answer else None] += 1
            self.faults += [f"{request.describe()}\n    -> {fault}" for fault in faults]

    def has_failed(self):
        return len(self.faults) > 10


def judge(document, request, answer):
    """What is wrong with an answer."""
    result = []
    if answer.status >= 500:
        result.append("the service failed")
    if request.must_fail and answer.status in SUCCESS:
        result.append("what is wrong was taken")
    by_status = document.judge_of(request.operation, answer.status)
    if by_status is None:
        result.append("the status is not described")
    else:
        result += by_status.faults(answer, request.method == "HEAD")
    shown = answer.body[:400]
    return [f"{answer.status} {shown!r}: {fault}" for fault in result]


def send_all(document, world, run, daemon, requests):
    """Sends `requests` one after the other over one connection, while the service keeps it."""
    connection = Connection(daemon.host, daemon.port, PATIENCE)
    for request in requests:
        if run.has_failed():
            break
        try:
            answer = connection.ask(request.method, request.target, request.headers, request.body)
        except NoAnswer as fault:
            run.note(request, None, [str(fault)])
            continue
        run.note(request, answer, judge(document, request, answer))
        is_json = answer.headers.get("content-type", "").endswith("json")
        if is_json and answer.status in SUCCESS and request.method == request.operation.method:
            world.learn(request.operation, request.target, answer)
    connection.close()


class GeneratedRequestsTest(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(os.environ["TOCSIND"])
        self.addCleanup(self.daemon.stop)
        self.tokens = {"all": self.daemon.token}
        self.document = Document(self.get("/openapi.json"))

    def get(self, target):
        connection = Connection(self.daemon.host, self.daemon.port, PATIENCE)
        self.addCleanup(connection.close)
        answer = connection.ask("GET", target, [("Authorization", f"Bearer {self.tokens['all']}")], None)
        self.assertEqual(200, answer.status, answer.body)
        return answer.body.decode()

    def make_first_objects(self, world):
        connection = Connection(self.daemon.host, self.daemon.port, PATIENCE)
        self.addCleanup(connection.close)
        headers = [("Authorization", f"Bearer {self.tokens['all']}"), ("Content-Type", "application/json")]
        for kind, value in FIRST_OBJECTS:
            answer = connection.ask("POST", f"/api/v1/{kind}", headers, json.dumps(value).encode())
            self.assertEqual(201, answer.status, answer.body)
            made = json.loads(answer.body)
            world.remember(kind, [made[key_of(kind)]])
        for kind, value in MANAGED_OBJECTS:
            answer = connection.ask("POST", f"/api/v1/{kind}", [*headers, MANAGER], json.dumps(value).encode())
            self.assertEqual(201, answer.status, answer.body)
            if kind == "channels":
                world.managed_channel = json.loads(answer.body)["id"]
        for kind in ("admins", "customers"):
            answer = connection.ask("PUT", f"/api/v1/{kind}/kept/preferences", [*headers, MANAGER], b"{}")
            self.assertEqual(200, answer.status, answer.body)
        answer = connection.ask("POST", "/api/v1/events", headers, json.dumps(FIRST_EVENTS).encode())
        self.assertEqual(202, answer.status, answer.body)
        listed = json.loads(self.get("/api/v1/deliveries?limit=50"))
        world.remember("deliveries", [x["id"] for x in listed["data"]])

    def enter_portal(self, customer):
        """The header fields that a customer's session takes."""
        connection = Connection(self.daemon.host, self.daemon.port, PATIENCE)
        self.addCleanup(connection.close)
        link = connection.ask("POST", f"/api/v1/customers/{customer}/portal-links",
                              [("Authorization", f"Bearer {self.tokens['all']}")], b"")
        self.assertEqual(201, link.status, link.body)
        code = json.dumps({"code": json.loads(link.body)["code"]}).encode()
        entered = connection.ask("POST", "/api/v1/portal/session", [("Content-Type", "application/json")], code)
        self.assertEqual(201, entered.status, entered.body)
        return [("Cookie", entered.headers["set-cookie"].split(";")[0]),
                ("X-CSRF-Token", json.loads(entered.body)["csrf_token"])]

    def test_every_answer_is_described(self):
        run, world = Run(), World()
        self.make_first_objects(world)
        customer = self.enter_portal("acme")
        makers = [RequestMaker(self.document, world, random.Random(f"{SEED}/{i}"), self.tokens) for i in range(THREADS)]
        send_all(self.document, world, run, self.daemon, makers[0].as_customer(customer))
        send_all(self.document, world, run, self.daemon, makers[0].sure())
        send_all(self.document, world, run, self.daemon, makers[0].every_plan())
        share = (REQUESTS - sum(run.seen.values())) // THREADS
        threads = [threading.Thread(target=send_all, args=(self.document, world, run, self.daemon,
                                                           (maker.next() for _ in range(share))))
                   for maker in makers]
        for x in threads:
            x.start()
        for x in threads:
            x.join()
        if run.faults:
            self.fail(f"seed {SEED}:\n" + "\n".join(run.faults[:10]) + "\n" + self.daemon.log())
        self.assertGreater(sum(run.seen.values()), REQUESTS - THREADS)
        self.assertFalse(self.unseen(run), "answers that are described were never given")
        self.get("/readyz")
        stats = json.loads(self.get("/api/v1/stats/actors"))
        restarted = [x["name"] for x in stats["actors"] + stats["channels"] if x["restarts"]]
        self.assertFalse(restarted, self.daemon.log())

    def unseen(self, run):
        """Operations with statuses that they are described with and never gave."""
        result = []
        somewhere = {status for _, status in run.seen}
        for operation in self.document.operations:
            for status in operation.judges:
                if status in NOT_PROVOKED or (operation.name, status) in run.seen.keys() | OF_CUSTOMERS:
                    continue
                if status not in OF_ANY_OPERATION or status not in somewhere:
                    result.append(f"{operation.name} {status}")
        return result


if __name__ == "__main__":
    unittest.main()
