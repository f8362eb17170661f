import { Component, onMounted, onWillDestroy, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const SECONDS = 2;

/**
 * The bar of a hand-over that the server is working on. It asks every two seconds how far it is, and loads the form
 * anew when it is over.
 */
export class HandoverProgress extends Component {
    static template = "bank_crm.HandoverProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        const { processed, total, progress } = this.props.record.data;
        this.state = useState({ processed, total, progress });
        onMounted(() => this.wait());
        onWillDestroy(() => clearTimeout(this.timer));
    }

    get percent() {
        return Math.round(this.state.progress);
    }

    get summary() {
        return _t("%(processed)s of %(total)s customers", {
            processed: this.state.processed,
            total: this.state.total,
        });
    }

    wait() {
        this.timer = setTimeout(() => this.look(), SECONDS * 1000);
    }

    async look() {
        const record = this.props.record;
        const names = ["state", "processed", "total", "progress"];
        const [answer] = await this.orm.silent.read(record.resModel, [record.resId], names);
        if (answer.state !== record.data.state) {
            await record.load();
            return;
        }
        Object.assign(this.state, answer);
        this.wait();
    }
}

export const handoverProgress = {
    component: HandoverProgress,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "processed", type: "integer" },
        { name: "total", type: "integer" },
        { name: "progress", type: "float" },
    ],
};

registry.category("view_widgets").add("bank_handover_progress", handoverProgress);
