"""What docs/monitoring.md, its alerts and its dashboard say is what there is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from events import Event, events
from unit.measure.test_metrics import metrics

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDE = (DOCS / "monitoring.md").read_text(encoding="utf-8")


def rows(first: str) -> Iterator[list[str]]:
    """Yield the rows of the tables of the guide whose first column is called so."""
    for table in re.findall(rf"^\| {first} \|.*\n\|[ -|]+\n((?:\|.*\n)+)", GUIDE, re.MULTILINE):
        for line in table.splitlines():
            yield [cell.strip().strip("`") for cell in line.strip("|").split("|")]


def exposed() -> dict[str, tuple[str, str]]:
    """Return kind and help of every metric of ours, by name."""
    found = text_string_to_metric_families(metrics().text()[1].decode())
    return {
        each.name + ("_total" if each.type == "counter" else ""): (each.type, each.documentation)
        for each in found
    }


def labels() -> dict[str, set[str]]:
    """Return the labels of every metric of ours that has a sample, by name; not those of buckets."""
    return {
        each.name + ("_total" if each.type == "counter" else ""): {
            label for sample in each.samples for label in sample.labels if label != "le"
        }
        for each in text_string_to_metric_families(metrics().text()[1].decode())
        if each.samples
    }


def series() -> set[str]:
    """Return the names that a query may use."""
    kinds = exposed()
    parts = {
        f"{name}_{part}"
        for name, (kind, _) in kinds.items()
        if kind == "histogram"
        for part in ("bucket", "sum", "count")
    }
    return {*kinds, *parts}


def named(text: str) -> set[str]:
    """Return the metrics that a text names."""
    return set(re.findall(r"\b(?:topicwire|process)_[a-z_]+", text))


def test_every_metric_is_in_the_guide_with_its_kind_and_help() -> None:
    """An operator can look up each, and finds none that is not there."""
    told = {name: (kind, what) for name, kind, _, what in rows("metric")}

    assert told == {n: said for n, said in exposed().items() if n.startswith("topicwire_")}


def family(name: str) -> str:
    """Return the metric that a name in a query is of."""
    return re.sub(r"_(?:bucket|sum|count)$", "", name)


def queries() -> list[str]:
    """Return what the dashboard asks."""
    dashboard = json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]


def test_every_label_is_in_the_guide() -> None:
    """Whoever writes a query finds by what a metric can be parted, and nothing else."""
    told = {name: set(each.split(", ")) - {""} for name, _, each, _ in rows("metric")}

    assert {n: told.get(n) for n in labels() if n.startswith("topicwire_")} == {
        name: each for name, each in labels().items() if name.startswith("topicwire_")
    }


def test_the_dashboard_asks_only_for_metrics_that_are_there_and_for_all_of_ours() -> None:
    """A panel never stays empty for a name; what is measured can be seen."""
    asked = set().union(*map(named, queries()))
    families = set(map(family, asked))

    assert asked <= series()
    assert {name for name in exposed() if name.startswith("topicwire_")} <= families


def alerts() -> list[str]:
    """Return the expressions of the alerts."""
    rules = (DOCS / "prometheus-rules.yml").read_text(encoding="utf-8")
    return re.findall(r"expr: (.*(?:\n {10}.*)*)", rules)


def test_the_alerts_ask_only_for_metrics_that_are_there() -> None:
    """An alert on a name that is not there never fires."""
    assert alerts()
    assert set().union(*map(named, alerts())) <= series()


def test_dashboard_and_alerts_part_by_labels_that_are_there() -> None:
    """A sum by a label that a metric has not is one line, and a match of one is never met."""
    told = {name: set(each.split(", ")) for name, _, each, _ in rows("metric")}

    for query in (*queries(), *alerts()):
        grouped = re.findall(r"\b(?:by|ignoring) \(([^)]*)\)", query)
        asked = {*re.findall(r"(\w+)(?:=~|!~|!=|=)\"", query), *", ".join(grouped).split(", ")}
        there = set().union(*(told.get(family(name), set()) for name in named(query)))
        assert asked - {""} <= there | {"job", "le"}, query


def test_no_alert_holds_what_is_stored_against_what_one_process_counted() -> None:
    """Every process tells what is stored, but another may have done the work: it cried wolf."""
    kinds = {name: kind for name, (kind, _) in exposed().items()}

    for each in alerts():
        asked = {kinds[name] for name in named(each) & kinds.keys()}
        assert len(asked) <= 1, each


def test_every_event_is_in_the_guide_with_its_level_and_keys() -> None:
    """S20: who reads the logs by program knows what comes; keys never change unnoticed."""
    told = {name: (level, set(keys.split(", ")) - {""}) for name, level, keys, _ in rows("event")}
    found: dict[str, list[Event]] = {}
    for each in events():
        found.setdefault(each.name, []).append(each)

    assert found.keys() == told.keys()
    for name, places in found.items():
        level, keys = told[name]
        assert {each.level for each in places} == {level}, name
        said = frozenset().union(*(each.keys for each in places))
        has_more = any(each.has_more for each in places)
        assert said <= keys if has_more else said == keys - {"exception"}, name
