"""An HTTP client that sends what a test wants it to send, however wrong, over a connection it keeps."""

import socket


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body


class NoAnswer(Exception):
    """The connection ended, or nothing came in time."""


class Connection:
    def __init__(self, host, port, seconds):
        self._address = (host, port)
        self._seconds = seconds
        self._socket = None
        self._buffer = b""

    def close(self):
        if self._socket:
            self._socket.close()
        self._socket = None
        self._buffer = b""

    def ask(self, method, target, headers, body):
        """Sends a request and reads its answer. `headers` are pairs; `Host` and the length are added."""
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
        lines += [f"{name}: {value}" for name, value in headers]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n"
        try:
            if self._socket is None:
                self._socket = socket.create_connection(self._address, self._seconds)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.sendall(head + (body or b""))
            return self._read_answer(method == "HEAD")
        except OSError as fault:
            self.close()
            raise NoAnswer(f"{type(fault).__name__}: {fault}") from None

    def _read_answer(self, is_head):
        while b"\r\n\r\n" not in self._buffer:
            self._read()
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        first, *rest = head.decode("latin-1").split("\r\n")
        status = int(first.split(" ")[1])
        headers = {}
        for line in rest:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        has_body = not is_head and status not in (204, 304)
        if has_body and headers.get("transfer-encoding") == "chunked":
            # A body that goes on: its first piece tells what it is like.
            body = self._read_chunk()
            self.close()
            return Answer(status, headers, body)
        length = int(headers["content-length"]) if has_body else 0
        while len(self._buffer) < length:
            self._read()
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        if headers.get("connection") == "close":
            self.close()
        return Answer(status, headers, body)

    def _read_chunk(self):
        while b"\r\n" not in self._buffer:
            self._read()
        size, self._buffer = self._buffer.split(b"\r\n", 1)
        while len(self._buffer) < int(size, 16) + 2:
            self._read()
        return self._buffer[:int(size, 16)]

    def _read(self):
        more = self._socket.recv(65536)
        if not more:
            raise ConnectionError("the connection ended")
        self._buffer += more
