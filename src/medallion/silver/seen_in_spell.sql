-- What was seen since the key was last missing from a load.
CREATE OR REPLACE TEMP VIEW _ingot_seen AS
SELECT $stored
FROM (
    SELECT *, max(CASE WHEN _ingot_op = -1 THEN _ingot_slice END) OVER (PARTITION BY $keys) AS _ingot_gone
    FROM _ingot_history)
WHERE _ingot_op = 1 AND (_ingot_gone IS NULL OR _ingot_slice > _ingot_gone)
UNION ALL
SELECT $stored FROM _ingot_seeds
