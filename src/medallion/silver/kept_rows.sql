-- New rows that say something: of one key and moment, in order of arrival, those that differ from the one before. Rows
-- that are alone with their moment need no order.
CREATE OR REPLACE TEMP TABLE _ingot_crowded AS
SELECT $moment
FROM (
    SELECT $moment, false AS _ingot_is_fresh FROM _ingot_seen
    UNION ALL
    SELECT $moment, true FROM _ingot_usable)
GROUP BY $moment HAVING count(*) > 1 AND bool_or(_ingot_is_fresh);
CREATE OR REPLACE TEMP TABLE _ingot_kept AS
SELECT $new_stored
FROM _ingot_usable AS n SEMI JOIN _ingot_touched AS t ON $same_key ANTI JOIN _ingot_crowded AS c ON $same_moment
UNION ALL
SELECT $stored
FROM (
    SELECT $new_stored, false AS _ingot_is_fresh FROM _ingot_seen AS n SEMI JOIN _ingot_crowded AS c ON $same_moment
    UNION ALL
    SELECT $new_stored, true
    FROM _ingot_usable AS n SEMI JOIN _ingot_touched AS t ON $same_key SEMI JOIN _ingot_crowded AS c ON $same_moment
    $truncates)
WINDOW arrival AS (PARTITION BY $moment ORDER BY _ingot_slice, _ingot_file, _ingot_row)
QUALIFY _ingot_is_fresh AND $differs
