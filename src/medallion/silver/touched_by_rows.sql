-- Keys of which some row is not what the open row already shows.
CREATE OR REPLACE TEMP TABLE _ingot_touched AS
SELECT DISTINCT $new_keys
FROM _ingot_usable AS n
LEFT JOIN (SELECT $known FROM _ingot_published WHERE $is_open) AS p ON $same_key
WHERE $unmatched OR n._ingot_op <> 1 OR $differs
