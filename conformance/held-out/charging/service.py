#!/usr/bin/env python3
"""Voltwijk Charging API: an in-memory service. Standard library only."""
import argparse
import base64
import binascii
import datetime as dt
import hashlib
import json
import os
import random
import re
import sys
import threading
import time
from decimal import Decimal, ROUND_DOWN, ROUND_HALF_UP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

FAULT = None
LOCK = threading.Lock()
UTC = dt.timezone.utc
CENT = Decimal('0.01')
MILLI = Decimal('0.001')
DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
KINDS = ['type2', 'ccs', 'chademo']


def F(fault_id):
    return FAULT == fault_id


def gap(fault_id):
    """With this fault, somebody else gets in between the check and the change."""
    if F(fault_id):
        LOCK.release()
        time.sleep(0.15)
        LOCK.acquire()


# ---------------------------------------------------------------- helpers

class Err(Exception):
    TYPES = {400: 'bad_request', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 405: 'method_not_allowed',
             409: 'conflict', 412: 'precondition_failed', 415: 'unsupported_media_type',
             422: 'invalid_value', 428: 'precondition_required'}

    def __init__(self, status, message, field=None, headers=None):
        super().__init__(message)
        self.status, self.message, self.field, self.headers = status, message, field, headers or {}

    def body(self):
        field = self.field if self.status == 422 else None
        if F('error-field-missing') and self.status == 422:
            return {'error': {'type': self.TYPES[self.status], 'message': self.message}}
        if F('error-404-flat') and self.status == 404:
            return {'type': 'not_found', 'message': self.message, 'field': None}
        return {'error': {'type': self.TYPES[self.status], 'message': self.message, 'field': field}}


def bad(message, field=None):
    return Err(422, message, field)


def now():
    return dt.datetime.now(UTC).replace(microsecond=0)


def ts(t):
    return None if t is None else t.strftime('%Y-%m-%dT%H:%M:%SZ') if t.year >= 1000 else t.replace(tzinfo=None).isoformat() + 'Z'


RNG = random.SystemRandom()
USED = set()


def new_id(prefix):
    while True:
        i = prefix + '_' + ''.join(RNG.choice('abcdefghijklmnopqrstuvwxyz0123456789') for _ in range(6))
        if i not in USED:
            USED.add(i)
            return i


def money(d):
    return str(d.quantize(CENT, ROUND_HALF_UP))


def kwh(d):
    return str(d.quantize(MILLI, ROUND_HALF_UP))


RX_DATE = re.compile(r'[0-9]{4}-[0-9]{2}-[0-9]{2}\Z')
RX_DT = re.compile(r'([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})\Z')


def parse_date(s):
    if not isinstance(s, str) or not RX_DATE.match(s):
        return None
    try:
        return dt.date.fromisoformat(s)
    except ValueError:
        return None


def parse_dt(s):
    m = RX_DT.match(s) if isinstance(s, str) else None
    if not m:
        return None
    clock = m.group(2)
    if clock.endswith(':60'):
        clock = clock[:-2] + '59'
    try:
        zone = m.group(4).upper().replace('Z', '+00:00')
        if int(zone[1:3]) > 23 or int(zone[4:]) > 59:
            return None
        micro = ((m.group(3) or '.0')[1:7]).ljust(6, '0')
        base = dt.datetime.fromisoformat(m.group(1) + 'T' + clock + '.' + micro + '+00:00')
    except ValueError:
        return None
    off = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
    try:
        return base - off if zone[0] == '+' else base + off
    except OverflowError:
        return dt.datetime(1, 1, 1, tzinfo=UTC) if base.year < 5000 else dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


# ---------------------------------------------------------------- validation

class S:
    def __init__(self, lo=None, hi=None, rx=None, enum=None, null=False, fmt=None):
        self.lo, self.hi, self.enum, self.null, self.fmt = lo, hi, enum, null, fmt
        self.rx = re.compile('(?:' + rx + r')\Z') if rx else None

    def check(self, v, f):
        if v is None and self.null:
            return v
        if not isinstance(v, str):
            raise bad('Must be a string.', f)
        if self.lo is not None and len(v) < self.lo:
            raise bad('Must have at least %d characters.' % self.lo, f)
        if self.hi is not None and len(v) > self.hi:
            raise bad('Must have at most %d characters.' % self.hi, f)
        if self.rx and not self.rx.match(v):
            raise bad('Has the wrong form.', f)
        if self.enum and v not in self.enum:
            raise bad('Must be one of %s.' % ', '.join(self.enum), f)
        if self.fmt == 'date' and parse_date(v) is None:
            raise bad('Must be a date.', f)
        if self.fmt == 'date-time' and parse_dt(v) is None:
            raise bad('Must be a time with zone.', f)
        return v


class I:
    def __init__(self, lo, hi):
        self.lo, self.hi = lo, hi

    def check(self, v, f):
        if isinstance(v, bool) or not isinstance(v, int):
            raise bad('Must be an integer.', f)
        if v < self.lo:
            raise bad('Must be at least %d.' % self.lo, f)
        if v > self.hi:
            raise bad('Must be at most %d.' % self.hi, f)
        return v


class A:
    def __init__(self, item, lo=0, hi=None, unique=False):
        self.item, self.lo, self.hi, self.unique = item, lo, hi, unique

    def check(self, v, f):
        if not isinstance(v, list):
            raise bad('Must be an array.', f)
        if len(v) < self.lo:
            raise bad('Must have at least %d entries.' % self.lo, f)
        if self.hi is not None and len(v) > self.hi:
            raise bad('Must have at most %d entries.' % self.hi, f)
        out = [self.item.check(x, '%s.%d' % (f, n)) for n, x in enumerate(v)]
        if self.unique and len(set(out)) < len(out):
            raise bad('No entry may come twice.', f)
        return out


class O:
    def __init__(self, props, required=(), defaults=None, minp=0):
        self.props, self.required, self.defaults, self.minp = props, required, defaults or {}, minp

    def check(self, v, f=None):
        if not isinstance(v, dict):
            raise bad('Must be an object.', f)
        pre = f + '.' if f else ''
        for k in v:
            if k not in self.props:
                raise bad('There is no such member.', pre + k)
        for k in self.required:
            if k not in v:
                raise bad('Is missing.', pre + k)
        if len(v) < self.minp:
            raise bad('Send at least one member.', f)
        out = {k: self.props[k].check(v[k], pre + k) for k in v if k in self.props}
        for k, d in self.defaults.items():
            out.setdefault(k, d)
        return out


def idrx(prefix):
    return S(rx=prefix + '_[a-z0-9]{6}')


CLOCK = '([01][0-9]|2[0-3]):[0-5][0-9]'
METER = S(rx=r'[0-9]{1,7}\.[0-9]{3}')
PRICE = S(rx=r'[0-9]{1,2}\.[0-9]{2}')
SCHEMA = {}


def build_schemas():
    hours = A(O({'day': S(enum=DAYS), 'opens': S(rx=CLOCK), 'closes': S(rx=CLOCK)}, ('day', 'opens', 'closes')), 0, 7)
    site = {'name': S(2, 61 if F('site-name-61') else 60), 'city': S(2, 40), 'opening_hours': hours,
            'max_chargers': I(1, 50)}
    SCHEMA['site'] = O(site, ('name', 'city'), {'opening_hours': [], 'max_chargers': 1 if F('site-max-default') else 10})
    SCHEMA['site_update'] = O(site, minp=1)
    SCHEMA['charger'] = O({
        'site_id': idrx('sit'), 'serial_number': S(rx='[A-Z]{2}-[0-9]{6}'),
        'model': S(1, 40, null=True), 'max_power_kw': I(3, 400),
        'connectors': A(O({'kind': S(enum=KINDS), 'power_kw': I(3, 400)}, ('kind', 'power_kw')), 1, 4),
    }, ('site_id', 'serial_number', 'max_power_kw', 'connectors'), {'model': None})
    SCHEMA['tariff'] = O({
        'site_id': idrx('sit'), 'price_per_kwh': PRICE,
        'price_per_minute': PRICE,
        'free_minutes': I(0, 100000 if F('tariff-free-minutes-max') else 240), 'valid_from': S(fmt='date')},
        ('site_id', 'price_per_kwh', 'valid_from'), {'price_per_minute': '0.00', 'free_minutes': 0})
    SCHEMA['driver'] = O({
        'name': S(1, 80), 'email': S(hi=120, rx=r'[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+'),
        'phone': S(null=True, rx=r'\+[1-9][0-9]{7,14}'), 'language': S(enum=['nl', 'en', 'de', 'fr'])},
        ('name', 'email'), {'phone': None, 'language': 'nl'})
    SCHEMA['card'] = O({
        'driver_id': idrx('drv'), 'uid': S(rx='[0-9A-F]{8}|[0-9A-F]{14}'),
        'label': S(hi=30, null=True)}, ('driver_id', 'uid'), {'label': None})
    SCHEMA['reservation'] = O({'connector_id': idrx('con'), 'driver_id': idrx('drv'), 'minutes': I(5, 90 if F('reservation-minutes-90') else 60)},
                              ('connector_id',), {'minutes': 15})
    SCHEMA['session'] = O({'card_id': idrx('crd'), 'connector_id': idrx('con'), 'start_meter_kwh': METER, 'started_at': S(fmt='date-time')},
                          ('card_id', 'connector_id', 'start_meter_kwh'))
    SCHEMA['reading'] = O({'meter_kwh': METER}, ('meter_kwh',))
    SCHEMA['import'] = O({'session_id': idrx('ses'), 'meter_kwh': METER}, ('session_id', 'meter_kwh'))
    SCHEMA['invoice'] = O({'driver_id': idrx('drv'), 'due_days': I(7, 60)}, ('driver_id',), {'due_days': 14})
    SCHEMA['payment'] = O({'amount': S(rx=r'[0-9]{1,9}\.[0-9]{2}'), 'method': S(enum=['ideal', 'card', 'sepa']),
                           'reference': S(hi=35, null=True)}, ('amount', 'method'), {'reference': None})
    SCHEMA['ticket'] = O({
        'category': S(enum=['connector', 'display', 'payment', 'network', 'vandalism', 'other']),
        'severity': S(enum=['minor', 'major', 'critical']), 'description': S(10, 500)},
        ('category', 'description'), {'severity': 'minor'})
    SCHEMA['rollout'] = O({'version': S(rx=r'[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}'),
                           'charger_ids': A(idrx('chg'), 1, 50, unique=True)}, ('version', 'charger_ids'))


