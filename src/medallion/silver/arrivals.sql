-- Where rows came from, as one number in the order of arrival: cheap to compare, to sort by and to keep. A file has less
-- than 2^40 rows.
CREATE OR REPLACE TEMP TABLE _ingot_arrivals AS
SELECT _ingot_slice, _ingot_file, row_number() OVER (ORDER BY _ingot_slice, _ingot_file) AS _ingot_number
FROM (SELECT DISTINCT _ingot_slice, _ingot_file FROM _ingot_usable);
CREATE OR REPLACE TEMP VIEW _ingot_arrived AS
SELECT o.*, (a._ingot_number << 40) + o._ingot_row AS _ingot_arrival
FROM _ingot_usable AS o
JOIN _ingot_arrivals AS a ON o._ingot_slice = a._ingot_slice AND o._ingot_file = a._ingot_file
