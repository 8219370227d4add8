#!/usr/bin/env python3
"""Turnstile: the service that contract.yaml describes, all in memory. See --list-faults."""
import argparse, base64, contextlib, csv, io, json, os, random, re, string, sys, threading, time, uuid
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

FAULT = ""


def F(fault):
    return FAULT == fault


LOCK = threading.Lock()
UUID_RE = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
TIME_RE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?([Zz]|[+-][0-9]{2}:[0-9]{2})")
EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
STATUSES = ["draft", "published", "cancelled", "finished", "archived"]
ORDER_STATUSES = ["held", "paid", "refunded", "expired"]
ROLES = ["owner", "manager", "scanner", "viewer"]
EDITORS = ("owner", "manager")
MAX_BODY = 1 << 20

# ---------------------------------------------------------------- problems


class Problem(Exception):
    def __init__(self, status, detail, errors=None, headers=None):
        self.status, self.detail, self.errors, self.headers = status, detail, errors, headers or {}


TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
          409: "Conflict", 412: "Precondition Failed", 415: "Unsupported Media Type", 428: "Precondition Required"}


def bad(field, message):
    return Problem(400, message, [{"field": field, "message": message}])


def conflict(detail):
    return Problem(409, detail)


def forbidden(detail="you may not do that"):
    return Problem(403, detail)


def missing(detail="nothing here"):
    return Problem(404, detail)


# ---------------------------------------------------------------- times


def now():
    return datetime.now(timezone.utc).replace(microsecond=0)


def show(t):
    return None if t is None else t.strftime("%Y-%m-%dT%H:%M:%S") + "Z"


def parse_time(text, keep_fraction=False):
    """RFC 3339 to UTC, fraction cut off, or None."""
    m = TIME_RE.fullmatch(text)
    if not m:
        return None
    y, mo, d, h, mi, s = (int(x) for x in m.groups()[:6])
    zone, fraction = m.group(8), m.group(7) or ""
    minutes = 0
    if zone not in "Zz":
        zh, zm = int(zone[1:3]), int(zone[4:6])
        if zh > 23 or zm > 59:
            return None
        minutes = (zh * 60 + zm) * (-1 if zone[0] == "-" else 1)
    micro = 0
    if keep_fraction:
        micro = min(999999, int((fraction + "000000")[:6]) + (1 if fraction[6:].strip("0") else 0))
    if not 1990 <= y <= 2110:
        return None
    try:
        t = datetime(y, mo, d, h, mi, s, micro, timezone.utc) - timedelta(minutes=minutes)
    except ValueError:
        return None
    return t if 2000 <= t.year <= 2099 else None


# ---------------------------------------------------------------- validation of bodies
# A check takes (value, pointer, errors) and returns the value to store.


def fail(errs, path, message):
    errs.append({"field": path, "message": message})


def S(lo, hi, pattern=None, null=False, search=False):
    def check(v, path, errs):
        if v is None and null:
            return None
        if not isinstance(v, str):
            return fail(errs, path, "must be a string")
        if "\0" in v or any(0xD800 <= ord(c) <= 0xDFFF for c in v):
            return fail(errs, path, "must be proper Unicode text without U+0000")
        if len(v) < lo or len(v) > hi:
            return fail(errs, path, f"must have {lo} to {hi} characters")
        if pattern and not (re.search(pattern, v) if search else re.fullmatch(pattern, v)):
            return fail(errs, path, f"must match {pattern}")
        return v
    return check


def I(lo, hi, null=False):
    def check(v, path, errs):
        if v is None and null:
            return None
        if isinstance(v, float) and v == v and abs(v) < 1e15 and v == int(v):
            v = int(v)
        if isinstance(v, bool) or not isinstance(v, int):
            return fail(errs, path, "must be an integer")
        if v < lo or (hi is not None and v > hi):
            return fail(errs, path, f"must be from {lo} to {hi}")
        return v
    return check


def B(v, path, errs):
    return v if isinstance(v, bool) else fail(errs, path, "must be true or false")


def U(v, path, errs):
    if not isinstance(v, str) or not UUID_RE.fullmatch(v):
        return fail(errs, path, "must be a UUID")
    return v.lower()


def E(*values):
    def check(v, path, errs):
        return v if isinstance(v, str) and v in values else fail(errs, path, "must be one of " + ", ".join(values))
    return check


def T(null=False):
    def check(v, path, errs):
        if v is None and null:
            return None
        t = parse_time(v) if isinstance(v, str) else None
        return t if t else fail(errs, path, "must be an RFC 3339 date-time in the years 2000 to 2099")
    return check


def A(item, lo, hi, unique=False, null=False):
    def check(v, path, errs):
        if v is None and null:
            return None
        if not isinstance(v, list):
            return fail(errs, path, "must be an array")
        if len(v) < lo or len(v) > hi:
            return fail(errs, path, f"must have {lo} to {hi} items")
        out = [item(x, f"{path}/{i}", errs) for i, x in enumerate(v)]
        if unique and len(set(map(repr, out))) != len(out):
            return fail(errs, path, "must not repeat items")
        return out
    return check


def O(props, required=(), least=0, strict=True):
    def check(v, path, errs):
        if not isinstance(v, dict):
            return fail(errs, path, "must be an object")
        if len(v) < least:
            return fail(errs, path, "must have a property")
        for r in required:
            if r not in v:
                fail(errs, f"{path}/{r}", "is missing")
        out = {}
        for k, x in v.items():
            if k in props:
                out[k] = props[k](x, f"{path}/{k}", errs)
            elif strict:
                fail(errs, f"{path}/" + k.encode("utf-8", "replace").decode().replace("~", "~0").replace("/", "~1"), "is not known")
        return out
    return check


def no_constant(_):
    raise ValueError("not JSON")


def media(ctx):
    return ctx.headers.get("Content-Type", "").split(";")[0].strip().lower()


