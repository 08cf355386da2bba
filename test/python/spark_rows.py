"""spark_rows.py ASKED: what Spark reads of Delta tables, pickled to standard output, one list of rows a table.

ASKED is JSON: [{"path": ..., "version": ... or null, "where": ... or null}, ...]. It runs with Spark's own packages, see
tools/deps-spark.lock, and shares nothing with the tests but this file.
"""
import json
import os
import pickle
import sys

from pyspark.sql import SparkSession

# The gateway's process writes to our standard output; what we say goes to a copy of it.
answer = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
spark = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
         .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
         .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
         .config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "1").config("spark.databricks.delta.snapshotPartitions", "1")
         .config("spark.driver.memory", "1g").config("spark.driver.host", "127.0.0.1")
         .config("spark.driver.bindAddress", "127.0.0.1").getOrCreate())
tables = []
for asked in json.loads(sys.argv[1]):
    reader = spark.read.format("delta")
    if asked["version"] is not None:
        reader = reader.option("versionAsOf", asked["version"])
    frame = reader.load(asked["path"])
    if asked["where"]:
        frame = frame.where(asked["where"])
    tables.append([row.asDict(recursive=True) for row in frame.collect()])
pickle.dump(tables, answer)
answer.close()
spark.stop()
