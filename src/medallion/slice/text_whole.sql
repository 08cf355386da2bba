count(*) FILTER (NOT regexp_full_match($c, '\s*[+-]?[0-9]+\s*')),
count(*) FILTER (regexp_matches($c, '^\s*[+-]?0[0-9]')),
count(*) FILTER (TRY_CAST($c AS BIGINT) IS NULL AND $c IS NOT NULL)
