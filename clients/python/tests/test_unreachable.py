"""What a person is told where no Summit answers."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from summit import Summit, SummitError


def test_a_server_that_is_down_is_an_error_of_ours(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        # Bound and not listening: whoever connects is refused.
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        file = tmp_path / "people.csv"
        file.write_text("name\nAnn\n")
        with Summit(address, "smt_none") as summit:
            for ask in (lambda: summit.search("Ann"), lambda: summit.import_file(file, "people")):
                with pytest.raises(SummitError, match="does not answer") as told:
                    ask()
                assert told.value.code == "SERVER_UNAVAILABLE"


def test_one_that_is_slow_is_too() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with Summit(f"http://127.0.0.1:{silent.getsockname()[1]}", "smt_none", timeout=0.2) as summit:
            with pytest.raises(SummitError, match="in time") as told:
                summit.search("Ann")
            assert told.value.code == "SERVER_UNAVAILABLE"
