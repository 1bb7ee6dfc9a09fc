#!/usr/bin/env python3
"""make_panel_files.py OUTPUT DIRECTORY: writes the files of the web panel, as they lie in DIRECTORY, as the
C++ source that the service serves them from: each as it is and compressed, with its type and its tag.
"""

import gzip
import hashlib
import pathlib
import sys

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}

# Octal escapes end after three digits, whatever follows; others may run into the next character.
ESCAPED = [chr(x) if 32 <= x < 127 and chr(x) not in '"\\?' else f"\\{x:03o}" for x in range(256)]

# Compilers need not take literals longer than 65,536 bytes, but joined ones.
STEP = 4_000


def literal(data):
    """A std::string_view of these bytes."""
    pieces = [data[i:i + STEP] for i in range(0, len(data), STEP)] or [b""]
    lines = "\n".join('"' + "".join(ESCAPED[x] for x in piece) + '"' for piece in pieces)
    return f"{{{lines}, {len(data)}}}"


def entry(path, data):
    """One `panel_file`. The time within the compressed file is 0, so that every build gives the same."""
    kind = TYPES.get(path.suffix)
    if kind is None:
        sys.exit(f"make_panel_files.py: {path}: what type is that?")
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    texts = [path.as_posix().encode(), kind.encode(), tag.encode(), data,
             gzip.compress(data, compresslevel=9, mtime=0)]
    return "  panel_file{" + ",\n".join(literal(x) for x in texts) + "},\n"


def source_of(directory):
    files = {x.relative_to(directory): x for x in directory.rglob("*") if x.is_file()}
    if not files:
        sys.exit(f"make_panel_files.py: there is nothing in {directory}")
    by_path = sorted(files.items(), key=lambda x: x[0].as_posix())
    entries = "".join(entry(path, file.read_bytes()) for path, file in by_path)
    return ('#include "http/panel_file.hpp"\n\n#include <array>\n\nnamespace tocsin::http {\n\nnamespace {\n\n'
            f"constexpr std::array files{{\n{entries}}};\n\n}} // namespace\n\n"
            "std::span<const panel_file> panel_files() {\n  return files;\n}\n\n} // namespace tocsin::http\n")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: make_panel_files.py OUTPUT DIRECTORY")
    output, directory = map(pathlib.Path, sys.argv[1:])
    output.write_text(source_of(directory), encoding="ascii")


if __name__ == "__main__":
    main()
