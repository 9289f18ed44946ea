"""One deal lost through the window, one deal won: as the web client does, over HTTP."""

import time
from contextlib import ExitStack

from . import fixture, people
from .browser import Closer, get_deals
from .server import Client, Server
from .work import CORE, OURS, Result

TITLE = "Closing a single deal over HTTP"
TARGET = 1.15
WARM_UP, TIMES = 4, 8
WORKS = (
    ("Lost: the window opened, filled in and submitted", Closer.lose),
    ("Lost: the window submitted", Closer.submit),
    ("Won", Closer.win),
)


def measure(bench):
    with ExitStack() as stack:
        servers = {}
        for label, name in {CORE: "bench_web_core", OURS: "bench_web_ours"}.items():
            database = stack.enter_context(fixture.copied(bench.server, label, name))
            servers[label] = stack.enter_context(Server(bench.server, database))
        clients = {
            label: Client(server).log_in(people.SELLERS[0]) for label, server in servers.items()
        }
        closers = {label: Closer(client) for label, client in clients.items()}
        for title, act in WORKS:
            rounds = WARM_UP + bench.rounds * TIMES
            deals = {label: get_deals(client, rounds) for label, client in clients.items()}
            runs = {label: [] for label in servers}
            for number in range(rounds):
                for label, server in servers.items():
                    runs[label].append(_measure(server, act, closers[label], deals[label][number]))
            runs = {label: taken[WARM_UP:] for label, taken in runs.items()}
            yield Result(title, 1, runs, TARGET)


def _measure(server, act, closer, lead_id):
    """:return: the seconds until the answer is there, and the queries of the server"""
    queries = server.count_queries()
    started = time.perf_counter()
    act(closer, lead_id)
    seconds = time.perf_counter() - started
    return seconds, server.count_queries() - queries
