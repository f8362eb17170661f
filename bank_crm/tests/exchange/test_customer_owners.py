from odoo.tests import new_test_user, tagged

from .common import ExchangeCase


def row(external_id, **values):
    return {"external_id": external_id, "name": f"Customer {external_id}", **values}


@tagged("post_install", "-at_install")
class TestPushOwners(ExchangeCase):
    def test_a_new_owner_ends_the_former_assignment(self):
        self.push_customers([row("1", branch_code="XT1", manager_login="xch.manager")])
        partner = self.customer("1")
        self.push_customers([row("1", branch_code="XT2")], key="2")
        self.assertEqual(partner.branch_id, self.other_branch)
        self.assertEqual(partner.relationship_manager_id, self.manager)
        former, present = partner.assignment_ids.sorted("id")
        self.assertTrue(former.date_to)
        self.assertRecordValues(
            present,
            [
                {
                    "user_id": self.manager.id,
                    "branch_id": self.other_branch.id,
                    "role": "primary",
                    "source": "feed",
                    "date_to": False,
                    "company_id": self.env.company.id,
                }
            ],
        )
        events = self.events(partner, "owner.changed")
        self.assertEqual(
            [(event.payload["from"], event.payload["to"]) for event in events.sorted("id")],
            [(None, "Li Na (Old Town)"), ("Li Na (Old Town)", "Li Na (New Town)")],
        )

    def test_null_ends_the_assignment(self):
        self.push_customers([row("1", branch_code="XT1", manager_login="xch.manager")])
        self.push_customers([row("1", branch_code=None, manager_login=None)], key="2")
        partner = self.customer("1")
        self.assertFalse(partner.branch_id or partner.relationship_manager_id)
        self.assertTrue(all(partner.assignment_ids.mapped("date_to")))

    def test_the_manager_brings_his_home_branch(self):
        self.manager.bank_branch_id = self.other_branch
        self.push_customers([row("1", manager_login="xch.manager")])
        self.assertEqual(self.customer("1").branch_id, self.other_branch)

    def test_the_same_owner_again_changes_nothing(self):
        values = {"branch_code": "XT1", "manager_login": "xch.manager"}
        self.push_customers([row("1", **values)])
        self.assertCounts(self.push_customers([row("1", **values)], key="2"), unchanged=1)
        self.assertEqual(len(self.customer("1").assignment_ids), 1)

    def test_mirrors_stay_what_the_orm_computes(self):
        self.push_customers([row("1", branch_code="XT1", manager_login="xch.manager")])
        partner = self.customer("1")
        partner._compute_primary_owner()
        self.assertEqual((partner.branch_id, partner.relationship_manager_id), (self.branch, self.manager))

    def test_former_employees_and_portal_users_are_no_managers(self):
        new_test_user(self.env, login="xch.gone", groups="base.group_user").active = False
        new_test_user(self.env, login="xch.customer", groups="base.group_portal")
        answer = self.push_customers(
            [row("1", manager_login="xch.gone"), row("2", manager_login="xch.customer")], on_error="skip_row"
        )
        self.assertRefused(answer, (1, "manager_login", "unknown_manager"), (2, "manager_login", "unknown_manager"))
