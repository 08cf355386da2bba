-- From when on the touched keys may have changed.
CREATE OR REPLACE TEMP TABLE _ingot_since AS
SELECT $keys, min($time) AS _ingot_time, count(*) AS _ingot_rows FROM $changed GROUP BY $keys;
SET VARIABLE ingot_since = (SELECT min(_ingot_time) FROM _ingot_since)
