{
    "name": "CRM Opportunity Close: Quotations",
    "summary": "Quotations and orders follow the opportunity that is won or lost",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Opportunity Close contributors",
    "maintainers": ["CRM Opportunity Close contributors"],
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["crm_opportunity_close", "sale_crm"],
    "data": [
        "data/mail_activity_type_data.xml",
        "wizard/crm_lead_lost_views.xml",
        "wizard/crm_lead_win_views.xml",
        "views/crm_lead_views.xml",
        "views/res_config_settings_views.xml",
        "views/sale_order_views.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "crm_opportunity_close_sale/static/tests/tours/**/*",
        ],
    },
    "auto_install": True,
}
