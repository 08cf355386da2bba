SELECT $columns
FROM $entity
QUALIFY row_number() OVER (PARTITION BY $keys ORDER BY $time DESC NULLS FIRST, _ingot_arrival DESC) = 1
ORDER BY $time NULLS LAST, _ingot_arrival
