SELECT $columns FROM left_chunk l WHERE $exists (SELECT 1 FROM $right r WHERE $same) ORDER BY l._ingot_arrival
