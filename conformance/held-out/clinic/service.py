#!/usr/bin/env python3
"""Pawprint: the service that contract.yaml describes, all in memory. See --list-faults."""
import argparse, base64, copy, csv, hashlib, io, json, os, random, re, string, sys, threading, time
from datetime import date, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

FAULT = ""


def F(fault):
    return FAULT == fault


LOCK = threading.Lock()
SPECIES = ["dog", "cat", "rabbit", "bird", "reptile", "other"]
CATEGORIES = ["consultation", "vaccination", "surgery", "laboratory", "grooming"]
APPOINTMENT_STATUSES = ["booked", "checked_in", "completed", "cancelled"]
INVOICE_STATUSES = ["open", "paid", "void"]
MAX_PHOTO, MAX_READ = 262144, 8 << 20
JSON, MERGE, PROBLEM = "application/json", "application/merge-patch+json", "application/problem+json"
PHOTO_TYPES = ("image/png", "image/jpeg")

# ---------------------------------------------------------------- problems


class Problem(Exception):
    def __init__(self, status, detail, errors=None, headers=None):
        self.status, self.detail, self.errors, self.headers = status, detail, errors, headers or {}


TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
          409: "Conflict", 412: "Precondition Failed", 413: "Content Too Large", 415: "Unsupported Media Type",
          422: "Unprocessable Content", 428: "Precondition Required", 500: "Internal Server Error"}


def invalid(field, message):
    return Problem(422, f"{field}: {message}", [{"field": field, "message": message}])


# ---------------------------------------------------------------- schemas


def S(lo=0, hi=None, pattern=None, null=False, fmt=None, enum=None):
    return {"t": "string", "lo": lo, "hi": hi, "pattern": pattern, "null": null, "fmt": fmt, "enum": enum}


def I(lo=None, hi=None, enum=None, null=False):
    return {"t": "integer", "lo": lo, "hi": hi, "enum": enum, "null": null}


def ID(prefix, null=False):
    return S(pattern=prefix + "_[0-9a-z]{10}", null=null)


BOOL = {"t": "boolean"}
CODE = "[a-z][a-z0-9-]{1,23}"
QUARTER = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:(00|15|30|45):00Z"
DIET = {"t": "object", "null": True, "required": ["food"],
        "props": {"food": S(1, 80), "portions_per_day": I(1, 10, null=True)}}
PET_PROPS = {
    "name": S(1, 60, pattern=r"(?s:.*)\S(?s:.*)"), "species": S(enum=SPECIES), "breed": S(0, 60, null=True),
    "sex": S(enum=["female", "male", "unknown"]), "born_on": S(fmt="date", null=True),
    "microchip": S(pattern="[0-9]{15}", null=True), "notes": S(0, 500, null=True),
    "allergies": {"t": "array", "hi": 10, "unique": True, "items": S(1, 40)}, "diet": DIET, "owner_id": ID("usr")}
PET_NEW = {"t": "object", "required": ["name", "species"], "props": PET_PROPS}
PET_PATCH = {"t": "object", "required": [],
             "props": {**PET_PROPS, "diet": {**DIET, "required": []}, "deceased": BOOL}}
WEIGHT_NEW = {"t": "object", "required": ["grams"], "props": {"grams": I(1, 200000), "measured_on": S(fmt="date")}}
SERVICE_PUT = {"t": "object", "required": ["name", "category", "price_cents"], "props": {
    "name": S(2, 80), "category": S(enum=CATEGORIES), "price_cents": I(1, 1000000),
    "description": S(0, 300, null=True), "active": BOOL}}
APPOINTMENT_PROPS = {"pet_id": ID("pet"), "vet_id": ID("usr"), "starts_at": S(fmt="date-time", pattern=QUARTER),
                     "duration_minutes": I(enum=[15, 30, 45, 60]), "reason": S(0, 200, null=True)}
APPOINTMENT_NEW = {"t": "object", "required": ["pet_id", "vet_id", "starts_at"], "props": APPOINTMENT_PROPS}
APPOINTMENT_PATCH = {"t": "object", "required": [],
                     "props": {k: v for k, v in APPOINTMENT_PROPS.items() if k != "pet_id"}}
REASON = {"t": "object", "required": ["reason"], "props": {"reason": S(3, 200)}}
CANCEL = copy.deepcopy(REASON)
TREATMENT_NEW = {"t": "object", "required": ["service_code"], "props": {
    "service_code": S(pattern=CODE), "quantity": I(1, 20), "note": S(0, 200, null=True)}}
PAYMENT_NEW = {"t": "object", "required": ["amount_cents", "method"], "props": {
    "amount_cents": I(1), "method": S(enum=["cash", "card", "transfer"]), "reference": S(1, 40, null=True)}}


LOOSE = {
    "pet.new.blank": lambda: PET_NEW["props"].update(name=S(1, 60)),
    "weight.heavy": lambda: WEIGHT_NEW["props"]["grams"].update(hi=None),
    "service.price": lambda: SERVICE_PUT["props"]["price_cents"].update(lo=0),
    "treat.quantity": lambda: TREATMENT_NEW["props"]["quantity"].update(hi=None),
    "cancel.short": lambda: CANCEL["props"]["reason"].update(lo=0),
    "pay.method": lambda: PAYMENT_NEW["props"]["method"].update(enum=None)}


def is_date(text):
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_time(text):
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return False
    return True


def same_json(a, b):
    return type(a) is type(b) and a == b


def check(schema, value, at, errors):
    """The value as it is to be kept; what is wrong with it is added to errors."""
    def wrong(message):
        errors.append({"field": at or "(body)", "message": message})
        return value
    if value is None:
        return value if schema.get("null") else wrong("must not be null")
    t = schema["t"]
    if t == "string":
        if not isinstance(value, str):
            return wrong("must be a string")
        if len(value) < schema["lo"]:
            return wrong(f"must have at least {schema['lo']} characters")
        if schema["hi"] is not None and len(value) > schema["hi"]:
            return wrong(f"must have at most {schema['hi']} characters")
        if schema["enum"] and value not in schema["enum"]:
            return wrong("must be one of " + ", ".join(schema["enum"]))
        if schema["pattern"] and not re.fullmatch(schema["pattern"], value):
            return wrong("is not spelled as it must be")
        if schema["fmt"] == "date" and not is_date(value):
            return wrong("must be a date")
        if schema["fmt"] == "date-time" and not is_time(value):
            return wrong("must be a time")
    elif t == "integer":
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            return wrong("must be an integer")
        if schema["lo"] is not None and value < schema["lo"]:
            return wrong(f"must be at least {schema['lo']}")
        if schema["hi"] is not None and value > schema["hi"]:
            return wrong(f"must be at most {schema['hi']}")
        if schema["enum"] and value not in schema["enum"]:
            return wrong("must be one of " + ", ".join(map(str, schema["enum"])))
    elif t == "boolean":
        if not isinstance(value, bool):
            return wrong("must be true or false")
    elif t == "array":
        if not isinstance(value, list):
            return wrong("must be an array")
        if len(value) > schema["hi"]:
            return wrong(f"must have at most {schema['hi']} items")
        value = [check(schema["items"], x, f"{at}[{n}]", errors) for n, x in enumerate(value)]
        if schema["unique"] and not F("pet.new.allergies"):
            if any(same_json(a, b) for n, a in enumerate(value) for b in value[:n]):
                return wrong("must not repeat items")
    else:
        if not isinstance(value, dict):
            return wrong("must be an object")
        prefix = at + "." if at else ""
        for name in schema["required"]:
            if name not in value:
                errors.append({"field": prefix + name, "message": "is missing"})
        unknown = [name for name in value if name not in schema["props"]]
        if not (unknown and F("pet.new.unknown") and schema is PET_NEW):
            errors += [{"field": prefix + name, "message": "is unknown"} for name in unknown]
        value = {name: check(schema["props"][name], x, prefix + name, errors)
                 for name, x in value.items() if name in schema["props"]}
    return value


def fit(schema, value):
    errors = []
    value = check(schema, value, "", errors)
    if errors:
        raise Problem(422, f"{errors[0]['field']}: {errors[0]['message']}", errors)
    return value


# ---------------------------------------------------------------- query parameters


def bad(field, message):
    return Problem(400, f"{field}: {message}", [{"field": field, "message": message}])


def q_text(q, name, lo=1, hi=None):
    v = q.get(name)
    if v is not None and (len(v) < lo or (hi and len(v) > hi)):
        raise bad(name, f"must have {lo} to {hi} characters" if hi else "must not be empty")
    return v


def q_enum(q, name, values, default=None):
    v = q.get(name, default)
    if v is not None and v not in values:
        raise bad(name, "must be one of " + ", ".join(values))
    return v


def q_int(q, name, lo, hi=None, default=None):
    v = q.get(name)
    if v is None:
        return default
    if not re.fullmatch(r"-?[0-9]+", v):
        raise bad(name, "must be an integer")
    v = int(v) if len(v) < 1000 else (-1 if v[0] == "-" else 1) * 10 ** 18
    if v < lo or (hi is not None and v > hi):
        raise bad(name, f"must be at least {lo}" + (f" and at most {hi}" if hi is not None else ""))
    return v


def q_bool(q, name):
    v = q_enum(q, name, ["true", "false"])
    return None if v is None else v == "true"


def q_id(q, name, prefix):
    v = q.get(name)
    if v is not None and not re.fullmatch(prefix + "_[0-9a-z]{10}", v):
        raise bad(name, "is not an id of the right kind")
    return v


def q_date(q, name):
    v = q.get(name)
    if v is not None and not is_date(v):
        raise bad(name, "must be a date")
    return v


# ---------------------------------------------------------------- state

USERS, TOKENS = {}, {}
PETS, PHOTOS, WEIGHTS, SERVICES, APPOINTMENTS, INVOICES = {}, {}, {}, {}, {}, {}
RNG = random.Random(20250203)
LAST_TIME = [None]
NUMBER = [1040]
CHIPS_KEPT = set()


def new_id(prefix):
    return prefix + "_" + "".join(RNG.choice(string.ascii_lowercase + string.digits) for _ in range(10))


