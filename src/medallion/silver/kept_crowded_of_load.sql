CREATE OR REPLACE TEMP TABLE _ingot_taken_crowded AS
SELECT $new_stored, n._ingot_open, n._ingot_new_time
FROM (
    SELECT n.*, t._ingot_open, t._ingot_new_time
    FROM (
        SELECT n.* FROM _ingot_usable AS n SEMI JOIN _ingot_crowded AS t ON $same_key
        QUALIFY row_number() OVER (PARTITION BY $keys ORDER BY $latest_first) = 1) AS n
    JOIN _ingot_touched AS t ON $same_key) AS n
WHERE CASE WHEN n._ingot_op = 1 THEN $unmatched OR $differs ELSE NOT $unmatched END;
CREATE OR REPLACE TEMP VIEW _ingot_taken AS
FROM _ingot_taken_alone UNION ALL FROM _ingot_taken_crowded
