"""Digests: the same for the same, whatever the text holds."""

import pytest

from topicwire.ingest import digests


@pytest.mark.parametrize("text", ["", "a", "Weltraum – космос", "x" * 300_000])
def test_a_text_has_the_digest_of_its_bytes(text: str) -> None:
    """Its encoding is ours to choose, and is UTF-8."""
    assert digests.of_text(text) == digests.of(text.encode())


def test_what_is_stored_is_known_again_by_a_later_version() -> None:
    """The value is that of XXH3 with 128 bits, seed 0, as its specification gives it for nothing."""
    assert digests.of(b"") == "99aa06d3014798d86001c324468d497f"


def test_half_a_surrogate_pair_is_no_fault() -> None:
    """JSON may hold one."""
    assert len(digests.of_text("\ud800")) == len(digests.of(b""))
    assert 0 <= digests.number("\ud800") < 1 << 64


def test_texts_that_differ_have_digests_that_do() -> None:
    """A letter is enough."""
    assert digests.of_text("orbit") != digests.of_text("orbis")
    assert digests.number("orbit") != digests.number("orbis")
