"""python -m dev.bundles DATABASE: build the web client's bundles, once for all tours.

A bundle that a test builds is rolled back with the test: without this, each class of tours
would build them anew.
"""

import os
import sys

from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

BUNDLES = ("web.assets_web", "web.assets_web_print", "web.assets_tests")


def main():
    config.parse_config(["-c", os.environ["DEV_ODOO_CONF"], "--log-level=warn"], setup_logging=True)
    with Registry(sys.argv[1]).cursor() as cr:
        for name in BUNDLES:
            bundle = Environment(cr, 1, {})["ir.qweb"]._get_asset_bundle(name, css=True, js=True)
            bundle.js()
            bundle.css()


if __name__ == "__main__":
    main()
