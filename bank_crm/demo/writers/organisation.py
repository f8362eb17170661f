"""The company, its branches and its users."""

from odoo.fields import Command

from ..plan.world import BANK_NAME, BRANCHES, DOMAIN, GROUPS, PASSWORD, STAFF

MARKER = "demo_branch_head_office"
DEFAULT_NAMES = ("My Company", "YourCompany")
TIME_ZONE = "Asia/Shanghai"


def exists(env):
    """Tell whether the invented bank is in this database already."""
    return bool(env.ref(f"bank_crm.{MARKER}", raise_if_not_found=False))


def set_up_company(env):
    """Make a company that is still as Odoo ships it the invented bank; a company in use is left alone."""
    company = env.company
    if company.name in DEFAULT_NAMES:
        company.write(
            {
                "name": BANK_NAME,
                "street": "云津大道 1 号",
                "street2": False,
                "city": "云津市",
                "zip": "990001",
                "state_id": False,
                "country_id": env.ref("base.cn").id,
                "phone": "+86 100 5550 1000",
                "email": f"info@{DOMAIN}",
                "website": f"https://www.{DOMAIN}",
            }
        )
        company.partner_id.tz = TIME_ZONE
    if not _has_amounts(env):
        company.currency_id = env.ref("base.CNY")
    _ensure_rates(env)


def _has_amounts(env):
    """Amounts in the company's currency would change their meaning with it."""
    has_entries = "account.move" in env and env["account.move"].search_count([], limit=1)
    return has_entries or env["bank.financial.profile"].search_count([], limit=1)


def _ensure_rates(env):
    """Some customers have US dollars; a database without any exchange rates gets one."""
    currencies = env.ref("base.CNY") | env.ref("base.USD")
    currencies.filtered(lambda currency: not currency.active).active = True
    rates = env["res.currency.rate"]
    if not rates.search_count([("currency_id", "in", currencies.ids)], limit=1):
        rates.create({"currency_id": env.ref("base.USD").id, "name": "2020-01-01", "rate": 0.14})


def write_organisation(env):
    """Create branches and users.

    :return: ``({key of the branch: branch}, {login: user})``
    """
    branches = _write_branches(env)
    users = _write_users(env, branches)
    for row in BRANCHES:
        branches[row.key].manager_id = users.get(row.manager)
    return branches, users


def _write_branches(env):
    services = {service.code: service.id for service in env["bank.branch.service"].search([])}
    branches = {}
    for row in BRANCHES:
        branches[row.key] = env["bank.branch"].create(
            {
                "code": row.code,
                "name": row.name,
                "parent_id": branches[row.parent].id if row.parent else False,
                "branch_class": row.branch_class,
                "service_ids": [Command.set([services[code] for code in row.services])],
                "street": row.street,
                "zip": row.zip,
                "city": "云津市",
                "country_id": env.ref("base.cn").id,
                "phone": row.phone,
                "email": f"branch{row.code}@{DOMAIN}",
            }
        )
    env["ir.model.data"]._update_xmlids(
        [
            {"xml_id": f"bank_crm.demo_branch_{key}", "record": branch, "noupdate": True}
            for key, branch in branches.items()
        ]
    )
    return branches


def _rights_beside(env, role):
    """Return the groups that some have beside their role: who serves customers or supervises may unmask numbers."""
    may_reveal = role in ("relationship manager", "compliance")
    return env.ref("bank_crm.group_privacy_reveal") if may_reveal else env["res.groups"]


def _write_users(env, branches):
    languages = {code for code, _name in env["res.lang"].get_installed()}
    users = env["res.users"].create(
        [
            {
                "name": row.name,
                "login": row.login,
                "email": f"{row.login}@{DOMAIN}",
                "lang": row.lang if row.lang in languages else env.user.lang,
                "tz": TIME_ZONE,
                "notification_type": "inbox",
                "group_ids": [Command.set((env.ref(GROUPS[row.role]) | _rights_beside(env, row.role)).ids)],
                "bank_branch_id": branches[row.branch].id,
            }
            for row in STAFF
        ]
    )
    # One hash for all: each takes a third of a second, and the password is printed anyway.
    password = users._crypt_context().hash(PASSWORD)
    for user in users:
        user._set_encrypted_password(user.id, password)
    return dict(zip([row.login for row in STAFF], users, strict=True))
