"""A mirror's dumps into the warehouse: list → transform → load → check.

Every task is one call into `etl` and may run again. Only `load` writes the database: its pool has one slot.
"""

from __future__ import annotations

from airflow.sdk import Param, dag, task

from etl import settings


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    params={
        "mirror": Param(
            str(settings.mirror().absolute()), type="string", description="Directory laid out like NLM's mirror."
        ),
        "home": Param(str(settings.home().absolute()), type="string", description="Directory of lake and warehouse."),
        "engine": Param("compiled", enum=["compiled", "reference"], description="Reader of the files."),
    },
    tags=["medline"],
    doc_md=__doc__,
)
def medline_baseline():
    @task
    def list_batches(params: dict | None = None) -> list[list[str]]:
        """The mirror's files in order, in batches: a baseline has more files than a DAG may map."""
        from etl.pipeline import list_batches

        return list_batches(params["mirror"])

    @task
    def transform(names: list[str], params: dict | None = None) -> list[str]:
        """Read the files of a batch into the lake."""
        from etl.pipeline import transform_names

        return transform_names(params["mirror"], params["home"], names, params["engine"])

    @task(pool="medline_writer", trigger_rule="all_done")
    def load(params: dict | None = None) -> list[str]:
        """Apply in order what the lake holds, up to the first file that failed; fails if there is one."""
        from etl.pipeline import load

        return load(params["mirror"], params["home"])

    @task
    def check(params: dict | None = None) -> list[str]:
        """Run sql/checks."""
        from etl.pipeline import check

        return check(params["home"])

    transform.expand(names=list_batches()) >> load() >> check()


medline_baseline()
