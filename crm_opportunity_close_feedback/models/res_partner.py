from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    feedback_opt_out = fields.Boolean(
        "Not to be asked for feedback",
        help="The contact does not want to be asked why opportunities were won or lost. This says "
        "nothing about newsletters.",
    )

    def _set_feedback_opt_out(self):
        """These contacts, and others with their addresses, do not want to be asked any more."""
        emails = list(filter(None, self.mapped("email_normalized")))
        partners = self.with_context(active_test=False)
        same = partners.search([("email_normalized", "in", emails)]) if emails else self.browse()
        (self | same).feedback_opt_out = True

    def unlink(self):
        """Who is erased leaves no words behind: closings and answers keep their figures only."""
        # sudo: whoever may delete the contact may not see its closings
        closings = self.env["crm.lead.closing"].sudo()
        closings.search(
            ["|", ("partner_id", "in", self.ids), ("question_ids.partner_id", "in", self.ids)]
        )._anonymise_texts()
        return super().unlink()
