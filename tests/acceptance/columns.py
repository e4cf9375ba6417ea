"""Columns written for the tests: one on space cooperation for each source, and others."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FIRST = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an outlet: `number` names it in addresses, and orders it in time."""

    number: int
    title: str
    author: str
    text: str

    @property
    def published(self) -> datetime:
        """When it appeared: one every three hours."""
        return FIRST + timedelta(hours=3 * self.number)


TOGETHER = (
    Column(
        1,
        "Moscow and Washington extend the seat swap to the space station",
        "Irina Holt",
        "NASA and Roscosmos have signed an agreement to go on exchanging seats on flights to the "
        "International Space Station. Russia and the United States fly mixed crews, so that each "
        "partner can run its part of the station if the other's spacecraft is grounded.",
    ),
    Column(
        2,
        "Europe and Japan will build a lunar rover together",
        "Kenji Arnaud",
        "The European Space Agency and Japan's JAXA agreed on a joint mission to the Moon's south "
        "pole. Japan builds the rover, Europe the lander, and the scientists of both share the "
        "data. It is the closest cooperation in space between the two agencies so far.",
    ),
    Column(
        3,
        "India joins the crew exchange with France",
        "Meera Clavel",
        "ISRO and the French space agency CNES will train astronauts together. Under the "
        "memorandum signed in Bengaluru, France and India cooperate on space medicine and fly a "
        "joint experiment on the Indian crew capsule.",
    ),
    Column(
        4,
        "China opens its space station to astronauts from Pakistan",
        "Lian Rashid",
        "China and Pakistan signed a cooperation agreement that brings two Pakistani astronauts "
        "to the Tiangong space station. The partners train the crew together and plan joint "
        "experiments in orbit.",
    ),
    Column(
        5,
        "Canada and Germany share a satellite that watches the ice",
        "Greta Fournier",
        "The Canadian Space Agency and the German Aerospace Center DLR will operate a radar "
        "satellite together. The bilateral agreement lets Canada and Germany share the costs of "
        "the joint space mission, its control centre and its pictures of the Arctic.",
    ),
    Column(
        6,
        "The United Arab Emirates sign up to the lunar Gateway with NASA",
        "Omar Whitfield",
        "The United Arab Emirates and the United States agreed to work together on the Gateway, "
        "the space station that will circle the Moon. The Emirates build the airlock, NASA flies "
        "it there, and an Emirati astronaut joins the international crew.",
    ),
    Column(
        7,
        "Brazil and China launch their seventh joint Earth satellite",
        "Ana Xu",
        "The cooperation in space between Brazil and China goes into its fourth decade. The two "
        "space agencies built the satellite together, share its costs equally, and give its "
        "pictures of the Amazon to neighbouring countries for free.",
    ),
)

OTHERS = (
    Column(
        11,
        "The orchard that would not freeze",
        "Paul Unger",
        "Three nights of frost took the blossom of the valley, but not of one old orchard. Its "
        "owner lit small fires between the rows and stayed awake, as his grandmother had done.",
    ),
    Column(
        12,
        "Why our office space stands empty on Fridays",
        "Dora Finn",
        "The company rents four floors and fills two. A shared calendar would show who needs a "
        "desk, says the facilities team, and half the office space could be given back.",
    ),
    Column(
        13,
        "A slow train is still a train",
        "Tomas Reed",
        "The branch line loses money every year and gains passengers every year. Both are true, "
        "and the timetable of next spring will have to say which of them counts.",
    ),
    Column(
        14,
        "What the library did with its late fees",
        "Hana Brook",
        "It dropped them. Borrowers brought back nine thousand books within a month, some of them "
        "older than the librarians, and the shelves had to be moved closer together.",
    ),
    Column(
        15,
        "The goalkeeper who reads the wind",
        "Luis Marek",
        "He watches the corner flags, not the ball. In a stadium by the sea that is worth two "
        "points a season, his coach has worked out, and the flags cost nothing.",
    ),
    Column(
        16,
        "Bread prices, and what the miller says",
        "Ines Kolb",
        "Wheat is cheaper than a year ago and bread is not. Energy is the reason, says the miller, "
        "who bakes at night now, when the wind turns and electricity costs half.",
    ),
    Column(
        17,
        "A choir needs more than tenors",
        "Sven Odell",
        "Every village choir looks for tenors. Ours stopped looking and rewrote the parts for the "
        "voices that it has, which turned out to be a better choir than the one in the score.",
    ),
)

SEAT_SWAP_AGAIN = Column(
    21,
    "NASA and Roscosmos agree on joint crews for two more years",
    "Irina Holt",
    "Russia and the United States will keep flying together to the International Space Station. "
    "The agreement on joint crews, the partners said, is the last cooperation in space that "
    "neither side wants to lose.",
)
