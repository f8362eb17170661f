import { registry } from "@web/core/registry";

/** Nothing is wider than the telephone. */
function fits() {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) {
        const wide = [...document.querySelectorAll("body *")].filter((el) => el.getBoundingClientRect().right > width + 1);
        throw new Error(`The page scrolls sideways: ${wide.map((el) => el.tagName + "." + el.className).slice(0, 5)}`);
    }
}

/** Each number of a scale is large enough for a thumb and lies within the page. */
function canBeTapped({ anchor }) {
    fits();
    for (const label of anchor.querySelectorAll("label")) {
        const { left, right, height, width } = label.getBoundingClientRect();
        if (width < 36 || height < 40 || left < 0 || right > document.documentElement.clientWidth) {
            throw new Error(`“${label.textContent.trim()}” cannot be tapped: ${Math.round(width)} by ${Math.round(height)}`);
        }
    }
}

registry.category("web_tour.tours").add("customer_answers_on_phone", {
    steps: () => [
        { content: "The page is in Chinese", trigger: "html[lang='zh-CN'] h1:contains('您对我们满意吗')", run: fits },
        { content: "It says what becomes of the answers", trigger: ".o_bank_feedback_anonymity" },
        { content: "The score of the mail is shown", trigger: ".o_bank_feedback_score_value:contains('9')" },
        { content: "Begin", trigger: ".o_bank_feedback_start", run: "click", expectUnloadPage: true },
        { content: "The questions are in Chinese", trigger: ".o_bank_survey .o_survey_main_title:contains('您对我们满意吗')" },
        { content: "Eleven numbers fit", trigger: ".o_bank_survey [role='radiogroup']:has(input[value='10'])", run: canBeTapped },
        { content: "The score of the mail is proposed", trigger: "label.o_survey_selected:has(input[value='9'])" },
        { content: "Change it", trigger: "[role='radiogroup']:has(input[value='10']) label:has(input[value='10'])", run: "click" },
        { content: "It is changed", trigger: "label.o_survey_selected:has(input[value='10'])" },
        { content: "Answer the next one", trigger: "[role='radiogroup']:not(:has(input[value='10'])) label:has(input[value='4'])", run: "click" },
        { content: "Write something", trigger: ".o_bank_survey textarea", run: "edit 服务很好" },
        { content: "Send it", trigger: ".o_bank_survey button[type='submit']:enabled", run: "click" },
        { content: "The bank thanks", trigger: ".o_bank_thanks_happy", run: fits },
    ],
});
