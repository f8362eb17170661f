import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const openApp = () => [
    stepUtils.showAppsMenuItem(),
    {
        content: "Open the app",
        trigger: ".o_app[data-menu-xmlid='bank_crm_complaints.bank_ticket_menu_root']",
        run: "click",
    },
    {
        content: "Open the menu of tickets",
        trigger: ".o_menu_sections button[data-menu-xmlid='bank_crm_complaints.bank_ticket_menu_work']",
        run: "click",
    },
];

const write = (name, text, scope = "") => ({
    content: `Enter ${name}`,
    trigger: `${scope} .o_field_widget[name='${name}'] :is(input, textarea)`,
    run: `edit ${text}`,
});

// Waits until the form is there anew: what is entered before would be lost.
const atState = (label) => ({
    content: `The ticket is at ${label}`,
    trigger: `.o_statusbar_status .o_arrow_button_current:contains('${label}')`,
});

/** From a call to the decision letter, by a service agent. Made ready by `test_ticket_tours.py`. */
registry.category("web_tour.tours").add("bank_ticket_agent_tour", {
    steps: () => [
        ...openApp(),
        {
            content: "A customer calls",
            trigger: ".dropdown-item[data-menu-xmlid='bank_crm_complaints.bank_ticket_intake_menu']",
            run: "click",
        },
        {
            content: "By telephone",
            trigger: ".modal .o_field_widget[name='intake'] input[data-value='phone']",
            run: "click",
        },
        write("partner_id", "Anna", ".modal"),
        {
            content: "Choose the customer",
            trigger: ".o-autocomplete--dropdown-item:contains('Anna')",
            run: "click",
        },
        {
            content: "Her open ticket is shown at once",
            trigger: ".modal .o_field_widget[name='open_ticket_ids'] .o_data_row:contains('Known already')",
        },
        { content: "Go on", trigger: ".modal button[name='action_next']", run: "click" },
        write("subject", "Fee on a free account", ".modal"),
        write("description", "A fee of 30 was taken. My card is 4111 1111 1111 1111.", ".modal"),
        write("requested_remedy", "The fee back", ".modal"),
        { content: "Go on to read it back", trigger: ".modal button[name='action_next']", run: "click" },
        {
            content: "Read back: the number of the card is masked",
            trigger: ".modal .o_field_widget[name='read_back']:contains('1111'):not(:contains('4111'))",
        },
        {
            content: "The customer confirms",
            trigger: ".modal .o_field_widget[name='is_confirmed'] input",
            run: "click",
        },
        { content: "Register", trigger: ".modal button[name='action_register']", run: "click" },
        {
            content: "Number and tracking code",
            trigger: ".modal .o_field_widget[name='tracking_code']",
        },
        { content: "Open the ticket", trigger: ".modal button[name='action_open_ticket']", run: "click" },
        {
            content: "The deadline of the law is there",
            trigger: ".o_form_view .o_field_widget[name='next_statutory_due_at']:not(:empty)",
        },
        { content: "Investigate", trigger: "button[name='action_investigate']", run: "click" },
        atState("Under Investigation"),
        { content: "Ready to decide", trigger: "button[name='action_decide']", run: "click" },
        atState("Decision"),
        {
            content: "The page of the decision",
            trigger: ".o_notebook .nav-link[name='decision']",
            run: "click",
        },
        {
            content: "Outcome",
            trigger: ".o_field_widget[name='outcome'] input",
            run: "click",
        },
        {
            content: "Upheld",
            trigger: ".o_select_menu_item:contains('Upheld'):not(:contains('Not')):not(:contains('Partly'))",
            run: "click",
        },
        write("outcome_reason", "The contract says that the account is free of charge."),
        ...stepUtils.saveForm(),
        { content: "Write the letter", trigger: "button[name='action_write_letter']", run: "click" },
        {
            content: "The kind that ends the deadline is proposed",
            trigger: ".o_field_widget[name='kind_id'] input:value(Decision)",
        },
        write("facts", "The fee was booked on 1 March although the account is free of charge."),
        write("reasons", "The price list says that this account is free of charge."),
        write("offer", "We pay the fee back today."),
        {
            content: "What the customer raised",
            trigger: ".o_field_widget[name='point_ids'] .o_field_x2many_list_row_add :is(a, button)",
            run: "click",
        },
        write("raised", "A fee on a free account", ".o_field_widget[name='point_ids']"),
        write("answer", "It should not have been taken", ".o_field_widget[name='point_ids']"),
        ...stepUtils.saveForm(),
        {
            content: "Nothing is missing in the letter",
            trigger: ".o_field_widget[name='checklist']:not(:has(.text-danger))",
        },
        { content: "Send", trigger: "button[name='action_send']", run: "click" },
        { content: "Yes", trigger: ".modal .modal-footer .btn-primary", run: "click" },
        // The letter is printed meanwhile.
        { content: "It is on file", trigger: ".o_field_widget[name='sha256']:not(:empty)", timeout: 60000 },
        {
            content: "Back to the ticket",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item.o_back_button a",
            run: "click",
        },
        {
            content: "Answered: no deadline of the law runs",
            trigger: ".o_form_view:not(:has(.o_field_widget[name='next_statutory_due_at']))",
        },
        { content: "Close", trigger: "button[name='action_close']", run: "click" },
        atState("Closed"),
    ],
});

/** A team leader finds what is overdue and gives it to somebody. */
registry.category("web_tour.tours").add("bank_ticket_supervisor_tour", {
    steps: () => [
        ...openApp(),
        {
            content: "Escalations",
            trigger: ".dropdown-item[data-menu-xmlid='bank_crm_complaints.bank_ticket_escalation_menu']",
            run: "click",
        },
        {
            content: "The deadline that passed, and that he was told",
            trigger: ".o_data_row:contains('The deadline has passed') .o_data_cell[name='ticket_id']",
        },
        {
            content: "Open the menu of tickets",
            trigger: ".o_menu_sections button[data-menu-xmlid='bank_crm_complaints.bank_ticket_menu_work']",
            run: "click",
        },
        {
            content: "Overdue",
            trigger: ".dropdown-item[data-menu-xmlid='bank_crm_complaints.bank_ticket_menu_overdue']",
            run: "click",
        },
        {
            content: "Open the overdue ticket",
            trigger: ".o_data_row:contains('Waits since long') .o_data_cell[name='subject']",
            run: "click",
        },
        {
            content: "Why is it due then?",
            trigger: ".o_notebook .nav-link:contains('Deadlines')",
            run: "click",
        },
        write("user_id", "bank_agent_two"),
        {
            content: "Give it to an agent",
            trigger: ".o-autocomplete--dropdown-item:contains('bank_agent_two')",
            run: "click",
        },
        ...stepUtils.saveForm(),
        {
            content: "What happened is in the history",
            trigger: ".o_notebook .nav-link[name='history']",
            run: "click",
        },
        {
            content: "Handler changed",
            trigger: ".o_field_widget[name='event_ids'] .o_data_row:contains('Handler changed')",
        },
        {
            content: "Verify",
            trigger: "button[name='action_verify_events']",
            run: "click",
        },
        {
            content: "Complete and unchanged",
            trigger: ".o_notification:contains('complete and unchanged')",
        },
    ],
});
