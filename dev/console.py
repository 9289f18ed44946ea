"""What the user sees: steps, progress of long commands, errors in one sentence."""

import sys
import time


def step(text):
    print(f"==> {text}", flush=True)


def note(text):
    print(f"    {text}", flush=True)


def fail(text):
    """End the command with a message that says what to do."""
    print(f"\nError: {text}", file=sys.stderr, flush=True)
    raise SystemExit(1)


class Progress:
    """One line that moves in a terminal; a line now and then in a log file."""

    QUIET_SECONDS = 10

    def __init__(self, title):
        self.title = title
        self.started = self.shown = time.monotonic()
        self.live = sys.stdout.isatty()
        step(title)

    def show(self, text):
        now = time.monotonic()
        text = f"{text[:70]} ({now - self.started:.0f} s)"
        if self.live:
            print(f"\r\033[K    {text}", end="", flush=True)
        elif now - self.shown >= self.QUIET_SECONDS:
            self.shown = now
            note(text)

    def close(self, text="done"):
        print("\r\033[K" if self.live else "", end="")
        note(f"{text} in {time.monotonic() - self.started:.1f} s")
