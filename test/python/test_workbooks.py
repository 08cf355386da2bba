"""Sheets that are no plain table: every cell with a value lands.

INGOT names the program.
"""
import csv
import io
import os
import subprocess
import zipfile

import pytest

INGOT = os.environ.get("INGOT")
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT is not set")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DAY, MOMENT = "day", "moment"  # styles of cells


def relation(number, kind, target):
    return f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def part(name, kind):
    return (f'<Override PartName="/xl/{name}.xml" ContentType='
            f'"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>')


def cell(place, value):
    if value is None:
        return ""
    if isinstance(value, tuple):
        return f'<c r="{place}" s="{1 if value[0] == DAY else 2}"><v>{value[1]}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def workbook(path, rows, properties=""):
    sheet = "".join(f'<row r="{i}">' + "".join(cell(f"{chr(65 + j)}{i}", value) for j, value in enumerate(row)) + "</row>"
                    for i, row in enumerate(rows, 1))
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">'
                      f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                      f'<Default Extension="xml" ContentType="application/xml"/>{part("workbook", "sheet.main")}'
                      f'{part("worksheets/sheet1", "worksheet")}{part("styles", "styles")}</Types>')
        for name, relations in (("_rels/.rels", relation(1, "officeDocument", "xl/workbook.xml")),
                                ("xl/_rels/workbook.xml.rels", relation(1, "worksheet", "worksheets/sheet1.xml")
                                 + relation(2, "styles", "styles.xml"))):
            book.writestr(name, f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>')
        book.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}'
                      '<sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>')
        book.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/>'
                      '<xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>')
        book.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>')


def landed(folder, rows, properties="", options=""):
    (folder / "sources").mkdir()
    workbook(folder / "a.xlsx", rows, properties)
    (folder / "sources/s.yml").write_text(
        f"system: s\nconnection: {{path: .}}\ntables:\n  - {{name: a, path: a.xlsx{options}}}\n")
    (folder / "ingot.yml").write_text("config_version: 1\nname: t\n")
    subprocess.run([INGOT, "run", "--date", "2026-01-01", "--quiet"], cwd=folder, check=True, timeout=60)
    sql = "SELECT * EXCLUDE (_ingot_slice, _ingot_file, _ingot_row) FROM bronze.s_a ORDER BY _ingot_row"
    text = subprocess.run([INGOT, "query", sql, "--format", "csv"], cwd=folder, check=True, timeout=60, capture_output=True, text=True).stdout
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("sheet, expected", [
    ([["id", "x"], [1, 2]], [["id", "x"], ["1", "2"]]),
    ([["id", None, "x"], [1, 3, 4]], [["id", "B", "x"], ["1", "3", "4"]]),
    ([["id", "x"], [1, 2, None, "checked"]], [["id", "x", "D"], ["1", "2", "checked"]]),
    ([["Report"], [], ["id", "x"], [1, 2]], [["Report", "B"], ["id", "x"], ["1", "2"]]),
    ([[None, "Report"], ["id", "x"]], [["A", "Report"], ["id", "x"]]),
], ids=["table", "column without a name", "note beside", "title above", "title to the right"])
def test_every_cell_with_a_value_lands(tmp_path, sheet, expected):
    assert landed(tmp_path, sheet) == expected


def test_a_range_is_what_is_read(tmp_path):
    sheet = [["Report", "of", "2026"], ["id", "x"], [1, 2]]
    assert landed(tmp_path, sheet, options=', range: "A2:B3"') == [["id", "x"], ["1", "2"]]


def test_days_count_from_1904_where_the_workbook_says_so(tmp_path):
    sheet = [["day", "moment"], [(DAY, 44561), (MOMENT, 44561.5)]]
    assert landed(tmp_path, sheet, '<workbookPr date1904="1"/>') == [["day", "moment"], ["2026-01-01", "2026-01-01 12:00:00"]]
