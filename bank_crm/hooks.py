from odoo.tools import SQL


def post_init_hook(env):
    """Keep the modules that Odoo installs by itself from sending customer data anywhere."""
    env["bank.outbound.silence"]._silence()


def uninstall_hook(env):
    """Let contacts go from the records that are about to be deleted.

    The tiers that the addon ships are deleted before the column ``tier_id``; a customer on one of them would hold
    them.
    """
    env.execute_query(SQL("UPDATE res_partner SET tier_id = NULL WHERE tier_id IS NOT NULL RETURNING 1"))
    env["res.partner"].invalidate_model(["tier_id"])
