count_if(contains($c, '_')),
count_if(contains($c, '.'))
