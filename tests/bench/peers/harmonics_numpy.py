#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What harmonics_bench measures, by peers: simulated seconds a second of three voltages and three
currents at 8 kS/s, 63 harmonics, 49.5 Hz, one core. Careful numpy: windows of ten cycles of the known
frequency are resampled by a windowed sinc of 32 taps, whose weights all channels share, to 2048 points,
then rfft, subgroups, r.m.s. and THD. pqopen-lib, where it is installed, resamples whole samples by straight
lines. usage: harmonics_numpy.py [SECONDS]"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy is loaded

import sys
import time

import numpy as np

RATE, FREQUENCY, CYCLES, POINTS, ORDERS, TAPS = 8000, 49.5, 10, 2048, 63, 32
FRACTIONS = 4096  # of a sample that there are weights for


def signal(seconds):
    t = np.arange(int(seconds * RATE)) / RATE
    rows = np.zeros((6, t.size))
    for c, row in enumerate(rows):
        rms = 230 if c < 3 else 5
        for h in range(1, ORDERS + 1):
            amplitude = rms if h == 1 else 0.1 * rms / h
            phase = h * (-2 * np.pi * (c % 3) / 3 - 0.3 * (c // 3)) + 0.65 * h * h
            row += np.sqrt(2) * amplitude * np.sin(2 * np.pi * h * FREQUENCY * t + phase)
    return rows


OFFSETS = np.arange(TAPS) - TAPS // 2 + 1


def kernel():
    """Weights of every fraction of a sample."""
    x = np.arange(FRACTIONS + 1)[:, None] / FRACTIONS - OFFSETS
    return np.sinc(x) * np.i0(9 * np.sqrt(np.maximum(0, 1 - (2 * x / TAPS) ** 2))) / np.i0(9)


def readings(grid):
    """Subgroups, r.m.s. and THD of a window."""
    lines = np.arange(1, ORDERS + 1) * CYCLES
    squares = 2 * np.abs(np.fft.rfft(grid) / grid.shape[1]) ** 2
    subgroups = squares[:, lines - 1] + squares[:, lines] + squares[:, lines + 1]
    rms = np.sqrt(np.mean(grid**2, axis=1))
    thd = np.sqrt(subgroups[:, 1:40].sum(axis=1) / subgroups[:, 0])
    return np.sqrt(subgroups), rms, thd


def windows(rows, weights):
    length = CYCLES * RATE / FREQUENCY
    begin, found = float(TAPS), []
    while begin + length + TAPS < rows.shape[1]:
        place = begin + np.arange(POINTS) * (length / POINTS)
        whole = np.floor(place).astype(np.intp)
        part = np.rint((place - whole) * FRACTIONS).astype(np.intp)
        grid = np.einsum("cpt,pt->cp", rows[:, whole[:, None] + OFFSETS], weights[part])
        found.append(readings(grid))
        begin += length
    return found


def windows_as_they_are(rows):
    """Without resampling: right at 50 Hz only."""
    length = RATE // 5
    return [readings(rows[:, at : at + length]) for at in range(0, rows.shape[1] - length, length)]


def timed(function, *arguments, repeats=5):
    """Seconds a second, the best of a few runs, and the greatest error of a subgroup to order 40."""
    best = np.inf
    for _ in range(repeats):
        start = time.process_time()
        found = function(*arguments)
        best = min(best, time.process_time() - start)
    truth = np.array([230 if h == 1 else 23 / h for h in range(1, 41)])
    error = max(np.max(np.abs(w[0][0, :40] / truth - 1)) for w in found)
    return f"{0.2 * len(found) / best:.0f} seconds/s, {1e6 * best / len(found):.0f} us a window, " \
           f"error to order 40 {error:.0e}"


def pqopen_windows(rows):
    """Seconds a second and windows found. The library does more than harmonics: r.m.s. of half cycles,
    power, unbalance. It has no setting for the points of a transform, and those it would take at 8 kS/s
    end at order 50."""
    from daqopen.channelbuffer import AcqBuffer
    from pqopen import powerquality
    from pqopen.powersystem import PowerSystem

    powerquality.resample_and_fft.__defaults__ = (POINTS,)
    buffers = [AcqBuffer(size=rows.shape[1] + 1) for _ in range(6)]
    system = PowerSystem(zcd_channel=buffers[0], input_samplerate=RATE)
    system._harm_fft_resample_size = POINTS
    for p in range(3):
        system.add_phase(u_channel=buffers[p], i_channel=buffers[p + 3])
    system.enable_harmonic_calculation(num_harmonics=ORDERS)
    start = time.process_time()
    block = RATE // 10
    for at in range(0, rows.shape[1], block):
        for buffer, row in zip(buffers, rows):
            buffer.put_data(row[at : at + block])
        system.process()
    took = time.process_time() - start
    return rows.shape[1] / RATE / took, system.output_channels["U1_H_rms"].sample_count


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4
    rows = signal(seconds)
    print(f"numpy {np.__version__}, sinc of {TAPS} taps, rfft, subgroups: "
          f"{timed(windows, rows, kernel())}")
    print(f"numpy {np.__version__}, rfft, subgroups: {timed(windows_as_they_are, rows)}")
    try:
        speed, windows_found = max(pqopen_windows(rows) for _ in range(5))
        print(f"pqopen-lib: {speed:.0f} seconds/s, {windows_found} windows")
    except ImportError as reason:
        print(f"pqopen-lib: not installed ({reason})")


if __name__ == "__main__":
    main()
