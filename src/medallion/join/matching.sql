SELECT $columns FROM left_chunk l $kind $right r ON $same ORDER BY l._ingot_arrival, r._ingot_arrival
