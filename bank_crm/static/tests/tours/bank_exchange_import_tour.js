import { registry } from "@web/core/registry";

const CONTENT = [
    "External ID,Name,Date of Birth,Branch Code",
    "t1,Anna Tour,1984-02-29,XT1",
    "t2,Bela Tour,1984-02-30,XT1",
    "t3,Cyril Tour,,XT1",
].join("\n");

/** A member of Operations imports a file with a wrong row, and sees the bar, the counts, the reason and the batch. */
registry.category("web_tour.tours").add("bank_exchange_import_tour", {
    steps: () => [
        {
            content: "Open the import",
            trigger: "button[data-menu-xmlid='bank_crm.bank_crm_menu_exchange']",
            run: "click",
        },
        {
            content: "Choose the menu",
            trigger: ".dropdown-item[data-menu-xmlid='bank_crm.bank_exchange_import_menu']",
            run: "click",
        },
        {
            content: "Choose a file",
            trigger: ".modal .o_field_binary[name='file'] input[type='file']:not(:visible)",
            run() {
                const files = new DataTransfer();
                files.items.add(new File([CONTENT], "tour.csv", { type: "text/csv" }));
                this.anchor.files = files.files;
                this.anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        {
            content: "The file is there",
            trigger: ".modal .o_field_binary[name='file'] .o_clear_file_button",
        },
        {
            content: "Read it",
            trigger: ".modal button[name='action_read']",
            run: "click",
        },
        {
            content: "The preview shows the rows, the columns are recognised",
            trigger: ".modal .o_field_widget[name='preview'] td:contains('Anna Tour')",
        },
        {
            content: "The birthdate was recognised",
            trigger: ".modal .o_field_widget[name='column_ids'] .o_data_row:contains('Date of Birth'):contains('Birthdate')",
        },
        {
            content: "Check it first",
            trigger: ".modal button[name='action_check']",
            run: "click",
        },
        {
            content: "One row would be refused",
            trigger: ".modal .alert:contains('Some rows would be refused'):visible",
        },
        {
            content: "Import the rest",
            trigger: ".modal button[name='action_import']:visible",
            run: "click",
        },
        {
            content: "The reason is told",
            trigger: ".modal .o_field_widget[name='error_summary'] td:contains('birthdate: this is not a possible date')",
        },
        {
            content: "The refused row can be taken home",
            trigger: ".modal .o_field_widget[name='rejected_file']:contains('tour refused.csv')",
        },
        {
            content: "Open the batches",
            trigger: ".modal button[name='action_view_batches']:visible",
            run: "click",
        },
        {
            content: "The batch stands there as partly done",
            trigger: ".o_list_view .o_data_row:contains('tour.csv'):contains('Partly Done') .o_data_cell[name='batch_key']",
            run: "click",
        },
        {
            content: "Its error is shown",
            trigger: ".o_form_view .o_field_widget[name='error_ids'] .o_data_row:contains('invalid_date')",
        },
    ],
});
