"""Reference service for contract.yaml: travel expenses, all in memory, standard library only."""
import argparse
import datetime as dt
import hashlib
import json
import os
import re
import sys
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlencode
FAULT = None
LOCK = threading.RLock()


def f(name):
    return FAULT == name


CODES = {400: 'invalid_request', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 405: 'method_not_allowed', 406: 'not_acceptable', 409: 'conflict', 412: 'precondition_failed', 413: 'too_large', 415: 'unsupported_media_type', 422: 'unprocessable', 428: 'precondition_required'}


class Fail(Exception):

    def __init__(self, status, message, details=(), headers=()):
        super().__init__(message)
        self.status, self.message, self.details, self.headers = (status, message, list(details), dict(headers))

    def body(self):
        return {'code': CODES[self.status], 'message': self.message, 'details': [{'field': a, 'issue': b} for a, b in self.details]}


def bad(field, issue):
    return Fail(400, 'The request is not valid.', [(field, issue)])


def conflict(message):
    return Fail(409, message)


UUID = re.compile('[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}')
DATE = re.compile('[0-9]{4}-[0-9]{2}-[0-9]{2}')


def parse_date(text):
    if not isinstance(text, str) or not DATE.fullmatch(text):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def today():
    return dt.datetime.now(dt.timezone.utc).date()


_last = dt.datetime(2000, 1, 1, tzinfo=dt.timezone.utc)


def now():
    global _last
    t = dt.datetime.now(dt.timezone.utc)
    if t <= _last:
        t = _last + dt.timedelta(microseconds=1)
    _last = t
    return stamp(t)


def stamp(t):
    return t.strftime('%Y-%m-%dT%H:%M:%S.%f') + 'Z'


def new_id():
    return str(uuid.uuid4())


class Bad(Exception):
    pass


def S(lo=0, hi=None, pattern=None, enum=None, null=False):
    rx = re.compile(pattern) if pattern else None

    def check(v):
        if v is None and null:
            return v
        if not isinstance(v, str):
            raise Bad('must be a string')
        if enum is not None and v not in enum:
            raise Bad('must be one of ' + ', '.join(enum))
        if len(v) < lo:
            raise Bad('is too short')
        if hi is not None and len(v) > hi:
            raise Bad('is too long')
        if rx and (not rx.fullmatch(v)):
            raise Bad('has the wrong form')
        return v
    return check


def I(lo, hi, null=False):

    def check(v):
        if v is None and null:
            return v
        if isinstance(v, float) and v == v and (abs(v) < 1e+18) and v.is_integer():
            v = int(v)
        if isinstance(v, bool) or not isinstance(v, int):
            raise Bad('must be an integer')
        if v < lo:
            raise Bad('is too small')
        if v > hi:
            raise Bad('is too large')
        return v
    return check


def B(v):
    if not isinstance(v, bool):
        raise Bad('must be true or false')
    return v


def D(v):
    if parse_date(v) is None:
        raise Bad('must be a date')
    return v


def U(v):
    if not isinstance(v, str) or not UUID.fullmatch(v):
        raise Bad('must be a UUID')
    return v.lower()


def ANY(v):
    return v


def validate(body, spec, required=(), ignore=(), extra=False, prefix=''):
    """The members of `body` that `spec` knows, checked; raises Fail(400) naming all problems."""
    if not isinstance(body, dict):
        raise bad(prefix.rstrip('.') or 'body', 'must be an object')
    problems, out = ([], {})
    for name in required:
        if name not in body:
            problems.append((prefix + name, 'is required'))
    for name, value in body.items():
        if name in spec:
            try:
                out[name] = spec[name](value)
            except Bad as e:
                problems.append((prefix + name, str(e)))
        elif name not in ignore and (not extra):
            problems.append((prefix + name if name else 'body', 'is not known'))
    if problems:
        raise Fail(400, 'The request is not valid.', problems)
    return out


DEPT = '[A-Z]{3}'
CAT = '[a-z][a-z0-9-]{1,29}'
CUR = '[A-Z]{3}'
IBAN = '[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}'
STATUSES = ['draft', 'submitted', 'approved', 'rejected', 'paid']
ROLES = ['employee', 'manager', 'accountant']


def eid(n):
    return '5b0a7a52-6d8e-4c43-9c0b-3d1f%08d' % n
EMPLOYEES, TOKENS, DEPARTMENTS, CATEGORIES, POLICIES, RATES = ({}, {}, {}, {}, {}, {})
DELEGATIONS, TRIPS, ITEMS, COMMENTS, KEYS, RECEIPTS = ({}, {}, {}, {}, {}, {})
COUNTERS = {'trip': 0, 'etag': 0, 'seq': 0}


def count(name):
    COUNTERS[name] += 1
    return COUNTERS[name]


def seed():
    people = [(1, 'Ada Lindqvist', 'ada', 'accountant', 'FIN', True), (2, 'Max Brandt', 'max', 'manager', 'ENG', True), (3, 'Emil Kowalski', 'emil', 'employee', 'ENG', True), (4, 'Sofia Rossi', 'sofia', 'employee', 'SAL', True), (5, 'Mona Fischer', 'mona', 'manager', 'SAL', True), (6, 'Ewa Nowak', 'ewa', 'employee', 'ENG', True), (7, 'Frida Berg', 'frida', 'manager', 'FIN', True), (8, 'Otto Weiss', 'otto', 'employee', 'ENG', False)]
    for n, name, mail, role, dept, active in people:
        EMPLOYEES[eid(n)] = {'id': eid(n), 'name': name, 'email': mail + '@example.com', 'role': role, 'departmentCode': dept, 'active': active}
    for n, who in ((1, 'accountant'), (2, 'manager'), (3, 'employee'), (4, 'outsider')):
        TOKENS['tok-%s-7f3a91' % who] = eid(n)
    for code, name, boss in (('ENG', 'Engineering', 2), ('FIN', 'Finance', 7), ('SAL', 'Sales', 5)):
        DEPARTMENTS[code] = {'code': code, 'name': name, 'managerId': eid(boss), 'budget': 1000000000, 'spent': 0}
    for code, name in (('meals', 'Meals and drinks'), ('lodging', 'Hotels and lodging'), ('transport', 'Trains, planes and taxis'), ('visa', 'Visa fees')):
        CATEGORIES[code] = {'code': code, 'name': name}
    store_policy('meals', {'itemLimitMinor': 6000, 'dayLimitMinor': 9000, 'receiptAboveMinor': 2500})
    store_policy('lodging', {'itemLimitMinor': 20000, 'dayLimitMinor': None, 'receiptAboveMinor': 0})
    for cur, day, micros in (('USD', '2024-01-02', 912345), ('USD', '2024-06-03', 921501), ('GBP', '2024-01-02', 1153405), ('CHF', '2024-01-02', 1074500), ('JPY', '2024-02-01', 6250)):
        RATES[cur, day] = {'currency': cur, 'date': day, 'rateMicros': micros, 'version': 1, 'enteredBy': eid(1)}
    store_delegation(eid(6), eid(3), '2024-01-01', '2099-12-31')
    store_delegation(eid(3), eid(5), '2024-01-01', '2024-01-31')
    trip = [('Berlin user conference', 'Talk about the new engine', 'DE', '2024-02-05', '2024-02-08', 3, 'paid'), ('Paris kick-off', None, 'FR', '2024-03-11', '2024-03-11', 6, 'draft'), ('Zurich customer visit', 'Workshop with a customer', 'CH', '2024-04-02', '2024-04-05', 4, 'submitted'), ('London team days', 'Planning', 'GB', '2024-05-13', '2024-05-16', 2, 'submitted'), ('Boston training', 'Course on safety', 'US', '2024-06-10', '2024-06-14', 3, 'draft'), ('Hamburg audit', 'Yearly audit', 'DE', '2024-02-26', '2024-02-29', 1, 'draft'), ('Lyon trade fair', 'Stand at the fair', 'FR', '2024-01-30', '2024-02-01', 4, 'paid')]
    for i, (title, purpose, country, start, end, who, status) in enumerate(trip):
        t = make_trip(EMPLOYEES[eid(who)], EMPLOYEES[eid(who)], {'title': title, 'purpose': purpose, 'destinationCountry': country, 'startDate': start, 'endDate': end}, eid(1001 + i))
        if title != 'Paris kick-off':
            make_item(t, EMPLOYEES[eid(who)], {'categoryCode': 'transport', 'description': 'Ticket', 'amountMinor': 18900 + i, 'currency': 'EUR', 'spentOn': start})
        if i in (0, 4):
            make_item(t, EMPLOYEES[eid(who)], {'categoryCode': 'meals', 'description': 'Dinner', 'amountMinor': 2400, 'currency': 'USD' if i else 'EUR', 'spentOn': end})
        if status != 'draft':
            do_submit(t, EMPLOYEES[eid(who)])
        if status == 'paid':
            do_decide(t, EMPLOYEES[DEPARTMENTS[t['departmentCode']]['managerId']], 'approve', None)
            t['status'], t['paidAt'] = ('paid', now())
            log(t, EMPLOYEES[eid(1)], 'paid')


def store_policy(code, values):
    POLICIES[code] = {'categoryCode': code, 'itemLimitMinor': values['itemLimitMinor'], 'dayLimitMinor': values.get('dayLimitMinor'), 'receiptAboveMinor': values.get('receiptAboveMinor'), 'updatedAt': now(), 'etag': '"%s-%d"' % (code, count('etag'))}


def store_delegation(principal, delegate, first, last):
    d = {'id': new_id(), 'principalId': principal, 'delegateId': delegate, 'validFrom': first, 'validUntil': last, 'seq': count('seq')}
    DELEGATIONS[d['id']] = d
    return d


def make_trip(caller, traveller, v, trip_id=None):
    t = {'id': trip_id or new_id(), 'reference': 'T-%06d' % count('trip'), 'title': v['title'], 'purpose': v.get('purpose'), 'destinationCountry': v['destinationCountry'], 'startDate': v['startDate'], 'endDate': v['endDate'], 'iban': v.get('payoutIban'), 'travellerId': traveller['id'], 'createdBy': caller['id'], 'departmentCode': traveller['departmentCode'], 'status': 'draft', 'createdAt': now(), 'submittedAt': None, 'submittedBy': None, 'decidedAt': None, 'decidedBy': None, 'decisionNote': None, 'paidAt': None, 'items': [], 'comments': [], 'audit': []}
    t['updatedAt'] = t['createdAt']
    if f('trip-createdby-traveller'):
        t['createdBy'] = traveller['id']
    if f('trip-purpose-not-stored') and trip_id is None:
        t['purpose'] = None
    TRIPS[t['id']] = t
    log(t, caller, 'created')
    return t


def log(t, caller, action, item=None, note=None):
    if f('audit-no-item-removed') and action == 'item_removed':
        return
    delegate = caller['id'] != t['travellerId'] and action not in ('approved', 'rejected', 'paid')
    if f('audit-onbehalf-null'):
        delegate = False
    if f('audit-note-lost') and action in ('approved', 'rejected'):
        note = None
    actor = caller['id']
    at = now()
    t['audit'].append({'seq': len(t['audit']) + 1, 'at': at, 'actorId': actor, 'onBehalfOf': t['travellerId'] if delegate else None, 'action': action, 'itemId': item, 'note': note})
    t['updatedAt'] = at


