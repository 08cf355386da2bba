CREATE OR REPLACE TEMP TABLE _ingot_presence AS
SELECT $keys, _ingot_slice, count(*) FILTER (_ingot_reason IS NULL) AS _ingot_rows
FROM _ingot_observed
WHERE $is_present
GROUP BY $keys, _ingot_slice
