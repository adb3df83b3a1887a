"""A write that is sent twice happens once, and the kept answer is read by nobody else."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from api.errors import KeyUsedOtherwise, StillInProgress
from api.idempotency_store import Answer, Attempt, IdempotencyStore
from api.tables import IdempotencyKey
from audit.ground import Ground
from tests.fakes import FakeClock

ANSWER = Answer(201, (("content-type", "application/json"),), b'{"email": "erika@example.org", "raw": "\xff"}')
KEY, BODY = "key-of-erika@example.org", b'{"email": "erika@example.org"}'


@pytest.fixture
def store(ground: Ground) -> IdempotencyStore:
    return IdempotencyStore(ground)


def first(store: IdempotencyStore) -> Attempt:
    return store.attempt("client-1", KEY, BODY)


def test_the_first_use_goes_ahead_and_the_second_gets_its_answer(store: IdempotencyStore) -> None:
    assert store.begin(first(store)) is None
    store.keep(first(store), ANSWER)
    assert store.begin(first(store)) == ANSWER


def test_another_request_with_the_same_key_is_refused(store: IdempotencyStore) -> None:
    store.begin(first(store))
    other = store.attempt("client-1", KEY, b"{}")
    with pytest.raises(KeyUsedOtherwise):
        store.begin(other)
    store.keep(first(store), ANSWER)
    with pytest.raises(KeyUsedOtherwise):
        store.begin(other)


def test_while_the_first_is_answered_the_second_waits(store: IdempotencyStore) -> None:
    store.begin(first(store))
    with pytest.raises(StillInProgress):
        store.begin(first(store))


def test_a_key_of_another_client_is_another_key(store: IdempotencyStore) -> None:
    store.begin(first(store))
    assert store.begin(store.attempt("client-2", KEY, b"{}")) is None


def test_a_refused_request_frees_the_key(store: IdempotencyStore) -> None:
    store.begin(first(store))
    store.give_up(first(store))
    assert store.begin(store.attempt("client-1", KEY, b"{}")) is None


def test_giving_up_takes_no_answer_away(store: IdempotencyStore) -> None:
    store.begin(first(store))
    store.keep(first(store), ANSWER)
    store.give_up(first(store))
    assert store.begin(first(store)) == ANSWER


def test_an_answer_that_never_came_is_given_up_after_ten_minutes(store: IdempotencyStore, clock: FakeClock) -> None:
    store.begin(first(store))
    clock.move(minutes=10)
    assert store.begin(first(store)) is None


def test_after_24_hours_the_key_is_free_and_its_row_is_deleted(store: IdempotencyStore, clock: FakeClock) -> None:
    store.begin(first(store))
    store.keep(first(store), ANSWER)
    clock.move(hours=23, minutes=59)
    assert store.begin(first(store)) == ANSWER
    assert store.forget_expired() == 0
    clock.move(minutes=1)
    assert store.begin(store.attempt("client-1", KEY, b"{}")) is None
    clock.move(hours=24)
    assert store.forget_expired() == 1
    assert store.forget_expired() == 0


def test_neither_key_nor_request_nor_answer_can_be_read_in_the_table(store: IdempotencyStore, ground: Ground) -> None:
    store.begin(first(store))
    store.keep(first(store), ANSWER)
    with ground.reading() as session:
        row = session.scalars(select(IdempotencyKey)).one()
    assert b"erika" not in (row.box or b"")
    assert "erika" not in str(vars(row))
    assert "erika" not in repr(ANSWER)


def test_of_two_at_the_same_time_one_goes_ahead(store: IdempotencyStore) -> None:
    start, outcomes = Barrier(2), []

    def attempt() -> None:
        start.wait()
        try:
            outcomes.append(store.begin(first(store)))
        except StillInProgress:
            outcomes.append("waits")

    threads = [Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [None, "waits"]
