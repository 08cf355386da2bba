"""ingot_canonical and ingot_whole give what the engine's own casts and prints say of the same texts, for usual spellings
(which we read ourselves) and for odd ones."""
import json
import os
import random
import subprocess

import pytest

INGOT = os.environ["INGOT"]
SEED = 20261121
TYPES = ["TINYINT", "INTEGER", "BIGINT", "UTINYINT", "UBIGINT", "HUGEINT", "UHUGEINT", "DECIMAL(4,1)", "DECIMAL(12,2)", "DECIMAL(18,0)",
         "DECIMAL(30,3)", "DATE", "TIME", "TIMESTAMP", "DOUBLE", "BOOLEAN"]
ODD = ["", " 1", "1 ", "+1", "-0", "-0.0", "0.0", "00", "007", "1.", ".5", "1e3", "15e-1", "1E400", "nan", "inf", "-", ".", "1.0", "1.10", "1_000",
       "true", "false", "True", "t", "0x10", "99999999999999999999", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
       "0000-01-01", "0001-01-01", "2024-02-29", "2023-02-29", "2024-1-1", "2024/01/01", "20240101", "2024-01-01 00:00:00", "2024-01-01T10:00:00",
       "2024-01-01 24:00:00", "2024-01-01 23:59:60", "2024-01-01 10:00:00.5", "2024-01-01 10:00:00.50", "2024-01-01 10:00:00.1234567",
       "2024-01-01 10:00:00+02", "10:00:00", "10:00:00.25", "24:00:00", "9:00:00", "infinity", "-infinity", "epoch", "0.0001", "0.00001", "1e16",
       "10000000000000000.0", "0.1", "0.10", "123456789012345.6", "1234567890123456.7", "-5e-324", "é", "1\t", "-1.5", "2.5", "-0.01", "999.95"]


def texts(random):
    found = list(ODD)
    for _ in range(4000):
        digits = random.randint(1, 20)
        whole = str(random.randint(-10**digits, 10**digits))
        found += [whole, f"{whole}.{random.randint(0, 10**random.randint(1, 8))}", repr(random.uniform(-1, 1) * 10 ** random.randint(-6, 18)),
                  f"{random.randint(0, 9999):04}-{random.randint(0, 13):02}-{random.randint(0, 32):02}"]
        found.append(f"{found[-1]} {random.randint(0, 24):02}:{random.randint(0, 60):02}:{random.randint(0, 60):02}")
        found.append(f"{found[-1]}.{random.randint(0, 10**random.randint(1, 7))}")
    return found


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("casts")
    (folder / "ingot.yml").write_text("config_version: 1\nname: casts\n")
    with open(folder / "texts.jsonl", "w") as out:
        out.writelines(json.dumps({"t": text}) + "\n" for text in texts(random.Random(SEED)))
    return folder


def query(project, sql):
    done = subprocess.run([INGOT, "query", "--project-dir", str(project), "--format", "json", sql], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("kind", TYPES)
def test_canonical_is_what_prints_as_it_came(project, kind):
    wrong = query(project, f"""SELECT t, ours, engines FROM (SELECT t, TRY(ingot_canonical(t, '{kind}', 'stop'))::VARCHAR AS ours,
        CASE WHEN TRY_CAST(t AS {kind})::VARCHAR = t THEN t END AS engines
        FROM read_json('{project}/texts.jsonl', columns = {{t: 'VARCHAR'}})) WHERE ours IS DISTINCT FROM engines LIMIT 20""")
    assert wrong == []


@pytest.mark.parametrize("kind", TYPES[:12])
def test_whole_gives_the_engines_value_or_stops(project, kind):
    """Where it gives a value, that is the engine's and nothing was cut; it always gives one for text that prints as it came."""
    wrong = query(project, f"""SELECT t, ours, engines FROM (SELECT t, TRY(ingot_whole(t, '{kind}', 'stop')) AS ours, TRY_CAST(t AS {kind}) AS engines
        FROM read_json('{project}/texts.jsonl', columns = {{t: 'VARCHAR'}}))
        WHERE (ours IS NOT NULL AND ours IS DISTINCT FROM engines)
           OR (ours IS NULL AND engines::VARCHAR = t)
           OR ('{kind}' <> 'DATE' AND ours IS NOT NULL AND TRY_CAST(t AS DECIMAL(38, 12)) <> TRY_CAST(ours::VARCHAR AS DECIMAL(38, 12)))
           OR ('{kind}' = 'DATE' AND ours IS NOT NULL AND CAST(ours AS VARCHAR)::TIMESTAMP <> TRY_CAST(t AS TIMESTAMP)) LIMIT 20""")
    assert wrong == []


@pytest.mark.parametrize("kind", TYPES)
def test_canonical_or_null_is_null_where_canonical_stops(project, kind):
    wrong = query(project, f"""SELECT t, may_be_null, may_stop FROM (SELECT t, ingot_canonical_or_null(t, '{kind}') AS may_be_null,
        TRY(ingot_canonical(t, '{kind}', 'stop')) AS may_stop
        FROM read_json('{project}/texts.jsonl', columns = {{t: 'VARCHAR'}})) WHERE may_be_null IS DISTINCT FROM may_stop LIMIT 20""")
    assert wrong == []


def test_texts_that_stand_for_no_value_are_null_and_others_stay(project):
    """In chunks with and without such texts, of all lengths, also as dictionary and constant."""
    nothing = "['NA', 'nan', '#N/A N/A', '']"
    counted = query(project, f"""SELECT count(*) AS rows, count(*) FILTER (ours IS DISTINCT FROM engines) AS wrong, count(*) - count(ours) AS nulls FROM (
        SELECT ingot_unless_one_of(t, {nothing}) AS ours, CASE WHEN list_contains({nothing}, t) THEN NULL ELSE t END AS engines
        FROM (SELECT CASE WHEN i > 5000 AND i % 7 = 0 THEN ['NA', 'nan', '#N/A N/A', '', NULL, 'NaN', 'NAN', 'a longer text that is not inlined'][1 + i % 8]
                     ELSE 'value ' || i % 100 END AS t FROM range(20000) AS r(i)))""")[0]
    assert counted["wrong"] == 0 and counted["nulls"] > 1000 and counted["rows"] == 20000
    assert query(project, f"SELECT ingot_unless_one_of('NA', {nothing}) AS a, ingot_unless_one_of('b', {nothing}) AS b") == [{"a": None, "b": "b"}]


def test_a_stop_names_its_message(project):
    done = subprocess.run([INGOT, "query", "--project-dir", str(project), "SELECT ingot_whole('1.5', 'BIGINT', 'stopped here')"],
                          capture_output=True, text=True)
    assert done.returncode != 0 and "stopped here" in done.stderr
