#!/usr/bin/env python3
"""Marina Lindenhof Boat Rental API: in-memory service for contract.yaml."""
import argparse
import csv
import io
import json
import os
import re
import sys
import threading
import time
from datetime import date, datetime, timedelta, timezone
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote

FAULT = None
LOCK = threading.Lock()
I64 = 2 ** 63 - 1
BLOCKING = ('requested', 'confirmed', 'handedOver')
STATES = ('requested', 'confirmed', 'handedOver', 'returned', 'closed', 'cancelled')
LICENCES = ('none', 'inland', 'coastal')
MEDIA = ('application/pdf', 'image/png', 'image/jpeg')
MAX_FILE = 262144
CODES = {400: 'badRequest', 401: 'unauthorized', 403: 'forbidden', 404: 'notFound', 405: 'methodNotAllowed',
         409: 'conflict', 412: 'preconditionFailed', 413: 'payloadTooLarge', 415: 'unsupportedMediaType',
         422: 'unprocessable', 428: 'preconditionRequired'}
REASONS = {200: 'OK', 201: 'Created', 204: 'No Content', 304: 'Not Modified', 400: 'Bad Request',
           401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 409: 'Conflict',
           412: 'Precondition Failed', 413: 'Content Too Large', 415: 'Unsupported Media Type',
           422: 'Unprocessable Content', 428: 'Precondition Required', 500: 'Internal Server Error'}


def F(fault):
    assert fault in FAULT_IDS, fault
    return FAULT == fault


def pause():
    """Lets other requests in (only for the faults that are races)."""
    LOCK.release()
    time.sleep(0.06)
    LOCK.acquire()


class Err(Exception):
    def __init__(self, status, message, fields=None, headers=None):
        super().__init__(message)
        self.status, self.message, self.fields, self.headers = status, message, fields, headers or []


# --- data ---------------------------------------------------------------------------------------------------------

KEYS = {
    'mgr-7f3a91c2': ('manager', None),
    'mgr-20bb4d6e': ('manager', None),
    'dock-5c81e0aa': ('dockhand', None),
    'cust-anna-19d4': ('customer', 1),
    'cust-bernd-83ef': ('customer', 2),
}
DB = {k: {} for k in ('models', 'boats', 'berths', 'customers', 'bookings', 'payments', 'certificates', 'seasons',
                      'windows', 'damages')}
SEQ = {k: 0 for k in DB}
IDEM = {}
GHOSTS = {'boatCount': {}, 'occupied': {}}


def new_id(kind):
    if kind == 'boats' and F('boat-id-reused'):
        return max(DB['boats'], default=0) + 1
    SEQ[kind] += 1
    return SEQ[kind]