def now():
    t = datetime.now(timezone.utc)
    if LAST_TIME[0] and t <= LAST_TIME[0]:
        t = LAST_TIME[0] + timedelta(microseconds=1)
    LAST_TIME[0] = t
    return t.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def today(days=0):
    return (datetime.now(timezone.utc).date() + timedelta(days=days)).isoformat()


def is_staff(me):
    return me["role"] != "client"


def pet_appointments(pid):
    return [a for a in APPOINTMENTS.values() if a["pet_id"] == pid]


def show_pet(p):
    weights = WEIGHTS[p["id"]]
    latest = max(weights, key=lambda w: w["measured_on"])["grams"] if weights else None
    if F("weight.latest") and weights:
        latest = weights[-1]["grams"]
    done = [a for a in pet_appointments(p["id"]) if a["status"] == "completed" or F("pet.get.visits")]
    out = {k: p[k] for k in ("id", "name", "species", "breed", "sex", "born_on", "microchip", "notes", "allergies", "diet",
                             "deceased", "owner_id")}
    out.update(has_photo=p["id"] in PHOTOS and not F("photo.has"), latest_weight_grams=latest, visit_count=len(done),
               created_at=p["created_at"], updated_at=p["updated_at"])
    return out


def etag(p):
    shown = show_pet(p)
    if F("pet.get.etag"):
        shown = {k: shown[k] for k in ("id", "created_at")}
    if F("pet.get.etag.counters"):
        shown = {k: v for k, v in shown.items() if k not in ("visit_count", "latest_weight_grams", "has_photo")}
    return '"' + hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16] + '"'


def tags(header):
    return [x.strip() for x in header.split(",")]


def if_match(header, tag):
    return header.strip() == "*" or tag in tags(header)


def if_none_match(header, tag):
    return header.strip() == "*" or tag in [x.removeprefix("W/") for x in tags(header)]


def use_count(code):
    n = sum(t["service_code"] == code for a in APPOINTMENTS.values() for t in a["treatments"])
    return n + sum(code in a["removed"] for a in APPOINTMENTS.values()) if F("treat.rm.use_count") else n


def show_service(s):
    return {**s, "use_count": use_count(s["code"]) if not F("service.count") else 0}


def add_minutes(text, minutes):
    t = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ") + timedelta(minutes=minutes)
    return t.strftime("%Y-%m-%dT%H:%M:%SZ")


def show_treatment(t):
    t = dict(t)
    t.pop("name", None)
    if F("service.put.treatments") and t["service_code"] in SERVICES:
        t["unit_price_cents"] = SERVICES[t["service_code"]]["price_cents"]
        t["total_cents"] = t["unit_price_cents"] * t["quantity"]
    return t


def sum_treatments(a):
    return sum(show_treatment(t)["total_cents"] for t in a["treatments"])


def show_appointment(a):
    total = sum_treatments(a)
    if F("treat.sum"):
        total = sum(t["unit_price_cents"] for t in a["treatments"])
    if F("treat.rm.total"):
        total += sum(a["removed"].values())
    return {"id": a["id"], "pet_id": a["pet_id"], "vet_id": a["vet_id"], "starts_at": a["starts_at"],
            "duration_minutes": a["duration_minutes"],
            "ends_at": a["ends_at"] if F("move.ends") else add_minutes(a["starts_at"], 30 if F("book.ends") else a["duration_minutes"]),
            "reason": a["reason"], "status": a["status"],
            "treatment_count": sum(t["quantity"] for t in a["treatments"]) if F("treat.count") else len(a["treatments"]),
            "total_cents": total, "reminders_sent": a["reminders_sent"], "invoice_id": a["invoice_id"],
            "booked_by": a["booked_by"], "checked_in_at": a["checked_in_at"], "completed_at": a["completed_at"],
            "cancelled_at": a["cancelled_at"], "cancel_reason": a["cancel_reason"], "created_at": a["created_at"]}


def show_invoice(i):
    paid = sum(p["amount_cents"] for p in i["payments"])
    if F("pay.last"):
        paid = i["payments"][-1]["amount_cents"] if i["payments"] else 0
    balance = 0 if i["status"] == "void" and not F("void.balance") else i["total_cents"] - paid
    if F("invoice.balance"):
        balance = 0 if i["status"] == "void" else max(0, i["subtotal_cents"] - paid)
    return {"id": i["id"], "number": i["number"], "client_id": i["client_id"], "pet_id": i["pet_id"], "pet_name": i["pet_name"],
            "appointment_id": i["appointment_id"], "status": i["status"], "lines": i["lines"],
            "subtotal_cents": i["subtotal_cents"], "tax_cents": i["tax_cents"], "total_cents": i["total_cents"],
            "paid_cents": paid, "balance_cents": balance, "payments": i["payments"], "issued_on": i["issued_on"],
            "due_on": i["due_on"], "paid_at": i["paid_at"], "void_reason": i["void_reason"]}


# ---------------------------------------------------------------- finding things


def find_pet(me, pid, everybodys=False):
    p = PETS.get(pid)
    if not p or not (is_staff(me) or p["owner_id"] == me["id"] or everybodys):
        raise Problem(404, "There is no such pet.")
    return p


def find_appointment(me, aid, everybodys=False):
    a = APPOINTMENTS.get(aid)
    if not a or not (is_staff(me) or PETS[a["pet_id"]]["owner_id"] == me["id"] or everybodys):
        raise Problem(404, "There is no such appointment.")
    return a


def find_invoice(me, iid):
    i = INVOICES.get(iid)
    if not i or not (is_staff(me) or i["client_id"] == me["id"] or F("invoice.others")):
        raise Problem(404, "There is no such invoice.")
    return i


def find_service(code):
    if code not in SERVICES:
        raise Problem(404, "There is no such service.")
    return SERVICES[code]


def its_vet(me, a):
    if me["role"] == "vet" and a["vet_id"] != me["id"]:
        raise Problem(403, "Another vet has this appointment.")


def must_be(a, status):
    if a["status"] != status:
        raise Problem(409, f"The appointment is {a['status']}, not {status}.")


# ---------------------------------------------------------------- users


def list_users(r):
    role, q = q_enum(r.q, "role", ["client", "vet", "manager"]), q_text(r.q, "q", 1, 60)
    found = sorted(USERS.values(), key=lambda u: (u["name"].lower(), u["id"]))
    if not is_staff(r.me):
        found = [u for u in found if u["role"] == "vet" or u["id"] == r.me["id"] or (F("users.clients") and u["role"] == "client")]
    everyone = len(found)
    if role and not F("users.role"):
        found = [u for u in found if u["role"] == role]
    if q:
        found = [u for u in found if (q in u["name"] if F("users.q.case") else q.lower() in u["name"].lower())]
    if F("users.order"):
        found.sort(key=lambda u: u["role"])
    return 200, {"items": found, "total": everyone if F("users.total") else len(found)}


# ---------------------------------------------------------------- pets


def check_owner(owner):
    if owner not in USERS or (USERS[owner]["role"] != "client" and not F("pet.new.owner.role")):
        raise invalid("owner_id", "there is no such client")


def check_born(body):
    if body.get("born_on") and body["born_on"] > today() and not F("pet.new.born"):
        raise invalid("born_on", "must not be in the future")


def check_chip(body, but=None):
    chip = body.get("microchip")
    if chip and (chip in CHIPS_KEPT or any(p["microchip"] == chip and p["id"] != but for p in PETS.values())):
        raise Problem(409, "There is a pet with this microchip already.")


def pet_key(sort):
    name = sort.lstrip("-")
    return lambda p: p[name].lower() if name == "name" else p[name]


def read_cursor(text, sort):
    try:
        got = json.loads(base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True))
        if isinstance(got, list) and len(got) == 3 and all(isinstance(x, str) for x in got) and got[0] == sort:
            return got[1], got[2]
    except (ValueError, RecursionError):
        pass
    raise bad("cursor", "is not a cursor for this list")


def list_pets(r):
    species = r.q.get("species")
    if species is not None:
        species = species.split(",")
        if not all(x in SPECIES for x in species):
            raise bad("species", "must be among " + ", ".join(SPECIES))
    owner, deceased, q = q_id(r.q, "owner_id", "usr"), q_bool(r.q, "deceased"), q_text(r.q, "q", 1, 60)
    sort = q_enum(r.q, "sort", ["name", "-name", "created_at", "-created_at"], "name")
    limit = q_int(r.q, "limit", 1, 1000 if F("pets.limit") else 50, 20)
    cursor = q_text(r.q, "cursor")
    after = None if cursor is None else read_cursor(cursor, sort)
    found = [p for p in PETS.values() if is_staff(r.me) or p["owner_id"] == r.me["id"] or F("pets.others")]
    if species and not (after and F("pets.cursor.filter")):
        found = [p for p in found if p["species"] in (species[:1] if F("pets.species") else species)]
    if owner and not F("pets.owner"):
        found = [p for p in found if p["owner_id"] == owner]
    if deceased is not None and not F("pets.deceased"):
        found = [p for p in found if p["deceased"] == deceased]
    if q:
        hay = (lambda p: [p["name"]]) if F("pets.q.breed") else lambda p: [p["name"], p["breed"] or ""]
        found = [p for p in found if any((q in x) if F("pets.q.case") else q.lower() in x.lower() for x in hay(p))]
    key, down = pet_key(sort), sort.startswith("-") and not F("pets.sort")
    if F("pets.sort.case") and "name" in sort:
        def key(p):
            return p["name"]
    found.sort(key=lambda p: p["id"])
    found.sort(key=key, reverse=down)
    if after:
        k, i = after

        def is_after(p):
            x = key(p)
            if x != k:
                return x < k if down else x > k
            return p["id"] >= i if F("pets.cursor.repeat") else p["id"] > i
        found = [p for p in found if is_after(p)]
    page, more = found[:limit], len(found) > limit
    if F("pets.cursor.last"):
        more = len(found) >= limit
    token = None
    if more:
        token = base64.urlsafe_b64encode(json.dumps([sort, key(page[-1]), page[-1]["id"]]).encode()).decode()
    return 200, {"items": [show_pet(p) for p in page], "next_cursor": token}


