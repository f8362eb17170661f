import { formatFloat } from "@web/views/fields/formatters";

/** Ends of the scale of each kind of figure. */
export const SCALES = { nps: [-100, 100], csat: [0, 100], ces: [1, 7] };

/** One decimal, halves away from zero: as the formulas of the trade are shown. */
export function rounded(value) {
    const tenths = Math.round(Math.abs(value) * 10 + 1e-9) / 10;
    return value < 0 && tenths ? -tenths : tenths;
}

export function numberText(value) {
    return formatFloat(rounded(value), { digits: [16, 1] });
}

export function shareText(value) {
    return value === false ? "" : `${numberText(value)} %`;
}

export function figureText(kind, value, hasValue) {
    if (!hasValue) {
        return "–";
    }
    return kind === "csat" ? `${numberText(value)} %` : numberText(value);
}

export function intervalText(kind, figure) {
    return `${numberText(figure.low)} … ${numberText(figure.high)}`;
}
