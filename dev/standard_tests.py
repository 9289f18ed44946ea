"""A pytest plugin: run the tests Odoo itself would run, as Odoo would.

Odoo leaves out the tests tagged `-standard`, and modules that the tests' package does
not import.
"""

import sys
import threading


def pytest_collection_modifyitems(config, items):
    standard = [item for item in items if _is_standard(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in standard])
    items[:] = standard
    # Odoo names the database on the thread that runs the tests; some ask for it.
    threading.current_thread().dbname = config.getoption("--odoo-database")


def _is_standard(item):
    package, _dot, name = item.module.__name__.rpartition(".")
    tags = getattr(item.cls, "test_tags", {"standard"})
    return "standard" in tags and hasattr(sys.modules.get(package), name)
