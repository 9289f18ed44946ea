import { _t } from "@web/core/l10n/translation";
import { normalizedMatch } from "@web/core/l10n/utils/normalize";

/** From so many reasons on there is a search above them. */
export const MANY = 12;

const TYPES = {
    competitor: _t("Lost to a competitor"),
    no_decision: _t("No decision"),
    declined: _t("Declined by us"),
    disqualified: _t("Disqualified"),
    other: _t("Other"),
};

/** What the windows know of a reason, so that choosing one asks the server nothing. */
export const REASON_FIELDS = [
    "display_name",
    "description",
    "loss_type",
    "note_required",
    "competitor_required",
    "price_asked",
    "followup_days",
];

/** Reasons by their type, types in the order of their first reason. */
export function groupByType(reasons) {
    const groups = new Map();
    for (const reason of reasons) {
        const type = reason.loss_type in TYPES ? reason.loss_type : "other";
        if (!groups.has(type)) {
            groups.set(type, { type, label: TYPES[type], reasons: [] });
        }
        groups.get(type).reasons.push(reason);
    }
    return [...groups.values()];
}

/** The reasons that a search finds: by name, or else by their description or type. */
export function findReasons(reasons, query) {
    const words = query.trim().split(/\s+/).filter(Boolean);
    const find = (getText) =>
        reasons.filter((reason) =>
            words.every((word) => normalizedMatch(getText(reason), word).match)
        );
    const named = find((reason) => reason.display_name);
    return named.length
        ? named
        : find(({ description, loss_type }) => `${TYPES[loss_type] || ""} ${description || ""}`);
}

/**
 * Give a record its reason, and the values that follow from it.
 *
 * @param {Object} [options]
 * @param {boolean} [options.asksServer] something else depends on the reason
 * @param {DateTime} [options.closed] when the opportunity is closed
 */
export function chooseReason(record, name, reason, { asksServer, closed } = {}) {
    const { id, display_name } = reason;
    const date = closed || record.data.date_closed;
    const changes = {
        [name]: id && { id, display_name },
        ...getConsequences(record, reason, date),
    };
    return record.model.mutex.exec(() => record._update(changes, { withoutOnchange: !asksServer }));
}

/**
 * The values of a record that follow from its reason.
 *
 * A follow-up that a person has chosen stays. The server computes the same where code gives
 * the reason (`crm.lead.followup.mixin`).
 */
function getConsequences({ data, activeFields }, reason, closed) {
    const proposed = getProposedFollowup(closed, reason);
    const isSame = (one, other) => (one && one.toISODate()) === (other && other.toISODate());
    const values = {
        note_required: reason.note_required,
        competitor_required: reason.competitor_required,
        price_asked: reason.price_asked,
        proposed_followup_date: proposed,
    };
    if (isSame(data.followup_date, data.proposed_followup_date)) {
        values.followup_date = proposed;
    }
    return Object.fromEntries(Object.entries(values).filter(([name]) => name in activeFields));
}

function getProposedFollowup(closed, { followup_days }) {
    const now = luxon.DateTime.local();
    const date = closed || now;
    return followup_days && date <= now && date.year >= 1900
        ? date.startOf("day").plus({ days: followup_days })
        : false;
}
