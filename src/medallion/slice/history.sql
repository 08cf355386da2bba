-- Every row; current are the newest of a key and those that tie with it.
SELECT $columns, CAST(_ingot_arrival IN (SELECT _ingot_arrival FROM $winners) AS INTEGER) AS is_current
FROM $rows
