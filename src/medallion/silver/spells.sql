-- A spell is a run of neighbouring loads that have the key.
CREATE OR REPLACE TEMP TABLE _ingot_spells AS
WITH loads AS (
    SELECT _ingot_slice, lag(_ingot_slice) OVER in_time AS _ingot_load_before, lead(_ingot_slice) OVER in_time AS _ingot_load_after
    FROM _ingot_new_loads
    WINDOW in_time AS (ORDER BY _ingot_slice)
), placed AS (
    SELECT p.*, l._ingot_load_before, l._ingot_load_after,
        lag(p._ingot_slice) OVER (PARTITION BY $keys ORDER BY p._ingot_slice) AS _ingot_sighting_before
    FROM _ingot_presence AS p JOIN loads AS l ON p._ingot_slice = l._ingot_slice
), numbered AS (
    SELECT *, count(*) FILTER (_ingot_sighting_before IS DISTINCT FROM _ingot_load_before) OVER (
        PARTITION BY $keys ORDER BY _ingot_slice) AS _ingot_spell
    FROM placed
)
SELECT $keys, min(_ingot_slice) FILTER (_ingot_rows > 0) AS _ingot_start,
    CASE WHEN NOT bool_or(_ingot_load_after IS NULL) THEN max(_ingot_load_after) END AS _ingot_gone
FROM numbered
GROUP BY $keys, _ingot_spell
HAVING sum(_ingot_rows) > 0
