"""make run: a demo database with our add-ons, in a server to click through."""

import os
import socket
import time
import urllib.error
import urllib.request

from . import addons, console, databases, locks, odoo, original, process, stamps

STARTUP_SECONDS = 120
# They would scroll the welcome away.
QUIET = ("werkzeug", "odoo.addons.base.models.ir_cron")
WELCOME = """
    Ready:   {address}
    Log in:  admin, password admin (administrator)
             demo, password demo (salesperson)
    Try:     CRM > My Pipeline: open an opportunity, press Lost, and submit without
             a reason. Then close it with one, and reopen it.
    Stop:    Ctrl-C
"""


def main():
    port = int(os.environ.get("PORT") or 8069)
    database = os.environ.get("DB") or "demo"
    with odoo.ready() as server, locks.database(database):
        _check_port(port)
        _prepare(server, database)
        if language := os.environ.get("LANG_CODE"):
            server.inside(f"Let all speak {language}", database, "tasks.speak", language)
        return _serve(server, database, port)


def _check_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            console.fail(f"Port {port} is in use. Choose another: make run PORT={port + 1}")


def _prepare(server, database):
    """Install the add-ons, or update them when their sources have changed."""
    names = addons.names()

    def install():
        missing = set(names) - databases.installed(server.server, database)
        if missing:
            server.install(database, sorted(missing), "--with-demo")
        else:
            options = ["-u", ",".join(names), "--i18n-overwrite", "--stop-after-init", "--no-http"]
            server.do(f"Update the add-ons in the database {database}", database, *options)

    stamps.ensure(databases.Stamp(server.server, database), [original.digest(names)], install)


def _serve(server, database, port):
    """Start the server, say when it is ready, and wait for its end."""
    options = ["--http-port", str(port), "--max-cron-threads", "1"]
    options += [f"--log-handler={logger}:WARNING" for logger in QUIET]
    command = server.command(database, *options)
    console.step("Start Odoo")
    address = f"http://127.0.0.1:{port}"
    with process.started(command, env=server.environment) as child:
        if not _answers(child, f"{address}/web/login"):
            console.fail("Odoo did not start. The lines above say why.")
        print(WELCOME.format(address=address), flush=True)
        return child.wait()


def _answers(child, url):
    """Wait for the first page, which also builds the style sheets."""
    deadline = time.monotonic() + STARTUP_SECONDS
    while child.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=STARTUP_SECONDS):
                return True
        except urllib.error.HTTPError as error:
            console.note(f"{url} answers {error.code}")
            return False
        except OSError:
            time.sleep(0.3)
    return False
