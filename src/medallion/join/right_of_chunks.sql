-- Sorted, so that the engine skips the rows of other chunks.
CREATE TEMP TABLE right_of_chunks AS
SELECT l._ingot_chunk, r.* FROM chunk_keys l JOIN right_rows r ON $same ORDER BY l._ingot_chunk
