"""Databases with add-ons installed, and nothing else, that others are copied from.

They are made once, and anew when the sources have changed (see `stamps`).
"""

import hashlib
import os
import time

from . import addons, databases, stamps

PLAIN, ORIGINAL, WITH_BUNDLES = "plain", "original", "original_bundles"
NOT_INSTALLED = {"tests", "__pycache__", "i18n_extra"}
HEARING = ["base_automation"]  # no add-on needs it; tests let its rules hear of closings


def copy_to(server, database, bundles=False):
    """Make a database with all our add-ons anew, and with the bundles that tours need."""
    names = addons.names()
    make(server, PLAIN, addons.foreign(*names) + HEARING)
    make(server, ORIGINAL, names, base=PLAIN)
    if bundles:
        make(server, WITH_BUNDLES, base=ORIGINAL)
    databases.copy(server.server, WITH_BUNDLES if bundles else ORIGINAL, database)


def make(server, name, modules=(), *options, base=None):
    """Make a database, unless it is there and as it would be made.

    :param modules: what to install, ours or Odoo's; without any, the bundles are built
    :param options: of Odoo, for the installation
    :param base: a database that `make` made, to start from a copy of it
    """

    def build():
        if base:
            databases.copy(server.server, base, name)
        else:
            databases.drop(server.server, name)
        if modules:
            server.install(name, modules, *options)
        else:
            server.inside("Build the web client's bundles", name, "tasks.build_bundles")

    start = databases.Stamp(server.server, base).read_text() if base else str(server.source)
    made_of = [start, server.source.version, *modules, *options, digest(modules)]
    if os.environ.get("ODOO_PATH"):
        made_of.append(str(time.time()))  # it may change without a new version
    stamps.ensure(databases.Stamp(server.server, name), made_of, build)


def digest(modules):
    """Return a fingerprint of the sources that installing or updating our add-ons reads."""
    fingerprint = hashlib.sha256()
    for folder in addons.folders():
        if folder.name in modules:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not NOT_INSTALLED.intersection(path.parts):
                    fingerprint.update(str(path.relative_to(folder.parent)).encode())
                    fingerprint.update(path.read_bytes())
    return fingerprint.hexdigest()
