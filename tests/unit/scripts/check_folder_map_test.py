import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "scripts"))
import check_folder_map


class CheckFolderMap(unittest.TestCase):
    def test_reads_a_table(self):
        text = ("# Tocsin\n`other/` is not in the map\n## The folders\n| folder | holds |\n|---|---|\n"
                "| `actors/` | who does it |\n| `app/` | wiring |\n## Next\n| `late/` | no |\n")
        self.assertEqual({"actors": "who does it", "app": "wiring"},
                         check_folder_map.folder_map(text))

    def test_reads_a_fenced_block(self):
        text = "## Folder map\n```\nactors/   who does it\napp/      wiring\n```\n"
        self.assertEqual({"actors": "who does it", "app": "wiring"},
                         check_folder_map.folder_map(text))

    def test_names_what_lacks_what_is_gone_and_what_is_not_explained(self):
        found = list(check_folder_map.differences({"old": "x", "bare": ""}, {"new", "bare"}))
        self.assertEqual(3, len(found))
        self.assertIn("lacks new/", found[0])
        self.assertIn("names old/", found[1])
        self.assertIn("nothing about bare/", found[2])

    def test_is_content_with_equal_sets(self):
        self.assertEqual([], list(check_folder_map.differences({"app": "x"}, {"app"})))


if __name__ == "__main__":
    unittest.main()
