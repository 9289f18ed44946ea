{
    "name": "CRM Opportunity Close: Batch",
    "summary": "Many opportunities closed at once are told in the chatter at once",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Opportunity Close contributors",
    "maintainers": ["CRM Opportunity Close contributors"],
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["crm_opportunity_close"],
    "auto_install": True,
}
