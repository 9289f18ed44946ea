"""make docs: the pages of docs/ as a site in .dev/site; a broken link or picture fails."""

from . import console, paths, process, venv

SITE = paths.STATE / "site"


def main():
    process.run(
        [str(venv.PYTHON), "-m", "mkdocs", "build", "--strict", "--site-dir", str(SITE)],
        "Build the pages of docs, and a page for each add-on",
        r"(WARNING .*)",
        cwd=paths.ROOT,
    )
    console.step(f"The pages: {SITE / 'index.html'}")
    return 0
