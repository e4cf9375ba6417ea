"""How tests are run side by side."""

import pytest


@pytest.mark.xdist_group("groups")
def test_a_group_of_tests_stays_together(request: pytest.FixtureRequest) -> None:
    """What takes a minute to set up is set up once: pytest-xdist knows groups by their ids."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("nothing is run side by side in groups here (make test does it)")
    assert request.node.nodeid.endswith("@groups")
