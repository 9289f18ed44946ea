import re
import sys
from pathlib import Path
from unittest import skipUnless

from odoo.tests import tagged, users

from ..models.crm_lead_closing_rules import ADDON
from .common import TestCloseCommon

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURE = ROOT / "docs" / "architecture.md"


@tagged("post_install", "-at_install")
class TestWalk(TestCloseCommon):
    """The files a lost opportunity passes, as the documentation lists them."""

    def _get_documented(self):
        """:return: the paths of the numbered list in the documentation that are installed here"""
        chapter = (
            ARCHITECTURE.read_text().partition("## The path of a closing")[2].partition("\n## ")[0]
        )
        installed = self.env["ir.module.module"]._installed()
        paths = re.findall(r"^\d+\. `([\w/]+\.py)`", chapter, re.M)
        return [path for path in paths if path.partition("/")[0] in installed]

    def _get_passed(self, act):
        """:return: the files of this family that run, in the order in which they begin"""
        passed = {}

        def note(frame, event, _arg):
            path = Path(frame.f_code.co_filename)
            if event == "call" and frame.f_code.co_name != "<module>" and ROOT in path.parents:
                addon, *_rest = parts = path.relative_to(ROOT).parts
                comes_with_it = addon.startswith(ADDON) and not addon.endswith("_sale")
                if comes_with_it and "tests" not in parts:
                    passed.setdefault("/".join(parts))

        sys.setprofile(note)
        try:
            act()
        finally:
            sys.setprofile(None)
        return list(passed)

    @skipUnless(ARCHITECTURE.exists(), "the documentation is not installed")
    @users("user_sales_salesman")
    def test_losing_from_the_window(self):
        window = self.env["crm.lead.lost"].create(
            {
                "lead_ids": self.deal_own.ids,
                "lost_reason_id": self.reason_price.id,
                "lost_feedback": "<p>Too late</p>",
                "activity_choice": "cancel",
            }
        )
        self.env.flush_all()

        def submit():
            window.action_lost_reason_apply()
            self.flush_tracking()

        passed = self._get_passed(submit)
        self.assertClosed(self.deal_own, "lost", self.reason_price)
        self.assertEqual(passed, self._get_documented())
