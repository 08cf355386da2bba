-- Every row; current are the newest of a key and those that tie with it.
SELECT $columns, CAST(EXISTS (SELECT 1 FROM $winners w WHERE $same) AS INTEGER) AS is_current
FROM $rows r
