-- The load against the open rows: keys that are new or different, and keys that it lacks. A refused row still says that
-- its key is there.
SELECT $either_key,
    CASE WHEN $absent THEN CAST(getvariable('ingot_load') AS $type) ELSE $new_time END AS _ingot_new_time, _ingot_p AS _ingot_open,
    $absent AS _ingot_is_absent $new_row
FROM (SELECT * FROM _ingot_observed WHERE $is_present) AS _ingot_n
FULL JOIN (SELECT * FROM _ingot_published_open WHERE $is_open) AS _ingot_p ON $same_key
WHERE $absent OR (_ingot_n._ingot_reason IS NULL AND ($unmatched OR $differs))