# ---------------------------------------------------------------- data

class Caller:
    def __init__(self, role, driver_id=None):
        self.role, self.driver_id = role, driver_id


KEYS = {}
LOGINS = {}
SITES, CHARGERS, CONNECTORS, TARIFFS, DRIVERS, CARDS = {}, {}, {}, {}, {}, {}
RESERVATIONS, SESSIONS, READINGS, INVOICES, TICKETS, PHOTOS, JOBS = {}, {}, {}, {}, {}, {}, {}
REPLAYS = {}
COUNTER = {'invoice': 1000}


def running(s):
    return s['state'] in ('started', 'charging')


def connector_status(con):
    for s in SESSIONS.values():
        if s['connector_id'] == con['id'] and running(s):
            return 'occupied'
    if con.get('stuck'):
        return con['stuck']
    for r in RESERVATIONS.values():
        if r['connector_id'] == con['id'] and r['state'] == 'open' and not F('reservation-not-marked'):
            return 'reserved'
    return 'free'


def open_tickets(chg):
    return [t for t in TICKETS.values() if t['charger_id'] == chg['id'] and t['state'] == 'open']


def charger_status(chg):
    if not F('ticket-critical-ignored') and any(t['severity'] == 'critical' for t in open_tickets(chg)):
        return 'out_of_order'
    states = [connector_status(c) for c in chg['connectors']]
    if F('charger-busy-if-any'):
        return 'busy' if any(x != 'free' for x in states) else 'available'
    return 'available' if 'free' in states else 'busy'


def site_chargers(site_id):
    return [c for c in CHARGERS.values() if c['site_id'] == site_id]


def view_site(s):
    hours = s['opening_hours']
    if not F('site-hours-unsorted'):
        hours = sorted(hours, key=lambda h: DAYS.index(h['day']))
    return {'id': s['id'], 'name': s['name'], 'city': s['city'], 'opening_hours': hours,
            'always_open': not hours,
            'max_chargers': s['max_chargers'], 'charger_count': len(site_chargers(s['id'])) + s.get('ghosts', 0),
            'created_at': ts(s['created']), 'updated_at': ts(s['updated'])}


def etag(s):
    return '"%d"' % s['version']


def tags(text, weak):
    """The tags of a condition (RFC 9110 section 13.1); a weak one counts where comparison is weak."""
    all_tags = [one.strip() for one in (text or '').split(',')]
    return [one[2:] if weak and one.startswith('W/') else one for one in all_tags]


def view_charger(c):
    tickets = open_tickets(c)
    return {'id': c['id'], 'site_id': c['site_id'], 'serial_number': c['serial_number'], 'model': c['model'],
            'max_power_kw': c['max_power_kw'],
            'connectors': [{'id': x['id'], 'kind': x['kind'], 'power_kw': x['power_kw'], 'status': connector_status(x)} for x in c['connectors']],
            'status': charger_status(c), 'firmware_version': c['firmware'],
            'open_ticket_count': len(tickets),
            'created_at': ts(c['created'])}


def view_reservation(r):
    return {'id': r['id'], 'driver_id': r['driver_id'], 'connector_id': r['connector_id'], 'state': r['state'],
            'created_at': ts(r['created']), 'expires_at': ts(r['expires'])}


def view_session(s):
    out = {k: s[k] for k in ('id', 'driver_id', 'card_id', 'site_id', 'charger_id', 'connector_id', 'connector_kind', 'tariff_id',
                             'reservation_id', 'state')}
    energy = s['last'] - s['start']
    out.update({'start_meter_kwh': kwh(s['start']), 'last_meter_kwh': kwh(s['last']), 'energy_kwh': kwh(energy),
                'reading_count': s['reading_count'], 'minutes': s['minutes'],
                'energy_cost': s['energy_cost'], 'time_cost': s['time_cost'], 'total_cost': s['total_cost'],
                'invoice_id': s['invoice_id'], 'started_at': ts(s['started']),
                'stopped_at': ts(s['stopped'])})
    return out


def view_invoice(i):
    paid = sum((Decimal(p['amount']) for p in i['payments']), Decimal(0))
    return {'id': i['id'], 'number': i['number'], 'driver_id': i['driver_id'], 'state': invoice_state(i), 'lines': i['lines'],
            'net_amount': money(i['net']), 'tax_rate': '21.00', 'tax_amount': money(i['tax']), 'total_amount': money(i['total']),
            'paid_amount': money(paid),
            'open_amount': money(max(i['total'] - paid, Decimal(0))),
            'payments': i['payments'], 'issued_on': i['issued'].isoformat(), 'due_on': i['due'].isoformat()}


def invoice_paid(i):
    return sum((Decimal(p['amount']) for p in i['payments']), Decimal(0))


def invoice_state(i):
    paid = invoice_paid(i)
    if paid >= i['total']:
        return 'paid'
    if F('invoice-partly-is-paid') and paid:
        return 'paid'
    return 'partly_paid' if paid else 'open'


def view_job(j):
    return {k: j[k] for k in ('id', 'kind', 'state', 'version', 'total', 'done', 'results')} | {
        'created_at': ts(j['created']), 'finished_at': ts(j['finished'])}


def vkey(v):
    return v if F('rollout-version-text') else [int(x) for x in v.split('.')]


def advance():
    """What happens by itself as time goes by: reservations expire, jobs proceed."""
    t = dt.datetime.now(UTC)
    for r in RESERVATIONS.values():
        if r['state'] == 'open' and r['expires'] <= t:
            r['state'] = 'expired'
    for j in JOBS.values():
        if j['state'] == 'queued' and time.monotonic() - j['clock'] > 0.3:
            j['state'] = 'running'
        if j['state'] == 'running' and time.monotonic() - j['clock'] > 0.9:
            for cid in j['charger_ids']:
                c = CHARGERS.get(cid)
                if c is None:
                    outcome = 'skipped_busy'
                elif any(connector_status(x) == 'occupied' for x in c['connectors']) and not F('rollout-busy-updated'):
                    outcome = 'skipped_busy'
                elif vkey(c['firmware']) >= vkey(j['version']):
                    outcome = 'skipped_current'
                else:
                    outcome = 'updated'
                    if not F('rollout-not-installed'):
                        c['firmware'] = j['version']
                j['results'].append({'charger_id': cid, 'outcome': outcome})
            updated = sum(1 for r in j['results'] if r['outcome'] == 'updated')
            j['done'] = j['total']
            j['state'] = 'succeeded' if updated else 'failed'
            j['finished'] = now()


# ---------------------------------------------------------------- requests

class Req:
    def __init__(self, method, path, query, headers, raw):
        self.method, self.path, self.headers, self.raw = method, path, headers, raw
        self.query = {}
        for k, v in parse_qsl(query, keep_blank_values=True, errors='replace'):
            self.query[k] = v
        self.caller = None

    @property
    def op(self):
        return self.caller.role == 'operator'

    def ctype(self):
        return (self.headers.get('Content-Type') or '').split(';')[0].strip().lower()

    def body(self, schema):
        if self.ctype() != 'application/json':
            raise Err(400, 'Send application/json.')
        if not self.raw:
            raise Err(400, 'The body is missing.')
        return SCHEMA[schema].check(load_json(self.raw))

    def q(self, name, spec):
        if name not in self.query:
            return None
        v = self.query[name]
        if isinstance(spec, I):
            if not re.fullmatch(r'-?[0-9]{1,18}', v):
                raise bad('Must be an integer.', name)
            v = int(v)
        return spec.check(v, name)

    def sees(self, driver_id):
        return self.op or self.caller.role == 'driver' and self.caller.driver_id == driver_id


def no_const(_):
    raise ValueError('not JSON')


def load_json(raw):
    try:
        return json.loads(raw.decode('utf-8'), parse_constant=no_const)
    except (ValueError, RecursionError):
        raise Err(400, 'The body is not valid JSON.') from None


def authenticate(r):
    key = r.headers.get('X-Api-Key')
    if key is not None:
        if key in KEYS:
            return KEYS[key]
    else:
        a = r.headers.get('Authorization') or ''
        if a[:6].lower() == 'basic ':
            try:
                user, _, pw = base64.b64decode(a[6:].strip(), validate=True).decode('utf-8').partition(':')
            except (binascii.Error, ValueError):
                user = pw = None
            if user in LOGINS and (LOGINS[user][0] == pw or F('auth-password-ignored')):
                return LOGINS[user][1]
        if F('auth-anonymous-chargers') and r.path.startswith('/v1/chargers') and r.method == 'GET':
            return Caller('driver', 'drv_000000')
    raise Err(401, 'Send a valid key or login.', headers={} if F('www-authenticate-missing') else {'WWW-Authenticate': 'Basic realm="voltwijk"'})


def page(r, items, view, tag=None):
    limit = r.q('limit', I(1, 100000 if F('limit-max-ignored') else 100))
    if limit is None:
        limit = 20
    after = r.query.get('after')
    total = len(items)
    pos = 0
    if after is not None:
        ids = [x['id'] for x in items]
        if after in ids:
            pos = ids.index(after) + 1
            if F('page-after-inclusive') and tag == 'sites':
                pos -= 1
            if F('page-after-skips') and tag == 'sessions':
                pos += 1
        else:
            raise bad('There is no such entry in this list.', 'after')
    got = items[pos:pos + limit + (1 if F('page-limit-plus-one') and tag == 'chargers' else 0)]
    nxt = None
    if got and (pos + len(got) < total or F('page-next-on-last') and tag == 'sites' and len(got) == limit):
        q = dict(r.query)
        if F('page-next-drops-filters'):
            q = {}
        q.update(limit=limit, after=got[-1]['id'])
        nxt = r.path + '?' + urlencode(q, errors='replace')
    if F('page-total-of-page') and tag == 'chargers':
        total = len(got)
    return 200, {'items': [view(x) for x in got], 'total': total, 'next': nxt}, {}


