"""Writers that act at once: threads with connections of their own, and who waits for whom."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier
from typing import Any, Generic, TypeVar

import psycopg
from django.core.exceptions import ValidationError
from django.db import connection, connections

T = TypeVar("T")
R = TypeVar("R")
PATIENCE = 10


class Contender(Generic[R], AbstractContextManager["Contender[R]"]):
    """Does something in another thread; ``answer()`` gives or raises what came of it."""

    def __init__(self, act: Callable[[], R]) -> None:
        self.pool = ThreadPoolExecutor(1)
        self.future: Future[R] = self.pool.submit(with_own_connections, act)

    def answer(self) -> R:
        return self.future.result(PATIENCE)

    @property
    def is_done(self) -> bool:
        return self.future.done()

    def __exit__(self, *_error: object) -> None:
        self.pool.shutdown()


def with_own_connections(act: Callable[[], R]) -> R:
    try:
        return act()
    finally:
        connections.close_all()


def somebody_waits(watch: "psycopg.Connection[Any]") -> bool:
    """This will say whether a statement comes to wait for a lock of another one, in a few seconds.

    Asks over and over, because a writer needs a moment to get there.
    """
    deadline = time.monotonic() + PATIENCE / 2
    while time.monotonic() < deadline:
        (waiting,) = watch.execute(
            "SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)"
            " WHERE NOT l.granted AND a.datname = current_database()"
        ).fetchone() or (0,)
        if waiting:
            return True
        time.sleep(0.01)
    return False


def all_at_once(act: Callable[[T], R], arguments: Iterable[T]) -> list[R | BaseException]:
    """This will act with every argument in a thread of its own, all started together."""
    given = list(arguments)
    barrier = Barrier(len(given))

    def start(argument: T) -> R:
        barrier.wait(PATIENCE)
        return with_own_connections(lambda: act(argument))

    with ThreadPoolExecutor(len(given)) as pool:
        futures = [pool.submit(start, argument) for argument in given]
        return [future.exception() or future.result() for future in futures]


def busily(act: Callable[[], R]) -> R:
    """This will act with little patience for locks."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    return act()


def codes(error: BaseException | None) -> set[str | None]:
    assert isinstance(error, ValidationError), error
    return {e.code for errors in error.error_dict.values() for e in errors}
