"""Which records mean the same thing, said slowly: every pair of a block weighed by itself, clusters by walking along the matches,
survivors column by column. Of the comparisons those are known that random_matches.py draws."""
from dataclasses import dataclass, field
from math import log2

NEAR = {"days": lambda a, b: abs((a - b).days), "levenshtein": lambda a, b: edits(a, b), "number": lambda a, b: abs(a - b)}


@dataclass
class Compare:
    by: str  # exact, or one of NEAR
    at: list
    m: list
    u: list


@dataclass
class Matching:
    record: str
    block: list
    compare: dict
    prior: float
    threshold: float
    survive: list = field(default_factory=list)
    anchor: str | None = None
    across: str | None = None


def edits(a, b):
    above = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        row = [i]
        for j, right in enumerate(b, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (left != right)))
        above = row
    return above[-1]


def level(compare, a, b):
    if a == b:
        return 0
    if compare.by != "exact":
        distance = NEAR[compare.by](a, b)
        for number, bound in enumerate(compare.at, 1):
            if distance <= bound:
                return number
    return len(compare.m) - 1


def weight(matching, a, b):
    total = log2(matching.prior / (1 - matching.prior))
    for column, compare in matching.compare.items():
        if a[column] is not None and b[column] is not None:
            at = level(compare, a[column], b[column])
            total += log2(compare.m[at] / compare.u[at])
    return total


def is_match(matching, a, b):
    if matching.across and a[matching.across] == b[matching.across]:
        return False
    agree = any(all(a[c] is not None and a[c] == b[c] for c in block) for block in matching.block)
    return agree and weight(matching, a, b) >= log2(matching.threshold / (1 - matching.threshold))


def survivor(matching, rows, column):
    """Rows stand in the order of their names."""
    rule = next((r for r in matching.survive if column in r["columns"]), None)
    among = [row for row in rows if row[column] is not None]
    if not among:
        return None
    first = {None: lambda row: 0 if column == matching.record else sum(v is None for v in row.values()),
             "most_recent": lambda row: (row[rule["by"]] is None, -(row[rule["by"]] or 0)),
             "oldest": lambda row: (row[rule["by"]] is None, row[rule["by"]] or 0),
             "longest": lambda row: -len(str(row[column])), "shortest": lambda row: len(str(row[column])),
             "most_frequent": lambda row: -sum(other[column] == row[column] for other in rows),
             "min": lambda row: row[column],
             "source": lambda row: rule["order"].index(row[rule["by"]]) if row[rule["by"]] in rule["order"] else len(rule["order"])}
    if rule and rule["keep"] == "max":
        return max(row[column] for row in among)
    return min(among, key=first[rule["keep"] if rule else None])[column]


def clusters(records, matching):
    """A row a cluster."""
    order = lambda row: ((row[matching.anchor],) if matching.anchor else ()) + (row[matching.record],)
    records = sorted(records, key=order)
    left, out = list(range(len(records))), []
    while left:
        found, open_ = [], [left.pop(0)]
        while open_:
            at = open_.pop()
            found.append(at)
            linked = [other for other in left if is_match(matching, records[at], records[other])]
            left = [other for other in left if other not in linked]
            open_ += linked
        rows = [records[at] for at in sorted(found)]
        out.append({"cluster_id": rows[0][matching.record]} | {c: survivor(matching, rows, c) for c in rows[0]} |
                   {"cluster_size": len(rows), "cluster_records": "[" + ", ".join(row[matching.record] for row in rows) + "]"})
    return out
