INSERT INTO _ingot_versions
SELECT $published
FROM (
    SELECT o.*, $time AS _ingot_from, CAST(NULL AS $type) AS _ingot_to, CAST(NULL AS $type) AS _ingot_after_gap $looks
    FROM _ingot_kept AS o SEMI JOIN _ingot_alone AS a ON $same_key
    WHERE o._ingot_op = 1)
