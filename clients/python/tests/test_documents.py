"""Every document of the client is valid against the schema that the server prints."""

from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from summit import documents

SCHEMA = build_schema((Path(__file__).parents[3] / "apps/server/schema.graphql").read_text())


@pytest.mark.parametrize("document", documents.ALL, ids=lambda text: text.split("(")[0].strip())
def test_document_fits_the_schema(document: str) -> None:
    assert validate(SCHEMA, parse(document)) == []
