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
        print(f"It is an older build than what is here: {UP} --stop and {UP} change that.")
    token = service.take_token()
    if token:
        print(f"Token of the administrator, shown this once: {token}")
        if service.context:
            print(f"It is kept in {shown(service.context)}: the context of the command line is in "
                  "use already, and stays as it is.")
        else:
            print(f"The command line knows it already ({service.command()} context show).")
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
