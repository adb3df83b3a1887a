"""A mail that lies as a file goes with the letter that it was, and nobody else's goes with it."""

import pytest

from api.bootstrap import Services
from api.outbox import MAIL
from audit.outbox import Letter
from consent.outbox import KIND as TEMPLATE
from retention.erasure import ErasureState
from tests.fakes import FakeClock
from tests.journey.conftest import ACTOR, Crm

LETTER = "01990000-0000-7000-8000-00000000000a"
ERIKA, MAX = "erika@example.org", "max@example.org"


def sign_up(crm: Crm, address: str) -> str:
    """Ask for a confirmation by mail and return the id of the person."""
    identifier = {"kind": "email", "value": address}
    subject: str = crm.post("/v1/subjects", json={"identifiers": [identifier]}).json["id"]
    event = {"event": "grant_requested", "purpose": "newsletter", "channel": "email"}
    assert crm.post("/v1/consents", json={"subject": {"identifier": identifier}, **event}).status_code == 202
    return subject


def deliver(services: Services) -> None:
    while services.delivery.deliver_due().sent:
        pass


def erase(services: Services, subject_id: str) -> int:
    done = services.erasures.erase(subject_id, basis="Art.17(1)(b)", request="R-1", actor=ACTOR)
    assert done.state is ErasureState.DONE
    return done.counts["mail_files"]


def mails(services: Services) -> list[str]:
    """The content of every file in the folder of mails."""
    return [file.read_text("utf-8") for file in sorted((services.settings.var / "outbox").iterdir())]


def test_the_mails_of_an_erased_person_go_and_those_of_others_stay(crm: Crm, services: Services) -> None:
    erika, _ = sign_up(crm, ERIKA), sign_up(crm, MAX)
    deliver(services)
    before = mails(services)
    of_erika = sum(ERIKA in mail for mail in before)
    assert of_erika > 0
    assert erase(services, erika) == of_erika
    after = mails(services)
    assert not any(ERIKA in mail for mail in after)
    assert len(after) == len(before) - of_erika > 0


def test_a_mail_that_was_under_way_while_its_person_was_erased_goes_a_little_later(
    crm: Crm, services: Services
) -> None:
    erika = sign_up(crm, ERIKA)
    (letter,) = take(services)
    erase(services, erika)
    folder = services.settings.var / "outbox"
    folder.mkdir(parents=True, exist_ok=True)
    # One that is written now, and one over which the process was killed.
    for name in (f"{letter.id}.eml", f".{letter.id}.partial"):
        (folder / name).write_text(ERIKA, "utf-8")
    assert services.letter_files.remove_gone() == 2
    assert mails(services) == []


def take(services: Services) -> list[Letter]:
    with services.ground.unit_of_work() as uow:
        letters = services.outbox.take_due(uow.connection, [TEMPLATE, MAIL], now=services.ground.now(), limit=5)
        uow.commit(nothing_to_record="test of a letter under way")
    return letters


def test_the_mail_of_a_sign_up_that_nobody_confirmed_goes_with_it(
    crm: Crm, services: Services, clock: FakeClock
) -> None:
    sign_up(crm, ERIKA)
    deliver(services)
    assert services.letter_files.remove_gone() == 0
    clock.move(days=92)
    services.sweep.run()
    assert services.letter_files.remove_gone() > 0
    assert mails(services) == []


@pytest.mark.parametrize("name", ["notes.eml", f"{LETTER}.txt", f"{LETTER}.eml.bak"])
def test_a_file_that_is_no_letter_is_left_alone(services: Services, name: str) -> None:
    folder = services.settings.var / "outbox"
    folder.mkdir(parents=True)
    (folder / name).touch()
    assert services.letter_files.remove_gone() == 0
    assert (folder / name).exists()


def test_without_a_folder_there_is_nothing_to_remove(services: Services) -> None:
    assert services.letter_files.remove_gone() == 0
    assert not (services.settings.var / "outbox").exists()
