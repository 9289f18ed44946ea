import odoo.tests

SUCCEEDED = "[HOOT] Test suite succeeded"


class UnitTestsCase(odoo.tests.HttpCase):
    """Runs the JavaScript unit tests (Odoo's Hoot) of one add-on in a browser."""

    def run_unit_tests(self, addon):
        """Run the suite of an add-on; what failed in it is the message of the failure."""
        url = f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={_hash(addon)}"
        told = []

        def is_fatal(message):
            told.append(message)
            return "[HOOT]" not in message

        settings = {"login": "admin", "timeout": 600, "success_signal": SUCCEEDED}
        try:
            self.browser_js(url, "", error_checker=is_fatal, **settings)
        except AssertionError:
            self.fail("\n".join(told))


def _hash(addon):
    """Return the id that Hoot gives to the suite of an add-on."""
    number = 0
    for character in f"@{addon}":
        number = ((number << 5) - number + ord(character)) & 0xFFFFFFFF
    return f"{number:08x}"
