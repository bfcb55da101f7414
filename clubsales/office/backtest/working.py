"""The worker's part: the oldest back-test is carried out slice by slice, each between two transactions."""

from datetime import timedelta

import structlog
from sqlalchemy.exc import OperationalError

from clubsales.clock import Instant, now
from clubsales.db import db, transact
from clubsales.office.backtest import operations
from clubsales.office.backtest.operations import Task
from clubsales.office.backtest.rules import Problem, Tally
from clubsales.policy_documents import PolicyError

PATIENCE = timedelta(hours=12)  # with a database that does not answer; those behind it wait too
log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales.backtest")


def carry_out_next(at: Instant) -> None:
    """Carry out the oldest back-test that is not finished, if there is one.

    Whatever stops the process or its database leaves it unfinished: the next run begins it again. What the database
    does not do for half a day it will not do.
    """
    if not operations.is_waiting(db.session):
        db.session.rollback()
        return
    task = transact(lambda session: operations.begin(session, at))
    if task is None:
        return
    try:
        tally = _examined(task)
    except OperationalError:
        if at - task.asked_at < PATIENCE:
            raise
        log.exception("back-test failed", id=task.id)
        _give_up(task, Problem.FAILED)
    except PolicyError as error:
        log.warning("back-test does not fit a policy", id=task.id, setting=error.key)
        _give_up(task, Problem.POLICY)
    except Exception:
        log.exception("back-test failed", id=task.id)
        _give_up(task, Problem.FAILED)
    else:
        transact(lambda session: operations.finish(session, task, tally, now()))


def _examined(task: Task) -> Tally:
    tally = Tally()
    for done in operations.examine(db.session, task, tally):
        db.session.rollback()
        transact(lambda session, done=done: operations.note(session, task, done))  # type: ignore[misc]
    db.session.rollback()
    return tally


def _give_up(task: Task, problem: Problem) -> None:
    db.session.rollback()
    transact(lambda session: operations.give_up(session, task, problem.value, now()))
