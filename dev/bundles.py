"""The web client's bundles, built once for all tours.

A bundle that a test builds is rolled back with the test: without this, each class of tours
would build them anew.
"""

BUNDLES = ("web.assets_web", "web.assets_web_print", "web.assets_tests")


def build(env):
    for name in BUNDLES:
        bundle = env["ir.qweb"]._get_asset_bundle(name, css=True, js=True)
        bundle.js()
        bundle.css()
