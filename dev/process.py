"""Run other programs: with progress and a log, and never leaving one behind."""

import os
import re
import signal
import subprocess
from contextlib import contextmanager

from . import console, paths


@contextmanager
def uninterrupted():
    """Let a second Ctrl-C not interrupt what the first one began."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def stop(process):
    """End a program with everything it started, gently first."""
    for number, seconds in ((signal.SIGINT, 10), (signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, number)
            process.wait(seconds)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


@contextmanager
def started(command, **options):
    """Start a program in a session of its own, so that it can be stopped as a whole."""
    process = subprocess.Popen(command, start_new_session=True, **options)
    try:
        yield process
    finally:
        with uninterrupted():
            stop(process)


def call(command, **options):
    """Run a program that writes to the terminal itself; return its exit status."""
    with started(command, **options) as process:
        return process.wait()


def output(command, **options):
    """Return what a short program prints; an empty text if it fails or is missing."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, **options)
    except FileNotFoundError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def follow(command, title, pattern, **options):
    """Run a long program: its output goes to a log, what matches `pattern` is shown.

    :param pattern: a regular expression; its first group is the progress text
    :return: (exit status, path of the log)
    """
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log_path = paths.LOGS / (re.sub(r"\W+", "-", title.lower())[:80].strip("-") + ".log")
    progress = console.Progress(title)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    text = {"text": True, "errors": "replace", "stdin": subprocess.DEVNULL}
    with log_path.open("w") as log, started(command, **pipes, **text, **options) as process:
        for line in process.stdout:
            log.write(line)
            found = re.search(pattern, line)
            if found:
                progress.show(found.group(1).strip())
        status = process.wait()
    progress.close("done" if status == 0 else "failed")
    return status, log_path


def run(command, title, pattern=r"(.+)", **options):
    """Like `follow`, but a failure ends everything, with the last lines of the log.

    :return: the path of the log
    """
    status, log_path = follow(command, title, pattern, **options)
    if status:
        print("\n".join(log_path.read_text().splitlines()[-25:]))
        console.fail(f"{title}: this did not work. The whole log: {log_path}")
    return log_path
