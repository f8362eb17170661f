"""Builds the invented bank in a database."""

from .plan import make_plan
from .writers import customers, exchange, finances, history, money, organisation, relations

# Nobody is told about demonstration data by mail, and no chatter is filled with it.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_reset_password": True,
    "lang": "en_US",
}


def build(env):
    """Write the plan for today; a database that has it already is left as it is.

    :param env: of the superuser
    :return: whether something was written
    """
    if organisation.exists(env):
        return False
    env = env(context={**env.context, **QUIET})
    _load_translations(env)
    organisation.set_up_company(env)
    plan = make_plan(env["bank.run"]._today())
    branches, users = organisation.write_organisation(env)
    products = finances.write_products(env)
    partners = customers.write_customers(env, plan, branches, users)
    holdings = finances.write_holdings(env, plan, partners, branches, products)
    finances.write_balances(env, plan, holdings)
    exchange.push_last_balances(env, plan, holdings)
    exchange.push_postings(env, plan, holdings)
    money.write_months(env, plan, partners)
    relations.write_households(env, plan, partners)
    money.write_tiers(env, partners, users)
    money.write_values(env)
    money.write_stages(env, partners)
    money.write_overrides(env, partners, users)
    relations.write_benefit_uses(env, partners)
    history.write_events(env, plan, partners, holdings)
    money.write_boards(env)
    history.write_runs(env, len(partners))
    return True


def _load_translations(env):
    """Events keep the names of tiers in all languages, but Odoo loads a new addon's translations after its data."""
    languages = [code for code, _name in env["res.lang"].get_installed() if code != "en_US"]
    env["ir.module.module"]._load_module_terms(["bank_crm"], languages)
    env.invalidate_all()
    env.registry.clear_cache()
