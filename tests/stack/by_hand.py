"""The services of docker-compose.yml without containers: their commands, with their environment, on this machine.

What differs is in `Stack._here`: names of hosts, ports and directories. PostgreSQL is the machine's own (a database and
a role are made in it, and dropped), the broker is a redis-server started by the file's own command.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2
import psutil
import psycopg

from stack import compose
from stack.compose import ROOT, Service

POSTGRES = {"host": "127.0.0.1", "port": 5432, "user": "postgres", "dbname": "postgres"}
#: Seconds until something that should come counts as not coming; a busy machine takes its time.
PATIENCE = 300
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer")
ENDED = ("success", "failed")


class Stack:
    """`with Stack(directory) as stack:` is up once the DAGs can be triggered; see `run`.

    Args:
        directory: for homes, logs and the broker's files.
        workers: how many.
        settings: variables of `.env`, beside the secrets that scripts/make_env.py makes.
        environment: set for all services, in place of what the file says.
    """

    def __init__(
        self,
        directory: Path,
        workers: int = 2,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.directory, self.workers, self.environment = directory, workers, dict(environment or {})
        env = directory / ".env"
        subprocess.run([sys.executable, ROOT / "scripts" / "make_env.py", env], check=True, stdout=subprocess.DEVNULL)
        self.database = f"medline_stack_{os.getpid()}_{secrets.token_hex(3)}"
        names = {"POSTGRES_USER": self.database, "POSTGRES_DB": self.database}
        self.variables = {**compose.read_variables(env), **names, **(settings or {})}
        self.services = compose.services(self.variables)
        self.ports = _free_ports("api", "broker", "health")
        self.url = f"http://127.0.0.1:{self.ports['api']}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.api: httpx2.Client | None = None

    def __enter__(self) -> Stack:
        try:
            self._make_database()
            self.start("redis")
            self._wait_for(lambda: self.is_healthy("redis"), "the broker")
            self.start("airflow-init")
            if self.processes.pop("airflow-init").wait(PATIENCE):
                raise RuntimeError(f"airflow-init failed: {self.log('airflow-init')[-3000:]}")
            for name in (*AIRFLOW, *self.worker_names):
                self.start(name)
            self._wait_for(self.log_in, "the API")
            for dag in ("medline_baseline", "medline_updates", "medline_feeds"):
                self._wait_for(lambda dag=dag: self.api.get(f"dags/{dag}").status_code == 200, dag)
            for name in self.worker_names:
                self._wait_for(lambda name=name: " ready." in self.log(name), name)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.api:
            self.api.close()
        for name in [*self.processes]:
            self.kill(name)
        with psycopg.connect(**POSTGRES, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
            connection.execute(f"DROP ROLE IF EXISTS {self.database}")

    @property
    def worker_names(self) -> list[str]:
        return [f"worker-{number}" for number in range(self.workers)]

    def start(self, name: str) -> None:
        """Start a service; it has a session of its own, as a container has its own processes."""
        command, environment = self._here(name)
        with self._log_path(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """kill -9 all processes of a service at once, as when its container or machine is lost."""
        process = self.processes.pop(name)
        _kill(_family(process))
        process.wait()

    def is_healthy(self, name: str) -> bool:
        """Run the health check of the file."""
        command, environment = self._here(name, self._service(name).health)
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, timeout=PATIENCE)
        with self._log_path(f"{name}.health").open("ab") as log:
            log.write(done.stdout + done.stderr)
        return done.returncode == 0

    def log(self, name: str) -> str:
        """What a service printed."""
        return self._log_path(name).read_text("utf-8", "replace")

    def log_in(self) -> bool:
        """Get a token, as a user of the API does; whether there is one to answer."""
        try:
            user = {"username": "admin", "password": self.variables["ADMIN_PASSWORD"]}
            answer = httpx2.post(f"{self.url}/auth/token", json=user, timeout=60, trust_env=False)
        except httpx2.TransportError:
            return False
        if answer.status_code != 201:
            return False
        token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        self.api = httpx2.Client(base_url=f"{self.url}/api/v2/", headers=token, timeout=60, trust_env=False)
        return True

    def trigger(self, dag: str, **conf: str) -> str:
        """Trigger a run by the API, and return its id."""
        answer = self.api.post(f"dags/{dag}/dagRuns", json={"logical_date": None, "conf": conf})
        answer.raise_for_status()
        return answer.json()["dag_run_id"]

    def finish(self, dag: str, run: str) -> str:
        """Wait for the end of a run, and return its state."""
        path = f"dags/{dag}/dagRuns/{run}"
        self._wait_for(lambda: self._get(path)["state"] in ENDED, f"the end of {dag}")
        return self._get(path)["state"]

    def run(self, dag: str, **conf: str) -> str:
        """Trigger a run, wait for its end, and return its state."""
        return self.finish(dag, self.trigger(dag, **conf))

    def runs(self, dag: str) -> list[dict[str, Any]]:
        return self._get(f"dags/{dag}/dagRuns")["dag_runs"]

    def tasks(self, dag: str, run: str) -> list[dict[str, Any]]:
        """The task instances of a run."""
        return self._get(f"dags/{dag}/dagRuns/{run}/taskInstances", limit=1000)["task_instances"]

    def until(self, condition: Callable[[], Any], what: str) -> Any:
        """Wait for something, and return it."""
        return self._wait_for(condition, what)

    def worker_of(self, task: dict[str, Any]) -> str | None:
        """The worker whose process runs a task instance now."""
        for name in self.worker_names:
            if name in self.processes and any(member.pid == task["pid"] for member in _family(self.processes[name])):
                return name
        return None

    def tasks_done_by(self, name: str) -> int:
        """How many tasks a worker has ended."""
        return len(re.findall(r"Task execute_workload\[\S+\] succeeded", self.log(name)))

    def _here(self, name: str, command: list[str] | None = None) -> tuple[list[str], dict[str, str]]:
        """A command of a service, its own by default, and its environment, adapted to this machine."""
        service = self._service(name)
        here = self.directory / name
        here.mkdir(exist_ok=True)
        api, broker, health = (self.ports[of] for of in ("api", "broker", "health"))
        replacements = {
            "@postgres:5432/": f"@{POSTGRES['host']}:{POSTGRES['port']}/", "@redis:6379/": f"@127.0.0.1:{broker}/",
            "//api-server:8080/": f"//127.0.0.1:{api}/", "//localhost:8080": f"//127.0.0.1:{api}",
            "//127.0.0.1:8080/": f"//127.0.0.1:{api}/", "//127.0.0.1:8974/": f"//127.0.0.1:{health}/",
            "0.0.0.0": "127.0.0.1", "6379": f"{broker}", "/opt/medline": f"{ROOT}",
            "--dir /data": f"--bind 127.0.0.1 --dir {here}", "celery@$(hostname)": f"celery@{name}",
        }  # fmt: skip
        moved = {
            "AIRFLOW__API__PORT": f"{api}", "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": f"{health}",
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": f"{self.directory / 'task-logs'}",
            "MEDLINE_HOME": f"{self.directory / 'home'}",
        }  # fmt: skip
        environment = {
            key: moved.get(key, _replaced(value, replacements)) for key, value in service.environment.items()
        }
        words = [_replaced(word, replacements) for word in command or service.command]
        if name in self.worker_names and command is None:
            words += ["--celery-hostname", name]
        if name in ("triggerer", *self.worker_names) and command is None:
            words += ["--skip-serve-logs"]  # that server cannot be made to listen on loopback only
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        base = {"PATH": path, "HOME": f"{here}", "AIRFLOW_HOME": f"{here / 'airflow'}", "PYTHONUNBUFFERED": "1"}
        return words, {**base, **environment, **self.environment}

    def _service(self, name: str) -> Service:
        return self.services["worker" if name in self.worker_names else name]

    def _log_path(self, name: str) -> Path:
        return self.directory / f"{name}.log"

    def _make_database(self) -> None:
        with psycopg.connect(**POSTGRES, autocommit=True) as connection:
            password = self.variables["POSTGRES_PASSWORD"]
            connection.execute(f"CREATE ROLE {self.database} LOGIN PASSWORD '{password}'")
            connection.execute(f"CREATE DATABASE {self.database} OWNER {self.database}")

    def _get(self, path: str, **query: object) -> dict[str, Any]:
        answer = self.api.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

    def _wait_for(self, condition: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if result := condition():
                return result
            for name, process in self.processes.items():
                if process.poll() is not None:
                    raise RuntimeError(f"{name} ended while {what} was waited for: {self.log(name)[-3000:]}")
            time.sleep(1)  # an answer of the API takes a twentieth of a second of a processor
        raise TimeoutError(f"{what}: not after {PATIENCE} s; see {self.directory}")


def _replaced(text: str, replacements: Mapping[str, str]) -> str:
    for old, new in replacements.items():
        text = text.replace(old, new)
    return text


def _family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """A process and all that it started."""
    try:
        first = psutil.Process(process.pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _kill(family: list[psutil.Process]) -> None:
    for member in family:
        try:
            member.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue


def _free_ports(*names: str) -> dict[str, int]:
    sockets = {name: socket.create_server(("127.0.0.1", 0)) for name in names}
    ports = {name: bound.getsockname()[1] for name, bound in sockets.items()}
    for bound in sockets.values():
        bound.close()
    return ports
