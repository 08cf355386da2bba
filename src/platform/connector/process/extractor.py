"""Runs an extractor class for ingot: extractor.py MODULE CLASS DATE [--config FILE] [--state FILE].

The class takes no arguments; fetch_records(config, run_date) returns a list of records and a cursor or None. Records go to
stdout as messages of Singer, the cursor as a STATE; what the class itself prints goes to stderr.
"""
import argparse
import datetime
import importlib
import json
import os
import sys
import types


def offer_base_class():
    """Classes written for the foundry inherit from its BaseExtractor, which need not be installed here."""
    try:
        importlib.import_module("core.extractors.base")
    except ImportError:
        for name in ("core", "core.extractors", "core.extractors.base"):
            sys.modules.setdefault(name, types.ModuleType(name))
        sys.modules["core.extractors.base"].BaseExtractor = type("BaseExtractor", (), {})


def plain(value):
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if hasattr(value, "item"):
        return value.item()
    return str(value)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("module")
    parser.add_argument("class_name")
    parser.add_argument("date")
    parser.add_argument("--config")
    parser.add_argument("--state")
    asked = parser.parse_args()

    messages = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.path.insert(0, os.getcwd())
    config = json.load(open(asked.config, encoding="utf-8")) if asked.config else {}
    if asked.state:
        config["cursor"] = json.load(open(asked.state, encoding="utf-8"))
    offer_base_class()
    extractor = getattr(importlib.import_module(asked.module), asked.class_name)()
    answer = extractor.fetch_records(config, datetime.date.fromisoformat(asked.date))
    if not isinstance(answer, tuple) or len(answer) != 2:
        sys.exit(f"{asked.class_name}.fetch_records must return a list of records and a cursor or None")
    records, cursor = answer
    stream = os.environ["INGOT_TABLE"]
    for record in records:
        if not isinstance(record, dict):
            sys.exit(f"{asked.class_name}.fetch_records: a record must be a dict, not {type(record).__name__}")
        json.dump({"type": "RECORD", "stream": stream, "record": record}, messages, default=plain, ensure_ascii=False)
        messages.write("\n")
    if cursor is not None:
        json.dump({"type": "STATE", "value": cursor}, messages, default=plain)
        messages.write("\n")
    messages.close()


main()
