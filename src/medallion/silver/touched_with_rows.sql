-- Keys with something new to say, with their open row, and with the new row where it is the only one of its key.
CREATE OR REPLACE TEMP TABLE _ingot_touched AS
WITH compared AS MATERIALIZED (
$compared),
several AS MATERIALIZED (
    SELECT $keys FROM _ingot_usable AS n SEMI JOIN compared AS c ON $same_new_key GROUP BY $keys HAVING count(*) > 1)
SELECT c.*, false AS _ingot_is_several FROM compared AS c ANTI JOIN several AS r ON $same_key
UNION ALL BY NAME
SELECT $keys, min(_ingot_new_time) AS _ingot_new_time, any_value(_ingot_open) AS _ingot_open, true AS _ingot_is_several
FROM compared AS c SEMI JOIN several AS r ON $same_key
GROUP BY $keys
