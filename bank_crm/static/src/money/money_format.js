import { formatFloat, formatInteger, formatMonetary } from "@web/views/fields/formatters";

/** One colour for each class of assets, the same on all charts. */
export const COLORS = {
    deposit: "#2f6fb3",
    fund: "#4aa5a0",
    wealth: "#e0a03c",
    insurance: "#8a6fb8",
    metal: "#b8a13a",
    other: "#8c939b",
    eop_aum: "#1f4e79",
    eop_deposit: "#2f6fb3",
    eop_wealth: "#e0a03c",
    eop_loan: "#b84a4a",
    eop_net_assets: "#4aa06a",
};

/** An amount as short as a board needs it: 12.3M. */
export function shortAmount(value, currencyId) {
    return formatMonetary(value || 0, { currencyId, humanReadable: true, digits: [16, 1] });
}

export function fullAmount(value, currencyId) {
    return formatMonetary(value || 0, { currencyId });
}

export function count(value) {
    return formatInteger(value || 0);
}

/** The change from `before` to `value` in percent with its sign; "" where there is nothing to compare with. */
export function changeText(value, before) {
    if (before === false || !before) {
        return "";
    }
    const percent = (100 * (value - before)) / Math.abs(before);
    return `${percent > 0 ? "+" : ""}${formatFloat(percent, { digits: [16, 1] })} %`;
}

export function tone(value, before) {
    if (before === false || value === before) {
        return "text-muted";
    }
    return value > before ? "text-success" : "text-danger";
}

export function share(part, whole) {
    return whole ? (100 * part) / whole : 0;
}
