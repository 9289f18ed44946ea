/** The closings every figure is made of, those won among them, and those lost. */
export const COUNTED = [["is_counted", "=", true]];
export const WON = [["outcome", "=", "won"], ...COUNTED];
export const LOST = [["outcome", "=", "lost"], ...COUNTED];
export const DISQUALIFIED = [["is_counted", "=", false]];
