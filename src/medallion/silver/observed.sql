-- Every row that came, with what it says and why it may not count.
CREATE OR REPLACE TEMP VIEW _ingot_observed AS
SELECT $columns,
    CAST($op AS TINYINT) AS _ingot_op,
    CASE WHEN _ingot_reject IS NOT NULL THEN _ingot_reject $unusable END AS _ingot_reason
FROM _ingot_new_rows;
CREATE OR REPLACE TEMP VIEW _ingot_usable AS
SELECT * FROM _ingot_observed WHERE _ingot_reason IS NULL AND $counts $is_of_a_key
