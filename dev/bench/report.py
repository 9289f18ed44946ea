"""The table of what was measured, in `docs/benchmarks`, and on what it was measured."""

import json
import os
import platform
import re
from datetime import date
from pathlib import Path

import psutil

from .. import console, databases, paths, process
from .work import OURS, Result

FOLDER = paths.ROOT / "docs" / "benchmarks"
INTRODUCTION = """\
# Measured

Written by `make bench`: the same work on the same deals, in plain CRM and with the add-on,
in turn on one machine. Times are medians, in seconds, until everything is in the database,
messages included; in brackets the fastest and the slowest run. How it is done:
[dev/bench](../../dev/bench/__init__.py). What the figures mean: [performance](../performance.md).
"""
HEADS = (
    *("work", "size", "compared with", "time", "time with the add-on"),
    *("queries", "queries with the add-on", "ratio of times", "target"),
)


def _describe_machine(server):
    """Return in a line what a reader needs to know of the machine and the programs."""
    postgres = databases.ask(server.server, "postgres", "SHOW server_version")[0][0]
    known = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    processor = re.search(r"^model name\s*: (.*)", known, re.M)
    return (
        f"{date.today()}; {processor[1] if processor else platform.machine()}, "
        f"{os.cpu_count()} cores; {psutil.virtual_memory().total / 2**30:.0f} GB; "
        f"Python {platform.python_version()}; PostgreSQL {postgres}; "
        f"Odoo {server.source.version}; revision "
        + process.output(["git", "describe", "--always", "--dirty"]).strip()
    )


def keep(theme, title, results, server):
    """Keep the results of a theme in place of its earlier ones."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    data = {"title": title, "machine": _describe_machine(server), "results": results}
    for result in results:
        console.note(Result(**result).line)
    (FOLDER / f"{theme}.json").write_text(json.dumps(data, indent=1) + "\n")


def write(themes):
    """Write the table from all results there are."""
    parts = [INTRODUCTION]
    files = [FOLDER / f"{theme}.json" for theme in themes]
    for data in (json.loads(path.read_text()) for path in files if path.exists()):
        parts.append(f"## {data['title']}\n\n| {' | '.join(HEADS)} |")
        parts.append("| --- | --: | --- | --: | --: | --: | --: | --: | --- |")
        parts += (f"| {' | '.join(_get_cells(Result(**values)))} |" for values in data["results"])
        parts.append(f"\nMeasured on: {data['machine']}.\n")
    (FOLDER / "README.md").write_text("\n".join(parts))


def _get_cells(result):
    base = result.baseline
    return (
        *(result.title, f"{result.size:,}", base or "–"),
        *(_get_time(result, base), _get_time(result, OURS)),
        *(_get_queries(result, base), _get_queries(result, OURS)),
        f"**{result.ratio:.2f}**" if base else "–",
        f"≤ {result.target:g}, {'met' if result.met else 'not met'}" if result.target else "",
    )


def _get_time(result, label):
    seconds = [seconds for seconds, _queries in result.runs.get(label, ())]
    middle = f"{result.seconds(label):.3f}" if seconds else "–"
    return f"{middle} ({min(seconds):.3f}–{max(seconds):.3f})" if len(seconds) > 1 else middle


def _get_queries(result, label):
    count = result.queries(label) if label else None
    return "–" if count is None else f"{count:,.0f}"
