-- A life of a key begins where it was gone before; what its rows leave out, the rows before them said.
CREATE OR REPLACE TEMP TABLE _ingot_lives AS
SELECT *, count(*) FILTER (_ingot_op <> 1) OVER (PARTITION BY $keys ORDER BY $order ROWS UNBOUNDED PRECEDING) AS _ingot_life
FROM _ingot_events;
CREATE OR REPLACE TEMP VIEW _ingot_events AS
SELECT * EXCLUDE (_ingot_life) REPLACE ($overlaid)
FROM _ingot_lives
WINDOW in_life AS (PARTITION BY $keys, _ingot_life ORDER BY $order ROWS UNBOUNDED PRECEDING)
