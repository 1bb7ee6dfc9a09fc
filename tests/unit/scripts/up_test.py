import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[3]


class UpTest(unittest.TestCase):
    """bin/up in a tree whose scripts only say that they were called."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name).resolve()
        tree = self.directory / "tree"
        (tree / "bin").mkdir(parents=True)
        (tree / "scripts").mkdir()
        shutil.copy(ROOT / "bin/up", tree / "bin/up")
        installer = tree / "scripts/install_packages"
        installer.write_text("#!/bin/sh\necho installing\nexit 1\n")
        installer.chmod(0o755)
        (tree / "scripts/up.py").write_text("import os, sys\nprint(os.getcwd(), *sys.argv[1:])\n")

    def up(self, *arguments):
        return subprocess.run(["../tree/bin/up", *arguments], cwd=self.elsewhere(), text=True,
                              capture_output=True, check=False)

    def elsewhere(self):
        result = self.directory / "elsewhere"
        result.mkdir(exist_ok=True)
        return result

    def test_stops_without_installing_anything(self):
        done = self.up("--stop")
        self.assertEqual(f"{self.elsewhere()} --stop\n", done.stdout)
        self.assertEqual(0, done.returncode, done.stderr)

    def test_ends_where_a_package_cannot_be_installed(self):
        done = self.up()
        self.assertEqual("installing\n", done.stdout)
        self.assertNotEqual(0, done.returncode)


if __name__ == "__main__":
    unittest.main()
