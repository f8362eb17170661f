import { registry } from "@web/core/registry";

/** Made by `test_reveal_tour.py`: Anna's resident identity card ends with 0011. */
const NUMBER = "110101199003070011";

registry.category("web_tour.tours").add("bank_reveal_tour", {
    steps: () => [
        {
            content: "Open the document, of which the mask is shown",
            trigger: `.o_data_row .o_data_cell:contains('110****0011'):not(:contains('${NUMBER}'))`,
            run: "click",
        },
        {
            content: "Ask to see it in full",
            trigger: "button[name='action_reveal']",
            run: "click",
        },
        {
            content: "Odoo asks for the password",
            trigger: ".modal input[type='password']",
            run: "edit bank_rm_north",
        },
        {
            content: "Confirm it",
            trigger: ".modal footer button:contains('Confirm Password')",
            run: "click",
        },
        {
            content: "Without a reason nothing is shown",
            trigger: ".modal .o_bank_reveal_show",
            run: "click",
        },
        {
            content: "The error says why",
            trigger: ".modal:contains('[reveal_reason_missing]') footer button",
            run: "click",
        },
        {
            content: "Give the reason",
            trigger: ".modal #bank_reveal_reason",
            run: "edit The customer asks which card we know",
        },
        {
            content: "Show it",
            trigger: ".modal .o_bank_reveal_show",
            run: "click",
        },
        {
            content: "The number is shown, and for how long",
            trigger: `.modal .o_bank_reveal:has(.o_bank_reveal_number:contains('${NUMBER}')):contains('Disappears in')`,
            run() {
                // The minute passes at once: the widget goes by the clock.
                const now = Date.now;
                Date.now = () => now() + 61000;
                setTimeout(() => (Date.now = now), 3000);
            },
        },
        {
            content: "After a minute it is gone",
            trigger: ".modal .o_bank_reveal_over",
            run() {
                if (document.body.innerHTML.includes(NUMBER)) {
                    throw new Error("The number is still in the page");
                }
            },
        },
        {
            content: "Close",
            trigger: ".modal footer button:contains('Close')",
            run: "click",
        },
        {
            content: "The document shows the mask",
            trigger: "body:not(:has(.modal)) .o_field_widget[name='number_masked']:contains('110****0011')",
        },
    ],
});

registry.category("web_tour.tours").add("bank_reveal_log_tour", {
    steps: () => [
        {
            content: "Who has looked, at whose number and why",
            trigger: ".o_data_row:contains('bank_rm_north'):contains('Anna'):contains('The customer asks which card we know')",
        },
        {
            content: "By day and user",
            trigger: ".o_switch_view.o_graph",
            run: "click",
        },
        {
            content: "The graph is drawn",
            trigger: ".o_graph_renderer canvas",
        },
    ],
});
