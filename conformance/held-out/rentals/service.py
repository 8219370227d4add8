"""Hearthline Rentals: a sound implementation of contract.yaml, in memory, with faults on request."""
import argparse
import base64
import calendar
import csv
import datetime as dt
import hashlib
import io
import json
import math
import os
import re
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote
FAULT = None
LOCK = threading.RLock()
ALPHABET = '0123456789abcdefghijkmnpqrstuvwxyz'
DOCS = 'https://docs.hearthline.example/problems/'


def F(name):
    return FAULT == name


# ---------------------------------------------------------------- small tools

def new_id(prefix):
    return prefix + '_' + ''.join(secrets.choice(ALPHABET) for _ in range(14))


def now():
    return dt.datetime.now(dt.timezone.utc)


def stamp(moment=None):
    return (moment or now()).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + 'Z'


def today():
    return now().date().isoformat()


def day(text):
    return dt.date.fromisoformat(text)


def plus(text, days):
    return (day(text) + dt.timedelta(days=days)).isoformat()


def is_date(text):
    if not re.fullmatch(r'[0-9]{4}-[0-9]{2}-[0-9]{2}', text):
        return False
    try:
        day(text)
        return True
    except ValueError:
        return False


def half_up(a, b):
    return (2 * a + b) // (2 * b)


class Problem(Exception):
    def __init__(self, status, code, detail, violations=None, headers=None):
        super().__init__(detail)
        self.status, self.code, self.detail, self.violations, self.headers = status, code, detail, violations, headers or {}


TITLES = {400: 'Bad request', 401: 'Not authenticated', 403: 'Not allowed', 404: 'Not found', 405: 'Method not allowed', 409: 'Conflict',
          412: 'Precondition failed', 413: 'Too large', 415: 'Unsupported media type', 422: 'Invalid content', 428: 'Precondition required',
          429: 'Too many requests', 500: 'Internal error'}


def invalid(pointer, message):
    return Problem(422, 'invalid', 'The content of the body is not acceptable.', [{'pointer': pointer, 'message': message}])


def conflict(code, detail):
    return Problem(409, code, detail)


def not_found():
    return Problem(404, 'not_found', 'There is no such thing.')


# ---------------------------------------------------------------- data

class Data:
    pass


D = Data()


def seed():
    D.orgs = {}
    D.users = {}
    D.tokens = {}
    D.properties = {}
    D.units = {}
    D.tenants = {}
    D.leases = {}
    D.inspections = {}
    D.tickets = {}
    D.runs = {}
    D.keys = {}
    D.searches = {}
    D.ticket_count = {}

    def user(uid, org, role, token=None, tenant=None):
        D.users[uid] = {'id': uid, 'org': org, 'role': role, 'tenant_id': tenant}
        if token:
            D.tokens[token] = uid

    north, south = 'org_north', 'org_south'
    user('usr_admin1', north, 'admin', 'hl-admin-2b9d40')
    user('usr_manager1', north, 'manager', 'hl-manager-2b9d40')
    user('usr_manager2', south, 'manager', 'hl-rival-2b9d40')
    user('usr_tech1', north, 'technician', 'hl-technician-2b9d40')
    user('usr_tech2', north, 'technician')
    user('usr_tech3', south, 'technician')
    user('usr_tenant1', north, 'tenant', 'hl-tenant-2b9d40', 'ten_7k2m9q')
    for tid, org, name, email in [
            ('ten_7k2m9q', north, 'Ana Castellanos', 'ana.castellanos@mail.example'),
            ('ten_3f8w1z', north, 'Björn Aalto', 'b.aalto@mail.example'),
            ('ten_9d4r6t', north, 'Chidi Okafor', 'chidi@okafor.example'),
            ('ten_1c5x8v', north, 'dorothea Lindqvist', 'dlindqvist@mail.example'),
            ('ten_6h2p4n', south, 'Emre Yildiz', 'emre@yildiz.example'),
            ('ten_8j7s5b', south, 'Anastasia Petrova', 'a.petrova@mail.example')]:
        D.tenants[tid] = {'id': tid, 'org': org, 'full_name': name, 'email': email}

    def prop(org, name, kind, city, year):
        t = stamp()
        p = {'id': new_id('prp'), 'org': org, 'rev': 1, 'deleted': False, 'name': name, 'kind': kind,
             'address': {'street': 'Quay Road 12', 'city': city, 'postal_code': '20457', 'country': 'DE'},
             'built_year': year, 'notes': None, 'created_at': t, 'updated_at': t}
        D.properties[p['id']] = p
        return p

    def unit(p, label, floor, bedrooms, area, rent, features):
        u = {'id': new_id('unt'), 'org': p['org'], 'deleted': False, 'property_id': p['id'], 'label': label, 'floor': floor, 'bedrooms': bedrooms,
             'area_sqm': area, 'asking_rent_cents': rent, 'features': features, 'created_at': stamp()}
        D.units[u['id']] = u
        return u

    linden = prop(north, 'Linden Court', 'residential', 'Hamburg', 1968)
    harbour = prop(north, 'Harbour Row', 'commercial', 'Bremen', None)
    rival = prop(south, 'Linden Court', 'mixed', 'Hamburg', 1991)
    u1 = unit(linden, '1A', 1, 2, 64, 118000, ['balcony', 'elevator'])
    unit(linden, '1B', 1, 1, 41, 79900, ['elevator'])
    u3 = unit(linden, '2A', 2, 3, 87, 152500, ['balcony', 'parking', 'elevator'])
    unit(harbour, 'G', 0, 0, 210, 334000, ['parking', 'step_free'])
    u5 = unit(rival, '1A', 1, 2, 70, 125000, [])

    def lease(u, tenants, start, end, rent, deposit, due):
        x = {'id': new_id('lea'), 'org': u['org'], 'status': 'draft', 'unit_id': u['id'], 'tenant_ids': tenants, 'start_date': start, 'end_date': end,
             'rent_cents': rent, 'deposit_cents': deposit, 'due_day': due, 'termination': None, 'created_at': stamp(), 'activated_at': None,
             'charges': [], 'payments': [], 'credit': 0}
        D.leases[x['id']] = x
        return x

    year = now().year
    a = lease(u1, ['ten_7k2m9q'], '%d-01-16' % (year - 1), None, 116500, 233000, 3)
    activate(a)
    pay(a, {'amount_cents': 233000, 'received_on': '%d-01-14' % (year - 1), 'method': 'bank_transfer', 'reference': 'deposit Castellanos'}, 'usr_manager1')
    lease(u3, ['ten_3f8w1z', 'ten_9d4r6t'], '%d-01-01' % (year + 1), '%d-12-31' % (year + 1), 149000, 298000, 1)
    b = lease(u5, ['ten_6h2p4n'], '%d-03-01' % (year - 1), None, 121000, 0, 1)
    activate(b)
    t1 = add_ticket(north, 'usr_tenant1', {'unit_id': u1['id'], 'title': 'Tap in the kitchen drips', 'description': 'Since last week, worse at night.',
                                           'category': 'plumbing', 'urgency': 'low'})
    t2 = add_ticket(north, 'usr_manager1', {'unit_id': u3['id'], 'title': 'Radiator stays cold', 'description': '', 'category': 'heating', 'urgency': 'normal'})
    step(t2, 'assign', 'usr_manager1', None, 'usr_tech1')
    add_ticket(south, 'usr_manager2', {'unit_id': u5['id'], 'title': 'Stairwell light broken', 'description': '', 'category': 'electrical', 'urgency': 'urgent'})
    return t1


# ---------------------------------------------------------------- validation

