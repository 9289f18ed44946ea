"""A pytest plugin for BROWSER=none: tests find no browser, and are skipped as without one."""

import unittest


def pytest_collection_modifyitems():
    from odoo.tests import common

    common._find_executable = _find_nothing


def _find_nothing():
    raise unittest.SkipTest("BROWSER=none")
