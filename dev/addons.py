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


def foreign(*above):
    """Return Odoo's modules that some of our add-ons depend on, directly or not."""
    ours = {name for each in above for name in (*below(each), each)}
    return sorted({name for each in ours for name in manifest(each)["depends"]}.difference(names()))
