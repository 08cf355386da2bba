count_if(TRY_CAST($c AS BIGINT)::VARCHAR IS DISTINCT FROM $c),
count_if(TRY_CAST($c AS DOUBLE) IS NULL AND $c IS NOT NULL),
count_if(lower($c) NOT IN ('true', 'false')),
count_if(contains($c, '.'))
