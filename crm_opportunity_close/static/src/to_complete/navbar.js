import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { NavBar } from "@web/webclient/navbar/navbar";
import { TO_COMPLETE } from "./to_complete_service";

patch(NavBar.prototype, {
    setup() {
        super.setup();
        this.toComplete = useState(useService("crm_to_complete").state);
    },

    get menuNumberTitle() {
        return _t("Closings to complete");
    },

    /** The number beside a menu, or beside the one it stands in; 0 for none. */
    getMenuNumber(menu) {
        const isAsked =
            menu.xmlid === TO_COMPLETE ||
            menu.childrenTree?.some((each) => this.getMenuNumber(each));
        return isAsked ? this.toComplete.count : 0;
    },
});
