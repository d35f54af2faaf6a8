#!/bin/sh
# See that .spark has Spark with Iceberg, for tests/outputs/iceberg and bench/spark.py: PySpark (480 MB, so not in the
# lock of the project), the runtime of Iceberg, which no package of Apache's on PyPI has, and Debian's SQLite driver for
# Java. Java 17 comes from Debian where there is none.
set -eu
cd "$(dirname "$0")/.."
spark=.spark
if [ -e "$spark/.ready" ] && [ ! requirements-spark.lock -nt "$spark/.ready" ]; then
    exit 0
fi
if ! command -v java >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless >/dev/null
    else
        echo "missing here: java; on Debian: sudo apt-get install openjdk-17-jre-headless" >&2
        exit 1
    fi
fi
rm -rf "$spark"
"${PYTHON:-python3}" -m venv "$spark"
# 1.0.3 of the runtime lacks the classes of Jackson that Iceberg needs; it is a jar, for any Python
"$spark/bin/python" -m pip install --quiet --disable-pip-version-check --ignore-requires-python --require-hashes \
    -r requirements-spark.lock
cd "$spark"
sqlite="libxerial-sqlite-jdbc-java libxerial-sqlite-jdbc-jni"
# shellcheck disable=SC2086  # one word a package
apt-get download -qq $sqlite 2>/dev/null || { apt-get update -qq && apt-get download -qq $sqlite; }
for package in libxerial-sqlite-jdbc-*.deb; do
    dpkg -x "$package" sqlite
done
rm libxerial-sqlite-jdbc-*.deb
touch .ready
