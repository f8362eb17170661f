import { Component, onMounted, onWillDestroy, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const SECONDS = 2;

/**
 * The bar of a wave whose sample the server is drawing. It asks every two seconds how far the server is, and loads the
 * form anew when it is over.
 */
export class DrawProgress extends Component {
    static template = "bank_crm_survey.DrawProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        const { drawn_count, target_count, draw_progress } = this.props.record.data;
        this.state = useState({ drawn_count, target_count, draw_progress });
        onMounted(() => this.wait());
        onWillDestroy(() => clearTimeout(this.timer));
    }

    get percent() {
        return Math.round(this.state.draw_progress);
    }

    get summary() {
        if (!this.state.target_count) {
            return _t("The population is being counted …");
        }
        return _t("%(drawn)s of %(total)s customers drawn", {
            drawn: this.state.drawn_count,
            total: this.state.target_count,
        });
    }

    wait() {
        this.timer = setTimeout(() => this.look(), SECONDS * 1000);
    }

    async look() {
        const record = this.props.record;
        if (!record.resId) {
            return;
        }
        const names = ["is_drawing", "drawn_count", "target_count", "draw_progress"];
        const [answer] = await this.orm.silent.read(record.resModel, [record.resId], names);
        if (!answer.is_drawing) {
            await record.load();
            return;
        }
        Object.assign(this.state, answer);
        this.wait();
    }
}

export const drawProgress = {
    component: DrawProgress,
    fieldDependencies: [
        { name: "is_drawing", type: "boolean" },
        { name: "drawn_count", type: "integer" },
        { name: "target_count", type: "integer" },
        { name: "draw_progress", type: "float" },
    ],
};

registry.category("view_widgets").add("bank_survey_draw_progress", drawProgress);
