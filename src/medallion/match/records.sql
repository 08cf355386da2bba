-- What is compared of each record, and its number: the order of these numbers decides wherever a choice has to be made.
CREATE OR REPLACE TEMP TABLE _ingot_records AS
SELECT *, CAST(row_number() OVER (ORDER BY $order) AS INTEGER) AS _ingot_id
FROM (SELECT $record AS _ingot_record, $values FROM checked WHERE _ingot_verdict = 0)
