"""Who works in databases that are filled: salespeople in teams of two, and a manager."""

TEAMS = 4
SELLERS = [f"fill_{number + 1}" for number in range(2 * TEAMS)]
MANAGER = "fill_manager"  # the password of each is the login


def make(env):
    """Return the salespeople, made unless they are there; each sees own documents only."""
    users = env["res.users"].with_context(no_reset_password=True)
    known = users.search([("login", "in", SELLERS)], order="id")
    if known:
        return known
    groups = env.ref("sales_team.group_sale_salesman") + env.ref("base.group_user")
    vals_list = [
        {
            "name": login.removeprefix("fill_").title(),
            "login": login,
            "password": login,
            "email": f"{login}@example.com",
            "group_ids": [(6, 0, groups.ids)],
        }
        for login in (*SELLERS, MANAGER)
    ]
    *sellers, manager = users.create(vals_list)
    manager.group_ids += env.ref("sales_team.group_sale_manager")
    teams = env["crm.team"].create([{"name": f"Team {number + 1}"} for number in range(TEAMS)])
    sellers = users.union(*sellers)
    for number, team in enumerate(teams):
        team.member_ids = sellers[2 * number : 2 * number + 2]
    return sellers


def as_user(env, login):
    """Return the environment of one of them, with their own rights and context."""
    user = env(su=True)["res.users"].search([("login", "=", login)])
    return env(user=user.id, su=False, context=user.with_user(user).context_get())


def get_deals(env, size, status):
    """Return so many deals of a status, of all teams."""
    leads = env["crm.lead"].with_context(active_test=False)
    return leads.search([("won_status", "=", status)], order="id", limit=size).with_env(env)
