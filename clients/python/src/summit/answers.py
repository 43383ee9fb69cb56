"""What the client gives back: plain objects that know how to become pandas frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas


def _frame(rows: list[dict[str, Any]]) -> pandas.DataFrame:
    try:
        import pandas
    except ImportError as missing:
        raise ImportError("Frames need pandas: pip install 'summit-client[frames]'") from missing
    return pandas.DataFrame(rows)


@dataclass(frozen=True)
class Fact:
    """One value of one property, with the keys of the datasets that say it."""

    property: str
    label: str
    type: str
    value: str
    datasets: tuple[str, ...]
    conflicting: bool
    refuted: bool
    valid_from: str | None
    valid_to: str | None
    sources: tuple[dict[str, Any], ...] = field(repr=False, default=())


@dataclass(frozen=True)
class Entity:
    """Records that you see and that are believed to be one thing. ``facts`` is empty where only a summary was asked for."""

    id: str
    schema: str
    caption: str
    aliases: tuple[str, ...]
    record_count: int
    marking: str
    countries: tuple[str, ...]
    first_seen: str | None
    last_seen: str | None
    link_total: int
    datasets: tuple[str, ...] = ()
    link_counts: tuple[dict[str, Any], ...] = ()
    facts: tuple[Fact, ...] = ()

    def values(self, property: str) -> list[str]:
        """Values of a property that nobody has refuted."""
        return [fact.value for fact in self.facts if fact.property == property and not fact.refuted]

    def to_frame(self) -> pandas.DataFrame:
        """One row a fact."""
        return _frame([{"entity": self.id, "property": f.property, "value": f.value, "datasets": list(f.datasets),
                        "conflicting": f.conflicting, "refuted": f.refuted, "valid_from": f.valid_from,
                        "valid_to": f.valid_to} for f in self.facts])

    @classmethod
    def parse(cls, node: dict[str, Any]) -> Entity:
        facts = tuple(
            Fact(f["property"], f["label"], f["type"], f["value"],
                 tuple(dict.fromkeys(s["dataset"]["key"] for s in f["sources"])), f["conflicting"],
                 f["refuted"] is not None, f["validFrom"], f["validTo"], tuple(f["sources"]))
            for f in node.get("facts", ()))
        return cls(node["id"], node["schema"], node["caption"], tuple(node["aliases"]), node["recordCount"], node["marking"],
                   tuple(node["countries"]), node["firstSeen"], node["lastSeen"], node["linkTotal"],
                   tuple(d["key"] for d in node.get("datasets", ())), tuple(node.get("linkCounts", ())), facts)


@dataclass(frozen=True)
class Hit:
    entity: Entity
    score: float
    matches: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class SearchResult:
    """Hits, best first. ``total`` is exact when ``total_is_exact``, else at least."""

    hits: tuple[Hit, ...]
    facets: tuple[dict[str, Any], ...]
    total: int
    total_is_exact: bool
    notes: tuple[str, ...]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def to_frame(self) -> pandas.DataFrame:
        return _frame([{"id": h.entity.id, "schema": h.entity.schema, "caption": h.entity.caption, "score": h.score,
                        "countries": list(h.entity.countries), "links": h.entity.link_total} for h in self.hits])


@dataclass(frozen=True)
class Link:
    id: str
    type: str
    direction: str
    neighbour: Entity | None
    dataset: str
    reference: bool
    valid_from: str | None
    valid_to: str | None
    properties: dict[str, list[str]]


@dataclass(frozen=True)
class Links:
    """Links of one entity; ``complete`` says whether all of ``total`` are here."""

    links: tuple[Link, ...]
    total: int
    complete: bool

    def __iter__(self) -> Iterator[Link]:
        return iter(self.links)

    def __len__(self) -> int:
        return len(self.links)

    def to_frame(self) -> pandas.DataFrame:
        """One row a link; what a link says stands in ``properties.amount`` and so on, several values in a list."""
        return _frame([{"link": each.id, "type": each.type, "direction": each.direction, "dataset": each.dataset,
                        "neighbour": each.neighbour.id if each.neighbour else None,
                        "caption": each.neighbour.caption if each.neighbour else None,
                        "schema": each.neighbour.schema if each.neighbour else None,
                        "valid_from": each.valid_from, "valid_to": each.valid_to,
                        **{f"properties.{name}": values[0] if len(values) == 1 else values
                           for name, values in each.properties.items()}} for each in self.links])


@dataclass(frozen=True)
class Path:
    hops: int
    entities: tuple[Entity, ...]
    links: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Paths:
    """Shortest first; ``complete`` is False when there may be more: as many as asked for, or a bound (``reason``)."""

    paths: tuple[Path, ...]
    complete: bool
    reason: str | None
    served_by: str
    position: str

    def __iter__(self) -> Iterator[Path]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def to_frame(self) -> pandas.DataFrame:
        """One row a step of a path."""
        return _frame([{"path": number, "step": step, "from": link["source"], "to": link["target"], "type": link["type"]}
                       for number, path in enumerate(self.paths) for step, link in enumerate(path.links)])


@dataclass(frozen=True)
class ImportResult:
    """``result`` is the line of ``summit import --json``: rows, records, relationships, references, rejects and so on."""

    id: str
    state: str
    result: dict[str, Any]
    warnings: tuple[str, ...]
