from pathlib import Path

from odoo.tests import tagged
from odoo.tools import config

from .database_case import DatabaseCase
from .odd_moves import BROKEN

FOLDER = Path(__file__).parent
REFUSED_BY_CORE = "refused: A lead in a Won stage cannot be lost"
IS_OPEN = "refused: These are open, and the answers"
# What core itself makes of some leads, whatever is done with them.
BY_CORE = {
    "lost in the Won stage": ("won", REFUSED_BY_CORE),
    "open in the Won stage": (REFUSED_BY_CORE,),
    "won, and archived": ("won",),
    "won in no stage": ("pending",),  # core gives it a stage
}
KEPT = {"lost": ["lost"], "pending": ["pending"], "won": ["won"]}
# What a move makes of leads, by their status before.
AFTER = {
    "lose": {"lost": ["lost"], "pending": ["lost"], "won": ["refused: These are won"]},
    "win": {"lost": ["won"], "pending": ["won"], "won": ["won"]},
    "restore": {"lost": ["pending"], "pending": ["pending"], "won": [REFUSED_BY_CORE]},
    "unarchive": {"lost": ["pending"], "pending": ["pending"], "won": ["won"]},
    "reopen": {"lost": ["pending"], "pending": ["pending"], "won": ["pending"]},
    "correct_reason": {"lost": ["lost"], "pending": [IS_OPEN], "won": ["won"]},
    "correct_note": {"lost": ["lost"], "pending": [IS_OPEN], "won": ["won"]},
    "change_team": KEPT,
    "merge_with_open": {
        "lost": ["pending", "gone"],
        "pending": ["pending", "gone"],
        "won": ["won"],
    },
    "copy": KEPT,
    "hand_over": KEPT,
    "delete": {"lost": ["gone"], "pending": ["gone"], "won": ["gone"]},
    "merge_alike": KEPT,
}


@tagged("post_install", "-at_install")
class TestInstallOddData(DatabaseCase):
    """A database with leads in every shape that years, imports and upgrades leave behind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.odd = f"{config['db_name'][0]}_odd"
        cls._drop(cls.odd)
        cls.addClassCleanup(cls._drop, cls.odd)
        cls._run(cls.odd, "-i", "crm", *cls.ONCE)
        script = (FOLDER / "odd_leads.py").read_text()
        cls._shell(cls.odd, f"{script}\nfill(env)\nenv.cr.commit()")
        cls.log = cls._run(cls.odd, "-i", "crm_opportunity_close", *cls.ONCE)

    def _check_whole(self, database):
        self.assertFalse(self._query(database, BROKEN))

    def test_every_lead_has_the_closing_that_fits_it(self):
        self._check_quiet(self.log)
        self._check_whole(self.odd)
        query = """
            SELECT name FROM crm_lead WHERE won_status = 'won'
               AND closed_revenue <> coalesce(expected_revenue, 0)
        """
        self.assertFalse(self._query(self.odd, query), "what was won is worth what was expected")

    def test_the_chatter_tells_of_fields_that_are_gone(self):
        rows = self._query(
            self.odd,
            """
            SELECT split_part(lead.name, ',', 1), stage.name->>'en_US', reason.name->>'en_US',
                   closing.expected_revenue::int, closing.date::date::text, closer.login,
                   reopener.login, count(DISTINCT lead.name)
              FROM crm_lead_closing AS closing
              JOIN crm_lead AS lead ON lead.id = closing.lead_id
         LEFT JOIN crm_stage AS stage ON stage.id = closing.stage_id
         LEFT JOIN crm_lost_reason AS reason ON reason.id = closing.reason_id
         LEFT JOIN res_users AS closer ON closer.id = closing.closed_by_id
         LEFT JOIN res_users AS reopener ON reopener.id = closing.reopened_by_id
             WHERE lead.name SIMILAR TO '(lost twice|won once|lost in Odoo 19),%%'
          GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 5
            """,
        )
        price, people = "Too expensive", "We don't have people/skills"
        self.assertEqual(
            rows,
            [
                ("lost in Odoo 19", "Proposition", price, 150, "2025-11-01", "ann", "bob", 5),
                ("lost twice", "New", price, 100, "2022-05-01", "ann", "bob", 5),
                ("lost twice", "Proposition", people, 150, "2024-03-01", "bob", None, 5),
                ("won once", "New", None, 150, "2022-05-01", "ann", "bob", 5),
            ],
        )

    def test_reasons_that_were_there(self):
        rows = self._query(
            self.odd,
            """
            SELECT name->>'en_US', active, loss_type, coalesce(followup_days, 0)
              FROM crm_lost_reason
             WHERE create_uid <> 1 ORDER BY id
            """,
        )
        self.assertEqual(
            rows,
            [
                ("Wrong colour", False, "other", 0),
                (" no   BUDGET", True, "no_decision", 180),
                ("No budget", True, "other", 0),
                ("duplicate OR test", False, "disqualified", 0),
                ("Keine Antwort", True, "no_decision", 90),
                ("unspecified", True, "unspecified", 0),
                ("too expensive ", True, "other", 0),
                ("Too expensive", False, "other", 0),
                ("not profitable FOR us", True, "declined", 0),
            ],
        )

    def test_whatever_is_done_with_them(self):
        copy = f"{self.odd}_moved"
        self._copy(self.odd, copy)
        script = (FOLDER / "odd_moves.py").read_text()
        _log, result = self._shell(copy, f"{script}\nresult = play(env)\nenv.cr.commit()")
        wrong = [
            (kind, move, before, after)
            for kind, move, before, after in result
            if not after.startswith((*AFTER[move][before], *BY_CORE.get(kind, ())))
        ]
        self.assertFalse(wrong)
        self._check_whole(copy)
        self._check_quiet(self._run(copy, "-u", "crm_opportunity_close", *self.ONCE))
        self._check_whole(copy)
        self._check_removal(copy)

    def _check_removal(self, copy):
        """Uninstall and reinstall: reasons stay, on the leads too, which get their closings."""
        kept = "SELECT id, lost_reason_id FROM crm_lead ORDER BY id"
        theirs = "SELECT name FROM crm_lost_reason WHERE create_uid <> 1 ORDER BY id"
        before = self._query(copy, kept), self._query(copy, theirs)
        script = "env.ref('base.module_crm_opportunity_close').button_immediate_uninstall()"
        self._check_quiet(self._shell(copy, script)[0])
        self.assertEqual((self._query(copy, kept), self._query(copy, theirs)), before)
        self._check_quiet(self._run(copy, "-i", "crm_opportunity_close", *self.ONCE))
        self.assertEqual((self._query(copy, kept), self._query(copy, theirs)), before)
        self._check_whole(copy)
