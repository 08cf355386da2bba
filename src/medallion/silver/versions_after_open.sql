-- Keys with one new observation, later than their open row or without one: what that row becomes, and the new one.
INSERT INTO _ingot_versions
WITH pairs AS MATERIALIZED (
    SELECT $new_values, $time AS _ingot_from, o._ingot_op, _ingot_s AS _ingot_past, o._ingot_op = 1 AND $stays AS _ingot_stays
    FROM _ingot_kept AS o SEMI JOIN _ingot_alone AS a ON $same_key LEFT JOIN _ingot_seeds AS _ingot_s ON $same_past)
SELECT $shown, CASE WHEN _ingot_stays THEN _ingot_past._ingot_time ELSE _ingot_from END, $endless, true
FROM pairs
WHERE _ingot_op = 1
UNION ALL
SELECT $past, _ingot_past._ingot_time, _ingot_from, false
FROM pairs
WHERE $has_past AND NOT _ingot_stays
