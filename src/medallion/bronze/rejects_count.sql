-- The rejected lines of one scan. Where one reject spans lines, or the reader lost its way, only our own splitter can
-- say which lines are good.
SELECT
    count_if(lacks_fields),
    count_if(needs_splitter),
    count(*)
FROM (
    SELECT
        bool_or(error_type = 'MISSING COLUMNS') AS lacks_fields,
        bool_or(error_type IN ('LINE SIZE OVER MAXIMUM', 'INVALID STATE', 'SNIFFING')
            OR (error_type = 'UNQUOTED VALUE' AND regexp_matches(trim(csv_line, chr(10) || chr(13)), '[\r\n]'))) AS needs_splitter
    FROM ingot_rejects
    GROUP BY file_id, line, line_byte_position
)
