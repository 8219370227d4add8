#!/usr/bin/env python3
"""Kade 7: stock and purchasing. In memory, standard library only."""
import argparse
import csv
import hashlib
import io
import json
import os
import re
import socket
import sys
import threading
import time
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

FAULT = None


def F(name):
    return FAULT == name


LOCK = threading.Lock()


def gap():
    """Give others a chance in the middle (only faults do so)."""
    LOCK.release()
    time.sleep(0.06)
    LOCK.acquire()


# ---------------------------------------------------------------- schemas
SKU = {'type': 'string', 'pattern': '^[A-Z0-9][A-Z0-9-]{2,19}$'}
BARCODE = {'type': 'string', 'pattern': '^([0-9]{8}|[0-9]{13})$'}
PRICE = {'type': 'string', 'pattern': r'^(0|[1-9][0-9]{0,6})\.[0-9]{2}$'}
SUPCODE = {'type': 'string', 'pattern': '^[A-Z]{3,8}$'}
LOCCODE = {'type': 'string', 'pattern': '^[A-Z][0-9]{2}-[0-9]{2}$'}
UNIT = {'type': 'string', 'enum': ['piece', 'box', 'kg', 'litre', 'metre']}
ZONE = {'type': 'string', 'enum': ['ambient', 'cold', 'quarantine']}
SUPSTATUS = {'type': 'string', 'enum': ['active', 'blocked']}
MOVTYPE = {'type': 'string', 'enum': ['receipt', 'shipment', 'transfer', 'adjustment']}
RESSTATUS = {'type': 'string', 'enum': ['open', 'shipped']}
CURRENCY = {'type': 'string', 'enum': ['EUR', 'USD', 'GBP']}
ID = {'type': 'integer', 'minimum': 1}
NULL = {'type': 'null'}
COUNTRY = {'type': 'string', 'pattern': '^[A-Z]{2}$'}
GOODS = [{'required': ['sku']}, {'required': ['productId']}]

S = {
    'NewProduct': {
        'type': 'object', 'additionalProperties': False,
        'required': ['sku', 'name', 'unit', 'salePrice'],
        'not': {'required': ['supplierId', 'supplierCode']},
        'properties': {
            'sku': SKU, 'name': {'type': 'string', 'minLength': 1, 'maxLength': 120},
            'description': {'type': ['string', 'null'], 'maxLength': 1000},
            'unit': UNIT, 'salePrice': PRICE, 'purchasePrice': {'anyOf': [PRICE, NULL]},
            'barcode': {'anyOf': [BARCODE, NULL]}, 'supplierId': ID, 'supplierCode': SUPCODE,
            'reorderLevel': {'type': 'integer', 'minimum': 0, 'maximum': 100000},
            'active': {'type': 'boolean'}}},
    'ProductPatch': {
        'type': 'object', 'additionalProperties': False,
        'properties': {
            'name': {'type': 'string', 'minLength': 1, 'maxLength': 120},
            'description': {'type': ['string', 'null'], 'maxLength': 1000},
            'salePrice': PRICE, 'purchasePrice': {'anyOf': [PRICE, NULL]},
            'barcode': {'anyOf': [BARCODE, NULL]}, 'supplierId': {'anyOf': [ID, NULL]},
            'reorderLevel': {'type': 'integer', 'minimum': 0, 'maximum': 100000},
            'active': {'type': 'boolean'}}},
    'BulkAction': {
        'type': 'object', 'additionalProperties': False, 'required': ['action', 'skus'],
        'properties': {
            'action': {'type': 'string', 'enum': ['activate', 'deactivate', 'setReorderLevel']},
            'skus': {'type': 'array', 'minItems': 1, 'maxItems': 100, 'uniqueItems': True, 'items': SKU},
            'reorderLevel': {'type': 'integer', 'minimum': 0, 'maximum': 100000}}},
    'NewSupplier': {
        'type': 'object', 'additionalProperties': False,
        'required': ['code', 'name', 'email', 'country'],
        'properties': {
            'code': SUPCODE, 'name': {'type': 'string', 'minLength': 1, 'maxLength': 100},
            'email': {'type': 'string', 'maxLength': 120, 'pattern': r'^[^@\s]+@[^@\s]+\.[^@\s]+$'},
            'phone': {'type': ['string', 'null'], 'maxLength': 30},
            'country': COUNTRY,
            'leadTimeDays': {'type': 'integer', 'minimum': 0, 'maximum': 365},
            'currency': {'allOf': [CURRENCY]}}},
    'SupplierPatch': {
        'type': 'array', 'minItems': 1, 'maxItems': 20,
        'items': {
            'type': 'object', 'additionalProperties': False, 'required': ['op', 'path'],
            'properties': {
                'op': {'type': 'string', 'enum': ['add', 'replace', 'remove', 'test']},
                'path': {'type': 'string', 'enum': ['/name', '/email', '/phone', '/country',
                                                    '/leadTimeDays', '/status']},
                'value': {}}}},
    'NewLocation': {
        'type': 'object', 'additionalProperties': False, 'required': ['code', 'zone', 'capacity'],
        'properties': {'code': LOCCODE, 'zone': ZONE,
                       'capacity': {'type': 'integer', 'minimum': 1, 'maximum': 100000}}},
    'NewMovement': {
        'type': 'object', 'additionalProperties': False, 'required': ['type', 'quantity'],
        'oneOf': GOODS,
        'properties': {
            'type': {'type': 'string', 'enum': ['transfer', 'adjustment']},
            'sku': SKU, 'productId': ID, 'fromLocationId': ID, 'toLocationId': ID,
            'quantity': {'type': 'integer', 'minimum': 1, 'maximum': 10000},
            'reason': {'type': 'string', 'minLength': 1, 'maxLength': 200}}},
    'NewOrder': {
        'type': 'object', 'additionalProperties': False, 'required': ['lines'],
        'oneOf': [{'required': ['supplierId']}, {'required': ['supplierCode']}],
        'properties': {
            'supplierId': ID, 'supplierCode': SUPCODE,
            'expectedOn': {'type': ['string', 'null'], 'format': 'date'},
            'notes': {'type': ['string', 'null'], 'maxLength': 500},
            'taxRate': {'type': 'integer', 'minimum': 0, 'maximum': 27},
            'lines': {
                'type': 'array', 'minItems': 1, 'maxItems': 50,
                'items': {
                    'type': 'object', 'additionalProperties': False, 'required': ['quantity'],
                    'oneOf': GOODS,
                    'properties': {
                        'sku': SKU, 'productId': ID,
                        'quantity': {'type': 'integer', 'minimum': 1, 'maximum': 10000},
                        'unitPrice': PRICE,
                        'discountPercent': {'type': 'number', 'minimum': 0, 'maximum': 100,
                                            'multipleOf': 0.5}}}}}},
    'NewReceipt': {
        'type': 'object', 'additionalProperties': False, 'required': ['deliveryNote', 'lines'],
        'properties': {
            'deliveryNote': {'type': 'string', 'minLength': 1, 'maxLength': 40},
            'lines': {
                'type': 'array', 'minItems': 1, 'maxItems': 100,
                'items': {
                    'type': 'object', 'additionalProperties': False,
                    'required': ['lineNo', 'quantity'],
                    'oneOf': [{'required': ['locationId']}, {'required': ['locationCode']}],
                    'properties': {
                        'lineNo': {'type': 'integer', 'minimum': 1},
                        'locationId': ID, 'locationCode': LOCCODE,
                        'quantity': {'type': 'integer', 'minimum': 1, 'maximum': 10000}}}}}},
    'NewReservation': {
        'type': 'object', 'additionalProperties': False, 'required': ['customerRef', 'lines'],
        'properties': {
            'customerRef': {'type': 'string', 'minLength': 1, 'maxLength': 40},
            'shipBy': {'type': ['string', 'null'], 'format': 'date-time'},
            'lines': {
                'type': 'array', 'minItems': 1, 'maxItems': 20,
                'items': {
                    'type': 'object', 'additionalProperties': False, 'required': ['quantity'],
                    'oneOf': GOODS,
                    'properties': {
                        'sku': SKU, 'productId': ID,
                        'quantity': {'type': 'integer', 'minimum': 1, 'maximum': 10000}}}}}},
}

_PATTERNS = {}


def matches(pattern, text):
    rx = _PATTERNS.get(pattern)
    if rx is None:
        rx = re.compile(pattern[:-1] + r'\Z' if pattern.endswith('$') else pattern)
        _PATTERNS[pattern] = rx
    return rx.search(text) is not None


RFC3339 = re.compile(r'([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})'
                     r'(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})\Z')


def parse_moment(text, drop_offset=False):
    m = RFC3339.match(text)
    if not m:
        return None
    try:
        y, mo, d, h, mi, s = (int(m.group(i)) for i in range(1, 7))
        extra = 0
        if s == 60:
            s, extra = 59, 1
        micro = int((m.group(7) or '.0')[1:7].ljust(6, '0'))
        off = m.group(8)
        if off in 'Zz':
            delta = 0
        else:
            hh, mm = int(off[1:3]), int(off[4:6])
            if hh > 23 or mm > 59:
                return None
            delta = (hh * 60 + mm) * (-1 if off[0] == '-' else 1)
        if drop_offset:
            delta = 0
        return (datetime(y, mo, d, h, mi, s, micro, tzinfo=timezone.utc)
                + timedelta(seconds=extra) - timedelta(minutes=delta))
    except (ValueError, OverflowError):
        return None


