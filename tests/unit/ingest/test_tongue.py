"""Which language a text is in."""

import subprocess
import sys

import pytest

from topicwire.ingest.tongue import spoken

TEXTS = {
    "en": "The crews of the two agencies trade seats on each other's rockets, and nobody minds it.",
    "ru": "Экипажи двух агентств меняются местами на кораблях друг друга, и никто этому не удивлён.",
    "fr": "Les équipages des deux agences échangent leurs places à bord, et personne ne proteste.",
    "de": "Die Besatzungen der beiden Agenturen tauschen ihre Plätze, und niemand stört sich daran.",
    "es": "Las tripulaciones de las dos agencias intercambian sus asientos y nadie se sorprende por ello.",
    "it": "Gli equipaggi delle due agenzie si scambiano i posti a bordo, e nessuno se ne meraviglia.",
    "pt": "As tripulações das duas agências trocam os seus lugares a bordo, e ninguém se surpreende.",
    "zh": "两国的宇航员交换了飞船上的座位，双方的政府都没有反对这样的安排，空间站的合作仍在继续进行之中，尽管政治关系紧张，人们依然期待更多的共同任务和交流。",
}


@pytest.mark.parametrize("lang", TEXTS)
@pytest.mark.parametrize("declared", [None, "en", "xx"], ids=str)
def test_a_language_is_heard(lang: str, declared: str | None) -> None:
    """P18: what a text plainly is counts, whatever its feed declares."""
    found, confidence = spoken(TEXTS[lang] * 2, declared=declared)

    assert found == lang
    assert (confidence or 0) >= 0.5


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        pytest.param("Seats", "fr", ("fr", 0.5), id="too short to tell"),
        pytest.param("", "fr", ("fr", 0.5), id="nothing to tell by"),
        pytest.param("Seats", None, (None, None), id="nothing known"),
        pytest.param("https://press.example/" + "a" * 200, "de", ("de", 0.5), id="an address"),
    ],
)
def test_what_is_declared_counts_where_the_text_says_little(
    text: str, declared: str | None, expected: tuple[str | None, float | None]
) -> None:
    """P18: a short text keeps the language that its feed declares, with less confidence."""
    assert spoken(text, declared=declared) == expected


def test_workers_share_the_tables() -> None:
    """What the fork server imports has loaded them: no worker loads its own, 60 MB each."""
    seen = "import topicwire.ingest.run.warm; from topicwire.ingest.tongue import _identifier;"
    shown = f"{seen} print(_identifier.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)

    assert done.stdout == "1\n"
