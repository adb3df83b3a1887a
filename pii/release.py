"""Release: what consent covers goes out, asked for when it is offered, again before it leaves, and again when read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.check import CheckService
from consent.in_force import PolicySource
from consent.merging import Merged
from consent.policy_model import Policy, Recipient
from pii import events
from pii.feed import FeedPage, FeedReader
from pii.gatekeeper import Gatekeeper, Permit
from pii.model import Json
from pii.post import Post
from pii.post_store import PostStore
from pii.release_content import ContentMaker
from pii.release_store import Asked, Release, ReleaseState, ReleaseStore
from pii.revocation import Revocation, RevokeCause
from pii.store_errors import UnknownRecipient
from pii.tables import release_table

CHUNK: Final = 100
LIVE: Final = (ReleaseState.QUEUED, ReleaseState.RELEASED)


@dataclass(frozen=True, slots=True)
class OfferReport:
    """How many posts were queued for recipients, and how many are held back."""

    queued: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """How many queued releases left, and how many were held back at the last moment."""

    released: int = 0
    held: int = 0


class ReleaseService:
    """Offers, delivers and takes back posts, recipient by recipient."""

    def __init__(self, ground: Ground, check: CheckService, policies: PolicySource) -> None:
        self._ground = ground
        self._policies = policies
        self._gate = Gatekeeper(ground, check)
        self._revocation = Revocation(ground)
        self._feeds = FeedReader(ground, self._gate, policies)

    def offer(self, recipient: str | None, *, limit: int, actor: str) -> OfferReport:
        """Ask for up to `limit` posts for a recipient, or for each there is; queue what is allowed, hold the rest.

        What is held is asked for again at the next offer, after what was never asked for. Raises
        UnknownRecipient.
        """
        policy = self._policies.current().policy
        chosen = list(policy.recipients) if recipient is None else [recipient]
        reports = [self._offer(_recipient(policy, name), policy, limit=limit, actor=actor) for name in chosen]
        return OfferReport(sum(each.queued for each in reports), sum(each.held for each in reports))

    def deliver(self, recipient: str, *, limit: int, actor: str) -> DeliveryReport:
        """Ask again for up to `limit` queued releases and put what is still allowed into the recipient's feed.

        Raises UnknownRecipient.
        """
        policy = self._policies.current().policy
        receiver = _recipient(policy, recipient)
        with self._ground.reading() as session:
            store = ReleaseStore(session, self._ground.group_id)
            queued = store.list_in(recipient, ReleaseState.QUEUED, limit)
        reports = [
            self._deliver(queued[start : start + CHUNK], receiver, policy, actor=actor)
            for start in range(0, len(queued), CHUNK)
        ]
        return DeliveryReport(sum(each.released for each in reports), sum(each.held for each in reports))

    def feed(self, recipient: str, *, cursor: str | None, limit: int) -> FeedPage:
        """Return the recipient's entries behind `cursor`; see `FeedReader.read`. Raises BadCursor.

        What is found denied is taken back before anything is shown, and the page read again: its revocation is an
        entry like any other, and the post is offered anew should it be allowed again.
        """
        page = self._feeds.read(recipient, cursor=cursor, limit=limit)
        while page.denied and self._recheck(page.denied, actor=f"recipient:{recipient}"):
            page = self._feeds.read(recipient, cursor=cursor, limit=limit)
        return page

    def revoke_for_subject(self, subject_id: str, *, actor: str) -> int:
        """Ask again for everything of a subject that is queued or out, and take back what is denied now.

        What changes for one record can change for those that were ever merged with it; theirs is asked for too.
        Returns how many recipients' entries were taken back. Called when somebody's permissions changed.
        """
        with self._ground.reading() as session:
            store = ReleaseStore(session, self._ground.group_id)
            concerned = Merged(self._ground, session).family(subject_id)
            live = store.list_live(release_table.c.subject_id.in_(concerned), lock=False)
        return self._recheck(live, actor=actor)

    def revoke_for_post(self, post_id: str, cause: RevokeCause, *, actor: str) -> int:
        """Take every release of a post back and return how many had gone out."""
        with self._ground.unit_of_work() as uow:
            revoked = self._revocation.of_posts(uow, [post_id], cause, actor=actor)
            uow.commit(nothing_to_record=None if revoked else "nothing of the post had gone out")
        return revoked

    def recheck(self, recipient: str, *, limit: int, after: str = "", actor: str) -> tuple[int, str | None]:
        """Ask again for up to `limit` releases that are out; take back what time alone has closed.

        Returns how many were taken back and behind which id to go on (None: the end).
        """
        with self._ground.reading() as session:
            store = ReleaseStore(session, self._ground.group_id)
            out = store.list_in(recipient, ReleaseState.RELEASED, limit, after=after)
        return self._recheck(out, actor=actor), out[-1].id if len(out) == limit else None

    def _offer(self, recipient: Recipient, policy: Policy, *, limit: int, actor: str) -> OfferReport:
        with self._ground.reading() as session:
            post_ids = ReleaseStore(session, self._ground.group_id).list_offerable(recipient.id, limit)
        queued = held = 0
        for start in range(0, len(post_ids), CHUNK):
            posts = self._posts(post_ids[start : start + CHUNK])
            permits = self._gate.ask(posts, recipient, policy, asker=actor)
            report = self._queue(list(zip(posts, permits, strict=True)), recipient, actor=actor)
            queued, held = queued + report.queued, held + report.held
        return OfferReport(queued, held)

    def _queue(self, asked: Sequence[tuple[Post, Permit]], recipient: Recipient, *, actor: str) -> OfferReport:
        maker = ContentMaker(self._ground, recipient.id)
        queued = held = news = 0
        with self._ground.unit_of_work() as uow:
            posts, store = (
                PostStore(uow.session, self._ground.group_id),
                ReleaseStore(uow.session, self._ground.group_id),
            )
            for post, permit in asked:
                current = posts.find(post.id, lock=True)
                if current is None or current.version != post.version or not current.usable:
                    continue
                release = store.find_for(recipient.id, post.id, post.version, lock=True)
                if release is not None and release.state in (ReleaseState.QUEUED, ReleaseState.RELEASED):
                    continue
                state = ReleaseState.QUEUED if permit.allowed else ReleaseState.HELD
                content = maker.content(post) if permit.allowed else None
                store.note(release, maker.key(post), _asked(permit, state, content), now=self._ground.now())
                queued, held = queued + permit.allowed, held + (not permit.allowed)
                news += release is None or (release.state, release.reason) != (state, permit.reason)
            facts = {"recipient": recipient.id, "queued": queued, "held": held}
            if news:
                uow.record(events.POSTS_OFFERED.event(pub=facts, fields={"actor": actor}))
            uow.commit(nothing_to_record=None if news else "what was asked again got the answer it had")
        return OfferReport(queued, held)

    def _deliver(
        self, queued: Sequence[Release], recipient: Recipient, policy: Policy, *, actor: str
    ) -> DeliveryReport:
        known = {post.id: post for post in self._posts([release.post_id for release in queued])}
        pairs = [(release, known[release.post_id]) for release in queued if release.post_id in known]
        permits = self._gate.ask([post for _, post in pairs], recipient, policy, asker=actor)
        released = held = 0
        with self._ground.unit_of_work() as uow:
            posts, store = (
                PostStore(uow.session, self._ground.group_id),
                ReleaseStore(uow.session, self._ground.group_id),
            )
            for (release, post), permit in zip(pairs, permits, strict=True):
                # The post is locked before the release, as everywhere; what changed since the ask waits for the next.
                current = posts.find(post.id, lock=True)
                waiting = store.find(release.id, lock=True)
                if current is None or current.version != release.post_version or waiting is None:
                    continue
                if waiting.state is not ReleaseState.QUEUED:
                    continue
                if permit.allowed and current.usable:
                    self._let_out(uow, store, waiting, current, permit, actor=actor)
                    released += 1
                else:
                    store.note(waiting, {}, _asked(permit, ReleaseState.HELD, None), now=self._ground.now())
                    held += 1
            if held:
                facts = {"recipient": recipient.id, "held": held}
                uow.record(events.RELEASES_HELD.event(pub=facts, fields={"actor": actor}))
            uow.commit(nothing_to_record=None if released or held else "nothing was left to deliver")
        return DeliveryReport(released, held)

    def _let_out(
        self, uow: UnitOfWork, store: ReleaseStore, release: Release, post: Post, permit: Permit, *, actor: str
    ) -> None:
        asked = _asked(permit, ReleaseState.RELEASED, release.content)
        position = store.release(release, asked, now=self._ground.now())
        uow.record(
            events.POST_RELEASED.event(
                pub={
                    "recipient": release.recipient,
                    "purpose": permit.purpose,
                    "basis": permit.basis,
                    "platform": post.platform,
                    "position": position,
                },
                fields={"subject": post.author_id or "", "post": post.id, "release": release.id, "actor": actor},
                subject=post.author_id,
            )
        )

    def _recheck(self, live: Sequence[Release], *, actor: str) -> int:
        revoked = 0
        for start in range(0, len(live), CHUNK):
            denied = self._denied(live[start : start + CHUNK], asker=actor)
            if not denied:
                continue
            with self._ground.unit_of_work() as uow:
                store = ReleaseStore(uow.session, self._ground.group_id)
                found = (store.find(release.id, lock=True) for release in denied)
                still = [each for each in found if each is not None and each.state in LIVE]
                gone_out = self._revocation.of(uow, still, RevokeCause.CONSENT, actor=actor)
                uow.commit(nothing_to_record=None if gone_out else "what is taken back had not gone out")
            revoked += gone_out
        return revoked

    def _denied(self, releases: Sequence[Release], *, asker: str) -> list[Release]:
        policy = self._policies.current().policy
        known = {post.id: post for post in self._posts([release.post_id for release in releases])}
        denied = [each for each in releases if each.recipient not in policy.recipients or each.post_id not in known]
        for name, recipient in policy.recipients.items():
            asked = [each for each in releases if each.recipient == name and each.post_id in known]
            permits = self._gate.ask([known[each.post_id] for each in asked], recipient, policy, asker=asker)
            denied += [each for each, permit in zip(asked, permits, strict=True) if not permit.allowed]
        return denied

    def _posts(self, post_ids: Sequence[str]) -> list[Post]:
        with self._ground.reading() as session:
            return PostStore(session, self._ground.group_id).list_some(post_ids)


def _recipient(policy: Policy, name: str) -> Recipient:
    found = policy.recipients.get(name)
    if found is None:
        raise UnknownRecipient("the policy in force names no such recipient")
    return found


def _asked(permit: Permit, state: ReleaseState, content: Mapping[str, Json] | None) -> Asked:
    return Asked(state=state, reason=permit.reason, purpose=permit.purpose, decision=permit.facts, content=content)
