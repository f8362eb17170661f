import functools
import logging

from odoo import api, models
from odoo.exceptions import AccessError, UserError

_logger = logging.getLogger(__name__)

# The modules that Odoo installs by itself and that can send data to Odoo's servers.
SERVICES = ("partner_autocomplete", "crm_iap_enrich", "crm_iap_mine", "snailmail", "sms", "html_editor")

# Where each of them is about to call out: {(model, method): service}.
EXITS = {
    ("iap.autocomplete.api", "_request_partner_autocomplete"): "partner_autocomplete",
    ("iap.autocomplete.api", "_contact_iap"): "partner_autocomplete",
    # It asks the tax authorities of the EU when Odoo's server has no answer.
    ("res.partner", "autocomplete_by_vat"): "partner_autocomplete",
    ("crm.lead", "iap_enrich"): "crm_iap_enrich",
    ("iap.enrich.api", "_contact_iap"): "crm_iap_enrich",
    ("crm.iap.lead.mining.request", "_iap_contact_mining"): "crm_iap_mine",
    ("snailmail.letter", "_snailmail_print"): "snailmail",
    ("snailmail.letter", "_snailmail_print_valid_address"): "snailmail",
    ("res.company", "_get_sms_api_class"): "sms",
    ("sms.sms", "_split_by_api"): "sms",
}

# Jobs that would only fail while their service is silent.
CRONS = {
    "crm_iap_enrich": "crm_iap_enrich.ir_cron_lead_enrichment",
    "snailmail": "snailmail.snailmail_print",
}
IAP_SMS_MODULE = "odoo.addons.sms.tools.sms_api"


class BankOutboundSilence(models.AbstractModel):
    """Keeps the modules that Odoo installs by itself from sending customer data anywhere.

    This addon does not depend on them, so it cannot extend their models.  When the registry is ready it wraps the
    methods that are about to call out, as ``base_automation`` wraps ``create`` and ``write``; a module that is
    installed later is wrapped too, because the registry is built anew.  An administrator can allow each service.
    """

    _name = "bank.outbound.silence"
    _description = "Outbound Silence"

    def _register_hook(self):
        result = super()._register_hook()
        for (model_name, method), service in EXITS.items():
            cls = self.env.registry.get(model_name)
            if cls is not None and hasattr(cls, method) and not self._is_wrapped(cls, method):
                setattr(cls, method, self._wrap(getattr(cls, method), model_name, method, service))
        return result

    @api.model
    def _is_wrapped(self, cls, method):
        return hasattr(getattr(cls, method, None), "bank_silence_origin")

    @api.model
    def _wrap(self, origin, model_name, method, service):
        """Return ``origin`` with a question before it: may this service call out?"""

        @functools.wraps(origin)
        def exit_(records, *args, **kwargs):
            silence = records.env["bank.outbound.silence"]
            if silence._is_allowed(service):
                return origin(records, *args, **kwargs)
            answer = getattr(silence, f"_silent_{model_name}_{method}".replace(".", "_"), None)
            if answer is None:
                silence._refuse(service)
            return answer(records, origin)

        exit_.bank_silence_origin = origin
        return exit_

    # ------------------------------------------------------------------
    # State
    # ------------------------------------------------------------------

    @api.model
    def _parameter(self, service):
        return f"bank_crm.outbound_{service}"

    @api.model
    def _is_allowed(self, service):
        # sudo: ir.config_parameter - one switch
        return self.env["ir.config_parameter"].sudo().get_param(self._parameter(service)) == "True"

    @api.model
    def _is_installed(self, service):
        # sudo: ir.module.module - whether it is installed; by the database, for the registry may still be loading
        return self.env["ir.module.module"].sudo()._get(service).state in ("installed", "to upgrade", "to install")

    @api.model
    def _check_silence(self):
        """Return ``{service: state}``: ``absent``, ``silent``, ``allowed``, or ``leaking``.

        *Leaking* is a service that could call out although nobody allowed it.
        """
        found = {}
        for service in SERVICES:
            exits = [
                (self.env.registry[model_name], method)
                for (model_name, method), name in EXITS.items()
                if name == service
                and model_name in self.env.registry
                and hasattr(self.env.registry[model_name], method)
            ]
            if not self._is_installed(service):
                found[service] = "absent"
            elif self._is_allowed(service):
                found[service] = "allowed"
            else:
                wrapped = all(self._is_wrapped(cls, method) for cls, method in exits)
                found[service] = "silent" if wrapped else "leaking"
        return found

    @api.model
    def _silence(self):
        """Switch every service off: at install, and by the button in the settings."""
        # sudo: ir.config_parameter, ir.cron - the switches of this page
        parameters = self.env["ir.config_parameter"].sudo()
        for service in SERVICES:
            parameters.set_param(self._parameter(service), False)
        if self._is_installed("crm_iap_enrich"):
            parameters.set_param("crm.iap.lead.enrich.setting", "manual")
        self._switch_crons()
        leaking = [service for service, state in self._check_silence().items() if state == "leaking"]
        if leaking and self.env.registry.ready:
            _logger.warning("Modules that can send data to Odoo's servers: %s", ", ".join(leaking))

    @api.model
    def _switch_crons(self):
        """A job of a silent service rests; of an allowed one it works."""
        for service, xml_id in CRONS.items():
            cron = self.env.ref(xml_id, raise_if_not_found=False)
            if cron:
                cron.sudo().active = self._is_allowed(service)  # sudo: ir.cron - see _silence

    # ------------------------------------------------------------------
    # What silent services answer
    # ------------------------------------------------------------------

    @api.model
    def _refuse(self, service):
        raise UserError(
            self.env._(
                "[outbound_silence] %(service)s: this database sends nothing to Odoo's servers. An administrator can "
                "allow it under Settings → Bank CRM.",
                service=service,
            )
        )

    @api.model
    def _silent_iap_autocomplete_api__request_partner_autocomplete(self, records, origin):
        return False, "[outbound_silence]"

    @api.model
    def _silent_res_partner_autocomplete_by_vat(self, records, origin):
        return []

    @api.model
    def _silent_crm_lead_iap_enrich(self, records, origin):
        if not self.env.context.get("cron_id"):
            self._refuse("crm_iap_enrich")

    @api.model
    def _silent_snailmail_letter__snailmail_print(self, records, origin):
        """A letter that may not leave says so, instead of failing again and again."""
        records.write(
            {
                "state": "canceled",
                "info_msg": self.env._("[outbound_silence] Letters are not sent through Odoo's servers."),
            }
        )
        # sudo: mail.notification - the notifications of letters the user may change
        records.notification_ids.sudo().write({"notification_status": "canceled"})

    @api.model
    def _silent_res_company__get_sms_api_class(self, records, origin):
        """Text messages through Odoo's servers fail; another provider's are its own business."""
        api_class = origin(records)
        return self._silent_sms_class(api_class) if api_class.__module__ == IAP_SMS_MODULE else api_class

    @api.model
    def _silent_sms_sms__split_by_api(self, records, origin):
        for sms_api, messages in origin(records):
            silent = type(sms_api).__module__ == IAP_SMS_MODULE
            yield self._silent_sms_class(type(sms_api))(records.env) if silent else sms_api, messages

    @api.model
    def _silent_sms_class(self, api_class):
        class SilentSmsApi(api_class):
            def _contact_iap(self, local_endpoint, params, timeout=15):
                raise AccessError(self.env._("[outbound_silence] Text messages are not sent through Odoo's servers."))

        return SilentSmsApi
