-- What became of each key: the first row, then those that changed something. NULL is the same as NULL.
SELECT $columns, $event_time AS $event_name, change_type, changed_columns
FROM (
  SELECT *,
    CASE WHEN $deleted THEN 'delete' WHEN number = 1 THEN 'upsert' WHEN changed_columns <> '' THEN 'update' ELSE 'noop' END AS change_type
  FROM (
    SELECT *, row_number() OVER by_time AS number, concat_ws(',', $changes) AS changed_columns
    FROM $entity
    WHERE $has_key
    WINDOW by_time AS (PARTITION BY $keys ORDER BY $time NULLS LAST, _ingot_arrival)))
WHERE $told
ORDER BY $time NULLS LAST, _ingot_arrival
