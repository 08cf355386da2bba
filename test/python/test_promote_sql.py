"""The SQL of silver against the reference model: random streams of changes in any order and any batches, batches that come
again, runs that are killed before their commit, days that the source states anew, quarantined rows that are let in.

Streams of one set of options go through one table together, each with keys of its own; truncations alone cross over.
RENDER_PROMOTE names the program of render_promote.cpp; STREAMS says how many streams (default 600); SEED where to start.
"""
import os
import random
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

import reference_history
from promote_session import Guarded, Plan, Table

PROGRAM = os.environ.get("RENDER_PROMOTE")
STREAMS = int(os.environ.get("STREAMS", "600"))
SEED = int(os.environ.get("SEED", "1"))
DAY = date(2026, 1, 1)
pytestmark = pytest.mark.skipif(not PROGRAM, reason="RENDER_PROMOTE is not set")

# Names that need quoting, in the spelling of the model; the spec may spell them otherwise.
ID, SUB, AT, SEQ, LSN = "user.id", "it's", "from", 'a"b', "Lsn"
TYPES = {ID: "INTEGER", SUB: "VARCHAR", SEQ: "BIGINT", LSN: "INTEGER", "name": "VARCHAR", "city": "VARCHAR", "score": "DOUBLE"}
KEYED = ("latest", "scd2", "scd3", "scd6", "changes")
plans = {}


def random_options(rng):
    history = rng.choice(["latest", "latest", "scd2", "scd2", "scd2", "scd2", "scd3", "scd3", "scd6", "changes", "append", "snapshot",
                          "replace"])
    load = "full" if history == "replace" else rng.choice(["cdc", "full"])
    deletes = rng.choice(["ignore", "soft", "hard", "tombstone"] + (["infer"] * 4 if load == "full" else []))
    at_type = rng.choice(["TIMESTAMP", "DATE", "BIGINT"])
    order_by = rng.choice([[AT], [AT], [AT, SEQ], []])
    load_time = bool(order_by) and rng.random() < 0.15
    if deletes == "infer" and order_by and not load_time and history in KEYED and at_type == "BIGINT":
        at_type = "TIMESTAMP"
    keyed = history in KEYED
    keys = rng.choice([[ID], [ID, SUB]]) if keyed else rng.choice([[], [ID]])
    columns = [ID, SUB, "name", AT, SEQ, "city", LSN, "score"]
    o = reference_history.Options(columns=columns, keys=keys, order_by=order_by, history=history, deletes=deletes, load=load,
                                  load_time=load_time)
    if rng.random() < 0.5:
        o.tiebreak = rng.choice([[LSN], [SEQ, LSN]])  # SEQ may be NULL
    if rng.random() < 0.2:
        o.open_end = date(9999, 12, 31)
        if order_by and not load_time:
            o.open_end = {"TIMESTAMP": datetime(9999, 12, 31), "BIGINT": 2**63 - 1}.get(at_type, o.open_end)
    pick = lambda: rng.sample(["name", "city", "score", SEQ, AT, LSN], rng.randint(0, 2))
    if history == "replace":
        o.deletes = "ignore"
    if history == "scd3" and rng.random() < 0.5:
        o.previous = pick()
    if history == "scd6" and rng.random() < 0.5:
        o.current = pick()
    if history == "changes":
        o.deletes = "soft" if o.deletes in ("hard", "tombstone", "infer") else o.deletes
    if history in KEYED and o.load == "cdc" and rng.random() < 0.35:
        o.cdc = True
        if rng.random() < 0.5:
            o.ignore_null = rng.sample(["name", "city", "score"], rng.randint(1, 3))
    if history in ("scd2", "scd6"):
        o.collapse = rng.random() < 0.85
        if rng.random() < 0.4:
            o.track = pick()
        if rng.random() < 0.3:
            o.overwrite = pick()
        if rng.random() < 0.3:
            o.restate = pick()
        taken = (o.track or []) + o.overwrite + o.restate + (o.current or [])
        if rng.random() < 0.3:
            o.ignore = [c for c in pick() if c not in taken]
    return o, at_type


