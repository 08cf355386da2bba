-- How many keys of the right side some left row has, and how many none has.
SELECT count(*) FILTER (matched), count(*) FILTER (NOT matched)
FROM (
  SELECT EXISTS (SELECT 1 FROM left_rows l WHERE $same) AS matched
  FROM (SELECT DISTINCT $keys FROM right_rows) r)