def sort_items(items, sort, keys):
    """Descending keeps the order of ids among equals."""
    items = sorted(items, key=lambda x: x['id'])
    key = keys[sort.lstrip('-')]
    if sort.startswith('-'):
        items = list(reversed(sorted(reversed(items), key=key)))
        return items
    return sorted(items, key=key)


# ---------------------------------------------------------------- sites

def get_site(sid):
    s = SITES.get(sid)
    if s is None:
        raise Err(404, 'There is no such site.')
    return s


def list_sites(r):
    city = r.q('city', S(2, 40))
    q = r.q('q', S(2, 60))
    sort = r.q('sort', S(enum=['name', '-name', 'created_at', '-created_at'])) or 'created_at'
    items = list(SITES.values())
    if city is not None:
        items = [s for s in items if s['city'].lower() == city.lower()]
    if q is not None:
        if F('sites-q-prefix'):
            items = [s for s in items if s['name'].lower().startswith(q.lower())]
        else:
            items = [s for s in items if q.lower() in s['name'].lower()]
    if F('sites-sort-desc') and sort == '-name':
        sort = 'name'
    items = sort_items(items, sort, {'name': lambda s: s['name'], 'created_at': lambda s: s['created']})
    return page(r, items, view_site, tag='sites')


def check_hours(hours):
    seen = set()
    for n, h in enumerate(hours):
        if h['closes'] <= h['opens'] and not (F('site-hours-equal') and h['closes'] == h['opens']):
            raise bad('Must be later than opens.', 'opening_hours.%d.closes' % n)
        if h['day'] in seen:
            raise bad('This day comes twice.', 'opening_hours.%d.day' % n)
        seen.add(h['day'])


def check_site_name(name, city, but=None):
    for s in SITES.values():
        if s is but:
            continue
        if F('site-duplicate-case'):
            same = s['name'] == name and s['city'] == city
        else:
            same = s['name'].lower() == name.lower() and s['city'].lower() == city.lower()
        if same:
            raise Err(409, 'There is a site with this name in the city.')


def create_site(r):
    b = r.body('site')
    check_hours(b['opening_hours'])
    check_site_name(b['name'], b['city'])
    t = now()
    s = dict(b, id=new_id('sit'), created=t, updated=t, version=1)
    SITES[s['id']] = s
    h = {'ETag': etag(s)}
    h['Location'] = '/v1/sites/' + s['id']
    return 201, view_site(s), h


def read_site(r, sid):
    s = get_site(sid)
    if etag(s) in tags(r.headers.get('If-None-Match'), True) and not F('site-304-never'):
        return 304, None, {'ETag': etag(s)}
    return 200, view_site(s), {'ETag': etag(s)}


def update_site(r, sid):
    s = get_site(sid)
    im = r.headers.get('If-Match')
    if im is None and not F('patch-if-match-optional'):
        raise Err(428, 'Send If-Match.')
    if im is not None and etag(s) not in tags(im, False) and not F('patch-stale-accepted'):
        raise Err(412, 'The site has changed since you read it.')
    gap('patch-race')
    b = r.body('site_update')
    if 'opening_hours' in b:
        check_hours(b['opening_hours'])
    if 'name' in b or 'city' in b:
        check_site_name(b.get('name', s['name']), b.get('city', s['city']), s)
    if b.get('max_chargers', 99) < len(site_chargers(sid)) and not F('patch-max-below-count'):
        raise Err(409, 'The site has more chargers.')
    if F('patch-resets-hours') and 'opening_hours' not in b:
        b['opening_hours'] = []
    if F('patch-city-not-stored') and 'city' in b:
        answer = view_site(dict(s, **b))
        b.pop('city')
        s.update(b, updated=now(), version=s['version'] + 1)
        return 200, answer, {'ETag': etag(s)}
    s.update(b, updated=now())
    if not F('patch-etag-same'):
        s['version'] += 1
    return 200, view_site(s), {'ETag': etag(s)}


def span(r, required):
    if required and 'from' not in r.query:
        raise bad('Is missing.', 'from')
    a, b = r.q('from', S(fmt='date')), r.q('to', S(fmt='date'))
    b = parse_date(b) if b else now().date()
    if a:
        a = parse_date(a)
    else:
        try:
            a = b - dt.timedelta(days=29)
        except OverflowError:
            a = dt.date.min
    if b < a:
        raise bad('Must not lie before from.', 'to')
    return a, b


def site_statistics(r, sid):
    get_site(sid)
    a, b = span(r, False)
    if (b - a).days + 1 > 366:
        raise bad('The span has more than 366 days.', 'from')
    got = [s for s in SESSIONS.values() if s['site_id'] == sid and a <= s['started'].date() <= b and (not running(s) or F('stats-running-counted'))]
    energy = sum((s['last'] - s['start'] for s in got), Decimal(0))
    revenue = sum((Decimal(s['total_cost'] or 0) for s in got if not (F('stats-revenue-billed-only') and s['state'] != 'billed')), Decimal(0))
    kinds = []
    for k in KINDS:
        part = [s for s in got if s['connector_kind'] == k]
        kinds.append({'kind': k, 'session_count': len(part), 'energy_kwh': kwh(sum((s['last'] - s['start'] for s in part), Decimal(0)))})
    return 200, {'site_id': sid, 'from': a.isoformat(), 'to': b.isoformat(), 'session_count': len(got), 'energy_kwh': kwh(energy),
                 'average_energy_kwh': kwh(energy / len(got)) if got else '0.000', 'revenue': money(revenue), 'by_kind': kinds}, {}


# ---------------------------------------------------------------- chargers

def get_charger(cid):
    c = CHARGERS.get(cid)
    if c is None:
        raise Err(404, 'There is no such charger.')
    return c


def list_chargers(r):
    site = r.q('site_id', idrx('sit'))
    kind = r.q('kind', S(enum=KINDS))
    power = r.q('min_power_kw', I(1, 400))
    status = r.q('status', S(enum=['available', 'busy', 'out_of_order']))
    sort = r.q('sort', S(enum=['serial_number', '-serial_number', 'max_power_kw', '-max_power_kw'])) or 'serial_number'
    items = list(CHARGERS.values())
    if site is not None:
        items = [c for c in items if c['site_id'] == site]

    def fits(x, kind, power):
        if power is not None and (x['power_kw'] <= power if F('chargers-power-exclusive') else x['power_kw'] < power):
            return False
        return kind is None or x['kind'] == kind

    if F('chargers-kind-first-only'):
        items = [c for c in items if fits(c['connectors'][0], kind, None) and any(fits(x, kind, power) for x in c['connectors'])]
    elif F('chargers-kind-power-apart'):
        items = [c for c in items if any(fits(x, kind, None) for x in c['connectors']) and any(fits(x, None, power) for x in c['connectors'])]
    else:
        items = [c for c in items if any(fits(x, kind, power) for x in c['connectors'])]
    if status is not None and not F('chargers-status-ignored'):
        items = [c for c in items if charger_status(c) == status]
    items = sort_items(items, sort, {'serial_number': lambda c: c['serial_number'],
                                      'max_power_kw': lambda c: c['max_power_kw']})
    return page(r, items, view_charger, tag='chargers')


def create_charger(r):
    b = r.body('charger')
    for n, x in enumerate(b['connectors']):
        if x['power_kw'] > b['max_power_kw']:
            raise bad('Must not be above max_power_kw.', 'connectors.%d.power_kw' % n)
    site = SITES.get(b['site_id'])
    if site is None and not F('charger-unknown-site'):
        raise bad('There is no such site.', 'site_id')
    if any(c['serial_number'] == b['serial_number'] for c in CHARGERS.values()) and not F('charger-serial-twice'):
        raise Err(409, 'There is a charger with this serial number.')
    if site and len(site_chargers(site['id'])) >= site['max_chargers'] + (1 if F('charger-capacity-plus-one') else 0):
        raise Err(409, 'The site takes no more chargers.')
    gap('charger-capacity-race')
    return 201, *add_charger(b)


def add_charger(b):
    c = {'id': new_id('chg'), 'site_id': b['site_id'], 'serial_number': b['serial_number'], 'model': b['model'],
         'max_power_kw': b['max_power_kw'], 'firmware': '1.0.0', 'created': now()}
    if F('charger-model-not-stored'):
        c['model'] = None
    c['connectors'] = [{'id': new_id('con'), 'kind': x['kind'], 'power_kw': x['power_kw'], 'charger_id': c['id']} for x in b['connectors']]
    CHARGERS[c['id']] = c
    for x in c['connectors']:
        CONNECTORS[x['id']] = x
    if b['site_id'] in SITES and not F('charger-etag-unchanged'):
        SITES[b['site_id']]['version'] += 1
    return view_charger(c), {'Location': '/v1/chargers/' + c['id']}


def read_charger(r, cid):
    return 200, view_charger(get_charger(cid)), {}


def job_open(cid):
    return any(j['state'] in ('queued', 'running') and cid in j['charger_ids'] for j in JOBS.values())


