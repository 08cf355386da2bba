count_if(NOT regexp_full_match($c, '\s*[+-]?[0-9]+\s*')),
count_if(regexp_matches($c, '^\s*[+-]?0[0-9]')),
count_if(TRY_CAST($c AS BIGINT) IS NULL AND $c IS NOT NULL)
