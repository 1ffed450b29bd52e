"""All use cases of one board, wired to its ports."""

from collections.abc import Callable
from dataclasses import dataclass

from board.service.accounts import Accounts
from board.service.anchors import Anchors
from board.service.approvals import Approvals
from board.service.audit import Audit
from board.service.blocking import Blocking
from board.service.catalogue import Catalogue
from board.service.channels import Channels
from board.service.consents import Consents
from board.service.data_sets import DataSets
from board.service.data_windows import DataWindows
from board.service.drafts import Drafts
from board.service.evidence import Evidence
from board.service.flows import Flows
from board.service.health_watch import HealthWatch
from board.service.job_feed import JobFeed
from board.service.job_specs import JobSpecs
from board.service.jobs import Jobs
from board.service.known_columns import KnownColumns
from board.service.lineages import Lineages
from board.service.members import Members
from board.service.messages import Messages
from board.service.model_life import ModelLife
from board.service.models import Models
from board.service.notices import Carrier, Notices
from board.service.outbox import Outbox
from board.service.own_data import OwnData
from board.service.partner_names import PartnerNames
from board.service.partners import Partners
from board.service.passwords import Passwords
from board.service.ports import Identity, Services
from board.service.preflight import Preflight
from board.service.projects import Projects
from board.service.proposals import Proposals
from board.service.reach import Reach
from board.service.requests import Requests
from board.service.resources import Resources
from board.service.samples import Samples
from board.service.schedules import Schedules
from board.service.setup import Setup, TokenFile
from board.service.status import look_at
from board.service.tokens import Tokens
from board.service.trial_rows import TrialRows
from board.service.uploads import Uploads
from board.store.base import Stores
from board.store.notices import SecretBox


@dataclass(frozen=True, slots=True)
class Outside:
    """What telling people outside the browser needs: where secrets are sealed, and who carries notices out."""

    box: SecretBox
    carrier: Carrier


class Board:
    """The use cases and the threads that serve them."""

    def __init__(
        self,
        identity: Identity,
        services: Services,
        stores: Stores,
        passwords: Passwords,
        session_hours: float,
        setup_token: TokenFile,
        sample_rows: Callable[[], bytes],
        outside: Outside,
    ) -> None:
        me = identity.member
        self.stores = stores
        self.audit = Audit(stores.audit)
        self.accounts = self.accounts_of(stores, passwords, session_hours)
        self.catalogue = Catalogue(services.kernel)
        self.outbox = Outbox(stores.outbox, services.gateway, self.audit)
        self.tokens = Tokens(stores.accounts, self.audit)
        self.setup = Setup(self.accounts, stores.accounts, setup_token, self.audit)
        self.reach = Reach(services.gateway, self.outbox)
        self.members = Members(identity, services.union, services.gateway, self.audit)
        self.drafts = Drafts(me, stores.data_sets, services.kernel, services.union)
        self.data_sets = DataSets(
            me,
            stores.data_sets,
            stores.projects,
            stores.consents,
            services.kernel,
            services.union,
            self.outbox,
            self.audit,
            self.drafts,
        )
        self.uploads = Uploads(services.kernel, self.data_sets, self.audit)
        self.resources = Resources(services.union, stores.shared)
        self.projects = Projects(me, stores.projects, self.catalogue, services.union, self.outbox, self.audit)
        self.notices = Notices(stores.notices, outside.box, outside.carrier, self.audit)
        self.channels = Channels(stores.notices, outside.box, outside.carrier, self.notices, self.audit)
        self.health = HealthWatch(lambda: look_at(services), self.notices)
        self.messages = Messages(stores.messages, self.notices)
        names = PartnerNames(stores.projects, stores.shared, services.union)
        self.partners = Partners(
            self.projects,
            stores.projects,
            stores.requests,
            stores.shared,
            names,
            services.union,
            self.audit,
            self.messages,
        )
        self.consents = Consents(stores.consents, self.projects, services.union, self.audit)
        self.requests = Requests(
            stores.requests, self.projects, self.data_sets, self.consents, services.union, self.outbox, self.audit
        )
        self.blocking = Blocking(me, stores.blocked, services.gateway, self.audit)
        columns = KnownColumns(me, stores.data_sets, stores.projects)
        self.flows = Flows(stores.flows, self.projects, self.catalogue, columns, self.audit)
        specs = JobSpecs(me, stores.data_sets, stores.projects, self.catalogue, columns)
        self.jobs = Jobs(services.flow, self.flows, self.projects, specs, self.data_sets, self.consents, self.audit)
        self.preflight = Preflight(
            self.flows, self.jobs, self.projects, stores.data_sets, services.kernel, services.gateway, services.union
        )
        self.samples = Samples(sample_rows, self.data_sets, self.projects, self.flows, self.jobs, self.audit)
        self.feed = JobFeed(services.flow)
        self.models = Models(
            me,
            stores.models,
            stores.data_sets,
            services.flow,
            services.kernel,
            services.serving,
            self.catalogue,
            self.audit,
        )
        self.model_life = ModelLife(self.models, stores.models, services.serving, self.audit)
        self.trial_rows = TrialRows(me, self.models, services.flow, services.kernel, stores.data_sets)
        self.lineages = Lineages(
            self.models,
            services.flow,
            services.kernel,
            stores.consents,
            stores.data_sets,
            stores.flows,
            stores.projects,
        )
        self.anchors = Anchors(
            me,
            services.flow,
            services.kernel,
            services.union,
            self.models,
            stores.consents,
            stores.data_sets,
            self.audit,
        )
        self.evidence = Evidence(me, services.flow, services.union, self.projects, self.anchors, self.audit)
        self.proposals = Proposals(
            me, stores.projects, stores.data_sets, self.consents, self.audit, self.messages, services.flow
        )
        self.approvals = Approvals(
            self.projects, self.requests, self.jobs, self.consents, self.data_sets, self.accounts, names, self.audit
        )
        self.own_data = OwnData(me, stores.projects, stores.data_sets, self.consents, services.kernel, self.messages)
        self.windows = DataWindows(me, self.jobs, self.own_data, services.gateway, self.messages)
        self.schedules = Schedules(services.flow, self.flows, self.jobs, self.windows, self.preflight, self.audit)

    @staticmethod
    def accounts_of(stores: Stores, passwords: Passwords, session_hours: float) -> Accounts:
        """Return the accounts alone, for a command that needs nothing else."""
        return Accounts(stores.accounts, passwords, Audit(stores.audit), int(session_hours * 3600 * 1000))

    def start(self) -> None:
        """Tidy up what a stopped process has left, deliver what waits, follow the jobs."""
        self.stores.idempotency.release_unanswered()
        self.setup.prepare()
        self.outbox.start()
        self.feed.start()
        self.anchors.start()
        self.drafts.start()
        self.notices.start()
        self.health.start()

    def stop(self) -> None:
        """Stop all threads."""
        self.health.close()
        self.notices.close()
        self.drafts.close()
        self.anchors.close()
        self.feed.close()
        self.outbox.close()
        self.audit.close()
