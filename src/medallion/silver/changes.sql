-- What changed when: a row where a key appears, where a tracked column is not what it was, and where the key is gone.
CREATE OR REPLACE TEMP TABLE _ingot_versions AS
WITH settled AS (
    SELECT $folded, _ingot_time, _ingot_op = 1 AS _ingot_is_there
    FROM _ingot_events
    QUALIFY lead(_ingot_time) OVER (PARTITION BY $keys ORDER BY $order) IS DISTINCT FROM _ingot_time
), told AS (
    SELECT $shown, _ingot_time AS $valid_from,
        CASE WHEN NOT _ingot_is_there THEN 'delete'
            WHEN lag(_ingot_is_there) OVER in_key IS DISTINCT FROM true THEN 'upsert'
            WHEN concat_ws(',', $changed) = '' THEN 'noop'
            ELSE 'update' END AS change_type,
        CASE WHEN _ingot_is_there THEN concat_ws(',', $changed) ELSE '' END AS changed_columns
    FROM settled
    WINDOW in_key AS (PARTITION BY $keys ORDER BY _ingot_time)
    QUALIFY CASE WHEN _ingot_is_there THEN $opens ELSE lag(_ingot_is_there) OVER in_key END
)
SELECT $published FROM told
