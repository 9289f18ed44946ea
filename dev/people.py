"""Who works in databases that are filled: salespeople in teams of two, and a manager."""

TEAMS = 4
SELLERS = [f"fill_{number + 1}" for number in range(2 * TEAMS)]
MANAGER = "fill_manager"  # the password of each is the login


def make(env):
    """Make them, unless they are there; salespeople see their own documents only.

    :return: the salespeople
    """
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
    env["crm.team.member"].create(
        [
            {"crm_team_id": teams[number // 2].id, "user_id": user.id}
            for number, user in enumerate(sellers)
        ]
    )
    return users.union(*sellers)


def as_manager(env):
    """Return the environment of the manager, in which works are measured."""
    return as_user(env, MANAGER)


def as_salesperson(env):
    return as_user(env, SELLERS[0])


def as_user(env, login):
    """Return the environment of one of them, with their own rights and context."""
    user = env(su=True)["res.users"].search([("login", "=", login)])
    return env(user=user.id, su=False, context=user.with_user(user).context_get())


def get_deals(env, size, status="pending"):
    """Return so many deals of a status, of all teams."""
    leads = env["crm.lead"].with_context(active_test=False)
    return leads.search([("won_status", "=", status)], order="id", limit=size).with_env(env)
