"""Starts, finds and ends the programs that bin/up leaves running.

They run in the repository's root, where the relative paths of their settings begin. Each has a pid
file. A process counts as ours only if its command line names that program's own ready file, so that
a number that has come to belong to another process is left alone.
"""

import os
import pathlib
import shlex
import signal
import subprocess
import time


ROOT = pathlib.Path(__file__).resolve().parent.parent


def shown(path):
    """The path as it leads there from where the caller is: what lies below is told from there."""
    path = pathlib.Path(path)
    here = pathlib.Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def command_line(program, *arguments):
    """What a shell takes, where the caller is, to run `program`."""
    name = shown(program)
    # Without a slash a shell would look for it in PATH.
    return shlex.join([name if "/" in name else f"./{name}", *arguments])


class Failure(Exception):
    """A reason to stop, in words for people."""


def wait_until(condition, seconds, pause=0.02):
    """Asks `condition` until it gives something true, and returns that; None after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() >= deadline:
            return None
        time.sleep(pause)


class Program:
    """One program: `directory` holds NAME.pid, NAME.ready and NAME.log."""

    def __init__(self, name, binary, directory):
        self.name = name
        self.binary = pathlib.Path(binary)
        self.pid_file = directory / f"{name}.pid"
        self.ready_file = directory / f"{name}.ready"
        self.log_file = directory / f"{name}.log"
        self._log_start = 0

    def pid(self):
        """The process that runs, or None."""
        try:
            pid = int(self.pid_file.read_text())
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if os.fsencode(self.ready_file) in words else None

    def is_outdated(self):
        """Whether what runs is an older build than what lies on the disk."""
        try:
            return os.readlink(f"/proc/{self.pid()}/exe").endswith(" (deleted)")
        except OSError:
            return False

    def start(self, arguments, seconds=60, environment=None):
        """Starts it and waits for its ready file, whose text it returns.

        `arguments` must name the ready file. Without an `environment` it has that of the caller.
        Raises Ended if it ends before, Failure if it takes too long.
        """
        self.ready_file.unlink(missing_ok=True)
        with open(self.log_file, "ab") as log:
            self._log_start = log.tell()
            process = subprocess.Popen([self.binary, *map(str, arguments)], stdin=subprocess.DEVNULL,
                                       stdout=log, stderr=log, start_new_session=True, cwd=ROOT,
                                       env=environment)
        self.pid_file.write_text(f"{process.pid}\n")
        wait_until(lambda: self.ready_file.exists() or process.poll() is not None, seconds)
        if process.poll() is not None:
            self.pid_file.unlink()
            raise Ended(self, process.returncode)
        if not self.ready_file.exists():
            self.stop()
            raise Failure(f"{self.name} was not ready after {seconds} s:\n{self.log_tail()}")
        return self.ready_file.read_text(encoding="utf-8")

    def stop(self, seconds=60):
        """Ends it if it runs; says whether it did. Raises Failure if it does not end in time."""
        pid = self.pid()
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            if not wait_until(lambda: self.pid() is None, seconds):
                raise Failure(f"{self.name} (pid {pid}) has not ended {seconds} s after SIGTERM")
        self.pid_file.unlink(missing_ok=True)
        self.ready_file.unlink(missing_ok=True)
        return pid is not None

    def log_tail(self, lines=10):
        """The end of what it logged since `start`."""
        with open(self.log_file, "rb") as log:
            log.seek(self._log_start)
            return "\n".join(log.read().decode("utf-8", "replace").splitlines()[-lines:])


class Ended(Failure):
    """The program ended before it was ready."""

    def __init__(self, program, code):
        super().__init__(f"{program.name} ended with exit code {code}, and in "
                         f"{program.log_file} stands:\n{program.log_tail()}")
        self.code = code
