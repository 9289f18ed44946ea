"""What MkDocs calls (see mkdocs.yml): the add-ons' own pages become pages of the site."""

import ast
import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[1]
ADDON = re.compile(r"\]\((?:\.\./)+(\w+)/README\.md")
# Links to files of the tree that are no pages.
OUTSIDE = re.compile(
    r"\[([^\]]+)\]\((?:\.\./)+(?:dev|changelog\.d|CHANGELOG|CONTRIBUTING)\b[^)]*\)"
)


def on_config(config):
    """Add a menu with the add-ons by their names, the heart first."""
    manifests = [(path.parent.name, path.read_text()) for path in ROOT.glob("*/__manifest__.py")]
    names = {ast.literal_eval(text)["name"]: folder for folder, text in manifests}
    pages = [{name: f"addons/{names[name]}.md"} for name in sorted(names, key=_get_place)]
    config["nav"].append({"Add-ons": pages})
    return config


def _get_place(name):
    return (not name.startswith("CRM Opportunity Close"), name)


def on_files(files, config):
    """Add the README of each add-on."""
    for manifest in sorted(ROOT.glob("*/__manifest__.py")):
        name = manifest.parent.name
        text = (manifest.parent / "README.md").read_text()
        text = ADDON.sub(r"](\1.md", text).replace("](../docs/", "](../")
        files.append(File.generated(config, f"addons/{name}.md", content=text))
    return files


def on_page_markdown(markdown, page, config, files):
    """Lead links to add-ons to their pages; of other files only the words stay."""
    up = "../" * page.file.src_uri.count("/")
    if not page.file.src_uri.startswith("addons/"):
        markdown = ADDON.sub(rf"]({up}addons/\1.md", markdown)
    return OUTSIDE.sub(r"\1", markdown)