def delete_charger(r, cid):
    c = get_charger(cid)
    cons = {x['id'] for x in c['connectors']}
    if any(running(s) and s['connector_id'] in cons for s in SESSIONS.values()):
        raise Err(409, 'A session is running.')
    if any(v['state'] == 'open' and v['connector_id'] in cons for v in RESERVATIONS.values()) and not F('delete-despite-reservation'):
        raise Err(409, 'A connector is reserved.')
    if job_open(cid):
        raise Err(409, 'A firmware rollout is not finished.')
    del CHARGERS[cid]
    for x in cons:
        CONNECTORS.pop(x, None)
    if not F('delete-keeps-tickets'):
        for t in [t for t in TICKETS.values() if t['charger_id'] == cid]:
            del TICKETS[t['id']]
    if F('delete-takes-sessions'):
        for s in [s for s in SESSIONS.values() if s['charger_id'] == cid]:
            del SESSIONS[s['id']]
    site = SITES.get(c['site_id'])
    if site:
        site['version'] += 1
    if site and F('delete-count-stays'):
        site['ghosts'] = site.get('ghosts', 0) + 1
    return 204, None, {}


# ---------------------------------------------------------------- tariffs, drivers, cards

def create_tariff(r):
    b = r.body('tariff')
    if b['site_id'] not in SITES:
        raise bad('There is no such site.', 'site_id')
    if any(t['site_id'] == b['site_id'] and t['valid_from'] == b['valid_from'] for t in TARIFFS.values()) and not F('tariff-same-day'):
        raise Err(409, 'The site has a tariff from this day on.')
    t = {'id': new_id('tar'), **b}
    TARIFFS[t['id']] = t
    return 201, {k: t[k] for k in ('id', 'site_id', 'price_per_kwh', 'price_per_minute', 'free_minutes', 'valid_from')}, {}


def valid_tariff(site_id):
    today = now().date().isoformat()
    got = [t for t in TARIFFS.values() if t['site_id'] == site_id and (t['valid_from'] <= today or F('tariff-future-used'))]
    if not got:
        return None
    return max(got, key=lambda t: t['valid_from'])


def create_driver(r):
    b = r.body('driver')
    for d in DRIVERS.values():
        if d['email'] == b['email'] if F('driver-email-case') else d['email'].lower() == b['email'].lower():
            raise Err(409, 'This address is registered.')
    d = {'id': new_id('drv'), **b, 'created': now()}
    DRIVERS[d['id']] = d
    out = {k: d[k] for k in ('id', 'name', 'email', 'phone', 'language')}
    return 201, {**out, 'created_at': ts(d['created'])}, {}


def add_card(r):
    b = r.body('card')
    if r.op:
        if b['driver_id'] not in DRIVERS:
            raise bad('There is no such driver.', 'driver_id')
    elif b['driver_id'] != r.caller.driver_id and not F('card-for-others'):
        raise Err(403, 'Drivers add cards only for themselves.')
    if F('card-for-others') and b['driver_id'] not in DRIVERS:
        raise Err(403, 'Drivers add cards only for themselves.')
    mine = [c for c in CARDS.values() if c['driver_id'] == b['driver_id']]
    if any(c['uid'] == b['uid'] for c in CARDS.values()):
        raise Err(409, 'This uid is in use.')
    if len(mine) >= (4 if F('card-fourth') else 3):
        raise Err(409, 'A driver has at most three cards.')
    c = {'id': new_id('crd'), **b, 'created': now()}
    CARDS[c['id']] = c
    return 201, {**{k: c[k] for k in ('id', 'driver_id', 'uid', 'label')}, 'created_at': ts(c['created'])}, {}


# ---------------------------------------------------------------- reservations

def create_reservation(r):
    b = r.body('reservation')
    con = CONNECTORS.get(b['connector_id'])
    if con is None:
        raise bad('There is no such connector.', 'connector_id')
    drv = b.get('driver_id')
    if r.op:
        if drv is None:
            raise bad('Is missing.', 'driver_id')
        if drv not in DRIVERS:
            raise bad('There is no such driver.', 'driver_id')
    else:
        if drv is not None and drv != r.caller.driver_id:
            raise Err(403, 'Drivers reserve only for themselves.')
        else:
            drv = r.caller.driver_id
    if not F('reservation-second-open') and any(v['driver_id'] == drv and v['state'] == 'open' for v in RESERVATIONS.values()):
        raise Err(409, 'The driver has an open reservation.')
    st = connector_status(con)
    if st != 'free' and not (F('reservation-occupied') and st == 'occupied'):
        raise Err(409, 'The connector is not free.')
    if charger_status(CHARGERS[con['charger_id']]) == 'out_of_order' and not F('reservation-out-of-order'):
        raise Err(409, 'The charger is out of order.')
    gap('reservation-race')
    t = now()
    minutes = b['minutes']
    v = {'id': new_id('rsv'), 'driver_id': drv, 'connector_id': con['id'], 'state': 'open', 'created': t, 'expires': t + dt.timedelta(minutes=minutes)}
    RESERVATIONS[v['id']] = v
    return 201, view_reservation(v), {}


def cancel_reservation(r, rid):
    v = RESERVATIONS.get(rid)
    if v is None or not r.sees(v['driver_id']) and not (F('cancel-foreign') and r.caller.role == 'driver'):
        raise Err(404, 'There is no such reservation.')
    if v['state'] != 'open':
        raise Err(409, 'The reservation is not open.')
    v['state'] = 'cancelled'
    if F('cancel-not-freed'):
        CONNECTORS[v['connector_id']]['stuck'] = 'reserved'
    return 200, view_reservation(v), {}


# ---------------------------------------------------------------- sessions

def start_session(r):
    b = r.body('session')
    card = CARDS.get(b['card_id'])
    if card is None or not r.op and card['driver_id'] != r.caller.driver_id and not F('start-foreign-card'):
        raise bad('There is no such card.', 'card_id')
    con = CONNECTORS.get(b['connector_id'])
    if con is None:
        raise bad('There is no such connector.', 'connector_id')
    t = now()
    started = t
    if 'started_at' in b:
        started = parse_dt(b['started_at']).replace(microsecond=0)
        if parse_dt(b['started_at']) > dt.datetime.now(UTC):
            raise bad('Must not lie in the future.', 'started_at')
        if parse_dt(b['started_at']) < dt.datetime.now(UTC) - dt.timedelta(days=7):
            raise bad('Must not lie more than 7 days in the past.', 'started_at')
    drv = card['driver_id']
    chg = CHARGERS[con['charger_id']]
    st = connector_status(con)
    if st == 'occupied' and not F('start-occupied'):
        raise Err(409, 'The connector is occupied.')
    res = next((v for v in RESERVATIONS.values() if v['connector_id'] == con['id'] and v['state'] == 'open'), None)
    if res and res['driver_id'] != drv:
        if not F('start-reserved-for-others'):
            raise Err(409, 'The connector is reserved.')
        res = None
    if charger_status(chg) == 'out_of_order':
        raise Err(409, 'The charger is out of order.')
    if any(running(s) and s['card_id'] == card['id'] for s in SESSIONS.values()):
        raise Err(409, 'The card is in use.')
    tariff = valid_tariff(chg['site_id'])
    if tariff is None and F('start-without-tariff'):
        tariff = next(iter(TARIFFS.values()))
    if tariff is None:
        raise Err(409, 'The site has no valid tariff.')
    rid = None
    if res:
        rid = res['id']
        if not F('start-reservation-stays-open'):
            res['state'] = 'used'
    m = Decimal(b['start_meter_kwh'])
    s = {'id': new_id('ses'), 'driver_id': drv, 'card_id': card['id'], 'site_id': chg['site_id'], 'charger_id': chg['id'],
         'connector_id': con['id'], 'connector_kind': con['kind'], 'tariff_id': tariff['id'], 'reservation_id': rid, 'state': 'started',
         'start': m, 'last': m, 'reading_count': 0, 'minutes': None, 'energy_cost': None, 'time_cost': None, 'total_cost': None,
         'invoice_id': None, 'started': started, 'stopped': None}
    SESSIONS[s['id']] = s
    return 201, view_session(s), {'Location': '/v1/sessions/' + s['id']}


def list_sessions(r):
    state = r.q('state', S(enum=['started', 'charging', 'stopped', 'billed']))
    chg = r.q('charger_id', idrx('chg'))
    drv = r.q('driver_id', idrx('drv'))
    a = r.q('started_from', S(fmt='date-time'))
    z = r.q('started_to', S(fmt='date-time'))
    sort = r.q('sort', S(enum=['started_at', '-started_at', 'energy_kwh', '-energy_kwh'])) or '-started_at'
    r.q('limit', I(1, 100000 if F('limit-max-ignored') else 100))
    a, z = a and parse_dt(a), z and parse_dt(z)
    if a and z and z < a:
        raise bad('Must not lie before started_from.', 'started_to')
    items = list(SESSIONS.values())
    if r.caller.role == 'driver':
        if drv and drv != r.caller.driver_id:
            raise Err(403, 'Drivers see only their own sessions.')
        elif not F('sessions-all-visible'):
            items = [s for s in items if s['driver_id'] == r.caller.driver_id]
    if state:
        items = [s for s in items if s['state'] == state or F('sessions-stopped-with-billed') and state == 'stopped' and s['state'] == 'billed']
    if chg:
        items = [s for s in items if s['charger_id'] == chg]
    if drv:
        items = [s for s in items if s['driver_id'] == drv]
    if a:
        items = [s for s in items if s['started'] >= a]
    if z:
        items = [s for s in items if (s['started'] <= z if F('sessions-to-inclusive') else s['started'] < z)]
    items = sort_items(items, sort, {'started_at': lambda s: s['started'],
                                      'energy_kwh': lambda s: kwh(s['last'] - s['start']) if F('sessions-sort-energy-text') else s['last'] - s['start']})
    return page(r, items, view_session, tag='sessions')


def see_session(r, sid, leak=False):
    s = SESSIONS.get(sid)
    if s is None or not r.sees(s['driver_id']) and not (leak and r.caller.role == 'driver'):
        raise Err(404, 'There is no such session.')
    return s


def read_session(r, sid):
    return 200, view_session(see_session(r, sid, F('session-foreign-visible'))), {}


