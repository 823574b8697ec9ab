"""Rate sheets of the browser's world: some real country codes at invented prices."""

COUNTRIES = {
    "1": "United States", "20": "Egypt", "27": "South Africa", "30": "Greece", "31": "Netherlands", "32": "Belgium",
    "33": "France", "34": "Spain", "351": "Portugal", "353": "Ireland", "354": "Iceland", "356": "Malta",
    "358": "Finland", "36": "Hungary", "370": "Lithuania", "371": "Latvia", "372": "Estonia", "385": "Croatia",
    "386": "Slovenia", "39": "Italy", "40": "Romania", "41": "Switzerland", "420": "Czechia", "421": "Slovakia",
    "43": "Austria", "44": "United Kingdom", "45": "Denmark", "46": "Sweden", "47": "Norway", "48": "Poland",
    "49": "Germany", "52": "Mexico", "54": "Argentina", "55": "Brazil", "61": "Australia", "64": "New Zealand",
    "65": "Singapore", "81": "Japan", "82": "South Korea", "90": "Turkey",
}  # fmt: skip
HEAD = "prefix,name,cost,mcd,pulse,rate_connect,status\n"


def rows():
    """Each country as a whole, its mobiles at a higher price, and a shared-cost range that is not sold."""
    for number, (prefix, name) in enumerate(COUNTRIES.items(), 1):
        yield f"{prefix},{name},{number * 0.0004 + 0.004:.4f},1,1,0,"
        yield f"{prefix}7,{name} Mobile,{number * 0.001 + 0.02:.4f},1,1,0.001,"
        yield f"{prefix}70,{name} Mobile Rural,{number * 0.001 + 0.03:.4f},30,6,0,"
    yield "44870,United Kingdom Premium,0,1,1,0,Blocked"


SHEET = HEAD + "\n".join(rows()) + "\n"
DIRTY = HEAD + "44,United Kingdom,0.0150,1,1,0,\n44x,Odd,0.1,1,1,0,\n49,Germany,cheap,1,1,0,\n33,France,0.0180,1,1,0,\n"
