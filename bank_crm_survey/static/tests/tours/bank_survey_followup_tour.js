import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const field = (name) => `.modal .o_field_widget[name='${name}']`;

/** A branch manager calls a detractor and closes the loop. Made ready by `test_followup_tour.py`. */
registry.category("web_tour.tours").add("manager_closes_loop", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open the app",
            trigger: ".o_app[data-menu-xmlid='bank_crm_survey.bank_survey_menu_root']",
            run: "click",
        },
        {
            content: "His own follow-ups come first",
            trigger: ".o_searchview_facet:contains('My Follow-ups')",
        },
        {
            content: "Open the detractor",
            trigger: ".o_list_view .o_data_row:contains('Pia') td[name='partner_id']",
            run: "click",
        },
        {
            content: "What the customer wrote",
            trigger: ".o_form_view .o_field_widget[name='verbatim']:contains('queue')",
        },
        { content: "Record a call", trigger: ".o_form_view button[name='action_contacted']", run: "click" },
        { content: "What was said", trigger: `${field("note")} textarea`, run: "edit She waited an hour." },
        { content: "Record it", trigger: ".modal button[name='action_apply']", run: "click" },
        {
            content: "Contacted, and the attempt is there",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Contacted')",
        },
        { trigger: ".o_form_view .o_field_widget[name='attempt_ids']:contains('She waited an hour.')" },
        { content: "Close it", trigger: ".o_form_view button[name='action_close']:contains('Close')", run: "click" },
        { content: "Find the cause", trigger: `${field("root_cause_id")} input`, run: "edit Long waiting" },
        {
            content: "Choose the cause",
            trigger: ".o-autocomplete--dropdown-item:contains('Long waiting time')",
            run: "click",
        },
        { content: "Open the outcomes", trigger: `${field("outcome")} input`, run: "click" },
        { content: "Choose the outcome", trigger: ".o_select_menu_item:contains('Put Right')", run: "click" },
        { content: "What was done", trigger: `${field("note")} textarea`, run: "edit A second counter is open at noon." },
        { content: "Close", trigger: ".modal button[name='action_apply']", run: "click" },
        {
            content: "Closed, and the result is there",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Closed')",
        },
        { trigger: ".o_form_view .o_field_widget[name='note']:contains('second counter')" },
    ],
});
