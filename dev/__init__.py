"""The development server of this repository: get Odoo, run it, test it."""
