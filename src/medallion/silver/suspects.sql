-- Keys of which two versions might contradict each other. Of two versions the later start and the earlier end tell; where
-- there are more, they have to be put in order.
SELECT $keys
FROM $rows AS r
GROUP BY $keys
HAVING count(*) > 2 OR bool_or($from >= $to) OR count(*) FILTER ($is_open) > 1 OR count(*) FILTER ($is_endless) > 1
    OR (count(*) = 2 AND max($from) < min($to))
