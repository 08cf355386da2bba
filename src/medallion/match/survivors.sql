-- A row a cluster in the place of its records.
CREATE OR REPLACE TEMP TABLE _ingot_members AS
SELECT coalesce(c.root, r._ingot_id) AS _ingot_root, c.root IS NULL AS _ingot_alone, r._ingot_id, r._ingot_record, $completeness AS _ingot_complete, q.*
FROM (SELECT * FROM checked WHERE _ingot_verdict = 0) AS q
JOIN _ingot_records AS r ON $same_record
LEFT JOIN _ingot_clusters AS c ON c.id = r._ingot_id;
CREATE OR REPLACE TEMP TABLE _ingot_survivors AS
SELECT n._ingot_record AS $cluster, $shown, k.cluster_size, k.cluster_records, $own
FROM (
    SELECT _ingot_root, $chosen, count(*) AS cluster_size,
        list(_ingot_record ORDER BY _ingot_id) AS cluster_records, $own_chosen
    FROM (SELECT *$counted FROM _ingot_members WHERE NOT _ingot_alone) GROUP BY _ingot_root
    UNION ALL
    SELECT _ingot_root, $alone, 1, [_ingot_record], $own
    FROM _ingot_members WHERE _ingot_alone) AS k
JOIN _ingot_records AS n ON n._ingot_id = k._ingot_root;
DROP TABLE _ingot_members;
CREATE OR REPLACE TEMP TABLE checked AS
SELECT * FROM _ingot_survivors UNION ALL BY NAME SELECT * FROM checked WHERE _ingot_verdict <> 0;
DROP TABLE _ingot_survivors
