"""What tests of releases do and look at: offers, deliveries and the feed of a recipient."""

from pii.release import DeliveryReport, OfferReport
from pii.release_store import EntryKind, Release, ReleaseStore
from pii.tables import release_table
from tests.service.pii.conftest import ACTOR, House
from tests.service.pii.payloads import MONI, x_page, x_post

CRM = "service_crm"
OTHER = "sales_crm"


def offer(house: House, recipient: str | None = CRM) -> OfferReport:
    """Offer posts to a recipient, or to all of them."""
    return house.releases.offer(recipient, limit=100, actor=ACTOR)


def deliver(house: House, recipient: str = CRM) -> DeliveryReport:
    """Deliver what is queued for a recipient."""
    return house.releases.deliver(recipient, limit=100, actor=ACTOR)


def feed(house: House, recipient: str = CRM) -> list[tuple[int, EntryKind, bool]]:
    """Return the position and the kind of each entry of a feed, and whether it shows the post."""
    page = house.releases.feed(recipient, cursor=None, limit=100)
    return [(entry.position, entry.kind, entry.content is not None) for entry in page.entries]


def stored(house: House) -> list[Release]:
    """Return the releases to the CRM, in any state."""
    with house.ground.reading() as session:
        store = ReleaseStore(session, house.ground.group_id)
        return store.list_where(release_table.c.recipient == CRM)


def author(house: House, user: dict[str, str] = MONI) -> str:
    """Return who the author of a post on X is with us."""
    found = house.subject("x", user["id"])
    assert found is not None
    return found


def take_and_grant(house: House, text: str = "Die Aurora ist leise, sagt Monika Quittenbäumer") -> None:
    """Take a post in whose author agrees to passing it on."""
    house.take("x", x_page(x_post(1, text)))
    house.say(author(house), "grant")