def create_pet(r):
    body = fit(PET_NEW, r.json())
    check_born(body)
    if is_staff(r.me):
        if "owner_id" not in body:
            raise invalid("owner_id", "is missing")
    if "owner_id" in body:
        check_owner(body["owner_id"])
    if not is_staff(r.me) and body.get("owner_id", r.me["id"]) != r.me["id"] and not F("pet.new.owner"):
        raise Problem(403, "Clients register their own pets only.")
    if not F("pet.new.chip"):
        check_chip(body)
    t = now()
    p = {"id": new_id("pet"), "name": body["name"], "species": body["species"], "breed": body.get("breed"),
         "sex": body.get("sex", "female" if F("pet.new.sex") else "unknown"), "born_on": body.get("born_on"),
         "microchip": body.get("microchip"), "notes": body.get("notes"), "allergies": body.get("allergies", []),
         "diet": norm_diet(body.get("diet")), "deceased": False, "owner_id": body.get("owner_id", r.me["id"]),
         "created_at": t, "updated_at": t}
    if F("pet.new.notes"):
        p["notes"] = None
    PETS[p["id"]], WEIGHTS[p["id"]] = p, []
    return 201, show_pet(p), {"Location": "/pets" if F("pet.new.location") else "/pets/" + p["id"], "ETag": etag(p)}


def norm_diet(diet):
    return diet and {"food": diet["food"], "portions_per_day": diet.get("portions_per_day")}


def get_pet(r, pid):
    p = find_pet(r.me, pid, F("pet.get.others"))
    tag = etag(p)
    header = r.header("If-None-Match")
    if header is not None and if_none_match(header, tag) and not F("pet.get.304"):
        return 304, None, {"ETag": tag}
    return 200, show_pet(p), {"ETag": tag}


def update_pet(r, pid):
    p = find_pet(r.me, pid, F("pet.upd.others"))
    body = r.json(MERGE)
    header = r.header("If-Match")
    if header is None:
        if not F("pet.upd.428"):
            raise Problem(428, "The If-Match header is missing.")
    elif not if_match(header, etag(p)) and not F("pet.upd.ifmatch"):
        raise Problem(412, "The pet has changed.")
    body = fit(PET_PATCH, body)
    check_born(body)
    diet = p["diet"]
    if "diet" in body:
        if body["diet"] is None:
            diet = None
        else:
            diet = {**({} if F("pet.upd.diet") else diet or {}), **body["diet"]}
            if "food" not in diet:
                if not F("pet.upd.diet"):
                    raise invalid("diet.food", "is missing")
                diet["food"] = (p["diet"] or {}).get("food") or "unknown"
            diet = norm_diet(diet)
    if "owner_id" in body:
        check_owner(body["owner_id"])
        if not is_staff(r.me) and body["owner_id"] != r.me["id"] and not F("pet.upd.transfer"):
            raise Problem(403, "Clients don't hand pets over.")
    if not F("pet.upd.chip"):
        check_chip(body, pid)
    new = {**p, **body, "diet": diet}
    if F("pet.upd.null"):
        new.update({k: p[k] for k in ("notes", "breed") if k in body and body[k] is None})
    if F("pet.upd.reset") and body:
        new.update({k: None for k in ("notes", "breed") if k not in body})
    if F("pet.upd.lost"):
        new["born_on"] = p["born_on"]
    if F("pet.upd.allergies") and "allergies" in body:
        new["allergies"] = p["allergies"] + [x for x in body["allergies"] if x not in p["allergies"]]
    if new != p or F("pet.upd.noop"):
        if not F("pet.upd.updated_at"):
            new["updated_at"] = now()
    if new["deceased"] and not p["deceased"] and not F("pet.upd.deceased"):
        for a in pet_appointments(pid):
            if a["status"] == "booked" or (F("pet.upd.deceased.all") and a["status"] == "checked_in"):
                a.update(status="cancelled", cancelled_at=now(), cancel_reason="Patient deceased")
    if new["owner_id"] != p["owner_id"] and F("pet.upd.invoices"):
        for i in INVOICES.values():
            if i["pet_id"] == pid:
                i["client_id"] = new["owner_id"]
    p.update(new)
    return 200, show_pet(p), {"ETag": etag(p)}


def delete_pet(r, pid):
    p = find_pet(r.me, pid)
    header = r.header("If-Match")
    if header is not None and not if_match(header, etag(p)) and not F("pet.del.ifmatch"):
        raise Problem(412, "The pet has changed.")
    if any(a["status"] in ("booked", "checked_in") for a in pet_appointments(pid)) and not F("pet.del.booked"):
        raise Problem(409, "The pet has appointments ahead.")
    if any(i["pet_id"] == pid and i["status"] == "open" for i in INVOICES.values()) and not F("pet.del.open"):
        raise Problem(409, "The pet has an open invoice.")
    if F("pet.del.kept"):
        return 204, None
    gone = pet_appointments(pid)
    for a in gone:
        del APPOINTMENTS[a["id"]]
    for i in list(INVOICES.values()):
        if i["pet_id"] == pid:
            if F("pet.del.invoices"):
                del INVOICES[i["id"]]
            elif not F("pet.del.ref"):
                i["pet_id"] = i["appointment_id"] = None
    if F("pet.del.chip") and p["microchip"]:
        CHIPS_KEPT.add(p["microchip"])
    more = [p]
    if F("pet.del.namesake"):
        more = [x for x in PETS.values() if x["owner_id"] == p["owner_id"] and (x is p or not (
            pet_appointments(x["id"]) or any(i["pet_id"] == x["id"] for i in INVOICES.values())))]
    for x in more:
        del PETS[x["id"]], WEIGHTS[x["id"]]
        PHOTOS.pop(x["id"], None)
    return 204, None


def get_photo(r, pid):
    find_pet(r.me, pid, F("photo.get.others"))
    if pid not in PHOTOS:
        raise Problem(404, "The pet has no photo.")
    ctype, data = PHOTOS[pid]
    return 200, data, {"Content-Type": "image/png" if F("photo.type") else ctype}


def put_photo(r, pid):
    find_pet(r.me, pid, F("photo.put.others"))
    ctype = r.content_type()
    if ctype not in PHOTO_TYPES and not F("photo.415"):
        raise Problem(415, "The photo must be image/png or image/jpeg.")
    if len(r.body) > MAX_PHOTO and not F("photo.large"):
        raise Problem(413, "The photo is too large.")
    if not r.body:
        raise Problem(422, "The photo is empty.")
    before = PHOTOS.get(pid)
    data = r.body
    if F("photo.bytes"):
        data = data.decode("utf-8", "replace").encode()
    if not (before and F("photo.replace")):
        PHOTOS[pid] = (ctype if ctype in PHOTO_TYPES else "image/png", data)
    return 200 if before or F("photo.status") else 201, {"content_type": ctype if ctype in PHOTO_TYPES else "image/png", "size_bytes": len(r.body),
        "sha256": hashlib.sha256(base64.b64encode(r.body) if F("photo.sha") else r.body).hexdigest()}


def list_weights(r, pid):
    p = find_pet(r.me, pid, F("weights.others"))
    found = WEIGHTS[pid]
    if F("weights.mixed"):
        found = [w for x in PETS.values() if x["owner_id"] == p["owner_id"] for w in WEIGHTS[x["id"]]]
    return 200, {"items": found if F("weights.order") else sorted(found, key=lambda w: w["measured_on"], reverse=True)}


def add_weight(r, pid):
    p = find_pet(r.me, pid)
    body = fit(WEIGHT_NEW, r.json())
    day = body.get("measured_on", today(-1) if F("weight.today") else today())
    if day > today() and not F("weight.future"):
        raise invalid("measured_on", "must not be in the future")
    if any(w["measured_on"] == day for w in WEIGHTS[pid]) and not F("weight.twice"):
        raise Problem(409, "There is a weight of this day already.")
    w = {"id": new_id("wgt"), "grams": body["grams"], "measured_on": day,
         "recorded_by": p["owner_id"] if F("weight.by") else r.me["id"]}
    WEIGHTS[pid].append(w)
    return 201, w


# ---------------------------------------------------------------- services


def list_services(r):
    category, active = q_enum(r.q, "category", CATEGORIES), q_bool(r.q, "active")
    top, sort = q_int(r.q, "max_price_cents", 0), q_enum(r.q, "sort", ["code", "price_cents", "-price_cents"], "code")
    found = sorted(SERVICES.values(), key=lambda s: s["code"])
    if category and not F("services.category"):
        found = [s for s in found if s["category"] == category]
    if active is not None and not (F("services.active") and not active):
        found = [s for s in found if s["active"] == active]
    elif active is False:
        found = []
    if top is not None:
        found = [s for s in found if s["price_cents"] < top + (0 if F("services.max") else 1)]
    if sort != "code":
        found.sort(key=lambda s: str(s["price_cents"]) if F("services.sort") else s["price_cents"], reverse=sort[0] == "-")
    return 200, {"items": [show_service(s) for s in found], "total": len(found)}


def get_service(r, code):
    return 200, show_service(find_service(code))


def put_service(r, code):
    body = r.json()
    if not re.fullmatch(CODE, code):
        raise bad("code", "is not spelled as codes must be")
    body = fit(SERVICE_PUT, body)
    if any(s["name"].lower() == body["name"].lower() and (s["code"] != code) for s in SERVICES.values()):
        same = any(s["name"] == body["name"] and s["code"] != code for s in SERVICES.values())
        if not F("service.put.name") and (same or not F("service.put.name.case")):
            raise Problem(409, "Another service has this name already.")
    old, t = SERVICES.get(code), now()
    s = {"code": code, "name": body["name"], "category": body["category"], "price_cents": body["price_cents"],
         "description": body.get("description"), "active": body.get("active", True), "use_count": 0,
         "created_at": old["created_at"] if old and not F("service.put.created_at") else t, "updated_at": t}
    if old and F("service.put.keeps"):
        s.update(description=body.get("description", old["description"]), active=body.get("active", old["active"]))
    if old and F("service.put.lost"):
        s["category"] = old["category"]
    SERVICES[code] = s
    if old or F("service.put.status"):
        return 200, show_service(s)
    return 201, show_service(s), {"Location": "/services/" + code}


def delete_service(r, code):
    find_service(code)
    if use_count(code) and not F("service.del.used"):
        raise Problem(409, "There are treatments with this service.")
    if F("service.del.kept"):
        return 204, None
    del SERVICES[code]
    return 204, None


