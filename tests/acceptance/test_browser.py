"""The pages in a real browser: for every eye and screen, with nothing asked of anybody else."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.common.by import By

from acceptance.columns import TOGETHER
from acceptance.conftest import kind_in_group
from acceptance.formats import FORMATS
from acceptance.origin import Origin
from acceptance.wire import TOPIC, Wire, wait_until
from browser import Browser, needs_browser

pytestmark = needs_browser

kind = kind_in_group("browser")

PAGES = {
    "index": "/",
    "topic": f"/topics/{TOPIC}",
    "archive": f"/topics/{TOPIC}/archive/1",
    "about": "/about",
    "status": "/status",
}
SCREENS = [(width, scheme) for width in (360, 768, 1280) for scheme in ("light", "dark")]

# Titles that pages have to bear: of 300 characters, without a space, and from right to left.
LONG = (f"{TOGETHER[0].title}, and so on, " * 5)[:299] + "."
WORD = "Raumfahrt" + "zusammenarbeits" * 8 + "vereinbarung"
ARABIC = "روسيا والولايات المتحدة تمددان اتفاق تبادل المقاعد إلى محطة الفضاء الدولية"

ARABIC_NAME = "سلمى حداد"


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory, shared_database_url: str) -> Iterator[Wire]:
    """Return an installation that serves a topic with an archive and unwieldy titles."""
    with Origin() as origin:
        wire = Wire(Path(tmp_path_factory.mktemp("wire")), shared_database_url)
        wire.add(**{name: origin.url(name) for name in FORMATS})
        file = wire.folder / "feeds" / "topics" / f"{TOPIC}.toml"
        file.write_text(file.read_text().replace("limit = 100", "limit = 6"))
        for number, title in enumerate((LONG, WORD, ARABIC), start=20):
            author = ARABIC_NAME if title == ARABIC else TOGETHER[0].author
            origin.add("json11", replace(TOGETHER[0], number=number, title=title, author=author))
        wire.json("poll")
        with wire.daemon():
            wait_until(lambda: wire.get(PAGES["archive"])[0] == 200)
            yield wire


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser's window."""
    with Browser() as window:
        yield window


@pytest.fixture(scope="module")
def question(wire: Wire) -> str:
    """Return the address at which a reader is asked about an entry."""
    address = wire.run("token", "add", "ada").out.splitlines()[0]
    own = wire.get(urlsplit(address.replace("TOPIC", TOPIC)).path)[2].decode()
    return str(re.findall(r'href=(?:"|&quot;)(http[^"&]*/no/[^"&]*)', own)[0])


@pytest.mark.parametrize("screen", SCREENS, ids=[f"{width}-{scheme}" for width, scheme in SCREENS])
@pytest.mark.parametrize("name", [*PAGES, "feedback"])
def test_pages_are_for_everybody(
    wire: Wire, browser: Browser, question: str, name: str, screen: tuple[int, str]
) -> None:
    """O58, H2: no barrier that axe finds, no sideways scrolling, no complaint, no other host."""
    addresses: Mapping[str, str] = {"feedback": question} | {
        name: wire.base_url + path for name, path in PAGES.items()
    }
    width, scheme = screen
    visit = browser.open(addresses[name], width=width, scheme=scheme)
    assert browser.run("return document.styleSheets[0].cssRules.length") > 0
    assert browser.barriers() == []
    assert not visit.is_too_wide
    assert visit.complaints == ()
    assert visit.hosts == {urlsplit(wire.base_url).netloc}


@pytest.mark.parametrize("name", PAGES)
def test_pages_may_be_enlarged_four_times(wire: Wire, browser: Browser, name: str) -> None:
    """WCAG 2.2, 1.4.10: what is 320 pixels wide, or a desk's 1280 at 400 %, is read downwards."""
    browser.open(wire.base_url + PAGES[name], width=320)
    browser.run(
        "for (const one of document.querySelectorAll('td.number')) one.textContent = '12,345';"
        "for (const one of document.querySelectorAll('td time')) one.textContent = '24 minutes ago'"
    )
    assert not browser.is_too_wide


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)], ids=str)
def test_a_page_is_dark_where_the_reader_is(
    wire: Wire,
    browser: Browser,
    scheme: str,
    is_dark: bool,  # noqa: FBT001
) -> None:
    """Paper is ink's colour and ink is paper's for those who prefer it so."""
    browser.open(wire.base_url, scheme=scheme)
    paper = browser.run("return getComputedStyle(document.documentElement).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", paper))) < 64) == is_dark


@pytest.mark.parametrize(
    ("name", "width"),
    [("/favicon.svg", 32), ("/icon.png", 512), ("/apple-touch-icon.png", 180), ("/card.png", 1200)],
    ids=str,
)
def test_the_policy_lets_a_page_have_its_icons(
    wire: Wire, browser: Browser, name: str, width: int
) -> None:
    """O58: what a page names as its icon, the browser may load and can draw."""
    browser.open(wire.base_url)
    found = browser.width_of_image(name)
    assert found == width if name.endswith(".png") else found > 0


