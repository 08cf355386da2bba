-- The same of all pairs of some records that their hash picks.
CREATE OR REPLACE TEMP TABLE _ingot_sample AS
SELECT * FROM _ingot_records ORDER BY hash(_ingot_record, $seed), _ingot_id LIMIT $records;
SELECT 0 AS blocks, pattern, count(*) AS pairs FROM ($levels) GROUP BY ALL ORDER BY ALL
