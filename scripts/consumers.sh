#!/bin/sh
# See that there are pandoc and bibutils for tests/outputs/export: as root install Debian's where one is missing, else
# say how.
set -eu
missing=
command -v pandoc >/dev/null 2>&1 || missing="$missing pandoc"
command -v ris2xml >/dev/null 2>&1 || missing="$missing bibutils"
if [ -z "$missing" ]; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    # shellcheck disable=SC2086  # one word a package
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "missing here:$missing; on Debian: sudo apt-get install$missing" >&2
    exit 1
fi
