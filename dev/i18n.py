"""The terms to translate: export them, merge them, compare them."""

import re

import polib

from . import addons, console, locks, odoo, original, paths

DATABASE = "i18n"
LANGUAGES = ("th",)  # complete, in every add-on
PLACEHOLDER = re.compile(r"%\(\w+\)[sdfr]|(?<!%)%[sd]")


def main():
    """make pot: write each template anew, and merge it into the translations."""
    for template, fresh in _export_all():
        template.parent.mkdir(exist_ok=True)
        if not template.exists() or _compare(_read(template), fresh):
            fresh.save(str(template))
            console.step(f"Written: {template.relative_to(paths.ROOT)}")
        for translation in _get_translations(template):
            _merge(translation, fresh)
    return 0


def find_drift():
    """Yield where the templates differ from what the sources export."""
    for template, fresh in _export_all():
        for difference in _compare(_read(template), fresh):
            yield f"{template.relative_to(paths.ROOT)}: {difference}. Export anew: make pot"


def find_gaps():
    """Yield what the translations lack of the templates: terms, certainty, placeholders."""
    for template in map(_get_template, addons.folders()):
        for path in _get_translations(template):
            entries = {entry.msgid: entry for entry in _read(path) if not entry.obsolete}
            for source in _read(template):
                entry = entries.get(source.msgid)
                if not (entry and entry.translated()):
                    yield f"{path.relative_to(paths.ROOT)}: no translation of {source.msgid!r}"
                elif _find_placeholders(source.msgid) != _find_placeholders(entry.msgstr):
                    yield f"{path.relative_to(paths.ROOT)}: other placeholders: {entry.msgstr!r}"


def _get_template(addon):
    return addon / "i18n" / f"{addon.name}.pot"


def _get_translations(template):
    """Return the translations beside a template, and those that have to be there."""
    required = {template.with_name(f"{name}.po") for name in LANGUAGES}
    return sorted(required.union(template.parent.glob("*.po")))


def _find_placeholders(text):
    return sorted(PLACEHOLDER.findall(text))


def _export_all():
    """Return each template's path, with the terms a database with all add-ons exports."""
    with odoo.ready() as server, locks.database(DATABASE):
        original.copy_to(server, DATABASE)
        return [(_get_template(addon), _export(server, addon)) for addon in addons.folders()]


def _export(server, addon):
    path = paths.STATE / "export.pot"
    title, arguments = f"Export the terms of {addon.name}", ["-o", str(path), addon.name]
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


def _compare(old, new):
    """Return what the sources have and the template lacks, and the reverse."""
    before, after = _get_terms(old), _get_terms(new)
    moved = [f"missing or moved: {term[1]!r}" for term in after if before.get(term) != after[term]]
    return moved + [f"no longer used: {term[1]!r}" for term in before if term not in after]


def _get_terms(catalogue):
    """Return the places of each term; dates and line numbers do not count."""
    return {
        (term.msgctxt, term.msgid): ({place for place, _line in term.occurrences}, term.comment)
        for term in catalogue
        if not term.obsolete
    }
