"""Where things are. Everything the tooling makes lies in one folder, `.dev`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".dev"
LOGS = STATE / "logs"


def addons():
    """Return the folders of our add-ons: each top-level folder with a manifest."""
    return sorted(manifest.parent for manifest in ROOT.glob("*/__manifest__.py"))


def addon_names():
    return [folder.name for folder in addons()]
