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


def fetch(folder, mirror, suite, packages, target):
    """Download packages from another suite of a mirror, and unpack them into a folder.

    The machine's package configuration is neither used nor changed and nothing is installed,
    so no rights are needed. The folder keeps the lists of that suite.

    :return: whether the mirror has them
    """
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
    apt = ["apt-get", *(f"-o{name}={value}" for name, value in options.items())]
    with tempfile.TemporaryDirectory(dir=folder) as debs:
        for command in (["update"], ["download", *packages]):
            title = f"apt-get {command[0]}, of {suite}"
            if process.follow([*apt, *command], title, r"(.+)", cwd=debs)[0]:
                return False
        script = 'for deb in "$1"/*.deb; do dpkg -x "$deb" "$2"; done'
        process.run(["sh", "-ec", script, "sh", debs, str(target)], "Unpack the packages")
    return True
