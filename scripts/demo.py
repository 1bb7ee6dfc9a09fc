"""bin/up --demo: one channel of each type at a stand-in, one event of each type, and what arrived.

The demo has its own directory, ports and context and starts from scratch every time. What it
shows is read back from the stand-in, which refuses what the real providers refuse.
"""

import base64
import collections
import email
import email.policy
import json
import shutil
import urllib.request

from program import ROOT, Program, command_line, shown, wait_until
from service import Service

BINARY = ROOT / "build/release/tests/support/standin/tocsin-standin"
CHANNELS = ("email", "slack", "discord", "telegram", "webhook")

# What a panel would report, with whether channels take it unless told otherwise.
Sample = collections.namedtuple("Sample", "type on message details")
SAMPLES = (
    Sample("deploy.success", True, "Service my-app deployed successfully",
           {"image": "myapp:latest", "duration_seconds": 45}),
    Sample("deploy.failure", True, "Service my-app failed to deploy", {"exit_code": 137}),
    Sample("service.health.down", True, "my-app does not answer its health check",
           {"url": "https://my-app.example.com/health", "status": 502}),
    Sample("service.health.recovered", True, "my-app answers its health check again",
           {"down_seconds": 94}),
    Sample("service.stopped", False, "my-app was stopped", {"by": "ops@example.com"}),
    Sample("service.started", False, "my-app was started", {"by": "ops@example.com"}),
    Sample("backup.success", False, "The nightly backup is done", {"size_gb": 12.5}),
    Sample("backup.failure", True, "The nightly backup failed", {"reason": "no space left"}),
    Sample("quota.warning", True, "80 % of the disk quota is used", {"used_gb": 8, "limit_gb": 10}),
    Sample("quota.exceeded", True, "The disk quota is exceeded", {"used_gb": 11, "limit_gb": 10}),
    Sample("ssl.expiring", True, "The certificate of my-app.example.com expires in 7 days",
           {"domain": "my-app.example.com"}),
)

WEBHOOK_SECRET = "demo-secret"