def plan_for(o, at_type):
    lines = [("column", c, at_type if c == AT else TYPES[c]) for c in o.columns]
    for word in ("keys", "order_by", "tiebreak", "overwrite", "restate", "ignore"):
        if getattr(o, word):
            lines.append((word, *(name.upper() if len(name) > 2 else name for name in getattr(o, word))))
    lines += [("cdc",)] * o.cdc + ([("ignore_null", *o.ignore_null)] if o.ignore_null else [])
    for word in ("previous", "current"):
        if getattr(o, word) is not None:
            lines.append((word, *getattr(o, word)))
    if o.track is not None:
        lines.append(("track", *o.track) if o.track else ("track",))
    lines += [("history", o.history), ("deletes", o.deletes), ("max_delete_fraction", 1)]
    lines += [("open_end", o.open_end)] if o.open_end is not None else []
    lines += [("full",)] * (o.load == "full") + [("load_time",)] * o.load_time + [("every_version",)] * (not o.collapse)
    return cached(tuple(lines))


def cached(lines):
    if lines not in plans:
        plans[lines] = Plan(PROGRAM, lines)
    return plans[lines]


def time_of(rng, at_type, day):
    """Mostly near the slice's date, sometimes late, sometimes ahead; few distinct values, so that rows meet."""
    offset = rng.choice([0, 0, 0, -1, -2, -3, 1])
    if at_type == "BIGINT":
        return (day - DAY).days + offset + rng.choice([0, 0, 1])
    when = day + timedelta(days=offset)
    return when if at_type == "DATE" else datetime(when.year, when.month, when.day, rng.choice([0, 0, 9]))


def random_row(rng, at_type, day, lsn):
    maybe = lambda value: None if rng.random() < 0.1 else value
    return {
        ID: None if rng.random() < 0.02 else rng.randint(1, 12), SUB: None if rng.random() < 0.02 else rng.choice("xy"),
        AT: None if rng.random() < 0.03 else time_of(rng, at_type, day), SEQ: maybe(rng.randint(1, 2)), LSN: lsn,
        "name": maybe(rng.choice(["Ann", "Bob"])), "city": maybe(rng.choice(["Rome", "Oslo"])),
        "score": maybe(rng.choice([0.0, 1.5])), "_delete": rng.random() < 0.15,
        "_reject": "rule" if rng.random() < 0.03 else None,
    }


def as_change_rows(slices):
    for rows in slices.values():
        for row in rows:
            row |= {"_cdc": True, "_truncate": False}


def with_truncates(rng, slices, o):
    """Of change rows some say that all keys are gone; these have no key."""
    as_change_rows(slices)
    for rows in slices.values():
        for _ in range(rng.choice([0, 0, 0, 0, 1, 1, 2]) if rows else 0):
            row = dict(rng.choice(rows)) | {c: None for c in o.keys} | {"_truncate": True, "_delete": False}
            rows.insert(rng.randint(0, len(rows)), row)
    return slices


def change_slices(rng, o, at_type, days):
    slices, lsn, all_rows = {}, 0, []
    for number in range(days):
        day, rows = DAY + timedelta(days=number), []
        for _ in range(rng.randint(0, 25)):
            lsn += 1
            rows.append(random_row(rng, at_type, day, lsn))
        if all_rows and rng.random() < 0.6:  # delivered again
            rows += [dict(rng.choice(all_rows)) for _ in range(rng.randint(1, 8))]
            rng.shuffle(rows)
        all_rows += rows
        slices[day] = rows
    return slices


