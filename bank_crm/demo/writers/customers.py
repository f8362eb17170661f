"""Customers, their profiles, identity documents and owners."""

from dateutil.relativedelta import relativedelta

from ...tools import sealing


def write_customers(env, plan, branches, users):
    """Create the customers of the plan with all that is said about them.

    :return: the contacts, in the order of the plan
    """
    partners = env["res.partner"].create([_partner_values(env, customer) for customer in plan.customers])
    _write_profiles(env, plan, partners)
    _write_documents(env, plan, partners)
    _write_owners(env, plan, partners, branches, users)
    return partners


def _country(env, code):
    return env.ref(f"base.{ {'GB': 'uk'}.get(code, code.lower()) }")


def _partner_values(env, customer):
    person = customer.person
    return {
        "is_bank_customer": True,
        "name": person.name,
        "is_company": person.kind == "company",
        "customer_type": person.kind,
        "email": person.email,
        "phone": person.phone,
        "street": person.street,
        "city": person.city,
        "zip": person.zip,
        "country_id": _country(env, "CN").id,
        "lifecycle_stage": customer.lifecycle_stage,
        "risk_class": customer.risk_class,
        "kyc_state": customer.kyc_state,
        "preferred_channel": customer.preferred_channel,
        "last_contact_on": customer.last_contact_on,
        "next_contact_on": customer.next_contact_on,
    }


def _write_profiles(env, plan, partners):
    cny = env.ref("base.CNY")
    for customer, partner in zip(plan.customers, partners, strict=True):
        person = customer.person
        partner.financial_profile_id.write(
            {
                "currency_id": cny.id,
                "birthdate": person.birthdate,
                "gender": person.gender,
                "nationality_id": _country(env, person.nationality).id,
                "marital_status": person.marital_status,
                "education": person.education,
                "occupation": person.occupation,
                "employer": person.employer,
                "annual_income": person.annual_income,
                "relationship_start_on": customer.relationship_start_on
                if customer.lifecycle_stage != "prospect"
                else False,
                "investor_class": customer.investor_class,
                "investment_experience": customer.investment_experience,
                "investment_objective": customer.investment_objective,
            }
        )


def _write_documents(env, plan, partners):
    """Every customer but prospects has shown a document. Without encryption keys the numbers are left out."""
    documents = env["bank.identity.document"]
    today = env["bank.run"]._today()
    values = []
    for customer, partner in zip(plan.customers, partners, strict=True):
        if customer.lifecycle_stage == "prospect":
            continue
        person = customer.person
        row = {
            "partner_id": partner.id,
            "type": person.document_type,
            "country_id": _country(env, person.nationality).id,
            **_validity(customer, today),
        }
        if sealing.is_configured():
            row.update(documents._prepare_secret_values("number", person.document_number))
        values.append(row)
    documents.create(values)


def _validity(customer, today):
    """Return dates and state of a document: most are valid, some expire soon, have expired or wait for a check."""
    turn = customer.index % 20
    if customer.person.kind == "company" or turn == 0:
        return {"issued_on": today - relativedelta(years=6), "is_permanent": True, "state": "verified"}
    if customer.lifecycle_stage == "onboarding":
        left, state = relativedelta(years=7), "draft"
    elif turn in (1, 2):
        left, state = relativedelta(days=10 + customer.index % 70), "expiring"
    elif turn == 3:
        left, state = relativedelta(days=-15 - customer.index % 90), "expired"
    else:
        left, state = relativedelta(months=6 + customer.index * 7 % 110), "verified"
    expires_on = today + left
    return {"issued_on": expires_on - relativedelta(years=10), "expires_on": expires_on, "state": state}


def _write_owners(env, plan, partners, branches, users):
    """Create former assignments before the present ones, whose events name the predecessor."""
    former, present = [], []
    for customer, partner in zip(plan.customers, partners, strict=True):
        for owner in customer.owners:
            (former if owner.date_to else present).append(
                {
                    "partner_id": partner.id,
                    "user_id": users[owner.login].id if owner.login else False,
                    "branch_id": branches[owner.branch].id,
                    "date_from": owner.date_from,
                    "date_to": owner.date_to,
                    "reason": owner.reason,
                    "source": "handover" if owner.reason.startswith("Hand-over") else "demo",
                }
            )
        present += [
            {
                "partner_id": partner.id,
                "user_id": users[helper.login].id,
                "branch_id": users[helper.login].bank_branch_id.id,
                "role": helper.role,
                "date_from": helper.date_from,
                "source": "demo",
            }
            for helper in customer.helpers
        ]
    env["bank.assignment"].create(former)
    env.flush_all()
    env["bank.assignment"].create(present)
