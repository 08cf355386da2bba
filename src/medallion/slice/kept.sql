SELECT $columns
FROM $rows
WHERE _ingot_arrival IN (SELECT _ingot_arrival FROM $winners WHERE _ingot_wins)
