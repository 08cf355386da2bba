-- Up to three versions of each order, the last of them current.
SELECT i // 3 AS id, i AS position, (i // 3) * $days // $population AS born,
       CASE WHEN $updates THEN i % 3 ELSE 0 END AS turn,
       i % 3 = 2 OR i = $rows - 1 AS is_current
FROM range($rows) t(i)
WHERE $updates OR i % 3 = 2 OR i = $rows - 1
