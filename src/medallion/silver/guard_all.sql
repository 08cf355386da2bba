SELECT l._ingot_slice, l.present, l.absent
FROM (
    SELECT l._ingot_slice, l._ingot_is_guarded,
        (SELECT count(*) FROM _ingot_spells AS s WHERE s._ingot_gone = l._ingot_slice) AS absent,
        (SELECT count(*) FROM _ingot_spells AS s
         WHERE s._ingot_start < l._ingot_slice AND (s._ingot_gone IS NULL OR s._ingot_gone >= l._ingot_slice)) AS present
    FROM _ingot_new_loads AS l) AS l
WHERE l._ingot_is_guarded AND l.absent > $fraction * l.present
ORDER BY l._ingot_slice
