-- How late each airline was on each day.
-- @gold
-- @expect(one_row_a_day: {unique: [flight_date, carrier], on_fail: fail})
SELECT f.flight_date,
       f.carrier,
       coalesce(a.name, 'unknown') AS airline,
       count(*) AS flights,
       count(*) FILTER (f.cancelled) AS cancelled,
       count(*) FILTER (f.arr_delay > 15) AS late,
       round(avg(f.dep_delay), 2) AS mean_departure_delay,
       round(avg(f.arr_delay), 2) AS mean_arrival_delay
FROM silver.flights AS f
LEFT JOIN silver.airlines AS a ON a.carrier = f.carrier
GROUP BY f.flight_date, f.carrier, a.name
