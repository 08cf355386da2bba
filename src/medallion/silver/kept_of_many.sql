-- The new rows of the other keys. Of rows of one key and moment, in order of arrival, those that differ from the one before.
CREATE OR REPLACE TEMP TABLE _ingot_new_of_many AS
SELECT n.* FROM _ingot_usable AS n SEMI JOIN _ingot_many AS m ON $same_key;
CREATE OR REPLACE TEMP TABLE _ingot_crowded_of_many AS
SELECT $moment
FROM (
    SELECT $moment, false AS _ingot_is_fresh FROM _ingot_seen
    UNION ALL
    SELECT $moment, true FROM _ingot_new_of_many)
GROUP BY $moment HAVING count(*) > 1 AND bool_or(_ingot_is_fresh);
CREATE OR REPLACE TEMP TABLE _ingot_kept_of_many AS
SELECT $new_stored FROM _ingot_new_of_many AS n ANTI JOIN _ingot_crowded_of_many AS c ON $same_moment
UNION ALL
SELECT $stored
FROM (
    SELECT $stored
    FROM (
        SELECT $new_stored, false AS _ingot_is_fresh FROM _ingot_seen AS n SEMI JOIN _ingot_crowded_of_many AS c ON $same_moment
        UNION ALL
        SELECT $new_stored, true FROM _ingot_new_of_many AS n SEMI JOIN _ingot_crowded_of_many AS c ON $same_moment)
    WINDOW arrival AS (PARTITION BY $moment ORDER BY _ingot_slice, _ingot_file, _ingot_row)
    QUALIFY _ingot_is_fresh AND $differs);
CREATE OR REPLACE TEMP VIEW _ingot_crowded AS
SELECT $moment FROM _ingot_crowded_of_many;
CREATE OR REPLACE TEMP VIEW _ingot_kept AS
SELECT $stored FROM _ingot_taken UNION ALL SELECT $stored FROM _ingot_kept_of_many
