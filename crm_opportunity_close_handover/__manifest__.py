{
    "name": "CRM Opportunity Close: Hand-over",
    "summary": "What a closing has cancelled is handed over with its opportunity",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "CRM Opportunity Close contributors",
    "maintainers": ["CRM Opportunity Close contributors"],
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["crm_opportunity_close", "crm_lead_handover"],
    "auto_install": ["crm_opportunity_close"],
}
