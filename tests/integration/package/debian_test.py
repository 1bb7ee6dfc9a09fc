"""Builds the package for Debian, looks into it, and runs its programs from its unpacked tree. Runs
under ctest, which says in the environment where everything is."""

import configparser
import os
import pathlib
import subprocess
import tempfile
import unittest

LIMIT = 500


def run(*command):
    """What a command printed; fails with it if the command fails."""
    done = subprocess.run([str(x) for x in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=LIMIT)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


class DebianTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="tocsin-debian-")
        cls.addClassCleanup(directory.cleanup)
        root = pathlib.Path(directory.name)
        run(os.environ["TOCSIN_CPACK"], "-G", "DEB", "-B", root / "made", "--config",
            pathlib.Path(os.environ["TOCSIN_BUILD"]) / "CPackConfig.cmake")
        cls.packages = list((root / "made").glob("*.deb"))
        cls.tree = root / "tree"
        cls.control = root / "control"
        run("dpkg-deb", "-x", cls.packages[0], cls.tree)
        run("dpkg-deb", "-e", cls.packages[0], cls.control)

    def in_tree(self, path):
        return self.tree / str(path).lstrip("/")

    def field(self, name):
        return run("dpkg-deb", "-f", self.packages[0], name).strip()

    def test_is_one_package_that_names_what_it_needs(self):
        self.assertEqual(1, len(self.packages))
        self.assertEqual("tocsin", self.field("Package"))
        self.assertEqual(os.environ["TOCSIN_VERSION"], self.field("Version"))
        for needed in ("adduser", "ca-certificates", "libcaf-core0.17", "liblmdb0", "libssl3"):
            self.assertIn(needed, self.field("Depends"))

    def test_has_programs_of_its_version(self):
        for program in ("tocsind", "tocsin"):
            said = run(self.in_tree(f"/usr/bin/{program}"), "--version")
            self.assertEqual(f"{program} {os.environ['TOCSIN_VERSION']}\n", said)

    def test_has_a_unit_for_them(self):
        unit = configparser.ConfigParser(interpolation=None)
        unit.read(self.in_tree("/lib/systemd/system/tocsind.service"))
        program, flag, settings = unit["Service"]["ExecStart"].split()
        self.assertEqual("--config", flag)
        said = run(self.in_tree(program), flag, self.in_tree(settings), "--check-config")
        self.assertIn("no faults found", said)
        data = f"/var/lib/{unit['Service']['StateDirectory']}"
        self.assertIn(f'data_dir = "{data}"', self.in_tree(settings).read_text())
        user = unit["Service"]["User"]
        self.assertRegex((self.control / "postinst").read_text(), rf"adduser .*--home {data} .*{user}\n")

    def test_keeps_the_settings_that_somebody_has_changed(self):
        self.assertEqual("/etc/tocsin/tocsin.toml\n", (self.control / "conffiles").read_text())

    def test_has_scripts_that_a_shell_can_read(self):
        for script in ("postinst", "prerm", "postrm"):
            run("sh", "-n", self.control / script)
            self.assertTrue(os.access(self.control / script, os.X_OK))

    def test_names_what_was_installed_by_hand_and_stands_in_its_way(self):
        with tempfile.TemporaryDirectory(prefix="tocsin-debian-") as directory:
            root = pathlib.Path(directory)
            (root / "bin").mkdir()
            for program in ("adduser", "systemctl"):
                (root / "bin" / program).write_text("#!/bin/sh\n")
                (root / "bin" / program).chmod(0o755)
            configure = ("env", f"DPKG_ROOT={root}", f"PATH={root}/bin:{os.environ['PATH']}",
                         self.control / "postinst", "configure")
            self.assertEqual("", run(*configure))
            for old in ("/etc/systemd/system/tocsind.service", "/usr/local/bin/tocsin"):
                (root / old.lstrip("/")).parent.mkdir(parents=True)
                (root / old.lstrip("/")).touch()
                self.assertIn(f"warning: {old} is used", run(*configure))

    def test_completes_commands_and_has_the_manual(self):
        for path in ("bash-completion/completions/tocsin", "zsh/vendor-completions/_tocsin",
                     "fish/vendor_completions.d/tocsin.fish"):
            self.assertIn("rotate-key", self.in_tree(f"/usr/share/{path}").read_text())
        for page in ("operations.md", "CHANGELOG.md", "copyright"):
            self.assertTrue(self.in_tree(f"/usr/share/doc/tocsin/{page}").exists(), page)

    def test_puts_nothing_where_the_administrator_puts_things(self):
        self.assertFalse(self.in_tree("/usr/local").exists())


if __name__ == "__main__":
    unittest.main()
