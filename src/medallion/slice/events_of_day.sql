SELECT $columns, strftime($time, '%Y-%m-%d') AS $day
FROM $entity
QUALIFY row_number() OVER (PARTITION BY $keys, CAST($time AS DATE) ORDER BY $time DESC, _ingot_arrival DESC) = 1
ORDER BY $time NULLS LAST, _ingot_arrival
