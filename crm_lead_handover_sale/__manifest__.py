{
    "name": "CRM Lead Hand-over: Quotations",
    "summary": "Open quotations are handed over with their opportunity",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Opportunity Close contributors",
    "maintainers": ["CRM Opportunity Close contributors"],
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["crm_lead_handover", "sale_crm"],
    "data": [
        "wizard/crm_lead_handover_views.xml",
    ],
    "auto_install": True,
}
