-- Every order that stands on the day.
SELECT i AS id, i AS position, i * $days // $population AS born,
       CASE WHEN $updates THEN greatest(0, $day - born) // 10 ELSE 0 END AS turn
FROM range($rows) t(i)
