"""The wiring: the one place where collaborators are made and put together. It knows no web framework."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, make_url

from api.brand import CompanyBrand, own_accounts
from api.change_mail import LinkMaker, change_way
from api.clients import ClientService
from api.clock import RequestClock
from api.cursors import Cursors
from api.file_mail import FileMailer, LetterFiles
from api.idempotency_store import IdempotencyStore
from api.key_file import load_key_ring
from api.lazy_detector import LazyDetector, presidio_detector
from api.letters import template_way
from api.mail import Mailer, SmtpMailer
from api.outbox import MAIL, OutboxDelivery, Way, mail_way
from api.readiness import Check, migrations_newest, outbox_moving, secrets_present, sequencer_working
from api.settings import Settings
from audit.clock import Clock, system_clock
from audit.database import create_engine
from audit.export import Exporter
from audit.ground import Ground
from audit.outbox import Outbox
from audit.private_files import make_folder
from audit.reader import LogReader
from consent.bulk import BulkCheck
from consent.change_letters import KIND as CHANGE
from consent.change_letters import ChangeLetterService
from consent.check import CheckService
from consent.confirming import ConfirmationService
from consent.decision_log import DecisionLog
from consent.dispatch import Dispatches
from consent.erasure import ConsentEraser
from consent.explaining import ExplainService
from consent.identifier_service import IdentifierService
from consent.import_export import ExportService
from consent.importing import ImportService
from consent.outbox import KIND as TEMPLATE
from consent.overview import OverviewService
from consent.policies import PolicyService
from consent.ready_lookup import ReadyLookup
from consent.readying import ReadyAnswerService
from consent.receipt_service import ReceiptService
from consent.service import ConsentService
from consent.signal_service import SignalService
from consent.subjects import SubjectService
from consent.withdrawing import WithdrawalLinkService
from pii.access import PiiAccess
from pii.intake import IntakeService
from pii.release import ReleaseService
from pii.sources import SourceService
from retention.consent_erasures import ConsentErasures
from retention.erasure import ErasureService
from retention.people_source import PeopleSource
from retention.post_source import PlaceSource, PostSource
from retention.schedules import ScheduleService
from retention.sign_up_source import SignUpSource
from retention.social_eraser import SocialEraser
from retention.sources import DataSource
from retention.sweep import Sweep


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a view, a command or the scheduler calls. Made once a process."""

    settings: Settings
    ground: Ground
    clients: ClientService
    idempotency: IdempotencyStore
    cursors: Cursors
    outbox: Outbox
    mailer: Mailer
    delivery: OutboxDelivery
    letter_files: LetterFiles
    detector: LazyDetector
    policies: PolicyService
    subjects: SubjectService
    identifiers: IdentifierService
    overview: OverviewService
    receipts: ReceiptService
    consent: ConsentService
    imports: ImportService
    exports: ExportService
    signals: SignalService
    confirmations: ConfirmationService
    withdrawals: WithdrawalLinkService
    decisions: DecisionLog
    check: CheckService
    explain: ExplainService
    ready: ReadyAnswerService
    lookup: ReadyLookup
    bulk: BulkCheck
    sources: SourceService
    intake: IntakeService
    posts: PiiAccess
    releases: ReleaseService
    schedules: ScheduleService
    sweep: Sweep
    erasures: ErasureService
    log_reader: LogReader
    exporter: Exporter
    checks: Mapping[str, Check]

    def close(self) -> None:
        """Give back every connection to the database; the services may be used again afterwards."""
        self.lookup.close()
        self.ground.subject_keys.dispose()
        self.ground.engine.dispose()


def build(settings: Settings, clock: Clock = system_clock) -> Services:
    """Return the services of an installation; raise MissingKey when its key file is not there."""
    key_ring = load_key_ring(settings.key_file)
    engine = open_engine(settings)
    ground = Ground.lay(engine, group_id=settings.group, key_ring=key_ring, clock=RequestClock(clock))
    return assemble(settings, ground)


