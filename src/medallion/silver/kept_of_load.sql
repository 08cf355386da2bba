-- New rows that say something: the last row of each key in the load, where it differs from the open row. Few keys come more
-- than once; of the others it is the row that was compared.
CREATE OR REPLACE TEMP TABLE _ingot_crowded AS
SELECT $keys FROM _ingot_usable AS n SEMI JOIN _ingot_touched AS t ON $same_key GROUP BY $keys HAVING count(*) > 1;
CREATE OR REPLACE TEMP VIEW _ingot_kept_alone AS
SELECT $stored_of_new
FROM _ingot_touched AS n ANTI JOIN _ingot_crowded AS t ON $same_key
WHERE n._ingot_new._ingot_op = 1 OR (n._ingot_new._ingot_op IS NOT NULL AND NOT $unmatched);
CREATE OR REPLACE TEMP VIEW _ingot_kept AS
SELECT $stored FROM _ingot_kept_alone $and_absent
