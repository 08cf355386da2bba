-- All rows that count, by key and moment, as they arrived last.
CREATE OR REPLACE TEMP TABLE _ingot_ordered AS
SELECT $values, _ingot_arrival FROM _ingot_arrived ORDER BY $order, _ingot_arrival;
-- Moments of several rows.
CREATE OR REPLACE TEMP TABLE _ingot_crowded AS
SELECT DISTINCT $moment
FROM (SELECT $moment, $same_moment AS _ingot_meets FROM _ingot_ordered)
WHERE _ingot_meets
