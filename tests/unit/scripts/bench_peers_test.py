"""Tests of scripts/bench_peers.py; shell scripts play the programs."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import types
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "scripts"))

import bench_peers
from program import Failure


def report(offered=10, delivered=10, rate=1000.0, cpu=0.05):
    return {"events": {"offered": offered, "delivered": delivered}, "stopped_because": None,
            "delivered_per_second": rate, "accepted_per_second": 2 * rate,
            "server": {"cpu_seconds_per_1000_events": cpu, "peak_rss_bytes": 2**20},
            "latency_ms": {"accept": {"p99": 1.5}, "offer_to_delivery": {"p99": 4.0}}}


class FiguresTest(unittest.TestCase):
    def test_compares_medians(self):
        medians = {
            "tocsin": bench_peers.medians_of(
                [bench_peers.figures_of(report(rate=x)) for x in (9000, 3000, 1)]),
            "bullmq": bench_peers.medians_of([bench_peers.figures_of(report(rate=1000, cpu=0.2))]),
        }
        lines = [line.split() for line in bench_peers.table_of(medians).splitlines()]
        self.assertEqual(lines[0][-5:], ["tocsin", "bullmq", "tocsin", "/", "bullmq"])
        self.assertEqual(lines[1], ["delivered/s", "3000.0", "1000.0", "3.00"])
        cpu = next(x for x in lines if x[0] == "CPU")
        self.assertEqual(cpu[-3:], ["50.0", "200.0", "0.25"])

    def test_knows_no_ratio_to_nothing(self):
        medians = {x: bench_peers.figures_of(report(cpu=y))
                   for x, y in (("tocsin", 1), ("bullmq", 0))}
        self.assertIn("-", bench_peers.table_of(medians))


class ProcessesTest(unittest.TestCase):
    def setUp(self):
        self._made = tempfile.TemporaryDirectory()
        self.addCleanup(self._made.cleanup)
        self.directory = pathlib.Path(self._made.name)

    def script(self, name, text):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}")
        path.chmod(0o700)
        return path

    def test_ends_and_removes_all_whatever_happens(self):
        with self.assertRaises(KeyboardInterrupt):
            with bench_peers.fresh_processes(self.directory) as processes:
                directory = processes.directory
                process = processes.start("one", ["sleep", "600"])
                raise KeyboardInterrupt
        self.assertIsNotNone(process.poll())
        self.assertFalse(directory.exists())

    def test_kills_what_does_not_end(self):
        deaf = self.script("deaf", "trap '' TERM\necho deaf\nwhile :; do sleep 1; done\n")
        with mock.patch.object(bench_peers, "END_SECONDS", 0.1):
            with bench_peers.fresh_processes(self.directory) as processes:
                process = processes.start("deaf", [deaf])
                log = processes.directory / "deaf.log"
                processes.await_ready("deaf", process, log.read_text)
        self.assertEqual(process.returncode, -9)

    def test_shows_why_a_program_did_not_start(self):
        with bench_peers.fresh_processes(self.directory) as processes:
            process = processes.start("broken", [self.script("broken", "echo no disk; exit 3\n")])
            with self.assertRaisesRegex(Failure, "broken did not start:\nno disk"):
                processes.await_ready("broken", process, lambda: False)

    def measure(self, text, code=0):
        self.script("bin/tocsin-bench", f"cat <<'END'\n{text}\nEND\nexit {code}\n")
        options = types.SimpleNamespace(build=self.directory, events=10, connections=2, size=500)
        with bench_peers.fresh_processes(self.directory) as processes:
            return bench_peers.measure(options, processes, ["peer"])

    def test_reads_a_report_behind_warnings(self):
        text = "tocsin-bench: the data is on tmpfs\n" + json.dumps(report())
        self.assertEqual(self.measure(text), report())

    def test_takes_no_figures_of_a_run_that_lost_something(self):
        for text, code in ((json.dumps(report(delivered=9)), 0), (json.dumps(report()), 5)):
            with self.assertRaisesRegex(Failure, "nothing to compare"):
                self.measure(text, code)
        with self.assertRaisesRegex(Failure, "exit code 3:\nno way"):
            self.measure("no way", 3)


class CommandLineTest(unittest.TestCase):
    def test_refuses_what_makes_no_sense(self):
        for words in (["--rounds", "0"], ["--peers", "tocsin"], ["--scratch", "/no/such"]):
            with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit) as end:
                bench_peers.parsed(words)
            self.assertEqual(end.exception.code, 2)

    def test_measures_by_turns(self):
        order = []
        runs = {name: lambda _, name=name: order.append(name) or report()
                for name in ("tocsin", "alertmanager", "bullmq")}
        with mock.patch.object(bench_peers, "RUNS", runs), \
             contextlib.redirect_stderr(io.StringIO()):
            bench_peers.rounds_of(bench_peers.parsed(["--rounds", "2"]))
        self.assertEqual(order, ["tocsin", "alertmanager", "bullmq",
                                 "alertmanager", "bullmq", "tocsin"])


if __name__ == "__main__":
    unittest.main()
