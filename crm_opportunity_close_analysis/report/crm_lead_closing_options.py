from collections.abc import Mapping
from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# 0 for all; the rest is what PostgreSQL takes for the id of a record.
IDS = range(2**31)
LEAD_TYPES = ("opportunity", "lead", False)
COMPARISONS = ("before", "last_year")
# Options that are the id of a record → its model.
RECORDS = {
    "team_id": "crm.team",
    "user_id": "res.users",
    "source_id": "utm.source",
    "country_id": "res.country",
    "tag_id": "crm.tag",
}
AMOUNTS = {"amount_from": ">=", "amount_to": "<="}
MAX_AMOUNT = 10**15
OPERATORS = {"<", "<=", ">", ">="}


class CrmLeadClosing(models.Model):
    """What the overview page is asked for: checked, as a domain, and as facets of a list."""

    _inherit = "crm.lead.closing"

    expected_revenue_converted = fields.Float(
        "Expected revenue in your currency",
        compute="_compute_expected_revenue_converted",
        search="_search_expected_revenue_converted",
        exportable=False,
        help="The expected revenue when it was closed, in the currency of your company.",
    )

    @api.depends("expected_revenue", "company_currency")
    @api.depends_context("company")
    def _compute_expected_revenue_converted(self):
        rates = self._get_figure_rates()
        round_amount = self.env.company.currency_id.round
        for closing in self:
            rate = rates.get(closing.company_currency.id, 1.0)
            closing.expected_revenue_converted = round_amount(closing.expected_revenue * rate)

    @api.model
    def _search_expected_revenue_converted(self, operator, value):
        if operator not in OPERATORS:
            return NotImplemented

        def to_sql(model, alias, query):
            return self._compare_converted_sql(
                model._field_to_sql(alias, "expected_revenue", query),
                model._field_to_sql(alias, "company_currency", query),
                operator,  # one of OPERATORS
                float(value),
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _check_overview_options(self, options):
        """Understand what a client asks for.

        :param dict options: ``date_from`` and ``date_to`` (days as ``YYYY-MM-DD`` in the
            user's time zone, both included), ``compare`` (``before``, which is the default, or
            ``last_year``), ``team_id``, ``user_id``, ``source_id``, ``country_id`` and
            ``tag_id`` (int, or False for all), ``amount_from`` and ``amount_to`` (expected
            revenue in the user's currency, both included; None for any), ``current_only``
            (bool: leave out the closings of leads that were reopened) and ``lead_type``
            (``opportunity``, which is the default, ``lead``, or False for both)
        :return: the options, each with a value of its type
        :rtype: dict
        :raise UserError: a value makes no sense
        """
        options = dict(options) if isinstance(options, Mapping) else {}
        options["current_only"] = options.get("current_only") in (True, "true")
        for name in RECORDS:
            options[name] = self._check_id_option(name, options.get(name))
        if not self._sees_all():
            options["user_id"] = 0  # the page is about the user alone
        for name in AMOUNTS:
            options[name] = self._check_amount_option(options.get(name))
        if None not in (options["amount_from"], options["amount_to"]) and (
            options["amount_from"] > options["amount_to"]
        ):
            raise UserError(self.env._("The lowest amount is higher than the highest."))
        options.setdefault("lead_type", "opportunity")
        if options["lead_type"] not in LEAD_TYPES:
            raise UserError(self.env._("Choose opportunities, leads, or both."))
        options.setdefault("compare", "before")
        if options["compare"] not in COMPARISONS:
            message = self.env._("Compare with the period before, or with the same a year ago.")
            raise UserError(message)
        return options

    @api.model
    def _check_id_option(self, name, value):
        """The id of a record, or 0 for all.

        :raise UserError: it is none
        """
        try:
            record_id = -1 if value is True else int(value or 0)
        except (OverflowError, TypeError, ValueError):
            record_id = -1
        if record_id in IDS:
            return record_id
        messages = {
            "team_id": self.env._("This is not a sales team. Choose one, or all of them."),
            "user_id": self.env._("This is not a salesperson. Choose one, or all of them."),
            "source_id": self.env._("This is not a source. Choose one, or all of them."),
            "country_id": self.env._("This is not a country. Choose one, or all of them."),
            "tag_id": self.env._("This is not a tag. Choose one, or all of them."),
        }
        raise UserError(messages[name])

    @api.model
    def _check_amount_option(self, value):
        """An amount, or None.

        :raise UserError: it is neither
        """
        if value is None or value is False or value == "":
            return None
        try:
            amount = float("inf") if value is True else float(value)
        except (OverflowError, TypeError, ValueError):
            amount = float("inf")
        if isfinite(amount) and abs(amount) <= MAX_AMOUNT:
            return amount
        raise UserError(self.env._("This is not an amount. Enter a number, or leave it empty."))

    @api.model
    def _get_overview_facets(self, options):
        """What the options filter by, for a list to show as facets that can be taken off.

        :return: the domain, and the context that sets the facets in the search view
        :rtype: tuple[Domain, dict]
        """
        domain, context = Domain.TRUE, {}
        if options["lead_type"]:
            domain &= Domain("lead_type", "=", options["lead_type"])
            context[f"search_default_{options['lead_type']}"] = 1
        if options.get("current_only"):
            domain &= Domain("is_current", "=", True)
            context["search_default_current"] = 1
        for name in ("user_id", "source_id", "country_id"):
            if options[name]:
                domain &= Domain(name, "=", options[name])
                context[f"search_default_{name}"] = options[name]
        if options["tag_id"]:
            domain &= Domain("tag_ids", "in", [options["tag_id"]])
            context["search_default_tag_ids"] = [options["tag_id"]]
        return domain, context

    @api.model
    def _get_options_domain(self, options):
        """What the options filter by that no facet can say exactly.

        :rtype: Domain
        """
        domain = Domain("team_id", "=", options["team_id"]) if options["team_id"] else Domain.TRUE
        for name, operator in AMOUNTS.items():
            if options[name] is not None:
                domain &= Domain("expected_revenue_converted", operator, options[name])
        return domain

    @api.model
    def _get_overview_filter_names(self, options):
        """What the records are called that the options filter by.

        A record that the user may not see is not named.

        :return: option → name
        :rtype: dict
        """
        names = {}
        for option, model in RECORDS.items():
            if options[option]:
                records = self.env[model].with_context(active_test=False)
                record = records.search([("id", "=", options[option])])
                names[option] = record.display_name if record else self.env._("Not found")
        return names

    @api.model
    def _describe_overview_options(self, options):
        """What the page shows of its options, and passes on to lists.

        :rtype: dict
        """
        domain, context = self._get_overview_facets(options)
        return {
            "facets": {"domain": list(domain), "context": context},
            "filter_names": self._get_overview_filter_names(options),
        }
