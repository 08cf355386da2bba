-- Keys of one observation, and of no past that has to be looked at again.
CREATE OR REPLACE TEMP TABLE _ingot_alone AS
SELECT $keys FROM _ingot_since AS s ANTI JOIN _ingot_history AS h ON $same_key WHERE _ingot_rows = 1
