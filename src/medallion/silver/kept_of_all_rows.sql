-- Of all rows there are, each observation once, as it arrived last.
CREATE OR REPLACE TEMP TABLE _ingot_kept AS
SELECT $stored
FROM (SELECT $values, max(_ingot_arrival) AS _ingot_arrival FROM _ingot_arrived GROUP BY $values) AS o $with_origin
