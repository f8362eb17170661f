import { registry } from "@web/core/registry";

/** A customer files a complaint with a file, sees it, writes, and withdraws it. */
registry.category("web_tour.tours").add("bank_ticket_portal_tour", {
    steps: () => [
        { content: "See the tickets from the home of the portal", trigger: "a[href='/my/tickets']", run: "click", expectUnloadPage: true },
        { content: "Nothing was sent yet: tell the bank", trigger: "#o_ticket_new", run: "click", expectUnloadPage: true },
        { content: "Choose the kind", trigger: "#o_kind", run: "select complaint" },
        { content: "Say it in a few words", trigger: "#o_subject", run: "edit Fee on my card" },
        { content: "Say what happened", trigger: "#o_description", run: "edit Twelve were taken in March. Nobody told me." },
        { content: "Say what the bank should do", trigger: "#o_remedy", run: "edit Give it back" },
        {
            content: "Add a file",
            trigger: "#o_files",
            run: ({ anchor }) => {
                const transfer = new DataTransfer();
                transfer.items.add(new File(["12.00 fee"], "statement.txt", { type: "text/plain" }));
                anchor.files = transfer.files;
            },
        },
        { content: "Send it", trigger: "#o_ticket_form button[type=submit]", run: "click", expectUnloadPage: true },
        { content: "The receipt names a number and a code", trigger: ".o_ticket_receipt .o_ticket_code" },
        { content: "The file is there", trigger: ".o_ticket_message a:contains('statement.txt')" },
        { content: "Write to the bank", trigger: "#o_ticket_text", run: "edit It happened again in April." },
        { content: "Send the message", trigger: "#o_ticket_write button[type=submit]", run: "click", expectUnloadPage: true },
        { content: "The message is there", trigger: ".o_ticket_message:contains('again in April')" },
        { content: "Think better of it", trigger: "#o_ticket_withdraw_open", run: "click" },
        { content: "Withdraw", trigger: "#o_ticket_withdraw.show button[type=submit]", run: "click", expectUnloadPage: true },
        { content: "It is withdrawn", trigger: ".o_ticket_state:contains('Withdrawn')" },
        { content: "Back to the list", trigger: ".breadcrumb a[href='/my/tickets']", run: "click", expectUnloadPage: true },
        { content: "It is in the list", trigger: ".o_ticket_list a:contains('Fee on my card')" },
    ],
});

/** A customer reads the answer and accepts it, on a telephone. */
registry.category("web_tour.tours").add("bank_ticket_portal_accept_tour", {
    steps: () => [
        { content: "Open the ticket", trigger: ".o_ticket_list a:contains('Fee on a free account')", run: "click", expectUnloadPage: true },
        { content: "It is answered", trigger: ".o_ticket_state:contains('Answered')" },
        { content: "Accept the answer", trigger: "#o_ticket_accept", run: "click", expectUnloadPage: true },
        { content: "The bank thanks", trigger: ".o_ticket_done" },
    ],
});
