-- Of each moment with several rows, each observation once, as it arrived last.
CREATE OR REPLACE TEMP TABLE _ingot_kept_crowded AS
SELECT $values, max(_ingot_arrival) AS _ingot_arrival
FROM (SELECT o.* FROM _ingot_ordered AS o SEMI JOIN _ingot_crowded AS c ON $of_crowded)
GROUP BY $values;
CREATE OR REPLACE TEMP VIEW _ingot_kept AS
SELECT $stored
FROM (
    SELECT $values, _ingot_arrival FROM _ingot_ordered AS o ANTI JOIN _ingot_crowded AS c ON $of_crowded
    UNION ALL
    SELECT $values, _ingot_arrival FROM _ingot_kept_crowded) AS o $with_origin
