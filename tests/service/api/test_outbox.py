"""Letters leave if and only if their cause was committed, at least once, and only to who still exists."""

import secrets
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from api.errors import MailNotTaken
from api.mail import Mail
from api.outbox import BATCH, MAIL, Delivered, OutboxDelivery, mail_way
from audit.errors import SubjectErased
from audit.ground import Ground
from audit.ids import new_id
from audit.outbox import MOST_ATTEMPTS, PAUSES, Outbox
from audit.tables import outbox_table
from tests.fakes import FakeClock

WHY = "test"


class Letterbox:
    """A way out that remembers what it took, and fails while it is told to."""

    def __init__(self) -> None:
        self.taken: list[Mail] = []
        self.fails = False

    def send(self, mail: Mail) -> None:
        if self.fails:
            raise MailNotTaken("the server is away")
        self.taken.append(mail)


@pytest.fixture
def outbox(ground: Ground) -> Outbox:
    return Outbox(ground.group_id, ground.subject_keys, ground.secrets)


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def delivery(ground: Ground, outbox: Outbox, letterbox: Letterbox) -> OutboxDelivery:
    return OutboxDelivery(ground, outbox, {MAIL: mail_way(letterbox)})


@pytest.fixture
def put(ground: Ground, outbox: Outbox) -> Callable[..., str]:
    def put(subject_id: str | None = None, *, kind: str = MAIL, body: bytes | None = None) -> str:
        parts = Mail("x", "a@example.org", "erika@example.org", "s", "text", ground.now())
        with ground.unit_of_work() as uow:
            letter = outbox.put(uow.connection, kind, body or parts.dump(), subject_id=subject_id, now=ground.now())
            uow.commit(nothing_to_record=WHY)
        return letter

    return put


def new_subject(ground: Ground) -> str:
    pid = new_id()
    with ground.unit_of_work() as uow:
        ground.subject_keys.create(uow.connection, pid)
        uow.commit(nothing_to_record=WHY)
    return pid


def rows(ground: Ground) -> list[tuple[int, bytes, bool]]:
    with ground.engine.connect() as connection:
        return [
            (row.attempts, row.box, row.sent_at is not None)
            for row in connection.execute(select(outbox_table).order_by(outbox_table.c.id))
        ]


def test_a_letter_is_delivered_once_and_its_words_are_let_go(
    ground: Ground, delivery: OutboxDelivery, letterbox: Letterbox, put: Callable[..., str]
) -> None:
    letter_id = put(new_subject(ground))
    assert delivery.deliver_due() == Delivered(1, 0)
    assert delivery.deliver_due() == Delivered(0, 0)
    assert [mail.id for mail in letterbox.taken] == [letter_id]
    assert rows(ground) == [(1, b"", True)]


def test_a_letter_whose_cause_was_undone_never_leaves(ground: Ground, outbox: Outbox, delivery: OutboxDelivery) -> None:
    with ground.unit_of_work() as uow:
        outbox.put(uow.connection, MAIL, b"x", subject_id=None, now=ground.now())
    assert delivery.deliver_due() == Delivered(0, 0)


def test_a_letter_that_was_not_taken_comes_again_with_growing_pauses_and_is_parked_in_the_end(
    ground: Ground,
    outbox: Outbox,
    delivery: OutboxDelivery,
    letterbox: Letterbox,
    put: Callable[..., str],
    clock: FakeClock,
) -> None:
    put()
    letterbox.fails = True
    for pause in PAUSES:
        assert delivery.deliver_due() == Delivered(0, 1)
        clock.move(seconds=pause.total_seconds() - 1)
        assert delivery.deliver_due() == Delivered(0, 0)
        clock.move(seconds=1)
    assert delivery.deliver_due() == Delivered(0, 1)
    clock.move(days=30)
    letterbox.fails = False
    assert delivery.deliver_due() == Delivered(0, 0)
    with ground.reading() as session:
        assert outbox.count_parked(session.connection()) == 1
        assert outbox.oldest_due(session.connection()) is None


def test_the_pauses_last_about_three_days() -> None:
    assert 2.9 < sum(pause.total_seconds() for pause in PAUSES) / 86400 <= 3
    assert list(PAUSES) == sorted(PAUSES)
    assert len(PAUSES) + 1 == MOST_ATTEMPTS


def test_one_letter_that_fails_does_not_hold_up_the_next(
    ground: Ground, delivery: OutboxDelivery, letterbox: Letterbox, put: Callable[..., str]
) -> None:
    put(body=b"no mail at all")
    good = put()
    assert delivery.deliver_due() == Delivered(1, 1)
    assert [mail.id for mail in letterbox.taken] == [good]


def test_an_erased_subject_gets_no_more_letters(
    ground: Ground, outbox: Outbox, delivery: OutboxDelivery, letterbox: Letterbox, put: Callable[..., str]
) -> None:
    pid = new_subject(ground)
    put(pid)
    with ground.unit_of_work() as uow:
        ground.subject_keys.destroy(uow.connection, pid)
        uow.commit(nothing_to_record=WHY)
    assert delivery.deliver_due() == Delivered(0, 0)
    assert letterbox.taken == []
    assert rows(ground) == []
    with pytest.raises(SubjectErased):
        put(pid)


def test_a_letter_whose_bytes_changed_is_parked(ground: Ground, outbox: Outbox, put: Callable[..., str]) -> None:
    put()
    with ground.unit_of_work() as uow:
        uow.connection.execute(update(outbox_table).values(box=secrets.token_bytes(64)))
        uow.commit(nothing_to_record=WHY)
    with ground.unit_of_work() as uow:
        assert outbox.take_due(uow.connection, [MAIL], now=ground.now(), limit=10) == []
        uow.commit(nothing_to_record=WHY)
    with ground.reading() as session:
        assert outbox.count_parked(session.connection()) == 1


def test_a_round_goes_on_until_nothing_is_due(
    delivery: OutboxDelivery, letterbox: Letterbox, put: Callable[..., str]
) -> None:
    put(body=b"no mail at all")
    letters = [put() for _ in range(2 * BATCH)]
    assert delivery.deliver_round() == Delivered(2 * BATCH, 1)
    assert [mail.id for mail in letterbox.taken] == letters
    assert delivery.deliver_round() == Delivered(0, 0)


def test_letters_without_a_way_wait(ground: Ground, delivery: OutboxDelivery, put: Callable[..., str]) -> None:
    put(kind="pigeon", body=b"x")
    assert delivery.deliver_due() == Delivered(0, 0)
    assert rows(ground)[0][2] is False


def test_what_waits_is_sealed(ground: Ground, put: Callable[..., str]) -> None:
    put(new_subject(ground))
    put()
    assert [b"erika" in box for _, box, _ in rows(ground)] == [False, False]


def test_taking_a_letter_out_puts_it_off_before_it_is_delivered(
    ground: Ground, outbox: Outbox, put: Callable[..., str], clock: FakeClock
) -> None:
    # A process that dies between the two leaves the letter late, not lost, and no second one takes it meanwhile.
    put()
    for expected in (1, 0):
        with ground.unit_of_work() as uow:
            assert len(outbox.take_due(uow.connection, [MAIL], now=ground.now(), limit=10)) == expected
            uow.commit(nothing_to_record=WHY)
    clock.move(seconds=PAUSES[0].total_seconds())
    with ground.unit_of_work() as uow:
        (letter,) = outbox.take_due(uow.connection, [MAIL], now=ground.now(), limit=10)
    assert letter.attempt == 2
    assert "erika" not in repr(letter)
