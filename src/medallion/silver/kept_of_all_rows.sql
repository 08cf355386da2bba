-- As kept_rows.sql, of all rows there are.
CREATE OR REPLACE TEMP TABLE _ingot_kept AS
SELECT $stored
FROM _ingot_usable
WINDOW arrival AS (PARTITION BY $moment ORDER BY _ingot_slice, _ingot_file, _ingot_row)
QUALIFY $differs
