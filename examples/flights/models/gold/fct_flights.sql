-- Every flight with the plane as the register described it on that day.
-- @gold
-- @expect(joins_to_a_plane: {column: plane_key, not_null: true, on_fail: fail},
--         one_row_a_flight: {unique: [flight_date, carrier, flight, origin, sched_dep_time], on_fail: fail})
SELECT f.flight_date,
       f.carrier,
       f.flight,
       f.origin,
       f.dest,
       f.sched_dep_time,
       coalesce(p.plane_key, 'unknown') AS plane_key,
       f.cancelled,
       f.dep_delay,
       f.arr_delay,
       f.air_time,
       f.distance
FROM silver.flights AS f
LEFT JOIN gold.dim_plane AS p
       ON p.tailnum = f.tailnum
      AND f.flight_date >= p.effective_from
      AND f.flight_date < coalesce(p.effective_to, DATE '9999-12-31')
