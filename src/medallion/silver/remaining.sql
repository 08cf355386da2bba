-- A part of the table after the merge: what stays of the files that are written again, and what is new.
SELECT $published FROM _ingot_rewritten AS p ANTI JOIN _ingot_removed AS d ON $same_row WHERE $belongs
UNION ALL
SELECT $published FROM _ingot_placed AS p WHERE $belongs
