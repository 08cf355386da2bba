CREATE OR REPLACE TEMP VIEW _ingot_seen AS SELECT * FROM _ingot_history
