-- Of all rows there are: those that say that all keys are gone, and for each key a delete there.
CREATE OR REPLACE TEMP TABLE _ingot_new_truncates AS
SELECT $stored, $time AS _ingot_time
FROM (SELECT * FROM _ingot_observed WHERE _ingot_reason IS NULL AND _ingot_op = -2)
QUALIFY row_number() OVER (PARTITION BY $identity ORDER BY _ingot_slice, _ingot_file, _ingot_row) = 1;
CREATE OR REPLACE TEMP TABLE _ingot_truncations AS
SELECT $deleted, x._ingot_time
FROM _ingot_new_truncates AS x, (SELECT DISTINCT $keys FROM _ingot_kept) AS t
WHERE $is_concerned
