-- The load against the open rows: keys that are new or different, and keys that it lacks. A refused row still says that
-- its key is there.
CREATE OR REPLACE TEMP TABLE _ingot_compared AS
SELECT $either_key, $absent AS _ingot_is_absent
FROM (SELECT * FROM _ingot_observed WHERE $is_present) AS n
FULL JOIN (SELECT $known FROM _ingot_published WHERE $is_open) AS p ON $same_key
WHERE $absent OR (n._ingot_reason IS NULL AND ($unmatched OR $differs));
CREATE OR REPLACE TEMP TABLE _ingot_touched AS
SELECT DISTINCT $keys FROM _ingot_compared
