CREATE OR REPLACE TEMP VIEW _ingot_seen AS
SELECT $stored FROM _ingot_history UNION ALL SELECT $stored FROM _ingot_seeds
