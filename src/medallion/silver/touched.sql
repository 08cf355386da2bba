CREATE OR REPLACE TEMP TABLE _ingot_touched AS
SELECT $keys, min(_ingot_new_time) AS _ingot_new_time, any_value(_ingot_open) AS _ingot_open
FROM _ingot_compared
GROUP BY $keys
