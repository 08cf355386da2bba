-- Each version of each plane, and one member for the planes that the register does not know.
-- @gold
-- @expect(one_row_a_key: {column: plane_key, unique: true, on_fail: fail})
SELECT concat(tailnum, '@', effective_from) AS plane_key,
       tailnum,
       manufacturer,
       model,
       year_built,
       engine,
       seats,
       effective_from,
       effective_to,
       is_current
FROM silver.planes
UNION ALL
SELECT 'unknown', NULL, 'unknown', 'unknown', NULL, NULL, NULL, NULL, NULL, true
