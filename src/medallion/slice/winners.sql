-- The newest row of each key: NULL orders last, so it wins; of equal ones the last to arrive. And those that tie with it.
CREATE TEMP TABLE $winners AS
SELECT _ingot_arrival, row_number() OVER newest = 1 AS _ingot_wins
FROM $rows
WINDOW newest AS (PARTITION BY $keys ORDER BY $order DESC NULLS FIRST, _ingot_arrival DESC)
QUALIFY rank() OVER (PARTITION BY $keys ORDER BY $order DESC NULLS FIRST) = 1
