-- Published rows that no longer hold, and rows that stand nowhere yet.
CREATE OR REPLACE TEMP TABLE _ingot_standing AS
SELECT $open_row, p._ingot_open._ingot_published_file
FROM _ingot_touched AS p SEMI JOIN _ingot_since AS t ON $same_key
WHERE $is_matched
UNION ALL
SELECT $published, p._ingot_published_file
FROM (SELECT * FROM _ingot_published WHERE NOT $is_open AND $recent) AS p JOIN _ingot_since AS t ON $same_key
WHERE $may_change;
CREATE OR REPLACE TEMP TABLE _ingot_removed AS
SELECT $identity, p._ingot_published_file
FROM _ingot_standing AS p ANTI JOIN _ingot_versions AS v ON $same_row;
CREATE OR REPLACE TEMP TABLE _ingot_added AS
SELECT $published
FROM (SELECT p.* FROM _ingot_versions AS p JOIN _ingot_since AS t ON $same_key WHERE $may_change) AS p
ANTI JOIN _ingot_standing AS v ON $same_row
