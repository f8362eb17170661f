import { registry } from "@web/core/registry";
import { graphView } from "@web/views/graph/graph_view";

/** Figures that are hidden, and groups without answers, are gaps: drawn as 0 they would look like an answer. */
export class StatGraphModel extends graphView.Model {
    _getData(dataPoints, ...options) {
        const result = super._getData(dataPoints, ...options);
        const known = new Set(
            dataPoints
                .filter((point) => point.value !== false)
                .map((point) => JSON.stringify([this._getDatasetLabel(point), point.labelIndex]))
        );
        for (const dataset of result.datasets) {
            dataset.data = dataset.data.map((value, index) =>
                known.has(JSON.stringify([dataset.label, index])) ? value : null
            );
        }
        return result;
    }
}

registry.category("views").add("bank_survey_stat_graph", { ...graphView, Model: StatGraphModel });
