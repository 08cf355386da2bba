#!/usr/bin/env python3
"""Refuses names that say nothing: they attract whatever has no home."""
import pathlib, re, sys

banned = re.compile(r"(manager|util|utilitie|helper|common|misc|impl|processor|handler|service)s?|v\d+|part\d+|legacy")
advice = "say what it is (see Names in CONTRIBUTING.md)"
declared = re.compile(r"^\s*(?:template\s*<.*>\s*)?(?:class|struct|enum(?:\s+class)?|union|concept|using)\s+"
                      r"(?:\[\[\w+\]\]\s+)?([A-Z]\w*)\s*(?:final\b|[:{=]|$)")
problems = []
for folder in ("src", "include", "test", "tools", "bench", "python"):
    for file in sorted(pathlib.Path(folder).rglob("*")):
        # Recorded cases keep the names they were recorded with.
        if "__pycache__" in file.parts or file.is_relative_to("test/foundry/cases"):
            continue
        for word in re.split(r"[._-]", file.name.lower()):
            if banned.fullmatch(word):
                problems.append(f"{file}:1: '{word}' in a file name; {advice}")
        if file.suffix not in {".h", ".cpp"}:
            continue
        for number, text in enumerate(file.read_text().splitlines(), 1):
            if m := declared.match(text):
                for word in re.findall(r"[A-Z][a-z]*\d*", m[1]):
                    if banned.fullmatch(word.lower()):
                        problems.append(f"{file}:{number}: '{word}' in the type name {m[1]}; {advice}")
if problems:
    print("\n".join(problems))
sys.exit(bool(problems))
