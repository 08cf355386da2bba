-- The newest load as it is, equal rows as often as they stand there.
CREATE OR REPLACE TEMP TABLE _ingot_added AS
SELECT $shown FROM _ingot_usable AS n WHERE n._ingot_slice = (SELECT max(_ingot_slice) FROM _ingot_new_loads)
