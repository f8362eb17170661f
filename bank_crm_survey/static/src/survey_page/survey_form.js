import { patch } from "@web/core/utils/patch";
import { SurveyForm } from "@survey/interactions/survey_form";

/** Questionnaires of the bank are sent by one tap: a second question “Are you sure?” loses answers on telephones. */
patch(SurveyForm.prototype, {
    onSubmit(ev) {
        if (ev.currentTarget.value === "finish" && this.el.closest(".o_bank_survey")) {
            ev.preventDefault();
            return this.submitForm({ isFinish: true });
        }
        return super.onSubmit(ev);
    },
});
