# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a COMTRADE record as IEEE C37.111 has it, with nothing forgiven and nothing of the rig's: prints the
rate, then a line a scan with its stamp and its values a x + b, all digits.

usage: read_comtrade.py FILE.cfg|FILE.cff"""
import struct
import sys

name = sys.argv[1]
if name.endswith(".cff"):
    parts = open(name, "rb").read().split(b"--- file type: ")
    by_type = {part.split(b" ")[0].split(b":")[0]: part.split(b"---\r\n", 1)[1] for part in parts[1:]}
    cfg, dat = by_type[b"CFG"].decode("utf-8"), by_type[b"DAT"]
else:
    cfg = open(name, "rb").read().decode("utf-8")
    dat = open(name[:-4] + ".dat", "rb").read()

assert cfg.endswith("\r\n"), "every line ends with CR LF"
lines = [line.split(",") for line in cfg.split("\r\n")]
revision = lines[0][2] if len(lines[0]) == 3 else "1991"
assert revision in ("1991", "1999", "2013")
total, analogue, status = int(lines[1][0]), int(lines[1][1].rstrip("A")), int(lines[1][2].rstrip("D"))
assert lines[1][1].endswith("A") and lines[1][2].endswith("D") and total == analogue + status
fields = 10 if revision == "1991" else 13
channels = lines[2 : 2 + analogue]
for place, channel in enumerate(channels):
    assert len(channel) == fields and int(channel[0]) == place + 1, channel
    assert revision == "1991" or channel[12] in "PSps"
at = 2 + total
float(lines[at][0])
assert lines[at + 1] == ["1"], "one rate"
rate, last = float(lines[at + 2][0]), int(lines[at + 2][1])
for moment in lines[at + 3 : at + 5]:
    date, time = moment
    assert [len(part) for part in date.split("/")] == [2, 2, 2 if revision == "1991" else 4], date
    assert [len(part) for part in time.split(":")[:2]] == [2, 2], time
kind = lines[at + 5][0]
multiplier = 1.0 if revision == "1991" else float(lines[at + 6][0])
if revision == "2013":
    assert len(lines[at + 7]) == 2 and len(lines[at + 8]) == 2, "time codes, leap second"

code = {"BINARY": "h", "BINARY32": "i", "FLOAT32": "f"}
scans = []
if kind == "ASCII":
    for line in dat.decode("ascii").rstrip("\x1a").split("\r\n")[:-1]:
        row = line.split(",")
        assert len(row) == 2 + total
        scans.append([int(row[0]), int(row[1])] + [float(value) for value in row[2 : 2 + analogue]])
else:
    form = "<II" + code[kind] * analogue + "H" * ((status + 15) // 16)
    scans = [list(row[: 2 + analogue]) for row in struct.iter_unpack(form, dat)]
assert len(scans) == last, (len(scans), last)

print(rate)
for place, (number, stamp, *codes) in enumerate(scans):
    assert number == place + 1
    values = [float(c[5]) * x + float(c[6]) for c, x in zip(channels, codes)]
    print(stamp * multiplier, *map(repr, values))
