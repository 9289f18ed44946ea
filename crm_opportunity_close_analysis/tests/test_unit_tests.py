from odoo.tests import no_retry, tagged

from odoo.addons.crm_opportunity_close.tests.unit_tests_case import UnitTestsCase


@tagged("post_install", "-at_install")
class TestUnitTests(UnitTestsCase):
    @no_retry
    def test_the_web_clients_functions(self):
        self.run_unit_tests("crm_opportunity_close_analysis")
