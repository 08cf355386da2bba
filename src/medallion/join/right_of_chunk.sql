SELECT r.* FROM right_rows r WHERE EXISTS (SELECT 1 FROM left_chunk l WHERE $same)
