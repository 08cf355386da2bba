-- Rows that the table does not have yet, each once.
CREATE OR REPLACE TEMP TABLE _ingot_added AS
SELECT DISTINCT $shown
FROM _ingot_usable AS n ANTI JOIN _ingot_published AS p ON $same_row
