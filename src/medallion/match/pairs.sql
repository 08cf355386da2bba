-- How alike two records of a block are, as one number: the levels of all comparisons.
CREATE OR REPLACE TEMP TABLE _ingot_pairs AS
$levels
