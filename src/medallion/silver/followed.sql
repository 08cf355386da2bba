-- Keys of one new observation that is later than all that is known of them: what becomes of their open row, and the new
-- one. The others, which have to be folded, are few.
CREATE OR REPLACE TEMP TABLE _ingot_followed AS
SELECT *, _ingot_stays AND $is_shown AS _ingot_is_same
FROM (
    SELECT $new_values, $time AS _ingot_from, t._ingot_op, t._ingot_open AS _ingot_past,
        $has_past AS _ingot_has_past, t._ingot_op = 1 AND $has_past AND $stays AS _ingot_stays
    FROM _ingot_taken AS t $unless_of_many);
CREATE OR REPLACE TEMP VIEW _ingot_followed_versions AS
SELECT $shown, CASE WHEN _ingot_stays THEN _ingot_past.$valid_from ELSE _ingot_from END AS $valid_from, $endless AS $valid_to,
    true AS $is_current, _ingot_is_same
FROM _ingot_followed
WHERE _ingot_op = 1
UNION ALL
SELECT $past, _ingot_past.$valid_from, _ingot_from, false, false
FROM _ingot_followed
WHERE _ingot_has_past AND NOT _ingot_stays;
CREATE OR REPLACE TEMP VIEW _ingot_versions AS
SELECT $published FROM _ingot_followed_versions;
CREATE OR REPLACE TEMP VIEW _ingot_removed AS
SELECT $was, _ingot_past._ingot_published_file, _ingot_past._ingot_published_row FROM _ingot_followed WHERE _ingot_has_past AND NOT _ingot_is_same;
CREATE OR REPLACE TEMP VIEW _ingot_added AS
SELECT $published FROM _ingot_followed_versions WHERE NOT _ingot_is_same
