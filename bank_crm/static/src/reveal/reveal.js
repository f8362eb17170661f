import { Component, onWillDestroy, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Asks for the reason and shows a secret number for as many seconds as the server says.
 *
 * The number lives in this component only: it is gone when the time is over or when the dialog is closed.
 */
export class RevealNumber extends Component {
    static template = "bank_crm.RevealNumber";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ reason: "", number: "", left: 0, isOver: false, isBusy: false });
        onWillDestroy(() => this.hide());
    }

    get countdown() {
        return _t("Disappears in %s seconds", this.state.left);
    }

    async show() {
        const record = this.props.record;
        this.state.isBusy = true;
        try {
            const answer = await this.orm.call(record.resModel, "show_number", [[record.resId], this.state.reason]);
            this.state.number = answer.number;
            this.state.left = answer.seconds;
            this.state.isOver = false;
            this.until = Date.now() + answer.seconds * 1000;
            this.timer = setInterval(() => this.tick(), 500);
        } finally {
            this.state.isBusy = false;
        }
    }

    /** By the clock, not by counting: browsers slow the timers of tabs in the background down. */
    tick() {
        this.state.left = Math.max(Math.ceil((this.until - Date.now()) / 1000), 0);
        if (!this.state.left) {
            this.hide();
            this.state.isOver = true;
        }
    }

    hide() {
        clearInterval(this.timer);
        this.state.number = "";
        this.state.left = 0;
    }
}

registry.category("view_widgets").add("bank_reveal", { component: RevealNumber });
