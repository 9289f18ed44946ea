"""Many people closing deals at once, over HTTP, with one and with several workers.

Every tenth deal is closed by two people at the same moment. Afterwards the database is asked
whether each deal is closed, and has one closing.
"""

import queue
import threading
import time

from .. import databases
from . import fixture, people
from .browser import Closer, get_deals
from .server import Client, Server
from .work import CORE, OURS, Result

TITLE = "Many people closing deals at once, over HTTP"
WORKERS = (1, 2, 4)
PEOPLE = 8
DEALS = 120
TWICE = 10  # of so many deals, two people close one
GIVEN_UP = "could not serialize access"  # what Odoo answers after its last try
OPEN = "SELECT count(*) FROM crm_lead WHERE id = ANY(%s) AND won_status = 'pending'"
ROWS = """
    SELECT count(*) FILTER (WHERE rows = 0 AND won_status <> 'pending'),
           count(*) FILTER (WHERE rows > 1)
      FROM (SELECT won_status, (SELECT count(*) FROM crm_lead_closing AS closing
                                 WHERE closing.lead_id = lead.id) AS rows
              FROM crm_lead AS lead WHERE lead.id = ANY(%s)) AS deal
"""


def measure(bench):
    names = {CORE: "bench_load_core", OURS: "bench_load_ours"}
    with (
        fixture.copied(bench.server, CORE, names[CORE]),
        fixture.copied(bench.server, OURS, names[OURS]),
    ):
        for workers in WORKERS:
            runs, notes = {}, []
            for label, name in names.items():
                seconds, note = _close(bench.server, name, workers)
                runs[label] = [(seconds, None)]
                notes.append(f"{label}: {DEALS / seconds:.1f} closings a second, {note}")
            title = f"Closed by {PEOPLE} people at once, workers: {workers}"
            yield Result(title, DEALS, runs, note="; ".join(notes))


def _close(odoo, database, workers):
    """Close deals, half of them lost and half won.

    :return: the seconds it took, and what else is to be told
    :rtype: tuple[float, str]
    """
    with Server(odoo, database, workers) as server:
        clients = [
            Client(server).log_in(people.SELLERS[number % len(people.SELLERS)])
            for number in range(PEOPLE)
        ]
        # Each of the people warms a worker up, and the window.
        *warm_up, ids = _split(get_deals(clients[0], PEOPLE + DEALS), PEOPLE)
        closers = [Closer(client) for client in clients]
        for closer, lead_id in zip(closers, warm_up, strict=True):
            closer.lose(lead_id)
        seconds, errors = _run(closers, ids)
        retries = server.count_retries()
    given_up = sum(GIVEN_UP in error for error in errors)
    note = f"{retries} requests done again, {given_up} given up, {len(errors) - given_up} refused"
    return seconds, f"{note}; {_check(odoo, database, ids)}"


def _split(ids, count):
    return [*ids[:count], ids[count:]]


def _run(closers, ids):
    tasks = queue.SimpleQueue()
    for number, lead_id in enumerate(ids):
        for _time in range(1 if number % TWICE else 2):
            tasks.put((lead_id, number % 2))
    errors = []

    def work(closer):
        while True:
            try:
                lead_id, won = tasks.get_nowait()
            except queue.Empty:
                return
            try:
                (closer.win if won else closer.lose)(lead_id)
            except RuntimeError as error:
                errors.append(str(error))

    threads = [threading.Thread(target=work, args=[closer]) for closer in closers]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started, errors


def _check(odoo, database, ids):
    """Say what is in the database of the deals that were to be closed."""
    open_deals = databases.ask(odoo.server, database, OPEN, [ids])[0][0]
    text = f"{open_deals} deals still open"
    if fixture.ADDON in databases.installed(odoo.server, database):
        missing, double = databases.ask(odoo.server, database, ROWS, [ids])[0]
        text += f", {missing} closed without a closing, {double} with two"
    return text
