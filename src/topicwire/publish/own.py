"""A reader's own feeds: by what they are known, and the signed links by which readers answer.

A link is signed with the digest of the reader's token, which only the database holds, and names
the reader by a digest of that: who sees the link learns neither, and can sign no other.
"""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from topicwire.publish.wording import scrubbed

_READER_LENGTH = 12  # hexadecimal digits, to find the token by
_SIGNATURE_LENGTH = 32  # hexadecimal digits: 128 bits
_LONGEST_CLIENT = 200
_PATH = re.compile(
    r"/feedback/(?P<topic>[a-z0-9-]{1,64})/(?P<entry>[1-9][0-9]{0,17})/(?P<answer>yes|no)"
    rf"/(?P<reader>[0-9a-f]{{{_READER_LENGTH}}})(?P<signature>[0-9a-f]{{{_SIGNATURE_LENGTH}}})"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader says of an entry: whether it is on the topic."""

    topic_id: str
    entry_id: int
    is_on_topic: bool


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """An answer as a link gives it; `reader` names who it was signed for, if it was."""

    answer: Answer
    reader: str
    signature: str


@dataclass(frozen=True, slots=True)
class OwnReader:
    """The reader of feeds of their own, by the digest of their token."""

    digest: str

    @property
    def id(self) -> str:
        """The short name that stands in links: no way leads from it to the digest."""
        return sha256(self.digest.encode()).hexdigest()[:_READER_LENGTH]

    def path(self, answer: Answer) -> str:
        """Return the path of the link that gives an answer, below the site's base."""
        word = "yes" if answer.is_on_topic else "no"
        place = f"/feedback/{answer.topic_id}/{answer.entry_id}/{word}"
        return f"{place}/{self.id}{self._signature(answer)}"

    def has_signed(self, given: SignedAnswer) -> bool:
        """Return whether the answer comes by a link that was made for this reader."""
        return hmac.compare_digest(self.id, given.reader) and hmac.compare_digest(
            self._signature(given.answer), given.signature
        )

    def _signature(self, answer: Answer) -> str:
        said = f"{answer.topic_id}\n{answer.entry_id}\n{answer.is_on_topic}"
        signed = hmac.new(self.digest.encode(), said.encode(), "sha256")
        return signed.hexdigest()[:_SIGNATURE_LENGTH]


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode()).hexdigest()


def signed_answer(path: str) -> SignedAnswer | None:
    """Return the answer that a link's path gives, None when it is no such path."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    answer = Answer(found["topic"], int(found["entry"]), is_on_topic=found["answer"] == "yes")
    return SignedAnswer(answer, found["reader"], found["signature"])


def client(user_agent: str) -> str:
    """Return a program's name as it is kept: one line that is not too long."""
    return " ".join(scrubbed(user_agent).split())[:_LONGEST_CLIENT]
