CREATE OR REPLACE TEMP VIEW left_chunk AS SELECT * FROM left_rows WHERE $within
