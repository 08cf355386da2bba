CREATE OR REPLACE TEMP TABLE _ingot_links AS
SELECT a, b, pattern, weight FROM (SELECT *, $weight AS weight FROM _ingot_pairs) WHERE weight >= $review
