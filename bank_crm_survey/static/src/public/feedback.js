import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

// As long as a page is open before it counts as seen by a person.
const SEEN_AFTER = 1500;

/** The page of an invitation: tells the bank once that a browser shows it, and sends its form once. */
export class FeedbackLanding extends Interaction {
    static selector = ".o_bank_feedback_landing";
    dynamicContent = {
        form: { "t-on-submit": this.onSubmit },
    };

    start() {
        if (this.el.dataset.opened) {
            this.waitForTimeout(() => this.reportOpened(), SEEN_AFTER);
        }
    }

    reportOpened() {
        if (document.visibilityState !== "visible") {
            return this.waitForTimeout(() => this.reportOpened(), SEEN_AFTER);
        }
        const form = new FormData();
        form.append("nonce", this.el.dataset.nonce);
        form.append("csrf_token", odoo.csrf_token);
        fetch(this.el.dataset.opened, { method: "POST", body: form, keepalive: true }).catch(() => {});
    }

    onSubmit() {
        const button = this.el.querySelector("button[type=submit]");
        // After the form is on its way: a disabled button would stop it.
        this.waitForTimeout(() => (button.disabled = true), 0);
        this.waitForTimeout(() => (button.disabled = false), 5000);
    }
}

registry.category("public.interactions").add("bank_crm_survey.feedback_landing", FeedbackLanding);
