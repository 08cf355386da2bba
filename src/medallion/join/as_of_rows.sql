-- Of right rows with one key and time the last to arrive.
DELETE FROM right_rows WHERE rowid NOT IN (SELECT max(rowid) FROM right_rows GROUP BY $keys_and_time)
