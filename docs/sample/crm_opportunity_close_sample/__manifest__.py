{
    "name": "CRM Opportunity Close: Sample",
    "summary": "No opportunity is lost without its decision maker",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "CRM Opportunity Close contributors",
    "maintainers": ["CRM Opportunity Close contributors"],
    "development_status": "Alpha",
    "license": "LGPL-3",
    "depends": ["crm_opportunity_close"],
    "data": ["views/crm_lead_views.xml"],
}
