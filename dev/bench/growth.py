"""What a quarter costs where ten times as many closings lie before it."""

from .. import databases, fill
from . import analysis
from .fixture import ensure, make_ours
from .work import OURS, Work

TITLE = "A quarter of the win/loss analysis, on a table that has grown"
CLOSINGS = analysis.CLOSINGS // 10
OLDER = 9 * CLOSINGS
MOST = CLOSINGS
YOUNG = f"{CLOSINGS:,} closings"
QUARTER = {**analysis.PERIOD, "date_from": analysis.by_hand.QUARTER["first"]}
LOST = [
    ("date", ">=", f"{QUARTER['date_from']} 00:00:00"),
    ("is_mistake", "=", False),
    ("outcome", "=", "lost"),
]


def prepare(server):
    """Fill two copies alike, and one of them with closings of the years before as well."""
    base = make_ours(server)
    sides = {}
    for label, name, older in ((YOUNG, "bench_young", 0), (OURS, "bench_grown", OLDER)):

        def make(name=name, older=older):
            databases.copy(server.server, base, name)
            fill.fill(server, name, CLOSINGS, older)

        ensure(server, name, base, (CLOSINGS, older), make)
        sides[label] = name
    return sides


WORKS = [
    Work(title, run, analysis.as_manager, (CLOSINGS,), targets=1.5)
    for title, run in (
        ("Overview", analysis.call("get_overview", QUARTER)),
        ("Funnel", analysis.call("get_funnel", QUARTER)),
        ("What moves", analysis.call("get_movers", QUARTER)),
        ("Against competitors", analysis.call("get_competition", QUARTER)),
        (
            "Graph: lost by reason",
            analysis.call("formatted_read_group", LOST, ["reason_id"], ["__count"]),
        ),
    )
]
