-- Every scheduled departure from New York. One that never took off has no departure time.
-- @silver(keys: [flight_date, carrier, flight, origin, sched_dep_time], history: latest)
-- @expect(from_new_york: {column: origin, accepted: [EWR, JFK, LGA], on_fail: fail},
--         clock_time: {column: dep_time, range: {min: 1, max: 2400}, null_ok: true, on_fail: quarantine},
--         plane_is_named: {column: tailnum, not_null: true, on_fail: warn},
--         american_tail: {column: tailnum, regex: "^N[0-9A-Z]{3,5}$", null_ok: true, on_fail: warn},
--         flown_to_the_end: {where: "cancelled OR air_time IS NOT NULL", on_fail: warn})
SELECT make_date(CAST(year AS INTEGER), CAST(month AS INTEGER), CAST(day AS INTEGER)) AS flight_date,
       carrier,
       CAST(flight AS INTEGER) AS flight,
       origin,
       dest,
       nullif(tailnum, 'NA') AS tailnum,
       CAST(sched_dep_time AS INTEGER) AS sched_dep_time,
       CAST(nullif(dep_time, 'NA') AS INTEGER) AS dep_time,
       CAST(nullif(dep_delay, 'NA') AS INTEGER) AS dep_delay,
       CAST(sched_arr_time AS INTEGER) AS sched_arr_time,
       CAST(nullif(arr_time, 'NA') AS INTEGER) AS arr_time,
       CAST(nullif(arr_delay, 'NA') AS INTEGER) AS arr_delay,
       CAST(nullif(air_time, 'NA') AS INTEGER) AS air_time,
       CAST(distance AS INTEGER) AS distance,
       dep_time = 'NA' AS cancelled,
       CAST(time_hour AS TIMESTAMP) AS hour_utc
FROM bronze.nyc_flights
