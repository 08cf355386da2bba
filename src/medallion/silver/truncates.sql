-- Rows that say that all keys are gone are kept once, without a key. One that is new touches every key there is.
CREATE OR REPLACE TEMP TABLE _ingot_new_truncates AS
SELECT $stored, $time AS _ingot_time
FROM (SELECT * FROM _ingot_observed WHERE _ingot_reason IS NULL AND _ingot_op = -2) AS n
ANTI JOIN (SELECT * FROM _ingot_store WHERE _ingot_op = -2) AS s ON $same_truncate
QUALIFY row_number() OVER (PARTITION BY $identity ORDER BY _ingot_slice, _ingot_file, _ingot_row) = 1;
CREATE OR REPLACE TEMP TABLE _ingot_touched AS
WITH first AS (SELECT min(_ingot_time) AS _ingot_time FROM _ingot_new_truncates)
SELECT $touched_keys, least(_ingot_new_time, f._ingot_time) AS _ingot_new_time, _ingot_open
FROM _ingot_touched AS s, first AS f
UNION ALL
SELECT $touched_keys, f._ingot_time, p
FROM first AS f,
    (SELECT DISTINCT $keys FROM _ingot_store AS n ANTI JOIN _ingot_touched AS s ON $touched_key WHERE n._ingot_op <> -2) AS s
LEFT JOIN (SELECT * FROM _ingot_published_open WHERE $is_open) AS p ON $same_key
WHERE f._ingot_time IS NOT NULL
