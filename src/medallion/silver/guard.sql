SELECT l._ingot_slice, p.present, a.absent
FROM (SELECT max(_ingot_slice) AS _ingot_slice FROM _ingot_new_loads WHERE _ingot_is_guarded) AS l,
    (SELECT count(*) AS present FROM _ingot_published_open WHERE $is_open) AS p,
    (SELECT count(*) AS absent FROM _ingot_touched WHERE _ingot_is_absent) AS a
WHERE l._ingot_slice IS NOT NULL AND a.absent > $fraction * p.present
