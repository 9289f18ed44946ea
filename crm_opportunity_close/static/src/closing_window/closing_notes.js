import { _t } from "@web/core/l10n/translation";

/** The note and the reason of each window. */
export const NOTES = {
    "crm.lead.lost": { note: "lost_feedback", reason: "lost_reason_id" },
    "crm.lead.win": { note: "closing_note", reason: "win_reason_id" },
};

/** The text of a note in HTML. */
export function getText(html) {
    return new DOMParser().parseFromString(String(html || ""), "text/html").body.textContent;
}

/** The letters of a text, of any script, without case, signs, digits and spaces. */
function getLetters(text) {
    return [...(text || "").replace(/\P{L}/gu, "").toLowerCase()];
}

/**
 * What a note lacks for the reason that asks for it, in plain words; empty where it says
 * something. The server has the last word (`crm.lost.reason._is_explained_by`).
 */
export function getNoteProblem(text, { note_required, note_min_letters }, reason) {
    const letters = getLetters(text);
    if (!note_required) {
        return "";
    } else if (letters.length < Math.max(note_min_letters, 1)) {
        return _t("Say what happened, in words: at least %(count)s letters.", {
            count: Math.max(note_min_letters, 1),
        });
    } else if (letters.join("") === getLetters(reason?.display_name).join("")) {
        return _t("Say more than the name of the reason.");
    }
    return "";
}
