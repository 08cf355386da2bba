-- Keys with something new to say, with their open row. Few come more than once, and only these are worth a grouping.
CREATE OR REPLACE TEMP TABLE _ingot_touched AS
WITH compared AS MATERIALIZED (
$compared),
crowded AS (SELECT $keys FROM compared GROUP BY $keys HAVING count(*) > 1)
SELECT c.* FROM compared AS c ANTI JOIN crowded AS r ON $same_key
UNION ALL BY NAME
SELECT $keys, min(_ingot_new_time) AS _ingot_new_time, any_value(_ingot_open) AS _ingot_open
FROM compared AS c SEMI JOIN crowded AS r ON $same_key
GROUP BY $keys
