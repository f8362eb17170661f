import datetime

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError
from odoo.tools.misc import clean_context

REGISTRARS = (
    "bank_crm.group_operations",
    "bank_crm.group_service_agent",
    "bank_crm.group_relationship_manager",
    "bank_crm.group_compliance",
)
KEYS = ("external_ref", "message_key")
KEY_INDEXES = ("bank_ticket_external_ref_uniq", "bank_ticket_message_key_uniq")
SIMILAR_DAYS = 90


class BankTicket(models.Model):
    """The one path on which tickets of all channels come in, and on which none comes in twice."""

    _inherit = "bank.ticket"

    @api.model
    def _register_many(self, vals_list, intake, known=None):
        """Register tickets, each one once: what has a key that is known already is answered with the first ticket.

        Portal, mail, branch, telephone, files and other systems all end here.  The number of queries does not depend
        on the number of tickets.

        :param vals_list: values for :meth:`create`; ``external_ref`` (unique in a company) and ``message_key`` (the
            Message-ID, unique) are the keys, and both may be left out
        :param intake: a value of ``intake``, where the values themselves have none
        :param known: what :meth:`_find_registered` has found for these keys already
        :return: list of ``(ticket, is_new)`` in the order of ``vals_list``
        :raises ConcurrencyError: another transaction registers the same key at this moment; Odoo repeats the call,
            which then finds the other's ticket
        """
        vals_list = [self._prepare_intake(vals, intake) for vals in vals_list]
        known = self._find_registered(vals_list) if known is None else dict(known)
        new, places = [], []
        for vals in vals_list:
            keys = self._keys_of(vals)
            place = next((known[key] for key in keys if key in known), None)
            if place is None:
                place = len(new)
                new.append(vals)
                places.append((place, True))
            else:
                places.append((place, False))
            known.update(dict.fromkeys(keys, place))
        created = list(self._create_registered(new))  # not by index: these are read together
        # A number stands for the ticket of this call in that place, which has no record before it is created.
        return [(created[place] if type(place) is int else place, is_new) for place, is_new in places]

    @api.model
    def _prepare_intake(self, vals, intake):
        vals = {"company_id": self.env.company.id, "intake": intake, **vals}
        if not vals.get("channel_id"):
            vals["channel_id"] = self.env["bank.ticket.taxon"]._channel_for_intake(vals["intake"])
        return vals

    @api.model
    def _keys_of(self, vals):
        """Return the keys of a registration, each with the scope in which it is unique."""
        scopes = {"external_ref": vals["company_id"], "message_key": False}
        return [(name, scopes[name], vals[name]) for name in KEYS if vals.get(name)]

    @api.model
    def _find_registered(self, vals_list):
        """Return ``{key: ticket}`` of the keys in ``vals_list`` that a ticket has."""
        known = {}
        for name in KEYS:
            values = list({vals[name] for vals in vals_list if vals.get(name)})
            if not values:
                continue
            # sudo: bank.ticket - a key is taken whoever may see its ticket; callers check before they tell anything
            for ticket in self.sudo().search_fetch([(name, "in", values)], [name, "company_id"]):
                key = (name, ticket.company_id.id if name == "external_ref" else False, ticket[name])
                known[key] = ticket.with_env(self.env)
        return known

    @api.model
    def _create_registered(self, vals_list):
        if not vals_list:
            return self.browse()
        # Server code sets keys that nobody else may set; so nothing may come from the caller's context.
        server = self.with_env(self.env(context=clean_context(self.env.context)))._unguarded()
        try:
            with self.env.cr.savepoint():
                return server.create(vals_list).with_env(self.env)
        except psycopg2.errors.UniqueViolation as error:
            if error.diag.constraint_name in KEY_INDEXES:
                raise ConcurrencyError("two registrations of one ticket at the same time") from None
            raise

    # ------------------------------------------------------------------
    # Who may register, and what is open already
    # ------------------------------------------------------------------

    @api.model
    def _check_may_register(self):
        if not (self.env.su or any(self.env.user.has_group(group) for group in REGISTRARS)):
            raise AccessError(
                self.env._(
                    "[access_denied] Tickets are registered by operations, service agents, compliance, and by "
                    "relationship and branch managers for their customers. Ask an administrator for such a role."
                )
            )

    @api.model
    def _find_existing(self, vals_list):
        """Return, for each registration, the open tickets of the same customer that may be about the same matter.

        Same customer, same product where both name one, received in the last 90 days, and 40 % of the groups of three
        letters in subject or text in common.  Found under the access rules of the user: what he may not see is not
        hinted at.

        :param vals_list: values with ``partner_id``, ``product_taxon_id``, ``subject``, ``description``
        :return: list of recordsets, newest ticket first
        """
        partner_ids = list({vals["partner_id"] for vals in vals_list if vals.get("partner_id")})
        if not partner_ids:
            return [self.browse()] * len(vals_list)
        since = fields.Datetime.now() - datetime.timedelta(days=SIMILAR_DAYS)
        candidates = self.search_fetch(
            [("partner_id", "in", partner_ids), ("is_open", "=", True), ("received_at", ">=", since)],
            ["partner_id", "product_taxon_id", "subject", "description", "number"],
            order="received_at desc, id desc",
        )
        by_partner = candidates.grouped(lambda ticket: ticket.partner_id.id)
        return [self._similar_among(by_partner.get(vals.get("partner_id"), self.browse()), vals) for vals in vals_list]

    @api.model
    def _time_zones(self, branch_ids):
        """Return ``{branch id: name of the time zone}`` of branches; False stands for a ticket without a branch."""
        # sudo: bank.branch, resource.calendar - the time of a place is no secret
        branches = self.env["bank.branch"].sudo().browse(filter(None, branch_ids))
        default = self.env.company.sudo().resource_calendar_id.tz or "UTC"
        zones = {branch.id: branch.calendar_id.tz or default for branch in branches}
        return {False: default, **zones}