def schemas():
    kind = {'type': ['string'], 'enum': ['residential', 'commercial', 'mixed']}
    feature = {'type': ['string'], 'enum': ['balcony', 'parking', 'elevator', 'furnished', 'pets_allowed', 'step_free']}
    name = {'type': ['string'], 'minLength': 1, 'maxLength': 80}
    name['pattern'] = '\\S'
    address = {'street': {'type': ['string'], 'minLength': 1, 'maxLength': 120}, 'city': {'type': ['string'], 'minLength': 1, 'maxLength': 60}, 'postal_code': {'type': ['string'], 'pattern': '^[A-Z0-9][A-Z0-9 -]{2,9}$'}, 'country': {'type': ['string'], 'pattern': '^[A-Z]{2}$'}}
    year = {'type': ['integer', 'null'], 'minimum': 1500, 'maximum': 2100}
    notes = {'type': ['string', 'null'], 'maxLength': 2000}
    urgency = {'type': ['string'], 'enum': ['low', 'normal', 'urgent']}
    moves = {'type': ['string'], 'enum': ['assign', 'start', 'resolve', 'reopen', 'close', 'cancel']}
    date = {'type': ['string'], 'format': 'date'}
    patch_year = dict(year)
    address_object = {'type': ['object'], 'required': ['street', 'city', 'postal_code', 'country'], 'properties': address}
    if F('address-unknown-members'):
        address_object['open'] = True
    return {'PropertyInput': {'type': ['object'], 'required': ['name', 'kind', 'address'], 'properties': {'name': name, 'kind': kind, 'address': address_object, 'built_year': dict(year, default=None), 'notes': dict(notes, default=None)}}, 'PropertyPatch': {'type': ['object'], 'minProperties': 1, 'properties': {'name': name, 'kind': kind, 'address': {'type': ['object'], 'properties': address}, 'built_year': patch_year, 'notes': notes}}, 'UnitInput': {'type': ['object'], 'required': ['label', 'floor', 'bedrooms', 'area_sqm', 'asking_rent_cents'], 'properties': {'label': {'type': ['string'], 'maxLength': 20, 'pattern': '^[A-Za-z0-9][A-Za-z0-9 ./-]*$'}, 'floor': {'type': ['integer'], 'minimum': 0 if F('unit-basement-refused') else -3, 'maximum': 120}, 'bedrooms': {'type': ['integer'], 'minimum': 0, 'maximum': 12}, 'area_sqm': {'type': ['integer'], 'minimum': 5, 'maximum': 5000}, 'asking_rent_cents': {'type': ['integer'], 'minimum': 1, 'maximum': 10000000}, 'features': {'type': ['array'], 'uniqueItems': not F('unit-features-repeated'), 'maxItems': 6, 'default': [], 'items': feature}}}, 'LeaseInput': {'type': ['object'], 'required': ['unit_id', 'tenant_ids', 'start_date', 'rent_cents'], 'properties': {'unit_id': {'type': ['string']}, 'tenant_ids': {'type': ['array'], 'minItems': 1, 'maxItems': 4, 'uniqueItems': True, 'items': {'type': ['string']}}, 'start_date': date, 'end_date': {'type': ['string', 'null'], 'format': 'date', 'default': None}, 'rent_cents': {'type': ['integer'], 'minimum': 100, 'maximum': 10000000}, 'deposit_cents': {'type': ['integer'], 'minimum': 0, 'default': 0}, 'due_day': {'type': ['integer'], 'minimum': 1, 'maximum': 28, 'default': 1}}}, 'TerminationInput': {'type': ['object'], 'required': ['end_date', 'reason'], 'properties': {'end_date': date, 'reason': {'type': ['string'], 'enum': ['tenant_notice', 'landlord_notice', 'mutual', 'breach']}, 'note': {'type': ['string', 'null'], 'minLength': 1, 'maxLength': 500, 'default': None}}}, 'ChargeInput': {'type': ['object'], 'required': ['kind', 'amount_cents', 'due_on'], 'properties': {'kind': {'type': ['string'], 'enum': ['rent', 'utilities', 'repair', 'late_fee', 'other'] + []}, 'amount_cents': {'type': ['integer'], 'minimum': 1, 'maximum': 5000000}, 'due_on': date, 'memo': {'type': ['string', 'null'], 'maxLength': 200, 'default': None}}}, 'PaymentInput': {'type': ['object'], 'required': ['amount_cents', 'received_on', 'method'], 'properties': {'amount_cents': {'type': ['integer'], 'minimum': 1, 'maximum': 100000000}, 'received_on': date, 'method': {'type': ['string'], 'enum': ['bank_transfer', 'direct_debit', 'card', 'cash']}, 'reference': {'type': ['string', 'null'], 'maxLength': 40, 'default': None}}}, 'InspectionInput': {'type': ['object'], 'required': ['kind', 'scheduled_on', 'inspector', 'checklist'], 'properties': {'kind': {'type': ['string'], 'enum': ['move_in', 'move_out', 'periodic', 'safety']}, 'scheduled_on': date, 'inspector': {'type': ['string'], 'minLength': 1, 'maxLength': 80}, 'checklist': {'type': ['array'], 'minItems': 1, 'maxItems': 30, 'items': {'type': ['string'], 'minLength': 1, 'maxLength': 120}}}}, 'TicketInput': {'type': ['object'], 'required': ['unit_id', 'title', 'category'], 'properties': {'unit_id': {'type': ['string']}, 'title': {'type': ['string'], 'minLength': 3, 'maxLength': 120}, 'description': {'type': ['string'], 'maxLength': 4000, 'default': ''}, 'category': {'type': ['string'], 'enum': ['plumbing', 'electrical', 'heating', 'structure', 'other']}, 'urgency': dict(urgency, default='normal')}}, 'TransitionInput': {'type': ['object'], 'required': ['action', 'version'], 'properties': {'action': moves, 'version': {'type': ['integer'], 'minimum': 1}, 'comment': {'type': ['string', 'null'], 'minLength': 1, 'maxLength': 1000, 'default': None}, 'assignee_id': {'type': ['string']}}}, 'RentRunInput': {'type': ['object'], 'required': ['month'], 'properties': {'month': {'type': ['string'], 'pattern': '^20\\d\\d-(0[1-9]|1[0-2])$'}, 'dry_run': {'type': ['boolean'], 'default': False}}}}


def kind_of(v):
    if v is None:
        return 'null'
    if isinstance(v, bool):
        return 'boolean'
    if isinstance(v, int):
        return 'integer'
    if isinstance(v, float):
        return 'integer' if v.is_integer() else 'number'
    return {str: 'string', list: 'array', dict: 'object'}[type(v)]


def esc(name):
    return name.replace('~', '~0').replace('/', '~1')


def check(s, v, at, out):
    """Validates v, adds violations to out, and returns v with defaults and plain integers."""
    def bad(message, pointer=None):
        out.append({'pointer': at if pointer is None else pointer, 'message': message})
    k = kind_of(v)
    if k not in s['type']:
        bad('has to be ' + ' or '.join(s['type']))
        return v
    if k == 'integer':
        v = int(v)
    if 'enum' in s and v not in s['enum']:
        bad('has to be one of ' + ', '.join(s['enum']))
    if k in ('integer', 'number'):
        if v < s.get('minimum', v):
            bad('is less than %d' % s['minimum'])
        if v > s.get('maximum', v):
            bad('is more than %d' % s['maximum'])
    elif k == 'string':
        if len(v) < s.get('minLength', 0):
            bad('is too short')
        if len(v) > s.get('maxLength', len(v)):
            bad('is too long')
        if 'pattern' in s and not re.search(s['pattern'].replace('$', r'\Z'), v, re.A if r'\d' in s['pattern'] else 0):
            bad('does not match ' + s['pattern'])
        if s.get('format') == 'date' and not is_date(v):
            bad('is not a date')
    elif k == 'array':
        if len(v) < s.get('minItems', 0):
            bad('has too few items')
        if len(v) > s.get('maxItems', len(v)):
            bad('has too many items')
        v = [check(s['items'], x, '%s/%d' % (at, i), out) for i, x in enumerate(v)]
        if s.get('uniqueItems') and any(x in v[:i] for i, x in enumerate(v)):
            bad('has the same item twice')
    elif k == 'object':
        if len(v) < s.get('minProperties', 0):
            bad('has too few members')
        result = {}
        for name, x in v.items():
            if name in s['properties']:
                result[name] = check(s['properties'][name], x, at + '/' + esc(name), out)
            elif not s.get('open'):
                bad('is not a member of this', at + '/' + esc(name))
        for name in s.get('required', ()):
            if name not in v:
                bad('is missing', at + '/' + name)
        for name, sub in s['properties'].items():
            if 'default' in sub and name not in v:
                d = sub['default']
                result[name] = list(d) if isinstance(d, list) else d
        return result
    return v


def lone_surrogate(v):
    if isinstance(v, str):
        return any('\ud800' <= c <= '\udfff' for c in v)
    if isinstance(v, list):
        return any(map(lone_surrogate, v))
    if isinstance(v, dict):
        return any(lone_surrogate(k) or lone_surrogate(x) for k, x in v.items())
    return False


def malformed(detail):
    return Problem(400, 'malformed', detail)


def no_constant(text):
    raise ValueError(text)


