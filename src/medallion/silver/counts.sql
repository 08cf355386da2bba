-- in = kept + duplicate + quarantined + dropped.
SELECT rows_in, kept, rows_in - kept - quarantined - dropped AS duplicate, quarantined, dropped
FROM (
    SELECT count(*) AS rows_in, count(_ingot_reason) AS quarantined,
        count(*) FILTER (_ingot_reason IS NULL AND NOT $counts) AS dropped
    FROM _ingot_observed), (SELECT count(*) AS kept FROM $taken)
