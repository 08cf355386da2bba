-- The right side under the names that the result uses; keys by their left names.
CREATE TEMP TABLE right_rows AS SELECT $columns, _ingot_arrival FROM $rows
