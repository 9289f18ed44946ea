"""What is measured, and what came out. Standard library only: no Odoo needed to read it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

CORE, OURS = "plain CRM", "with the add-on"


@dataclass(frozen=True)
class Work:
    """Something to do on both sides, for each of some sizes.

    The functions get an environment of a sales manager. What they change is rolled back.

    :param run: ``run(env, data)``; everything it does until the database has it is timed
    :param prepare: ``prepare(env, size)`` returns the data; not timed
    :param core: what to do in plain CRM, where that is not the same call
    :param targets: size → the ratio not to be exceeded; or one ratio for all sizes
    :param rounds: size → how often, where the default takes too long
    :param times: as many times as often, where the difference to be seen is small
    """

    title: str
    run: Callable
    prepare: Callable = lambda env, size: None
    sizes: tuple = (1,)
    core: Callable = None
    targets: dict | float | None = None
    rounds: dict = field(default_factory=dict)
    times: int = 1

    def target(self, size):
        return self.targets.get(size) if isinstance(self.targets, dict) else self.targets


@dataclass
class Result:
    """The runs of one work at one size: (seconds, queries or None) of each, by side."""

    title: str
    size: int
    runs: dict
    target: float | None = None

    def seconds(self, label):
        return median(seconds for seconds, _queries in self.runs[label])

    def queries(self, label):
        """The median, or None where they were not counted."""
        counts = [queries for _seconds, queries in self.runs[label] if queries is not None]
        return median(counts) if counts else None

    @property
    def baseline(self):
        """The label of what ours is compared with, if anything."""
        return next((label for label in self.runs if label != OURS), None)

    @property
    def ratio(self):
        return self.seconds(OURS) / self.seconds(self.baseline) if self.baseline else None

    @property
    def met(self):
        """Whether the target is met; None where there is none."""
        return self.ratio <= self.target if self.target and self.baseline else None

    @property
    def line(self):
        times = ", ".join(f"{label} {self.seconds(label):.3f} s" for label in self.runs)
        ratio = f": {self.ratio:.2f}" if self.baseline else ""
        return f"{self.title}, {self.size}: {times}{ratio}"
