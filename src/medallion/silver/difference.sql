-- Published rows that no longer hold, and rows that stand nowhere yet.
CREATE OR REPLACE TEMP TABLE _ingot_standing AS
SELECT $open_row, p._ingot_open._ingot_published_file, p._ingot_open._ingot_published_row
FROM _ingot_touched AS p SEMI JOIN _ingot_since AS t ON $same_key
WHERE $is_matched
UNION ALL
SELECT $published, p._ingot_published_file, p._ingot_published_row
FROM (SELECT * FROM _ingot_published_closed WHERE NOT $is_open AND $recent) AS p JOIN _ingot_since AS t ON $same_key
WHERE $may_change;
CREATE OR REPLACE TEMP TABLE _ingot_difference AS
SELECT _ingot_p AS _ingot_was, _ingot_v AS _ingot_is
FROM _ingot_standing AS _ingot_p
FULL JOIN (SELECT p.* FROM $versions AS p JOIN _ingot_since AS t ON $same_key WHERE $may_change) AS _ingot_v ON $same_version
WHERE NOT ($same_row)
