CREATE OR REPLACE TEMP VIEW _ingot_removed AS
SELECT $was, _ingot_was._ingot_published_file, _ingot_was._ingot_published_row FROM _ingot_difference WHERE $stood;
CREATE OR REPLACE TEMP VIEW _ingot_added AS
SELECT $is FROM _ingot_difference WHERE $stands
