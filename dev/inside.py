"""python -m dev.inside DATABASE MODULE.FUNCTION [ARGUMENT…]: a function of ours, beside Odoo.

It gets the environment of the superuser and the arguments; what it does is committed, unless
it fails.
"""

import importlib
import os
import sys

from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config


def open_registry(database):
    config.parse_config(["-c", os.environ["DEV_ODOO_CONF"], "--log-level=warn"], setup_logging=True)
    return Registry(database)


def main():
    database, name, *arguments = sys.argv[1:]
    module, _dot, function = name.rpartition(".")
    with open_registry(database).cursor() as cr:
        call = getattr(importlib.import_module(f"dev.{module}"), function)
        call(Environment(cr, 1, {}), *arguments)


if __name__ == "__main__":
    main()
