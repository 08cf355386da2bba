-- A slice that comes again replaces its copy.
CREATE OR REPLACE TEMP TABLE _ingot_removed AS
SELECT DISTINCT $slice, p._ingot_published_file
FROM _ingot_published AS p SEMI JOIN _ingot_new_loads AS l ON $slice = l._ingot_slice
