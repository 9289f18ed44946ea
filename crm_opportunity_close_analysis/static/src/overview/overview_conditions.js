/** The closings every figure is made of, those won among them, and those lost. */
export const COUNTED = [["is_counted", "=", true]];
export const WON = [["outcome", "=", "won"], ...COUNTED];
export const LOST = [["outcome", "=", "lost"], ...COUNTED];
/** Closings nobody has explained, with the reason *Unspecified* or none; and the others. */
export const UNSPECIFIED = ["loss_type", "in", [false, "unspecified"]];
export const EXPLAINED = ["loss_type", "not in", [false, "unspecified"]];
export const DISQUALIFIED = [["is_counted", "=", false]];

/**
 * How many closings meet a condition.
 *
 * @param {Object} figures `won` and `lost`
 * @param {Array} condition `COUNTED`, `WON` or `LOST`
 */
export function countClosings({ won, lost }, condition) {
    return condition === WON ? won : condition === LOST ? lost : won + lost;
}
