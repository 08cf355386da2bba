-- One row for each rejected line, as quarantine shows it.
SELECT
    s.file_path AS input,
    r.line::BIGINT AS line,
    trim(any_value(r.csv_line), chr(10) || chr(13)) AS text,
    string_agg(DISTINCT CASE r.error_type
        WHEN 'CAST' THEN r.error_message
        WHEN 'TOO MANY COLUMNS' THEN 'more fields than columns'
        WHEN 'INVALID ENCODING' THEN 'not valid UTF-8'
        ELSE r.error_message END, '; ') AS reason
FROM ingot_rejects r
JOIN ingot_scans s ON s.scan_id = r.scan_id AND s.file_id = r.file_id
GROUP BY s.file_path, r.file_id, r.line, r.line_byte_position
ORDER BY r.file_id, r.line
