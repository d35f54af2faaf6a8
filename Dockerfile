# The image of docker-compose.yml's Airflow services: the locked packages, the project, the DAGs. No secret goes in.
# Images are pinned by tag; pin them by digest where your registry can be asked for one.
FROM python:3.13.12-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 NUMBA_CACHE_DIR=/kernels PATH=/opt/venv/bin:$PATH
RUN python -m venv /opt/venv
WORKDIR /build
COPY requirements-production.lock ./
RUN pip install --require-hashes --only-binary :all: --requirement requirements-production.lock
COPY pyproject.toml README.md ./
COPY etl etl
COPY sql sql
COPY sample sample
RUN pip install --no-deps --no-build-isolation .
# Reading a sample compiles the readers once, for every container on processors of this kind, and tries the image.
RUN python -m sample mirror && medline sync --mirror mirror --home home && rm -rf mirror home

FROM python:3.13.12-slim-trixie AS airflow
RUN groupadd --gid 10001 medline \
    && useradd --uid 10001 --gid medline --no-create-home --home-dir /tmp --shell /usr/sbin/nologin medline \
    && install -d -o medline -g medline /data /data/feeds /logs /cache
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=medline:medline /kernels /kernels
WORKDIR /opt/medline
COPY dags dags
COPY scripts/init_airflow.sh scripts/
ENV PATH=/opt/venv/bin:$PATH AIRFLOW_HOME=/tmp/airflow NUMBA_CACHE_DIR=/kernels PYTHONUNBUFFERED=1
USER 10001:10001
CMD ["airflow", "version"]

# The object store keeps a bucket as a directory; a volume takes its owner from the image.
FROM versity/versitygw:v1.8.0 AS store
RUN install -d -o 10001 -g 10001 /store /store/medline
USER 10001:10001
CMD ["posix", "/store"]
