import contextlib
import json
import pathlib
import stat
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "scripts"))
import service
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
        tocsin = self.binaries / "tocsin"
        tocsin.write_text(TOCSIN.format(python=sys.executable))
        tocsin.chmod(tocsin.stat().st_mode | stat.S_IXUSR)
        patch = mock.patch.object(service, "BINARIES", self.binaries)
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


if __name__ == "__main__":
    unittest.main()
