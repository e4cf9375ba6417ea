"""What two thousand publishers write in a month: a feed is a function of its number and the time."""

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property, lru_cache

from bench.politeness import Answer

START = datetime(2026, 11, 2, tzinfo=UTC)
HOUR, DAY = 3_600, 86_400
WINDOW = 8  # entries in a feed
THEMES = 50
TYPICAL, WIDTH = 3 * DAY, 1.4  # median and spread of the logarithm of the time between entries
BRISK, QUIET = 0.5 * HOUR, 30 * DAY
LETTERS = "bcdfghklmnprstvw", "aeiou"


def theme(number: int) -> str:
    """Return the word of a theme, which entries of that theme alone have."""
    return f"theme{LETTERS[0][number % 16]}{LETTERS[1][number // 16]}rium"


@lru_cache(1)
def words() -> tuple[str, ...]:
    """Return a thousand words of no language."""
    chance = random.Random(7)
    return tuple(
        "".join(chance.choice(LETTERS[each % 2]) for each in range(chance.randint(3, 9)))
        for _ in range(1_000)
    )


@dataclass(frozen=True)
class Publisher:
    """A publisher with a pace and manners of its own."""

    number: int

    @cached_property
    def gap(self) -> float:
        """Seconds between two of its entries."""
        pace = random.Random(self.number).lognormvariate(math.log(TYPICAL), WIDTH)
        return min(max(pace, BRISK), QUIET)

    def newest(self, at: float) -> int:
        """Return the number of its latest entry, `at` seconds after the start."""
        return WINDOW + int((at + self.number * 977 % self.gap) // self.gap)

    def answer(self, asked: int, at: float) -> Answer:
        """Return what its server says to the request of that number: most are well kept."""
        kind = self.number % 20
        tag = (("ETag", f'"{self.number}-{self.newest(at)}"'),)
        if kind < 2:
            return Answer(200)  # without validators
        if kind < 4:
            return Answer(200, (*tag, ("Cache-Control", "max-age=7200")), wait=7_200)
        if kind == 4 and asked % 7 == 3:
            return Answer(500)
        if kind == 5 and asked % 11 == 5:
            return Answer(429, (("Retry-After", "10000"),), wait=10_000)
        if self.number % 200 == 6:
            return Answer(404)
        return Answer(200, tag)

    def body(self, at: float) -> bytes:
        """Return its feed."""
        last = self.newest(at)
        items = "".join(self._item(each) for each in range(last, last - WINDOW, -1))
        head = f"<title>Paper {self.number}</title><link>http://p{self.number}.example/</link>"
        return f"<rss version='2.0'><channel>{head}<description/>{items}</channel></rss>".encode()

    def _item(self, number: int) -> str:
        choose = random.Random(self.number * 100_003 + number)
        text = " ".join(choose.choices(words(), k=60))
        subject = theme(choose.randrange(THEMES)) if choose.random() < 0.5 else "nothing"
        offset = self.number * 977 % self.gap
        when = START + timedelta(seconds=(number - WINDOW) * self.gap - offset)
        return (
            f"<item><title>Of {subject}, part {number}</title>"
            f"<link>http://p{self.number}.example/{number}</link>"
            f"<guid isPermaLink='false'>{number}</guid><pubDate>{format_datetime(when)}</pubDate>"
            f"<description>On {subject}: {text}.</description></item>"
        )
