from odoo.tests import tagged

from odoo.addons.crm_opportunity_close.tests.public_methods_case import PublicMethodsCase


@tagged("post_install", "-at_install")
class TestPublicMethods(PublicMethodsCase):
    addon = "crm_opportunity_close_analysis"

    def test_strangers(self):
        self._check_strangers()

    def test_wrong_arguments(self):
        self._check_wrong_arguments(self.user_sales_manager)
