"""Odoo's code: a checkout that ODOO_PATH names, Debian's package, or Odoo's Git."""

import os
import re
import runpy
import shutil
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from . import apt, console, paths, process, stamps

SERIES = "19.0"
FOLDER = paths.STATE / "odoo"
GIT_URL = "https://github.com/odoo/odoo.git"
PACKAGE_ROOT = "usr/lib/python3/dist-packages"
# Odoo, and what Debian's package links to instead of carrying it.
DEBIAN_PACKAGES = ("odoo-19", "libjs-jquery", "libjs-jquery-form", "libjs-underscore")
DEBIAN_PACKAGES += ("fonts-roboto-unhinted", "fonts-montserrat", "fonts-inconsolata")
DEBIAN_PACKAGES += ("fonts-ocr-b", "fonts-glyphicons-halflings")


@dataclass
class Source:
    """A folder to import `odoo` from, and where its add-ons are."""

    root: Path

    @property
    def addons(self):
        """Return the folders beside `odoo/addons`; a package has all its add-ons in there."""
        packaged = (self.root / "odoo" / "addons" / "web").is_dir()
        return [] if packaged else [self.root / "addons"]

    @property
    def version(self):
        """Return the version as `odoo/release.py` states it."""
        return runpy.run_path(str(self.root / "odoo" / "release.py"))["version"]

    def addon(self, name):
        """Return the folder of one of Odoo's own add-ons, or None."""
        folders = [*self.addons, self.root / "odoo" / "addons"]
        return next((f / name for f in folders if (f / name / "__manifest__.py").exists()), None)


def ensure():
    """Return Odoo's code, fetched if it is not here yet."""
    if given := os.environ.get("ODOO_PATH"):
        source = _find(Path(given).expanduser().resolve())
        return source or console.fail(f"ODOO_PATH={given} has no Odoo {SERIES} in it.")
    stamps.ensure(FOLDER / "stamp", [SERIES, *DEBIAN_PACKAGES], _fetch)
    return _find(FOLDER)


def _fetch():
    reasons = []
    for fetch in (_fetch_debian, _fetch_git):
        shutil.rmtree(FOLDER, ignore_errors=True)
        reason = fetch(FOLDER)
        if not reason:
            return
        console.note(reason)
        reasons.append(reason)
    console.fail(
        f"Odoo {SERIES} could not be had. {' '.join(reasons)} "
        f"Get its code by another way, and name the folder: make run ODOO_PATH=/path/to/odoo"
    )


def _find(folder):
    """Return the source in a checkout, a folder of packages or an unpacked package."""
    for root in (folder, folder / PACKAGE_ROOT):
        release = root / "odoo" / "release.py"
        if release.exists():
            found = re.search(r"^version_info = \((\d+), (\d+)", release.read_text(), re.M)
            if found and ".".join(found.groups()) == SERIES:
                return Source(root)
    return None


def _fetch_git(target):
    """Clone Odoo's public repository; return why it did not work."""
    if not shutil.which("git"):
        return "There is no git."
    options = ["--depth", "1", "--branch", SERIES, "--single-branch", "--progress"]
    status, log_path = process.follow(
        ["git", "clone", *options, GIT_URL, str(target)],
        f"Clone Odoo {SERIES} (about 1 GB)",
        r"(\S+ objects: +\d+%.*|Updating files: +\d+%)",
    )
    return f"Git could not clone {GIT_URL} (see {log_path})." if status else None


def _fetch_debian(target):
    """Unpack Debian's package; return why it did not work."""
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return "This is not Debian."
    if not apt.keyring():
        return "Debian's keys are missing (package debian-archive-keyring)."
    for mirror in apt.mirrors():
        console.note(f"Looking for Odoo in Debian (about 120 MB): {mirror}")
        if apt.fetch(paths.STATE / "apt", mirror, "sid", DEBIAN_PACKAGES, target):
            _complete(target / PACKAGE_ROOT / "odoo" / "addons")
            return None
    return "No package mirror of this machine has Odoo in Debian sid."


def _complete(addons):
    """Put in place the files that Debian left out and has in no other package."""
    fonts = Path(sysconfig.get_path("purelib")) / "xstatic/pkg/font_awesome/data/fonts"
    for folder in ("lib/fontawesome", "src/libs/fontawesome"):
        for link in (addons / "web/static" / folder / "fonts").iterdir():
            if link.is_symlink():
                link.unlink()
                shutil.copy(fonts / link.name, link)
    # It blurs the background of video calls. Missing, it fails every page's load.
    script = addons / "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text("// Not available here: background blur in video calls.\n")
