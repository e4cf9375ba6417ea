"""Furniture is set aside, and nothing that is the author's own."""

import pytest

from topicwire.curate.furniture import own
from topicwire.curate.sentences import sentences

FURNITURE = [
    "The statements, views and opinions expressed in this column are solely those of the author and do not necessarily represent those of this site.",
    "This site does not give financial, investment or medical advice.",
    "The views expressed in this article are the author's own and do not necessarily reflect the Herald's editorial stance.",
    "Opinions expressed by contributors are their own.",
    "The opinions here are strictly my own.",
    "This does not necessarily reflect the position of this website.",
    "Nothing in this article constitutes investment advice.",
    "This is not financial advice.",
    "Not financial or legal advice!",
    "The information contained herein is not investment advice.",
    "All opinions are my own and do not represent my employer.",
    "Disclosure: I own shares of the companies that fly there.",
    "Ada Writer does not work for, consult, own shares in or receive funding from any organisation.",
    "Thanks for reading Orbital Post!",
    "Subscribe to receive new posts and support my work.",
    "Join our Telegram channel for news of space.",
    "Featured image: the agency's new station",
    "Текст не является инвестиционной рекомендацией.",
    "Die Ansichten der Autoren geben nicht unbedingt die Meinung der Redaktion wieder.",
    "This content is for informational purposes only and should not be relied upon.",
    "For informational and educational purposes only.",
    "The information on this page is not intended as a substitute for professional advice.",
    "Please consult a qualified financial adviser before you invest.",
    "The author is not a financial adviser.",
    "Opinions are mine, and nothing in this piece should be taken as investment advice.",
    "I am not a registered investment advisor.",
    "This is not a recommendation to buy or sell any security.",
    "Neither an offer nor a solicitation to buy.",
    "Do your own research before investing.",
    "Please do your own due diligence.",
    "Past performance is no guarantee of future results.",
    "Investing in stocks involves risk.",
    "The author holds no positions in any of the companies mentioned.",
    "We have no shares in the firms mentioned here.",
    "The publisher accepts no responsibility for the opinions of its columnists.",
    "No content on this website constitutes an offer to buy or sell securities.",
    "No recommendation is being given as to whether any investment suits you.",
    "This letter should not be construed as an invitation to engage in investment activity.",
    "We do not provide investment advice; please consult your adviser.",
    "Nothing you read below should be taken as a recommendation to purchase shares.",
    "Neither the author nor the publisher is authorised to give financial advice.",
    "This content is educational only and is not tailored to the investment needs of anybody.",
    "These notes are not intended as the basis for any investment decision.",
    "The value of investments and the income from them can fall as well as rise.",
    "Readers should take independent advice before they invest.",
    "The author may hold positions in the securities discussed.",
    "I/we have no stock, option or similar position.",
    "Past performance is not a reliable indicator of future results, and no figure here promises any.",
    "Opinions are the columnist's own.",
    "Some of these are affiliate links.",
    "Dieser Brief ist weder Anlageberatung noch Angebot.",
    "Ces lignes ne constituent ni une offre ni un conseil.",
    "Lo escrito aquí no debe interpretarse como una oferta.",
    "Письмо не является предложением купить ценные бумаги.",
    "Sign up to our newsletter for a weekly digest.",
    "Subscribe to our podcast.",
    "Share this article | Subscribe to our newsletter",
    "Follow us on every network.",
    "Share this story with your friends",
    "Click here to read the report.",
    "Continue reading…",
    "© 2026 The Herald.",
    "Copyright 2026 The Herald.",
    "All rights reserved.",
    "Photo credit: NASA",
    "Image: the agency",
    "This column first appeared in the Herald.",
    "The post Seats in space appeared first on Herald.",
    "(Reporting by Ann Lee; editing by Bo Roe)",
    "Read also: Roscosmos and NASA trade seats",
    "RELATED STORY: Roscosmos and NASA trade seats",
    "Мнение автора может не совпадать с мнением редакции.",
    "Материал не является инвестиционной рекомендацией.",
    "Подпишитесь на наш канал.",
    "Читайте также: обмен местами на орбите",
    "Все права защищены.",
    "Les propos de cette tribune n'engagent que leur auteur.",
    "Cet article ne constitue pas un conseil en investissement.",
    "Abonnez-vous à notre lettre.",
    "Lire aussi : un échange de sièges",
    "Die Meinung des Autors gibt nicht unbedingt die Ansicht der Redaktion wieder.",
    "Dieser Text stellt keine Anlageberatung dar.",
    "Alle Rechte vorbehalten.",
    "Las opiniones expresadas en esta columna son responsabilidad de su autor.",
    "Este artículo no constituye asesoramiento financiero.",
    "Síguenos en las redes.",
    "Le opinioni espresse in questo articolo sono dell'autore.",
    "Iscriviti alla nostra newsletter.",
    "As opiniões expressas nesta coluna são do autor.",
    "Leia também: troca de assentos",
]  # fmt: skip

