count(*) FILTER (TRY_CAST($c AS BIGINT)::VARCHAR IS DISTINCT FROM $c),
count(*) FILTER (TRY_CAST($c AS DOUBLE) IS NULL AND $c IS NOT NULL),
count(*) FILTER (lower($c) NOT IN ('true', 'false')),
count(*) FILTER (contains($c, '.'))
