-- history.md's function of a key's events. settled: of one moment the last event holds. marked: where a version opens.
-- bounded: the last row of a version knows where it began and what ended it.
CREATE OR REPLACE TEMP TABLE $versions AS
WITH settled AS (
    SELECT $folded, _ingot_time, _ingot_op = 1 AS _ingot_is_there
    FROM _ingot_events
    QUALIFY lead(_ingot_time) OVER (PARTITION BY $keys ORDER BY $order) IS DISTINCT FROM _ingot_time
), marked AS (
    SELECT *, _ingot_is_there AND ($opens) AS _ingot_is_opening $marks
    FROM settled
    WINDOW in_key AS (PARTITION BY $keys ORDER BY _ingot_time)
    QUALIFY _ingot_is_there OR lag(_ingot_is_there) OVER in_key
), bounded AS (
    SELECT *,
        max(CASE WHEN _ingot_is_opening THEN _ingot_time END) OVER (in_key ROWS UNBOUNDED PRECEDING) AS _ingot_from,
        lead(_ingot_is_there) OVER in_key AS _ingot_next_is_there,
        lead(_ingot_is_opening) OVER in_key AS _ingot_next_is_opening,
        lead(_ingot_time) OVER in_key AS _ingot_to,
        lead(_ingot_time, 2) OVER in_key AS _ingot_after_gap
        $looks
    FROM marked
    WINDOW in_key AS (PARTITION BY $keys ORDER BY _ingot_time)
)
SELECT $published
FROM bounded $said_deleted
WHERE _ingot_is_there AND (_ingot_to IS NULL OR NOT _ingot_next_is_there OR _ingot_next_is_opening) AND $survives
