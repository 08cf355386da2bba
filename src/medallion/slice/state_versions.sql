-- A version of each key and time, open to the next one. A row without a key has no next.
CREATE TEMP TABLE $versions AS
SELECT *, CAST(effective_to IS NULL AS INTEGER) AS is_current
FROM (
  SELECT $columns, _ingot_arrival, $time AS effective_from,
    CASE WHEN $has_key THEN lead($time) OVER (PARTITION BY $keys ORDER BY $time NULLS LAST, _ingot_arrival) END AS effective_to
  FROM $entity)
