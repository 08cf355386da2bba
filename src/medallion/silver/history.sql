-- All that was ever observed of the touched keys.
CREATE OR REPLACE TEMP TABLE _ingot_history AS
SELECT $stored FROM _ingot_store AS s SEMI JOIN _ingot_touched AS t ON $same_key
