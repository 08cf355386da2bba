-- Each spell of presence is a history of its own: it starts no earlier than its first load (the first spell: whenever
-- its rows say) and ends with the load that no longer has the key.
CREATE OR REPLACE TEMP VIEW _ingot_events AS
WITH numbered AS (
    SELECT *,
        count(*) FILTER (_ingot_op = -1) OVER past AS _ingot_spell,
        min(_ingot_slice) FILTER (_ingot_op = -1) OVER future AS _ingot_gone
    FROM $observations
    WINDOW past AS (PARTITION BY $keys ORDER BY _ingot_slice),
        future AS (PARTITION BY $keys ORDER BY _ingot_slice ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
), dated AS (
    SELECT *, min(_ingot_slice) FILTER (_ingot_op = 1) OVER (PARTITION BY $keys, _ingot_spell) AS _ingot_start
    FROM numbered
)
SELECT * EXCLUDE (_ingot_spell, _ingot_gone, _ingot_start),
    CASE WHEN _ingot_op = -1 THEN CAST(_ingot_slice AS $type)
        WHEN _ingot_spell > 0 THEN greatest($time, CAST(_ingot_start AS $type))
        ELSE $time END AS _ingot_time
FROM dated
WHERE _ingot_op = -1 OR _ingot_gone IS NULL OR _ingot_time < CAST(_ingot_gone AS $type)
$and_seeds
