"""A DNS server of a test's own. It answers A questions about the names it is told, and no others."""

import socket
import struct
import threading

TYPE_A = 1
NO_SUCH_NAME = 3


class NameServer:
    """Listens on UDP port 53 of `host`. `addresses` maps a name to a list of IPv4 addresses, may be
    changed at any time, and is answered in its order with a time to live of 0."""

    def __init__(self, host):
        self.addresses = {}
        self.asked = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            question, sender = self._socket.recvfrom(512)
            self._socket.sendto(self._answer(question), sender)

    def _answer(self, packet):
        name, end = self._read_name(packet)
        kind = struct.unpack_from(">H", packet, end)[0]
        known = self.addresses.get(name)
        addresses = known if known and kind == TYPE_A else []
        if addresses:
            self.asked.append(name)
        # A response to a recursive question, without recursion; the name is told by a pointer to it.
        flags = 0x8180 | (0 if known else NO_SUCH_NAME)
        head = packet[:2] + struct.pack(">5H", flags, 1, len(addresses), 0, 0)
        records = [struct.pack(">HHHIH", 0xC00C, TYPE_A, 1, 0, 4) + socket.inet_aton(x) for x in addresses]
        return head + packet[12:end + 4] + b"".join(records)

    @staticmethod
    def _read_name(packet):
        labels, at = [], 12
        while packet[at]:
            labels.append(packet[at + 1:at + 1 + packet[at]].decode("ascii"))
            at += 1 + packet[at]
        return ".".join(labels).lower(), at + 1
