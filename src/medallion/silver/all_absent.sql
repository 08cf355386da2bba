INSERT INTO _ingot_kept BY NAME
SELECT $keys, _ingot_gone AS _ingot_slice, CAST('' AS VARCHAR) AS _ingot_file, CAST(0 AS BIGINT) AS _ingot_row,
    CAST(-1 AS TINYINT) AS _ingot_op
FROM _ingot_spells
WHERE _ingot_gone IS NOT NULL
