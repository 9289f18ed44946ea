from odoo.tests import tagged

from odoo.addons.crm_opportunity_close.tests.public_methods_case import PublicMethodsCase


@tagged("post_install", "-at_install")
class TestPublicMethods(PublicMethodsCase):
    addon = "crm_opportunity_close_feedback"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        closing = cls.deal_own.closing_id
        question = cls.env["crm.lead.closing.question"].create(
            {
                "closing_id": closing.id,
                "company_id": cls.env.company.id,
                "date_planned": "2026-01-01",
                "email": "somebody@zimtstern.test",
            }
        )
        cls.env["crm.lead.closing.feedback"].create(
            {
                "closing_id": closing.id,
                "question_id": question.id,
                "source": "customer",
                "comment": "Zimtstern and partners",
            }
        )
        cls.env["crm.lead.feedback"].create({"lead_id": cls.deal_own.id})

    def _get_record(self, model):
        if model == "crm.lead.feedback":
            return self.env[model].create({"lead_id": self.deal_own.id})
        return super()._get_record(model)

    def test_strangers(self):
        self._check_strangers()

    def test_wrong_arguments(self):
        self._check_wrong_arguments(self.user_sales_manager)
