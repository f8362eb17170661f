import { Component, onMounted, onWillDestroy, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * The bar of a file that is being imported.
 *
 * While it is on screen it asks the server for one part after the other, so that each part is a transaction of its own
 * and the bar tells what has really been done. Closing the dialog stops the work after the part that is under way.
 */
export class ExchangeProgress extends Component {
    static template = "bank_crm.ExchangeProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ processed: 0, total: 0, progress: 0, rejected: 0, isStopped: false });
        this.isAlive = true;
        onMounted(() => this.work());
        onWillDestroy(() => (this.isAlive = false));
    }

    get percent() {
        return Math.round(this.state.progress);
    }

    get summary() {
        return _t("%(processed)s of %(total)s rows", {
            processed: this.state.processed,
            total: this.state.total,
        });
    }

    get refused() {
        return _t("%(count)s refused", { count: this.state.rejected });
    }

    async work() {
        const record = this.props.record;
        this.state.isStopped = false;
        try {
            while (this.isAlive && record.data.state === "run") {
                const answer = await this.orm.silent.call(record.resModel, "run_chunk", [[record.resId]]);
                Object.assign(this.state, answer);
                if (answer.finished) {
                    if (this.isAlive) {
                        await record.load();
                    }
                    return;
                }
            }
        } catch (error) {
            this.state.isStopped = true; // a broken connection: what has been done stays, the rest can go on
            throw error;
        }
    }
}

export const exchangeProgress = {
    component: ExchangeProgress,
    fieldDependencies: [{ name: "state", type: "selection" }],
};

registry.category("view_widgets").add("bank_exchange_progress", exchangeProgress);
