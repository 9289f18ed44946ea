"""The browser of the tours: Chromium or Chrome, where Odoo's tests look for it."""

import os
import shutil

from . import apt, console, process

# In the order of odoo.tests.common.
PROGRAMS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
THAI_FONT = "fonts-thai-tlwg"


def find():
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


def wanted():
    """Tell whether the tours are to run; BROWSER=none does without."""
    return os.environ.get("BROWSER") != "none"


def ensure():
    """Make sure there is a browser that starts, if one is wanted."""
    if not wanted():
        console.note("BROWSER=none: the tours and the other browser tests will be skipped.")
        return
    missing = [] if find() else ["chromium"]
    if shutil.which("fc-list") and not process.output(["fc-list", ":lang=th"]).strip():
        missing.append(THAI_FONT)
    if missing and apt.can_install():
        apt.install(*missing)
    program = find()
    version = program and process.output([program, "--version"]).strip()
    if not version:
        console.fail(
            f"The tours need Chromium or Chrome, and none was found that starts. Install it (sudo "
            f"apt-get install chromium {THAI_FONT}), or leave the tours out: make test BROWSER=none"
        )
    console.note(f"Browser: {version}")