def full_slices(rng, o, at_type, days):
    """Loads of a table that changes: few rows differ from one load to the next, keys vanish and come back."""
    slices, lsn, table, gone = {}, 0, {}, {}
    for number in range(days):
        day = DAY + timedelta(days=number)
        for _ in range(rng.randint(0, 8)):
            lsn += 1
            row = random_row(rng, at_type, day, lsn)
            table[tuple(str(row[c]) for c in (o.keys or [LSN]))] = row
        for key in list(table):
            if rng.random() < 0.12:
                gone[key] = table.pop(key)
        for key in list(gone):
            if rng.random() < 0.3 and key not in table:
                table[key] = gone.pop(key)  # as it was, with its old order value
        rows = [dict(row) for row in table.values()]
        if rows and rng.random() < 0.3:  # a key twice in one load
            rows.append(dict(rng.choice(rows)) | {"name": "Twice"})
        for row in rows:
            if rng.random() < 0.02:
                row["_reject"] = "rule"
        slices[day] = [] if rng.random() < 0.05 else rows
    return slices


def any_truncates(slices):
    """A row that ends all keys competes with the rows of each."""
    return any(row.get("_truncate") for rows in slices.values() for row in rows)


def settle_ties(slices, o):
    """Keeps what arrival would have to decide out of streams that are shuffled: equal (keys, t, tiebreak), equal row."""
    seen = {}
    for day, rows in slices.items():
        kept = []
        for row in rows:
            if row.get("_silent") or reference_history.refused(day, row | {"_reject": None}, o):
                kept.append(row)
                continue
            place = reference_history.order_of(day, 0, row, o)[:-2]
            keys = () if row.get("_truncate") or any_truncates(slices) else tuple(row[c] for c in o.keys)
            moment = keys + (place if not o.by_slice else (day,) + place)
            content = tuple(row[c] for c in o.columns) + (row["_delete"], row.get("_truncate"))
            if seen.setdefault(moment, content) == content:
                kept.append(row)
        slices[day] = kept
    return slices


def batches_of(rng, days):
    days, out = list(days), []
    while days:
        size = rng.randint(1, 3)
        out.append(days[:size])
        days = days[size:]
    return out


def as_set(rows):
    return Counter(tuple(sorted((k, repr(v)) for k, v in row.items())) for row in rows)


def check(table, expected, what):
    found, wanted = as_set(table.rows()), as_set(expected)
    if found != wanted:
        raise AssertionError(f"{what}\nmissing: {list((wanted - found))[:4]}\nsurplus: {list((found - wanted))[:4]}")


def check_counts(table):
    rows_in, kept, duplicate, quarantined, dropped = table.counts
    assert rows_in == kept + duplicate + quarantined + dropped and min(table.counts) >= 0, table.counts


def bundled(rng, o, at_type, streams, days):
    """The slices of several streams as one table's, each stream with keys of its own."""
    slices = {DAY + timedelta(days=number): [] for number in range(days)}
    for stream in range(streams):
        for day, rows in (full_slices if o.load == "full" else change_slices)(rng, o, at_type, days).items():
            slices[day] += [row | {ID: None if row[ID] is None else row[ID] + 100 * stream} for row in rows]
    if o.load == "full" and rng.random() < 0.2:  # a load without rows
        slices[rng.choice(list(slices))] = []
    return slices


def let_in(table, rng, slices, o, what):
    """Rows that a rule had refused come later, from where they first came."""
    days = [day for day, rows in slices.items() if any(row["_reject"] for row in rows)]
    if not days:
        return
    day = rng.choice(days)
    again = [row | {"_reject": None, "_place": place} for place, row in enumerate(slices[day]) if row["_reject"]]
    slices[day] = [row | {"_reject": None} for row in slices[day]]
    table.take("merge", {day: again})
    check(table, reference_history.table(slices, o), f"{what}: {len(again)} rows of {day} let in\n{o}")


