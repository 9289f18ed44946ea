"""Debian's package tool: install what is missing, or fetch without installing."""

import os
import shutil
import tempfile
from pathlib import Path

from . import process

KEYRINGS = [
    Path("/usr/share/keyrings") / name
    for name in ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp")
]


def can_install():
    return bool(shutil.which("apt-get")) and os.geteuid() == 0


def install(*packages):
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    names = ", ".join(packages)
    process.run(["apt-get", "update"], "Read the package lists", env=environment)
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    process.run(command, f"Install {names}", env=environment)


def mirrors():
    """Return the archives this machine's own configuration names."""
    listed = process.output(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Identifier: Packages"]
    )
    return list(dict.fromkeys(listed.split()))


def keyring():
    return next((path for path in KEYRINGS if path.exists()), None)


class Suite:
    """Another suite of a mirror, read through lists of its own.

    The machine's package configuration is neither used nor changed, so no rights
    are needed.
    """

    def __init__(self, folder, mirror, suite):
        self.folder = folder
        for name in ("lists/partial", "archives/partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        source = f"deb [signed-by={keyring()}] {mirror} {suite} main\n"
        (folder / "sources.list").write_text(source)
        options = {
            "Dir::Etc::sourcelist": folder / "sources.list",
            "Dir::Etc::sourceparts": "-",
            "Dir::State::lists": folder / "lists",
            "Dir::Cache": folder,
            "APT::Sandbox::User": "",
            "APT::Update::Error-Mode": "any",
            "Acquire::Languages": "none",
        }
        self._command = ["apt-get", *(f"-o{name}={value}" for name, value in options.items())]

    def update(self):
        """Read the lists; return whether the mirror has this suite."""
        command = [*self._command, "update"]
        return process.follow(command, "Look for Odoo in Debian", r"(.+)")[0] == 0

    def unpack(self, packages, target):
        """Download packages and unpack them into a folder; return whether it worked.

        Nothing is installed.
        """
        with tempfile.TemporaryDirectory(dir=self.folder) as debs:
            command = [*self._command, "download", *packages]
            title = "Download Odoo (about 120 MB)"
            if process.follow(command, title, r"(.+)", cwd=debs)[0]:
                return False
            script = 'for deb in "$1"/*.deb; do dpkg -x "$deb" "$2"; done'
            process.run(["sh", "-ec", script, "sh", debs, str(target)], "Unpack Odoo")
        return True
