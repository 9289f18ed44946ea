"""What the figures were measured on."""

import os
import platform
from datetime import date
from pathlib import Path

import psutil

from .. import databases, process


def describe(server):
    """Return what a reader needs to know of the machine and the programs.

    :rtype: dict[str, str]
    """
    gigabytes = round(psutil.virtual_memory().total / 2**30)
    release, _dash, _build = platform.release().partition("-")
    return {
        "date": date.today().isoformat(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{gigabytes} GB",
        "system": f"{platform.system()} {release}, Python {platform.python_version()}",
        "PostgreSQL": databases.version(server.server),
        "Odoo": server.source.version,
        "revision": process.output(["git", "describe", "--always", "--dirty"]).strip(),
    }


def _processor():
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
