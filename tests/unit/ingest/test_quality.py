"""A page's text, or what stands in its place."""

import pytest

from topicwire.ingest.quality import flags, is_reserved

TITLE = "Crews trade seats on two rockets between agencies"
TEASER = "Astronauts and cosmonauts keep flying together aboard each other's spacecraft."
ARTICLE = (
    "Astronauts and cosmonauts keep flying together. The agencies trade seats on their rockets and "
    "spacecraft, and crews train in both countries. Nobody in either capital has much to say on it. "
) * 12


def of(text: str, html: str = "", *, teaser: str = TEASER) -> tuple[str, ...]:
    return flags(text, html=html, title=TITLE, teaser=teaser)


@pytest.mark.parametrize(
    ("text", "html", "flag"),
    [
        pytest.param(
            "We value your privacy. We and our partners use cookies on this website to store and "
            "access information. Accept all cookies. Manage preferences. Cookie policy. " * 2,
            "",
            "cookie wall",
            id="cookies",
        ),
        pytest.param(
            "Nous utilisons des cookies sur ce site. Accepter les cookies ou continuer sans accepter. "
            "Cookies policy et preferences. Vos choix s'appliquent partout sur le site du journal.",
            "",
            "cookie wall",
            id="cookies in French",
        ),
        pytest.param(
            "Мы используем файлы cookie. Принять все cookie или настроить. Файлы cookie помогают нам "
            "сделать сайт удобнее, а также показывать вам рекламу, которая может быть интересна.",
            "",
            "cookie wall",
            id="cookies in Russian",
        ),
        pytest.param(
            "Astronauts and cosmonauts keep flying together aboard each other's spacecraft, crews say. "
            "Subscribe to continue reading. Already a subscriber? Log in.",
            "",
            "paywall",
            id="paywall",
        ),
        pytest.param(
            ARTICLE[:500],
            '<script type="application/ld+json">{"isAccessibleForFree": "False"}</script>',
            "paywall",
            id="paywall by its data",
        ),
        pytest.param(
            "Dieser Artikel ist exklusiv für Abonnenten. " * 4, "", "paywall", id="German"
        ),
        pytest.param("Cet article est réservé aux abonnés. " * 5, "", "paywall", id="French"),
        pytest.param(
            "Just a moment... Checking your browser before accessing press.example. Please enable "
            "JavaScript and cookies to continue. This may take a few seconds, thank you for waiting.",
            "",
            "captcha",
            id="challenge",
        ),
        pytest.param(
            "Please verify you are a human by completing the puzzle below to continue to the site "
            "you were looking for. If it does not load, refresh the page or try another browser.",
            "",
            "captcha",
            id="captcha",
        ),
        pytest.param(
            "404. The page you were looking for was not found. It may have been moved or removed; try "
            "the search above, or go back to the front page to find what you wanted to read today.",
            "",
            "error page",
            id="not found",
        ),
        pytest.param(
            "Page introuvable. La page que vous cherchez n'existe pas ou n'existe plus. Retournez à "
            "l'accueil du site pour trouver les articles du jour et les archives de la rédaction.",
            "",
            "error page",
            id="not found in French",
        ),
        pytest.param(
            "Log in to your account with e-mail address and password. Forgot your password? Create "
            "an account, it takes a minute and lets you read on all of your devices, everywhere.",
            '<input name="p" type="password">',
            "login page",
            id="login",
        ),
        pytest.param("", "<script>app()</script>", "no text", id="an empty shell"),
        pytest.param(
            "Bakers in the old town raised their prices again, and customers queue for bread. " * 9,
            "",
            "another page",
            id="another article",
        ),
    ],
)
def test_what_is_no_article_is_recognised(text: str, html: str, flag: str) -> None:
    """Walls, stubs, captchas and error pages are never taken for the text."""
    assert flag in of(text, html)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param(ARTICLE, "", id="an article"),
        pytest.param(ARTICLE + " Accept all cookies. Cookie settings.", "", id="with a banner"),
        pytest.param(
            ARTICLE + " Subscribe to read more of our columns. Already a subscriber?",
            "",
            id="an offer",
        ),
        pytest.param(
            ARTICLE + " The captcha asked: are you a robot? And 404 pages were found.",
            "",
            id="about",
        ),
        pytest.param(ARTICLE, '<input type="password">', id="with a login box"),
        pytest.param(
            "Astronauts and cosmonauts keep flying together aboard each other's spacecraft and rockets, "
            "the agencies said. Crews trade seats as before.",
            "",
            id="a short note",
        ),
    ],
)
def test_an_article_passes(text: str, html: str) -> None:
    """A column about walls, or with a banner, or a short one, is the text."""
    assert of(text, html) == ()


def test_a_text_shorter_than_the_feeds_own_is_not_taken() -> None:
    """What the feed gave is better then."""
    assert of(ARTICLE[:300], teaser=ARTICLE) == ("shorter than the feed",)


@pytest.mark.parametrize(
    ("html", "robots", "tdm", "expected"),
    [
        pytest.param("<p>x</p>", None, None, False, id="nothing"),
        pytest.param('<meta name="robots" content="noarchive">', None, None, True, id="noarchive"),
        pytest.param(
            '<meta content="max-snippet:-1,NOINDEX" name=robots>', None, None, True, id="order"
        ),
        pytest.param('<meta name="robots" content="index, follow">', None, None, False, id="index"),
        pytest.param('<meta name="tdm-reservation" content="1">', None, None, True, id="tdm meta"),
        pytest.param("<p>x</p>", "noarchive", None, True, id="header"),
        pytest.param("<p>x</p>", None, "1", True, id="tdm header"),
        pytest.param("<p>x</p>", None, "0", False, id="tdm free"),
    ],
)
def test_a_reserved_page_is_known(
    html: str, robots: str | None, tdm: str | None, *, expected: bool
) -> None:
    """F55: noarchive, noindex and tdm-reservation, in a page or its headers."""
    assert is_reserved(html, robots=robots, tdm=tdm) is expected
