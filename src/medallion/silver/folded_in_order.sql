-- fold.sql's versions by looks along a table that is in order: OVER () costs no sort, and the versions come by key too.
-- Of one time the last row holds; next to a row of a key stands the next of that key, if there is one.
CREATE OR REPLACE TEMP TABLE _ingot_versions AS
WITH settled AS (
    SELECT *, $time AS _ingot_time, _ingot_op = 1 AS _ingot_is_there
    FROM _ingot_ordered
    QUALIFY NOT coalesce($next_is_same_key AND lead($time) OVER () = $time, false)
), looked AS (
    SELECT *, $same_key AS _ingot_follows, $same_key AND lag(_ingot_is_there) OVER () AS _ingot_was_there, $differs AS _ingot_differs
    FROM settled
), marked AS (
    SELECT *, _ingot_is_there AND (NOT _ingot_was_there OR _ingot_differs) AS _ingot_is_opening
    FROM looked
), bounded AS (
    SELECT *, coalesce(lead(_ingot_follows) OVER (), false) AS _ingot_is_followed, lead(_ingot_is_opening) OVER () AS _ingot_next_is_opening,
        lead(_ingot_is_there) OVER () AS _ingot_next_is_there, lead(_ingot_time) OVER () AS _ingot_next_time
    FROM marked
), ended AS (
    SELECT *, CASE WHEN _ingot_is_followed THEN _ingot_next_time END AS _ingot_to,
        _ingot_is_there AND (NOT _ingot_is_followed OR NOT _ingot_next_is_there OR _ingot_next_is_opening) AS _ingot_is_ending
    FROM bounded
)
SELECT $published
FROM (
    SELECT *, CASE WHEN _ingot_is_opening THEN _ingot_time ELSE lag(_ingot_time) OVER () END AS _ingot_from
    FROM ended
    WHERE _ingot_is_opening OR _ingot_is_ending)
WHERE _ingot_is_ending
