-- New rows that say something: the last row of each key in the load, where it differs from the open row.
CREATE OR REPLACE TEMP TABLE _ingot_kept AS
WITH loaded AS MATERIALIZED (
    SELECT n.*, t._ingot_open FROM _ingot_usable AS n JOIN _ingot_touched AS t ON $same_key),
crowded AS (SELECT $keys FROM loaded GROUP BY $keys HAVING count(*) > 1)
SELECT $new_stored
FROM (
    SELECT n.* FROM loaded AS n ANTI JOIN crowded AS t ON $same_key
    UNION ALL
    SELECT *
    FROM (SELECT n.* FROM loaded AS n SEMI JOIN crowded AS t ON $same_key)
    QUALIFY row_number() OVER (PARTITION BY $keys ORDER BY $latest_first) = 1) AS n
WHERE CASE WHEN n._ingot_op = 1 THEN $unmatched OR $differs ELSE NOT $unmatched END
