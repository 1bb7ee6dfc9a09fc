"""Installs the client library below a prefix of the test's own, builds docs/examples/panel against it
as any other project would, and lets the panel send an event to a real service with certificates of
`tocsin pki`. Runs under ctest, which says in the environment where everything is."""

import http.server
import json
import os
import pathlib
import queue
import re
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.request

SOURCE = pathlib.Path(os.environ["TOCSIN_SOURCE"])
CMAKE = os.environ["TOCSIN_CMAKE"]
LIMIT = 60


def run(*command, **options):
    """Runs a command; fails with what it printed if it fails."""
    done = subprocess.run([str(x) for x in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def headers_needed(header, found):
    """Adds to `found` the header and all of ours that it includes."""
    if header in found:
        return
    found.add(header)
    for line in (SOURCE / header).read_text(encoding="utf-8").splitlines():
        included = re.match(r'#include "([^"]+)"', line)
        if included:
            headers_needed(included[1], found)


class Receiver(http.server.BaseHTTPRequestHandler):
    """A webhook: keeps what arrives."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.arrived.put(json.loads(body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="tocsin-package-")
        cls.root = pathlib.Path(cls.directory.name)
        cls.prefix = cls.root / "prefix"
        run(CMAKE, "--install", os.environ["TOCSIN_BUILD"], "--component", "client", "--prefix",
            cls.prefix)

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def test_installs_the_public_headers_and_those_they_include_and_no_others(self):
        include = self.prefix / "include" / "tocsin"
        installed = {x.relative_to(include).as_posix() for x in include.rglob("*.hpp")}
        needed = set()
        for header in ("client/connect.hpp", "messages/ids.hpp", "messages/protocol/failure.hpp"):
            headers_needed(header, needed)
        self.assertEqual(needed, installed)

    def test_the_example_finds_the_package_and_its_event_arrives(self):
        panel = self.build_example()
        pki = self.root / "pki"
        tocsin = os.environ["TOCSIN_PROGRAM"]
        run(tocsin, "pki", "init", "--dir", pki)
        run(tocsin, "pki", "issue", "node", "one", "--dir", pki, "--host", "127.0.0.1")
        run(tocsin, "pki", "issue", "panel", "shop", "--dir", pki)
        webhook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        webhook.arrived = queue.Queue()
        threading.Thread(target=webhook.serve_forever, daemon=True).start()
        self.addCleanup(webhook.server_close)
        self.addCleanup(webhook.shutdown)
        ready = self.start_service(pki)
        self.add_channel(ready["url"], f"http://127.0.0.1:{webhook.server_port}/hook")
        said = run(panel, "127.0.0.1", ready["gate_port"], pki, "shop",
                   input="the first line\nthe second line\n", timeout=LIMIT)
        ids = re.findall(r"^accepted (\S+)$", said, re.MULTILINE)
        self.assertEqual(2, len(ids), said)
        arrived = [webhook.arrived.get(timeout=LIMIT) for _ in ids]
        self.assertEqual(set(ids), {x["id"] for x in arrived})
        self.assertEqual({"the first line", "the second line"}, {x["message"] for x in arrived})

    def build_example(self):
        build = self.root / "build"
        options = [f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror"]
        if sanitizer := os.environ["TOCSIN_SANITIZE"]:
            # Libraries that were built with a sanitizer have to be linked with it, and those with
            # `address` were built with two (cmake/tocsin_target.cmake).
            kinds = "address,undefined" if sanitizer == "address" else sanitizer
            options[1] += f" -fsanitize={kinds}"
        if os.environ["TOCSIN_CAF"]:
            options.append(f"-DCAF_ROOT={os.environ['TOCSIN_CAF']}")
        run(CMAKE, "-S", SOURCE / "docs" / "examples" / "panel", "-B", build,
            "-G", os.environ["TOCSIN_GENERATOR"],
            f"-DCMAKE_CXX_COMPILER={os.environ['TOCSIN_CXX_COMPILER']}", *options)
        run(CMAKE, "--build", build)
        return build / "panel"

    def start_service(self, pki):
        """Starts tocsind, waits until it is ready, and gives the content of its ready file."""
        ready = self.root / "ready.json"
        settings = {"enabled": "true", "listen": "127.0.0.1:0", "panels": "tocsin://panel/shop",
                    "authority_file": pki / "ca.crt", "revoked_file": pki / "revoked.pem",
                    "certificate_file": pki / "node-one.crt", "key_file": pki / "node-one.key"}
        arguments = [x for key, value in settings.items() for x in ("--set", f"gate.{key}={value}")]
        service = subprocess.Popen(
            [os.environ["TOCSIND_PROGRAM"], "--data-dir", str(self.root / "data"), "--listen",
             "127.0.0.1:0", "--ready-file", str(ready), "--log-level", "error", *arguments])
        self.addCleanup(service.wait)
        self.addCleanup(service.terminate)
        end = time.monotonic() + LIMIT
        while not ready.exists():
            self.assertIsNone(service.poll(), "tocsind ended")
            self.assertLess(time.monotonic(), end, "tocsind did not become ready")
            time.sleep(0.02)
        return json.loads(ready.read_text(encoding="utf-8"))

    def add_channel(self, url, webhook):
        token = (self.root / "data" / "initial-admin-token").read_text(encoding="utf-8").strip()
        draft = {"name": "hook", "type": "webhook", "settings": {"url": webhook}}
        request = urllib.request.Request(
            url + "/api/v1/channels", json.dumps(draft).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=LIMIT) as reply:
            self.assertEqual(201, reply.status)


if __name__ == "__main__":
    unittest.main()