def now():
    return datetime.now(timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z')


def today():
    return datetime.now(timezone.utc).date()


def D(text):
    return date.fromisoformat(text)


def span(a, b):
    return D(b).toordinal() - D(a).toordinal() + 1


def days_of(a, b):
    for n in range(D(a).toordinal(), D(b).toordinal() + 1):
        yield date.fromordinal(n).isoformat()


def overlaps(x, a, b):
    return x['startDay'] <= b and a <= x['endDay']


def add(kind, /, **obj):
    obj = {'id': new_id(kind), **obj}
    DB[kind][obj['id']] = obj
    return obj


def seed():
    t = today()

    def day(n):
        return (t + timedelta(days=n)).isoformat()
    add('models', name='Spree 430', lengthCm=430, seats=4, licence='none', dayRateCents=7900, engineHourCents=0)
    add('models', name='Havel 620', lengthCm=620, seats=6, licence='inland', dayRateCents=18900,
        engineHourCents=1200)
    add('models', name='Ostsee 980', lengthCm=980, seats=10, licence='coastal', dayRateCents=45550,
        engineHourCents=3500)
    for code, cap, length in (('A-01', 3, 500), ('A-02', 2, 800), ('B-01', 1, 1200), ('B-02', 4, 1500)):
        add('berths', code=code, capacity=cap, maxLengthCm=length)
    for name, reg, model, berth, hours, notes in (
            ('Eisvogel', 'WSP-1001', 1, 1, 87, None), ('Kormoran', 'WSP-1002', 1, 1, 240, 'Seat cover is torn'),
            ('Reiher', 'HV-20331', 2, 2, 1310, 'New battery in spring'), ('albatros', 'OST-777', 3, 3, 95, None),
            ('Moewe', 'WSP-1003', 1, None, 12, None)):
        add('boats', name=name, registration=reg, modelId=model, berthId=berth, state='available',
            engineHours=hours, notes=notes, version=1, createdAt=now(), updatedAt=now())
    for name, email, phone in (('Anna Petersen', 'anna.petersen@example.org', '+49 170 5550101'),
                               ('Bernd Vogt', 'bernd.vogt@example.org', None),
                               ('Clara Simon', 'clara.simon@example.com', '+49 3321 555030')):
        add('customers', name=name, email=email, phone=phone, createdAt=now())
    add('certificates', customerId=1, kind='inland', validUntil=day(900), fileName='sbf-binnen.pdf',
        mediaType='application/pdf', data=b'%PDF-1.4\r\n%seed\r\n%%EOF\r\n', uploadedAt=now())
    add('certificates', customerId=3, kind='coastal', validUntil=day(400), fileName='sbf-see.png',
        mediaType='image/png', data=b'\x89PNG\r\n\x1a\nseed', uploadedAt=now())
    add('seasons', name='Opening weeks', startDay=day(60), endDay=day(90),
        rates=[{'modelId': 1, 'dayRateCents': 5900}, {'modelId': 2, 'dayRateCents': 14900}])
    add('windows', boatId=2, startDay=day(20), endDay=day(24), reason='Yearly inspection')
    for boat, cust, a, b, remark in ((1, 1, 5, 8, None), (3, 1, 30, 36, 'Arrival in the evening'),
                                     (5, 2, 3, 4, 'With a dog, "Rex"')):
        make_booking(DB['boats'][boat], cust, day(a), day(b), 2, remark)
    add('damages', bookingId=1, boatId=1, severity='minor', description='Scratch on the port side',
        costCents=3500, reportedAt=now())


def rate(model, day, quoting=True):
    for s in DB['seasons'].values():
        last = day < s['endDay'] if (quoting and F('booking-season-last-day')) else day <= s['endDay']
        if s['startDay'] <= day and last:
            for r in s['rates']:
                if r['modelId'] == model['id']:
                    return r['dayRateCents']
    return model['dayRateCents']


def rental(model, a, b):
    total = sum(rate(model, d) for d in days_of(a, b))
    if span(a, b) >= (8 if F('booking-discount-8') else 7):
        if F('booking-rental-rounded-up'):
            return -(-total * 9 // 10)
        total = total * 9 // 10
    return total


def make_booking(boat, customer, a, b, passengers, remark):
    price = rental(DB['models'][boat['modelId']], a, b)
    return add('bookings', boatId=boat['id'], customerId=customer, startDay=a, endDay=b, passengers=passengers,
               remark=remark, state='requested', rentalCents=price, extraCents=0, refundCents=0,
               engineHoursOut=None, engineHoursIn=None, createdAt=now(), cancelledAt=None)


def payments_of(bid):
    return [p for p in DB['payments'].values() if p['bookingId'] == bid]


def paid(b):
    if b['state'] == 'cancelled' and F('cancel-paid-zeroed'):
        return 0
    return sum(p['amountCents'] for p in payments_of(b['id']))


def deposit(b):
    if F('booking-deposit-floor'):
        return b['rentalCents'] * 3 // 10
    return -(-b['rentalCents'] * 3 // 10)


def balance(b):
    return 0 if b['state'] == 'cancelled' else max(0, b['rentalCents'] + b['extraCents'] - paid(b))


def blocks(b):
    if b['state'] == 'cancelled' and F('cancel-keeps-days'):
        return True
    return b['state'] in BLOCKING


# --- representations ----------------------------------------------------------------------------------------------

def model_out(m):
    n = sum(1 for b in DB['boats'].values() if b['modelId'] == m['id'])
    return {**m, 'boatCount': n + GHOSTS['boatCount'].get(m['id'], 0)}


def boat_out(ctx, b):
    out = dict(b)
    hide = ctx.role == 'customer'
    if ctx.op == 'listBoats' and F('boats-notes-leak') or ctx.op == 'getBoat' and F('boat-notes-leak'):
        hide = False
    if ctx.role == 'dockhand' and F('boat-notes-not-for-dockhand'):
        hide = True
    if hide:
        del out['notes']
    return out


def occupied(berth_id, skip=None):
    n = 0
    for b in DB['boats'].values():
        if b['berthId'] == berth_id and b['id'] != skip:
            if b['state'] == 'out' and F('berths-out-not-counted'):
                continue
            n += 1
    return n


def berth_out(b):
    return {**b, 'occupied': occupied(b['id']) + GHOSTS['occupied'].get(b['id'], 0)}


def cert_out(c):
    out = {k: v for k, v in c.items() if k != 'data'}
    out['size'] = len(c['data'])
    return out


def customer_balance(cid):
    return sum(balance(b) for b in DB['bookings'].values() if b['customerId'] == cid
               and not (b['state'] == 'returned' and F('customer-balance-no-returned')))


def customer_out(ctx, c):
    out = dict(c)
    if ctx.role == 'dockhand':
        if not (ctx.op == 'listCustomers' and F('customers-email-leak')):
            del out['email']
        if not (ctx.op == 'getCustomer' and F('customer-phone-leak')):
            del out['phone']
    out['bookingCount'] = sum(1 for b in DB['bookings'].values() if b['customerId'] == c['id']
                              and (b['state'] != 'cancelled' or F('customer-count-cancelled')))
    out['openBalanceCents'] = customer_balance(c['id'])
    out['certificates'] = [cert_out(x) for x in DB['certificates'].values() if x['customerId'] == c['id']]
    if F('customer-certificates-newest-first'):
        out['certificates'].reverse()
    return out


def booking_out(b):
    out = dict(b)
    out['days'] = span(b['startDay'], b['endDay'])
    if F('booking-days-exclusive'):
        out['days'] = max(1, out['days'] - 1)
    out['depositCents'] = deposit(b)
    out['totalCents'] = b['rentalCents'] + b['extraCents']
    out['paidCents'] = paid(b)
    out['balanceCents'] = balance(b)
    if b['state'] == 'cancelled' and F('cancel-balance-kept'):
        out['balanceCents'] = max(0, out['totalCents'] - paid(b))
    out['payments'] = [dict(p) for p in payments_of(b['id'])]
    if F('booking-payments-newest-first'):
        out['payments'].reverse()
    return out


def tag(boat):
    return '"b%d-v%d"' % (boat['id'], boat['version'])


def touch(boat):
    boat['version'] += 1
    boat['updatedAt'] = now()


# --- validation ---------------------------------------------------------------------------------------------------

def Int(lo, hi=I64):
    def check(v):
        if isinstance(v, float) and v.is_integer():
            v = int(v)
        if isinstance(v, bool) or not isinstance(v, int):
            raise ValueError('must be an integer')
        if v < lo:
            raise ValueError('must be at least %d' % lo)
        if v > hi:
            raise ValueError('must be at most %d' % hi)
        return v
    return check


def Str(lo=0, hi=None, pattern=None, whole=True):
    def check(v):
        if not isinstance(v, str):
            raise ValueError('must be a string')
        if len(v) < lo:
            raise ValueError('must have at least %d characters' % lo)
        if hi is not None and len(v) > hi:
            raise ValueError('must have at most %d characters' % hi)
        if pattern and not (re.fullmatch(pattern, v) if whole else re.match(pattern, v)):
            raise ValueError('must match ^%s$' % pattern)
        return v
    return check


def Enum(*values):
    def check(v):
        if not isinstance(v, str) or v not in values:
            raise ValueError('must be one of ' + ', '.join(values))
        return v
    return check


def Day(v):
    if not isinstance(v, str) or not re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', v):
        raise ValueError('must be a day YYYY-MM-DD')
    try:
        date.fromisoformat(v)
    except ValueError:
        raise ValueError('must be a day of the calendar')
    return v


def Null(check):
    return lambda v: None if v is None else check(v)


def Obj(spec, least=0, closed=True):
    def check(v):
        if not isinstance(v, dict):
            raise ValueError('must be an object')
        fields, out = [], {}
        for name in v:
            if name not in spec and closed:
                fields.append({'field': name, 'problem': 'is unknown'})
        for name, (required, f) in spec.items():
            if name in v:
                try:
                    out[name] = f(v[name])
                except ValueError as e:
                    fields.append({'field': name, 'problem': str(e)})
            elif required:
                fields.append({'field': name, 'problem': 'is missing'})
        if fields:
            e = ValueError('; '.join('%s %s' % (x['field'], x['problem']) for x in fields))
            e.fields = fields
            raise e
        if len(v) < least:
            raise ValueError('must have at least %d member' % least)
        return out
    return check


def List(item, lo=0, hi=None):
    def check(v):
        if not isinstance(v, list):
            raise ValueError('must be an array')
        if len(v) < lo:
            raise ValueError('must have at least %d items' % lo)
        if hi is not None and len(v) > hi:
            raise ValueError('must have at most %d items' % hi)
        return [item(x) for x in v]
    return check


ID = Int(1)
REGISTRATION = '[A-Z]{2,3}-[0-9]{3,5}'
EMAIL = r'[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@([a-z0-9-]+\.)+[a-z]{2,10}'


def no_const(_):
    raise ValueError('no such constant in JSON')


def read_json(ctx):
    if ctx.too_big:
        raise Err(400, 'The body is too large.')
    try:
        value = json.loads(ctx.body.decode('utf-8'), parse_constant=no_const)
        json.dumps(value, ensure_ascii=False).encode('utf-8')
    except (ValueError, RecursionError):
        raise Err(400, 'The body is no JSON.')
    return value


def read_body(ctx, spec, least=0, closed=True):
    ctx.json = read_json(ctx)
    try:
        return Obj(spec, least, closed)(ctx.json)
    except ValueError as e:
        raise Err(400, 'The request is malformed: %s.' % e, getattr(e, 'fields', None))


def q_int(lo, hi=I64):
    def check(v):
        if not re.fullmatch('-?[0-9]{1,19}', v):
            raise ValueError('must be an integer')
        return Int(lo, hi)(int(v))
    return check


def q_bool(v):
    return Enum('true', 'false')(v) == 'true'


class Query:
    def __init__(self, ctx):
        self.ctx, self.fields, self.seen = ctx, [], set()

    def get(self, name, check, default=None, required=False):
        self.seen.add(name)
        values = self.ctx.query.get(name)
        if not values:
            if required:
                self.fields.append({'field': name, 'problem': 'is missing'})
            return default
        try:
            return check(values[-1])
        except ValueError as e:
            self.fields.append({'field': name, 'problem': str(e)})

    def all(self, name, check):
        self.seen.add(name)
        out = []
        for v in self.ctx.query.get(name, []):
            try:
                out.append(check(v))
            except ValueError as e:
                self.fields.append({'field': name, 'problem': str(e)})
        return out

    def pages(self):
        op = self.ctx.op
        lo, hi, size = 1, 100, 20
        if F('page-zero-accepted'):
            lo = 0
        if op == 'listBoats' and F('boats-pagesize-capped'):
            hi = I64
        if op == 'listModels' and F('models-default-pagesize'):
            size = 25
        self.page = max(1, self.get('page', q_int(lo, 100000), 1) or 1)
        self.size = min(100, self.get('pageSize', q_int(1, hi), size) or size)

    def done(self):
        if F('unknown-query-refused'):
            for name in self.ctx.query:
                if name not in self.seen:
                    self.fields.append({'field': name, 'problem': 'is unknown'})
        if self.fields:
            raise Err(400, 'A query parameter is malformed.', self.fields)

    def answer(self, items, out, **more):
        n, op = len(items), self.ctx.op
        start = (self.page - 1) * self.size
        if op == 'listBoats' and F('boats-page-overlap') and self.page > 1:
            start -= 1
        part = items[start:start + self.size]
        if op == 'listBookings' and F('bookings-last-page-400') and start >= n and self.page > 1:
            raise Err(400, 'There is no such page.')
        pages = -(-n // self.size)
        if op == 'listBoats' and F('boats-totalpages-floor'):
            pages = n // self.size
        if op == 'listDamages' and F('damages-totalpages-one'):
            pages = max(1, pages)
        if op == 'listModels' and F('models-total-of-page'):
            n = len(part)
        if op == 'listCustomers' and self.ctx.role == 'customer' and F('customers-total-leak'):
            n = len(DB['customers'])
        return 200, {'items': [out(x) for x in part], 'page': self.page, 'pageSize': self.size, 'totalItems': n,
                     'totalPages': pages, **more}


def ordered(items, sort, keys):
    """Sorts by id, then stably by the key; equal values stay in ascending id."""
    items = sorted(items, key=lambda x: x['id'])
    name = sort.lstrip('-')
    return sorted(items, key=keys.get(name, lambda x: x[name]), reverse=False) if not sort.startswith('-') else \
        sorted(items, key=keys.get(name, lambda x: x[name]), reverse=True)


# --- helpers ------------------------------------------------------------------------------------------------------

def find(kind, ctx, what):
    raw = ctx.params[0]
    obj = DB[kind].get(int(raw)) if re.fullmatch('[0-9]{1,19}', raw) else None
    if obj is None:
        raise Err(404, 'There is no such %s.' % what)
    return obj


def own(ctx, customer_id, what, hole=False):
    if ctx.role == 'customer' and ctx.customer != customer_id and not hole:
        raise Err(404, 'There is no such %s.' % what)


def find_booking(ctx, hole=False):
    b = find('bookings', ctx, 'booking')
    own(ctx, b['customerId'], 'booking', hole)
    return b


def check_berth(ctx, model, berth_id, boat_id=None):
    """422 part; returns a function for the 409 part."""
    berth = DB['berths'].get(berth_id)
    new = boat_id is None
    if berth is None:
        if new and F('boat-berth-unchecked') or not new and F('patch-berth-unchecked'):
            return lambda: None
        raise Err(422, 'There is no such berth.')
    if model['lengthCm'] > berth['maxLengthCm']:
        if not (new and F('boat-length-unchecked') or not new and F('patch-length-unchecked')):
            raise Err(422, 'The boat is too long for this berth.')

    def free():
        room = berth['capacity']
        if new and F('boat-berth-one-more'):
            room += 1
        if not new and F('patch-berth-full-ignored'):
            room = 1000
        skip = boat_id
        if F('patch-own-place-counts'):
            skip = None
        if occupied(berth_id, skip) >= room:
            raise Err(409, 'The berth has no free place.')
    return free


def check_registration(registration, boat_id=None):
    if boat_id is None and F('boat-registration-dup') or boat_id is not None and F('patch-registration-dup'):
        return
    for b in DB['boats'].values():
        if b['registration'] == registration and b['id'] != boat_id:
            raise Err(409, 'Another boat has this registration.')


# --- models -------------------------------------------------------------------------------------------------------

def listModels(ctx):
    q = Query(ctx)
    q.pages()
    licence = q.get('licence', Enum(*LICENCES))
    seats = q.get('minSeats', q_int(1, 20))
    sort = q.get('sort', Enum('id', 'dayRateCents', '-dayRateCents'), 'id')
    q.done()
    items = list(DB['models'].values())
    if licence:
        if F('models-licence-or-less'):
            items = [m for m in items if LICENCES.index(m['licence']) <= LICENCES.index(licence)]
        else:
            items = [m for m in items if m['licence'] == licence]
    if seats is not None:
        items = [m for m in items if m['seats'] > seats or m['seats'] == seats and not F('models-minseats-above')]
    if F('models-sort-desc-ignored'):
        sort = sort.lstrip('-')
    return q.answer(ordered(items, sort, {}), model_out)


def createModel(ctx):
    v = read_body(ctx, {
        'name': (True, Str(2, 60)), 'lengthCm': (True, Int(200, 3000)),
        'seats': (True, Int(1, 21 if F('model-seats-21') else 20)), 'licence': (False, Enum(*LICENCES)),
        'dayRateCents': (True, Int(0 if F('model-rate-zero') else 100, 1000000)),
        'engineHourCents': (False, Int(0, 100000))})

    def fold(s):
        return s if F('model-name-case') else s.casefold()
    if any(fold(m['name']) == fold(v['name']) for m in DB['models'].values()):
        raise Err(409, 'Another model has this name.')
    m = add('models', name=v['name'], lengthCm=v['lengthCm'], seats=v['seats'],
            licence=v.get('licence', 'inland' if F('model-licence-default') else 'none'),
            dayRateCents=v['dayRateCents'],
            engineHourCents=0 if F('model-engine-rate-lost') else v.get('engineHourCents', 0))
    return 201, model_out(m)


# --- boats --------------------------------------------------------------------------------------------------------

def is_free(boat, a, b):
    if boat['state'] == 'outOfService' and not F('boats-available-outofservice'):
        return False
    last = (D(b) - timedelta(days=1)).isoformat() if F('boats-available-last-day') and b > a else b
    if any(x['boatId'] == boat['id'] and blocks(x) and overlaps(x, a, last) for x in DB['bookings'].values()):
        return False
    if F('boats-available-maintenance'):
        return True
    return not any(x['boatId'] == boat['id'] and overlaps(x, a, last) for x in DB['windows'].values())


def listBoats(ctx):
    q = Query(ctx)
    q.pages()
    text = q.get('q', Str(1, 50))
    model = q.get('modelId', q_int(1))
    berth = q.get('berthId', q_int(1))
    state = q.get('state', Enum('available', 'out', 'outOfService'))
    seats = q.get('minSeats', q_int(1, 20))
    a, b = q.get('availableFrom', Day), q.get('availableTo', Day)
    sort = q.get('sort', Enum('id', 'name', '-name', 'engineHours', '-engineHours'), 'id')
    q.done()
    if (a is None) != (b is None):
        if not F('boats-available-alone'):
            raise Err(400, 'availableFrom and availableTo can only be given together.')
        a = b = a or b
    if a and b < a:
        raise Err(400, 'availableTo is before availableFrom.')
    items = list(DB['boats'].values())
    if text:
        if F('boats-q-case'):
            items = [x for x in items if text in x['name'] or text in x['registration']]
        elif F('boats-q-name-only'):
            items = [x for x in items if text.lower() in x['name'].lower()]
        else:
            items = [x for x in items if text.lower() in x['name'].lower()
                     or text.lower() in x['registration'].lower()]
    if model is not None and not F('boats-model-ignored'):
        items = [x for x in items if x['modelId'] == model]
    if berth is not None:
        if F('boats-berth-without'):
            items = [x for x in items if x['berthId'] in (berth, None)]
        else:
            items = [x for x in items if x['berthId'] == berth]
    if state:
        if F('boats-state-not-out') and state == 'available':
            items = [x for x in items if x['state'] != 'outOfService']
        else:
            items = [x for x in items if x['state'] == state]
    if seats is not None:
        items = [x for x in items if DB['models'][x['modelId']]['seats'] >= seats]
    if a:
        items = [x for x in items if is_free(x, a, b)]
    keys = {'name': (lambda x: x['name']) if F('boats-sort-name-case') else (lambda x: x['name'].lower()),
            'engineHours': (lambda x: str(x['engineHours'])) if F('boats-sort-hours-text')
            else (lambda x: x['engineHours'])}
    return q.answer(ordered(items, sort, keys), lambda x: boat_out(ctx, x))


def createBoat(ctx):
    v = read_body(ctx, {
        'name': (True, Str(1, 60 if F('boat-name-60') else 40)),
        'registration': (True, Str(pattern=REGISTRATION, whole=not F('boat-registration-prefix'))),
        'modelId': (True, ID), 'berthId': (False, Null(ID)), 'engineHours': (False, Int(0, 100000)),
        'notes': (False, Null(Str(0, 500)))}, closed=not F('boat-unknown-member'))
    model = DB['models'].get(v['modelId'])
    if model is None:
        raise Err(400 if F('boat-model-400') else 422, 'There is no such model.')
    free = check_berth(ctx, model, v['berthId']) if v.get('berthId') is not None else None
    check_registration(v['registration'])
    if free:
        free()
        if F('berth-race'):
            pause()
    at = now()
    b = add('boats', name=v['name'], registration=v['registration'], modelId=v['modelId'],
            berthId=v.get('berthId'), state='available',
            engineHours=0 if F('boat-hours-lost') else v.get('engineHours', 0),
            notes=v.get('notes'), version=1, createdAt=at, updatedAt=at)
    headers = [('ETag', tag(b))]
    if not F('boat-location-missing'):
        headers.append(('Location', '/boats/%d' % b['id']))
    return 201, boat_out(ctx, b), headers


def getBoat(ctx):
    b = find('boats', ctx, 'boat')
    given = ctx.headers.get('If-None-Match')
    headers = [('ETag', tag(b))]
    if given is not None and not F('boat-never-304'):
        tags = [t.strip() for t in given.split(',')]
        tags = [t[2:] if t.startswith('W/') else t for t in tags]
        if '*' in tags or tag(b) in tags or F('boat-always-304'):
            return 304, None, headers
    if F('boat-etag-missing'):
        headers = []
    return 200, boat_out(ctx, b), headers


def updateBoat(ctx):
    b = find('boats', ctx, 'boat')
    v = read_body(ctx, {
        'name': (False, Str(1, 40)), 'registration': (False, Str(pattern=REGISTRATION)),
        'berthId': (False, Null(ID)), 'state': (False, Enum('available', 'outOfService')),
        'notes': (False, Null(Str(0, 500)))}, least=0 if F('patch-empty') else 1)
    if ctx.role == 'dockhand' and set(v) - {'berthId', 'notes'}:
        if not (F('patch-dockhand-state') and set(v) <= {'berthId', 'notes', 'state'}):
            raise Err(403, 'Dockhands can only change berth and notes.')
    given = ctx.headers.get('If-Match')
    if given is None:
        if not F('patch-without-if-match'):
            raise Err(428, 'The header If-Match is missing.')
    elif not F('patch-outdated-etag'):
        tags = [t.strip() for t in given.split(',')]
        if '*' not in tags and tag(b) not in tags:
            raise Err(412, 'The boat has changed in the meantime.')
    if F('patch-race'):
        pause()
    if 'state' in v and b['state'] == 'out' and not F('patch-state-while-out'):
        raise Err(409, 'The boat is out.')
    model = DB['models'][b['modelId']]
    free = None
    if v.get('berthId') is not None:
        free = check_berth(ctx, model, v['berthId'], b['id'])
    if 'registration' in v:
        check_registration(v['registration'], b['id'])
    if free:
        free()
    if F('patch-null-berth-ignored') and v.get('berthId', 0) is None:
        del v['berthId']
    if F('patch-clears-notes'):
        v.setdefault('notes', None)
    if F('patch-name-lost'):
        v.pop('name', None)
    before = b['version'], b['updatedAt']
    b.update(v)
    touch(b)
    if F('patch-notes-same-version') and set(v) == {'notes'}:
        b['version'] = before[0]
    if F('patch-updated-at-stale'):
        b['updatedAt'] = before[1]
    return 200, boat_out(ctx, b), [('ETag', tag(b))]


def deleteBoat(ctx):
    b = find('boats', ctx, 'boat')
    states = ('requested', 'handedOver') if F('delete-boat-confirmed') else BLOCKING
    if any(x['boatId'] == b['id'] and x['state'] in states for x in DB['bookings'].values()):
        raise Err(409, 'The boat has bookings.')
    del DB['boats'][b['id']]
    if not F('delete-boat-windows-kept'):
        DB['windows'] = {k: w for k, w in DB['windows'].items() if w['boatId'] != b['id']}
    if F('delete-boat-bookings-too'):
        DB['bookings'] = {k: x for k, x in DB['bookings'].items() if x['boatId'] != b['id']}
    if F('delete-boat-count-stale'):
        GHOSTS['boatCount'][b['modelId']] = GHOSTS['boatCount'].get(b['modelId'], 0) + 1
    if F('delete-boat-place-kept') and b['berthId']:
        GHOSTS['occupied'][b['berthId']] = GHOSTS['occupied'].get(b['berthId'], 0) + 1
    if F('delete-boat-200'):
        return 200, boat_out(ctx, b)
    return 204, None


def getBoatCalendar(ctx):
    boat = find('boats', ctx, 'boat')
    q = Query(ctx)
    a, b = q.get('from', Day, required=True), q.get('to', Day, required=True)
    q.done()
    if b < a and not F('calendar-backwards'):
        raise Err(422, 'to is before from.')
    if span(a, b) > (91 if F('calendar-91') else 92):
        raise Err(422, 'More than 92 days.')
    states = BLOCKING + ('returned', 'closed') if F('calendar-returned-booked') else BLOCKING
    bookings = [x for x in DB['bookings'].values() if x['boatId'] == boat['id']
                and (x['state'] in states or blocks(x)) and overlaps(x, a, b)]
    windows = [x for x in DB['windows'].values() if x['boatId'] == boat['id'] and overlaps(x, a, b)]
    model, days = DB['models'][boat['modelId']], []
    for day in days_of(a, b):
        entry = {'day': day, 'status': 'free', 'bookingId': None,
                 'rateCents': model['dayRateCents'] if F('calendar-rate-no-season') else rate(model, day, False)}
        for w in windows:
            if w['startDay'] <= day <= w['endDay']:
                entry['status'] = 'maintenance'
        for x in bookings:
            if x['startDay'] <= day and (day < x['endDay'] or day == x['endDay'] and not (
                    F('calendar-booked-last-day') and x['startDay'] < day)):
                entry['status'] = 'booked'
                if ctx.role != 'customer' or x['customerId'] == ctx.customer or F('calendar-booking-leak'):
                    entry['bookingId'] = x['id']
        days.append(entry)
    if F('calendar-last-day-missing') and len(days) > 1:
        days.pop()
    free = sum(1 for d in days if d['status'] == 'free'
               or d['status'] == 'maintenance' and F('calendar-free-days'))
    return 200, {'boatId': boat['id'], 'from': a, 'to': b, 'freeDays': free, 'days': days}


def createMaintenanceWindow(ctx):
    boat = find('boats', ctx, 'boat')
    v = read_body(ctx, {'startDay': (True, Day), 'endDay': (True, Day),
                        'reason': (True, Str(0 if F('window-reason-short') else 3, 200))})
    if v['endDay'] < v['startDay'] and not F('window-end-before-start'):
        raise Err(422, 'The end is before the start.')
    if span(v['startDay'], v['endDay']) > (181 if F('window-181') else 180):
        raise Err(422, 'More than 180 days.')
    states = ('confirmed', 'handedOver') if F('window-over-requested') else BLOCKING
    clash = any(x['boatId'] == boat['id'] and x['state'] in states and overlaps(x, v['startDay'], v['endDay'])
                for x in DB['bookings'].values())
    if not F('window-over-window'):
        clash = clash or any(x['boatId'] == boat['id'] and overlaps(x, v['startDay'], v['endDay'])
                             for x in DB['windows'].values())
    if clash:
        if F('window-refused-but-stored'):
            add('windows', boatId=boat['id'], **v)
        raise Err(409, 'There is a booking or another window on these days.')
    if F('window-other-boats-too'):
        for other in DB['boats'].values():
            if other['modelId'] == boat['modelId'] and other is not boat:
                add('windows', boatId=other['id'], **v)
    return 201, add('windows', boatId=boat['id'], **v)


def deleteMaintenanceWindow(ctx):
    w = find('windows', ctx, 'maintenance window')
    t = today().isoformat()
    if w['startDay'] < t or w['startDay'] == t and not F('window-delete-today'):
        if not F('window-delete-begun'):
            raise Err(409, 'The window has begun.')
    if F('window-delete-all'):
        DB['windows'] = {k: x for k, x in DB['windows'].items() if x['boatId'] != w['boatId']}
    elif not F('window-delete-nothing'):
        del DB['windows'][w['id']]
    return 204, None


# --- berths -------------------------------------------------------------------------------------------------------

def listBerths(ctx):
    q = Query(ctx)
    q.pages()
    free = q.get('free', q_bool)
    length = q.get('minLengthCm', q_int(200, 3000))
    q.done()
    items = list(DB['berths'].values())
    if free is not None and not (free is False and F('berths-free-false-all')):
        items = [b for b in items if (occupied(b['id']) < b['capacity']) == free]
    if length is not None:
        items = [b for b in items if b['maxLengthCm'] > length
                 or b['maxLengthCm'] == length and not F('berths-minlength-above')]
    items.sort(key=lambda b: b['id'] if F('berths-sorted-by-id') else b['code'])
    return q.answer(items, berth_out)


def createBerth(ctx):
    v = read_body(ctx, {
        'code': (True, Str(pattern='[A-Za-z]-[0-9]{2}' if F('berth-code-lower') else '[A-Z]-[0-9]{2}')),
        'capacity': (True, Int(1, 11 if F('berth-capacity-11') else 10)), 'maxLengthCm': (True, Int(200, 3000))})
    if any(b['code'] == v['code'] for b in DB['berths'].values()) and not F('berth-code-dup'):
        raise Err(409, 'There is a berth with this code.')
    if F('berth-status-200'):
        return 200, berth_out(add('berths', **v))
    return 201, berth_out(add('berths', **v))


# --- customers and certificates -----------------------------------------------------------------------------------

def listCustomers(ctx):
    q = Query(ctx)
    q.pages()
    text = q.get('q', Str(1, 50))
    has = q.get('hasOpenBalance', q_bool)
    sort = q.get('sort', Enum('id', 'name', '-name', '-openBalanceCents'), 'id')
    q.done()
    items = list(DB['customers'].values())
    if ctx.role == 'customer' and not F('customers-leak'):
        items = [c for c in items if c['id'] == ctx.customer]
    if text:
        t = text.lower()
        mail = (ctx.role != 'dockhand' or F('customers-q-email-dockhand')) and not F('customers-q-name-only')
        items = [c for c in items if t in c['name'].lower() or mail and t in c['email'].lower()]
    if has is not None and not (has is False and F('customers-balance-false-all')):
        items = [c for c in items if (customer_balance(c['id']) > 0) == has]
    if F('customers-sort-ignored'):
        sort = 'id'
    keys = {'name': lambda c: c['name'].lower(), 'openBalanceCents': lambda c: customer_balance(c['id'])}
    return q.answer(ordered(items, sort, keys), lambda c: customer_out(ctx, c))


def createCustomer(ctx):
    v = read_body(ctx, {
        'name': (True, Str(1 if F('customer-name-1') else 2, 80)), 'email': (True, Str(0, 120, EMAIL)),
        'phone': (False, Null(Str() if F('customer-phone-any') else Str(pattern=r'\+[0-9][0-9 ]{5,18}[0-9]')))})

    def fold(s):
        return s if F('customer-email-case') else s.lower()
    if any(fold(c['email']) == fold(v['email']) for c in DB['customers'].values()):
        raise Err(409, 'Another customer has this email address.')
    if F('customer-race'):
        pause()
    email = v['email'].lower() if F('customer-email-lowered') else v['email']
    c = add('customers', name=v['name'], email=email,
            phone=None if F('customer-phone-lost') else v.get('phone'), createdAt=now())
    place = '/customers/%d' % (c['id'] + (1 if F('customer-location-wrong') else 0))
    return 201, customer_out(ctx, c), [('Location', place)]


def getCustomer(ctx):
    c = find('customers', ctx, 'customer')
    if ctx.role == 'customer' and c['id'] != ctx.customer and F('customer-foreign-403'):
        raise Err(403, 'This is another customer.')
    own(ctx, c['id'], 'customer', F('customer-foreign-read'))
    return 200, customer_out(ctx, c)


def read_form(ctx):
    kind = ctx.headers.get('Content-Type', '')
    if kind.split(';')[0].strip().lower() != 'multipart/form-data':
        raise Err(415, 'The body must be multipart/form-data.')
    try:
        raw = b'Content-Type: ' + kind.encode('latin-1') + b'\r\n\r\n' + ctx.body
        boundary = BytesParser(policy=HTTP).parsebytes(raw[:len(kind) + 18]).get_boundary()
        assert boundary
        mark = b'\r\n--' + boundary.encode('latin-1')
        chunks = (b'\r\n' + ctx.body).split(mark)
        assert len(chunks) > 1 and chunks[-1].startswith(b'--')
        parts = {}
        for chunk in chunks[1:-1]:
            chunk = chunk.lstrip(b' \t')
            assert chunk.startswith(b'\r\n')
            if chunk.startswith(b'\r\n\r\n'):
                continue
            head, sep, data = chunk[2:].partition(b'\r\n\r\n')
            assert sep
            heads = {}
            for line in head.decode('utf-8', 'replace').split('\r\n'):
                n, _, value = line.partition(':')
                heads[n.strip().lower()] = value.strip()
            disp = heads.get('content-disposition', '')
            m = re.search(r';\s*name=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', disp, re.I)
            fn = re.search(r';\s*filename=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', disp, re.I)
            if not m:
                continue
            name = m.group(1) if m.group(1) is not None else m.group(2)
            file = None
            if fn:
                file = fn.group(1) if fn.group(1) is not None else fn.group(2)
                file = re.sub(r'\\(.)', r'\1', file).replace('%22', '"')
            media = heads.get('content-type', 'text/plain').split(';')[0].strip().lower()
            parts[name] = (data, media, file)
        return parts
    except (AssertionError, UnicodeError, ValueError, LookupError, TypeError, AttributeError):
        raise Err(400, 'The form is malformed.')


def uploadCertificate(ctx):
    c = find('customers', ctx, 'customer')
    own(ctx, c['id'], 'customer', F('certificate-foreign-upload'))
    if ctx.too_big:
        kind = ctx.headers.get('Content-Type', '').split(';')[0].strip().lower()
        raise Err(413 if kind == 'multipart/form-data' else 415, 'The body is too large.')
    parts = read_form(ctx)
    file = parts.get('file')
    if file and file[1] not in MEDIA:
        if not (F('certificate-any-image') and file[1].startswith('image/')):
            raise Err(415, 'Only PDF, PNG and JPEG files.')
    limit = MAX_FILE
    if F('certificate-limit-less'):
        limit -= 1
    if F('certificate-limit-missing'):
        limit *= 2
    if file and len(file[0]) > limit:
        raise Err(413, 'The file is too large.')
    fields, values = [], {}
    for name, check in (('kind', Enum('inland', 'coastal')), ('validUntil', Day)):
        if name not in parts:
            fields.append({'field': name, 'problem': 'is missing'})
            continue
        try:
            values[name] = check(parts[name][0].decode('utf-8'))
        except ValueError as e:
            fields.append({'field': name, 'problem': str(e)})
    if not file:
        fields.append({'field': 'file', 'problem': 'is missing'})
    elif not file[0] and not F('certificate-empty'):
        fields.append({'field': 'file', 'problem': 'is empty'})
    if fields:
        raise Err(400, 'The form is malformed.', fields)
    t = today().isoformat()
    if values['validUntil'] < t and not F('certificate-expired') or \
            values['validUntil'] == t and F('certificate-today'):
        raise Err(422, 'The certificate is no longer valid.')
    media = file[1] if file[1] in MEDIA else 'image/png'
    name = file[2] or 'certificate'
    name = name.encode('utf-8', 'replace').decode('utf-8')
    obj = dict(customerId=c['id'], kind=values['kind'], validUntil=values['validUntil'],
               fileName='certificate' if F('certificate-name-lost') else name, mediaType=media, data=file[0],
               uploadedAt=now())
    if F('certificate-replaces'):
        DB['certificates'] = {k: x for k, x in DB['certificates'].items()
                              if (x['customerId'], x['kind']) != (c['id'], obj['kind'])}
    obj = add('certificates', **obj)
    out = cert_out(obj)
    if F('certificate-size-kb'):
        out['size'] = max(1, out['size'] // 1024)
    headers = [('Location', '/certificates/%d/file' % obj['id'])]
    if F('certificate-location'):
        headers = [('Location', '/certificates/%d' % obj['id'])]
    return 201, out, headers


def downloadCertificate(ctx):
    c = find('certificates', ctx, 'certificate')
    own(ctx, c['customerId'], 'certificate', F('file-foreign-read'))
    name = re.sub('[^A-Za-z0-9._-]', '_', c['fileName'])
    if F('file-name-missing'):
        name = 'file'
    data = c['data']
    if F('file-bytes-changed'):
        data = data.replace(b'\r\n', b'\n')
    media = 'application/octet-stream' if F('file-media-type') else c['mediaType']
    kind = 'inline' if F('file-inline') else 'attachment'
    return 200, data, [('Content-Type', media), ('Content-Disposition', '%s; filename="%s"' % (kind, name))]


# --- seasons ------------------------------------------------------------------------------------------------------

def listSeasons(ctx):
    if F('seasons-need-key') and ctx.headers.get('X-Api-Key') not in KEYS:
        raise Err(401, 'The API key is missing or unknown.', headers=[('WWW-Authenticate', 'ApiKey')])
    q = Query(ctx)
    q.pages()
    day = q.get('day', Day)
    model = q.get('modelId', q_int(1))
    q.done()
    items = list(DB['seasons'].values())
    if day:
        items = [s for s in items if s['startDay'] <= day and (
            day < s['endDay'] or day == s['endDay'] and not F('seasons-day-end'))]
    if model is not None and not F('seasons-model-ignored'):
        items = [s for s in items if any(r['modelId'] == model for r in s['rates'])]
    items.sort(key=lambda s: (s['id'] if F('seasons-unsorted') else s['startDay'], s['id']))
    return q.answer(items, dict)


def createSeason(ctx):
    one = Obj({'modelId': (True, ID), 'dayRateCents': (True, Int(1 if F('season-rate-min') else 100, 1000000))})
    v = read_body(ctx, {'name': (True, Str(2, 60)), 'startDay': (True, Day), 'endDay': (True, Day),
                        'rates': (True, List(one, 0 if F('season-no-rates') else 1, 50))})
    if v['endDay'] < v['startDay'] and not F('season-backwards'):
        raise Err(422, 'The end is before the start.')
    if span(v['startDay'], v['endDay']) > (400 if F('season-400') else 366):
        raise Err(422, 'More than 366 days.')
    ids = [r['modelId'] for r in v['rates']]
    if any(i not in DB['models'] for i in ids) and not F('season-model-unchecked'):
        raise Err(422, 'There is no such model.')
    if len(set(ids)) < len(ids) and not F('season-two-rates'):
        raise Err(422, 'Two rates for one model.')
    for s in DB['seasons'].values():
        if overlaps(s, v['startDay'], v['endDay']):
            edge = s['endDay'] == v['startDay'] or v['endDay'] == s['startDay']
            if not (edge and F('season-overlap-edge')):
                raise Err(409, 'There is another season on these days.')
    s = add('seasons', name=v['name'], startDay=v['startDay'], endDay=v['endDay'], rates=v['rates'])
    if F('season-reprices'):
        for b in DB['bookings'].values():
            boat = DB['boats'].get(b['boatId'])
            if boat and b['state'] == 'requested' and not paid(b):
                b['rentalCents'] = rental(DB['models'][boat['modelId']], b['startDay'], b['endDay'])
    return 201, dict(s)


# --- bookings -----------------------------------------------------------------------------------------------------

def booking_filters(q):
    return (q.all('state', Enum(*STATES)), q.get('from', Day), q.get('to', Day))


def filter_bookings(ctx, items, states, a, b):
    if a and b and b < a and not (ctx.op == 'listBookings' and F('bookings-backwards')):
        raise Err(400, 'to is before from.')
    if states:
        if ctx.op == 'listBookings' and F('bookings-last-state'):
            states = states[-1:]
        items = [x for x in items if x['state'] in states]
    if a:
        if ctx.op == 'listBookings' and F('bookings-from-start'):
            items = [x for x in items if x['startDay'] >= a]
        else:
            items = [x for x in items if x['endDay'] >= a]
    if b:
        items = [x for x in items if x['startDay'] < b or x['startDay'] == b and not (
            ctx.op == 'listBookings' and F('bookings-to-exclusive'))]
    return items


def listBookings(ctx):
    q = Query(ctx)
    q.pages()
    boat = q.get('boatId', q_int(1))
    customer = q.get('customerId', q_int(1))
    states, a, b = booking_filters(q)
    sort = q.get('sort', Enum('id', '-id', 'startDay', '-startDay', 'totalCents', '-totalCents'), 'id')
    q.done()
    items = list(DB['bookings'].values())
    if ctx.role == 'customer' and not (F('bookings-leak-by-filter') and (customer or boat)):
        items = [x for x in items if x['customerId'] == ctx.customer]
    if boat is not None:
        items = [x for x in items if x['boatId'] == boat]
    if customer is not None and not F('bookings-customer-ignored'):
        items = [x for x in items if x['customerId'] == customer]
    items = filter_bookings(ctx, items, states, a, b)
    total = (lambda x: x['rentalCents'] + x['extraCents'])
    keys = {'totalCents': (lambda x: x['rentalCents']) if F('bookings-sort-rental') else total}
    items = ordered(items, sort, keys)
    if F('bookings-ties-descending') and sort in ('startDay', '-startDay'):
        items.sort(key=lambda x: -x['id'])
        items.sort(key=lambda x: x['startDay'], reverse=sort[0] == '-')
    return q.answer(items, booking_out)


def licensed(customer, licence, a, b):
    if licence == 'none' or F('booking-licence-unchecked'):
        return True
    good = {'coastal'} if licence == 'coastal' else {'inland', 'coastal'}
    if F('booking-coastal-with-inland'):
        good = {'inland', 'coastal'}
    if F('booking-coastal-not-for-inland'):
        good = {licence}
    last = a if F('booking-licence-first-day') else b
    return any(c['customerId'] == customer and c['kind'] in good and c['validUntil'] >= last
               for c in DB['certificates'].values())


def createBooking(ctx):
    v = read_body(ctx, {
        'boatId': (True, ID), 'customerId': (False, ID), 'startDay': (True, Day), 'endDay': (True, Day),
        'passengers': (True, Int(0 if F('booking-passengers-0') else 1, 20)),
        'remark': (False, Null(Str(0, 300)))})
    a, b, customer = v['startDay'], v['endDay'], v.get('customerId')
    if ctx.role == 'customer':
        if customer is None or customer != ctx.customer and F('booking-foreign-ignored'):
            customer = ctx.customer
        if customer != ctx.customer and not F('booking-foreign'):
            raise Err(403, 'Customers book for themselves.')
    if customer is None:
        raise Err(400 if F('booking-customer-missing-400') else 422, 'customerId is missing.')
    boat = DB['boats'].get(v['boatId'])
    if boat is None:
        raise Err(422, 'There is no such boat.')
    if customer not in DB['customers'] and not F('booking-customer-unchecked'):
        raise Err(422, 'There is no such customer.')
    if b < a:
        raise Err(422, 'endDay is before startDay.')
    t = today()
    ahead = D(a).toordinal() - t.toordinal()
    if ahead < 0 and not F('booking-past') or ahead == 0 and F('booking-not-today'):
        raise Err(422, 'startDay is before today.')
    if ahead > (731 if F('booking-731') else 730):
        raise Err(422, 'startDay is too far ahead.')
    if span(a, b) > (29 if F('booking-29') else 28):
        raise Err(422, 'More than 28 days.')
    model = DB['models'][boat['modelId']]
    seats = model['seats'] + (1 if F('booking-one-passenger-more') else 0)
    if v['passengers'] > seats:
        raise Err(422, 'More passengers than seats.')
    if not licensed(customer, model['licence'], a, b):
        raise Err(422, 'The customer has no valid certificate for this boat.')
    if boat['state'] == 'outOfService' and not F('booking-outofservice'):
        raise Err(409, 'The boat is out of service.')
    for x in DB['bookings'].values():
        if x['boatId'] == boat['id'] and blocks(x):
            hit = overlaps(x, a, b)
            if F('booking-overlap-edge'):
                hit = x['startDay'] < b and a < x['endDay'] or (x['startDay'], x['endDay']) == (a, b)
            if F('booking-overlap-around'):
                hit = x['startDay'] <= a <= x['endDay'] or x['startDay'] <= b <= x['endDay']
            if hit and not (F('booking-over-requested') and x['state'] == 'requested'):
                raise Err(409, 'The boat is booked on these days.')
    if not F('booking-maintenance'):
        for w in DB['windows'].values():
            if w['boatId'] == boat['id'] and overlaps(w, a, b):
                raise Err(409, 'The boat is in maintenance on these days.')
    if F('booking-race'):
        pause()
    x = make_booking(boat, customer, a, b, v['passengers'], None if F('booking-remark-lost') else v.get('remark'))
    if F('booking-starts-confirmed'):
        x['state'] = 'confirmed'
    place = '/bookings/%d' % x['id']
    return 201, booking_out(x), [('Location', place)] if not F('booking-location-missing') else []


def getBooking(ctx):
    return 200, booking_out(find_booking(ctx, F('booking-foreign-read')))


def cancelBooking(ctx):
    b = find_booking(ctx, F('cancel-foreign'))
    allowed = {'requested', 'confirmed'}
    if F('cancel-handed-over'):
        allowed.add('handedOver')
    if F('cancel-returned'):
        allowed.add('returned')
    if F('cancel-twice'):
        allowed.add('cancelled')
    if F('cancel-only-requested'):
        allowed.discard('confirmed')
    if b['state'] not in allowed:
        raise Err(409, 'A booking that is %s cannot be cancelled.' % b['state'])
    money = sum(p['amountCents'] for p in payments_of(b['id']))
    ahead = D(b['startDay']).toordinal() - today().toordinal()
    full = ahead > 14 if F('cancel-refund-15') else ahead >= 14
    if F('cancel-refund-always-full'):
        full = True
    half = -(-money // 2) if F('cancel-refund-rounded-up') else money // 2
    b['refundCents'] = money if full else half
    b['state'] = 'cancelled'
    if not F('cancel-no-time'):
        b['cancelledAt'] = now()
    return 200, booking_out(b)


def handOverBooking(ctx):
    b = find_booking(ctx)
    v = read_body(ctx, {'engineHours': (True, Int(0, 100000))})
    allowed = ('confirmed', 'requested') if F('handover-requested') else ('confirmed',)
    if b['state'] not in allowed:
        raise Err(409, 'The booking is not confirmed.')
    boat = DB['boats'].get(b['boatId'])
    if boat is None:
        raise Err(409, 'The boat is not available.')
    if boat['state'] != 'available' and not F('handover-boat-unavailable'):
        raise Err(409, 'The boat is not available.')
    hours = v['engineHours']
    if hours < boat['engineHours'] and not F('handover-hours-below') or \
            hours == boat['engineHours'] and F('handover-hours-equal'):
        raise Err(422, 'The engine has more hours already.')
    b['state'] = 'handedOver'
    b['engineHoursOut'] = boat['engineHours'] if F('handover-hours-lost') else hours
    if not F('handover-boat-stays'):
        boat['state'] = 'out'
    if not F('handover-boat-hours'):
        boat['engineHours'] = hours
    if not F('handover-no-version'):
        touch(boat)
    return 200, booking_out(b)


def returnBooking(ctx):
    b = find_booking(ctx)
    one = Obj({'severity': (True, Enum('minor', 'major')), 'description': (True, Str(5, 300)),
               'costCents': (True, Int(0, 10000000))})
    v = read_body(ctx, {'engineHours': (True, Int(0, 100000)),
                        'damages': (False, List(one, 0, 11 if F('return-11-damages') else 10))})
    allowed = ('handedOver', 'confirmed') if F('return-confirmed') else ('handedOver',)
    if b['state'] not in allowed and not (b['state'] == 'returned' and F('return-twice')):
        raise Err(409, 'The boat is not handed over.')
    boat = DB['boats'].get(b['boatId'])
    if boat is None:
        raise Err(409, 'The boat is not handed over.')
    out = b['engineHoursOut'] if b['engineHoursOut'] is not None else boat['engineHours']
    hours, damages = v['engineHours'], v.get('damages', [])
    if hours < out and not F('return-hours-below'):
        raise Err(422, 'The reading is below that of the handover.')
    used = max(0, hours - out)
    model = DB['models'][boat['modelId']]
    costs = [d['costCents'] for d in damages]
    if F('return-one-damage-cost'):
        costs = costs[:1]
    if F('return-no-engine-cost'):
        used = 0
    b['extraCents'] = used * model['engineHourCents'] + sum(costs)
    b['engineHoursIn'] = hours
    b['state'] = 'returned'
    if balance(b) == 0 and not F('return-not-closed'):
        b['state'] = 'closed'
    for d in damages:
        if not F('return-damages-lost'):
            add('damages', bookingId=b['id'], boatId=boat['id'], severity=d['severity'],
                description=d['description'], costCents=d['costCents'], reportedAt=now())
    major = any(d['severity'] == 'major' for d in damages)
    if F('return-major-first-only'):
        major = bool(damages) and damages[0]['severity'] == 'major'
    if F('return-minor-out'):
        major = bool(damages)
    boat['state'] = 'outOfService' if major and not F('return-major-available') else 'available'
    if not F('return-boat-hours'):
        boat['engineHours'] = max(0, hours)
    touch(boat)
    if F('return-no-version'):
        boat['version'] -= 1
    return 200, booking_out(b)


def createPayment(ctx):
    b = find_booking(ctx, F('payment-foreign'))
    v = read_body(ctx, {'amountCents': (True, Int(0 if F('payment-zero') else 1, 100000000)),
                        'method': (True, Enum('cash', 'card', 'transfer')), 'note': (False, Null(Str(0, 100)))})
    key = ctx.headers.get('Idempotency-Key')
    if key is not None and not re.fullmatch('[A-Za-z0-9_-]{8,64}', key) and not F('payment-key-unchecked'):
        raise Err(400, 'The Idempotency-Key is malformed.', [{'field': 'Idempotency-Key', 'problem': 'is bad'}])
    slot = (ctx.key, b['id'], key)
    if F('payment-key-any-booking'):
        slot = (ctx.key, key)
    if F('payment-key-any-caller'):
        slot = (b['id'], key)
    if key is not None and slot in IDEM and not F('payment-replay-pays'):
        body, old = IDEM[slot]
        if old is None:
            raise Err(409, 'This key was used.')
        if body != ctx.json and not F('payment-key-other-body'):
            raise Err(422, 'This key was used with another body.')
        if F('payment-replay-after-close') and b['state'] in ('closed', 'cancelled'):
            raise Err(409, 'The booking is closed.')
        headers = [('Idempotency-Replayed', 'true')]
        if F('payment-replay-header'):
            headers = []
        return 200 if F('payment-replay-200') else 201, dict(old), headers
    if key is not None and F('payment-refused-uses-key'):
        IDEM[slot] = (ctx.json, None)
    states = ('closed',) if F('payment-cancelled') else ('closed', 'cancelled')
    if b['state'] in states:
        raise Err(409, 'Nothing can be paid for a booking that is %s.' % b['state'])
    if v['amountCents'] > balance(b) and not F('payment-too-much'):
        if not (F('payment-cancelled') and b['state'] == 'cancelled'):
            raise Err(422, 'More than what is left to pay.')
    if ctx.role == 'customer' and v['method'] != 'card' and not F('payment-customer-cash'):
        raise Err(422, 'Customers pay by card.')
    if F('payment-race'):
        pause()
    amount = v['amountCents']
    if F('payment-too-much') and b['state'] != 'cancelled':
        amount = min(amount, balance(b)) or amount
    p = add('payments', bookingId=b['id'], amountCents=amount, method=v['method'],
            note=None if F('payment-note-lost') else v.get('note'), createdAt=now())
    if key is not None:
        IDEM[slot] = (ctx.json, dict(p))
    money = paid(b)
    reached = amount if F('payment-confirm-single') else money
    if F('payment-confirms-early'):
        reached = max(reached, deposit(b))
    if b['state'] == 'requested' and not F('payment-never-confirms'):
        if reached > deposit(b) or reached == deposit(b) and not F('payment-confirm-above'):
            b['state'] = 'confirmed'
    if b['state'] == 'returned' and balance(b) <= 0 and not F('payment-never-closes'):
        b['state'] = 'closed'
    if F('payment-closes-confirmed') and b['state'] == 'confirmed' and balance(b) <= 0:
        b['state'] = 'closed'
    return 201, dict(p)


def exportBookings(ctx):
    q = Query(ctx)
    states, a, b = booking_filters(q)
    q.done()
    items = filter_bookings(ctx, list(DB['bookings'].values()), states, a, b)
    if F('export-no-cancelled') and not states:
        items = [x for x in items if x['state'] != 'cancelled']
    items.sort(key=lambda x: x['id'] if F('export-by-id') else (x['startDay'], x['id']))
    if F('export-one-page'):
        items = items[:10]
    text = io.StringIO()
    end = '\n' if F('export-lf') else '\r\n'
    w = csv.writer(text, lineterminator=end)
    if not F('export-no-header'):
        w.writerow('id boatId customerId startDay endDay state totalCents paidCents remark'.split())
    for x in items:
        o = booking_out(x)
        row = [o['id'], o['boatId'], o['customerId'], o['startDay'], o['endDay'], o['state'],
               o['rentalCents'] if F('export-total-no-extra') else o['totalCents'],
               o['paidCents'], o['remark'] or '']
        if F('export-null-text') and o['remark'] is None:
            row[-1] = 'null'
        if F('export-unquoted'):
            text.write(','.join(str(c) for c in row) + end)
        else:
            w.writerow(row)
    headers = [('Content-Type', 'text/csv; charset=utf-8')]
    if not F('export-disposition'):
        headers.append(('Content-Disposition', 'attachment; filename="bookings.csv"'))
    return 200, text.getvalue().encode('utf-8'), headers


def listDamages(ctx):
    q = Query(ctx)
    q.pages()
    boat = q.get('boatId', q_int(1))
    severity = q.get('severity', Enum('minor', 'major'))
    least = q.get('minCostCents', q_int(0, 10000000))
    sort = q.get('sort', Enum('id', '-id', 'costCents', '-costCents'), 'id')
    q.done()
    items = list(DB['damages'].values())
    everything = items
    if boat is not None:
        items = [d for d in items if d['boatId'] == boat]
    if severity and not F('damages-severity-ignored'):
        items = [d for d in items if d['severity'] == severity]
    if least is not None:
        items = [d for d in items if d['costCents'] > least
                 or d['costCents'] == least and not F('damages-min-above')]
    if F('damages-sort-reversed') and 'costCents' in sort:
        sort = 'costCents' if sort[0] == '-' else '-costCents'
    items = ordered(items, sort, {})
    summed = items
    if F('damages-sum-page'):
        summed = items[(q.page - 1) * q.size:q.page * q.size]
    if F('damages-sum-unfiltered'):
        summed = everything
    return q.answer(items, dict, sumCostCents=sum(d['costCents'] for d in summed))


# --- routing ------------------------------------------------------------------------------------------------------

M, MD, MC, ALL = {'manager'}, {'manager', 'dockhand'}, {'manager', 'customer'}, {'manager', 'dockhand', 'customer'}
ROUTES = [
    ('GET', '/models', listModels, ALL), ('POST', '/models', createModel, M),
    ('GET', '/boats', listBoats, ALL), ('POST', '/boats', createBoat, M),
    ('GET', '/boats/{}', getBoat, ALL), ('PATCH', '/boats/{}', updateBoat, MD), ('DELETE', '/boats/{}', deleteBoat, M),
    ('GET', '/boats/{}/calendar', getBoatCalendar, ALL),
    ('POST', '/boats/{}/maintenance-windows', createMaintenanceWindow, MD),
    ('DELETE', '/maintenance-windows/{}', deleteMaintenanceWindow, M),
    ('GET', '/berths', listBerths, MD), ('POST', '/berths', createBerth, M),
    ('GET', '/customers', listCustomers, ALL), ('POST', '/customers', createCustomer, MD),
    ('GET', '/customers/{}', getCustomer, ALL),
    ('POST', '/customers/{}/certificates', uploadCertificate, MC),
    ('GET', '/certificates/{}/file', downloadCertificate, ALL),
    ('GET', '/seasons', listSeasons, None), ('POST', '/seasons', createSeason, M),
    ('GET', '/bookings', listBookings, ALL), ('POST', '/bookings', createBooking, MC),
    ('GET', '/bookings/{}', getBooking, ALL),
    ('POST', '/bookings/{}/cancel', cancelBooking, MC),
    ('POST', '/bookings/{}/handover', handOverBooking, MD),
    ('POST', '/bookings/{}/return', returnBooking, MD),
    ('POST', '/bookings/{}/payments', createPayment, MC),
    ('GET', '/exports/bookings.csv', exportBookings, M),
    ('GET', '/damages', listDamages, MD),
]
TABLE = {}
for _m, _p, _h, _r in ROUTES:
    TABLE.setdefault(_p, (re.compile(re.escape(_p).replace(r'\{\}', '([^/]+)')), {}))[1][_m] = (_h, _r)


def roles_of(op, roles):
    extra = None
    if op == 'createModel' and F('model-by-dockhand'):
        extra = 'dockhand'
    if op == 'createBoat' and F('boat-by-dockhand'):
        extra = 'dockhand'
    if op == 'deleteBoat' and F('delete-boat-by-dockhand'):
        extra = 'dockhand'
    if op == 'createBerth' and F('berth-by-dockhand'):
        extra = 'dockhand'
    if op == 'createSeason' and F('season-by-dockhand'):
        extra = 'dockhand'
    if op == 'deleteMaintenanceWindow' and F('window-delete-by-dockhand'):
        extra = 'dockhand'
    if op == 'uploadCertificate' and F('certificate-by-dockhand'):
        extra = 'dockhand'
    if op == 'createPayment' and F('payment-by-dockhand'):
        extra = 'dockhand'
    if op == 'createBooking' and F('booking-by-dockhand'):
        extra = 'dockhand'
    if op == 'cancelBooking' and F('cancel-by-dockhand'):
        extra = 'dockhand'
    if op == 'exportBookings' and F('export-by-customer'):
        extra = 'customer'
    if op == 'listDamages' and F('damages-for-customer'):
        extra = 'customer'
    if op == 'listBerths' and F('berths-for-customer'):
        extra = 'customer'
    if op == 'createCustomer' and F('customer-by-customer'):
        extra = 'customer'
    if op == 'createMaintenanceWindow' and F('window-by-customer'):
        extra = 'customer'
    if op == 'updateBoat' and F('patch-by-customer'):
        extra = 'customer'
    if op == 'returnBooking' and F('return-by-customer'):
        extra = 'customer'
    if op == 'handOverBooking' and F('handover-by-customer'):
        extra = 'customer'
    if op == 'createCustomer' and F('customer-not-by-dockhand'):
        return {'manager'}
    if op == 'handOverBooking' and F('handover-not-by-dockhand'):
        return {'manager'}
    return roles | {extra} if extra else roles


class Ctx:
    pass


def dispatch(method, target, headers, body, too_big):
    path, _, query = target.partition('?')
    path = path.partition('#')[0]
    for regex, methods in TABLE.values():
        m = regex.fullmatch(path)
        if m:
            break
    else:
        raise Err(404, 'There is no such path.')
    if method not in methods:
        raise Err(405, 'This path does not have this method.',
                  headers=[] if F('allow-missing') else [('Allow', ', '.join(methods))])
    handler, roles = methods[method]
    ctx = Ctx()
    ctx.op, ctx.params, ctx.headers, ctx.body, ctx.too_big = handler.__name__, [unquote(x) for x in m.groups()], headers, body, too_big
    ctx.query = parse_qs(query, keep_blank_values=True, errors='replace')
    ctx.role = ctx.customer = ctx.key = None
    if roles is not None:
        ctx.key = headers.get('X-Api-Key')
        if ctx.key not in KEYS:
            if F('unknown-key-403') and ctx.key is not None:
                raise Err(403, 'The API key is unknown.')
            head = [] if F('www-authenticate-missing') else [('WWW-Authenticate', 'ApiKey')]
            raise Err(401, 'The API key is missing or unknown.', headers=head)
        ctx.role, ctx.customer = KEYS[ctx.key]
        if ctx.role not in roles_of(ctx.op, roles):
            raise Err(403, 'The role of the key does not allow this.')
    return handler(ctx)


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    rbufsize = 65536
    timeout = 120

    def log_message(self, *args):
        pass

    def read_request_body(self):
        limit, chunks, size = 4 * 1024 * 1024, [], 0

        def keep(data):
            nonlocal size
            size += len(data)
            if size <= limit:
                chunks.append(data)
        if 'chunked' in (self.headers.get('Transfer-Encoding') or '').lower():
            while True:
                n = int(self.rfile.readline(1000).split(b';')[0].strip() or b'0', 16)
                if n == 0:
                    while self.rfile.readline(65536).strip():
                        pass
                    break
                while n:
                    data = self.rfile.read(min(n, 65536))
                    if not data:
                        raise ConnectionError
                    n -= len(data)
                    keep(data)
                self.rfile.readline(10)
        else:
            n = int(self.headers.get('Content-Length') or 0)
            while n > 0:
                data = self.rfile.read(min(n, 65536))
                if not data:
                    raise ConnectionError
                n -= len(data)
                keep(data)
        return b''.join(chunks) if size <= limit else b'', size > limit

    def handle_any(self):
        try:
            body, too_big = self.read_request_body()
        except (ValueError, OSError):
            self.close_connection = True
            return
        try:
            with LOCK:
                answer = dispatch(self.command, self.path, self.headers, body, too_big)
            status, value = answer[0], answer[1]
            headers = list(answer[2]) if len(answer) > 2 else []
        except Err as e:
            value = {'code': CODES[e.status], 'message': e.message}
            if e.status == 409 and F('error-without-message'):
                del value['message']
            if e.status == 404 and F('error-wrong-code'):
                value['code'] = 'badRequest'
            if e.fields:
                value['fields'] = e.fields
            status, headers = e.status, list(e.headers)
            if e.status == 422 and F('error-plain-text'):
                value = e.message.encode()
                headers.append(('Content-Type', 'text/plain; charset=utf-8'))
        except Exception as e:  # must not happen
            sys.stderr.write('%s %s: %r\n' % (self.command, self.path, e))
            import traceback
            traceback.print_exc()
            status, value, headers = 500, {'code': 'badRequest', 'message': 'Internal error'}, []
        if value is None:
            data = b''
        elif isinstance(value, bytes):
            data = value
        else:
            data = json.dumps(value, ensure_ascii=False).encode('utf-8')
            headers.append(('Content-Type', 'application/json'))
        lines = ['HTTP/1.1 %d %s' % (status, REASONS[status]), 'Date: ' + self.date_time_string()]
        lines += ['%s: %s' % h for h in headers]
        if status not in (204, 304):
            lines.append('Content-Length: %d' % len(data))
        if self.close_connection:
            lines.append('Connection: close')
        if self.command == 'HEAD':
            data = b''
        try:
            self.wfile.write(('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1') + data)
        except OSError:
            self.close_connection = True

    def __getattr__(self, name):
        if name.startswith('do_'):  # any other method: 405 or 404 like the rest
            return self.handle_any
        raise AttributeError(name)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_TRACE = handle_any


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


# --- faults -------------------------------------------------------------------------------------------------------
# id | operation | kind | what | source | where
CATALOG = r'''
boat-id-reused | createBoat | id reuse | After the newest boat is deleted, the next boat gets its id again. | prose | Ids are never used again.
page-zero-accepted | * | validation | page=0 is accepted and treated like page 1 in all lists. | schema | schema: { type: integer, minimum: 1, maximum: 100000, default: 1 }
unknown-query-refused | * | validation | Unknown query parameters are refused with 400. | prose | Unknown query parameters are ignored.
unknown-key-403 | * | wrong status | An unknown API key is answered with 403 instead of 401. | prose | A missing or unknown key is answered with 401.
www-authenticate-missing | * | header missing | Answers with 401 have no WWW-Authenticate header. | structure | WWW-Authenticate: required: true
allow-missing | * | header missing | Answers with 405 have no Allow header. | prose | Methods that a path does not have are answered with 405 and an `Allow` header.
error-without-message | * | response member | Error bodies of 409 have no message. | schema | required: [code, message]
error-wrong-code | * | response value | Error bodies of 404 say code badRequest. | prose | code: type: string enum: [badRequest, unauthorized, forbidden, notFound,
error-plain-text | * | media type | Errors with 422 are sent as plain text. | structure | Unprocessable: description: The request is well-formed but makes no sense content: application/json:
models-default-pagesize | listModels | paging | The default page size is 25. | prose | `pageSize` (default 20, at most 100)
models-licence-or-less | listModels | filter | The filter licence also gives models with a lower licence. | prose | Only models that need exactly this licence.
models-minseats-above | listModels | boundary | minSeats leaves out models with exactly that number of seats. | prose | Only models with at least this number of seats.
models-sort-desc-ignored | listModels | sort | -dayRateCents sorts ascending. | prose | Order of the list; a leading minus means descending.
models-total-of-page | listModels | paging | totalItems is the number of items on the page. | prose | `totalItems` counts all items that match the filters
delete-boat-count-stale | deleteBoat | counter | boatCount of the model does not go down when a boat is deleted. | prose | Number of boats of this model in the fleet
model-by-dockhand | createModel | authorization | Dockhands may add models. | prose | Managers only. The name of a model is unique
model-name-case | createModel | duplicate | A name that differs only in case is accepted. | prose | The name of a model is unique without regard to case (409).
model-seats-21 | createModel | boundary | 21 seats are accepted. | schema | seats: { type: integer, minimum: 1, maximum: 20 }
model-rate-zero | createModel | validation | Day rates below 100 cents are accepted. | schema | dayRateCents: { type: integer, minimum: 100, maximum: 1000000 }
model-licence-default | createModel | default | Without licence a model needs inland. | schema | default: none
model-engine-rate-lost | createModel | not stored | engineHourCents is not stored. | prose | Price of one hour of the engine, charged at the return
boats-pagesize-capped | listBoats | paging | A pageSize above 100 is cut to 100 instead of refused. | schema | schema: { type: integer, minimum: 1, maximum: 100, default: 20 }
boats-page-overlap | listBoats | paging | Pages after the first start one item too early. | prose | Lists are paged with `page` (from 1) and `pageSize`
boats-totalpages-floor | listBoats | paging | totalPages does not count the last, partly filled page. | prose | `totalPages` is the number of pages for that
boats-notes-leak | listBoats | visibility | Customers see the internal notes in the list. | prose | Managers and dockhands always get this member, customers never.
boats-available-alone | listBoats | validation | availableFrom is accepted without availableTo. | prose | `availableFrom` and `availableTo` can only be given together (otherwise 400)
boats-available-last-day | listBoats | boundary | The last day of the range is not looked at. | prose | neither a blocking booking nor a maintenance window on any day of the range
boats-available-maintenance | listBoats | filter | Maintenance windows do not count for availability. | prose | have neither a blocking booking nor a maintenance window on any day of the range
boats-available-outofservice | listBoats | filter | Boats out of service are listed as available. | prose | only boats that are not out of service
boats-q-case | listBoats | search | The search q looks at case. | prose | Part of the name or of the registration, without regard to case.
boats-q-name-only | listBoats | search | q does not search in registrations. | prose | Part of the name or of the registration, without regard to case.
boats-model-ignored | listBoats | filter | The filter modelId is ignored. | structure | - name: modelId in: query
boats-berth-without | listBoats | filter | The filter berthId also gives boats without a berth. | prose | Only boats that lie at this berth.
boats-state-not-out | listBoats | filter | state=available also gives boats that are out. | structure | - name: state in: query
boats-sort-name-case | listBoats | sort | Names are sorted with regard to case. | prose | Names are compared in lower case.
boats-sort-hours-text | listBoats | sort | engineHours are sorted like text. | prose | enum: [id, name, -name, engineHours, -engineHours]
boat-by-dockhand | createBoat | authorization | Dockhands may add boats. | prose | Managers only. A new boat is `available` and has version 1.
boat-name-60 | createBoat | validation | Names of 41 to 60 characters are accepted. | schema | name: { type: string, minLength: 1, maxLength: 40 }
boat-registration-prefix | createBoat | validation | The pattern of the registration is only checked at the beginning. | schema | pattern: '^[A-Z]{2,3}-[0-9]{3,5}$'
boat-unknown-member | createBoat | validation | Unknown members are accepted. | schema | additionalProperties: false
boat-model-400 | createBoat | wrong status | An unknown model is answered with 400. | prose | A model or berth that does not exist, or a boat whose model is longer than the berth allows, gives 422.
boat-berth-unchecked | createBoat | reference | A berth that does not exist is accepted. | prose | A model or berth that does not exist
boat-length-unchecked | createBoat | validation | A boat that is too long for its berth is accepted. | prose | or a boat whose model is longer than the berth allows, gives 422
boat-registration-dup | createBoat | duplicate | A registration that another boat has is accepted. | prose | A registration that another boat has, or a berth without a free place, gives 409.
boat-berth-one-more | createBoat | capacity | A full berth takes one boat more. | prose | a berth without a free place, gives 409
berth-race | createBoat | race | Of two boats added at once for the last place both get it. | prose | Number of boats that belong to this berth, never more than `capacity`.
boat-hours-lost | createBoat | not stored | The sent engineHours are not stored. | schema | engineHours: { type: integer, minimum: 0, maximum: 100000, default: 0 }
boat-location-missing | createBoat | header missing | The answer has no Location header. | structure | Location: { $ref: '#/components/headers/Location' }
boat-never-304 | getBoat | caching | If-None-Match is ignored. | prose | If the boat still has it, the answer is 304 without a body.
boat-always-304 | getBoat | caching | Any If-None-Match is answered with 304, also after a change. | prose | If the boat still has it, the answer is 304 without a body.
boat-etag-missing | getBoat | header missing | The answer has no ETag header. | structure | ETag: { $ref: '#/components/headers/ETag' }
boat-notes-leak | getBoat | visibility | Customers see the internal notes of a single boat. | prose | Managers and dockhands always get this member, customers never.
boat-notes-not-for-dockhand | getBoat | visibility | Dockhands do not get the notes. | prose | Managers and dockhands always get this member, customers never.
patch-by-customer | updateBoat | authorization | Customers may change boats. | prose | customers nothing
patch-dockhand-state | updateBoat | authorization | Dockhands may change the state. | prose | dockhands only `berthId` and `notes` (403 for any other member
patch-empty | updateBoat | validation | An empty object is accepted. | schema | minProperties: 1
patch-without-if-match | updateBoat | precondition | A change without If-Match is accepted. | prose | Without the header the answer is 428
patch-outdated-etag | updateBoat | precondition | Any ETag is accepted. | prose | with an outdated ETag 412
patch-race | updateBoat | race | Two changes of the same version at once both succeed. | prose | So of two clients that change the same version, only one succeeds.
patch-state-while-out | updateBoat | state rule | The state can be set while the boat is out. | prose | but not while the boat is `out` (409)
patch-berth-unchecked | updateBoat | reference | A berth that does not exist is accepted. | prose | Berth and registration follow the same rules as in `createBoat`
patch-length-unchecked | updateBoat | validation | A boat can be moved to a berth that is too short. | prose | Berth and registration follow the same rules as in `createBoat`
patch-berth-full-ignored | updateBoat | capacity | A boat can be moved to a full berth. | prose | Berth and registration follow the same rules as in `createBoat`
patch-own-place-counts | updateBoat | capacity | A boat cannot be set to the full berth where it lies already. | prose | the place that the boat itself takes does not count against it
patch-registration-dup | updateBoat | duplicate | The registration of another boat is accepted. | prose | Berth and registration follow the same rules as in `createBoat`
patch-null-berth-ignored | updateBoat | not stored | berthId null leaves the boat at its berth. | prose | `berthId: null` takes the boat from its berth.
patch-clears-notes | updateBoat | lost data | Notes that are not sent are removed. | prose | Changes the members that are sent and leaves the others as they are.
patch-name-lost | updateBoat | not stored | A new name is not stored. | prose | Changes the members that are sent and leaves the others as they are.
patch-notes-same-version | updateBoat | counter | A change of only the notes does not raise the version. | prose | Every successful change raises `version` by one
patch-updated-at-stale | updateBoat | side effect | updatedAt stays as it was. | prose | and sets `updatedAt`
delete-boat-by-dockhand | deleteBoat | authorization | Dockhands may remove boats. | prose | Managers only. Not possible while the boat has a blocking booking (409).
delete-boat-confirmed | deleteBoat | state rule | A boat with a confirmed booking can be removed. | prose | Not possible while the boat has a blocking booking (409).
delete-boat-windows-kept | deleteBoat | deleted too little | The maintenance windows of the boat are kept. | prose | Its maintenance windows are removed with it
delete-boat-bookings-too | deleteBoat | deleted too much | The finished bookings of the boat vanish too. | prose | finished bookings and damages are kept
delete-boat-place-kept | deleteBoat | counter | The place at the berth stays counted as occupied. | prose | its place at the berth becomes free
delete-boat-200 | deleteBoat | wrong status | The answer is 200 with the boat. | structure | '204': description: Removed
calendar-backwards | getBoatCalendar | validation | A to before from gives an empty calendar. | prose | A `to` before `from`, or more than 92 days, gives 422.
calendar-91 | getBoatCalendar | boundary | Exactly 92 days are refused. | prose | more than 92 days, gives 422
calendar-returned-booked | getBoatCalendar | state rule | Days of returned bookings are still shown as booked. | prose | A day is `booked` if a blocking booking covers it
calendar-rate-no-season | getBoatCalendar | computed | rateCents ignores the seasons. | prose | `rateCents` is the price of that day as a booking made now would pay it
calendar-booked-last-day | getBoatCalendar | boundary | The last day of a longer booking is shown as free. | prose | Ranges of days include both ends.
calendar-booking-leak | getBoatCalendar | visibility | Customers get the ids of bookings of others. | prose | `bookingId` is given to staff and to the customer of the booking; for others it is null.
calendar-last-day-missing | getBoatCalendar | boundary | The entry for the last day is missing. | prose | One entry for each day from `from` to `to`, in order.
calendar-free-days | getBoatCalendar | computed | freeDays also counts maintenance days. | prose | Number of the days that are `free`
window-by-customer | createMaintenanceWindow | authorization | Customers may block boats. | prose | Managers and dockhands. The boat cannot be booked on these days.
window-reason-short | createMaintenanceWindow | validation | Reasons of less than 3 characters are accepted. | schema | reason: { type: string, minLength: 3, maxLength: 200 }
window-end-before-start | createMaintenanceWindow | validation | An end before the start is accepted. | prose | An end before the start, or more than 180 days, gives 422.
window-181 | createMaintenanceWindow | boundary | 181 days are accepted. | prose | more than 180 days, gives 422
window-over-requested | createMaintenanceWindow | conflict | A window over a requested booking is accepted. | prose | A day that is covered by a blocking booking or by another window of the boat gives 409.
window-over-window | createMaintenanceWindow | conflict | A window over another window is accepted. | prose | or by another window of the boat gives 409
window-refused-but-stored | createMaintenanceWindow | atomicity | A window refused with 409 is stored nevertheless. | prose | A request that is refused changes nothing.
window-other-boats-too | createMaintenanceWindow | side effect | The other boats of the model are blocked too. | prose | The boat cannot be booked on these days.
window-delete-by-dockhand | deleteMaintenanceWindow | authorization | Dockhands may remove windows. | prose | Managers only. A window that has begun
window-delete-today | deleteMaintenanceWindow | boundary | A window that begins today can be removed. | prose | A window that has begun (its first day is today or earlier) cannot be removed (409).
window-delete-begun | deleteMaintenanceWindow | state rule | Windows that have begun can be removed. | prose | A window that has begun (its first day is today or earlier) cannot be removed (409).
window-delete-all | deleteMaintenanceWindow | deleted too much | All windows of the boat are removed. | prose | Remove a maintenance window
window-delete-nothing | deleteMaintenanceWindow | not stored | The answer is 204, but the window stays. | prose | Removed, the days are free again
berths-for-customer | listBerths | authorization | Customers may list berths. | prose | Managers and dockhands. Sorted by code.
berths-out-not-counted | listBerths | counter | Boats that are out do not count as occupying their place. | prose | A boat that is `out` keeps its place.
berths-free-false-all | listBerths | filter | free=false gives all berths. | prose | with `false` only full ones
berths-minlength-above | listBerths | boundary | Berths of exactly minLengthCm are left out. | prose | whose `maxLengthCm` is at least this
berths-sorted-by-id | listBerths | sort | Berths are sorted by id. | prose | Sorted by code.
berth-by-dockhand | createBerth | authorization | Dockhands may add berths. | prose | Managers only. The code must be new (409).
berth-code-lower | createBerth | validation | Codes with a small letter are accepted. | schema | code: { type: string, pattern: '^[A-Z]-[0-9]{2}$' }
berth-capacity-11 | createBerth | boundary | A capacity of 11 is accepted. | schema | capacity: { type: integer, minimum: 1, maximum: 10
berth-code-dup | createBerth | duplicate | A code that exists is accepted. | prose | The code must be new (409).
berth-status-200 | createBerth | wrong status | The answer is 200 instead of 201. | structure | '201': description: The berth was added
customers-leak | listCustomers | visibility | Customers get the list of all customers. | prose | Customers get a list with only themselves in it.
customers-total-leak | listCustomers | visibility | For customers totalItems counts all customers. | prose | `totalItems` counts all items that match the filters
customers-email-leak | listCustomers | visibility | Dockhands get email addresses in the list. | prose | Always given to managers and to the customer, never to dockhands.
customers-q-email-dockhand | listCustomers | search | For dockhands email addresses are searched too. | prose | For dockhands only names are searched.
customers-q-name-only | listCustomers | search | For managers q searches names only. | prose | Part of the name or of the email address, without regard to case.
customers-balance-false-all | listCustomers | filter | hasOpenBalance=false gives all customers. | prose | with `false` only the others
customers-sort-ignored | listCustomers | sort | The parameter sort is ignored. | prose | enum: [id, name, -name, -openBalanceCents]
customer-by-customer | createCustomer | authorization | Customers may register customers. | prose | Managers and dockhands. The email address is stored as it was sent
customer-not-by-dockhand | createCustomer | authorization | Dockhands get 403. | prose | Managers and dockhands. The email address is stored as it was sent
customer-name-1 | createCustomer | boundary | Names of one character are accepted. | schema | name: { type: string, minLength: 2, maxLength: 80 }
customer-phone-any | createCustomer | validation | The phone number is not checked. | schema | phone: { type: [string, 'null'], pattern: '^\+[0-9][0-9 ]{5,18}[0-9]$' }
customer-email-case | createCustomer | duplicate | An address that differs only in case is accepted. | prose | another customer with the same address, without regard to case, gives 409
customer-race | createCustomer | race | Two registrations of one address at once both succeed. | prose | another customer with the same address, without regard to case, gives 409
customer-email-lowered | createCustomer | not stored | The address is stored in lower case. | prose | The email address is stored as it was sent
customer-phone-lost | createCustomer | not stored | The phone number is not stored. | structure | phone: type: [string, 'null']
customer-location-wrong | createCustomer | header wrong | The Location header leads to another id. | prose | Path of the new object
customer-foreign-403 | getCustomer | wrong status | For other customers the answer is 403 instead of 404. | prose | those of others are answered like missing ones, with 404
customer-foreign-read | getCustomer | visibility | Customers can read the records of others. | prose | Customers only ever see their own customer record
customer-phone-leak | getCustomer | visibility | Dockhands get the phone number. | prose | Always given to managers and to the customer, never to dockhands.
customer-balance-no-returned | getCustomer | computed | openBalanceCents leaves out returned bookings. | prose | Sum of `balanceCents` of all bookings of the customer
customer-count-cancelled | getCustomer | counter | bookingCount counts cancelled bookings. | prose | Number of bookings that are not cancelled
customer-certificates-newest-first | getCustomer | sort | Certificates come newest first. | prose | Oldest upload first
certificate-by-dockhand | uploadCertificate | authorization | Dockhands may upload certificates. | prose | customers for themselves; dockhands get 403
certificate-foreign-upload | uploadCertificate | authorization | Customers may upload certificates for others. | prose | Managers for every customer, customers for themselves
certificate-any-image | uploadCertificate | validation | Any image type is accepted, e.g. GIF. | prose | a file of another media type than the three below (the `Content-Type` of the part counts), gives 415
certificate-limit-less | uploadCertificate | boundary | A file of exactly 262144 bytes is refused. | prose | A file of more than 262144 bytes gives 413.
certificate-limit-missing | uploadCertificate | validation | Files of up to 512 KiB are accepted. | prose | A file of more than 262144 bytes gives 413.
certificate-empty | uploadCertificate | validation | An empty file is accepted. | prose | A missing field, an empty file or a bad value gives 400
certificate-expired | uploadCertificate | validation | An expired certificate is accepted. | prose | a `validUntil` before today gives 422
certificate-today | uploadCertificate | boundary | A certificate that is valid until today is refused. | prose | a `validUntil` before today gives 422
certificate-name-lost | uploadCertificate | not stored | The file name is not stored. | prose | The file name as it was sent
certificate-replaces | uploadCertificate | lost data | An upload replaces the earlier certificates of the kind. | prose | appears in `certificates` of the customer
certificate-size-kb | uploadCertificate | computed | The answer gives the size in KiB. | prose | Size of the file in bytes
certificate-location | uploadCertificate | header wrong | The Location header lacks /file. | prose | Path of the file of the certificate
file-foreign-read | downloadCertificate | visibility | Customers can download files of others. | prose | customers their own (404 for others)
file-name-missing | downloadCertificate | header wrong | Content-Disposition always says file. | prose | `attachment` with the file name
file-bytes-changed | downloadCertificate | content | CRLF in the file becomes LF. | prose | The bytes as they were uploaded
file-media-type | downloadCertificate | media type | The media type is application/octet-stream. | prose | with the media type of the upload
file-inline | downloadCertificate | header wrong | Content-Disposition says inline. | structure | pattern: '^attachment; filename="[A-Za-z0-9._-]+"$'
seasons-need-key | listSeasons | authorization | A key is needed. | prose | Public, a key is not looked at.
seasons-day-end | listSeasons | boundary | The last day of a season is not found. | prose | Only the season that covers this day.
seasons-model-ignored | listSeasons | filter | The filter modelId is ignored. | prose | Only seasons with a rate for this model.
seasons-unsorted | listSeasons | sort | Seasons are sorted by id. | prose | Sorted by `startDay`.
season-by-dockhand | createSeason | authorization | Dockhands may add seasons. | prose | Managers only. On the days of a season
season-rate-min | createSeason | validation | Rates below 100 cents are accepted. | schema | dayRateCents: { type: integer, minimum: 100, maximum: 1000000 }
season-no-rates | createSeason | validation | A season without rates is accepted. | schema | minItems: 1
season-backwards | createSeason | validation | An end before the start is accepted. | prose | An end before the start, more than 366 days, an unknown model, or two rates for one model give 422.
season-400 | createSeason | boundary | Seasons of up to 400 days are accepted. | prose | more than 366 days
season-model-unchecked | createSeason | reference | An unknown model is accepted. | prose | an unknown model, or two rates for one model give 422
season-two-rates | createSeason | duplicate | Two rates for one model are accepted. | prose | two rates for one model give 422
season-overlap-edge | createSeason | boundary | Seasons that share their first and last day are accepted. | prose | Seasons must not have a day in common (409).
season-reprices | createSeason | side effect | Requested bookings without payments get the new price. | prose | Bookings that exist keep their price.
bookings-leak-by-filter | listBookings | visibility | With a filter for boat or customer, customers see the bookings of others. | prose | Customers get only their own bookings, whatever the filters say.
bookings-customer-ignored | listBookings | filter | The filter customerId is ignored. | structure | - name: customerId in: query
bookings-backwards | listBookings | validation | A to before from is accepted. | prose | A `to` before `from` gives 400.
bookings-last-state | listBookings | filter | Of several states only the last one counts. | prose | Give the parameter several times for several states.
bookings-from-start | listBookings | filter | from leaves out bookings that began before. | prose | Only bookings with at least one day on or after this day.
bookings-to-exclusive | listBookings | boundary | Bookings that begin on the day to are left out. | prose | Only bookings with at least one day on or before this day.
bookings-sort-rental | listBookings | sort | totalCents sorts by rentalCents. | prose | enum: [id, -id, startDay, -startDay, totalCents, -totalCents]
bookings-ties-descending | listBookings | sort | With sort=startDay equal values come with descending id. | prose | Every sort order falls back on ascending `id` for equal values.
bookings-last-page-400 | listBookings | paging | A page after the last one gives 400. | prose | A page after the last one is empty, not an error.
booking-by-dockhand | createBooking | authorization | Dockhands may book. | prose | Dockhands get 403.
booking-foreign | createBooking | authorization | Customers may book for other customers. | prose | another customer there gives 403
booking-foreign-ignored | createBooking | wrong status | Another customerId of a customer is silently replaced. | prose | another customer there gives 403
booking-customer-missing-400 | createBooking | wrong status | A manager without customerId gets 400. | prose | must name it in `customerId` (422 if it is missing)
booking-passengers-0 | createBooking | boundary | 0 passengers are accepted. | schema | passengers: { type: integer, minimum: 1, maximum: 20 }
booking-customer-unchecked | createBooking | reference | An unknown customer is accepted. | prose | the boat or the customer does not exist
booking-past | createBooking | validation | A startDay in the past is accepted. | prose | `startDay` is before today or more than 730 days after it
booking-not-today | createBooking | boundary | A booking that begins today is refused. | prose | `startDay` is before today or more than 730 days after it
booking-731 | createBooking | boundary | 731 days ahead are accepted. | prose | more than 730 days after it
booking-29 | createBooking | boundary | 29 days are accepted. | prose | the booking has more than 28 days
booking-one-passenger-more | createBooking | boundary | One passenger more than seats is accepted. | prose | there are more passengers than the model has seats
booking-licence-unchecked | createBooking | validation | Licences are not checked. | prose | the model needs a licence and the customer has no certificate for it
booking-coastal-with-inland | createBooking | validation | An inland certificate is good for coastal boats. | prose | but not the other way round
booking-coastal-not-for-inland | createBooking | validation | A coastal certificate is not good for inland boats. | prose | A `coastal` certificate is good for `inland` too
booking-licence-first-day | createBooking | boundary | The certificate must only be valid on the first day. | prose | that is valid on all days
booking-outofservice | createBooking | state rule | Boats out of service can be booked. | prose | 409 is the answer if the boat is `outOfService`
booking-overlap-edge | createBooking | boundary | A booking may begin on the last day of another. | prose | if one of the days is covered by a blocking booking
booking-overlap-around | createBooking | conflict | A booking around a shorter one is accepted. | prose | if one of the days is covered by a blocking booking
booking-over-requested | createBooking | state rule | Requested bookings do not block. | prose | Bookings in the states `requested`, `confirmed` and `handedOver` are *blocking*
booking-maintenance | createBooking | conflict | Boats can be booked during maintenance. | prose | a maintenance window of the boat
booking-race | createBooking | race | Two bookings of the same day at once both succeed. | prose | Of two requests for the same day that come at once, one gets 409.
booking-remark-lost | createBooking | not stored | The remark is not stored. | structure | remark: { type: [string, 'null'] }
booking-starts-confirmed | createBooking | state rule | A new booking is confirmed. | prose | A new booking is `requested`
booking-location-missing | createBooking | header missing | The answer has no Location header. | structure | Location: { $ref: '#/components/headers/Location' }
booking-discount-8 | createBooking | computed | The discount begins with 8 days. | prose | From 7 days on there is a discount of 10 %
booking-rental-rounded-up | createBooking | computed | The discounted price is rounded up. | prose | the result is rounded down
booking-season-last-day | createBooking | computed | The last day of a season costs the normal rate. | prose | Sum of the rates of all days (that of the season if it has one for the model
booking-deposit-floor | createBooking | computed | The deposit is rounded down. | prose | 30 % of `rentalCents`, rounded up
booking-days-exclusive | getBooking | computed | days does not count the last day. | prose | Number of days, first and last included
booking-payments-newest-first | getBooking | sort | Payments come newest first. | prose | payments: type: array description: Oldest first
booking-foreign-read | getBooking | visibility | Customers can read bookings of others. | prose | Customers only ever see their own customer record, certificates and bookings
cancel-by-dockhand | cancelBooking | authorization | Dockhands may cancel. | prose | customers for their own bookings; dockhands get 403. There is no body.
cancel-foreign | cancelBooking | authorization | Customers can cancel bookings of others. | prose | Managers, and customers for their own bookings
cancel-handed-over | cancelBooking | state rule | A handed over booking can be cancelled. | prose | Only `requested` and `confirmed` bookings can be cancelled (409).
cancel-returned | cancelBooking | state rule | A returned booking can be cancelled. | prose | Only `requested` and `confirmed` bookings can be cancelled (409).
cancel-twice | cancelBooking | state rule | A cancelled booking can be cancelled again. | prose | Only `requested` and `confirmed` bookings can be cancelled (409).
cancel-only-requested | cancelBooking | state rule | A confirmed booking cannot be cancelled. | prose | Only `requested` and `confirmed` bookings can be cancelled (409).
cancel-refund-15 | cancelBooking | boundary | At exactly 14 days only half is refunded. | prose | if `startDay` is at least 14 days after today
cancel-refund-always-full | cancelBooking | computed | The refund is always the whole amount. | prose | and else half of it, rounded down
cancel-refund-rounded-up | cancelBooking | computed | Half of the amount is rounded up. | prose | half of it, rounded down
cancel-no-time | cancelBooking | side effect | cancelledAt is not set. | prose | `cancelledAt` is set
cancel-keeps-days | cancelBooking | side effect | The days of a cancelled booking stay blocked. | prose | The days become free again
cancel-paid-zeroed | cancelBooking | computed | paidCents becomes 0. | prose | `paidCents` itself stays.
cancel-balance-kept | cancelBooking | computed | balanceCents is not 0 after the cancellation. | prose | 0 if the booking is cancelled
handover-by-customer | handOverBooking | authorization | Customers may hand over their own bookings. | prose | Managers and dockhands, on any day.
handover-not-by-dockhand | handOverBooking | authorization | Dockhands get 403. | prose | Managers and dockhands, on any day.
handover-requested | handOverBooking | state rule | Requested bookings can be handed over. | prose | The booking must be `confirmed` (409)
handover-boat-unavailable | handOverBooking | state rule | A boat that is not available can be handed over. | prose | and its boat `available` (409)
handover-hours-below | handOverBooking | validation | A reading below that of the boat is accepted. | prose | must not be below that of the boat (422)
handover-hours-equal | handOverBooking | boundary | A reading equal to that of the boat is refused. | prose | must not be below that of the boat (422)
handover-hours-lost | handOverBooking | not stored | engineHoursOut is the old reading of the boat. | prose | keeps the reading as `engineHoursOut`
handover-boat-stays | handOverBooking | side effect | The boat stays available. | prose | the boat becomes `out`
handover-boat-hours | handOverBooking | side effect | The boat does not take over the reading. | prose | takes over the reading, and its `version` goes up by one
handover-no-version | handOverBooking | counter | The version of the boat stays. | prose | takes over the reading, and its `version` goes up by one
return-by-customer | returnBooking | authorization | Customers may take back their own bookings. | prose | Managers and dockhands. The booking must be `handedOver` (409).
return-11-damages | returnBooking | boundary | 11 damages are accepted. | schema | maxItems: 10
return-confirmed | returnBooking | state rule | A booking that was not handed over can be returned. | prose | The booking must be `handedOver` (409).
return-twice | returnBooking | state rule | A returned booking can be returned again. | prose | The booking must be `handedOver` (409).
return-hours-below | returnBooking | validation | A reading below that of the handover is accepted. | prose | `engineHours` must not be below `engineHoursOut` (422).
return-one-damage-cost | returnBooking | computed | Only the first damage is charged. | prose | plus the costs of all damages
return-no-engine-cost | returnBooking | computed | Engine hours are not charged. | prose | the used engine hours times `engineHourCents` of the model
return-not-closed | returnBooking | state rule | A booking without balance does not become closed. | prose | or at once `closed` if nothing is left to pay
return-damages-lost | returnBooking | side effect | The damages are not stored. | prose | The damages appear in `listDamages`.
return-major-available | returnBooking | side effect | The boat becomes available in spite of a major damage. | prose | or `outOfService` if one of the damages is `major`
return-major-first-only | returnBooking | side effect | Only the first damage decides about outOfService. | prose | or `outOfService` if one of the damages is `major`
return-minor-out | returnBooking | side effect | Any damage puts the boat out of service. | prose | it becomes `available` again, or `outOfService` if one of the damages is `major`
return-boat-hours | returnBooking | side effect | The boat does not take over the reading. | prose | The boat takes over the reading
return-no-version | returnBooking | counter | The version of the boat stays. | prose | its `version` goes up by one, and it becomes `available` again
payment-by-dockhand | createPayment | authorization | Dockhands may take payments. | prose | customers for their own bookings; dockhands get 403. Nothing can be paid
payment-foreign | createPayment | authorization | Customers can pay for bookings of others. | prose | Managers, and customers for their own bookings; dockhands get 403. Nothing can be paid
payment-zero | createPayment | boundary | An amount of 0 is accepted. | schema | amountCents: { type: integer, minimum: 1, maximum: 100000000 }
payment-key-unchecked | createPayment | validation | The form of Idempotency-Key is not checked. | schema | pattern: '^[A-Za-z0-9_-]{8,64}$'
payment-key-any-booking | createPayment | idempotency | A key that was used for one booking is taken as a repetition for another. | prose | the same key with the same body, for the same booking and from the same API key
payment-key-any-caller | createPayment | idempotency | A key that was used by another API key is taken as a repetition. | prose | for the same booking and from the same API key
payment-replay-pays | createPayment | idempotency | A repetition pays again. | prose | pays nothing but answers 201 with the first payment again
payment-key-other-body | createPayment | idempotency | The same key with another body gives the first payment. | prose | The same key with another body gives 422.
payment-replay-after-close | createPayment | idempotency | A repetition after the booking was closed gives 409. | prose | (also when the booking was closed in the meantime)
payment-replay-header | createPayment | header missing | A repetition has no header Idempotency-Replayed. | prose | and the header `Idempotency-Replayed`
payment-replay-200 | createPayment | wrong status | A repetition is answered with 200. | prose | pays nothing but answers 201 with the first payment again
payment-refused-uses-key | createPayment | idempotency | A refused payment uses up the key. | prose | Refused requests do not use up the key.
payment-cancelled | createPayment | state rule | Cancelled bookings can be paid. | prose | Nothing can be paid for `cancelled` and `closed` bookings (409).
payment-too-much | createPayment | validation | An amount above the balance is accepted and cut to it. | prose | An amount above `balanceCents` gives 422
payment-customer-cash | createPayment | validation | Customers may pay in cash or by transfer. | prose | any other method than `card` in the hands of a customer
payment-race | createPayment | race | Two payments of the whole balance at once both succeed. | prose | An amount above `balanceCents` gives 422
payment-note-lost | createPayment | not stored | The note is not stored. | structure | note: { type: [string, 'null'] }
payment-never-confirms | createPayment | side effect | The booking stays requested. | prose | a `requested` booking becomes `confirmed`
payment-confirm-above | createPayment | boundary | The booking is confirmed only above the deposit. | prose | As soon as `paidCents` has reached `depositCents`
payment-confirms-early | createPayment | state rule | Any payment confirms the booking. | prose | As soon as `paidCents` has reached `depositCents`
payment-confirm-single | createPayment | computed | Only one payment of the whole deposit confirms the booking. | prose | As soon as `paidCents` has reached `depositCents`
payment-never-closes | createPayment | side effect | A paid returned booking stays returned. | prose | A `returned` booking becomes `closed` when its balance is 0.
payment-closes-confirmed | createPayment | state rule | A confirmed booking becomes closed when it is paid. | prose | A `returned` booking becomes `closed` when its balance is 0.
export-by-customer | exportBookings | authorization | Customers may export bookings. | prose | Managers only. All bookings that match the filters
export-no-cancelled | exportBookings | missing data | Cancelled bookings are left out without a filter. | prose | All bookings that match the filters, without pages
export-by-id | exportBookings | sort | The lines are sorted by id. | prose | sorted by `startDay` and then by `id`
export-one-page | exportBookings | missing data | Only the first 10 bookings are exported. | prose | All bookings that match the filters, without pages
export-lf | exportBookings | format | Lines end with LF. | prose | Lines end with CRLF
export-no-header | exportBookings | format | The line with the names of the columns is missing. | prose | The first line holds the names of the columns
export-total-no-extra | exportBookings | computed | The column totalCents leaves out extraCents. | prose | `rentalCents` plus `extraCents`
export-null-text | exportBookings | format | A missing remark is written as null. | prose | a missing remark is an empty field
export-unquoted | exportBookings | format | Fields are never quoted. | prose | quoted as in RFC 4180 where needed
export-disposition | exportBookings | header missing | The answer has no Content-Disposition. | structure | Content-Disposition: required: true schema: { type: string, const: attachment; filename="bookings.csv" }
damages-for-customer | listDamages | authorization | Customers may list damages. | prose | Managers and dockhands. `sumCostCents` is the sum
damages-totalpages-one | listDamages | paging | totalPages is 1 if there is nothing. | prose | (0 if there are none)
damages-severity-ignored | listDamages | filter | The filter severity is ignored. | structure | - name: severity in: query
damages-min-above | listDamages | boundary | Damages of exactly minCostCents are left out. | prose | Only damages that cost this much or more.
damages-sort-reversed | listDamages | sort | Sorting by costCents is the wrong way round. | prose | A leading minus means descending.
damages-sum-page | listDamages | computed | sumCostCents is the sum of the page. | prose | not only of those on the page
damages-sum-unfiltered | listDamages | computed | sumCostCents is the sum of all damages. | prose | the sum of the costs of all damages that match the filters
'''


def read_catalog():
    out = []
    for line in CATALOG.strip().splitlines():
        if line.strip():
            parts = [p.strip() for p in line.split(' | ')]
            assert len(parts) == 6, line
            out.append(dict(zip(('id', 'operation', 'kind', 'what', 'source', 'where'), parts)))
    return out


FAULTS = read_catalog()
FAULT_IDS = {f['id'] for f in FAULTS}


def main():
    global FAULT
    p = argparse.ArgumentParser()
    p.add_argument('--port', type=int, default=8080)
    p.add_argument('--fault', choices=sorted(FAULT_IDS), metavar='ID')
    p.add_argument('--list-faults', action='store_true')
    args = p.parse_args()
    if args.list_faults:
        print(json.dumps(FAULTS, indent=1, ensure_ascii=False))
        return
    seed()
    FAULT = args.fault
    server = Server(('127.0.0.1', args.port), Handler)
    print('listening on http://127.0.0.1:%d' % server.server_address[1], flush=True)

    def watch():
        try:
            while sys.stdin.buffer.read(4096):
                pass
        except Exception:
            pass
        os._exit(0)
    threading.Thread(target=watch, daemon=True).start()
    server.serve_forever()


if __name__ == '__main__':
    main()
