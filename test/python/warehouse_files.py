"""Which files of a warehouse are named by nothing: neither a table's log, nor a slice's metadata, nor ingot's own state."""
import json
from pathlib import Path

OWN = {"catalog.duckdb"}


def named_by_logs(warehouse: Path) -> str:
    """All that every version of every table says, as one text: files have names that are never used again."""
    return "\n".join(path.read_text() for path in warehouse.rglob("_delta_log/*.json"))


def named_by_slices(warehouse: Path) -> set[Path]:
    files = set()
    for metadata in warehouse.glob("bronze/**/_metadata.json"):
        slice = metadata.parent
        files |= {metadata, slice / "_checksums.json"}
        said = metadata.read_text() + (slice / "_checksums.json").read_text() if (slice / "_checksums.json").exists() else metadata.read_text()
        files |= {path for path in slice.iterdir() if path.name in said or path.name == "part-0001.parquet"}
        files |= {warehouse / text for text in strings(json.loads(metadata.read_text())) if text.startswith("_quarantine/")}
    return files


def exchanged_whole(warehouse: Path) -> set[Path]:
    """Tables that are plain files stand in folders that are exchanged whole, each with a mark of its version."""
    return {path for mark in warehouse.glob("**/.version.json") if "staging" not in mark.parts for path in mark.parent.rglob("*")}


def strings(value) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in items for text in strings(item)]


def is_state(path: Path) -> bool:
    """Records of runs, locks, views and marks; what is being made lies in other folders of _ingot."""
    return path.parts[0] == "_ingot" and path.parts[1] in ("runs", "locks", "views", "catalog") and ".tmp" not in path.name


def unnamed_files(warehouse: Path) -> list[str]:
    logs, slices, unnamed = named_by_logs(warehouse), named_by_slices(warehouse) | exchanged_whole(warehouse), []
    for path in sorted(p for p in warehouse.rglob("*") if p.is_file()):
        inside = path.relative_to(warehouse)
        if str(inside) in OWN or is_state(inside) or path in slices:
            continue
        if path.parent.name == "_delta_log":
            if ".tmp" not in path.name:
                continue
        elif path.name in logs:
            continue
        unnamed.append(str(inside))
    return unnamed
