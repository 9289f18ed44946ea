from odoo import models


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    def action_hand_over_leads(self):
        """Open the window that hands over every open lead of these salespeople.

        :return: a window action
        :rtype: dict
        """
        return self.user_id.action_hand_over_leads()
