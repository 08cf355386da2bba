SELECT $keys, count(*) AS wrong FROM $rows AS r GROUP BY $keys HAVING count(*) > 1
