"""The credit of existing assignments in two statements; Odoo would compute it row by row."""


def migrate(cr, version):
    cr.execute("ALTER TABLE bank_assignment ADD COLUMN IF NOT EXISTS credit_pct numeric DEFAULT 100")
    cr.execute("UPDATE bank_assignment SET credit_pct = 0 WHERE role <> 'primary'")
