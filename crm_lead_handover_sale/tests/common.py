from odoo.fields import Command

from odoo.addons.crm_lead_handover.tests.common import TestHandoverCommon


class TestHandoverSaleCommon(TestHandoverCommon):
    """The cast of the hand-overs, with a quotation on each salesperson's deal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Initech"})
        cls.product = cls.env["product.product"].create(
            {"name": "Red stapler", "list_price": 150, "taxes_id": False}
        )
        cls.deals = cls.deal_own + cls.deal_other
        cls.quotation_own, cls.quotation_other = cls.env["sale.order"].create(
            [
                {
                    "partner_id": cls.customer.id,
                    "opportunity_id": deal.id,
                    "user_id": deal.user_id.id,
                    "order_line": [Command.create({"product_id": cls.product.id})],
                }
                for deal in cls.deals
            ]
        )
        cls.quotations = cls.quotation_own + cls.quotation_other
        cls.flush_tracking_of_set_up()
