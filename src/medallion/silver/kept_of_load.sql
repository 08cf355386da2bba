-- New rows that say something: the last row of each key in the load, where it differs from the open row, and keys that are
-- absent. Few keys come more than once; of the others it is the row that was compared.
CREATE OR REPLACE TEMP VIEW _ingot_many AS
SELECT $keys FROM _ingot_touched AS t WHERE $reaches_back;
CREATE OR REPLACE TEMP VIEW _ingot_crowded AS
SELECT $keys FROM _ingot_touched WHERE _ingot_is_several;
CREATE OR REPLACE TEMP VIEW _ingot_taken_alone AS
SELECT $stored_of_new, t._ingot_open, t._ingot_new_time
FROM _ingot_touched AS t
WHERE NOT t._ingot_is_several
    AND (t._ingot_new._ingot_op = 1 OR (t._ingot_new._ingot_op IS NOT NULL AND NOT $unmatched)) $and_absent;
CREATE OR REPLACE TEMP VIEW _ingot_taken AS
FROM _ingot_taken_alone;
CREATE OR REPLACE TEMP VIEW _ingot_kept AS
SELECT $stored FROM _ingot_taken
