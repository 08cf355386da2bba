-- Whole rows are named as no column of an author may be. Rows that are not what the open row of their key already shows, with that open row.
SELECT $new_keys, $new_time AS _ingot_new_time, _ingot_p AS _ingot_open $new_row
FROM _ingot_usable AS _ingot_n
LEFT JOIN (SELECT * FROM _ingot_published_open WHERE $is_open) AS _ingot_p ON $same_key
WHERE $unmatched OR _ingot_n._ingot_op <> 1 OR $differs
