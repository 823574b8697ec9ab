"""The formats of rate sheets known by name, one entry each, and the words that other sheets use in their headers.

A header is compared in small letters, with single spaces for everything that is no letter or digit and without a
currency: "Cost / Min (USD)" is "cost min". A format is chosen when all the headers it `needs` are there.
"""

import re
from dataclasses import dataclass, field

from resellers.currencies import CODES

_BRACKETED = re.compile(r"[\[(]\s*([A-Za-z]{3})\s*[\])]")
_USUAL = re.compile(r"\b(?:USD|EUR|GBP|CHF|CAD|AUD)\b")  # others are words as well: ALL, TOP, TRY
NEWER = frozenset(
    {"new rate", "new price", "new cost", "new tariff", "future rate", "future price", "revised rate", "revised price"}
)


@dataclass(frozen=True)
class Format:
    """One known format: `headers` says what its columns are; `row` does so for a sheet without a header."""

    name: str
    label: str
    needs: frozenset = frozenset()
    headers: dict = field(default_factory=dict)
    row: tuple = ()
    rate_unit: str = "minute"
    from_start: bool = False


def _format(name, label, needs="", **others):
    return Format(name, label, frozenset(filter(None, needs.split(","))), **others)


FORMATS = (
    _format("connexcs", "ConnexCS", "prefix,cost,mcd,pulse"),
    _format(
        "astpp",
        "ASTPP",
        "code,destination,connection cost,grace time,cost min,initial increment,increment",
        # ASTPP takes its grace time off every call, ours frees only the calls that are no longer.
        headers={"grace time": "no_free", "initial increment": "mcd", "increment": "pulse"},
    ),
    _format(
        "yeti",
        "Yeti",
        "prefix,initial rate,next rate,initial interval,next interval",
        headers={"initial rate": "first", "next rate": "cost", "initial interval": "mcd", "next interval": "pulse"},
    ),
    _format(
        "kazoo",
        "Kazoo",
        "prefix,rate cost",
        headers={
            "rate cost": "cost",
            "rate increment": "pulse",
            "rate minimum": "mcd",
            "rate surcharge": "connect",
            "rate nocharge time": "free_below",
            "rate name": "name",
            "direction": "outbound",
            "caller id numbers": "no_origin",
        },
    ),
    _format(
        "46labs",
        "46 Labs (NANPA)",
        "code,duration,increment,interrate,intrarate,ijrate",
        headers={"duration": "mcd", "interrate": "inter", "intrarate": "intra", "ijrate": "cost"},
        rate_unit="increment",
    ),
    _format(
        "jerasoft",
        "JeraSoft",
        "code,code name,rate,min,int",
        headers={"rate table": "ignore", "src code": "no_origin", "min": "mcd", "int": "pulse", "sf": "connect"},
    ),
    _format(
        "pyfb",
        "PyFreeBilling",
        "prefix,rate,block min duration",
        headers={"block min duration": "pulse", "minimal time": "mcd", "init block": "no_fee"},
        from_start=True,
    ),
    _format(
        "magnus",
        "MagnusBilling",
        # Its minimal time to charge frees the calls that are no longer: our grace.
        row=("prefix", "name", "cost", "mcd", "pulse", "grace", "connect", "no_fee", "no_package"),
        from_start=True,
    ),
    _format(
        "a2billing",
        "A2Billing",
        "dialprefix,destination,rateinitial",
        headers={
            "initblock": "mcd",
            "billingblock": "pulse",
            "connectcharge": "connect",
            "disconnectcharge": "no_fee",
            "buyrateinitblock": "ignore",
            "buyrateincrement": "ignore",
        },
    ),
    _format(
        "cgrates",
        "CGRateS",
        "connectfee,rate,rateincrement,groupintervalstart",
        # Its increment counts from the start of the call, so it is the MCD as well.
        headers={"id": "key", "rateincrement": "increments"},
    ),
    _format(
        "open-rate-card",
        "open-rate-card",
        "prefix,rate,connection fee,initial interval,billing interval",
        headers={
            "rate": "cost",
            "initial interval": "mcd",
            "billing interval": "pulse",
            "rate intra": "intra",
            "rate inter": "inter",
        },
    ),
    _format("other", "Other"),
)
BY_NAME = {item.name: item for item in FORMATS}


def _table(**words):
    return {word: target for target, text in words.items() for word in text.split(",")}


