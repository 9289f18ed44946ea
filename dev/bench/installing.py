"""python -m dev.bench.installing DATABASE: install the add-on; print seconds and megabytes."""

import json
import resource
import sys
import time

from odoo.modules.registry import Registry

from . import worker
from .fixture import ADDON


def main():
    database = sys.argv[1]
    worker.read_configuration()
    started = time.perf_counter()
    Registry.new(database, update_module=True, install_modules=[ADDON])
    seconds = time.perf_counter() - started
    # Linux counts kilobytes.
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([seconds, megabytes]))


if __name__ == "__main__":
    main()