def rate_on(currency, day):
    """The rate record in force, or None."""
    days = [d for c, d in RATES if c == currency and (d < day if f('rate-in-force-excludes-day') else d <= day)]
    if not days:
        return None
    return RATES[currency, max(days)]


def base_amount(amount, micros):
    if f('base-truncated'):
        return amount * micros // 1000000
    return (amount * micros + 500000) // 1000000


def make_item(t, caller, v):
    if v['currency'] == 'EUR':
        micros = 1000000
    else:
        day = v['spentOn']
        rate = rate_on(v['currency'], day)
        if rate is None:
            raise Fail(422, 'No exchange rate is in force for the currency on that day.', [('currency', 'has no rate')])
        micros = rate['rateMicros']
    it = {'id': new_id(), 'tripId': t['id'], 'categoryCode': v['categoryCode'], 'description': v['description'], 'amountMinor': v['amountMinor'], 'currency': v['currency'], 'spentOn': v['spentOn'], 'paidByCompany': v.get('paidByCompany', f('item-company-default-true')), 'rateMicros': micros, 'baseAmountMinor': base_amount(v['amountMinor'], micros), 'createdAt': now(), 'frozen': None}
    ITEMS[it['id']] = it
    t['items'].append(it['id'])
    log(t, caller, 'item_added', it['id'])
    return it


def live_reasons(t, it):
    p = POLICIES.get(it['categoryCode'])
    if not p:
        return []
    out = []
    base = it['baseAmountMinor']
    cost = base
    if cost > p['itemLimitMinor'] or (f('flag-at-item-limit') and cost == p['itemLimitMinor']):
        out.append('over_item_limit')
    same = [ITEMS[i] for i in t['items'] if ITEMS[i]['categoryCode'] == it['categoryCode'] and ITEMS[i]['spentOn'] == it['spentOn']]
    total = sum((x['baseAmountMinor'] for x in same))
    if p['dayLimitMinor'] is not None:
        if total > p['dayLimitMinor']:
            if not (f('flag-day-limit-last-only') and it['id'] != same[-1]['id']):
                out.append('over_day_limit')
    above = p['receiptAboveMinor']
    if above is not None and base > above:
        if it['id'] not in RECEIPTS or f('flag-receipt-still-missing'):
            out.append('receipt_missing')
    return out


def reasons(t, it):
    frozen = t['status'] not in ('draft', 'rejected') and (not f('flags-not-frozen'))
    if frozen:
        return list(it['frozen'] or [])
    return live_reasons(t, it)


def do_submit(t, caller):
    for i in t['items']:
        ITEMS[i]['frozen'] = live_reasons(t, ITEMS[i])
    t['status'], t['submittedAt'], t['submittedBy'] = ('submitted', now(), caller['id'])
    t['decidedAt'] = None
    t['decidedBy'] = None
    if not f('resubmit-keeps-note'):
        t['decisionNote'] = None
    log(t, caller, 'submitted')


def may_decide(t, caller):
    dept, traveller = (DEPARTMENTS[t['departmentCode']], EMPLOYEES[t['travellerId']])
    if caller['id'] == t['submittedBy'] and (not f('decide-own-submission')) and (caller['id'] != t['travellerId']):
        return False
    if caller['role'] == 'manager':
        if caller['id'] == t['travellerId']:
            return f('decide-own-trip')
        return dept['managerId'] == caller['id']
    if caller['role'] == 'accountant':
        if traveller['role'] == 'manager':
            return True
        return f('accountant-decides-all')
    if f('decide-delegate-of-manager'):
        return acts_for(caller, dept['managerId'])
    return False


def do_decide(t, caller, decision, note, batch=False):
    if t['status'] != 'submitted':
        again = False
        reopen = f('approve-rejected') and decision == 'approve' and (t['status'] == 'rejected')
        late = False
        early = False
        if not (again or reopen or late or early):
            raise conflict('The trip is not in status submitted.')
    dept = DEPARTMENTS[t['departmentCode']]
    v = trip_view(t)
    if decision == 'approve':
        if v['flaggedCount'] and note is None and (not f('approve-flagged-without-note')) and (not (batch and f('batch-ignores-flags'))):
            raise conflict('A trip with flagged items is approved only with a note.')
        left = dept['budget'] - dept['spent']
        if v['totalMinor'] > left and (not f('approve-over-budget')):
            raise conflict('The total is more than what remains of the budget.')
        charge = v['itemsTotalMinor'] if f('approve-charges-items-only') else v['totalMinor']
        if not f('approve-charges-nothing'):
            dept['spent'] += charge
    elif f('reject-charges-budget'):
        dept['spent'] += v['totalMinor']
    t['status'] = 'approved' if decision == 'approve' else 'rejected'
    t['decidedAt'], t['decidedBy'], t['decisionNote'] = (now(), caller['id'], note)
    if batch and f('batch-note-lost'):
        t['decisionNote'] = None
    log(t, caller, t['status'] if t['status'] != 'draft' else 'rejected', note=note)


DAILY = {'DE': 2800, 'FR': 5301, 'GB': 5200, 'US': 5900, 'CH': 6400}


