import configparser
import pathlib
import re
import unittest

root = pathlib.Path(__file__).parents[3]


def read_unit():
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str
    unit.read(root / "docs/examples/tocsind.service")
    return unit


class ServiceUnit(unittest.TestCase):
    """docs/examples/tocsind.service agrees with what tocsind does."""

    def test_gives_it_time_to_drain(self):
        settings = (root / "app/tocsin.toml").read_text()
        drain = int(re.search(r'^drain_timeout = "(\d+)s"$', settings, re.M)[1])
        stop = int(read_unit()["Service"]["TimeoutStopSec"].removesuffix("s"))
        # Recording what ended and closing the ledger may take ten seconds each.
        self.assertGreaterEqual(stop, drain + 2 * 10)

    def test_does_not_start_again_what_cannot_start(self):
        table = (root / "docs/operations.md").read_text()
        for code in read_unit()["Service"]["RestartPreventExitStatus"].split():
            meaning = re.search(rf"^\| {code} \| (.*) \|$", table, re.M)[1]
            self.assertRegex(meaning, "command line|setting")

    def test_leaves_it_to_the_main_process_to_refuse_its_settings(self):
        # RestartPreventExitStatus= considers only the exit code of ExecStart= (systemd.service(5)):
        # a wrong setting found by ExecStartPre= would start the unit again for ever.
        self.assertNotIn("ExecStartPre", read_unit()["Service"])

    def test_keeps_the_database_where_the_guide_puts_it(self):
        directory = "/var/lib/" + read_unit()["Service"]["StateDirectory"]
        self.assertIn(f'data_dir = "{directory}"', (root / "docs/operations.md").read_text())


if __name__ == "__main__":
    unittest.main()
