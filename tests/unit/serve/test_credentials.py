"""Tests of the token that comes as a password."""

from base64 import b64encode

import pytest

from topicwire.serve.credentials import password


def basic(said: str) -> str:
    return "Basic " + b64encode(said.encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        pytest.param(basic("ada:token"), "token", id="name and password"),
        pytest.param(basic(":token"), "token", id="no name"),
        pytest.param(basic("ada:a:b"), "a:b", id="a colon in it"),
        pytest.param("Basic 6TpaREM=", "ZDC", id="a name in Latin-1"),
        pytest.param("Basic YTrp", "\ufffd", id="a password in Latin-1"),
        pytest.param(basic("ada:").replace("Basic", "bAsIC"), "", id="empty, scheme in any case"),
        pytest.param(basic("ada"), None, id="no colon"),
        pytest.param("Basic", None, id="scheme alone"),
        pytest.param("Basic !!!", None, id="not Base64"),
        pytest.param("Basic /w==", None, id="no text"),
        pytest.param("Bearer token", None, id="another scheme"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_the_password_is_what_counts(authorization: str | None, expected: str | None) -> None:
    """S27: readers that ask for name and password give the token as the password."""
    assert expected == password(authorization)
