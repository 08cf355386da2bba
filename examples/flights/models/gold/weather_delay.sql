-- What the weather in the hour of departure has to do with delay. Flights without an observation are a row too.
-- @gold
SELECT CASE
           WHEN w.origin IS NULL THEN 'not observed'
           WHEN w.visibility < 1 THEN 'fog'
           WHEN w.precipitation > 0.1 THEN 'heavy rain or snow'
           WHEN w.precipitation > 0 THEN 'rain or snow'
           WHEN w.wind_speed > 25 THEN 'strong wind'
           ELSE 'fair'
       END AS weather,
       count(*) AS flights,
       round(100.0 * count(*) FILTER (f.cancelled) / count(*), 2) AS cancelled_percent,
       round(avg(f.dep_delay), 2) AS mean_departure_delay,
       median(f.dep_delay) AS median_departure_delay
FROM silver.flights AS f
LEFT JOIN silver.weather AS w ON w.origin = f.origin AND w.hour_utc = f.hour_utc
GROUP BY ALL
