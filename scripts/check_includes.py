#!/usr/bin/env python3
"""Holds the arrows between the folders: which may include what.

The include path is the repository's root, so linking does not stop a wrong include; this does.
Usage: check_includes.py [ROOT]. Prints one line per wrong include and ends with 1 if there is any.
"""

import pathlib
import re
import sys

# The folders of storage/, each of which may include some of those before it.
STORAGE = ["storage/files", "storage/engine", "storage/records", "storage/repositories",
           "storage/commands", "storage/upkeep"]

BELOW_ACTORS = ["messages", "messages/protocol", "policy", *STORAGE, "channels",
                "channels/transport"]

ACTORS = ["actors", "actors/announcing", "actors/delivery", "actors/history", "actors/ingest",
          "actors/ledger", "actors/registry", "actors/routing", "actors/shared", "actors/stats"]

# A folder and those it may include, besides itself. A deeper folder has its own line where its
# rules differ; the longest match counts.
ARROWS = {
    "messages": [],
    "messages/protocol": ["messages"],
    "policy": ["messages"],
    # No file lies in storage/ itself.
    "storage": [],
    "storage/files": ["messages"],
    "storage/engine": ["messages", "storage/files"],
    "storage/records": ["messages", "storage/engine"],
    "storage/repositories": ["messages", "storage/files", "storage/engine", "storage/records"],
    "storage/commands": ["messages", "policy", "storage/files", "storage/engine",
                         "storage/records", "storage/repositories"],
    "storage/upkeep": ["messages", "storage/files", "storage/engine", "storage/records",
                       "storage/repositories"],
    "channels/transport": ["messages"],
    "channels": ["messages", "channels/transport"],
    "actors": BELOW_ACTORS,
    "actors/shared": BELOW_ACTORS,
    "actors/announcing": BELOW_ACTORS + ["actors/shared"],
    "actors/delivery": BELOW_ACTORS + ["actors/shared", "actors/announcing"],
    "actors/history": BELOW_ACTORS + ["actors/shared", "actors/ledger"],
    "actors/ingest": BELOW_ACTORS + ["actors/shared"],
    "actors/ledger": BELOW_ACTORS + ["actors/shared"],
    "actors/registry": BELOW_ACTORS + ["actors/shared", "actors/delivery"],
    "actors/routing": BELOW_ACTORS + ["actors/shared"],
    "actors/stats": BELOW_ACTORS + ["actors/shared"],
    "http/json": ["messages", "messages/protocol"],
    "http": ["messages", "messages/protocol", "http/json"],
    "link": ["messages"],
    "gate": ["messages", "messages/protocol", "link"],
    "client": ["messages", "messages/protocol", "link"],
    "app": BELOW_ACTORS + ACTORS + ["http", "http/json", "link", "gate", "client"],
    "bin": ["app", "messages"],
    "tests": BELOW_ACTORS + ACTORS + ["http", "http/json", "link", "gate", "client", "app"],
}

# Libraries whose headers are slow to compile, and the only places that may have them.
LIBRARIES = {
    "boost/beast": ["http", "tests/support", "tests/fuzz", "app/bench"],
    "caf/": ["messages/protocol", "actors", "http", "gate", "client", "app", "bin", "tests"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def is_below(path, folder):
    return path == folder or path.startswith(folder + "/")


def folder_of(path):
    """The folder of ARROWS that `path` belongs to, or None."""
    found = [folder for folder in ARROWS if is_below(path, folder)]
    return max(found, key=len, default=None)


def fault_of(source, target, quoted):
    """What is wrong with `source` including `target`; None if nothing is."""
    here = folder_of(source)
    there = folder_of(target)
    if there is not None:
        if there != here and there not in ARROWS[here]:
            return f"{here} may not include {there}"
        return None
    if quoted:
        return "includes of ours start at the repository's root"
    for library, places in LIBRARIES.items():
        if target.startswith(library) and not any(is_below(source, x) for x in places):
            return f"{library.rstrip('/')} belongs in {', '.join(places)} only"
    return None


def faults(root):
    """One line for every wrong include below `root`."""
    for folder in sorted({x.split("/")[0] for x in ARROWS}):
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            source = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                fault = fault_of(source, match[2], match[1] == '"')
                if fault:
                    yield f"{source}:{number}: {match[2]}: {fault}"


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).parent.parent)
    found = list(faults(root.resolve()))
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
