"""The language of a database's users."""


def speak(env, code):
    """Load a language, and let every user work in it."""
    language = env["res.lang"].with_context(active_test=False).search([("code", "=", code)])
    if not language:
        raise SystemExit(f"Odoo has no language {code!r}. Name it like LANG_CODE=th_TH.")
    if not language.active:
        env["base.language.install"].create({"lang_ids": language.ids}).lang_install()
    env["res.users"].search([]).lang = code
