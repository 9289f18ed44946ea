from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    second_look_amount = fields.Monetary(
        "Second look from",
        currency_field="currency_id",
        help="The team leader is asked to look again at opportunities lost from this expected "
        "revenue on: an activity, after the closing. 0: never.",
    )

    _second_look_amount_possible = models.Constraint(
        "CHECK (second_look_amount >= 0)", "The amount of a second look cannot be negative."
    )
