{
    "name": "CRM Opportunity Close: Dashboard",
    "summary": "What is won and lost as a spreadsheet dashboard",
    "version": "19.0.1.0.0",
    "category": "Productivity/Dashboard",
    "author": "CRM Opportunity Close contributors",
    "maintainers": ["CRM Opportunity Close contributors"],
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["crm_opportunity_close_analysis", "spreadsheet_dashboard"],
    "data": ["data/dashboards.xml"],
    "assets": {
        "web.assets_tests": [
            "spreadsheet_dashboard_crm_opportunity_close/static/tests/tours/**/*",
        ],
    },
    "auto_install": True,
}
