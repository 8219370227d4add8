#!/usr/bin/env python3
"""Fernway Freight - an in-memory service that keeps contract.yaml.

    python3 service.py --port 0 [--fault ID]
    python3 service.py --list-faults
"""
import argparse
import csv
import hashlib
import io
import json
import re
import socket
import sys
import threading
import time
import uuid
from datetime import date, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote

FAULT = None
LOCK = threading.Lock()


def F(fid):
    return FAULT == fid


def W(fid, good, bad):
    return bad if FAULT == fid else good


def gap(fid):
    """A check-then-act gap, only with the fault on: others may come between."""
    if FAULT == fid:
        LOCK.release()
        time.sleep(0.25)
        LOCK.acquire()


# ---------------------------------------------------------------- small things

def now():
    return datetime.now(timezone.utc).replace(microsecond=0)


def today():
    return now().date()


def iso(t):
    return t.strftime('%Y-%m-%dT%H:%M:%SZ')


def parse_iso(s):
    return datetime.strptime(s, '%Y-%m-%dT%H:%M:%SZ').replace(tzinfo=timezone.utc)


def up(a, b):
    return -(-a // b)


CODES = {400: 'badRequest', 401: 'unauthorized', 403: 'forbidden', 404: 'notFound', 405: 'methodNotAllowed',
         409: 'conflict', 412: 'preconditionFailed', 413: 'tooLarge', 415: 'unsupportedMediaType',
         422: 'invalid', 428: 'preconditionRequired'}


class Stop(Exception):
    """A refusal."""

    def __init__(self, status, message, **more):
        self.status, self.message, self.more = status, message, more


def invalid(errs):
    if F('ship-first-error-only'):
        errs = errs[:1]
    raise Stop(422, 'The body breaks a rule.', errors=[{'field': f, 'message': m} for f, m in errs])


def conflict(message):
    raise Stop(409, message)


# ---------------------------------------------------------------- body checks
# A check is a function (value, path, errors) -> value; it reports into errors.

def Str(lo=0, hi=10 ** 9, pattern=None, null=False):
    def check(v, p, e):
        if v is None and null:
            return None
        if not isinstance(v, str):
            e.append((p, 'must be a string'))
        elif any('\ud800' <= c <= '\udfff' for c in v):
            e.append((p, 'must be proper Unicode'))
        elif not lo <= len(v) <= hi:
            e.append((p, 'must have %d to %d characters' % (lo, hi)))
        elif pattern and not re.fullmatch(pattern, v):
            e.append((p, 'does not fit the pattern ' + pattern))
        return v
    return check


def Int(lo=None, hi=None):
    def check(v, p, e):
        if isinstance(v, float) and v.is_integer():
            v = int(v)
        if isinstance(v, bool) or not isinstance(v, int):
            e.append((p, 'must be a whole number'))
        elif lo is not None and v < lo:
            e.append((p, 'must be at least %d' % lo))
        elif hi is not None and v > hi:
            e.append((p, 'must be at most %d' % hi))
        return v
    return check


def Bool(v, p, e):
    if not isinstance(v, bool):
        e.append((p, 'must be true or false'))
    return v


def Enum(*vals):
    def check(v, p, e):
        if not isinstance(v, str) or v not in vals:
            e.append((p, 'must be one of ' + ', '.join(vals)))
        return v
    return check


def as_date(v):
    if isinstance(v, str) and re.fullmatch(r'[0-9]{4}-[0-9]{2}-[0-9]{2}', v):
        try:
            return date.fromisoformat(v)
        except ValueError:
            pass
    return None


def Date(v, p, e):
    if as_date(v) is None:
        e.append((p, 'must be a date like 2025-03-31'))
    return v


def sub(path, name):
    if F('ship-field-path'):
        return path + '/' + str(name)
    return path + '.' + str(name) if path else str(name)


def Obj(members, required=(), then=None, loose=False):
    def check(v, p, e):
        if not isinstance(v, dict):
            e.append((p, 'must be an object'))
            return v
        n = len(e)
        out = {}
        for k in required:
            if k not in v:
                e.append((sub(p, k), 'is required'))
        for k, x in v.items():
            if k in members:
                out[k] = members[k](x, sub(p, k), e)
            elif not loose:
                e.append((sub(p, k), 'is not a member that can be sent'))
        if then and len(e) == n:
            then(out, p, e)
        return out
    return check


def List(item, lo, hi):
    def check(v, p, e):
        if not isinstance(v, list):
            e.append((p, 'must be an array'))
            return v
        if not lo <= len(v) <= hi:
            e.append((p, 'must have %d to %d items' % (lo, hi)))
        return [item(x, sub(p, i), e) for i, x in enumerate(v)]
    return check


HOUR = r'([01][0-9]|2[0-3]):[0-5][0-9]'
MONTH = r'[0-9]{4}-(0[1-9]|1[0-2])'


def checks():
    """All body checks; made after the fault is known."""
    C = {}

    def hours(d, p, e):
        if W('depot-equal-times', d['closesAt'] <= d['opensAt'], d['closesAt'] < d['opensAt']):
            e.append((sub(p, 'closesAt'), 'has to be later than opensAt'))

    name = Str(1, W('depot-name-too-long', 60, 80))
    depot = {'name': name, 'city': Str(1, 60), 'zone': Int(1, 5), 'opensAt': Str(pattern=HOUR),
             'closesAt': Str(pattern=HOUR), 'active': Bool}
    C['DepotPatch'] = Obj(depot)
    C['DepotCreate'] = Obj(dict(depot, code=Str(pattern='[A-Z]{3}[0-9]{2}')),
                           ['code', 'name', 'city', 'zone', 'opensAt', 'closesAt'], hours,
                           loose=F('depot-unknown-member'))

    def span(d, p, e):
        if d['maxGrams'] < d['minGrams'] and not F('tariff-upside-down'):
            e.append((sub(p, 'maxGrams'), 'must not be smaller than minGrams'))

    C['TariffCreate'] = Obj({'zone': Int(1, 5), 'minGrams': Int(1, 1000000), 'maxGrams': Int(1, 1000000),
                             'priceCents': Int(W('tariff-free', 1, 0), 1000000)},
                            ['zone', 'minGrams', 'maxGrams', 'priceCents'], span)

    def belt(d, p, e):
        girth = d['lengthCm'] + 2 * d['widthCm'] + 2 * d['heightCm']
        if F('ship-girth-single'):
            girth = d['lengthCm'] + d['widthCm'] + d['heightCm']
        if girth > 360:
            e.append((p, 'length plus twice width and height is more than 360 cm'))

    parcel = Obj({'weightGrams': Int(1, 30000), 'lengthCm': Int(1, 200), 'widthCm': Int(1, 200),
                  'heightCm': Int(1, 200)}, ['weightGrams', 'lengthCm', 'widthCm', 'heightCm'], belt)
    recipient = {'name': Str(1, 80), 'street': Str(1, 120), 'city': Str(1, 80),
                 'postcode': Str(pattern=W('ship-postcode-short', '[0-9]{5}', '[0-9]{4,5}')),
                 'phone': Str(pattern=r'\+[0-9]{6,15}', null=True)}

    def pickup(v, p, e):
        Date(v, p, e)
        d = as_date(v)
        if d and not today() <= d <= today() + timedelta(days=W('ship-pickup-far', 60, 61)):
            e.append((p, 'must be today at the earliest and at most 60 days ahead'))
        return v

    ship = {'reference': Str(pattern='[A-Za-z0-9._/-]{1,40}', null=True), 'depotId': Int(),
            'service': Enum('standard', 'express'),
            'parcels': List(parcel, 1, W('ship-eleven-parcels', 10, 11)),
            'pickupDate': pickup, 'insuredCents': Int(0, 500000)}
    C['ShipmentPatch'] = Obj(dict(ship, recipient=Obj(recipient)))
    C['ShipmentCreate'] = Obj(dict(ship, customerId=Int(),
                                   recipient=Obj(recipient, ['name', 'street', 'postcode', 'city'])),
                              ['depotId', 'recipient', 'parcels'])
    C['ShipmentImport'] = Obj({'rows': List(lambda v, p, e: v, 1, W('import-fifty-one', 50, 51)),
                               'allOrNothing': Bool}, ['rows'])
    C['Cancellation'] = Obj({'reason': Str(W('cancel-short-reason', 3, 2), 200)}, ['reason'])

    def event(d, p, e):
        t = d['type']
        if t == 'delivered' and 'receivedBy' not in d and not F('event-no-receiver'):
            e.append((sub(p, 'receivedBy'), 'is required with delivered'))
        if t != 'delivered' and 'receivedBy' in d:
            e.append((sub(p, 'receivedBy'), 'goes with delivered only'))
        if t in W('event-damage-no-note', ('damaged', 'note'), ('note',)) and 'note' not in d:
            e.append((sub(p, 'note'), 'is required with ' + t))
        if d.get('internal') and t != 'note' and not F('event-internal-damage'):
            e.append((sub(p, 'internal'), 'only notes can be internal'))

    C['EventCreate'] = Obj({'type': Enum('attempted', 'delivered', 'damaged', 'note'), 'place': Str(1, 80),
                            'note': Str(1, 500), 'receivedBy': Str(2, 80), 'internal': Bool}, ['type'], event)

    def not_past(v, p, e):
        Date(v, p, e)
        d = as_date(v)
        if d and d < today() - timedelta(days=W('tour-yesterday', 0, 1)):
            e.append((p, 'must be today or later'))
        return v

    C['TourCreate'] = Obj({'driverId': Int(), 'depotId': Int(), 'date': not_past,
                           'capacityGrams': Int(W('tour-tiny', 10000, 1000), 3500000)},
                          ['driverId', 'depotId', 'date'])
    C['StopCreate'] = Obj({'shipmentId': Int(), 'position': Int(1)}, ['shipmentId'])
    C['ClaimCreate'] = Obj({'parcelId': Int(), 'kind': Enum('damage', 'loss'), 'amountCents': Int(1),
                            'description': Str(W('claim-short-text', 10, 1), 1000)},
                           ['parcelId', 'kind', 'amountCents', 'description'])

    def decision(d, p, e):
        if d['outcome'] == 'accepted':
            if 'grantedCents' not in d:
                e.append((sub(p, 'grantedCents'), 'is required to accept'))
        else:
            if 'grantedCents' in d and not F('decide-reject-granted'):
                e.append((sub(p, 'grantedCents'), 'must be left out to reject'))
            if 'note' not in d and not F('decide-reject-silent'):
                e.append((sub(p, 'note'), 'is required to reject'))

    C['ClaimDecision'] = Obj({'outcome': Enum('accepted', 'rejected'), 'grantedCents': Int(1),
                              'note': Str(3, 500)}, ['outcome'], decision)

    def month(v, p, e):
        n = len(e)
        Str(pattern=MONTH)(v, p, e)
        if len(e) == n and v > today().strftime('%Y-%m') and not F('invoice-future'):
            e.append((p, 'must not be later than the running month'))
        return v

    C['InvoiceCreate'] = Obj({'customerId': Int(), 'month': month}, ['customerId', 'month'])
    return C


CHECK = {}


# ---------------------------------------------------------------- data

USERS = {
    'dispatch-dora-5d1f': {'id': 1, 'role': 'dispatcher', 'name': 'Dora Lindt'},
    'driver-mia-93ab': {'id': 11, 'role': 'driver', 'name': 'Mia Sommer'},
    'driver-jon-40c7': {'id': 12, 'role': 'driver', 'name': 'Jon Albers'},
    'driver-otto-b21e': {'id': 13, 'role': 'driver', 'name': 'Otto Quast'},
    'customer-anna-7e02': {'id': 21, 'role': 'customer', 'name': 'Anna Reuter'},
    'customer-ben-18f4': {'id': 22, 'role': 'customer', 'name': 'Ben Kessler'},
}
ON_LEAVE = {13}
DEPOTS, TARIFFS, SHIPS, EVENTS, PROOFS, TOURS, CLAIMS, INVOICES = {}, {}, {}, {}, {}, {}, {}, {}
KEYS = {}          # (user, key) -> (body, answer)
SPENT_CODES = set()
SPENT_REFS = set()
COUNT = {}


def next_id(kind):
    COUNT[kind] = COUNT.get(kind, 0) + 1
    return COUNT[kind]


def ids_of(role):
    return {u['id'] for u in USERS.values() if u['role'] == role}


def zone_of(postcode):
    d = int(postcode[0])
    if F('ship-zone-eight'):
        return min(5, up(d, 2) + (d < 1))
    return d // 2 + 1


def billable(p):
    vol = p['lengthCm'] * p['widthCm'] * p['heightCm']
    vol = W('ship-volume-floor', up(vol, 5), vol // 5)
    return max(p['weightGrams'], vol)


def make_parcels(inputs):
    return [dict(id=next_id('parcel'), **{k: p[k] for k in ('weightGrams', 'lengthCm', 'widthCm', 'heightCm')})
            for p in inputs]


def grams(s):
    if F('ship-grams-billable'):
        return sum(billable(p) for p in s['parcels'])
    return sum(p['weightGrams'] for p in s['parcels'])


def price_of(s):
    base = 0
    for p in s['parcels']:
        w = W('book-real-weight', billable(p), p['weightGrams'])
        t = [t for t in TARIFFS.values() if t['zone'] == zone_of(s['recipient']['postcode'])
             and t['minGrams'] <= w <= t['maxGrams']]
        if not t:
            return None
        base += t[0]['priceCents']
    extra = 0
    if s['service'] == 'express':
        extra = W('book-express-floor', up(base, 2), base // 2)
    off = 0
    if len(s['parcels']) >= W('book-discount-six', 5, 6):
        off = W('book-discount-surcharge', base, base + extra) // 10
    cover = W('book-insurance-floor', up(s['insuredCents'], 100), s['insuredCents'] // 100)
    return base + extra - off + cover


def due_of(s):
    d = date.fromisoformat(s['pickupDate'])
    n = 1 if s['service'] == 'express' and not F('book-express-slow') else 3
    if F('book-due-weekend'):
        return (d + timedelta(days=n)).isoformat()
    while n:
        d += timedelta(days=1)
        if d.weekday() < 5:
            n -= 1
    return d.isoformat()


def is_late(s):
    if not s['dueDate'] or s['status'] in ('draft', 'cancelled'):
        return False
    if s['status'] in ('booked', 'inTransit'):
        t = today().isoformat()
        return W('ship-late-today', t > s['dueDate'], t >= s['dueDate'])
    if F('ship-late-closed'):
        return False
    return s['closedAt'][:10] > s['dueDate']


def add_event(s, kind, user_id, at=None, place=None, note=None, internal=False):
    e = {'id': next_id('event'), 'shipmentId': s['id'], 'type': kind, 'at': iso(at or now()), 'place': place,
         'note': note, 'internal': internal, 'recordedBy': user_id}
    EVENTS[e['id']] = e
    return e


def tracking_code(sid):
    if F('book-tracking-twice'):
        return 'FW%010d' % (7000000 + (sid // 2) * 7919)
    return 'FW%010d' % (7000000 + sid * 7919)


def do_book(s, user_id, at=None, price=None):
    s['status'] = 'booked'
    s['trackingCode'] = tracking_code(s['id'])
    s['priceCents'] = price if price is not None else price_of(s)
    s['dueDate'] = due_of(s)
    s['bookedAt'] = iso(at or now())
    if not F('book-no-event'):
        add_event(s, 'booked', user_id, at)


def new_ship(d, customer_id, at=None):
    r = d['recipient']
    s = {'id': next_id('shipment'), 'customerId': customer_id, 'reference': d.get('reference'),
         'depotId': d['depotId'],
         'recipient': {'name': r['name'], 'street': r['street'], 'postcode': r['postcode'], 'city': r['city'],
                       'phone': None if F('ship-phone-lost') else r.get('phone')},
         'service': d.get('service', 'standard'),
         'parcels': make_parcels(d['parcels']),
         'pickupDate': d.get('pickupDate') or (today() + timedelta(days=W('ship-pickup-default', 1, 0))).isoformat(),
         'insuredCents': d.get('insuredCents', 0), 'status': 'draft', 'trackingCode': None, 'priceCents': None,
         'dueDate': None, 'attempts': 0, 'damaged': False, 'receivedBy': None, 'tourId': None, 'invoiceId': None,
         'cancelReason': None, 'createdAt': iso(at or now()), 'bookedAt': None, 'closedAt': None, 'zone': None}
    s['zone'] = zone_of(r['postcode'])
    SHIPS[s['id']] = s
    return s


# ---------------------------------------------------------------- views

def visible_ship(s, user):
    if s.get('gone'):
        return False
    if user['role'] == 'dispatcher':
        return True
    if user['role'] == 'customer':
        return s['customerId'] == user['id']
    t = TOURS.get(s['tourId'])
    return t is not None and t['driverId'] == user['id']


def show_ship(s, user=None, single=False):
    o = {k: s[k] for k in ('id', 'customerId', 'reference', 'depotId', 'recipient', 'service')}
    o['parcels'] = [dict(p, billableGrams=billable(p)) for p in s['parcels']]
    if F('ship-parcel-order'):
        o['parcels'].reverse()
    o['parcelCount'] = len(s['parcels'])
    o['totalGrams'] = grams(s)
    o['zone'] = s['zone'] if F('patch-zone-stale') else zone_of(s['recipient']['postcode'])
    for k in ('pickupDate', 'insuredCents', 'status', 'trackingCode', 'priceCents', 'dueDate'):
        o[k] = s[k]
    o['late'] = is_late(s)
    o['attempts'] = s['attempts']
    o['damaged'] = s['damaged']
    o['hasProof'] = s['id'] in PROOFS
    o['claimCount'] = sum(1 for c in CLAIMS.values() if c['shipmentId'] == s['id']
                          and not (F('claim-count-open') and c['status'] == 'rejected'))
    for k in ('receivedBy', 'tourId', 'invoiceId', 'cancelReason', 'createdAt', 'bookedAt', 'closedAt'):
        o[k] = s[k]
    if user and user['role'] == 'driver' and not (F('ship-driver-price') and single):
        del o['priceCents']
    if single and F('ship-no-claim-count'):
        del o['claimCount']
    return o


def ship_etag(s):
    if F('ship-etag-frozen'):
        return '"s%d"' % s['id']
    return '"' + hashlib.sha1(json.dumps(show_ship(s), sort_keys=True).encode()).hexdigest()[:20] + '"'


def open_at(depot_id):
    return [s for s in SHIPS.values() if s['depotId'] == depot_id
            and s['status'] in W('depot-counts-drafts', ('booked', 'inTransit'), ('draft', 'booked', 'inTransit'))]


def show_depot(d):
    o = {k: d[k] for k in ('id', 'code', 'name', 'city', 'zone', 'opensAt', 'closesAt', 'active')}
    o['openShipments'] = len(open_at(d['id']))
    o['version'] = d['version']
    o['createdAt'] = d['createdAt']
    return o


def depot_etag(d):
    return '"d%d-v%d"' % (d['id'], d['version'])


def is_done(s):
    return s['status'] in ('delivered', 'failed')


def show_tour(t):
    ships = [SHIPS[i] for i in t['stops']]
    pos = t.get('pos') or list(range(1, len(ships) + 1))
    o = {k: t[k] for k in ('id', 'driverId', 'depotId', 'date', 'capacityGrams', 'status')}
    o['stops'] = [{'position': n, 'shipmentId': s['id'], 'done': is_done(s)} for n, s in zip(pos, ships)]
    o['stopCount'] = len(ships)
    o['openStops'] = sum(1 for s in ships if not is_done(s)
                         or F('tour-failed-open') and s['status'] == 'failed')
    o['totalGrams'] = sum(grams(s) for s in ships)
    o['startedAt'] = t['startedAt']
    o['finishedAt'] = t['finishedAt']
    return o


def show_driver(u):
    tours = [t for t in TOURS.values() if t['driverId'] == u['id']]
    mine = {t['id'] for t in tours}
    ok = sum(1 for s in SHIPS.values() if s['tourId'] in mine and s['status'] == 'delivered')
    bad = sum(1 for s in SHIPS.values() if s['tourId'] in mine and s['status'] == 'failed')
    if F('driver-rate-zero'):
        rate = (ok * 200 + ok + bad) // (2 * (ok + bad)) / 100 if ok + bad else 0
    elif F('driver-rate-stops'):
        n = sum(len(t['stops']) for t in tours)
        rate = (ok * 200 + n) // (2 * n) / 100 if n else None
    else:
        rate = (ok * 200 + ok + bad) // (2 * (ok + bad)) / 100 if ok + bad else None
    under = [t['id'] for t in tours if t['status'] == 'underway'
             or F('driver-tour-stale') and t['status'] == 'finished']
    return {'id': u['id'], 'name': u['name'], 'onLeave': u['id'] in ON_LEAVE, 'deliveredCount': ok,
            'failedCount': bad, 'successRate': rate,
            'toursFinished': sum(1 for t in tours if t['status'] == 'finished'),
            'currentTourId': under[0] if under else None}


# ---------------------------------------------------------------- queries

class Query:
    def __init__(self, raw):
        self.vals = {}
        for k, v in parse_qsl(raw, keep_blank_values=True, encoding='utf-8', errors='replace'):
            self.vals.setdefault(k, []).append(v)

    def bad(self, name, why):
        if F('query-no-parameter'):
            raise Stop(400, '%s %s' % (name, why))
        raise Stop(400, '%s %s' % (name, why), parameter=name)

    def get(self, name):
        return self.vals[name][0] if name in self.vals else None

    def int(self, name, lo=None, hi=None, default=None):
        v = self.get(name)
        if v is None:
            return default
        if not re.fullmatch(r'-?[0-9]{1,300}', v):
            self.bad(name, 'must be a whole number')
        n = int(v)
        if lo is not None and n < lo:
            self.bad(name, 'must be at least %d' % lo)
        if hi is not None and n > hi:
            if F('ships-perpage-clamped') and name == 'perPage':
                return hi
            self.bad(name, 'must be at most %d' % hi)
        return n

    def bool(self, name):
        v = self.get(name)
        if v is None:
            return None
        if v not in ('true', 'false'):
            self.bad(name, 'must be true or false')
        return v == 'true'

    def enum(self, name, vals, default=None):
        v = self.get(name)
        if v is None:
            return default
        if v not in vals:
            self.bad(name, 'must be one of ' + ', '.join(vals))
        return v

    def enums(self, name, vals):
        vs = self.vals.get(name)
        if vs is None:
            return None
        for v in vs:
            if v not in vals:
                self.bad(name, 'must be one of ' + ', '.join(vals))
        return vs

    def text(self, name, hi):
        v = self.get(name)
        if v is not None and not 1 <= len(v) <= hi:
            self.bad(name, 'must have 1 to %d characters' % hi)
        return v

    def date(self, name):
        v = self.get(name)
        if v is None:
            return None
        if as_date(v) is None:
            self.bad(name, 'must be a date like 2025-03-31')
        return v

    def paging(self):
        return self.int('page', 1, None, 1), self.int('perPage', 1, 100, 20)


def paged(items, paging, show, op=None, **more):
    page, per = paging
    part = items[(page - 1) * per:page * per]
    total = len(items)
    if op == 'tariffs' and F('tariff-total-page'):
        total = len(part)
    if op == 'ships' and F('ships-page-past-end') and not part and items:
        page = up(len(items), per)
        part = items[(page - 1) * per:page * per]
    if op == 'ships' and F('ships-grams-page'):
        more['totalGrams'] = sum(grams(s) for s in part)
    return {'items': [show(x) for x in part], 'page': page, 'perPage': per, 'total': total, **more}


# ---------------------------------------------------------------- answers

class Answer:
    def __init__(self, status, body=None, headers=None, raw=None, ctype=None):
        self.status, self.headers = status, dict(headers or {})
        if raw is not None:
            self.data, self.ctype = raw, ctype
        elif body is not None:
            self.data, self.ctype = json.dumps(body).encode(), 'application/json'
        else:
            self.data, self.ctype = b'', None


class Ctx:
    def __init__(self, user, ids, query, headers, body):
        self.user, self.ids, self.query, self.headers, self.body = user, ids, query, headers, body
        self.role, self.uid = user['role'], user['id']

    def json(self, schema):
        return validated(self.parsed(), schema)

    def parsed(self):
        def no(_):
            raise ValueError('no JSON number')
        try:
            v = json.loads(self.body.decode('utf-8'), parse_constant=no)
        except (ValueError, RecursionError):
            invalid([('', 'the body is not JSON')])
        if not isinstance(v, dict):
            invalid([('', 'the body is not an object')])
        return v

    def merge_patch(self):
        t = (self.headers.get('Content-Type') or '').split(';')[0].strip().lower()
        if t == 'application/json' and F('patch-plain-json'):
            return
        if t != 'application/merge-patch+json':
            raise Stop(415, 'Updates are application/merge-patch+json.')

    def if_match(self, etag):
        h = self.headers.get('If-Match')
        if h is None:
            return
        if h.strip() == '*' or etag in tags(h):
            return
        raise Stop(412, 'It was changed since you read it.')


def tags(h):
    return re.findall(r'(?:W/)?"[^"]*"', h)


def validated(v, schema):
    errs = []
    out = CHECK[schema](v, '', errs)
    if errs:
        invalid(errs)
    return out


def find(store, i):
    if not re.fullmatch('[0-9]{1,18}', i) or int(i) < 1 or int(i) not in store:
        raise Stop(404, 'There is no such thing.')
    return store[int(i)]


def find_ship(c, leak=None):
    s = find(SHIPS, c.ids[0])
    if leak and F(leak):
        return s
    if not visible_ship(s, c.user):
        raise Stop(404, 'There is no such thing.')
    return s


# ---------------------------------------------------------------- depots

def listDepots(c):
    q = c.query
    zone, active, paging = q.int('zone', 1, 5), q.bool('active'), q.paging()
    ds = [d for d in DEPOTS.values()
          if (c.role != 'customer' or d['active'] or F('depots-inactive-listed'))
          and (zone is None or d['zone'] == zone)
          and (active is None or d['active'] == active or F('depots-active-ignored'))]
    ds.sort(key=lambda d: d[W('depots-sort', 'code', 'id')])

    def show(d):
        o = show_depot(d)
        if F('depots-open-text'):
            o['openShipments'] = str(o['openShipments'])
        return o
    return Answer(200, paged(ds, paging, show))


def createDepot(c):
    d = c.json('DepotCreate')
    if any(x['code'] == d['code'] and (x['active'] or not F('depot-code-inactive')) for x in DEPOTS.values()) \
            or d['code'] in SPENT_CODES:
        conflict('There is a depot with this code.')
    gap('depot-code-race')
    x = {k: d[k] for k in ('code', 'name', 'city', 'zone', 'opensAt', 'closesAt')}
    x.update(id=next_id('depot'), active=d.get('active', W('depot-starts-inactive', True, False)), version=1,
             createdAt=iso(now()))
    DEPOTS[x['id']] = x
    h = {'Location': '/depots/%d' % x['id'], 'ETag': depot_etag(x)}
    if F('depot-no-location'):
        del h['Location']
    return Answer(201, show_depot(x), h)


def getDepot(c):
    d = find(DEPOTS, c.ids[0])
    if c.role == 'customer' and not d['active'] and not F('depot-inactive-readable'):
        raise Stop(404, 'There is no such thing.')
    tag = depot_etag(d)
    h = c.headers.get('If-None-Match')
    if h is not None and not F('depot-never-304'):
        if h.strip() == '*' or tag in [t[2:] if t.startswith('W/') else t for t in tags(h)]:
            return Answer(304, headers={'ETag': tag})
    return Answer(200, show_depot(d), {'ETag': tag})


def updateDepot(c):
    d = find(DEPOTS, c.ids[0])
    c.merge_patch()
    if 'If-Match' not in c.headers and not F('depot-no-428'):
        raise Stop(428, 'Send If-Match.')
    if not F('depot-no-412'):
        c.if_match(depot_etag(d))
    v = c.parsed()
    if F('depot-null-ignored'):
        v = {k: x for k, x in v.items() if x is not None}
    p = validated(v, 'DepotPatch')
    new = dict(d, **p)
    if new['closesAt'] <= new['opensAt'] and not (F('depot-patch-one-time') and not {'opensAt', 'closesAt'} <= set(p)):
        invalid([('closesAt', 'has to be later than opensAt')])
    if d['active'] and not new['active']:
        if open_at(d['id']) and not F('depot-deactivate-ships'):
            conflict('Open shipments start from this depot.')
        if any(t['depotId'] == d['id'] and t['status'] != 'finished' for t in TOURS.values()) \
                and not F('depot-deactivate-tours'):
            conflict('Tours start from this depot.')
    if F('depot-city-lost'):
        new['city'] = d['city']
    if new != d or F('depot-version-always'):
        new['version'] = d['version'] + 1
        d.update(new)
    return Answer(200, show_depot(d), {'ETag': depot_etag(d)})


def deleteDepot(c):
    d = find(DEPOTS, c.ids[0])
    if any(s['depotId'] == d['id'] and not s.get('gone')
           and (not F('depot-delete-closed') or s['status'] in ('booked', 'inTransit')) for s in SHIPS.values()):
        conflict('Shipments refer to this depot.')
    if any(t['depotId'] == d['id'] for t in TOURS.values()) and not F('depot-delete-tours'):
        conflict('Tours refer to this depot.')
    del DEPOTS[d['id']]
    if F('depot-code-spent'):
        SPENT_CODES.add(d['code'])
    return Answer(204)


# ---------------------------------------------------------------- tariffs, drivers

def listTariffs(c):
    q = c.query
    zone, g, paging = q.int('zone', 1, 5), q.int('grams', 1), q.paging()
    ts = [t for t in TARIFFS.values() if (zone is None or t['zone'] == zone)
          and (g is None or t['minGrams'] <= g < t['maxGrams'] + W('tariff-grams-top', 1, 0))]
    ts.sort(key=lambda t: (t['zone'], t[W('tariff-sort', 'minGrams', 'id')]))
    return Answer(200, paged(ts, paging, dict, 'tariffs'))


def createTariff(c):
    d = c.json('TariffCreate')
    for t in TARIFFS.values():
        if t['zone'] != d['zone'] and not F('tariff-all-zones'):
            continue
        if F('tariff-one-gram'):
            hit = t['minGrams'] < d['maxGrams'] and d['minGrams'] < t['maxGrams']
        elif F('tariff-enclosing'):
            hit = t['minGrams'] <= d['minGrams'] <= t['maxGrams'] or t['minGrams'] <= d['maxGrams'] <= t['maxGrams']
        else:
            hit = t['minGrams'] <= d['maxGrams'] and d['minGrams'] <= t['maxGrams']
        if hit:
            conflict('The range overlaps with tariff %d.' % t['id'])
    t = dict(id=next_id('tariff'), **d)
    TARIFFS[t['id']] = t
    return Answer(201, t)


def listDrivers(c):
    q = c.query
    text, leave = q.text('q', 60), q.bool('onLeave')
    sort, paging = q.enum('sort', ('name', '-deliveredCount'), 'name'), q.paging()
    us = [show_driver(u) for u in USERS.values() if u['role'] == 'driver'
          and (c.role != 'driver' or u['id'] == c.uid or F('drivers-colleagues'))]
    if text is not None:
        us = [u for u in us if (text in u['name'] if F('drivers-q-case') else text.lower() in u['name'].lower())]
    if leave is not None:
        us = [u for u in us if u['onLeave'] == leave]
    if sort == 'name':
        us.sort(key=lambda u: (u['name'], u['id']))
    else:
        us.sort(key=lambda u: (W('drivers-sort-up', -1, 1) * u['deliveredCount'], u['id']))
    return Answer(200, paged(us, paging, lambda u: u))


# ---------------------------------------------------------------- shipments

STATUSES = ('draft', 'booked', 'inTransit', 'delivered', 'failed', 'cancelled')


def listShipments(c):
    q = c.query
    status, cust, depot = q.enums('status', STATUSES), q.int('customerId', 1), q.int('depotId', 1)
    text, late = q.text('q', 60), q.bool('late')
    sort = q.enum('sort', ('id', '-id', 'dueDate', '-dueDate', 'priceCents', '-priceCents'),
                  W('ships-default-sort', '-id', 'id'))
    if c.role == 'driver' and sort.endswith('priceCents') and not F('ships-driver-sort'):
        q.bad('sort', 'can not be by price for drivers')
    paging = q.paging()
    ss = [s for s in SHIPS.values() if visible_ship(s, c.user)
          or F('ships-customer-leak') and cust is not None and not s.get('gone')]
    if status is not None:
        ss = [s for s in ss if s['status'] in (status[-1:] if F('ships-status-last') else status)]
    if cust is not None:
        ss = [s for s in ss if s['customerId'] == cust]
    if depot is not None:
        ss = [s for s in ss if s['depotId'] == depot]
    if text is not None:
        t = text.lower()
        ss = [s for s in ss if t in (s['reference'] or '').lower() or t in s['recipient']['name'].lower()
              or t in (s['trackingCode'] or '').lower() and not F('ships-q-tracking')]
    if late is not None:
        ss = [s for s in ss if is_late(s) == late]
    key = sort.lstrip('-')
    have = sorted((s for s in ss if s[key] is not None), key=lambda s: s['id'])
    have.sort(key=lambda s: s[key], reverse=sort.startswith('-'))
    rest = sorted((s for s in ss if s[key] is None), key=lambda s: s['id'])
    ss = rest + have if F('ships-nulls-first') and sort.startswith('-') else have + rest
    return Answer(200, paged(ss, paging, lambda s: show_ship(s, c.user), 'ships',
                             totalGrams=sum(grams(s) for s in ss)))


def ref_taken(ref, customer_id, but=None):
    if ref is None:
        return False
    fold = (lambda r: r) if F('ship-ref-case') else (lambda r: r.lower())
    if (customer_id, fold(ref)) in SPENT_REFS:
        return True
    for s in SHIPS.values():
        if s is but or s['reference'] is None or s.get('gone'):
            continue
        if s['customerId'] != customer_id and not F('ship-ref-global'):
            continue
        if s['status'] == 'cancelled' and not F('ship-ref-cancelled'):
            continue
        if fold(s['reference']) == fold(ref):
            return True
    return False


def draft_errors(d, user):
    """What the schema alone doesn't say."""
    errs = []
    dep = DEPOTS.get(d['depotId'])
    if dep is None or not dep['active']:
        errs.append(('depotId', 'is not an active depot'))
    if user['role'] == 'dispatcher':
        if 'customerId' not in d:
            errs.append(('customerId', 'is required for dispatchers'))
        elif d['customerId'] not in W('ship-any-user', ids_of('customer'), {u['id'] for u in USERS.values()}):
            errs.append(('customerId', 'is not a customer'))
    elif 'customerId' in d and not F('ship-customer-id'):
        errs.append(('customerId', 'must be left out'))
    return errs


def createShipment(c):
    key = c.headers.get('Idempotency-Key')
    if key is not None and not re.fullmatch('[A-Za-z0-9_-]{8,64}', key):
        c.query.bad('Idempotency-Key', 'must have 8 to 64 letters, digits, _ or -')
    if F('idem-ignored'):
        key = None
    v = c.parsed()
    slot = (0 if F('idem-shared') else c.uid, key)
    canon = json.dumps(v, sort_keys=True)
    if key is not None and slot in KEYS:
        if KEYS[slot][0] == canon or F('idem-other-body'):
            old = KEYS[slot][1]
            if old is not None:
                h = dict(old.headers)
                if not F('idem-no-header'):
                    h['Idempotency-Replayed'] = 'true'
                return Answer(201, headers=h, raw=old.data, ctype=old.ctype)
        else:
            validated(v, 'ShipmentCreate')
            conflict('The key was used with another body.')
    if key is not None and F('idem-burned'):
        KEYS[slot] = (canon, None)
    d = validated(v, 'ShipmentCreate')
    errs = draft_errors(d, c.user)
    if errs:
        invalid(errs)
    who = d['customerId'] if 'customerId' in d else c.uid
    if ref_taken(d.get('reference'), who):
        if F('ship-refused-stored'):
            new_ship(d, who)
        conflict('The reference is taken.')
    gap('ship-ref-race')
    s = new_ship(d, who)
    a = Answer(201, show_ship(s, c.user), {'Location': '/shipments/%d' % s['id'], 'ETag': ship_etag(s)})
    if key is not None:
        KEYS[slot] = (canon, a)
    return a


def exportShipments(c):
    q = c.query
    status, lo, hi = q.enum('status', STATUSES), q.date('from'), q.date('to')
    if lo and hi and hi < lo:
        q.bad('to', 'must not be before from')
    ss = [s for s in sorted(SHIPS.values(), key=lambda s: s['id'])
          if (visible_ship(s, c.user) or F('export-all-customers')) and not s.get('gone')
          and (status is None or s['status'] == status)
          and (lo is None or s['createdAt'][:10] >= lo)
          and (hi is None or (s['createdAt'][:10] < hi if F('export-to-open') else s['createdAt'][:10] <= hi))]
    if F('export-paged'):
        ss = ss[:10]
    cols = ['id', 'reference', 'trackingCode', 'status', 'recipientName', 'zone', 'parcelCount', 'totalGrams',
            'priceCents', 'dueDate']

    def cell(v):
        if v is None:
            return W('export-null', '', 'null')
        if isinstance(v, str) and v[:1] in ('=', '+', '-', '@') and not F('export-formula'):
            return "'" + v
        return str(v)
    buf = io.StringIO()
    end = W('export-lf', '\r\n', '\n')
    w = csv.writer(buf, lineterminator=end)
    rows = [cols]
    for s in ss:
        o = show_ship(s)
        o['recipientName'] = s['recipient']['name']
        rows.append([cell(o[k]) for k in cols])
    if F('export-quotes'):
        text = ''.join(','.join(r) + end for r in rows)
    else:
        w.writerows(rows)
        text = buf.getvalue()
    h = {} if F('export-no-disposition') else {'Content-Disposition': 'attachment; filename="shipments.csv"'}
    return Answer(200, headers=h, raw=text.encode('utf-8'), ctype='text/csv; charset=utf-8')


def importShipments(c):
    d = c.json('ShipmentImport')
    strict = d.get('allOrNothing', False)
    results, good, refs = [], [], set()
    for n, row in enumerate(d['rows']):
        errs = []
        v = CHECK['ShipmentCreate'](row, '', errs)
        if not errs:
            errs = draft_errors(v, c.user)
        ref = None if errs else v.get('reference')
        if ref is not None:
            if ref_taken(ref, c.uid) or ref.lower() in refs and not F('import-twins'):
                errs = [('reference', 'is taken')]
            else:
                refs.add(ref.lower())
        res = {'row': n + W('import-from-one', 0, 1), 'outcome': 'rejected' if errs else 'created',
               'shipmentId': None, 'errors': [{'field': f, 'message': m} for f, m in errs]}
        results.append(res)
        if errs and F('import-stops') and not strict:
            break
        if not errs:
            good.append((v, res))
    bad = len(results) - len(good)
    if strict and bad and not F('import-partial'):
        for _, res in good:
            res['outcome'] = 'skipped'
        made = 0
        if F('import-skipped-count'):
            bad = len(results)
    else:
        for v, res in good:
            res['shipmentId'] = new_ship(v, c.uid)['id']
        made = len(good)
    if F('import-created-count'):
        made = len(results)
    return Answer(200, {'created': made, 'rejected': bad, 'results': results})


def getShipment(c):
    s = find_ship(c, 'ship-foreign-readable')
    return Answer(200, show_ship(s, c.user, single=True), {'ETag': ship_etag(s)})


def updateShipment(c):
    s = find_ship(c)
    c.merge_patch()
    if not F('ship-patch-no-412'):
        c.if_match(ship_etag(s))
    v = c.parsed()
    p = validated(v, 'ShipmentPatch')
    if 'depotId' in p:
        dep = DEPOTS.get(p['depotId'])
        if dep is None or not dep['active']:
            invalid([('depotId', 'is not an active depot')])
    if s['status'] != 'draft' and not (F('ship-patch-booked') and s['status'] == 'booked'):
        conflict('Only drafts can be changed.')
    if 'reference' in p and ref_taken(p['reference'], s['customerId'], s) and not F('ship-patch-ref'):
        conflict('The reference is taken.')
    for k in ('reference', 'depotId', 'service', 'pickupDate', 'insuredCents'):
        if k in p and not (F('ship-patch-null-kept') and p[k] is None):
            s[k] = p[k]
    if 'recipient' in p:
        r = p['recipient']
        if F('ship-patch-phone'):
            r = dict({'phone': None}, **r)
        s['recipient'] = dict(s['recipient'], **r)
    if 'parcels' in p:
        new = make_parcels(p['parcels'])
        s['parcels'] = (s['parcels'] + new)[:10] if F('ship-patch-appends') else new
    return Answer(200, show_ship(s, c.user), {'ETag': ship_etag(s)})


def deleteShipment(c):
    s = find_ship(c)
    if s['status'] != 'draft' and not (F('ship-delete-cancelled') and s['status'] == 'cancelled'):
        conflict('Only drafts can be deleted.')
    if F('ship-delete-ref'):
        SPENT_REFS.add((s['customerId'], (s['reference'] or '').lower()))
    if F('ship-delete-siblings'):
        for o in list(SHIPS.values()):
            if o['status'] == 'draft' and o['customerId'] == s['customerId'] and o['recipient'] == s['recipient']:
                del SHIPS[o['id']]
        return Answer(204)
    if F('ship-delete-listed'):
        COUNT['ghost'] = 1
        GHOSTS[s['id']] = s
        return Answer(204)
    del SHIPS[s['id']]
    return Answer(204)


GHOSTS = {}


def bookShipment(c):
    s = find_ship(c)
    if s['status'] != 'draft' and not (F('book-again') and s['status'] == 'booked'):
        conflict('Only drafts can be booked.')
    if not DEPOTS[s['depotId']]['active']:
        conflict('The depot is not active.')
    price = price_of(s)
    if price is None:
        if F('book-refused-moves'):
            s['status'] = 'booked'
            s['trackingCode'] = tracking_code(s['id'])
            s['priceCents'], s['dueDate'], s['bookedAt'] = 0, due_of(s), iso(now())
        conflict('There is no tariff for one of the parcels.')
    gap('book-race')
    do_book(s, c.uid, price=price)
    return Answer(200, show_ship(s, c.user), {'ETag': ship_etag(s)})


def cancelShipment(c):
    s = find_ship(c)
    d = c.json('Cancellation')
    if s['status'] != 'booked' and not (F('cancel-draft') and s['status'] == 'draft'):
        conflict('Only booked shipments can be cancelled.')
    if s['tourId'] is not None and c.role == 'customer' and not F('cancel-customer-tour'):
        conflict('The shipment is on a tour.')
    if s['tourId'] is not None:
        t = TOURS[s['tourId']]
        if F('cancel-gap'):
            pos = t.get('pos') or list(range(1, len(t['stops']) + 1))
            del pos[t['stops'].index(s['id'])]
            t['pos'] = pos
        if not F('cancel-stop-kept'):
            t['stops'].remove(s['id'])
        s['tourId'] = None
    s['status'] = 'cancelled'
    s['cancelReason'] = d['reason']
    s['closedAt'] = iso(now())
    if F('cancel-price-gone'):
        s['priceCents'] = 0
    add_event(s, 'cancelled', c.uid, note=None if F('cancel-no-note') else d['reason'])
    return Answer(200, show_ship(s, c.user))


# ---------------------------------------------------------------- tracking

EVENT_TYPES = ('booked', 'loaded', 'attempted', 'delivered', 'damaged', 'note', 'cancelled', 'claimDecided')


def listEvents(c):
    s = find_ship(c)
    kind, paging = c.query.enum('type', EVENT_TYPES), c.query.paging()
    es = [e for e in EVENTS.values() if e['shipmentId'] == s['id']]
    if kind is not None and not F('events-type-ignored'):
        es = [e for e in es if e['type'] == kind]
    es.sort(key=lambda e: (e['at'], e['id']), reverse=F('events-newest-first'))
    seen = [e for e in es if c.role != 'customer' or not e['internal'] or F('events-internal-shown')]
    o = paged(seen, paging, dict)
    if F('events-internal-counted'):
        o['total'] = len(es)
    return Answer(200, o)


def recordEvent(c):
    s = find_ship(c, 'event-foreign-driver')
    d = c.json('EventCreate')
    kind = d['type']
    if s['status'] != 'inTransit' and not (F('event-note-anytime') and kind == 'note'):
        conflict('The shipment is not in transit.')
    if kind == 'delivered' and s['id'] not in PROOFS and not F('event-no-proof') \
            and s['insuredCents'] > W('event-proof-equal', 50000, 49999):
        conflict('The proof of delivery is missing.')
    if kind == 'delivered':
        s['status'] = 'delivered'
        s['receivedBy'] = None if F('event-receiver-lost') else d.get('receivedBy')
        s['closedAt'] = iso(now())
    elif kind == 'attempted':
        n = s['attempts']
        gap('event-attempts-race')
        s['attempts'] = n + 1
        if s['attempts'] >= W('event-fourth-attempt', 3, 4):
            s['status'] = 'failed'
            s['closedAt'] = iso(now())
    elif kind == 'damaged' and not F('event-damage-unmarked'):
        s['damaged'] = True
    e = add_event(s, kind, c.uid, place=d.get('place'), note=d.get('note'), internal=d.get('internal', False))
    t = TOURS.get(s['tourId'])
    if t and t['status'] == 'underway' and all(is_done(SHIPS[i]) for i in t['stops']) \
            and not (F('event-tour-open') and kind == 'attempted'):
        t['status'] = 'finished'
        t['finishedAt'] = iso(now())
    return Answer(201, e)


def uploadProof(c):
    s = find_ship(c)
    t = (c.headers.get('Content-Type') or '').split(';')[0].strip().lower()
    if t not in W('proof-gif', ('image/png', 'image/jpeg'), ('image/png', 'image/jpeg', 'image/gif')):
        raise Stop(415, 'The picture has to be a PNG or a JPEG.')
    n = len(c.body)
    if n > W('proof-size-open', 204800, 204799):
        raise Stop(413, 'The picture is larger than 204800 bytes.')
    magic = {'image/png': b'\x89PNG\r\n\x1a\n', 'image/jpeg': b'\xff\xd8\xff'}.get(t, b'')
    if not c.body.startswith(magic) and not (F('proof-jpeg-unchecked') and t == 'image/jpeg'):
        invalid([('', 'the body is no picture of this type')])
    if s['status'] not in ('inTransit', 'delivered'):
        conflict('There is nothing to prove.')
    if s['status'] == 'delivered' and s['id'] in PROOFS and not F('proof-replaced-late'):
        conflict('The proof can not be replaced any more.')
    had = s['id'] in PROOFS
    digest = hashlib.sha256(c.body).hexdigest()
    p = {'shipmentId': s['id'], 'contentType': t, 'bytes': n,
         'sha256': digest.upper() if F('proof-upper-hash') else digest, 'uploadedAt': iso(now())}
    if not (had and F('proof-first-kept')):
        PROOFS[s['id']] = (p, c.body)
    return Answer(200 if had and not F('proof-always-201') else 201, p)


def getProof(c):
    s = find_ship(c)
    if s['id'] not in PROOFS or c.role == 'customer' and s['status'] != 'delivered' and not F('proof-early'):
        raise Stop(404, 'There is no picture.')
    p, data = PROOFS[s['id']]
    return Answer(200, raw=data, ctype='image/png' if F('proof-always-png') else p['contentType'])


# ---------------------------------------------------------------- tours

def createTour(c):
    d = c.json('TourCreate')
    errs = []
    if d['driverId'] not in ids_of('driver'):
        errs.append(('driverId', 'is not a driver'))
    if d['depotId'] not in DEPOTS:
        errs.append(('depotId', 'is not a depot'))
    if errs:
        invalid(errs)
    if d['driverId'] in ON_LEAVE and not F('tour-on-leave'):
        conflict('The driver is on leave.')
    if not DEPOTS[d['depotId']]['active'] and not F('tour-inactive-depot'):
        conflict('The depot is not active.')
    if any(t['driverId'] == d['driverId'] and t['date'] == d['date'] for t in TOURS.values()) \
            and not F('tour-same-day'):
        conflict('The driver has a tour on this day.')
    t = {'id': next_id('tour'), 'driverId': d['driverId'], 'depotId': d['depotId'], 'date': d['date'],
         'capacityGrams': d.get('capacityGrams', 1200000), 'status': 'planned', 'stops': [], 'startedAt': None,
         'finishedAt': None}
    TOURS[t['id']] = t
    return Answer(201, show_tour(t), {'Location': '/tours/%d' % t['id']})


def find_tour(c, leak=None):
    t = find(TOURS, c.ids[0])
    if c.role == 'driver' and t['driverId'] != c.uid and not (leak and F(leak)):
        raise Stop(404, 'There is no such thing.')
    return t


def getTour(c):
    return Answer(200, show_tour(find_tour(c, 'tour-foreign-readable')))


def addStop(c):
    t = find_tour(c)
    d = c.json('StopCreate')
    errs = []
    s = SHIPS.get(d['shipmentId'])
    if s is None:
        errs.append(('shipmentId', 'is not a shipment'))
    n = len(t['stops'])
    pos = d.get('position', n + 1)
    if pos > n + 1 and not F('stop-far-position'):
        errs.append(('position', 'must be at most %d' % (n + 1)))
    if errs:
        invalid(errs)
    if t['status'] != 'planned':
        conflict('The tour has started.')
    if s['status'] != 'booked' and not (F('stop-draft') and s['status'] == 'draft'):
        conflict('The shipment is not booked.')
    if s['tourId'] is not None and not F('stop-moved'):
        conflict('The shipment is on a tour.')
    if s['depotId'] != t['depotId'] and not F('stop-other-depot'):
        conflict('The shipment starts elsewhere.')
    if n >= W('stop-thirteen', 12, 13):
        conflict('The tour has twelve stops.')
    load = sum(grams(SHIPS[i]) for i in t['stops']) + grams(s)
    if W('stop-just-full', load > t['capacityGrams'], load >= t['capacityGrams']):
        conflict('The tour is full.')
    gap('stop-race')
    if s['tourId'] is not None and F('stop-moved'):
        TOURS[s['tourId']]['stops'].remove(s['id'])
    t['stops'].insert(len(t['stops']) if F('stop-always-last') else pos - 1, s['id'])
    if not F('stop-tour-unset'):
        s['tourId'] = t['id']
    return Answer(201, show_tour(t))


def startTour(c):
    t = find_tour(c, 'start-foreign')
    if t['status'] != 'planned':
        conflict('The tour is not planned.')
    if not t['stops'] and not F('start-empty'):
        conflict('The tour has no stops.')
    if any(o['driverId'] == t['driverId'] and o['status'] == 'underway' for o in TOURS.values()) \
            and not F('start-second'):
        conflict('The driver has another tour underway.')
    t['status'] = 'underway'
    t['startedAt'] = iso(now())
    for n, i in enumerate(t['stops']):
        if not (n and F('start-first-only')):
            SHIPS[i]['status'] = 'inTransit'
        if not F('start-no-event'):
            add_event(SHIPS[i], 'loaded', c.uid)
    return Answer(200, show_tour(t))


# ---------------------------------------------------------------- claims

def fileClaim(c):
    s = find_ship(c)
    d = c.json('ClaimCreate')
    errs = []
    if d['parcelId'] not in [p['id'] for p in s['parcels']] and not F('claim-foreign-parcel'):
        errs.append(('parcelId', 'is not a parcel of this shipment'))
    limit = s['insuredCents'] or W('claim-uninsured-free', 10000, 10 ** 12)
    if d['amountCents'] > limit - W('claim-limit-open', 0, 1):
        errs.append(('amountCents', 'is more than we are liable for'))
    if errs:
        invalid(errs)
    need = {'damage': 'delivered', 'loss': 'failed'}[d['kind']]
    if s['status'] != need and not (F('claim-any-kind') and is_done(s)):
        conflict('The state of the shipment does not go with this kind of claim.')
    if now() - parse_iso(s['closedAt']) > timedelta(days=W('claim-any-time', 7, 365)):
        conflict('It is too late to claim.')
    for o in CLAIMS.values():
        if o['parcelId'] == d['parcelId'] and (
                F('claim-after-rejection') or o['status'] == 'accepted'
                or o['status'] == 'open' and not F('claim-second-open')):
            conflict('There is a claim for this parcel.')
    gap('claim-race')
    k = {'id': next_id('claim'), 'shipmentId': s['id'], 'parcelId': d['parcelId'], 'customerId': s['customerId'],
         'kind': d['kind'], 'amountCents': d['amountCents'], 'description': d['description'], 'status': 'open',
         'grantedCents': None, 'note': None, 'invoiceId': None, 'filedAt': iso(now()), 'decidedAt': None}
    CLAIMS[k['id']] = k
    return Answer(201, k)


def listClaims(c):
    q = c.query
    status, kind = q.enum('status', ('open', 'accepted', 'rejected')), q.enum('kind', ('damage', 'loss'))
    ship, paging = q.int('shipmentId', 1), q.paging()
    ks = [k for k in CLAIMS.values()
          if (c.role == 'dispatcher' or k['customerId'] == c.uid or F('claims-all-customers'))
          and (status is None or k['status'] == status) and (kind is None or k['kind'] == kind)
          and (ship is None or k['shipmentId'] == ship or F('claims-shipment-ignored'))]
    ks.sort(key=lambda k: k['id'], reverse=not F('claims-oldest-first'))
    return Answer(200, paged(ks, paging, dict, 'claims'))


def decideClaim(c):
    k = find(CLAIMS, c.ids[0])
    d = c.json('ClaimDecision')
    if d.get('grantedCents', 0) > k['amountCents'] and not F('decide-too-much'):
        invalid([('grantedCents', 'is more than was claimed')])
    if k['status'] != 'open' and not F('decide-again'):
        conflict('The claim is decided.')
    k['status'] = d['outcome']
    k['grantedCents'] = d.get('grantedCents')
    k['note'] = d.get('note')
    k['decidedAt'] = iso(now())
    if not F('decide-no-event'):
        add_event(SHIPS[k['shipmentId']], 'claimDecided', c.uid, note=d.get('note'))
    return Answer(200, k)


# ---------------------------------------------------------------- invoices

def write_invoice(cust, month, day):
    ships = [s for s in sorted(SHIPS.values(), key=lambda s: s['id'])
             if s['customerId'] == cust and s['closedAt'] and s['closedAt'][:7] <= month
             and (is_done(s) or F('invoice-cancelled') and s['status'] == 'cancelled')
             and (s['invoiceId'] is None or F('invoice-charged-twice'))]
    if not ships and not F('invoice-empty'):
        return None
    inv = {'id': next_id('invoice')}
    n = 1 + sum(1 for i in INVOICES.values() if i['month'] == month
                and (i['customerId'] == cust or not F('invoice-number-own')))
    inv['number'] = '%s-%04d' % (month, n)
    inv['customerId'] = cust
    inv['month'] = month
    inv['lines'] = [{'shipmentId': s['id'],
                     'amountCents': s['priceCents'] if s['status'] != 'failed' or F('invoice-failed-full')
                     else W('invoice-half-up', s['priceCents'] // 2, up(s['priceCents'], 2))} for s in ships]
    inv['netCents'] = sum(x['amountCents'] for x in inv['lines'])
    inv['vatCents'] = W('invoice-vat-floor', (inv['netCents'] * 20 + 50) // 100, inv['netCents'] * 20 // 100)
    claims = [k for k in sorted(CLAIMS.values(), key=lambda k: k['id'])
              if k['customerId'] == cust and k['status'] == 'accepted' and k['invoiceId'] is None
              and k['decidedAt'][:7] <= month]
    inv['credits'] = [{'claimId': k['id'], 'amountCents': k[W('invoice-credit-claimed', 'grantedCents', 'amountCents')]}
                      for k in claims]
    inv['creditCents'] = sum(x['amountCents'] for x in inv['credits'])
    inv['totalCents'] = inv['netCents'] + inv['vatCents'] - W('invoice-credit-unused', inv['creditCents'], 0)
    inv['issuedOn'] = day.isoformat()
    inv['dueOn'] = (day + timedelta(days=W('invoice-due-30', 14, 30))).isoformat()
    for s in ships:
        if not F('invoice-ship-unmarked'):
            s['invoiceId'] = inv['id']
    for k in claims:
        if not F('invoice-claim-unmarked'):
            k['invoiceId'] = inv['id']
    INVOICES[inv['id']] = inv
    return inv


def createInvoice(c):
    d = c.json('InvoiceCreate')
    if d['customerId'] not in ids_of('customer'):
        invalid([('customerId', 'is not a customer')])
    if any(i['customerId'] == d['customerId'] and i['month'] == d['month'] for i in INVOICES.values()) \
            and not F('invoice-same-month'):
        conflict('There is an invoice for this month.')
    inv = write_invoice(d['customerId'], d['month'], today())
    if inv is None:
        conflict('There is nothing to charge.')
    return Answer(201, inv, {'Location': '/invoices/%d' % inv['id']})


def getInvoice(c):
    i = find(INVOICES, c.ids[0])
    if c.role == 'customer' and i['customerId'] != c.uid and not F('invoice-foreign-readable'):
        raise Stop(404, 'There is no such thing.')
    if F('invoice-cents-text'):
        i = dict(i, totalCents='%.2f' % (i['totalCents'] / 100))
    return Answer(200, i)


# ---------------------------------------------------------------- routes

ALL = ('dispatcher', 'driver', 'customer')
DISP, NODRIVER, NOCUST, CUST, DRIVER = ('dispatcher',), ('dispatcher', 'customer'), ('dispatcher', 'driver'), \
    ('customer',), ('driver',)
ROUTES = [
    ('GET', '/depots', listDepots, ALL), ('POST', '/depots', createDepot, DISP),
    ('GET', '/depots/{}', getDepot, ALL), ('PATCH', '/depots/{}', updateDepot, DISP),
    ('DELETE', '/depots/{}', deleteDepot, DISP),
    ('GET', '/tariffs', listTariffs, ALL), ('POST', '/tariffs', createTariff, DISP),
    ('GET', '/drivers', listDrivers, NOCUST),
    ('GET', '/shipments', listShipments, ALL), ('POST', '/shipments', createShipment, NODRIVER),
    ('GET', '/shipments/export', exportShipments, NODRIVER),
    ('POST', '/shipments/import', importShipments, CUST),
    ('GET', '/shipments/{}', getShipment, ALL), ('PATCH', '/shipments/{}', updateShipment, NODRIVER),
    ('DELETE', '/shipments/{}', deleteShipment, NODRIVER),
    ('POST', '/shipments/{}/book', bookShipment, NODRIVER),
    ('POST', '/shipments/{}/cancel', cancelShipment, NODRIVER),
    ('GET', '/shipments/{}/events', listEvents, ALL), ('POST', '/shipments/{}/events', recordEvent, NOCUST),
    ('PUT', '/shipments/{}/proof', uploadProof, DRIVER), ('GET', '/shipments/{}/proof', getProof, ALL),
    ('POST', '/shipments/{}/claims', fileClaim, CUST),
    ('POST', '/tours', createTour, DISP), ('GET', '/tours/{}', getTour, NOCUST),
    ('POST', '/tours/{}/stops', addStop, DISP), ('POST', '/tours/{}/start', startTour, NOCUST),
    ('GET', '/claims', listClaims, NODRIVER), ('POST', '/claims/{}/decision', decideClaim, DISP),
    ('POST', '/invoices', createInvoice, DISP), ('GET', '/invoices/{}', getInvoice, NODRIVER),
]
TABLE = []


def build_routes():
    extra = {'createDepot': ('depot-driver-creates', ('driver',)), 'listTariffs': ('tariffs-not-for-drivers', None),
             'uploadProof': ('proof-by-dispatcher', ('dispatcher',)),
             'listDrivers': ('drivers-for-customers', ('customer',)),
             'decideClaim': ('decide-by-customer', ('customer',)),
             'importShipments': ('import-by-dispatcher', ('dispatcher',))}
    for m, p, fn, roles in ROUTES:
        x = extra.get(fn.__name__)
        if x and F(x[0]):
            roles = roles + x[1] if x[1] else tuple(r for r in roles if r != 'driver')
        TABLE.append((m, re.compile(p.replace('{}', '([^/]+)')), fn, roles))


def answer(method, target, headers, body):
    path, _, raw = target.partition('?')
    path = path.split('#')[0]
    hits = []
    for m, rx, fn, roles in TABLE:
        k = rx.fullmatch(path)
        if k:
            hits.append((m, [unquote(g) for g in k.groups()], fn, roles, rx.groups))
    if not hits:
        raise Stop(404, 'There is no such path.')
    least = min(h[4] for h in hits)
    offered = sorted({h[0] for h in hits if h[4] == least} if least == 0 else {h[0] for h in hits})
    hit = [h for h in hits if h[0] == method and h[4] == least]
    if not hit:
        raise Stop(405, 'The path has no such method.', allow=', '.join(offered))
    _, ids, fn, roles, _ = hit[0]
    auth = headers.get('Authorization') or ''
    k = re.fullmatch(r'(?i:bearer) +(\S+) *', auth)
    user = USERS.get(k.group(1)) if k else None
    if user is None:
        raise Stop(401, 'Send a valid token.')
    with LOCK:
        if user['role'] not in roles:
            raise Stop(403, 'Your role may not do this.')
        if GHOSTS and fn is getShipment and ids[0].isdigit() and int(ids[0]) in GHOSTS:
            raise Stop(404, 'There is no such thing.')
        return fn(Ctx(user, ids, Query(raw), headers, body))


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    server_version = 'Fernway'
    sys_version = ''
    wbufsize = -1
    timeout = 120

    def log_message(self, *a):
        pass

    def read_body(self):
        if 'chunked' in (self.headers.get('Transfer-Encoding') or '').lower():
            out = b''
            while True:
                n = int(self.rfile.readline(100).split(b';')[0].strip() or b'0', 16)
                if n == 0:
                    while self.rfile.readline(65536).strip():
                        pass
                    return out
                out += self.rfile.read(n)
                self.rfile.readline(10)
        n = self.headers.get('Content-Length')
        if n is None or not n.strip().isdigit():
            return b''
        return self.rfile.read(int(n))

    def serve(self):
        try:
            body = self.read_body()
        except (ValueError, OSError):
            self.close_connection = True
            return
        try:
            a = answer(self.command, self.path, self.headers, body)
        except Stop as s:
            o = {'code': CODES[s.status], 'message': s.message}
            h = {}
            if s.status == 401 and not F('error-no-challenge'):
                h['WWW-Authenticate'] = 'Bearer'
            if s.status == 404 and F('error-code-snake'):
                o['code'] = 'not_found'
            if s.status == 409 and F('error-no-message'):
                del o['message']
            more = dict(s.more)
            if 'allow' in more:
                h['Allow'] = more.pop('allow')
            o.update(more)
            a = Answer(s.status, o, h)
        except Exception as e:  # never seen; kept so that a bug shows up in check.py
            import traceback
            traceback.print_exc()
            a = Answer(500, {'code': 'internal', 'message': repr(e)})
        rid = self.headers.get('X-Request-Id') or ''
        if not re.fullmatch('[A-Za-z0-9-]{1,64}', rid) or F('request-id-own'):
            rid = uuid.uuid4().hex
        self.send_response(a.status)
        self.send_header('X-Request-Id', rid)
        for k, v in a.headers.items():
            self.send_header(k, v)
        if a.ctype:
            self.send_header('Content-Type', a.ctype)
        if a.status not in (204, 304):
            self.send_header('Content-Length', str(len(a.data)))
        self.end_headers()
        if self.command != 'HEAD' and a.status not in (204, 304):
            self.wfile.write(a.data)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = serve


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def get_request(self):
        s, a = super().get_request()
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s, a


# ---------------------------------------------------------------- seed

PNG = bytes.fromhex('89504e470d0a1a0a0000000d4948445200000001000000010806000000'
                    '1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082')


def seed():
    t0, td = now(), today()

    def ago(days, hours=0):
        return t0 - timedelta(days=days, hours=hours)

    for code, name, city, zone, o, c, act in [
            ('MUC01', 'Muenchen Ost', 'Muenchen', 5, '05:30', '21:00', True),
            ('HAM01', 'Hamburg Hafen', 'Hamburg', 2, '06:00', '20:00', True),
            ('BER02', 'Berlin Spandau', 'Berlin', 1, '07:00', '19:00', False),
            ('CGN01', 'Koeln Nord', 'Koeln', 3, '06:30', '18:30', True)]:
        i = next_id('depot')
        DEPOTS[i] = {'id': i, 'code': code, 'name': name, 'city': city, 'zone': zone, 'opensAt': o, 'closesAt': c,
                     'active': act, 'version': 1, 'createdAt': iso(ago(400 - i))}
    for z, lo, hi, p in [(1, 1, 2000, 495), (1, 10001, 31500, 1695), (1, 2001, 10000, 895), (2, 1, 2000, 545),
                         (2, 2001, 10000, 975), (2, 10001, 31500, 1845), (3, 1, 2000, 595), (3, 2001, 10000, 1045),
                         (3, 10001, 31500, 1995), (4, 1, 5000, 795)]:
        i = next_id('tariff')
        TARIFFS[i] = {'id': i, 'zone': z, 'minGrams': lo, 'maxGrams': hi, 'priceCents': p}

    def ship(cust, depot, ref, who, postcode, city, parcels, pick, created, **more):
        d = {'depotId': depot, 'reference': ref, 'pickupDate': (td + timedelta(days=pick)).isoformat(),
             'recipient': {'name': who, 'street': 'Hauptstr. %d' % (COUNT.get('shipment', 0) + 1),
                           'postcode': postcode, 'city': city, 'phone': more.pop('phone', None)},
             'parcels': [dict(zip(('weightGrams', 'lengthCm', 'widthCm', 'heightCm'), p)) for p in parcels]}
        d.update(more)
        return new_ship(d, cust, ago(created))

    def tour(driver, depot, offset, ships, state, when=None):
        i = next_id('tour')
        TOURS[i] = {'id': i, 'driverId': driver, 'depotId': depot, 'date': (td + timedelta(days=offset)).isoformat(),
                    'capacityGrams': 800000, 'status': state, 'stops': [s['id'] for s in ships],
                    'startedAt': iso(when) if when else None, 'finishedAt': None}
        for s in ships:
            s['tourId'] = i
            if when:
                s['status'] = 'inTransit'
                add_event(s, 'loaded', driver, when)

    def deliver(s, driver, at, by):
        s.update(status='delivered', receivedBy=by, closedAt=iso(at))
        add_event(s, 'delivered', driver, at)
        TOURS[s['tourId']].update(status='finished', finishedAt=iso(at))

    def fail(s, driver, at):
        for n in (3, 2, 1):
            add_event(s, 'attempted', driver, at - timedelta(minutes=10 * (n - 1)))
        s.update(status='failed', attempts=3, closedAt=iso(at))
        TOURS[s['tourId']].update(status='finished', finishedAt=iso(at))

    A, B, small, big = 21, 22, (1200, 30, 20, 10), (8000, 60, 40, 40)
    s1 = ship(A, 2, 'AN-1001', 'Erika Holm', '20457', 'Hamburg', [small], 2, 1, phone='+49401234567')
    ship(A, 2, None, 'Max, Moritz & Co', '67059', 'Ludwigshafen', [big] * 5, 3, 1)
    s3 = ship(A, 2, 'AN-1003', '=Summe GmbH', '10115', 'Berlin', [small, big], 1, 2, service='express')
    s4 = ship(A, 2, 'AN-1004', 'Nils Carstens', '24103', 'Kiel', [small] * 5, 1, 3, service='express', insuredCents=12345)
    s5 = ship(A, 2, 'AN-1005', 'Olga "Olli" Brandt', '22765', 'Hamburg', [big], 0, 4, insuredCents=60000)
    s6 = ship(A, 2, 'AN-1006', 'Paul Stein', '28195', 'Bremen', [small], 0, 4)
    s7 = ship(A, 1, 'AN-0907', 'Quirin Maier', '04109', 'Leipzig', [small, small], -4, 6, insuredCents=20000)
    s8 = ship(A, 1, 'AN-0808', 'Rosa Vogt', '34117', 'Kassel', [big], -48, 50)
    s9 = ship(A, 1, 'AN-0909', 'Sven Thiel', '41061', 'Gladbach', [small], -4, 6)
    s10 = ship(A, 2, 'AN-0910', 'Tina Ulm', '50667', 'Koeln', [small], -2, 5)
    ship(B, 1, 'BK/1', 'Ute Wagner', '20095', 'Hamburg', [small], 4, 1)
    s12 = ship(B, 1, 'BK/2', 'Vera Xaver', '30159', 'Hannover', [big], -3, 9)
    s13 = ship(B, 2, 'BK/3', 'Willi Yilmaz', '18055', 'Rostock', [small, big], -12, 14)
    s14 = ship(B, 1, 'BK/4', 'Xenia Zander', '01067', 'Dresden', [small], -28, 30)
    s15 = ship(B, 2, None, 'Yusuf Adler', '23552', 'Luebeck', [big], 1, 2)
    s16 = ship(B, 1, 'BK/6', 'Zoe Busch', '13353', 'Berlin', [big, big], -6, 8, insuredCents=30000)
    s17 = ship(B, 1, 'BK/7', 'Arne Claus', '45127', 'Essen', [small], -6, 8, insuredCents=50000)
    for s, d in [(s3, 2), (s4, 3), (s5, 4), (s6, 4), (s7, 6), (s8, 50), (s9, 6), (s10, 5), (s12, 9), (s13, 14),
                 (s14, 30), (s15, 2), (s16, 8), (s17, 8)]:
        do_book(s, s['customerId'], ago(d))
    if td.weekday() < 5:        # one that is due today
        for n in range(1, 8):
            s12['pickupDate'] = (td - timedelta(days=n)).isoformat()
            s12['dueDate'] = due_of(s12)
            if s12['dueDate'] == td.isoformat():
                break
    tour(11, 2, 0, [s5, s13, s6], 'underway', ago(0, 1))
    tour(12, 2, 1, [s4, s15], 'planned')
    tour(11, 1, -2, [s7, s9], 'underway', ago(2, 3))
    deliver(s7, 11, ago(2, 1), 'Frau Maier')
    fail(s9, 11, ago(2))
    tour(11, 1, -45, [s8], 'underway', ago(45, 3))
    deliver(s8, 11, ago(45), 'Rosa Vogt')
    tour(12, 1, -20, [s14], 'underway', ago(20, 3))
    deliver(s14, 12, ago(20), 'Pforte')
    tour(12, 1, -3, [s16, s17], 'underway', ago(3, 3))
    deliver(s16, 12, ago(3, 1), 'Z. Busch')
    fail(s17, 12, ago(3))
    s10.update(status='cancelled', cancelReason='Ordered twice', closedAt=iso(ago(4)))
    add_event(s10, 'cancelled', A, ago(4), note='Ordered twice')
    add_event(s5, 'note', 1, ago(0, 0), note='Ring twice, the bell is broken', internal=True)
    for s, d in ((s7, ago(2, 1)), (s8, ago(45))):
        PROOFS[s['id']] = ({'shipmentId': s['id'], 'contentType': 'image/png', 'bytes': len(PNG),
                            'sha256': hashlib.sha256(PNG).hexdigest(), 'uploadedAt': iso(d)}, PNG)

    def claim(s, n, amount, text, at, status='open', granted=None, note=None, dec=None):
        i = next_id('claim')
        CLAIMS[i] = {'id': i, 'shipmentId': s['id'], 'parcelId': s['parcels'][n]['id'], 'customerId': s['customerId'],
                     'kind': 'loss' if s['status'] == 'failed' else 'damage', 'amountCents': amount,
                     'description': text, 'status': status, 'grantedCents': granted, 'note': note, 'invoiceId': None,
                     'filedAt': iso(at), 'decidedAt': iso(dec) if dec else None}
        if dec:
            add_event(s, 'claimDecided', 1, dec, note=note)
    claim(s14, 0, 5000, 'The vase inside was broken.', ago(18), 'rejected', None, 'Badly packed', ago(17))
    write_invoice(A, ago(45).strftime('%Y-%m'), td - timedelta(days=44))
    claim(s7, 0, 8000, 'One corner is crushed and wet.', ago(1))
    claim(s16, 1, 12000, 'The screen has a long crack.', ago(2), 'accepted', 9000, 'Picture shows it', ago(1))
    claim(s9, 0, 4000, 'It never arrived anywhere.', ago(1))
    assert s1['status'] == 'draft'


# ---------------------------------------------------------------- faults

FAULTS = [
    ('depots-sort', 'listDepots', 'sort',
     'Depots come by id instead of by code.',
     'prose', 'All depots, ordered by `code` from A to Z.'),
    ('depots-inactive-listed', 'listDepots', 'visibility',
     'Customers get inactive depots in the list.',
     'prose', 'inactive ones are neither listed for them nor counted in `total`'),
    ('depots-open-text', 'listDepots', 'structure',
     'openShipments is a string in the list.',
     'schema', 'openShipments: type: integer'),
    ('depot-code-inactive', 'createDepot', 'duplicate',
     'A code may be used again while an inactive depot has it.',
     'prose', 'Another depot, active or not, already has this code.'),
    ('depot-equal-times', 'createDepot', 'boundary',
     'closesAt equal to opensAt is accepted.',
     'prose', 'Has to be later than `opensAt`; the same time is a 422, too.'),
    ('depot-name-too-long', 'createDepot', 'validation',
     'Names of up to 80 characters are accepted.',
     'schema', 'name: {type: string, minLength: 1, maxLength: 60}'),
    ('depot-unknown-member', 'createDepot', 'validation',
     'Unknown members are silently dropped.',
     'schema', 'DepotCreate: type: object additionalProperties: false'),
    ('depot-driver-creates', 'createDepot', 'authorization',
     'Drivers may create depots.',
     'prose', 'For dispatchers only. A new depot is active'),
    ('depot-no-location', 'createDepot', 'header',
     'The 201 has no Location header.',
     'structure', "Location: {$ref: '#/components/headers/Location'}"),
    ('depot-code-race', 'createDepot', 'race',
     'Two requests with the same code at the same time both succeed.',
     'prose', 'If two requests compete'),
    ('depot-inactive-readable', 'getDepot', 'visibility',
     'Customers can read an inactive depot by its id.',
     'prose', "Customers get 404 for a depot that isn't active."),
    ('depot-never-304', 'getDepot', 'conditional',
     'If-None-Match is not looked at.',
     'prose', "If you send the depot's current ETag in `If-None-Match` you get 304 without a body."),
    ('depot-counts-drafts', 'getDepot', 'counter',
     'Drafts count as open shipments.',
     'prose', "Drafts and closed shipments don't count."),
    ('depot-no-428', 'updateDepot', 'conditional',
     'A missing If-Match is let through.',
     'prose', 'without the header the answer is 428'),
    ('depot-no-412', 'updateDepot', 'conditional',
     'A stale If-Match is let through.',
     'prose', 'and 412 if the depot has been changed in the meantime'),
    ('depot-version-always', 'updateDepot', 'counter',
     'An update that changes nothing raises the version too.',
     'prose', 'an update that changes nothing leaves both alone'),
    ('depot-patch-one-time', 'updateDepot', 'validation',
     'The opening hours are only compared if both were sent.',
     'prose', 'After the update `closesAt` has to be later than `opensAt`, whichever of them was sent.'),
    ('depot-deactivate-tours', 'updateDepot', 'state',
     'A depot with a planned tour and no open shipments can be made inactive.',
     'prose', "or tours that aren't finished; this is a 409"),
    ('depot-city-lost', 'updateDepot', 'not stored',
     'A new city is not stored.',
     'structure', 'Change a depot'),
    ('depot-delete-closed', 'deleteDepot', 'reference',
     "Drafts and closed shipments don't keep a depot from being deleted.",
     'prose', "A depot that any shipment or tour refers to, in whatever state, can't be deleted"),
    ('tariff-sort', 'listTariffs', 'sort',
     'Within a zone the tariffs come by id.',
     'prose', 'They are ordered by zone and within a zone by `minGrams`, both from small to large.'),
    ('tariff-grams-top', 'listTariffs', 'boundary',
     'The filter grams leaves out the upper end of a range.',
     'prose', "both ends of a tariff's range belong to it"),
    ('tariff-total-page', 'listTariffs', 'paging',
     'total is the number of tariffs on the page.',
     'prose', 'gives the `total` number of things that match your filters'),
    ('tariffs-not-for-drivers', 'listTariffs', 'authorization',
     'Drivers get 403.',
     'prose', 'Everybody may read the tariffs.'),
    ('tariff-one-gram', 'createTariff', 'boundary',
     'Ranges may share one gram.',
     'prose', 'must not overlap, not even in a single gram'),
    ('tariff-enclosing', 'createTariff', 'duplicate',
     "A range that encloses an older one isn't noticed.",
     'prose', 'The ranges of two tariffs of one zone must not overlap'),
    ('tariff-upside-down', 'createTariff', 'validation',
     'maxGrams below minGrams is accepted.',
     'prose', 'Not smaller than `minGrams`.'),
    ('tariff-free', 'createTariff', 'boundary',
     'A price of 0 is accepted.',
     'schema', 'priceCents: {type: integer, minimum: 1, maximum: 1000000}'),
    ('drivers-colleagues', 'listDrivers', 'visibility',
     'Drivers see their colleagues.',
     'prose', 'a driver gets a list with nobody but himself or herself in it'),
    ('driver-rate-zero', 'listDrivers', 'computed',
     'The success rate of a driver without deliveries is 0.',
     'prose', 'null as long as there are none of either'),
    ('ships-customer-leak', 'listShipments', 'visibility',
     "With customerId a customer gets another customer's shipments.",
     'prose', "a customer who filters by another customer's id gets an empty list"),
    ('ships-status-last', 'listShipments', 'filter',
     'Of several statuses only the last one counts.',
     'prose', 'Repeat the parameter to ask for several statuses at once.'),
    ('ships-nulls-first', 'listShipments', 'sort',
     'With a descending sort shipments without the value come first.',
     'prose', "Shipments that don't have the value yet come last in either direction"),
    ('ships-perpage-clamped', 'listShipments', 'paging',
     'perPage above 100 is cut down to 100.',
     'prose', "More than 100 is a 400, we don't cut it down silently."),
    ('ships-page-past-end', 'listShipments', 'paging',
     'A page behind the last one gives the last page.',
     'prose', 'A page behind the last one is not an error; its `items` are empty'),
    ('ships-grams-page', 'listShipments', 'computed',
     'totalGrams adds up this page only.',
     'prose', 'the weight of all matching shipments together, not only of those on this page'),
    ('ship-late-closed', 'listShipments', 'computed',
     'Delivered and failed shipments are never late.',
     'prose', 'for delivered and failed ones whether they were closed on a day after it'),
    ('ship-late-today', 'listShipments', 'boundary',
     'A shipment that is due today is late.',
     'prose', 'whether today is after the due date'),
    ('idem-ignored', 'createShipment', 'idempotency',
     'The idempotency key is ignored and a second shipment made.',
     'prose', 'if the same user sends the same key with the same body again, no second shipment is made'),
    ('idem-other-body', 'createShipment', 'idempotency',
     'A used key with another body gives the old answer.',
     'prose', 'The same key with another body is a 409.'),
    ('idem-burned', 'createShipment', 'idempotency',
     'A refused request uses up its key.',
     'prose', "a key of a request that was refused isn't used up"),
    ('idem-no-header', 'createShipment', 'header',
     'Repeated answers lack Idempotency-Replayed.',
     'prose', 'with status 201 and the header `Idempotency-Replayed: true`'),
    ('ship-ref-case', 'createShipment', 'duplicate',
     'References that differ in case only are accepted.',
     'prose', 'upper and lower case make no difference there (409)'),
    ('ship-ref-race', 'createShipment', 'race',
     'Two drafts with one reference at the same time both succeed.',
     'prose', 'exactly one of them succeeds and the other gets the 409'),
    ('ship-pickup-far', 'createShipment', 'boundary',
     'A pick-up 61 days ahead is accepted.',
     'prose', 'Today at the earliest and at most 60 days ahead.'),
    ('ship-pickup-default', 'createShipment', 'computed',
     'Without pickupDate it is today.',
     'prose', 'Tomorrow if it is left out.'),
    ('ship-girth-single', 'createShipment', 'validation',
     'Width and height count once instead of twice.',
     'prose', 'Length plus twice the width plus twice the height must not be more than 360 cm'),
    ('ship-volume-floor', 'createShipment', 'computed',
     'The volumetric weight is rounded down.',
     'prose', 'divided by five and rounded up'),
    ('ship-grams-billable', 'createShipment', 'computed',
     'totalGrams adds up the billable weights.',
     'prose', "The sum of the parcels' `weightGrams` (not of the billable weights)."),
    ('ship-zone-eight', 'createShipment', 'computed',
     'Postcodes with an even first digit from 2 fall into the zone below.',
     'prose', '0 and 1 are zone 1, 2 and 3 zone 2, 4 and 5 zone 3, 6 and 7 zone 4, 8 and 9 zone 5'),
    ('ship-customer-id', 'createShipment', 'authorization',
     'A customer may draft for another customer with customerId.',
     'prose', 'leave the member out; sending it is a 422 for them'),
    ('ship-postcode-short', 'createShipment', 'validation',
     'Postcodes of four digits are accepted.',
     'schema', "postcode: {type: string, pattern: '^[0-9]{5}$'}"),
    ('ship-eleven-parcels', 'createShipment', 'boundary',
     'Eleven parcels are accepted.',
     'schema', 'maxItems: 10'),
    ('ship-phone-lost', 'createShipment', 'not stored',
     "The recipient's phone is not stored.",
     'structure', 'In answers null if there is none.'),
    ('ship-refused-stored', 'createShipment', 'side effect',
     'A draft refused for its reference is stored all the same.',
     'prose', 'A request that is refused changes nothing at all.'),
    ('ship-first-error-only', 'createShipment', 'validation',
     'Only the first problem of a body is reported.',
     'prose', 'A 422 lists everything we found in `errors`, one entry per problem'),
    ('ship-foreign-readable', 'getShipment', 'visibility',
     'Any user can read any shipment by its id.',
     'prose', "Customers see their own shipments, claims and invoices and nobody else's."),
    ('ship-driver-price', 'getShipment', 'visibility',
     'Drivers are told the price.',
     'prose', "Drivers aren't told what a shipment costs"),
    ('ship-no-claim-count', 'getShipment', 'structure',
     'claimCount is missing.',
     'schema', 'required: [id, customerId, reference, depotId'),
    ('ship-etag-frozen', 'getShipment', 'conditional',
     'The ETag of a shipment never changes.',
     'prose', 'It changes with every change of the thing'),
    ('ship-patch-booked', 'updateShipment', 'state',
     'Booked shipments can be changed.',
     'prose', 'Only drafts can be changed; anything else is a 409.'),
    ('ship-patch-no-412', 'updateShipment', 'conditional',
     'If-Match is ignored.',
     'prose', 'you get 412 and nothing is changed'),
    ('ship-patch-null-kept', 'updateShipment', 'not stored',
     'Null for reference keeps the old one.',
     'prose', 'Null is allowed for `reference` and for `recipient.phone`, which it clears'),
    ('ship-patch-phone', 'updateShipment', 'side effect',
     'A patch of the recipient clears the phone.',
     'prose', 'The recipient is merged member by member.'),
    ('patch-zone-stale', 'updateShipment', 'computed',
     "The zone doesn't follow a new postcode.",
     'prose', 'and the computed members follow'),
    ('patch-plain-json', 'updateShipment', 'validation',
     'Patches are accepted as application/json.',
     'prose', 'must be sent as `application/merge-patch+json`; any other media type is a 415'),
    ('ship-delete-cancelled', 'deleteShipment', 'state',
     'Cancelled shipments can be deleted.',
     'prose', 'a shipment that was ever booked stays'),
    ('ship-delete-siblings', 'deleteShipment', 'deleted too much',
     'All drafts of the customer to the same recipient go too.',
     'prose', 'The draft and its parcels are gone.'),
    ('book-express-floor', 'bookShipment', 'computed',
     'The express surcharge is rounded down.',
     'prose', 'Express costs half of that sum on top, rounded up to the cent.'),
    ('book-discount-six', 'bookShipment', 'boundary',
     'The discount starts with six parcels.',
     'prose', 'From five parcels on we take off a tenth of the sum'),
    ('book-insurance-floor', 'bookShipment', 'computed',
     'The insurance is rounded down.',
     'prose', 'Insurance is one percent of `insuredCents`, rounded up to the cent.'),
    ('book-real-weight', 'bookShipment', 'computed',
     'The price goes by real instead of billable weight.',
     'prose', "Each parcel costs what the tariff of the shipment's zone says for its billable weight."),
    ('book-due-weekend', 'bookShipment', 'computed',
     'Weekends count for the due date.',
     'prose', 'Saturdays and Sundays are skipped'),
    ('book-no-event', 'bookShipment', 'side effect',
     'No booked event is added.',
     'prose', 'a `booked` event is added to its history'),
    ('book-refused-moves', 'bookShipment', 'side effect',
     'Without a tariff the shipment is refused but booked.',
     'prose', 'the shipment remains a draft'),
    ('book-race', 'bookShipment', 'race',
     'Two bookings at the same time both succeed.',
     'prose', 'for instance to book the same shipment'),
    ('book-tracking-twice', 'bookShipment', 'duplicate',
     'Neighbouring shipments get the same tracking code.',
     'prose', 'Given when the shipment is booked and never given twice.'),
    ('cancel-customer-tour', 'cancelShipment', 'authorization',
     'Customers can cancel what is on a tour.',
     'prose', 'Customers can cancel until the shipment is put on a tour'),
    ('cancel-stop-kept', 'cancelShipment', 'side effect',
     'The stop of a cancelled shipment stays on the tour.',
     'prose', 'If the shipment was on a tour its stop is taken out'),
    ('cancel-gap', 'cancelShipment', 'side effect',
     'The stops behind keep their positions.',
     'prose', 'the stops behind it move up by one'),
    ('cancel-short-reason', 'cancelShipment', 'boundary',
     'A reason of two characters is accepted.',
     'schema', 'reason: type: string minLength: 3 maxLength: 200'),
    ('ship-ref-cancelled', 'cancelShipment', 'duplicate',
     'The reference of a cancelled shipment stays taken.',
     'prose', 'its reference may be used again'),
    ('export-all-customers', 'exportShipments', 'visibility',
     'Customers get all shipments in the file.',
     'prose', 'For customers, who get their own shipments'),
    ('export-to-open', 'exportShipments', 'boundary',
     'The last day is not included.',
     'prose', 'Only shipments created on this day or earlier; the day itself is included.'),
    ('export-quotes', 'exportShipments', 'export',
     "Values with commas or quotes aren't quoted.",
     'prose', 'values with commas, quotes or line breaks are put in double quotes'),
    ('export-formula', 'exportShipments', 'export',
     'Texts that look like formulas get no apostrophe.',
     'prose', 'gets an apostrophe in front'),
    ('export-paged', 'exportShipments', 'export',
     'The file ends after ten shipments.',
     'prose', "The file isn't paged: it has one line for every matching shipment"),
    ('export-no-disposition', 'exportShipments', 'header',
     'Content-Disposition is missing.',
     'structure', 'Always `attachment; filename="shipments.csv"`.'),
    ('import-stops', 'importShipments', 'bulk',
     'The import ends at the first bad row.',
     'prose', "a bad row doesn't hold up the others"),
    ('import-twins', 'importShipments', 'bulk',
     'Two rows with one reference are both created.',
     'prose', 'be it by an older shipment or by an earlier good row'),
    ('import-partial', 'importShipments', 'bulk',
     'allOrNothing is ignored.',
     'prose', 'With `allOrNothing` set nothing is created as soon as one row is bad'),
    ('import-skipped-count', 'importShipments', 'counter',
     'Skipped rows count as rejected.',
     'prose', "Skipped rows don't count here."),
    ('import-fifty-one', 'importShipments', 'boundary',
     '51 rows are accepted.',
     'schema', 'maxItems: 50'),
    ('events-internal-shown', 'listEvents', 'visibility',
     'Customers get internal events.',
     'prose', 'internal events are for drivers and dispatchers only'),
    ('events-internal-counted', 'listEvents', 'visibility',
     'Internal events count in the total for customers.',
     'prose', "they aren't counted in the `total` that customers get"),
    ('events-newest-first', 'listEvents', 'sort',
     'The newest event comes first.',
     'prose', 'The history of a shipment, oldest event first.'),
    ('event-no-receiver', 'recordEvent', 'validation',
     'delivered is accepted without receivedBy.',
     'prose', '`receivedBy` is required and is kept with the shipment'),
    ('event-receiver-lost', 'recordEvent', 'not stored',
     "receivedBy isn't kept with the shipment.",
     'prose', '`receivedBy` is required and is kept with the shipment'),
    ('event-proof-equal', 'recordEvent', 'boundary',
     'The proof is demanded from 50000 cents on.',
     'prose', 'A shipment insured for more than 50000 cents needs its proof of delivery first (409).'),
    ('event-fourth-attempt', 'recordEvent', 'boundary',
     'A shipment fails with the fourth attempt only.',
     'prose', 'With the third attempt the shipment has failed.'),
    ('event-foreign-driver', 'recordEvent', 'authorization',
     'Drivers may record on tours of others.',
     'prose', 'For drivers, on shipments of their own tours'),
    ('event-tour-open', 'recordEvent', 'side effect',
     "A tour whose last stop fails isn't finished.",
     'prose', 'When the last open stop of a tour is delivered or has failed, the tour is finished by that.'),
    ('event-attempts-race', 'recordEvent', 'race',
     'Two attempts at the same time count as one.',
     'prose', 'operations on the same things happen one after the other'),
    ('proof-size-open', 'uploadProof', 'boundary',
     'A picture of exactly 204800 bytes is too large.',
     'prose', 'a PNG or a JPEG of at most 204800 bytes'),
    ('proof-jpeg-unchecked', 'uploadProof', 'validation',
     "What claims to be a JPEG isn't looked at.",
     'prose', 'a JPEG with `FF D8 FF`, anything else is a 422'),
    ('proof-replaced-late', 'uploadProof', 'state',
     'The picture can be replaced after the delivery.',
     'prose', "one that is there can't be replaced any more"),
    ('proof-upper-hash', 'uploadProof', 'structure',
     'The hash has capital hex digits.',
     'schema', "pattern: '^[0-9a-f]{64}$'"),
    ('proof-by-dispatcher', 'uploadProof', 'authorization',
     'Dispatchers may upload pictures.',
     'prose', 'dispatchers and customers get 403'),
    ('proof-early', 'getProof', 'visibility',
     'Customers get the picture before the delivery.',
     'prose', 'For customers it is there only once the shipment has been delivered'),
    ('tour-same-day', 'createTour', 'duplicate',
     'A driver can have two tours on a day.',
     'prose', 'A driver has at most one tour on a day'),
    ('tour-on-leave', 'createTour', 'state',
     'A driver on leave can get a tour.',
     'prose', 'a driver who is on leave gets none'),
    ('tour-yesterday', 'createTour', 'boundary',
     'A tour can be planned for yesterday.',
     'prose', 'Today or later (422).'),
    ('tour-tiny', 'createTour', 'boundary',
     'A capacity of 1000 grams is accepted.',
     'schema', 'minimum: 10000'),
    ('tour-foreign-readable', 'getTour', 'visibility',
     'Drivers can read the tours of others.',
     'prose', 'another driver gets 404. Not for customers.'),
    ('tour-failed-open', 'getTour', 'counter',
     'Failed stops count as open.',
     'prose', "How many stops aren't done yet."),
    ('stop-other-depot', 'addStop', 'reference',
     'Shipments of another depot are accepted.',
     'prose', 'start from the depot of the tour'),
    ('stop-moved', 'addStop', 'state',
     'A shipment on another tour is moved over.',
     'prose', 'and not be on a tour yet'),
    ('stop-thirteen', 'addStop', 'boundary',
     'Thirteen stops are accepted.',
     'prose', 'A tour has at most twelve stops'),
    ('stop-always-last', 'addStop', 'not stored',
     'position is ignored and the stop comes last.',
     'prose', 'With it the stop is put there'),
    ('stop-race', 'addStop', 'race',
     'A shipment gets on two tours at the same time.',
     'prose', 'or to put it on two tours'),
    ('start-empty', 'startTour', 'state',
     'A tour without stops can be started.',
     'prose', "A tour without stops can't be started"),
    ('start-first-only', 'startTour', 'side effect',
     'Only the first shipment gets in transit.',
     'prose', 'all its shipments are in transit'),
    ('start-no-event', 'startTour', 'side effect',
     'No loaded events are added.',
     'prose', 'each of them gets a `loaded` event'),
    ('claim-any-time', 'fileClaim', 'boundary',
     'Claims are accepted for a year.',
     'prose', 'A claim has to be filed within seven days after the shipment was closed'),
    ('claim-any-kind', 'fileClaim', 'state',
     'Loss can be claimed for what was delivered, and damage for what failed.',
     'prose', 'Damage can be claimed for delivered shipments and loss for failed ones'),
    ('claim-uninsured-free', 'fileClaim', 'validation',
     'There is no limit for shipments without insurance.',
     'prose', "or for up to 10000 cents if the shipment isn't insured"),
    ('claim-second-open', 'fileClaim', 'duplicate',
     'A second claim is accepted while one is open.',
     'prose', 'as long as one is open, or once one was accepted, the next one is a 409'),
    ('claim-after-rejection', 'fileClaim', 'state',
     'After a rejection nothing can be claimed any more.',
     'prose', 'After a rejection you may try again.'),
    ('claim-foreign-parcel', 'fileClaim', 'reference',
     'Parcels of other shipments are accepted.',
     'prose', 'A parcel of this shipment; any other id is a 422.'),
    ('claim-short-text', 'fileClaim', 'validation',
     'Descriptions of one character are accepted.',
     'schema', 'minLength: 10'),
    ('claim-race', 'fileClaim', 'race',
     'Two claims for a parcel at the same time both succeed.',
     'prose', 'There can be one claim for a parcel at a time'),
    ('claims-all-customers', 'listClaims', 'visibility',
     'Customers see all claims.',
     'prose', 'Customers see their own claims and dispatchers all of them'),
    ('claims-oldest-first', 'listClaims', 'sort',
     'The oldest claim comes first.',
     'prose', 'the newest (with the largest id) first'),
    ('decide-too-much', 'decideClaim', 'boundary',
     'More may be granted than was claimed.',
     'prose', 'at least one cent and not more than was claimed'),
    ('decide-again', 'decideClaim', 'state',
     'A decided claim can be decided again.',
     'prose', 'A claim is decided once and for all'),
    ('decide-reject-silent', 'decideClaim', 'validation',
     'A rejection needs no note.',
     'prose', 'leave `grantedCents` out and give the reason in `note`'),
    ('decide-no-event', 'decideClaim', 'side effect',
     'No claimDecided event is added.',
     'prose', "The shipment's history gets a `claimDecided` event with the note of the decision."),
    ('invoice-failed-full', 'createInvoice', 'computed',
     'Failed shipments are charged in full.',
     'prose', 'failed ones with half of it'),
    ('invoice-vat-floor', 'createInvoice', 'computed',
     'The VAT is rounded down.',
     'prose', '20 percent of `netCents`, rounded to the cent, half a cent up.'),
    ('invoice-credit-claimed', 'createInvoice', 'computed',
     'The claimed instead of the granted amount is credited.',
     'prose', "What was granted is credited on the customer's next invoice."),
    ('invoice-due-30', 'createInvoice', 'computed',
     'Invoices are due after 30 days.',
     'prose', '14 days after `issuedOn`.'),
    ('invoice-number-own', 'createInvoice', 'counter',
     'Invoice numbers count for each customer.',
     'prose', 'counts the invoices of that month over all customers from 0001 without gaps'),
    ('invoice-ship-unmarked', 'createInvoice', 'side effect',
     "The shipments don't get the invoiceId.",
     'prose', "Each shipment on the invoice gets the invoice's id as its `invoiceId`."),
    ('invoice-same-month', 'createInvoice', 'duplicate',
     'A month can be invoiced twice.',
     'prose', 'There is at most one invoice for a customer and a month.'),
    ('invoice-foreign-readable', 'getInvoice', 'visibility',
     'Customers can read invoices of others.',
     'prose', 'other customers get 404. Not for drivers.'),
    ('invoice-cents-text', 'getInvoice', 'structure',
     'totalCents is a string with a decimal point.',
     'schema', 'totalCents:'),
    ('error-no-challenge', '*', 'header',
     'A 401 has no WWW-Authenticate header.',
     'structure', 'WWW-Authenticate: {description: Always `Bearer`., required: true'),
    ('error-code-snake', '*', 'structure',
     'A 404 has the code not_found.',
     'schema', 'enum: [badRequest, unauthorized, forbidden, notFound'),
    ('query-no-parameter', '*', 'structure',
     "A 400 doesn't name the parameter.",
     'schema', 'required: [parameter]'),
    ('request-id-own', '*', 'header',
     "The request id isn't sent back.",
     'prose', 'If your request had one of 1 to 64 letters, digits or hyphens we send the same one back'),
]


def main():
    global FAULT, CHECK
    ap = argparse.ArgumentParser()
    ap.add_argument('--port', type=int, default=0)
    ap.add_argument('--fault')
    ap.add_argument('--list-faults', action='store_true')
    a = ap.parse_args()
    if a.list_faults:
        print(json.dumps([dict(zip(('id', 'operation', 'kind', 'what', 'source', 'where'), f)) for f in FAULTS],
                         indent=1))
        return
    if a.fault and a.fault not in [f[0] for f in FAULTS]:
        sys.exit('no such fault: ' + a.fault)
    seed()          # the demo data is sound whatever the fault
    FAULT = a.fault
    CHECK.update(checks())
    build_routes()
    srv = Server(('127.0.0.1', a.port), Handler)
    print('listening on http://127.0.0.1:%d' % srv.server_address[1], flush=True)
    try:
        srv.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == '__main__':
    main()
