"""The starter concepts: words that mean another thing in another language are not taken for theirs."""

from pathlib import Path

import pytest

from topicwire.curate.language import parse
from topicwire.curate.match import Matcher, hits
from topicwire.curate.text import read_example
from topicwire.model.catalogue import Example
from topicwire.world.catalogue import load

CONCEPTS = {each.id: each for each in load(Path(__file__).parents[2] / "feeds").concepts}


def holds(concept: str, lang: str, text: str) -> bool:
    matcher = Matcher(parse(f"@{concept}", CONCEPTS).root)
    reading = read_example(Example(expect=True, title="", text=text, lang=lang))
    return hits(matcher.node, matcher.view(reading)) is not None


@pytest.mark.parametrize(
    ("concept", "lang", "text"),
    [
        pytest.param("nation", "es", "Llegó sin agua, sino con pan.", id="sin, sino: not Sino-"),
        pytest.param("nation", "pt", "Fica nas ruas.", id="nas: not NASA"),
        pytest.param("nation", "pt", "Uma mosca na sopa.", id="mosca: not Moscou"),
        pytest.param("nation", "de", "Er half, indem er schwieg.", id="indem: not Inde"),
        pytest.param("nation", "de", "Der Wind kommt aus Süden.", id="Süden: not Suède"),
        pytest.param("nation", "en", "They sailed to the islands.", id="islands: not Islande"),
        pytest.param("nation", "it", "Un cubo di ghiaccio.", id="cubo: not Cuba"),
        pytest.param("nation", "it", "Due colombe volano.", id="colombe: not Colombia"),
        pytest.param("nation", "ru", "Опубликованы новые данные.", id="данные: not Дания"),
        pytest.param("nation", "ru", "Груз мал, и перо лёгкое.", id="груз, мал, перо: no nations"),
        pytest.param("moon", "fr", "Le monde change.", id="monde: not Mond"),
        pytest.param("moon", "es", "Vuelve el lunes.", id="lunes: not Luna"),
        pytest.param("space", "de", "Die Länder landen auf dem Boden.", id="Länder: not a lander"),
        pytest.param("flight", "fr", "Il est en train de lire.", id="en train de: not to train"),
        pytest.param("flight", "en", "See vol. 3 of the report.", id="vol.: not a flight"),
        pytest.param("cooperation", "en", "A string ensemble played.", id="ensemble: not together"),
        pytest.param("cooperation", "de", "Sie halten den Ball.", id="halten: not to halt"),
        pytest.param("launcher", "en", "He lit the fuse.", id="fuse: not fusée"),
        pytest.param("launch-business", "en", "It ends in March.", id="March: not marché"),
        pytest.param("launch-business", "it", "La costa è lunga.", id="costa: not a cost"),
        pytest.param("sanctions-act", "en", "He pulled a lever.", id="lever: not to lift"),
    ],
)
def test_a_false_friend_is_not_taken(concept: str, lang: str, text: str) -> None:
    """A text in the other language does not hold the concept."""
    assert not holds(concept, lang, text)


@pytest.mark.parametrize(
    ("concept", "lang", "text"),
    [
        ("nation", "en", "A Sino-French satellite."),
        ("nation", "es", "La NASA llama."),
        ("nation", "en-GB", "Nasa calls."),
        ("nation", "fr", "L’Inde et les Indiens."),
        ("nation", "de", "Indien und Polen."),
        ("nation", "ru", "В Дании и Грузии."),
        ("nation", "pt-BR", "Moscou responde."),
        ("nation", "it", "Cuba firma."),
        ("moon", "de", "Der Mond scheint."),
        ("moon", "fr", "La Lune brille."),
        ("space", "es", "La Luna brilla."),
        ("flight", "fr", "Le vol est long."),
        ("cooperation", "fr", "Ils travaillent ensemble."),
    ],
)
def test_the_true_word_is(concept: str, lang: str, text: str) -> None:
    """In its own language it counts."""
    assert holds(concept, lang, text)
