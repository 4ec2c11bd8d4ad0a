#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a server for its services and health with nothing but bytes: no stubs, no code of ours.
usage: ask_reflection.py ADDRESS"""
import sys

import grpc


def field(number, payload):
    return bytes([number << 3 | 2, len(payload)]) + payload


def fields(message):
    """(number, value) of each length-delimited or varint field."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = varint()
        value = varint()
        if key & 7 == 2:
            length, value = value, message[at:at + value]
            at += length
        yield key >> 3, value


def one(message, number):
    return next(value for found, value in fields(message) if found == number)


with grpc.insecure_channel(sys.argv[1]) as way:
    reflect = way.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
    services, symbol = reflect(iter([field(7, b"*"), field(4, b"meterrig.v1.Meter")]), timeout=10)
    # list_services_response = 6, service = 1, name = 1
    for number, service in fields(one(services, 6)):
        print("service", one(service, 1).decode())
    # file_descriptor_response = 4, file_descriptor_proto = 1: name = 1, service = 6 with method = 2
    for number, file in fields(one(symbol, 4)):
        if one(file, 1) == b"meterrig/v1/dut.proto":
            for number, service in fields(file):
                if number == 6:
                    for inner, method in fields(service):
                        if inner == 2:
                            print("method", one(service, 1).decode(), one(method, 1).decode())
    check = way.unary_unary("/grpc.health.v1.Health/Check")
    for name in (b"", b"meterrig.v1.Terminals", b"meterrig.v1.Meter"):
        print("health", name.decode(), one(check(field(1, name) if name else b"", timeout=10), 1))
