from odoo import fields, models


class CrmLeadClosingQuestionLink(models.TransientModel):
    """The window that shows a link, for a manager who sends it by hand."""

    _name = "crm.lead.closing.question.link"
    _description = "Link for the customer"

    url = fields.Char("Link", readonly=True)
