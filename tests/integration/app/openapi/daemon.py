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
    def __init__(self, binary):
        self._directory = tempfile.TemporaryDirectory(prefix="tocsin-openapi-")
        folder = pathlib.Path(self._directory.name)
        data = folder / "data"
        settings = folder / "tocsin.toml"
        shipped = (ROOT / "app/tocsin.toml").read_text(encoding="utf-8")
        settings.write_text(settings_text(shipped, {
            "server.listen": "127.0.0.1:0",
            "storage.data_dir": str(data),
            # All channels but email go there; mail goes to loopback addresses only.
            "transport.proxy": NOWHERE,
            "log.level": "warning",
        }), encoding="utf-8")
        self._program = Program("tocsind", binary, folder)
        ready = self._program.start(["--config", settings, "--ready-file", self._program.ready_file])
        url = urllib.parse.urlsplit(json.loads(ready)["url"])
        self.host, self.port = url.hostname, url.port
        self.token = (data / "initial-admin-token").read_text(encoding="utf-8").strip()

    def log(self):
        return self._program.log_tail(40)

    def stop(self):
        self._program.stop()
        self._directory.cleanup()