def assemble(settings: Settings, ground: Ground) -> Services:
    """Put the services together on a ground that is already laid."""
    outbox = Outbox(ground.group_id, ground.subject_keys, ground.secrets)
    mailer, letter_files = make_mailer(settings), LetterFiles(ground, mail_folder(settings))
    detector, policies = LazyDetector(presidio_detector), PolicyService(ground)
    subjects, decisions = SubjectService(ground, policies), DecisionLog(ground)
    check = CheckService(ground, policies, decisions)
    ready, lookup = ReadyAnswerService(ground, policies), ReadyLookup(ground.engine, ground.group_id)
    withdrawals = WithdrawalLinkService(ground, policies)
    sources, schedules = SourceService(ground), ScheduleService(ground, policies)
    erasures = ErasureService(ground, (ConsentEraser(ground, policies), SocialEraser(ground), letter_files))
    return Services(
        settings=settings,
        ground=ground,
        clients=ClientService(ground),
        idempotency=IdempotencyStore(ground),
        cursors=Cursors(ground.secrets),
        outbox=outbox,
        mailer=mailer,
        delivery=OutboxDelivery(ground, outbox, ways_of(settings, ground, mailer, policies, withdrawals)),
        letter_files=letter_files,
        detector=detector,
        policies=policies,
        subjects=subjects,
        identifiers=IdentifierService(ground, policies),
        overview=OverviewService(ground, policies),
        receipts=ReceiptService(ground, policies),
        consent=ConsentService(ground, policies, erasures=ConsentErasures(ground, erasures)),
        imports=ImportService(ground, policies),
        exports=ExportService(ground, policies),
        signals=SignalService(ground, policies),
        confirmations=ConfirmationService(ground, policies),
        withdrawals=withdrawals,
        decisions=decisions,
        check=check,
        explain=ExplainService(ground, policies, check),
        ready=ready,
        lookup=lookup,
        bulk=BulkCheck(ground, policies, check, lookup, ready, withdrawals, decisions),
        sources=sources,
        intake=intake_of(settings, ground, policies, subjects, sources, detector),
        posts=PiiAccess(ground),
        releases=ReleaseService(ground, check, policies),
        schedules=schedules,
        sweep=Sweep(ground, schedules, sources_of(ground, schedules)),
        erasures=erasures,
        log_reader=LogReader(ground.engine),
        exporter=Exporter(ground, settings.log_origin),
        checks=checks_of(settings, ground, detector, outbox),
    )


def ways_of(
    settings: Settings, ground: Ground, mailer: Mailer, policies: PolicyService, withdrawals: WithdrawalLinkService
) -> Mapping[str, Way]:
    """Return how each kind of message in the outbox leaves."""
    dispatches, letters = Dispatches(ground), ChangeLetterService(ground, policies)
    confirmations, base_url = ConfirmationService(ground, policies), settings.base_url
    links = LinkMaker(withdrawals, ReceiptService(ground, policies), base_url)
    return {
        MAIL: mail_way(mailer),
        TEMPLATE: template_way(mailer, policies, confirmations, dispatches, base_url),
        CHANGE: change_way(mailer, letters, links, dispatches, policies),
    }


def intake_of(
    settings: Settings,
    ground: Ground,
    policies: PolicyService,
    subjects: SubjectService,
    sources: SourceService,
    detector: LazyDetector,
) -> IntakeService:
    """Return the intake of social data, which takes nothing of the company's own for a person's."""
    brand = CompanyBrand(policies, settings, sources)
    return IntakeService(ground, subjects, detector, own_accounts(settings, sources), brand=brand)


def sources_of(ground: Ground, schedules: ScheduleService) -> Sequence[DataSource]:
    """Return what the sweep walks, in this order: people end after the posts and sign-ups that kept them."""
    return (PlaceSource(ground), PostSource(ground), SignUpSource(ground), PeopleSource(ground, schedules))


def checks_of(settings: Settings, ground: Ground, detector: LazyDetector, outbox: Outbox) -> Mapping[str, Check]:
    """Return what `/readyz` looks at, by name."""
    return {
        "migrations": partial(migrations_newest, ground.engine),
        "secrets": partial(secrets_present, ground),
        "detector": detector.check,
        "sequencer": partial(sequencer_working, ground, refusal_file(settings)),
        "outbox": partial(outbox_moving, ground, outbox),
    }


def open_engine(settings: Settings) -> Engine:
    """Return the engine for the installation's database; the directory of a SQLite file is made if need be."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        make_folder(Path(url.database).parent)
    return create_engine(settings.database_url)


def make_mailer(settings: Settings) -> Mailer:
    """Return the way out for mail: the SMTP server of the settings, or files in `outbox/` below `var`."""
    if settings.smtp_url is None:
        return FileMailer(mail_folder(settings))
    return SmtpMailer(settings.smtp_url)


def mail_folder(settings: Settings) -> Path:
    """Return the folder of mails as files; some may lie there from before there was a mail server."""
    return settings.var / "outbox"


def refusal_file(settings: Settings) -> Path:
    """Return the file that says, while it is there, that the log's signer refuses to go on."""
    return settings.var / "signer" / "refused"