def restate(table, rng, slices, o, what):
    """From a day on the source says something else; then a day is added."""
    since = rng.choice(list(slices))
    for day in slices:
        if day >= since:
            slices[day] = [row for row in slices[day] if rng.random() < 0.7]
    table.take("rebuild", slices)
    check_counts(table)
    check(table, reference_history.table(slices, o), f"{what}: restated from {since}\n{o}")
    last = max(slices)
    slices[last + timedelta(days=1)] = slices[last][: rng.randint(0, 10)]
    table.take("merge", {last + timedelta(days=1): slices[last + timedelta(days=1)]})
    check(table, reference_history.table(slices, o), f"{what}: merge after restating\n{o}")


def run_streams(seed):
    """Streams of one set of options; how many there were."""
    rng = random.Random(seed)
    o, at_type = random_options(rng)
    plan = plan_for(o, at_type)
    # A truncation ends the keys of all streams, and of its moment one row must be alone.
    truncating = o.cdc and rng.random() < 0.5
    streams = rng.randint(1, 2) if truncating else rng.choice([1, 12, 30])
    slices = bundled(rng, o, at_type, streams, rng.randint(1, 7))
    in_order = plan.flag("merges_in_order")
    if o.cdc:
        as_change_rows(slices)
    if truncating:
        with_truncates(rng, slices, o)
    shuffled = not in_order and rng.random() < 0.7
    if shuffled:
        slices = settle_ties(slices, o)
    columns = [(c, at_type if c == AT else TYPES[c]) for c in o.columns]
    order = sorted(slices)
    if shuffled:
        rng.shuffle(order)
    batches = [[day] for day in order] if in_order else batches_of(rng, order)
    table, taken, what = Table(plan, columns, marks=seed % 2 == 1), {}, f"seed {seed}"
    for batch in batches:
        new = {day: slices[day] for day in batch}
        taken |= new
        if rng.random() < 0.1:
            table.take("merge", new, killed=True)
        table.take("merge", new)
        check_counts(table)
        check(table, reference_history.table(taken, o), f"{what}: merge of {batch} after {order}\n{o}")
    if not in_order:  # the same slices again say nothing new
        table.take("merge", {day: slices[day] for day in rng.choice(batches)})
        check(table, reference_history.table(slices, o), f"{what}: replay\n{o}")
        if o.history != "snapshot":
            assert not table.rewritten, f"{what}: a replay rewrote files"
    # Where arrival may decide, a row that comes later is not what it would have been.
    if shuffled and o.history not in ("snapshot", "replace"):
        let_in(table, rng, slices, o, what)
    again = Table(plan, columns, marks=seed % 3 == 1)
    again.take("rebuild", slices)
    check_counts(again)
    check(again, reference_history.table(slices, o), f"{what}: rebuild\n{o}")
    restate(again, rng, slices, o, what)
    return streams


def run_many(first_seed, streams):
    done = seed = 0
    while done < streams:
        try:
            done += run_streams(first_seed + seed)
        except Exception as error:
            raise AssertionError(f"seed {first_seed + seed}") from error
        seed += 1


