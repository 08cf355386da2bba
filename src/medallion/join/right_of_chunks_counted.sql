SELECT _ingot_chunk, count(*) FROM chunk_keys l JOIN right_rows r ON $same GROUP BY _ingot_chunk
