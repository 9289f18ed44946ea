"""Odoo as a script: with several workers it starts itself once more, by the path it has."""

import sys


def main():
    sys.path.pop(0)  # the folder of this script: its modules are no libraries
    from odoo.cli import main as run

    run()


if __name__ == "__main__":
    main()
