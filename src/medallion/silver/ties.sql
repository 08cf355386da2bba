-- Moments of a key for which arrival alone decided.
SELECT count(*) AS ties
FROM (
    SELECT 1
    FROM (SELECT DISTINCT $stated FROM $observations AS o SEMI JOIN $crowded AS k ON $same_moment)
    GROUP BY $moment HAVING count(*) > 1)
