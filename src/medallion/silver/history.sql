-- The past of the touched keys. Where all that is new is later than all that the open row shows, that row is past enough,
-- and what is later than all that was ever observed needs none; of the others, all that was ever observed.
CREATE OR REPLACE TEMP VIEW _ingot_seeds AS
SELECT $seed, $seed_time AS _ingot_time FROM _ingot_touched AS t WHERE $is_seed;
CREATE OR REPLACE TEMP TABLE _ingot_history AS
SELECT $stored FROM _ingot_store AS s SEMI JOIN (SELECT * FROM _ingot_touched AS t WHERE $reaches_back) AS t ON $same_key
