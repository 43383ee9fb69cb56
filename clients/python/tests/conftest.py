"""A running Summit for the tests: the one that is named (SUMMIT_URL and SUMMIT_TOKEN; `summit test` names it TEST_API_URL
and TEST_TOKEN), else one of their own."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from summit import Summit

CLONE = Path(__file__).parents[3]
PORTS = ["UI_PORT", "GATEWAY_PORT", "SERVER_PORT", "POSTGRES_PORT", "GATEWAY_METRICS_PORT", "SERVER_METRICS_PORT",
         "WORKER_METRICS_PORT"]


@pytest.fixture(scope="session")
def product() -> Iterator[tuple[str, str]]:
    """Address and token."""
    url = os.environ.get("SUMMIT_URL") or os.environ.get("TEST_API_URL")
    token = os.environ.get("SUMMIT_TOKEN") or os.environ.get("TEST_TOKEN")
    if url and token:
        yield url, token
        return
    with tempfile.TemporaryDirectory(prefix="summit-python-") as folder:
        # As root the database runs as another user, who must be able to walk through.
        os.chmod(folder, 0o711)
        environment = _environment(Path(folder) / "home")
        try:
            places = json.loads(_summit(environment, "up", "--json"))
            made = json.loads(_summit(environment, "token", "create", "--name", "python tests", "--json"))
            yield places["api"], made["token"]
        finally:
            _summit(environment, "reset", "--yes")


@pytest.fixture(scope="session")
def summit(product: tuple[str, str]) -> Iterator[Summit]:
    url, token = product
    with Summit(url, token, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def data() -> Path:
    """The reference files; their counts are known."""
    return Path(os.environ.get("SUMMIT_SHARED_DATA") or CLONE.parent / "shared/data")


def _environment(home: Path) -> dict[str, str]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in PORTS]
    ports = {name: str(held[at].getsockname()[1]) for at, name in enumerate(PORTS)}
    for each in held:
        each.close()
    made = {name: secrets.token_urlsafe(36) for name in ("JWT_SECRET", "JWT_REFRESH_SECRET", "SESSION_SECRET")}
    # Summit refuses variables of its own family that it does not know.
    inherited = {name: value for name, value in os.environ.items() if name not in {"SUMMIT_URL", "SUMMIT_TOKEN"}}
    return {**inherited, **ports, **made, "ENCRYPTION_KEY": secrets.token_hex(32), "NODE_ENV": "development",
            "SUMMIT_HOME": str(home), "SUMMIT_PUBLIC_URL": f"http://localhost:{ports['UI_PORT']}"}


def _summit(environment: dict[str, str], *words: str) -> str:
    ran = subprocess.run([CLONE / "bin/summit", *words], env=environment, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise RuntimeError(f"summit {' '.join(words)}: {ran.stderr or ran.stdout}")
    return ran.stdout.strip().splitlines()[-1] if ran.stdout.strip() else ""
