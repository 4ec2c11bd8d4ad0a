#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An instrument behind VXI-11 (TCP/IP Instrument Protocol, VXI-11 rev 1.0, ONC RPC of RFC 5531), with the port
mapper that its clients ask. It keeps the last command and tells it with the reply to each query; SLEEP? is
answered by nothing. usage: vxi11_instrument.py DEVICE_NAME"""

import socket
import struct
import sys
import threading

PORT_MAPPER, DEVICE_CORE = 100000, 0x0607AF
CREATE_LINK, DEVICE_WRITE, DEVICE_READ, DESTROY_LINK = 10, 11, 12, 23
INVALID_ADDRESS, INVALID_LINK, IO_TIMEOUT, END = 3, 4, 15, 4


def word(value):
    return struct.pack(">I", value & 0xFFFFFFFF)


def opaque(data):
    return word(len(data)) + data + bytes(-len(data) % 4)


class Arguments:
    def __init__(self, data):
        self.data, self.at = data, 0

    def word(self):
        (value,) = struct.unpack_from(">I", self.data, self.at)
        self.at += 4
        return value

    def opaque(self):
        length = self.word()
        value = self.data[self.at:self.at + length]
        self.at += length + -length % 4
        return value


class Instrument:
    def __init__(self, name):
        self.name, self.linked, self.kept, self.reply = name, False, "nothing", None

    def call(self, procedure, arguments):
        if procedure == CREATE_LINK:
            arguments.word(), arguments.word(), arguments.word()
            self.linked = arguments.opaque().decode() == self.name
            return word(0 if self.linked else INVALID_ADDRESS) + word(1) + word(0) + word(4096)
        if procedure == DEVICE_WRITE and not self.linked:
            return word(INVALID_LINK) + word(0)
        if procedure == DEVICE_WRITE:
            for _ in range(4):
                arguments.word()
            data = arguments.opaque()
            self.hear(data.decode().strip())
            return word(0) + word(len(data))
        if procedure == DEVICE_READ:
            reply, self.reply = self.reply, None
            if reply is None:
                return word(IO_TIMEOUT) + word(0) + opaque(b"")
            return word(0) + word(END) + opaque(reply.encode())
        return word(0)  # DESTROY_LINK

    def hear(self, line):
        if line == "*IDN?":
            self.reply = "maker,notebook,1,2"
        elif line == "SLEEP?":
            self.reply = None
        elif line.endswith("?"):
            self.reply = f"{self.kept} to {line}"
        else:
            self.kept = line


def answer(call, port, instrument):
    """The reply to an RPC message."""
    arguments = Arguments(call)
    transaction = arguments.word()
    arguments.word(), arguments.word()
    program, version, procedure = arguments.word(), arguments.word(), arguments.word()
    for _ in range(2):  # credentials, verifier
        arguments.word(), arguments.opaque()
    head = word(transaction) + word(1) + word(0) + word(0) + word(0) + word(0)
    if procedure == 0:
        return head
    if program == PORT_MAPPER:
        known = arguments.word() == DEVICE_CORE
        if version == 2:  # RFC 1833: a port; later versions tell an address
            return head + word(port if known else 0)
        address = f"127.0.0.1.{port >> 8}.{port & 255}" if known else ""
        return head + opaque(address.encode())
    return head + instrument.call(procedure, arguments)


def serve_stream(connection, port, instrument):
    def exactly(count):
        data = b""
        while len(data) < count:
            more = connection.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    try:
        while True:
            (mark,) = struct.unpack(">I", exactly(4))
            reply = answer(exactly(mark & 0x7FFFFFFF), port, instrument)
            connection.sendall(word(0x80000000 | len(reply)) + reply)
    except (EOFError, OSError):
        connection.close()


def accept(listener, port, instrument):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve_stream, args=(connection, port, instrument), daemon=True).start()


def listener_on(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener


def main():
    instrument = Instrument(sys.argv[1])
    core = listener_on(0)
    port = core.getsockname()[1]
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        mapper = listener_on(111)
        datagrams.bind(("127.0.0.1", 111))
    except OSError as error:
        print(f"port 111 of the port mapper: {error.strerror}", flush=True)
        return 77
    for listener in (core, mapper):
        threading.Thread(target=accept, args=(listener, port, instrument), daemon=True).start()
    print("ready", flush=True)
    while True:
        data, peer = datagrams.recvfrom(65536)
        datagrams.sendto(answer(data, port, instrument), peer)


if __name__ == "__main__":
    sys.exit(main())
