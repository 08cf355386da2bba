-- How many keys of the right side some left row has, and how many none has.
SELECT count_if(matched), count_if(NOT matched)
FROM (
  SELECT EXISTS (SELECT 1 FROM left_rows l WHERE $same) AS matched
  FROM (SELECT DISTINCT $keys FROM right_rows) r)
