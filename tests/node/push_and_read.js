// A core-banking system written for Node: logs in, pushes a batch twice, reads the customer, is refused a wrong row.
// The connection comes as JSON on standard input, the answers go as JSON to standard output.
const Odoo = require("odoo-await");
const fs = require("fs");

async function main({ baseUrl, port, db, username, password, rows, number }) {
    const odoo = new Odoo({ baseUrl, port, db, username, password });
    await odoo.connect();
    const push = (key, batch) => odoo.execute_kw("bank.exchange", "push_customers", [["node", key, batch]]);
    const first = await push("node-1", rows);
    const again = await push("node-1", rows);
    const refused = await push("node-2", [{ external_id: "x", name: "X", birthdate: "31.12.1999" }]);
    const fields = ["name", "customer_number", "tier_id", "email"];
    const read = await odoo.searchRead("res.partner", { customer_number: number }, fields);
    const overview = await odoo.execute_kw("res.partner", "bank_customer_overview", [[{ customer_number: number }]]);
    return { first, again, refused, read, overview };
}

main(JSON.parse(fs.readFileSync(0, "utf8"))).then(
    (answers) => process.stdout.write(JSON.stringify(answers)),
    (error) => {
        process.stderr.write(String(error.stack || error));
        process.exitCode = 1;
    }
);
