-- The last event of each key, where a delete leaves nothing behind.
CREATE OR REPLACE TEMP TABLE _ingot_versions AS
SELECT $published
FROM (
    SELECT * FROM _ingot_events
    QUALIFY row_number() OVER (PARTITION BY $keys ORDER BY $latest_first) = 1)
WHERE _ingot_op = 1
