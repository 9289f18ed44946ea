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
    _path(theme).write_text(json.dumps(data, indent=1) + "\n")


def _path(theme):
    return FOLDER / f"{theme}.json"


def write(themes):
    """Write the table from all results there are."""
    parts = [INTRODUCTION]
    for theme in themes:
        if _path(theme).exists():
            data = json.loads(_path(theme).read_text())
            parts.append(f"## {data['title']}\n\n| {' | '.join(HEADS)} |")
            parts.append("| --- | --: | --- | --: | --: | --: | --: | --: | --- |")
            for values in data["results"]:
                result = Result(**values)
                parts.append(f"| {' | '.join(_cells(result))} |")
            parts.append(f"\nMeasured on: {data['machine']}.\n")
    (FOLDER / "README.md").write_text("\n".join(parts))


def _cells(result):
    base = result.baseline
    return (
        result.title,
        f"{result.size:,}",
        base or "–",
        _time(result, base) if base else "–",
        _time(result, OURS),
        _queries(result, base),
        _queries(result, OURS),
        f"**{result.ratio:.2f}**" if base else "–",
        f"≤ {result.target:g}, {'met' if result.met else 'not met'}" if result.target else "",
    )


def _time(result, label):
    seconds = [seconds for seconds, _queries in result.runs[label]]
    middle = f"{result.seconds(label):.3f}"
    return f"{middle} ({min(seconds):.3f}–{max(seconds):.3f})" if len(seconds) > 1 else middle


def _queries(result, label):
    count = result.queries(label) if label else None
    return "–" if count is None else f"{count:,.0f}"
