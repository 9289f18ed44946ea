"""The terms to translate: export them, merge them, compare them."""

import re
import tempfile
from collections import Counter
from pathlib import Path

import polib

from . import addons, console, locks, odoo, original, paths

DATABASE = "i18n"
LANGUAGES = ("th",)  # complete, in every add-on
PLACEHOLDER = re.compile(r"%\(\w+\)[sdfr]|(?<!%)%[sd]")


def main():
    """make pot: write each template anew, and merge it into the translations."""
    for addon, fresh in export_all():
        template = template_of(addon)
        template.parent.mkdir(exist_ok=True)
        if not template.exists() or differences(_read(template), fresh):
            fresh.save(str(template))
            console.step(f"Written: {template.relative_to(paths.ROOT)}")
        for translation in translations_of(addon):
            _merge(translation, fresh)
    return 0


def export_all():
    """Return each add-on with the terms a database with all of them exports."""
    with odoo.ready() as server, locks.database(DATABASE):
        original.copy_to(server, DATABASE)
        return [(addon, _export(server, addon)) for addon in addons.folders()]


def template_of(addon):
    return addon / "i18n" / f"{addon.name}.pot"


def translations_of(addon):
    """Return the translations an add-on has, and has to have."""
    folder = addon / "i18n"
    return sorted({*folder.glob("*.po"), *(folder / f"{name}.po" for name in LANGUAGES)})


def _export(server, addon):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.pot"
        arguments = ["-o", str(path), addon.name]
        title = f"Export the terms of {addon.name}"
        server.do(title, DATABASE, *arguments, program=("odoo", "i18n", "export"))
        return _read(path)


def _read(path):
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def _merge(path, fresh):
    """Bring a translation up to the template, as msgmerge does, without guessing."""
    translation = _read(path)
    translation.metadata = translation.metadata or fresh.metadata
    before = str(translation)
    translation.merge(fresh)
    for entry in translation.obsolete_entries():
        translation.remove(entry)
    if str(translation) != before:
        translation.save(str(path))
        console.step(f"Merged: {path.relative_to(paths.ROOT)}")
    left = len(translation.untranslated_entries())
    if left:
        console.note(f"{path.name}: {left} terms to translate")


def differences(old, new):
    """Return what the sources have and the template lacks, and the reverse."""
    before, after = _terms(old), _terms(new)
    problems = [
        f"missing or moved: {term[1]!r}" for term in after if before.get(term) != after[term]
    ]
    return problems + [f"no longer used: {term[1]!r}" for term in before if term not in after]


def _terms(catalogue):
    """Return the places of each term; dates and line numbers do not count."""
    return {
        (entry.msgctxt, entry.msgid): (
            sorted({place for place, _line in entry.occurrences}),
            entry.comment,
        )
        for entry in catalogue
        if not entry.obsolete
    }


def incomplete(template, translation):
    """Return what a translation lacks: terms, certainty, or placeholders."""
    entries = {entry.msgid: entry for entry in translation if not entry.obsolete}
    problems = []
    for source in template:
        entry = entries.get(source.msgid)
        if not (entry and entry.msgstr):
            problems.append(f"not translated: {source.msgid!r}")
        elif entry.fuzzy:
            problems.append(f"fuzzy: {source.msgid!r}")
        elif _placeholders(entry.msgid) != _placeholders(entry.msgstr):
            problems.append(f"other placeholders: {source.msgid!r} → {entry.msgstr!r}")
    return problems


def _placeholders(text):
    return Counter(PLACEHOLDER.findall(text))
