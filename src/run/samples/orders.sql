-- What orders look like, for whatever ids a pattern picks: columns id, turn (how often it has changed) and more. Equal
-- seeds give equal rows.
SELECT id AS order_id,
       1 + h % 20000 AS customer_id,
       ['placed', 'paid', 'packed', 'shipped', 'delivered', 'returned'][CAST(1 + (h + turn) % 6 AS INTEGER)] AS status,
       CAST(((h // 7) % 100000) / 100.0 AS DECIMAL(9, 2)) AS order_total,
       ['EUR', 'USD', 'GBP', 'SEK'][CAST(1 + (h // 11) % 4 AS INTEGER)] AS currency,
       ['north', 'east', 'south', 'west'][CAST(1 + (h // 13) % 4 AS INTEGER)] AS region,
       ['web', 'shop', 'phone'][CAST(1 + (h // 17) % 3 AS INTEGER)] AS channel,
       1 + (h // 19) % 9 AS item_count,
       CASE WHEN h % 8 = 0 THEN NULL ELSE 'note ' || CAST((h // 23) % 1000 AS VARCHAR) END AS note,
       CAST($start AS TIMESTAMP) + to_days(CAST(born AS INTEGER)) + to_seconds(CAST(h % 86400 AS BIGINT)) AS created_at,
       created_at + to_hours(CAST(240 * turn AS BIGINT)) AS updated_at,
       h % 16 = 0 AS is_gift$more
FROM (SELECT *, CAST(hash(id, $seed) % 1000000007 AS BIGINT) AS h FROM ($ids))
ORDER BY position
