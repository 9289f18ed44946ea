{
    "name": "CRM Opportunity Close: Analysis",
    "summary": "What is won and lost, why, to whom and by whom",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Opportunity Close contributors",
    "maintainers": ["CRM Opportunity Close contributors"],
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["crm_opportunity_close"],
    "data": [
        "data/digest_data.xml",
        "report/crm_lead_closing_views.xml",
        "report/crm_lead_closing_report_views.xml",
        "report/crm_lead_closing_overview_views.xml",
        "report/crm_lost_reason_views.xml",
        "report/crm_competitor_views.xml",
        "views/crm_team_views.xml",
        "views/digest_digest_views.xml",
        "views/res_config_settings_views.xml",
        "views/res_partner_views.xml",
        "views/crm_menu_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "crm_opportunity_close_analysis/static/src/**/*",
        ],
        "web.assets_tests": [
            "crm_opportunity_close_analysis/static/tests/tours/**/*",
        ],
        "web.assets_unit_tests": [
            "crm_opportunity_close_analysis/static/tests/**/*.test.js",
        ],
    },
    "auto_install": True,
}
