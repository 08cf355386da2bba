-- What was seen since the key was last missing from a load.
CREATE OR REPLACE TEMP VIEW _ingot_seen AS
SELECT * EXCLUDE (_ingot_gone)
FROM (
    SELECT *, max(CASE WHEN _ingot_op = -1 THEN _ingot_slice END) OVER (PARTITION BY $keys) AS _ingot_gone
    FROM _ingot_history)
WHERE _ingot_op = 1 AND (_ingot_gone IS NULL OR _ingot_slice > _ingot_gone)
