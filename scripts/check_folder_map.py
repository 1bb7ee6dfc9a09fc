#!/usr/bin/env python3
"""Compares the folder map of README.md with the top-level folders that git tracks.

The map is every line of the section whose heading has the word "folder" that starts with a name
and a slash, `actors/`, in a table or in a fenced block. Hidden folders do not belong there.
Usage: check_folder_map.py [ROOT]. Ends with 1 and one line per difference if they are not equal.
"""

import pathlib
import re
import subprocess
import sys

HEADING = re.compile(r"^#+ (.*)$")
ENTRY = re.compile(r"^\|?\s*`?([a-z][a-z0-9_-]*)/`?(?=\s|$)\s*\|?\s*(.*?)\s*\|?$")


def folder_map(readme):
    """The folders of the map, each with what is said of it."""
    result = {}
    inside = False
    for line in readme.splitlines():
        heading = HEADING.match(line)
        if heading:
            inside = "folder" in heading[1].lower()
            continue
        entry = ENTRY.match(line)
        if inside and entry:
            result[entry[1]] = entry[2]
    return result


def tracked_folders(root):
    # In a container the clone may belong to another user, which git refuses without this.
    command = ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z"]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    folders = {path.split("/")[0] for path in listing.split("\0") if "/" in path}
    return {x for x in folders if not x.startswith(".")}


def differences(mapped, tracked):
    for name in sorted(tracked - mapped.keys()):
        yield f"README.md: the folder map lacks {name}/"
    for name in sorted(mapped.keys() - tracked):
        yield f"README.md: the folder map names {name}/, which does not exist"
    for name in sorted(x for x in mapped if not mapped[x]):
        yield f"README.md: the folder map says nothing about {name}/"


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).parent.parent)
    mapped = folder_map((root / "README.md").read_text(encoding="utf-8"))
    found = list(differences(mapped, tracked_folders(root)))
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
