-- As kept_rows.sql and kept_of_load.sql, of all loads there are. A spell is a run of neighbouring loads that have the key.
CREATE OR REPLACE TEMP TABLE _ingot_spelled AS
WITH loads AS (
    SELECT _ingot_slice, lag(_ingot_slice) OVER in_time AS _ingot_load_before, lead(_ingot_slice) OVER in_time AS _ingot_load_after
    FROM _ingot_new_loads
    WINDOW in_time AS (ORDER BY _ingot_slice)
), settled AS (
    SELECT $stored, _ingot_reason IS NULL AS _ingot_counts FROM _ingot_observed WHERE $is_present $settling
), placed AS (
    SELECT s.*, l._ingot_load_before, l._ingot_load_after,
        lag(s._ingot_slice) OVER (PARTITION BY $keys ORDER BY s._ingot_slice) AS _ingot_sighting_before
    FROM settled AS s JOIN loads AS l ON s._ingot_slice = l._ingot_slice
)
SELECT * EXCLUDE (_ingot_load_before, _ingot_sighting_before),
    sum(CASE WHEN $is_gap THEN 1 ELSE 0 END) OVER (PARTITION BY $keys ORDER BY _ingot_slice) AS _ingot_spell
FROM placed;
CREATE OR REPLACE TEMP TABLE _ingot_spells AS
SELECT $keys, min(_ingot_slice) FILTER (_ingot_counts) AS _ingot_start,
    CASE WHEN NOT bool_or(_ingot_load_after IS NULL) THEN max(_ingot_load_after) END AS _ingot_gone
FROM _ingot_spelled
GROUP BY $keys, _ingot_spell
HAVING bool_or(_ingot_counts);
CREATE OR REPLACE TEMP TABLE _ingot_kept AS
SELECT $stored
FROM _ingot_spelled
WHERE _ingot_counts
WINDOW arrival AS (PARTITION BY $moment ORDER BY _ingot_slice, _ingot_file, _ingot_row)
QUALIFY $differs
