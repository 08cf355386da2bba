CREATE OR REPLACE TEMP VIEW _ingot_kept AS SELECT $stored FROM _ingot_ordered AS o $with_origin
