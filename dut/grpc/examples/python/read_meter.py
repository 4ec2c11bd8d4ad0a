#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Puts 3 x 230 V, 5 A on a simulated meter for 10 s and prints what it counts and shows.
usage: read_meter.py ADDRESS [AUTHORITY.pem [CERTIFICATE.pem KEY.pem]]
The folder of the generated stubs is in PYTHONPATH (README)."""
import sys

import grpc
from meterrig.v1 import dut_pb2, dut_pb2_grpc, signal_pb2

QUANTITIES = ["voltage.L1", "current.L1", "active_power.total", "frequency.total",
              "active_energy_import.total"]


def bytes_of(path):
    with open(path, "rb") as file:
        return file.read()


def channel(address, files):
    if not files:
        return grpc.insecure_channel(address)
    own = [bytes_of(path) for path in files[1:3]] or [None, None]
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(
        bytes_of(files[0]), private_key=own[1], certificate_chain=own[0]))


def sine(rms, degrees):
    return signal_pb2.Channel(components=[signal_pb2.Component(order=1, rms=rms, phase=degrees)])


with channel(sys.argv[1], sys.argv[2:]) as way:
    terminals, meter = dut_pb2_grpc.TerminalsStub(way), dut_pb2_grpc.MeterStub(way)
    who = meter.Identify(dut_pb2.IdentifyRequest(), timeout=10)
    print(f"device {who.device} {who.serial_number}")
    angles = (0, -120, 120)
    recipe = signal_pb2.SignalRecipe(frequency=signal_pb2.Rational(numerator=50, denominator=1),
                                     voltage=[sine(230, a) for a in angles],
                                     current=[sine(5, a) for a in angles])
    begin = terminals.Apply(dut_pb2.ApplyRequest(recipe=recipe, device_seed=1), timeout=10).now_ns
    end = begin + 10_000_000_000
    pulses = terminals.Advance(dut_pb2.AdvanceRequest(until_ns=end), timeout=60).pulses
    print(f"pulses {len(pulses)}")
    for reading in meter.Read(dut_pb2.ReadRequest(quantities=QUANTITIES), timeout=10).readings:
        print(f"{reading.quantity} {reading.value:.6g}")
