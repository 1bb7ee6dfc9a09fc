import contextlib
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "scripts"))
from program import Ended, Failure, Program, command_line

# Writes its ready file (its last argument) and waits to be ended.
WILLING = """#!{python}
import pathlib, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {{signal.SIGTERM}})
pathlib.Path(sys.argv[-1] + ".new").write_text("ready")
pathlib.Path(sys.argv[-1] + ".new").rename(sys.argv[-1])
signal.sigwait({{signal.SIGTERM}})
"""

REFUSING = """#!{python}
import sys
print("the port is taken", file=sys.stderr)
sys.exit(69)
"""

IDLE = """#!{python}
import signal
signal.pause()
"""


class ProgramTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)

    def program(self, source):
        binary = self.directory / "program.py"
        binary.write_text(source.format(python=sys.executable))
        binary.chmod(0o755)
        result = Program("fake", binary, self.directory)
        self.addCleanup(result.stop)
        return result

    def test_is_named_as_a_shell_takes_it(self):
        directory = self.directory.resolve() / "my tools"
        directory.mkdir()
        program = directory / "up"
        program.write_text("#!/bin/sh\necho up $*\n")
        program.chmod(0o755)
        for here in (directory, directory.parent, pathlib.Path("/")):
            with contextlib.chdir(here):
                said = subprocess.run(command_line(program, "a b"), shell=True, text=True,
                                      capture_output=True, check=True)
            self.assertEqual("up a b\n", said.stdout)

    def test_starts_finds_and_ends(self):
        fake = self.program(WILLING)
        self.assertIsNone(fake.pid())
        self.assertEqual("ready", fake.start([fake.ready_file]))
        self.assertIsNotNone(fake.pid())
        self.assertFalse(fake.is_outdated())
        # Another invocation of bin/up finds the same process.
        self.assertEqual(fake.pid(), Program("fake", fake.binary, self.directory).pid())
        self.assertTrue(fake.stop())
        self.assertIsNone(fake.pid())
        self.assertFalse(fake.stop())
        self.assertFalse(fake.pid_file.exists())
        self.assertFalse(fake.ready_file.exists())

    def test_says_how_a_program_ended_that_did_not_start(self):
        fake = self.program(REFUSING)
        with self.assertRaises(Ended) as caught:
            fake.start([fake.ready_file])
        self.assertEqual(69, caught.exception.code)
        self.assertIn("the port is taken", str(caught.exception))
        self.assertFalse(fake.pid_file.exists())

    def test_shows_of_the_log_what_this_start_wrote(self):
        fake = self.program(REFUSING)
        fake.log_file.write_text("of yesterday\n")
        with self.assertRaises(Ended) as caught:
            fake.start([fake.ready_file])
        self.assertIn("the port is taken", str(caught.exception))
        self.assertNotIn("of yesterday", str(caught.exception))

    def test_ends_a_program_that_does_not_get_ready(self):
        fake = self.program(IDLE)
        with self.assertRaises(Failure):
            fake.start([fake.ready_file], seconds=0)
        self.assertIsNone(fake.pid())

    def test_leaves_a_process_alone_that_only_has_the_number(self):
        fake = self.program(WILLING)
        stranger = subprocess.Popen(["sleep", "60"])
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        fake.pid_file.write_text(f"{stranger.pid}\n")
        self.assertIsNone(fake.pid())
        self.assertFalse(fake.stop())
        self.assertIsNone(stranger.poll())

    def test_survives_a_pid_file_without_a_number(self):
        fake = self.program(WILLING)
        fake.pid_file.write_text("none\n")
        self.assertIsNone(fake.pid())

    def test_does_not_take_an_old_ready_file_for_a_new_one(self):
        fake = self.program(REFUSING)
        fake.ready_file.write_text("ready")
        with self.assertRaises(Ended):
            fake.start([fake.ready_file])


if __name__ == "__main__":
    unittest.main()