def test_the_policy_keeps_out_what_is_not_ours(wire: Wire, browser: Browser) -> None:
    """O58: a script or a style that came into a page all the same would do nothing."""
    browser.open(wire.base_url)
    browser.run(
        "document.body.insertAdjacentHTML('beforeend',"
        ' \'<img src=x: onerror="document.title=1"><p id=p style="color:red">x</p>\')'
    )
    assert browser.run("return getComputedStyle(document.getElementById('p')).color") != (
        "rgb(255, 0, 0)"
    )
    assert browser.driver.title == "Topicwire"


def test_a_long_name_in_the_margin_keeps_clear_of_the_next_entry(
    wire: Wire, browser: Browser
) -> None:
    """On a desk, where the margin is narrow, a journal with its whole name beside a mere title."""
    browser.open(wire.base_url + PAGES["topic"], width=1280)
    browser.run(
        "for (const one of document.querySelectorAll('.summary, .by, .why')) one.remove();"
        f"for (const one of document.querySelectorAll('.source')) one.textContent = '{LONG}'"
    )
    margins = browser.run(
        "return [...document.querySelectorAll('.margin')].map(one => one.getBoundingClientRect())"
    )
    assert len(margins) > 1
    assert all(upper["bottom"] < lower["top"] for upper, lower in pairwise(margins))
    assert len({each["right"] for each in margins}) == 1


def test_a_phone_has_room_for_what_is_wrong(wire: Wire, browser: Browser) -> None:
    """Words stay whole beside the id of a source, however much there is to say."""
    browser.open(wire.base_url + PAGES["status"], width=360)
    lines = browser.run(
        "const [source, is] = document.querySelector('section:last-of-type tbody tr').cells;"
        "source.textContent = 'space-policy-of-the-day';"
        "is.textContent = 'fails: the server answered 401 (unauthorized); it wants a password';"
        "const word = document.createRange();"
        "word.setStart(is.firstChild, 32); word.setEnd(is.firstChild, 44);"
        "return [word.toString(), word.getClientRects().length]"
    )
    assert lines == ["unauthorized", 1]


def test_an_author_stands_where_the_title_does(wire: Wire, browser: Browser) -> None:
    """A line of names runs in the direction of the first."""
    browser.open(wire.base_url + PAGES["topic"])
    directions = browser.run(
        "return [...document.querySelectorAll('h3, .by')]"
        ".map(one => [one.textContent, getComputedStyle(one).direction])"
    )
    assert [ARABIC, "rtl"] in directions
    assert [ARABIC_NAME, "rtl"] in directions
    assert [TOGETHER[0].author, "ltr"] in directions


def test_an_address_is_selected_with_one_click(wire: Wire, browser: Browser) -> None:
    """H2: a feed's address is copied without a script and without aiming."""
    browser.open(wire.base_url + PAGES["topic"])
    browser.driver.find_element(By.CSS_SELECTOR, ".subscribe code").click()
    selected = browser.run("return getSelection().toString()")
    assert selected.strip() == f"{wire.base_url}/topics/{TOPIC}.atom"


def test_the_keyboard_comes_past_the_head(wire: Wire, browser: Browser) -> None:
    """The first key shows a link to the entries, and all that has the focus shows it."""
    browser.open(wire.base_url + PAGES["topic"])
    body = browser.driver.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    focused = browser.driver.switch_to.active_element
    assert focused.get_attribute("class") == "skip"
    assert focused.rect["x"] >= 0
    assert browser.run("return getComputedStyle(arguments[0]).outlineStyle", focused) == "solid"
    focused.send_keys(Keys.ENTER)
    browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    first = browser.driver.switch_to.active_element
    assert browser.run("return arguments[0].closest('main') !== null", first)


def test_visitors_turn_the_pages_of_the_archive(wire: Wire, browser: Browser) -> None:
    """From the topic's page back to the oldest entries and on to the newest again."""
    browser.open(wire.base_url + PAGES["topic"])
    titles = set()
    while True:
        titles |= {each.text for each in browser.driver.find_elements(By.TAG_NAME, "h3")}
        older = browser.driver.find_elements(By.CSS_SELECTOR, "main a[rel=prev]")
        if not older:
            break
        browser.follow(older[0])
    assert titles == {LONG, WORD, ARABIC, *(column.title for column in TOGETHER)}
    while newer := browser.driver.find_elements(By.CSS_SELECTOR, "main a[rel=next]"):
        browser.follow(newer[0])
    assert browser.driver.current_url == wire.base_url + PAGES["topic"]


def test_a_reader_presses_the_button(browser: Browser, question: str) -> None:
    """The page that asks takes the answer within its policy, and thanks for it."""
    browser.open(question)
    browser.follow(browser.driver.find_element(By.TAG_NAME, "button"))
    assert browser.driver.find_element(By.TAG_NAME, "h1").text == "Thank you"
