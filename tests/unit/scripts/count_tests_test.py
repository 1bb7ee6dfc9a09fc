import pathlib
import sys
import unittest
import xml.etree.ElementTree as xml

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "scripts"))
import count_tests


class CountTests(unittest.TestCase):
    def test_counts_passed_and_failed_and_names_what_did_not_run(self):
        root = xml.fromstring("<testsuite>"
                              '<testcase name="a" status="run"/><testcase name="b" status="run"/>'
                              '<testcase name="c" status="fail"><failure/></testcase>'
                              '<testcase name="d" status="notrun"><skipped/></testcase>'
                              '<testcase name="e" status="disabled"/></testsuite>')
        self.assertEqual((2, 1, ["d", "e"]), count_tests.count(root))


if __name__ == "__main__":
    unittest.main()
