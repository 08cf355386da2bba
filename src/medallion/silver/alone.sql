-- Keys of one observation need no fold.
CREATE OR REPLACE TEMP TABLE _ingot_alone AS
SELECT $keys FROM _ingot_kept GROUP BY $keys HAVING count(*) = 1