def show(moment):
    return moment.strftime('%Y-%m-%dT%H:%M:%S.').rjust(20, '0') + '%03dZ' % (moment.microsecond // 1000)


def valid_date(text):
    if not re.match(r'[0-9]{4}-[0-9]{2}-[0-9]{2}\Z', text):
        return False
    try:
        date.fromisoformat(text)
        return True
    except ValueError:
        return False


def is_type(v, t):
    if t == 'null':
        return v is None
    if t == 'boolean':
        return isinstance(v, bool)
    if t == 'integer':
        return (isinstance(v, int) and not isinstance(v, bool)) or (isinstance(v, float) and v.is_integer())
    if t == 'number':
        return isinstance(v, (int, float)) and not isinstance(v, bool)
    if t == 'string':
        return isinstance(v, str)
    if t == 'array':
        return isinstance(v, list)
    return isinstance(v, dict)


def same(a, b):
    """Equality of JSON values."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    return a == b


def check(v, sch, at, out):
    def bad(issue, where=at):
        out.append({'field': where, 'issue': issue})
    t = sch.get('type')
    if t is not None:
        ts = t if isinstance(t, list) else [t]
        if not any(is_type(v, x) for x in ts):
            bad('must be ' + ' or '.join(ts))
            return
    for sub in sch.get('allOf', ()):
        check(v, sub, at, out)
    if 'anyOf' in sch:
        for sub in sch['anyOf']:
            tmp = []
            check(v, sub, at, tmp)
            if not tmp:
                break
        else:
            bad('fits none of what is allowed here')
    if 'enum' in sch and not any(same(v, e) for e in sch['enum']):
        bad('must be one of ' + ', '.join(map(str, sch['enum'])))
    if isinstance(v, str):
        if len(v) < sch.get('minLength', 0):
            bad('is too short')
        if 'maxLength' in sch and len(v) > sch['maxLength']:
            bad('is too long')
        if 'pattern' in sch and not matches(sch['pattern'], v):
            bad('does not have the right form')
        if sch.get('format') == 'date' and not valid_date(v):
            bad('is not a date')
        if sch.get('format') == 'date-time' and parse_moment(v) is None:
            bad('is not a date-time with offset')
    elif isinstance(v, (int, float)) and not isinstance(v, bool):
        if 'minimum' in sch and v < sch['minimum']:
            bad('is too small')
        if 'maximum' in sch and v > sch['maximum']:
            bad('is too large')
        if 'multipleOf' in sch and abs(v) < 1e9 and (v / sch['multipleOf']) % 1 != 0:
            bad('is not a multiple of %s' % sch['multipleOf'])
    elif isinstance(v, list):
        if len(v) < sch.get('minItems', 0):
            bad('has too few entries')
        if 'maxItems' in sch and len(v) > sch['maxItems']:
            bad('has too many entries')
        if sch.get('uniqueItems') and any(same(a, b) for i, a in enumerate(v) for b in v[:i]):
            bad('has an entry twice')
        if 'items' in sch:
            for i, x in enumerate(v):
                check(x, sch['items'], '%s/%d' % (at, i), out)
    elif isinstance(v, dict):
        for k in sch.get('required', ()):
            if k not in v:
                bad('is required', at + '/' + k)
        props = sch.get('properties', {})
        for k, x in v.items():
            if k in props:
                check(x, props[k], at + '/' + k, out)
            elif sch.get('additionalProperties') is False:
                bad('is not known', at + '/' + k.replace('~', '~0').replace('/', '~1'))
        if 'oneOf' in sch:
            n = sum(all(k in v for k in s['required']) for s in sch['oneOf'])
            if n != 1:
                bad('needs exactly one of ' + ', '.join(s['required'][0] for s in sch['oneOf']))
        if 'not' in sch and all(k in v for k in sch['not']['required']):
            bad('may have only one of ' + ', '.join(sch['not']['required']))


def tidy(v):
    """5.0 is an integer to JSON schema; keep it as one."""
    if isinstance(v, float) and v.is_integer():
        return int(v)
    if isinstance(v, list):
        return [tidy(x) for x in v]
    if isinstance(v, dict):
        return {k: tidy(x) for k, x in v.items()}
    return v


# ---------------------------------------------------------------- errors
class Stop(Exception):
    def __init__(self, status, code, message, details=(), headers=()):
        self.status, self.code, self.message = status, code, message
        self.details, self.headers = list(details), list(headers)


def conflict(code, message):
    return Stop(409, code, message)


def senseless(field, issue):
    return Stop(422, 'invalid', 'The body does not make sense.', [{'field': field, 'issue': issue}])


# ---------------------------------------------------------------- data
KEYS = {
    'k7-admin-9f21c4': ('ada', 'admin'),
    'k7-buyer-3b77e0': ('bram', 'buyer'),
    'k7-buyer-58ad19': ('bea', 'buyer'),
    'k7-clerk-c0d4a6': ('cleo', 'clerk'),
    'k7-shop-71e5f2': ('webshop', 'shop'),
    'k7-shop-e28b90': ('outlet', 'shop'),
    'k7-audit-a4630d': ('otto', 'auditor'),
}

products, suppliers, locations = {}, {}, {}
stock = {}          # (productId, locationId) -> quantity
movements = []
orders, reservations, imports = {}, {}, {}
documents = {}      # orderId -> (type, bytes)
idem = {}           # (key name, key) -> (body, orderId)
ghost_skus = set()
ghost_products = {}
counters = {}
_last = [datetime(2000, 1, 1, tzinfo=timezone.utc)]


def next_id(kind):
    counters[kind] = counters.get(kind, 0) + 1
    return counters[kind]


def now():
    n = datetime.now(timezone.utc)
    n = n.replace(microsecond=n.microsecond // 1000 * 1000)
    if n <= _last[0]:
        n = _last[0] + timedelta(milliseconds=1)
    _last[0] = n
    return show(n)


def money(d):
    return '%.2f' % d


def cents(d, how=ROUND_HALF_UP):
    return d.quantize(Decimal('0.01'), rounding=how)


def on_hand(pid):
    return sum(q for (p, _), q in stock.items() if p == pid)


def reserved(pid):
    return sum(l['quantity'] for r in reservations.values() if r['status'] == 'open'
               for l in r['lines'] if l['productId'] == pid)


def outside(pid):
    return sum(q for (p, l), q in stock.items() if p == pid and locations[l]['zone'] != 'quarantine')


def available(pid):
    return outside(pid) - reserved(pid)


def used(lid):
    return sum(q for (_, l), q in stock.items() if l == lid)


def by(coll, member, value):
    for x in coll.values():
        if x[member] == value:
            return x
    return None


def add_stock(pid, lid, n):
    q = stock.get((pid, lid), 0) + n
    if q == 0 and not F('stock-zero-rows'):
        stock.pop((pid, lid), None)
    else:
        stock[(pid, lid)] = q


def book(kind, p, src, dst, n, who, when, reason=None, ref=None):
    if src:
        add_stock(p['id'], src, -n)
    if dst and not (kind == 'transfer' and F('transfer-half')):
        add_stock(p['id'], dst, n)
    m = {'id': next_id('movement'), 'type': kind, 'productId': p['id'], 'sku': p['sku'],
         'fromLocationId': src, 'toLocationId': dst, 'quantity': n, 'reason': reason,
         'reference': ref, 'performedBy': who, 'createdAt': when}
    if not (kind == 'adjustment' and src and F('adjustment-no-ledger')):
        movements.append(m)
    return m


def show_product(p, role, listed=False):
    pid = p['id']
    res = reserved(pid)
    av = available(pid)
    if F('reserved-counts-shipped'):
        res = sum(l['quantity'] for r in reservations.values() for l in r['lines'] if l['productId'] == pid)
    if F('available-with-quarantine'):
        av = on_hand(pid) - res
    v = {k: p[k] for k in ('id', 'sku', 'name', 'description', 'unit', 'salePrice', 'purchasePrice',
                           'barcode', 'supplierId', 'reorderLevel', 'active')}
    v['stock'] = {'onHand': on_hand(pid), 'reserved': res, 'available': av}
    v['createdAt'], v['updatedAt'] = p['createdAt'], p['updatedAt']
    if role == 'shop' and not (listed and F('shop-sees-cost-in-list')):
        v['purchasePrice'] = None
    return v


def etag(view, kind='product'):
    if F('etag-without-stock') and kind == 'product':
        view = {k: v for k, v in view.items() if k != 'stock'}
    if F('supplier-etag-stuck') and kind == 'supplier':
        view = view['id']
    return '"%s"' % hashlib.sha1(json.dumps(view, sort_keys=True).encode()).hexdigest()[:20]


def etag_matches(header, tag, weak=False):
    if header.strip() == '*':
        return True
    found = re.findall(r'(W/)?("[^"]*")', header)
    return any(t == tag and (weak or not w) for w, t in found)


def show_supplier(s):
    states = ('draft', 'sent', 'partlyReceived') if F('open-orders-with-drafts') else ('sent', 'partlyReceived')
    v = dict(s)
    v['openOrders'] = sum(o['supplierId'] == s['id'] and o['status'] in states for o in orders.values())
    return v


def show_location(l):
    v = dict(l)
    v['used'] = used(l['id'])
    if F('location-used-one-product'):
        v['used'] = max([q for (_, x), q in stock.items() if x == l['id']] or [0])
    v['free'] = v['capacity'] - v['used']
    return v


def totals(lines, rate):
    how = ROUND_HALF_UP
    if F('line-total-half-even'):
        how = ROUND_HALF_EVEN
    net = Decimal(0)
    tax_lines = Decimal(0)
    for l in lines:
        disc = Decimal(str(l['discountPercent']))
        exact = Decimal(l['unitPrice']) * l['quantity'] * (100 - disc) / 100
        l['lineTotal'] = money(cents(exact, how))
        net += exact if F('net-of-unrounded-lines') else cents(exact, how)
        tax_lines += cents(cents(exact) * rate / 100)
    net = cents(net)
    tax = cents(net * rate / 100, ROUND_DOWN if F('tax-cut-off') else ROUND_HALF_UP)
    if F('tax-per-line'):
        tax = tax_lines
    return {'netTotal': money(net), 'taxRate': rate, 'taxTotal': money(tax), 'grossTotal': money(net + tax)}


def show_order(o):
    v = {k: o[k] for k in ('id', 'number', 'supplierId', 'status', 'currency', 'lines', 'netTotal', 'taxRate',
                           'taxTotal', 'grossTotal', 'expectedOn', 'notes', 'receipts')}
    v['hasDocument'] = o['id'] in documents
    if F('has-document-stuck'):
        v['hasDocument'] = False
    if F('receipts-newest-first'):
        v['receipts'] = list(reversed(v['receipts']))
    for k in ('createdBy', 'createdAt', 'sentAt', 'cancelledAt'):
        v[k] = o[k]
    return v


def summary(o):
    v = {k: o[k] for k in ('id', 'number', 'supplierId', 'status', 'currency')}
    v['lineCount'] = sum(l['quantity'] for l in o['lines']) if F('line-count-quantities') else len(o['lines'])
    for k in ('grossTotal', 'expectedOn', 'createdBy', 'createdAt'):
        v[k] = o[k]
    return v


def make_order(sup, lines, who, when, rate=21, expected=None, notes=None):
    year = when[:4]
    o = {'id': next_id('order'), 'number': 'PO-%s-%05d' % (year, next_id('po' + year)), 'supplierId': sup['id'],
         'status': 'draft', 'currency': sup['currency'], 'lines': lines, 'expectedOn': expected, 'notes': notes,
         'receipts': [], 'createdBy': who, 'createdAt': when, 'sentAt': None, 'cancelledAt': None}
    if F('order-currency-euro'):
        o['currency'] = 'EUR'
    o.update(totals(lines, rate))
    orders[o['id']] = o
    return o


def book_receipt(o, note, lines, who, when):
    """lines: [(order line, location, quantity)], checked before."""
    ids = []
    for l, loc, n in lines:
        ref = {'kind': 'purchaseOrder', 'id': o['id']}
        if F('receipt-without-reference'):
            ref = None
        m = book('receipt', products[l['productId']], None, loc['id'], n, who, when, None, ref)
        l['receivedQuantity'] += n
        ids.append(m['id'])
    full = [l['receivedQuantity'] >= l['quantity'] for l in o['lines']]
    o['status'] = 'received' if (any(full) if F('received-after-first-line') else all(full)) else 'partlyReceived'
    rec = {'id': next_id('receipt'), 'orderId': o['id'], 'orderStatus': o['status'], 'deliveryNote': note,
           'lines': [{'lineNo': l['lineNo'], 'sku': l['sku'], 'locationId': loc['id'], 'quantity': n}
                     for l, loc, n in lines],
           'movementIds': ids, 'receivedBy': who, 'createdAt': when}
    o['receipts'].append({'id': rec['id'], 'deliveryNote': note, 'quantity': sum(n for _, _, n in lines),
                          'createdAt': when})
    return rec


def make_reservation(ref, lines, who, when, ship_by=None):
    r = {'id': next_id('reservation'), 'customerRef': ref, 'status': 'open',
         'lines': [{'productId': p['id'], 'sku': p['sku'], 'quantity': n} for p, n in lines],
         'totalQuantity': sum(n for _, n in lines), 'picks': [], 'shipBy': ship_by, 'createdBy': who,
         'createdAt': when, 'shippedAt': None}
    if F('reservation-total-lines'):
        r['totalQuantity'] = len(lines)
    reservations[r['id']] = r
    return r


def ship(r, who, when):
    picks = []
    order = sorted(locations.values(), key=lambda l: l['code'])
    if F('ship-descending'):
        order.reverse()
    for line in r['lines']:
        left = line['quantity']
        for loc in order:
            if loc['zone'] == 'quarantine' and not F('ship-from-quarantine'):
                continue
            n = min(left, stock.get((line['productId'], loc['id']), 0))
            if n > 0:
                ref = {'kind': 'reservation', 'id': r['id']}
                book('shipment', products[line['productId']], loc['id'], None, n, who, when, None, ref)
                picks.append({'sku': line['sku'], 'locationId': loc['id'], 'quantity': n})
                left -= n
            if not left:
                break
    r['picks'] = picks
    if not F('ship-status-stays'):
        r['status'] = 'shipped'
    r['shippedAt'] = when


def line(no, p, n, price=None, disc=0):
    return {'lineNo': no, 'productId': p['id'], 'sku': p['sku'], 'quantity': n,
            'unitPrice': price or p['purchasePrice'], 'discountPercent': disc, 'lineTotal': '0.00',
            'receivedQuantity': 0}


def seed():
    base = datetime.now(timezone.utc).replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=40)
    clock = [base]

    def tick(hours=5):
        clock[0] += timedelta(hours=hours, minutes=7, milliseconds=431)
        return show(clock[0])
    for code, name, email, phone, country, lead, cur, status in [
            ('HANSA', 'Hansa Verpackung', 'orders@hansa.example', '+49 40 555 010', 'DE', 10, 'EUR', 'active'),
            ('NORTH', 'northern Tools', 'sales@north.example', None, 'GB', 21, 'GBP', 'active'),
            ('PACIF', 'Pacific Safety', 'po@pacific.example', '+1 503 555 0133', 'US', 35, 'USD', 'active'),
            ('VELDT', 'Veldt en Zoon', 'bestel@veldt.example', None, 'NL', 3, 'EUR', 'blocked'),
            ('ALPEN', 'Alpenquell', 'info@alpen.example', None, 'DE', 7, 'EUR', 'active')]:
        i, t = next_id('supplier'), tick(1)
        suppliers[i] = {'id': i, 'code': code, 'name': name, 'email': email, 'phone': phone, 'country': country,
                        'leadTimeDays': lead, 'currency': cur, 'status': status, 'createdAt': t, 'updatedAt': t}
    for code, zone, cap in [('A01-01', 'ambient', 500), ('A01-02', 'ambient', 300), ('B02-01', 'ambient', 1000),
                            ('C01-01', 'cold', 200), ('C01-02', 'cold', 50), ('Q01-01', 'quarantine', 100),
                            ('D04-01', 'ambient', 250)]:
        i = next_id('location')
        locations[i] = {'id': i, 'code': code, 'zone': zone, 'capacity': cap, 'createdAt': tick(1)}
    for sku, name, unit, sale, buy, bar, sup, level, act in [
            ('TAPE-50', 'Packing tape 50 mm', 'piece', '3.95', '1.60', '4006381333931', 1, 40, True),
            ('BOX-M', 'Carton, medium', 'piece', '1.20', '0.45', '4006381333948', 1, 200, True),
            ('GLOVE-L', 'work gloves, size L', 'piece', '7.50', '3.10', None, 3, 30, True),
            ('DRILL-18', 'Cordless drill 18 V', 'piece', '129.00', '84.35', '50123456', 2, 5, True),
            ('WATER-6', 'Mineral water, 6 x 1.5 l', 'box', '4.80', '2.05', None, 5, 50, True),
            ('ROPE-10', 'Rope 10 mm', 'metre', '0.90', None, None, None, 0, True),
            ('LAMP-OLD', 'Inspection lamp "Classic", 60 W', 'piece', '19.90', '9.00', None, 2, 0, False),
            ('SAW-B', 'bow saw', 'piece', '24.00', '13.75', '50123463', 2, 10, True)]:
        i, t = next_id('product'), tick(1)
        products[i] = {'id': i, 'sku': sku, 'name': name, 'description': None, 'unit': unit, 'salePrice': sale,
                       'purchasePrice': buy, 'barcode': bar, 'supplierId': sup, 'reorderLevel': level, 'active': act,
                       'createdAt': t, 'updatedAt': t}
    P = {p['sku']: p for p in products.values()}
    for sku, loc, n in [('TAPE-50', 1, 60), ('TAPE-50', 2, 25), ('BOX-M', 3, 180), ('GLOVE-L', 2, 40),
                        ('DRILL-18', 1, 9), ('WATER-6', 4, 90), ('WATER-6', 5, 40), ('WATER-6', 6, 12),
                        ('ROPE-10', 3, 300), ('LAMP-OLD', 6, 3)]:
        book('adjustment', P[sku], None, loc, n, 'ada', tick(6), 'opening stock')
    o = make_order(suppliers[1], [line(1, P['BOX-M'], 400, '0.43', 2.5), line(2, P['TAPE-50'], 60)], 'bram', tick())
    o['status'], o['sentAt'] = 'sent', tick()
    book_receipt(o, 'LS-70011', [(o['lines'][0], locations[3], 400)], 'cleo', tick())
    book_receipt(o, 'LS-70012', [(o['lines'][1], locations[1], 60)], 'cleo', tick())
    o = make_order(suppliers[2], [line(1, P['DRILL-18'], 10), line(2, P['SAW-B'], 20, None, 5)], 'bea', tick(), 0,
                   (date.today() + timedelta(days=6)).isoformat())
    o['status'], o['sentAt'] = 'sent', tick()
    book_receipt(o, 'NT 4471', [(o['lines'][0], locations[1], 4)], 'cleo', tick())
    o = make_order(suppliers[3], [line(1, P['GLOVE-L'], 100, '2.95')], 'bram', tick(), 21,
                   (date.today() + timedelta(days=20)).isoformat(), 'by sea')
    o['status'], o['sentAt'] = 'sent', tick()
    make_order(suppliers[5], [line(1, P['WATER-6'], 30)], 'bram', tick(), 9)
    o = make_order(suppliers[4], [line(1, P['ROPE-10'], 50, '0.31')], 'bea', tick())
    o['status'], o['cancelledAt'] = 'cancelled', tick()
    make_order(suppliers[4], [line(1, P['ROPE-10'], 120, '0.30')], 'bram', tick())
    r = make_reservation('web-20870', [(P['TAPE-50'], 5), (P['GLOVE-L'], 2)], 'webshop', tick())
    ship(r, 'cleo', tick())
    make_reservation('web-20881', [(P['WATER-6'], 12)], 'webshop', tick())
    make_reservation('out-311', [(P['DRILL-18'], 2), (P['TAPE-50'], 10)], 'outlet', tick())


# ---------------------------------------------------------------- requests
class Req:
    def __init__(self, method, path, query, headers, body, args=()):
        self.method, self.path, self.rawquery = method, path, query
        self.headers, self.body, self.args = headers, body, args
        self.query = dict(parse_qsl(query, keep_blank_values=True, errors='replace'))
        self.who = self.role = None

    def roles(self, *allowed):
        if self.role != 'admin' and self.role not in allowed:
            raise Stop(403, 'wrongRole', 'Your role may not do this.')

    def media(self, *types):
        t = (self.headers.get('Content-Type') or '').split(';')[0].strip().lower()
        if t not in types:
            raise Stop(415, 'wrongMediaType', 'This takes ' + ' or '.join(types) + '.')
        return t

    def json(self, kind):
        def refuse(x):
            raise ValueError(x)
        try:
            v = json.loads(self.body.decode('utf-8'), parse_constant=refuse)
        except (ValueError, RecursionError):
            raise Stop(400, 'malformed', 'The body is not JSON.')
        if not isinstance(v, kind):
            raise Stop(400, 'malformed', 'The body has to be an ' + ('array.' if kind is list else 'object.'))
        return v

    def valid(self, v, name, soften=None):
        out = []
        check(v, S[name], '', out)
        if soften:
            out = [d for d in out if not soften(d)]
        if out:
            raise Stop(422, 'invalid', 'The body does not make sense.', out)
        return tidy(v)

    def params(self, **spec):
        """Read query parameters by schema; anything that does not fit is a 400."""
        got, bad = {}, []
        for name, sch in spec.items():
            if name not in self.query:
                got[name] = sch.get('default')
                continue
            raw = self.query[name]
            t = sch['type']
            v = raw
            if t == 'integer':
                if not re.match(r'-?[0-9]{1,30}\Z', raw):
                    bad.append({'field': name, 'issue': 'is not an integer'})
                    continue
                v = int(raw)
            elif t == 'boolean':
                if raw not in ('true', 'false'):
                    bad.append({'field': name, 'issue': 'is neither true nor false'})
                    continue
                v = raw == 'true'
            check(v, sch, name, bad)
            got[name] = v
        if bad:
            raise Stop(400, 'malformed', 'A query parameter cannot be read.', bad)
        return got


PAGE = {'type': 'integer', 'minimum': 1, 'default': 1}
PERPAGE = {'type': 'integer', 'minimum': 1, 'maximum': 100, 'default': 20}
BOOL = {'type': 'boolean'}
Q = {'type': 'string', 'minLength': 1, 'maxLength': 60}
WHEN = {'type': 'string', 'format': 'date-time'}


def paged(req, rows, g, total=None):
    """One page of the rows and its headers."""
    page, per = g['page'], g['perPage']
    n = len(rows) if total is None else total
    last = max(1, -(-n // per))
    if F('last-link-off') and n and n % per == 0:
        last += 1
    others = [(k, v) for k, v in parse_qsl(req.rawquery, keep_blank_values=True, errors='replace') if k != 'page']
    if F('links-drop-filters'):
        others = [(k, v) for k, v in others if k == 'perPage']
    links = []

    def link(p, rel):
        links.append('<%s?%s>; rel="%s"' % (req.path, urlencode(others + [('page', p)]), rel))
    link(1, 'first')
    if page > 1:
        link(page - 1, 'prev')
    if page < last or (F('next-link-on-last-page') and page == last):
        link(page + 1, 'next')
    link(last, 'last')
    start = (page - 1) * per
    end = start + per
    if page > 1 and F('pages-overlap'):
        start -= 1
        end -= 1
    if F('suppliers-skip-last') and req.path == '/suppliers' and page == last and page > 1:
        end = min(end, n - 1)
    return rows[start:end], [('X-Total-Count', str(n)), ('Link', ', '.join(links))]


# products
def list_products(req):
    sort_schema = {'type': 'string', 'default': 'sku',
                   'pattern': '^-?(sku|name|salePrice|createdAt)(,-?(sku|name|salePrice|createdAt)){0,2}$'}
    per = dict(PERPAGE, maximum=1000) if F('perpage-unbounded') else PERPAGE
    g = req.params(page=PAGE, perPage=per, sort=sort_schema, q=Q, supplierId=ID, active=BOOL, belowReorder=BOOL)
    rows = list(products.values())
    if F('delete-stays-listed'):
        rows += ghost_products.values()
    if req.role == 'shop' and not F('shop-lists-inactive'):
        rows = [p for p in rows if p['active']]
    before = len(rows)
    if g['q'] is not None:
        if F('q-case-sensitive'):
            rows = [p for p in rows if g['q'] in p['sku'] or g['q'] in p['name']]
        else:
            q = g['q'].lower()
            rows = [p for p in rows if q in p['name'].lower() or (q in p['sku'].lower() and not F('q-name-only'))]
    total = before if F('products-total-before-q') else None
    if g['supplierId'] is not None and not F('supplier-filter-ignored'):
        rows = [p for p in rows if p['supplierId'] == g['supplierId']]
    if g['active'] is not None and not (g['active'] is False and F('active-false-ignored')):
        rows = [p for p in rows if p['active'] == g['active']]
    if g['belowReorder'] is not None:
        def low(p):
            if F('reorder-boundary'):
                return available(p['id']) <= p['reorderLevel']
            if F('reorder-on-hand'):
                return on_hand(p['id']) < p['reorderLevel']
            return available(p['id']) < p['reorderLevel']
        rows = [p for p in rows if low(p) == g['belowReorder']]
    rows.sort(key=lambda p: p['id'])
    keys = g['sort'].split(',')
    if F('sort-first-only'):
        keys = keys[:1]
    for k in reversed(keys):
        m = k.lstrip('-')

        def val(p):
            if m == 'name':
                return p['name'] if F('name-sort-case') else p['name'].lower()
            if m == 'salePrice' and not F('price-sort-as-text'):
                return Decimal(p['salePrice'])
            return p[m]
        rows.sort(key=val, reverse=k.startswith('-'))
    rows, heads = paged(req, rows, g, total)
    return 200, [show_product(p, req.role, True) for p in rows], heads


def product_rules(b, own=None):
    """Conflicts and references that createProduct, updateProduct and the import share."""
    if b.get('barcode') is not None:
        other = by(products, 'barcode', b['barcode'])
        if other and other is not own and not F('barcode-dup-on-patch' if own else 'barcode-dup-on-create'):
            raise conflict('duplicateBarcode', 'Another product has this barcode.')


def find_supplier(b, new=False):
    if b.get('supplierId') is not None:
        if b['supplierId'] not in suppliers:
            if new and F('unknown-supplier-accepted'):
                return None
            raise senseless('/supplierId', 'no such supplier')
        return suppliers[b['supplierId']]
    if b.get('supplierCode') is not None:
        s = by(suppliers, 'code', b['supplierCode'])
        if not s:
            raise senseless('/supplierCode', 'no such supplier')
        return s
    return None


def add_product(b):
    s = find_supplier(b, True)
    if (by(products, 'sku', b['sku']) and not F('sku-dup-accepted')) or b['sku'] in ghost_skus:
        raise conflict('duplicateSku', 'Another product has this sku.')
    if F('sku-race'):
        gap()
    product_rules(b)
    t = now()
    p = {'id': next_id('product'), 'sku': b['sku'], 'name': b['name'], 'description': b.get('description'),
         'unit': b['unit'], 'salePrice': b['salePrice'], 'purchasePrice': b.get('purchasePrice'),
         'barcode': b.get('barcode'), 'supplierId': s['id'] if s else None,
         'reorderLevel': b.get('reorderLevel', 0), 'active': b.get('active', not F('inactive-by-default')),
         'createdAt': t, 'updatedAt': t}
    if F('supplier-code-ignored') and 'supplierCode' in b:
        p['supplierId'] = None
    if F('description-not-stored'):
        p['description'] = None
    products[p['id']] = p
    return p


def create_product(req):
    req.roles('buyer', *(['clerk'] if F('clerk-creates-product') else []))
    req.media('application/json')
    b = req.json(dict)

    def soften(d):
        if F('unknown-member-accepted') and d['issue'] == 'is not known':
            return True
        if F('name-length-unchecked') and d == {'field': '/name', 'issue': 'is too long'}:
            return True
        if F('price-one-decimal') and d['field'] == '/salePrice' and re.match(r'[0-9]{1,7}\.[0-9]\Z', str(b['salePrice'])):
            return True
        if F('two-suppliers-accepted') and d['issue'].startswith('may have only one'):
            return True
        if F('barcode-length-unchecked') and d['field'] == '/barcode' and str(b['barcode']).isdigit():
            return True
        return False
    b = req.valid(b, 'NewProduct', soften)
    if F('price-one-decimal') and re.match(r'[0-9]+\.[0-9]\Z', b['salePrice']):
        b['salePrice'] += '0'
    p = add_product(b)
    v = show_product(p, req.role)
    heads = [('ETag', etag(v))]
    if not F('product-without-location'):
        heads.append(('Location', '/products/%d' % p['id']))
    return 200 if F('product-created-200') else 201, v, heads


def the(coll, ident):
    if ident not in coll:
        raise Stop(404, 'notFound', 'There is nothing here.')
    return coll[ident]


def get_product(req, pid):
    p = the(products, pid)
    if req.role == 'shop' and not p['active'] and not F('shop-gets-inactive'):
        raise Stop(404, 'notFound', 'There is nothing here.')
    v = show_product(p, req.role)
    tag = etag(v)
    inm = req.headers.get('If-None-Match')
    if inm is not None and etag_matches(inm, tag, True) and not F('if-none-match-ignored'):
        return 304, None, [('ETag', tag)]
    return 200, v, [('ETag', tag)]


def update_product(req, pid):
    req.roles('buyer')
    p = the(products, pid)
    if F('patch-takes-plain-json'):
        req.media('application/merge-patch+json', 'application/json')
    else:
        req.media('application/merge-patch+json')
    b = req.json(dict)
    im = req.headers.get('If-Match')
    if im is None and not F('if-match-optional'):
        raise Stop(428, 'preconditionRequired', 'If-Match is missing.')
    tag = etag(show_product(p, req.role))
    if im is not None and not etag_matches(im, tag) and not F('if-match-ignored'):
        raise Stop(412, 'stale', 'The product has changed in the meantime.')
    if F('lost-update-race'):
        gap()
        p = the(products, pid)
    b = req.valid(b, 'ProductPatch',
                  lambda d: F('patch-reorder-unbounded') and d == {'field': '/reorderLevel', 'issue': 'is too large'})
    find_supplier(b)
    product_rules(b, p)
    if b.get('active') is False and p['active'] and reserved(pid) and not F('deactivate-reserved'):
        raise conflict('productReserved', 'Some of it is reserved.')
    new = dict(p, **b)
    if F('patch-null-ignored'):
        new.update({k: p[k] for k, v in b.items() if v is None})
    if F('patch-resets-description') and 'description' not in b:
        new['description'] = None
    if (new != p or F('noop-touches')) and not F('updated-at-stays'):
        new['updatedAt'] = now()
    if F('patch-level-not-stored'):
        products[pid] = dict(new, reorderLevel=p['reorderLevel'])
    else:
        products[pid] = new
    v = show_product(new, req.role)
    return 200, v, [('ETag', tag if F('patch-answers-old-etag') else etag(v))]


def delete_product(req, pid):
    req.roles(*(['buyer'] if F('buyer-deletes-product') else []))
    p = the(products, pid)
    if any(m['productId'] == pid for m in movements):
        raise conflict('productInUse', 'It has been moved.')
    if any(l['productId'] == pid for o in orders.values() for l in o['lines']) and not F('delete-ordered'):
        if not (F('delete-cancelled-ordered') and all(o['status'] == 'cancelled' for o in orders.values()
                for l in o['lines'] if l['productId'] == pid)):
            raise conflict('productInUse', 'It has been ordered.')
    if any(l['productId'] == pid for r in reservations.values() for l in r['lines']):
        raise conflict('productInUse', 'It has been reserved.')
    if F('delete-stays-listed'):
        ghost_products[pid] = p
    if F('delete-keeps-sku'):
        ghost_skus.add(p['sku'])
    del products[pid]
    return 204, None, []


def bulk(req):
    req.roles('buyer', *(['clerk'] if F('clerk-bulk') else []))
    req.media('application/json')
    b = req.valid(req.json(dict), 'BulkAction',
                  lambda d: F('bulk-twice-accepted') and d['issue'] == 'has an entry twice')
    level = b['action'] == 'setReorderLevel'
    if level and 'reorderLevel' not in b:
        if not F('bulk-level-optional'):
            raise senseless('/reorderLevel', 'is required with setReorderLevel')
        b['reorderLevel'] = 0
    if not level and 'reorderLevel' in b and not F('bulk-level-anyhow'):
        raise senseless('/reorderLevel', 'belongs to setReorderLevel')
    res = []
    for sku in b['skus']:
        p = by(products, 'sku', sku)
        if not p:
            res.append({'sku': sku, 'outcome': 'notFound'})
            continue
        member, value = ('reorderLevel', b.get('reorderLevel')) if level else ('active', b['action'] == 'activate')
        if p[member] == value:
            outcome = 'unchanged'
            if F('bulk-unchanged-touches'):
                p['updatedAt'] = now()
        elif member == 'active' and not value and reserved(p['id']) and not F('bulk-deactivates-reserved'):
            outcome = 'refused'
        else:
            outcome = 'changed'
            if not (F('bulk-stops-at-unknown') and any(r['outcome'] == 'notFound' for r in res)):
                p[member], p['updatedAt'] = value, now()
        res.append({'sku': sku, 'outcome': outcome})
    n = sum(r['outcome'] == 'changed' for r in res)
    if F('bulk-counts-unchanged'):
        n = sum(r['outcome'] in ('changed', 'unchanged') for r in res)
    if F('bulk-results-sorted'):
        res.sort(key=lambda r: r['sku'])
    return 200, {'changed': n, 'results': res}, []


EXPORT = ['sku', 'name', 'unit', 'salePrice', 'purchasePrice', 'barcode', 'supplierCode', 'reorderLevel', 'active',
          'onHand']


def accepts_csv(accept):
    if accept is None or not accept.strip():
        return True
    best = (-1, 0.0)
    for part in accept.split(','):
        bits = [x.strip() for x in part.split(';')]
        rank = {'*/*': 0, 'text/*': 1, 'text/csv': 2}.get(bits[0].lower(), -1)
        q = 1.0
        for x in bits[1:]:
            if x.lower().replace(' ', '').startswith('q='):
                try:
                    q = float(x.split('=')[1])
                except ValueError:
                    q = 1.0
        if rank > best[0]:
            best = (rank, q)
    return best[0] >= 0 and best[1] > 0


def export_products(req):
    req.roles('buyer', 'clerk', 'auditor', *(['shop'] if F('shop-exports') else []))
    if not accepts_csv(req.headers.get('Accept')) and not F('export-ignores-accept'):
        raise Stop(406, 'notAcceptable', 'This is text/csv and nothing else.')
    out = []

    def cell(v):
        if v is None:
            return ''
        if isinstance(v, bool):
            return 'true' if v else 'false'
        v = str(v)
        if F('export-unquoted-breaks') and not re.search('[",]', v):
            return v
        if re.search('[",\r\n]', v):
            return '"%s"' % (v if F('export-quotes-single') else v.replace('"', '""'))
        return v
    rows = sorted(products.values(), key=lambda p: p['id' if F('export-by-id') else 'sku'])
    if F('export-active-only'):
        rows = [p for p in rows if p['active']]
    out.append(','.join(EXPORT))
    for p in rows:
        v = dict(p, supplierCode=suppliers[p['supplierId']]['code'] if p['supplierId'] else None,
                 onHand=available(p['id']) if F('export-available') else on_hand(p['id']))
        out.append(','.join(cell(v[c]) for c in EXPORT))
    text = ''.join(l + ('\n' if F('export-bare-lf') else '\r\n') for l in out)
    heads = [] if F('export-no-disposition') else [('Content-Disposition', 'attachment; filename="products.csv"')]
    ct = 'text/plain; charset=utf-8' if F('export-as-plain') else 'text/csv; charset=utf-8'
    return 200, text.encode('utf-8', 'replace'), heads + [('Content-Type', ct)]


COLUMNS = ['sku', 'name', 'unit', 'salePrice', 'description', 'purchasePrice', 'barcode', 'supplierCode',
           'reorderLevel', 'active']


def import_products(req):
    req.roles('buyer')
    req.media('text/csv')
    if len(req.body) > 65536 and not F('import-any-size'):
        raise Stop(413, 'tooLarge', 'At most 65536 bytes.')

    def bad(msg):
        return Stop(400, 'malformed', msg)
    try:
        text = req.body.decode('utf-8-sig')
        rows = [r for r in csv.reader(io.StringIO(text, newline=''), strict=True) if r]
    except UnicodeDecodeError:
        raise bad('The file is not UTF-8.')
    except csv.Error:
        raise bad('The file is not CSV.')
    if not rows:
        raise bad('The file is empty.')
    head = rows[0]
    for c in head:
        if c not in COLUMNS and not F('import-ignores-unknown-columns'):
            raise bad('Unknown column: ' + c)
    if len(set(head)) != len(head):
        raise bad('A column is repeated.')
    for c in COLUMNS[:4]:
        if c not in head:
            raise bad('Column missing: ' + c)
    if len(rows) < 2:
        raise bad('There is no data line.')
    j = {'id': next_id('import'), 'status': 'queued', 'rows': len(rows) - 1, 'created': 0, 'updated': 0, 'failed': 0,
         'errors': [], 'createdBy': req.who, 'createdAt': now(), 'finishedAt': None}
    imports[j['id']] = j
    threading.Thread(target=work_off, args=(j, rows), daemon=True).start()
    return 202, dict(j), [('Location', '/imports/%d' % j['id'])]


def work_off(j, rows):
    time.sleep(0.1)
    with LOCK:
        j['status'] = 'running'
    time.sleep(0.1)
    with LOCK:
        head, made, changed, errors = rows[0], 0, 0, []
        for n, cells in enumerate(rows[1:], 1):
            sku = None
            try:
                if F('import-stops-at-error') and errors:
                    raise conflict('notTried', 'An earlier line was wrong.')
                if len(cells) != len(head):
                    sku = dict(zip(head, cells)).get('sku') or None
                    raise senseless('', 'has another number of cells than the first line')
                b = {k: v for k, v in zip(head, cells) if v != '' and k in COLUMNS}
                sku = b.get('sku')
                if 'active' in b:
                    b['active'] = {'true': True, 'false': False}.get(b['active'], b['active'])
                if re.match(r'[0-9]{1,9}\Z', b.get('reorderLevel', '')):
                    b['reorderLevel'] = int(b['reorderLevel'])
                p = by(products, 'sku', sku) if sku else None
                out = []
                if p:
                    unit = b.pop('unit', None)
                    code = b.pop('supplierCode', None)
                    b.pop('sku')
                    check(b, S['ProductPatch'], '', out)
                    if out:
                        raise senseless(out[0]['field'], out[0]['issue'])
                    if code is not None:
                        check(code, SUPCODE, '/supplierCode', out)
                        b['supplierId'] = find_supplier({'supplierCode': code})['id']
                    if not F('import-barcode-dup'):
                        product_rules(b, p)
                    if b.get('active') is False and p['active'] and reserved(p['id']):
                        raise conflict('productReserved', 'Some of it is reserved.')
                    if F('import-changes-unit') and unit in UNIT['enum']:
                        b['unit'] = unit
                    if F('import-empty-clears'):
                        for k in ('description', 'purchasePrice', 'barcode'):
                            if k in head and k not in b:
                                b[k] = None
                    new = dict(p, **b)
                    if new != p:
                        new['updatedAt'] = now()
                        products[p['id']] = new
                    changed += 1
                else:
                    check(b, S['NewProduct'], '', out)
                    if out:
                        raise senseless(out[0]['field'], out[0]['issue'])
                    add_product(b)
                    made += 1
            except Stop as e:
                d = e.details[0] if e.details else None
                errors.append({'row': n + 1 if F('import-row-with-header') else n, 'sku': sku,
                               'message': ('%s %s' % (d['field'].lstrip('/'), d['issue'])).strip() if d else e.message})
        j.update(status='done', created=made, updated=changed, failed=len(errors), errors=errors, finishedAt=now())
        if F('import-counts-all-created'):
            j.update(created=made + changed, updated=0)
        if F('import-never-finished'):
            j['finishedAt'] = None


def get_import(req, iid):
    req.roles('buyer', 'auditor')
    j = the(imports, iid)
    if req.role == 'buyer' and j['createdBy'] != req.who and not F('imports-of-others'):
        raise Stop(404, 'notFound', 'There is nothing here.')
    return 200, dict(j), []


# suppliers
def list_suppliers(req):
    req.roles('buyer', 'clerk', 'auditor', *(['shop'] if F('shop-lists-suppliers') else []))
    g = req.params(page=PAGE, perPage=PERPAGE, status=SUPSTATUS, country=COUNTRY, q=Q)
    rows = list(suppliers.values())
    if F('suppliers-page-before-filter'):
        rows, heads = paged(req, sorted(rows, key=lambda s: (s['name'].lower(), s['id'])), g)
        rows = [s for s in rows if g['status'] in (None, s['status']) and g['country'] in (None, s['country'])
                and (g['q'] or '').lower() in s['name'].lower() + '\n' + s['code'].lower()]
        return 200, [show_supplier(s) for s in rows], heads
    if g['status'] is not None:
        rows = [s for s in rows if s['status'] == g['status']]
    if g['country'] is not None and not F('country-filter-ignored'):
        rows = [s for s in rows if s['country'] == g['country']]
    if g['q'] is not None:
        q = g['q'].lower()
        rows = [s for s in rows if q in s['name'].lower() or (q in s['code'].lower() and not F('supplier-q-name-only'))]
    rows.sort(key=lambda s: s['id'] if F('suppliers-by-id') else (s['name'].lower(), s['id']))
    rows, heads = paged(req, rows, g)
    return 200, [show_supplier(s) for s in rows], heads


def create_supplier(req):
    req.roles('buyer')
    req.media('application/json')

    def soften(d):
        if F('lead-time-unbounded') and d == {'field': '/leadTimeDays', 'issue': 'is too large'}:
            return True
        return F('email-unchecked') and d == {'field': '/email', 'issue': 'does not have the right form'}
    b = req.valid(req.json(dict), 'NewSupplier', soften)
    if by(suppliers, 'code', b['code']) and not F('supplier-code-dup'):
        raise conflict('duplicateCode', 'Another supplier has this code.')
    t = now()
    s = {'id': next_id('supplier'), 'code': b['code'], 'name': b['name'], 'email': b['email'],
         'phone': b.get('phone'), 'country': b['country'],
         'leadTimeDays': b.get('leadTimeDays', 0 if F('lead-time-default') else 7),
         'currency': b.get('currency', 'EUR'), 'status': 'active', 'createdAt': t, 'updatedAt': t}
    if F('supplier-phone-not-stored'):
        s['phone'] = None
    suppliers[s['id']] = s
    v = show_supplier(s)
    return 201, v, [('Location', '/suppliers/%d' % s['id']), ('ETag', etag(v, 'supplier'))]


def get_supplier(req, sid):
    req.roles('buyer', 'clerk', 'auditor')
    v = show_supplier(the(suppliers, sid))
    return 200, v, [] if F('supplier-no-etag') else [('ETag', etag(v, 'supplier'))]


def patch_supplier(req, sid):
    req.roles('buyer')
    s = the(suppliers, sid)
    req.media('application/json-patch+json')
    b = req.json(list)
    im = req.headers.get('If-Match')
    if im is not None and not etag_matches(im, etag(show_supplier(s), 'supplier')) and not F('supplier-if-match-ignored'):
        raise Stop(412, 'stale', 'The supplier has changed in the meantime.')
    b = req.valid(b, 'SupplierPatch')
    new, failed = dict(s), False
    for i, op in enumerate(b):
        m = op['path'][1:]
        if op['op'] == 'remove':
            if m != 'phone':
                raise senseless('/%d/path' % i, 'cannot be removed')
            if not F('remove-phone-ignored'):
                new[m] = None
            continue
        if 'value' not in op:
            raise senseless('/%d/value' % i, 'is required')
        if op['op'] == 'test':
            failed = failed or not same(new[m], op['value'])
            if failed and F('patch-not-atomic'):
                break
        else:
            new[m] = op['value']
    out = []
    props = dict(S['NewSupplier']['properties'], status=SUPSTATUS)
    for m in ('name', 'email', 'phone', 'country', 'leadTimeDays', 'status'):
        if F('patch-outcome-country') and m == 'country' and isinstance(new[m], str):
            continue
        check(new[m], props[m], '/' + m, out)
    if out:
        raise Stop(422, 'invalid', 'The outcome would not be a supplier.', out)
    if failed and not F('patch-test-ignored'):
        if F('patch-not-atomic'):
            suppliers[sid] = new
        raise Stop(422 if F('test-failed-422') else 409, 'testFailed', 'A test does not hold.',
                   [{'field': '', 'issue': 'test'}] if F('test-failed-422') else [])
    if new['status'] == 'blocked' and s['status'] != 'blocked' and show_supplier(s)['openOrders'] \
            and not F('block-with-open-orders'):
        raise conflict('supplierInUse', 'There are orders under way.')
    if new != s:
        new['updatedAt'] = now()
    suppliers[sid] = new
    v = show_supplier(new)
    return 200, v, [('ETag', etag(v, 'supplier'))]


# floor
def list_locations(req):
    req.roles('buyer', 'clerk', 'auditor')
    g = req.params(zone=ZONE, minFree={'type': 'integer', 'minimum': 0})
    rows = [show_location(l) for l in locations.values()]
    total = len(rows)
    if g['zone'] is not None:
        rows = [l for l in rows if l['zone'] == g['zone']]
    if g['minFree'] is not None:
        if F('min-free-by-capacity'):
            rows = [l for l in rows if l['capacity'] >= g['minFree']]
        else:
            rows = [l for l in rows if l['free'] > g['minFree'] or (l['free'] == g['minFree'] and not F('min-free-strict'))]
    rows.sort(key=lambda l: l['id'] if F('locations-by-id') else l['code'])
    return 200, rows, [('X-Total-Count', str(total if F('locations-total-all') else len(rows)))]


def create_location(req):
    req.roles('clerk', *(['auditor'] if F('auditor-creates-location') else []))
    req.media('application/json')
    b = req.valid(req.json(dict), 'NewLocation',
                  lambda d: F('capacity-unbounded') and d == {'field': '/capacity', 'issue': 'is too large'})
    if by(locations, 'code', b['code']) and not F('location-code-dup'):
        raise conflict('duplicateCode', 'Another location has this code.')
    l = {'id': next_id('location'), 'code': b['code'], 'zone': b['zone'], 'capacity': b['capacity'],
         'createdAt': now()}
    locations[l['id']] = l
    return 201, show_location(l), []


def list_stock(req):
    req.roles('buyer', 'clerk', 'auditor')
    g = req.params(page=PAGE, perPage=PERPAGE, sku=SKU, locationId=ID, zone=ZONE)
    rows = []
    for (pid, lid), n in stock.items():
        p, l = products[pid], locations[lid]
        if g['sku'] is not None and p['sku'] != g['sku']:
            continue
        if g['locationId'] is not None and lid != g['locationId'] and not F('stock-location-ignored'):
            continue
        if g['zone'] is not None and l['zone'] != g['zone'] and not F('stock-zone-ignored'):
            continue
        rows.append({'productId': pid, 'sku': p['sku'], 'locationId': lid, 'locationCode': l['code'],
                     'zone': l['zone'], 'quantity': n})
    rows.sort(key=lambda r: (r['locationCode'], r['sku']) if F('stock-by-location') else (r['sku'], r['locationCode']))
    part, heads = paged(req, rows, g)
    return 200, {'items': part, 'totalQuantity': sum(r['quantity'] for r in (part if F('stock-total-of-page') else rows))}, heads


def list_movements(req):
    req.roles('buyer', 'clerk', 'auditor', *(['shop'] if F('shop-reads-ledger') else []))
    g = req.params(offset={'type': 'integer', 'minimum': 0, 'default': 0},
                   limit={'type': 'integer', 'minimum': 1, 'maximum': 200, 'default': 50},
                   sku=SKU, locationId=ID, type=MOVTYPE, to=WHEN, **{'from': WHEN})
    rows = list(movements)
    if g['sku'] is not None:
        rows = [m for m in rows if m['sku'] == g['sku']]
    if g['locationId'] is not None:
        rows = [m for m in rows if m['toLocationId'] == g['locationId']
                or (m['fromLocationId'] == g['locationId'] and not F('ledger-location-to-only'))]
    if g['type'] is not None and not F('ledger-type-ignored'):
        rows = [m for m in rows if m['type'] == g['type']]
    drop = F('ledger-offset-dropped')
    if g['from'] is not None:
        t = parse_moment(g['from'], drop)
        rows = [m for m in rows if parse_moment(m['createdAt']) >= t]
    if g['to'] is not None:
        t = parse_moment(g['to'], drop)
        rows = [m for m in rows if parse_moment(m['createdAt']) < t or (F('ledger-to-inclusive')
                                                                         and parse_moment(m['createdAt']) == t)]
    rows.sort(key=lambda m: (m['createdAt'], m['id']), reverse=not F('ledger-oldest-first'))
    start = g['offset']
    part = rows[start:start + g['limit']]
    if F('ledger-offset-in-pages'):
        part = rows[start * g['limit']:(start + 1) * g['limit']]
    return 200, {'items': part, 'offset': g['offset'], 'limit': g['limit'],
                 'total': len(part) if F('ledger-total-of-page') else len(rows)}, []


def the_product(b, at=''):
    p = products.get(b['productId']) if 'productId' in b else by(products, 'sku', b['sku'])
    if not p:
        raise senseless(at + ('/productId' if 'productId' in b else '/sku'), 'no such product')
    return p


def create_movement(req):
    req.roles('clerk', *(['buyer'] if F('buyer-moves-stock') else []))
    req.media('application/json')
    b = req.valid(req.json(dict), 'NewMovement',
                  lambda d: F('movement-unbounded') and d == {'field': '/quantity', 'issue': 'is too large'})
    src, dst, n = b.get('fromLocationId'), b.get('toLocationId'), b['quantity']
    if b['type'] == 'transfer':
        for k in ('fromLocationId', 'toLocationId'):
            if k not in b:
                raise senseless('/' + k, 'is required for a transfer')
        if src == dst and not F('transfer-in-place'):
            raise senseless('/toLocationId', 'is where the goods are already')
    else:
        if (src is None) == (dst is None):
            raise senseless('/toLocationId', 'exactly one location belongs to an adjustment')
        if 'reason' not in b and not F('reason-optional'):
            raise senseless('/reason', 'is required for an adjustment')
    p = the_product(b)
    for k in ('fromLocationId', 'toLocationId'):
        if k in b and b[k] not in locations:
            raise senseless('/' + k, 'no such location')
    if src and stock.get((p['id'], src), 0) < n:
        if not (F('loss-below-zero') and b['type'] == 'adjustment' and stock.get((p['id'], src), 0) > 0):
            raise conflict('insufficientStock', 'There is not that much of it.')
        n = stock[(p['id'], src)]
    if dst and used(dst) + (0 if F('capacity-without-new') else n) - (n if src == dst else 0) > locations[dst]['capacity'] \
            and not (F('transfer-over-capacity') and b['type'] == 'transfer'):
        raise conflict('capacityExceeded', 'The location cannot take that much.')
    loss = n if src and locations[src]['zone'] != 'quarantine' else 0
    gain = n if dst and locations[dst]['zone'] != 'quarantine' else 0
    if loss > gain and available(p['id']) - loss + gain < 0 and not F('loss-of-reserved') \
            and not (F('quarantine-of-reserved') and b['type'] == 'transfer'):
        raise conflict('stockReserved', 'Some of it is reserved.')
    if F('movement-race'):
        gap()
        if src:
            n = min(n, stock.get((p['id'], src), 0)) or n
            if stock.get((p['id'], src), 0) < n:
                stock[(p['id'], src)] = n
    m = book(b['type'], p, src, dst, n, req.who, now(), b.get('reason'))
    if F('movement-anonymous'):
        m['performedBy'] = 'system'
    return 201, dict(m, quantity=b['quantity']), []


# purchasing
def visible(req, o):
    return req.role != 'clerk' or o['sentAt'] is not None


def list_orders(req):
    req.roles('buyer', 'clerk', 'auditor')
    one = '(draft|sent|partlyReceived|received|cancelled)'
    g = req.params(page=PAGE, perPage=PERPAGE, supplierId=ID, sku=SKU, createdFrom=WHEN,
                   sort={'type': 'string', 'default': '-createdAt', 'enum': [
                       'createdAt', '-createdAt', 'expectedOn', '-expectedOn', 'grossTotal', '-grossTotal']},
                   status={'type': 'string', 'pattern': '^%s(,%s)*$' % (one, one)})
    rows = list(orders.values())

    def sieve(rows):
        if g['status'] is not None:
            states = g['status'].split(',')
            if F('status-first-only'):
                states = states[:1]
            rows = [o for o in rows if o['status'] in states]
        if g['supplierId'] is not None:
            rows = [o for o in rows if o['supplierId'] == g['supplierId']]
        if g['sku'] is not None:
            rows = [o for o in rows if any(l['sku'] == g['sku'] for l in
                                           (o['lines'][:1] if F('order-sku-first-line') else o['lines']))]
        if g['createdFrom'] is not None:
            t = parse_moment(g['createdFrom'], F('created-from-offset-dropped'))
            rows = [o for o in rows if parse_moment(o['createdAt']) >= t]
        return rows
    rows = sieve(rows)
    total = len(rows) if F('clerk-total-with-drafts') else None
    if not F('clerk-lists-drafts'):
        rows = [o for o in rows if visible(req, o)]
    key = g['sort'].lstrip('-')
    down = g['sort'].startswith('-')
    rows.sort(key=lambda o: -o['id'])
    if key == 'grossTotal' and not F('gross-sort-as-text'):
        rows.sort(key=lambda o: Decimal(o['grossTotal']), reverse=down)
    elif key == 'expectedOn':
        some = [o for o in rows if o[key]]
        none = [o for o in rows if not o[key]]
        some.sort(key=lambda o: o[key], reverse=down)
        rows = none + some if F('undated-first') and not down else some + none
    else:
        rows.sort(key=lambda o: o[key], reverse=down)
    rows, heads = paged(req, rows, g, total)
    return 200, [summary(o) for o in rows], heads


def create_order(req):
    req.roles('buyer', *(['clerk'] if F('clerk-drafts-order') else []))
    req.media('application/json')
    raw = req.json(dict)
    ik = req.headers.get('Idempotency-Key')
    if ik is not None and not matches('^[A-Za-z0-9_-]{8,64}$', ik):
        if not F('idempotency-key-unchecked'):
            raise Stop(400, 'malformed', 'The idempotency key does not have the right form.',
                       [{'field': 'Idempotency-Key', 'issue': 'does not have the right form'}])
    slot = ('*' if F('idempotency-across-keys') else req.who, ik)
    before = idem.get(slot) if ik is not None and not F('idempotency-ignored') else None
    if before and (same(before[0], raw) or F('idempotency-any-body')):
        return (201 if F('replay-201') else 200), show_order(orders[before[1]]), \
            [('Location', '/purchase-orders/%d' % before[1])] if F('replay-201') else []
    b = req.valid(raw, 'NewOrder', lambda d: (F('discount-any-step') and d['issue'].startswith('is not a multiple'))
                  or (F('order-lines-unbounded') and d == {'field': '/lines', 'issue': 'has too many entries'}))
    sup = suppliers.get(b['supplierId']) if 'supplierId' in b else by(suppliers, 'code', b['supplierCode'])
    if not sup:
        raise senseless('/supplierId' if 'supplierId' in b else '/supplierCode', 'no such supplier')
    if b.get('expectedOn') and b['expectedOn'] < datetime.now(timezone.utc).date().isoformat() \
            and not F('expected-in-past'):
        raise senseless('/expectedOn', 'is past')
    lines, seen, idle = [], set(), None
    for i, l in enumerate(b['lines']):
        p = the_product(l, '/lines/%d' % i)
        if p['id'] in seen and not F('order-same-product-twice'):
            raise senseless('/lines/%d' % i, 'has the same product as another line')
        seen.add(p['id'])
        price = l.get('unitPrice') or (p['salePrice'] if F('sale-price-as-default') else p['purchasePrice'])
        if price is None:
            raise senseless('/lines/%d/unitPrice' % i, 'is required, the product has no purchase price')
        idle = idle or (not p['active'] and p)
        lines.append(line(i + 1, p, l['quantity'], price, l.get('discountPercent', 0)))
        if F('line-numbers-from-zero'):
            lines[-1]['lineNo'] = i
    if before:
        raise conflict('idempotencyMismatch', 'This idempotency key stands for another order.')
    if sup['status'] == 'blocked' and not F('order-from-blocked'):
        raise conflict('supplierBlocked', 'The supplier is blocked.')
    if idle and not F('order-inactive'):
        raise conflict('productInactive', idle['sku'] + ' is not active.')
    if F('idempotency-race'):
        gap()
    o = make_order(sup, lines, req.who, now(), b.get('taxRate', 21), b.get('expectedOn'), b.get('notes'))
    if ik is not None:
        idem[slot] = (raw, o['id'])
    return 201, show_order(o), [('Location', '/purchase-orders/%d' % o['id'])]


def the_order(req, oid, loose=False):
    o = the(orders, oid)
    if not visible(req, o) and not loose:
        raise Stop(404, 'notFound', 'There is nothing here.')
    return o


def get_order(req, oid):
    req.roles('buyer', 'clerk', 'auditor')
    return 200, show_order(the_order(req, oid, F('clerk-gets-draft'))), []


def own(req, o, loose):
    if req.role != 'admin' and o['createdBy'] != req.who and not loose:
        raise Stop(403, 'notYours', 'Somebody else made this order.')


def send_order(req, oid):
    req.roles('buyer')
    o = the_order(req, oid)
    own(req, o, F('send-orders-of-others'))
    if o['status'] != 'draft' and not (F('send-twice') and o['status'] == 'sent') \
            and not (F('send-cancelled') and o['status'] == 'cancelled'):
        raise conflict('wrongState', 'Only a draft can be sent.')
    if suppliers[o['supplierId']]['status'] == 'blocked' and not F('send-to-blocked'):
        raise conflict('supplierBlocked', 'The supplier is blocked.')
    o['status'] = 'sent'
    o['sentAt'] = now()
    v = show_order(o)
    if F('send-not-stored'):
        o['status'], o['sentAt'] = 'draft', None
    return 200, v, []


def cancel_order(req, oid):
    req.roles('buyer', *(['clerk'] if F('clerk-cancels') else []))
    o = the_order(req, oid)
    own(req, o, F('cancel-orders-of-others') or F('clerk-cancels') and req.role == 'clerk')
    allowed = ['draft', 'sent']
    if F('cancel-partly-received'):
        allowed.append('partlyReceived')
    if F('cancel-sent-refused'):
        allowed.remove('sent')
    if F('cancel-twice'):
        allowed.append('cancelled')
    if o['status'] not in allowed:
        raise conflict('wrongState', 'It is too late for that.')
    o['status'] = 'cancelled'
    o['cancelledAt'] = None if F('cancelled-at-missing') else now()
    return 200, show_order(o), []


def create_receipt(req, oid):
    req.roles('clerk', *(['buyer'] if F('buyer-receives') else []))
    o = the_order(req, oid)
    req.media('application/json')
    b = req.valid(req.json(dict), 'NewReceipt')
    todo = []
    for i, l in enumerate(b['lines']):
        ol = next((x for x in o['lines'] if x['lineNo'] == l['lineNo']), None)
        if not ol:
            raise senseless('/lines/%d/lineNo' % i, 'the order has no such line')
        loc = locations.get(l['locationId']) if 'locationId' in l else by(locations, 'code', l['locationCode'])
        if not loc:
            raise senseless('/lines/%d/%s' % (i, 'locationId' if 'locationId' in l else 'locationCode'), 'no such location')
        todo.append((ol, loc, l['quantity']))
    if o['status'] not in ('sent', 'partlyReceived') and not (F('receive-cancelled') and o['status'] == 'cancelled') \
            and not (F('receive-draft') and o['status'] == 'draft'):
        raise conflict('wrongState', 'Nothing can be received on this order.')
    if any(r['deliveryNote'] == b['deliveryNote'] for r in o['receipts']) and not F('delivery-note-twice'):
        raise conflict('duplicateDeliveryNote', 'This delivery has been booked already.')
    more, into = {}, {}
    for n_done, (ol, loc, n) in enumerate(todo):
        have = 0 if F('over-receipt-per-delivery') else ol['receivedQuantity']
        if F('over-receipt-per-line'):
            more[ol['lineNo']] = 0
        more[ol['lineNo']] = more.get(ol['lineNo'], 0) + n
        into[loc['id']] = into.get(loc['id'], 0) + n
        try:
            if have + more[ol['lineNo']] > ol['quantity']:
                raise conflict('overReceipt', 'More than was ordered.')
            if used(loc['id']) + into[loc['id']] > loc['capacity'] and not F('receipt-over-capacity'):
                raise conflict('capacityExceeded', 'The location cannot take that much.')
        except Stop:
            if F('receipt-half-booked'):
                for l2, loc2, n2 in todo[:n_done]:
                    add_stock(l2['productId'], loc2['id'], n2)
            raise
    if F('receipt-race'):
        old = {ol['lineNo']: ol['receivedQuantity'] for ol, _, _ in todo}
        gap()
        for ol, _, _ in todo:
            ol['receivedQuantity'] = old[ol['lineNo']]
    if F('receipt-not-counted-on-line'):
        rec = book_receipt(o, b['deliveryNote'], todo, req.who, now())
        for ol, _, n in todo:
            if ol['receivedQuantity'] < ol['quantity']:
                ol['receivedQuantity'] -= n
        return 201, rec, []
    rec = book_receipt(o, b['deliveryNote'], todo, req.who, now())
    if F('receipt-answers-old-status'):
        rec['orderStatus'] = 'sent'
    return 201, rec, []


def put_document(req, oid):
    req.roles('buyer')
    o = the_order(req, oid)
    t = req.media('application/pdf', 'image/png', *(['text/plain'] if F('document-any-type') else []))
    if len(req.body) > 131072 and not F('document-any-size'):
        raise Stop(413, 'tooLarge', 'At most 131072 bytes.')
    new = o['id'] not in documents
    if not new and F('document-not-replaced'):
        return 204, None, []
    documents[o['id']] = (t, req.body)
    return 201 if new or F('document-replace-201') else 204, None, []


def get_document(req, oid):
    req.roles('buyer', 'clerk', 'auditor')
    o = the_order(req, oid, F('clerk-reads-draft-document'))
    if o['id'] not in documents:
        raise Stop(404, 'notFound', 'There is no document.')
    t, data = documents[o['id']]
    if F('document-always-pdf'):
        t = 'application/pdf'
    if F('document-as-text'):
        data = data.decode('utf-8', 'replace').encode('utf-8')
    return 200, data, [('Content-Type', t)]


# reservations
def list_reservations(req):
    req.roles('clerk', 'auditor', 'shop')
    g = req.params(page=PAGE, perPage=PERPAGE, status=RESSTATUS,
                   customerRef={'type': 'string', 'minLength': 1, 'maxLength': 40})
    rows = list(reservations.values())
    if g['status'] is not None and not F('reservation-status-ignored'):
        rows = [r for r in rows if r['status'] == g['status']]
    if g['customerRef'] is not None:
        if F('reference-by-part'):
            rows = [r for r in rows if g['customerRef'] in r['customerRef']]
        else:
            rows = [r for r in rows if r['customerRef'] == g['customerRef']]
    total = len(rows) if F('shop-total-of-all') else None
    if req.role == 'shop' and not F('reservations-of-others') and not (F('reference-opens-others') and g['customerRef']):
        rows = [r for r in rows if r['createdBy'] == req.who]
    rows.sort(key=lambda r: (r['createdAt'], r['id']), reverse=not F('reservations-oldest-first'))
    rows, heads = paged(req, rows, g, total)
    return 200, rows, heads


def create_reservation(req):
    req.roles('shop', *(['buyer'] if F('buyer-reserves') else []))
    req.media('application/json')
    b = req.valid(req.json(dict), 'NewReservation')
    ship_by = None
    if b.get('shipBy') is not None:
        t = parse_moment(b['shipBy'])
        if t <= datetime.now(timezone.utc) and not F('ship-by-past'):
            raise senseless('/shipBy', 'is past')
        ship_by = show(parse_moment(b['shipBy'], True) if F('ship-by-offset-dropped') else t)
    lines, seen = [], set()
    for i, l in enumerate(b['lines']):
        p = the_product(l, '/lines/%d' % i)
        if p['id'] in seen and not F('reserve-same-product-twice'):
            raise senseless('/lines/%d' % i, 'has the same product as another line')
        seen.add(p['id'])
        lines.append((p, l['quantity']))
    if any(r['customerRef'] == b['customerRef'] and r['createdBy'] == req.who for r in reservations.values()) \
            and not F('reference-twice'):
        raise conflict('duplicateReference', 'There is a reservation with this reference already.')
    if F('reference-unique-over-all') and by(reservations, 'customerRef', b['customerRef']):
        raise conflict('duplicateReference', 'There is a reservation with this reference already.')
    for p, n in lines:
        if not p['active'] and not F('reserve-inactive'):
            raise conflict('productInactive', p['sku'] + ' is not active.')
    for i, (p, n) in enumerate(lines):
        free = available(p['id'])
        if F('reserve-what-is-reserved'):
            free = outside(p['id'])
        if F('reserve-from-quarantine'):
            free = on_hand(p['id']) - reserved(p['id'])
        if n > free or (F('reserve-last-refused') and n == free):
            if F('reserve-half') and i:
                make_reservation(b['customerRef'], lines[:i], req.who, now(), ship_by)
            raise conflict('insufficientStock', 'There is not that much of %s.' % p['sku'])
    if F('reservation-race'):
        gap()
    r = make_reservation(b['customerRef'], lines, req.who, now(), ship_by)
    return 201, r, []


def ship_reservation(req, rid):
    req.roles('clerk', *(['shop'] if F('shop-ships') else []))
    r = the(reservations, rid)
    if r['status'] != 'open' and not F('ship-twice'):
        raise conflict('wrongState', 'It is shipped already.')
    if F('ship-race'):
        gap()
    ship(r, req.who, now())
    v = dict(r)
    if F('ship-status-stays'):
        v['status'] = 'shipped'
    return 200, v, []


ROUTES = [
    (r'/products', {'GET': list_products, 'POST': create_product}),
    (r'/products/bulk', {'POST': bulk}),
    (r'/products/([^/]+)', {'GET': get_product, 'PATCH': update_product, 'DELETE': delete_product}),
    (r'/exports/products', {'GET': export_products}),
    (r'/imports/products', {'POST': import_products}),
    (r'/imports/([^/]+)', {'GET': get_import}),
    (r'/suppliers', {'GET': list_suppliers, 'POST': create_supplier}),
    (r'/suppliers/([^/]+)', {'GET': get_supplier, 'PATCH': patch_supplier}),
    (r'/locations', {'GET': list_locations, 'POST': create_location}),
    (r'/stock', {'GET': list_stock}),
    (r'/movements', {'GET': list_movements, 'POST': create_movement}),
    (r'/purchase-orders', {'GET': list_orders, 'POST': create_order}),
    (r'/purchase-orders/([^/]+)', {'GET': get_order}),
    (r'/purchase-orders/([^/]+)/send', {'POST': send_order}),
    (r'/purchase-orders/([^/]+)/cancel', {'POST': cancel_order}),
    (r'/purchase-orders/([^/]+)/receipts', {'POST': create_receipt}),
    (r'/purchase-orders/([^/]+)/document', {'PUT': put_document, 'GET': get_document}),
    (r'/reservations', {'GET': list_reservations, 'POST': create_reservation}),
    (r'/reservations/([^/]+)/ship', {'POST': ship_reservation}),
]
ROUTES = [(re.compile(p + r'\Z'), m) for p, m in ROUTES]


def answer(req):
    for rx, methods in ROUTES:
        m = rx.match(req.path)
        if m:
            break
    else:
        raise Stop(404, 'notFound', 'There is no such path.')
    if req.method not in methods:
        heads = [] if F('no-allow-header') else [('Allow', ', '.join(methods))]
        raise Stop(405, 'methodNotAllowed', 'This path does not offer that.', [], heads)
    key = req.headers.get('X-API-Key')
    if key not in KEYS:
        raise Stop(401, 'noKey' if key is None else 'unknownKey', 'A known key is needed.', [],
                   [] if F('no-www-authenticate') else [('WWW-Authenticate', 'ApiKey realm="warehouse"')])
    req.who, req.role = KEYS[key]
    args = [int(a) if re.match(r'[1-9][0-9]{0,18}\Z', a) else 0 for a in m.groups()]
    return methods[req.method](req, *args)


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    server_version = 'kade7'
    sys_version = ''

    def log_message(self, *a):
        pass

    def __getattr__(self, name):
        if name.startswith('do_'):
            return self.serve
        raise AttributeError(name)

    def read_body(self):
        if 'chunked' in (self.headers.get('Transfer-Encoding') or '').lower():
            out = b''
            while True:
                size = int(self.rfile.readline(1000).split(b';')[0].strip() or b'0', 16)
                if size == 0:
                    while self.rfile.readline(10000).strip():
                        pass
                    return out
                out += self.rfile.read(size)
                self.rfile.readline(10)
        n = int(self.headers.get('Content-Length') or 0)
        return self.rfile.read(n) if n > 0 else b''

    def serve(self):
        try:
            body = self.read_body()
        except ValueError:
            self.close_connection = True
            body = b''
        parts = urlsplit(self.path)
        try:
            with LOCK:
                req = Req(self.command, parts.path, parts.query, self.headers, body)
                status, value, heads = answer(req)
                heads = list(heads)
                if value is None or isinstance(value, bytes):
                    data = value or b''
                else:
                    data = json.dumps(value).encode()
                    heads.append(('Content-Type', 'application/json'))
        except Stop as e:
            status, heads = e.status, e.headers + [('Content-Type', 'application/json')]
            v = {'code': e.code, 'message': e.message, 'details': e.details}
            if F('conflict-without-code') and status == 409:
                v['code'] = 'conflict'
            if F('senseless-without-details') and status == 422:
                v['details'] = []
            data = json.dumps(v).encode()
        except Exception:
            import traceback
            traceback.print_exc()
            status, heads = 500, [('Content-Type', 'application/json')]
            data = json.dumps({'code': 'broken', 'message': 'Something broke.', 'details': []}).encode()
        self.send_response(status)
        for k, v in heads:
            self.send_header(k, v)
        if status not in (204, 304):
            self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        if status not in (204, 304) and self.command != 'HEAD':
            self.wfile.write(data)
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, socket.timeout)):
            super().handle_error(request, client_address)


# ---------------------------------------------------------------- faults
FAULTS = []
SPARE = []      # work with --fault as well, but are not listed by --list-faults


def fault_table():
    def f(ident, operation, kind, what, source, where):
        FAULTS.append({'id': ident, 'operation': operation, 'kind': kind, 'what': what, 'source': source,
                       'where': where})

    def spare(ident, operation, kind, what, source, where):
        SPARE.append({'id': ident, 'operation': operation, 'kind': kind, 'what': what, 'source': source,
                      'where': where})
    # Drawn by lot, four or five an operation, from all that were thought of; the others are spare.
    spare('no-allow-header', '*', 'missing header', '405 without Allow', 'prose', 'a 405 whose `Allow` header names the methods that it does offer')
    f('no-www-authenticate', '*', 'missing header', '401 without WWW-Authenticate', 'structure', 'responses.NoKey.headers.WWW-Authenticate')
    spare('conflict-without-code', '*', 'wrong error', 'every conflict has the code `conflict`', 'prose', '`code` is one of those that the operation names')
    spare('senseless-without-details', '*', 'wrong error', '422 with empty details', 'schema', 'Senseless: details minItems 1')
    f('last-link-off', '*', 'paging', '`last` points one page too far when the last page is full', 'prose', '`Link` has the relations `first` and `last`')
    f('links-drop-filters', '*', 'paging', 'links lose sort and filters', 'prose', 'the links keep all other query parameters')
    f('next-link-on-last-page', '*', 'paging', 'the last page has a `next`', 'prose', '`next` on every page before the last')
    spare('pages-overlap', '*', 'paging', 'each page begins with the last entry of the one before', 'prose', 'Paged lists take `page` and `perPage`')
    f('perpage-unbounded', 'listProducts', 'validation', 'perPage up to 1000', 'schema', 'parameters.PerPage maximum 100')
    spare('delete-stays-listed', 'deleteProduct', 'not deleted', 'a deleted product is still listed', 'structure', '204 Gone')
    spare('shop-lists-inactive', 'listProducts', 'visibility', 'a shop lists inactive products', 'prose', 'A `shop` sees active products only')
    spare('q-case-sensitive', 'listProducts', 'filter', 'q regards case', 'prose', 'without regard to case')
    f('q-name-only', 'listProducts', 'filter', 'q does not look into the sku', 'prose', 'Part of the `sku` or of the `name`')
    f('products-total-before-q', 'listProducts', 'total', 'X-Total-Count ignores the filters', 'prose', 'number of entries on all pages together, after filtering')
    spare('supplier-filter-ignored', 'listProducts', 'filter', 'supplierId has no effect', 'prose', 'Only products of this supplier')
    spare('active-false-ignored', 'listProducts', 'filter', 'active=false has no effect', 'structure', 'parameter active')
    f('reorder-boundary', 'listProducts', 'filter', 'products exactly at their reorder level count as below', 'prose', 'lower than their `reorderLevel`')
    spare('reorder-on-hand', 'listProducts', 'filter', 'belowReorder looks at onHand', 'prose', 'whose `available` is lower')
    f('sort-first-only', 'listProducts', 'sort', 'only the first sort member counts', 'prose', 'Up to three members')
    spare('name-sort-case', 'listProducts', 'sort', 'names sorted with regard to case', 'prose', 'compared without regard to case')
    spare('price-sort-as-text', 'listProducts', 'sort', 'salePrice sorted as text', 'prose', '`salePrice` as a number')
    spare('shop-sees-cost-in-list', 'listProducts', 'visibility', 'lists show purchase prices to shops', 'prose', 'Always `null` for a `shop`')
    spare('barcode-dup-on-create', 'createProduct', 'duplicate', 'a barcode may be given twice', 'prose', '`sku` and `barcode` are unique')
    spare('sku-dup-accepted', 'createProduct', 'duplicate', 'a sku may be given twice', 'prose', '`sku` and `barcode` are unique')
    f('sku-race', 'createProduct', 'race', 'two calls at once with one sku both succeed', 'prose', '`sku` and `barcode` are unique')
    f('unknown-supplier-accepted', 'createProduct', 'reference', 'an unknown supplierId is dropped silently', 'prose', 'An unknown supplier is a 422')
    f('inactive-by-default', 'createProduct', 'default', 'new products are inactive', 'schema', 'NewProduct.active default true')
    spare('supplier-code-ignored', 'createProduct', 'not stored', 'supplierCode is not resolved', 'prose', 'Goods may be referred to by ... suppliers by `supplierId` or `supplierCode`')
    spare('description-not-stored', 'createProduct', 'not stored', 'description is lost', 'structure', 'NewProduct.description, Product.description')
    spare('clerk-creates-product', 'createProduct', 'authorization', 'a clerk may create products', 'prose', '`admin` and `buyer`')
    spare('unknown-member-accepted', 'createProduct', 'validation', 'unknown members are accepted', 'schema', 'additionalProperties false')
    spare('name-length-unchecked', 'createProduct', 'validation', 'any length of name', 'schema', 'NewProduct.name maxLength 120')
    f('price-one-decimal', 'createProduct', 'validation', 'prices with one decimal are accepted', 'schema', 'Price pattern')
    spare('two-suppliers-accepted', 'createProduct', 'validation', 'supplierId and supplierCode together', 'schema', 'NewProduct not required both')
    f('barcode-length-unchecked', 'createProduct', 'validation', 'barcodes of any length', 'schema', 'Barcode pattern')
    spare('product-without-location', 'createProduct', 'missing header', 'no Location', 'structure', 'createProduct 201 headers Location')
    spare('product-created-200', 'createProduct', 'status', '200 instead of 201', 'structure', 'createProduct 201')
    f('reserved-counts-shipped', 'getProduct', 'computed', 'reserved includes shipped reservations', 'prose', 'the sum over open reservations')
    f('available-with-quarantine', 'getProduct', 'computed', 'available includes quarantine', 'prose', 'outside of `quarantine` locations')
    spare('etag-without-stock', 'getProduct', 'etag', 'the ETag does not follow the stock figures', 'prose', 'another one after every change of what the resource shows')
    f('if-none-match-ignored', 'getProduct', 'conditional', 'never a 304', 'structure', 'getProduct 304')
    f('shop-gets-inactive', 'getProduct', 'visibility', 'a shop reads inactive products', 'prose', 'For a `shop` an inactive product does not exist')
    spare('if-match-optional', 'updateProduct', 'conditional', 'no 428', 'structure', '428 without it')
    spare('if-match-ignored', 'updateProduct', 'lost update', 'stale If-Match accepted', 'prose', '412 with another')
    f('lost-update-race', 'updateProduct', 'race', 'two patches at once with the same ETag both succeed', 'prose', '412 with another')
    f('barcode-dup-on-patch', 'updateProduct', 'duplicate', "takes another product's barcode", 'prose', '409 `duplicateBarcode`')
    f('deactivate-reserved', 'updateProduct', 'state', 'deactivates reserved products', 'prose', '409 `productReserved`')
    f('patch-null-ignored', 'updateProduct', 'not stored', 'null leaves the value', 'prose', '`null` empties those that may be empty')
    spare('patch-resets-description', 'updateProduct', 'side effect', 'description is emptied if left out', 'prose', 'members that are left out keep their value')
    f('updated-at-stays', 'updateProduct', 'not stored', 'updatedAt is not renewed', 'prose', 'When the product itself was last changed')
    spare('noop-touches', 'updateProduct', 'side effect', 'a patch without change renews updatedAt', 'prose', 'A patch that changes nothing leaves `updatedAt`')
    spare('patch-level-not-stored', 'updateProduct', 'not stored', 'reorderLevel is answered but not stored', 'structure', 'ProductPatch.reorderLevel')
    spare('patch-answers-old-etag', 'updateProduct', 'etag', 'the answer carries the old ETag', 'prose', 'another one after every change')
    spare('patch-takes-plain-json', 'updateProduct', 'media type', 'application/json accepted', 'structure', 'requestBody application/merge-patch+json, 415')
    spare('patch-reorder-unbounded', 'updateProduct', 'validation', 'reorderLevel without maximum', 'schema', 'ProductPatch.reorderLevel maximum')
    f('buyer-deletes-product', 'deleteProduct', 'authorization', 'a buyer may delete', 'prose', '`admin` only')
    f('delete-ordered', 'deleteProduct', 'state', 'deletes products that are on orders', 'prose', 'Refused ... a purchase order')
    f('delete-cancelled-ordered', 'deleteProduct', 'state', 'cancelled orders do not protect', 'prose', 'whatever state those are in')
    f('delete-keeps-sku', 'deleteProduct', 'side effect', 'the sku stays taken', 'prose', 'its `sku` and `barcode` are free again')
    spare('clerk-bulk', 'bulkUpdateProducts', 'authorization', 'a clerk may do it', 'prose', '`admin` and `buyer`')
    spare('bulk-twice-accepted', 'bulkUpdateProducts', 'validation', 'a sku twice', 'schema', 'skus uniqueItems')
    f('bulk-level-optional', 'bulkUpdateProducts', 'validation', 'reorderLevel may be left out (0)', 'prose', '`reorderLevel` is required with `setReorderLevel`')
    spare('bulk-level-anyhow', 'bulkUpdateProducts', 'validation', 'reorderLevel with other actions', 'prose', 'not allowed with the other actions')
    spare('bulk-unchanged-touches', 'bulkUpdateProducts', 'side effect', 'unchanged products get a new updatedAt', 'prose', 'keeps its `updatedAt`')
    f('bulk-deactivates-reserved', 'bulkUpdateProducts', 'state', 'reserved products are deactivated', 'prose', '`deactivate` is `refused` for a product with reserved stock')
    f('bulk-stops-at-unknown', 'bulkUpdateProducts', 'not stored', 'after an unknown sku nothing more is changed (but reported so)', 'prose', 'does not hold the others up')
    f('bulk-counts-unchanged', 'bulkUpdateProducts', 'computed', 'changed counts unchanged ones', 'prose', '`changed` counts those with the outcome `changed`')
    f('bulk-results-sorted', 'bulkUpdateProducts', 'sort', 'results ordered by sku', 'prose', 'in the order of the request')
    f('shop-exports', 'exportProducts', 'authorization', 'a shop may export', 'prose', 'All roles but `shop`')
    spare('export-ignores-accept', 'exportProducts', 'media type', 'never a 406', 'structure', 'exportProducts 406')
    spare('export-unquoted-breaks', 'exportProducts', 'export', 'line breaks without quotes', 'prose', 'quotes where a value has commas, quotes or line breaks')
    f('export-quotes-single', 'exportProducts', 'export', 'quotes inside are not doubled', 'prose', 'RFC 4180')
    f('export-by-id', 'exportProducts', 'sort', 'ordered by id', 'prose', 'ordered by `sku`')
    f('export-active-only', 'exportProducts', 'export', 'inactive products missing', 'prose', 'All products, active or not')
    spare('export-available', 'exportProducts', 'export', 'available instead of onHand', 'prose', 'columns ... onHand')
    spare('export-bare-lf', 'exportProducts', 'export', 'LF instead of CRLF', 'prose', 'RFC 4180: comma, CRLF')
    spare('export-no-disposition', 'exportProducts', 'missing header', 'no Content-Disposition', 'structure', 'headers Content-Disposition')
    f('export-as-plain', 'exportProducts', 'media type', 'text/plain', 'structure', 'exportProducts 200 text/csv')
    f('import-any-size', 'importProducts', 'validation', 'no limit of size', 'prose', 'more than 65536 bytes are a 413')
    f('import-ignores-unknown-columns', 'importProducts', 'validation', 'unknown columns accepted', 'prose', 'An unknown, missing or repeated column')
    spare('import-stops-at-error', 'importProducts', 'import', 'lines after a wrong one are left out', 'prose', 'the others count')
    spare('import-barcode-dup', 'importProducts', 'duplicate', "changes take another product's barcode", 'prose', 'The rules are those of `createProduct` and `updateProduct`')
    f('import-changes-unit', 'importProducts', 'import', 'unit of a known product is changed', 'prose', 'a known product keeps its `unit`')
    f('import-empty-clears', 'importProducts', 'import', 'empty cells clear', 'prose', 'An empty cell leaves the member as it is')
    f('import-row-with-header', 'getImport', 'import', 'row numbers count the header', 'prose', 'the header does not count')
    f('import-counts-all-created', 'getImport', 'computed', 'changed products are counted as created', 'prose', 'each with a known one changes it')
    f('import-never-finished', 'getImport', 'not stored', 'finishedAt stays null', 'prose', '`null` until `status` is `done`')
    f('imports-of-others', 'getImport', 'visibility', "a buyer sees other buyers' imports", 'prose', 'those of others are a 404')
    f('shop-lists-suppliers', 'listSuppliers', 'authorization', 'a shop may list suppliers', 'prose', 'All roles but `shop`')
    f('suppliers-page-before-filter', 'listSuppliers', 'paging', 'filters work on the page only', 'prose', 'after filtering')
    spare('country-filter-ignored', 'listSuppliers', 'filter', 'country has no effect', 'structure', 'parameter country')
    spare('supplier-q-name-only', 'listSuppliers', 'filter', 'q does not look at code', 'prose', 'Part of the `name` or the `code`')
    f('suppliers-by-id', 'listSuppliers', 'sort', 'ordered by id', 'prose', 'Ordered by `name` without regard to case')
    f('suppliers-skip-last', 'listSuppliers', 'paging', 'the last entry of the last page is missing', 'prose', 'Paged lists take `page` and `perPage`')
    spare('lead-time-unbounded', 'createSupplier', 'validation', 'leadTimeDays without maximum', 'schema', 'NewSupplier.leadTimeDays maximum')
    f('email-unchecked', 'createSupplier', 'validation', 'email of any form', 'schema', 'NewSupplier.email pattern')
    f('supplier-code-dup', 'createSupplier', 'duplicate', 'code twice', 'prose', 'The `code` is unique')
    f('lead-time-default', 'createSupplier', 'default', 'leadTimeDays 0 by default', 'schema', 'NewSupplier.leadTimeDays default 7')
    f('supplier-phone-not-stored', 'createSupplier', 'not stored', 'phone is lost', 'structure', 'NewSupplier.phone, Supplier.phone')
    f('open-orders-with-drafts', 'getSupplier', 'computed', 'openOrders counts drafts', 'prose', 'How many orders with this supplier are `sent` or `partlyReceived`')
    f('supplier-no-etag', 'getSupplier', 'missing header', 'no ETag', 'structure', 'getSupplier 200 headers ETag')
    f('supplier-etag-stuck', 'patchSupplier', 'etag', 'the ETag never changes', 'prose', 'another one after every change')
    f('supplier-if-match-ignored', 'patchSupplier', 'lost update', 'stale If-Match accepted', 'prose', 'does not name the present ETag the answer is a 412')
    spare('patch-test-ignored', 'patchSupplier', 'state', 'a failing test does not stop it', 'prose', '409 `testFailed`')
    f('patch-not-atomic', 'patchSupplier', 'side effect', 'operations before a failing test stay', 'prose', 'all of them or none')
    spare('test-failed-422', 'patchSupplier', 'status', '422 for a failing test', 'prose', '409 `testFailed` if a `test` does not hold')
    spare('remove-phone-ignored', 'patchSupplier', 'not stored', 'remove has no effect', 'prose', '`remove` is for `/phone`')
    f('patch-outcome-country', 'patchSupplier', 'validation', 'country of any form', 'prose', 'The outcome has to satisfy the schema `NewSupplier`')
    spare('block-with-open-orders', 'patchSupplier', 'state', 'blocks suppliers with open orders', 'prose', '409 `supplierInUse`')
    f('location-used-one-product', 'listLocations', 'computed', 'used counts one product only', 'prose', 'What lies there of all products together')
    f('min-free-by-capacity', 'listLocations', 'filter', 'minFree looks at capacity', 'prose', 'at least this much `free`')
    f('min-free-strict', 'listLocations', 'filter', 'more than minFree', 'prose', 'at least this much `free`')
    spare('locations-by-id', 'listLocations', 'sort', 'ordered by id', 'prose', 'ordered by `code`')
    f('locations-total-all', 'listLocations', 'total', 'X-Total-Count ignores filters', 'prose', 'after filtering')
    f('auditor-creates-location', 'createLocation', 'authorization', 'an auditor may create', 'prose', '`admin` and `clerk`')
    f('capacity-unbounded', 'createLocation', 'validation', 'capacity without maximum', 'schema', 'NewLocation.capacity maximum')
    f('location-code-dup', 'createLocation', 'duplicate', 'code twice', 'prose', 'The `code` is unique')
    spare('stock-zero-rows', 'listStock', 'filter', 'entries of 0 are listed', 'prose', 'a `quantity` of 0 is not listed')
    f('stock-location-ignored', 'listStock', 'filter', 'locationId has no effect', 'structure', 'parameter locationId')
    f('stock-zone-ignored', 'listStock', 'filter', 'zone has no effect', 'structure', 'parameter zone')
    f('stock-by-location', 'listStock', 'sort', 'ordered by location first', 'prose', 'ordered by `sku`, then by `locationCode`')
    f('stock-total-of-page', 'listStock', 'total', 'totalQuantity of the page only', 'prose', 'sum over all entries on all pages')
    f('shop-reads-ledger', 'listMovements', 'authorization', 'a shop may read it', 'prose', 'All roles but `shop`')
    f('ledger-location-to-only', 'listMovements', 'filter', 'locationId looks at the target only', 'prose', 'from or to this location')
    spare('ledger-type-ignored', 'listMovements', 'filter', 'type has no effect', 'structure', 'parameter type')
    spare('ledger-offset-dropped', 'listMovements', 'time zone', 'offsets of from and to are dropped', 'prose', 'In requests any offset will do')
    f('ledger-to-inclusive', 'listMovements', 'filter', 'to is included', 'prose', 'Before this moment (which itself is not included)')
    spare('ledger-oldest-first', 'listMovements', 'sort', 'oldest first', 'prose', 'Newest first')
    f('ledger-offset-in-pages', 'listMovements', 'paging', 'offset counts pages', 'prose', 'How many to skip')
    spare('ledger-total-of-page', 'listMovements', 'total', 'total of the stretch only', 'prose', 'All that match the filters')
    spare('adjustment-no-ledger', 'createMovement', 'side effect', 'losses do not get into the ledger', 'prose', 'The ledger is complete')
    spare('transfer-half', 'createMovement', 'side effect', 'a transfer does not arrive', 'prose', 'takes `quantity` from `fromLocationId` to `toLocationId`')
    spare('buyer-moves-stock', 'createMovement', 'authorization', 'a buyer may do it', 'prose', '`admin` and `clerk`')
    spare('movement-unbounded', 'createMovement', 'validation', 'quantity without maximum', 'schema', 'NewMovement.quantity maximum')
    spare('transfer-in-place', 'createMovement', 'validation', 'from and to may be the same', 'prose', 'must differ (422)')
    spare('reason-optional', 'createMovement', 'validation', 'adjustments without reason', 'prose', 'It needs a `reason`')
    f('loss-below-zero', 'createMovement', 'state', 'more can be lost than there is', 'prose', '409 `insufficientStock`')
    f('capacity-without-new', 'createMovement', 'state', 'the capacity check forgets the new goods', 'prose', 'would hold more than its `capacity`')
    spare('transfer-over-capacity', 'createMovement', 'state', 'transfers do not check the capacity', 'prose', '409 `capacityExceeded`')
    spare('loss-of-reserved', 'createMovement', 'state', 'reserved goods can be taken away', 'prose', '409 `stockReserved`')
    f('quarantine-of-reserved', 'createMovement', 'state', 'reserved goods can be moved to quarantine', 'prose', 'if `available` would fall below zero')
    f('movement-race', 'createMovement', 'race', 'two losses at once both succeed beyond the stock', 'prose', 'None of the three ever falls below zero')
    f('movement-anonymous', 'createMovement', 'not stored', "performedBy is not the key's name", 'prose', 'The name of an API key')
    spare('clerk-lists-drafts', 'listOrders', 'visibility', 'a clerk lists drafts', 'prose', 'A `clerk` sees an order from the moment it is sent')
    f('clerk-total-with-drafts', 'listOrders', 'total', "a clerk's total counts drafts", 'prose', 'neither listed nor counted')
    spare('status-first-only', 'listOrders', 'filter', 'only the first of several states counts', 'prose', 'One or several states')
    f('order-sku-first-line', 'listOrders', 'filter', 'sku looks at the first line only', 'prose', 'Only orders with a line for this product')
    f('created-from-offset-dropped', 'listOrders', 'time zone', 'the offset of createdFrom is dropped', 'prose', 'In requests any offset will do')
    spare('gross-sort-as-text', 'listOrders', 'sort', 'grossTotal sorted as text', 'prose', '`grossTotal` is compared as a number')
    f('undated-first', 'listOrders', 'sort', 'orders without expectedOn come first', 'prose', 'come last in either direction')
    spare('line-count-quantities', 'listOrders', 'computed', 'lineCount adds up quantities', 'structure', 'OrderSummary.lineCount')
    f('clerk-drafts-order', 'createOrder', 'authorization', 'a clerk may draft orders', 'prose', '`admin` and `buyer`')
    spare('line-total-half-even', 'createOrder', 'rounding', 'half to even', 'prose', 'Rounding is to the cent, half up')
    spare('net-of-unrounded-lines', 'createOrder', 'rounding', 'netTotal adds up before rounding', 'prose', 'The sum of the (rounded) line totals')
    f('tax-cut-off', 'createOrder', 'rounding', 'taxTotal is cut off', 'prose', '`netTotal` × `taxRate` / 100, rounded')
    spare('tax-per-line', 'createOrder', 'rounding', 'taxTotal is rounded line by line', 'prose', '`netTotal` × `taxRate` / 100, rounded')
    f('order-currency-euro', 'createOrder', 'computed', 'always EUR', 'prose', "in the supplier's currency")
    spare('idempotency-key-unchecked', 'createOrder', 'validation', 'any Idempotency-Key', 'schema', 'Idempotency-Key pattern')
    spare('idempotency-across-keys', 'createOrder', 'idempotency', 'shared by all API keys', 'prose', 'if the same API key has made an order with it before')
    spare('idempotency-ignored', 'createOrder', 'idempotency', 'a repeated call makes another order', 'prose', 'nothing new is made')
    spare('idempotency-any-body', 'createOrder', 'idempotency', 'another body gets the first order', 'prose', 'another body gets a 409')
    spare('idempotency-race', 'createOrder', 'race', 'two calls at once make two orders', 'prose', 'a call may be repeated safely')
    spare('replay-201', 'createOrder', 'status', '201 for a repeated call', 'structure', 'createOrder 200')
    f('discount-any-step', 'createOrder', 'validation', 'discounts of any step', 'schema', 'discountPercent multipleOf')
    spare('order-lines-unbounded', 'createOrder', 'validation', 'more than 50 lines', 'schema', 'NewOrder.lines maxItems')
    spare('expected-in-past', 'createOrder', 'validation', 'expectedOn may be past', 'prose', 'an `expectedOn` before today (UTC)')
    spare('order-same-product-twice', 'createOrder', 'validation', 'a product on two lines', 'prose', 'The same product on two lines')
    spare('sale-price-as-default', 'createOrder', 'computed', 'the sale price is the default', 'prose', "takes the product's `purchasePrice`")
    spare('line-numbers-from-zero', 'createOrder', 'computed', 'lines numbered from 0', 'prose', 'Lines are numbered from 1')
    f('order-from-blocked', 'createOrder', 'state', 'orders from blocked suppliers', 'prose', 'A blocked supplier is a 409')
    spare('order-inactive', 'createOrder', 'state', 'orders of inactive products', 'prose', 'an inactive product too (`productInactive`)')
    f('receipts-newest-first', 'getOrder', 'sort', 'receipts newest first', 'prose', 'oldest first')
    f('has-document-stuck', 'getOrder', 'not stored', 'hasDocument is always false', 'structure', 'PurchaseOrder.hasDocument')
    f('clerk-gets-draft', 'getOrder', 'visibility', 'a clerk reads drafts', 'prose', 'For a `clerk` an order that was never sent does not exist')
    f('send-orders-of-others', 'sendOrder', 'authorization', 'any buyer may send', 'prose', 'the `buyer` whose key created the order')
    f('send-twice', 'sendOrder', 'state', 'a sent order can be sent again', 'prose', 'Only a `draft` can be sent')
    spare('send-cancelled', 'sendOrder', 'state', 'a cancelled order can be sent', 'prose', 'Only a `draft` can be sent')
    f('send-to-blocked', 'sendOrder', 'state', 'sends to blocked suppliers', 'prose', 'only to a supplier that is not blocked')
    f('send-not-stored', 'sendOrder', 'not stored', 'answered but not stored', 'prose', 'sets `sent` and `sentAt`')
    f('clerk-cancels', 'cancelOrder', 'authorization', 'a clerk may cancel', 'prose', '`admin`, and the `buyer` whose key created the order')
    f('cancel-orders-of-others', 'cancelOrder', 'authorization', 'any buyer may cancel', 'prose', 'for other buyers a 403')
    spare('cancel-partly-received', 'cancelOrder', 'state', 'partly received orders can be cancelled', 'prose', 'as soon as something has been received')
    spare('cancel-sent-refused', 'cancelOrder', 'state', 'sent orders cannot be cancelled', 'prose', 'Possible for `draft` and `sent`')
    f('cancel-twice', 'cancelOrder', 'state', 'can be cancelled again', 'prose', 'once it is cancelled, it is a 409')
    f('cancelled-at-missing', 'cancelOrder', 'not stored', 'cancelledAt stays null', 'prose', 'Sets `cancelled` and `cancelledAt`')
    spare('buyer-receives', 'createReceipt', 'authorization', 'a buyer may book deliveries', 'prose', '`admin` and `clerk`')
    spare('receive-cancelled', 'createReceipt', 'state', 'cancelled orders can be received', 'prose', 'Only for an order that is `sent` or `partlyReceived`')
    spare('receive-draft', 'createReceipt', 'state', 'drafts can be received', 'prose', 'Only for an order that is `sent` or `partlyReceived`')
    spare('delivery-note-twice', 'createReceipt', 'duplicate', 'the same delivery note twice', 'prose', '409 `duplicateDeliveryNote`')
    spare('over-receipt-per-delivery', 'createReceipt', 'state', 'earlier deliveries do not count', 'prose', '409 `overReceipt`')
    f('over-receipt-per-line', 'createReceipt', 'state', 'lines spread over locations are not added up', 'prose', 'A line may be spread over several locations')
    spare('receipt-over-capacity', 'createReceipt', 'state', 'the capacity is not checked', 'prose', '409 `capacityExceeded`')
    f('receipt-half-booked', 'createReceipt', 'side effect', 'a refused delivery leaves its first lines in stock', 'prose', 'All lines are booked or none')
    f('receipt-race', 'createReceipt', 'race', 'of two deliveries at once one is lost on the line', 'prose', 'adds to the `receivedQuantity`')
    f('receipt-without-reference', 'createReceipt', 'side effect', 'movements do not refer to the order', 'prose', 'that refers to the order')
    spare('received-after-first-line', 'createReceipt', 'state', 'received as soon as one line is complete', 'prose', 'if every line has come in full')
    f('receipt-not-counted-on-line', 'createReceipt', 'side effect', 'partial deliveries do not show on the line', 'prose', 'adds to the `receivedQuantity`')
    spare('receipt-answers-old-status', 'createReceipt', 'computed', 'orderStatus is always sent', 'prose', 'The status of the order after this receipt')
    f('document-any-type', 'putOrderDocument', 'media type', 'text/plain accepted', 'structure', 'putOrderDocument requestBody, 415')
    f('document-any-size', 'putOrderDocument', 'validation', 'no limit of size', 'prose', 'at most 131072 bytes (413)')
    f('document-not-replaced', 'putOrderDocument', 'not stored', 'the second file is dropped', 'prose', 'another one replaces it')
    f('document-replace-201', 'putOrderDocument', 'status', '201 for a replacement', 'structure', 'putOrderDocument 204')
    f('document-always-pdf', 'getOrderDocument', 'media type', 'always application/pdf', 'prose', 'the media type with which the file was put')
    f('document-as-text', 'getOrderDocument', 'not stored', 'bytes are treated as UTF-8', 'prose', 'stored byte for byte')
    f('clerk-reads-draft-document', 'getOrderDocument', 'visibility', 'a clerk reads documents of drafts', 'prose', 'Whoever sees the order')
    f('reservation-status-ignored', 'listReservations', 'filter', 'status has no effect', 'structure', 'parameter status')
    f('reference-by-part', 'listReservations', 'filter', 'customerRef matches parts', 'prose', 'Exactly this reference')
    f('shop-total-of-all', 'listReservations', 'total', "a shop's total counts others", 'prose', 'counts only what the key may see')
    f('reservations-of-others', 'listReservations', 'visibility', 'a shop sees those of others', 'prose', 'a `shop` those made with its own key')
    spare('reference-opens-others', 'listReservations', 'visibility', 'with customerRef a shop sees those of others', 'prose', 'a `shop` those made with its own key')
    spare('reservations-oldest-first', 'listReservations', 'sort', 'oldest first', 'prose', 'Newest first')
    f('buyer-reserves', 'createReservation', 'authorization', 'a buyer may reserve', 'prose', '`admin` and `shop`')
    spare('ship-by-past', 'createReservation', 'validation', 'shipBy may be past', 'prose', 'has to lie in the future')
    f('ship-by-offset-dropped', 'createReservation', 'time zone', 'the offset is dropped', 'prose', 'The same moment as in the request, in UTC')
    spare('reserve-same-product-twice', 'createReservation', 'validation', 'a product on two lines', 'prose', 'the same product on two lines are a 422')
    f('reference-twice', 'createReservation', 'duplicate', 'the same customerRef twice', 'prose', '409 `duplicateReference`')
    spare('reference-unique-over-all', 'createReservation', 'refused', 'customerRef of another key is refused', 'prose', 'if the same API key already has')
    f('reserve-inactive', 'createReservation', 'state', 'inactive products can be reserved', 'prose', '409 `productInactive`')
    spare('reserve-what-is-reserved', 'createReservation', 'state', 'what is reserved can be reserved again', 'prose', 'more than is `available`')
    f('reserve-from-quarantine', 'createReservation', 'state', 'quarantined goods can be reserved', 'prose', 'more than is `available`')
    spare('reserve-last-refused', 'createReservation', 'refused', 'exactly what is available is refused', 'prose', 'more than is `available`')
    spare('reserve-half', 'createReservation', 'side effect', 'a refused reservation keeps its first lines', 'prose', 'All lines are reserved or none')
    spare('reservation-race', 'createReservation', 'race', 'two calls at once overbook', 'prose', 'None of the three ever falls below zero')
    spare('reservation-total-lines', 'createReservation', 'computed', 'totalQuantity counts lines', 'prose', 'The sum over the lines')
    f('shop-ships', 'shipReservation', 'authorization', 'a shop may ship', 'prose', '`admin` and `clerk`')
    spare('ship-twice', 'shipReservation', 'state', 'can be shipped again', 'prose', 'Only while `open`')
    f('ship-race', 'shipReservation', 'race', 'two calls at once both ship', 'prose', 'Only while `open`')
    f('ship-descending', 'shipReservation', 'sort', 'takes from the highest code first', 'prose', 'in ascending order of their `code`')
    f('ship-from-quarantine', 'shipReservation', 'side effect', 'takes from quarantine too', 'prose', 'from the locations outside of quarantine')
    spare('ship-status-stays', 'shipReservation', 'not stored', 'the reservation stays open and reserved', 'prose', 'Sets `shipped`')
    return FAULTS


def main():
    global FAULT
    ap = argparse.ArgumentParser()
    ap.add_argument('--port', type=int, default=0)
    ap.add_argument('--fault')
    ap.add_argument('--list-faults', action='store_true')
    ap.add_argument('--list-spare-faults', action='store_true')
    a = ap.parse_args()
    fault_table()
    if a.list_faults:
        print(json.dumps(FAULTS, indent=1))
        return
    if a.list_spare_faults:
        print(json.dumps(SPARE, indent=1))
        return
    if a.fault and a.fault not in [f['id'] for f in FAULTS + SPARE]:
        ap.error('no such fault: ' + a.fault)
    seed()
    FAULT = a.fault
    srv = Server(('127.0.0.1', a.port), Handler)
    threading.Thread(target=srv.serve_forever, daemon=True).start()
    print('listening on http://127.0.0.1:%d' % srv.server_address[1], flush=True)
    timer = threading.Timer(1200, lambda: os._exit(0))
    timer.daemon = True
    timer.start()
    try:
        while sys.stdin.buffer.read(4096):
            pass
    except KeyboardInterrupt:
        pass
    os._exit(0)


if __name__ == '__main__':
    main()
