"""Where things are. Everything the tooling makes lies in one folder, `.dev`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".dev"
LOGS = STATE / "logs"
