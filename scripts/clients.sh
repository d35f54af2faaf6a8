#!/bin/sh
# See that .clients has small and old clients of the database, for tests/warehouse/test_clients.py: DuckDB 1.4 in a venv
# of its own and DuckDB-Wasm, 140 MB, so not in the lock of the project. Node.js comes from Debian where there is none.
set -eu
cd "$(dirname "$0")/.."
clients=.clients
for lock in requirements-clients.lock scripts/clients/package-lock.json; do
    if [ "$lock" -nt "$clients/.ready" ]; then
        rm -rf "$clients"
    fi
done
if [ -e "$clients/.ready" ]; then
    exit 0
fi
if ! command -v npm >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm >/dev/null
    else
        echo "missing here: npm; on Debian: sudo apt-get install npm" >&2
        exit 1
    fi
fi
rm -rf "$clients"
"${PYTHON:-python3}" -m venv "$clients"
"$clients/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-clients.lock
cp scripts/clients/package.json scripts/clients/package-lock.json "$clients"
npm ci --prefix "$clients" --silent --ignore-scripts
touch "$clients/.ready"
