-- Airports with their history. Three rows are whole cities, not airports; some coordinates were wrong until July.
-- @silver(keys: [faa], history: scd2, deletes: infer)
-- @expect(is_an_airport: {where: "name <> 'All Airports'", on_fail: drop},
--         in_america: {where: "lon < -60 OR (tz = -9 AND lon > 170)", on_fail: warn},
--         has_time_zone: {column: time_zone, not_null: true, on_fail: warn})
SELECT faa, name, lat, lon, alt, tz, nullif(tzone, 'NA') AS time_zone
FROM bronze.nyc_airports
