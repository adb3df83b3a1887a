"""A cursor leads where its list said, and nowhere else."""

import pytest

from api.cursors import Cursors
from api.errors import BadCursor
from audit.ground import Ground


def test_a_cursor_leads_back_to_its_place(ground: Ground) -> None:
    cursors = Cursors(ground.secrets)
    cursor = cursors.make("requests/client-1", ["2026-11-20T09:00:00Z", 7])
    assert cursors.read("requests/client-1", cursor) == ["2026-11-20T09:00:00Z", 7]


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("", id="empty"),
        pytest.param("AAAA", id="too short"),
        pytest.param("W10", id="unsigned"),
        pytest.param("!!!", id="another alphabet"),
        pytest.param("A", id="half a byte"),
        pytest.param("ä", id="not ASCII"),
    ],
)
def test_a_cursor_of_somebody_elses_making_is_refused(ground: Ground, cursor: str) -> None:
    with pytest.raises(BadCursor):
        Cursors(ground.secrets).read("requests", cursor)


def test_a_cursor_is_good_for_its_own_list_only(ground: Ground) -> None:
    cursors = Cursors(ground.secrets)
    cursor = cursors.make("requests", [1])
    with pytest.raises(BadCursor):
        cursors.read("releases", cursor)
    with pytest.raises(BadCursor):
        cursors.read("requests", cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB"))