def per_diem(t):
    days = (dt.date.fromisoformat(t['endDate']) - dt.date.fromisoformat(t['startDate'])).days + 1
    rate = DAILY.get(t['destinationCountry'], 4000)
    if f('perdiem-gb-rate') and t['destinationCountry'] == 'GB':
        rate = 5000
    half = 1 if days == 1 else 2
    if f('perdiem-one-day-full') and days == 1:
        half = 2
    full = max(days - 2, 0)
    amount = full * rate + half * (rate // 2)
    if f('perdiem-half-rounded-once'):
        amount = full * rate + half * rate // 2
    return {'dailyRateMinor': rate, 'fullDays': full, 'halfDays': half, 'amountMinor': amount}


def trip_view(t):
    items = [ITEMS[i] for i in t['items']]
    total = sum((x['baseAmountMinor'] for x in items))
    pd = per_diem(t)
    company = sum((x['baseAmountMinor'] for x in items if x['paidByCompany']))
    out = {k: t[k] for k in ('id', 'reference', 'title', 'purpose', 'destinationCountry', 'startDate', 'endDate', 'travellerId', 'createdBy', 'departmentCode', 'status', 'createdAt', 'updatedAt', 'submittedAt', 'submittedBy', 'decidedAt', 'decidedBy', 'decisionNote', 'paidAt')}
    out['payoutIbanEnding'] = t['iban'][-4:] if t['iban'] else None
    if f('iban-shown') and t['iban']:
        out['payoutIban'] = t['iban']
    out['perDiem'] = pd
    out['itemCount'] = len(items)
    out['flaggedCount'] = sum((1 for x in items if reasons(t, x)))
    if f('flagged-count-reasons'):
        out['flaggedCount'] = sum((len(reasons(t, x)) for x in items))
    out['itemsTotalMinor'] = total
    out['totalMinor'] = total + pd['amountMinor']
    out['reimbursableMinor'] = total + pd['amountMinor'] - (0 if f('reimbursable-includes-company') else company)
    return out


def item_view(t, it):
    why = reasons(t, it)
    out = {k: it[k] for k in ('id', 'tripId', 'categoryCode', 'description', 'amountMinor', 'currency', 'spentOn', 'paidByCompany', 'rateMicros', 'baseAmountMinor', 'createdAt')}
    out.update(flagged=bool(why), flagReasons=why, hasReceipt=it['id'] in RECEIPTS)
    return out


def delegation_active(d):
    day = str(today())
    if f('delegation-excludes-last-day'):
        return d['validFrom'] <= day < d['validUntil']
    return d['validFrom'] <= day <= d['validUntil']


def delegation_view(d):
    out = {k: d[k] for k in ('id', 'principalId', 'delegateId', 'validFrom', 'validUntil')}
    out['active'] = True if f('delegation-active-always') else delegation_active(d)
    return out


def department_view(d, caller):
    out = {k: d[k] for k in ('code', 'name', 'managerId')}
    own = caller['role'] == 'manager' and d['managerId'] == caller['id']
    if f('budget-hidden-from-manager'):
        own = False
    if caller['role'] == 'accountant' or own or f('budget-shown-to-all'):
        out['budget'] = {'budgetMinor': d['budget'], 'spentMinor': d['spent'], 'remainingMinor': d['budget'] - d['spent']}
        if f('budget-remaining-not-reduced'):
            out['budget']['remainingMinor'] = d['budget']
    return out


def category_view(c):
    used = any((i['categoryCode'] == c['code'] for i in ITEMS.values()))
    return {'code': c['code'], 'name': c['name'], 'inUse': False if f('category-inuse-false') else used}


def policy_view(p):
    return {k: v for k, v in p.items() if k != 'etag'}


def comment_view(c):
    return {k: c[k] for k in ('id', 'tripId', 'authorId', 'text', 'createdAt', 'editedAt')}


def acts_for(caller, principal):
    for d in DELEGATIONS.values():
        if d['principalId'] == principal and d['delegateId'] == caller['id'] and (delegation_active(d) or f('delegation-expired-counts')):
            return True
    return False


def is_traveller(t, caller):
    return t['travellerId'] == caller['id'] or acts_for(caller, t['travellerId'])


def visible(t, caller):
    if is_traveller(t, caller):
        return True
    dept = DEPARTMENTS[t['departmentCode']]
    if caller['role'] == 'manager':
        if dept['managerId'] == caller['id']:
            return True
        return f('visible-to-all-managers')
    if caller['role'] == 'accountant':
        return t['status'] != 'draft' or f('accountant-sees-drafts')
    return False


def find_trip(caller, trip_id, hole=None):
    t = TRIPS.get(trip_id.lower())
    if t is None or not (visible(t, caller) or (hole and f(hole))):
        if t is not None and f('invisible-trip-403'):
            raise Fail(403, 'You may not see this trip.')
        raise Fail(404, 'There is no such trip.')
    return t


def find_item(t, item_id, hole=None):
    it = ITEMS.get(item_id.lower())
    if it is None or (it['tripId'] != t['id'] and (not (hole and f(hole)))):
        raise Fail(404, 'The trip has no such item.')
    return it


def need_traveller(t, caller, hole=None):
    if is_traveller(t, caller) or (hole and f(hole)):
        return
    raise Fail(403, 'Only the traveller or a delegate may do this.')


def need_accountant(caller, hole=None):
    if caller['role'] == 'accountant' or (hole and f(hole)):
        return
    raise Fail(403, 'Only accountants may do this.')


def need_open(t, hole=None):
    if t['status'] in ('draft', 'rejected') or (hole and f(hole)):
        return
    raise conflict('The trip is submitted, approved or paid.')


def bad_surrogates(v):
    if isinstance(v, str):
        return any(('\ud800' <= c <= '\udfff' for c in v))
    if isinstance(v, dict):
        return any((bad_surrogates(k) or bad_surrogates(x) for k, x in v.items()))
    if isinstance(v, list):
        return any((bad_surrogates(x) for x in v))
    return False


def no_constant(_):
    raise ValueError('not JSON')


def finite(text):
    v = float(text)
    if v in (float('inf'), float('-inf')):
        raise ValueError('number too large')
    return v


class Request:

    def __init__(self, method, path, query, headers, body, size):
        self.method, self.path, self.headers, self.body, self.size = (method, path, headers, body, size)
        self.raw_query = query
        self.pairs = parse_qsl(query, keep_blank_values=True)
        self.query = {}
        for k, v in self.pairs:
            self.query.setdefault(k, v)
        self.caller = None

    def media(self):
        return (self.headers.get('Content-Type') or '').split(';')[0].strip().lower()

    def json(self, media='application/json', loose=None):
        if self.media() != media and (not (loose and f(loose))):
            raise bad('Content-Type', 'must be ' + media)
        if self.size > 65536:
            raise bad('body', 'is too large')
        try:
            v = json.loads(self.body.decode('utf-8'), parse_constant=no_constant, parse_float=finite)
            if bad_surrogates(v):
                raise ValueError('unpaired surrogate')
        except (ValueError, RecursionError):
            raise bad('body', 'is not valid JSON') from None
        return v

    def page(self, loose=None):
        out = []
        top = 1000 if f('limit-max-not-checked') else 100
        for name, default, lo, hi in (('offset', 0, 0, 1000000), ('limit', 20, 1, top)):
            text = self.query.get(name)
            if text is None:
                out.append(default)
                continue
            if not re.fullmatch('-?[0-9]{1,12}', text) or not lo <= int(text) <= hi:
                raise bad(name, 'must be an integer from %d to %d' % (lo, hi))
            out.append(int(text))
        return out

    def param(self, name, check):
        if name not in self.query:
            return None
        try:
            return check(self.query[name])
        except Bad as e:
            raise bad(name, str(e)) from None


def paged(req, entries, view, offset, limit, loc):
    total = len(entries)
    part = entries[offset:offset + limit]
    if f('page-one-short-' + loc) and len(part) == limit and (limit > 1):
        part = part[:-1]
    others = [(k, v) for k, v in req.pairs if k not in ('offset', 'limit')]
    if f('link-drops-filters'):
        others = []
    links = []

    def link(off, rel):
        links.append('<%s?%s>; rel="%s"' % (req.path, urlencode(others + [('limit', limit), ('offset', off)]), rel))
    more = offset + limit < total
    if f('link-next-on-last-' + loc):
        more = offset + limit <= total
    if more:
        link(offset + limit, 'next')
    if offset > 0:
        link(offset - limit if f('link-prev-negative') else max(0, offset - limit), 'prev')
    headers = {'X-Total-Count': str(total)}
    if f('total-count-of-page-' + loc):
        headers['X-Total-Count'] = str(len(part))
    if links:
        headers['Link'] = ', '.join(links)
    return (200, [view(e) for e in part], headers)


ROUTES = []


def route(method, path):
    names = re.findall('{(\\w+)}', path)
    rx = re.compile(re.sub('{\\w+}', '([^/]+)', path))

    def register(fn):
        ROUTES.append((method, rx, names, fn))
        return fn
    return register


@route('GET', '/me')
def get_me(req):
    e = req.caller
    return (200, e, {})


@route('GET', '/employees')
def list_employees(req):
    q = req.param('q', S(1, 100))
    dept = req.param('departmentCode', S(pattern=DEPT))
    role = req.param('role', ANY if f('employees-role-not-checked') else S(enum=ROLES))
    offset, limit = req.page()
    out = []
    for e in EMPLOYEES.values():
        if q is not None:
            texts = [e['name']] if f('employees-q-name-only') else [e['name'], e['email']]
            if not any((q.lower() in text.lower() for text in texts)):
                continue
        if dept is not None and e['departmentCode'] != dept:
            continue
        if role is not None and e['role'] != role:
            continue
        if f('employees-hides-inactive') and (not e['active']):
            continue
        out.append(e)
    out.sort(key=lambda e: e['name'])
    return paged(req, out, lambda e: e, offset, limit, 'employees')


@route('GET', '/delegations')
def list_delegations(req):
    me = req.caller['id']
    out = [d for d in DELEGATIONS.values() if d['principalId'] == me or d['delegateId'] == me]
    if f('delegations-all'):
        out = list(DELEGATIONS.values())
    if f('delegations-expired-hidden'):
        out = [d for d in out if d['validUntil'] >= str(today())]
    out.sort(key=lambda d: (d['validFrom'], d['seq']), reverse=False)
    return (200, [delegation_view(d) for d in out], {})


@route('POST', '/delegations')
def create_delegation(req):
    v = validate(req.json(), {'delegateId': U, 'validFrom': D, 'validUntil': D}, ['delegateId', 'validFrom', 'validUntil'])
    if v['validUntil'] < v['validFrom'] and (not f('delegation-reversed-dates')):
        raise bad('validUntil', 'lies before validFrom')
    e = EMPLOYEES.get(v['delegateId'])
    if e is None and (not f('delegation-unknown-employee')):
        raise bad('delegateId', 'is not an employee')
    if e is not None and (not e['active']) and (not f('delegation-to-inactive')):
        raise bad('delegateId', 'has left the company')
    if v['delegateId'] == req.caller['id'] and (not f('delegation-to-self')):
        raise bad('delegateId', 'is the caller')
    for d in DELEGATIONS.values():
        if d['principalId'] == req.caller['id'] and d['delegateId'] == v['delegateId']:
            if f('delegation-overlap-accepted'):
                continue
            if v['validFrom'] <= d['validUntil'] and d['validFrom'] <= v['validUntil']:
                if f('delegation-overlap-one-day') and (v['validFrom'] == d['validUntil'] or d['validFrom'] == v['validUntil']):
                    continue
                raise conflict('The days overlap with another delegation.')
    d = store_delegation(req.caller['id'], v['delegateId'], v['validFrom'], v['validUntil'])
    if f('delegation-until-plus-one'):
        if v['validUntil'] < '9999-12-31':
            d['validUntil'] = str(dt.date.fromisoformat(v['validUntil']) + dt.timedelta(days=1))
    return (201, delegation_view(d), {})


@route('DELETE', '/delegations/{id}')
def delete_delegation(req, id):
    d = DELEGATIONS.get(id.lower())
    me = req.caller['id']
    mine = d and (d['principalId'] == me or (d['delegateId'] == me and (not f('delegation-delegate-cannot-end'))))
    if d and f('delegation-anyone-ends'):
        mine = True
    if not mine:
        raise Fail(404, 'There is no such delegation.')
    if not f('delegation-not-deleted'):
        del DELEGATIONS[d['id']]
    return (204, None, {})


@route('GET', '/departments')
def list_departments(req):
    out = sorted(DEPARTMENTS.values(), key=lambda d: d['code'], reverse=False)
    return (200, [department_view(d, req.caller) for d in out], {})


@route('PUT', '/departments/{code}/budget')
def set_budget(req, code):
    d = DEPARTMENTS.get(code)
    if d is None:
        raise Fail(404, 'No department has this code.')
    if f('budget-by-manager') and req.caller['role'] == 'manager' and (d['managerId'] == req.caller['id']):
        pass
    else:
        need_accountant(req.caller)
    v = validate(req.json(), {'budgetMinor': I(-10 ** 12 if f('budget-negative') else 0, 10 ** 12)}, ['budgetMinor'])
    if v['budgetMinor'] < d['spent'] and (not f('budget-below-spent')):
        raise conflict('The budget is smaller than what has been spent.')
    d['budget'] = v['budgetMinor']
    if f('budget-resets-spent'):
        d['spent'] = 0
    return (200, department_view(d, req.caller), {})


@route('GET', '/categories')
def list_categories(req):
    out = sorted(CATEGORIES.values(), key=lambda c: c['code'])
    return (200, [category_view(c) for c in out], {})


def fold(text):
    return re.sub('[A-Z]', lambda m: m.group().lower(), text)


@route('POST', '/categories')
def create_category(req):
    need_accountant(req.caller)
    v = validate(req.json(loose='category-media-type-not-checked'), {'code': S(2, 30) if f('category-code-pattern') else S(pattern=CAT), 'name': S(1, 61 if f('category-name-61') else 60)}, ['code', 'name'], ignore=['inUse'])
    if v['code'] in CATEGORIES and (not f('category-duplicate-code')):
        raise conflict('The code is taken.')
    for c in CATEGORIES.values():
        same = c['name'] == v['name'] if f('category-name-case') else fold(c['name']) == fold(v['name'])
        if same:
            raise conflict('The name is taken.')
    CATEGORIES[v['code']] = {'code': v['code'], 'name': v['name']}
    if f('category-starts-with-policy') and v['code'] not in POLICIES:
        store_policy(v['code'], {'itemLimitMinor': 10000})
    return (201, category_view(CATEGORIES[v['code']]), {})


@route('DELETE', '/categories/{code}')
def delete_category(req, code):
    if code not in CATEGORIES:
        raise Fail(404, 'No category has this code.')
    need_accountant(req.caller, 'category-deleted-by-anyone')
    users = [i for i in ITEMS.values() if i['categoryCode'] == code]
    if users and (not f('category-in-use-deleted')):
        raise conflict('The category is in use.')
    del CATEGORIES[code]
    if not f('category-policy-left'):
        POLICIES.pop(code, None)
    return (204, None, {})


def etags(text):
    return [x.strip() for x in re.findall('\\s*(\\*|(?:W/)?"[^"]*")\\s*(?:,|$)', text)]


@route('GET', '/policies/{code}')
def get_policy(req, code):
    p = POLICIES.get(code) if code in CATEGORIES or f('category-policy-left') else None
    if p is None:
        raise Fail(404, 'The category has no policy.')
    given = req.headers.get('If-None-Match')
    headers = {} if f('policy-etag-missing') else {'ETag': p['etag']}
    if given is not None and (not f('policy-never-304')):
        tags = [t[2:] if t.startswith('W/') else t for t in etags(given)]
        if p['etag'] in tags or '*' in tags:
            return (304, None, headers)
    return (200, policy_view(p), headers)


@route('PUT', '/policies/{code}')
def set_policy(req, code):
    if code not in CATEGORIES:
        raise Fail(404, 'There is no such category.')
    need_accountant(req.caller)
    spec = {'itemLimitMinor': I(1, 10 ** 8), 'dayLimitMinor': I(1, 10 ** 8, True), 'receiptAboveMinor': I(0, 10 ** 8, True)}
    if f('policy-null-refused'):
        spec['dayLimitMinor'] = I(1, 10 ** 8)
    v = validate(req.json(), spec, ['itemLimitMinor'])
    if v.get('dayLimitMinor') is not None and v['dayLimitMinor'] < v['itemLimitMinor'] and (not f('policy-day-below-item')):
        raise bad('dayLimitMinor', 'is lower than itemLimitMinor')
    old = POLICIES.get(code)
    given = req.headers.get('If-Match')
    if old is not None and given is None and (not f('policy-no-428')):
        raise Fail(428, 'If-Match is needed to replace a policy.')
    if given is not None:
        tags = etags(given)
        if old is None and (not f('policy-ifmatch-on-new')):
            raise Fail(412, 'There is no policy yet.')
        if old is not None and old['etag'] not in tags and ('*' not in tags) and (not f('policy-lost-update')):
            raise Fail(412, 'The policy has changed.')
    if f('policy-put-merges') and old is not None:
        v = dict({k: old[k] for k in ('dayLimitMinor', 'receiptAboveMinor')}, **v)
    store_policy(code, v)
    if f('policy-etag-unchanged') and old is not None:
        POLICIES[code]['etag'] = old['etag']
    return (200 if old is not None or f('policy-create-200') else 201, policy_view(POLICIES[code]), {'ETag': POLICIES[code]['etag']})


@route('GET', '/exchange-rates')
def list_rates(req):
    cur = req.param('currency', S(pattern=CUR))
    first = req.param('from', ANY if f('rates-from-not-checked') else D)
    last = req.param('to', D)
    offset, limit = req.page()
    out = []
    for r in RATES.values():
        if cur is not None and r['currency'] != cur and (not f('rates-currency-ignored')):
            continue
        if first is not None and r['date'] < first:
            continue
        if last is not None and r['date'] > last:
            continue
        out.append(r)
    out.sort(key=lambda r: r['currency'], reverse=False)
    out.sort(key=lambda r: r['date'], reverse=True)
    return paged(req, out, lambda r: r, offset, limit, 'rates')


@route('GET', '/exchange-rates/{currency}/{date}')
def get_rate(req, currency, date):
    r = None
    if parse_date(date) is not None and re.fullmatch(CUR, currency):
        r = RATES.get((currency, date)) if f('rate-exact-day-only') else rate_on(currency, date)
    if r is None:
        raise Fail(404, 'No rate is in force.')
    if f('rate-date-of-request'):
        r = dict(r, date=date)
    return (200, r, {})


@route('PUT', '/exchange-rates/{currency}/{date}')
def put_rate(req, currency, date):
    need_accountant(req.caller, 'rate-by-anyone')
    if not re.fullmatch(CUR, currency):
        raise bad('currency', 'has the wrong form')
    if currency == 'EUR' and (not f('rate-for-euro')):
        raise bad('currency', 'is the euro')
    day = parse_date(date)
    if day is None:
        raise bad('date', 'must be a date')
    if (day - today()).days > 1 and (not f('rate-in-future')):
        raise bad('date', 'is in the future')
    v = validate(req.json(), {'rateMicros': I(1, 10 ** 9)}, ['rateMicros'])
    old = RATES.get((currency, date))
    if old is None:
        RATES[currency, date] = {'currency': currency, 'date': date, 'rateMicros': v['rateMicros'], 'version': 1, 'enteredBy': req.caller['id']}
        headers = {} if f('rate-location-missing') else {'Location': '/exchange-rates/%s/%s' % (currency, date)}
        return (201, RATES[currency, date], headers)
    if v['rateMicros'] != old['rateMicros'] or f('rate-same-value-new-version'):
        new = dict(old, rateMicros=v['rateMicros'], version=old['version'] + 1, enteredBy=req.caller['id'])
        if f('rate-version-not-increased'):
            new['version'] = old['version']
        RATES[currency, date] = new
        if f('rate-correction-converts-items'):
            for i in ITEMS.values():
                if i['currency'] == currency and rate_on(currency, i['spentOn']) is new:
                    i['rateMicros'], i['baseAmountMinor'] = (new['rateMicros'], base_amount(i['amountMinor'], new['rateMicros']))
    return (200, RATES[currency, date], {})


SORTS = ['startDate', 'title', 'totalMinor', 'createdAt']


@route('GET', '/trips')
def list_trips(req):
    q = req.param('q', S(1, 100))

    def statuses(text):
        parts = text.split(',')
        if any((p not in STATUSES for p in parts)):
            if f('trips-status-not-checked'):
                return parts
            raise Bad('must be a list of statuses')
        return parts[:1] if f('trips-status-first-only') else parts

    def sorts(text):
        parts = text.split(',')
        if any(((p[1:] if p.startswith('-') else p) not in SORTS for p in parts)):
            raise Bad('must be a list of sort keys')
        if len(parts) > 3 and (not f('trips-sort-four-keys')):
            raise Bad('has too many keys')
        return parts
    status = req.param('status', statuses)
    dept = req.param('departmentCode', S(pattern=DEPT))
    traveller = req.param('travellerId', U)
    first, last = (req.param('startFrom', D), req.param('startTo', D))
    flagged = req.param('flagged', S(enum=['true', 'false']))
    order = req.param('sort', sorts) or (['createdAt'] if f('trips-default-oldest-first') else ['-createdAt'])
    offset, limit = req.page()
    out = []
    for t in TRIPS.values():
        if not visible(t, req.caller) and (not f('trips-list-shows-all')):
            continue
        if q is not None:
            texts = [t['title'].lower()] if f('trips-q-title-only') else [t['title'].lower(), (t['purpose'] or '').lower()]
            hits = [any((w in text for text in texts)) for w in q.lower().split(' ') if w]
            if not (any(hits) or not hits if f('trips-q-any-word') else all(hits)):
                continue
        if status is not None and t['status'] not in status:
            continue
        if dept is not None and t['departmentCode'] != dept:
            continue
        if traveller is not None and t['travellerId'] != traveller:
            continue
        if first is not None and t['startDate'] < first:
            continue
        if last is not None and t['startDate'] > last:
            continue
        v = trip_view(t)
        if flagged is not None and (v['flaggedCount'] > 0) != (flagged == 'true') and (not (f('trips-flagged-false-ignored') and flagged == 'false')):
            continue
        out.append(v)
    out.sort(key=lambda v: v['reference'], reverse=f('trips-tie-descending'))
    if f('trips-sort-first-key-only'):
        order = order[:1]
    for key in reversed(order):
        name = key.lstrip('-')
        out.sort(key=lambda v, n=name: v[n], reverse=key.startswith('-'))
    return paged(req, out, lambda v: v, offset, limit, 'trips')


def check_dates(first, last):
    days = (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days + 1
    return days


@route('POST', '/trips')
def create_trip(req):
    raw = req.json()
    spec = {'title': S(1, 121 if f('trip-title-121') else 120), 'purpose': S(0, 1000, null=True), 'destinationCountry': S(pattern='[A-Z]{2}'), 'startDate': D, 'endDate': D, 'payoutIban': S(null=True) if f('trip-iban-not-checked') else S(pattern=IBAN, null=True), 'travellerId': U}
    v = validate(raw, spec, ['title', 'startDate', 'endDate'] + ([] if f('trip-country-optional') else ['destinationCountry']), extra=f('trip-extra-accepted'))
    v.setdefault('destinationCountry', 'DE')
    key = req.headers.get('Idempotency-Key')
    if key is not None and (not re.fullmatch('[A-Za-z0-9_-]{8,64}', key)):
        raise bad('Idempotency-Key', 'has the wrong form')
    days = check_dates(v['startDate'], v['endDate'])
    if days < 1 and (not f('trip-ends-before-start')):
        raise bad('endDate', 'lies before startDate')
    if days > (91 if f('trip-91-days') else 90):
        raise bad('endDate', 'is more than 90 days later')
    traveller = req.caller
    if 'travellerId' in v:
        traveller = EMPLOYEES.get(v['travellerId'])
        if traveller is None:
            raise bad('travellerId', 'is not an employee')
        if not traveller['active']:
            if f('trip-inactive-traveller-403'):
                raise Fail(403, 'The traveller has left.')
            raise bad('travellerId', 'has left the company')
        if traveller is not req.caller and (not acts_for(req.caller, traveller['id'])):
            managed = f('trip-for-own-department') and req.caller['role'] == 'manager' and (traveller['departmentCode'] == req.caller['departmentCode'])
            if not f('trip-for-anybody') and (not managed):
                raise Fail(403, 'You hold no active delegation from the traveller.')
    slot = (None if f('key-shared-by-callers') else req.caller['id'], key)
    if key is not None and slot in KEYS and (not f('key-ignored')):
        old, answer = KEYS[slot]
        if f('key-other-body-replayed'):
            old = raw
        if json.dumps(old, sort_keys=True) != json.dumps(raw, sort_keys=True):
            raise conflict('The idempotency key was used with a different body.')
        return (201, answer, {'Location': '/trips/' + answer['id'], 'Idempotency-Replayed': 'false' if f('key-replayed-header-false') else 'true'})
    t = make_trip(req.caller, traveller, v)
    answer = trip_view(t)
    if key is not None:
        KEYS[slot] = (raw, answer)
    headers = {'Location': '/trips/' + t['id'], 'Idempotency-Replayed': 'false'}
    if f('trip-location-missing'):
        del headers['Location']
    return (201, answer, headers)


@route('GET', '/trips/{id}')
def get_trip(req, id):
    return (200, trip_view(find_trip(req.caller, id, 'trip-read-by-anyone')), {})


@route('PATCH', '/trips/{id}')
def update_trip(req, id):
    t = find_trip(req.caller, id)
    if f('trip-patch-delegate-refused') and req.caller['id'] != t['travellerId']:
        raise Fail(403, 'Only the traveller may do this.')
    need_traveller(t, req.caller, 'trip-patched-by-manager')
    spec = {'title': S(1, 120), 'purpose': S(0, 1000, null=True), 'destinationCountry': S(pattern='[A-Z]{2}'), 'startDate': D, 'endDate': D, 'payoutIban': S(pattern=IBAN, null=True)}
    raw = req.json('application/merge-patch+json')
    v = validate(raw, spec)
    if not raw and (not f('trip-patch-empty-accepted')):
        raise bad('body', 'is empty')
    first, last = (v.get('startDate', t['startDate']), v.get('endDate', t['endDate']))
    days = check_dates(first, last)
    if f('trip-patch-dates-not-merged') and (not ('startDate' in v and 'endDate' in v)):
        days = 1
    if days < 1:
        raise bad('endDate', 'lies before startDate')
    if days > 90:
        raise bad('endDate', 'is more than 90 days later')
    need_open(t, 'trip-patch-submitted' if t['status'] == 'submitted' else None)
    if not f('trip-patch-items-out') and any((not first <= ITEMS[i]['spentOn'] <= last for i in t['items'])):
        raise conflict('An item would fall out of the new dates.')
    for k, x in v.items():
        if k == 'purpose' and x is None and f('trip-patch-null-ignored'):
            continue
        t['iban' if k == 'payoutIban' else k] = x
    if f('trip-patch-resets-status'):
        t['status'] = 'draft'
    log(t, req.caller, 'updated')
    return (200, trip_view(t), {})


@route('DELETE', '/trips/{id}')
def delete_trip(req, id):
    t = find_trip(req.caller, id)
    need_traveller(t, req.caller, 'trip-deleted-by-manager')
    if t['status'] != 'draft':
        if not (f('trip-delete-rejected') and t['status'] == 'rejected'):
            raise conflict('Only drafts can be deleted.')
    if f('trip-delete-does-nothing'):
        return (204, None, {})
    for i in t['items']:
        RECEIPTS.pop(i, None)
        if not f('trip-delete-leaves-items'):
            del ITEMS[i]
    for c in t['comments']:
        COMMENTS.pop(c)
    del TRIPS[t['id']]
    return (204, None, {})


@route('POST', '/trips/{id}/submit')
def submit_trip(req, id):
    t = find_trip(req.caller, id)
    need_traveller(t, req.caller, 'submit-by-manager')
    need_open(t, 'submit-twice' if t['status'] == 'submitted' else None)
    if not t['items'] and (not f('submit-empty')):
        raise conflict('The trip has no items.')
    do_submit(t, req.caller)
    return (200, trip_view(t), {})


@route('POST', '/trips/{id}/decision')
def decide_trip(req, id):
    t = find_trip(req.caller, id)
    if not may_decide(t, req.caller):
        raise Fail(403, 'You are not the one to decide on this trip.')
    v = validate(req.json(), {'decision': S(enum=['approve', 'reject']), 'note': S(1, 500)}, ['decision'])
    if v['decision'] != 'approve' and 'note' not in v and (not f('reject-without-note')):
        raise bad('note', 'is required for a rejection')
    do_decide(t, req.caller, v['decision'], v.get('note'))
    return (200, trip_view(t), {})


@route('POST', '/trips/{id}/pay')
def pay_trip(req, id):
    t = find_trip(req.caller, id)
    manager = f('pay-by-manager') and req.caller['role'] == 'manager'
    if not manager:
        need_accountant(req.caller)
    if req.caller['id'] == t['travellerId'] and (not f('pay-own-trip')):
        raise Fail(403, 'You cannot pay your own trip.')
    if t['status'] != 'approved':
        if not (f('pay-submitted') and t['status'] == 'submitted'):
            raise conflict('The trip is not in status approved.')
    t['status'] = 'paid'
    t['paidAt'] = now()
    if f('pay-charges-budget-again'):
        DEPARTMENTS[t['departmentCode']]['spent'] += trip_view(t)['totalMinor']
    log(t, req.caller, 'paid')
    return (200, trip_view(t), {})


@route('GET', '/trips/{id}/audit')
def get_audit(req, id):
    t = find_trip(req.caller, id, 'audit-read-by-anyone')
    out = list(t['audit'])
    if f('audit-newest-first'):
        out.reverse()
    return (200, out, {})


@route('POST', '/approval-batches')
def approve_trips(req):
    v = validate(req.json(), {'approvals': ANY}, ['approvals'])
    entries = v['approvals']
    if not isinstance(entries, list) or not 1 <= len(entries) <= 20:
        raise bad('approvals', 'must be a list of 1 to 20 approvals')
    asked = [validate(e, {'tripId': U, 'note': S(1, 500)}, ['tripId'], prefix='approvals.%d.' % n) for n, e in enumerate(entries)]
    ids = [a['tripId'] for a in asked]
    if len(set(ids)) < len(ids) and (not f('batch-duplicates')):
        raise bad('approvals', 'names a trip more than once')
    results, done = ([], 0)
    stop = False
    for a in asked:
        try:
            if stop:
                raise conflict('An earlier approval failed.')
            t = find_trip(req.caller, a['tripId'])
            if not may_decide(t, req.caller) and (not f('batch-no-permission-check')):
                raise Fail(403, 'You are not the one to decide on this trip.')
            do_decide(t, req.caller, 'approve', a.get('note'), batch=True)
            results.append({'tripId': a['tripId'], 'outcome': 'approved', 'status': 200, 'error': None})
            done += 1
        except Fail as e:
            stop = f('batch-stops-at-failure')
            results.append({'tripId': a['tripId'], 'outcome': 'failed', 'status': e.status, 'error': e.body()})
    failed = len(asked) - done
    if f('batch-counts-all'):
        done = len(asked)
    return (200, {'results': results, 'approvedCount': done, 'failedCount': failed}, {})


@route('GET', '/trips/{id}/items')
def list_items(req, id):
    t = find_trip(req.caller, id)
    out = [ITEMS[i] for i in t['items']]
    if not f('items-in-order-of-entry'):
        out.sort(key=lambda i: i['spentOn'])
    return (200, [item_view(t, i) for i in out], {})


READ_ONLY = ['id', 'tripId', 'rateMicros', 'baseAmountMinor', 'flagged', 'flagReasons', 'hasReceipt', 'createdAt']


@route('POST', '/trips/{id}/items')
def add_item(req, id):
    t = find_trip(req.caller, id)
    need_traveller(t, req.caller, 'item-added-by-manager')
    raw = req.json()
    spec = {'categoryCode': S(pattern=CAT), 'description': S(1, 200), 'amountMinor': I(0 if f('item-amount-zero') else 1, 10 ** 7), 'currency': S(pattern=CUR), 'spentOn': D, 'paidByCompany': B}
    v = validate(raw, spec, ['categoryCode', 'description', 'amountMinor', 'currency', 'spentOn'], ignore=[] if f('item-readonly-refused') else READ_ONLY)
    last = t['endDate']
    if f('item-last-day-refused') and v['spentOn'] == last:
        raise bad('spentOn', 'is after the trip')
    if v['spentOn'] < t['startDate'] and (not f('item-before-trip')) or v['spentOn'] > last:
        raise bad('spentOn', 'is not within the trip')
    if v['categoryCode'] not in CATEGORIES and (not f('item-unknown-category')):
        raise Fail(422, 'There is no such category.', [('categoryCode', 'is not known')])
    if v['currency'] != 'EUR' and rate_on(v['currency'], v['spentOn']) is None:
        raise Fail(422, 'No exchange rate is in force for the currency on that day.', [('currency', 'has no rate')])
    need_open(t, 'item-added-to-submitted' if t['status'] == 'submitted' else None)
    it = make_item(t, req.caller, v)
    if f('item-base-from-body') and isinstance(raw.get('baseAmountMinor'), int):
        it['baseAmountMinor'] = raw['baseAmountMinor']
    return (201, item_view(t, it), {})


@route('PATCH', '/trips/{id}/items/{item}')
def update_item(req, id, item):
    t = find_trip(req.caller, id)
    it = find_item(t, item, 'item-patched-through-other-trip')
    need_traveller(t, req.caller)
    raw = req.json('application/merge-patch+json')
    spec = {'description': S(1, 200), 'amountMinor': I(1, 10 ** 7), 'paidByCompany': B}
    v = validate(raw, spec, ignore=['currency', 'categoryCode', 'spentOn'] if f('item-patch-fixed-ignored') else [])
    if not raw:
        raise bad('body', 'is empty')
    need_open(t, 'item-patched-in-submitted' if t['status'] == 'submitted' else None)
    it.update(v)
    if 'amountMinor' in v and (not f('item-patch-base-stale')):
        if f('item-patch-new-rate') and it['currency'] != 'EUR':
            it['rateMicros'] = rate_on(it['currency'], it['spentOn'])['rateMicros']
        it['baseAmountMinor'] = max(0, base_amount(it['amountMinor'], it['rateMicros']))
    log(t, req.caller, 'item_changed', it['id'])
    return (200, item_view(t, it), {})


@route('DELETE', '/trips/{id}/items/{item}')
def delete_item(req, id, item):
    t = find_trip(req.caller, id)
    it = find_item(t, item)
    need_traveller(t, req.caller, 'item-deleted-by-manager')
    need_open(t, 'item-deleted-from-approved' if t['status'] == 'approved' else None)
    if f('item-delete-removes-same-category'):
        for i in list(t['items']):
            if i != it['id'] and ITEMS[i]['categoryCode'] == it['categoryCode']:
                t['items'].remove(i)
                ITEMS.pop(i)
    t['items'].remove(it['id'])
    del ITEMS[it['id']]
    RECEIPTS.pop(it['id'], None)
    log(t, req.caller, 'item_removed', it['id'])
    return (204, None, {})


@route('PUT', '/trips/{id}/items/{item}/receipt')
def put_receipt(req, id, item):
    t = find_trip(req.caller, id)
    it = find_item(t, item)
    need_traveller(t, req.caller)
    media = req.media()
    if media not in ('image/png', 'application/pdf') and (not (f('receipt-any-media-type') and media)):
        raise Fail(415, 'Receipts are PNG or PDF files.')
    if req.size > (262144 if not f('receipt-limit-doubled') else 524288) or (f('receipt-limit-off-by-one') and req.size == 262144):
        raise Fail(413, 'The file has more than 262144 bytes.')
    if req.size == 0:
        raise bad('body', 'is empty')
    digest = hashlib.sha256(req.body).hexdigest()
    given = req.headers.get('X-Checksum-Sha256')
    if given is None:
        raise bad('X-Checksum-Sha256', 'is missing')
    if given is not None and given != digest:
        if not (f('receipt-checksum-not-compared') and re.fullmatch('[0-9a-f]{64}', given)):
            raise bad('X-Checksum-Sha256', 'is not the checksum of the body')
    need_open(t)
    r = {'itemId': it['id'], 'mediaType': media, 'size': len(req.body), 'sha256': digest, 'uploadedAt': now()}
    if not (f('receipt-not-replaced') and it['id'] in RECEIPTS):
        RECEIPTS[it['id']] = (r, req.body)
    log(t, req.caller, 'receipt_attached', it['id'])
    return (200, r, {})


@route('GET', '/trips/{id}/items/{item}/receipt')
def get_receipt(req, id, item):
    t = find_trip(req.caller, id, 'receipt-read-by-anyone')
    it = find_item(t, item)
    if it['id'] not in RECEIPTS:
        raise Fail(404, 'The item has no receipt.')
    r, data = RECEIPTS[it['id']]
    kind = 'png' if r['mediaType'] == 'image/png' else 'pdf'
    headers = {'X-Checksum-Sha256': r['sha256'], 'Content-Disposition': 'attachment; filename="receipt-%s.%s"' % (it['id'], kind), 'Content-Type': r['mediaType']}
    if f('receipt-inline'):
        headers['Content-Disposition'] = headers['Content-Disposition'].replace('attachment', 'inline')
    if f('receipt-checksum-header-missing'):
        del headers['X-Checksum-Sha256']
    if f('receipt-always-pdf'):
        headers['Content-Type'] = 'application/pdf'
    return (200, data, headers)


@route('GET', '/trips/{id}/comments')
def list_comments(req, id):
    t = find_trip(req.caller, id)
    out = [comment_view(COMMENTS[c]) for c in t['comments']]
    if f('comments-newest-first'):
        out.reverse()
    return (200, out, {})


@route('POST', '/trips/{id}/comments')
def add_comment(req, id):
    t = find_trip(req.caller, id, 'comment-on-invisible-trip')
    v = validate(req.json(), {'text': S(1, 2001 if f('comment-2001') else 2000)}, ['text'])
    if f('comment-paid-refused') and t['status'] == 'paid':
        raise Fail(404, 'There is no such trip.')
    c = {'id': new_id(), 'tripId': t['id'], 'authorId': req.caller['id'], 'text': v['text'], 'createdAt': now(), 'editedAt': None}
    COMMENTS[c['id']] = c
    t['comments'].append(c['id'])
    if f('comment-touches-updatedat'):
        t['updatedAt'] = now()
    headers = {'Location': '/trips/%s/comments/%s' % (t['id'], c['id'])}
    return (201, comment_view(c), headers)


def find_comment(t, id, hole):
    c = COMMENTS.get(id.lower())
    if c is None or (c['tripId'] != t['id'] and (not f(hole))):
        raise Fail(404, 'The trip has no such comment.')
    return c


@route('PUT', '/trips/{id}/comments/{comment}')
def edit_comment(req, id, comment):
    t = find_trip(req.caller, id, 'comment-edit-after-delegation')
    c = find_comment(t, comment, 'comment-edit-through-other-trip')
    boss = f('comment-edited-by-manager') and req.caller['role'] == 'manager'
    if c['authorId'] != req.caller['id'] and (not boss):
        raise Fail(403, 'Only the author may edit a comment.')
    v = validate(req.json(), {'text': S(1, 2000)}, ['text'])
    c['text'] = v['text']
    if not f('comment-editedat-not-set'):
        c['editedAt'] = now()
    return (200, comment_view(c), {})


@route('DELETE', '/trips/{id}/comments/{comment}')
def delete_comment(req, id, comment):
    t = find_trip(req.caller, id)
    c = find_comment(t, comment, 'comment-delete-through-other-trip')
    boss = f('comment-deleted-by-manager') and req.caller['role'] == 'manager'
    if c['authorId'] != req.caller['id'] and (not boss):
        raise Fail(403, 'Someone else is the author.')
    if f('comment-delete-blanks'):
        c['text'] = 'deleted'
        return (204, None, {})
    del COMMENTS[c['id']]
    TRIPS[c['tripId']]['comments'].remove(c['id'])
    return (204, None, {})


def preference(accept):
    """'json', 'csv' or None by the Accept header (RFC 9110, section 12.5.1)."""
    if accept is None or not accept.strip():
        return 'json'
    ranges = []
    for part in accept.split(','):
        bits = [b.strip().lower() for b in part.split(';')]
        q = 1.0
        for b in bits[1:]:
            m = re.fullmatch('q\\s*=\\s*([01](?:\\.[0-9]{0,3})?)', b)
            if m:
                q = min(float(m.group(1)), 1.0)
        ranges.append((bits[0], q))

    def quality(main, sub):
        for want in (main + '/' + sub, main + '/*', '*/*'):
            found = [q for r, q in ranges if r == want]
            if found:
                return max(found)
        return 0.0
    j, c = (quality('application', 'json'), quality('text', 'csv'))
    if f('report-q-ignored') and j and c:
        return 'json'
    if j == 0 and c == 0:
        return None
    return 'json' if j >= c else 'csv'


@route('GET', '/reports/monthly')
def monthly_report(req):
    me = req.caller
    if me['role'] == 'employee':
        raise Fail(403, 'Employees get no report.')
    kind = preference(req.headers.get('Accept'))
    month = req.query.get('month')
    if month is None or not re.fullmatch('20[0-9]{2}-(0[1-9]|1[0-2])' if not f('report-month-13') else '20[0-9]{2}-[01][0-9]', month):
        raise bad('month', 'must be a year and month')
    dept = req.query.get('departmentCode')
    if me['role'] != 'accountant':
        if dept is not None and dept != me['departmentCode'] and (not f('report-other-department')):
            raise Fail(403, 'Managers get the report of their own department.')
        if not f('report-manager-gets-all'):
            dept = dept or me['departmentCode']
    elif dept is not None and dept not in DEPARTMENTS:
        raise bad('departmentCode', 'is not a department')
    if kind is None:
        if f('report-no-406'):
            kind = 'json'
        else:
            raise Fail(406, 'The report comes as JSON or CSV.')
    wanted = ('approved', 'paid')
    if f('report-without-paid'):
        wanted = ('approved',)
    rows, trips, pd = ({}, 0, 0)
    for t in TRIPS.values():
        day = t['startDate'] if f('report-by-start') else t['endDate']
        if t['status'] not in wanted or day[:7] != month or (dept is not None and t['departmentCode'] != dept):
            continue
        trips += 1
        pd += per_diem(t)['amountMinor']
        for i in t['items']:
            it = ITEMS[i]
            row = rows.setdefault((t['departmentCode'], it['categoryCode']), [0, 0])
            row[0] += 1
            row[1] += it['baseAmountMinor']
    out = [{'departmentCode': d, 'categoryCode': c, 'itemCount': n, 'totalMinor': s} for (d, c), (n, s) in sorted(rows.items())]
    if kind == 'csv':
        end = '\n' if f('report-csv-lf') else '\r\n'
        lines = ['department,category,items,total_minor']
        lines += ['%s,%s,%d,%d' % (r['departmentCode'], r['categoryCode'], r['itemCount'], r['totalMinor']) for r in out]
        text = ''.join((x + end for x in lines))
        return (200, text.encode(), {'Content-Type': 'text/csv; charset=utf-8'})
    items = sum((r['totalMinor'] for r in out))
    return (200, {'month': month, 'currency': 'EUR', 'tripCount': trips, 'rows': out, 'itemsTotalMinor': items, 'perDiemMinor': pd, 'grandTotalMinor': items if f('report-grand-without-perdiem') else items + pd}, {})


def authenticate(req):
    m = re.fullmatch('[Bb][Ee][Aa][Rr][Ee][Rr] +(\\S+)\\s*', req.headers.get('Authorization') or '')
    who = TOKENS.get(m.group(1)) if m else None
    if who is None and (not m) and f('me-without-token') and (req.path == '/me'):
        who = eid(4)
    if who is None:
        raise Fail(403 if f('unauthorized-403') else 401, 'A valid bearer token is needed.', headers={} if f('www-authenticate-missing') else {'WWW-Authenticate': 'Bearer'})
    req.caller = EMPLOYEES[who]


def handle(req):
    allowed = []
    for method, rx, names, fn in ROUTES:
        m = rx.fullmatch(req.path)
        if not m:
            continue
        if method != req.method:
            allowed.append(method)
            continue
        authenticate(req)
        return fn(req, *[unquote(g, errors='replace') for g in m.groups()])
    if allowed:
        raise Fail(405, 'The method is not allowed here.', headers={'Allow': ', '.join(sorted(set(allowed)))})
    raise Fail(404, 'There is nothing here.')


def respond(req):
    try:
        with LOCK:
            status, body, headers = handle(req)
            headers = dict(headers)
            if isinstance(body, (dict, list)):
                body = json.dumps(body, ensure_ascii=False).encode('utf-8')
                headers.setdefault('Content-Type', 'application/json')
    except Fail as e:
        v = e.body()
        if f('error-details-missing'):
            del v['details']
        if f('error-details-empty-on-400'):
            v['details'] = []
        if f('error-code-always-error') and e.status == 409:
            v['code'] = 'invalid_request'
        status, body, headers = (e.status, json.dumps(v, ensure_ascii=False).encode('utf-8', 'replace'), dict(e.headers))
        headers['Content-Type'] = 'application/problem+json' if f('error-problem-json') else 'application/json'
    return (status, body, headers)


REASON = {200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 304: 'Not Modified'}
MAX_READ = 64 * 1024 * 1024
KEEP = 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    timeout = 120

    def log_message(self, *args):
        pass

    def send_error(self, code, message=None, explain=None):
        status = 405 if code == 501 else code if code in CODES else 400
        body = json.dumps({'code': CODES[status], 'message': message or 'The request is malformed.', 'details': [{'field': 'body', 'issue': 'malformed request'}]}).encode()
        self.close_connection = True
        headers = {'Content-Type': 'application/json', 'Connection': 'close'}
        if status == 405:
            headers['Allow'] = 'DELETE, GET, PATCH, POST, PUT'
        self.answer(status, body, headers)

    def answer(self, status, body, headers):
        lines = ['HTTP/1.1 %d %s' % (status, REASON.get(status, 'Error')), 'Date: ' + self.date_time_string()]
        lines += ['%s: %s' % kv for kv in headers.items()]
        if status not in (204, 304):
            lines.append('Content-Length: %d' % len(body or b''))
        else:
            body = b''
        if self.close_connection and 'Connection' not in headers:
            lines.append('Connection: close')
        data = ('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1', 'replace')
        if self.command != 'HEAD':
            data += body or b''
        self.wfile.write(data)

    def read_body(self):
        """The bytes (at most KEEP of them) and the full size."""
        kept, size = (bytearray(), 0)

        def take(n):
            nonlocal size
            while n > 0:
                part = self.rfile.read(min(n, 65536))
                if not part:
                    raise ConnectionError
                size += len(part)
                n -= len(part)
                if len(kept) < KEEP:
                    kept.extend(part)
        if 'chunked' in (self.headers.get('Transfer-Encoding') or '').lower():
            while True:
                n = int(self.rfile.readline(1000).split(b';')[0].strip() or b'x', 16)
                if n == 0:
                    while self.rfile.readline(65536) not in (b'\r\n', b'\n', b''):
                        pass
                    break
                if n < 0 or size + n > MAX_READ:
                    self.close_connection = True
                    size = MAX_READ
                    break
                take(n)
                self.rfile.readline(10)
            return (bytes(kept), size)
        text = self.headers.get('Content-Length')
        if text is None:
            return (b'', 0)
        if not re.fullmatch('[0-9]{1,15}', text.strip()):
            raise ValueError
        n = int(text)
        if n > MAX_READ:
            self.close_connection = True
            return (b'', n)
        take(n)
        return (bytes(kept), size)

    def serve(self):
        try:
            try:
                body, size = self.read_body()
            except ValueError:
                self.send_error(400, 'The length of the body is malformed.')
                return
            target = self.path
            if target.startswith('http://') or target.startswith('https://'):
                target = re.sub('^https?://[^/?]*', '', target) or '/'
            path, _, query = target.split('#')[0].partition('?')
            req = Request(self.command, path, query, self.headers, body, size)
            self.answer(*respond(req))
        except (ConnectionError, TimeoutError):
            self.close_connection = True
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = serve


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


# id|operation|kind|source|what|where
FAULTS = '''
me-without-token|getMe|authentication|structure|A request without a token is answered as if another employee had called.|security bearer; 401
www-authenticate-missing|getMe|header|structure|401 comes without WWW-Authenticate.|Unauthorized: headers WWW-Authenticate required
unauthorized-403|listCategories|status|structure|Missing tokens are answered with 403.|responses 401
error-details-missing|getTrip|error|schema|Error objects have no details.|Error: required details
error-details-empty-on-400|createTrip|error|prose|Errors with status 400 have no details.|With status 400 there is at least one
error-code-always-error|submitTrip|error|prose|409 answers carry the code invalid_request.|409 conflict
error-problem-json|getTrip|media type|structure|Errors come as application/problem+json.|content application/json
employees-q-name-only|listEmployees|filter|prose|q doesn't look at the e-mail address.|Only employees whose name or e-mail address contains this text
employees-role-not-checked|listEmployees|validation|schema|Unknown roles are accepted in the query.|Role: enum
employees-hides-inactive|listEmployees|filter|prose|Employees who left are left out.|including those who have left
limit-max-not-checked|listEmployees|validation|schema|limit may be up to 1000.|Limit: maximum 100
total-count-of-page-employees|listEmployees|header|prose|X-Total-Count counts the page only.|on all pages together
page-one-short-trips|listTrips|paging|prose|A full page has one entry too few.|How many entries a page has at most.; X-Total-Count and next link
link-next-on-last-trips|listTrips|paging|prose|An exactly full last page has a next link.|if entries follow after this page
link-prev-negative|listTrips|header|prose|The prev link may have a negative offset.|but not below zero
link-drops-filters|listTrips|header|prose|Links lose the filters.|carry all the other query parameters along
delegations-all|listDelegations|authorization|prose|Everybody's delegations are listed.|which the caller has given or received, and no others
delegations-expired-hidden|listDelegations|filter|prose|Expired delegations are missing.|expired ones included
delegation-reversed-dates|createDelegation|validation|prose|validUntil may lie before validFrom.|`validUntil` lies before `validFrom`
delegation-unknown-employee|createDelegation|reference|prose|The delegate needn't exist.|the delegate is unknown
delegation-to-inactive|createDelegation|reference|prose|The delegate may have left the company.|has left the company
delegation-to-self|createDelegation|validation|prose|A delegation to oneself is accepted.|or is the caller
delegation-overlap-accepted|createDelegation|duplicate|prose|Overlapping delegations are accepted.|whose days overlap with the new one
delegation-overlap-one-day|createDelegation|boundary|prose|Sharing one day is not seen as overlap.|Sharing a single day is enough.
delegation-until-plus-one|createDelegation|date|prose|The last day is stored one day later.|Last day on which it holds.
delegation-active-always|createDelegation|field|prose|active is always true.|Whether it holds today (UTC)
delegation-excludes-last-day|createDelegation|date|prose|A delegation doesn't hold on its last day.|first and last day included
delegation-expired-counts|getTrip|authorization|prose|Expired delegations still give rights.|Past or future delegations give no rights.
delegation-anyone-ends|deleteDelegation|authorization|prose|Anybody may end a delegation.|the caller is neither its principal nor its delegate
delegation-delegate-cannot-end|deleteDelegation|authorization|prose|The delegate gets 404.|Either side, principal or delegate, may end
delegation-not-deleted|deleteDelegation|delete|prose|The delegation stays.|The delegation is gone.
budget-shown-to-all|listDepartments|authorization|prose|Everybody sees budgets.|In all other cases the property `budget` is absent.
budget-hidden-from-manager|listDepartments|authorization|prose|Managers don't see the budget of their department.|managers, who get them for their own department
budget-remaining-not-reduced|listDepartments|counter|prose|remainingMinor is the whole budget.|always the budget less the amount spent
budget-by-manager|setDepartmentBudget|authorization|prose|A manager may set the own department's budget.|Only accountants may do this
budget-negative|setDepartmentBudget|validation|schema|Negative budgets aren't seen as a bad request; they are answered with 409.|BudgetUpdate.budgetMinor: minimum 0
budget-below-spent|setDepartmentBudget|state|prose|A budget below the spent amount is accepted.|smaller than what has been spent already
budget-resets-spent|setDepartmentBudget|counter|prose|The spent amount is reset.|The amount already spent stays as it is
category-inuse-false|listCategories|field|prose|inUse is always false.|Whether any expense item has this category.
category-code-pattern|createCategory|validation|schema|Codes of any characters are accepted.|CategoryCode: pattern
category-name-61|createCategory|boundary|schema|Names of 61 characters are accepted.|Category.name: maxLength 60
category-duplicate-code|createCategory|duplicate|prose|A code may be taken again.|Another category has this code already
category-name-case|createCategory|duplicate|prose|Names that differ in case are accepted.|Names that differ only in the case of the letters A to Z count as the same.
category-media-type-not-checked|createCategory|media type|prose|Any media type is taken as JSON.|Another media type [...] is a bad request
category-starts-with-policy|createCategory|default|prose|A new category has a policy.|A fresh category has no policy.
category-deleted-by-anyone|deleteCategory|authorization|prose|Anyone may delete categories.|Only accountants may do this
category-in-use-deleted|deleteCategory|state|prose|Categories in use can be deleted.|At least one expense item uses the category
category-policy-left|deleteCategory|delete|prose|The policy outlives its category.|together with its policy if it has one
policy-etag-missing|getPolicy|etag|structure|ETag is missing.|headers ETag required
policy-never-304|getPolicy|etag|prose|Never answers 304.|If it is still the current one the answer is 304.
policy-null-refused|setPolicy|validation|schema|dayLimitMinor null is refused.|PolicyInput.dayLimitMinor: type null
policy-day-below-item|setPolicy|validation|prose|The day limit may be below the item limit.|its day limit is lower than its item limit
policy-no-428|setPolicy|etag|prose|If-Match isn't needed.|The category has a policy, and the request came without `If-Match`.
policy-lost-update|setPolicy|etag|prose|An old entity tag is accepted.|The policy has another entity tag than the one in `If-Match`
policy-ifmatch-on-new|setPolicy|etag|prose|If-Match is ignored when there is no policy.|`If-Match` was sent and there is no policy yet
policy-put-merges|setPolicy|patch semantics|prose|Limits left out stay.|an optional limit that is left out is no longer in force
policy-etag-unchanged|setPolicy|etag|prose|Replacing keeps the entity tag.|It has a new entity tag.
policy-create-200|setPolicy|status|prose|Creating answers 200.|The category had no policy, now it has.
rates-currency-ignored|listExchangeRates|filter|prose|currency has no effect.|Only rates of this currency.
rates-from-not-checked|listExchangeRates|validation|schema|from may be any text.|from: format date
rate-exact-day-only|getExchangeRate|field|prose|Only the very day is looked up.|the answer is the latest earlier rate
rate-date-of-request|getExchangeRate|field|prose|date is the day asked for.|its `date` tells from which day it is
rate-in-force-excludes-day|addItem|date|prose|A rate isn't in force on its own day.|A rate is in force from its day
rate-by-anyone|putExchangeRate|authorization|prose|Anybody may enter rates.|Only accountants may do this
rate-for-euro|putExchangeRate|validation|prose|The euro can get a rate.|the currency is the euro
rate-in-future|putExchangeRate|validation|prose|Future days are accepted.|the day is more than one day in the future
rate-location-missing|putExchangeRate|header|structure|201 comes without Location.|headers Location required
rate-version-not-increased|putExchangeRate|counter|prose|Corrections keep the version.|each correction adds one to the version
rate-same-value-new-version|putExchangeRate|counter|prose|Repeating the value raises the version.|Sending the value which is already stored changes nothing, the version included.
rate-correction-converts-items|putExchangeRate|side effect|prose|Existing items are converted again.|Expense items that have been converted already keep their amounts.
trips-list-shows-all|listTrips|authorization|prose|All trips are listed.|Lists the trips that the caller may see.
trips-q-title-only|listTrips|filter|prose|q doesn't look at the purpose.|in its title or its purpose
trips-q-any-word|listTrips|filter|prose|One word is enough.|each of the words occurs
trips-status-first-only|listTrips|filter|prose|Only the first status counts.|Only trips with one of these statuses.
trips-status-not-checked|listTrips|validation|schema|Unknown statuses are accepted.|TripStatus: enum
trips-flagged-false-ignored|listTrips|filter|prose|flagged=false has no effect.|with `false`, those without any
trips-sort-first-key-only|listTrips|sort|prose|Further sort keys have no effect.|Sort keys in order of importance
trips-sort-four-keys|listTrips|validation|schema|More than three keys are accepted.|sort: maxItems 3
trips-default-oldest-first|listTrips|default|schema|The default order is the oldest first.|sort: default -createdAt
trips-tie-descending|listTrips|sort|prose|Ties are in descending order.|ordered by `reference`, ascending
trip-title-121|createTrip|boundary|schema|Titles of 121 characters are accepted.|TripCreate.title: maxLength 120
trip-country-optional|createTrip|validation|schema|The country may be missing.|TripCreate: required
trip-extra-accepted|createTrip|validation|schema|Unknown members (also status) are accepted.|TripCreate: additionalProperties false
trip-iban-not-checked|createTrip|validation|schema|Any account is accepted.|TripCreate.payoutIban: pattern
trip-ends-before-start|createTrip|validation|prose|The end may lie before the start.|the trip ends before it starts
trip-91-days|createTrip|boundary|prose|91 days are accepted.|lasts longer than 90 days (counting first and last)
trip-for-anybody|createTrip|authorization|prose|Trips can be made for anybody.|The caller holds no active delegation from the traveller.
trip-for-own-department|createTrip|authorization|prose|Managers may make trips for members of their department.|which needs an active delegation from that person
trip-inactive-traveller-403|createTrip|status|prose|Travellers who left are answered with 403.|who is still with the company
trip-createdby-traveller|createTrip|field|prose|createdBy is the traveller.|Who made the trip
trip-purpose-not-stored|createTrip|field|prose|The purpose is lost.|Why it is made
iban-shown|createTrip|writeOnly|schema|The account is shown.|TripCreate.payoutIban: writeOnly
key-ignored|createTrip|idempotency|prose|Repeating makes a second trip.|no second trip is made
key-other-body-replayed|createTrip|idempotency|prose|A different body gets the old answer.|with a different body
key-shared-by-callers|createTrip|idempotency|prose|Keys are shared by callers.|Keys of different callers have nothing to do with each other
key-replayed-header-false|createTrip|header|prose|A repetition says Idempotency-Replayed false.|`true` if this answer repeats an earlier one
trip-location-missing|createTrip|header|structure|201 comes without Location.|headers Location required
perdiem-one-day-full|createTrip|field|prose|A trip of one day gets two half days.|counts as one half day
perdiem-half-rounded-once|createTrip|field|prose|The halves are rounded together.|rounded down to a whole cent for each of the two days
perdiem-gb-rate|createTrip|field|prose|GB gets 5000.|5200 for GB
trip-read-by-anyone|getTrip|authorization|prose|Everybody may read any trip.|the answer is 404
visible-to-all-managers|getTrip|authorization|prose|Managers see the trips of other departments.|to the manager of the trip's department
accountant-sees-drafts|getTrip|authorization|prose|Accountants see drafts of others.|except other people's drafts
invisible-trip-403|getTrip|status|prose|Invisible trips are answered with 403.|the answer is 404
reimbursable-includes-company|getTrip|field|prose|Items paid by the company are owed to the traveller.|less the base amounts of items that were paid by the company
flagged-count-reasons|getTrip|counter|prose|flaggedCount counts reasons.|How many of them are flagged.
trip-patched-by-manager|updateTrip|authorization|prose|Whoever sees a trip may edit it.|Only the traveller and their delegates may edit
trip-patch-delegate-refused|updateTrip|authorization|prose|Delegates may not edit.|Only the traveller and their delegates may edit
trip-patch-empty-accepted|updateTrip|validation|schema|An empty patch is accepted.|TripPatch: minProperties 1
trip-patch-dates-not-merged|updateTrip|validation|prose|One new date isn't compared with the other, stored one.|the trip would end before it starts
trip-patch-submitted|updateTrip|state|prose|Submitted trips can be edited.|The trip is submitted, approved or paid
trip-patch-items-out|updateTrip|state|prose|Items may fall out of the dates.|one of its items would fall out of the new dates
trip-patch-null-ignored|updateTrip|patch semantics|prose|null doesn't remove the purpose.|null takes an optional one away
trip-patch-resets-status|updateTrip|state|prose|A rejected trip becomes a draft.|Editing doesn't change the status.
trip-deleted-by-manager|deleteTrip|authorization|prose|Whoever sees the draft may delete it.|neither the traveller nor an active delegate
trip-delete-rejected|deleteTrip|state|prose|Rejected trips can be deleted.|Only drafts can be deleted
trip-delete-does-nothing|deleteTrip|delete|prose|The trip stays.|The trip is gone.
trip-delete-leaves-items|deleteTrip|delete|prose|The items stay and hold their category.|all that belongs to it
submit-empty|submitTrip|state|prose|Trips without items can be submitted.|it has no items at all
submit-by-manager|submitTrip|authorization|prose|Whoever sees the trip may submit it.|The traveller does this, or a delegate of theirs.
submit-twice|submitTrip|state|prose|A submitted trip can be submitted again.|The trip is already submitted
resubmit-keeps-note|submitTrip|field|prose|The old note stays.|is reset to null
flags-not-frozen|submitTrip|field|prose|Flags follow the policy after submission.|Submitting the trip freezes them.
decide-own-submission|decideTrip|authorization|prose|A manager may decide on a trip they submitted as delegate.|never on one that they submitted themselves as a delegate
decide-own-trip|decideTrip|authorization|prose|A manager may decide on the own trip.|never on a trip of their own
accountant-decides-all|decideTrip|authorization|prose|Accountants decide on everything.|isn't the one to decide on it
decide-delegate-of-manager|decideTrip|authorization|prose|A manager's delegate may decide.|a manager's delegate gets no right to decide
reject-without-note|decideTrip|validation|schema|Rejections need no note.|Decision: if/then required note
approve-flagged-without-note|decideTrip|state|prose|Flagged trips need no note.|flagged items can be approved only with a note
approve-over-budget|decideTrip|state|prose|The budget isn't checked.|its total is more than what remains of the department's budget
approve-charges-nothing|decideTrip|counter|prose|Approval doesn't charge the budget.|the total of the trip is added to what the department has spent
approve-charges-items-only|decideTrip|counter|prose|The per diem isn't charged.|the total of the trip is added
reject-charges-budget|decideTrip|counter|prose|Rejections are charged.|A rejection leaves the budget alone.
approve-rejected|decideTrip|state|prose|A rejected trip can be approved.|TripStatus table; The trip isn't in status `submitted`
pay-by-manager|payTrip|authorization|prose|Managers may pay.|The caller isn't an accountant
pay-own-trip|payTrip|authorization|prose|Accountants may pay their own trips.|an accountant and the traveller at once
pay-submitted|payTrip|state|prose|Submitted trips can be paid.|The trip is not in status `approved`.
pay-charges-budget-again|payTrip|counter|prose|Paying charges the budget once more.|nothing of the budget
audit-no-item-removed|getAuditTrail|audit|prose|Removing an item leaves no entry.|adds exactly one entry
audit-onbehalf-null|getAuditTrail|audit|prose|onBehalfOf is always null.|The traveller if a delegate acted for them
audit-note-lost|getAuditTrail|audit|prose|Notes are missing.|The note of the decision
audit-newest-first|getAuditTrail|sort|prose|Newest entry first.|oldest entry first
audit-read-by-anyone|getAuditTrail|authorization|prose|Everybody may read the trail.|It can be read by whoever sees the trip.
batch-duplicates|approveTrips|validation|prose|The same trip may be named twice.|names the same trip more than once
batch-stops-at-failure|approveTrips|batch|prose|After a failure nothing more is approved.|doesn't stop the others
batch-no-permission-check|approveTrips|authorization|prose|Whoever sees a trip may approve it.|whether they may approve is decided trip by trip
batch-ignores-flags|approveTrips|state|prose|Flagged trips need no note.|exactly the rules and effects of a single approval
batch-note-lost|approveTrips|field|prose|Notes are lost.|Note to be recorded with the approval.
batch-counts-all|approveTrips|counter|prose|approvedCount counts all.|Number of trips approved by this batch.
items-in-order-of-entry|listItems|sort|prose|Items come in the order of entry.|sorted by the day of the expense
item-added-by-manager|addItem|authorization|prose|Whoever sees the trip may add items.|neither the traveller nor an active delegate
item-amount-zero|addItem|boundary|schema|An amount of zero is accepted.|Item.amountMinor: minimum 1
item-readonly-refused|addItem|readOnly|prose|Read-only members are refused.|may be sent (clients like to echo them) and are ignored
item-base-from-body|addItem|readOnly|schema|baseAmountMinor is taken from the body.|Item.baseAmountMinor: readOnly
item-before-trip|addItem|validation|prose|Days before the trip are accepted.|before the first or after the last day of the trip
item-last-day-refused|addItem|boundary|prose|The last day of the trip is refused.|after the last day of the trip
item-unknown-category|addItem|reference|prose|Unknown categories are accepted.|There is no category with this code
item-company-default-true|addItem|default|schema|paidByCompany is true by default.|Item.paidByCompany: default false
item-added-to-submitted|addItem|state|prose|Submitted trips take items.|The trip is submitted, approved or paid.
base-truncated|addItem|field|prose|Base amounts are rounded down.|rounded to the nearest cent
flag-at-item-limit|addItem|boundary|prose|An item at the limit is flagged.|an amount equal to a limit is within it
flag-day-limit-last-only|addItem|field|prose|Only the last item of the day is flagged.|this marks all of them
flag-receipt-still-missing|putReceipt|field|prose|A receipt doesn't take the flag away.|and has no receipt
item-patch-fixed-ignored|updateItem|validation|schema|Members that can't be changed are ignored.|ItemPatch: additionalProperties false
item-patch-base-stale|updateItem|field|prose|The base amount isn't worked out anew.|the base amount is worked out anew
item-patch-new-rate|updateItem|field|prose|The corrected rate is used.|with the rate that the item already has
item-patched-in-submitted|updateItem|state|prose|Items of submitted trips can be changed.|Items and receipts can be changed in drafts and rejected trips only.
item-patched-through-other-trip|updateItem|reference|prose|An item can be reached below another trip.|It has to be an item of the trip in the path.
item-deleted-by-manager|deleteItem|authorization|prose|Whoever sees the trip may delete items.|neither the traveller nor an active delegate
item-deleted-from-approved|deleteItem|state|prose|Items of approved trips can be deleted.|The trip is submitted, approved or paid.
item-delete-removes-same-category|deleteItem|side effect|prose|Other items of the category go, too.|Removes an item and its receipt
receipt-checksum-not-compared|putReceipt|validation|prose|The checksum isn't compared.|not that of the body
receipt-limit-off-by-one|putReceipt|boundary|prose|A file of 262144 bytes is refused.|at most 262144 bytes
receipt-limit-doubled|putReceipt|validation|prose|Larger files are accepted.|The file has more than 262144 bytes.
receipt-any-media-type|putReceipt|media type|prose|Any media type is accepted.|The media type is neither `image/png` nor `application/pdf`.
receipt-not-replaced|putReceipt|lost update|prose|The first receipt stays.|An earlier receipt of the item is replaced.
receipt-read-by-anyone|getReceipt|authorization|prose|Everybody may download.|The trip isn't there for the caller
receipt-checksum-header-missing|getReceipt|header|structure|The checksum is missing.|headers X-Checksum-Sha256 required
receipt-always-pdf|getReceipt|media type|prose|The media type is always PDF.|with the media type they were uploaded with
receipt-inline|getReceipt|header|prose|The disposition is inline.|Always an attachment.
comments-newest-first|listComments|sort|prose|Newest first.|oldest first
comment-2001|addComment|boundary|schema|2001 characters are accepted.|CommentInput.text: maxLength 2000
comment-paid-refused|addComment|state|prose|Paid trips can't be discussed.|even paid trips can be discussed
comment-on-invisible-trip|addComment|authorization|prose|Everybody may comment on any trip.|Everybody who sees a trip may comment on it
comment-touches-updatedat|addComment|side effect|prose|A comment changes updatedAt of the trip.|Comments don't count.
comment-edited-by-manager|editComment|authorization|prose|Managers may edit comments.|not even a manager or accountant
comment-edit-after-delegation|editComment|authorization|prose|The author may edit after losing sight of the trip.|only as long as they see the trip
comment-edit-through-other-trip|editComment|reference|prose|A comment can be reached below another trip.|the trip has no such comment
comment-editedat-not-set|editComment|field|prose|editedAt stays null.|`editedAt` is set
comment-deleted-by-manager|deleteComment|authorization|prose|Managers may delete comments.|this is up to the author alone
comment-delete-blanks|deleteComment|delete|prose|Only the text is taken out.|Deletes a comment.
report-other-department|getMonthlyReport|authorization|prose|Managers get the report of any department.|a manager who asks for a department other than their own
report-manager-gets-all|getMonthlyReport|authorization|prose|Managers get all departments.|Managers get their own department, whether they name it or not.
report-month-13|getMonthlyReport|validation|schema|Months up to 19 are accepted.|month: pattern
report-by-start|getMonthlyReport|date|prose|The start of a trip counts.|trips that *end* in the given month
report-without-paid|getMonthlyReport|filter|prose|Paid trips don't count.|Sums up the approved and paid trips
report-grand-without-perdiem|getMonthlyReport|field|prose|The grand total leaves the per diem out.|Items and per diem together.
report-no-406|getMonthlyReport|media type|prose|Any Accept is answered with JSON.|admits neither JSON nor CSV
report-q-ignored|getMonthlyReport|media type|prose|Preferences don't count.|whichever the client prefers by its `Accept` header
report-csv-lf|getMonthlyReport|field|prose|Lines end with LF.|Lines end with CR LF
'''


def fault_list():
    keys = ('id', 'operation', 'kind', 'source', 'what', 'where')
    return [dict(zip(keys, line.split('|'))) for line in FAULTS.strip().splitlines()]



def main():
    global FAULT
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
    seed()
    FAULT = args.fault
    server = Server(('127.0.0.1', args.port), Handler)
    print('listening on http://127.0.0.1:%d' % server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Timer(1200, lambda: os._exit(0)).start()
    while sys.stdin.buffer.read(65536):
        pass
    os._exit(0)
if __name__ == '__main__':
    main()
