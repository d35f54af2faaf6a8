#!/bin/sh
# See that there is an nginx for tests/dags/test_compose.py: as root install Debian's where it is missing, else say how.
set -eu
if command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ]; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    # RUNLEVEL=1: the package is not to start its server
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light >/dev/null
else
    echo "no nginx here; on Debian: sudo apt-get install nginx-light" >&2
    exit 1
fi
