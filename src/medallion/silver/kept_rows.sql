-- New rows that say something: of one key and moment, in order of arrival, those that differ from the one before.
CREATE OR REPLACE TEMP TABLE _ingot_kept AS
SELECT $stored
FROM (
    SELECT $stored, false AS _ingot_is_fresh FROM _ingot_seen
    UNION ALL
    SELECT $new_stored, true FROM _ingot_usable AS n SEMI JOIN _ingot_touched AS t ON $same_key)
WINDOW arrival AS (PARTITION BY $moment ORDER BY _ingot_slice, _ingot_file, _ingot_row)
QUALIFY _ingot_is_fresh AND $differs
