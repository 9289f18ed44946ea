"""Terms that Odoo has too: each of our translations against Odoo's own, in the same language.

Whoever uses both sees them side by side. Where Odoo's word is wrong, or means something else
here, dev/glossary/<language>.json says why: {term: reason}. A reason for a term that is the
same in both, or that we do not use, is a mistake as well.
"""

import json

import polib

from . import addons, odoo_source, paths

REASONS = paths.ROOT / "dev" / "glossary"
# Whose words stand beside ours on the screen.
MODULES = ("base", "web", "mail", "calendar", "utm", "sales_team", "crm", "sale", "sale_crm")


def find_strangers():
    """Yield where a catalogue of ours translates a term otherwise than Odoo does."""
    catalogues = [path for folder in addons.folders() for path in folder.glob("i18n/*.po")]
    for language in sorted({path.stem for path in catalogues}):
        theirs = _read_odoo(language)
        path = REASONS / f"{language}.json"
        reasons = json.loads(path.read_text()) if path.exists() else {}
        used = set()
        for catalogue in sorted(path for path in catalogues if path.stem == language):
            for entry in polib.pofile(str(catalogue)).translated_entries():
                known = theirs.get(entry.msgid)
                if known and entry.msgstr not in known:
                    used.add(entry.msgid)
                    if entry.msgid not in reasons:
                        place = catalogue.relative_to(paths.ROOT)
                        yield f"{place}: {entry.msgid!r} is {entry.msgstr!r}, in Odoo {known}"
        for term in sorted(set(reasons).difference(used)):
            yield f"{path.relative_to(paths.ROOT)}: {term!r} needs no reason"


def _read_odoo(language):
    """Return Odoo's translations of each term, those of all its modules."""
    source = odoo_source.ensure()
    found = {}
    for module in MODULES:
        folder = source.addon(module)
        path = folder and folder / "i18n" / f"{language}.po"
        if path and path.exists():
            for entry in polib.pofile(str(path)).translated_entries():
                found.setdefault(entry.msgid, set()).add(entry.msgstr)
    return {term: sorted(words) for term, words in found.items()}
