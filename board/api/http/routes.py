"""All resources of the board's HTTP API in one list: for the running board, its tests and its description."""

from collections.abc import Callable

from board.api.http.accounts import accounts
from board.api.http.approvals import approvals
from board.api.http.blocked import blocked
from board.api.http.catalogue import catalogue
from board.api.http.consents import consents
from board.api.http.data_about import data_about
from board.api.http.data_resources import data_resources
from board.api.http.data_sets import data_sets
from board.api.http.events import Views, events
from board.api.http.evidence import evidence
from board.api.http.flows import flows
from board.api.http.job_starts import job_starts
from board.api.http.jobs import jobs
from board.api.http.keys import keys
from board.api.http.logs import logs
from board.api.http.member import member
from board.api.http.membership import membership
from board.api.http.messages import messages
from board.api.http.model_life import model_life
from board.api.http.models import models
from board.api.http.notifications import notifications
from board.api.http.operation import Resource
from board.api.http.operations import operations
from board.api.http.own_access import own_access
from board.api.http.projects import projects
from board.api.http.requests import requests
from board.api.http.results import results
from board.api.http.samples import samples
from board.api.http.schedules import schedules
from board.api.http.sessions import sessions
from board.api.http.setup import setup
from board.api.http.staging import staging
from board.api.http.uploads import uploads
from board.api.http.watch import watch
from board.service.board import Board
from board.service.diagnosis import Diagnosis
from board.service.key_rotation import KeyRotation
from board.service.ports import Services
from common.settings import Knob


def all_resources(
    board: Board,
    services: Services,
    views: Views,
    rotation: KeyRotation,
    *,
    seal: Callable[[str], bytes],
    knobs: list[Knob],
    secure: bool,
    max_upload_bytes: int,
) -> list[Resource]:
    """Make all resources.

    Parameters
    ----------
    views
        Counts the live views.
    rotation
        Gives the member new keys.
    seal
        Encrypts the member's keys under a passphrase.
    knobs
        The board's settings in force, for operators.
    secure
        Whether the sign-in's cookie is for HTTPS only.
    """
    about = board.members.identity
    return [
        sessions(board.accounts, about.member, about.name, secure=secure),
        accounts(board.accounts),
        own_access(board.accounts, board.tokens),
        setup(board.setup, about, seal, board.reach, board.audit),
        member(board.members),
        keys(board.accounts, rotation),
        data_sets(board.data_sets, max_upload_bytes),
        data_about(board.data_sets),
        uploads(board.uploads, max_upload_bytes),
        staging(board.uploads),
        data_resources(board.resources),
        projects(board.projects, board.consents, board.data_sets),
        membership(board.projects, board.consents),
        consents(board.consents, board.data_sets),
        requests(board.requests),
        approvals(board.approvals, board.messages),
        messages(board.messages),
        notifications(board.channels),
        blocked(board.blocking),
        catalogue(board.catalogue),
        flows(board.flows),
        jobs(board.jobs),
        job_starts(board.jobs, board.preflight),
        logs(services.kernel, services.flow),
        events(board.jobs, board.feed, views),
        results(services.kernel, services.gateway, services.flow),
        models(board.models),
        model_life(board.model_life, board.lineages, board.trial_rows),
        schedules(board.schedules),
        samples(board.samples),
        operations(services, services.gateway, board.audit),
        watch(services, Diagnosis(services, knobs), knobs),
        evidence(board.evidence),
    ]