@pytest.mark.parametrize("block", range(10))
def test_streams(block):
    run_many(SEED * 1_000_000 + block * 10_000, STREAMS // 10)


CUSTOMER = [("id", "INTEGER"), ("name", "VARCHAR"), ("at", "DATE")]


def customer(key, name, day):
    return {"id": key, "name": name, "at": DAY + timedelta(days=day)}


def customers(*more, order_by=(("order_by", "at"),)):
    lines = [("column", *column) for column in CUSTOMER]
    return Table(cached((*lines, ("keys", "id"), *order_by, ("history", "scd2"), *more)), CUSTOMER)


def test_a_batch_rewrites_open_files_only():
    table = customers()
    for number in range(5):
        table.take("merge", {DAY + timedelta(days=number): [customer(key, f"v{number}", number) for key in range(number, 9)]})
        assert all(file.startswith("open_rows") for file in table.rewritten), table.rewritten
    assert len(table.rows()) == 9 + 8 + 7 + 6 + 5


def test_what_stands_is_not_written_again():
    table = customers()
    table.take("merge", {DAY: [customer(1, "Ann", 0), customer(2, "Bob", 0)]})
    table.take("merge", {DAY + timedelta(days=1): [customer(1, "Ann", 0), customer(2, "Bob", 0)]})
    assert table.rewritten == [] and table.counts == (2, 0, 2, 0, 0)


def test_ties_are_counted():
    table = customers()
    table.take("merge", {DAY: [customer(1, "Ann", 0), customer(1, "Bob", 0), customer(2, "Eve", 0), customer(2, "Eve", 0)]})
    assert table.ties == (1,)
    assert {(row["id"], row["name"]) for row in table.rows()} == {(1, "Bob"), (2, "Eve")}
    table.take("merge", {DAY + timedelta(days=1): [customer(3, "Joe", 0)]})
    assert table.ties == (0,)


@pytest.mark.parametrize("which", ["merge", "rebuild"])
def test_ties_within_a_load_are_counted(which):
    table = customers(("full",), order_by=())
    table.take(which, {DAY: [customer(1, "Ann", 0), customer(1, "Bob", 0), customer(2, "Eve", 0)]})
    assert table.ties == (1,)
    assert {(row["id"], row["name"]) for row in table.rows()} == {(1, "Bob"), (2, "Eve")}


@pytest.mark.parametrize("which", ["merge", "rebuild"])
def test_a_load_that_lacks_too_many_keys_is_refused(which):
    table = customers(("full",), ("deletes", "infer"))
    first = {DAY: [customer(key, "Ann", 0) for key in range(10)]}
    lacking = {DAY + timedelta(days=1): [customer(key, "Ann", 0) for key in range(4)]}
    table.take("merge", first, guarded=True)
    with pytest.raises(Guarded) as refused:
        table.take(which, lacking if which == "merge" else first | lacking, guarded=True)
    assert refused.value.args[0] == [(DAY + timedelta(days=1), 10, 6)]
    table.take(which, lacking if which == "merge" else first | lacking, guarded=False)
    assert sum(row["is_current"] for row in table.rows()) == 4


def test_an_empty_load_is_refused():
    table = customers(("full",), ("deletes", "infer"))
    table.take("merge", {DAY: [customer(1, "Ann", 0)]}, guarded=True)
    with pytest.raises(Guarded):
        table.take("merge", {DAY + timedelta(days=1): []}, guarded=True)


# What stands for key 1 in the moment before it is published: Ann from day 0 to day 2, and then Bob.
CONTRADICTIONS = {
    "empty": "UPDATE _ingot_versions SET effective_to = effective_from WHERE name = 'Ann'",
    "overlap": "UPDATE _ingot_versions SET effective_to = effective_from + 3 WHERE name = 'Ann'",
    "endless and followed": "UPDATE _ingot_versions SET effective_to = NULL WHERE name = 'Ann'",
    "current twice": "UPDATE _ingot_versions SET is_current = true WHERE name = 'Ann'",
    "twice": "INSERT INTO _ingot_versions SELECT * FROM _ingot_versions WHERE name = 'Bob'",
}


@pytest.mark.parametrize("which", ["merge", "rebuild"])
@pytest.mark.parametrize("wrong", CONTRADICTIONS)
def test_contradictions_are_found(which, wrong):
    table = customers()
    table.take(which, {DAY: [customer(1, "Ann", 0), customer(1, "Bob", 2), customer(2, "Eve", 0)]}, killed=True)
    found = table.plan.queries(which)["invariants"]
    assert table.db.execute(found).fetchall() == []
    if which == "merge":  # a view there
        table.db.execute("CREATE TEMP TABLE stated AS FROM _ingot_versions; DROP VIEW _ingot_versions;"
                         "ALTER TABLE stated RENAME TO _ingot_versions")
    table.db.execute(CONTRADICTIONS[wrong])
    assert [key for key, *_ in table.db.execute(found).fetchall()] == [1]
