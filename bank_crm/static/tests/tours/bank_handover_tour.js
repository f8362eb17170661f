import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/**
 * A branch manager hands the customers of a relationship manager over to another one: he chooses both, lets the list be
 * filled and distributed, writes a note, and approves. What is open moves at once. Made ready by
 * `test_handover_tour.py`.
 */
registry.category("web_tour.tours").add("bank_handover_tour", {
    steps: () => [
        {
            content: "Log in: the user",
            trigger: "input[name='login']",
            run: "edit bank_manager_north",
        },
        {
            content: "Log in: the password",
            trigger: "input[name='password']",
            run: "edit bank_manager_north",
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
            content: "Open the hand-overs",
            trigger: ".dropdown-item[data-menu-xmlid='bank_crm.bank_handover_menu']",
            run: "click",
        },
        {
            content: "The hand-overs are shown",
            trigger: ".o_breadcrumb .active:contains('Hand-overs')",
        },
        {
            content: "A new one",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "A transfer, for good",
            trigger: ".o_field_widget[name='kind'] input[data-value='transfer']",
            run: "click",
        },
        {
            content: "Who hands over",
            trigger: ".o_field_widget[name='from_user_id'] input",
            run: "edit Nora North",
        },
        {
            content: "Take the proposed user",
            trigger: ".o-autocomplete--dropdown-item a:contains('Nora North')",
            run: "click",
        },
        {
            content: "Who takes the customers on",
            trigger: ".o_field_widget[name='receiver_ids'] input",
            run: "edit Stella Stand-in",
        },
        {
            content: "Take the proposed user",
            trigger: ".o-autocomplete--dropdown-item a:contains('Stella Stand-in')",
            run: "click",
        },
        {
            content: "Fill and distribute the list",
            trigger: "button[name='action_distribute']",
            run: "click",
        },
        {
            content: "Both customers are on it, with the receiver",
            trigger:
                ".o_field_widget[name='line_ids'] .o_data_row:contains('Anna'):contains('Stella Stand-in')",
        },
        {
            content: "Write a note about Anna",
            trigger: ".o_field_widget[name='line_ids'] .o_data_row:contains('Anna') .o_data_cell[name='note']",
            run: "click",
        },
        {
            content: "What matters",
            trigger: ".o_field_widget[name='line_ids'] .o_selected_row .o_field_widget[name='note'] textarea",
            run: "edit Wants to buy a flat",
        },
        ...stepUtils.saveForm(),
        {
            content: "Approve",
            trigger: "button[name='action_approve_and_start']",
            run: "click",
        },
        {
            content: "Yes",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "It is done",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Done')",
        },
        {
            content: "Both have moved",
            trigger: ".o_field_widget[name='line_ids'] .o_data_row:contains('Ben'):contains('Moved')",
        },
        {
            content: "The list of customers who were handed over",
            trigger: "button[name='action_view_lines']",
            run: "click",
        },
        {
            content: "The note went along",
            trigger: ".o_list_view .o_data_row:contains('Anna'):contains('Wants to buy a flat')",
        },
    ],
});
