#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shell commands of a GitLab or GitHub CI file, one script; with a program's name, its command
lines alone, one a line. usage: ci_commands.py FILE [PROGRAM]"""
import sys

import yaml


def scripts(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("run", "script", "before_script"):
                yield from value if isinstance(value, list) else [value]
            else:
                yield from scripts(value)
    elif isinstance(node, list):
        for value in node:
            yield from scripts(value)


with open(sys.argv[1], encoding="utf-8") as file:
    text = "\n".join(scripts(yaml.safe_load(file)))
lines = text.replace("\\\n", " ").splitlines()
program = sys.argv[2] if len(sys.argv) > 2 else ""
print("\n".join(line.strip() for line in lines if line.strip().startswith(program)))
