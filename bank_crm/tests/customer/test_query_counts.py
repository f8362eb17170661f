"""Opening a page of customers costs a fixed number of queries, whatever the number of customers."""

from odoo.tests import users, warmup

from ..common import BankCase

# Measured; raise them only with a reason.
FIRST_PAGE = 9
ONE_FORM = 16
OWNER_CHANGE = 18

COLUMNS = {
    "complete_name": {},
    "customer_number": {},
    "customer_type": {},
    "lifecycle_stage": {},
    "aum": {},
    "net_assets": {},
    "tier_id": {"fields": {"display_name": {}}},
    "relationship_manager_id": {"fields": {"display_name": {}}},
    "branch_id": {"fields": {"display_name": {}}},
}
FORM = {
    **COLUMNS,
    "kyc_state": {},
    "holding_count": {},
    "profile_birthdate": {},
    "profile_annual_income": {},
    "holding_party_ids": {
        "fields": {"role": {}, "share_pct": {}, "balance": {}, "product_id": {"fields": {"name": {}}}}
    },
    "bank_event_ids": {"fields": {"summary": {}, "occurred_at": {}}, "limit": 20},
    "assignment_ids": {"fields": {"role": {}, "user_id": {"fields": {"display_name": {}}}}},
}


class TestQueryCounts(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].create(
            [
                {
                    "name": f"Customer {number:03}",
                    "is_bank_customer": True,
                    "branch_id": cls.north.id,
                    "relationship_manager_id": cls.users["rm_north"].id,
                }
                for number in range(100)
            ]
        )
        cls.env.flush_all()

    @users("bank_rm_north", "bank_manager_north", "bank_operations")
    @warmup
    def test_first_page(self):
        with self.assertQueryCount(
            # The tree of the branches is asked twice more: for the customers and for their contact persons.
            bank_rm_north=FIRST_PAGE,
            bank_manager_north=FIRST_PAGE + 2,
            bank_operations=FIRST_PAGE,
        ):
            page = self.env["res.partner"].web_search_read([("is_bank_customer", "=", True)], COLUMNS, limit=80)
        self.assertEqual(len(page["records"]), 80)

    @users("bank_rm_north", "bank_operations")
    @warmup
    def test_form(self):
        with self.assertQueryCount(bank_rm_north=ONE_FORM, bank_operations=ONE_FORM):
            self.env["res.partner"].browse(self.anna.id).web_read(FORM)

    @users("bank_operations")
    @warmup
    def test_owner_change(self):
        partners = self.env["res.partner"].search([("name", "=like", "Customer 0%")])
        with self.assertQueryCount(bank_operations=OWNER_CHANGE):
            partners.write({"relationship_manager_id": self.users["rm_south"].id, "branch_id": self.south.id})
            self.env.flush_all()
