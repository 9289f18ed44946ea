"""The table and the chart of what was measured, in `docs/benchmarks`."""

import json

from .. import paths
from . import chart
from .work import OURS, Result

FOLDER = paths.ROOT / "docs" / "benchmarks"
INTRODUCTION = """\
# Measured

Written by `make bench`: the same work on the same deals, in plain CRM and with the add-on,
in turn on one machine. Times are medians, in seconds, until everything is in the database,
messages included; in brackets the fastest and the slowest run. How it is done:
[dev/bench](../../dev/bench/__init__.py). What the figures mean: [performance](../performance.md).
"""


def keep(theme, title, results, machine):
    """Keep the results of a theme in place of its earlier ones."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    data = {
        "title": title,
        "machine": machine,
        "results": [result.as_dict() for result in results],
    }
    _path(theme).write_text(json.dumps(data, indent=1) + "\n")


def _path(theme):
    return FOLDER / f"{theme}.json"


def write(themes):
    """Write the table and the chart from all results there are."""
    kept = [json.loads(_path(theme).read_text()) for theme in themes if _path(theme).exists()]
    parts = [INTRODUCTION, "![Time with the add-on, as a share of the time without](ratios.svg)\n"]
    drawn = []
    for data in kept:
        results = [Result(**values) for values in data["results"]]
        parts.append(f"## {data['title']}\n\n{_table(results)}\n{_conditions(data['machine'])}")
        drawn += [(data["title"], result) for result in results if result.ratio is not None]
    (FOLDER / "README.md").write_text("\n".join(parts))
    chart.draw(drawn, FOLDER / "ratios.svg")


def _table(results):
    heads = ["work", "size", "compared with", "time", "time with the add-on"]
    heads += ["queries", "queries with the add-on", "ratio of times", "target"]
    lines = [f"| {' | '.join(heads)} |", "| --- | --: | --- | --: | --: | --: | --: | --: | --- |"]
    for result in results:
        base = result.baseline
        cells = [
            result.title,
            f"{result.size:,}",
            base or "–",
            _time(result, base) if base else "–",
            _time(result, OURS),
            _queries(result, base),
            _queries(result, OURS),
            f"**{result.ratio:.2f}**" if base else "–",
            _target(result),
        ]
        lines.append(f"| {' | '.join(cells)} |")
        if result.note:
            lines.append(f"| *{result.note}* |" + " |" * 8)
    return "\n".join(lines) + "\n"


def _time(result, label):
    seconds = [seconds for seconds, _queries in result.runs[label]]
    middle = f"{result.seconds(label):.3f}"
    return f"{middle} ({min(seconds):.3f}–{max(seconds):.3f})" if len(seconds) > 1 else middle


def _queries(result, label):
    count = result.queries(label) if label else None
    return "–" if count is None else f"{count:,.0f}"


def _target(result):
    if not result.target:
        return ""
    return f"≤ {result.target:g}, {'met' if result.met else 'not met'}"


def _conditions(machine):
    return "Measured on: " + "; ".join(f"{name} {value}" for name, value in machine.items()) + ".\n"
