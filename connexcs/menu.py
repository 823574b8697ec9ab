"""The menu tree: what the panel calls its screens and in which order it shows them."""

# (label, icon, route name) is a screen, (label, icon, entries) a branch. Who sees what is not decided here:
# the menu tag shows an entry exactly when its screen would open.
MENU = (
    ("Dashboard", "outline/home", "dashboard"),
    (
        "Management",
        "outline/users",
        (
            ("Customers", "", "resellers:customer_list"),
            ("Carriers", "", "ratecards:carrier_list"),
            ("Provider Rate Cards", "", "ratecards:provider_card_list"),
            ("Customer Rate Cards", "", "ratecards:customer_card_list"),
            ("Global Search", "", "ratecards:rate_search"),
            ("Simulator", "", "ratecards:simulator"),
        ),
    ),
    (
        "Setup",
        "outline/settings",
        (
            (
                "Settings",
                "",
                (
                    ("Users", "", "accounts:user_list"),
                    ("Groups", "", "accounts:group_list"),
                    ("Exchange Rates", "", "ratecards:exchange_rate_list"),
                ),
            ),
            (
                "Advanced",
                "",
                (
                    ("Reseller Account", "", "resellers:reseller_list"),
                    ("Prefix Set", "", "ratecards:prefix_set_list"),
                ),
            ),
            (
                "Information",
                "",
                (
                    ("Audit Log", "", "accounts:audit_list"),
                    ("Jobs", "", "accounts:job_list"),
                    ("Support Access", "", "accounts:support_access_list"),
                    ("Mail Outbox", "", "accounts:outbox_list"),
                ),
            ),
        ),
    ),
)
