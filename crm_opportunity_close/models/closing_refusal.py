"""Why a closing is refused, in plain words, and what to do there where the person is."""

from odoo.tools import format_date
from odoo.tools.mail import html_to_inner_content

from .crm_lead import REASON_FIELD

# No answer helps against these blockers; with any other, a closing by code is incomplete.
UNANSWERABLE = frozenset({"stage"})


def get_closing_refusal(leads, outcome, blockers):
    """What a person reads whose closing, or correction of one, is refused.

    :param crm.lead leads: all that are closed, or corrected, together
    :param str outcome: ``lost`` or ``won``
    :param dict blockers: see ``crm.lead._get_closing_blockers``
    :rtype: str
    """
    lines = "\n".join(
        leads.env._("– %(lead)s: %(why)s", lead=lead.name, why=why)
        for lead, why in describe_blockers(leads, outcome, blockers).items()
    )
    if leads.env.context.get("closing_window"):
        return leads.env._("An answer is missing, or does not fit:\n%(leads)s", leads=lines)
    if any(lead.closing_id for lead in blockers):
        title = leads.env._(
            "These are closed, and would lack an answer the rules ask for:\n%(leads)s",
            leads=lines,
        )
    elif outcome == "lost":
        title = leads.env._("These cannot be marked as lost yet:\n%(leads)s", leads=lines)
    else:
        title = leads.env._("These cannot be marked as won yet:\n%(leads)s", leads=lines)
    return "\n\n".join([title, *_get_refusal_advice(leads, outcome, blockers)])


def _get_refusal_advice(leads, outcome, blockers):
    """What to do about a refusal, there where the person is.

    :param crm.lead leads: all that are closed, or corrected, together
    :param str outcome: ``lost`` or ``won``
    :param dict blockers: see ``crm.lead._get_closing_blockers``
    :return: sentences
    :rtype: list[str]
    """
    codes = {code for codes in blockers.values() for code in codes}
    advice = []
    if codes & UNANSWERABLE:
        advice.append(_get_stage_advice(leads, outcome))
    if codes <= UNANSWERABLE:
        return advice
    if any(lead.closing_id for lead in blockers):
        advice.append(leads.env._("Give what is missing together with this change."))
    elif leads.env.context.get("import_file"):
        names = [REASON_FIELD[outcome], "closing_note", "competitor_id"]
        names += ["winning_price"] if outcome == "lost" else []
        labels = [leads._fields[name]._description_string(leads.env) for name in names]
        advice.append(
            leads.env._(
                "Give what is missing in the file, in these columns: %(columns)s.",
                columns=", ".join(labels),
            )
        )
    else:
        advice.append(leads.env._("Give what is missing together with the closing."))
    return advice


def _get_stage_advice(leads, outcome):
    allowed = leads.env["crm.stage"].search(
        [
            (f"allow_{outcome}", "=", True),
            ("is_won", "=", False),
            *("|", ("team_ids", "=", False), ("team_ids", "in", leads.team_id.ids)),
        ]
    )
    if not allowed:
        return leads.env._("No stage allows it. A sales manager can change that.")
    return leads.env._(
        "Move them first to one of these stages: %(stages)s.",
        stages=", ".join(dict.fromkeys(allowed.mapped("name"))),
    )


def describe_blockers(leads, outcome, blockers):
    """What blocks each lead.

    :param crm.lead leads: all that are closed, or corrected, together
    :param str outcome: ``lost`` or ``won``
    :param dict blockers: see ``crm.lead._get_closing_blockers``
    :return: lead → plain words
    :rtype: dict[crm.lead, str]
    """
    labels = leads._get_blocker_labels(outcome)
    return {
        lead: ", ".join(
            _get_stage_label(lead, outcome) if code == "stage" else labels.get(code, code)
            for code in codes
        )
        for lead, codes in blockers.items()
    }


def get_missing_answers(leads, outcome):
    """What the closings of these leads lack, and a person can answer.

    :param crm.lead leads: leads that are closed
    :param str outcome: ``lost`` or ``won``
    :return: incomplete ones only, lead → codes as of ``crm.lead._get_closing_blockers``
    :rtype: dict[crm.lead, list[str]]
    """
    missing = {
        lead: [code for code in codes if code not in UNANSWERABLE]
        for lead, codes in leads._get_closing_blockers(outcome).items()
    }
    return {lead: codes for lead, codes in missing.items() if codes}


def describe_missing_answers(leads, outcome):
    """What the closings of these leads lack, each in words that begin a line.

    :param crm.lead leads: leads that are closed
    :param str outcome: ``lost`` or ``won``
    :return: incomplete ones only
    :rtype: dict[crm.lead, str]
    """
    words = describe_blockers(leads, outcome, get_missing_answers(leads, outcome))
    return {lead: why[:1].upper() + why[1:] for lead, why in words.items()}


def _get_stage_label(lead, outcome):
    stage = lead.last_open_stage_id.name
    if outcome == "lost":
        return lead.env._("cannot be lost from stage %(stage)s", stage=stage)
    return lead.env._("cannot be won from stage %(stage)s", stage=stage)


def describe_reopenings(leads):
    """Who reopened these leads last, one line each.

    :rtype: list[str]
    """
    # sudo: the lines name who reopened leads the user is just writing on
    ended = leads.env["crm.lead.closing"].sudo()
    ended = ended.search(
        [("lead_id", "in", leads.ids), ("reopened_date", "!=", False)], order="reopened_date"
    )
    latest = {closing.lead_id.id: closing for closing in ended}
    return [
        leads.env._(
            "– %(lead)s was reopened by %(user)s on %(date)s",
            lead=lead.name,
            user=closing.reopened_by_id.name,
            date=format_date(leads.env, closing.reopened_date),
        )
        if (closing := latest.get(lead.id))
        else leads.env._("– %(lead)s", lead=lead.name)
        for lead in leads
    ]


def describe_unconfirmed_answers(leads):
    """What code left on these open leads, which answers no closing by a person.

    :return: empty where there is nothing
    :rtype: str
    """
    # sudo: reasons may belong to a company the user does not see
    texts = [
        text
        for lead in leads.sudo()
        for text in (
            *(lead.lost_reason_id + lead.win_reason_id).mapped("name"),
            *lead.competitor_id.mapped("name"),
            html_to_inner_content(lead.closing_note or ""),
        )
        if text
    ]
    return ", ".join(dict.fromkeys(texts))
