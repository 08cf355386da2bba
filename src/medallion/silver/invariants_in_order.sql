-- As invariants.sql, of a table that is in order, which is looked at too: each version begins when the one before has ended.
SELECT $keys, count(*) AS wrong
FROM (
    SELECT $keys,
        coalesce($from >= $to, false)
            OR $same_key AND (lag($is_open) OVER () OR lag($is_endless) OVER () OR lag($to) OVER () > $from)
            OR coalesce($comes_before, false) AS _ingot_is_wrong
    FROM _ingot_versions)
WHERE _ingot_is_wrong
GROUP BY $keys
