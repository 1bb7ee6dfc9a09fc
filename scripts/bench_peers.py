#!/usr/bin/env python3
"""Measures Tocsin beside what one would use instead, as bin/bench-peers says.

Every round starts each program from scratch on its own data, offers it the same events with
`tocsin-bench`, whose sink takes what it delivers, and ends it. The order changes from round to
round. What is printed are the medians over the rounds and their ratios.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from program import Failure, wait_until

ROOT = pathlib.Path(__file__).resolve().parent.parent
BULLMQ = ROOT / "scripts/peers/bullmq"
INSTALLED_BULLMQ = ROOT / "build/peers/bullmq"
START_SECONDS = 60
END_SECONDS = 20

# Every alert is a separate group and goes out at once. The intervals only matter for what would
# be sent again.
ALERTMANAGER_SETTINGS = """\
route:
  receiver: sink
  group_by: ['...']
  group_wait: 0s
  group_interval: 1h
  repeat_interval: 24h
receivers:
- name: sink
  webhook_configs:
  - url: {sink}
    send_resolved: false
"""


def free_port():
    """A port of 127.0.0.1 that nobody has at the moment."""
    with socket.socket() as x:
        x.bind(("127.0.0.1", 0))
        return x.getsockname()[1]


class Processes:
    """What was started, and ends with this object: SIGTERM, and SIGKILL where that does not help."""

    def __init__(self, directory):
        self.directory = directory
        self._running = []

    def start(self, name, words):
        """Starts a program that logs to NAME.log; returns the process."""
        with open(self.directory / f"{name}.log", "wb") as log:
            # In its own session: a Ctrl-C is for this script, which then ends it.
            process = subprocess.Popen([*map(str, words)], stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=log, cwd=self.directory, start_new_session=True)
        self._running.append((name, process))
        return process

    def await_ready(self, name, process, is_ready):
        """Waits until `is_ready` gives something true and returns that."""
        result = wait_until(lambda: process.poll() is not None or is_ready(), START_SECONDS)
        if process.poll() is not None or not result:
            raise Failure(f"{name} did not start:\n{self.log_tail(name)}")
        return result

    def log_tail(self, name):
        text = (self.directory / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-10:])

    def end(self):
        while self._running:
            _, process = self._running.pop()
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def fresh_processes(scratch):
    """Processes in a directory that is removed once they have ended."""
    with tempfile.TemporaryDirectory(prefix="tocsin-peers-", dir=scratch) as directory:
        processes = Processes(pathlib.Path(directory))
        try:
            yield processes
        finally:
            processes.end()


def answers(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as reply:
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False


def measure(options, processes, words):
    """Runs tocsin-bench to its end and returns its report."""
    bench = processes.start("tocsin-bench", [options.build / "bin/tocsin-bench", *words, "--events",
                                             options.events, "--connections", options.connections,
                                             "--size", options.size, "--format", "json"])
    bench.wait()
    text = (processes.directory / "tocsin-bench.log").read_text(encoding="utf-8")
    try:
        # Warnings stand before the report.
        report = json.loads(text[text.index("{"):])
    except ValueError:
        raise Failure(f"tocsin-bench ended with exit code {bench.returncode}:\n{text}") from None
    events = report["events"]
    if bench.returncode != 0 or events["delivered"] != events["offered"]:
        raise Failure(f"not every event was accepted and arrived, so there is nothing to compare "
                      f"(exit code {bench.returncode}): {json.dumps(events)}, "
                      f"{report['stopped_because']}")
    return report


def run_tocsin(options):
    with fresh_processes(options.scratch) as processes:
        return measure(options, processes, [
            "run", "--spawn", options.build / "bin/tocsind", "--scratch", processes.directory])


def run_alertmanager(options):
    sink_port = free_port()
    port = free_port()
    with fresh_processes(options.scratch) as processes:
        settings = processes.directory / "alertmanager.yml"
        settings.write_text(ALERTMANAGER_SETTINGS.format(sink=f"http://127.0.0.1:{sink_port}/"))
        alertmanager = processes.start("prometheus-alertmanager", [
            "prometheus-alertmanager", f"--config.file={settings}",
            f"--storage.path={processes.directory / 'data'}", "--log.level=error",
            f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="])
        url = f"http://127.0.0.1:{port}"
        processes.await_ready("prometheus-alertmanager", alertmanager,
                              lambda: answers(f"{url}/-/ready"))
        return measure(options, processes, [
            "peer", "--api", "alertmanager", "--url", url, "--sink-port", sink_port,
            "--pid", alertmanager.pid])


def redis_answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as x:
            x.sendall(b"PING\r\n")
            return x.recv(7) == b"+PONG\r\n"
    except OSError:
        return False


def run_bullmq(options):
    sink_port = free_port()
    port = free_port()
    with fresh_processes(options.scratch) as processes:
        # With `save` empty the log of commands is all that is written, and that at every answer.
        redis = processes.start("redis-server", [
            "redis-server", "--bind", "127.0.0.1", "--port", port, "--dir", processes.directory,
            "--appendonly", "yes", "--appendfsync", "always", "--save", "",
            "--maxmemory-policy", "noeviction"])
        processes.await_ready("redis-server", redis, lambda: redis_answers(port))
        ready = processes.directory / "bullmq.ready"
        node = processes.start("node", ["node", INSTALLED_BULLMQ / "peer.mjs", port,
                                        f"http://127.0.0.1:{sink_port}/",
                                        options.concurrency or options.connections, ready])
        processes.await_ready("node", node, ready.exists)
        return measure(options, processes, [
            "peer", "--url", ready.read_text().strip(), "--sink-port", sink_port,
            "--pid", redis.pid, "--pid", node.pid])


RUNS = {"tocsin": run_tocsin, "alertmanager": run_alertmanager, "bullmq": run_bullmq}


def figures_of(report):
    """What is compared, from one report."""
    return {
        "delivered/s": report["delivered_per_second"],
        "accepted/s": report["accepted_per_second"],
        "CPU us per event": report["server"]["cpu_seconds_per_1000_events"] * 1000,
        "accept p99 ms": report["latency_ms"]["accept"]["p99"],
        "delivery p99 ms": report["latency_ms"]["offer_to_delivery"]["p99"],
        "peak RSS MiB": report["server"]["peak_rss_bytes"] / 2**20,
    }


def medians_of(figures):
    """The median of each figure over the rounds."""
    return {name: statistics.median(x[name] for x in figures) for name in figures[0]}


def table_of(medians):
    """The medians of each program, and by how much each peer's are those of Tocsin."""
    names = list(medians["tocsin"])
    peers = [x for x in medians if x != "tocsin"]
    rows = [["median of the rounds", *medians, *(f"tocsin / {x}" for x in peers)]]
    for name in names:
        own = medians["tocsin"][name]
        rows.append([name, *(f"{medians[x][name]:.1f}" for x in medians),
                     *(f"{own / medians[x][name]:.2f}" if medians[x][name] else "-"
                       for x in peers)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))).rstrip()
                     for row in rows)


