-- Keys whose versions are empty, overlap, or are current twice.
WITH suspects AS (
$suspects)
SELECT $keys, count(*) AS wrong
FROM (
    SELECT r.*, lead($from) OVER in_key AS _ingot_next, count(*) FILTER ($is_open) OVER (PARTITION BY $keys) AS _ingot_current
    FROM (SELECT r.* FROM $rows AS r SEMI JOIN suspects AS s ON $same_key) AS r
    WINDOW in_key AS (PARTITION BY $keys ORDER BY $from))
WHERE $from >= $to OR _ingot_next < $to OR (_ingot_next IS NOT NULL AND $is_endless) OR _ingot_current > 1
GROUP BY $keys
