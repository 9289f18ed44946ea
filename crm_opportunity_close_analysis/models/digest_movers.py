from babel.numbers import format_percent
from markupsafe import Markup

from odoo import models
from odoo.fields import Domain
from odoo.tools.i18n import format_list
from odoo.tools.misc import babel_locale_parse, get_lang

from ..report.crm_lead_closing_movers import BASE
from .digest_digest import CLOSING_KPIS


class DigestDigest(models.Model):
    """One line on top of the mail, where a reason or a competitor costs more than before."""

    _inherit = "digest.digest"

    def _compute_tips(self, company, user, tips_count=1, consumed=True):
        tips = super()._compute_tips(company, user, tips_count=tips_count, consumed=consumed)
        line = any(self[name] for name in CLOSING_KPIS) and self._get_movers_line(company, user)
        return [Markup("<p>%s</p>") % line, *tips] if line else tips

    def _get_movers_line(self, company, user):
        """What has a bigger share of the losses than in the twelve months before.

        :return: one sentence, or False where nothing has risen more than by chance
        :rtype: str | bool
        """
        closings = self.env["crm.lead.closing"].with_user(user).with_company(company)
        if not closings.has_access("read"):
            return False
        period, (frame, __) = self._compute_timeframes(company)[-1]
        # Core names the company's time zone with what is the time in UTC.
        start, end = (moment.replace(tzinfo=None) for moment in frame)
        figures = closings._get_figures_domain() & Domain("company_id", "=", company.id)
        risen = closings._compare_movers(
            figures & Domain([("date", ">=", start), ("date", "<", end)]),
            figures & Domain([("date", ">=", start - BASE), ("date", "<", start)]),
        )["risen"]
        if not risen:
            return False
        locale = babel_locale_parse(get_lang(self.env).code)
        names = [
            self.env._(
                "%(name)s (%(share)s, before %(share_before)s)",
                name=mover["name"],
                share=format_percent(mover["share"], locale=locale),
                share_before=format_percent(mover["share_before"], locale=locale),
            )
            for mover in risen
        ]
        return self.env._(
            "%(period)s, a bigger share of the lost opportunities than in the twelve months "
            "before: %(names)s",
            period=period,
            names=format_list(self.env, names),
        )
