#!/usr/bin/env python3
"""Files stay short. tools/size_exemptions.txt may name longer ones with their length, which may only shrink."""
import pathlib, sys

warn, fail = {".cpp": 400, ".h": 150}, {".cpp": 600, ".h": 250}
listing = pathlib.Path("tools/size_exemptions.txt")
exempt = {}
for number, line in enumerate(listing.read_text().splitlines(), 1):
    if line and not line.startswith("#"):
        name, size = line.split()
        exempt[name] = (number, int(size))

problems = []
for folder in ("src", "include", "test"):
    for file in sorted(pathlib.Path(folder).rglob("*")):
        if file.suffix not in fail:
            continue
        size = len(file.read_bytes().splitlines())
        number, allowed = exempt.pop(str(file), (0, fail[file.suffix]))
        if size > allowed:
            problems.append(f"{file}:{allowed}: has {size} lines, {allowed} are allowed; split it by noun or verb")
        elif number and size < allowed:
            problems.append(f"{listing}:{number}: {file} has shrunk to {size} lines; "
                            + ("write that" if size > fail[file.suffix] else "remove this line"))
        elif not number and size > warn[file.suffix]:
            print(f"{file}:{warn[file.suffix]}: warning: has {size} lines; "
                  f"over {fail[file.suffix]} it will be refused")
for name, (number, _) in exempt.items():
    problems.append(f"{listing}:{number}: there is no {name}; remove this line")
if problems:
    print("\n".join(problems))
sys.exit(bool(problems))
