"""The client against a running product, with real files whose counts are known."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from pathlib import Path

import pytest

from summit import ImportFailed, Summit, SummitError
from summit.answers import ImportResult

# Files may have been imported into this Summit before: each run has datasets of its own.
RUN = uuid.uuid4().hex[:8]
DONATIONS = f"donations-{RUN}"


@pytest.fixture(scope="module")
def donations(summit: Summit, data: Path) -> ImportResult:
    return summit.import_file(data / "ftm/mapping/donations.ijson", DONATIONS, format="ftm")


def entity_named(summit: Summit, name: str) -> str:
    return next(hit.entity.id for hit in summit.search(name, datasets=[DONATIONS]) if hit.entity.caption == name)


def counts(result: ImportResult, fate: str) -> dict[str, int]:
    return {kind: result.result[kind][fate] for kind in ("records", "relationships", "references")}


def test_import_gives_the_known_counts(donations: ImportResult) -> None:
    assert donations.state == "DONE"
    assert donations.result["rows"] == 474
    assert donations.result["rejects"] == 0
    assert counts(donations, "created") == {"records": 184, "relationships": 290, "references": 103}


def test_the_same_file_again_changes_nothing(summit: Summit, data: Path, donations: ImportResult) -> None:
    again = summit.import_file(data / "ftm/mapping/donations.ijson", DONATIONS, format="ftm")
    assert again.id != donations.id
    assert counts(again, "created") == {"records": 0, "relationships": 0, "references": 0}
    assert counts(again, "unchanged") == {"records": 184, "relationships": 290, "references": 103}


def test_a_table_comes_in_by_its_mapping_with_the_same_counts(summit: Summit, data: Path) -> None:
    mapping = (data / "ftm/mapping/donations.yml").read_text()
    seen: list[dict[str, object]] = []
    result = summit.import_file(data / "ftm/mapping/donations.csv", f"table-{RUN}", mapping=mapping, progress=seen.append)
    assert counts(result, "created") == {"records": 184, "relationships": 290, "references": 103}
    assert seen


def test_a_preview_writes_nothing(summit: Summit, data: Path) -> None:
    dataset = f"preview-{RUN}"
    result = summit.import_file(data / "ftm/entities/t1.ftm.ndjson", dataset, preview=True)
    assert result.state == "PREVIEWED"
    assert counts(result, "created") == {"records": 7, "relationships": 0, "references": 2}
    assert summit.graphql("query($key: String!) { dataset(key: $key) { key } }", {"key": dataset})["dataset"] is None


@pytest.mark.parametrize("query", ["Bayerische Motorenwerke", "Bayrische Motorenwerk", "Bayerishce Motorenwerke"])
def test_search_forgives_typing_errors(summit: Summit, donations: ImportResult, query: str) -> None:
    found = summit.search(query, datasets=[DONATIONS])
    assert found.hits[0].entity.caption == "Bayerische Motorenwerke AG"
    assert found.hits[0].matches
    frame = found.to_frame()
    assert len(frame) == len(found)
    assert frame.iloc[0]["caption"] == "Bayerische Motorenwerke AG"


def test_search_filters_and_counts(summit: Summit, donations: ImportResult) -> None:
    found = summit.search("Verband", datasets=[DONATIONS], first=2)
    assert len(found) == 2
    assert found.total > 2
    facet = next(each for each in found.facets if each["name"] == "schema")
    assert sum(each["count"] for each in facet["values"]) >= found.total
    assert len(summit.search("Verband", datasets=[DONATIONS], schemas=["Person"])) == 0


def test_an_entity_has_every_fact_with_its_source(summit: Summit, donations: ImportResult) -> None:
    entity = summit.entity(entity_named(summit, "Frau Lina Dachner"))
    assert (entity.schema, entity.record_count, entity.datasets) == ("Person", 1, (DONATIONS,))
    assert entity.values("name") == ["Frau Lina Dachner"]
    assert entity.values("country") == ["de"]
    fact = next(each for each in entity.facts if each.property == "name")
    assert fact.datasets == (DONATIONS,)
    assert fact.sources[0]["sourceRef"]["line"] == 3
    assert set(entity.to_frame()["property"]) >= {"name", "country", "addressEntity"}


def test_expand_fetches_every_page(summit: Summit, donations: ImportResult, data: Path) -> None:
    attack = summit.import_file(data / "stix/attack/mobile-attack-14.1.stix21.json.gz", f"attack-{RUN}")
    assert (attack.result["records"]["created"], attack.result["relationships"]["created"]) == (355, 1832)
    assert attack.result["unresolved"] == 1
    hub = max((hit.entity for hit in summit.search("Android", datasets=[f"attack-{RUN}"], first=100)), key=lambda e: e.link_total)
    whole = summit.expand(hub.id, limit=5000)
    assert whole.complete
    assert len(whole) == whole.total == len({each.id for each in whole})
    part = summit.expand(hub.id, limit=3)
    assert (len(part), part.total, part.complete) == (3, whole.total, False)

    party = entity_named(summit, "CDU")
    links = summit.expand(party)
    assert links.complete and len(links) == links.total
    said = {(c["type"], c["direction"]): c["count"] for c in summit.entity(party).link_counts if not c["reference"]}
    assert sum(said.values()) == links.total
    paid = summit.expand(party, type="Payment", direction="IN")
    assert {(each.type, each.direction, each.dataset) for each in paid} == {("Payment", "IN", DONATIONS)}
    assert len(paid) == said[("Payment", "IN")] == 126
    frame = paid.to_frame()
    assert list(frame.columns)[:3] == ["link", "type", "direction"]
    assert {float(amount) for amount in frame["properties.amountEur"]} == {
        float(each.properties["amountEur"][0]) for each in paid}


def test_paths_are_found_and_say_what_they_stand_on(summit: Summit, donations: ImportResult) -> None:
    payer, party = entity_named(summit, "Bayerische Motorenwerke AG"), entity_named(summit, "CSU")
    direct = summit.paths(payer, party)
    assert (direct.complete, direct.reason) == (False, "limit"), "there may be longer ones, and the answer says so"
    assert [path.hops for path in direct] == [1]
    assert [entity.id for entity in direct.paths[0].entities] == [payer, party]
    assert direct.served_by == "postgres"
    several = summit.paths(entity_named(summit, "MLPD"), entity_named(summit, "CDU"), k=3, references=True)
    assert [path.hops for path in several] == sorted(path.hops for path in several)
    frame = summit.paths(payer, party, k=2).to_frame()
    assert set(frame.columns) == {"path", "step", "from", "to", "type"}


def test_the_past_is_read_by_time_and_refused_without_a_zone(summit: Summit, donations: ImportResult) -> None:
    now = datetime.now(timezone.utc)
    id = entity_named(summit, "Daimler AG")
    assert summit.entity(id, at=now).caption == "Daimler AG"
    assert summit.search("Daimler", datasets=[DONATIONS], at=now).hits[0].entity.id == id
    with pytest.raises(ValueError, match="time zone"):
        summit.entity(id, at=datetime.now())


def test_errors_carry_stable_codes(summit: Summit, product: tuple[str, str], data: Path, tmp_path: Path) -> None:
    url, _ = product
    unknown = str(uuid.uuid4())
    refusals = {
        "NOT_FOUND": [lambda: summit.entity(unknown), lambda: summit.expand(unknown), lambda: summit.wait_for_import(unknown),
                      lambda: summit.undo_import(unknown)],
        "POSITION_UNKNOWN": [lambda: summit.entity(unknown, at="nonsense")],
        "GRAPHQL_INVALID": [lambda: summit.graphql("{ nothing }")],
        "INPUT_INVALID": [lambda: summit.import_file(data / "ftm/entities/t1.ftm.ndjson", "")],
        "UNAUTHENTICATED": [lambda: Summit(url, f"smt_{'x' * 40}").search("anything")],
    }
    for code, calls in refusals.items():
        for call in calls:
            with pytest.raises(SummitError) as refused:
                call()
            assert refused.value.code == code
    damaged = tmp_path / "damaged.stix.json"
    damaged.write_text('{"type": "bundle", "objects": [')
    with pytest.raises((ImportFailed, SummitError)) as failed:
        summit.import_file(damaged, f"damaged-{RUN}", format="stix")
    assert failed.value.code == "FILE_DAMAGED"


def test_an_import_is_undone_as_one_thing(summit: Summit, data: Path) -> None:
    dataset = f"undone-{RUN}"
    made = summit.import_file(data / "ftm/entities/parteispenden.ftm.ndjson", dataset)
    assert counts(made, "created") == {"records": 185, "relationships": 291, "references": 103}
    assert len(summit.search("CDU", datasets=[dataset])) > 0
    assert summit.undo_import(made.id, reason="a test").state == "UNDONE"
    assert len(summit.search("CDU", datasets=[dataset])) == 0
    with pytest.raises(SummitError) as refused:
        summit.undo_import(made.id)
    assert refused.value.code in {"IMPORT_NOT_READY", "ALREADY_UNDONE"}
