-- Of all loads there are, each observation once in a spell, as it arrived first; and where several compete for a moment,
-- the one that arrived last.
CREATE OR REPLACE TEMP VIEW _ingot_in_spell AS
SELECT n.*, s._ingot_start AS _ingot_spell
FROM _ingot_arrived AS n JOIN _ingot_spells AS s
    ON $same_key AND n._ingot_slice >= s._ingot_start AND (s._ingot_gone IS NULL OR n._ingot_slice < s._ingot_gone);
CREATE OR REPLACE TEMP TABLE _ingot_kept AS
SELECT $stored
FROM (
    SELECT $values, min(_ingot_arrival) AS _ingot_arrival FROM _ingot_in_spell GROUP BY $values, _ingot_spell) AS o $with_origin;
CREATE OR REPLACE TEMP TABLE _ingot_last_of_moment AS
SELECT $plain_stored
FROM (
    SELECT n.*
    FROM _ingot_in_spell AS n
    SEMI JOIN (SELECT $moment FROM _ingot_kept GROUP BY $moment HAVING count(*) > 1) AS k ON $same_moment
    QUALIFY row_number() OVER (PARTITION BY $new_moment, n._ingot_spell ORDER BY n._ingot_arrival DESC) = 1);
INSERT INTO _ingot_kept
SELECT l.* FROM _ingot_last_of_moment AS l ANTI JOIN _ingot_kept AS k
    ON $same_stored_key AND l._ingot_slice = k._ingot_slice AND l._ingot_file = k._ingot_file AND l._ingot_row = k._ingot_row
