import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/**
 * A relationship manager claims a customer whom he does not see: the answer names the branch and nobody.
 * Made ready by `test_handover_tour.py`.
 */
registry.category("web_tour.tours").add("bank_ownership_claim_tour", {
    steps: () => [
        {
            content: "Log in: the user",
            trigger: "input[name='login']",
            run: "edit bank_rm_north",
        },
        {
            content: "Log in: the password",
            trigger: "input[name='password']",
            run: "edit bank_rm_north",
        },
        {
            content: "Log in",
            trigger: ".oe_login_form button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        stepUtils.showAppsMenuItem(),
        {
            content: "Open Bank CRM",
            trigger: ".o_app[data-menu-xmlid='bank_crm.bank_crm_menu_root']",
            run: "click",
        },
        {
            content: "Open the menu of ownership",
            trigger: ".o_menu_sections button[data-menu-xmlid='bank_crm.bank_handover_menu_root']",
            run: "click",
        },
        {
            content: "Claim a customer",
            trigger: ".dropdown-item[data-menu-xmlid='bank_crm.bank_ownership_claim_new_menu']",
            run: "click",
        },
        {
            content: "His number",
            trigger: ".modal .o_field_widget[name='customer_number'] input",
            run: "edit CLAIMED-1",
        },
        {
            content: "Look him up",
            trigger: ".modal button[name='action_locate']",
            run: "click",
        },
        {
            content: "The branch is told, the name is not",
            trigger: ".modal .alert:contains('South Branch'):not(:contains('Carl'))",
        },
        {
            content: "Why he should be mine",
            trigger: ".modal .o_field_widget[name='evidence'] textarea",
            run: "edit His company banks here",
        },
        {
            content: "Submit",
            trigger: ".modal button[name='action_submit']",
            run: "click",
        },
        {
            content: "The claim is shown, without the customer",
            trigger: ".o_form_view:contains('CLAIMED-1'):not(:contains('Carl')) .o_statusbar_status:contains('Submitted')",
        },
    ],
});
