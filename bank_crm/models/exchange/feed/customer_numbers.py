"""Customer numbers: taken in a block from the sequence."""

from odoo.tools import SQL


def next_numbers(env, count, reserved):
    """Return ``count`` customer numbers that nobody in the current company has.

    :param reserved: numbers that are given to other rows of the same batch
    """
    numbers = []
    while len(numbers) < count:
        drawn = _draw(env, count - len(numbers))
        taken = numbers_in_use(env, drawn)
        numbers += [number for number in drawn if number not in taken and number not in reserved]
    return numbers


def numbers_in_use(env, numbers):
    """Return ``{customer number: partner id}`` of those of ``numbers`` that are used in the current company."""
    if not numbers:
        return {}
    return dict(
        env.execute_query(
            SQL(
                """SELECT customer_number, id FROM res_partner
                    WHERE customer_number = ANY(%s) AND COALESCE(company_id, 0) IN (0, %s)""",
                list(numbers),
                env.company.id,
            )
        )
    )


def _draw(env, count):
    sequence = env["ir.sequence"].search(
        [("code", "=", "bank.customer.number"), ("company_id", "in", (env.company.id, False))],
        order="company_id",
        limit=1,
    )
    if sequence.implementation != "standard" or sequence.use_date_range:
        return [sequence._next() for _index in range(count)]  # gapless numbers are counted one by one
    prefix, suffix = sequence._get_prefix_suffix()
    drawn = env.execute_query(
        SQL("SELECT nextval(%s) FROM generate_series(1, %s)", f"ir_sequence_{sequence.id:03d}", count)
    )
    return [f"{prefix}{number:0>{sequence.padding}}{suffix}" for (number,) in drawn]
