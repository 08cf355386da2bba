-- New rows of these keys that say something. Rows that are alone with their moment need no order.
CREATE OR REPLACE TEMP TABLE _ingot_crowded AS
SELECT $moment
FROM (
    SELECT $moment, false AS _ingot_is_fresh FROM _ingot_seen
    UNION ALL
    SELECT $moment, true FROM _ingot_usable AS n SEMI JOIN $sought AS t ON $same_key)
GROUP BY $moment HAVING count(*) > 1 AND bool_or(_ingot_is_fresh);
CREATE OR REPLACE TEMP TABLE _ingot_kept_alone AS
SELECT $new_stored
FROM _ingot_usable AS n SEMI JOIN $sought AS t ON $same_key ANTI JOIN _ingot_crowded AS c ON $same_moment;
CREATE OR REPLACE TEMP VIEW _ingot_kept AS
SELECT $stored FROM _ingot_kept_alone $and_others
