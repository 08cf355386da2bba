"""What a silver table must hold, said slowly: a fold per key in plain Python, without SQL and without the engine.

`table(slices, options)` takes {logical date: [row, ...]} and returns the expected rows. A row is a dict of the model's
output columns; `_truncate` marks a row that ends every key, `_delete` marks a delete (delete_when was true), `_reject` marks a
row that a rule refused, `_misfit` one with a value that its column cannot hold, `_unknown` a change row with a word that nobody knows, `_silent` one
that says nothing. Rows stand in
the order in which they arrived within their slice.
"""
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta


@dataclass
class Options:
    columns: list
    keys: list = field(default_factory=list)
    order_by: list = field(default_factory=list)
    tiebreak: list = field(default_factory=list)
    history: str = "latest"  # latest | scd2 | scd3 | scd6 | changes | append | snapshot | replace
    deletes: str = "ignore"  # ignore | soft | hard | infer | tombstone
    load: str = "cdc"  # full: every slice is a whole load
    load_time: bool = False  # valid_from: load_time
    track: list | None = None
    overwrite: list = field(default_factory=list)
    restate: list = field(default_factory=list)
    ignore: list = field(default_factory=list)
    previous: list | None = None  # scd3
    current: list | None = None  # scd6
    cdc: bool = False
    ignore_null: list = field(default_factory=list)  # partial rows: a NULL there says nothing
    collapse: bool = True
    open_end: object = None
    late: timedelta | None = None
    by_itself: bool = False  # scope: slice

    @property
    def by_slice(self):
        return self.load_time or not self.order_by

    @property
    def shown(self):
        return [c for c in self.columns if c in self.keys or c not in self.ignore]

    @property
    def is_one_row(self):
        return self.history in ("latest", "scd3")

    @property
    def previous_columns(self):
        return [] if self.history != "scd3" else self.tracked if self.previous is None else self.previous

    @property
    def current_columns(self):
        return [] if self.history != "scd6" else self.tracked if self.current is None else self.current

    @property
    def tracked(self):
        if self.track is not None:
            return self.track
        other = {*self.keys, *self.order_by, *self.overwrite, *self.restate, *self.ignore}
        return [c for c in self.columns if c not in other]


@dataclass
class Event:
    at: object  # the first order_by column, or the slice's logical date
    order: tuple  # all that decides within a moment
    row: dict | None  # None: a delete
    said: dict | None = None  # the row of a delete


@dataclass
class Version:
    start: object
    rows: list
    end: object = None
    is_open: bool = True
    is_deleted: bool = False


def null_first(value):
    return (value is not None, value)


def order_of(day, place, row, o):
    order = tuple(row[c] for c in o.order_by) + tuple(null_first(row[c]) for c in o.tiebreak) + (day, place)
    return (day,) + order if o.by_slice else order


def refused(day, row, o):
    gone = row.get("_delete") or row.get("_truncate")
    keys = [] if row.get("_truncate") else o.keys
    if row.get("_unknown") or (row.get("_reject") or row.get("_misfit")) and not gone or any(row[c] is None for c in keys + o.order_by):
        return True
    return o.late is not None and row[o.order_by[0]] < moment_of(day, row[o.order_by[0]]) - o.late


def moment_of(day, example):
    """A logical date as a value of order_by's type."""
    return datetime.combine(day, time(), example.tzinfo) if isinstance(example, datetime) else day


def observed(slices, o):
    """(day, order, row) of every row that is an observation."""
    for day in sorted(slices):
        for place, row in enumerate(slices[day]):
            says_gone = row.get("_delete") or row.get("_truncate")
            if row.get("_silent") or refused(day, row, o) or (says_gone and o.deletes in ("ignore", "infer")):
                continue
            yield day, order_of(day, place, row, o), row


def change_events(seen, o):
    """Partial rows stand on what the rows before them said, since the key was last gone."""
    events, stands = [], {}
    for _, order, row in sorted(seen, key=lambda s: s[1]):
        if row.get("_delete") or row.get("_truncate"):
            events.append(Event(order[0], order, None, row))
            stands = {}
            continue
        row = row | {c: stands.get(c) for c in o.ignore_null if row[c] is None}
        stands = row
        events.append(Event(order[0], order, row))
    return events


def load_events(seen, present, loads, o):
    """Events of one key when absence from a full load means deleted: each spell of presence is a history of its own."""
    events, spell, spells = [], [], []
    for day in loads:
        rows = [(order, row) for at, order, row in seen if at == day]
        if rows or (spell and day in present):
            spell += [(day, order, row) for order, row in rows]
        elif spell:
            spells.append((spell, day))
            spell = []
    if spell:
        spells.append((spell, None))
    for number, (rows, gone) in enumerate(spells):
        start = rows[0][0]
        for _, order, row in rows:
            at = max(order[0], moment_of(start, order[0])) if number else order[0]
            if gone is None or at < moment_of(gone, at):
                events.append(Event(at, (at,) + order, row))
        if gone is not None:
            at = moment_of(gone, rows[0][1][0])
            events.append(Event(at, (at,), None))
    return events


