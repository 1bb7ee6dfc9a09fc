#!/usr/bin/python3
"""Reads mails with Python's own parser and compares them with what went into them.

Usage: mail_check.py FOLDER, which holds NAME.eml and NAME.json for each mail: {"text", "html", "from",
"to", "message_id", "title"}. Prints what is wrong, a line for each; exits with 1 if anything is.
"""

import email
import email.policy
import json
import pathlib
import re
import sys

once = ["From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version",
        "Auto-Submitted", "Content-Type"]


def defects_of(message):
    for part in message.walk():
        yield from (repr(x) for x in part.defects)
        for name, value in part.items():
            yield from (f"{name}: {x!r}" for x in value.defects)


def wire_faults_of(raw):
    if re.search(rb"\r(?!\n)|(?<!\r)\n", raw):
        yield "a line does not end in CRLF"
    if any(x > 126 or x < 32 and x not in b"\t\r\n" for x in raw):
        yield "the mail is not printable 7 bit"
    head, _, body = raw.partition(b"\r\n\r\n")
    if max(map(len, head.split(b"\r\n"))) > 78 or max(map(len, body.split(b"\r\n"))) > 76:
        yield "a line is too long"
    if any(len(x) > 75 for x in re.findall(rb"=\?[^ ]*\?=", head)):
        yield "an encoded word is too long"


def words_faults_of(raw):
    """Each encoded word must hold whole characters (RFC 2047 section 5)."""
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    for kind, word in re.findall(r"=\?utf-8\?([bq])\?([^?]*)\?=", head, re.IGNORECASE):
        import base64
        import quopri
        data = (base64.b64decode(word) if kind in "bB"
                else quopri.decodestring(word.encode(), header=True))
        try:
            data.decode()
        except UnicodeDecodeError as fault:
            yield f"an encoded word splits a character: {fault}"


def faults_of(raw, wanted):
    yield from wire_faults_of(raw)
    yield from words_faults_of(raw)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    yield from defects_of(message)
    for name in once:
        if len(message.get_all(name, [])) != 1:
            yield f"{name} is there {len(message.get_all(name, []))} times"
    if set(message.keys()) - set(once) - {"X-Auto-Response-Suppress"}:
        yield f"there are headers nobody asked for: {message.keys()}"
    kinds = [x.get_content_type() for x in message.walk()]
    if kinds != ["multipart/alternative", "text/plain", "text/html"]:
        yield f"the parts are {kinds}"
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        if part.get_content_charset() != "utf-8":
            yield f"{kind} is in {part.get_content_charset()}"
        found = part.get_content().replace("\r\n", "\n")
        if found != wanted["text" if kind == "plain" else "html"]:
            yield f"{kind} came back as {found!r}"
    for header, key in (("From", "from"), ("To", "to"), ("Message-ID", "message_id")):
        if str(message[header]) != wanted[key]:
            yield f"{header} is {str(message[header])!r}"
    if not str(message["Subject"]).startswith(wanted["title"]):
        yield f"Subject is {str(message['Subject'])!r}"
    if message["Date"].datetime is None:
        yield "Date is no date"


def main():
    count = faults = 0
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.eml")):
        wanted = json.loads(path.with_suffix(".json").read_text("utf-8"))
        count += 1
        for fault in faults_of(path.read_bytes(), wanted):
            faults += 1
            print(f"{path.name}: {fault}")
    print(f"{count} mails")
    return faults > 0


if __name__ == "__main__":
    sys.exit(main())
