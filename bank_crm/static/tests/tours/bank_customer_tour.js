import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/**
 * A branch manager logs in, finds a customer, gives her another owner, sees the event of it, and looks at the assets of
 * the branches. The customer, the new owner and the figures are made by `test_customer_tour.py`.
 */
registry.category("web_tour.tours").add("bank_customer_tour", {
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
            content: "The customers are shown, those of other branches are not",
            trigger: ".o_list_view .o_list_table:contains('Ben'):not(:contains('Carl'))",
        },
        {
            content: "Look for Anna",
            trigger: ".o_searchview_input",
            run: "edit Anna",
        },
        {
            content: "Search",
            trigger: ".o_searchview_input",
            run: "press Enter",
        },
        {
            content: "Only Anna is left",
            trigger: ".o_list_view .o_list_table:contains('Anna'):not(:contains('Ben'))",
        },
        {
            content: "Open Anna",
            trigger: ".o_data_row .o_data_cell[name='complete_name']:contains('Anna')",
            run: "click",
        },
        {
            content: "Her assets are shown",
            trigger: ".o_bank_figure .o_field_widget[name='aum']:contains('66,000.00')",
        },
        {
            content: "Choose another owner",
            trigger: ".o_field_widget[name='relationship_manager_id'] input",
            run: "edit Sofia South",
        },
        {
            content: "Take the proposed user",
            trigger: ".o-autocomplete--dropdown-item a:contains('Sofia South')",
            run: "click",
        },
        ...stepUtils.saveForm(),
        {
            content: "Open the events",
            trigger: ".o_notebook .nav-link[name='events']",
            run: "click",
        },
        {
            content: "The change of the owner is among them",
            trigger:
                ".o_field_widget[name='bank_event_ids'] .o_data_row:contains('Owner changed'):contains('Sofia South (North VIP)')",
        },
        {
            content: "Back to the customers",
            trigger: ".o_breadcrumb .o_back_button",
            run: "click",
        },
        {
            content: "Forget the search",
            trigger: ".o_searchview_facet:contains('Anna') .o_facet_remove",
            run: "click",
        },
        {
            content: "Open the pivot",
            trigger: ".o_switch_view.o_pivot",
            run: "click",
        },
        {
            content: "It has the assets of Anna and Ben at North VIP",
            trigger: ".o_pivot tbody tr:contains('North VIP'):contains('70,000.00')",
        },
    ],
});