def versions(events, o):
    """The fold of history.md §2 over one key's events."""
    last = {event.at: event for event in sorted(events, key=lambda e: e.order)}  # of one moment, the last holds
    out, current, tombstone = [], None, None
    for event in sorted(last.values(), key=lambda e: e.at):
        if event.row is None:
            if current is None:
                continue
            current.end, current.is_open = event.at, False
            if o.deletes == "hard":
                out = []
            if o.deletes == "tombstone":
                tombstone = Version(event.at, current.rows, None, False, True)
                out.append(tombstone)
            current = None
            continue
        if tombstone is not None:
            tombstone.end, tombstone = event.at, None
        same = current and o.collapse and all(event.row[c] == current.rows[-1][c] for c in o.tracked)
        if o.is_one_row:
            same = current is not None
        if same:
            current.rows = current.rows + [event.row]
            continue
        if current is not None:
            current.end, current.is_open = event.at, False
        current = Version(event.at, [event.row])
        out.append(current)
    return out


def published(version, newest, o):
    row = {}
    for column in o.shown:
        restated = not o.is_one_row and column in o.restate
        row[column] = (newest if restated else version.rows[-1])[column]
    for column in o.previous_columns:
        now = version.rows[-1][column]
        row["previous_" + column] = next((r[column] for r in reversed(version.rows) if r[column] != now), None)
    for column in o.current_columns:
        row["current_" + column] = newest[column]
    if not o.is_one_row:
        row["effective_from"] = version.start
    if not o.is_one_row or o.deletes in ("soft", "infer", "tombstone"):
        row |= {"effective_to": o.open_end if version.end is None else version.end, "is_current": version.is_open}
    if o.deletes == "tombstone":
        row["is_deleted"] = version.is_deleted
    return row


def changes(key, events, o):
    """What changed when."""
    last = {event.at: event for event in sorted(events, key=lambda e: e.order)}
    out, before = [], None
    for event in sorted(last.values(), key=lambda e: e.at):
        if event.row is None:
            if before is None:
                continue
            shown = {c: event.said[c] if c in o.order_by else before[c] for c in o.shown}
            out.append(shown | {"change_type": "delete", "changed_columns": "", "effective_from": event.at})
            before = None
            continue
        changed = [c for c in o.tracked if before is None or event.row[c] != before[c]]
        if before is None or changed or not o.collapse:
            kind = "upsert" if before is None else "update" if changed else "noop"
            out.append({c: event.row[c] for c in o.shown} |
                       {"change_type": kind, "changed_columns": ",".join(changed), "effective_from": event.at})
        before = event.row
    return out


def latest(found, o):
    """The newest version, and whether it was deleted."""
    if o.deletes == "tombstone" and found[-1].is_deleted:
        closed = found[-2]
        closed.is_deleted = True
        return [closed]
    return found[-1:]


def keyed(slices, o):
    loads, seen, present, truncates, known = sorted(slices), {}, {}, [], set()
    for day, order, row in observed(slices, o):
        if row.get("_truncate"):
            # Said again of the same moment it is the same: it does not take away what came after it first was said.
            # Where only arrival orders rows, each that arrives is one of its own.
            said = order if not o.order_by + o.tiebreak else (
                None if o.order_by and not o.load_time else day, *(row[c] for c in o.order_by + o.tiebreak))
            if said not in known:
                truncates.append((day, order, row))
            known.add(said)
            continue
        seen.setdefault(tuple(row[c] for c in o.keys), []).append((day, order, row))
    for day in loads:
        for row in slices[day]:
            if not row.get("_delete"):
                present.setdefault(tuple(row[c] for c in o.keys), set()).add(day)
    out = []
    for key, observations in seen.items():
        if o.deletes == "infer":
            events = load_events(observations, present.get(key, set()), loads, o)
        else:
            events = change_events(observations + truncates, o)
        if o.history == "changes":
            out += changes(key, events, o)
            continue
        found = versions(events, o)
        if not found:
            continue
        newest = [v for v in found if not v.is_deleted][-1].rows[-1]
        out += [published(v, newest, o) for v in (latest(found, o) if o.is_one_row else found)]
    return out


def collected(slices, o):
    """append and snapshot: the set itself, each row once; deletes only as the rows of a tombstone."""
    rows = {}
    for day, _, row in observed(slices, o):
        deleted = bool(row.get("_delete"))
        if deleted and o.deletes != "tombstone":
            continue
        shown = {c: row[c] for c in o.shown}
        if o.history == "snapshot":
            shown["snapshot_date"] = day
        if o.deletes == "tombstone":
            shown["is_deleted"] = deleted
        rows[tuple(shown.items())] = shown
    return list(rows.values())


def newest_load(slices, o):
    """replace: the newest load as it is."""
    day = max(slices, default=None)
    return [{c: row[c] for c in o.shown} for at, _, row in observed(slices, o) if at == day]


def table(slices, o):
    if o.by_itself:
        alone = replace(o, by_itself=False)
        return [row | {"load_date": day} for day, rows in slices.items() for row in table({day: rows}, alone)]
    if o.history == "replace":
        return newest_load(slices, o)
    return collected(slices, o) if o.history in ("append", "snapshot") else keyed(slices, o)
