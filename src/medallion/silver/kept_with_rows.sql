-- Of keys of one new row, that is later than all that is known of them, the row is there already. The others are few.
CREATE OR REPLACE TEMP VIEW _ingot_many AS
SELECT $keys FROM _ingot_touched AS t WHERE t._ingot_is_several OR $reaches_back;
CREATE OR REPLACE TEMP VIEW _ingot_taken AS
SELECT $stored_of_new, t._ingot_open FROM _ingot_touched AS t WHERE NOT (t._ingot_is_several OR $reaches_back);
CREATE OR REPLACE TEMP VIEW _ingot_kept AS
SELECT $stored FROM _ingot_taken
