CREATE OR REPLACE TEMP VIEW _ingot_events AS
SELECT *, $time AS _ingot_time FROM $observations $and_seeds
