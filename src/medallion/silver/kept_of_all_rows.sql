-- Of all rows there are, each observation once, as it arrived last.
CREATE OR REPLACE TEMP TABLE _ingot_kept AS
SELECT $stored
FROM (
    SELECT $values, max(struct_pack(s := _ingot_slice, f := _ingot_file, r := _ingot_row)) AS _ingot_arrival
    FROM _ingot_usable
    GROUP BY $values)
