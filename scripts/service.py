"""The service and its command line, as bin/up uses them."""

import json
import os
import ssl
import subprocess
import tomllib
import urllib.error
import urllib.request

from program import ROOT, Ended, Failure, Program, command_line, shown, wait_until

BINARIES = ROOT / "build/release/bin"

# With one of them the command line goes to another service, whatever its context says.
LEADING_ELSEWHERE = ("TOCSIN_URL", "TOCSIN_TOKEN")


def trusting_anybody():
    """For a question to this machine that holds no secret: any certificate will do."""
    result = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    result.check_hostname = False
    result.verify_mode = ssl.CERT_NONE
    return result


def settings_text(shipped, values):
    """The text of the shipped settings with other values for some `section.key`."""
    left = dict(values)
    section = ""
    lines = []
    for line in shipped.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        name = f"{section}.{line.split(' = ')[0]}"
        if name in left:
            # A JSON string is a TOML string too.
            line = f"{line.split(' = ')[0]} = {json.dumps(left.pop(name))}"
        lines.append(line)
    if left:
        raise Failure(f"app/tocsin.toml has no {', '.join(left)}")
    return "\n".join(lines) + "\n"


class Service:
    """A tocsind whose settings, data and files lie in `directory`."""

    def __init__(self, directory, values=None, has_own_context=False):
        self.program = Program("tocsind", BINARIES / "tocsind", directory)
        self.settings_file = directory / "tocsin.toml"
        self.default_data_dir = directory / "tocsin"
        self.values = {"storage.data_dir": str(self.default_data_dir), **(values or {})}
        # Where the command line keeps URL and token; None: where it does by itself.
        self.own_context = directory / "context.json"
        self.context = self.own_context if has_own_context or self.own_context.exists() else None
        self.url = None

    def make_settings(self):
        """Writes the settings unless there are some."""
        if self.settings_file.exists():
            return
        shipped = (ROOT / "app/tocsin.toml").read_text(encoding="utf-8")
        self.settings_file.parent.mkdir(parents=True, exist_ok=True)
        self.settings_file.write_text(settings_text(shipped, self.values), encoding="utf-8")

    def ensure(self):
        """Starts it if it does not run, and waits until it takes events. Says whether it ran."""
        ran = self.program.pid() is not None
        if ran:
            text = wait_until(self._ready_text, 60) or ""
        else:
            self.make_settings()
            text = self._start()
        try:
            self.url = json.loads(text)["url"]
        except (ValueError, KeyError):
            raise Failure(f"{self.program.ready_file} does not say where tocsind listens") from None
        if not wait_until(self._is_ready, 30):
            raise Failure(f"{self.url}/readyz does not say that tocsind takes events:\n"
                          f"{self.program.log_tail()}")
        return ran

    def take_token(self):
        """The token of the first start, once: it goes into the context, its file goes away.

        A context that holds something already may be the only place where that is kept: then this
        service gets one of its own, beside its settings.
        """
        file = self._data_dir() / "initial-admin-token"
        if not file.exists():
            return None
        token = file.read_text(encoding="utf-8").strip()
        if not self.context and self._context_is_in_use():
            self.context = self.own_context
        self.tocsin("context", "set", "--url", self.url, "--token", f"@{file}")
        file.unlink()
        return token

    def command(self):
        """How people call the command line for this service in the shell they are in."""
        context = ["--context", shown(self.context)] if self.context else []
        unset = "".join(f"-u {x} " for x in LEADING_ELSEWHERE if os.environ.get(x))
        return f"{'env ' if unset else ''}{unset}{command_line(BINARIES / 'tocsin', *context)}"

    def tocsin(self, *arguments):
        """Runs the command line and returns what it printed; raises Failure if it fails."""
        context = ["--context", str(self.context)] if self.context else []
        # It must talk to this service, whatever the caller's own session is set to.
        variables = {k: v for k, v in os.environ.items() if k not in LEADING_ELSEWHERE}
        done = subprocess.run([BINARIES / "tocsin", *context, *arguments], env=variables,
                              capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise Failure(f"tocsin {' '.join(arguments[:2])} ended with exit code "
                          f"{done.returncode}:\n{done.stderr or done.stdout}")
        return done.stdout

    def _context_is_in_use(self):
        try:
            found = json.loads(self.tocsin("context", "show", "--format", "json"))
        except Failure:
            # There is one that cannot be read as it is.
            return True
        return found["token_configured"] or found["url_source"] != "default"

    def _start(self):
        arguments = ["--config", self.settings_file, "--ready-file", self.program.ready_file]
        # Its settings are those of the file: that is also where token and context are looked for.
        variables = {k: v for k, v in os.environ.items() if not k.startswith("TOCSIN_")}
        try:
            return self.program.start(arguments, environment=variables)
        except Ended as end:
            if "Address already in use" not in str(end):
                raise
            raise Failure(f"{end}\nAnother program has that address (ss -ltnp shows which). End that, "
                          f"or set another one in {self.settings_file}.") from None

    def _data_dir(self):
        with open(self.settings_file, "rb") as file:
            storage = tomllib.load(file).get("storage", {})
        return ROOT / storage.get("data_dir", str(self.default_data_dir))

    def _ready_text(self):
        try:
            return self.program.ready_file.read_text(encoding="utf-8")
        except OSError:
            return None

    def _is_ready(self):
        # Only ever this machine: a proxy in the environment has no say.
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=trusting_anybody()))
        try:
            with opener.open(f"{self.url}/readyz", timeout=5) as reply:
                return reply.status == 200
        except (urllib.error.URLError, OSError):
            return False
