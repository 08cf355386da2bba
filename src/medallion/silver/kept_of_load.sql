-- New rows that say something: the last row of each key in the load, where it differs from the open row.
CREATE OR REPLACE TEMP TABLE _ingot_kept AS
SELECT $new_stored
FROM (
    SELECT n.* FROM _ingot_usable AS n SEMI JOIN _ingot_touched AS t ON $same_touched_key
    QUALIFY row_number() OVER (PARTITION BY $keys ORDER BY $latest_first) = 1) AS n
LEFT JOIN (SELECT $known FROM _ingot_published WHERE $is_open) AS p ON $same_key
WHERE CASE WHEN n._ingot_op = 1 THEN $unmatched OR $differs ELSE NOT $unmatched END
