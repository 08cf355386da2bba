-- The rows themselves, each once.
CREATE OR REPLACE TEMP TABLE _ingot_added AS
SELECT DISTINCT $shown FROM _ingot_usable AS n
