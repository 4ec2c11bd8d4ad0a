#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the compiler's dependency files with the table of rooms: a file of a room may include the
public headers of the rooms that its row names (and of those that these name), and a library's headers
only where the library belongs. usage: check_layers.py SOURCE_DIR BUILD_DIR [--pretend ROOM=ROOM]"""

import re
import subprocess
import sys
from pathlib import Path

VOCABULARY, SCHEMA, LOADER = "scenarios/vocabulary", "scenarios/schema", "scenarios/loader"

# room: the rooms whose include/ it may see. Lowest first.
MAY_SEE = {
    VOCABULARY: [],
    SCHEMA: [],
    LOADER: [VOCABULARY, SCHEMA],
    "rig/ports": [VOCABULARY],
    "reference-meter": [VOCABULARY],
    "generators/synthesis": [VOCABULARY],
    "generators/resample": [VOCABULARY],
    "generators/playback": [VOCABULARY, "generators/resample"],
    "generators/scpi": [VOCABULARY, "rig/ports"],
    "generators/scpi/simulator": [VOCABULARY, "rig/ports", "generators/scpi"],
    "generators/template": [VOCABULARY, "rig/ports", "generators/scpi"],
    "generators/template/simulator": [VOCABULARY, "rig/ports", "generators/scpi/simulator"],
    "generators/soapy/module": [VOCABULARY],
    "generators/soapy": [VOCABULARY, "rig/ports"],
    "generators/iio": [VOCABULARY, "rig/ports", "generators/synthesis"],
    "generators/iio/server": [VOCABULARY, "rig/ports"],
    "dut/modbus": [VOCABULARY, SCHEMA, "rig/ports"],
    "dut/messages": [VOCABULARY, SCHEMA, LOADER],
    "dut/grpc": [VOCABULARY, SCHEMA, "rig/ports", "dut/messages", "dut/pulse"],
    "dut/inject": [VOCABULARY, SCHEMA, "rig/ports", "dut/messages"],
    "dut/pulse": [VOCABULARY, "rig/ports"],
    "dut/virtual": [VOCABULARY, SCHEMA, LOADER, "rig/ports", "dut/modbus", "dut/grpc", "dut/inject",
                    "generators/synthesis", "generators/resample", "reference-meter"],
    "dut/kit": [VOCABULARY, "dut/grpc"],
    "rig/safety": [VOCABULARY, SCHEMA, "rig/ports"],
    "rig/verdict": [VOCABULARY, SCHEMA],
    "rig/store": [VOCABULARY, SCHEMA],
    "rig/record": [VOCABULARY, "reference-meter", "generators/synthesis", "generators/playback"],
    "rig/campaign": [VOCABULARY, SCHEMA, LOADER, "reference-meter", "generators/synthesis",
                     "generators/playback", "rig/ports", "rig/safety", "rig/record", "rig/verdict",
                     "rig/store"],
    "rig/mutants": [VOCABULARY, SCHEMA, LOADER, "rig/ports", "rig/store", "rig/verdict", "rig/campaign",
                    "dut/modbus", "dut/virtual", "reference-meter", "generators/playback"],
    "reports/svg": [VOCABULARY, "reports/model"],
    "reports/model": [VOCABULARY, SCHEMA, "rig/store", "rig/verdict"],
    "reports/html": [VOCABULARY, SCHEMA, "rig/store", "rig/verdict", "reports/svg", "reports/model"],
    "reports/junit": [VOCABULARY, SCHEMA, "rig/store", "rig/verdict", "reports/model"],
    "reports/json": [VOCABULARY, SCHEMA, "rig/store", "rig/verdict", "reports/model"],
    "reports/text": [VOCABULARY, SCHEMA, "rig/store", "rig/verdict", "reports/model"],
    "reports/record": [VOCABULARY, "reference-meter", "generators/playback", "rig/record",
                       "reports/svg", "reports/model"],
    "reports/rf": [VOCABULARY, SCHEMA, "reports/svg", "reports/model"],
    "reports/mutants": [SCHEMA, "reports/model"],
}
MAY_SEE["rig/cli"] = list(MAY_SEE)

# header of a library: the rooms that may include it.
LIBRARY = {
    r"/grpcpp/": ["dut/grpc", SCHEMA],
    r"/modbus/modbus\.h$": ["dut/modbus", "dut/virtual"],
    r"/libserialport\.h$": ["rig/ports"],
    r"/lxi\.h$": ["generators/scpi"],
    r"/iio\.h$": ["generators/iio"],
    r"/sndfile\.h$": ["generators/playback"],
    r"/SoapySDR/": ["generators/soapy", "generators/soapy/module"],
    r"/sqlite3\.h$": ["rig/store"],
    r"/openssl/": ["rig/store", "dut/grpc", "dut/virtual", "rig/cli"],
    r"/yaml-cpp/": [LOADER],
    r"/Eigen/": ["reference-meter"],
    r"/kainjow/": ["reports/html"],
    r"/pugixml\.hpp$": ["reports/junit", "generators/iio/server"],
    r"/CLI/": ["rig/cli"],
    r"/nlohmann/": ["rig/cli", "rig/safety", "reports/record"],
    r"/boost/math/": ["rig/verdict"],
}


def room_of(path, rooms):
    return max((r for r in rooms if path.startswith(r + "/")), key=len, default=None)


def dependencies(build):
    """Yields (object, headers) of everything compiled."""
    text = subprocess.run(["ninja", "-C", str(build), "-t", "deps"], check=True,
                          capture_output=True, text=True).stdout
    current, headers = None, []
    for line in text.splitlines():
        if line and not line.startswith(" "):
            current, headers = line.split(": #deps")[0], []
            yield current, headers
        elif line.strip():
            headers.append(line.strip())


def complaints(source, build, may_see):
    found, looked_at = [], 0
    for target, headers in list(dependencies(build)):
        room = room_of(re.sub(r"CMakeFiles/.*", "", target), may_see)
        if room is None:
            continue  # tests see what they test
        looked_at += 1
        allowed = {room, *may_see[room]}
        for header in headers:
            path = Path(header)
            absolute = path if path.is_absolute() else build / path
            text = str(absolute)
            for pattern, rooms in LIBRARY.items():
                if re.search(pattern, text) and room not in rooms:
                    found.append(f"{target}: {text} belongs to {', '.join(rooms)}")
            try:
                inside = str(absolute.relative_to(build))
            except ValueError:
                try:
                    inside = str(absolute.relative_to(source))
                except ValueError:
                    continue
            other = room_of(inside, may_see)
            if other is None or other == room:
                continue
            if other not in allowed:
                found.append(f"{target}: {inside}: {room} may not see {other}")
            elif "/include/" not in inside and other != SCHEMA:
                found.append(f"{target}: {inside} is not a public header of {other}")
    return found, looked_at


def main():
    source, build = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    may_see = {room: list(others) for room, others in MAY_SEE.items()}
    if "--pretend-narrow" in sys.argv:  # the check must be able to fail
        may_see[LOADER] = []
    # A room without source files here would make its row meaningless.
    missing = [room for room in may_see if not (source / room).is_dir()]
    found, looked_at = complaints(source, build, may_see)
    for line in sorted(set(found)) + [f"{room}: no such room" for room in missing]:
        print(line)
    print(f"{looked_at} files of {len(may_see)} rooms")
    return 1 if found or missing or looked_at == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
