"""Names of customers' channels that lead to public addresses first and to private ones later, or to both.

TOCSIND is the binary. The test runs in network and mount namespaces of its own, so that it can be the
resolver, and so that a public address can stand on its loopback interface.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "openapi"))
from daemon import Daemon
from name_server import NameServer
from wire import Connection

IS_INSIDE = "TOCSIN_TEST_IS_INSIDE"
PUBLIC = "8.8.8.8"
PRIVATE = "127.0.0.1"
NOBODY_LISTENS = "8.8.4.4"
PATIENCE = 120


class Receiver:
    """Takes webhooks at one address and counts connections, also those that say nothing."""

    def __init__(self, host, port):
        self.connections = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def setup(self):
                receiver.connections += 1
                super().setup()

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.send_header("Connection", "close")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer((host, port), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class DnsRebindingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.names = NameServer("127.0.0.1")

    def setUp(self):
        self.private = Receiver(PRIVATE, 0)
        self.addCleanup(self.private.close)
        self.public = Receiver(PUBLIC, self.private.port)
        self.addCleanup(self.public.close)
        # Without the proxy of the other tests: behind one, the service looks up no names.
        self.daemon = Daemon(os.environ["TOCSIND"], {"transport.proxy": ""})
        self.addCleanup(lambda: self.daemon.stop())
        self.ask("POST", "/customers", {"name": "acme", "portal_enabled": True}, 201)

    def ask(self, method, path, value, status):
        connection = Connection(self.daemon.host, self.daemon.port, PATIENCE)
        headers = [("Authorization", f"Bearer {self.daemon.token}"), ("Content-Type", "application/json")]
        answer = connection.ask(method, f"/api/v1{path}", headers, json.dumps(value).encode())
        connection.close()
        self.assertEqual(status, answer.status, answer.body)
        return json.loads(answer.body)

    def webhook_to(self, host):
        return self.ask("POST", "/channels", {
            "owner": "customer/acme", "name": host, "type": "webhook",
            "settings": {"url": f"http://{host}:{self.private.port}/hook"}}, 201)["id"]

    def mail_over(self, host):
        return self.ask("POST", "/channels", {
            "owner": "customer/acme", "name": host, "type": "email",
            "settings": {"host": host, "port": self.private.port, "encryption": "none",
                         "from": "a@example.com", "to": ["b@example.com"]}}, 201)["id"]

    def send(self, channel):
        return self.ask("POST", f"/channels/{channel}/test", {}, 200)

    def assert_refused(self, result):
        self.assertFalse(result["delivered"], result)
        self.assertEqual("connect", result["stage"], result)
        self.assertIn("address", result["code"], result)
        self.assertEqual(0, self.private.connections)

    def test_a_public_name_is_delivered_to(self):
        self.names.addresses["public.test"] = [PUBLIC]
        self.assertTrue(self.send(self.webhook_to("public.test"))["delivered"])
        self.assertEqual((1, 0), (self.public.connections, self.private.connections))

    def test_a_name_that_becomes_private_is_refused_from_then_on(self):
        self.names.addresses["rebinds.test"] = [PUBLIC]
        channel = self.webhook_to("rebinds.test")
        self.assertTrue(self.send(channel)["delivered"])
        self.names.addresses["rebinds.test"] = [PRIVATE]
        # A new start, as libcurl remembers a name for a minute.
        self.daemon.restart()
        self.assert_refused(self.send(channel))
        self.assertGreaterEqual(self.names.asked.count("rebinds.test"), 2)

    def test_a_private_address_is_no_way_out_where_the_public_one_is_silent(self):
        self.names.addresses["both.test"] = [NOBODY_LISTENS, PRIVATE]
        self.assertFalse(self.send(self.webhook_to("both.test"))["delivered"])
        self.assertEqual(0, self.private.connections)

    def test_a_private_address_first_is_refused(self):
        self.names.addresses["inward.test"] = [PRIVATE]
        self.assert_refused(self.send(self.webhook_to("inward.test")))

    def test_mail_is_held_to_the_same(self):
        self.names.addresses["mail.test"] = [PRIVATE]
        self.assert_refused(self.send(self.mail_over("mail.test")))

    def test_an_admin_may_reach_a_private_address(self):
        self.names.addresses["admins.test"] = [PRIVATE]
        channel = self.ask("POST", "/channels", {
            "name": "inside", "type": "webhook",
            "settings": {"url": f"http://admins.test:{self.private.port}/hook"}}, 201)["id"]
        self.assertTrue(self.send(channel)["delivered"])
        self.assertEqual(1, self.private.connections)


# What CTest takes for a test that was not run.
SKIPPED = 77


def enter_namespaces():
    """Runs this program again, where it has a network and a table of mounts of its own."""
    with tempfile.NamedTemporaryFile("w", prefix="tocsin-resolv-") as file:
        file.write("nameserver 127.0.0.1\noptions timeout:2 attempts:2\n")
        file.flush()
        commands = ["ip link set lo up"]
        commands += [f"ip address add {x}/32 dev lo" for x in (PUBLIC, NOBODY_LISTENS)]
        commands += [f"mount --bind {file.name} /etc/resolv.conf", 'exec "$0" -B -W ignore::ResourceWarning "$@"']
        done = subprocess.run(["unshare", "--net", "--mount", "sh", "-ec", "\n".join(commands), sys.executable,
                               *sys.argv], env={**os.environ, IS_INSIDE: "1"}, check=False)
    return done.returncode


if __name__ == "__main__":
    if IS_INSIDE in os.environ:
        unittest.main()
    if os.geteuid() != 0:
        print("namespaces of its own need root")
        sys.exit(SKIPPED)
    sys.exit(enter_namespaces())