WORDS = _table(
    prefix="prefix,code,codes,area code,area codes,city code,city codes,prefixes,dial codes,dial code,dialcode,dial prefix,dialprefix,number prefix,destination prefix,digits,breakout,"
    "destination code,country code and area code,npanxx,npa nxx,npanxxx,npa nxx x,nxx",
    country_code="country code,countrycode,cc,country dial code,intl code,npa",
    name="name,destination country description,destination,destination name,code name,description,rate name,destnum name,zone",
    cost="cost,rate,price,cost min,rate min,price min,cost minute,rate minute,cost per minute,rate per minute,"
    "price per minute,per minute,rate international,international rate,rate cost,cost rate,buy rate,call rate,tariff,"
    "indeterminate,indeterminate rate,ij,ij rate,next price,next rate,price next,rateinitial,current rate,current price,"
    + ",".join(sorted(NEWER)),
    country="country,country name",
    first="first price,initial rate,first rate,price first",
    off_cost="weekend rate,weekend price,night rate,night price,evening rate,economy rate,holiday rate,off peak next,offpeak next,next price off peak,off peak rate,offpeak rate,off peak price",
    off_first="off peak first,offpeak first,first price off peak",
    intra="intra,rate local,local rate,intrastate,intra rate,intrarate,intrastate rate,intra cost",
    inter="inter,rate eea,eea rate,interstate,inter rate,interrate,interstate rate,inter cost",
    connect="rate connect,connect,connect cost,connect fee,connection fee,connection cost,connection charge,"
    "connect charge,connectfee,connectcharge,setup fee,setup,surcharge,rate surcharge",
    mcd="mcd,minimum,minimum duration,min duration,initial increment,initial interval,first interval,first increment,"
    "rate minimum,initblock,minimum increment,minimum time,min time,1st interval,1st increment",
    pulse="pulse,rateincrement,increment,interval,next interval,next increment,billing interval,rate increment,"
    "subsequent increment,billingblock,subsequent interval,2nd interval,nth interval,next increments",
    unit="rate unit,rateunit,unit,price unit,charge unit,rate per,per",
    increments="increments,billing increments,billing increment,billing interval min,rounding,rounding rules,billing,"
    "billing terms,min increment,initial next,min inc,billing method",
    grace="grace,grace period",
    status="status",
    no_owner="id,uuid,company,company id,card,card id,rate card,rate card id,ratecard,ratecard id,owner,owner id,"
    "reseller,reseller id,customer,customer id,account,account id,tenant,tenant id,user,user id,created by,revision,"
    "revision id,ratedeck id,provider tariff",
    effective="effective date,effective,date effective,effective as of,valid from date,effective from,valid from,start date,startdate,date start,date live,starts",
    no_end="end date,enddate,date end,valid to,valid till,valid until,expiry,expiry date,stopdate,stop date,ends",
    discontinued="discontinued,code deleted",
    flag="change,changes,flag,change type,type of change,rate change,action,movement",
    no_time="time profile,time of day,day,days,week days,weekdays,starttime,start time,endtime,end time,off peak,"
    "offpeak,peak,weekend,night,evening,economy,holiday,time,rate plan time",
    no_length="dst number min length,dst number max length,number length,destnum length,min length,max length",
    no_origin="src code,src prefix,source prefix,origin,origin code,origination code,cli,cli prefix",
    no_tag="tag,tags,routing tag names,routing tag ids,routing tags",
    no_policy="policy",
    no_change="strip,prepend",
    no_package="package,package offer",
    no_fee="disconnect,disconnect fee,disconnect charge,payback,minimal cost",
    enabled="enabled,active",
    allowed="reject calls,reverse billing",
    currency="currency,currency code",
    no_interval="interval start,group interval start,groupintervalstart",
    line="line",
    ignore="reason,notes,note,comment,comments,iso country code,iso,priority,weight,carrier,preference,buyrate,"
    "old rate,previous rate,change amount",
)


def currencies(text):
    """Return the currencies that a header or a title names."""
    bracketed = {match[1].upper() for match in _BRACKETED.finditer(text)}
    return bracketed & frozenset(CODES) | set(_USUAL.findall(text))


def normal(header):
    """Return a header as the tables here write it."""
    header = _BRACKETED.sub(lambda match: " " if match[1].upper() in CODES else match[0], header)
    return " ".join(re.findall(r"[^\W_]+", _USUAL.sub(" ", header).lower()))
