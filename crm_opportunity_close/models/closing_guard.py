"""When the guard of closings applies, and to whom."""

from odoo import modules
from odoo.modules.module import Manifest

ADDON = "crm_opportunity_close"


def guard_stands_aside(env):
    """Whether the test of an add-on that knows nothing of this one is running.

    Other add-ons' suites close leads without a reason, as plain CRM lets them, and must
    stay green with this add-on installed. Outside tests nothing stands the guard aside.

    :param Environment env: a test asks for the guard with the context key
        ``test_crm_opportunity_close``
    :return: True where a closing is recorded as it comes, unchecked
    :rtype: bool
    """
    test = modules.module.current_test
    if not test or env.context.get(f"test_{ADDON}"):
        return False
    path = type(test).__module__.split(".")
    return path[:2] == ["odoo", "addons"] and not _knows_this_addon(path[2])


def _knows_this_addon(addon):
    if addon == ADDON:
        return True
    manifest = Manifest.for_addon(addon)
    return bool(manifest) and any(map(_knows_this_addon, manifest["depends"]))


def guard_refuses(env):
    """Whether a closing that lacks an answer is refused rather than recorded.

    A person is refused, by whatever way the closing came. Code running as superuser
    (scheduled jobs, automation rules, data files, the website) is not: its closing is
    recorded under the reason *Unspecified* and waits in *To complete*.

    :param Environment env: the environment of the closing
    :rtype: bool
    """
    return not env.su and not guard_stands_aside(env)
