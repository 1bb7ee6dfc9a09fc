import contextlib
import json
import os
import pathlib
import shlex
import stat
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "scripts"))
import service
from program import Failure
from service import Service

# Notes how it is called; shows the context that lies beside it, and makes those it is told to.
TOCSIN = """#!{python}
import json, pathlib, sys
here = pathlib.Path(sys.argv[0]).parent
with open(here / "calls", "a") as calls:
    print(json.dumps(sys.argv[1:]), file=calls)
if "show" in sys.argv:
    print((here / "shown").read_text())
elif sys.argv[1] == "--context":
    pathlib.Path(sys.argv[2]).write_text("")
"""

# Says which variables of Tocsin's it has been given.
VARIABLES = """#!{python}
import os
print(*[x for x in os.environ if x.startswith("TOCSIN_")])
"""

# Keeps its environment, and answers every question with 200.
TOCSIND = """#!{python}
import http.server, json, os, pathlib, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
(pathlib.Path(sys.argv[0]).parent / "environment").write_text(json.dumps(dict(os.environ)))
server = http.server.HTTPServer(("127.0.0.1", 0), Ready)
ready = pathlib.Path(sys.argv[-1])
ready.with_suffix(".new").write_text(json.dumps({{"url": f"http://127.0.0.1:{{server.server_port}}"}}))
ready.with_suffix(".new").rename(ready)
server.serve_forever()
"""

# Ends as a tocsind does that cannot listen.
DEAF_TOCSIND = """#!{python}
import sys
print("error cannot start: cannot listen on {address}: {why}", file=sys.stderr)
sys.exit(69)
"""

UNUSED = {"url": "http://127.0.0.1:8420", "url_source": "default", "token_configured": False}
IN_USE = {"url": "https://notify.example.com", "url_source": "/home/ops/context.json",
          "token_configured": True}


class ServiceTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        # macOS and others have a link on the way to it.
        self.directory = pathlib.Path(temporary.name).resolve()
        self.binaries = self.directory / "bin"
        self.binaries.mkdir()
        self.make_program("tocsin", TOCSIN)
        patch = mock.patch.object(service, "BINARIES", self.binaries)
        patch.start()
        self.addCleanup(patch.stop)
        self.set_variables({})

    def make_program(self, name, source, **values):
        program = self.binaries / name
        program.write_text(source.format(python=sys.executable, **values))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def set_variables(self, values):
        """Makes these the only ones of Tocsin's in the caller's environment."""
        others = {k: v for k, v in os.environ.items() if not k.startswith("TOCSIN_")}
        patch = mock.patch.dict(os.environ, {**others, **values}, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def service(self, shown):
        """One that has just started for the first time, beside a context as `shown`."""
        (self.binaries / "shown").write_text(json.dumps(shown))
        result = Service(self.directory)
        result.url = "http://127.0.0.1:8420"
        result.make_settings()
        result.default_data_dir.mkdir()
        (result.default_data_dir / "initial-admin-token").write_text("tocsin_first\n")
        return result

    def sets(self):
        calls = map(json.loads, (self.binaries / "calls").read_text().splitlines())
        return [x for x in calls if "set" in x]

    def test_leaves_the_context_of_another_service_alone(self):
        started = self.service(IN_USE)
        self.assertEqual("tocsin_first", started.take_token())
        own = self.directory / "context.json"
        self.assertEqual([["--context", str(own)]], [x[:2] for x in self.sets()])
        self.assertIn(f"--context {own}", started.command())
        # So it does when it is called again, with no token to take.
        again = Service(self.directory)
        self.assertIsNone(again.take_token())
        self.assertEqual(started.command(), again.command())

    def test_leaves_a_context_with_a_token_alone_that_is_not_its_own(self):
        started = self.service({**UNUSED, "token_configured": True})
        started.take_token()
        self.assertIn("--context", started.command())

    def test_takes_the_context_that_nobody_uses(self):
        started = self.service(UNUSED)
        self.assertEqual("tocsin_first", started.take_token())
        self.assertEqual([["context", "set"]], [x[:2] for x in self.sets()])
        self.assertNotIn("--context", started.command())
        self.assertFalse((started.default_data_dir / "initial-admin-token").exists())

    def test_says_how_it_is_called_from_where_one_is(self):
        elsewhere = self.directory / "else where"
        elsewhere.mkdir()
        with contextlib.chdir(elsewhere):
            self.assertEqual(f"{self.binaries}/tocsin", Service(self.directory).command())
        with contextlib.chdir(self.directory):
            self.assertEqual("bin/tocsin", Service(self.directory).command())
        with contextlib.chdir(self.binaries):
            self.assertEqual("./tocsin", Service(self.directory).command())

    def test_its_command_line_goes_to_no_other_service_that_the_shell_names(self):
        self.make_program("tocsin", VARIABLES)
        self.set_variables({"TOCSIN_URL": "https://notify.example.com", "TOCSIN_TOKEN": "tocsin_x",
                            "TOCSIN_CONTEXT": "/home/ops/context.json"})
        started = Service(self.directory, has_own_context=True)
        said = subprocess.run(f"{started.command()} channel list", shell=True, check=True, text=True,
                              capture_output=True)
        self.assertEqual(["TOCSIN_CONTEXT"], said.stdout.split())
        self.set_variables({"TOCSIN_TOKEN": "tocsin_x", "TOCSIN_URL": ""})
        self.assertEqual(["env", "-u", "TOCSIN_TOKEN"], shlex.split(started.command())[:3])

    def test_starts_it_on_the_settings_of_its_file_alone(self):
        self.make_program("tocsind", TOCSIND)
        self.set_variables({"TOCSIN_STORAGE_DATA_DIR": "/srv/other", "ELSEWISE": "kept"})
        started = Service(self.directory)
        self.addCleanup(started.program.stop)
        self.assertFalse(started.ensure())
        environment = json.loads((self.binaries / "environment").read_text())
        self.assertEqual([], [x for x in environment if x.startswith("TOCSIN_")])
        self.assertEqual("kept", environment["ELSEWISE"])

    def reason_not_to_start(self, address, why):
        self.make_program("tocsind", DEAF_TOCSIND, address=address, why=why)
        with self.assertRaises(Failure) as caught:
            Service(self.directory).ensure()
        return str(caught.exception)

    def test_says_why_it_cannot_listen(self):
        said = self.reason_not_to_start("0.0.0.0 port 443", "Permission denied")
        self.assertIn("cannot listen on 0.0.0.0 port 443: Permission denied", said)
        self.assertNotIn("nother program", said)

    def test_says_which_address_another_program_has(self):
        said = self.reason_not_to_start("127.0.0.1 port 8421", "Address already in use")
        self.assertIn("cannot listen on 127.0.0.1 port 8421", said)
        self.assertIn("Another program has that address (ss -ltnp shows which)", said)


if __name__ == "__main__":
    unittest.main()
