#!/bin/sh
# taps.sh ROOT: the Singer taps that tests run, each in an environment of its own under .deps/taps/, exactly as
# tools/requirements-tap-*.txt pin them. What they ask for themselves contradicts itself, so it is not asked.
set -eu
cd "$1"
for pins in tools/requirements-tap-*.txt; do
    name=${pins#tools/requirements-tap-}
    tap=.deps/taps/${name%.txt}
    cmp -s "$pins" "$tap/requirements.txt" && [ -x "$tap/bin/python" ] && continue
    echo "Setting up $tap from $pins"
    rm -rf "$tap"
    mkdir -p .deps/taps
    .venv/bin/python -m venv "$tap"
    "$tap/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r "$pins"
    cp "$pins" "$tap/requirements.txt"
done
