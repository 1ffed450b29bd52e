"""Everything between the stores and the doors: the use cases of a node, from what is given to what is aligned."""

import threading
from contextlib import ExitStack

from common.identity import Identity, TlsFiles
from fusion.api.board import HttpBoard
from fusion.api.rpc.outbound import GrpcNodes
from fusion.domain.models import Task
from fusion.service.acceptances import Acceptances
from fusion.service.acquaintance import Acquaintance
from fusion.service.aligning import Aligning
from fusion.service.answering import Answering
from fusion.service.consents import Consents
from fusion.service.counting import Counting
from fusion.service.data_sets import DataSets
from fusion.service.driver import Driver
from fusion.service.egress import Egress
from fusion.service.inbox import Inbox
from fusion.service.links import Links
from fusion.service.numbers import Numbers
from fusion.service.offer_limits import OfferLimits
from fusion.service.offers import Offers, offer_of
from fusion.service.partners import Partners
from fusion.service.pausing import Pausing
from fusion.service.planning import Planning
from fusion.service.preparing import Preparing
from fusion.service.proposing import Proposing
from fusion.service.results import Results
from fusion.service.schedule_runs import ScheduleRuns
from fusion.service.scheduling import Scheduling
from fusion.service.shelf import Shelf
from fusion.service.steps import Steps
from fusion.service.table_choice import TableChoice
from fusion.service.tables import Tables
from fusion.service.tasks import Tasks
from fusion.service.terms import offered
from fusion.service.ticking import Ticking
from fusion.service.warming import Warming
from fusion.settings import FusionSettings
from fusion.stores import Stores


class UseCases:
    """All of them; those that work by themselves begin with `start` and are closed with the stack."""

    def __init__(
        self, settings: FusionSettings, identity: Identity, tls: TlsFiles, kept: Stores, stack: ExitStack
    ) -> None:
        self._settings, self._own, self._kept, self._stack = settings, identity.id, kept, stack
        self._wakened, self._over = threading.Event(), threading.Event()
        self.tasks = Tasks(kept.tasks, kept.files, self._wakened.set)
        self.partners = Partners(identity.id, kept.partners, kept.tasks)
        self.egress = Egress(kept.egress, self.tasks)
        self._nodes = GrpcNodes(identity, tls, self.partners, self.egress)
        stack.callback(self._nodes.close)
        self.acquaintance = Acquaintance(identity.id, self.partners, self._nodes, settings.greet_every_s)
        self._of_data()
        self._of_tables()
        self._of_agreeing()
        self._of_aligning()

    def _of_data(self) -> None:
        settings, kept = self._settings, self._kept
        self.data_sets = DataSets(kept.data_sets, kept.tasks, kept.files, settings.max_upload_bytes)
        self._counting = Counting(self.data_sets, settings.max_rows)
        self.board = HttpBoard(settings.board_url, settings.board_token_file)
        self.results = Results(self.tasks, kept.files, self.board)

    def _of_tables(self) -> None:
        settings, kept = self._settings, self._kept
        limits = {"days": settings.table_days, "at_most": settings.tables_at_most}
        limits["most_bytes"] = settings.tables_most_bytes
        self.tables = Tables(kept.tables, kept.tasks, kept.shelves, self.partners, self.data_sets, **limits)
        self._choice, self._numbers = TableChoice(self.tables), Numbers(settings.threads)
        self._stack.callback(self._numbers.close)
        made = (self.tables, kept.tables, kept.shelves)
        self._shelf = Shelf(*made)
        self.preparing = Preparing(self._own, *made, self.data_sets, self._numbers, self._over)

    def _of_agreeing(self) -> None:
        settings, kept = self._settings, self._kept
        way = (1e6 * settings.link_mbit_per_s, settings.link_round_trip_ms / 1000)
        self._warming = Warming([psi.name for psi in offered().values() if psi.automatic], self._over)
        links = Links(kept.links, self._nodes, *way)
        self.planning = Planning(links, self._choice, settings.threads, self._warming.done)

        def offer(task: Task) -> None:
            self._nodes.node(task.partner).propose(offer_of(task, self.planning.machine))

        ours = (kept.tasks, self.tasks, self.partners, self._counting)
        self._proposing = Proposing(*ours, self._choice, settings.task_timeout_s, offer)
        self.consents = Consents(kept.consents, kept.schedules)
        self.answering = Answering(*ours, self.planning, self.consents, self._choice)
        runs = ScheduleRuns(self.tasks, self._proposing, self.data_sets)
        self._ticking = Ticking(kept.schedules, runs)
        self.scheduling = Scheduling(kept.schedules, runs, self._proposing, self.data_sets)
        self.inbox = Inbox(kept.tasks, kept.files)
        limits = OfferLimits(settings.partner_unanswered, settings.partner_proposals_a_day)
        most = (settings.max_rows, settings.task_timeout_s)
        self.offers = Offers(kept.tasks, self.tasks, self.inbox, self.consents, limits, *most)
        self.acceptances = Acceptances(kept.tasks, self.tasks, self.inbox, self._choice)

    def _of_aligning(self) -> None:
        settings, kept = self._settings, self._kept
        self.pausing = Pausing(kept.tasks, self.tasks, self._nodes)
        around = (self.data_sets, self.inbox, self.planning, self._shelf, self._numbers, self._over)
        self.aligning = Aligning(self._own, kept.tasks, self.tasks, kept.files, *around)
        agreeing = (self._proposing, self.answering, self.pausing)
        steps = Steps(kept.tasks, self.tasks, self.aligning, self._nodes, *agreeing)
        ends = (self._wakened, self._over, settings.pause_at_most_s)
        self._driver = Driver(kept.tasks, self.tasks, kept.files, steps, *ends)

    def start(self) -> None:
        """Go on with what is unfinished, and keep time."""
        for works in (self._driver, self._ticking, self.acquaintance, self.preparing, self._warming):
            self._stack.callback(works.close)
            works.start()