def record(s, m):
    s['last'] = m
    s['reading_count'] += 1
    if s['state'] == 'started' and not F('reading-stays-started'):
        s['state'] = 'charging'
    x = {'id': new_id('mtr'), 'session_id': s['id'], 'meter_kwh': kwh(m), 'recorded_at': ts(now())}
    READINGS[x['id']] = x
    return x


def add_reading(r, sid):
    s = SESSIONS.get(sid)
    if s is None:
        raise Err(404, 'There is no such session.')
    m = Decimal(r.body('reading')['meter_kwh'])
    if not running(s) and not (F('reading-after-stop') and s['state'] == 'stopped'):
        raise Err(409, 'The session is over.')
    if F('reading-below-last'):
        if m < s['start']:
            raise Err(409, 'The meter never goes down.')
    elif m < s['last']:
        raise Err(409, 'The meter never goes down.')
    return 201, record(s, m), {}


def stop_session(r, sid):
    s = see_session(r, sid, F('stop-foreign'))
    if not running(s):
        raise Err(409, 'The session is over.')
    finish(s, now())
    if F('stop-connector-occupied') and s['connector_id'] in CONNECTORS:
        CONNECTORS[s['connector_id']]['stuck'] = 'occupied'
    return 200, view_session(s), {}


def finish(s, t):
    tariff = TARIFFS[s['tariff_id']]
    s['stopped'] = t
    secs = (t - s['started']).total_seconds()
    s['minutes'] = max(0, int(secs // 60))
    e = ((s['last'] - s['start']) * Decimal(tariff['price_per_kwh'])).quantize(CENT, ROUND_DOWN if F('stop-cost-cut') else ROUND_HALF_UP)
    free = 0 if F('stop-free-minutes-ignored') else tariff['free_minutes']
    m = s['minutes'] - free
    c = max(0, m) * Decimal(tariff['price_per_minute'])
    s['energy_cost'], s['time_cost'] = money(e), money(c)
    s['total_cost'] = money(e + c)
    s['state'] = 'stopped'


def import_readings(r):
    if r.ctype() != 'application/x-ndjson':
        raise Err(400, 'Send application/x-ndjson.')
    try:
        text = r.raw.decode('utf-8')
    except ValueError:
        raise Err(400, 'The body is not UTF-8.') from None
    lines = [(n, x) for n, x in enumerate(text.split('\n'), 1) if x.strip(' \t\r')]
    if F('import-blank-not-counted'):
        lines = [(n, x) for n, (_, x) in enumerate(lines, 1)]
    if not lines:
        raise Err(400, 'There is no reading.')
    if len(lines) > 500:
        raise Err(400, 'There are more than 500 readings.')
    rejected, accepted = [], 0
    for n, x in lines:
        reason = None
        try:
            v = SCHEMA['import'].check(load_json(x.encode('utf-8')))
        except Err as e:
            reason = 'malformed' if e.status == 400 else 'invalid'
        if not reason:
            s = SESSIONS.get(v['session_id'])
            m = Decimal(v['meter_kwh'])
            if s is None:
                reason = 'unknown_session'
            elif not running(s):
                reason = 'session_closed'
            elif m < s['last'] and not F('import-decrease-accepted'):
                reason = 'meter_decreased'
            else:
                record(s, m)
        if reason:
            rejected.append({'line': n, 'reason': reason})
            if F('import-stops-at-error'):
                break
        else:
            accepted += 1
    return 200, {'received': len(lines), 'accepted': accepted, 'rejected': rejected}, {}


def export_sessions(r):
    a, b = span(r, True)
    site = r.q('site_id', idrx('sit'))
    got = [s for s in SESSIONS.values() if a <= s['started'].date() <= b and (not running(s) or F('export-running-too'))
           and (site is None or s['site_id'] == site or F('export-site-ignored'))]
    got.sort(key=lambda s: (s['started'], s['id']))
    out = ['session_id,driver_id,charger_id,state,started_at,stopped_at,energy_kwh,total_cost']
    if F('export-header-if-rows') and not got:
        out = []
    for s in got:
        v = view_session(s)
        out.append(','.join([v['id'], v['driver_id'], v['charger_id'], v['state'], v['started_at'], v['stopped_at'] or '', v['energy_kwh'], v['total_cost'] or '']))
    end = '\r\n'
    return 200, ''.join(x + end for x in out).encode(), {'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="sessions.csv"'}


# ---------------------------------------------------------------- invoices

def create_invoice(r):
    b = r.body('invoice')
    if b['driver_id'] not in DRIVERS:
        raise bad('There is no such driver.', 'driver_id')
    got = sorted((s for s in SESSIONS.values() if s['driver_id'] == b['driver_id'] and s['state'] == 'stopped'), key=lambda s: (s['started'], s['id']))
    if not got:
        raise Err(409, 'There is nothing to bill.')
    if F('invoice-only-first'):
        got = got[:1]
    gap('invoice-race')
    return 201, *add_invoice(b['driver_id'], got, now().date(), b['due_days'])


def add_invoice(driver_id, got, issued, due_days):
    net = sum((Decimal(s['total_cost']) for s in got), Decimal(0))
    tax = net * Decimal('0.21')
    tax = tax.quantize(CENT, ROUND_DOWN if F('invoice-tax-cut') else ROUND_HALF_UP)
    COUNTER['invoice'] += 2 if F('invoice-number-gaps') else 1
    due = issued + dt.timedelta(days=14 if F('invoice-due-always-14') else due_days)
    i = {'id': new_id('inv'), 'number': COUNTER['invoice'], 'driver_id': driver_id,
         'lines': [{'session_id': s['id'], 'energy_kwh': kwh(s['last'] - s['start']), 'amount': s['total_cost']} for s in got],
         'net': net, 'tax': tax, 'total': net + tax, 'payments': [], 'issued': issued, 'due': due}
    INVOICES[i['id']] = i
    for s in got:
        if not F('invoice-sessions-stay-stopped'):
            s['state'] = 'billed'
        s['invoice_id'] = i['id']
    return view_invoice(i), {'Location': '/v1/invoices/' + i['id']}


def see_invoice(r, iid, leak=False):
    i = INVOICES.get(iid)
    if i is None or not r.sees(i['driver_id']) and not (leak and r.caller.role == 'driver'):
        raise Err(404, 'There is no such invoice.')
    return i


def read_invoice(r, iid):
    return 200, view_invoice(see_invoice(r, iid, F('invoice-foreign-visible'))), {}


def pay_invoice(r, iid):
    i = see_invoice(r, iid)
    key = r.headers.get('Idempotency-Key')
    if (key is None or not re.fullmatch('[A-Za-z0-9_-]{8,64}', key)) and not (F('pay-key-optional') and key is None):
        raise Err(400, 'Send a valid Idempotency-Key.')
    b = r.body('payment')
    amount = Decimal(b['amount'])
    if amount <= 0 and not F('pay-zero'):
        raise bad('Must be more than 0.00.', 'amount')
    old = REPLAYS.get((iid, key)) if key is not None and not F('pay-repeat-books') else None
    if old:
        if old[0] != b and not F('pay-key-other-body'):
            raise Err(409, 'This key was used with another body.')
        return 201, old[1], {'Idempotent-Replayed': 'true'}
    rest = i['total'] - invoice_paid(i)
    if rest <= 0 and not F('pay-too-much'):
        raise Err(409, 'The invoice is paid.')
    if amount > rest and not F('pay-too-much'):
        raise Err(409, 'This is more than the open amount.')
    gap('pay-race')
    p = {'id': new_id('pay'), 'invoice_id': iid, 'amount': money(amount), 'method': b['method'],
         'reference': b['reference'], 'paid_at': ts(now())}
    i['payments'].append(p)
    REPLAYS[(iid, key)] = (b, p)
    return 201, p, {}


# ---------------------------------------------------------------- tickets

def create_ticket(r, cid):
    get_charger(cid)
    b = r.body('ticket')
    if b['severity'] == 'critical' and r.caller.role == 'driver' and not F('ticket-driver-critical'):
        raise Err(403, 'Drivers may not report critical faults.')
    t = {'id': new_id('tkt'), 'charger_id': cid, **b, 'state': 'open', 'role': r.caller.role,
         'driver_id': r.caller.driver_id, 'photos': [], 'created': now()}
    TICKETS[t['id']] = t
    return 201, {**{k: t[k] for k in ('id', 'charger_id', 'category', 'severity', 'description', 'state')},
                 'reported_by': t['role'], 'photo_count': 0, 'created_at': ts(t['created'])}, {}


def upload_photo(r, tid):
    t = TICKETS.get(tid)
    if t is None or r.caller.role == 'driver' and t['driver_id'] != r.caller.driver_id and not F('photo-foreign-ticket'):
        raise Err(404, 'There is no such ticket.')
    ct = r.ctype()
    if ct not in ('image/jpeg', 'image/png'):
        raise Err(415, 'Send image/jpeg or image/png.')
    n = len(r.raw)
    if not n:
        raise bad('The photo is empty.')
    if n > 204800 and not F('photo-too-large'):
        raise bad('A photo has at most 204800 bytes.')
    sha = hashlib.sha256(r.raw).hexdigest()
    if any(p['sha256'] == sha for p in t['photos']) and not F('photo-twice'):
        raise Err(409, 'The ticket has this photo.')
    if len(t['photos']) >= 3:
        raise Err(409, 'The ticket has three photos.')
    p = {'id': new_id('pho'), 'ticket_id': tid, 'content_type': ct,
         'size_bytes': n, 'sha256': sha}
    t['photos'].append(dict(p, sha256=sha))
    return 201, {**p, 'photo_count': len(t['photos'])}, {}


# ---------------------------------------------------------------- firmware

def create_rollout(r):
    b = r.body('rollout')
    for n, c in enumerate(b['charger_ids']):
        if c not in CHARGERS:
            raise bad('There is no such charger.', 'charger_ids.%d' % n)
    if any(job_open(c) for c in b['charger_ids']) and not F('rollout-two-at-once'):
        raise Err(409, 'A charger is part of a rollout that is not finished.')
    j = {'id': new_id('job'), 'kind': 'firmware_rollout', 'state': 'queued', 'version': b['version'], 'total': len(b['charger_ids']), 'done': 0,
         'results': [], 'created': now(), 'finished': None, 'clock': time.monotonic(), 'charger_ids': b['charger_ids']}
    JOBS[j['id']] = j
    return 202, view_job(j), {} if F('rollout-location-missing') else {'Location': '/v1/jobs/' + j['id']}


def read_job(r, jid):
    j = JOBS.get(jid)
    if j is None or r.caller.role == 'driver' and not F('job-driver-sees'):
        raise Err(404, 'There is no such job.')
    return 200, view_job(j), {}


# ---------------------------------------------------------------- routes

ALL = ('operator', 'technician', 'driver')
OPS = ('operator',)
# method, path, roles, handler, fault that lets another role in
ROUTES = [
    ('GET', '/v1/sites', ALL, list_sites, None),
    ('POST', '/v1/sites', OPS, create_site, None),
    ('GET', '/v1/sites/{sit}', ALL, read_site, None),
    ('PATCH', '/v1/sites/{sit}', OPS, update_site, None),
    ('GET', '/v1/sites/{sit}/statistics', ('operator', 'technician'), site_statistics, ('stats-driver', 'driver')),
    ('GET', '/v1/chargers', ALL, list_chargers, None),
    ('POST', '/v1/chargers', OPS, create_charger, None),
    ('GET', '/v1/chargers/{chg}', ALL, read_charger, None),
    ('DELETE', '/v1/chargers/{chg}', OPS, delete_charger, None),
    ('POST', '/v1/tariffs', OPS, create_tariff, None),
    ('POST', '/v1/drivers', OPS, create_driver, ('driver-technician', 'technician')),
    ('POST', '/v1/cards', ('operator', 'driver'), add_card, None),
    ('POST', '/v1/reservations', ('operator', 'driver'), create_reservation, None),
    ('POST', '/v1/reservations/{rsv}/cancel', ALL, cancel_reservation, None),
    ('GET', '/v1/sessions', ('operator', 'driver'), list_sessions, None),
    ('POST', '/v1/sessions', ('operator', 'driver'), start_session, None),
    ('GET', '/v1/sessions/{ses}', ALL, read_session, None),
    ('POST', '/v1/sessions/{ses}/readings', OPS, add_reading, None),
    ('POST', '/v1/sessions/{ses}/stop', ALL, stop_session, None),
    ('POST', '/v1/meter-readings/import', OPS, import_readings, None),
    ('GET', '/v1/exports/sessions.csv', OPS, export_sessions, None),
    ('POST', '/v1/invoices', OPS, create_invoice, None),
    ('GET', '/v1/invoices/{inv}', ALL, read_invoice, None),
    ('POST', '/v1/invoices/{inv}/payments', ALL, pay_invoice, None),
    ('POST', '/v1/chargers/{chg}/tickets', ALL, create_ticket, None),
    ('POST', '/v1/tickets/{tkt}/photos', ALL, upload_photo, None),
    ('POST', '/v1/firmware-rollouts', ('operator', 'technician'), create_rollout, None),
    ('GET', '/v1/jobs/{job}', ALL, read_job, None),
]
ROUTES = [(m, re.compile(re.sub(r'\{\w+\}', '([^/]+)', p.replace('.', r'\.')) + r'\Z'), roles, h, f) for m, p, roles, h, f in ROUTES]


def dispatch(r):
    found = [(m, rx.match(r.path), roles, h, f) for m, rx, roles, h, f in ROUTES if rx.match(r.path)]
    if not found:
        raise Err(404, 'There is no such path.')
    for m, match, roles, h, f in found:
        if m == r.method:
            break
    else:
        raise Err(405, 'This path does not have this method.', headers={} if F('allow-missing') else {'Allow': ', '.join(x[0] for x in found)})
    r.caller = authenticate(r)
    if r.caller.role not in roles and not (f and F(f[0]) and r.caller.role == f[1]):
        raise Err(403, 'Your role may not do this.')
    return h(r, *[unquote(x) for x in match.groups()])


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    server_version = 'voltwijk'
    sys_version = ''
    disable_nagle_algorithm = True

    def log_message(self, *a):
        pass

    def read_raw(self):
        if 'chunked' in (self.headers.get('Transfer-Encoding') or '').lower():
            out = b''
            while True:
                n = int(self.rfile.readline(100).split(b';')[0].strip() or b'0', 16)
                if n == 0:
                    while self.rfile.readline(1000).strip():
                        pass
                    return out
                out += self.rfile.read(n)
                self.rfile.readline(10)
        n = int(self.headers.get('Content-Length') or 0)
        if n < 0:
            raise ValueError
        return self.rfile.read(n) if n else b''

    def handle_any(self):
        try:
            raw = self.read_raw()
        except ValueError:
            self.close_connection = True
            raw = b''
        u = urlsplit(self.path if self.path.startswith('/') and not self.path.startswith('//') else '/' + self.path.lstrip('/'))
        r = Req(self.command, u.path, u.query, self.headers, raw)
        with LOCK:
            try:
                advance()
                status, body, headers = dispatch(r)
            except Err as e:
                status, body, headers = e.status, e.body(), e.headers
            if F('delete-status-200') and status == 204:
                status, body = 200, {}
            data = body if isinstance(body, bytes) else b'' if body is None else json.dumps(body).encode()
        self.send_response(status)
        headers = dict(headers)
        if body is not None:
            headers.setdefault('Content-Type', 'application/json')
        for k, v in headers.items():
            self.send_header(k, v)
        if status not in (204, 304):
            self.send_header('Content-Length', str(len(data)))
        if self.close_connection:
            self.send_header('Connection', 'close')
        self.end_headers()
        if self.command != 'HEAD' and status not in (204, 304):
            self.wfile.write(data)

    def __getattr__(self, name):
        if name.startswith('do_'):
            return self.handle_any
        raise AttributeError(name)


# ---------------------------------------------------------------- seed

def seed():
    t = now() - dt.timedelta(days=20)
    KEYS['vw-operator-6b1f90'] = Caller('operator')
    for d, name, mail, key in (('drv_q7w2r9', 'Femke de Wit', 'femke@example.nl', 'vw-driver-femke-41'),
                               ('drv_b4n8s1', 'Joris Bakker', 'joris@example.nl', 'vw-driver-joris-77')):
        DRIVERS[d] = {'id': d, 'name': name, 'email': mail, 'phone': None, 'language': 'nl', 'created': t}
        KEYS[key] = Caller('driver', d)
        USED.add(d)
    LOGINS['monteur'] = ('kabel-en-stekker', Caller('technician'))
    for sid, name, city, hours, mx in (
            ('sit_3k9d2x', 'Stationsplein Noord', 'Utrecht', [{'day': 'mon', 'opens': '07:00', 'closes': '22:30'}, {'day': 'sat', 'opens': '09:00', 'closes': '18:00'}], 12),
            ('sit_8m2p5c', 'Havenkade', 'Rotterdam', [], 6)):
        SITES[sid] = {'id': sid, 'name': name, 'city': city, 'opening_hours': hours, 'max_chargers': mx, 'created': t, 'updated': t, 'version': 1}
        USED.add(sid)
        x = new_id('tar')
        TARIFFS[x] = {'id': x, 'site_id': sid, 'price_per_kwh': '0.45', 'price_per_minute': '0.05', 'free_minutes': 30,
                      'valid_from': (t - dt.timedelta(days=30)).date().isoformat()}
        t += dt.timedelta(hours=1)
    for sid, serial, model, power, cons in (
            ('sit_3k9d2x', 'AB-004711', 'Terra 54', 50, [('ccs', 50), ('chademo', 50), ('type2', 22)]),
            ('sit_3k9d2x', 'AB-004712', None, 22, [('type2', 22), ('type2', 11)]),
            ('sit_8m2p5c', 'KE-100001', 'Hyper 300', 300, [('ccs', 300), ('ccs', 150)])):
        c, _ = add_charger({'site_id': sid, 'serial_number': serial, 'model': model, 'max_power_kw': power,
                            'connectors': [{'kind': k, 'power_kw': p} for k, p in cons]})
        CHARGERS[c['id']]['created'] = t
    for n, (d, uid) in enumerate((('drv_q7w2r9', '04A2B7C9'), ('drv_b4n8s1', '04FF1200AB34CD'))):
        x = new_id('crd')
        CARDS[x] = {'id': x, 'driver_id': d, 'uid': uid, 'label': None, 'created': t}
        con = list(CHARGERS.values())[n]['connectors'][0]
        chg = CHARGERS[con['charger_id']]
        for k, bill in ((0, True), (1, False)):
            start = Decimal('1000.000') + 40 * k
            s = {'id': new_id('ses'), 'driver_id': d, 'card_id': x, 'site_id': chg['site_id'], 'charger_id': chg['id'], 'connector_id': con['id'],
                 'connector_kind': con['kind'], 'tariff_id': valid_tariff(chg['site_id'])['id'], 'reservation_id': None, 'state': 'charging',
                 'start': start, 'last': start + Decimal('21.500') + n, 'reading_count': 1, 'minutes': None, 'energy_cost': None, 'time_cost': None,
                 'total_cost': None, 'invoice_id': None, 'started': t + dt.timedelta(days=3 * k + n), 'stopped': None}
            SESSIONS[s['id']] = s
            finish(s, s['started'] + dt.timedelta(minutes=72))
            if bill:
                add_invoice(d, [s], (t + dt.timedelta(days=2)).date(), 14)


# ---------------------------------------------------------------- faults

FAULTS = [
    ('www-authenticate-missing', '*', 'header missing',
     '401 answers come without WWW-Authenticate.',
     'structure', 'Always `Basic realm="voltwijk"`.'),
    ('auth-password-ignored', '*', 'authorization hole',
     'HTTP basic checks only the user name, not the password.',
     'prose', 'No credentials, or wrong ones.'),
    ('auth-anonymous-chargers', 'listChargers', 'authorization hole',
     'Chargers can be read without any credentials.',
     'structure', 'security: - ApiKey: [] - TechnicianLogin: []'),
    ('allow-missing', '*', 'header missing',
     '405 answers come without the Allow header.',
     'prose', 'Methods that a path does not have are answered with 405 and an `Allow` header.'),
    ('error-field-missing', '*', 'error body',
     'Errors with 422 have no member `field`.',
     'schema', 'required: [type, message, field]'),
    ('error-404-flat', '*', 'error body',
     'Errors with 404 are not wrapped in `error`.',
     'schema', 'required: [error]'),
    ('limit-max-ignored', '*', 'validation',
     'Lists accept a limit above 100.',
     'schema', 'schema: {type: integer, minimum: 1, maximum: 100, default: 20}'),
    ('page-next-drops-filters', '*', 'paging',
     'The next URL loses filters and sort order.',
     'prose', 'the URL of the following page with the same filters and sort order'),
    ('page-after-inclusive', 'listSites', 'paging',
     'A page begins with the entry named in `after` instead of the following one.',
     'prose', 'Id of the entry after which the page begins'),
    ('page-next-on-last', 'listSites', 'paging',
     'A last page that is just full has a next URL.',
     'prose', 'or null on the last page'),
    ('sites-q-prefix', 'listSites', 'search',
     'The search finds only names that begin with the text.',
     'prose', 'Only sites with this text anywhere in their name'),
    ('sites-sort-desc', 'listSites', 'sort',
     'sort=-name sorts ascending.',
     'prose', 'Member to sort by, with a leading `-` for descending order. Names are compared by code point.'),
    ('site-name-61', 'createSite', 'boundary',
     'A name of 61 characters is accepted.',
     'schema', 'name: {type: string, minLength: 2, maxLength: 60'),
    ('site-max-default', 'createSite', 'default',
     'Without max_chargers a site gets 1 instead of 10.',
     'schema', 'max_chargers: {type: integer, minimum: 1, maximum: 50, default: 10'),
    ('site-hours-equal', 'createSite', 'boundary',
     'Opening hours that close when they open are accepted.',
     'prose', 'Local time, 24 hours; must be later than `opens` (422).'),
    ('site-hours-unsorted', 'createSite', 'order',
     'Opening hours come back as they were sent.',
     'prose', 'In the order of the week, Monday first, however they were sent.'),
    ('site-duplicate-case', 'createSite', 'duplicate',
     'Names that differ only in case count as different.',
     'prose', 'The name has to be unique within the city, upper and lower case being alike in both'),
    ('site-304-never', 'getSite', 'ETag',
     'If-None-Match with the current tag is answered with the whole site.',
     'prose', 'If `If-None-Match` holds the current ETag, the answer is 304 without a body.'),
    ('charger-etag-unchanged', 'getSite', 'ETag',
     'The ETag of a site stays the same when a charger is added.',
     'prose', 'whenever a charger is added to it or removed from it'),
    ('patch-if-match-optional', 'updateSite', 'precondition',
     'An update without If-Match is carried out.',
     'prose', 'without the header the answer is 428'),
    ('patch-stale-accepted', 'updateSite', 'lost update',
     'An old ETag in If-Match is accepted.',
     'prose', 'with an older tag (or with `*`) 412'),
    ('patch-etag-same', 'updateSite', 'ETag',
     'The ETag stays the same after an update.',
     'prose', 'The ETag changes with every update of the site'),
    ('patch-race', 'updateSite', 'race',
     'Of two updates at once with the same ETag both win.',
     'prose', 'so that of two updates at once only one wins'),
    ('patch-resets-hours', 'updateSite', 'partial update',
     'Opening hours that are not sent are cleared.',
     'prose', 'Changes the members that are sent and leaves all others as they are'),
    ('patch-city-not-stored', 'updateSite', 'not stored',
     'A new city is answered but not stored.',
     'prose', 'Changes the members that are sent'),
    ('patch-max-below-count', 'updateSite', 'state rule',
     'max_chargers can be set below the number of chargers.',
     'prose', 'a `max_chargers` below the number of chargers that the site has'),
    ('stats-driver', 'getSiteStatistics', 'authorization hole',
     'Drivers can read statistics.',
     'prose', 'Operators and technicians may.'),
    ('stats-running-counted', 'getSiteStatistics', 'computed member',
     'Running sessions are counted.',
     'prose', 'running sessions do not count'),
    ('stats-revenue-billed-only', 'getSiteStatistics', 'computed member',
     'The revenue leaves out sessions that are not billed yet.',
     'prose', 'Sum of `total_cost` of these sessions, in EUR without tax.'),
    ('chargers-kind-first-only', 'listChargers', 'filter',
     'The kind filter looks only at the first connector.',
     'prose', 'Only chargers with at least one connector of this kind.'),
    ('chargers-power-exclusive', 'listChargers', 'boundary',
     'Connectors with exactly min_power_kw do not fit.',
     'prose', 'Only chargers with a connector of this power or more, in kW.'),
    ('chargers-kind-power-apart', 'listChargers', 'filter',
     'kind and min_power_kw may be fitted by different connectors.',
     'prose', 'Together with `kind` it has to be the same connector that fits both.'),
    ('chargers-status-ignored', 'listChargers', 'filter',
     'The status filter is ignored.',
     'prose', 'Only chargers with this status.'),
    ('page-total-of-page', 'listChargers', 'paging',
     'total is the number of entries on the page.',
     'prose', 'the `total` number of entries that fit the filters on all pages together'),
    ('page-limit-plus-one', 'listChargers', 'paging',
     'A page has one entry more than limit.',
     'prose', 'Most entries on a page.'),
    ('charger-unknown-site', 'createCharger', 'reference',
     'An unknown site is accepted.',
     'prose', 'A site that is not known is refused with 422. The serial number'),
    ('charger-serial-twice', 'createCharger', 'duplicate',
     'A serial number can be used twice.',
     'prose', 'The serial number has to be unique in the network'),
    ('charger-capacity-plus-one', 'createCharger', 'counter',
     'A site takes one charger more than max_chargers.',
     'prose', 'a site takes no more than its `max_chargers`'),
    ('charger-capacity-race', 'createCharger', 'race',
     'Two chargers at once can exceed max_chargers.',
     'prose', 'a site takes no more than its `max_chargers`'),
    ('charger-model-not-stored', 'createCharger', 'not stored',
     'The model is not stored.',
     'prose', 'model: {type: string, minLength: 1, maxLength: 40, nullable: true'),
    ('charger-busy-if-any', 'getCharger', 'computed member',
     'A charger is busy as soon as one connector is taken.',
     'prose', 'otherwise `available` if at least one connector is free and `busy` if none is'),
    ('delete-despite-reservation', 'deleteCharger', 'state rule',
     'A charger can be removed despite an open reservation.',
     'prose', 'a reservation of one of them is open'),
    ('delete-keeps-tickets', 'deleteCharger', 'deleted too little',
     'Tickets of a removed charger stay.',
     'prose', 'Its tickets and their photos are deleted with it'),
    ('delete-takes-sessions', 'deleteCharger', 'deleted too much',
     'The sessions of a removed charger are deleted too.',
     'prose', 'its sessions stay'),
    ('delete-count-stays', 'deleteCharger', 'counter',
     'charger_count of the site does not go down.',
     'prose', 'Computed: chargers that the site has now.'),
    ('delete-status-200', 'deleteCharger', 'wrong status',
     'The answer is 200 with a body.',
     'structure', "'204': description: The charger is gone."),
    ('tariff-free-minutes-max', 'createTariff', 'validation',
     'More than 240 free minutes are accepted.',
     'schema', 'free_minutes: {type: integer, minimum: 0, maximum: 240, default: 0'),
    ('tariff-same-day', 'createTariff', 'duplicate',
     'A second tariff from the same day on is accepted.',
     'prose', 'A second tariff of a site with the same `valid_from` is a conflict (409)'),
    ('tariff-future-used', 'createTariff', 'state rule',
     'A tariff that is not valid yet is used for sessions.',
     'prose', 'the latest `valid_from` that is not after the day on which it is created (UTC)'),
    ('driver-email-case', 'createDriver', 'duplicate',
     'Addresses that differ only in case count as different.',
     'prose', 'An email address that is already registered, upper and lower case being alike, is a conflict (409).'),
    ('driver-technician', 'createDriver', 'authorization hole',
     'Technicians can register drivers.',
     'prose', 'Registers a driver; only operators may.'),
    ('card-for-others', 'addCard', 'authorization hole',
     'A driver can add a card to another driver.',
     'prose', 'drivers only for themselves: naming anybody else is forbidden (403)'),
    ('card-fourth', 'addCard', 'boundary',
     'A driver can have four cards.',
     'prose', 'a fourth card of one driver are conflicts (409)'),
    ('reservation-second-open', 'createReservation', 'state rule',
     'A driver can have several open reservations.',
     'prose', 'if the driver already has an open reservation'),
    ('reservation-occupied', 'createReservation', 'state rule',
     'An occupied connector can be reserved.',
     'prose', 'if the connector is not free'),
    ('reservation-race', 'createReservation', 'race',
     'Two drivers at once can reserve the same connector.',
     'prose', 'if the connector is not free'),
    ('reservation-out-of-order', 'createReservation', 'state rule',
     'A charger that is out of order can be reserved.',
     'prose', 'or if its charger is out of order'),
    ('reservation-minutes-90', 'createReservation', 'boundary',
     'Up to 90 minutes are accepted.',
     'schema', 'minutes: {type: integer, minimum: 5, maximum: 60, default: 15'),
    ('reservation-not-marked', 'createReservation', 'side effect missing',
     'The connector stays free.',
     'prose', 'whose status becomes `reserved`'),
    ('cancel-not-freed', 'cancelReservation', 'side effect missing',
     'The connector stays reserved.',
     'prose', 'Cancels an open reservation and frees its connector.'),
    ('cancel-foreign', 'cancelReservation', 'authorization hole',
     "A driver can cancel another driver's reservation.",
     'prose', 'The driver who owns it and operators may; for everybody else it does not exist (404). A reservation'),
    ('start-occupied', 'startSession', 'state rule',
     'A session can be started on an occupied connector.',
     'prose', 'It is a conflict (409) if the connector is occupied'),
    ('start-reserved-for-others', 'startSession', 'state rule',
     'A session can be started on a connector reserved for another driver.',
     'prose', 'or reserved for another driver'),
    ('start-reservation-stays-open', 'startSession', 'side effect missing',
     'The reservation stays open after the start.',
     'prose', 'the reservation becomes `used`'),
    ('start-foreign-card', 'startSession', 'authorization hole',
     "A driver can start a session with another driver's card.",
     'prose', 'drivers only their own (other cards are refused like unknown ones, 422)'),
    ('start-without-tariff', 'startSession', 'state rule',
     'A session starts at a site without a valid tariff.',
     'prose', 'or the site has no tariff that is valid today'),
    ('sessions-all-visible', 'listSessions', 'visibility leak',
     'Drivers see the sessions of all drivers.',
     'prose', 'operators see all, drivers only their own'),
    ('sessions-stopped-with-billed', 'listSessions', 'filter',
     'state=stopped also gives billed sessions.',
     'prose', 'Only sessions in this state.'),
    ('sessions-to-inclusive', 'listSessions', 'boundary',
     'A session that started exactly at started_to is included.',
     'prose', 'Only sessions that started before this time.'),
    ('sessions-sort-energy-text', 'listSessions', 'sort',
     'energy_kwh is sorted as text.',
     'prose', 'Energy is compared as a number.'),
    ('page-after-skips', 'listSessions', 'paging',
     'Each following page leaves out one session.',
     'prose', 'Id of the entry after which the page begins'),
    ('session-foreign-visible', 'getSession', 'visibility leak',
     "A driver can read another driver's session.",
     'prose', 'for everybody else a session does not exist (404)'),
    ('reading-below-last', 'addReading', 'state rule',
     'A reading below the last one is accepted.',
     'prose', 'a value below the last one is a conflict (409)'),
    ('reading-after-stop', 'addReading', 'state rule',
     'A stopped session takes readings.',
     'prose', 'a reading for a session that is `stopped` or `billed` a conflict'),
    ('reading-stays-started', 'addReading', 'side effect missing',
     'The session stays started after its first reading.',
     'prose', 'The first reading moves the session from `started` to `charging`.'),
    ('stop-connector-occupied', 'stopSession', 'side effect missing',
     'The connector stays occupied.',
     'prose', 'works out its cost and frees its connector'),
    ('stop-cost-cut', 'stopSession', 'computed member',
     'The energy cost is cut off instead of rounded.',
     'prose', '`energy_kwh` times the price per kWh of the tariff, rounded half up to cents'),
    ('stop-free-minutes-ignored', 'stopSession', 'computed member',
     'Free minutes are charged.',
     'prose', 'Minutes beyond the `free_minutes` of the tariff times its price per minute'),
    ('stop-foreign', 'stopSession', 'authorization hole',
     "A driver can stop another driver's session.",
     'prose', 'The driver who owns it and operators may; for everybody else it does not exist (404). A session'),
    ('import-stops-at-error', 'importMeterReadings', 'bulk',
     'Lines after a rejected one are not recorded.',
     'prose', 'a line that is rejected does not keep the others from being recorded'),
    ('import-blank-not-counted', 'importMeterReadings', 'bulk',
     'Blank lines are not counted in line numbers.',
     'prose', 'Blank lines are skipped, but counted in line numbers.'),
    ('import-decrease-accepted', 'importMeterReadings', 'validation',
     'Lines below the last reading are accepted.',
     'prose', '`meter_decreased` (below the last value)'),
    ('export-running-too', 'exportSessions', 'export',
     'Running sessions are exported.',
     'prose', 'Returns the finished sessions (`stopped` and `billed`)'),
    ('export-header-if-rows', 'exportSessions', 'export',
     'An empty export has no header line.',
     'prose', 'The first line is always'),
    ('export-site-ignored', 'exportSessions', 'filter',
     'The filter site_id is ignored.',
     'prose', 'Only entries of this site. An unknown id gives an empty answer.'),
    ('invoice-tax-cut', 'createInvoice', 'computed member',
     'The tax is cut off instead of rounded.',
     'prose', 'Tax on `net_amount`, rounded half up to cents.'),
    ('invoice-only-first', 'createInvoice', 'bulk',
     'Only the first stopped session is billed.',
     'prose', 'Puts all `stopped` sessions of a driver on one invoice'),
    ('invoice-sessions-stay-stopped', 'createInvoice', 'side effect missing',
     'The sessions stay stopped and can be billed again.',
     'prose', 'makes them `billed`'),
    ('invoice-due-always-14', 'createInvoice', 'computed member',
     'due_on is always 14 days later.',
     'prose', '`issued_on` plus the days asked for.'),
    ('invoice-number-gaps', 'createInvoice', 'counter',
     'Every second number is left out.',
     'prose', 'Invoice numbers are consecutive, without gaps.'),
    ('invoice-race', 'createInvoice', 'race',
     'Two calls at once bill the same sessions twice.',
     'prose', 'Without any such session this is a conflict (409)'),
    ('invoice-foreign-visible', 'getInvoice', 'visibility leak',
     "A driver can read another driver's invoice.",
     'prose', 'for everybody else an invoice does not exist (404)'),
    ('invoice-partly-is-paid', 'getInvoice', 'computed member',
     'An invoice is paid after any payment.',
     'prose', '`open` (nothing paid), `partly_paid`, `paid` (nothing left to pay).'),
    ('pay-too-much', 'payInvoice', 'state rule',
     'A payment above the open amount is booked.',
     'prose', 'A payment above the open amount is a conflict (409)'),
    ('pay-repeat-books', 'payInvoice', 'idempotency',
     'A repeated key books a second payment.',
     'prose', 'books nothing and returns the first payment again (201)'),
    ('pay-key-other-body', 'payInvoice', 'idempotency',
     'A key with another body returns the first payment.',
     'prose', 'the same key with another body is a conflict (409)'),
    ('pay-key-optional', 'payInvoice', 'validation',
     'The Idempotency-Key may be missing.',
     'structure', 'A missing or malformed key is answered with 400.'),
    ('pay-zero', 'payInvoice', 'boundary',
     'A payment of 0.00 is accepted.',
     'prose', 'Amount in EUR with two decimals, more than `0.00` (422).'),
    ('pay-race', 'payInvoice', 'race',
     'Two payments at once can exceed the open amount.',
     'prose', 'A payment above the open amount is a conflict (409)'),
    ('ticket-driver-critical', 'createTicket', 'authorization hole',
     'Drivers can report critical faults.',
     'prose', 'drivers may not report that severity (403)'),
    ('ticket-critical-ignored', 'createTicket', 'side effect missing',
     'A critical ticket leaves the charger available.',
     'prose', 'A `critical` ticket takes the charger out of order at once'),
    ('photo-twice', 'uploadTicketPhoto', 'duplicate',
     'The same photo is accepted twice.',
     'prose', 'the same bytes a second time, are conflicts (409)'),
    ('photo-too-large', 'uploadTicketPhoto', 'boundary',
     'Photos of more than 204800 bytes are stored.',
     'prose', 'an empty body and a larger one are refused with 422'),
    ('photo-foreign-ticket', 'uploadTicketPhoto', 'authorization hole',
     "A driver can add a photo to another driver's ticket.",
     'prose', 'for other drivers the ticket does not exist (404)'),
    ('rollout-two-at-once', 'createFirmwareRollout', 'state rule',
     'A charger can be in two rollouts at once.',
     'prose', 'a charger that is part of a rollout not yet finished is a conflict (409)'),
    ('rollout-not-installed', 'createFirmwareRollout', 'side effect missing',
     'The chargers keep their old firmware.',
     'prose', 'Starts a background job that installs a firmware version on chargers'),
    ('rollout-busy-updated', 'createFirmwareRollout', 'state rule',
     'Chargers with an occupied connector are updated.',
     'prose', 'chargers with an occupied connector and chargers that already run this version or a newer one are skipped'),
    ('rollout-version-text', 'createFirmwareRollout', 'computed member',
     'Versions are compared as text.',
     'prose', 'Major, minor and patch number, each compared as a number.'),
    ('rollout-location-missing', 'createFirmwareRollout', 'header missing',
     'The answer has no Location.',
     'structure', 'with the job to poll in `Location`'),
    ('job-driver-sees', 'getJob', 'visibility leak',
     'Drivers can read jobs.',
     'prose', 'for drivers jobs do not exist (404)'),
]


def main():
    global FAULT
    p = argparse.ArgumentParser()
    p.add_argument('--port', type=int, default=0)
    p.add_argument('--fault')
    p.add_argument('--list-faults', action='store_true')
    a = p.parse_args()
    if a.list_faults:
        keys = ('id', 'operation', 'kind', 'what', 'source', 'where')
        print(json.dumps([dict(zip(keys, f)) for f in FAULTS], indent=1))
        return
    if a.fault is not None and a.fault not in {f[0] for f in FAULTS}:
        p.error('unknown fault: ' + a.fault)
    FAULT = a.fault
    build_schemas()
    seed()
    server = ThreadingHTTPServer(('127.0.0.1', a.port), Handler)
    server.daemon_threads = True
    print('listening on http://127.0.0.1:%d' % server.server_address[1], flush=True)

    def until_eof():
        while sys.stdin.buffer.read(4096):
            pass
        os._exit(0)

    threading.Thread(target=until_eof, daemon=True).start()
    server.serve_forever()


if __name__ == '__main__':
    main()
