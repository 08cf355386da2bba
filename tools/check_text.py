#!/usr/bin/env python3
"""Refuses text that must not be committed: paths of one machine, work without an end, unresolved merges."""
import re, subprocess, sys

rules = [
    (re.compile(r"(?<![\w.$})*-])/(?:work|home|Users)/"), "a path of one machine; make it relative, or a setting"),
    (re.compile(r"\bTODO\b(?!\([^)]+\))"), "say when this is done: TODO(condition that ends it)"),
    (re.compile(r"\b(?:FIXME|XXX|HACK)\b(?!\w)"), "fix it, or write TODO(condition that ends it)"),
    (re.compile(r"^(?:<{7}|>{7}) "), "an unresolved merge"),
]
# Texts of others, and pages that name what is refused here.
skipped = {"LICENSE", "CONTRIBUTING.md", "tools/check_text.py"}
source = {"cpp", "h", "py", "sh", "cmake", "sql"}
problems = []
files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True, check=True)
for name in files.stdout.decode().split("\0"):
    if not name or name in skipped or name.startswith("test/foundry/cases/"):
        continue
    try:
        text = open(name, encoding="utf-8").read()
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        continue
    for number, line in enumerate(text.split("\n"), 1):
        for pattern, advice in rules:
            if pattern.search(line):
                problems.append(f"{name}:{number}: {advice}")
    if name.rsplit(".", 1)[-1] in source and text and not text.endswith("\n"):
        problems.append(f"{name}:{text.count(chr(10)) + 1}: end the file with a newline")
if problems:
    print("\n".join(problems))
sys.exit(bool(problems))
