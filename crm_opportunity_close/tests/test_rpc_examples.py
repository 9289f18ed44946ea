import re
from pathlib import Path
from unittest import skipUnless

from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from .common import TestCloseCommon
from .rpc_case import RpcCase

PAGE = Path(__file__).parents[2] / "docs" / "rpc.md"
EXAMPLE = re.compile(r"^## (\S+)$.*?^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@tagged("post_install", "-at_install")
@skipUnless(PAGE.exists(), "the pages are in the sources, not in the wheel")
class TestRpcExamples(RpcCase, TestCloseCommon):
    """The examples of docs/rpc.md, over HTTP, as a salesperson."""

    def test_the_examples_of_the_page_do_what_they_say(self):
        self.speak_as(self.user_sales_salesman)
        examples = dict(EXAMPLE.findall(PAGE.read_text()))
        self.assertEqual(list(examples), ["JSON-2", "XML-RPC"])
        for protocol, example in examples.items():
            with self.subTest(protocol):
                self._check(self._run_example(example))

    def _run_example(self, example):
        """Run an example against this server; return what it leaves in its variables."""
        given = {
            "URL": self.base_url(),
            "DATABASE": get_db_name(),
            "KEY": self.key,
            "LOGIN": self.user_sales_salesman.login,
        }
        constants = re.compile(r"^(?:URL, DATABASE, KEY|LOGIN) = .*$", re.MULTILINE)
        self.assertTrue(constants.search(example))
        scope = dict(given)
        self.env.flush_all()
        quiet = mute_logger("odoo.http", "odoo.addons.rpc.controllers")
        with self.allow_requests(all_requests=True), quiet:
            exec(compile(constants.sub("", example), str(PAGE), "exec"), scope)
        self.env.invalidate_all()
        return scope

    def _check(self, left):
        lead = self.env["crm.lead"].browse(left["opportunity"])
        self.assertEqual((lead.won_status, lead.reopen_count), ("pending", 1))
        self.assertIn(lead.name, left["refusal"])
        self.assertIn("reason", left["refusal"])
        [closing] = left["closings"]
        self.assertEqual(closing["outcome"], "lost")
        self.assertEqual(closing["reason_id"][1], "No budget")
        self.assertEqual(closing["reopen_note"], "They found the money.")
        self.assertFalse(closing["is_current"])
