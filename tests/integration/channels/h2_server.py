#!/usr/bin/python3
"""An HTTPS server that speaks HTTP/2, or HTTP/1.1 only.

Runs under the interpreter of Debian, whose package python3-h2 serves no other one.

Writes JSON, one object per line, to standard output: first {"port": N}, then {"connection": N,
"protocol": NAME} for each connection as TLS agreed on it, and {"connection": N, "stream": N,
"method": M, "path": P, "headers": {...}, "body": TEXT} for each request, which is answered with
200 and `ok`. With --hold N the first N requests are answered together, once all of them are there;
with --drop they are not: their connections end instead. Ends when standard input is closed.
"""

import argparse
import asyncio
import json
import ssl
import sys

import h2.config
import h2.connection
import h2.events


def tell(**facts):
    print(json.dumps(facts), flush=True)


class Http2:
    """One connection's worth of streams."""

    def __init__(self, number, writer, server):
        self.number, self.writer, self.server = number, writer, server
        self.wire = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        self.requests = {}

    async def serve(self, reader):
        self.wire.initiate_connection()
        await self.flush()
        while data := await reader.read(65536):
            for event in self.wire.receive_data(data):
                self.take(event)
            await self.flush()

    def take(self, event):
        if isinstance(event, h2.events.RequestReceived):
            self.requests[event.stream_id] = (dict(event.headers), bytearray())
        elif isinstance(event, h2.events.DataReceived):
            self.requests[event.stream_id][1].extend(event.data)
            self.wire.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            headers, body = self.requests.pop(event.stream_id)
            tell(connection=self.number, stream=event.stream_id, method=headers[":method"],
                 path=headers[":path"], headers=headers, body=body.decode())
            self.server.answer(self.writer, lambda: self.reply(event.stream_id))

    def reply(self, stream):
        self.wire.send_headers(stream, [(":status", "200"), ("content-length", "2")])
        self.wire.send_data(stream, b"ok", end_stream=True)
        return self.wire.data_to_send()

    async def flush(self):
        self.writer.write(self.wire.data_to_send())
        await self.writer.drain()


class Server:
    def __init__(self, hold, drop):
        self.hold, self.drop, self.held, self.connections = hold, drop, [], 0

    def answer(self, writer, make_reply):
        self.held.append((writer, make_reply))
        if len(self.held) < self.hold:
            return
        for held, make in self.held:
            if self.drop:
                held.transport.abort()
            else:
                held.write(make())
        self.hold, self.drop, self.held = 0, False, []

    async def talk(self, reader, writer):
        self.connections += 1
        number = self.connections
        protocol = writer.get_extra_info("ssl_object").selected_alpn_protocol()
        tell(connection=number, protocol=protocol or "none")
        try:
            if protocol == "h2":
                await Http2(number, writer, self).serve(reader)
            else:
                await self.talk_http1(number, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        writer.close()

    async def talk_http1(self, number, reader, writer):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            method, path, _ = head[0].split(" ")
            headers = dict(x.lower().split(": ", 1) for x in head[1:] if x)
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            tell(connection=number, stream=0, method=method, path=path, headers=headers,
                 body=body.decode())
            self.answer(writer, lambda: b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            await writer.drain()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("certificate", help="with its key, in one file of PEM or two")
    parser.add_argument("key")
    parser.add_argument("--protocols", default="h2,http/1.1", help="what TLS offers; empty for nothing")
    parser.add_argument("--hold", type=int, default=0)
    parser.add_argument("--drop", action="store_true")
    options = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)
    if options.protocols:
        context.set_alpn_protocols(options.protocols.split(","))
    server = await asyncio.start_server(Server(options.hold, options.drop).talk, "127.0.0.1", 0, ssl=context)
    tell(port=server.sockets[0].getsockname()[1])
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
