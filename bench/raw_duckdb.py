"""Runs SQL from stdin in one process on the very engine library that ingot uses: raw_duckdb.py LIBRARY DATABASE.

Through its C interface, without the duckdb package: importing that would cost the hand-written side time that no
hand-written program needs.
"""
import ctypes
import sys


class Result(ctypes.Structure):
    _fields_ = [("opaque", ctypes.c_char * 64)]


def main(library: str, database: str) -> None:
    duckdb = ctypes.CDLL(library)
    duckdb.duckdb_result_error.restype = ctypes.c_char_p
    db, connection, result = ctypes.c_void_p(), ctypes.c_void_p(), Result()
    if duckdb.duckdb_open(database.encode(), ctypes.byref(db)):
        sys.exit(f"cannot open {database}")
    duckdb.duckdb_connect(db, ctypes.byref(connection))
    if duckdb.duckdb_query(connection, sys.stdin.read().encode(), ctypes.byref(result)):
        sys.exit(duckdb.duckdb_result_error(ctypes.byref(result)).decode())
    duckdb.duckdb_disconnect(ctypes.byref(connection))
    duckdb.duckdb_close(ctypes.byref(db))


main(*sys.argv[1:])
