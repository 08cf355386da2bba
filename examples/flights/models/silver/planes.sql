-- The register of planes, with its history: what a load says differently opens a version, what it lacks is closed.
-- @silver(keys: [tailnum], history: scd2, deletes: infer)
-- @expect(has_year: {column: year_built, not_null: true, on_fail: warn},
--         after_the_wrights: {column: year_built, range: {min: 1903, max: 2013}, null_ok: true, on_fail: quarantine})
SELECT tailnum,
       CAST(nullif(year, 'NA') AS INTEGER) AS year_built,
       type,
       manufacturer,
       model,
       CAST(engines AS INTEGER) AS engines,
       CAST(seats AS INTEGER) AS seats,
       engine
FROM bronze.nyc_planes