def read_json(ctx, check, types=("application/json",)):
    if ctx.too_large:
        raise bad("", "the body is too large")
    if media(ctx) not in types:
        raise bad("", "the body must be sent as " + " or ".join(types))
    try:
        value = json.loads(ctx.body.decode("utf-8"), parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise bad("", "the body is not valid JSON in UTF-8")
    errs = []
    try:
        out = check(value, "", errs)
    except RecursionError:
        raise bad("", "the body is nested too deeply")
    if errs:
        raise Problem(400, "the body is not as described", errs)
    return out


class Query:
    """Query parameters; what is wrong with them is collected and raised by done()."""

    def __init__(self, ctx):
        self.q, self.errs = ctx.query, []

    def get(self, name, check, default=None):
        if name not in self.q:
            return default
        return check(self.q[name], name, self.errs)

    def int(self, name, lo, hi, default=None):
        def check(v, path, errs):
            if not re.fullmatch(r"-?[0-9]{1,12}", v) or not lo <= int(v) <= hi:
                return fail(errs, path, f"must be an integer from {lo} to {hi}")
            return int(v)
        return self.get(name, check, default)

    def time(self, name):
        def check(v, path, errs):
            return parse_time(v, True) or fail(errs, path, "must be an RFC 3339 date-time")
        return self.get(name, check)

    def done(self):
        if self.errs:
            raise Problem(400, "a query parameter is not as described", self.errs)


# ---------------------------------------------------------------- data
USERS, TOKENS, TEAMS, VENUES, EVENTS = {}, {}, {}, {}, {}
TYPES, PROMOS, ORDERS, ATTENDEES, COMMENTS = {}, {}, {}, {}, {}
FAVS = {}  # user id -> {event id: time}, the one added last at the end
COUNTER = [0]


def new_id():
    return str(uuid.uuid4())


def seq():
    COUNTER[0] += 1
    return COUNTER[0]


def new_code():
    while True:
        code = "".join(random.choices(string.ascii_uppercase + string.digits, k=10))
        if not any(a["ticket_code"] == code for a in ATTENDEES.values()):
            return code


def role_in(team, user):
    for m in team["members"]:
        if m["user_id"] == user["id"]:
            return m["role"]
    return None


def role_for(event, user):
    return role_in(TEAMS[event["team_id"]], user)


def visible(event, user):
    return event["status"] != "draft" or role_for(event, user) is not None


def find(table, key):
    return table.get(key.lower()) if UUID_RE.fullmatch(key) else None


def the_event(ctx, unchecked=False):
    e = find(EVENTS, ctx.params["eventId"])
    if e is None or not (visible(e, ctx.user) or unchecked):
        raise missing("there is no such event")
    return e


def need(ctx, event, *roles):
    if role_for(event, ctx.user) not in roles:
        raise forbidden()


def open_for_changes(event):
    if event["status"] not in ("draft", "published"):
        raise conflict(f"the event is {event['status']}")


def types_of(event):
    return [t for t in TYPES.values() if t["event_id"] == event["id"]]


def orders_of(event):
    return [o for o in ORDERS.values() if o["event_id"] == event["id"]]


def attendees_of(event):
    return [a for a in ATTENDEES.values() if a["event_id"] == event["id"]]


def etag(e):
    return f'"v{e["version"]}"'


def touch(e):
    e["version"] += 1
    e["updated_at"] = now()


# ---------------------------------------------------------------- how things look


def show_team(t, user):
    return {"id": t["id"], "name": t["name"], "my_role": role_in(t, user) if not F("teams.my_role") else t["members"][0]["role"],
            "members": [dict(m) for m in t["members"]], "created_at": show(t["created_at"])}


def show_event(e):
    out = {k: e[k] for k in ("id", "team_id", "venue_id", "title", "description", "tags", "age_limit", "status",
                             "cancel_reason", "version", "created_by")}
    for k in ("starts_at", "ends_at", "created_at", "updated_at"):
        out[k] = show(e[k])
    length = e["ends_at"] - e["starts_at"]
    out["duration_minutes"] = int(length.total_seconds() // 60)
    if F("event.duration.days"):
        out["duration_minutes"] = length.seconds // 60
    if F("event.duration.round"):
        out["duration_minutes"] = int(-(-length.total_seconds() // 60))
    return out


def show_type(t):
    out = {k: t[k] for k in ("id", "event_id", "name", "section_code", "price_cents", "quota", "max_per_order", "on_sale", "sold", "held")}
    out["remaining"] = max(0, t["quota"] - t["sold"] - (0 if F("type.remaining") else t["held"]))
    return out


def show_promo(p):
    out = {k: p[k] for k in ("id", "event_id", "code", "percent_off", "max_uses", "used")}
    out["valid_until"], out["created_at"] = show(p["valid_until"]), show(p["created_at"])
    return out


def show_order(o):
    out = {k: o[k] for k in ("id", "event_id", "buyer_id", "status", "lines", "contact", "promo_code", "subtotal_cents",
                             "discount_cents", "total_cents", "ticket_codes")}
    for k in ("created_at", "expires_at", "paid_at", "refunded_at"):
        out[k] = show(o[k])
    return out


def show_attendee(a):
    out = {k: a[k] for k in ("id", "event_id", "order_id", "ticket_type_id", "ticket_code", "name", "email", "status", "source")}
    out["checked_in_at"] = show(a["checked_in_at"])
    return out


def show_comment(c):
    return {"id": c["id"], "event_id": c["event_id"], "author_id": c["author_id"], "body": c["body"],
            "created_at": show(c["created_at"]), "edited_at": show(c["edited_at"])}


# ---------------------------------------------------------------- people


def listUsers(ctx):
    q = Query(ctx)
    text = q.get("q", S(0 if F("users.q.empty") else 1, 51 if F("users.q.long") else 50))
    kind = q.get("account", E("organizer", "customer") if not F("users.account.any") else S(0, 99))
    q.done()
    items = sorted(USERS.values(), key=lambda u: u["name" if F("users.order") else "handle"])
    if text is not None:
        if F("users.q.case"):
            items = [u for u in items if text in u["handle"] or text in u["name"]]
        elif F("users.q.name"):
            items = [u for u in items if text.casefold() in u["handle"].casefold()]
        else:
            items = [u for u in items if text.casefold() in u["handle"].casefold() or text.casefold() in u["name"].casefold()]
    if kind is not None and not F("users.account.ignored"):
        items = [u for u in items if u["account"] == kind]
    return 200, {"items": items, "total": len(USERS) if F("users.total") else len(items)}


def listTeams(ctx):
    items = [t for t in TEAMS.values() if role_in(t, ctx.user) or F("teams.all")]
    if F("teams.order"):
        items.reverse()
    if F("teams.owned"):
        items = [t for t in items if role_in(t, ctx.user) == "owner"]
    out = [show_team(t, ctx.user) for t in items]
    if F("teams.all"):
        for t in out:
            t["my_role"] = t["my_role"] or "viewer"
    return 200, {"items": out}


def createTeam(ctx):
    if ctx.user["account"] != "organizer" and not F("team.customer"):
        raise forbidden("only organizer accounts set up teams")
    body = read_json(ctx, O({"name": S(1, 81 if F("team.name.long") else 80)}, ["name"], strict=not F("team.extra")))
    if F("team.dup") and any(t["name"] == body["name"] for t in TEAMS.values()):
        raise conflict("there is a team of that name")
    team = {"id": new_id(), "name": body["name"].strip()[:20] if F("team.name.cut") else body["name"], "created_at": now(),
            "members": [{"user_id": ctx.user["id"], "handle": ctx.user["handle"], "role": "manager" if F("team.role") else "owner"}]}
    TEAMS[team["id"]] = team
    return 201, show_team(team, ctx.user)


def the_team(ctx):
    t = find(TEAMS, ctx.params["teamId"])
    if t is None or (role_in(t, ctx.user) is None and not F("member.put.outsider")):
        raise missing("there is no such team")
    return t


def putMember(ctx):
    team = the_team(ctx)
    user = find(USERS, ctx.params["userId"])
    if user is None:
        if not F("member.put.ghost") or not UUID_RE.fullmatch(ctx.params["userId"]):
            raise missing("there is no such user")
        user = {"id": ctx.params["userId"].lower(), "handle": "ghost", "account": "customer"}
    if role_in(team, ctx.user) != "owner" and not (F("member.put.manager") and role_in(team, ctx.user) == "manager"):
        raise forbidden("only owners do that")
    role = read_json(ctx, O({"role": S(1, 20) if F("member.put.anyrole") else E(*ROLES)}, ["role"], strict=not F("member.put.extra")))["role"]
    if F("member.put.customer") and user["account"] == "customer" and role in EDITORS:
        raise conflict("customers can't have that role")
    for m in team["members"]:
        if m["user_id"] == user["id"] and not F("member.put.twice"):
            owners = [x for x in team["members"] if x["role"] == "owner"]
            if m["role"] == "owner" and role != "owner" and len(owners) == 1 and not F("member.put.lastowner"):
                raise conflict("that is the last owner")
            if F("member.put.notstored"):
                return 200, dict(m, role=role)
            m["role"] = role
            return 201 if F("member.put.always201") else 200, dict(m)
    m = {"user_id": user["id"], "handle": user["handle"], "role": role}
    team["members"].append(m)
    return 200 if F("member.put.always200") else 201, dict(m)


def removeMember(ctx):
    team = find(TEAMS, ctx.params["teamId"])
    if team is None or role_in(team, ctx.user) is None:
        raise missing("there is no such team")
    user = find(USERS, ctx.params["userId"])
    member = next((m for m in team["members"] if user and m["user_id"] == user["id"]), None)
    if member is None:
        if F("member.del.absent"):
            return 204, None
        raise missing("the user is not a member")
    mine = role_in(team, ctx.user)
    if mine != "owner" and (member["user_id"] != ctx.user["id"] or F("member.del.self")):
        if not (F("member.del.manager") and mine == "manager"):
            raise forbidden("only owners remove others")
    if member["role"] == "owner" and sum(m["role"] == "owner" for m in team["members"]) == 1 and not F("member.del.lastowner"):
        raise conflict("that is the last owner")
    if F("member.del.kept"):
        return 204, None
    team["members"].remove(member)
    if F("member.del.samerole"):
        team["members"] = [m for m in team["members"] if m["role"] != member["role"]]
    return 204, None


# ---------------------------------------------------------------- venues


def paged(items, page, per_page, show_item):
    total = len(items)
    part = items[(page - 1) * per_page: page * per_page]
    return {"items": [show_item(x) for x in part], "page": page, "per_page": per_page, "total": total,
            "pages": -(-total // per_page)}


def listVenues(ctx):
    q = Query(ctx)
    city = q.get("city", S(1, 60))
    least = q.int("min_capacity", 0, 10000000)
    sort = q.get("sort", E("name", "-name", "capacity", "-capacity") if not F("venues.sort.any") else S(0, 99), "name")
    page = q.int("page", 0 if F("venues.page0") else 1, 1000000, 1)
    per_page = q.int("per_page", 1, 101 if F("venues.per_page.max") else 100, 10 if F("venues.per_page.default") else 20)
    q.done()
    items = list(VENUES.values())
    if city is not None:
        if F("venues.city.case"):
            items = [v for v in items if v["city"] == city]
        elif F("venues.city.part"):
            items = [v for v in items if city.casefold() in v["city"].casefold()]
        else:
            items = [v for v in items if v["city"].casefold() == city.casefold()]
    if least is not None:
        items = [v for v in items if v["capacity"] > least or (v["capacity"] == least and not F("venues.min_capacity"))]
    if not (F("venues.sort.default") and "sort" not in ctx.query):
        items.sort(key=lambda v: v["id"])
        key = sort.lstrip("-") if sort.lstrip("-") in ("name", "capacity") else "name"
        if F("venues.sort.name") and key == "name":
            items.sort(key=lambda v: v["city"], reverse=sort.startswith("-"))
        else:
            items.sort(key=lambda v: v[key], reverse=sort.startswith("-") and not (F("venues.sort.desc") and key == "capacity"))
    if F("venues.beyond") and page > 1 and (page - 1) * per_page >= len(items):
        raise bad("page", "there is no such page")
    if F("venues.page.overlap") and page > 1:
        out = paged(items, page, per_page, dict)
        out["items"] = [dict(v) for v in items[(page - 1) * per_page - 1: page * per_page - 1]]
    else:
        out = paged(items, max(page, 1), per_page, dict)
    if F("venues.pages"):
        out["pages"] = out["total"] // per_page + 1
    if F("venues.total"):
        out["total"] = len(out["items"])
    return 200, out, {"X-Total-Count": str(len(out["items"]) if F("venues.header") else len(items))}


def createVenue(ctx):
    if ctx.user["account"] != "organizer" and not F("venue.customer"):
        raise forbidden("only organizer accounts add venues")
    section = O({"code": S(1, 6, "[A-Za-z0-9]{1,6}" if F("venue.code.lower") else "[A-Z0-9]{1,6}"), "name": S(1, 60),
                 "seats": I(0 if F("venue.seats.zero") else 1, 100000)}, ["code", "name", "seats"], strict=False)
    body = read_json(ctx, O({"name": S(1, 100), "city": S(1, 60), "sections": A(section, 1, 51 if F("venue.sections.max") else 50)},
                            ["name", "city", "sections"], strict=F("venue.unknown")))
    codes = [s["code"] for s in body["sections"]]
    if len(set(codes)) != len(codes) and not F("venue.code.twice"):
        raise bad("/sections", "a section code appears twice")
    for v in VENUES.values():
        same_city = v["city"].casefold() == body["city"].casefold()
        same_name = v["name"].casefold() == body["name"].casefold()
        if F("venue.dup.case"):
            same_name = v["name"] == body["name"]
        if F("venue.dup.othercity"):
            same_city = True
        if same_city and same_name and not F("venue.dup"):
            raise conflict("there is such a venue in that city")
    sent = json.loads(ctx.body)
    v = {"id": new_id(), "name": body["name"], "city": body["city"], "sections": body["sections"],
         "capacity": sum(s["seats"] for s in body["sections"]), "created_by": ctx.user["id"]}
    if F("venue.capacity"):
        v["capacity"] = max(s["seats"] for s in body["sections"])
    if F("venue.capacity.body") and isinstance(sent.get("capacity"), int):
        v["capacity"] = sent["capacity"]
    if F("venue.creator"):
        v["created_by"] = next(iter(USERS)) if ctx.user["id"] != next(iter(USERS)) else list(USERS)[1]
    if F("venue.sections.order"):
        v["sections"] = sorted(v["sections"], key=lambda s: s["code"])
    VENUES[v["id"]] = v
    return 201, v


# ---------------------------------------------------------------- events


def encode_cursor(e):
    return base64.urlsafe_b64encode(f"1|{show(e['starts_at'])}|{e['id']}".encode()).decode()


def decode_cursor(text):
    try:
        one, at, key = base64.urlsafe_b64decode(text.encode("ascii")).decode("ascii").split("|")
    except ValueError:
        return None
    t = parse_time(at)
    if one != "1" or t is None or not UUID_RE.fullmatch(key) or base64.urlsafe_b64encode(f"1|{show(t)}|{key}".encode()).decode() != text:
        return None
    return t, key


def listEvents(ctx):
    q = Query(ctx)
    status = q.get("status", E(*STATUSES))
    team = q.get("team_id", (lambda v, p, e: v) if F("events.team.malformed") else U)
    tag = q.get("tag", S(1, 20, "[a-z0-9-]{1,20}"))
    text = q.get("q", S(1, 100))
    after, before = q.time("starts_from"), q.time("starts_before")
    limit = q.int("limit", 1, 101 if F("events.limit.max") else 100, 10 if F("events.limit.default") else 20)
    cursor = None
    if "cursor" in ctx.query:
        cursor = decode_cursor(ctx.query["cursor"])
        if cursor is None and not F("events.cursor.bad"):
            fail(q.errs, "cursor", "is not a cursor of this service")
    q.done()
    items = [e for e in EVENTS.values() if visible(e, ctx.user) or F("events.drafts.all")]
    if F("events.drafts.none"):
        items = [e for e in items if e["status"] != "draft" or status == "draft"]
    if status is not None and not F("events.status"):
        items = [e for e in items if e["status"] == status]
    elif status is None and not F("events.archived"):
        items = [e for e in items if e["status"] != "archived"]
    if team is not None and not F("events.team"):
        items = [e for e in items if e["team_id"] == team]
    if tag is not None:
        items = [e for e in items if (e["tags"][:1] == [tag] if F("events.tag") else tag in e["tags"])]
    if text is not None:
        items = [e for e in items if (text in e["title"] if F("events.q.case") else text.casefold() in e["title"].casefold())]
    if after is not None:
        items = [e for e in items if (e["starts_at"] > after if F("events.from") else e["starts_at"] >= after)]
    if before is not None:
        items = [e for e in items if (e["starts_at"] <= before if F("events.before") else e["starts_at"] < before)]
    if F("events.order"):
        items.sort(key=lambda e: (e["title"], e["id"]))
    else:
        items.sort(key=lambda e: (e["starts_at"], e["id"]))
    if cursor is not None:
        if F("events.cursor.ties"):
            items = [e for e in items if e["starts_at"] > cursor[0]]
        elif F("events.cursor.repeat"):
            items = [e for e in items if (e["starts_at"], e["id"]) >= cursor]
        else:
            items = [e for e in items if (e["starts_at"], e["id"]) > cursor]
    part = items[:limit]
    more = len(items) > limit or (F("events.cursor.end") and len(items) == limit)
    if F("events.cursor.short") and len(items) == limit + 1:
        more = False
    return 200, {"items": [show_event(e) for e in part], "next_cursor": encode_cursor(part[-1]) if more else None}


def event_props():
    p = {"venue_id": U, "title": S(1, 121 if F("event.title.long") else 120), "description": S(0, 5000),
         "starts_at": T(), "ends_at": T(),
         "tags": A(S(1, 20, "[a-z0-9-]{1,20}"), 0, 11 if F("event.tags.max") else 10, not F("event.tags.twice")),
         "age_limit": I(0, 22 if F("event.age.max") else 21, True)}
    return p


def createEvent(ctx):
    props = dict(event_props(), team_id=U)
    if F("event.status.body"):
        props["status"] = E(*STATUSES)
    body = read_json(ctx, O(props, ["team_id", "venue_id", "title", "starts_at", "ends_at"], strict=not F("event.extra")))
    if body["ends_at"] < body["starts_at"] and not F("event.ends.before"):
        raise bad("/ends_at", "must be later than the start")
    if body["ends_at"] == body["starts_at"] and not F("event.ends.equal") and not F("event.ends.before"):
        raise bad("/ends_at", "must be later than the start")
    if body["venue_id"] not in VENUES and not F("event.venue"):
        raise bad("/venue_id", "there is no such venue")
    team = TEAMS.get(body["team_id"])
    role = role_in(team, ctx.user) if team else None
    if team is None or (role is None and not F("event.team.foreign")):
        raise bad("/team_id", "there is no such team")
    if role not in EDITORS and not (F("event.role") and role == "scanner") and not (F("event.team.foreign") and role is None):
        raise forbidden()
    if F("event.role.manager") and role == "manager":
        raise forbidden()
    at = now()
    e = {"id": new_id(), "team_id": team["id"], "venue_id": body["venue_id"], "title": body["title"],
         "description": body.get("description", ""), "starts_at": body["starts_at"], "ends_at": body["ends_at"],
         "tags": sorted(body.get("tags", [])) if F("event.tags.order") else body.get("tags", []),
         "age_limit": body.get("age_limit", 0 if F("event.age.default") else None),
         "status": body.get("status", "draft"), "cancel_reason": None, "version": 1, "created_by": ctx.user["id"], "created_at": at, "updated_at": at}
    if F("event.offset"):
        for k in ("starts_at", "ends_at"):
            e[k] = parse_time(json.loads(ctx.body)[k][:19] + "Z") or e[k]
    if F("event.description"):
        e["description"] = ""
    EVENTS[e["id"]] = e
    headers = {"Location": "/events/" + (e["team_id"] if F("event.location") else e["id"]), "ETag": etag(e)}
    if F("event.etag"):
        del headers["ETag"]
    return 201, show_event(e), headers


def tags_in(header):
    return re.findall(r'(W/)?("[^"]*")', header)


def getEvent(ctx):
    e = the_event(ctx, F("get.draft"))
    tag = '"v1"' if F("get.etag") else etag(e)
    given = ctx.headers.get("If-None-Match")
    if given is not None:
        found = tags_in(given)
        if F("get.304.first"):
            found = found[:1]
        if F("get.304.weak"):
            found = [t for t in found if not t[0]]
        star = given.strip() == "*" and not F("get.304.star")
        if (star or tag in [t for _, t in found]) and not F("get.304.never"):
            return 304, None, {} if F("get.304.etag") else {"ETag": tag}
    return 200, show_event(e), {"ETag": tag}


def updateEvent(ctx):
    e = the_event(ctx)
    role = role_for(e, ctx.user)
    if role not in EDITORS and not (F("upd.viewer") and role == "viewer") and not (F("upd.outsider") and role is None):
        raise forbidden()
    props = event_props()
    if not F("upd.desc.null"):
        props["description"] = S(0, 5000, null=True)
    props["tags"] = A(S(1, 20, "[a-z0-9-]{1,20}"), 0, 10, True, True)
    if F("upd.title.null"):
        props["title"] = S(1, 120, null=True)
    if F("upd.status"):
        props["status"] = E(*STATUSES)
    body = read_json(ctx, O(props, least=0 if F("upd.empty") else 1, strict=not F("upd.extra")),
                     ("application/merge-patch+json", "application/json"))
    for k, empty in (("description", ""), ("tags", [])):
        if k in body and body[k] is None:
            body[k] = empty
    if body.get("title", "") is None:
        del body["title"]
    start, end = body.get("starts_at", e["starts_at"]), body.get("ends_at", e["ends_at"])
    if end <= start and not (F("upd.ends") and "ends_at" not in body):
        raise bad("/ends_at", "must be later than the start")
    if "venue_id" in body and body["venue_id"] not in VENUES and not F("upd.venue.unknown"):
        raise bad("/venue_id", "there is no such venue")
    given = ctx.headers.get("If-Match")
    if given is None:
        if not F("upd.428"):
            raise Problem(428, "send If-Match")
    elif not (given.strip() == "*" and not F("upd.star")):
        found = [t for w, t in tags_in(given) if not w or F("upd.weak")]
        if F("upd.first"):
            found = found[:1]
        if etag(e) not in found and not F("upd.stale"):
            raise Problem(412, "the event has changed")
    if e["status"] not in ("draft", "published"):
        if not (F("upd." + e["status"])):
            raise conflict(f"the event is {e['status']}")
    if F("upd.published") and e["status"] == "published":
        raise conflict("the event is published")
    if "venue_id" in body and body["venue_id"] != e["venue_id"] and types_of(e) and not F("upd.venue.types"):
        raise conflict("the event has ticket types")
    if F("upd.noop") and all(e.get(k) == v for k, v in body.items()):
        return 200, show_event(e), {"ETag": etag(e)}
    if F("upd.clears") and "age_limit" not in body:
        body["age_limit"] = None
    if F("upd.tags"):
        body["tags"] = (e["tags"] + [t for t in body.get("tags", []) if t not in e["tags"]])[:10]
    if F("upd.age.null") and body.get("age_limit", 0) is None:
        del body["age_limit"]
    if F("upd.description"):
        body.pop("description", None)
    if F("upd.other") and "title" in body:
        for other in EVENTS.values():
            if other["team_id"] == e["team_id"] and other["venue_id"] == e["venue_id"] and other is not e:
                other["title"] = body["title"]
    e.update(body)
    if F("upd.version"):
        e["updated_at"] = now()
    else:
        before = e["updated_at"]
        touch(e)
        if F("upd.updated_at"):
            e["updated_at"] = before
    return 200, show_event(e), {} if F("upd.etag") else {"ETag": etag(e)}


def deleteEvent(ctx):
    e = the_event(ctx)
    if role_for(e, ctx.user) not in (EDITORS if F("del.manager") else ("owner",)):
        raise forbidden("only owners delete")
    if e["status"] != "draft" and not (F("del.published") and e["status"] == "published"):
        raise conflict("only drafts can be deleted")
    if F("del.kept"):
        return 204, None
    del EVENTS[e["id"]]
    for name, table in (("types", TYPES), ("promos", PROMOS), ("orders", ORDERS), ("attendees", ATTENDEES), ("comments", COMMENTS)):
        for key in [k for k, x in table.items() if x["event_id"] == e["id"]]:
            if name == "types" and F("del.types"):
                ORPHANS[e["id"]] = e
                continue
            if name == "comments" and F("del.comments"):
                ORPHANS[e["id"]] = e
                continue
            del table[key]
    for favs in FAVS.values():
        if F("del.favourites") and e["id"] in favs:
            ORPHANS[e["id"]] = e
            continue
        favs.pop(e["id"], None)
    return 204, None


ORPHANS = {}  # events that are gone, for the faults that leave parts of them


def event_of(thing):
    return EVENTS.get(thing["event_id"]) or ORPHANS[thing["event_id"]]


MOVES = {"draft": ["published"], "published": ["cancelled", "finished"], "cancelled": ["archived"], "finished": ["archived"], "archived": []}


def end_order(o, status):
    """Gives back what an order holds or has bought."""
    for line in o["lines"]:
        t = TYPES[line["ticket_type_id"]]
        if o["status"] == "held":
            t["held"] -= line["quantity"]
        else:
            t["sold"] -= line["quantity"]
    if o["status"] == "held" and o["promo_id"]:
        PROMOS[o["promo_id"]]["used"] -= 1
    o["status"] = status


def void_tickets(order):
    for a in ATTENDEES.values():
        if a["order_id"] == order["id"]:
            a["status"] = "void"


def transitionEvent(ctx):
    e = the_event(ctx)
    role = role_for(e, ctx.user)
    if role not in EDITORS and not (F("tr.scanner") and role == "scanner"):
        raise forbidden()
    body = read_json(ctx, O({"to": E(*STATUSES), "reason": S(1, 501 if F("tr.reason.long") else 500)}, ["to"]))
    to, reason = body["to"], body.get("reason")
    if to == "cancelled" and reason is None and not F("tr.reason.none"):
        raise bad("/reason", "is needed to cancel")
    if to != "cancelled" and reason is not None and not F("tr.reason.extra"):
        raise bad("/reason", "is for cancellations")
    if to == "cancelled" and role != "owner" and not F("tr.manager.cancel"):
        raise forbidden("only owners call events off")
    if F("tr.manager.publish") and to == "published" and role == "manager":
        raise forbidden()
    if to not in MOVES[e["status"]] and not F(f"tr.{e['status']}.{to}"):
        raise conflict(f"no way from {e['status']} to {to}")
    if F("tr.no.archive") and e["status"] == "cancelled":
        raise conflict("cancelled events can't be archived")
    if to == "published" and not types_of(e) and not F("tr.notypes"):
        raise conflict("there are no ticket types")
    if to in ("finished", "cancelled"):
        for o in orders_of(e):
            if o["status"] == "held" and not (F("tr.finish.holds") and to == "finished") and not (F("tr.cancel.holds") and to == "cancelled"):
                end_order(o, "expired")
    if to == "cancelled":
        e["cancel_reason"] = reason
        for o in orders_of(e):
            used = any(a["order_id"] == o["id"] and a["status"] == "used" for a in ATTENDEES.values())
            if o["status"] == "paid" and (not used or F("tr.cancel.used")) and not F("tr.cancel.refund"):
                end_order(o, "refunded")
                o["refunded_at"] = now()
                if not F("tr.cancel.tickets"):
                    void_tickets(o)
        for a in attendees_of(e):
            if a["source"] == "import" and a["status"] == "valid" and not F("tr.cancel.imports"):
                a["status"] = "void"
                if not F("tr.cancel.imports.sold"):
                    TYPES[a["ticket_type_id"]]["sold"] -= 1
    if to == "archived" and F("tr.archive.reason"):
        e["cancel_reason"] = None
    e["status"] = to
    if not F("tr.version"):
        touch(e)
    return 200, show_event(e), {} if F("tr.etag") else {"ETag": etag(e)}


def getEventStatistics(ctx):
    e = the_event(ctx)
    role = role_for(e, ctx.user)
    if role not in ("owner", "manager", "viewer") and not (F("st.scanner") and role == "scanner") and not (F("st.outsider") and role is None):
        raise forbidden()
    if F("st.viewer") and role == "viewer":
        raise forbidden()
    types, orders, people = types_of(e), orders_of(e), attendees_of(e)
    quota, sold, held = (sum(t[k] for t in types) for k in ("quota", "sold", "held"))
    used = sum(a["status"] == "used" for a in people)
    if F("st.checked_in"):
        used = sum(a["status"] == "used" and a["source"] == "order" for a in people)
    rate = None if sold == 0 else round(used / sold, 4)
    if F("st.rate.quota") and quota:
        rate = round(used / quota, 4) if sold else None
    if F("st.rate.zero") and sold == 0:
        rate = 0
    if F("st.rate.digits") and sold:
        rate = round(used / sold, 2)
    paying = ("paid", "refunded") if F("st.revenue.refunded") else ("paid", "held") if F("st.revenue.held") else ("paid",)
    return 200, {
        "event_id": e["id"], "quota": types[0]["quota"] if F("st.quota") and types else quota, "sold": sold, "held": held,
        "remaining": max(0, quota - sold - (0 if F("st.remaining") else held)),
        "revenue_cents": sum(o["subtotal_cents" if F("st.revenue.discount") else "total_cents"] for o in orders if o["status"] in paying),
        "refunded_cents": sum(o["total_cents"] for o in orders if o["status"] == "refunded" and not F("st.refunded")),
        "orders": {s: sum(o["status"] == s for o in orders if not (F("st.expired") and s == "expired")) for s in ORDER_STATUSES},
        "checked_in": used, "attendance_rate": rate,
        "comments": sum(c["event_id"] == e["id"] or F("st.comments") for c in COMMENTS.values()),
        "favourites": sum(e["id"] in f for u, f in FAVS.items() if not F("st.favourites") or u == ctx.user["id"])}


# ---------------------------------------------------------------- sales


def type_props():
    return {"name": S(1, 60), "price_cents": I(0, 1000001 if F("type.price.max") else 1000000), "quota": I(1, 100000),
            "max_per_order": I(0 if F("type.max.zero") else 1, 20), "on_sale": B}


def seats_in(event, code):
    return next((s["seats"] for s in VENUES[event["venue_id"]]["sections"] if s["code"] == code), None)


def listTicketTypes(ctx):
    e = the_event(ctx, F("types.draft"))
    items = types_of(e)
    if not F("types.order"):
        items.sort(key=lambda t: t["price_cents"])
    if F("types.offsale"):
        items = [t for t in items if t["on_sale"]]
    return 200, {"items": [show_type(t) for t in items]}


def createTicketType(ctx):
    e = the_event(ctx)
    need(ctx, e, *(EDITORS + ("scanner",) if F("type.scanner") else EDITORS if not F("type.manager") else ("owner",)))
    props = dict(type_props(), section_code=S(1, 6, "[A-Z0-9]{1,6}"))
    if F("type.sold.body"):
        props["sold"] = I(0, 100000)
    body = read_json(ctx, O(props, ["name", "section_code", "price_cents", "quota"], strict=False))
    seats = seats_in(e, body["section_code"])
    if seats is None:
        if not F("type.section"):
            raise bad("/section_code", "the venue has no such section")
        seats = 100000
    if e["status"] not in ("draft", "published") and not F("type." + e["status"]):
        raise conflict(f"the event is {e['status']}")
    if F("type.published") and e["status"] == "published":
        raise conflict("the event is published")
    for t in types_of(e):
        same = t["name"] == body["name"] if F("type.dup.case") else t["name"].casefold() == body["name"].casefold()
        if same and not F("type.dup"):
            raise conflict("there is such a ticket type")
    others = sum(t["quota"] for t in types_of(e) if t["section_code"] == body["section_code"])
    if F("type.sum.all"):
        others = sum(t["quota"] for t in types_of(e))
    if (others if not F("type.sum") else 0) + body["quota"] > seats + (1 if F("type.sum.edge") else 0):
        raise conflict("the section has too few seats")
    t = {"id": new_id(), "event_id": e["id"], "name": body["name"], "section_code": body["section_code"],
         "price_cents": body["price_cents"], "quota": body["quota"], "max_per_order": body.get("max_per_order", 20 if F("type.max.default") else 10),
         "on_sale": body.get("on_sale", not F("type.on_sale.default")), "sold": min(body.get("sold", 0), body["quota"]), "held": 0}
    TYPES[t["id"]] = t
    return 201, show_type(t)


def updateTicketType(ctx):
    t = find(TYPES, ctx.params["ticketTypeId"])
    e = event_of(t) if t else None
    if t is None or (not visible(e, ctx.user) and not F("type.upd.draft")):
        raise missing("there is no such ticket type")
    need(ctx, e, *(EDITORS + ("viewer",) if F("type.upd.viewer") else EDITORS))
    body = read_json(ctx, O(type_props(), least=0 if F("type.upd.empty") else 1, strict=not F("type.upd.section")))
    if e["status"] not in ("draft", "published") and not F("type.upd." + e["status"]):
        raise conflict(f"the event is {e['status']}")
    for other in types_of(e):
        if other is t and not F("type.upd.samename"):
            continue
        if "name" in body and other["name"].casefold() == body["name"].casefold() and not F("type.upd.dup"):
            raise conflict("there is such a ticket type")
    if "quota" in body:
        floor = t["sold"] + (0 if F("type.upd.held") else t["held"])
        if body["quota"] < floor and not F("type.upd.sold"):
            raise conflict("more is sold and held")
        if F("type.upd.floor") and body["quota"] == floor:
            raise conflict("more is sold and held")
        others = sum(x["quota"] for x in types_of(e) if x is not t and x["section_code"] == t["section_code"])
        if others + body["quota"] > (seats_in(e, t["section_code"]) or 0) and not F("type.upd.sum"):
            raise conflict("the section has too few seats")
    if F("type.upd.reset"):
        body.setdefault("on_sale", True)
    if F("type.upd.max"):
        body.pop("max_per_order", None)
    t.update(body)
    if F("type.upd.price") and "price_cents" in body:
        for o in orders_of(e):
            if o["status"] == "held":
                for line in o["lines"]:
                    if line["ticket_type_id"] == t["id"]:
                        line["unit_price_cents"], line["amount_cents"] = t["price_cents"], t["price_cents"] * line["quantity"]
                o["subtotal_cents"] = sum(x["amount_cents"] for x in o["lines"])
                o["discount_cents"] = o["subtotal_cents"] * o["percent"] // 100
                o["total_cents"] = o["subtotal_cents"] - o["discount_cents"]
    return 200, show_type(t)


def listPromoCodes(ctx):
    e = the_event(ctx)
    role = role_for(e, ctx.user)
    if role not in ("owner", "manager", "viewer") and not (F("promos.scanner") and role == "scanner") and not (F("promos.outsider") and role is None):
        raise forbidden()
    items = [p for p in PROMOS.values() if p["event_id"] == e["id"] or F("promos.all")]
    if not F("promos.order"):
        items.sort(key=lambda p: p["code"])
    return 200, {"items": [show_promo(p) for p in items]}


def createPromoCode(ctx):
    e = the_event(ctx)
    need(ctx, e, *(EDITORS + ("viewer",) if F("promo.viewer") else EDITORS))
    body = read_json(ctx, O({"code": S(3, 20, "[A-Za-z0-9_-]{3,20}"), "percent_off": I(1, 101 if F("promo.percent.max") else 100),
                             "max_uses": I(0 if F("promo.uses.zero") else 1, 10000, True), "valid_until": T(True)}, ["code", "percent_off"],
                            strict=not F("promo.extra")))
    if e["status"] not in ("draft", "published") and not F("promo." + e["status"]):
        raise conflict(f"the event is {e['status']}")
    if F("promo.draft") and e["status"] == "draft":
        raise conflict("the event is a draft")
    code = body["code"] if F("promo.upper") else body["code"].upper()
    for p in PROMOS.values():
        same_event = p["event_id"] == e["id"] or F("promo.dup.other")
        same = p["code"] == body["code"] if F("promo.dup.case") else p["code"].upper() == code.upper()
        if same_event and same and not F("promo.dup"):
            raise conflict("there is such a code")
    p = {"id": new_id(), "event_id": e["id"], "code": code, "percent_off": body["percent_off"],
         "max_uses": body.get("max_uses", 1 if F("promo.uses.default") else None), "valid_until": body.get("valid_until"), "used": 0, "created_at": now()}
    if F("promo.valid_until"):
        p["valid_until"] = None
    PROMOS[p["id"]] = p
    return 201, show_promo(p)


@contextlib.contextmanager
def unlocked():
    """For faults that are races: lets other requests in."""
    LOCK.release()
    time.sleep(0.05)
    try:
        yield
    finally:
        LOCK.acquire()


def createOrder(ctx):
    e = the_event(ctx)
    email = S(5, 200, None if F("order.email") else EMAIL)
    line = O({"ticket_type_id": U, "quantity": I(0 if F("order.quantity.zero") else 1, 20)}, ["ticket_type_id", "quantity"])
    body = read_json(ctx, O({"lines": A(line, 1, 10), "contact": O({"name": S(1, 100), "email": email}, ["name", "email"]),
                             "promo_code": S(3, 20, null=True), "hold_minutes": I(1, 61 if F("order.hold.max") else 60)},
                            ["lines", "contact"], strict=not F("order.extra")))
    types = []
    for i, x in enumerate(body["lines"]):
        t = TYPES.get(x["ticket_type_id"])
        if t is None or (t["event_id"] != e["id"] and not F("order.foreign")):
            raise bad(f"/lines/{i}/ticket_type_id", "the event has no such ticket type")
        if t in types and not F("order.twice"):
            raise bad(f"/lines/{i}/ticket_type_id", "appears twice")
        if x["quantity"] > t["max_per_order"] + (1 if F("order.max.edge") else 0) and not F("order.max"):
            raise bad(f"/lines/{i}/quantity", "is more than an order may have")
        types.append(t)
    promo, wanted = None, body.get("promo_code")
    if wanted is not None:
        promo = next((p for p in PROMOS.values() if (p["event_id"] == e["id"] or F("order.promo.foreign")) and
                      (p["code"] == wanted if F("order.promo.case") else wanted.isascii() and p["code"].upper() == wanted.upper())), None)
        if promo is None and not F("order.promo.unknown"):
            raise bad("/promo_code", "the event has no such promo code")
    if e["status"] != "published" and not F("order." + e["status"]):
        raise conflict(f"the event is {e['status']}")
    if promo:
        limit = promo["max_uses"]
        if F("order.promo.refused") and any(x["quantity"] > t["quota"] - t["sold"] - t["held"] for x, t in zip(body["lines"], types)):
            promo["used"] += 1
        if limit is not None and promo["used"] >= limit + (1 if F("order.promo.edge") else 0) and not F("order.promo.limit"):
            raise conflict("the promo code is used up")
        if promo["valid_until"] is not None and now() > promo["valid_until"] and not F("order.promo.until"):
            raise conflict("the promo code is no longer valid")
    held = []
    for x, t in zip(body["lines"], types):
        left = t["quota"] - t["sold"] - (0 if F("order.oversell.held") else t["held"])
        if not t["on_sale"] and not F("order.offsale"):
            raise conflict("a ticket type is not on sale")
        if x["quantity"] > left and not F("order.oversell"):
            if F("order.partial"):
                for y, u in held:
                    u["held"] += y["quantity"]
            raise conflict("too few tickets are left")
        if F("order.last") and x["quantity"] == left:
            raise conflict("too few tickets are left")
        held.append((x, t))
    if F("order.race"):
        before = [t["held"] for t in types]
        with unlocked():
            pass
        for t, n in zip(types, before):
            t["held"] = n
    for x, t in held:
        if not F("order.held"):
            t["held"] += x["quantity"] if not F("order.held.one") else 1
    lines = [{"ticket_type_id": t["id"], "quantity": x["quantity"], "unit_price_cents": t["price_cents"],
              "amount_cents": t["price_cents"] * x["quantity"]} for x, t in zip(body["lines"], types)]
    if F("order.lines.order"):
        lines.sort(key=lambda x: -x["unit_price_cents"])
    subtotal = sum(x["amount_cents"] for x in lines)
    if F("order.subtotal"):
        subtotal = lines[0]["amount_cents"]
    percent = promo["percent_off"] if promo else 0
    discount = -(-subtotal * percent // 100) if F("order.discount.up") else subtotal * percent // 100
    if F("order.discount.line"):
        discount = sum(x["amount_cents"] * percent // 100 for x in lines)
    if promo and not F("order.promo.count"):
        promo["used"] += 1
    at = now()
    minutes = body.get("hold_minutes", 10 if F("order.hold.default") else 15)
    o = {"id": new_id(), "event_id": e["id"], "buyer_id": ctx.user["id"], "status": "held", "lines": lines, "contact": body["contact"],
         "promo_code": (wanted if F("order.promo.shown") else promo["code"]) if promo else None, "promo_id": promo["id"] if promo else None, "percent": percent,
         "subtotal_cents": subtotal, "discount_cents": discount, "total_cents": subtotal if F("order.total") else subtotal - discount,
         "ticket_codes": [], "created_at": at, "expires_at": at + (timedelta(hours=1) if F("order.expires") else timedelta(minutes=minutes)),
         "paid_at": None, "refunded_at": None, "seq": seq()}
    ORDERS[o["id"]] = o
    return 201, show_order(o), {} if F("order.location") else {"Location": "/orders/" + o["id"]}


def listOrders(ctx):
    q = Query(ctx)
    status = q.get("status", S(0, 99) if F("orders.status.any") else E(*ORDER_STATUSES))
    event = q.get("event_id", U)
    q.done()
    items = [o for o in ORDERS.values() if o["buyer_id"] == ctx.user["id"] or
             (F("orders.team") and o["event_id"] in EVENTS and role_for(EVENTS[o["event_id"]], ctx.user) in EDITORS)]
    if status is not None and not F("orders.status"):
        items = [o for o in items if o["status"] == status]
    if event is not None and not F("orders.event"):
        items = [o for o in items if o["event_id"] == event]
    items.sort(key=lambda o: o["seq"], reverse=not F("orders.order"))
    return 200, {"items": [show_order(o) for o in items]}


def the_order(ctx, anybody=False, viewer=False):
    o = find(ORDERS, ctx.params["orderId"])
    if o is None:
        raise missing("there is no such order")
    role = role_for(EVENTS[o["event_id"]], ctx.user)
    if o["buyer_id"] != ctx.user["id"] and role not in EDITORS and not anybody and not (viewer and role == "viewer"):
        raise missing("there is no such order")
    return o


def getOrder(ctx):
    o = the_order(ctx, F("get.order.any"), F("get.order.viewer"))
    if F("get.order.team") and o["buyer_id"] != ctx.user["id"]:
        raise missing("there is no such order")
    return 200, show_order(o)


def issue(event_id, type_id, name, email, order_id):
    a = {"id": new_id(), "event_id": event_id, "order_id": order_id, "ticket_type_id": type_id, "ticket_code": new_code(), "name": name,
         "email": email, "status": "valid", "source": "order" if order_id else "import", "checked_in_at": None, "checked_in_by": None}
    if F("import.source"):
        a["source"] = "order"
    ATTENDEES[a["id"]] = a
    return a


def payOrder(ctx):
    o = the_order(ctx, F("pay.anybody"))
    if o["buyer_id"] != ctx.user["id"] and not F("pay.team") and not F("pay.anybody"):
        raise missing("there is no such order")
    token = S(1, 64) if F("pay.token") else S(1, 64, "tok_[a-z0-9]{8,32}")
    body = read_json(ctx, O({"amount_cents": I(0, None), "card_token": token}, ["amount_cents", "card_token"]))
    if body["amount_cents"] != o["total_cents"] and not F("pay.amount") and not (F("pay.amount.more") and body["amount_cents"] > o["total_cents"]):
        raise bad("/amount_cents", "is not the total of the order")
    if o["status"] != "held" and not F("pay." + o["status"]):
        raise conflict(f"the order is {o['status']}")
    for line in o["lines"]:
        t = TYPES[line["ticket_type_id"]]
        if o["status"] == "held" and not F("pay.held"):
            t["held"] -= line["quantity"]
        if not F("pay.sold"):
            t["sold"] += line["quantity"]
        for _ in range(1 if F("pay.codes") else line["quantity"]):
            a = issue(o["event_id"], t["id"], ctx.user["name"] if F("pay.name") else o["contact"]["name"], o["contact"]["email"], o["id"])
            o["ticket_codes"].append(a["ticket_code"])
            if F("pay.attendees"):
                del ATTENDEES[a["id"]]
    o["status"] = "paid"
    o["paid_at"] = None if F("pay.paid_at") else now()
    out = show_order(o)
    if F("pay.token.shown"):
        out["card_token"] = body["card_token"]
    return 200, out


def expireOrder(ctx):
    o = the_order(ctx, F("expire.any"))
    if F("expire.team") and o["buyer_id"] != ctx.user["id"]:
        raise missing("there is no such order")
    if F("expire.early") and now() < o["expires_at"] and o["status"] == "held":
        raise conflict("the hold has not run out")
    if o["status"] != "held":
        if F("expire.paid") and o["status"] == "paid":
            o["status"] = "expired"
            return 200, show_order(o)
        if F("expire.again") and o["status"] == "expired":
            return 200, show_order(o)
        raise conflict(f"the order is {o['status']}")
    if F("expire.held"):
        o["status"] = "expired"
        if o["promo_id"]:
            PROMOS[o["promo_id"]]["used"] -= 1
    else:
        end_order(o, "expired")
        if F("expire.promo") and o["promo_id"]:
            PROMOS[o["promo_id"]]["used"] += 1
    if F("expire.siblings"):
        for other in ORDERS.values():
            if other["buyer_id"] == o["buyer_id"] and other["event_id"] == o["event_id"] and other["status"] == "held":
                end_order(other, "expired")
    return 200, show_order(o)


def refundOrder(ctx):
    o = the_order(ctx)
    e = EVENTS[o["event_id"]]
    if role_for(e, ctx.user) not in EDITORS and not F("refund.buyer"):
        raise forbidden("the team refunds")
    if F("refund.manager") and role_for(e, ctx.user) == "manager":
        raise forbidden("owners refund")
    if o["status"] != "paid" and not (F("refund.held") and o["status"] == "held"):
        raise conflict(f"the order is {o['status']}")
    if e["status"] == "archived" and not F("refund.archived"):
        raise conflict("the event is archived")
    if any(a["order_id"] == o["id"] and a["status"] == "used" for a in ATTENDEES.values()) and not F("refund.used"):
        raise conflict("a ticket has been used")
    if F("refund.sold"):
        o["status"] = "refunded"
    else:
        end_order(o, "refunded")
    if F("refund.promo") and o["promo_id"]:
        PROMOS[o["promo_id"]]["used"] -= 1
    if not F("refund.tickets"):
        void_tickets(o)
    if F("refund.codes"):
        o["ticket_codes"] = []
    if F("refund.paid_at"):
        o["paid_at"] = None
    o["refunded_at"] = None if F("refund.refunded_at") else now()
    return 200, show_order(o)


# ---------------------------------------------------------------- door


def in_order(people):
    return sorted(people, key=lambda a: (a["name"].casefold(), a["ticket_code"]))


def listAttendees(ctx):
    e = the_event(ctx)
    role = role_for(e, ctx.user)
    if (role is None and not F("people.outsider")) or (role == "scanner" and F("people.scanner")):
        raise forbidden()
    q = Query(ctx)
    status = q.get("status", E("valid", "used", "void"))
    text = q.get("q", S(1, 100))
    page = q.int("page", 1, 1000000, 1)
    per_page = q.int("per_page", 0 if F("people.per_page.zero") else 1, 100, 20) or 1
    q.done()
    items = in_order(ATTENDEES.values() if F("people.all") else attendees_of(e))
    if F("people.order"):
        items.sort(key=lambda a: (a["name"], a["ticket_code"]))
    if status is not None and not F("people.status"):
        items = [a for a in items if a["status"] == status]
    if F("people.void") and status is None:
        items = [a for a in items if a["status"] != "void"]
    if text is not None:
        text = text if F("people.q.case") else text.casefold()
        fold = (lambda s: s) if F("people.q.case") else str.casefold
        items = [a for a in items if text in fold(a["name"]) or (text in fold(a["email"]) and not F("people.q.email"))]
    out = paged(items, page, per_page, show_attendee)
    if F("people.total"):
        out["total"] = len(attendees_of(e))
    if F("people.last") and page > 1 and page == out["pages"]:
        out["items"] = out["items"][:-1]
    return 200, out


def exportAttendees(ctx):
    e = the_event(ctx)
    need(ctx, e, *(EDITORS + ("viewer",) if F("export.viewer") else EDITORS))
    people = in_order(attendees_of(e))
    if F("export.order"):
        people = attendees_of(e)
    end = "\n" if F("export.crlf") else "\r\n"
    out = io.StringIO()
    head = ["ticket_code", "name", "email", "ticket_type", "status", "checked_in_at"]
    w = csv.writer(out, lineterminator=end) if not F("export.quotes") else None
    rows = [] if F("export.header") else [head]
    for a in people:
        if a["status"] != "void" or F("export.void"):
            rows.append([a["ticket_code"], a["name"], a["email"], a["ticket_type_id"] if F("export.type") else TYPES[a["ticket_type_id"]]["name"],
                         a["status"], show(a["checked_in_at"]) or ("null" if F("export.null") else "")])
    for r in rows:
        if w:
            w.writerow(r)
        else:
            out.write(",".join(r) + end)
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="attendees-{e["id"]}.csv"'}
    if F("export.media"):
        headers["Content-Type"] = "text/plain; charset=utf-8"
    if F("export.disposition"):
        headers["Content-Disposition"] = 'attachment; filename="attendees.csv"'
    return 200, out.getvalue().encode("utf-8"), headers


def csv_rows(text):
    """Rows with the number of the line each begins on; None if it is not proper CSV."""
    rows, row, field, line, begin, i, n = [], [], [], 1, 1, 0, len(text)
    state = "start"  # of a field; or plain, quoted, closed
    while i <= n:
        c = text[i] if i < n else ""
        if state == "quoted":
            if c == "":
                return None
            if c == '"':
                if text[i + 1:i + 2] == '"':
                    field.append('"')
                    i += 1
                else:
                    state = "closed"
            else:
                line += c == "\n"
                field.append(c)
        elif c == "" or c == "\n" or text[i:i + 2] == "\r\n":
            empty = not row and not field and state == "start"
            if not empty:
                row.append("".join(field))
                rows.append((begin, row))
            row, field, state = [], [], "start"
            line += 1
            begin = line
            i += c == "\r"
        elif c == ",":
            row.append("".join(field))
            field, state = [], "start"
            if i + 1 >= n or text[i + 1] in "\r\n":
                state = "plain"
        elif c == '"':
            if state != "start":
                return None
            state = "quoted"
        elif c == "\r" or state == "closed":
            return None
        else:
            state = "plain"
            field.append(c)
        i += 1
    return rows


def importAttendees(ctx):
    e = the_event(ctx)
    need(ctx, e, *(EDITORS + ("scanner",) if F("import.scanner") else EDITORS))
    if media(ctx) != "text/csv" and not F("import.415"):
        raise Problem(415, "send text/csv")
    if ctx.too_large:
        raise bad("", "the body is too large")
    try:
        text = ctx.body.decode("utf-8")
    except UnicodeDecodeError:
        raise bad("", "is not UTF-8")
    rows = csv_rows(text)
    if rows is None:
        raise bad("", "is not proper CSV")
    if not rows or (rows[0][1] != ["name", "email", "ticket_type_id"] and not F("import.header")):
        raise bad("line 1", "must be name,email,ticket_type_id")
    rows = rows[1:]
    if not rows and not F("import.empty") or len(rows) > (501 if F("import.max") else 500):
        raise bad("", "must have 1 to 500 lines of data")
    errs, good = [], []
    for n, r in rows:
        if F("import.line"):
            n -= 1
        mine = []
        if len(r) != 3:
            fail(mine, f"line {n}", "must have three fields")
        else:
            S(1, 100)(r[0], f"line {n}", mine)
            S(5, 200, None if F("import.email") else EMAIL)(r[1], f"line {n}", mine)
            t = find(TYPES, r[2])
            if t is None or (t["event_id"] != e["id"] and not F("import.foreign")):
                fail(mine, f"line {n}", "the event has no such ticket type")
        if mine:
            errs.append(mine[0])
        else:
            good.append((r[0], r[1], t))
    if F("import.errors") and errs:
        errs = errs[:1]
    if errs and not (F("import.partial") and good):
        raise Problem(400, "there are bad lines", errs)
    have = set()
    for a in attendees_of(e):
        if a["status"] != "void" or F("import.void"):
            have.add((a["email"] if F("import.case") else a["email"].lower(), a["ticket_type_id"]))
    todo, skipped = [], 0
    for name, email, t in good:
        key = (email if F("import.case") else email.lower(), t["id"])
        if F("import.anytype"):
            if any(k[0] == key[0] for k in have):
                skipped += 1
                continue
        elif key in have and not F("import.skip"):
            skipped += 1
            continue
        if not F("import.infile"):
            have.add(key)
        todo.append((name, email, t))
    if e["status"] not in ("draft", "published") and not F("import." + e["status"]):
        raise conflict(f"the event is {e['status']}")
    for t in {x[2]["id"]: x[2] for x in todo}.values():
        count = sum(x[2] is t for x in todo)
        if count > t["quota"] - t["sold"] - t["held"] and not F("import.quota"):
            raise conflict("too few tickets are left")
    new = []
    for name, email, t in todo:
        if not F("import.sold"):
            t["sold"] += 1
        new.append(issue(e["id"], t["id"], name, email, None))
    return 200, {"imported": len(good) if F("import.count") else len(new), "skipped": 0 if F("import.skipped") else skipped, "attendees": [show_attendee(a) for a in new]}


def checkIn(ctx):
    e = the_event(ctx)
    role = role_for(e, ctx.user)
    allowed = role in ("owner", "manager", "scanner") or (F("checkin.viewer") and role == "viewer") or (F("checkin.outsider") and role is None)
    if not allowed or (F("checkin.scanner") and role == "scanner"):
        raise forbidden()
    code = read_json(ctx, O({"ticket_code": S(0 if F("checkin.code") else 10, 10, None if F("checkin.code") else "[A-Z0-9]{10}")}, ["ticket_code"]))["ticket_code"]
    a = next((a for a in ATTENDEES.values() if a["ticket_code"] == code and (a["event_id"] == e["id"] or F("checkin.foreign"))), None)
    if a is None:
        raise missing("the event has no such ticket")
    if e["status"] != "published" and not F("checkin." + e["status"]):
        raise conflict(f"the event is {e['status']}")
    if a["status"] == "used" and not F("checkin.twice"):
        raise conflict("the ticket has been used")
    if a["status"] == "void" and not F("checkin.void"):
        raise conflict("the ticket is void")
    if F("checkin.race"):
        with unlocked():
            pass
    at = now()
    if not F("checkin.status"):
        a["status"] = "used"
    a["checked_in_at"], a["checked_in_by"] = None if F("checkin.at") else at, ctx.user["id"]
    if F("checkin.order") and a["order_id"]:
        for other in ATTENDEES.values():
            if other["order_id"] == a["order_id"] and other["status"] == "valid":
                other["status"], other["checked_in_at"] = "used", at
    by = e["created_by"] if F("checkin.by") else ctx.user["id"]
    return 201, {"ticket_code": code, "attendee_id": a["id"], "attendee_name": a["name"], "checked_in_at": show(at), "checked_in_by": by}


# ---------------------------------------------------------------- social


def comment_check():
    return O({"body": S(1, 1001 if F("comment.long") else 1000, None if F("comment.blank") else r"[^ \t\r\n]", search=True)}, ["body"], strict=F("comment.unknown"))


def listComments(ctx):
    e = the_event(ctx, F("comments.draft"))
    items = [c for c in COMMENTS.values() if c["event_id"] == e["id"]]
    if F("comments.order"):
        items.reverse()
    if F("comments.mine"):
        items = [c for c in items if c["author_id"] == ctx.user["id"] or role_for(e, ctx.user)]
    return 200, {"items": [show_comment(c) for c in items]}


def createComment(ctx):
    e = the_event(ctx, F("comment.draft"))
    if F("comment.outsider") and role_for(e, ctx.user) is None:
        raise missing("there is no such event")
    body = read_json(ctx, comment_check())
    if e["status"] == "archived" and not F("comment.archived"):
        raise conflict("the event is archived")
    if F("comment.finished") and e["status"] == "finished":
        raise conflict("the event is finished")
    c = {"id": new_id(), "event_id": e["id"], "author_id": ctx.user["id"], "body": body["body"], "created_at": now(), "edited_at": None}
    sent = json.loads(ctx.body)
    if F("comment.author") and isinstance(sent.get("author_id"), str):
        c["author_id"] = sent["author_id"]
    if F("comment.edited_at"):
        c["edited_at"] = c["created_at"]
    if F("comment.trim"):
        c["body"] = " ".join(c["body"].split())
    COMMENTS[c["id"]] = c
    return 201, show_comment(c)


def updateComment(ctx):
    c = find(COMMENTS, ctx.params["commentId"])
    e = event_of(c) if c else None
    if c is None or not visible(e, ctx.user):
        raise missing("there is no such comment")
    if c["author_id"] != ctx.user["id"]:
        if not (F("comment.upd.anybody") or (F("comment.upd.owner") and role_for(e, ctx.user) == "owner")):
            raise forbidden("somebody else wrote this")
    body = read_json(ctx, comment_check() if not F("comment.upd.blank") else O({"body": S(1, 1000)}, ["body"], strict=False))
    if e["status"] == "archived" and not F("comment.upd.archived"):
        raise conflict("the event is archived")
    if not F("comment.upd.lost"):
        c["body"] = body["body"]
    if not F("comment.upd.edited_at"):
        c["edited_at"] = now()
    if F("comment.upd.created_at"):
        c["created_at"] = parse_time("2020-01-01T00:00:00Z")
    if F("comment.upd.last"):
        del COMMENTS[c["id"]]
        COMMENTS[c["id"]] = c
    return 200, show_comment(c)


def listFavourites(ctx):
    favs = list(FAVS.get(ctx.user["id"], {}).items())
    if not F("favs.order"):
        favs.reverse()
    items = []
    for key, at in favs:
        e = EVENTS.get(key) or ORPHANS[key]
        if visible(e, ctx.user) or F("favs.invisible"):
            items.append({"event_id": key, "title": e["title"], "status": e["status"], "added_at": show(at)})
    if F("favs.status"):
        items = [x for x in items if x["status"] == "published"]
    return 200, {"items": items}


def addFavourite(ctx):
    e = the_event(ctx, F("fav.draft"))
    if F("fav.archived") and e["status"] == "archived":
        raise missing("the event is archived")
    favs = FAVS.setdefault(ctx.user["id"], {})
    if F("fav.again") and e["id"] in favs:
        del favs[e["id"]]
    if F("fav.one"):
        favs.clear()
    favs.setdefault(e["id"], now())
    return 204, None


def removeFavourite(ctx):
    e = the_event(ctx)
    favs = FAVS.setdefault(ctx.user["id"], {})
    if F("fav.remove.absent") and e["id"] not in favs:
        raise missing("that is no favourite")
    if F("fav.remove.kept"):
        return 204, None
    for user, mine in FAVS.items():
        if user == ctx.user["id"] or F("fav.remove.everybody"):
            mine.pop(e["id"], None)
    if F("fav.remove.all"):
        favs.clear()
    return 204, None


# ---------------------------------------------------------------- HTTP
ROUTES = [
    ("GET", "/users", listUsers), ("GET", "/teams", listTeams), ("POST", "/teams", createTeam),
    ("PUT", "/teams/{teamId}/members/{userId}", putMember), ("DELETE", "/teams/{teamId}/members/{userId}", removeMember),
    ("GET", "/venues", listVenues), ("POST", "/venues", createVenue),
    ("GET", "/events", listEvents), ("POST", "/events", createEvent),
    ("GET", "/events/{eventId}", getEvent), ("PATCH", "/events/{eventId}", updateEvent), ("DELETE", "/events/{eventId}", deleteEvent),
    ("POST", "/events/{eventId}/transitions", transitionEvent), ("GET", "/events/{eventId}/statistics", getEventStatistics),
    ("GET", "/events/{eventId}/ticket-types", listTicketTypes), ("POST", "/events/{eventId}/ticket-types", createTicketType),
    ("PATCH", "/ticket-types/{ticketTypeId}", updateTicketType),
    ("GET", "/events/{eventId}/promo-codes", listPromoCodes), ("POST", "/events/{eventId}/promo-codes", createPromoCode),
    ("POST", "/events/{eventId}/orders", createOrder), ("GET", "/orders", listOrders), ("GET", "/orders/{orderId}", getOrder),
    ("POST", "/orders/{orderId}/payment", payOrder), ("POST", "/orders/{orderId}/expire", expireOrder), ("POST", "/orders/{orderId}/refund", refundOrder),
    ("GET", "/events/{eventId}/attendees", listAttendees), ("GET", "/events/{eventId}/attendees/export", exportAttendees),
    ("POST", "/events/{eventId}/attendees/import", importAttendees), ("POST", "/events/{eventId}/check-ins", checkIn),
    ("GET", "/events/{eventId}/comments", listComments), ("POST", "/events/{eventId}/comments", createComment),
    ("PATCH", "/comments/{commentId}", updateComment),
    ("GET", "/me/favourites", listFavourites), ("PUT", "/me/favourites/{eventId}", addFavourite), ("DELETE", "/me/favourites/{eventId}", removeFavourite),
]


class Context:
    pass


def match(pattern, parts):
    want = pattern.strip("/").split("/")
    if len(want) != len(parts):
        return None
    params = {}
    for w, p in zip(want, parts):
        if w.startswith("{"):
            params[w[1:-1]] = unquote(p, errors="replace")
        elif w != p:
            return None
    return params


def authenticate(ctx, op):
    words = ctx.headers.get("Authorization", "").split()
    user = TOKENS.get(words[1]) if len(words) == 2 and words[0].lower() == "bearer" else None
    if user is None and F("auth." + op):
        user = next(iter(USERS.values()))
    if user is None and F("auth.token." + op) and len(words) == 2:
        user = next(iter(USERS.values()))
    if user is None:
        raise Problem(401, "sign in first", headers={} if F("challenge." + op) else {"WWW-Authenticate": 'Bearer realm="turnstile"'})
    return user


def answer(ctx):
    """(status, headers, body bytes) of a request."""
    op = ""
    try:
        try:
            split = urlsplit(ctx.target)
        except ValueError:
            raise missing()
        parts = split.path[1:].split("/") if split.path.startswith("/") else [""]
        allow = []
        for method, pattern, handler in ROUTES:
            params = match(pattern, parts)
            if params is None:
                continue
            if method != ctx.method:
                allow.append(method)
                continue
            op = handler.__name__
            ctx.params = params
            ctx.query = {}
            for k, v in parse_qsl(split.query, keep_blank_values=True, errors="replace"):
                ctx.query.setdefault(k, v)
            ctx.user = authenticate(ctx, op)
            out = handler(ctx)
            status, body, headers = out if len(out) == 3 else (*out, {})
            if F("status." + op):
                status = {200: 201, 201: 200, 204: 200}[status]
                body = {} if body is None else body
            headers = dict(headers)
            if body is None:
                return status, headers, b""
            if isinstance(body, bytes):
                return status, headers, body
            headers["Content-Type"] = "application/json"
            return status, headers, json.dumps(body, ensure_ascii=False).encode("utf-8")
        if allow:
            raise Problem(405, "not this method", headers={"Allow": ", ".join(allow)})
        raise missing()
    except Problem as p:
        body = {"type": "about:blank", "title": TITLES[p.status], "status": p.status, "detail": p.detail}
        if p.errors and not F("errors." + op):
            body["errors"] = p.errors
        if F("problem.status." + op):
            body["status"] = 500 if p.status == 409 else p.status
        headers = dict(p.headers)
        headers["Content-Type"] = "application/json" if F("problem.media." + op) else "application/problem+json"
        return p.status, headers, json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


REASONS = {200: "OK", 201: "Created", 204: "No Content", 304: "Not Modified", **TITLES}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120

    def log_message(self, *args):
        pass

    def read_body(self):
        """(body, too large); the connection is closed after what can't be read to its end."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            body = b""
            while True:
                try:
                    size = int(self.rfile.readline(1000).split(b";")[0].strip(), 16)
                except ValueError:
                    size = -1
                if size < 0 or len(body) + size > MAX_BODY:
                    self.close_connection = True
                    return b"", True
                if size == 0:
                    while self.rfile.readline(65537).strip():
                        pass
                    return body, False
                body += self.rfile.read(size)
                self.rfile.readline(10)
        text = self.headers.get("Content-Length", "0").strip()
        if not re.fullmatch(r"[0-9]{1,15}", text):
            self.close_connection = True
            return b"", True
        size = int(text)
        if size > MAX_BODY:
            left = min(size, 16 * MAX_BODY)
            while left > 0:
                got = self.rfile.read(min(left, 65536))
                if not got:
                    break
                left -= len(got)
            self.close_connection = True
            return b"", True
        return self.rfile.read(size), False

    def handle_any(self):
        ctx = Context()
        ctx.method, ctx.target, ctx.headers = self.command, self.path, self.headers
        ctx.body, ctx.too_large = self.read_body()
        with LOCK:
            status, headers, body = answer(ctx)
        head = [f"HTTP/1.1 {status} {REASONS[status]}", f"Date: {self.date_time_string()}"]
        head += [f"{k}: {v}" for k, v in headers.items()]
        if status not in (204, 304):
            head.append(f"Content-Length: {len(body)}")
        else:
            body = b""
        if self.close_connection:
            head.append("Connection: close")
        data = ("\r\n".join(head) + "\r\n\r\n").encode("latin-1", "replace")
        self.wfile.write(data if self.command == "HEAD" else data + body)

    def __getattr__(self, name):
        if name.startswith("do_"):  # whatever the method: unknown ones get 404 or 405 like the others
            return self.handle_any
        raise AttributeError(name)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, address)


# ---------------------------------------------------------------- seeded data


def seed():
    for n, (handle, name, account, token) in enumerate([
            ("olivia", "Olivia Brandt", "organizer", "tok-olivia-7f31"), ("otto", "Otto Keller", "organizer", "tok-otto-c2d8"),
            ("marco", "Marco Silva", "customer", "tok-marco-91ab"), ("vera", "Vera Lind", "customer", "tok-vera-5e60"),
            ("sina", "Anna Sina Zorn", "customer", "tok-sina-0d44")]):
        u = {"id": str(uuid.UUID(int=(0xA0000000000040008000 << 48) + n + 1)), "handle": handle, "name": name, "account": account}
        USERS[u["id"]] = u
        TOKENS[token] = u
    olivia, otto, marco, vera, _ = USERS.values()
    at = parse_time("2026-01-05T09:00:00Z")

    def team(name, owner, *others):
        t = {"id": new_id(), "name": name, "created_at": at, "members": [{"user_id": owner["id"], "handle": owner["handle"], "role": "owner"}]}
        TEAMS[t["id"]] = t
        return t

    def venue(name, city, by, *sections):
        v = {"id": new_id(), "name": name, "city": city, "sections": [{"code": c, "name": n, "seats": s} for c, n, s in sections],
             "capacity": sum(s for _, _, s in sections), "created_by": by["id"]}
        VENUES[v["id"]] = v
        return v

    def event(t, v, by, title, start, hours, status, *tags):
        s = parse_time(start)
        e = {"id": new_id(), "team_id": t["id"], "venue_id": v["id"], "title": title, "description": "", "starts_at": s,
             "ends_at": s + timedelta(hours=hours), "tags": list(tags), "age_limit": None, "status": status, "cancel_reason": None,
             "version": 1, "created_by": by["id"], "created_at": at, "updated_at": at}
        EVENTS[e["id"]] = e
        return e

    def ticket_type(e, name, code, price, quota):
        t = {"id": new_id(), "event_id": e["id"], "name": name, "section_code": code, "price_cents": price, "quota": quota,
             "max_per_order": 10, "on_sale": True, "sold": 0, "held": 0}
        TYPES[t["id"]] = t

    nights, keller = team("Harbour Nights", olivia), team("Keller Concerts", otto)
    customs = venue("Old Customs House", "Bremen", olivia, ("FLOOR", "Standing", 400), ("B1", "Balcony", 80))
    cellar = venue("The Cellar", "Hamburg", otto, ("MAIN", "Main room", 120))
    shanties = event(nights, customs, olivia, "Shanties by the Quay", "2031-06-14T17:00:00Z", 3, "published", "music", "outdoor")
    ticket_type(shanties, "Standing", "FLOOR", 1500, 300)
    ticket_type(shanties, "Balcony", "B1", 4500, 60)
    event(keller, cellar, otto, "Jazz in the Dark", "2031-09-02T18:30:00Z", 2, "draft", "music")
    for e in EVENTS.values():
        if e["status"] == "published":
            e["version"] = 2


def watch_stdin():
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    os._exit(0)


def main():
    global FAULT
    p = argparse.ArgumentParser()
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--fault", default="")
    p.add_argument("--list-faults", action="store_true")
    p.add_argument("--all", action="store_true", help="with --list-faults: the spare ones, too")
    a = p.parse_args()
    if a.list_faults:
        return print(json.dumps(list_faults(a.all), indent=1))
    if a.fault and a.fault not in {f["id"] for f in list_faults(True)}:
        p.error("unknown fault " + a.fault)
    FAULT = a.fault
    seed()
    server = Server(("127.0.0.1", a.port), Handler)
    print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
    threading.Thread(target=watch_stdin, daemon=True).start()
    timer = threading.Timer(1200, os._exit, (0,))
    timer.daemon = True
    timer.start()
    server.serve_forever()


# Only what is listed here can be switched on; lines with a plus are spare (--list-faults --all). Further F("...") in the
# code, not listed, are unused.
# ---------------------------------------------------------------- faults: id | operation | kind | what | source | where
FAULTS = r"""
auth.listUsers | listUsers | authentication | Answers without a token. | structure | security: bearer
users.q.case | listUsers | filter | The search for q minds letter case. | prose | upper and lower case make no difference
users.q.name | listUsers | filter | q looks at handles only. | prose | Keeps the users whose handle or name contains this text
users.q.long | listUsers | validation | A q of 51 characters is accepted. | schema | q: maxLength 50
users.account.ignored | listUsers | filter | The filter account has no effect. | prose | Keeps the users with this kind of account.
+users.account.any | listUsers | validation | Any text is accepted as account. | schema | AccountKind: enum
users.order | listUsers | sort | Users are ordered by name. | prose | Everyone with an account, ordered by handle.
+users.total | listUsers | computed | total counts all users, not the ones listed. | prose | The number of items.
teams.all | listTeams | visibility | Teams of other people are listed. | prose | Other people's teams never appear.
+teams.order | listTeams | sort | The newest team comes first. | prose | in the order in which they were created
teams.owned | listTeams | filter | Only teams the caller owns are listed. | prose | The teams the caller is a member of
teams.my_role | listTeams | computed | my_role is the first member's role. | prose | The role of the caller in this team.
challenge.listTeams | listTeams | header | 401 has no WWW-Authenticate. | schema | Unauthorized: headers WWW-Authenticate required
team.customer | createTeam | authorization | Customer accounts can set up teams. | prose | Only organizer accounts set up teams.
team.name.long | createTeam | validation | A name of 81 characters is accepted. | schema | name: maxLength 80
team.extra | createTeam | validation | Unknown properties are accepted. | schema | createTeam: additionalProperties false
+team.dup | createTeam | state | A second team of the same name is refused. | prose | Several teams may have the same name.
+team.name.cut | createTeam | not-stored | Names are cut to 20 characters. | prose | What the team calls itself.
team.role | createTeam | authorization | The caller becomes manager, not owner. | prose | The caller becomes the first member, with the role `owner`.
errors.createTeam | createTeam | problem | 400 comes without errors. | schema | ValidationProblem: required errors
member.put.manager | putMember | authorization | Managers can give roles. | prose | Reserved to owners.
member.put.outsider | putMember | visibility | Outsiders get 403 instead of 404. | prose | the caller is not a member of it, or there is no such user.
member.put.ghost | putMember | reference | A user who doesn't exist is taken in. | prose | or there is no such user.
member.put.lastowner | putMember | state | The last owner can be demoted. | prose | This would demote the last owner.
member.put.always200 | putMember | status | A new member is answered with 200. | prose | The user is a new member of the team.
+member.put.always201 | putMember | status | A changed role is answered with 201. | prose | The user was a member already and now has the given role.
member.put.notstored | putMember | not-stored | The changed role is answered but not kept. | prose | The user was a member already and now has the given role.
+member.put.twice | putMember | duplicate | A present member is added once more. | prose | or gives a present member another role
+member.put.anyrole | putMember | validation | Any text is accepted as role. | schema | Role: enum
+member.put.customer | putMember | authorization | Customer accounts can't be made owner or manager. | prose | Any user can be taken in, whatever the kind of account.
+member.del.absent | removeMember | status | Removing somebody who is not a member gives 204. | prose | or the user is not a member of it.
member.del.self | removeMember | authorization | Members can't leave on their own. | prose | can leave by removing themselves
member.del.manager | removeMember | authorization | Managers can remove others. | prose | The caller is not an owner and tries to remove somebody else.
member.del.lastowner | removeMember | state | The only owner can leave. | prose | The user is the only owner left.
member.del.kept | removeMember | delete | The answer is 204 but the membership stays. | prose | The user is no longer a member.
member.del.samerole | removeMember | side-effect | Everybody with the same role is removed as well. | prose | Owners remove anybody
venues.city.case | listVenues | filter | The filter city minds letter case. | prose | (the whole name, case is ignored)
+venues.city.part | listVenues | filter | The filter city finds parts of names. | prose | (the whole name, case is ignored)
venues.min_capacity | listVenues | filter | A venue with exactly min_capacity seats is left out. | prose | with at least this many seats
venues.sort.default | listVenues | default | Without sort, venues come in order of creation. | schema | sort: default name
venues.sort.desc | listVenues | sort | -capacity sorts upwards. | prose | a leading minus reverses it
+venues.sort.any | listVenues | validation | Any text is accepted as sort. | schema | sort: enum
venues.page0 | listVenues | validation | Page 0 is accepted. | schema | page: minimum 1
venues.per_page.max | listVenues | validation | per_page 101 is accepted. | schema | per_page: maximum 100
+venues.per_page.default | listVenues | default | The default of per_page is 10. | schema | per_page: default 20
venues.pages | listVenues | paging | pages is one too many if the last page is full. | prose | How many pages it takes to hold them
+venues.page.overlap | listVenues | paging | From page 2 on, pages begin one venue too early. | prose | The venues of this page.
venues.header | listVenues | header | X-Total-Count is the size of the page. | prose | How many venues match, over all pages.
+venues.beyond | listVenues | paging | A page beyond the last one gives 400. | prose | A page beyond the last one is empty.
venue.customer | createVenue | authorization | Customer accounts can add venues. | prose | The caller has a customer account.
venue.dup | createVenue | duplicate | The same venue can be added twice. | prose | The city has a venue of that name already.
venue.dup.case | createVenue | duplicate | A name that differs in case only is accepted. | prose | Neither for the city nor for the name does case matter.
+venue.dup.othercity | createVenue | state | The same name in another city is refused. | prose | The same name in another city is fine.
venue.code.twice | createVenue | duplicate | Two sections can have the same code. | prose | Two sections of a venue can't have the same code.
+venue.code.lower | createVenue | validation | Section codes in small letters are accepted. | schema | Section.code: pattern
venue.seats.zero | createVenue | validation | A section with 0 seats is accepted. | schema | Section.seats: minimum 1
+venue.capacity | createVenue | computed | capacity is that of the largest section. | prose | The seats of all sections together.
venue.capacity.body | createVenue | readonly | capacity is taken from the body. | schema | Venue.capacity: readOnly
+venue.unknown | createVenue | validation | Unknown and read-only properties are refused. | prose | Properties that are read-only or unknown are ignored, whatever their value.
+venue.sections.order | createVenue | sort | Sections are sorted by code. | prose | Its sections, in the order in which they were given.
problem.status.createVenue | createVenue | problem | The problem of a 409 says status 500. | prose | Always the same as the status of the response.
events.drafts.all | listEvents | visibility | Other teams' drafts are listed. | prose | Draft events can be seen by the members of their team only.
events.status | listEvents | filter | The filter status does not filter. | prose | Keeps the events with this status.
events.archived | listEvents | filter | Archived events are always listed. | prose | Archived events are left out unless `status` asks for them.
events.team | listEvents | filter | The filter team_id has no effect. | prose | Keeps the events of this team.
+events.team.malformed | listEvents | validation | A malformed team_id is accepted. | schema | team_id: format uuid
events.tag | listEvents | filter | Only the first tag of an event is looked at. | prose | Keeps the events that carry this tag.
+events.q.case | listEvents | filter | The search for q minds letter case. | prose | Keeps the events whose title contains this text, in whatever case.
events.from | listEvents | filter | An event starting exactly at starts_from is left out. | prose | Keeps the events that start at this moment or later.
events.before | listEvents | filter | An event starting exactly at starts_before is kept. | prose | one that starts exactly then is not included
+events.order | listEvents | sort | Events are ordered by title. | prose | the earliest start first
+events.limit.default | listEvents | default | The default of limit is 10. | schema | limit: default 20
events.limit.max | listEvents | validation | A limit of 101 is accepted. | schema | limit: maximum 100
events.cursor.ties | listEvents | paging | The cursor skips events that start at the same time. | prose | A walk through all pages meets each event once
+events.cursor.repeat | listEvents | paging | The last event of a page is repeated on the next. | prose | A walk through all pages meets each event once
events.cursor.end | listEvents | paging | A last page that is full has a next_cursor. | prose | null when nothing is left
events.cursor.bad | listEvents | validation | A made-up cursor leads to the first page. | prose | or the cursor was not made by this service
event.title.long | createEvent | validation | A title of 121 characters is accepted. | schema | EventInput.title: maxLength 120
event.status.body | createEvent | state | status can be set in the body. | prose | A new event is a draft, of version 1.
+event.ends.before | createEvent | validation | An event may end before it starts. | prose | the event would not end after its start
event.ends.equal | createEvent | validation | An event may end at its start. | prose | the event would not end after its start
event.venue | createEvent | reference | An unknown venue is accepted. | prose | there is no such venue, or the team does not exist
event.team.foreign | createEvent | reference | An outsider can draft events for a team. | prose | or is one the caller does not belong to
event.role | createEvent | authorization | Scanners can draft events. | prose | The caller is merely a scanner or viewer in that team.
+event.role.manager | createEvent | authorization | Managers can't draft events. | prose | create and edit events, ticket types and promo codes
event.offset | createEvent | date | The offset of times is dropped instead of converted. | prose | answers are always in UTC
event.duration.days | createEvent | date | duration_minutes drops whole days. | prose | From start to end, in whole minutes, rounded down.
+event.duration.round | createEvent | date | duration_minutes is rounded up. | prose | From start to end, in whole minutes, rounded down.
+event.tags.twice | createEvent | duplicate | A tag can be given twice. | schema | EventInput.tags: uniqueItems
event.tags.max | createEvent | validation | Eleven tags are accepted. | schema | EventInput.tags: maxItems 10
+event.tags.order | createEvent | sort | Tags are sorted. | prose | Keywords, in the order in which they were given.
event.age.max | createEvent | validation | An age_limit of 22 is accepted. | schema | EventInput.age_limit: maximum 21
+event.age.default | createEvent | default | Without age_limit it becomes 0. | schema | EventInput.age_limit: default null
event.location | createEvent | header | Location names the team's id. | prose | The path of the new event, `/events/` and its id.
+event.description | createEvent | not-stored | The description is not kept. | prose | The small print.
get.draft | getEvent | visibility | Outsiders can read drafts. | prose | Draft events can be seen by the members of their team only.
get.304.never | getEvent | etag | If-None-Match is ignored. | prose | If one of them is the current one (compared weakly) the answer is 304.
+get.304.first | getEvent | etag | Only the first tag in If-None-Match counts. | prose | If one of them is the current one (compared weakly) the answer is 304.
get.304.weak | getEvent | etag | Weak tags in If-None-Match don't match. | prose | (compared weakly)
get.304.etag | getEvent | header | 304 has no ETag. | schema | getEvent 304: headers ETag required
get.etag | getEvent | etag | The ETag of an event never changes. | prose | different after every change of the event
upd.428 | updateEvent | lost-update | If-Match may be missing. | prose | There is no `If-Match` in the request.
upd.stale | updateEvent | lost-update | An outdated tag in If-Match is accepted. | prose | None of the entity tags in `If-Match` is the current one.
upd.weak | updateEvent | etag | If-Match compares weakly. | prose | (compared strongly)
+upd.star | updateEvent | etag | If-Match: * is refused. | prose | one of which must be the current one (compared strongly), or `*`
+upd.viewer | updateEvent | authorization | Viewers can edit events. | prose | Scanners, viewers and people from outside the team can't edit events.
upd.outsider | updateEvent | authorization | Outsiders can edit events they see. | prose | Scanners, viewers and people from outside the team can't edit events.
+upd.published | updateEvent | state | Published events can't be edited. | prose | Drafts and published events can be edited, others no more.
+upd.finished | updateEvent | state | Finished events can be edited. | prose | Drafts and published events can be edited, others no more.
upd.archived | updateEvent | read-only | Archived events can be edited. | prose | The event is cancelled, finished or archived
upd.ends | updateEvent | patch | The start alone can be moved behind the end. | prose | so moving only the start behind the present end is refused
upd.clears | updateEvent | patch | A patch without age_limit clears it. | prose | what is left out stays as it is
+upd.tags | updateEvent | patch | New tags are added to the old ones. | prose | Keywords, replacing the present ones.
upd.age.null | updateEvent | patch | A null age_limit is ignored. | prose | Null lifts the limit.
+upd.desc.null | updateEvent | patch | A null description is refused. | prose | Null makes it empty.
+upd.title.null | updateEvent | validation | A null title is accepted and ignored. | schema | EventPatch.title: type string
upd.empty | updateEvent | validation | An empty patch is accepted. | schema | EventPatch: minProperties 1
upd.version | updateEvent | computed | version stays as it was. | prose | raises `version` by one
+upd.noop | updateEvent | computed | A patch with the present values doesn't raise version. | prose | even if all values were the same before
upd.venue.types | updateEvent | state | The venue can change although there are ticket types. | prose | moves it to a different venue although it has ticket types
+upd.venue.unknown | updateEvent | reference | An unknown venue is accepted. | prose | names an unknown venue
upd.other | updateEvent | side-effect | A new title is given to another event of the team too. | prose | The event as it is now.
del.manager | deleteEvent | authorization | Managers can delete drafts. | prose | Only owners of the team delete; managers don't.
del.published | deleteEvent | state | Published events can be deleted. | prose | Once published, an event can't be deleted.
+del.kept | deleteEvent | delete | The answer is 204 but the draft stays. | prose | The event is gone.
del.types | deleteEvent | delete | Ticket types stay behind and can be changed. | prose | together with its ticket types, promo codes, comments and imported attendees
+del.comments | deleteEvent | delete | Comments stay behind and can be edited. | prose | together with its ticket types, promo codes, comments and imported attendees
del.favourites | deleteEvent | delete | The event stays among favourites. | prose | disappears from everybody's favourites
tr.draft.finished | transitionEvent | state | A draft can be finished. | prose | All other moves, including to the status the event has already, are refused.
tr.cancelled.published | transitionEvent | state | A cancelled event can be published again. | prose | All other moves, including to the status the event has already, are refused.
+tr.published.published | transitionEvent | state | A published event can be published again. | prose | including to the status the event has already
tr.published.archived | transitionEvent | state | A published event can be archived. | prose | All other moves, including to the status the event has already, are refused.
+tr.no.archive | transitionEvent | state | A cancelled event can't be archived. | prose | | cancelled | archived
tr.notypes | transitionEvent | state | An event without ticket types can be published. | prose | An event needs at least one ticket type to be published.
tr.manager.cancel | transitionEvent | authorization | Managers can cancel. | prose | only an owner calls an event off
+tr.manager.publish | transitionEvent | authorization | Managers can't publish. | prose | Owners and managers may do this
tr.reason.none | transitionEvent | validation | A cancellation without reason is accepted. | prose | Needed for `cancelled`, and not allowed for anything else.
+tr.reason.extra | transitionEvent | validation | A reason is accepted with any move. | prose | Needed for `cancelled`, and not allowed for anything else.
tr.finish.holds | transitionEvent | side-effect | Holds survive the end of the event. | prose | all orders on hold expire
tr.cancel.refund | transitionEvent | side-effect | Paid orders stay paid when the event is cancelled. | prose | paid orders are refunded
+tr.cancel.tickets | transitionEvent | side-effect | Tickets of orders refunded by a cancellation stay valid. | prose | imported tickets become void as well
tr.cancel.used | transitionEvent | side-effect | Orders with a used ticket are refunded too. | prose | save those orders and imported tickets of which a ticket has been used
+tr.cancel.imports | transitionEvent | side-effect | Imported tickets stay valid when the event is cancelled. | prose | imported tickets become void as well
tr.archive.reason | transitionEvent | not-stored | Archiving clears cancel_reason. | prose | kept when the event is archived later
+tr.version | transitionEvent | computed | A transition doesn't raise version. | prose | Each transition counts as a change of the event for `version` and `updated_at`.
st.scanner | getEventStatistics | authorization | Scanners see the figures. | prose | Scanners and people outside the team don't get to see figures.
+st.viewer | getEventStatistics | authorization | Viewers don't see the figures. | prose | Figures of the moment, for owners, managers and viewers.
st.revenue.discount | getEventStatistics | computed | Revenue ignores discounts. | prose | The totals of all orders that are paid (and not refunded).
+st.revenue.refunded | getEventStatistics | computed | Revenue includes refunded orders. | prose | The totals of all orders that are paid (and not refunded).
st.remaining | getEventStatistics | computed | remaining ignores what is held. | prose | The quota less what is sold and held.
+st.rate.quota | getEventStatistics | computed | attendance_rate is relative to the quota. | prose | divided by `sold`, rounded to four decimals
+st.rate.zero | getEventStatistics | computed | attendance_rate is 0 while nothing is sold. | prose | null while nothing is sold
+st.expired | getEventStatistics | counter | Expired orders are not counted. | prose | The number of orders in each status.
st.comments | getEventStatistics | computed | Comments of all events are counted. | prose | The number of comments.
st.favourites | getEventStatistics | computed | Only the caller's own favourite counts. | prose | The number of users who have the event among their favourites.
types.order | listTicketTypes | sort | Ticket types come in order of creation. | prose | The cheapest comes first.
+types.offsale | listTicketTypes | filter | Ticket types not on sale are hidden. | prose | All ticket types, whether on sale or not.
types.draft | listTicketTypes | visibility | Outsiders see the ticket types of drafts. | prose | To anybody else a draft, and everything under it, does not exist.
type.scanner | createTicketType | authorization | Scanners can add ticket types. | prose | The caller is not an owner or manager of the team.
+type.manager | createTicketType | authorization | Managers can't add ticket types. | prose | By owners and managers, while the event is a draft or published.
type.section | createTicketType | reference | A section the venue doesn't have is accepted. | prose | the venue has no section with that code
type.sum | createTicketType | limit | Only the new quota is compared with the seats. | prose | the quotas of all ticket types in the section together would exceed its seats
+type.sum.edge | createTicketType | limit | Quotas may exceed the seats by one. | prose | the quotas of all ticket types in the section together would exceed its seats
+type.sum.all | createTicketType | limit | Quotas of other sections count as well. | prose | the quotas of all ticket types in the section together would exceed its seats
+type.dup | createTicketType | duplicate | A name can be used twice. | prose | The event has a ticket type of that name already (in whatever case)
type.dup.case | createTicketType | duplicate | A name that differs in case only is accepted. | prose | The event has a ticket type of that name already (in whatever case)
type.price.max | createTicketType | validation | A price of 1000001 is accepted. | schema | TicketType.price_cents: maximum 1000000
type.sold.body | createTicketType | readonly | sold is taken from the body. | schema | TicketType.sold: readOnly
type.max.default | createTicketType | default | The default of max_per_order is 20. | schema | TicketType.max_per_order: default 10
+type.on_sale.default | createTicketType | default | The default of on_sale is false. | schema | TicketType.on_sale: default true
type.archived | createTicketType | read-only | Archived events get new ticket types. | prose | Archived events are read-only
type.upd.viewer | updateTicketType | authorization | Viewers can change ticket types. | prose | The caller is not an owner or manager of the team.
type.upd.held | updateTicketType | limit | The quota can fall below what is sold and held. | prose | the quota would fall below what is sold and held
+type.upd.floor | updateTicketType | limit | The quota can't be lowered to exactly what is sold and held. | prose | the quota would fall below what is sold and held
+type.upd.sum | updateTicketType | limit | A raised quota isn't compared with the seats. | prose | together with the other quotas exceed the seats of the section
type.upd.dup | updateTicketType | duplicate | It can take another ticket type's name. | prose | Another ticket type of the event has that name
+type.upd.samename | updateTicketType | state | Its own name, sent again, is refused. | prose | Another ticket type of the event has that name
type.upd.reset | updateTicketType | patch | Every change puts it on sale again. | prose | Only the properties that are sent change.
type.upd.price | updateTicketType | side-effect | Orders on hold get the new price. | prose | Orders made before keep the price they were made at.
+type.upd.section | updateTicketType | validation | Unknown properties such as section_code are accepted. | schema | TicketTypePatch: additionalProperties false
+type.upd.finished | updateTicketType | state | Ticket types of finished events can be changed. | prose | or the event is neither draft nor published
promos.scanner | listPromoCodes | authorization | Scanners see promo codes. | prose | Promo codes are not shown to scanners and to people outside the team.
+promos.order | listPromoCodes | sort | Promo codes come in order of creation. | prose | All promo codes of the event in alphabetical order
promos.all | listPromoCodes | visibility | Promo codes of all events are listed. | prose | All promo codes of the event in alphabetical order
+promo.viewer | createPromoCode | authorization | Viewers can add promo codes. | prose | By owners and managers, for a draft or published event.
+promo.dup | createPromoCode | duplicate | A code can be added twice. | prose | The event has that code, be it in other letter case
promo.dup.case | createPromoCode | duplicate | A code in other letter case is accepted. | prose | The event has that code, be it in other letter case
+promo.dup.other | createPromoCode | state | A code that another event has is refused. | prose | Other events may have a code that reads the same.
promo.upper | createPromoCode | computed | The code is kept as typed. | prose | The code is kept in capital letters
+promo.percent.max | createPromoCode | validation | 101 percent are accepted. | schema | PromoCodeInput.percent_off: maximum 100
+promo.uses.default | createPromoCode | default | Without max_uses it becomes 1. | schema | PromoCodeInput.max_uses: default null
promo.valid_until | createPromoCode | not-stored | valid_until is not kept. | prose | The last moment at which it can be used
+promo.cancelled | createPromoCode | state | Cancelled events get new promo codes. | prose | or its status is neither draft nor published
+order.oversell | createOrder | limit | More tickets than remain can be ordered. | prose | has too few tickets remaining
order.oversell.held | createOrder | limit | Tickets on hold can be ordered again. | prose | a ticket type never goes beyond its quota
+order.last | createOrder | limit | The last tickets can't be ordered. | prose | has too few tickets remaining
order.race | createOrder | lost-update | Orders at the same time lose each other's holds. | prose | however many requests come in at once, a ticket type never goes beyond its quota
order.partial | createOrder | side-effect | A refused order leaves its first lines on hold. | prose | All lines are served or none is
+order.draft | createOrder | state | Tickets of drafts can be ordered. | prose | The event is not published
order.offsale | createOrder | state | Ticket types not on sale can be ordered. | prose | a ticket type is not on sale
order.foreign | createOrder | reference | Ticket types of other events are accepted. | prose | a ticket type appears in two lines or is none of this event
+order.twice | createOrder | duplicate | A ticket type may be in two lines. | prose | No two lines have the same ticket type.
order.max | createOrder | limit | max_per_order is not looked at. | prose | a quantity is above the `max_per_order` of its ticket type
order.promo.case | createOrder | reference | Promo codes must be typed in capital letters. | prose | A promo code may be given in any letter case.
+order.promo.unknown | createOrder | reference | An unknown promo code is ignored. | prose | or the event has no such promo code
order.promo.foreign | createOrder | reference | Promo codes of other events work. | prose | or the event has no such promo code
order.promo.edge | createOrder | limit | A promo code can be used once too often. | prose | promo code has been used as often as it may be
order.promo.until | createOrder | date | Promo codes work after valid_until. | prose | its `valid_until` has passed
order.promo.count | createOrder | counter | The use of a promo code is not counted. | prose | One use of it is counted right away
+order.promo.refused | createOrder | side-effect | An order refused for lack of tickets uses up a promo code. | prose | A request that is refused changes nothing at all.
order.discount.up | createOrder | computed | The discount is rounded up. | prose | percentage of the subtotal, rounded down
+order.discount.line | createOrder | computed | The discount is rounded line by line. | prose | percentage of the subtotal, rounded down
order.total | createOrder | computed | The total ignores the discount. | prose | The subtotal less the discount.
+order.subtotal | createOrder | computed | The subtotal is that of the first line. | prose | The amounts of all lines together.
order.expires | createOrder | date | expires_at is always an hour ahead. | prose | `created_at` plus `hold_minutes`.
+order.hold.default | createOrder | default | The default of hold_minutes is 10. | schema | OrderInput.hold_minutes: default 15
+order.email | createOrder | validation | Any text is accepted as e-mail address. | schema | Contact.email: pattern
order.held.one | createOrder | counter | An order counts as one ticket held. | prose | they count as `held` in their ticket type
+order.location | createOrder | header | There is no Location. | schema | createOrder 201: headers Location required
status.createOrder | createOrder | status | Orders are answered with 200. | structure | createOrder: responses 201
orders.team | listOrders | visibility | Orders for the caller's events are listed, too. | prose | and nobody else's
orders.order | listOrders | sort | The oldest order comes first. | prose | the newest first
orders.status | listOrders | filter | The filter status has no effect. | prose | Keeps the orders in this status.
+orders.event | listOrders | filter | The filter event_id has no effect. | prose | Keeps the orders for this event.
+orders.status.any | listOrders | validation | Any text is accepted as status. | schema | OrderStatus: enum
get.order.any | getOrder | visibility | Everybody can read every order. | prose | it is none of the caller's business
+get.order.viewer | getOrder | visibility | Viewers of the team can read orders. | prose | For the buyer, and for the owners and managers of the event's team.
+get.order.team | getOrder | authorization | Only the buyer can read an order. | prose | For the buyer, and for the owners and managers of the event's team.
pay.amount | payOrder | validation | Any amount is accepted. | prose | or the amount is not the total of the order
pay.team | payOrder | authorization | The team can pay a buyer's order. | prose | Only the buyer pays
pay.paid | payOrder | state | A paid order can be paid again. | prose | The order is not on hold.
+pay.expired | payOrder | state | An expired order can be paid. | prose | The order is not on hold.
pay.held | payOrder | counter | What was held stays held. | prose | what was held counts as sold
pay.sold | payOrder | counter | sold is not raised. | prose | what was held counts as sold
+pay.codes | payOrder | computed | There is one ticket per line. | prose | for each seat; each ticket makes an attendee
+pay.name | payOrder | computed | Tickets bear the buyer's name. | prose | a ticket is issued in the name of the contact
+pay.token | payOrder | validation | Any text is accepted as card_token. | schema | card_token: pattern
pay.token.shown | payOrder | writeonly | The answer shows card_token. | schema | card_token: writeOnly
expire.any | expireOrder | authorization | Everybody can end a hold. | prose | There is no such order, or the caller may not see it.
+expire.team | expireOrder | authorization | The team can't end a hold. | prose | as well as by the owners and managers of the team
+expire.early | expireOrder | state | A hold can't be ended before expires_at. | prose | before `expires_at` too
expire.paid | expireOrder | state | A paid order can be expired. | prose | The order is paid, refunded or expired already.
expire.held | expireOrder | counter | What was held stays held. | prose | What was held becomes available again.
expire.promo | expireOrder | counter | The use of the promo code is not given back. | prose | it is given back if the order expires
+expire.siblings | expireOrder | side-effect | The buyer's other holds for the event end, too. | prose | The order, expired.
refund.buyer | refundOrder | authorization | Buyers can refund their orders. | prose | The caller has bought this order but is not an owner or manager of the team.
+refund.manager | refundOrder | authorization | Managers can't refund. | prose | By an owner or manager of the event's team.
refund.used | refundOrder | state | Orders with a used ticket can be refunded. | prose | one of its tickets has been used
refund.archived | refundOrder | read-only | Orders for archived events can be refunded. | prose | one of its tickets has been used, or the event is archived
+refund.sold | refundOrder | counter | sold is not lowered. | prose | their seats are for sale again
refund.tickets | refundOrder | side-effect | The tickets stay valid. | prose | The tickets of the order become void
refund.promo | refundOrder | counter | The use of the promo code is given back. | prose | but not when it is refunded
+refund.codes | refundOrder | not-stored | ticket_codes are emptied. | prose | (also after a refund)
people.outsider | listAttendees | authorization | Outsiders can list attendees. | prose | The caller is not in the team.
+people.scanner | listAttendees | authorization | Scanners can't list attendees. | prose | for all members of the team, page by page
people.all | listAttendees | visibility | Attendees of all events are listed. | prose | The attendees of an event, for all members of the team
people.order | listAttendees | sort | Capital letters are sorted before small ones. | prose | They are ordered by name without regard to case
+people.status | listAttendees | filter | The filter status has no effect. | prose | Keeps the attendees whose ticket is in this status.
people.q.email | listAttendees | filter | q looks at names only. | prose | in their name or e-mail address
people.total | listAttendees | paging | total ignores the filters. | prose | How many items match, over all pages.
+people.last | listAttendees | paging | The last attendee is missing from the last page. | prose | The attendees of this page.
+people.per_page.zero | listAttendees | validation | per_page 0 is accepted. | schema | per_page: minimum 1
export.viewer | exportAttendees | authorization | Viewers can export. | prose | Scanners, viewers and people outside the team can't export.
export.void | exportAttendees | filter | Void tickets are exported. | prose | Void tickets are left out.
export.quotes | exportAttendees | format | Fields with commas are not quoted. | prose | fields in quotes where need be
+export.crlf | exportAttendees | format | Lines end in LF. | prose | lines ending in CRLF
+export.type | exportAttendees | computed | ticket_type is the id. | prose | `ticket_type` is the name of the ticket type
+export.order | exportAttendees | sort | Attendees are in the order they came in. | prose | in the same order as in the list
export.disposition | exportAttendees | header | The file name lacks the id. | prose | followed by the id of the event
export.media | exportAttendees | media-type | The file is sent as text/plain. | structure | exportAttendees 200: content text/csv
import.scanner | importAttendees | authorization | Scanners can import. | prose | The caller is not an owner or manager of the team.
+import.partial | importAttendees | side-effect | Good lines are taken in although others are bad. | prose | A file with any bad line is refused as a whole.
import.skip | importAttendees | duplicate | People who have a ticket get another one. | prose | Who has a ticket of the same type already
import.case | importAttendees | duplicate | E-mail addresses are compared with case. | prose | going by the e-mail address in whatever case
+import.infile | importAttendees | duplicate | Repetitions within the file are not skipped. | prose | so are repetitions within the file
+import.anytype | importAttendees | duplicate | People with a ticket of another type are skipped. | prose | Who has a ticket of the same type already
import.void | importAttendees | duplicate | People with a void ticket are skipped. | prose | Void tickets don't matter for that.
import.quota | importAttendees | limit | More tickets than remain can be issued. | prose | A ticket type has too few tickets remaining, or the event
import.foreign | importAttendees | reference | Ticket types of other events are accepted. | prose | the ticket type must be one of this event
+import.email | importAttendees | validation | Any text is accepted as e-mail address. | prose | e-mail addresses are like those of contacts
+import.header | importAttendees | validation | The header line may be anything. | prose | has another header line
+import.line | importAttendees | problem | Bad lines are numbered from the header, as 0. | prose | where the header is line 1
import.415 | importAttendees | media-type | Any media type is accepted. | prose | The body is not declared as `text/csv`.
import.sold | importAttendees | counter | Imported tickets don't count as sold. | prose | Imported tickets count as sold.
+import.source | importAttendees | computed | source is order. | prose | Where the ticket comes from.
checkin.twice | checkIn | state | A ticket can be used twice. | prose | The ticket has been used before, is void
checkin.race | checkIn | lost-update | A ticket scanned twice at once lets in two people. | prose | even if it is scanned at two doors in the same instant
checkin.void | checkIn | state | Void tickets let people in. | prose | is void, or the event is not published
checkin.foreign | checkIn | reference | Tickets for other events let people in. | prose | Tickets for other events are not found either.
checkin.viewer | checkIn | authorization | Viewers can check in. | prose | Viewers and people outside the team can't check tickets in.
+checkin.scanner | checkIn | authorization | Scanners can't check in. | prose | At the door, by owners, managers and scanners.
checkin.finished | checkIn | state | Tickets work when the event is finished. | prose | Only while the event is published.
checkin.at | checkIn | not-stored | The attendee's checked_in_at stays null. | prose | the attendee shows the same time
+checkin.order | checkIn | side-effect | All tickets of the order are used up. | prose | A ticket lets somebody in exactly once
+checkin.by | checkIn | computed | checked_in_by is who drafted the event. | prose | The user who scanned the ticket.
+comments.order | listComments | sort | The newest comment comes first. | prose | All comments on the event, the oldest first.
comments.draft | listComments | visibility | Outsiders see the comments on drafts. | prose | To anybody else a draft, and everything under it, does not exist.
+comments.mine | listComments | visibility | Outsiders see only their own comments. | prose | All comments on the event, the oldest first.
comment.blank | createComment | validation | White space is accepted as comment. | schema | Comment.body: pattern
comment.long | createComment | validation | A comment of 1001 characters is accepted. | schema | Comment.body: maxLength 1000
comment.author | createComment | readonly | author_id is taken from the body. | schema | Comment.author_id: readOnly
comment.archived | createComment | read-only | Archived events can be commented on. | prose | Everybody who can see the event can comment on it, unless it is archived.
+comment.outsider | createComment | authorization | Only the team can comment. | prose | Everybody who can see the event can comment on it
+comment.trim | createComment | not-stored | White space within comments is squeezed. | prose | The text; white space alone does not do.
comment.upd.owner | updateComment | authorization | Owners of the team can edit others' comments. | prose | not even the owners of the team
comment.upd.anybody | updateComment | authorization | Everybody can edit every comment. | prose | Nobody but the author edits a comment
comment.upd.archived | updateComment | read-only | Comments on archived events can be edited. | prose | The event of the comment is archived.
+comment.upd.lost | updateComment | not-stored | The new text is not kept. | prose | The comment as it reads now.
comment.upd.edited_at | updateComment | computed | edited_at stays null. | prose | Sets `edited_at`
+comment.upd.created_at | updateComment | computed | created_at changes. | prose | `created_at` and the author stay
favs.order | listFavourites | sort | The one added first comes first. | prose | the one added last first
favs.invisible | listFavourites | visibility | Events that can't be seen any longer are listed. | prose | Events that the caller can't see any longer are left out.
fav.again | addFavourite | idempotency | Marking again moves an event to the front. | prose | Doing so again is fine and changes nothing
+fav.one | addFavourite | side-effect | A new favourite replaces the others. | prose | Puts the event into the caller's own set of favourites.
fav.draft | addFavourite | visibility | Outsiders can mark drafts. | prose | To anybody else a draft, and everything under it, does not exist.
+fav.archived | addFavourite | state | Archived events can't be marked. | prose | so archived events can be marked as well
fav.remove.absent | removeFavourite | idempotency | Unmarking what isn't marked gives 404. | prose | If it wasn't one, that is fine too.
+fav.remove.kept | removeFavourite | delete | The answer is 204 but the favourite stays. | prose | The event is not among the favourites.
fav.remove.everybody | removeFavourite | side-effect | It goes from everybody's favourites. | prose | Takes the event out of the caller's favourites.
fav.remove.all | removeFavourite | side-effect | All favourites of the caller go. | prose | Takes the event out of the caller's favourites.
"""


def list_faults(everything=False):
    """The faults of the measure; with everything, also the lines that begin with a plus, which are spare."""
    keys = ("id", "operation", "kind", "what", "source", "where")
    lines = [x for x in FAULTS.strip().splitlines() if everything or not x.startswith("+")]
    return [dict(zip(keys, (x.strip() for x in line.lstrip("+").split(" | ", 5)))) for line in lines]


if __name__ == "__main__":
    main()
