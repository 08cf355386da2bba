#!/bin/sh
# venv.sh ROOT: the private Python environment of the tools and tests, exactly as tools/requirements.txt pins it.
set -eu
cd "$1"
cmp -s tools/requirements.txt .venv/requirements.txt && [ -x .venv/bin/python ] && exit 0

echo "Setting up .venv from tools/requirements.txt"
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    rm -rf .venv
    # The python3 on the PATH may be somebody's older one; the distribution's is new enough.
    python=python3
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || python=/usr/bin/python3
    "$python" -m venv .venv
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
    -r tools/requirements.txt
cp tools/requirements.txt .venv/requirements.txt
