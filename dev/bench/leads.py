"""What has nothing to do with closing, and should cost nothing more."""

from . import people
from .work import Work

TITLE = "Open leads, and fields that closing does not touch"
TARGET = 1.02


def prepare_vals(env, size):
    """The values of new deals, as an import brings them."""
    partners = env["res.partner"].search([("is_company", "=", True)], limit=100)
    return [
        {
            "name": f"New deal {number}",
            "type": "opportunity",
            "partner_id": partners[number % len(partners)].id,
            "expected_revenue": 100 * number,
            "priority": str(number % 4),
        }
        for number in range(size)
    ]


def create(env, vals_list):
    env["crm.lead"].create(vals_list)


def write_untracked(env, leads):
    leads.write({"referred": "A friend", "priority": "2"})


def write_tracked(env, leads):
    leads.write({"expected_revenue": 4711})


WORKS = [
    Work(
        "Open leads created",
        create,
        prepare_vals,
        (100, 1000),
        targets={1000: TARGET},
        rounds={1000: 3},
    ),
    Work(
        "A field written that closing does not touch",
        write_untracked,
        people.get_deals,
        (5000,),
        targets=TARGET,
        times=4,
    ),
    Work(
        "The expected revenue written, told in the chatter",
        write_tracked,
        people.get_deals,
        (1000,),
        rounds={1000: 3},
    ),
]


def measure(bench):
    return bench.compare("leads")
