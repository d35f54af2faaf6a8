#!/bin/sh
# Make a venv from requirements.lock with uv where there is one, else with pip. Needs Python 3.11 to 3.13, nothing else.
set -eu
venv=${1:-.venv}
cd "$(dirname "$0")/.."

usable() {
    "$1" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null
}

python=
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
    if usable "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "needs Python 3.11, 3.12 or 3.13 with its venv module (on Debian: apt-get install python3-venv);" \
        "name another one with PYTHON=/path/to/python make setup" >&2
    exit 1
fi

rm -rf "$venv"
"$python" -m venv "$venv"
if command -v uv >/dev/null 2>&1; then
    uv=uv
elif "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
    -r requirements-setup.lock >/dev/null 2>&1; then
    uv="$venv/bin/python -m uv"
else
    uv=
fi
if [ -n "$uv" ]; then
    $uv pip install --quiet --python "$venv/bin/python" --require-hashes -r requirements.lock
    $uv pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation -e .
else
    "$venv/bin/python" -m pip install --quiet --require-hashes -r requirements.lock
    "$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation -e .
fi
touch "$venv/.ready"
echo "ready: $venv ($("$venv/bin/python" --version))"
