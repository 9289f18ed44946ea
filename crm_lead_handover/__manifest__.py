{
    "name": "CRM Lead Hand-over",
    "summary": "Hand leads over to another salesperson, with activities, meetings and followers",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Opportunity Close contributors",
    "maintainers": ["CRM Opportunity Close contributors"],
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["crm"],
    "data": [
        "security/ir.model.access.csv",
        "security/crm_handover_security.xml",
        "wizard/crm_lead_handover_views.xml",
        "views/crm_handover_templates.xml",
        "views/crm_handover_views.xml",
        "views/crm_lead_views.xml",
        "views/crm_team_member_views.xml",
        "views/res_users_views.xml",
        "views/crm_menu_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "crm_lead_handover/static/src/**/*",
        ],
        "web.assets_tests": [
            "crm_lead_handover/static/tests/tours/**/*",
        ],
    },
}
