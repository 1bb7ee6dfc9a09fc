"""A tocsind of the test's own, on a port and in a directory of its own, that reaches nobody outside."""

import json
import pathlib
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parents[4] / "scripts"))
from program import Program
from service import ROOT, settings_text

# Nobody listens there, so that whatever is sent to it fails at once.
NOWHERE = "http://127.0.0.1:1"


class Daemon:
    """`values` are settings besides, by their names as `section.key`."""

    def __init__(self, binary, values=None):
        self._directory = tempfile.TemporaryDirectory(prefix="tocsin-openapi-")
        folder = pathlib.Path(self._directory.name)
        data = folder / "data"
        settings = folder / "tocsin.toml"
        shipped = (ROOT / "app/tocsin.toml").read_text(encoding="utf-8")
        settings.write_text(settings_text(shipped, {
            "server.listen": "127.0.0.1:0",
            "storage.data_dir": str(data),
            # Requests come as fast as they are answered.
            "server.rate_limit": 100_000,
            # All channels but email go there; mail goes to loopback addresses only.
            "transport.proxy": NOWHERE,
            "log.level": "warning",
            **(values or {}),
        }), encoding="utf-8")
        self._program = Program("tocsind", binary, folder)
        self._arguments = ["--config", settings, "--ready-file", self._program.ready_file]
        self._start()
        self.token = (data / "initial-admin-token").read_text(encoding="utf-8").strip()

    def _start(self):
        url = urllib.parse.urlsplit(json.loads(self._program.start(self._arguments))["url"])
        self.host, self.port = url.hostname, url.port

    def restart(self):
        """Ends it and starts it again with the same data; the port may be another one then."""
        self._program.stop()
        self._start()

    def log(self):
        return self._program.log_tail(40)

    def stop(self):
        self._program.stop()
        self._directory.cleanup()
