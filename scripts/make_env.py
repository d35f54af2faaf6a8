#!/usr/bin/env python3
"""Write `.env`, the secrets and settings of docker-compose.yml: `python3 scripts/make_env.py [PATH]`.

An existing file stays as it is: other secrets would lock out the database and what Airflow encrypted.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
from pathlib import Path

SETTINGS = """\
# Secrets of docker-compose.yml. Keep this file with the volumes: nothing else opens what Airflow encrypted.
POSTGRES_PASSWORD={password}
REDIS_PASSWORD={broker}
FERNET_KEY={fernet}
JWT_SECRET={jwt}
API_SECRET_KEY={api}
ADMIN_PASSWORD={admin}
STORE_ACCESS_KEY={access}
STORE_SECRET_KEY={secret}

# Address and ports that the host listens on; 0.0.0.0 is everybody, so put a proxy with TLS before them first.
#BIND=127.0.0.1
#AIRFLOW_PORT=8080
#AIRFLOW_URL=http://localhost:8080
#WEB_PORT=8081
#STORE_PORT=7070

# NLM asks for a mail address; docs/reference/settings.md has the rest.
#MEDLINE_CONTACT=you@example.org
#MEDLINE_MIRROR=https://ftp.ncbi.nlm.nih.gov/pubmed/

# Workers, tasks at a time in each, files at a time in each task: their product is the processors that reading takes.
#WORKERS=1
#WORKER_CONCURRENCY=2
#WORKER_MEMORY=6G
#MEDLINE_THREADS=1

# The object store of this file, in place of the volume.
#COMPOSE_PROFILES=store
#MEDLINE_HOME=s3://medline/home
#AWS_ENDPOINT_URL=http://store:7070
#AWS_ACCESS_KEY_ID={access}
#AWS_SECRET_ACCESS_KEY={secret}
"""


def main() -> None:
    """Write the file, readable by its owner only."""
    path = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / ".env")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.exit(f"{path} is there already, and stays as it is")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(
            SETTINGS.format(
                password=secrets.token_hex(32),
                broker=secrets.token_hex(32),
                fernet=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
                jwt=secrets.token_urlsafe(64),
                api=secrets.token_urlsafe(64),
                admin=secrets.token_urlsafe(18),
                access=secrets.token_hex(10),
                secret=secrets.token_hex(32),
            )
        )
    print(f"{path}: written; the password of Airflow's user admin is ADMIN_PASSWORD there")


if __name__ == "__main__":
    main()
