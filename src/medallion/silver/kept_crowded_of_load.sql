CREATE OR REPLACE TEMP TABLE _ingot_kept_crowded AS
SELECT $new_stored
FROM (
    SELECT n.*, t._ingot_open
    FROM (
        SELECT n.* FROM _ingot_usable AS n SEMI JOIN _ingot_crowded AS t ON $same_key
        QUALIFY row_number() OVER (PARTITION BY $keys ORDER BY $latest_first) = 1) AS n
    JOIN _ingot_touched AS t ON $same_key) AS n
WHERE CASE WHEN n._ingot_op = 1 THEN $unmatched OR $differs ELSE NOT $unmatched END;
CREATE OR REPLACE TEMP VIEW _ingot_kept AS
SELECT $stored FROM _ingot_kept_alone UNION ALL SELECT $stored FROM _ingot_kept_crowded $and_absent
