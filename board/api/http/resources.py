"""All resources of the board's HTTP API in one list: for the running board, its tests and its description."""

from board.api.http.accounts import accounts
from board.api.http.catalogue import catalogue
from board.api.http.consents import consents
from board.api.http.data_sets import data_sets
from board.api.http.events import Views, events
from board.api.http.flows import flows
from board.api.http.job_starts import job_starts
from board.api.http.jobs import jobs
from board.api.http.logs import logs
from board.api.http.member import member
from board.api.http.models import models
from board.api.http.operation import Resource
from board.api.http.operations import operations
from board.api.http.projects import projects
from board.api.http.results import results
from board.api.http.schedules import schedules
from board.api.http.sessions import sessions
from board.service.board import Board
from board.service.ports import Services


def all_resources(
    board: Board, services: Services, views: Views, *, secure: bool, max_upload_bytes: int
) -> list[Resource]:
    """Make all resources.

    Parameters
    ----------
    views
        Counts the live views.
    secure
        Whether the sign-in's cookie is for HTTPS only.
    """
    about = board.members.identity
    return [
        sessions(board.accounts, about.member, about.name, secure=secure),
        accounts(board.accounts),
        member(board.members),
        data_sets(board.data_sets, max_upload_bytes),
        projects(board.projects, board.consents, board.data_sets),
        consents(board.consents, board.data_sets),
        catalogue(board.catalogue),
        flows(board.flows),
        jobs(board.jobs),
        job_starts(board.jobs, board.preflight),
        logs(services.kernel, services.flow),
        events(board.jobs, board.feed, views),
        results(services.kernel, services.gateway, services.flow),
        models(board.models),
        schedules(board.schedules),
        operations(services, services.gateway, board.audit),
    ]
