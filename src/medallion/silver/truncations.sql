-- For each touched key a delete where all keys were gone. What the open row stands for already knows of the older ones.
CREATE OR REPLACE TEMP TABLE _ingot_truncations AS
SELECT $deleted, x._ingot_time
FROM (
    SELECT *, true AS _ingot_is_new FROM _ingot_new_truncates
    UNION ALL
    SELECT $stored, $time AS _ingot_time, false FROM _ingot_store WHERE _ingot_op = -2) AS x,
    _ingot_touched AS t
WHERE (x._ingot_is_new OR NOT ($is_seed)) AND $is_concerned;
CREATE OR REPLACE TEMP VIEW _ingot_kept_or_truncated AS
SELECT * FROM _ingot_kept
UNION ALL BY NAME
SELECT * EXCLUDE (_ingot_time) FROM _ingot_truncations WHERE _ingot_time >= (SELECT min(_ingot_time) FROM _ingot_new_truncates)
