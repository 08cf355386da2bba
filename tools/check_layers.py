#!/usr/bin/env python3
"""Checks every #include under src/ against src/layers.txt, and that layers.txt itself has no cycle."""
import pathlib, re, sys

root = pathlib.Path("src")
layers = root / "layers.txt"
rules, leaves, vendors = {}, set(), {}
for line in layers.read_text().splitlines():
    line = line.split("#")[0].strip()
    if not line:
        continue
    name, allowed = (part.split() for part in line.split(":", 1))
    if name[0] == "vendor":
        vendors[name[1]] = allowed
        continue
    if name[0] == "leaf":
        leaves.add(name[1])
    rules[name[-1]] = allowed


def module_of(folder):
    """(folder that is the module, its name in layers.txt): the longest that matches."""
    parts = folder.parts
    for i in range(len(parts), 0, -1):
        prefix = "/".join(parts[:i])
        for name in (prefix, "/".join([*parts[: i - 1], "*"])):
            if name in rules:
                return prefix, name
    return (".", ".") if not parts else (None, None)


def permitted(rule, target, target_rule):
    if target_rule in leaves:
        return False
    return any(a == target or a.endswith("/*") and target.startswith(a[:-1]) for a in rules[rule])


def cycle():
    plain = [name for name in rules if name not in leaves]
    edges = {n: [m for m in plain if m != n and permitted(n, m, m)] for n in plain}
    done = set()

    def visit(name, path):
        if name in path:
            return path[path.index(name):] + [name]
        if name not in done:
            done.add(name)
            for target in edges[name]:
                if found := visit(target, path + [name]):
                    return found

    return next((found for name in plain if (found := visit(name, []))), None)


def included_file(header):
    """The file under src/ behind an include, also when it is generated from one."""
    for candidate in (header, header.removesuffix(".h")):
        if (root / candidate).is_file():
            return candidate


problems = []
if found := cycle():
    problems.append(f"{layers}:1: has a cycle: {' > '.join(found)}; take one of these permissions away")
for file in sorted(root.rglob("*")):
    if file.suffix not in {".h", ".cpp"}:
        continue
    here, rule = module_of(file.relative_to(root).parent)
    if rule is None:
        problems.append(f"{file}:1: belongs to no module; move it, or add its folder to {layers}")
        continue
    for number, text in enumerate(file.read_text().splitlines(), 1):
        m = re.match(r'\s*#include\s*(["<])([^">]+)[">]', text)
        if not m:
            continue
        header = m[2]
        for prefix, homes in vendors.items():
            if m[1] + prefix in (f"<{header[:len(prefix)]}", f'"{header[:len(prefix)]}') and not any(
                    here == home or here.startswith(home + "/") for home in homes):
                problems.append(f"{file}:{number}: {header} may be included only in {', '.join(homes)}; "
                                "reach it through what that module offers")
        if m[1] == "<":
            continue
        target = included_file(header)
        if target is None:
            if (file.parent / header).is_file():
                problems.append(f"{file}:{number}: write the path from src/: "
                                f'#include "{(file.parent / header).relative_to(root)}"')
            continue
        there, there_rule = module_of(pathlib.PurePosixPath(target).parent)
        if there is not None and there != here and not permitted(rule, there, there_rule):
            problems.append(f"{file}:{number}: {here} may not include {there}; move the code to where both may be "
                            f"seen, or pass the value in ({layers})")
if problems:
    print("\n".join(problems))
sys.exit(bool(problems))
