from hypothesis import given
from hypothesis import strategies as st

from audit.id_index import IdIndex


@given(st.lists(st.text(max_size=4), max_size=60))
def test_index_answers_like_a_dictionary(ids: list[str]) -> None:
    index, rows = IdIndex(), dict[str, int]()
    for event_id in ids:
        expected = None if event_id in rows else len(rows)
        assert index.add(event_id) == expected
        rows.setdefault(event_id, len(rows))
    assert len(index) == len(rows)
    assert all(index.find(event_id) == row for event_id, row in rows.items())
    assert index.find("never added") is None


def test_index_grows_and_forgets_nothing() -> None:
    index = IdIndex()
    for number in range(5000):
        assert index.add(str(number)) == number
    assert [index.find(str(number)) for number in range(5000)] == list(range(5000))
    assert index.add("17") is None
    assert index.find("5000") is None
