#!/bin/sh
# Run the real DAG, in one process on SQLite, over a sample mirror of invented citations, and show an answer.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
home=home
export PATH="$PWD/$bin:$PATH"
export AIRFLOW_HOME="$PWD/$home/airflow"
export AIRFLOW__CORE__LOAD_EXAMPLES=False
export AIRFLOW__CORE__DAGS_FOLDER="$PWD/dags"
export AIRFLOW__LOGGING__LOGGING_LEVEL=WARNING
log="$home/airflow.log"
mkdir -p "$home"

step() {
    echo "→ $1"
    shift
    "$@" >>"$log" 2>&1 || {
        tail -n 40 "$log" >&2
        echo "failed; the whole log is in $log" >&2
        exit 1
    }
}

: >"$log"
step "a sample mirror: two baseline files, two update files, a MEDLINE text export, MeSH" python -m sample "$home/mirror"
step "Airflow's database" airflow db migrate
step "the pools of the DAGs" airflow pools import dags/medline_pools.json
step "the DAG medline_mesh: MeSH for the first version" \
    airflow dags test medline_mesh --conf "{\"mesh\": \"$PWD/$home/mirror/MESH_FILES\", \"home\": \"$PWD/$home\"}"
step "the DAG medline_baseline: list → ingest → publish" \
    airflow dags test medline_baseline --conf "{\"mirror\": \"$PWD/$home/mirror\", \"home\": \"$PWD/$home\"}"
step "the DAG medline_feeds: feeds → page" airflow dags test medline_feeds --conf "{\"home\": \"$PWD/$home\"}"
question="SELECT descriptor, count(DISTINCT pmid) AS citations, count(*) FILTER (is_major) AS as_major_topic
FROM mesh GROUP BY descriptor ORDER BY citations DESC, descriptor LIMIT 10"
echo
echo "The ten most frequent MeSH descriptors:"
medline query "$question" --home "$home"
echo "Citations with a lake disease, itself or one below it in the sample's MeSH tree:"
medline query "SELECT count(*) AS citations FROM articles WHERE has_mesh(pmid, 'Lake Diseases', explode := true)" --home "$home"
medline query "SELECT count(*) AS citations, min(pub_year) AS from_year, max(pub_year) AS to_year FROM articles" --home "$home"
cat <<TXT
The database is $home/warehouse/medline.duckdb
The feeds are   $home/feeds/manifest.json
The page is     $home/feeds/dashboard.html

Ask the next question:

    .venv/bin/medline query "SELECT title, pub_date FROM articles WHERE pub_year = 2020 LIMIT 5"
    .venv/bin/medline schema
    .venv/bin/medline status
TXT
