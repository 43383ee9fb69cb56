"""Ask a Summit installation: ``Summit("http://localhost:8080", token)``."""

from .answers import Entity, Fact, Hit, ImportResult, Link, Links, Path, Paths, SearchResult
from .client import Summit
from .errors import ImportFailed, SummitError

__all__ = [
    "Entity", "Fact", "Hit", "ImportFailed", "ImportResult", "Link", "Links", "Path", "Paths", "SearchResult", "Summit",
    "SummitError",
]
