#!/bin/sh
# Bring Airflow's database to this version, and make the pools of the DAGs and the first user. May run again.
set -eu
airflow db migrate
airflow pools import dags/medline_pools.json
if [ -n "${MEDLINE_CONNECTIONS:-}" ]; then
    airflow pools set medline_mirror "$MEDLINE_CONNECTIONS" "connections to the mirror, one a task"
fi
airflow users create --role Admin --username admin --password "$ADMIN_PASSWORD" \
    --firstname admin --lastname admin --email admin@localhost
