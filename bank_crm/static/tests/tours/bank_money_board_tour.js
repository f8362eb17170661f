import { registry } from "@web/core/registry";

/**
 * A branch manager opens the Money Board and goes from the AUM of his branches to a single balance. The customers and
 * their months are made by `test_money_tour.py`.
 */
registry.category("web_tour.tours").add("bank_money_board_tour", {
    steps: () => [
        {
            content: "The board shows the AUM of the manager's branches",
            trigger: ".o_bank_money [data-figure='eop_aum'] .o_bank_money_figure[title*='71,000']",
        },
        {
            content: "Charts are drawn",
            trigger: ".o_bank_money_chart canvas",
        },
        {
            content: "Narrow it to the branch North VIP",
            trigger: ".o_bank_money_scope select[name='branch_id']",
            run: "selectByLabel /NVIP/",
        },
        {
            content: "Its AUM is shown; open what it is made of",
            trigger: ".o_bank_money [data-figure='eop_aum']:has(.o_bank_money_figure[title*='70,000'])",
            run: "click",
        },
        {
            content: "The months of Anna and Ben, and nobody else's",
            trigger: ".o_list_view .o_list_table:contains('Anna'):contains('Ben'):not(:contains('Carl')):not(:contains('Pia'))",
        },
        {
            content: "Open Anna's month",
            trigger: ".o_data_row .o_data_cell[name='partner_id']:contains('Anna')",
            run: "click",
        },
        {
            content: "Ask why",
            trigger: ".o_form_view button[name='action_explain']",
            run: "click",
        },
        {
            content: "The holdings with their balances",
            trigger: ".o_field_widget[name='line_ids'] .o_data_row:contains('60,000')",
        },
        {
            content: "Open the balances of the account",
            trigger: ".o_field_widget[name='line_ids'] .o_data_row:contains('60,000') button[name='action_open_balance']",
            run: "click",
        },
        {
            content: "The balance itself",
            trigger: ".o_list_view .o_data_row .o_data_cell[name='amount']:contains('60,000')",
        },
    ],
});
