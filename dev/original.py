"""The database that tests are made from: our add-ons installed, and nothing else.

It is copied, and made anew when the sources have changed.
"""

import hashlib
import os

from . import addons, databases, locks, paths, process

DATABASE = "original"
NOT_INSTALLED = {"tests", "__pycache__", "i18n_extra"}


def copy_to(server, database):
    """Make a database with our add-ons anew."""
    with locks.exclusive(DATABASE):
        stamp = paths.STATE / f"{DATABASE}.sha256"
        wanted = f"{digest()} of {server.source.root} {server.source.version}"
        known = stamp.exists() and stamp.read_text() == wanted
        # An Odoo of one's own may change without a new version.
        if not known or os.environ.get("ODOO_PATH") or not _exists(server):
            stamp.unlink(missing_ok=True)
            server.renew(DATABASE, addons.names(), title="Install the add-ons")
            command, environment = server.module("dev.bundles", DATABASE)
            process.run(command, "Build the web client's bundles", env=environment)
            stamp.write_text(wanted)
        databases.copy(server.server, DATABASE, database)


def _exists(server):
    return databases.installed(server.server, DATABASE).issuperset(addons.names())


def digest():
    """Return a fingerprint of the sources that an installation or an update reads."""
    fingerprint = hashlib.sha256()
    for folder in addons.folders():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not NOT_INSTALLED.intersection(path.parts):
                fingerprint.update(str(path.relative_to(paths.ROOT)).encode())
                fingerprint.update(path.read_bytes())
    return fingerprint.hexdigest()
