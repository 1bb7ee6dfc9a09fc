import gzip
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
SCRIPT = pathlib.Path(__file__).parents[3] / "scripts/make_panel_files.py"
sys.path.insert(0, str(SCRIPT.parent))
from make_panel_files import STEP, literal


def bytes_of(text):
    """What a compiler makes of the literals in `text`, which have octal escapes alone."""
    joined = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text))
    return re.sub(rb"\\([0-7]{3})", lambda x: bytes([int(x[1], 8)]), joined.encode())


class MakePanelFilesTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name) / "panel"
        (self.directory / "assets").mkdir(parents=True)
        self.output = pathlib.Path(temporary.name) / "panel_files.cpp"

    def run_script(self):
        return subprocess.run([sys.executable, SCRIPT, self.output, self.directory], check=False,
                              capture_output=True, text=True)

    def test_a_literal_holds_every_byte(self):
        data = bytes(range(256)) + b'"\\??/0'
        self.assertEqual(bytes_of(literal(data)), data)
        self.assertTrue(literal(data).endswith(f", {len(data)}}}"))

    def test_no_piece_of_a_literal_is_longer_than_compilers_must_take(self):
        lines = literal(b"\0" * (3 * STEP + 1)).splitlines()
        self.assertEqual(len(lines), 4)
        self.assertLess(max(map(len, lines)), 65_536)

    def test_files_stand_in_the_order_in_which_they_are_looked_for(self):
        (self.directory / "index.html").write_text("<p>")
        (self.directory / "assets/b.js").write_text("b")
        (self.directory / "assets/a.css").write_text("a")
        self.assertEqual(self.run_script().returncode, 0)
        paths = re.findall(r'panel_file\{\{"([^"]*)"', self.output.read_text())
        self.assertEqual(paths, ["assets/a.css", "assets/b.js", "index.html"])

    def test_the_same_files_give_the_same_source_whenever_it_is_made(self):
        (self.directory / "index.html").write_text("<p>")
        self.run_script()
        first = self.output.read_bytes()
        self.output.unlink()
        self.run_script()
        self.assertEqual(self.output.read_bytes(), first)
        self.assertIn(literal(gzip.compress(b"<p>", 9, mtime=0)), first.decode())

    def test_a_file_of_a_type_it_does_not_know_is_refused(self):
        (self.directory / "index.html").write_text("<p>")
        (self.directory / "notes.docx").write_text("")
        result = self.run_script()
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("notes.docx", result.stderr)
        self.assertFalse(self.output.exists())

    def test_an_empty_folder_is_refused(self):
        (self.directory / "assets").rmdir()
        self.assertIn("there is nothing in", self.run_script().stderr)


if __name__ == "__main__":
    unittest.main()