class Standin:
    """The program that plays the five providers."""

    def __init__(self, directory):
        self.directory = directory
        self.program = Program("tocsin-standin", BINARY, directory)
        self.ports = {}

    def start(self):
        text = self.program.start(["--ports-file", self.program.ready_file,
                                   "--state-dir", self.directory,
                                   "--webhook-secret", f"demo={WEBHOOK_SECRET}"])
        self.ports = json.loads(text)

    def url(self, path):
        return f"https://127.0.0.1:{self.ports['https']}{path}"

    def settings(self):
        """The options of tocsind that make it take the stand-in for the providers."""
        return {
            "providers.slack": self.url("/slack"),
            "providers.discord": self.url("/discord"),
            "providers.telegram": self.url("/telegram"),
            "transport.ca_file": str(self.directory / "standin-cert.pem"),
        }

    def channel_options(self):
        """What `tocsin channel add` is told for each type."""
        return {
            "email": ["--host", "127.0.0.1", "--port", str(self.ports["smtp"]),
                      "--username", "standin", "--password", "standin-password",
                      "--from", "Tocsin <tocsin@example.com>", "--to", "ops@example.com"],
            "slack": ["--webhook-url", "https://hooks.slack.com/services/T00000001/B00000001/"
                                       "StandInStandInStandInXX"],
            "discord": ["--webhook-url", "https://discord.com/api/webhooks/123456789012345678/"
                        + "-".join(["StandIn_StandIn"] * 4) + "-XXXX"],
            "telegram": ["--bot-token", "123456789:AAStandInStandInStandInStandInStandIn",
                         "--chat-id", "-1001234567890"],
            "webhook": ["--url", self.url("/webhook/demo"), "--secret", WEBHOOK_SECRET],
        }

    def records(self, which):
        """`received` or `refused`: everything since the start, oldest first."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        url = f"http://127.0.0.1:{self.ports['control']}/{which}?limit=1000"
        with opener.open(url, timeout=10) as reply:
            return json.load(reply)


def programs(directory):
    """What the demo in `directory` may have left running."""
    return [Service(directory).program, Standin(directory).program]


def marker(sample):
    """A word that is in the message of this sample alone and needs no escaping anywhere."""
    return "demo" + sample.type.title().replace(".", "")


def text_of(record):
    """What a person or a program reads in a record, decoded."""
    body = record.get("body")
    if body is None:
        body = base64.b64decode(record["body_base64"]).decode("utf-8", "replace")
    if record["provider"] != "email":
        return body
    mail = email.message_from_string(body, policy=email.policy.default)
    parts = [x.get_content() for x in mail.walk() if x.get_content_maintype() == "text"]
    return "\n".join([mail["subject"] or "", *parts])


def tally(records):
    """How often each sample arrived at each provider: {(type, provider): number}."""
    result = collections.Counter()
    for record in records:
        text = text_of(record)
        for sample in SAMPLES:
            if marker(sample) in text:
                result[sample.type, record["provider"]] += 1
    return result


def cell(number, on):
    """One cell of the table, and whether it is as it should be."""
    if on:
        return ("arrived", True) if number == 1 else (f"{number} TIMES" if number else "MISSING", False)
    return ("off", True) if number == 0 else ("ARRIVED", False)


def table(counts):
    """The lines of the table, and how many cells are not as they should be."""
    width = max(len(x.type) for x in SAMPLES)
    lines = [f"{'event':{width}}" + "".join(f"  {x:9}" for x in CHANNELS)]
    wrong = 0
    for sample in SAMPLES:
        line = f"{sample.type:{width}}"
        for channel in CHANNELS:
            text, right = cell(counts[sample.type, channel], sample.on)
            line += f"  {text:9}"
            wrong += not right
        lines.append(line)
    return [x.rstrip() for x in lines], wrong


def start_from_nothing(directory):
    for program in programs(directory):
        program.stop()
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    standin = Standin(directory)
    standin.start()
    service = Service(directory, {"server.listen": "127.0.0.1:0", **standin.settings()},
                      has_own_context=True)
    service.ensure()
    return standin, service


def send_all(service):
    service.tocsin("customer", "add", "acme", "--display-name", "Acme Corp", "--service", "my-app")
    for sample in SAMPLES:
        service.tocsin("event", "send", "--type", sample.type, "--customer", "Acme Corp",
                       "--service", "my-app", "--message", f"{sample.message} [{marker(sample)}]",
                       "--details", json.dumps(sample.details))


def not_delivered(service):
    """The deliveries that are open, dead or cancelled; what was suppressed was meant to be."""
    listed = json.loads(service.tocsin("delivery", "list", "--limit", "250", "--format", "json"))
    return [x for x in listed["data"] if x["state"] not in ("delivered", "suppressed")]


def wait_for_end(service, seconds=60):
    """Waits until every delivery has ended, and returns those that were not delivered."""
    wait_until(lambda: all(x["state"] not in ("pending", "scheduled", "attempting")
                           for x in not_delivered(service)), seconds, pause=0.2)
    return not_delivered(service)


def show(directory):
    """Runs the demo; returns the exit code."""
    standin, service = start_from_nothing(directory)
    token = service.take_token()
    for kind, options in standin.channel_options().items():
        service.tocsin("channel", "add", kind, "--name", f"demo-{kind}", *options)
    send_all(service)
    left = wait_for_end(service)
    lines, wrong = table(tally(standin.records("received")))
    refused = standin.records("refused")
    print(*lines, sep="\n")
    for x in left:
        print(f"{x['event_type']} to {x['channel']}: {x['state']}, {x['last_code']} {x['last_text']}")
    # Each retry is refused again: once is enough to read.
    for line in dict.fromkeys(f"refused as {x['provider']}: {x['reason']} {x['reply']}"
                              for x in refused):
        print(line)
    command = service.command()
    print(f"\nThe demo keeps running: {service.url}; what the providers received: "
          f"http://127.0.0.1:{standin.ports['control']}/received\n"
          f"Administrator token (shown only once): {token} (also in {shown(service.context)})\n"
          f"Try:\n  {command} channel list\n"
          f"  {command} event send --type quota.warning --customer 'Acme Corp' --message 'Nearly full'\n"
          f"  {command} delivery list\n{command_line(ROOT / 'bin/up')} --stop ends it.\n")
    cells = len(SAMPLES) * len(CHANNELS)
    if wrong or left or refused:
        print(f"demo: {wrong} of {cells} cells are wrong, {len(left)} deliveries did not end well, "
              f"{len(refused)} messages were refused")
        return 1
    print(f"demo: all {cells} cells are as the trigger defaults say")
    return 0
