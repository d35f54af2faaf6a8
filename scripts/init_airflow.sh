#!/bin/sh
# Bring Airflow's database to this version, and make the writer's pool and the first user. May run again.
set -eu
airflow db migrate
airflow pools set medline_writer 1 "one writer to DuckDB"
airflow users create --role Admin --username admin --password "$ADMIN_PASSWORD" \
    --firstname admin --lastname admin --email admin@localhost
