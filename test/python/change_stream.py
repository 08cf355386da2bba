"""A PostgreSQL table that is written all the time, and what of its changes a stream lost or told twice."""
import collections
from collections.abc import Iterable

# Ten rows count up, and rows with rising numbers come and go, so that each change that is missing leaves a gap.
TABLE = """DROP TABLE IF EXISTS moves; DROP SEQUENCE IF EXISTS tick;
CREATE SEQUENCE tick; CREATE TABLE moves(id bigint PRIMARY KEY, v bigint);
INSERT INTO moves SELECT -i, 0 FROM generate_series(1, 10) i;
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active"""
WRITES = """INSERT INTO moves VALUES (nextval('tick'), 0); UPDATE moves SET v = v + 1 WHERE id = -1 - currval('tick') % 10;
DELETE FROM moves WHERE id = currval('tick') - 20 AND id > 0; SELECT pg_sleep(0.002)"""
# What the stream tells, in its order, and what there is in the end.
TOLD = "SELECT _op, id, v FROM bronze.{} ORDER BY _lsn, _seq, _ingot_slice, _ingot_row"
THERE = "SELECT id, v FROM moves"


def lost_and_doubled(told: Iterable[tuple[str, int, int]], there: dict[int, int]) -> tuple[int, int]:
    """Changes that are not told, and those told twice or in another order than they happened."""
    of = collections.defaultdict(list)
    for op, id, v in told:
        of[id].append((op, v))
    lost = doubled = 0
    for id in range(-10, 0):
        values = [v for _, v in of[id]]
        wanted = range(values[0] if values else 0, there[id] + 1)
        lost += len(set(wanted) - set(values))
        doubled += len(values) - len(set(values)) + (values != sorted(values))
    come = {id: [op for op, _ in ops] for id, ops in of.items() if id > 0}
    newest = max([id for id in there if id > 0], default=0)
    inserted = [id for id, ops in come.items() if "i" in ops]
    lost += len(set(range(min(inserted, default=newest + 1), newest + 1)) - come.keys())
    for id in come.keys() | {id for id in there if id > 0}:
        ops = come.get(id, [])
        lost += (not ops and id < min(inserted, default=0)) + (bool(ops) and id not in there and "d" not in ops)
        doubled += max(0, len(ops) - len(set(ops))) + (id in there and "d" in ops) + ({"r", "i"} <= set(ops))
    return lost, doubled
