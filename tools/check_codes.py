"""Every diagnostic code in the sources stands in code_table.cpp, once, and every row of it is used."""
import pathlib
import re
import sys

table = pathlib.Path("src/base/code_table.cpp")
row = re.compile(r'^\s*\{\s*"([A-Z]{3,}[0-9]{3})",', re.M)
word = re.compile(r'"([A-Z]{3,}[0-9]{3})[" ]')
problems = []
rows = {}
for number, line in enumerate(table.read_text().splitlines(), 1):
    if found := row.match(line):
        if found[1] in rows:
            problems.append(f"{table}:{number}: {found[1]} stands twice; keep one row")
        rows[found[1]] = number
families = {code[:-3] for code in rows}
used = set()
for path in sorted(pathlib.Path("src").rglob("*")):
    if path == table or path.suffix not in (".cpp", ".h", ".inc"):
        continue
    for number, line in enumerate(path.read_text().splitlines(), 1):
        for code in word.findall(line):
            used.add(code)
            if code[:-3] in families and code not in rows:
                problems.append(f"{path}:{number}: {code} has no row in {table}; add one")
for code in sorted(set(rows) - used):
    problems.append(f"{table}:{rows[code]}: nothing says {code}; delete the row")
print("\n".join(problems), end="\n" if problems else "")
sys.exit(bool(problems))
