/** The closings that count in the win rate, those won among them, and those lost. */
export const RATE_BASE = [["loss_type", "!=", "disqualified"]];
export const WON = [["outcome", "=", "won"]];
export const LOST = [["outcome", "=", "lost"], ...RATE_BASE];
export const DISQUALIFIED = [["loss_type", "=", "disqualified"]];
