-- A key that the load lacks is itself an observation.
INSERT INTO _ingot_kept BY NAME
SELECT $keys, getvariable('ingot_load') AS _ingot_slice, CAST('' AS VARCHAR) AS _ingot_file, CAST(0 AS BIGINT) AS _ingot_row,
    CAST(-1 AS TINYINT) AS _ingot_op
FROM _ingot_touched
WHERE _ingot_is_absent
