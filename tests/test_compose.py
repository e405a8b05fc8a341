"""What docker-compose.yml, Dockerfile and the locks promise about running in production."""

import re
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docker-compose.yml"
COMPOSE: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SERVICES: Mapping[str, Any] = COMPOSE["services"]
OURS = {"setup", "api-server", "scheduler", "dag-processor", "console"}
STORES = {"postgres", "elasticsearch"}
PINNED = re.compile(r"^[\w./-]+:\d+\.\d+\.?\d*(-[\w.-]+)?$")
every_service = pytest.mark.parametrize("name", sorted(SERVICES))


def test_schema() -> None:
    """The file is a valid compose file."""
    checker = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", FILE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_services() -> None:
    """The stores, the three parts of Airflow, the console and a one-shot set-up: that is all there is."""
    assert set(SERVICES) == OURS | STORES
    assert SERVICES["setup"]["restart"] == "no"


@every_service
def test_confined(name: str) -> None:
    """Each container runs as a numbered user who is not root, within a memory limit, without any capability."""
    service = SERVICES[name]
    assert int(service["user"].split(":")[0]) > 0
    assert re.fullmatch(r"[1-4]g", service["mem_limit"])
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")


@every_service
def test_read_only(name: str) -> None:
    """Root file systems are read-only; Elasticsearch's alone is not, because it writes into its configuration."""
    assert SERVICES[name].get("read_only", False) is (name != "elasticsearch")


@every_service
def test_pinned(name: str) -> None:
    """Images are named with a full version, never `latest`."""
    assert PINNED.match(SERVICES[name]["image"])


@every_service
def test_healthy_before_others_start(name: str) -> None:
    """What runs on has a health check, and whatever needs another waits until that one is well."""
    service = SERVICES[name]
    assert ("healthcheck" in service) is (name != "setup")
    for needed, wait in service.get("depends_on", {}).items():
        expected = "service_completed_successfully" if needed == "setup" else "service_healthy"
        assert wait["condition"] == expected


def test_stores_are_out_of_reach() -> None:
    """PostgreSQL and Elasticsearch publish no port and are on a network without a way out."""
    assert COMPOSE["networks"]["stores"] == {"internal": True}
    for name in STORES:
        assert "ports" not in SERVICES[name]
        assert SERVICES[name]["networks"] == ["stores"]


def test_published_on_loopback_only() -> None:
    """Only the console and Airflow's API can be reached, from the machine itself."""
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(ports) == {"console", "api-server"}
    assert all(port.startswith("127.0.0.1:") for published in ports.values() for port in published)


def test_log_server_is_off() -> None:
    """The scheduler serves no logs over the network; the API server shares its log volume instead."""
    assert "--skip-serve-logs" in SERVICES["scheduler"]["command"]
    assert all("airflow:/airflow" in SERVICES[name]["volumes"] for name in ("scheduler", "api-server"))


@every_service
def test_no_secret_in_the_environment(name: str) -> None:
    """Passwords and keys come from files: no variable holds one, every secret a service reads is granted to it."""
    service = SERVICES[name]
    text = yaml.safe_dump(service)
    for variable, value in service["environment"].items():
        if re.search(r"PASSWORD|SECRET|FERNET", variable):
            assert "/run/secrets/" in value, variable
        assert not re.search(r"://\w+:[^@/]+@", str(value)), variable
    assert set(re.findall(r"/run/secrets/([a-z_]+)", text)) <= set(service["secrets"])


def test_every_secret_is_used_and_declared() -> None:
    """The secrets that `make secrets` makes are exactly those that services are granted, all below data/secrets."""
    granted = {secret for service in SERVICES.values() for secret in service["secrets"]}
    assert granted == set(COMPOSE["secrets"])
    assert all(COMPOSE["secrets"][name] == {"file": f"data/secrets/{name}"} for name in granted)


def test_console_has_the_least() -> None:
    """The console gets no Airflow password, no stage's Elasticsearch user, and cannot write the stages' files."""
    assert set(SERVICES["console"]["secrets"]) == {"vane_database", "vane_console", "installation_key"}
    assert SERVICES["console"]["environment"]["VANE_ES_USER"] == "vane_console"
    assert SERVICES["console"]["volumes"] == ["data:/data:ro"]


def test_elasticsearch_roles_are_ours() -> None:
    """Each Elasticsearch user has the role of its own name from the file that the tests run against a real server."""
    assert COMPOSE["configs"]["roles"]["file"] == "pipeline/index/roles.yml"
    roles = set(yaml.safe_load((ROOT / "pipeline/index/roles.yml").read_text(encoding="utf-8")))
    assert {SERVICES[name]["environment"]["VANE_ES_USER"] for name in ("scheduler", "console")} == roles
    assert "elastic_password" not in FILE.read_text(encoding="utf-8").lower()


def test_airflow_agrees_with_itself() -> None:
    """All parts of Airflow share one set of settings, the keys among them, and no examples are loaded."""
    first, *others = (
        {key: value for key, value in SERVICES[name]["environment"].items() if key.startswith("AIRFLOW__")}
        for name in sorted(OURS - {"console"})
    )
    assert all(other == first for other in others)
    assert first["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert "fab_auth_manager" in first["AIRFLOW__CORE__AUTH_MANAGER"]  # the simple one stores passwords as text


def test_dockerfile() -> None:
    """The image starts from a pinned base, installs from the hashed locks by the Makefile and runs as no root."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert all(PINNED.match(base) for base in bases)
    assert "RUN make .venv/.locked" in lines
    users = [line for line in lines if line.startswith("USER ")]
    assert users == ["USER 10001:10001"] == [f"USER {SERVICES['console']['user']}"]
    assert not re.search(r"pip install|npm install", "\n".join(lines))


def test_secrets_are_made(tmp_path: Path) -> None:
    """`make secrets` makes every file once: long, random, in a folder only its owner may enter."""
    folder = tmp_path / "secrets"
    command = ["make", "--silent", "secrets", f"SECRETS={folder}"]
    subprocess.run(command, cwd=ROOT, check=True)
    made = {path.name: path.read_text() for path in folder.iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    assert len(set(made.values())) == len(made)
    assert all(len(text) == (44 if name == "airflow_fernet" else 64) for name, text in made.items())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    subprocess.run(command, cwd=ROOT, check=True)
    assert {path.name: path.read_text() for path in folder.iterdir()} == made
