SELECT $columns FROM right_rows r WHERE NOT EXISTS (SELECT 1 FROM left_rows l WHERE $same) ORDER BY r._ingot_arrival
