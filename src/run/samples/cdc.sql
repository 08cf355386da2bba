-- The day's changes: six of ten are new orders, the others change or delete known ones.
SELECT CASE WHEN i < $fresh THEN $known + i ELSE CAST(hash(i, $day, $seed) % greatest($known, 1) AS BIGINT) END AS id,
       i AS position, $day AS born,
       CASE WHEN i < $fresh THEN 0 ELSE 1 + i % 5 END AS turn,
       CASE WHEN i < $fresh THEN 'insert' WHEN i % 10 = 9 THEN 'delete' ELSE 'update' END AS change_type
FROM range($rows) t(i)
