CREATE OR REPLACE TEMP VIEW _ingot_versions AS
SELECT $published FROM _ingot_followed_versions
UNION ALL
SELECT $published FROM _ingot_folded;
CREATE OR REPLACE TEMP VIEW _ingot_removed AS
SELECT $past, _ingot_past._ingot_published_file, _ingot_past._ingot_published_row FROM _ingot_followed WHERE _ingot_has_past AND NOT _ingot_is_same
UNION ALL
SELECT $was, _ingot_was._ingot_published_file, _ingot_was._ingot_published_row FROM _ingot_difference WHERE $stood;
CREATE OR REPLACE TEMP VIEW _ingot_added AS
SELECT $published FROM _ingot_followed_versions WHERE NOT _ingot_is_same
UNION ALL
SELECT $is FROM _ingot_difference WHERE $stands
