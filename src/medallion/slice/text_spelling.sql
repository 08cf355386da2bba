count(*) FILTER (contains($c, '_')),
count(*) FILTER (contains($c, '.'))
