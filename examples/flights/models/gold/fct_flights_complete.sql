-- One row that says whether the fact, joined to its dimension, still has every flight of silver.
-- @gold
-- @expect(no_flight_lost: {where: "in_silver = in_fact AND in_fact = in_join", on_fail: fail})
SELECT (SELECT count(*) FROM silver.flights) AS in_silver,
       (SELECT count(*) FROM gold.fct_flights) AS in_fact,
       (SELECT count(*) FROM gold.fct_flights JOIN gold.dim_plane USING (plane_key)) AS in_join
