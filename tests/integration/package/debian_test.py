"""Builds the package for Debian, looks into it, and runs its programs from its unpacked tree. Runs
under ctest, which says in the environment where everything is."""

import configparser
import os
import pathlib
import subprocess
import tempfile
import unittest

LIMIT = 500


def run(*command, umask=-1):
    """What a command printed; fails with it if the command fails."""
    done = subprocess.run([str(x) for x in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=LIMIT, umask=umask)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


class Machine:
    """A machine under systemd on which the package's scripts run. The programs that they call do
    nothing but note what they are asked, and systemctl and id answer."""

    def __init__(self, test):
        directory = tempfile.TemporaryDirectory(prefix="tocsin-debian-")
        test.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)
        (self.root / "bin").mkdir()
        (self.root / "run/systemd/system").mkdir(parents=True)
        for program in ("adduser", "runuser"):
            self.put_program(program, "")
        self.put_program("id", "echo tocsin mail")
        self.put_program("systemctl", f"""cd {self.root}
case $1 in is-active) test -e running ;; show) cat "$3" 2>/dev/null || echo ;; esac""")

    def start(self, **properties):
        """From now on the service runs, with these properties of its unit."""
        self.put("running")
        for name, value in properties.items():
            self.put(name, f"{value}\n")

    def put(self, path, text=""):
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def put_program(self, name, text):
        program = self.root / "bin" / name
        program.write_text(f'#!/bin/sh\necho "$@" >>{self.root}/{name}.asked\n{text}')
        program.chmod(0o755)

    def run(self, script, *arguments):
        """What the script printed."""
        return run("env", f"DPKG_ROOT={self.root}", f"PATH={self.root}/bin:{os.environ['PATH']}",
                   script, *arguments)

    def asked_of(self, name):
        """What the program has been asked since the last call, a line each."""
        asked = self.root / f"{name}.asked"
        lines = asked.read_text().splitlines() if asked.exists() else []
        asked.unlink(missing_ok=True)
        return lines

    def actions(self):
        """What systemctl has been asked to do since the last call."""
        return [x for x in self.asked_of("systemctl") if x.split()[0] not in ("is-active", "show")]


class DebianTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="tocsin-debian-")
        cls.addClassCleanup(directory.cleanup)
        root = pathlib.Path(directory.name)
        run(os.environ["TOCSIN_CPACK"], "-G", "DEB", "-B", root / "made", "--config",
            pathlib.Path(os.environ["TOCSIN_BUILD"]) / "CPackConfig.cmake", umask=0o077)
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

    def test_can_be_read_by_all_however_private_the_files_are_of_whoever_builds_it(self):
        for line in run("dpkg-deb", "-c", self.packages[0]).splitlines():
            self.assertRegex(line, r"^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) root/root ")

    def test_keeps_the_settings_that_somebody_has_changed(self):
        self.assertEqual("/etc/tocsin/tocsin.toml\n", (self.control / "conffiles").read_text())

    def test_has_scripts_that_a_shell_can_read(self):
        for script in ("postinst", "prerm", "postrm"):
            run("sh", "-n", self.control / script)
            self.assertTrue(os.access(self.control / script, os.X_OK))

    def test_names_what_was_installed_by_hand_and_stands_in_its_way(self):
        machine = Machine(self)
        self.assertEqual("", machine.run(self.control / "postinst", "configure"))
        for old in ("/etc/systemd/system/tocsind.service", "/usr/local/bin/tocsin"):
            machine.put(old)
            said = machine.run(self.control / "postinst", "configure")
            self.assertIn(f"warning: {old} is used", said)

    def test_goes_on_with_the_new_program_and_stops_what_is_removed(self):
        machine = Machine(self)
        machine.start()
        self.assertEqual("", machine.run(self.control / "postinst", "configure", "0.0.1"))
        self.assertEqual(["daemon-reload", "try-restart tocsind"], machine.actions())
        machine.run(self.control / "prerm", "upgrade")
        self.assertEqual([], machine.actions())
        machine.run(self.control / "prerm", "remove")
        self.assertEqual(["disable --now tocsind"], machine.actions())
        machine.run(self.control / "postrm", "remove")
        self.assertEqual(["daemon-reload"], machine.actions())

    def test_checks_the_settings_as_the_unit_would_have_them(self):
        machine = Machine(self)
        machine.start(Environment='TOCSIN_LOG_LEVEL=debug "TOCSIN_SERVER_PUBLIC_NAME=A \\$ b"',
                      SupplementaryGroups="ssl-cert")
        machine.run(self.control / "postinst", "configure", "0.0.1")
        unit = configparser.ConfigParser(interpolation=None)
        unit.read(self.in_tree("/lib/systemd/system/tocsind.service"))
        groups = "--supp-group tocsin --supp-group mail --supp-group ssl-cert"
        environment = "TOCSIN_LOG_LEVEL=debug TOCSIN_SERVER_PUBLIC_NAME=A $ b"
        asked, = machine.asked_of("runuser")
        self.assertTrue(asked.startswith(f"-u tocsin {groups} -- env -i PATH="), asked)
        self.assertTrue(asked.endswith(
            f" {environment} {unit['Service']['ExecStart']} --check-config"), asked)

    def test_lets_the_old_program_run_where_the_new_one_refuses_the_settings(self):
        machine = Machine(self)
        machine.start()
        machine.put_program("runuser", "echo tocsin.toml:7: unknown key >&2; exit 78")
        said = machine.run(self.control / "postinst", "configure", "0.0.1")
        self.assertIn("tocsin.toml:7: unknown key\n", said)
        self.assertIn("warning: tocsind is not restarted", said)
        self.assertEqual(["daemon-reload"], machine.actions())

    def test_neither_starts_nor_checks_a_service_that_does_not_run(self):
        machine = Machine(self)
        machine.put_program("runuser", "exit 78")
        self.assertEqual("", machine.run(self.control / "postinst", "configure", "0.0.1"))
        self.assertEqual(["daemon-reload"], machine.actions())
        self.assertEqual([], machine.asked_of("runuser"))

    def test_leaves_a_service_alone_that_was_set_up_by_hand(self):
        machine = Machine(self)
        machine.start()
        machine.put("/etc/systemd/system/tocsind.service",
                    "[Service]\nExecStart=/usr/local/bin/tocsind\n")
        self.assertIn("nothing is restarted", machine.run(self.control / "postinst", "configure"))
        machine.run(self.control / "prerm", "remove")
        self.assertEqual(["daemon-reload"], machine.actions())

    def test_takes_an_edited_copy_of_its_unit_for_its_own(self):
        machine = Machine(self)
        machine.start()
        unit = self.in_tree("/lib/systemd/system/tocsind.service").read_text()
        machine.put("/etc/systemd/system/tocsind.service", unit)
        self.assertEqual("", machine.run(self.control / "postinst", "configure", "0.0.1"))
        machine.run(self.control / "prerm", "remove")
        self.assertEqual(["daemon-reload", "try-restart tocsind", "disable --now tocsind"],
                         machine.actions())

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
