-- The newest row of each key: NULL orders last, so it wins; of equal ones the last to arrive.
CREATE TEMP TABLE $winners AS
SELECT $keys, $order, _ingot_arrival
FROM $rows
QUALIFY row_number() OVER (PARTITION BY $keys ORDER BY $order DESC NULLS FIRST, _ingot_arrival DESC) = 1
