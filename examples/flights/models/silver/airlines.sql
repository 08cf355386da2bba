-- @silver(keys: [carrier], history: latest)
-- @expect(has_name: {column: name, not_null: true, on_fail: fail})
SELECT carrier, trim(name) AS name
FROM bronze.nyc_airlines
