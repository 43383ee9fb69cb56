"""The client: one connection pool to the door for programs (8080), bearer token only."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path as FilePath
from types import TracebackType
from typing import Any

import httpx

from . import documents
from .answers import Entity, Hit, ImportResult, Link, Links, Path, Paths, SearchResult
from .errors import ImportFailed, SummitError

_ENDED = {"DONE", "PREVIEWED", "CANCELLED", "FAILED", "UNDONE"}


class Summit:
    """A Summit installation as one person sees it.

    url: the API address, for example ``http://localhost:8080``.
    token: from ``summit token create --name N``; never put it in a notebook that you share.
    timeout: seconds that one request may take.
    """

    def __init__(self, url: str, token: str, *, timeout: float = 30.0, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(base_url=url.rstrip("/"), headers={"authorization": f"Bearer {token}"}, timeout=timeout,
                                  transport=transport)

    def __enter__(self) -> Summit:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def search(self, query: str, *, schemas: list[str] | None = None, datasets: list[str] | None = None,
               countries: list[str] | None = None, since: str | None = None, until: str | None = None, first: int = 20,
               at: datetime | str | None = None) -> SearchResult:
        """Names in any script (typing errors forgiven) and identifiers; best ``first`` hits.

        since, until: years or dates; a hit has a date within. at: a time, or a position that Summit gave, to search the past.
        """
        given = {"schemas": schemas, "datasets": datasets, "countries": countries, "from": since, "to": until}
        variables = {"query": query, "filter": {k: v for k, v in given.items() if v is not None}, "first": first, "after": None}
        found = self._read(documents.SEARCH, documents.SEARCH_AT, variables, at)["search"]
        hits = tuple(Hit(Entity.parse(h["entity"]), h["score"], tuple(h["matches"])) for h in found["hits"])
        bounded = found["bounded"]
        return SearchResult(hits, tuple(found["facets"]), bounded["total"], bounded["totalIsExact"], tuple(found["notes"]))

    def entity(self, id: str, *, at: datetime | str | None = None) -> Entity:
        """An entity by the id of any of its records, with every fact and its sources. Raises NOT_FOUND."""
        node = self._read(documents.ENTITY, documents.ENTITY_AT, {"id": id}, at)["entity"]
        if node is None:
            raise SummitError("NOT_FOUND", "There is no such entity, or you may not see it.")
        return Entity.parse(node)

    def expand(self, id: str, *, type: str | None = None, direction: str = "ANY", references: bool = False,
               neighbour_schema: str | None = None, limit: int = 1000) -> Links:
        """The entity's links, fetched page by page up to ``limit``. ``links.total`` counts all that match."""
        variables: dict[str, Any] = {"id": id, "type": type, "direction": direction, "neighbourSchema": neighbour_schema,
                                     "reference": None if references else False, "after": None}
        links: list[Link] = []
        while True:
            variables["first"] = min(200, limit - len(links))
            entity = self.graphql(documents.EXPAND, variables)["entity"]
            if entity is None:
                raise SummitError("NOT_FOUND", "There is no such entity, or you may not see it.")
            page = entity["links"]
            links.extend(_link(edge["node"]) for edge in page["edges"])
            if not page["pageInfo"]["hasNextPage"] or len(links) >= limit:
                return Links(tuple(links), page["bounded"]["total"], not page["pageInfo"]["hasNextPage"])
            variables["after"] = page["pageInfo"]["endCursor"]

    def paths(self, source: str, target: str, *, max_hops: int = 4, k: int = 1, types: list[str] | None = None,
              references: bool = False, directed: bool = False) -> Paths:
        """The ``k`` shortest paths between two entities."""
        found = self.graphql(documents.PATHS, {"input": {
            "from": source, "to": target, "maxHops": max_hops, "k": k, "types": types, "references": references,
            "directed": directed}})["paths"]
        entities = {node["id"]: Entity.parse(node) for node in found["entities"]}
        paths = tuple(Path(p["hops"], tuple(entities[id] for id in p["entityIds"]), tuple(p["links"])) for p in found["paths"])
        bounded = found["bounded"]
        return Paths(paths, bounded["complete"], bounded["reason"], found["servedBy"], found["position"])

    def import_file(self, path: str | os.PathLike[str], dataset: str, *, format: str | None = None, mapping: str | None = None,
                    mode: str = "merge", preview: bool = False, wait: bool = True,
                    progress: Callable[[dict[str, Any]], None] | None = None) -> ImportResult:
        """Uploads a file and imports it; the same file twice changes nothing.

        mapping: FollowTheMoney mapping YAML, guessed when left out. wait: until it has ended, calling ``progress`` meanwhile.
        Raises ImportFailed when it ends in any other way than done.
        """
        file = FilePath(path)
        given = {"dataset": dataset, "format": format, "mapping": mapping, "mode": mode, "preview": "true" if preview else None}
        with file.open("rb") as stream:
            # Fields come before the file: the server streams it straight to disk.
            answer = self._post("/api/imports", data={k: v for k, v in given.items() if v is not None},
                                files={"file": (file.name, stream)}, timeout=None)
        started = _checked(answer)
        id = started["import"]["id"] if isinstance(started.get("import"), dict) else started["import"]
        if not wait:
            return ImportResult(id, "QUEUED", {}, ())
        return self.wait_for_import(id, progress=progress)

    def wait_for_import(self, id: str, *, progress: Callable[[dict[str, Any]], None] | None = None) -> ImportResult:
        """Waits until an import has ended. It goes on by itself when you stop waiting."""
        while True:
            state = self.graphql(documents.IMPORT, {"id": id})["import"]
            if state is None:
                raise SummitError("NOT_FOUND", "There is no such import, or you may not see it.")
            if progress:
                progress(state["progress"])
            if state["state"] in _ENDED:
                break
            time.sleep(0.25)
        if state["state"] in {"FAILED", "CANCELLED"}:
            error = state["error"] or {"code": "IMPORT_NOT_READY", "message": f"The import was {state['state'].lower()}."}
            raise ImportFailed(error["code"], error["message"], details={"import": id})
        return ImportResult(id, state["state"], state["result"] or {}, tuple(state["warnings"]))

    def undo_import(self, id: str, *, reason: str | None = None) -> ImportResult:
        """Undoes a whole import and waits for it."""
        self.graphql(documents.UNDO_IMPORT, {"input": {"id": id, "reason": reason}})
        while True:
            state = self.graphql(documents.IMPORT, {"id": id})["import"]
            if state["state"] != "UNDOING":
                return ImportResult(id, state["state"], state["result"] or {}, tuple(state["warnings"]))
            time.sleep(0.25)

    def graphql(self, document: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Runs any GraphQL document. Raises SummitError for the first error, even where a part was answered."""
        answer = _checked(self._post("/graphql", json={"query": document, "variables": variables or {}},
                                     headers={"accept": "application/json"}))
        return answer["data"]

    def _post(self, path: str, **given: Any) -> httpx.Response:
        try:
            return self._http.post(path, **given)
        except httpx.TimeoutException as error:
            raise SummitError("SERVER_UNAVAILABLE", f"{self._http.base_url} did not answer in time.") from error
        except httpx.TransportError as error:
            raise SummitError("SERVER_UNAVAILABLE", f"{self._http.base_url} does not answer. Does Summit run there? (make status)") from error

    def _read(self, now: str, past: str, variables: dict[str, Any], at: datetime | str | None) -> dict[str, Any]:
        if at is None:
            return self.graphql(now, variables)
        if isinstance(at, datetime):
            if at.tzinfo is None:
                raise ValueError("`at` needs a time zone: which moment do you mean?")
            moment: dict[str, Any] = {"time": at.isoformat(), "position": None}
        else:
            moment = {"time": None, "position": at}
        return self.graphql(past, {**variables, **moment})["at"]


def _link(node: dict[str, Any]) -> Link:
    said = node["relationship"]
    return Link(node["id"], said["type"], node["direction"], Entity.parse(node["neighbour"]) if node["neighbour"] else None,
                said["dataset"]["key"], said["reference"], said["validFrom"], said["validTo"],
                {p["name"]: p["values"] for p in said["properties"]})


def _checked(answer: httpx.Response) -> dict[str, Any]:
    """The body of an answer, or the error that it tells: GraphQL's or that of the other addresses."""
    try:
        body = answer.json()
    except ValueError:
        raise SummitError("BAD_ANSWER", f"HTTP {answer.status_code} without JSON: is this the API address?") from None
    request_id = answer.headers.get("x-request-id")
    if body.get("errors"):
        error = body["errors"][0]
        known = dict(error.get("extensions") or {})
        raise SummitError(known.pop("code", "UNKNOWN"), error["message"], retry_after=known.pop("retryAfter", None),
                          request_id=known.pop("requestId", request_id), details=known)
    if answer.is_error or "error" in body:
        error = body.get("error") or {}
        raise SummitError(error.get("code", "UNKNOWN"), error.get("message", f"HTTP {answer.status_code}"),
                          retry_after=error.get("retryAfter"), request_id=error.get("requestId", request_id),
                          details=error.get("details"))
    return body
