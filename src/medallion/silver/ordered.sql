-- All rows that count, by key and moment, as they arrived last. Where they came from is one number: sorting by one is cheap.
CREATE OR REPLACE TEMP TABLE _ingot_ordered AS
SELECT $stored
FROM _ingot_usable AS o
JOIN (
    SELECT _ingot_slice AS _ingot_slice_of, _ingot_file AS _ingot_file_of,
        row_number() OVER (ORDER BY _ingot_slice, _ingot_file) << 40 AS _ingot_arrival
    FROM (SELECT DISTINCT _ingot_slice, _ingot_file FROM _ingot_usable)) AS a
    ON o._ingot_slice = a._ingot_slice_of AND o._ingot_file = a._ingot_file_of
ORDER BY $order, _ingot_arrival + _ingot_row;
-- Moments of several rows.
CREATE OR REPLACE TEMP TABLE _ingot_crowded AS
SELECT DISTINCT $moment
FROM (SELECT $moment, $same_moment AS _ingot_meets FROM _ingot_ordered)
WHERE _ingot_meets
