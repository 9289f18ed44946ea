{
    "name": "CRM Opportunity Close",
    "summary": "Win or lose every opportunity on purpose, with its reason, on record",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Opportunity Close contributors",
    "license": "LGPL-3",
    "depends": ["crm"],
    "data": [],
    "demo": [],
    "installable": True,
}
