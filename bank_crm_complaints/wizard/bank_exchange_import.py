import datetime
import re

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.bank_crm.wizard.importing import columns
from odoo.addons.bank_crm.wizard.importing.rows import DATE_FORMATS

_lt = LazyTranslate(__name__)

TICKETS = "tickets"
TICKET_KEYS = {
    "external_ref": _lt("Reference"),
    "kind": _lt("Kind"),
    "subject": _lt("Subject"),
    "description": _lt("What Happened"),
    "customer_number": _lt("Customer Number"),
    "email": _lt("Email"),
    "anonymous": _lt("Anonymous"),
    "received_at": _lt("Received"),
    "forwarded_at": _lt("Sent by the Authority"),
    "incident_on": _lt("Date of the Incident"),
    "channel_code": _lt("Channel Code"),
    "product_code": _lt("Product Code"),
    "cause_code": _lt("Cause Code"),
    "branch_code": _lt("Branch Code"),
    "regime_codes": _lt("Regime Codes"),
    "severity": _lt("Severity"),
    "requested_remedy": _lt("Remedy Asked For"),
    "contact_name": _lt("Contact Name"),
    "contact_phone": _lt("Contact Phone"),
    "lang": _lt("Language"),
    "holding_external_id": _lt("External ID of the Holding"),
    "affected_count": _lt("Persons"),
}
ALIASES = {
    "external_ref": ["reference", "case number", "complaint id", "id", "编号", "投诉编号", "工单编号", "外部编号"],
    "kind": ["type", "种类", "类型", "工单类型"],
    "subject": ["title", "标题", "主题"],
    "description": ["text", "narrative", "story", "描述", "内容", "投诉内容", "经过"],
    "anonymous": ["匿名", "是否匿名"],
    "received_at": ["received", "date received", "receipt", "收到日期", "收到时间", "受理日期", "接收日期"],
    "forwarded_at": ["forwarded", "date sent to company", "转办日期", "监管转办日期"],
    "incident_on": ["incident", "incident date", "发生日期"],
    "channel_code": ["channel", "渠道", "渠道代码"],
    "cause_code": ["cause", "issue", "原因", "投诉原因", "原因代码"],
    "regime_codes": ["regime", "regimes", "适用规则"],
    "severity": ["priority", "严重程度", "紧急程度"],
    "requested_remedy": ["remedy", "诉求", "投诉诉求"],
    "contact_name": ["complainant", "联系人", "投诉人"],
    "contact_phone": ["contact telephone", "联系人电话"],
    "affected_count": ["number of persons", "人数", "涉及人数"],
}
MOMENTS = ("received_at", "forwarded_at")
CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2})?$")

columns.KEYS[TICKETS] = TICKET_KEYS
columns.REQUIRED[TICKETS] = ("external_ref", "kind", "subject", "description")
columns.DATES.add("incident_on")
columns.BOOLEANS.add("anonymous")
for _key, _names in ALIASES.items():
    columns.ALIASES[_key] = [*columns.ALIASES.get(_key, ()), *_names]


class BankExchangeImport(models.TransientModel):
    """Files of tickets: the same steps and checks as for customers; a file that comes again changes nothing."""

    _inherit = "bank.exchange.import"

    kind = fields.Selection(selection_add=[(TICKETS, "Tickets")], ondelete={TICKETS: "cascade"})

    @api.depends("column_ids.ticket_key")
    def _compute_missing_keys(self):
        return super()._compute_missing_keys()

    def _push(self, rows):
        if self.kind != TICKETS:
            return super()._push(rows)
        rows = [self._as_registration(row) for row in rows]
        tickets = self.env["bank.ticket"]
        if self.is_check:
            errors = tickets._check_rows(rows)
            rejected = len({error["row"] for error in errors})
            return {"created": 0, "updated": 0, "unchanged": 0, "rejected": rejected, "errors": errors}
        tickets._check_may_register()
        answer = tickets._register_batch(rows, "skip_row", "import")
        return {
            "created": answer["created"],
            "updated": 0,
            "unchanged": answer["existing"],
            "rejected": answer["rejected"],
            "errors": answer["errors"],
        }

    def _as_registration(self, row):
        """Return a row of a file as other systems send it; what cannot be converted is left to be refused."""
        row = {key: value for key, value in row.items() if value is not None}
        for key in MOMENTS:
            if isinstance(row.get(key), str):
                row[key] = self._as_moment(row[key])
        if isinstance(row.get("regime_codes"), str):
            row["regime_codes"] = [code for code in re.split(r"[,;，；\s]+", row["regime_codes"]) if code]
        if str(row.get("affected_count", "")).isdecimal():
            row["affected_count"] = int(row["affected_count"])
        return row

    def _as_moment(self, text):
        """Return a date, with or without a time, in ISO 8601."""
        clock = CLOCK.search(text)
        day = text[: clock.start()] if clock else text
        try:
            day = datetime.datetime.strptime(day.strip(), DATE_FORMATS[self.date_format]).date()
        except ValueError:
            return text
        return f"{day.isoformat()}T{clock[0][1:].zfill(5)}" if clock else day.isoformat()

    def action_view_tickets(self):
        """Open the tickets that the import has registered."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_complaints.bank_ticket_action")
        action["domain"] = [
            ("intake", "=", "import"),
            ("create_uid", "=", self.env.uid),
            ("create_date", ">=", self.create_date),
        ]
        action["context"] = {}
        action["target"] = "main"
        return action


class BankExchangeImportColumn(models.TransientModel):
    _inherit = "bank.exchange.import.column"

    ticket_key = fields.Selection(selection="_selection_ticket_key", string="Field of the Ticket")

    @api.model
    def _selection_ticket_key(self):
        return self._selection_key(TICKETS)

    @api.model
    def _key_field(self, kind):
        return "ticket_key" if kind == TICKETS else super()._key_field(kind)
