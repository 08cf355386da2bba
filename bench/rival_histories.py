"""History as dbt snapshots, SQLMesh's SCD type 2 and dlt's scd2 keep it: each with one process a day over the state of that day.

The state of a day is FOLDER/today.csv: what the source's table shows. None of the three can be given what happened instead.
Run with arguments it is that process, in the environment of bench/requirements/{sqlmesh,dlt}.txt.
"""
import json
import os
import shutil
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

DAY_ONE = date(2026, 1, 1)
SQLMESH_RUNS_AT = "00:00:00.001"  # just after the day that it is run for; no row of ours has such a moment


def day_of(number: int) -> str:
    return str(DAY_ONE + timedelta(days=number))


class Rival:
    """`columns`: name to type, among them id and updated_at; `by`: time (the row says when it changed) or values."""
    name = ""
    environment = ""

    def __init__(self, python: str, folder: Path, columns: dict[str, str], by: str = "time"):
        self.python, self.folder, self.columns, self.by = python, folder, columns, by
        self.starts: list[datetime] = []

    def prepare(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.starts.clear()
        for path, text in self.files().items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text)

    def today(self) -> str:
        return f"read_csv('{self.folder}/today.csv', header = true, columns = {self.columns})"

    def select(self) -> str:
        return "SELECT " + ", ".join(self.columns) + " FROM " + self.today()

    def deliver(self, day: int, state: Path):
        """Takes in one day and gives what that cost."""
        from measure import cost_of
        today = self.folder / "today.csv"
        today.unlink(missing_ok=True)
        today.symlink_to(state)
        self.starts.append(datetime.now(timezone.utc).replace(tzinfo=None))
        return cost_of(self.command(day), self.folder, DO_NOT_TRACK="1", SQLMESH__DISABLE_ANONYMIZED_ANALYTICS="1", RUNTIME__DLTHUB_TELEMETRY="false",
                       DBT_SEND_ANONYMOUS_USAGE_STATS="false")

    def by_clock(self, moment: str) -> str:
        """A moment of the machine's clock as the date of the run that it fell in."""
        runs = ", ".join(f"TIMESTAMP '{start}'" for start in self.starts)
        return f"TIMESTAMP '{DAY_ONE}' + to_days((len(list_filter([{runs}], lambda s: s <= {moment})) - 1)::INT)"


class Dbt(Rival):
    name, environment = "dbt snapshot", "dbt"

    def files(self) -> dict[str, str]:
        values = json.dumps([column for column in self.columns if column not in ("id", "updated_at")])
        how = "strategy='timestamp', updated_at='updated_at'" if self.by == "time" else f"strategy='check', check_cols={values}"
        return {
            "dbt_project.yml": "name: rival\nversion: '1.0'\nprofile: rival\nsnapshot-paths: [snapshots]\nflags: {send_anonymous_usage_stats: false}\n",
            "profiles.yml": f"rival: {{target: dev, outputs: {{dev: {{type: duckdb, path: '{self.folder}/rival.duckdb', threads: 2}}}}}}\n",
            "snapshots/history.sql": f"{{% snapshot history %}}\n{{{{ config(unique_key='id', {how}, hard_deletes='invalidate', target_schema='main') }}}}\n"
                                     f"{self.select()}\n{{% endsnapshot %}}\n"}

    def command(self, day: int) -> list[str]:
        return [str(Path(self.python).with_name("dbt")), "--quiet", "snapshot", "--profiles-dir", "."]

    def table(self) -> tuple[str, str]:
        clocked = {"valid_from": "valid_from", "valid_to": "valid_to"}
        for column in clocked:
            clocked[column] = f"CASE WHEN dbt_{column} >= TIMESTAMP '{self.starts[0]}' THEN {self.by_clock('dbt_' + column)} ELSE dbt_{column} END"
        return f"{self.folder}/rival.duckdb", f"SELECT {', '.join(self.columns)}, {clocked['valid_from']} AS valid_from, {clocked['valid_to']} AS valid_to FROM rival.main.history"


