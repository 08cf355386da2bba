-- Each route, with how often it is flown and how well. The airport's name is the current one.
-- @gold(materialized: view)
SELECT f.origin,
       f.dest,
       coalesce(d.name, 'unknown') AS destination,
       min(f.distance) AS miles,
       count(*) AS flights,
       count(DISTINCT f.carrier) AS airlines,
       round(100.0 * count(*) FILTER (f.cancelled) / count(*), 2) AS cancelled_percent,
       round(100.0 * count(*) FILTER (f.arr_delay > 15) / count(*), 2) AS late_percent,
       median(f.arr_delay) AS median_arrival_delay
FROM silver.flights AS f
LEFT JOIN silver.airports AS d ON d.faa = f.dest AND d.is_current
GROUP BY f.origin, f.dest, d.name
