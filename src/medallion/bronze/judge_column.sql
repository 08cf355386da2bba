-- What speaks against each type that this column could get. -0.00 prints as 0.00, so it is no decimal.
-- count_if and not FILTER: for each filter of a statement the engine keeps room for all of its arguments.
count($c),
count_if($c IS NOT NULL AND $c IS DISTINCT FROM TRY_CAST($c AS BOOLEAN)::VARCHAR),
count_if($c IS NOT NULL AND $c IS DISTINCT FROM TRY_CAST($c AS BIGINT)::VARCHAR),
count_if($c IS NOT NULL AND $c IS DISTINCT FROM TRY_CAST($c AS DOUBLE)::VARCHAR),
count_if($c IS NOT NULL AND $c IS DISTINCT FROM TRY_CAST($c AS DATE)::VARCHAR),
count_if($c IS NOT NULL AND $c IS DISTINCT FROM TRY_CAST($c AS TIME)::VARCHAR),
count_if($c IS NOT NULL AND $c IS DISTINCT FROM TRY_CAST($c AS TIMESTAMP)::VARCHAR),
count_if($c IS NOT NULL AND NOT (regexp_full_match($c, '-?(0|[1-9][0-9]*)\.[0-9]+') AND NOT regexp_full_match($c, '-0\.0+'))),
coalesce(min(strlen($c) - strpos($c, '.')), 0),
coalesce(max(strlen($c) - strpos($c, '.')), 0),
coalesce(max(strlen($c)), 0)
