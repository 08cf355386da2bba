-- From when on the touched keys may have changed, and which of them have no past that has to be looked at again.
CREATE OR REPLACE TEMP TABLE _ingot_since AS
SELECT $keys, min($time) AS _ingot_time, count(*) AS _ingot_rows FROM $changed GROUP BY $keys;
SET VARIABLE ingot_since = (SELECT min(_ingot_time) FROM _ingot_since);
CREATE OR REPLACE TEMP TABLE _ingot_alone AS
SELECT $keys FROM _ingot_since AS s ANTI JOIN _ingot_history AS h ON $same_key WHERE _ingot_rows = 1
