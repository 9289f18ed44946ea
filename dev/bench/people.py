"""Who works in the databases: two teams of two salespeople, and their manager."""

SELLERS = ("bench_ann", "bench_bob", "bench_cleo", "bench_dan")
MANAGER = "bench_manager"  # the password of each is the login


def as_manager(env):
    """Return the environment of the manager, in which works are done."""
    return as_user(env, MANAGER)


def as_user(env, login):
    """Return the environment of one of them, with their own rights and context."""
    user = env(su=True)["res.users"].search([("login", "=", login)])
    return env(user=user.id, su=False, context=user.with_user(user).context_get())


def get_deals(env, size, status="pending"):
    """Return so many deals of a status, of all teams."""
    leads = env["crm.lead"].with_context(active_test=False)
    return leads.search([("won_status", "=", status)], order="id", limit=size).with_env(env)
