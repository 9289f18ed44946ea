"""Our add-ons: each top-level folder with a manifest, and who builds on whom."""

import ast
from functools import cache

from . import paths


def folders():
    return sorted(manifest.parent for manifest in paths.ROOT.glob("*/__manifest__.py"))


def names():
    return [folder.name for folder in folders()]


@cache
def manifest(name):
    return ast.literal_eval((paths.ROOT / name / "__manifest__.py").read_text())


def below(name):
    """Return those of our add-ons that one builds on, directly or not, lowest first."""
    found = []
    for needed in manifest(name)["depends"]:
        if needed in names():
            found += [*below(needed), needed]
    return list(dict.fromkeys(found))


def foreign(name):
    """Return Odoo's modules that an add-on and those below it depend on."""
    needed = {module for each in [*below(name), name] for module in manifest(each)["depends"]}
    return sorted(needed.difference(names()))