class Sqlmesh(Rival):
    name, environment = "SQLMesh SCD type 2", "sqlmesh"

    def files(self) -> dict[str, str]:
        typed = ", ".join(f"{column}::{kind} AS {column}" for column, kind in self.columns.items())
        values = ", ".join(column for column in self.columns if column not in ("id", "updated_at"))
        kind = ("SCD_TYPE_2_BY_TIME (unique_key id, updated_at_name updated_at, updated_at_as_valid_from true, invalidate_hard_deletes true)" if self.by == "time"
                else f"SCD_TYPE_2_BY_COLUMN (unique_key id, columns [{values}], execution_time_as_valid_from true, invalidate_hard_deletes true)")
        return {
            "config.yaml": f"gateways: {{here: {{connection: {{type: duckdb, database: '{self.folder}/rival.duckdb'}}}}}}\ndefault_gateway: here\n"
                           "model_defaults: {dialect: duckdb, start: 2026-01-01}\n",
            "models/history.sql": f"MODEL (name t.history, kind {kind}, cron '@daily');\nSELECT {typed} FROM {self.today()}\n"}

    def command(self, day: int) -> list[str]:
        return [self.python, __file__, "sqlmesh", day_of(day), day_of(day + 1)]

    def table(self) -> tuple[str, str]:
        shown = [f"CASE WHEN {column}::TIME = TIME '{SQLMESH_RUNS_AT}' THEN {column}::DATE - INTERVAL 1 DAY ELSE {column} END AS {column}"
                 for column in ("valid_from", "valid_to")]
        return f"{self.folder}/rival.duckdb", f"SELECT {', '.join([*self.columns, *shown])} FROM rival.t.history"


class Dlt(Rival):
    name, environment = "dlt scd2", "dlt"

    def files(self) -> dict[str, str]:
        return {"columns.json": json.dumps(self.columns)}

    def command(self, day: int) -> list[str]:
        return [self.python, __file__, "dlt", day_of(day)]

    def table(self) -> tuple[str, str]:
        return f"{self.folder}/rival.duckdb", (f"SELECT {', '.join(self.columns)}, CAST(_dlt_valid_from AT TIME ZONE 'UTC' AS TIMESTAMP) AS valid_from, "
                                               "CAST(_dlt_valid_to AT TIME ZONE 'UTC' AS TIMESTAMP) AS valid_to FROM rival.t.history")


ALL = [Dbt, Sqlmesh, Dlt]


def run_sqlmesh(day: str, next_day: str) -> None:
    from sqlmesh import Context
    context = Context(paths=".")
    moment = f"{next_day} {SQLMESH_RUNS_AT}"
    if not context.state_reader.get_environment("prod"):
        context.plan(execution_time=moment, auto_apply=True, no_prompts=True, skip_tests=True)
    else:
        context.run(end=day, execution_time=moment, skip_janitor=True)


def run_dlt(day: str) -> None:
    import dlt
    import duckdb
    columns = json.loads(Path("columns.json").read_text())
    names = ", ".join(columns)
    pipeline = dlt.pipeline("rival", pipelines_dir=os.getcwd() + "/pipelines", destination=dlt.destinations.duckdb(os.getcwd() + "/rival.duckdb"), dataset_name="t")

    @dlt.resource(name="history", write_disposition={"disposition": "merge", "strategy": "scd2", "boundary_timestamp": day})
    def history():
        # Of Arrow tables dlt has to be told what tells versions of a row apart; it offers a hash by pandas, this one costs less.
        yield duckdb.sql(f"SELECT {names}, md5(CAST(row({names}) AS VARCHAR)) AS _dlt_id "
                         f"FROM read_csv('today.csv', header = true, columns = {columns})").to_arrow_table()

    pipeline.run(history(), columns={"_dlt_id": {"x-row-version": True}})


if __name__ == "__main__":
    {"sqlmesh": run_sqlmesh, "dlt": run_dlt}[sys.argv[1]](*sys.argv[2:])
