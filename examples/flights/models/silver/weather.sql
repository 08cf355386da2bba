-- Hourly observations at the three airports. The local hour comes twice when summer time ends; UTC does not.
-- @silver(keys: [origin, hour_utc], history: latest)
-- @expect(possible_wind: {column: wind_speed, range: {min: 0, max: 250}, null_ok: true, on_fail: quarantine},
--         possible_humidity: {column: humidity, range: {min: 0, max: 100}, null_ok: true, on_fail: quarantine},
--         has_wind: {column: wind_speed, not_null: true, on_fail: warn})
SELECT origin,
       CAST(time_hour AS TIMESTAMP) AS hour_utc,
       CAST(nullif(temp, 'NA') AS DOUBLE) AS temperature,
       CAST(nullif(humid, 'NA') AS DOUBLE) AS humidity,
       CAST(nullif(wind_speed, 'NA') AS DOUBLE) AS wind_speed,
       CAST(nullif(wind_gust, 'NA') AS DOUBLE) AS wind_gust,
       CAST(nullif(precip, 'NA') AS DOUBLE) AS precipitation,
       CAST(nullif(pressure, 'NA') AS DOUBLE) AS pressure,
       CAST(nullif(visib, 'NA') AS DOUBLE) AS visibility
FROM bronze.nyc_weather