def install_bullmq(directory):
    """Installs BullMQ as package-lock.json names it, beside a copy of the program, unless it is
    there."""
    lock = directory / "package-lock.json"
    wanted = (BULLMQ / lock.name).read_bytes()
    is_there = ((directory / "node_modules/.package-lock.json").exists()
                and lock.read_bytes() == wanted)
    shutil.copytree(BULLMQ, directory, dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("node_modules"))
    if is_there:
        return
    # Without the scripts of packages nothing but their files comes in.
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                          cwd=directory, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Failure(f"npm ci in {directory}:\n{done.stderr}")


def rounds_of(options):
    """Runs all rounds; returns the reports by program."""
    names = ["tocsin", *(x for x in RUNS if x in options.peers)]
    reports = {name: [] for name in names}
    for number in range(options.rounds):
        # Whatever drifts on the machine is not always the same one's misfortune.
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            report = RUNS[name](options)
            reports[name].append(report)
            print(f"round {number + 1}, {name}: {report['delivered_per_second']:.0f} delivered/s",
                  file=sys.stderr)
    return reports


def parsed(arguments):
    parser = argparse.ArgumentParser(
        prog="bin/bench-peers",
        description="Measures Tocsin beside Prometheus Alertmanager and a Node worker on BullMQ.")
    parser.add_argument("--events", type=int, default=50_000, help="events of each run (50000)")
    parser.add_argument("--connections", type=int, default=64, help="keep-alive connections (64)")
    parser.add_argument("--size", type=int, default=500, help="bytes of an event's JSON (500)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program (3)")
    parser.add_argument("--concurrency", type=int,
                        help="jobs that the BullMQ worker has under way (as many as connections)")
    parser.add_argument("--peers", nargs="+", choices=[x for x in RUNS if x != "tocsin"],
                        default=["alertmanager", "bullmq"], help="whom to compare with (both)")
    parser.add_argument("--scratch", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()),
                        help="where all data are made: the disk that is measured")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release",
                        help="the build with tocsind and tocsin-bench (build/release)")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    options = parser.parse_args(arguments)
    for name in ("events", "connections", "size", "rounds"):
        if getattr(options, name) < 1:
            parser.error(f"--{name}: at least 1")
    if not options.scratch.is_dir():
        parser.error(f"--scratch: {options.scratch} is no directory")
    options.build = options.build.resolve()
    options.scratch = options.scratch.resolve()
    return options


def interrupt(*_):
    # Another one would keep the programs from being ended, which ends by itself in time.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(arguments):
    options = parsed(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    try:
        if "bullmq" in options.peers:
            install_bullmq(INSTALLED_BULLMQ)
        reports = rounds_of(options)
    except Failure as fault:
        print(f"bin/bench-peers: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bin/bench-peers: ended by a signal", file=sys.stderr)
        return 1
    medians = {name: medians_of([figures_of(x) for x in of]) for name, of in reports.items()}
    if options.format == "json":
        print(json.dumps({"medians": medians, "rounds": reports}, indent=2))
    else:
        print(f"{options.connections} connections, {options.events} events of {options.size} bytes, "
              f"{options.rounds} round(s), {os.cpu_count()} processors\n\n{table_of(medians)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
