"""Opening My Pipeline and a deal, as the web client does."""

from functools import partial

from lxml import etree

from .. import people
from .work import Work

TITLE = "Opening My Pipeline, and a deal"
TARGET = 1.05
KANBAN, FORM = "crm.crm_case_kanban_view_leads", "crm.crm_lead_view_form"
PAGE = 80


def get_specification(model, node):
    """Return what the web client reads to show the fields in a view (see ``web_read``)."""
    specification = {}
    for element in node.xpath(".//field[not(ancestor::field)]"):
        field = model._fields[element.get("name")]
        specification[field.name] = {}
        if field.relational:
            comodel = model.env[field.comodel_name]
            shown = {"display_name": {}}
            if element.get("widget") == "many2many_tags":
                shown |= {"color": {}} if "color" in comodel._fields else {}
            elif field.type != "many2one":
                views = [etree.fromstring(etree.tostring(view)) for view in element]
                shown = get_specification(comodel, views[0]) if views else {}
            specification[field.name] = {"fields": shown} if shown else {}
    return specification


def open_as_salesperson(env, _size):
    """A salesperson with a few thousand open deals, and the views known already."""
    env = people.as_user(env, people.SELLERS[0])
    leads = env["crm.lead"]
    views = {}
    for xmlid, kind in ((KANBAN, "kanban"), (FORM, "form")):
        arch = etree.fromstring(leads.get_view(env.ref(xmlid).id, kind)["arch"])
        views[kind] = get_specification(leads, arch)
        if kind == "kanban":
            views["bar"] = arch.find(".//progressbar")
    return leads, views


def get_domain(leads):
    return [("type", "=", "opportunity"), ("user_id", "=", leads.env.uid)]


def read_columns(env, data, **unfolded):
    """The columns alone, as after a card was moved."""
    leads, views = data
    aggregates = [f"{views['bar'].get('sum_field')}:sum"]
    leads = leads.with_context(read_group_expand=True)
    leads.web_read_group(get_domain(leads), ["stage_id"], aggregates, **unfolded)


def read_bars(env, data):
    leads, views = data
    bar = {name: views["bar"].get(name) for name in ("field", "sum_field")}
    bar["colors"] = dict.fromkeys(("overdue", "today", "planned"))
    leads.read_progress_bar(get_domain(leads), "stage_id", bar)


def open_pipeline(env, data):
    """The columns with the first cards of each, and the bars above them."""
    cards = {
        "unfold_read_specification": data[1]["kanban"],
        "unfold_read_default_limit": PAGE,
    }
    read_columns(env, data, auto_unfold=True, **cards)
    read_bars(env, data)


def open_form(env, data, status):
    """A deal."""
    leads, views = data
    leads = leads.with_context(active_test=False)
    lead = leads.search([*get_domain(leads), ("won_status", "=", status)], limit=1)
    lead.web_read(views["form"])


WORKS = [
    Work(title, run, open_as_salesperson, targets=TARGET, times=4)
    for title, run in (
        ("My Pipeline: columns, cards and bars", open_pipeline),
        ("The columns alone", read_columns),
        ("The bars alone", read_bars),
        ("An open deal", partial(open_form, status="pending")),
        ("A lost deal", partial(open_form, status="lost")),
    )
]
