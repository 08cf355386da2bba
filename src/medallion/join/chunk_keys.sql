-- The keys of each chunk, counted from 1, that is still to be joined.
CREATE TEMP TABLE chunk_keys AS
SELECT DISTINCT _ingot_arrival // $size + 1 AS _ingot_chunk, $keys FROM left_rows
WHERE (_ingot_arrival // $size + 1) NOT IN ($done)
