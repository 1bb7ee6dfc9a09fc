#!/usr/bin/env python3
"""The part of bin/up after the build: starts, finds and ends the service."""

import sys

import demo
from program import ROOT, Failure, command_line, shown
from service import Service

VAR = ROOT / "var"
UP = command_line(ROOT / "bin/up")


def things_to_try(service):
    command = service.command()
    return "\n".join((
        f"Try, with a URL of your own ({UP} --demo has receivers to look at):",
        f"  {command} channel add webhook --name try --url URL",
        f"  {command} event send --type deploy.failure --message 'Build 42 failed'",
        f"  {command} delivery list",
        f"  {command} admin passwd admin    # asks for a password; then sign in as admin at {service.url}/",
    ))


def up():
    service = Service(VAR)
    ran = service.ensure()
    print(f"tocsind {'is running' if ran else 'started'}: {service.url} "
          f"(pid {service.program.pid()}, log {shown(service.program.log_file)})")
    if service.program.is_outdated():
        print(f"This process runs an older build; restart it with {UP} --stop and then {UP}.")
    token = service.take_token()
    if token:
        print(f"Administrator token (shown only once): {token}")
        if service.context:
            print(f"Saved in {shown(service.context)}; your existing command-line context was left "
                  "unchanged.")
        else:
            print(f"Saved for the command line; see {service.command()} context show.")
    print(things_to_try(service))
    return 0


def stop():
    programs = [Service(VAR).program, *demo.programs(VAR / "demo")]
    stopped = [f"{x.name} in {shown(x.pid_file.parent)}" for x in programs if x.stop()]
    print(f"Ended: {', '.join(stopped)}" if stopped else "Nothing was running.")
    return 0


def main(arguments):
    try:
        if arguments == ["--stop"]:
            return stop()
        if arguments == ["--demo"]:
            return demo.show(VAR / "demo")
        return up()
    except Failure as fault:
        print(f"bin/up: {fault}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
