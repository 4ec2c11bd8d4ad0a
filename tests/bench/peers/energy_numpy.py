#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a careful user of numpy gets for the job of real_time_bench: three voltages and three
currents at 8 kS/s, 63 harmonics at 49.987 Hz, then r.m.s., P, fundamental Q and energy of each
window of 0.2 s. Prints how many times faster than the clock it runs, on one core.

Needs numpy (Debian: python3-numpy). OPENBLAS_NUM_THREADS=1 keeps it on one core."""
import os
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np  # noqa: E402  (the number of threads is read on import)

RATE, FREQUENCY, ORDERS, SCANS = 8000.0, 49.987, 63, 1600
H = np.arange(1, ORDERS + 1)
TURN = np.array([0, 120, 240, 20, 140, 260.0])
RMS = np.where(H == 1, 1.0, 0.1 / H)[None, :] * np.array([230] * 3 + [5.0] * 3)[:, None]
PHASE = np.radians(np.fmod(TURN[:, None] + 77.0 * H**2, 360))
SINE = np.sqrt(2) * RMS * np.cos(PHASE)
COSINE = np.sqrt(2) * RMS * np.sin(PHASE)


def loop(first):
    """As the definition is written: a sine for each harmonic and channel."""
    t = (first + np.arange(SCANS)) / RATE
    x = np.zeros((6, SCANS))
    for channel in range(6):
        for h in range(1, ORDERS + 1):
            x[channel] += np.sqrt(2) * RMS[channel, h - 1] * np.sin(
                2 * np.pi * h * FREQUENCY * t + PHASE[channel, h - 1])
    return x


def shared(first):
    """Every harmonic's sine, once for all channels, and a matrix product."""
    t = (first + np.arange(SCANS)) / RATE
    angle = 2 * np.pi * FREQUENCY * np.outer(H, t)
    return SINE @ np.sin(angle) + COSINE @ np.cos(angle)


def powers(first):
    """The sines of the harmonics as powers of one complex exponential."""
    t = (first + np.arange(SCANS)) / RATE
    one = np.exp(2j * np.pi * FREQUENCY * t)
    table = np.empty((ORDERS, SCANS), complex)
    table[0] = one
    for h in range(1, ORDERS):
        np.multiply(table[h - 1], one, out=table[h])
    return SINE @ table.imag + COSINE @ table.real


class Meter:
    """r.m.s., P and Q1 over the block as it is, energies added up."""

    def __init__(self):
        t = np.arange(SCANS) / RATE
        self.carrier = np.exp(-2j * np.pi * FREQUENCY * t)
        self.energy = np.zeros(3)

    def feed(self, x):
        u, i = x[:3], x[3:]
        rms = np.sqrt(np.einsum("ij,ij->i", x, x) / SCANS)
        p = np.einsum("ij,ij->i", u, i) / SCANS
        phasor = x @ self.carrier * (np.sqrt(2) / SCANS)
        q1 = (phasor[:3] * phasor[3:].conj()).imag
        self.energy += p * SCANS / RATE
        return rms, p, q1


def speed(work, seconds=3.0):
    work(0)
    windows, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds:
        work(windows * SCANS)
        windows += 1
    return windows * SCANS / RATE / spent


meter = Meter()
ready = loop(0)
assert np.allclose(ready, shared(0), atol=1e-9) and np.allclose(ready, powers(0), atol=1e-9)
print(f"numpy {np.__version__}, x real time:")
for name, synthesis in (("a sine for each harmonic and channel", loop),
                        ("sines shared by a matrix product", shared),
                        ("powers of an exponential", powers)):
    print(f"  synthesis, {name:40}{speed(synthesis):8.0f}")
    print(f"  and metering, {'':37}{speed(lambda n: meter.feed(synthesis(n))):8.0f}")
print(f"  metering of ready samples {'':25}{speed(lambda n: meter.feed(ready)):8.0f}")