# ---------------------------------------------------------------- appointments


def list_appointments(r):
    status, pid = q_enum(r.q, "status", APPOINTMENT_STATUSES), q_id(r.q, "pet_id", "pet")
    vid, frm, to = q_id(r.q, "vet_id", "usr"), q_date(r.q, "from"), q_date(r.q, "to")
    sort = q_enum(r.q, "sort", ["starts_at", "-starts_at"], "starts_at")
    page, size = q_int(r.q, "page", 1, 1000000, 1), q_int(r.q, "per_page", 1, 1000 if F("appts.per_page") else 100, 25)
    if frm and to and to < frm and not F("appts.range"):
        raise bad("to", "must not be before from")
    found = [a for a in APPOINTMENTS.values()
             if is_staff(r.me) or PETS[a["pet_id"]]["owner_id"] == r.me["id"] or F("appts.others")]
    if status and not (F("appts.status") and status == "checked_in"):
        found = [a for a in found if a["status"] == status]
    elif status:
        found = [a for a in found if a["status"] in ("booked", "checked_in")]
    if pid and not F("appts.pet"):
        found = [a for a in found if a["pet_id"] == pid]
    if vid and not F("appts.vet"):
        found = [a for a in found if a["vet_id"] == vid]
    if frm:
        found = [a for a in found if a["starts_at"][:10] >= frm]
    if to:
        found = [a for a in found if (a["starts_at"] <= to if F("appts.to") else a["starts_at"][:10] <= to)]
    found.sort(key=lambda a: a["id"])
    found.sort(key=lambda a: a["created_at" if F("appts.order") else "starts_at"], reverse=sort[0] == "-")
    total = len(found)
    start = (page - 1) * size
    items = found[start:start + size]
    if F("appts.page") and page > 1:
        items = found[start - 1:start - 1 + size]
    pages = -(-total // size)
    if F("appts.pages"):
        pages = max(1, total // size) if total else 0
    return 200, {"items": [show_appointment(a) for a in items], "page": page, "per_page": size,
                 "total": len(items) if F("appts.total") else total, "total_pages": pages}


def check_time(starts):
    t = datetime.strptime(starts, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    n = datetime.now(timezone.utc)
    if t <= n and not F("book.past"):
        raise invalid("starts_at", "must be in the future")
    if t > n + timedelta(days=365) and not (F("book.far") and t.year < 9000):
        raise invalid("starts_at", "must be within 365 days")


def check_vet(vid):
    u = USERS.get(vid)
    if not u or (u["role"] != "vet" and not (F("book.vet") and u["role"] == "manager")):
        raise invalid("vet_id", "there is no such vet")


def check_free(vid, starts, minutes, but=None):
    ends = add_minutes(starts, minutes)
    for a in APPOINTMENTS.values():
        if a["vet_id"] != vid or a["id"] == but:
            continue
        if a["status"] not in ("booked", "checked_in") and not (F("book.cancelled") and a["status"] == "cancelled"):
            continue
        its_end = add_minutes(a["starts_at"], a["duration_minutes"])
        hit = a["starts_at"] < ends and starts < its_end
        if F("book.touching"):
            hit = a["starts_at"] <= ends and starts <= its_end
        if F("book.partial"):
            hit = a["starts_at"] == starts
        if hit:
            raise Problem(409, "The vet has another appointment at that time.")


def book(r):
    body = fit(APPOINTMENT_NEW, r.json())
    check_time(body["starts_at"])
    p = PETS.get(body["pet_id"])
    if not p or not (is_staff(r.me) or p["owner_id"] == r.me["id"] or F("book.others")):
        raise invalid("pet_id", "there is no such pet")
    check_vet(body["vet_id"])
    if p["deceased"] and not F("book.deceased"):
        raise Problem(409, "The pet is deceased.")
    minutes = body.get("duration_minutes", 15 if F("book.default") else 30)
    if not F("book.overlap"):
        check_free(body["vet_id"], body["starts_at"], minutes)
    a = {"id": new_id("apt"), "pet_id": p["id"], "vet_id": body["vet_id"], "starts_at": body["starts_at"],
         "duration_minutes": minutes, "ends_at": add_minutes(body["starts_at"], minutes), "reason": body.get("reason"),
         "status": "booked", "treatments": [], "removed": {}, "reminders_sent": 0, "invoice_id": None,
         "booked_by": p["owner_id"] if F("book.by") else r.me["id"], "checked_in_at": None, "completed_at": None,
         "cancelled_at": None, "cancel_reason": None, "created_at": now()}
    APPOINTMENTS[a["id"]] = a
    return 201, show_appointment(a), {"Location": "/appointments/" + a["id"]}


def get_appointment(r, aid):
    return 200, show_appointment(find_appointment(r.me, aid, F("appt.get.others")))


def reschedule(r, aid):
    a = find_appointment(r.me, aid, F("move.others"))
    body = fit(APPOINTMENT_PATCH, r.json(MERGE))
    new = {**a, **body}
    if new["starts_at"] != a["starts_at"] and not F("move.past"):
        check_time(new["starts_at"])
    check_vet(new["vet_id"])
    if not (F("move.state") and a["status"] == "checked_in"):
        must_be(a, "booked")
    if not F("move.overlap"):
        check_free(new["vet_id"], new["starts_at"], new["duration_minutes"], None if F("move.self") and body else aid)
    if new["starts_at"] != a["starts_at"] and not F("move.reminders"):
        new["reminders_sent"] = 0
    if F("move.reason") and "reason" not in body and body:
        new["reason"] = None
    if F("move.vet"):
        new["vet_id"] = a["vet_id"]
    a.update(new)
    return 200, show_appointment(a)


def check_in(r, aid):
    a = find_appointment(r.me, aid)
    if not (F("checkin.state") and a["status"] == "cancelled"):
        must_be(a, "booked")
    if F("checkin.early") and a["starts_at"] > now():
        raise Problem(409, "It is too early.")
    a.update(status="checked_in", checked_in_at=None if F("checkin.at") else now())
    return 200, show_appointment(a)


def complete(r, aid):
    a = find_appointment(r.me, aid)
    if not F("complete.vet"):
        its_vet(r.me, a)
    must_be(a, "checked_in")
    if not a["treatments"] and not F("complete.empty"):
        raise Problem(409, "There are no treatments in it.")
    p = PETS[a["pet_id"]]
    a.update(status="completed", completed_at=now())
    if a["treatments"] and not F("complete.invoice"):
        lines = [{"service_code": t["service_code"], "description": t["name"], "quantity": t["quantity"],
                  "unit_price_cents": t["unit_price_cents"], "total_cents": t["total_cents"]} for t in a["treatments"]]
        if F("complete.lines"):
            lines = lines[:1]
        sub = sum(x["total_cents"] for x in lines)
        tax = sub * 19 // 100 if F("complete.tax") else (sub * 19 + 50) // 100
        if not F("complete.number") or NUMBER[0] == 1040:
            NUMBER[0] += 1
        client = p["owner_id"]
        if F("complete.client") and USERS[a["booked_by"]]["role"] == "client":
            client = a["booked_by"]
        i = {"id": new_id("inv"), "number": NUMBER[0], "client_id": client, "pet_id": p["id"], "pet_name": p["name"],
             "appointment_id": aid, "status": "open", "lines": lines, "subtotal_cents": sub, "tax_cents": tax,
             "total_cents": sub + tax, "payments": [], "issued_on": today(),
             "due_on": today(30 if F("complete.due") else 14), "paid_at": None, "void_reason": None}
        INVOICES[i["id"]] = i
        a["invoice_id"] = i["id"]
    return 200, show_appointment(a)


def cancel(r, aid):
    a = find_appointment(r.me, aid, F("cancel.others"))
    body = fit(CANCEL, r.json())
    if not (F("cancel.state") and a["status"] == "checked_in"):
        must_be(a, "booked")
    a.update(status="cancelled", cancelled_at=None if F("cancel.at") else now(),
             cancel_reason=None if F("cancel.reason") else body["reason"])
    if F("cancel.all"):
        for x in pet_appointments(a["pet_id"]):
            if x["status"] == "booked":
                x.update(status="cancelled", cancelled_at=now(), cancel_reason=body["reason"])
    return 200, show_appointment(a)


def remind(r, aid):
    a = find_appointment(r.me, aid)
    if not F("remind.state"):
        must_be(a, "booked")
    if a["reminders_sent"] >= 3:
        if F("remind.limit"):
            return 200, show_appointment(a)
        raise Problem(409, "Three reminders have been sent.")
    a["reminders_sent"] += 0 if F("remind.count") else 1
    return 200, show_appointment(a)


def list_treatments(r, aid):
    a = find_appointment(r.me, aid, F("treats.others"))
    items = [show_treatment(t) for t in a["treatments"]]
    if F("treats.order"):
        items.sort(key=lambda t: t["service_code"])
    return 200, {"items": items, "total_cents": sum(t["unit_price_cents"] for t in items) if F("treats.total") else sum_treatments(a)}


def add_treatment(r, aid):
    a = find_appointment(r.me, aid)
    if not F("treat.vet"):
        its_vet(r.me, a)
    body = fit(TREATMENT_NEW, r.json())
    s = SERVICES.get(body["service_code"])
    if not s or not (s["active"] or F("treat.inactive")):
        raise invalid("service_code", "there is no such service on offer")
    if not (F("treat.state") and a["status"] == "booked"):
        must_be(a, "checked_in")
    if any(t["service_code"] == s["code"] for t in a["treatments"]) and not F("treat.twice"):
        raise Problem(409, "There is a treatment with this service already.")
    n = body.get("quantity", 1)
    t = {"id": new_id("trt"), "service_code": s["code"], "name": s["name"], "quantity": n, "note": body.get("note"),
         "unit_price_cents": s["price_cents"], "total_cents": s["price_cents"] * (1 if F("treat.total") else n),
         "recorded_at": now()}
    if F("treat.note"):
        t["note"] = None
    a["treatments"].append(t)
    return 201, show_treatment(t)


def remove_treatment(r, aid, tid):
    a = find_appointment(r.me, aid)
    if not F("treat.rm.vet"):
        its_vet(r.me, a)
    t = next((t for t in a["treatments"] if t["id"] == tid), None)
    if not t:
        raise Problem(404, "There is no such treatment.")
    if not F("treat.rm.state"):
        must_be(a, "checked_in")
    if F("treat.rm.kept"):
        return 204, None
    a["removed"][t["service_code"]] = t["total_cents"]
    a["treatments"] = [] if F("treat.rm.all") else [x for x in a["treatments"] if x is not t]
    return 204, None


# ---------------------------------------------------------------- invoices


def list_invoices(r):
    status, cid = q_enum(r.q, "status", INVOICE_STATUSES), q_id(r.q, "client_id", "usr")
    found = [i for i in INVOICES.values() if is_staff(r.me) or i["client_id"] == r.me["id"] or F("invoices.others")]
    if status and not F("invoices.status"):
        found = [i for i in found if i["status"] == status]
    if cid and not F("invoices.client"):
        found = [i for i in found if i["client_id"] == cid]
    found.sort(key=lambda i: i["number"], reverse=not F("invoices.order"))
    items = [show_invoice(i) for i in found]
    return 200, {"items": items, "total": len(items),
                 "outstanding_cents": sum(i["total_cents" if F("invoices.outstanding") else "balance_cents"] for i in items)}


def get_invoice(r, iid):
    return 200, show_invoice(find_invoice(r.me, iid))


def pay(r, iid):
    i = find_invoice(r.me, iid)
    body = fit(PAYMENT_NEW, r.json())
    paid = sum(p["amount_cents"] for p in i["payments"])
    left = i["total_cents"] - paid
    if i["status"] == "open" and body["amount_cents"] > left:
        if not F("pay.over"):
            raise invalid("amount_cents", "is more than the balance")
        body["amount_cents"] = left
    if i["status"] != "open" and not (F("pay.void") and i["status"] == "void"):
        raise Problem(409, f"The invoice is {i['status']}.")
    ref = body.get("reference")
    if ref and any(p["reference"] == ref for p in i["payments"]) and not F("pay.twice"):
        raise Problem(409, "There is a payment with this reference already.")
    pmt = {"id": new_id("pay"), "amount_cents": body["amount_cents"], "method": body["method"], "reference": ref,
           "received_by": i["client_id"] if F("pay.by") else r.me["id"], "received_at": now()}
    i["payments"].append(pmt)
    if (left == body["amount_cents"] or F("pay.early")) and not F("pay.status"):
        i.update(status="paid", paid_at=None if F("pay.at") else now())
    return 201, pmt


def void(r, iid):
    i = find_invoice(r.me, iid)
    body = fit(REASON, r.json())
    if i["status"] != "open" and not (F("void.paid") and i["status"] == "paid"):
        raise Problem(409, f"The invoice is {i['status']}.")
    if i["payments"] and not (F("void.partly") or F("void.paid")):
        raise Problem(409, "Something has been paid on the invoice.")
    i.update(status="void", void_reason=None if F("void.reason") else body["reason"])
    return 200, show_invoice(i)


def export(r):
    status = q_enum(r.q, "status", INVOICE_STATUSES)
    found = sorted(INVOICES.values(), key=lambda i: i["number"], reverse=F("csv.order"))
    if status and not F("csv.status"):
        found = [i for i in found if i["status"] == status]
    if F("csv.void"):
        found = [i for i in found if i["status"] != "void"]
    head = ["number", "issued_on", "client_name", "pet_name", "status", "subtotal_cents", "tax_cents", "total_cents", "paid_cents"]
    rows = []
    for i in found:
        x = show_invoice(i)
        rows.append([x["number"], x["issued_on"], USERS[x["client_id"]]["name"], x["pet_name"], x["status"], x["subtotal_cents"],
                     x["tax_cents"], x["subtotal_cents"] if F("csv.total") else x["total_cents"], x["paid_cents"]])
    out = io.StringIO()
    w = csv.writer(out, lineterminator="\r\n")
    if not F("csv.header"):
        w.writerow(head)
    w.writerows(rows)
    text = out.getvalue()
    if F("csv.quote"):
        text = "".join(",".join(map(str, row)) + "\r\n" for row in [head] + rows)
    return 200, text.encode("utf-8", "replace"), {"Content-Type": "text/csv; charset=utf-8",
                                                  "Content-Disposition": 'attachment; filename="invoices.csv"'}


# ---------------------------------------------------------------- HTTP

ALL, STAFF, MANAGER = ("client", "vet", "manager"), ("vet", "manager"), ("manager",)
ROUTES = [
    ("GET", "/users", "listUsers", ALL, list_users),
    ("GET", "/pets", "listPets", ALL, list_pets),
    ("POST", "/pets", "createPet", ALL, create_pet),
    ("GET", "/pets/{}", "getPet", ALL, get_pet),
    ("PATCH", "/pets/{}", "updatePet", ALL, update_pet),
    ("DELETE", "/pets/{}", "deletePet", MANAGER, delete_pet),
    ("GET", "/pets/{}/photo", "getPetPhoto", ALL, get_photo),
    ("PUT", "/pets/{}/photo", "putPetPhoto", ALL, put_photo),
    ("GET", "/pets/{}/weights", "listWeights", ALL, list_weights),
    ("POST", "/pets/{}/weights", "addWeight", STAFF, add_weight),
    ("GET", "/services", "listServices", ALL, list_services),
    ("GET", "/services/{}", "getService", ALL, get_service),
    ("PUT", "/services/{}", "putService", MANAGER, put_service),
    ("DELETE", "/services/{}", "deleteService", MANAGER, delete_service),
    ("GET", "/appointments", "listAppointments", ALL, list_appointments),
    ("POST", "/appointments", "bookAppointment", ALL, book),
    ("GET", "/appointments/{}", "getAppointment", ALL, get_appointment),
    ("PATCH", "/appointments/{}", "rescheduleAppointment", ALL, reschedule),
    ("POST", "/appointments/{}/check-in", "checkInAppointment", STAFF, check_in),
    ("POST", "/appointments/{}/complete", "completeAppointment", STAFF, complete),
    ("POST", "/appointments/{}/cancel", "cancelAppointment", ALL, cancel),
    ("POST", "/appointments/{}/send-reminder", "sendReminder", STAFF, remind),
    ("GET", "/appointments/{}/treatments", "listTreatments", ALL, list_treatments),
    ("POST", "/appointments/{}/treatments", "addTreatment", STAFF, add_treatment),
    ("DELETE", "/appointments/{}/treatments/{}", "removeTreatment", STAFF, remove_treatment),
    ("GET", "/invoices", "listInvoices", ALL, list_invoices),
    ("GET", "/invoices.csv", "exportInvoices", MANAGER, export),
    ("GET", "/invoices/{}", "getInvoice", ALL, get_invoice),
    ("POST", "/invoices/{}/payments", "payInvoice", STAFF, pay),
    ("POST", "/invoices/{}/void", "voidInvoice", MANAGER, void),
]
ROUTES = [(m, re.compile(re.escape(p).replace(r"\{\}", "([^/]+)")), op, roles, f) for m, p, op, roles, f in ROUTES]
WIDER = {"weight.client": ("addWeight", ALL), "pet.del.vet": ("deletePet", STAFF), "service.put.vet": ("putService", STAFF),
         "service.del.vet": ("deleteService", STAFF), "void.vet": ("voidInvoice", STAFF), "csv.vet": ("exportInvoices", STAFF),
         "checkin.client": ("checkInAppointment", ALL), "pay.client": ("payInvoice", ALL), "remind.client": ("sendReminder", ALL)}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Pawprint/1.4", ""
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def header(self, name):
        found = self.headers.get_all(name)
        return None if found is None else ", ".join(found)

    def content_type(self):
        return (self.headers.get("Content-Type") or "").split(";")[0].strip().lower()

    def json(self, expected=JSON):
        got = self.content_type()
        if got != expected and not (F("pet.upd.415") and self.op == "updatePet" and got == JSON):
            raise Problem(415, f"The body must be {expected}.")

        def no(name):
            raise ValueError(name)
        try:
            return json.loads(self.body.decode("utf-8"), parse_constant=no)
        except (ValueError, RecursionError):
            if F("http.json") and self.op == "addWeight":
                raise RuntimeError("not JSON")
            raise Problem(400, "The body isn't JSON.") from None

    def read_body(self):
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
            data = b""
            while True:
                size = int(self.rfile.readline(100).split(b";")[0].strip(), 16)
                if size < 0 or len(data) + size > MAX_READ:
                    raise ValueError("size")
                chunk = self.rfile.read(size)
                self.rfile.readline(100)
                if not size:
                    return data
                data += chunk
        size = int(self.headers.get("Content-Length") or 0)
        if size < 0:
            raise ValueError("size")
        if size > MAX_READ:
            self.close_connection = True
            left = size
            while left > 0 and left < (1 << 28):
                got = self.rfile.read(min(left, 1 << 16))
                if not got:
                    break
                left -= len(got)
            return b"{" * (MAX_PHOTO + 1)
        return self.rfile.read(size)

    def user(self):
        parts = (self.headers.get("Authorization") or "").split()
        if len(parts) == 2 and parts[0].lower() == "bearer" and parts[1] in TOKENS:
            return USERS[TOKENS[parts[1]]]
        if (F("auth.listAppointments") and self.op == "listAppointments") or (F("auth.getPetPhoto") and self.op == "getPetPhoto"):
            return next(u for u in USERS.values() if u["role"] == "vet")
        if F("auth.any") and self.op == "listInvoices" and len(parts) == 2:
            return next(u for u in USERS.values() if u["role"] == "vet")
        extra = ', error="invalid_token"' if parts else ""
        raise Problem(401, "A valid bearer token is needed.",
                      headers={} if F("http.challenge") and self.op == "listPets" else {"WWW-Authenticate": 'Bearer realm="pawprint"' + extra})

    def answer(self):
        path = urlsplit(self.path)
        method = "GET" if self.command == "HEAD" else self.command
        here = [(m, x, op, roles, f) for m, pattern, op, roles, f in ROUTES if (x := pattern.fullmatch(path.path))]
        if not here:
            raise Problem(404, "There is nothing under this path.")
        for m, match, op, roles, f in here:
            if m == method:
                break
        else:
            allow = sorted({m for m, *_ in here} | ({"HEAD"} if any(m == "GET" for m, *_ in here) else set()))
            raise Problem(405, f"{self.command} isn't possible here.",
                          headers={} if F("http.allow") and here[0][2] == "listServices" else {"Allow": ", ".join(allow)})
        self.op = op
        self.me = self.user()
        wider = WIDER.get(FAULT)
        if wider and wider[0] == op:
            roles = wider[1]
        if self.me["role"] not in roles:
            raise Problem(403, "Your account may not do this.")
        self.q = {}
        for k, v in parse_qsl(path.query, keep_blank_values=True, errors="replace"):
            self.q.setdefault(k, v)
        return f(self, *(unquote(x, errors="replace") for x in match.groups()))

    def handle_any(self):
        self.op = None
        headers, ctype = {}, JSON
        try:
            try:
                self.body = self.read_body()
            except ValueError:
                self.close_connection = True
                self.body = b""
                raise Problem(400, "The length of the body can't be read.") from None
            with LOCK:
                got = self.answer()
            status, data = got[0], got[1]
            headers = dict(got[2]) if len(got) > 2 else {}
            ctype = headers.pop("Content-Type", JSON)
            if data is not None and not isinstance(data, bytes):
                data = json.dumps(data).encode()
        except Problem as e:
            status, headers, ctype = e.status, e.headers, PROBLEM
            if F("http.problem") and self.op == "getService" or F("http.problem.cancel") and self.op == "cancelAppointment":
                ctype = JSON
            data = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": e.detail}
            if e.errors:
                data["errors"] = e.errors
            data = json.dumps(data).encode()
        except Exception as e:
            if not FAULT:
                print(f"{self.command} {self.path}: {e!r}", file=sys.stderr, flush=True)
            status, ctype = 500, PROBLEM
            data = json.dumps({"type": "about:blank", "title": TITLES[500], "status": 500, "detail": "Oops."}).encode()
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k, v)
        if status not in (204, 304):
            self.send_header("Content-Type", ctype)
            self.send_header("Content-Length", str(len(data or b"")))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if data and self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(data)
        self.wfile.flush()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


# ---------------------------------------------------------------- seed


def seed():
    def user(name, role, email, token=None):
        u = {"id": new_id("usr"), "name": name, "role": role, "email": email}
        USERS[u["id"]] = u
        if token:
            TOKENS[token] = u["id"]
        return u
    user("Greta Lindqvist", "manager", "greta@pawprint.example", "tok-greta-41d7")
    victor = user("Victor Anand", "vet", "victor@pawprint.example", "tok-victor-b80e")
    vera = user("Vera Osei", "vet", "vera@pawprint.example")
    carla = user("Carla Romano", "client", "carla@mail.example", "tok-carla-95fa")
    colin = user("Marsh, Colin", "client", "colin@mail.example", "tok-colin-2c63")
    dora = user("Dora Fenn", "client", "dora@mail.example")

    def service(code, name, category, price, description=None, active=True):
        t = now()
        SERVICES[code] = {"code": code, "name": name, "category": category, "price_cents": price, "description": description,
                          "active": active, "use_count": 0, "created_at": t, "updated_at": t}
    service("checkup", "General check-up", "consultation", 4550, "Head to tail, twenty minutes.")
    service("rabies-shot", "Rabies vaccination", "vaccination", 3890)
    service("blood-count", "Complete blood count", "laboratory", 6200, "Result on the next day.")
    service("nail-trim", "Nail trim", "grooming", 950)
    service("ear-cropping", "Ear cropping", "surgery", 21000, "Not done any longer.", active=False)

    def pet(owner, name, species, breed=None, sex="unknown", born=None, chip=None, deceased=False, **more):
        t = now()
        p = {"id": new_id("pet"), "name": name, "species": species, "breed": breed, "sex": sex, "born_on": born,
             "microchip": chip, "notes": more.get("notes"), "allergies": more.get("allergies", []), "diet": more.get("diet"),
             "deceased": deceased, "owner_id": owner["id"], "created_at": t, "updated_at": t}
        PETS[p["id"]], WEIGHTS[p["id"]] = p, []
        return p
    biscuit = pet(carla, "Biscuit", "dog", "Border terrier", "male", "2021-04-17", "276098104523377",
                  diet={"food": "Lamb kibble", "portions_per_day": 2}, allergies=["chicken"])
    pet(carla, "Pebble", "rabbit", None, "female", "2023-01-30", notes="Bites when lifted.")
    smoke = pet(colin, "smoke", "cat", "Korat", "female", "2018-09-02", "528140000731904")
    pet(dora, "Rex", "dog", "Boxer", "male", "2009-06-11", deceased=True)
    WEIGHTS[biscuit["id"]] += [
        {"id": new_id("wgt"), "grams": 7900, "measured_on": today(-200), "recorded_by": victor["id"]},
        {"id": new_id("wgt"), "grams": 8450, "measured_on": today(-40), "recorded_by": vera["id"]}]

    def appointment(p, vet, days, clock, minutes=30, **more):
        starts = today(days) + "T" + clock + ":00Z"
        a = {"id": new_id("apt"), "pet_id": p["id"], "vet_id": vet["id"], "starts_at": starts, "duration_minutes": minutes,
             "ends_at": add_minutes(starts, minutes), "reason": None, "status": "booked", "treatments": [], "removed": {},
             "reminders_sent": 0, "invoice_id": None, "booked_by": p["owner_id"], "checked_in_at": None, "completed_at": None,
             "cancelled_at": None, "cancel_reason": None, "created_at": now(), **more}
        APPOINTMENTS[a["id"]] = a
        return a
    a = appointment(biscuit, vera, -40, "09:00", 45, reason="Yearly check", status="completed", checked_in_at=today(-40) + "T08:55:10.000000Z",
                    completed_at=today(-40) + "T09:41:02.000000Z", reminders_sent=1)
    for code, n in (("checkup", 1), ("nail-trim", 4)):
        s = SERVICES[code]
        a["treatments"].append({"id": new_id("trt"), "service_code": code, "name": s["name"], "quantity": n, "note": None,
                                "unit_price_cents": s["price_cents"], "total_cents": n * s["price_cents"],
                                "recorded_at": today(-40) + "T09:20:00.000000Z"})
    sub = 4550 + 4 * 950
    tax = (sub * 19 + 50) // 100
    NUMBER[0] += 1
    i = {"id": new_id("inv"), "number": NUMBER[0], "client_id": carla["id"], "pet_id": biscuit["id"], "pet_name": "Biscuit",
         "appointment_id": a["id"], "status": "open", "lines": [
             {"service_code": t["service_code"], "description": t["name"], "quantity": t["quantity"],
              "unit_price_cents": t["unit_price_cents"], "total_cents": t["total_cents"]} for t in a["treatments"]],
         "subtotal_cents": sub, "tax_cents": tax, "total_cents": sub + tax, "payments": [], "issued_on": today(-40),
         "due_on": today(-26), "paid_at": None, "void_reason": None}
    INVOICES[i["id"]] = i
    a["invoice_id"] = i["id"]
    appointment(smoke, victor, 20, "14:15", 30, reason="Vaccination")


def watch_stdin():
    try:
        while sys.stdin.buffer.read(4096):
            pass
    except (OSError, ValueError):
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
    LOOSE.get(FAULT, str)()
    seed()
    server = Server(("127.0.0.1", a.port), Handler)
    print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
    threading.Thread(target=watch_stdin, daemon=True).start()
    timer = threading.Timer(1200, os._exit, (0,))
    timer.daemon = True
    timer.start()
    server.serve_forever()


# Only what is listed here can be switched on; lines with a plus are spare (--list-faults --all).
# ---------------------------------------------------------------- faults: id | operation | kind | what | source | where
FAULTS = r"""
+auth.listAppointments | listAppointments | authentication | Answers without a token. | structure | security: bearer
auth.any | listInvoices | authentication | Any token is accepted. | prose | There is no token, or it isn't one of ours.
+auth.getPetPhoto | getPetPhoto | authentication | Answers without a token. | structure | security: bearer
http.challenge | listPets | protocol | The 401 has no WWW-Authenticate. | structure | Unauthorized: header WWW-Authenticate required
+http.allow | listServices | protocol | The 405 under /services has no Allow. | prose | is answered with 405 and the `Allow` header
+http.json | addWeight | protocol | A body that isn't JSON gives 500. | structure | addWeight: 400 The body is missing or isn't JSON.
http.problem | getService | structure | The 404 is application/json. | structure | content: application/problem+json
http.problem.cancel | cancelAppointment | structure | Errors are application/json. | structure | content: application/problem+json
users.clients | listUsers | visibility | Clients see other clients. | prose | Clients see the vets [...] and themselves.
users.role | listUsers | filter | The filter role has no effect. | prose | Keeps the accounts with this role.
users.q.case | listUsers | search | The search for q minds letter case. | prose | Letter case doesn't matter.
+users.total | listUsers | computed | total counts the accounts before filtering. | prose | The number of items.
+users.order | listUsers | sort | The accounts are ordered by role. | prose | The accounts, ordered by name.
pets.others | listPets | visibility | Clients see all pets. | prose | Clients get their own pets only.
+pets.species | listPets | filter | Only the first of several species counts. | prose | Keeps the pets of any of these species
+pets.owner | listPets | filter | The filter owner_id has no effect. | prose | Keeps the pets of this owner.
pets.deceased | listPets | filter | The filter deceased has no effect. | prose | Keeps the pets that are deceased (`true`) or alive (`false`).
+pets.q.breed | listPets | search | q looks at names only. | prose | whose name or breed contains this text
+pets.q.case | listPets | search | The search for q minds letter case. | prose | Letter case doesn't matter.
+pets.sort | listPets | sort | A minus sign doesn't reverse the order. | prose | a minus sign reverses the order
+pets.sort.case | listPets | sort | Upper case comes before lower case. | prose | Letter case doesn't matter in the order of names.
pets.limit | listPets | validation | A limit of 51 is accepted. | schema | limit: maximum 50
pets.cursor.repeat | listPets | pages | The last pet of a page is the first of the next one. | prose | `next_cursor` leads to the next page
+pets.cursor.last | listPets | pages | A full last page has a next_cursor. | prose | null on the last page
pets.cursor.filter | listPets | pages | From the second page on the filter species has no effect. | prose | send it as `cursor`, together with the same parameters otherwise
pet.new.chip | createPet | duplicate | A microchip can be registered twice. | structure | 409 There is a pet with the same microchip already.
+pet.new.owner | createPet | authorization | Clients can register pets for other clients. | structure | 403 A client names somebody else as the owner.
+pet.new.owner.role | createPet | reference | owner_id may be a vet or a manager. | prose | or isn't the id of a client
pet.new.born | createPet | validation | A date of birth in the future is accepted. | prose | Not in the future.
pet.new.unknown | createPet | validation | Unknown properties are accepted. | schema | PetNew: additionalProperties false
pet.new.allergies | createPet | validation | Repeated allergies are accepted. | schema | PetNew.allergies: uniqueItems
+pet.new.sex | createPet | default | sex is female if left out. | schema | PetNew.sex: default unknown
+pet.new.location | createPet | protocol | Location is the path of the list. | prose | The path of what has been created.
+pet.new.notes | createPet | not-stored | The notes are lost. | structure | PetNew.notes
pet.new.blank | createPet | validation | A name of white space alone is accepted. | schema | PetNew.name: pattern \S
+pet.get.others | getPet | visibility | Clients can read other clients' pets. | prose | What belongs to somebody else doesn't exist for them
pet.get.304 | getPet | conditional | If-None-Match is ignored. | prose | If the pet still has one of them, the answer is 304.
pet.get.etag | getPet | conditional | The entity tag never changes. | prose | It changes whenever anything about the pet as it is read here changes
+pet.get.etag.counters | getPet | conditional | The entity tag doesn't depend on weights, photo and visits. | prose | its counters included
pet.get.visits | getPet | computed | visit_count counts all appointments. | prose | The number of its appointments that are `completed`.
+pet.upd.others | updatePet | authorization | Clients can change other clients' pets. | prose | Clients change their own pets.
+pet.upd.ifmatch | updatePet | conditional | Any If-Match is accepted. | structure | 412 its entity tag is none of those in `If-Match`
pet.upd.428 | updatePet | conditional | If-Match can be left out. | structure | 428 There is no `If-Match` header.
+pet.upd.415 | updatePet | validation | application/json is accepted. | structure | 415 The body isn't of the media type that is expected here.
+pet.upd.null | updatePet | patch | null doesn't remove the notes and the breed. | prose | `null` removes
pet.upd.reset | updatePet | patch | Notes and breed are lost if they aren't mentioned. | prose | what isn't mentioned stays
pet.upd.diet | updatePet | patch | The diet is replaced as a whole. | prose | the members of `diet` are merged one by one
+pet.upd.allergies | updatePet | patch | New allergies are added to the old ones. | prose | by a merge patch (RFC 7396)
pet.upd.lost | updatePet | not-stored | A new date of birth is not kept. | structure | PetPatch.born_on
+pet.upd.noop | updatePet | patch | An empty patch changes updated_at. | prose | A patch that changes nothing [...] leaves `updated_at` and the entity tag alone.
pet.upd.updated_at | updatePet | computed | updated_at stays. | prose | When the pet was last changed by a patch, or registered.
pet.upd.transfer | updatePet | authorization | Clients can hand their pets over. | structure | 403 A client tries to hand the pet over to somebody else.
+pet.upd.chip | updatePet | duplicate | The microchip of another pet is accepted. | structure | 409 Another pet has this microchip already.
pet.upd.deceased | updatePet | side-effect | The appointments of a deceased pet stay booked. | prose | its appointments that are still `booked` are cancelled
pet.upd.deceased.all | updatePet | side-effect | Appointments that are checked in are cancelled, too. | prose | Its other appointments stay what they are.
+pet.upd.invoices | updatePet | side-effect | The invoices go to the new owner. | prose | Invoices stay with the client to whom they were made out.
+pet.del.vet | deletePet | authorization | Vets can delete pets. | prose | Managers only.
+pet.del.ifmatch | deletePet | conditional | If-Match is ignored. | prose | the pet is deleted only if it still has (one of) the entity tags
pet.del.kept | deletePet | delete | The answer is 204 but the pet stays. | structure | 204 The pet is gone.
pet.del.booked | deletePet | state | Pets with appointments ahead can be deleted. | prose | The pet has an appointment that is `booked` or `checked_in`
pet.del.open | deletePet | state | Pets with open invoices can be deleted. | prose | or an invoice that is `open`
+pet.del.invoices | deletePet | delete | The invoices go, too. | prose | Invoices are kept for the books
pet.del.ref | deletePet | reference | pet_id and appointment_id of the invoices stay. | prose | their `pet_id` and `appointment_id` become null
+pet.del.chip | deletePet | delete | The microchip stays taken. | prose | Its microchip can be registered again afterwards.
+pet.del.namesake | deletePet | delete | Other pets of the owner, without appointments and invoices, go as well. | prose | Deletes a pet together with [...]
+photo.get.others | getPetPhoto | visibility | Clients can see the photos of other clients' pets. | prose | There is no such pet (for the caller)
photo.type | getPetPhoto | bytes | The media type is always image/png. | prose | with the media type it was uploaded with
+photo.bytes | putPetPhoto | bytes | Bytes that aren't UTF-8 are replaced. | prose | byte by byte as it was uploaded
photo.replace | putPetPhoto | bytes | The first photo stays when another is uploaded. | prose | in place of the one before
photo.has | putPetPhoto | computed | has_photo stays false. | prose | Whether there is a photo of it.
photo.sha | putPetPhoto | computed | sha256 is that of the bytes in base64. | prose | The SHA-256 digest of the bytes.
+photo.large | putPetPhoto | validation | A photo of 262145 bytes is accepted. | structure | 413 The photo has more than 262144 bytes.
+photo.415 | putPetPhoto | validation | Any media type is accepted. | structure | 415 The body is neither PNG nor JPEG
photo.status | putPetPhoto | protocol | The first photo is answered with 200. | structure | 201 The pet has a photo now; it had none before.
+photo.put.others | putPetPhoto | authorization | Clients can upload photos of other clients' pets. | prose | Clients do this for their own pets
weights.order | listWeights | sort | Weights come in the order in which they were recorded. | prose | the one measured last first
weights.mixed | listWeights | relation | The weights of all pets of the owner are listed. | prose | All weights of the pet
+weights.others | listWeights | visibility | Clients can read the weights of other clients' pets. | prose | There is no such pet (for the caller)
+weight.client | addWeight | authorization | Clients can record weights. | prose | Staff only.
weight.latest | addWeight | computed | latest_weight_grams is the one recorded last. | prose | The weight that was measured last
+weight.twice | addWeight | duplicate | There may be two weights of a day. | structure | 409 The pet has a weight of this day already.
weight.by | addWeight | reference | recorded_by is the owner of the pet. | prose | Who recorded it.
+weight.today | addWeight | default | measured_on is yesterday if left out. | prose | Today, if it is left out.
+weight.future | addWeight | validation | A day in the future is accepted. | prose | Not in the future.
weight.heavy | addWeight | validation | A weight of 200001 grams is accepted. | schema | WeightNew.grams: maximum 200000
services.category | listServices | filter | The filter category has no effect. | prose | Keeps the services of this category.
+services.active | listServices | filter | active=false finds nothing. | prose | or no longer offered (`false`)
+services.max | listServices | filter | Services that cost exactly the maximum are left out. | prose | this much or less
+services.sort | listServices | sort | Prices are sorted as text. | prose | What to sort by
service.put.vet | putService | authorization | Vets can enter services. | prose | Managers only.
service.put.status | putService | protocol | A new service is answered with 200. | structure | 201 The service is new.
+service.put.keeps | putService | put | What the body leaves out keeps its value. | prose | what the body leaves out gets its default
service.put.created_at | putService | put | created_at changes when a service is replaced. | prose | Only `created_at` and `use_count` stay.
+service.put.lost | putService | not-stored | Replacing keeps the old category. | prose | Replacing is complete
service.put.name | putService | duplicate | Two services may have the same name. | structure | 409 Another service has the same name already
+service.put.name.case | putService | duplicate | Names that differ in letter case only are accepted. | prose | letter case makes no difference
+service.put.treatments | putService | side-effect | The treatments already recorded get the new price. | prose | Treatments already recorded keep the price they were recorded with.
service.price | putService | validation | A price of 0 is accepted. | schema | ServicePut.price_cents: minimum 1
+service.count | getService | computed | use_count is always 0. | prose | The number of treatments there are with this service.
service.del.used | deleteService | state | Services in use can be deleted. | structure | 409 There are treatments with this service.
+service.del.kept | deleteService | delete | The answer is 204 but the service stays. | structure | 204 The service is gone.
service.del.vet | deleteService | authorization | Vets can delete services. | prose | Managers only.
appts.others | listAppointments | visibility | Clients see the appointments of all pets. | prose | Clients get the appointments of their own pets only.
appts.status | listAppointments | filter | status=checked_in finds the booked ones, too. | prose | Keeps the appointments with this status.
appts.pet | listAppointments | filter | The filter pet_id has no effect. | prose | Keeps the appointments of this pet.
appts.vet | listAppointments | filter | The filter vet_id has no effect. | prose | Keeps the appointments with this vet.
+appts.to | listAppointments | filter | The day of to itself is left out. | prose | that start on this day or earlier
+appts.range | listAppointments | validation | A to before from is accepted. | prose | It mustn't be before `from`.
appts.order | listAppointments | sort | The order is that of booking. | prose | What to sort by
appts.total | listAppointments | computed | total counts the items of the page. | prose | on all pages
+appts.pages | listAppointments | pages | total_pages leaves out the last page unless it is full. | prose | The number of pages
+appts.page | listAppointments | pages | The last item of the page before is repeated from page 2 on. | prose | Which page, counted from 1.
appts.per_page | listAppointments | validation | A per_page of 101 is accepted. | schema | per_page: maximum 100
book.others | bookAppointment | authorization | Clients can book for other clients' pets. | prose | Clients book for their own pets.
book.vet | bookAppointment | reference | vet_id may be the id of a manager. | prose | or `vet_id` isn't the id of a vet
+book.past | bookAppointment | validation | A time in the past is accepted. | prose | in the future
+book.far | bookAppointment | validation | A time in more than 365 days is accepted. | prose | at most 365 days ahead
+book.deceased | bookAppointment | state | Appointments for deceased pets can be booked. | prose | or the pet is deceased
+book.overlap | bookAppointment | duplicate | Appointments of a vet may overlap. | prose | don't overlap
book.partial | bookAppointment | duplicate | Appointments of a vet may overlap unless they start together. | prose | don't overlap
book.touching | bookAppointment | state | An appointment can't start when another ends. | prose | One may start when another ends
book.cancelled | bookAppointment | state | Cancelled appointments block their time. | prose | the time of a cancelled appointment is free again
+book.ends | bookAppointment | computed | ends_at is always half an hour after starts_at. | prose | `starts_at` plus the duration.
book.default | bookAppointment | default | Without a duration it is 15 minutes. | schema | AppointmentNew.duration_minutes: default 30
+book.by | bookAppointment | reference | booked_by is the owner of the pet. | prose | Who booked it.
appt.get.others | getAppointment | visibility | Clients can read appointments of other clients' pets. | prose | What belongs to somebody else doesn't exist for them
+move.others | rescheduleAppointment | authorization | Clients can move appointments of other clients' pets. | prose | Clients move the appointments of their own pets.
move.state | rescheduleAppointment | state | Appointments that are checked in can be moved. | structure | 409 The appointment isn't `booked`
+move.overlap | rescheduleAppointment | duplicate | An appointment can be moved onto another one. | prose | The rules for booking hold here as well
+move.self | rescheduleAppointment | state | An appointment is in its own way. | prose | of course an appointment isn't in its own way
move.ends | rescheduleAppointment | computed | ends_at stays when an appointment is moved. | prose | `starts_at` plus the duration.
+move.reminders | rescheduleAppointment | side-effect | reminders_sent stays when an appointment is moved. | prose | `reminders_sent` goes back to 0
move.past | rescheduleAppointment | validation | An appointment can be moved into the past. | prose | or a new `starts_at` isn't within the coming 365 days
move.reason | rescheduleAppointment | patch | The reason is lost if it isn't mentioned. | prose | by a merge patch (RFC 7396)
move.vet | rescheduleAppointment | not-stored | A new vet is not kept. | structure | AppointmentPatch.vet_id
checkin.client | checkInAppointment | authorization | Clients can check in. | prose | Staff only.
checkin.state | checkInAppointment | state | Cancelled appointments can be checked in. | structure | 409 The appointment isn't `booked`.
checkin.at | checkInAppointment | not-stored | checked_in_at stays null. | prose | Sets `checked_in_at`.
+checkin.early | checkInAppointment | state | A pet can't be checked in before the appointment starts. | prose | This may be earlier than `starts_at`.
+complete.vet | completeAppointment | authorization | Vets can complete the appointments of other vets. | prose | The vet of the appointment or a manager.
complete.empty | completeAppointment | state | An appointment without treatments can be completed. | prose | or there are no treatments in it
+complete.invoice | completeAppointment | side-effect | There is no invoice. | prose | an invoice to the owner of the pet comes into being
complete.lines | completeAppointment | side-effect | The invoice has the first treatment only. | prose | with one line for each treatment
complete.tax | completeAppointment | computed | The tax is rounded down. | prose | rounded to whole cents, half a cent upwards
complete.number | completeAppointment | computed | All invoices get the same number. | prose | Each new invoice has the number after the highest one so far.
complete.due | completeAppointment | computed | The invoice is due after 30 days. | prose | 14 days after `issued_on`
+complete.client | completeAppointment | reference | The invoice goes to the client who booked. | prose | the owner of the pet when the appointment was completed
cancel.others | cancelAppointment | authorization | Clients can cancel appointments of other clients' pets. | prose | Clients cancel the appointments of their own pets
+cancel.state | cancelAppointment | state | Appointments that are checked in can be cancelled. | structure | 409 The appointment isn't `booked`.
+cancel.reason | cancelAppointment | not-stored | cancel_reason stays null. | prose | Sets `cancelled_at` and `cancel_reason`.
+cancel.at | cancelAppointment | not-stored | cancelled_at stays null. | prose | Sets `cancelled_at` and `cancel_reason`.
cancel.all | cancelAppointment | side-effect | The other appointments of the pet are cancelled, too. | prose | An appointment that is `booked` becomes `cancelled`.
cancel.short | cancelAppointment | validation | A reason of two characters, or none, is accepted. | schema | Reason.reason: minLength 3
+remind.count | sendReminder | computed | reminders_sent stays. | prose | `reminders_sent` goes up by one.
+remind.limit | sendReminder | state | A fourth reminder is answered with 200. | prose | a fourth is refused
remind.state | sendReminder | state | Reminders can be sent for any appointment. | prose | The appointment isn't `booked`
+remind.client | sendReminder | authorization | Clients can send reminders. | prose | Staff only.
treats.order | listTreatments | sort | Treatments come in the order of their services. | prose | in the order in which they were recorded
treats.total | listTreatments | computed | The sum leaves the quantities out. | prose | The sum of the items.
treats.others | listTreatments | visibility | Clients can read treatments of other clients' pets. | prose | There is no such appointment (for the caller)
treat.vet | addTreatment | authorization | Vets can record treatments in appointments of other vets. | prose | The vet of the appointment or a manager.
+treat.state | addTreatment | state | Treatments can be recorded before the check-in. | prose | while the appointment is `checked_in`
treat.twice | addTreatment | duplicate | A service can be recorded twice. | prose | there is a treatment with this service in it already
treat.inactive | addTreatment | reference | Services no longer offered can be recorded. | prose | or it is no longer offered
+treat.total | addTreatment | computed | total_cents leaves the quantity out. | prose | Quantity times unit price.
+treat.sum | addTreatment | computed | The total of the appointment leaves the quantities out. | prose | The sum of the treatments in it, before tax.
treat.count | addTreatment | computed | treatment_count adds up the quantities. | prose | The number of treatments in it.
treat.note | addTreatment | not-stored | The note is lost. | structure | TreatmentNew.note
treat.quantity | addTreatment | validation | A quantity of 21 is accepted. | schema | TreatmentNew.quantity: maximum 20
+treat.rm.state | removeTreatment | state | Treatments can be removed after completion. | structure | 409 The appointment isn't `checked_in`.
treat.rm.all | removeTreatment | delete | All treatments of the appointment go. | prose | Removes a treatment
+treat.rm.total | removeTreatment | computed | The total of the appointment still has what was removed. | prose | The sum of the treatments in it, before tax.
+treat.rm.use_count | removeTreatment | computed | use_count still has what was removed. | prose | The number of treatments there are with this service.
+treat.rm.vet | removeTreatment | authorization | Vets can remove treatments from appointments of other vets. | prose | The vet of the appointment or a manager.
treat.rm.kept | removeTreatment | delete | The answer is 204 but the treatment stays. | structure | 204 The treatment is gone.
invoices.others | listInvoices | visibility | Clients see all invoices. | prose | Clients get the ones made out to them only.
+invoices.status | listInvoices | filter | The filter status has no effect. | prose | Keeps the invoices with this status.
invoices.client | listInvoices | filter | The filter client_id has no effect. | prose | Keeps the invoices to this client.
invoices.order | listInvoices | sort | The lowest number comes first. | prose | the one with the highest number first
+invoices.outstanding | listInvoices | computed | outstanding_cents adds up the totals. | prose | The sum of the balances of the items.
+invoice.others | getInvoice | visibility | Clients can read other clients' invoices. | prose | What belongs to somebody else doesn't exist for them
invoice.balance | getInvoice | computed | The balance leaves out the tax. | prose | the total less the payments
+pay.client | payInvoice | authorization | Clients can record payments. | prose | Staff only.
pay.over | payInvoice | validation | More than the balance is accepted. | prose | or the amount is more than the balance
+pay.status | payInvoice | state | An invoice paid in full stays open. | prose | With the payment that settles the balance the invoice becomes `paid`
+pay.early | payInvoice | state | The first payment makes the invoice paid. | prose | the whole balance, or a part of it
pay.twice | payInvoice | duplicate | A reference is accepted twice. | prose | there is a payment with this reference on it already
+pay.last | payInvoice | computed | paid_cents is the last payment only. | prose | The sum of the payments.
pay.void | payInvoice | state | Void invoices can be paid. | structure | 409 The invoice isn't `open`
+pay.by | payInvoice | reference | received_by is the client. | prose | Who recorded the payment.
pay.at | payInvoice | not-stored | paid_at stays null. | prose | and `paid_at` is set
pay.method | payInvoice | validation | Any text is accepted as method. | schema | PaymentNew.method: enum
void.vet | voidInvoice | authorization | Vets can void invoices. | prose | Managers only.
+void.partly | voidInvoice | state | Invoices paid in part can be voided. | prose | or something has been paid on it
+void.paid | voidInvoice | state | Paid invoices can be voided. | prose | `paid` [...] both are final
+void.balance | voidInvoice | computed | The balance of a void invoice stays. | prose | its balance is 0
+void.reason | voidInvoice | not-stored | void_reason stays null. | structure | Invoice.void_reason
csv.vet | exportInvoices | authorization | Vets can export invoices. | prose | Managers only.
+csv.quote | exportInvoices | export | Fields with commas aren't put into quotes. | prose | Fields with commas, quotes or line breaks are put into quotes.
+csv.order | exportInvoices | export | The highest number comes first. | prose | the lowest number first
+csv.status | exportInvoices | filter | The filter status has no effect. | prose | Keeps the invoices with this status.
csv.header | exportInvoices | export | The line with the names of the columns is missing. | prose | The first line is
csv.void | exportInvoices | export | Void invoices are left out. | prose | each invoice has a line after it
+csv.total | exportInvoices | export | total_cents is without tax. | structure | Invoice.total_cents: Subtotal and tax.
"""


def list_faults(everything=False):
    """The faults of the measure; with everything, also the lines that begin with a plus, which are spare."""
    keys = ("id", "operation", "kind", "what", "source", "where")
    lines = [x for x in FAULTS.strip().splitlines() if everything or not x.startswith("+")]
    return [dict(zip(keys, (x.strip() for x in line.lstrip("+").split(" | ", 5)))) for line in lines]


if __name__ == "__main__":
    main()
