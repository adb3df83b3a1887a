"""A schedule is loaded whole and without defect, or not at all."""

import pytest

from retention import errors
from retention.rules import ClassRule, EarliestRule, Pick, VersionedRule
from retention.schedule import Basis, Effect, WhileOpen
from retention.schedule_loading import build_schedule, load_schedule, patched
from tests.unit.retention.builders import schedule, schedule_document, schedule_text
from tests.unit.retention.documents import changed, limits, obligation


@pytest.mark.parametrize(
    ("text", "error", "place"),
    [
        pytest.param("zone: [", errors.Unreadable, "line 1", id="no YAML"),
        pytest.param("zone: UTC\nzone: UTC\n", errors.DuplicateKey, "line 2", id="section twice"),
        pytest.param("classes:\n  a: {start: b, start: c}\n", errors.DuplicateKey, "line 2", id="key twice, in flow"),
        pytest.param("purposes: {1: {basis: consent}}", errors.Malformed, "purposes", id="key that is no text"),
        pytest.param("zone: !!python/name:os.system x", errors.Unreadable, "line 1", id="no foreign objects"),
        pytest.param("", errors.Malformed, "", id="empty text"),
    ],
)
def test_a_text_is_read_strictly(text: str, error: type[errors.DocumentError], place: str):
    with pytest.raises(errors.DocumentError) as caught:
        load_schedule(text)
    assert (type(caught.value), caught.value.place) == (error, place)


def test_an_unknown_zone_is_refused():
    with pytest.raises(errors.UnknownZone):
        build_schedule(changed(zone="Europe/Atlantis"))


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(
            limits({"versions": [{"rule": "C-7d"}, {"from": "2027-01-01", "rule": "C-30d", "source": "s"}]}),
            id="longer with source",
        ),
        pytest.param(
            limits({"versions": [{"rule": "C-1y"}, {"from": "2027-01-01", "rule": "P-1y"}]}), id="equally long"
        ),
        pytest.param(limits({"versions": [{"rule": "C-90d"}, {"from": "2027-01-01", "rule": "C-7d"}]}), id="shorter"),
        pytest.param(
            obligation(keep={"versions": [{"rule": "P-3y"}, {"from": "2027-01-01", "rule": "P-5y"}]}),
            id="an obligation may grow, its source is the law",
        ),
        pytest.param(obligation(title="for people"), id="every part may have a title"),
        pytest.param(changed(platforms=None), id="no platforms"),
        pytest.param(changed(edition=None, controller=None), id="what is for people may be missing"),
        pytest.param(limits([{"versions": [{"rule": "C-7d"}]}, ["C-30d", "P-30d"]]), id="forms inside forms"),
    ],
)
def test_a_sound_schedule_is_loaded(document: object):
    assert build_schedule(document).categories


def test_the_schedule_of_the_rule_book_is_read_whole():
    loaded = schedule()
    assert loaded.zone.key == "Europe/Berlin"
    dm = loaded.categories["social_dm"].limits["support"]
    assert isinstance(dm, EarliestRule)
    phone = loaded.obligations["uwg_phone_ad"].keep
    assert isinstance(phone, ClassRule)
    assert (phone.after, phone.pick) == (("granted", "used"), Pick.LATEST)
    assert isinstance(loaded.obligations["ao_voucher"].keep, VersionedRule)
    assert loaded.obligations["ao_open_tax_case"].keep == WhileOpen("tax_case_opened", "tax_case_closed")
    assert loaded.purposes["newsletter"].basis is Basis.CONSENT
    assert loaded.purposes["newsletter"].marketing
    assert loaded.effect("x", "scrub_geo") is Effect.DESTROY_GEO
    assert loaded.effect("x", "unheard_of") is None
    assert loaded.effect("friendster", "delete") is None
    assert {"collected", "closed", "ended", "pool_joined", "tax_case_closed"} <= loaded.events


def test_an_unquoted_day_means_the_same_as_a_quoted_one():
    assert load_schedule(schedule_text().replace('"', "'")) == load_schedule(
        schedule_text().replace('from: "2025-01-01"', "from: 2025-01-01")
    )


def test_a_patch_leaves_the_schedule_itself_unchanged():
    before = schedule_document()
    other = patched(schedule(), {"obligations": {"hgb_letter": None}})
    assert "hgb_letter" not in other.obligations
    assert "hgb_letter" in schedule().obligations
    assert schedule().document == before
    assert patched(schedule(), {}) is schedule()
