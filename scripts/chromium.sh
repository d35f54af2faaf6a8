#!/bin/sh
# See that there is a Chromium for tests/outputs/test_dashboard.py: as root install Debian's where it is missing, else say how.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null
else
    echo "no Chromium here; on Debian: sudo apt-get install chromium" >&2
    exit 1
fi
