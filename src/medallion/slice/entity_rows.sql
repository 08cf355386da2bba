-- One row for each key and time; of several the last to arrive.
CREATE TEMP TABLE $entity AS
SELECT $columns, _ingot_arrival
FROM (SELECT * REPLACE ($times) FROM $rows)
QUALIFY row_number() OVER (PARTITION BY $keys, $time ORDER BY _ingot_arrival DESC) = 1
