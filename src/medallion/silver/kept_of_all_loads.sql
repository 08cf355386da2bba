-- Of all loads there are, the last row of each key and load, where it differs from the load before.
CREATE OR REPLACE TEMP TABLE _ingot_kept AS
WITH loads AS (
    SELECT _ingot_slice, lag(_ingot_slice) OVER (ORDER BY _ingot_slice) AS _ingot_load_before FROM _ingot_new_loads
), crowded AS (
    SELECT * FROM _ingot_presence WHERE _ingot_rows > 1
), settled AS (
    SELECT $new_stored FROM _ingot_usable AS n ANTI JOIN crowded AS c ON $same_key AND n._ingot_slice = c._ingot_slice
    UNION ALL
    SELECT $stored
    FROM (
        SELECT n.* FROM _ingot_usable AS n SEMI JOIN crowded AS c ON $same_key AND n._ingot_slice = c._ingot_slice
        QUALIFY row_number() OVER (PARTITION BY $new_keys, n._ingot_slice ORDER BY $latest_first) = 1)
)
SELECT $stored
FROM (SELECT s.*, l._ingot_load_before FROM settled AS s JOIN loads AS l ON s._ingot_slice = l._ingot_slice)
WINDOW arrival AS (PARTITION BY $keys ORDER BY _ingot_slice)
QUALIFY $differs
