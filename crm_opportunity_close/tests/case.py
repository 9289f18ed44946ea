class ClosingCase:
    """Asserts about closings that read like the specification."""

    def assertClosings(self, lead, expected):
        """Check every closing of a deal, oldest first.

        :param crm.lead lead: one deal
        :param list[dict] expected: field values of each closing
        """
        closings = self.env["crm.lead.closing"].sudo().search([("lead_id", "=", lead.id)])
        self.assertRecordValues(closings.sorted("id"), expected)

    def assertOpen(self, lead):
        """Check that a deal is open and carries nothing of an earlier closing."""
        self.assertRecordValues(
            lead,
            [
                {
                    "active": True,
                    "won_status": "pending",
                    "lost_reason_id": False,
                    "win_reason_id": False,
                    "secondary_reason_ids": [],
                    "competitor_id": False,
                    "winning_price": 0,
                    "closing_note": False,
                    "date_closed": False,
                    "closed_revenue": 0,
                    "closing_id": False,
                }
            ]
            * len(lead),
        )

    def assertClosed(self, lead, outcome, reason=None):
        """Check that deals are closed and equal to their one current closing."""
        for deal in lead.sudo():
            self.assertEqual(deal.won_status, outcome)
            closing = deal.closing_ids.filtered("is_current")
            self.assertEqual(len(closing), 1, f"{deal.name} has one current closing")
            own_reason = deal.lost_reason_id if outcome == "lost" else deal.win_reason_id
            self.assertEqual(closing.outcome, outcome)
            self.assertEqual(closing.reason_id, own_reason)
            self.assertEqual(closing.date, deal.date_closed)
            self.assertEqual(closing.note, deal.closing_note)
            self.assertEqual(closing.competitor_id, deal.competitor_id)
            self.assertEqual(closing.winning_price, deal.winning_price)
            self.assertEqual(closing.closed_revenue, deal.closed_revenue)
            if reason is not None:
                self.assertEqual(own_reason, reason)

    def call_read_only(self, records, name, args):
        """Call a method as the web client does, where nothing can be written."""
        method = next(
            getattr(base, name)
            for base in type(records).mro()
            if hasattr(getattr(base, name, None), "_readonly")
        )
        self.assertTrue(method._readonly, "Odoo sends it to the replica")
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute("SET TRANSACTION READ ONLY")
            answer = getattr(records, name)(*args)
            savepoint.rollback()
        return answer