def read_json(r, schema, media='application/json'):
    if r.op not in OWN_QUERY:
        read_query(r)
    ctype = r.headers.get('Content-Type', '').split(';')[0].strip().lower()
    if ctype != media:
        raise malformed('The body has to be ' + media + '.')
    if len(r.body) > 65536:
        raise malformed('The body is too large.')
    try:
        value = json.loads(r.body.decode('utf-8'), parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise malformed('The body is not JSON.')
    if lone_surrogate(value):
        raise malformed('The body has text which is not valid Unicode.')
    out = []
    result = check(SCHEMAS[schema], value, '', out)
    if out:
        raise Problem(422, 'invalid', 'The content of the body is not acceptable.', out)
    return result


# ---------------------------------------------------------------- queries and pages

def bad_parameter(name, why):
    return Problem(400, 'bad_parameter', 'The parameter %s %s.' % (name, why))


def read_query(r, **spec):
    """spec: name -> (kind, options). Answers a dict with every name."""
    seen = {}
    try:
        pairs = parse_qsl(r.query, keep_blank_values=True, errors='strict')
    except ValueError:
        raise Problem(400, 'bad_parameter', 'The query cannot be read.')
    for k, v in pairs:
        seen.setdefault(k, []).append(v)
    result = {}
    for k in seen:
        if k not in spec:
            raise bad_parameter(k, 'is unknown')
    for name, (kind, opt) in spec.items():
        values = seen.get(name)
        if values is None:
            if opt.get('required'):
                raise bad_parameter(name, 'is missing')
            result[name] = opt.get('default')
            continue
        if kind == 'enums':
            if any((v not in opt['enum'] for v in values)):
                raise bad_parameter(name, 'has an unknown value')
            result[name] = sorted(set(values))
            continue
        if len(values) > 1:
            raise bad_parameter(name, 'is given more than once')
        v = values[0]
        if kind == 'int':
            if not re.fullmatch('-?[0-9]{1,15}', v):
                raise bad_parameter(name, 'is not an integer')
            v = int(v)
            if v < opt['min'] or v > opt.get('max', v):
                if F('limit-clamped') and name == 'limit' and (r.op == 'listLeases'):
                    v = min(max(v, opt['min']), opt['max'])
                else:
                    raise bad_parameter(name, 'is out of range')
        elif kind == 'enum':
            if v not in opt['enum']:
                raise bad_parameter(name, 'has an unknown value')
                v = opt['default']
        elif kind == 'date':
            if not is_date(v):
                raise bad_parameter(name, 'is not a date')
        elif kind == 'text':
            if not opt.get('min', 0) <= len(v) <= opt.get('max', 100000):
                raise bad_parameter(name, 'is too short or too long')
        result[name] = v
    return result


LIMIT = {'limit': ('int', {'min': 1, 'max': 100, 'default': 20}), 'cursor': ('text', {'min': 1})}


def ordered(rows, key, desc):
    rows = sorted(rows, key=lambda x: x['id'])
    return sorted(rows, key=key, reverse=desc)


def page(r, q, rows, key, desc, show):
    """A page of rows by keyset."""
    mark = hashlib.sha256(json.dumps([r.op, r.path, {k: v for k, v in q.items() if k not in ('limit', 'cursor')}], sort_keys=True).encode()).hexdigest()[:16]
    total = len(rows)
    rows = ordered(rows, key, desc)
    start = 0
    if q['cursor'] is not None:
        try:
            m, k, i = json.loads(base64.urlsafe_b64decode(q['cursor'].encode('ascii')).decode('utf-8'))
            if not isinstance(i, str) or m[:3] != 'v1:':
                raise ValueError
            m = m[3:]
            if base64.urlsafe_b64encode(json.dumps(['v1:' + m, k, i]).encode()).decode() != q['cursor']:
                raise ValueError
            if m != mark and (not (F('cursor-other-filters') and r.op == 'listLeases')):
                raise ValueError
            if rows and type(k) is not type(key(rows[0])) and (not F('properties-page-by-offset')):
                raise ValueError
        except (ValueError, TypeError, KeyError, IndexError):
            raise bad_parameter('cursor', 'does not belong to this list')
        if i is not None:
            if F('properties-page-by-offset') and r.op == 'listProperties':
                start = k
            else:
                for n, x in enumerate(rows):
                    kx = key(x)
                    if (kx < k if desc else kx > k) or (kx == k and x['id'] > i):
                        break
                else:
                    n = len(rows)
                if F('leases-page-loses-ties') and r.op == 'listLeases':
                    while n < len(rows) and key(rows[n]) == k:
                        n += 1
                start = n
            if F('tickets-page-overlap') and r.op == 'listTickets' and (q['limit'] > 1):
                start = max(0, start - 1)
    limit = q['limit']
    data = rows[start:start + limit]
    more = start + limit < total
    nxt = None
    if more and data:
        last = data[-1]
        k = key(last)
        if F('properties-page-by-offset') and r.op == 'listProperties':
            k = start + limit
        nxt = base64.urlsafe_b64encode(json.dumps(['v1:' + mark, k, last['id']]).encode()).decode()
    if F('tenants-total-unfiltered') and r.op == 'searchTenants':
        total = sum((1 for t in D.tenants.values() if t['org'] == r.org))
    return (200, {'data': [show(x) for x in data], 'page': {'next': nxt, 'total': total}}, {})


# ---------------------------------------------------------------- portfolio

def own(r, table, ident):
    x = table.get(ident)
    if x is None or x['org'] != r.org or x.get('deleted'):
        raise not_found()
    return x


def units_of(p):
    return [u for u in D.units.values() if u['property_id'] == p['id'] and not u['deleted']]


def show_property(p):
    units = units_of(p)
    rents = sum(u['asking_rent_cents'] for u in units)
    if F('rent-total-vacant-only'):
        rents = sum(u['asking_rent_cents'] for u in units if occupancy(u) == 'vacant')
    return {'id': p['id'], 'name': p['name'], 'kind': p['kind'], 'address': p['address'], 'built_year': p['built_year'], 'notes': p['notes'],
            'unit_count': len(units), 'asking_rent_total_cents': rents, 'created_at': p['created_at'], 'updated_at': p['updated_at']}


def etag(p):
    shown = show_property(p)
    if F('etag-ignores-units'):
        del shown['unit_count'], shown['asking_rent_total_cents']
    return '"%s"' % hashlib.sha256(json.dumps([p['rev'], shown], sort_keys=True).encode()).hexdigest()[:20]


def tag_matches(header, tag, weak):
    if header.strip() == '*':
        return True
    for t in re.findall(r'(?:W/)?"[^"]*"', header):
        if weak and t.startswith('W/'):
            t = t[2:]
        if t == tag:
            return True
    return False


def name_taken(r, name, but=None):
    for p in D.properties.values():
        if p['deleted'] and not F('deleted-name-stays-taken'):
            continue
        if p['id'] == but or (p['org'] != r.org and not F('property-name-global')):
            continue
        if p['name'] == name if F('property-name-case-sensitive') else p['name'].lower() == name.lower():
            return True
    return False


def list_properties(r):
    q = read_query(r, city=('text', {'min': 1, 'max': 60}), kind=('enum', {'enum': ['residential', 'commercial', 'mixed']}), sort=('enum', {'enum': ['name', '-name', 'created_at', '-created_at'], 'default': 'name'}), **LIMIT)
    rows = [p for p in D.properties.values() if p['org'] == r.org and (not p['deleted'])]
    if q['city'] is not None:
        c = q['city'].lower()
        if F('city-case-sensitive'):
            rows = [p for p in rows if p['address']['city'] == q['city']]
        else:
            rows = [p for p in rows if p['address']['city'].lower() == c]
    if q['kind'] is not None:
        rows = [p for p in rows if p['kind'] == q['kind']]
    field = q['sort'].lstrip('-')
    fold = field == 'name' and (not F('properties-sort-case'))
    return page(r, q, rows, lambda p: p[field].lower() if fold else p[field], q['sort'][0] == '-', show_property)


def create_property(r):
    b = read_json(r, 'PropertyInput')
    if name_taken(r, b['name']):
        raise conflict('name_taken', 'Another property has this name.')
    t = stamp()
    p = dict(b, id=new_id('prp'), org=r.org, rev=1, deleted=False, created_at=t, updated_at=t)
    D.properties[p['id']] = p
    headers = {'Location': '/properties/' + p['id'], 'ETag': etag(p)}
    if F('property-location-missing'):
        del headers['Location']
    return (201, show_property(p), headers)


def get_property(r, ident):
    if F('property-of-others') and ident in D.properties and not D.properties[ident]['deleted']:
        p = D.properties[ident]
    else:
        p = own(r, D.properties, ident)
    tag = etag(p)
    h = r.headers.get('If-None-Match')
    if h is not None and tag_matches(h, tag, True) and not F('not-modified-never'):
        return 304, None, {'ETag': tag}
    return 200, show_property(p), {'ETag': tag}


def update_property(r, ident):
    p = own(r, D.properties, ident)
    b = read_json(r, 'PropertyPatch', 'application/merge-patch+json')
    h = r.headers.get('If-Match')
    if h is None and (not F('if-match-optional')):
        raise Problem(428, 'precondition_required', 'If-Match is mandatory.')
    if h is not None and (not tag_matches(h, etag(p), False)) and (not F('if-match-ignored')):
        raise Problem(412, 'precondition_failed', 'The property has been changed in the meantime.')
    if 'name' in b and name_taken(r, b['name'], but=None if F('patch-own-name-taken') else ident):
        raise conflict('name_taken', 'Another property has this name.')
    new = {k: p[k] for k in ('name', 'kind', 'address', 'built_year', 'notes')}
    for k, v in b.items():
        if k == 'address':
            v = dict(p['address'], **v)
        if k == 'notes' and v is None and F('patch-null-ignored'):
            continue
        new[k] = v
    if F('patch-clears-notes') and 'notes' not in b:
        new['notes'] = None
    if any((new[k] != p[k] for k in new)) or F('patch-nothing-new-tag'):
        p.update(new)
        p['rev'] += 1
        if not F('patch-updated-at-stays'):
            t = stamp()
            p['updated_at'] = t if t > p['updated_at'] else stamp(dt.datetime.fromisoformat(p['updated_at'].replace('Z', '+00:00')) + dt.timedelta(milliseconds=1))
    return (200, show_property(p), {'ETag': etag(p)})


def delete_property(r, ident):
    p = own(r, D.properties, ident)
    units = units_of(p)
    ids = {u['id'] for u in units}
    blocking = {'draft', 'active'}
    if F('delete-property-ignores-drafts'):
        blocking = {'active'}
    if any((x['unit_id'] in ids and x['status'] in blocking for x in D.leases.values())):
        raise conflict('property_in_use', 'A unit of the property has a lease.')
    p['deleted'] = True
    for u in units:
        if not F('delete-property-units-stay'):
            u['deleted'] = True
    for i in [i for i in D.inspections.values() if i['unit_id'] in ids]:
        del D.inspections[i['id']]
    for t in list(D.tickets.values()):
        if t['unit_id'] in ids and t['status'] not in ('closed', 'cancelled'):
            if not F('delete-property-tickets-open'):
                step(t, 'cancel', r.user['id'], None)
    return (204, None, {})


def occupancy(u):
    d = today()
    mine = [x for x in D.leases.values() if x['unit_id'] == u['id'] and x['status'] == 'active']
    if any((covers(x, d) for x in mine)):
        return 'occupied'
    if any((x['start_date'] > d for x in mine)):
        return 'vacant' if F('reserved-never') else 'reserved'
    return 'vacant'


def covers(x, d):
    return x['start_date'] <= d and (x['end_date'] is None or x['end_date'] >= d)


def show_unit(u):
    d = today()
    coming = sorted((i['scheduled_on'] for i in D.inspections.values() if i['unit_id'] == u['id'] and i['scheduled_on'] >= d))
    per = half_up(u['asking_rent_cents'], u['area_sqm'])
    if F('rent-per-sqm-truncated'):
        per = u['asking_rent_cents'] // u['area_sqm']
    nxt = (coming[-1] if F('next-inspection-latest') else coming[0]) if coming else None
    features = u['features']
    return {'id': u['id'], 'property_id': u['property_id'], 'label': u['label'], 'floor': u['floor'], 'bedrooms': u['bedrooms'], 'area_sqm': u['area_sqm'], 'asking_rent_cents': u['asking_rent_cents'], 'rent_per_sqm_cents': per, 'features': features, 'occupancy': occupancy(u), 'next_inspection_on': nxt, 'created_at': u['created_at']}


def list_units(r, ident):
    p = own(r, D.properties, ident)
    q = read_query(r, occupancy=('enum', {'enum': ['vacant', 'reserved', 'occupied']}), min_bedrooms=('int', {'min': 0, 'max': 12}), max_rent_cents=('int', {'min': 0}), feature=('enums', {'enum': ['balcony', 'parking', 'elevator', 'furnished', 'pets_allowed', 'step_free']}), sort=('enum', {'enum': ['label', 'asking_rent_cents', '-asking_rent_cents', '-area_sqm'], 'default': 'label'}), **LIMIT)
    rows = units_of(p)
    if q['occupancy'] is not None:
        rows = [u for u in rows if occupancy(u) == q['occupancy']]
    if q['min_bedrooms'] is not None:
        n = q['min_bedrooms']
        rows = [u for u in rows if u['bedrooms'] >= n]
    if q['max_rent_cents'] is not None:
        n = q['max_rent_cents']
        rows = [u for u in rows if (u['asking_rent_cents'] < n if F('max-rent-exclusive') else u['asking_rent_cents'] <= n)]
    if q['feature']:
        join = any if F('features-any') else all
        rows = [u for u in rows if join((f in u['features'] for f in q['feature']))]
    field = q['sort'].lstrip('-')
    desc = q['sort'][0] == '-'
    if F('units-rent-desc-ignored') and q['sort'] == '-asking_rent_cents':
        desc = False
    return page(r, q, rows, lambda u: u[field].lower() if field == 'label' else u[field], desc, show_unit)


def create_unit(r, ident):
    p = own(r, D.properties, ident)
    b = read_json(r, 'UnitInput')
    others = units_of(p)
    if not F('unit-label-duplicate') and any((u['label'].lower() == b['label'].lower() for u in others)):
        raise conflict('label_taken', 'Another unit of the property has this label.')
    u = dict(b, id=new_id('unt'), org=r.org, deleted=False, property_id=p['id'], created_at=stamp())
    D.units[u['id']] = u
    return (201, show_unit(u), {})


# ---------------------------------------------------------------- tenants and leases

def search_tenants(r):
    times = [t for t in D.searches.get(r.user['id'], []) if t > time.monotonic() - 10]
    D.searches[r.user['id']] = times
    if len(times) >= 40 and (not F('search-unlimited')):
        wait = max(1, min(10, math.ceil(times[0] + 10 - time.monotonic())))
        raise Problem(429, 'too_many_requests', 'Too many searches.', headers={} if F('retry-after-missing') else {'Retry-After': str(wait)})
    times.append(time.monotonic())
    q = read_query(r, q=('text', {'min': 2, 'max': 60}), **LIMIT)
    rows = [t for t in D.tenants.values() if t['org'] == r.org or F('tenants-of-all-organisations')]
    if q['q'] is not None:
        w = q['q'].lower()
        rows = [t for t in rows if w in t['full_name'].lower() or w in t['email'].lower()]

    def show(t):
        n = sum((1 for x in D.leases.values() if t['id'] in x['tenant_ids'] and x['status'] == 'active'))
        return {'id': t['id'], 'full_name': t['full_name'], 'email': t['email'], 'active_leases': n}
    return page(r, q, rows, lambda t: t['full_name'].lower(), False, show)


def sees_lease(r, x):
    if x['org'] != r.org:
        return False
    role = r.user['role']
    if role in ('admin', 'manager'):
        return True
    if role == 'tenant':
        if F('tenant-sees-all-leases') and r.op == 'getLease':
            return True
        if x['status'] == 'draft' and (not (F('tenant-sees-drafts') and r.op == 'listLeases')):
            return False
        return r.user['tenant_id'] in x['tenant_ids']
    return False


def the_lease(r, ident):
    x = D.leases.get(ident)
    if x is None or not sees_lease(r, x):
        if x is not None and F('activate-lease-of-others') and (r.op == 'activateLease'):
            return x
        raise not_found()
    return x


def term(x):
    if x['end_date'] is None:
        return None
    a, b = day(x['start_date']), day(x['end_date'])
    if b == dt.date.max:
        last = (10000, 1, 1)
    else:
        if not F('term-without-last-day'):
            b += dt.timedelta(days=1)
        last = (b.year, b.month, b.day)
    return max(0, (last[0] - a.year) * 12 + last[1] - a.month - (1 if last[2] < a.day else 0))


def show_lease(x):
    keys = ('id', 'status', 'unit_id', 'tenant_ids', 'start_date', 'end_date', 'rent_cents', 'deposit_cents', 'due_day', 'termination', 'created_at', 'activated_at')
    return dict({k: x[k] for k in keys}, term_months=term(x))


def list_leases(r):
    q = read_query(r, status=('enum', {'enum': ['draft', 'active', 'ended']}), unit_id=('text', {'min': 1, 'max': 40}), tenant_id=('text', {'min': 1, 'max': 40}), covers=('date', {}), sort=('enum', {'enum': ['start_date', '-start_date', 'rent_cents', '-rent_cents'], 'default': '-start_date'}), **LIMIT)
    rows = [x for x in D.leases.values() if sees_lease(r, x) or (F('leases-of-all-organisations') and r.user['role'] == 'manager')]
    if q['status'] is not None:
        rows = [x for x in rows if x['status'] == q['status']]
    if q['unit_id'] is not None:
        rows = [x for x in rows if x['unit_id'] == q['unit_id']]
    if q['tenant_id'] is not None:
        rows = [x for x in rows if (x['tenant_ids'][0] == q['tenant_id'] if F('tenant-filter-first-only') else q['tenant_id'] in x['tenant_ids'])]
    if q['covers'] is not None:
        d = q['covers']
        if F('covers-without-last-day'):
            rows = [x for x in rows if covers(x, d) and x['end_date'] != d]
        else:
            rows = [x for x in rows if covers(x, d)]
    field = q['sort'].lstrip('-')
    key = (lambda x: str(x['rent_cents'])) if F('leases-rent-sort-as-text') and field == 'rent_cents' else lambda x: x[field]
    return page(r, q, rows, key, q['sort'][0] == '-', show_lease)


def create_lease(r):
    b = read_json(r, 'LeaseInput')
    out = []
    u = D.units.get(b['unit_id'])
    if u is None or u['deleted'] or (u['org'] != r.org and (not F('lease-unit-of-others'))):
        out.append({'pointer': '/unit_id', 'message': 'is unknown'})
    for i, t in enumerate(b['tenant_ids']):
        known = D.tenants.get(t)
        if known is None or known['org'] != r.org:
            out.append({'pointer': '/tenant_ids/%d' % i, 'message': 'is unknown'})
        if F('lease-first-tenant-checked'):
            break
    if b['end_date'] is not None and b['end_date'] < b['start_date']:
        out.append({'pointer': '/end_date', 'message': 'is before the start'})
    if F('lease-one-day-refused') and b['end_date'] == b['start_date']:
        out.append({'pointer': '/end_date', 'message': 'is not after the start'})
    if b['deposit_cents'] > (4 if F('deposit-four-rents') else 3) * b['rent_cents']:
        out.append({'pointer': '/deposit_cents', 'message': 'is more than three rents'})
    if out:
        raise Problem(422, 'invalid', 'The content of the body is not acceptable.', out)
    x = dict(b, id=new_id('lea'), org=r.org, status='draft', termination=None, created_at=stamp(), activated_at=None, charges=[], payments=[], credit=0)
    D.leases[x['id']] = x
    return (201, show_lease(x), {'Location': '/leases/' + x['id']})


def get_lease(r, ident):
    return 200, show_lease(the_lease(r, ident)), {}


def delete_lease(r, ident):
    x = the_lease(r, ident)
    if x['status'] != 'draft' and not (F('delete-ended-lease') and x['status'] == 'ended'):
        raise conflict('wrong_state', 'Only a draft can be deleted.')
    if not F('delete-lease-stays'):
        del D.leases[ident]
    return 204, None, {}


def month_end(text):
    d = day(text)
    return d.replace(day=calendar.monthrange(d.year, d.month)[1]).isoformat()


def share(x, first, last):
    """The rent for the part of the month first..last in which the lease runs, or None."""
    a = max(first, x['start_date'])
    b = last if x['end_date'] is None else min(last, x['end_date'])
    if a > b:
        return None
    length = int(last[8:])
    days = (day(b) - day(a)).days + 1
    if F('run-full-rent-always') and x['status'] == 'active' and x['activated_at']:
        return x['rent_cents']
    return half_up(x['rent_cents'] * days, length)


def post_charge(x, kind, amount, due, memo, source):
    used = 0 if F('credit-not-used') and source == 'manual' else max(0, min(amount, x['credit']))
    x['credit'] -= used
    c = {'id': new_id('chg'), 'lease_id': x['id'], 'kind': kind, 'amount_cents': amount, 'open_cents': amount - used, 'due_on': due, 'memo': memo,
         'source': source, 'posted_at': stamp()}
    x['charges'].append(c)
    return c


def activate(x):
    first = x['start_date'][:8] + '01'
    last = month_end(x['start_date'])
    amount = share(x, first, last) if not F('activation-ignores-end') else share(dict(x, end_date=None), first, last)
    if F('activation-full-rent'):
        amount = x['rent_cents']
    x['status'] = 'active'
    x['activated_at'] = stamp()
    if x['deposit_cents'] > 0:
        post_charge(x, 'deposit', x['deposit_cents'], x['start_date'], None, 'activation')
    if amount > 0:
        post_charge(x, 'rent', amount, x['start_date'], None, 'activation')


def overlap(a, b):
    if F('overlap-touching-allowed'):
        return (a['end_date'] is None or a['end_date'] > b['start_date']) and (b['end_date'] is None or b['end_date'] > a['start_date'])
    if F('overlap-ignores-open-ended') and a['end_date'] is None and a['start_date'] < b['start_date']:
        return False
    return (a['end_date'] is None or a['end_date'] >= b['start_date']) and (b['end_date'] is None or b['end_date'] >= a['start_date'])


def activate_lease(r, ident):
    x = the_lease(r, ident)
    if x['status'] != 'draft' and (not (F('activate-ended') and x['status'] == 'ended')):
        raise conflict('wrong_state', 'The lease is not a draft.')
    for y in D.leases.values():
        if y['unit_id'] == x['unit_id'] and y['id'] != x['id'] and (y['status'] == 'active') and overlap(y, x):
            raise conflict('unit_taken', 'Another lease of the unit is active at that time.')
    activate(x)
    return (200, show_lease(x), {})


def terminate_lease(r, ident):
    x = the_lease(r, ident)
    b = read_json(r, 'TerminationInput')
    if b['end_date'] < x['start_date']:
        raise invalid('/end_date', 'is before the start of the lease')
    if x['end_date'] is not None and b['end_date'] > x['end_date'] and (not F('terminate-later-than-end')):
        raise invalid('/end_date', 'is after the end of the lease')
    if b['reason'] == 'breach' and b['note'] is None and (not F('breach-without-note')):
        raise invalid('/note', 'is missing')
    if x['status'] != 'active':
        raise conflict('wrong_state', 'The lease is not active.')
    if not (F('terminate-future-stays-active') and b['end_date'] > today()):
        x['status'] = 'ended'
    x['end_date'] = b['end_date']
    x['termination'] = {'reason': b['reason'], 'note': b['note'], 'terminated_by': r.user['id'], 'terminated_at': stamp()}

    def withdrawn(c):
        if F('terminate-charges-stay'):
            return False
        unpaid = c['open_cents'] == c['amount_cents']
        after = c['due_on'] > b['end_date']
        return c['kind'] == 'rent' and after and unpaid
    x['charges'] = [c for c in x['charges'] if not withdrawn(c)]
    return (200, show_lease(x), {})


# ---------------------------------------------------------------- money

def add_charge(r, ident):
    x = the_lease(r, ident)
    b = read_json(r, 'ChargeInput')
    if b['due_on'] < x['start_date']:
        raise invalid('/due_on', 'is before the start of the lease')
    if b['kind'] == 'late_fee' and b['amount_cents'] * 10 > x['rent_cents']:
        raise invalid('/amount_cents', 'is more than 10 percent of the rent')
    if x['status'] == 'draft':
        raise conflict('wrong_state', 'A draft cannot be charged.')
    if x['status'] == 'ended' and (b['kind'] in ('rent', 'late_fee') and (not F('charge-ended-rent'))):
        raise conflict('wrong_state', 'An ended lease cannot be charged with this.')
    if b['kind'] == 'late_fee' and (not F('late-fee-twice')):
        n = 4 if F('late-fee-once-a-year') else 7
        if any((c['kind'] == 'late_fee' and c['due_on'][:n] == b['due_on'][:n] for c in x['charges'])):
            raise conflict('late_fee_exists', 'There is a late fee in this month.')
    c = post_charge(x, b['kind'], b['amount_cents'], b['due_on'], b['memo'], 'manual')
    return (201, c, {})


def pay(x, b, user):
    left = b['amount_cents']
    parts = []
    todo = [c for c in x['charges'] if c['open_cents'] > 0]
    if not F('allocation-by-posting'):
        todo.sort(key=lambda c: c['due_on'], reverse=False)
    for c in todo:
        n = min(left, c['open_cents'])
        if F('allocation-whole-charges') and n < c['open_cents']:
            continue
        if n > 0:
            c['open_cents'] -= n
            left -= n
            parts.append({'charge_id': c['id'], 'amount_cents': n})
    x['credit'] += left
    p = {'id': new_id('pay'), 'lease_id': x['id'], 'amount_cents': b['amount_cents'], 'received_on': b['received_on'], 'method': b['method'], 'reference': b['reference'], 'allocations': parts, 'credit_cents': left, 'recorded_by': user, 'recorded_at': stamp()}
    x['payments'].append(p)
    return p


def record_payment(r, ident):
    x = the_lease(r, ident)
    key = r.headers.get('Idempotency-Key')
    if key is None or not re.fullmatch('[A-Za-z0-9_-]{8,64}', key):
        raise bad_parameter('Idempotency-Key', 'is missing or malformed')
    b = read_json(r, 'PaymentInput')
    if b['method'] == 'cash' and b['amount_cents'] > 100000 and (not F('cash-unlimited')):
        raise invalid('/amount_cents', 'is too much for cash')
    if b['received_on'] > today() and (not F('payment-in-future')):
        raise invalid('/received_on', 'is in the future')
    slot = ('all' if F('keys-global') else r.org, key)
    old = D.keys.get(slot) if key is not None else None
    if old and old[0] > time.time() - 86400 and (not F('key-ignored')):
        if F('replay-after-state') and x['status'] == 'ended':
            raise conflict('wrong_state', 'The lease has ended.')
        if old[1] != ident or (old[2] != b and (not F('key-other-content'))):
            raise conflict('key_reused', 'The key was used for another payment.')
        return (201, old[3], {'Idempotent-Replay': 'false' if F('replay-not-told') else 'true'})
    if x['status'] == 'draft':
        if F('key-used-by-failure'):
            D.keys[slot] = (time.time(), '', b, {})
        raise conflict('wrong_state', 'The lease takes no payments.')
    p = pay(x, b, r.user['id'])
    if key is not None:
        D.keys[slot] = (time.time(), ident, b, json.loads(json.dumps(p)))
    return (201, p, {'Idempotent-Replay': 'false'})


KINDS = ('rent', 'deposit', 'utilities', 'repair', 'late_fee', 'other')


def get_statement(r, ident):
    x = the_lease(r, ident)
    q = read_query(r, as_of=('date', {}))
    d = q['as_of'] or today()
    charges = [c for c in x['charges'] if (c['due_on'] < d if F('statement-excludes-day') else c['due_on'] <= d)]
    payments = [p for p in x['payments'] if p['received_on'] <= d or F('statement-counts-later-payments')]
    charged = sum((c['amount_cents'] for c in charges))
    paid = sum((p['amount_cents'] for p in payments))
    due = sum((c['amount_cents'] for c in charges if (c['due_on'] <= d if F('overdue-includes-day') else c['due_on'] < d)))
    overdue = max(0, due - paid)
    by_kind = {k: sum((c['amount_cents'] for c in charges if c['kind'] == k)) for k in KINDS}
    rows = [('charge', c['id'], c['due_on'], c['amount_cents']) for c in charges] + [('payment', p['id'], p['received_on'], -p['amount_cents']) for p in payments]
    rows.sort(key=lambda x: (x[2], x[0] != 'charge'))
    lines, run = ([], 0)
    for t, i, on, n in rows:
        run = run + n
        lines.append({'type': t, 'id': i, 'date': on, 'amount_cents': n, 'running_cents': run})
    balance = charged - paid
    if F('balance-never-negative'):
        balance = max(0, balance)
    return (200, {'lease_id': x['id'], 'as_of': d, 'charged_cents': charged, 'paid_cents': paid, 'balance_cents': balance, 'overdue_cents': overdue, 'charged_by_kind': by_kind, 'lines': lines}, {})


def export_ledger(r):
    q = read_query(r, **{'from': ('date', {'required': True}), 'to': ('date', {'required': True}), 'property_id': ('text', {'min': 1, 'max': 40})})
    a, b = (q['from'], q['to'])
    if b < a or (day(b) - day(a)).days > 366:
        raise bad_parameter('to', 'does not fit')
    rows = []
    for x in D.leases.values():
        if x['org'] != r.org and (not F('ledger-of-all-organisations')):
            continue
        u = D.units[x['unit_id']]
        p = D.properties[u['property_id']]
        if q['property_id'] is not None and p['id'] != q['property_id'] and (not F('ledger-property-ignored')):
            continue
        for n, c in enumerate(x['charges']):
            rows.append((c['due_on'], x['id'], 0, n, p['name'], u['label'], 'charge', c['kind'], c['amount_cents'], c['memo']))
        for n, m in enumerate(x['payments']):
            amount = -m['amount_cents']
            on = m['received_on']
            rows.append((on, x['id'], 1, n, p['name'], u['label'], 'payment', m['method'], amount, m['reference']))
    rows = [x for x in rows if a <= x[0] and (x[0] < b if F('ledger-to-exclusive') else x[0] <= b)]
    rows.sort(key=lambda x: x[:4])

    def text(v):
        v = '' if v is None else v
        return "'" + v if v[:1] in ('=', '+', '-', '@') and v and (not F('ledger-formulas')) else v
    out = io.StringIO()
    w = csv.writer(out, lineterminator='\n' if F('ledger-lf') else '\r\n', quoting=csv.QUOTE_MINIMAL)
    head = ['date', 'lease_id', 'property', 'unit', 'type', 'kind', 'amount_cents', 'memo']
    w.writerow(head)
    for x in rows:
        line = [x[0], x[1], text(x[4]), text(x[5]), x[6], x[7], x[8], text(x[9])]
        if F('ledger-unquoted'):
            out.write(','.join(map(str, line)) + '\r\n')
        else:
            w.writerow(line)
    h = {'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="ledger_%s_%s.csv"' % (a, b)}
    return (200, out.getvalue().encode('utf-8'), h)


# ---------------------------------------------------------------- upkeep

def schedule_inspection(r, ident):
    u = own(r, D.units, ident)
    b = read_json(r, 'InspectionInput')
    d, t = (b['scheduled_on'], today())
    if d < t or (d == t and (not F('inspection-today'))) or d > plus(t, 365):
        raise invalid('/scheduled_on', 'has to be from tomorrow to 365 days from today')
    for i in D.inspections.values():
        if i['unit_id'] == ident and i['scheduled_on'] == d:
            if not F('inspection-day-twice-other-kind') or i['kind'] == b['kind']:
                raise conflict('day_taken', 'The unit has an inspection on this day.')
    needs = ('move_in',) if F('move-out-without-lease') else ('move_in', 'move_out')
    if b['kind'] in needs and (not any((x['unit_id'] == ident and x['status'] == 'active' for x in D.leases.values()))):
        raise conflict('no_active_lease', 'The unit has no active lease.')
    notice = plus(d, -1 if b['kind'] == 'safety' else -7)
    if not F('notice-in-past'):
        notice = max(t, notice)
    minutes = 15 + 5 * len(b['checklist'])
    i = {'id': new_id('ins'), 'unit_id': ident, 'kind': b['kind'], 'scheduled_on': d, 'notice_by': notice, 'inspector': b['inspector'], 'checklist': [{'position': n + 1, 'item': c} for n, c in enumerate(b['checklist'])], 'duration_minutes': minutes, 'created_at': stamp()}
    D.inspections[i['id']] = i
    return (201, i, {})


def add_ticket(org, user, b):
    pool = 'all' if F('ticket-numbers-shared') else org
    D.ticket_count[pool] = D.ticket_count.get(pool, 0) + 1
    t0 = now()
    hours = {'urgent': 4, 'normal': 24 if F('respond-by-normal-24') else 48, 'low': 168}[b['urgency']]
    t = dict(b, id=new_id('tkt'), org=org, number=D.ticket_count[pool], version=1, status='new', reported_by=user, assignee_id=None, photos=[], history=[],
             created_at=stamp(t0), respond_by=stamp(t0 + dt.timedelta(hours=hours)))
    D.tickets[t['id']] = t
    return t


def show_ticket(t):
    keys = ('id', 'number', 'version', 'unit_id', 'title', 'description', 'category', 'urgency', 'status', 'reported_by', 'assignee_id', 'respond_by',
            'history', 'created_at')
    return dict({k: t[k] for k in keys}, photos=[show_photo(p) for p in t['photos']])


def sees_ticket(r, t):
    if t['org'] != r.org:
        return F('photo-of-others') and r.op == 'downloadPhoto'
    role = r.user['role']
    if role in ('admin', 'manager'):
        return True
    if role == 'technician':
        return t['assignee_id'] == r.user['id']
    if F('tenant-sees-tickets-of-others') and r.op == 'listTickets':
        return True
    return t['reported_by'] == r.user['id']


def the_ticket(r, ident):
    t = D.tickets.get(ident)
    if t is None or not sees_ticket(r, t):
        raise not_found()
    return t


STATES = ['new', 'assigned', 'in_progress', 'resolved', 'closed', 'cancelled']


def list_tickets(r):
    q = read_query(r, status=('enums', {'enum': STATES}), urgency=('enum', {'enum': ['low', 'normal', 'urgent']}), unit_id=('text', {'min': 1, 'max': 40}), q=('text', {'min': 1, 'max': 100}), sort=('enum', {'enum': ['number', '-number', 'respond_by', 'urgency'], 'default': '-number'}), **LIMIT)
    rows = [t for t in D.tickets.values() if sees_ticket(r, t)]
    if q['status']:
        wanted = q['status'][-1:] if F('status-last-only') else q['status']
        rows = [t for t in rows if t['status'] in wanted]
    if q['urgency'] is not None:
        rows = [t for t in rows if t['urgency'] == q['urgency']]
    if q['unit_id'] is not None:
        rows = [t for t in rows if t['unit_id'] == q['unit_id']]
    if q['q'] is not None:
        words = q['q'].lower().split()

        def hit(t):
            text = t['title'] + '\n' + t['description']
            text = text.lower()
            if F('q-whole-phrase'):
                return q['q'].lower().strip() in text
            return all((w in text for w in words))
        rows = [t for t in rows if hit(t)]
    field = q['sort'].lstrip('-')
    rank = {'urgent': 0, 'normal': 1, 'low': 2}
    key = (lambda t: t['urgency'] if F('urgency-sort-alphabetic') else rank[t['urgency']]) if field == 'urgency' else lambda t: t[field]
    return page(r, q, rows, key, q['sort'][0] == '-', show_ticket)


def create_ticket(r):
    b = read_json(r, 'TicketInput')
    u = D.units.get(b['unit_id'])
    ok = u is not None and (not u['deleted']) and (u['org'] == r.org)
    if ok and r.user['role'] == 'tenant' and (not F('tenant-ticket-any-unit')):
        ok = any((x['unit_id'] == u['id'] and x['status'] == 'active' and (r.user['tenant_id'] in x['tenant_ids']) for x in D.leases.values()))
    if not ok:
        raise invalid('/unit_id', 'is unknown')
    return (201, show_ticket(add_ticket(r.org, r.user['id'], b)), {})


MOVES = {'assign': (('new', 'assigned'), 'assigned'), 'start': (('assigned',), 'in_progress'), 'resolve': (('in_progress',), 'resolved'),
         'reopen': (('resolved',), 'assigned'), 'close': (('resolved',), 'closed'), 'cancel': (('new', 'assigned'), 'cancelled')}


def step(t, action, user, comment, assignee=None):
    to = MOVES[action][1]
    entry = {'action': action, 'from': t['status'], 'to': to, 'by': user, 'comment': comment, 'at': stamp()}
    t['history'].append(entry)
    t['status'] = to
    if action == 'assign':
        t['assignee_id'] = assignee
    if F('reopen-clears-assignee') and action == 'reopen':
        t['assignee_id'] = None
    t['version'] += 1


def move_ticket(r, ident):
    t = the_ticket(r, ident)
    b = read_json(r, 'TransitionInput')
    action = b['action']
    if action in (('reopen',) if F('resolve-without-comment') else ('resolve', 'reopen')) and b['comment'] is None:
        raise invalid('/comment', 'is missing')
    assignee = b.get('assignee_id')
    if assignee is not None:
        if action != 'assign':
            raise invalid('/assignee_id', 'goes only with assign')
        w = D.users.get(assignee)
        if action == 'assign' and (not (w and (w['org'] == r.org or F('assign-technician-of-others')) and (w['role'] == 'technician'))):
            raise invalid('/assignee_id', 'is not a technician')
    role, me = (r.user['role'], r.user['id'])
    boss = role in ('admin', 'manager')
    worker = role == 'technician' and t['assignee_id'] == me
    allowed = {'assign': boss, 'start': worker, 'resolve': worker, 'reopen': boss or t['reported_by'] == me, 'close': boss, 'cancel': boss or t['reported_by'] == me}
    if F('start-by-manager'):
        allowed['start'] = worker or boss
    if not allowed[action]:
        raise Problem(403, 'forbidden', 'The caller may not do this.')
    if b['version'] != t['version'] and (not F('version-unchecked')):
        raise conflict('stale_version', 'The ticket has been changed in the meantime.')
    sources = MOVES[action][0]
    if F('cancel-in-progress') and action == 'cancel':
        sources += ('in_progress',)
    if F('reopen-closed') and action == 'reopen':
        sources += ('closed',)
    if t['status'] not in sources:
        raise conflict('wrong_state', 'The status of the ticket does not allow it.')
    if action == 'assign' and assignee is None:
        busy = ('assigned', 'in_progress')
        load = {w['id']: 0 for w in D.users.values() if w['org'] == r.org and w['role'] == 'technician'}
        for y in D.tickets.values():
            if y['assignee_id'] in load and y['status'] in busy and (y['id'] != t['id']):
                load[y['assignee_id']] += 1
        assignee = min(load, key=lambda w: w if F('assign-always-first') else (load[w], w))
    step(t, action, me, b['comment'], assignee)
    return (200, show_ticket(t), {})


def show_photo(p):
    return {k: p[k] for k in ('id', 'media_type', 'size_bytes', 'sha256', 'caption', 'uploaded_by', 'uploaded_at')}


MAGIC = {'image/png': b'\x89PNG\r\n\x1a\n', 'image/jpeg': b'\xff\xd8\xff'}


def upload_photo(r, ident):
    t = the_ticket(r, ident)
    q = read_query(r, caption=('text', {'min': 1, 'max': 100}))
    ctype = r.headers.get('Content-Type', '').split(';')[0].strip().lower()
    if not r.body:
        raise malformed('The file is empty.')
    if ctype not in MAGIC:
        raise Problem(415, 'unsupported_media_type', 'Only PNG and JPEG are accepted.')
    if len(r.body) > (204800 if F('photo-limit-doubled') else 102400):
        raise Problem(413, 'too_large', 'The file has more than 102400 bytes.')
    if ctype in MAGIC and (not r.body.startswith(MAGIC[ctype])) and (not F('photo-content-unchecked')):
        raise Problem(415, 'unsupported_media_type', 'The content is of another type.')
    if t['status'] in ('closed', 'cancelled') and (not (F('photo-closed-ticket') and t['status'] == 'closed')):
        raise conflict('wrong_state', 'The ticket takes no photos any more.')
    if len(t['photos']) >= 5:
        raise conflict('photo_limit', 'The ticket has 5 photos.')
    digest = hashlib.sha256(r.body).hexdigest()
    if any((p['sha256'] == digest for p in t['photos'])) and (not F('photo-duplicate')):
        raise conflict('duplicate_photo', 'The ticket has this photo.')
    p = {'id': new_id('pho'), 'media_type': ctype, 'size_bytes': len(r.body), 'sha256': digest, 'caption': None if F('photo-caption-lost') else q['caption'], 'uploaded_by': r.user['id'], 'uploaded_at': stamp(), 'body': r.body}
    t['photos'].append(p)
    if not F('photo-version-stays'):
        t['version'] += 1
    return (201, show_photo(p), {'Location': '/tickets/%s/photos/%s' % (ident, p['id'])})


def download_photo(r, ident, photo):
    t = the_ticket(r, ident)
    rows = [p for p in t['photos'] if p['id'] == photo]
    if F('photo-through-other-ticket'):
        rows = [p for y in D.tickets.values() if y['org'] == r.org for p in y['photos'] if p['id'] == photo]
    if not rows:
        raise not_found()
    p = rows[0]
    png = p['media_type'] == 'image/png'
    body = p['body']
    if F('photo-newlines-changed'):
        body = body.replace(b'\r\n', b'\n')
    h = {'Content-Type': p['media_type'], 'Content-Disposition': 'inline; filename="%s.%s"' % (p['id'], 'png' if png else 'jpg'), 'Content-SHA256': p['sha256']}
    return (200, body, h)


# ---------------------------------------------------------------- rent runs

def settle():
    """Lets time pass for the rent runs."""
    t = time.monotonic()
    for x in D.runs.values():
        if x['status'] != 'succeeded' and not F('run-never-finishes'):
            age = t - x['began']
            if age > 1.0:
                finish(x)
            elif age > 0.4:
                x['status'] = 'running'


def finish(run):
    first = run['month'] + '-01'
    last = month_end(first)
    charged = skipped = amount = 0
    for x in D.leases.values():
        if x['org'] != run['org'] and (not F('run-all-organisations')):
            continue
        if x['status'] != 'active':
            continue
        n = share(x, first, last)
        if n is None:
            continue
        if any((c['kind'] == 'rent' and c['due_on'][:7] == run['month'] for c in x['charges'])) and (not F('run-charges-twice')):
            skipped += 1
            continue
        charged += 1
        amount += n
        due = '%s-%02d' % (run['month'], 1 if F('run-due-on-first') else x['due_day'])
        due = max(due, x['start_date'])
        if n > 0 and (not run['dry_run'] or F('dry-run-posts')):
            post_charge(x, 'rent', n, due, None, 'rent_run')
    run['status'] = 'succeeded'
    run['finished_at'] = stamp()
    run['result'] = {'charged': charged, 'skipped': skipped, 'amount_cents': amount}


def show_run(x):
    return {k: x[k] for k in ('id', 'month', 'dry_run', 'status', 'result', 'started_by', 'created_at', 'finished_at')}


def start_rent_run(r):
    b = read_json(r, 'RentRunInput')
    d = now().date()
    limit = '%04d-%02d' % (d.year + d.month // 12, d.month % 12 + 1)
    if b['month'] > limit:
        raise invalid('/month', 'is too far in the future')
    mine = [x for x in D.runs.values() if x['org'] == r.org]
    if any((x['status'] != 'succeeded' for x in mine)):
        raise conflict('run_in_progress', 'Another run is not finished.')
    if any((x['month'] == b['month'] and (not x['dry_run'] or F('dry-run-blocks-month')) for x in mine if x['status'] == 'succeeded')) and (not F('run-month-again')):
        raise conflict('month_done', 'The month was run before.')
    x = {'id': new_id('run'), 'org': r.org, 'month': b['month'], 'dry_run': b['dry_run'], 'status': 'queued', 'result': None, 'started_by': r.user['id'], 'created_at': stamp(), 'finished_at': None, 'began': time.monotonic()}
    D.runs[x['id']] = x
    return (202, show_run(x), {'Location': '/jobs/' + x['id'] if F('run-location-wrong') else '/rent-runs/' + x['id'], 'Retry-After': '1'})


def get_rent_run(r, ident):
    return 200, show_run(own(r, D.runs, ident)), {}


# ---------------------------------------------------------------- HTTP

AM, AMT, ANY = ('admin', 'manager'), ('admin', 'manager', 'technician'), ('admin', 'manager', 'technician', 'tenant')
ROUTES = [
    ('GET', r'/properties', 'listProperties', AMT, list_properties),
    ('POST', r'/properties', 'createProperty', AM, create_property),
    ('GET', r'/properties/([^/]+)', 'getProperty', AMT, get_property),
    ('PATCH', r'/properties/([^/]+)', 'updateProperty', AM, update_property),
    ('DELETE', r'/properties/([^/]+)', 'deleteProperty', ('admin',), delete_property),
    ('GET', r'/properties/([^/]+)/units', 'listUnits', AMT, list_units),
    ('POST', r'/properties/([^/]+)/units', 'createUnit', AM, create_unit),
    ('GET', r'/tenants', 'searchTenants', AM, search_tenants),
    ('GET', r'/leases', 'listLeases', ANY, list_leases),
    ('POST', r'/leases', 'createLease', AM, create_lease),
    ('GET', r'/leases/([^/]+)', 'getLease', ANY, get_lease),
    ('DELETE', r'/leases/([^/]+)', 'deleteLease', AM, delete_lease),
    ('POST', r'/leases/([^/]+)/activate', 'activateLease', AM, activate_lease),
    ('POST', r'/leases/([^/]+)/terminate', 'terminateLease', AM, terminate_lease),
    ('POST', r'/leases/([^/]+)/charges', 'addCharge', AM, add_charge),
    ('POST', r'/leases/([^/]+)/payments', 'recordPayment', AM, record_payment),
    ('GET', r'/leases/([^/]+)/statement', 'getStatement', ANY, get_statement),
    ('GET', r'/ledger', 'exportLedger', AM, export_ledger),
    ('POST', r'/units/([^/]+)/inspections', 'scheduleInspection', AM, schedule_inspection),
    ('GET', r'/tickets', 'listTickets', ANY, list_tickets),
    ('POST', r'/tickets', 'createTicket', ('admin', 'manager', 'tenant'), create_ticket),
    ('POST', r'/tickets/([^/]+)/transitions', 'moveTicket', ANY, move_ticket),
    ('POST', r'/tickets/([^/]+)/photos', 'uploadPhoto', ANY, upload_photo),
    ('GET', r'/tickets/([^/]+)/photos/([^/]+)', 'downloadPhoto', ANY, download_photo),
    ('POST', r'/rent-runs', 'startRentRun', ('admin',), start_rent_run),
    ('GET', r'/rent-runs/([^/]+)', 'getRentRun', AM, get_rent_run),
]
# Operations that read their query themselves; the others with a body know no parameter at all.
OWN_QUERY = {'listProperties', 'listUnits', 'searchTenants', 'listLeases', 'getStatement', 'exportLedger', 'listTickets', 'uploadPhoto'}


class Request:
    pass


def answer(method, target, headers, body):
    path, _, query = target.partition('#')[0].partition('?')
    found = [(x, re.fullmatch(x[1], path)) for x in ROUTES]
    found = [(x, m) for x, m in found if m]
    if not found:
        raise not_found()
    hit = [(x, m) for x, m in found if x[0] == method]
    if not hit:
        raise Problem(405, 'method_not_allowed', 'There is no such method here.', headers={'Allow': ', '.join(sorted((x[0] for x, _ in found)))})
    (_, _, op, roles, func), m = hit[0]
    r = Request()
    r.op, r.path, r.headers, r.body, r.query = (op, path, headers, body, query)
    auth = headers.get('Authorization', '').split()
    uid = D.tokens.get(auth[1]) if len(auth) == 2 and auth[0].lower() == 'bearer' else None
    if uid is None and F('auth-properties-open') and (op == 'listProperties'):
        uid = 'usr_manager1'
    if uid is None:
        raise Problem(401, 'unauthenticated', 'A valid token is needed.', headers={'WWW-Authenticate': 'Bearer realm="hearthline"'})
    r.user = D.users[uid]
    r.org = r.user['org']
    if F('role-after-existence') and op == 'addCharge' and (m.group(1) not in D.leases):
        raise not_found()
    if op == 'deleteProperty' and F('delete-property-by-manager'):
        roles = AM
    if r.user['role'] not in roles:
        raise Problem(403, 'forbidden', 'The role of the caller may not do this.')
    args = [unquote(g, errors='replace') for g in m.groups()]
    settle()
    return func(r, *args)


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    wbufsize = 1 << 16
    server_version = 'Hearthline'
    sys_version = ''
    timeout = 300
    disable_nagle_algorithm = True

    def read_body(self):
        if 'chunked' in self.headers.get('Transfer-Encoding', '').lower():
            data = b''
            while True:
                n = int(self.rfile.readline().split(b';')[0].strip() or b'0', 16)
                if n == 0:
                    while self.rfile.readline().strip():
                        pass
                    return data
                data += self.rfile.read(n)
                self.rfile.readline()
        n = int(self.headers.get('Content-Length') or 0)
        return self.rfile.read(n) if n > 0 else b''

    def serve(self):
        try:
            body = self.read_body()
        except ValueError:
            self.close_connection = True
            body = b''
        try:
            with LOCK:
                status, result, headers = answer(self.command, self.path, self.headers, body)
                if isinstance(result, (dict, list)):
                    result = json.dumps(result, ensure_ascii=False).encode('utf-8')
                    headers = dict(headers, **{'Content-Type': 'application/json'})
        except Problem as p:
            status, headers = (p.status, dict(p.headers))
            doc = {'type': DOCS + p.code, 'title': TITLES[p.status], 'status': p.status, 'code': p.code, 'detail': p.detail}
            if p.violations is not None:
                doc['violations'] = p.violations
            if F('violations-missing') and self.command == 'PATCH':
                doc.pop('violations', None)
            result = json.dumps(doc).encode('utf-8')
            headers['Content-Type'] = 'application/problem+json'
        except Exception:
            import traceback
            traceback.print_exc()
            doc = {'type': DOCS + 'internal', 'title': TITLES[500], 'status': 500, 'code': 'internal', 'detail': 'Something went wrong.'}
            status, headers, result = (500, {'Content-Type': 'application/problem+json'}, json.dumps(doc).encode())
        rid = self.headers.get('Request-Id')
        if rid is None or not re.fullmatch('[A-Za-z0-9-]{1,64}', rid):
            rid = secrets.token_hex(12)
        self.send_response(status)
        if not (F('request-id-missing') and status == 204):
            self.send_header('Request-Id', rid)
        for k, v in headers.items():
            self.send_header(k, v)
        if status not in (204, 304):
            self.send_header('Content-Length', str(len(result or b'')))
        self.end_headers()
        if result and status not in (204, 304) and (self.command != 'HEAD'):
            self.wfile.write(result)
        self.wfile.flush()
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = serve

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


FAULTS = r'''
auth-properties-open|listProperties|authorization|Requests without a valid token get the properties of an organisation.
city-case-sensitive|listProperties|filter|The city filter heeds upper and lower case.
properties-sort-case|listProperties|sort|Names are sorted with upper case before lower case.
properties-page-by-offset|listProperties|paging|The cursor is a position: things deleted or created between pages make others be left out or appear twice.
address-unknown-members|createProperty|validation|Members of address that the schema doesn't list are ignored instead of refused.
property-name-case-sensitive|createProperty|conflict|A name that differs only in case is not seen as taken.
property-name-global|createProperty|isolation|The name of a property of another organisation counts as taken.
property-location-missing|createProperty|header|201 comes without Location.
property-of-others|getProperty|isolation|Properties of other organisations can be read.
not-modified-never|getProperty|concurrency token|If-None-Match with the current tag is answered with 200.
etag-ignores-units|getProperty|concurrency token|The entity tag stays when a unit is added.
rent-total-vacant-only|getProperty|computation|asking_rent_total_cents sums up only the vacant units.
if-match-optional|updateProperty|concurrency token|A patch without If-Match is carried out.
if-match-ignored|updateProperty|concurrency token|A stale If-Match is accepted.
patch-own-name-taken|updateProperty|conflict|A patch with the property's own name is a conflict.
patch-null-ignored|updateProperty|update|null doesn't clear notes.
patch-clears-notes|updateProperty|update|A patch that doesn't mention notes clears them.
patch-nothing-new-tag|updateProperty|concurrency token|A patch that changes nothing renews the entity tag and updated_at.
patch-updated-at-stays|updateProperty|update|updated_at isn't renewed by a change.
violations-missing|updateProperty|error|422 comes without violations.
delete-property-by-manager|deleteProperty|authorization|Managers may delete properties.
delete-property-ignores-drafts|deleteProperty|state|Draft leases don't keep a property from being deleted.
delete-property-units-stay|deleteProperty|deletion|Units of a deleted property are still there: inspections, leases and tickets can be made for them.
delete-property-tickets-open|deleteProperty|deletion|Open tickets of a deleted property aren't cancelled.
deleted-name-stays-taken|deleteProperty|deletion|The name of a deleted property can't be used again.
request-id-missing|deleteProperty|header|204 comes without Request-Id.
max-rent-exclusive|listUnits|filter|max_rent_cents leaves out units with exactly that rent.
features-any|listUnits|filter|One of the features named is enough.
units-rent-desc-ignored|listUnits|sort|-asking_rent_cents sorts in ascending order.
reserved-never|listUnits|computation|Units with a lease that starts later are vacant, never reserved.
next-inspection-latest|listUnits|computation|next_inspection_on is the latest inspection, not the earliest.
unit-features-repeated|createUnit|validation|The same feature twice is accepted.
unit-basement-refused|createUnit|validation|Floors below 0 are refused.
unit-label-duplicate|createUnit|conflict|A label that is taken in the property is accepted.
rent-per-sqm-truncated|createUnit|computation|rent_per_sqm_cents is rounded down.
search-unlimited|searchTenants|limit|The rate limit isn't enforced.
retry-after-missing|searchTenants|header|429 comes without Retry-After.
tenants-of-all-organisations|searchTenants|isolation|Tenants of other organisations are found.
tenants-total-unfiltered|searchTenants|paging|page.total ignores q.
leases-of-all-organisations|listLeases|isolation|Managers get the leases of all organisations.
tenant-sees-drafts|listLeases|authorization|Tenants get drafts in which they are tenants.
covers-without-last-day|listLeases|filter|A lease whose last day is the date of covers is left out.
tenant-filter-first-only|listLeases|filter|tenant_id matches only the first tenant of a lease.
leases-rent-sort-as-text|listLeases|sort|Rents are sorted as text.
leases-page-loses-ties|listLeases|paging|Leases with the same sort key as the last one of a page are lost.
cursor-other-filters|listLeases|paging|A cursor that was made for other filters is accepted.
limit-clamped|listLeases|validation|A limit of more than 100 is taken for 100.
lease-unit-of-others|createLease|isolation|A unit of another organisation is accepted.
lease-first-tenant-checked|createLease|validation|Only the first tenant has to exist.
lease-one-day-refused|createLease|validation|A lease for a single day is refused.
deposit-four-rents|createLease|validation|A deposit up to four rents is accepted.
term-without-last-day|createLease|computation|term_months doesn't count the last day: a calendar year has 11 months.
tenant-sees-all-leases|getLease|authorization|Tenants can read all leases of the organisation.
delete-ended-lease|deleteLease|state|Ended leases can be deleted.
delete-lease-stays|deleteLease|deletion|A deleted draft is still there.
activate-ended|activateLease|state|An ended lease can be activated again.
overlap-touching-allowed|activateLease|conflict|A lease may start on the last day of another active one.
overlap-ignores-open-ended|activateLease|conflict|Earlier active leases without end_date don't count as overlapping.
activation-full-rent|activateLease|computation|The first rent is charged in full, not in proportion.
activation-ignores-end|activateLease|computation|A lease that ends in its first month is charged to the end of the month.
activate-lease-of-others|activateLease|isolation|Leases of other organisations can be activated.
terminate-later-than-end|terminateLease|validation|The new end date may be later than the end of the lease.
breach-without-note|terminateLease|validation|breach is accepted without note.
terminate-future-stays-active|terminateLease|state|With an end date in the future, the lease stays active.
terminate-charges-stay|terminateLease|side effect|Unpaid rent due after the new end date isn't withdrawn.
late-fee-twice|addCharge|conflict|A second late fee in the same month is accepted.
late-fee-once-a-year|addCharge|conflict|A second late fee in the same year, but another month, is refused.
charge-ended-rent|addCharge|state|Ended leases can be charged with rent and late fees.
credit-not-used|addCharge|computation|A credit isn't used for a new charge.
role-after-existence|addCharge|authorization|Whether the lease exists is checked before the role: 404 instead of 403.
key-ignored|recordPayment|idempotency|The same key again records a second payment.
key-other-content|recordPayment|idempotency|The same key with another content is answered with the first payment.
keys-global|recordPayment|isolation|A key that another organisation has used is taken for used.
replay-after-state|recordPayment|idempotency|Once the lease has ended, a repeated request is 409.
key-used-by-failure|recordPayment|idempotency|A request that failed with 409 uses up its key.
replay-not-told|recordPayment|header|A replay says Idempotent-Replay: false.
cash-unlimited|recordPayment|validation|Cash of more than 1,000 euros is accepted.
payment-in-future|recordPayment|validation|received_on may be in the future.
allocation-by-posting|recordPayment|computation|Charges are covered in the order of posting, not of due dates.
allocation-whole-charges|recordPayment|computation|Charges are covered only as a whole.
statement-excludes-day|getStatement|computation|Charges due on as_of itself aren't counted.
statement-counts-later-payments|getStatement|computation|Payments received after as_of are counted.
overdue-includes-day|getStatement|computation|Charges due on as_of itself count as overdue.
balance-never-negative|getStatement|computation|A credit is shown as a balance of 0.
ledger-of-all-organisations|exportLedger|isolation|The ledger has entries of all organisations.
ledger-to-exclusive|exportLedger|export|Entries of the day to are left out.
ledger-unquoted|exportLedger|export|Fields with commas, quotes or line breaks aren't quoted.
ledger-formulas|exportLedger|export|Texts that look like formulas get no apostrophe.
ledger-lf|exportLedger|export|Lines end in LF.
ledger-property-ignored|exportLedger|filter|property_id is ignored.
inspection-today|scheduleInspection|validation|An inspection can be scheduled for today.
inspection-day-twice-other-kind|scheduleInspection|conflict|A second inspection of another kind on the same day is accepted.
move-out-without-lease|scheduleInspection|state|A move_out is accepted without an active lease.
notice-in-past|scheduleInspection|computation|notice_by may be earlier than today.
tenant-sees-tickets-of-others|listTickets|authorization|Tenants get all tickets of the organisation.
status-last-only|listTickets|filter|Of several values of status only one counts.
q-whole-phrase|listTickets|filter|The words of q have to occur as one phrase.
urgency-sort-alphabetic|listTickets|sort|sort=urgency sorts the names of the urgencies.
tickets-page-overlap|listTickets|paging|Each page begins with the last ticket of the one before.
ticket-numbers-shared|createTicket|isolation|Numbers are counted over all organisations.
respond-by-normal-24|createTicket|computation|respond_by of normal tickets is after 24 hours.
tenant-ticket-any-unit|createTicket|authorization|Tenants may report for any unit of the organisation.
version-unchecked|moveTicket|concurrency token|A stale version is accepted.
start-by-manager|moveTicket|authorization|Managers may start tickets.
cancel-in-progress|moveTicket|state|Tickets in progress can be cancelled.
reopen-closed|moveTicket|state|Closed tickets can be reopened.
reopen-clears-assignee|moveTicket|state|reopen takes the assignee away.
resolve-without-comment|moveTicket|validation|resolve is accepted without comment.
assign-always-first|moveTicket|computation|Without assignee_id, it is always the same technician, however busy.
assign-technician-of-others|moveTicket|isolation|A technician of another organisation can be assigned.
photo-limit-doubled|uploadPhoto|file|Files up to 204,800 bytes are accepted.
photo-content-unchecked|uploadPhoto|file|The content may be of another type than declared.
photo-duplicate|uploadPhoto|conflict|The same photo twice is accepted.
photo-closed-ticket|uploadPhoto|state|Closed tickets take photos.
photo-caption-lost|uploadPhoto|file|The caption is lost.
photo-version-stays|uploadPhoto|concurrency token|The version of the ticket stays.
photo-newlines-changed|downloadPhoto|file|CR LF in the file becomes LF.
photo-of-others|downloadPhoto|isolation|Photos of other organisations can be downloaded.
photo-through-other-ticket|downloadPhoto|file|A photo can be downloaded by the path of another ticket.
run-month-again|startRentRun|conflict|A month can be run again.
dry-run-blocks-month|startRentRun|job|A dry run counts as having run the month.
dry-run-posts|startRentRun|job|A dry run posts the charges.
run-location-wrong|startRentRun|header|Location leads nowhere.
run-full-rent-always|startRentRun|computation|Leases that cover a part of the month are charged the full rent.
run-due-on-first|startRentRun|job|Charges are due on the first, whatever the due_day.
run-charges-twice|startRentRun|job|Leases with rent due in the month already are charged again.
run-all-organisations|startRentRun|isolation|Leases of all organisations are charged.
run-never-finishes|getRentRun|job|Runs stay queued forever.
'''


def fault_list():
    keys = ('id', 'operation', 'kind', 'summary')
    return [dict(zip(keys, line.split('|'))) for line in FAULTS.strip().splitlines()]


def main():
    global FAULT, SCHEMAS
    parser = argparse.ArgumentParser()
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--fault')
    parser.add_argument('--list-faults', action='store_true')
    args = parser.parse_args()
    faults = fault_list()
    if args.list_faults:
        print(json.dumps(faults, indent=1))
        return
    if args.fault is not None and args.fault not in {x['id'] for x in faults}:
        sys.exit('no such fault: ' + args.fault)
    FAULT = args.fault
    SCHEMAS = schemas()
    seed()
    server = Server(('127.0.0.1', args.port), Handler)
    print('listening on http://127.0.0.1:%d' % server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while sys.stdin.buffer.read(65536):
        pass
    os._exit(0)


if __name__ == '__main__':
    main()