-- Of rows of one key and moment, in order of arrival, those that differ from the one before.
CREATE OR REPLACE TEMP TABLE _ingot_kept_crowded AS
SELECT $stored
FROM (
    SELECT $new_stored, false AS _ingot_is_fresh FROM _ingot_seen AS n SEMI JOIN _ingot_crowded AS c ON $same_moment
    UNION ALL
    SELECT $new_stored, true
    FROM _ingot_usable AS n SEMI JOIN $sought AS t ON $same_key SEMI JOIN _ingot_crowded AS c ON $same_moment
    $truncates)
WINDOW arrival AS (PARTITION BY $moment ORDER BY _ingot_slice, _ingot_file, _ingot_row)
QUALIFY _ingot_is_fresh AND $differs;
CREATE OR REPLACE TEMP VIEW _ingot_kept AS
SELECT $stored FROM _ingot_kept_alone UNION ALL SELECT $stored FROM _ingot_kept_crowded $and_others
