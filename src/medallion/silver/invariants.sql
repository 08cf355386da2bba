-- Keys whose versions are empty, overlap, or are current twice.
SELECT $keys, count(*) AS wrong
FROM (
    SELECT *, lead($from) OVER in_key AS _ingot_next, count(*) FILTER ($is_open) OVER (PARTITION BY $keys) AS _ingot_current
    FROM $rows AS r
    WINDOW in_key AS (PARTITION BY $keys ORDER BY $from))
WHERE $from >= $to OR _ingot_next < $to OR (_ingot_next IS NOT NULL AND $is_endless) OR _ingot_current > 1
GROUP BY $keys