OWN = [
    "The adviser gave the family financial advice that ruined it.",
    "A column on medical advice is not a place for jokes.",
    "The minister is not a financial adviser to the agency.",
    "The court held that nothing in the report should be taken as investment advice.",
    "Congress did not offer to buy the rocket.",
    "The agency did its own research before investing in the engine.",
    "Past performance decided the contract for the lander.",
    "Investing in the station without Russia involves risks that the Senate has not weighed.",
    "The senator owns shares in two firms that the report mentioned by name.",
    "The minister's views were expressed in a letter, and they are not mild.",
    "His opinions do not represent the country.",
    "The senator said that the report does not give medical advice to pilots.",
    "This government does not intend to offer the station for sale.",
    "We were not given a recommendation.",
    "The author of the bill did not offer advice to the agency.",
    "Nothing in the accord gives Moscow an offer of seats.",
    "The value of a treaty falls as well as rises with its weakest party.",
    "Neither the author of the treaty nor its keeper gave advice.",
    "This article is about the price of advice.",
    "The treaty was copied for informational purposes only, the ministry said.",
    "Investors should not take advice from a rocket maker.",
    "The agency shares its data and its views with others.",
    "Readers share this feeling.",
    "Moscow asked to follow us on the road to the Moon.",
    "Rights reserved for states cannot be sold.",
    "The editors of the newsletter resigned over sanctions.",
    "They signed up to the accord in the spring.",
    "The photo shows both crews.",
    "Image is everything in politics.",
    "All views of the Earth are beautiful.",
    "The opinions expressed by the pilots are their own.",
    "Who reads this also reads the other side.",
    "Related research was stopped.",
    "Автор письма изложил своё мнение о Луне.",
    "Права человека защищены договором.",
    "L'opinion publique a suivi le vol.",
    "Die Meinung der Astronauten wurde nicht gehört.",
    "Las opiniones de los pilotos cambiaron.",
    "Copyright law does not reach orbit.",
    "The disclosure of the treaty angered both agencies.",
    "Join our crew, the agency wrote.",
    "She does not work for the agency, nor does she consult it.",
    "Featured image processing found the leak.",
    "Станция не является инвестиционным проектом.",
    "Die Meinung der Redaktion steht im Vertrag.",
    "The views of the crew are their own affair and may change.",
    "The most popular satellite is the oldest.",
    "More on this point would be welcome.",
]


def kept(text: str) -> str:
    sentence_texts = (text[start:end] for start, end, _ in own(text, sentences(text)))
    return "|".join(" ".join(one.split()) for one in sentence_texts)


@pytest.mark.parametrize("sentence", FURNITURE)
def test_furniture_is_set_aside_amid_real_text(sentence: str) -> None:
    """Also where it stands in the same paragraph, what is around it stays."""
    if sentence.endswith((".", "!", "…")):
        assert kept(f"A crew flew. {sentence} It came back.") == "A crew flew.|It came back."
    assert kept(f"A crew flew.\n\n{sentence}\n\nIt came back.") == "A crew flew.|It came back."


@pytest.mark.parametrize("sentence", OWN)
def test_the_words_of_furniture_alone_do_not_make_it(sentence: str) -> None:
    """A sentence about advice, views or rights that disclaims none of this site's own stays."""
    assert f"A crew flew.|{sentence}" == kept(f"A crew flew. {sentence}")


@pytest.mark.parametrize(
    "opening",
    [
        "date 2026-10-13",
        "October 13, 2026",
        "Tuesday, October 13, 2026",
        "13 October 2026 |",
        "Published: 13.10.2026, 14:05",
        "13 октября 2026 г.",
        "13 de octubre de 2026 -",
        "MOSCOW, Oct. 13 (Agency) -",
        "PARIS (Agency) —",
    ],
)
def test_a_dateline_is_set_aside(opening: str) -> None:
    """Where and when it was written is not what it is about."""
    assert kept(f"{opening} The crew flew.") == "The crew flew."
    assert kept(f"{opening}\n\nThe crew flew.") == "The crew flew."


@pytest.mark.parametrize(
    "text",
    [
        "October 13, 2026 was a good day.",
        "NASA - the agency - agreed.",
        "2026 began well.",
        "A day later, October 13, 2026 came.",
    ],
)
def test_a_date_that_is_part_of_a_sentence_stays(text: str) -> None:
    """A sentence that begins with a date goes on in small letters."""
    assert text == kept(text)


def test_dateline_and_disclaimer_in_one_paragraph_both_go() -> None:
    """The typical column opens with both, without so much as a full stop between them."""
    text = "date 2026-10-13 The views expressed in this column are those of the author. We flew."
    assert kept(text) == "We flew."


def test_a_list_of_links_goes_with_its_heading() -> None:
    """Headlines of other columns are not this column's words; the text after them is."""
    text = (
        "The town votes.\n\nMORE FROM OUR SPACE DESK\n- Russia joins the station\n"
        "- Will China fly with Europe?\n\nRelated stories\n\nMoon base grows\n\nThe mayor waits."
    )
    assert kept(text) == "The town votes.|The mayor waits."


def test_a_heading_of_links_without_links_takes_nothing_with_it() -> None:
    """Prose after such a heading is closed by a full stop, and stays."""
    assert kept("Read more\n\nIt ends. See you.") == "It ends.|See you."


def test_at_most_a_dozen_links_go() -> None:
    """A heading does not swallow a whole text that lacks full stops."""
    text = "Read more\n\n" + "\n\n".join(f"line {number}" for number in range(20))
    assert kept(text).count("line") == 9
