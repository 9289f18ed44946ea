"""One side of the comparison: a process with Odoo loaded, that works when told to."""

import json
import subprocess

from .. import console, paths, process


class Side:
    """The parent's end: a context manager around the process of `worker.py`."""

    def __init__(self, server, database, theme):
        self.database = database
        self._command, self._environment = server.module("dev.bench.worker", database, theme)

    def __enter__(self):
        paths.LOGS.mkdir(parents=True, exist_ok=True)
        self._log = (paths.LOGS / f"{self.database}.log").open("a")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self._log}
        self._started = process.started(self._command, env=self._environment, text=True, **pipes)
        self._child = self._started.__enter__()
        return self

    def __exit__(self, *error):
        self._child.stdin.close()
        self._started.__exit__(*error)
        self._log.close()

    def run(self, number, function, size):
        """Do a work once.

        :param int number: its place among the theme's `WORKS`
        :param str function: `run`, `core` or `bare`
        :return: seconds and queries
        :rtype: tuple[float, int]
        """
        task = {"number": number, "function": function, "size": size}
        self._child.stdin.write(json.dumps(task) + "\n")
        self._child.stdin.flush()
        answer = self._child.stdout.readline()
        if not answer:
            console.fail(f"The work failed on {self.database}. The log: {self._log.name}")
        return tuple(json.loads(answer))
