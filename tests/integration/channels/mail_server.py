#!/usr/bin/python3
"""SMTP servers for the tests: aiosmtpd, or one that answers each command as it is told.

Runs under the interpreter of Debian, whose package python3-aiosmtpd serves no other one.

Writes JSON, one object per line, to standard output: first {"host": ADDRESS, "port": N,
"ca_file": PATH}, then one object per mail or, in the scripted server, one per command. Ends when
standard input is closed.
"""

import argparse
import asyncio
import email
import email.policy
import json
import re
import ssl
import subprocess
import sys
import tempfile

from aiosmtpd.smtp import SMTP, AuthResult


def tell(**facts):
    print(json.dumps(facts), flush=True)


def make_certificate(folder, kind):
    """Makes a certificate of this server, of another one, or one that ended long ago."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=folder)

    name = "DNS:elsewhere.example" if kind == "other_host" else "IP:127.0.0.1,DNS:localhost"
    with open(f"{folder}/ca.cnf", "w") as file:
        file.write("[ca]\ndefault_ca = own\n[own]\nnew_certs_dir = .\ndatabase = index\n"
                   "rand_serial = yes\ndefault_md = sha256\npolicy = any\nx509_extensions = names\n"
                   f"[any]\ncommonName = supplied\n[names]\nsubjectAltName = {name}\n")
    open(f"{folder}/index", "w").close()
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=server")
    days = (["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"] if kind == "expired"
            else ["-days", "2"])
    openssl("ca", "-config", "ca.cnf", "-batch", "-notext", "-selfsign", "-keyfile", "key.pem",
            "-in", "request.pem", "-out", "certificate.pem", *days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/certificate.pem", f"{folder}/key.pem")
    return context, f"{folder}/certificate.pem"


def defects_of(message):
    found = [repr(x) for part in message.walk() for x in part.defects]
    found += [f"{name}: {x!r}" for name, value in message.items() for x in value.defects]
    return found


def describe(raw):
    """What Python's own parser makes of a mail."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    lines = raw.split(b"\r\n")
    return {
        "defects": defects_of(message),
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "content_types": [part.get_content_type() for part in message.walk()],
        "text": text.get_content().replace("\r\n", "\n") if text else None,
        "html": html.get_content().replace("\r\n", "\n") if html else None,
        "bare_line_ends": len(re.findall(rb"\r(?!\n)|(?<!\r)\n", raw)),
        "eight_bit": any(x > 126 for x in raw),
        "longest_line": max(len(x) for x in lines),
        "dotted_lines": sum(x.startswith(b".") for x in lines),
    }


class Handler:
    def __init__(self, options):
        self.options = options

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.options.refuse_rcpt:
            return self.options.refuse_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        tell(mail=describe(envelope.content), sender=envelope.mail_from,
             recipients=envelope.rcpt_tos, tls=session.ssl is not None or self.options.tls == "tls",
             user=getattr(session, "user", None), peer=session.peer[1],
             ehlo=session.host_name)
        if self.options.after_data == "hang":
            await asyncio.sleep(3600)
        if self.options.after_data == "drop":
            server.transport.abort()
            return "250 never seen"
        return self.options.after_data or "250 2.0.0 queued as 1"


async def serve_aiosmtpd(options, context):
    def authenticate(server, session, envelope, mechanism, data):
        good = f"{data.login.decode()}:{data.password.decode()}" == options.credentials
        if good:
            session.user = data.login.decode()
        return AuthResult(success=good, handled=False)

    def protocol():
        arguments = {"timeout": 60, "loop": asyncio.get_running_loop()}
        if options.tls == "starttls":
            arguments.update(tls_context=context, require_starttls=True)
        if options.credentials:
            arguments.update(authenticator=authenticate, auth_required=True,
                             auth_require_tls=options.tls == "starttls")
        else:
            arguments.update(auth_exclude_mechanism=["LOGIN", "PLAIN"])
        return SMTP(Handler(options), **arguments)

    return await asyncio.get_running_loop().create_server(
        protocol, options.host, 0, ssl=context if options.tls == "tls" else None)


async def serve_script(options, context):
    """Answers the n-th use of each command with the n-th reply given for it, or the last one.

    "after 0.5 250 OK" is "250 OK" half a second late. With TLS it tells `secured` once the handshake is done.
    """
    script = json.loads(options.script)
    usual = {"greeting": "220 ready", "EHLO": "250-here\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 1000000",
             "HELO": "250 here", "AUTH": "235 2.7.0 welcome", "MAIL": "250 OK", "RCPT": "250 OK",
             "DATA": "354 go on", "content": "250 2.0.0 queued", "QUIT": "221 bye"}
    if options.tls == "starttls":
        usual["STARTTLS"] = "220 go on"
        usual["EHLO"] = ["250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN",
                         "250-here\r\n250 AUTH PLAIN LOGIN"]
    used = {}

    def reply(command):
        replies = script.get(command, usual.get(command, "500 unknown"))
        replies = [replies] if isinstance(replies, str) else replies
        used[command] = used.get(command, 0) + 1
        return replies[min(used[command], len(replies)) - 1]

    async def talk(reader, writer):
        async def answer(command):
            tell(command=command)
            text = reply(command)
            if text.startswith("after "):
                _, seconds, text = text.split(" ", 2)
                await asyncio.sleep(float(seconds))
            if text == "hang":
                await asyncio.sleep(3600)
            if text == "drop":
                writer.transport.abort()
                return text
            writer.write(text.encode() + b"\r\n")
            await writer.drain()
            if text.startswith("421"):
                writer.close()
            return text

        async def secure():
            await writer.start_tls(context)
            tell(command="secured")

        if options.tls == "tls":
            await secure()
        await answer("greeting")
        while line := await reader.readline():
            command = line.split()[0].decode().upper() if line.split() else ""
            text = await answer(command)
            if command == "STARTTLS" and context and text.startswith("220"):
                await secure()
            if command == "DATA" and text.startswith("354"):
                while line != b".\r\n":
                    line = await reader.readline()
                    if not line:
                        return
                await answer("content")

    async def talk_until_gone(reader, writer):
        try:
            await talk(reader, writer)
        except (ConnectionError, IndexError, ssl.SSLError):
            pass
        tell(command="closed")
        writer.close()

    return await asyncio.start_server(talk_until_gone, options.host, 0)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--tls", choices=["none", "starttls", "tls"], default="none")
    parser.add_argument("--certificate", choices=["good", "other_host", "expired"], default="good")
    parser.add_argument("--credentials", default="")
    parser.add_argument("--refuse-rcpt", default="")
    parser.add_argument("--after-data", default="")
    parser.add_argument("--script", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        context, certificate = (
            make_certificate(folder, options.certificate) if options.tls != "none" else (None, ""))
        start = serve_script if options.script else serve_aiosmtpd
        server = await start(options, context)
        tell(host=options.host, port=server.sockets[0].getsockname()[1], ca_file=certificate)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
