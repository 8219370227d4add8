#!/usr/bin/env python3
"""City Allotments API: in-memory service for contract.yaml. Standard library only."""
import argparse, base64, csv, hashlib, hmac, io, json, math, re, secrets, sys, threading, time, traceback
from datetime import date, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote

LOCK = threading.RLock()
ACTIVE = None
SECRET = secrets.token_bytes(16)


def F(fid):
    """Is this fault on? (Only those in FAULTS can be switched on.)"""
    return ACTIVE == fid


def gap(fid):
    """A developer who forgot the lock: others may come in between."""
    if F(fid):
        LOCK.release()
        time.sleep(0.15)
        LOCK.acquire()


# ----------------------------------------------------------------- helpers
def today():
    return datetime.now(timezone.utc).date()


def now():
    return datetime.now(timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%fZ')


ID_COUNT = [0]


def new_id(prefix):
    ID_COUNT[0] += 1
    return prefix + '_' + hashlib.sha1(('%s %d' % (prefix, ID_COUNT[0])).encode()).hexdigest()[:10]


SEQ = [0]


def seq():
    SEQ[0] += 1
    return SEQ[0]


def num(x):
    return int(x) if float(x) == int(x) else x


class Problem(Exception):
    def __init__(self, status, code, message, field=None, headers=None, extra=None):
        self.status, self.code, self.message, self.field = status, code, message, field
        self.headers, self.extra = headers or {}, extra


def bad(message, field=None, code='invalid'):
    return Problem(400, code, message, field)


def forbidden(message='You may not do this.'):
    return Problem(403, 'forbidden', message)


def not_found():
    if F('err-404-code'):
        return Problem(404, 'missing', 'There is no such thing.')
    return Problem(404, 'not_found', 'There is no such thing.')


def conflict(code, message):
    return Problem(409, code, message)


# ----------------------------------------------------------------- schemas
def ID(p):
    return {'t': 'str', 'pattern': '%s_[0-9a-f]{10}' % p}


def S(lo=None, hi=None, **k):
    return dict({'t': 'str', 'min': lo, 'max': hi}, **k)


def I(lo=None, hi=None, **k):
    return dict({'t': 'int', 'min': lo, 'max': hi}, **k)


def N(s):
    return dict(s, null=True)


def O(required, optional=None, minp=0):
    return {'t': 'obj', 'req': required, 'opt': optional or {}, 'minp': minp}


DATE = {'t': 'str', 'format': 'date'}
DATETIME = {'t': 'str', 'format': 'date-time'}
BOOL = {'t': 'bool'}
FEATURES = ['water', 'shed', 'greenhouse', 'power']
PHONE = {'t': 'str', 'pattern': r'\+[0-9]{6,15}'}
EMAIL = S(None, 120, format='email')
METHODS = ['cash', 'transfer', 'direct_debit']
CATS = ['weeds', 'waste', 'hedge', 'structure', 'water']
CHOICES = ['yes', 'no', 'abstain']

SCHEMAS = {
    'SiteInput': O({'name': S(1, 60), 'district': S(1, 60), 'address': S(1, 120), 'warden_id': N(ID('mem')),
                    'capacity': I(1, 500), 'lease_rate_cents': I(1, 500), 'water_rate_cents': I(0, 1000),
                    'duty_hours_per_year': I(0, 40), 'missing_hour_fee_cents': I(0, 5000)},
                   {'notes': N(S(None, 500))}),
    'PlotInput': O({'number': S(pattern='[A-Z]{1,2}[1-9][0-9]{0,2}'), 'area_m2': I(20, 1000)},
                   {'features': {'t': 'arr', 'items': S(enum=FEATURES), 'unique': True}, 'blocked': BOOL}),
    'MemberInput': O({'name': S(1, 80), 'email': EMAIL},
                     {'phone': N(PHONE), 'joined_on': DATE, 'board_note': N(S(None, 500))}),
    'MemberPatch': O({}, {'name': S(1, 80), 'email': EMAIL, 'phone': N(PHONE), 'board_note': N(S(None, 500))}, 1),
    'DutyInput': O({'site_id': ID('site'), 'worked_on': DATE,
                    'hours': {'t': 'num', 'min': 0.5, 'max': 12, 'mult': 0.5}, 'task': S(3, 120)}),
    'EntryInput': O({'site_id': ID('site')}, {'member_id': ID('mem'), 'min_area_m2': N(I(20, 1000))}),
    'OfferInput': O({'plot_id': ID('plot')}, {'entry_id': ID('wait'), 'starts_on': DATE}),
    'TerminateInput': O({'reason': S(3, 300)}, {'immediate': BOOL}),
    'RunInput': O({'site_id': ID('site'), 'year': I(2020, 2100)}, {'due_in_days': I(14, 90), 'dry_run': BOOL}),
    'PaymentInput': O({'amount_cents': I(1, 10000000), 'method': S(enum=METHODS)}, {'paid_on': DATE}),
    'ImportInput': O({'readings': {'t': 'arr', 'min': 1, 'max': 100, 'items': O(
        {'plot_id': ID('plot'), 'read_on': DATE, 'value_m3': I(0, 99999)})}}),
    'InspectionInput': O({'inspected_on': DATE, 'findings': {'t': 'arr', 'max': 20, 'items': O(
        {'category': S(enum=CATS), 'severity': I(1, 3), 'text': S(1, 300)})}}),
    'MeetingInput': O({'site_id': ID('site'), 'title': S(3, 100), 'closes_at': DATETIME,
                       'motions': {'t': 'arr', 'min': 1, 'max': 10, 'items': S(3, 200)}}),
    'VoteInput': O({'motion': I(1), 'choice': S(enum=CHOICES)}),
}

RFC3339 = re.compile(r'(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})', re.ASCII)


def parse_date(s):
    if not re.fullmatch(r'\d{4}-\d{2}-\d{2}', s, re.ASCII):
        return None
    try:
        return date.fromisoformat(s)
    except ValueError:
        return None


def parse_dt(s):
    m = RFC3339.fullmatch(s)
    if not m:
        return None
    d, hh, mm, ss, frac, off = m.groups()
    d = parse_date(d)
    hh, mm, ss = int(hh), int(mm), int(ss)
    if d is None or hh > 23 or mm > 59 or ss > 60:
        return None
    delta = timedelta(0)
    if off not in 'Zz':
        oh, om = int(off[1:3]), int(off[4:6])
        if oh > 23 or om > 59:
            return None
        delta = timedelta(hours=oh, minutes=om) * (-1 if off[0] == '-' else 1)
    try:
        r = datetime(d.year, d.month, d.day, hh, mm, min(ss, 59),
                     int(((frac or '.0')[1:] + '000000')[:6]), tzinfo=timezone.utc)
        return r - delta
    except OverflowError:
        return datetime.min.replace(tzinfo=timezone.utc) if d.year < 100 else datetime.max.replace(tzinfo=timezone.utc)


EMAIL_RE = re.compile(r'[^@\s"(),:;<>\[\]\\]+@[^@\s.]+(\.[^@\s.]+)+')


def check(v, s, path='', unknown_ok=False):
    """Validates v by s; gives the value (numbers like 3.0 made whole)."""
    if v is None:
        if s.get('null'):
            return None
        raise bad('must not be null', path)
    t = s['t']
    if t == 'str':
        if not isinstance(v, str):
            raise bad('must be a string', path)
        try:
            v.encode('utf-8')
        except UnicodeEncodeError:
            raise bad('is not valid text', path)
        if s.get('min') is not None and len(v) < s['min']:
            raise bad('is too short', path)
        if s.get('max') is not None and len(v) > s['max']:
            raise bad('is too long', path)
        if 'enum' in s and v not in s['enum']:
            raise bad('is not one of the possible values', path)
        if 'pattern' in s and not re.fullmatch(s['pattern'], v, re.ASCII):
            raise bad('does not have the right form', path)
        f = s.get('format')
        if f == 'date' and parse_date(v) is None:
            raise bad('is not a date', path)
        if f == 'date-time' and parse_dt(v) is None:
            raise bad('is not a date-time', path)
        if f == 'email' and not EMAIL_RE.fullmatch(v):
            raise bad('is not an e-mail address', path)
        return v
    if t == 'bool':
        if not isinstance(v, bool):
            raise bad('must be true or false', path)
        return v
    if t in ('int', 'num'):
        if isinstance(v, bool) or not isinstance(v, (int, float)):
            raise bad('must be a number', path)
        if isinstance(v, float) and not math.isfinite(v):
            raise bad('must be a number', path)
        if t == 'int':
            if v != int(v):
                raise bad('must be a whole number', path)
            v = int(v)
        if s.get('min') is not None and v < s['min']:
            raise bad('is too small', path)
        if s.get('max') is not None and v > s['max']:
            raise bad('is too large', path)
        if s.get('mult') and (v / s['mult']) != int(v / s['mult']):
            raise bad('is no multiple of %s' % s['mult'], path)
        return v
    if t == 'arr':
        if not isinstance(v, list):
            raise bad('must be an array', path)
        if s.get('min') is not None and len(v) < s['min']:
            raise bad('has too few items', path)
        if s.get('max') is not None and len(v) > s['max']:
            raise bad('has too many items', path)
        out = [check(x, s['items'], '%s[%d]' % (path, i)) for i, x in enumerate(v)]
        if s.get('unique') and len(set(map(str, out))) != len(out):
            raise bad('holds something twice', path)
        return out
    if t == 'obj':
        if not isinstance(v, dict):
            raise bad('must be an object', path or None)
        dot = path + '.' if path else ''
        for k in s['req']:
            if k not in v:
                raise bad('is missing', dot + k)
        out = {}
        for k, x in v.items():
            sub = s['req'].get(k) or s['opt'].get(k)
            if sub is None:
                if s.get('lax'):
                    continue
                try:
                    k.encode('utf-8')
                except UnicodeEncodeError:
                    k = '?'
                raise bad('is not known', dot + k)
            out[k] = check(x, sub, dot + k)
        if len(v) < s.get('minp', 0):
            raise bad('must not be empty')
        return out
    raise AssertionError(t)


# ----------------------------------------------------------------- data
sites, plots, members, entries, leases, bills = {}, {}, {}, {}, {}, {}
duties, inspections, meetings, keys, idem = {}, {}, {}, {}, {}
ref_counter = {}
OPEN_LEASE = ('offered', 'active', 'notice')
HELD = ('active', 'notice')


def wardens_site(u, site_id):
    s = sites.get(site_id)
    return bool(s) and s['warden_id'] == u['id']


def runs(u, site_id):
    """board, or warden of the site"""
    return u['role'] == 'board' or wardens_site(u, site_id)


def tick():
    t = today()
    for l in leases.values():
        if l['state'] == 'notice' and parse_date(l['ends_on']) < t:
            l['state'] = 'ended'
            l['closed_at'] = (parse_date(l['ends_on']) + timedelta(days=1)).isoformat() + 'T00:00:00Z'


def open_lease(plot_id):
    for l in leases.values():
        if l['plot_id'] == plot_id and l['state'] in OPEN_LEASE:
            return l
    return None


def held_lease(plot_id):
    l = open_lease(plot_id)
    return l if l and l['state'] in HELD else None


def plot_state(p):
    l = open_lease(p['id'])
    if l and l['state'] == 'offered' and not (F('offer-plot-stays-free')):
        return 'offered'
    if l and l['state'] in HELD and not (l['state'] == 'notice' and F('term-notice-frees')):
        return 'leased'
    if p.get('stuck'):
        return 'leased'
    return 'blocked' if p['blocked'] else 'free'


def rent_of(p):
    r = p['area_m2'] * sites[p['site_id']]['lease_rate_cents']
    if 'power' in p['features'] and not F('plot-rent-no-power'):
        r += 2400
    return r


def sees_lease(u, l):
    return u['role'] == 'board' or l['member_id'] == u['id'] or wardens_site(u, l['site_id'])


def site_plots(sid):
    return [p for p in plots.values() if p['site_id'] == sid]


def view_site(s):
    ps = site_plots(s['id'])
    r = {k: s[k] for k in ('id', 'name', 'district', 'address', 'notes', 'warden_id', 'capacity', 'lease_rate_cents',
                           'water_rate_cents', 'duty_hours_per_year', 'missing_hour_fee_cents')}
    r['plots_total'] = len(ps)
    free = ('free', 'blocked') if F('site-free-blocked') else ('free',)
    r['plots_free'] = sum(plot_state(p) in free for p in ps)
    st = ('waiting', 'offered') if F('site-waiting-offered') else ('waiting',)
    r['waiting_count'] = sum(e['site_id'] == s['id'] and e['state'] in st for e in entries.values())
    r['latest_meeting_id'] = s['latest_meeting_id']
    if F('site-notes-null-left-out') and r['notes'] is None:
        del r['notes']
    return r


def view_plot(p, u):
    l = open_lease(p['id'])
    rs = p['readings']
    last = rs[-1] if rs else None
    if F('plot-last-is-first') and rs:
        last = rs[0]
    used = rs[-1]['value_m3'] - rs[0]['value_m3'] if len(rs) > 1 else 0
    if F('plot-used-last-two') and len(rs) > 1:
        used = rs[-1]['value_m3'] - rs[-2]['value_m3']
    holder = l['member_id'] if l and l['state'] in HELD else None
    may = u['role'] == 'board' or wardens_site(u, p['site_id'])
    if not may and holder != u['id'] and not F('plot-holder-public'):
        holder = None
    r = {'id': p['id'], 'site_id': p['site_id'], 'number': p['number'], 'area_m2': p['area_m2'],
         'features': list(p['features']), 'blocked': p['blocked'], 'state': plot_state(p),
         'annual_rent_cents': rent_of(p), 'last_reading': dict(last) if last else None,
         'readings_count': len(rs), 'water_used_m3': used,
         'lease_id': l['id'] if l and (sees_lease(u, l) or F('plot-lease-id-public')) else None,
         'holder_id': holder, 'created_at': p['created_at']}
    return r


BOARD_VIEW = {'role': 'board', 'id': None}


def tag_of(kind, x):
    rep = view_site(x) if kind == 'site' else view_plot(x, BOARD_VIEW)
    if F('etag-computed-ignored'):
        rep = x['rev_base']
    return '"%s"' % hashlib.sha1(json.dumps([rep, x['rev']], sort_keys=True, default=str).encode()).hexdigest()[:16]


def duty_hours(mid, sid, year):
    return sum(d['hours'] for d in duties.values()
               if d['member_id'] == mid and d['site_id'] == sid and d['worked_on'][:4] == '%04d' % year)


def view_member(m, u):
    y = today().year
    sids = {l['site_id'] for l in leases.values() if l['member_id'] == m['id'] and l['state'] in HELD}
    req = sum(sites[s]['duty_hours_per_year'] for s in sids)
    if F('member-duty-per-plot'):
        req = sum(sites[l['site_id']]['duty_hours_per_year'] for l in leases.values()
                  if l['member_id'] == m['id'] and l['state'] in HELD)
    done = sum(duty_hours(m['id'], s, y) for s in sids)
    if F('member-duty-other-sites'):
        done = sum(duty_hours(m['id'], s, y) for s in sites)
    if F('member-duty-all-years'):
        done = sum(d['hours'] for d in duties.values() if d['member_id'] == m['id'] and d['site_id'] in sids)
    missing = sum(max(0, sites[s]['duty_hours_per_year'] - duty_hours(m['id'], s, y)) for s in sids)
    if F('member-duty-surplus'):
        missing = max(0, req - done)
    lst = OPEN_LEASE if F('member-leases-offered') else HELD
    bal = sum(view_bill(b)['open_cents'] for b in bills.values() if b['member_id'] == m['id'])
    if F('member-balance-total'):
        bal = sum(b['total_cents'] for b in bills.values() if b['member_id'] == m['id'])
    r = {'id': m['id'], 'name': m['name'], 'email': m['email'], 'phone': m['phone'], 'role': m['role'],
         'joined_on': m['joined_on'],
         'leases_active': sum(l['member_id'] == m['id'] and l['state'] in lst for l in leases.values()),
         'balance_cents': bal,
         'duty': {'year': y, 'required_hours': num(req), 'done_hours': num(done), 'missing_hours': num(missing)},
         'created_at': m['created_at']}
    if u['role'] == 'board' or (F('member-note-warden') and u['role'] == 'warden'):
        r['board_note'] = m['board_note']
    if F('member-key-shown') and u['role'] == 'board':
        r['has_key'] = m['id'] in keys.values()
    return r


def queue(sid):
    return sorted((e for e in entries.values() if e['site_id'] == sid and e['state'] == 'waiting'), key=lambda e: e['seq'])


def view_entry(e, u=None):
    rank = None
    if e['state'] == 'waiting':
        before = [x for x in entries.values() if x['site_id'] == e['site_id'] and x['seq'] < e['seq']]
        if F('rank-counts-withdrawn'):
            before = [x for x in before if x['state'] in ('waiting', 'withdrawn')]
        else:
            before = [x for x in before if x['state'] == 'waiting']
        if F('rank-only-visible') and u:
            before = [x for x in before if sees_entry(u, x)]
        rank = len(before) + 1
    return {'id': e['id'], 'site_id': e['site_id'], 'member_id': e['member_id'], 'min_area_m2': e['min_area_m2'],
            'state': e['state'], 'rank': rank, 'lease_id': e['lease_id'], 'joined_at': e['joined_at'],
            'withdrawn_at': e['withdrawn_at']}


def sees_entry(u, e):
    return u['role'] == 'board' or e['member_id'] == u['id'] or wardens_site(u, e['site_id'])


LEASE_KEYS = ('id', 'reference', 'plot_id', 'plot_number', 'site_id', 'member_id', 'entry_id', 'state', 'starts_on',
              'sign_by', 'signed_at', 'ends_on', 'closed_at', 'rent_cents', 'deposit_cents', 'reason', 'created_at')


def view_lease(l):
    r = {k: l[k] for k in LEASE_KEYS}
    if F('lease-rent-live') and l['plot_id'] in plots:
        r['rent_cents'] = rent_of(plots[l['plot_id']])
    return r


def view_bill(b):
    paid = sum(p['amount_cents'] for p in b['payments'])
    opn = b['total_cents'] - paid
    st = 'paid' if opn <= 0 else ('partly_paid' if paid else 'open')
    if F('pay-state-open') and st == 'partly_paid':
        st = 'open'
    ps = [dict(p) for p in b['payments']]
    if F('pay-order-reversed'):
        ps.reverse()
    due = parse_date(b['due_on'])
    r = {k: b[k] for k in ('id', 'reference', 'lease_id', 'member_id', 'site_id', 'plot_id', 'year', 'rent_cents',
                           'water_m3', 'water_cents', 'missing_hours', 'missing_hours_cents', 'total_cents')}
    r['missing_hours'] = num(r['missing_hours'])
    over = (due < today()) if F('bills-overdue-paid') else (opn > 0 and due < today())
    r.update(paid_cents=paid, open_cents=opn, state=st, overdue=over,
             issued_on=b['issued_on'], due_on=b['due_on'], payments=ps, created_at=b['created_at'])
    if F('bills-total-string'):
        r['total_cents'] = str(r['total_cents'])
    return r


def sees_bill(u, b):
    return u['role'] == 'board' or b['member_id'] == u['id'] or wardens_site(u, b['site_id'])


def view_insp(i):
    fs = [{'number': f['number'], 'category': f['category'], 'severity': f['severity'], 'text': f['text'],
           'photo': dict(f['photo']) if f['photo'] else None} for f in i['findings']]
    return {'id': i['id'], 'plot_id': i['plot_id'], 'lease_id': i['lease_id'], 'inspected_on': i['inspected_on'],
            'findings': fs, 'score': i['score'], 'grade': i['grade'], 'follow_up_on': i['follow_up_on'],
            'recorded_by': i['recorded_by'], 'created_at': i['created_at']}


def meeting_closed(m):
    return datetime.now(timezone.utc) >= parse_dt(m['closes_at'])


def view_meeting(m, u):
    hold = [l['member_id'] for l in leases.values() if l['site_id'] == m['site_id'] and l['state'] in HELD]
    elig = len(hold) if F('meeting-eligible-leases') else len(set(hold))
    closed = meeting_closed(m)
    mo = []
    for x in m['motions']:
        c = {k: sum(v == k for v in x['votes'].values()) for k in CHOICES}
        cast = sum(c.values())
        if F('meeting-abstain-not-cast'):
            cast = c['yes'] + c['no']
        if not closed:
            res = 'pending'
        elif cast * 4 < elig and not F('meeting-no-quorum'):
            res = 'no_quorum'
        elif c['yes'] > c['no'] or (F('meeting-tie-carried') and c['yes'] == c['no']):
            res = 'carried'
        else:
            res = 'rejected'
        own = x['votes'].get(u['id'])
        if F('meeting-own-is-last') and x['votes']:
            own = list(x['votes'].values())[-1]
        mo.append({'number': x['number'], 'text': x['text'], 'yes': c['yes'], 'no': c['no'], 'abstain': c['abstain'],
                   'votes_cast': cast, 'result': res, 'own_choice': own})
    return {'id': m['id'], 'site_id': m['site_id'], 'title': m['title'], 'state': 'closed' if closed else 'open',
            'closes_at': m['closes_at'], 'eligible_count': elig, 'motions': mo, 'created_at': m['created_at']}


# ----------------------------------------------------------------- request object and paging
class Req:
    def __init__(self, user, headers, query, body, ctype):
        self.u, self.headers, self.query, self.raw, self.ctype = user, headers, query, body, ctype

    def json(self, name):
        if (self.ctype or '').split(';')[0].strip().lower() != 'application/json':
            raise bad('The body has to be application/json.', None, 'malformed')
        if len(self.raw) > 1 << 20:
            raise bad('The body is too large.', None, 'malformed')

        def no(c):
            raise ValueError(c)
        try:
            v = json.loads(self.raw.decode('utf-8'), parse_constant=no)
        except (ValueError, RecursionError):
            raise bad('The body is not readable JSON.', None, 'malformed')
        return check(v, SCHEMAS[name])

    def q(self, name, kind='str', **s):
        vals = [v for k, v in self.query if k == name]
        if not vals:
            return None
        if len(vals) > 1:
            raise bad('is given twice', name)
        v = vals[0]
        if v == '':
            raise bad('is empty', name)
        if kind == 'int':
            if not re.fullmatch(r'-?[0-9]{1,12}', v, re.ASCII):
                raise bad('must be a whole number', name)
            return check(int(v), dict(s, t='int'), name)
        if kind == 'bool':
            if v not in ('true', 'false'):
                raise bad('must be true or false', name)
            return v == 'true'
        return check(v, dict(s, t='str'), name)

    def page(self, op, items, keyf, view, filters):
        """items already filtered; filters is whatever identifies list and order"""
        hi = 50
        vals = [v for k, v in self.query if k == 'limit']
        if F('page-limit-trimmed') and len(vals) == 1 and re.fullmatch('[0-9]{1,9}', vals[0]):
            limit = max(1, min(hi, int(vals[0])))
        else:
            limit = self.q('limit', 'int', min=1, max=hi) or 20
        cur = self.q('cursor')
        fp = hashlib.sha1(json.dumps([op, filters], sort_keys=True).encode()).hexdigest()[:12]
        items = sorted(items, key=keyf)
        total = len(items)
        rest = items
        if cur is not None:
            last = unpack(cur, fp)
            rest = [x for x in items if keyf(x) > last]
            if F('page-repeats-last') and op == 'listPlots':
                rest = [x for x in items if keyf(x) >= last]
            if F('page-skips-ties') and op == 'listPlots':
                rest = [x for x in items if keyf(x)[:-1] > last[:-1]]
        out = rest[:limit]
        more = len(rest) > limit
        if F('page-next-never-null') and out:
            more = True
        nxt = pack(fp, keyf(out[-1])) if more and out else None
        if F('page-total-is-page'):
            total = len(out)
        return {'items': [view(x) for x in out], 'next': nxt, 'total': total}


def pack(fp, key):
    p = json.dumps([fp, list(key)]).encode()
    return base64.urlsafe_b64encode(hmac.new(SECRET, p, 'sha1').digest()[:8] + p).decode().rstrip('=')


def unpack(cur, fp):
    try:
        raw = base64.b64decode(cur + '=' * (-len(cur) % 4), altchars=b'-_', validate=True)
        sig, p = raw[:8], raw[8:]
        if not hmac.compare_digest(sig, hmac.new(SECRET, p, 'sha1').digest()[:8]):
            raise ValueError
        f, key = json.loads(p)
    except (ValueError, TypeError):
        raise bad('This cursor is none of ours.', 'cursor', 'bad_cursor')
    if f != fp and not F('page-cursor-any-filter'):
        raise bad('This cursor belongs to another list.', 'cursor', 'bad_cursor')
    return tuple(key)


def natural(number):
    m = re.fullmatch('([A-Za-z]+)([0-9]+)', number)
    if F('plots-sort-text'):
        return (number, 0)
    return (m.group(1), int(m.group(2)))


def tags_in(h):
    return [t.strip() for t in h.split(',')]


def etag_check(r, kind, x):
    h = r.headers.get('If-Match')
    if h is None:
        if (F('site-put-no-tag') and kind == 'site'):
            return
        raise Problem(428, 'precondition_required', 'If-Match is needed.')
    if h.strip() == '*':
        if F('plot-put-star') and kind == 'plot':
            raise Problem(412, 'stale', 'The tag is not the current one.')
        return
    if tag_of(kind, x) not in tags_in(h):
        if F('plot-put-stale') and kind == 'plot' and h.strip().startswith('"'):
            return
        raise Problem(412, 'stale', 'The tag is not the current one.')


def unchanged(r, tag):
    h = r.headers.get('If-None-Match')
    if h is None:
        return False
    return any(t == '*' or (t[2:] if t.startswith('W/') else t) == tag for t in tags_in(h))


def get(table, key):
    x = table.get(key)
    if x is None:
        raise not_found()
    return x


# ----------------------------------------------------------------- sites
def list_sites(r):
    qq = r.q('q', min=1, max=40)
    free = r.q('has_free', 'bool')
    out = []
    for s in sites.values():
        if qq is not None and (qq not in s['name'] if F('sites-q-case') else qq.lower() not in s['name'].lower()):
            continue
        st = ('free', 'blocked') if F('sites-has-free-blocked') else ('free',)
        if free is not None and any(plot_state(p) in st for p in site_plots(s['id'])) != free:
            continue
        out.append(s)
    key = (lambda s: (s['name'], s['id'])) if F('sites-sort-case') else (lambda s: (s['name'].lower(), s['id']))
    return 200, r.page('listSites', out, key, view_site, [qq, free]), {}


def get_site(r, site_id):
    s = get(sites, site_id)
    t = tag_of('site', s)
    if unchanged(r, t) and not F('site-304-never'):
        return 304, None, {'ETag': t}
    return 200, view_site(s), {'ETag': t}


def replace_site(r, site_id):
    s = get(sites, site_id)
    if not runs(r.u, site_id) and not (F('site-put-any-warden') and r.u['role'] == 'warden'):
        raise forbidden()
    b = r.json('SiteInput')
    if b['warden_id'] is not None:
        w = members.get(b['warden_id'])
        if w is None or (w['role'] != 'warden' and not F('site-put-warden-role')):
            raise bad('is no warden', 'warden_id', 'unknown_reference')
    if r.u['role'] != 'board':
        money = ('lease_rate_cents', 'water_rate_cents', 'missing_hour_fee_cents', 'warden_id')
        if F('site-put-warden-fee'):
            money = ('lease_rate_cents', 'water_rate_cents', 'warden_id')
        if any(b[k] != s[k] for k in money):
            raise forbidden('Rates, fees and the warden are set by the board.')
    etag_check(r, 'site', s)
    gap('site-put-race')
    for o in sites.values():
        same = o['name'] == b['name'] if F('site-put-name-case') else o['name'].lower() == b['name'].lower()
        if o is not s and same:
            raise conflict('name_taken', 'Another site has this name.')
    if len(site_plots(site_id)) > b['capacity'] and not F('site-put-capacity'):
        raise conflict('capacity_too_low', 'The site has more plots than that.')
    if 'notes' not in b and not F('site-put-keeps-notes'):
        b['notes'] = None
    s.update(b)
    s['rev'] += 1
    s['rev_base'] = dict(b)
    return 200, view_site(s), {'ETag': tag_of('site', s)}


# ----------------------------------------------------------------- plots
def make_plot(site_id, b, pid=None):
    p = {'id': pid or new_id('plot'), 'site_id': site_id, 'number': b['number'], 'area_m2': b['area_m2'],
         'features': list(b.get('features', [])), 'blocked': b.get('blocked', False), 'readings': [],
         'created_at': now(), 'rev': 0, 'rev_base': dict(b)}
    plots[p['id']] = p
    return p


def create_plot(r, site_id):
    s = get(sites, site_id)
    if not runs(r.u, site_id) and not (F('plot-create-any-warden') and r.u['role'] == 'warden'):
        raise forbidden()
    b = r.json('PlotInput')
    pool = plots.values() if F('plot-number-global') else site_plots(site_id)
    if any(p['number'] == b['number'] for p in pool) and not F('plot-number-twice'):
        raise conflict('number_taken', 'This number is taken.')
    cap = s['capacity'] + (1 if F('plot-capacity-plus-one') else 0)
    if len(site_plots(site_id)) >= cap:
        raise conflict('site_full', 'The site is full.')
    gap('plot-create-race')
    p = make_plot(site_id, b)
    h = {'Location': '/plots/' + p['id'], 'ETag': tag_of('plot', p)}
    if F('plot-no-location'):
        del h['Location']
    return 201, view_plot(p, r.u), h


def list_plots(r):
    sid = r.q('site_id', pattern='site_[0-9a-f]{10}')
    st = r.q('state', pattern='(free|offered|leased|blocked)(,(free|offered|leased|blocked))*')
    lo = r.q('min_area', 'int', min=0, max=1000)
    hi = r.q('max_area', 'int', min=0, max=1000)
    feat = r.q('feature', enum=FEATURES)
    srt = r.q('sort', enum=['number', 'area', '-area']) or 'number'
    if lo is not None and hi is not None and hi < lo and not F('plots-area-crossed'):
        raise bad('max_area is below min_area', 'max_area')
    want = st.split(',') if st else None
    if want and F('plots-state-first'):
        want = want[:1]
    out = []
    for p in plots.values():
        if sid is not None and p['site_id'] != sid:
            continue
        if want and plot_state(p) not in want:
            continue
        if lo is not None and p['area_m2'] < lo:
            continue
        if hi is not None and (p['area_m2'] >= hi if F('plots-max-exclusive') else p['area_m2'] > hi):
            continue
        if feat and feat not in p['features']:
            continue
        out.append(p)
    if srt == 'number':
        key = lambda p: (sites[p['site_id']]['name'].lower(),) + natural(p['number']) + (p['id'],)
    elif srt == 'area' or F('plots-minus-area'):
        key = lambda p: (p['area_m2'], p['id'])
    else:
        key = lambda p: (-p['area_m2'], p['id'])
    return 200, r.page('listPlots', out, key, lambda p: view_plot(p, r.u), [sid, st, lo, hi, feat, srt]), {}


def get_plot(r, plot_id):
    p = get(plots, plot_id)
    t = tag_of('plot', p)
    if unchanged(r, t):
        return 304, None, {'ETag': t}
    h = {'ETag': t}
    if F('plot-get-no-etag'):
        h = {}
    return 200, view_plot(p, r.u), h


def replace_plot(r, plot_id):
    p = get(plots, plot_id)
    if not runs(r.u, p['site_id']):
        raise forbidden()
    b = r.json('PlotInput')
    old = tag_of('plot', p)
    etag_check(r, 'plot', p)
    for o in site_plots(p['site_id']):
        if o['number'] == b['number'] and (o is not p or F('plot-put-own-number')):
            raise conflict('number_taken', 'This number is taken.')
    st = plot_state(p)
    busy = ('offered', 'leased')
    if st in busy:
        if b.get('blocked', False) and not (F('plot-put-block-offered') and st == 'offered'):
            raise conflict('plot_in_use', 'The plot is in use.')
        if b['area_m2'] != p['area_m2'] and not F('plot-put-area-in-use'):
            raise conflict('plot_in_use', 'The plot is in use.')
    p['number'], p['area_m2'] = b['number'], b['area_m2']
    feats = b.get('features', [])
    if F('plot-put-keeps-features') and 'features' not in b:
        feats = p['features']
    p['features'] = list(feats)
    if not (F('plot-put-keeps-block') and 'blocked' not in b):
        p['blocked'] = b.get('blocked', False)
    p['rev'] += 1
    p['rev_base'] = dict(b)
    return 200, view_plot(p, r.u), {'ETag': old if F('plot-put-old-etag') else tag_of('plot', p)}


def delete_plot(r, plot_id):
    p = get(plots, plot_id)
    if r.u['role'] != 'board' and not (F('plot-delete-warden') and wardens_site(r.u, p['site_id'])):
        raise forbidden()
    st = plot_state(p)
    if st == 'leased' or (st == 'offered' and not F('plot-delete-offered')):
        raise conflict('plot_in_use', 'The plot is offered or leased.')
    if st == 'offered':  # only with the fault
        open_lease(plot_id)['state'] = 'declined'
    del plots[plot_id]
    if not F('plot-delete-keeps-inspections'):
        for i in [i for i in inspections.values() if i['plot_id'] == plot_id]:
            del inspections[i['id']]
    if F('plot-delete-leases'):
        for l in [l for l in leases.values() if l['plot_id'] == plot_id]:
            del leases[l['id']]
    if F('plot-delete-bills'):
        for b in [b for b in bills.values() if b['plot_id'] == plot_id]:
            del bills[b['id']]
    if F('plot-delete-200'):
        return 200, {'deleted': plot_id}, {}
    return 204, None, {}


# ----------------------------------------------------------------- members
def email_taken(email, me=None):
    return any(m['email'].lower() == email.lower() and m['id'] != me for m in members.values())


def create_member(r):
    if r.u['role'] == 'member':
        raise forbidden()
    b = r.json('MemberInput')
    if 'board_note' in b and r.u['role'] != 'board':
        raise forbidden('Board notes are for the board.')
    j = b.get('joined_on') or today().isoformat()
    if parse_date(j) > today() and not F('member-joined-future'):
        raise bad('lies in the future', 'joined_on')
    if F('member-email-case'):
        taken = any(m['email'] == b['email'] for m in members.values())
    else:
        taken = email_taken(b['email'])
    if taken:
        raise conflict('email_taken', 'A member with this address exists.')
    gap('member-create-race')
    email = b['email'].lower()
    if F('member-email-not-lower'):
        email = b['email']
    if 'joined_on' not in b and F('member-joined-null'):
        j = None
    m = {'id': new_id('mem'), 'name': b['name'], 'email': email, 'phone': b.get('phone'), 'role': 'member',
         'joined_on': j, 'board_note': b.get('board_note'), 'created_at': now()}
    members[m['id']] = m
    return 201, view_member(m, r.u), {'Location': '/members/' + m['id']}


def the_member(r, member_id):
    if member_id == 'me':
        return r.u
    m = get(members, member_id)
    if r.u['role'] == 'member' and m is not r.u:
        raise not_found()
    return m


def get_member(r, member_id):
    if F('member-get-anybody') and member_id in members:
        return 200, view_member(members[member_id], r.u), {}
    return 200, view_member(the_member(r, member_id), r.u), {}


def update_member(r, member_id):
    m = the_member(r, member_id)
    if r.u['role'] != 'board' and m is not r.u and not F('member-patch-warden'):
        raise forbidden()
    b = r.json('MemberPatch')
    if 'board_note' in b and r.u['role'] != 'board' and not F('member-patch-note'):
        if F('member-patch-note-partly'):
            m.update({k: v for k, v in b.items() if k in ('name', 'phone')})
        raise forbidden('Board notes are for the board.')
    if 'email' in b:
        if email_taken(b['email'], m['id']) and not F('member-patch-email'):
            raise conflict('email_taken', 'Another member has this address.')
        if F('member-patch-own-email') and email_taken(b['email']):
            raise conflict('email_taken', 'Another member has this address.')
        b['email'] = b['email'].lower()
    for k, v in b.items():
        if v is None and F('member-patch-null-ignored'):
            continue
        m[k] = v
    if F('member-patch-drops-phone') and 'phone' not in b:
        m['phone'] = None
    return 200, view_member(m, r.u), {}


# ----------------------------------------------------------------- duty
def record_duty(r, member_id):
    m = get(members, member_id)
    if r.u['role'] == 'member' and m is not r.u:
        raise not_found()
    if m is r.u and not (F('duty-own-warden') and r.u['role'] != 'member'):
        raise forbidden('Nobody records hours for himself or herself.')
    b = r.json('DutyInput')
    if b['site_id'] not in sites:
        raise bad('names no site', 'site_id', 'unknown_reference')
    d, t = parse_date(b['worked_on']), today()
    if d > t and not F('duty-future'):
        raise bad('lies in the future', 'worked_on')
    first = date(t.year - 1, 1, 1) if not F('duty-first-of-january') else date(t.year - 1, 1, 2)
    if F('duty-old'):
        first = date(1, 1, 1)
    if d < first:
        raise bad('is too long ago', 'worked_on')
    if not runs(r.u, b['site_id']) and not (F('duty-any-warden')):
        raise forbidden()
    day = sum(x['hours'] for x in duties.values() if x['member_id'] == member_id and x['worked_on'] == b['worked_on']
              and not (F('duty-day-per-site') and x['site_id'] != b['site_id']))
    if (day + b['hours'] >= 12 and day) if F('duty-day-twelve') else day + b['hours'] > 12:
        raise conflict('day_full', 'More than 12 hours on that day.')
    x = {'id': new_id('duty'), 'member_id': member_id, 'site_id': b['site_id'], 'worked_on': b['worked_on'],
         'hours': b['hours'], 'task': b['task'], 'recorded_by': r.u['id'], 'created_at': now()}
    if F('duty-recorded-by-worker'):
        x['recorded_by'] = member_id
    duties[x['id']] = x
    tot = duty_hours(member_id, b['site_id'], d.year)
    if F('duty-total-all-sites'):
        tot = sum(duty_hours(member_id, s, d.year) for s in sites)
    return 201, dict(x, hours=num(x['hours']), year_total_hours=num(tot)), {}


# ----------------------------------------------------------------- waiting list
def list_entries(r):
    sid = r.q('site_id', pattern='site_[0-9a-f]{10}')
    mid = r.q('member_id', pattern='mem_[0-9a-f]{10}')
    st = r.q('state', enum=['waiting', 'offered', 'leased', 'withdrawn'])
    out = []
    for e in entries.values():
        if not (sees_entry(r.u, e) or F('entries-all-visible')
                or (F('entries-warden-all') and r.u['role'] == 'warden')):
            continue
        if sid and e['site_id'] != sid:
            continue
        if mid and e['member_id'] != mid:
            continue
        if st and e['state'] != st and not (F('entries-state-waiting') and st == 'offered' and e['state'] == 'waiting'):
            continue
        out.append(e)
    key = (lambda e: (-e['seq'],)) if F('entries-newest-first') else (lambda e: (e['seq'],))
    return 200, r.page('listWaitingList', out, key, lambda e: view_entry(e, r.u), [sid, mid, st]), {}


def held_count(mid):
    return sum(l['member_id'] == mid and l['state'] in HELD for l in leases.values())


def make_entry(sid, mid, min_area=None, state='waiting', joined=None):
    e = {'id': new_id('wait'), 'site_id': sid, 'member_id': mid, 'min_area_m2': min_area, 'state': state,
         'lease_id': None, 'joined_at': joined or now(), 'withdrawn_at': None, 'seq': seq()}
    entries[e['id']] = e
    return e


def join(r):
    b = r.json('EntryInput')
    if b['site_id'] not in sites:
        raise bad('names no site', 'site_id', 'unknown_reference')
    mid = b.get('member_id', r.u['id'])
    if mid != r.u['id'] and not runs(r.u, b['site_id']) and not F('join-anybody'):
        raise forbidden()
    if mid not in members:
        raise bad('names no member', 'member_id', 'unknown_reference')
    opn = [e for e in entries.values() if e['member_id'] == mid and e['state'] in ('waiting', 'offered')]
    same = ('waiting',) if F('join-twice-offered') else ('waiting', 'offered')
    if any(e['site_id'] == b['site_id'] and e['state'] in same for e in opn) and not F('join-twice'):
        raise conflict('already_waiting', 'There is an open entry for this site.')
    cnt = len(opn)
    if F('join-limit-withdrawn'):
        cnt = sum(e['member_id'] == mid for e in entries.values())
    if cnt >= (4 if F('join-limit-four') else 3):
        raise conflict('too_many_entries', 'There are three open entries.')
    if held_count(mid) >= 3:
        raise conflict('lease_limit', 'The member holds three leases.')
    gap('join-race')
    e = make_entry(b['site_id'], mid, b.get('min_area_m2'))
    if F('join-min-area-lost'):
        e['min_area_m2'] = None
    return 201, view_entry(e, r.u), {}


def withdraw(r, entry_id):
    e = get(entries, entry_id)
    if not sees_entry(r.u, e) and not F('withdraw-anybody'):
        raise not_found()
    if e['state'] != 'waiting' and not (F('withdraw-offered') and e['state'] == 'offered') \
            and not (F('withdraw-twice') and e['state'] == 'withdrawn'):
        raise conflict('not_waiting', 'The entry is not waiting.')
    e['state'], e['lease_id'] = 'withdrawn', None
    if not F('withdraw-no-time'):
        e['withdrawn_at'] = now()
    if F('withdraw-all'):
        for x in entries.values():
            if x['member_id'] == e['member_id'] and x['state'] == 'waiting':
                x['state'], x['withdrawn_at'] = 'withdrawn', now()
    return 200, view_entry(e, r.u), {}


# ----------------------------------------------------------------- leases
def next_ref(year):
    ref_counter[year] = ref_counter.get(year, 0) + 1
    return 'L-%04d-%04d' % (year, ref_counter[year])


def make_lease(p, mid, entry, starts, state='offered', created=None, sign_by=None, offer_year=None):
    t = today()
    rent = rent_of(p)
    l = {'id': new_id('lease'), 'reference': next_ref(offer_year or t.year), 'plot_id': p['id'],
         'plot_number': p['number'], 'site_id': p['site_id'], 'member_id': mid,
         'entry_id': entry['id'] if entry else None, 'state': state, 'starts_on': starts,
         'sign_by': sign_by or (t + timedelta(days=30 if F('offer-sign-by-30') else 14)).isoformat(),
         'signed_at': None, 'ends_on': None, 'closed_at': None, 'rent_cents': rent,
         'deposit_cents': rent // 2 if F('offer-deposit-down') else (rent + 1) // 2, 'reason': None,
         'created_at': created or now()}
    leases[l['id']] = l
    return l


def offer(r):
    if r.u['role'] == 'member':
        raise forbidden()
    b = r.json('OfferInput')
    p = plots.get(b['plot_id'])
    if p is None:
        raise bad('names no plot', 'plot_id', 'unknown_reference')
    e = None
    if 'entry_id' in b:
        e = entries.get(b['entry_id'])
        if e is None:
            raise bad('names no entry', 'entry_id', 'unknown_reference')
    t = today()
    if 'starts_on' in b:
        d = parse_date(b['starts_on'])
        if (d < t and not F('offer-starts-past')) or (d > t + timedelta(days=365) and not F('offer-starts-far')):
            raise bad('has to be between today and a year from now', 'starts_on')
        starts = b['starts_on']
    else:
        starts = (date(t.year + 1, 1, 1) if t.month == 12 else date(t.year, t.month + 1, 1)).isoformat()
        if F('offer-starts-today'):
            starts = t.isoformat()
    if not runs(r.u, p['site_id']):
        raise forbidden()
    if F('offer-ref-gap'):
        next_ref(t.year)
    st = plot_state(p)
    if open_lease(p['id']) and not (F('offer-plot-stays-free') and st == 'free'):
        raise conflict('plot_not_free', 'The plot is not free.')
    if st != 'free' and not (F('offer-blocked') and st == 'blocked'):
        raise conflict('plot_not_free', 'The plot is not free.')
    q = queue(p['site_id'])
    fit = q if F('offer-fit-ignored') else [x for x in q if x['min_area_m2'] is None or x['min_area_m2'] <= p['area_m2']]
    if e is not None:
        if e['site_id'] != p['site_id'] and not F('offer-wrong-site'):
            raise conflict('wrong_site', 'The entry is for another site.')
        if e['state'] != 'waiting' and not (F('offer-withdrawn') and e['state'] == 'withdrawn'):
            raise conflict('entry_not_waiting', 'The entry is not waiting.')
        if e['min_area_m2'] is not None and e['min_area_m2'] > p['area_m2'] and not F('offer-too-small'):
            raise conflict('plot_too_small', 'The plot is too small.')
        if r.u['role'] != 'board' and (not fit or fit[0] is not e) and not F('offer-out-of-turn'):
            raise conflict('out_of_turn', 'Others were first.')
    else:
        if not fit:
            raise conflict('nobody_waiting', 'Nobody who waits fits the plot.')
        e = fit[0]
    gap('offer-race')
    if F('offer-ref-gap'):
        ref_counter[t.year] -= 1
    l = make_lease(p, e['member_id'], e, starts)
    if not F('offer-entry-untouched'):
        e['state'], e['lease_id'] = 'offered', l['id']
    return 201, view_lease(l), {'Location': '/leases/' + l['id']}


def get_lease(r, lease_id):
    l = get(leases, lease_id)
    if not sees_lease(r.u, l) and not (F('lease-any-warden') and r.u['role'] == 'warden') and not F('lease-public'):
        raise not_found()
    return 200, view_lease(l), {}


def sign(r, lease_id):
    l = get(leases, lease_id)
    if not sees_lease(r.u, l):
        raise not_found()
    if l['member_id'] != r.u['id'] and not (F('sign-board') and r.u['role'] == 'board'):
        raise forbidden('Only the member signs.')
    if l['state'] != 'offered' and not (F('sign-twice') and l['state'] == 'active'):
        raise conflict('not_offered', 'The lease is not on offer.')
    if parse_date(l['sign_by']) < today() and l['state'] == 'offered' and not F('sign-expired'):
        raise conflict('offer_expired', 'The offer has expired.')
    if held_count(l['member_id']) >= (4 if F('sign-limit-four') else 3):
        raise conflict('lease_limit', 'The member holds three leases.')
    l['state'] = 'active'
    l['signed_at'] = now()
    if F('sign-no-time'):
        l['signed_at'] = None
    e = entries.get(l['entry_id'])
    if e and not F('sign-entry-stays'):
        e['state'] = 'leased'
    if held_count(l['member_id']) == 3 and not F('sign-keeps-waiting'):
        for x in entries.values():
            if x['member_id'] == l['member_id'] and x['state'] == 'waiting':
                x['state'], x['withdrawn_at'] = 'withdrawn', now()
    if F('sign-withdraws-early'):
        for x in entries.values():
            if x['member_id'] == l['member_id'] and x['state'] == 'waiting':
                x['state'], x['withdrawn_at'] = 'withdrawn', now()
    return 200, view_lease(l), {}


def garden_year_end(t):
    y = t.year if (t.month, t.day) <= (8, 31) else t.year + 1
    return date(y, 12, 31) if F('term-ends-december') else date(y, 11, 30)


def terminate(r, lease_id):
    l = get(leases, lease_id)
    if not sees_lease(r.u, l):
        raise not_found()
    b = r.json('TerminateInput')
    imm = b.get('immediate', False)
    if imm and r.u['role'] != 'board' and not (F('term-immediate-warden') and r.u['role'] == 'warden'):
        raise forbidden('Only the board ends a lease at once.')
    st = l['state']
    if st in ('ended', 'declined') and not (F('term-closed') and st == 'ended'):
        raise conflict('lease_closed', 'The lease is over.')
    if st == 'notice' and not imm and not F('term-notice-twice'):
        raise conflict('notice_already_given', 'Notice was given before.')
    if not F('term-reason-lost'):
        l['reason'] = b['reason']
    if st == 'offered':
        l['state'], l['closed_at'] = 'declined', now()
        e = entries.get(l['entry_id'])
        if e and not F('term-decline-entry'):
            e['state'], e['lease_id'] = 'waiting', None
            if F('term-decline-rank'):
                e['seq'], e['joined_at'] = seq(), now()
        elif e:
            e['state'], e['lease_id'], e['withdrawn_at'] = 'withdrawn', None, now()
    elif imm:
        l['state'], l['closed_at'], l['ends_on'] = 'ended', now(), today().isoformat()
        if F('term-plot-stuck') and l['plot_id'] in plots:
            plots[l['plot_id']]['stuck'] = True
        if F('term-cancels-bills'):
            for x in [x for x in bills.values() if x['lease_id'] == lease_id and not x['payments']]:
                del bills[x['id']]
        if F('term-entry-waits') and l['entry_id'] in entries:
            entries[l['entry_id']].update(state='waiting', lease_id=None)
    else:
        l['state'], l['ends_on'] = 'notice', garden_year_end(today()).isoformat()
    return 200, view_lease(l), {}


# ----------------------------------------------------------------- bills
def bill_for(l, year, due_days, issued, extra=()):
    s, p = sites[l['site_id']], plots.get(l['plot_id'])
    rent = l['rent_cents']
    st = parse_date(l['starts_on'])
    if st.year == year and not F('run-no-prorata'):
        months = 13 - st.month
        rent = (2 * rent * months + 12) // 24
        if F('run-prorata-next-month'):
            rent = (2 * l['rent_cents'] * max(0, months - 1) + 12) // 24
    rs = p['readings'] if p else []
    upto = [x for x in rs if x['read_on'] <= '%04d-12-31' % year]
    before = [x for x in rs if x['read_on'] < '%04d-01-01' % year]
    inyear = [x for x in upto if x['read_on'] >= '%04d-01-01' % year]
    water = 0
    if inyear:
        base = before[-1] if before else inyear[0]
        if F('run-water-first'):
            base = rs[0]
        if F('run-water-in-year'):
            base = inyear[0]
        water = inyear[-1]['value_m3'] - base['value_m3']
    had = any(x['member_id'] == l['member_id'] and x['site_id'] == l['site_id'] and x['year'] == year
              for x in list(bills.values()) + list(extra))
    missing = 0 if had and not F('run-hours-each-bill') else max(
        0, s['duty_hours_per_year'] - duty_hours(l['member_id'], l['site_id'], year))
    halves = int(round(missing * 2))
    mc = (halves * s['missing_hour_fee_cents'] + 1) // 2
    wc = water * s['water_rate_cents']
    due = issued + timedelta(days=due_days)
    if due.weekday() >= 5 and not F('run-due-weekend'):
        due += timedelta(days=7 - due.weekday())
    total = rent + wc + mc
    if F('run-total-no-hours'):
        total = rent + wc
    return {'id': new_id('bill'), 'reference': l['reference'], 'lease_id': l['id'], 'member_id': l['member_id'],
            'site_id': l['site_id'], 'plot_id': l['plot_id'], 'year': year, 'rent_cents': rent, 'water_m3': water,
            'water_cents': wc, 'missing_hours': missing, 'missing_hours_cents': mc, 'total_cents': total,
            'issued_on': issued.isoformat(), 'due_on': due.isoformat(), 'payments': [], 'created_at': now()}


def work_out(sid, year, due_days, issued):
    made, skipped = [], 0
    states = ('active',) if F('run-skips-notice') else HELD
    for l in sorted(leases.values(), key=lambda l: l['reference']):
        if l['site_id'] != sid or l['state'] not in states or int(l['starts_on'][:4]) > year:
            continue
        if any(b['lease_id'] == l['id'] and b['year'] == year for b in bills.values()) and not F('run-bills-again'):
            skipped += 1
            continue
        made.append(bill_for(l, year, due_days, issued, made))
    return made, skipped


def run_bills(r):
    if r.u['role'] != 'board' and not (F('run-warden') and r.u['role'] == 'warden'):
        raise forbidden()
    b = r.json('RunInput')
    if b['site_id'] not in sites:
        raise bad('names no site', 'site_id', 'unknown_reference')
    if b['year'] > today().year and not F('run-future-year'):
        raise bad('lies in the future', 'year')
    key = r.headers.get('Idempotency-Key')
    if key is not None:
        check(key, S(8, 64, pattern='[A-Za-z0-9_-]+'), 'Idempotency-Key')
    if F('run-warden') and r.u['role'] == 'warden' and not wardens_site(r.u, b['site_id']):
        raise forbidden()
    b.setdefault('due_in_days', 30)
    b.setdefault('dry_run', False)
    dry = b['dry_run']
    slot = (r.u['id'], key)
    if key is not None and not dry and slot in idem and not F('run-key-ignored'):
        old, res = idem[slot]
        if old != b and not F('run-key-other-body'):
            raise conflict('key_reused', 'This key was used with another body.')
        return 200, res, ({} if F('run-no-replay-header') else {'Idempotency-Replayed': 'true'})
    made, skipped = work_out(b['site_id'], b['year'], b['due_in_days'], today())
    if not made and not dry:
        if key is not None and F('run-remembers-failure'):
            idem[slot] = (b, {'site_id': b['site_id'], 'year': b['year'], 'dry_run': False, 'created': 0,
                              'skipped': skipped, 'total_cents': 0, 'bill_ids': []})
        raise conflict('nothing_to_bill', 'There is nothing to bill.')
    if not dry or F('run-dry-stores'):
        gap('run-race')
        for x in made:
            bills[x['id']] = x
    res = {'site_id': b['site_id'], 'year': b['year'], 'dry_run': dry, 'created': len(made), 'skipped': skipped,
           'total_cents': sum(x['total_cents'] for x in made), 'bill_ids': [] if dry else [x['id'] for x in made]}
    if F('run-created-counts-skipped'):
        res['created'] += skipped
    if key is not None and not dry:
        idem[slot] = (b, res)
    return (200 if dry else 201), res, {}


def list_bills(r):
    sid = r.q('site_id', pattern='site_[0-9a-f]{10}')
    mid = r.q('member_id', pattern='mem_[0-9a-f]{10}')
    year = r.q('year', 'int', min=2000, max=2100)
    st = r.q('state', enum=['open', 'partly_paid', 'paid'])
    over = r.q('overdue', 'bool')
    srt = r.q('sort', enum=['due_on', '-due_on', '-total']) or 'due_on'
    out = []
    for b in bills.values():
        v = view_bill(b)
        if not sees_bill(r.u, b) and not (F('bills-warden-all') and r.u['role'] == 'warden') \
                and not (F('bills-member-filter-leak') and mid):
            continue
        y = int(b['issued_on'][:4]) if F('bills-year-issued') else b['year']
        if (sid and b['site_id'] != sid) or (mid and b['member_id'] != mid) or (year is not None and y != year):
            continue
        if st and v['state'] != st and not (F('bills-state-open-any') and st == 'open' and v['state'] == 'partly_paid'):
            continue
        if over is not None and v['overdue'] != over:
            continue
        out.append(b)
    if srt == '-total':
        key = (lambda b: ([-ord(c) for c in str(b['total_cents'])], b['id'])) if F('bills-sort-total-text') \
            else (lambda b: (-b['total_cents'], b['id']))
    elif srt == '-due_on' and not F('bills-sort-due'):
        key = lambda b: (-parse_date(b['due_on']).toordinal(), b['id'])
    else:
        key = lambda b: (parse_date(b['due_on']).toordinal(), b['id'])
    pg = r.page('listBills', out, key, view_bill, [sid, mid, year, st, over, srt])
    pg['open_cents_total'] = sum(b['open_cents'] for b in (pg['items'] if F('bills-open-page') else map(view_bill, out)))
    return 200, pg, {}


def pay(r, bill_id):
    b = get(bills, bill_id)
    if not sees_bill(r.u, b):
        raise not_found()
    if not runs(r.u, b['site_id']) and not F('pay-owner'):
        raise forbidden()
    x = r.json('PaymentInput')
    on = x.get('paid_on') or today().isoformat()
    if parse_date(on) > today() and not F('pay-future'):
        raise bad('lies in the future', 'paid_on')
    if r.u['role'] != 'board' and x['method'] != 'cash' and not F('pay-warden-any') and not F('pay-owner'):
        raise forbidden('Wardens record cash only.')
    opn = b['total_cents'] - sum(p['amount_cents'] for p in b['payments'])
    if opn <= 0:
        raise conflict('already_paid', 'Nothing is open.')
    if (x['amount_cents'] >= opn if F('pay-exact-refused') else x['amount_cents'] > opn) and not F('pay-over'):
        raise conflict('overpaid', 'That is more than what is open.')
    gap('pay-race')
    b['payments'].append({'amount_cents': x['amount_cents'], 'paid_on': on, 'method': x['method'],
                          'recorded_by': r.u['id']})
    if F('pay-date-lost'):
        b['payments'][-1]['paid_on'] = today().isoformat()
    return 201, view_bill(b), {}


def csv_cell(v):
    v = str(v)
    if re.search('[,"\r\n]', v) and not F('export-no-quotes'):
        return '"' + v.replace('"', '""') + '"'
    return v


def export(r):
    if r.u['role'] == 'member':
        raise forbidden()
    year = r.q('year', 'int', min=2000, max=2100)
    sid = r.q('site_id', pattern='site_[0-9a-f]{10}')
    if year is None:
        raise bad('is missing', 'year')
    if sid is not None and not runs(r.u, sid):
        raise forbidden()
    rows = [view_bill(b) for b in bills.values() if b['year'] == year
            and (b['site_id'] == sid if sid else (runs(r.u, b['site_id']) or F('export-warden-all')))]
    rows.sort(key=(lambda b: (b['member_id'], b['id'])) if F('export-order') else (lambda b: (b['reference'], b['id'])))
    lines = [['reference', 'bill_id', 'member_name', 'plot_number', 'year', 'total_cents', 'paid_cents', 'open_cents',
              'due_on', 'state']]
    for b in rows:
        name = members[b['member_id']]['name']
        if name[:1] in ('=', '+', '-', '@') and not F('export-formula'):
            name = "'" + name
        l = leases.get(b['lease_id'])
        lines.append([b['reference'], b['id'], name, l['plot_number'] if l else '', b['year'], b['total_cents'],
                      b['paid_cents'], b['open_cents'], b['due_on'], b['state']])
    if not (F('export-no-total-when-empty') and not rows):
        tot = [sum(int(b[k]) for b in rows) for k in ('total_cents', 'paid_cents', 'open_cents')]
        if F('export-total-open'):
            tot[2] = tot[0]
        lines.append(['total', '', '', '', year] + tot + ['', ''])
    eol = '\n' if F('export-lf') else '\r\n'
    text = ''.join(','.join(csv_cell(c) for c in l) + eol for l in lines)
    fn = 'bills.csv' if F('export-filename') else 'bills-%d.csv' % year
    return 200, text.encode('utf-8'), {'Content-Type': 'text/csv; charset=utf-8',
                                       'Content-Disposition': 'attachment; filename="%s"' % fn}


# ----------------------------------------------------------------- water
def import_readings(r):
    if r.u['role'] == 'member':
        raise forbidden()
    atomic = r.q('atomic', 'bool') or False
    b = r.json('ImportInput')
    t = today()
    new = {}
    res = []
    for i, x in enumerate(b['readings']):
        p = plots.get(x['plot_id'])
        code = None
        if p is None:
            code = 'unknown_plot'
        else:
            rs = p['readings'] + ([] if F('import-rows-blind') else new.get(p['id'], []))
            if not runs(r.u, p['site_id']) and not F('import-any-site'):
                code = 'not_your_site'
            elif parse_date(x['read_on']) > t and not F('import-future'):
                code = 'in_future'
            elif rs and (x['read_on'] < rs[-1]['read_on'] if F('import-same-day') else x['read_on'] <= rs[-1]['read_on']):
                code = 'not_newer'
            elif rs and x['value_m3'] < rs[-1]['value_m3'] and not F('import-lower'):
                code = 'lower_than_before'
            elif rs and F('import-same-value') and x['value_m3'] == rs[-1]['value_m3']:
                code = 'lower_than_before'
        if code is None:
            new.setdefault(p['id'], []).append({'read_on': x['read_on'], 'value_m3': x['value_m3']})
        elif F('import-stops') and res and not atomic:
            res.append({'index': i, 'status': 'rejected', 'code': code})
            break
        res.append({'index': i + (1 if F('import-index-one') else 0),
                    'status': 'rejected' if code else 'accepted', 'code': code})
    rej = sum(x['status'] == 'rejected' for x in res)
    report = {'accepted': len(res) if F('import-accepted-all') else len(res) - rej, 'rejected': rej, 'results': res}
    if not (atomic and rej) or F('import-atomic-stores'):
        for pid, rs in new.items():
            plots[pid]['readings'] = sorted(plots[pid]['readings'] + rs, key=lambda x: x['read_on'])
    if atomic and rej:
        raise Problem(409, 'import_rejected', 'Some rows were rejected, nothing was stored.', extra={'report': report})
    return 200, report, {}


# ----------------------------------------------------------------- inspections
def make_inspection(plot_id, lease_id, b, by):
    fs = b['findings']
    n = [sum(f['severity'] == k for f in fs) for k in (0, 1, 2, 3)]
    score = 100 - 5 * n[1] - 15 * n[2] - 40 * n[3]
    if not F('insp-score-negative'):
        score = max(0, score)
    worst = max([f['severity'] for f in fs], default=0)
    if F('insp-follow-mildest') and fs:
        days = {1: 56, 2: 28, 3: 14}[min(f['severity'] for f in fs)]
    else:
        days = {0: 0, 1: 56, 2: 28, 3: 14}[worst]
    grade = 'ABCD'[worst]
    if len(fs) > (6 if F('insp-grade-six') else 5):
        grade = 'D'
    d = parse_date(b['inspected_on'])
    i = {'id': new_id('insp'), 'plot_id': plot_id, 'lease_id': lease_id, 'inspected_on': b['inspected_on'],
         'findings': [{'number': k + 1, 'category': f['category'], 'severity': f['severity'], 'text': f['text'],
                       'photo': None} for k, f in enumerate(fs)],
         'score': score, 'grade': grade, 'follow_up_on': (d + timedelta(days=days)).isoformat() if fs else None,
         'recorded_by': by, 'created_at': now(), 'seq': seq()}
    if F('insp-order-severity'):
        i['findings'].sort(key=lambda f: -f['severity'])
        for k, f in enumerate(i['findings']):
            f['number'] = k + 1
    inspections[i['id']] = i
    return i


def create_inspection(r, plot_id):
    p = get(plots, plot_id)
    if not runs(r.u, p['site_id']) and not (F('insp-holder') and (held_lease(plot_id) or {}).get('member_id') == r.u['id']):
        raise forbidden()
    b = r.json('InspectionInput')
    if parse_date(b['inspected_on']) > today() and not F('insp-future'):
        raise bad('lies in the future', 'inspected_on')
    l = held_lease(plot_id)
    i = make_inspection(plot_id, l['id'] if l and not F('insp-no-lease') else None, b, r.u['id'])
    return 201, view_insp(i), {}


def list_inspections(r, plot_id):
    p = get(plots, plot_id)
    l = held_lease(plot_id)
    staff = runs(r.u, p['site_id'])
    if not staff and not (l and l['member_id'] == r.u['id']):
        raise forbidden()
    sev = r.q('min_severity', 'int', min=1, max=3)
    out = [i for i in inspections.values() if i['plot_id'] == plot_id]
    if not staff and not F('insp-earlier-holders'):
        out = [i for i in out if i['lease_id'] == l['id']]
    if sev is not None:
        out = [i for i in out if any((f['severity'] == sev if F('insp-severity-exact') else f['severity'] >= sev)
                                     for f in i['findings'])]
    key = lambda i: (-parse_date(i['inspected_on']).toordinal(), -i['seq'])
    if F('insp-by-entry'):
        key = lambda i: (-i['seq'],)
    pg = r.page('listInspections', out, key, view_insp, [plot_id, sev])
    src = pg['items'] if F('insp-average-page') else out
    n, tot = len(src), sum(i['score'] for i in src)
    avg = num(((20 * tot + n) // (2 * n)) / 10) if n else None
    if F('insp-average-zero') and not n:
        avg = 0
    pg['average_score'] = avg
    return 200, pg, {}


PHOTO_MAX = 204800
MAGIC = {'image/png': b'\x89PNG\r\n\x1a\n', 'image/jpeg': b'\xff\xd8\xff'}


def upload_photo(r, inspection_id, number):
    i = get(inspections, inspection_id)
    p = plots.get(i['plot_id']) or {'site_id': next(iter(sites)), 'id': i['plot_id']}
    staff = runs(r.u, p['site_id'])
    l = held_lease(p['id'])
    if not staff and not (l and l['member_id'] == r.u['id'] and i['lease_id'] == l['id']):
        raise not_found()
    f = None
    if re.fullmatch('[0-9]{1,6}', number, re.ASCII):
        f = next((f for f in i['findings'] if f['number'] == int(number)), None)
    if f is None:
        raise not_found()
    if not staff and not F('photo-holder'):
        raise forbidden()
    ct = (r.ctype or '').split(';')[0].strip().lower()
    if ct not in MAGIC:
        if F('photo-any-image') and ct.startswith('image/'):
            ct = 'image/png'
        else:
            raise Problem(415, 'unsupported_type', 'Only PNG and JPEG are taken.')
    size = len(r.raw)
    if size >= PHOTO_MAX if F('photo-limit-exclusive') else size > PHOTO_MAX:
        raise Problem(413, 'too_large', 'The picture is too large.')
    if not r.raw:
        raise bad('The picture is empty.')
    if not r.raw.startswith(MAGIC[ct]) and not F('photo-signature'):
        raise bad('This is not what it was declared as.')
    ph = {'content_type': ct, 'size_bytes': size, 'sha256': hashlib.sha256(r.raw).hexdigest(), 'uploaded_at': now()}
    if F('photo-size-base64'):
        ph['size_bytes'] = min(PHOTO_MAX, len(base64.b64encode(r.raw)))
    if F('photo-keeps-first') and f['photo']:
        ph = f['photo']
    for x in (i['findings'] if F('photo-all-findings') else [f]):
        x['photo'] = ph
    return 200, view_insp(i), {}


# ----------------------------------------------------------------- meetings
def make_meeting(sid, title, closes, texts):
    m = {'id': new_id('meet'), 'site_id': sid, 'title': title, 'closes_at': closes, 'created_at': now(),
         'motions': [{'number': k + 1, 'text': t, 'votes': {}} for k, t in enumerate(texts)]}
    meetings[m['id']] = m
    if not F('meeting-not-latest') or sites[sid]['latest_meeting_id'] is None:
        sites[sid]['latest_meeting_id'] = m['id']
    return m


def create_meeting(r):
    if r.u['role'] == 'member':
        raise forbidden()
    b = r.json('MeetingInput')
    if b['site_id'] not in sites:
        raise bad('names no site', 'site_id', 'unknown_reference')
    if parse_dt(b['closes_at']) <= datetime.now(timezone.utc) and not F('meeting-past'):
        raise bad('does not lie in the future', 'closes_at')
    if not runs(r.u, b['site_id']) and not F('meeting-any-warden'):
        raise forbidden()
    m = make_meeting(b['site_id'], b['title'], b['closes_at'], b['motions'])
    return (200 if F('meeting-status-200') else 201), view_meeting(m, r.u), {'Location': '/meetings/' + m['id']}


def get_meeting(r, meeting_id):
    return 200, view_meeting(get(meetings, meeting_id), r.u), {}


def vote(r, meeting_id):
    m = get(meetings, meeting_id)
    holds = any(l['site_id'] == m['site_id'] and l['member_id'] == r.u['id'] and l['state'] in HELD for l in leases.values())
    if not holds and not (F('vote-warden') and wardens_site(r.u, m['site_id'])) \
            and not (F('vote-any-site') and held_count(r.u['id'])):
        raise forbidden('Only leaseholders of the site vote.')
    if F('vote-notice') and not any(l['site_id'] == m['site_id'] and l['member_id'] == r.u['id']
                                    and l['state'] == 'active' for l in leases.values()):
        raise forbidden('Only leaseholders of the site vote.')
    b = r.json('VoteInput')
    x = next((x for x in m['motions'] if x['number'] == b['motion']), None)
    if x is None:
        raise bad('The meeting has no such motion.', 'motion')
    if meeting_closed(m) and not F('vote-closed'):
        raise conflict('voting_closed', 'Voting is over.')
    if r.u['id'] in x['votes'] and not F('vote-change'):
        raise conflict('already_voted', 'You have voted on this.')
    if F('vote-once-per-meeting') and any(r.u['id'] in y['votes'] for y in m['motions']):
        raise conflict('already_voted', 'You have voted on this.')
    gap('vote-race')
    k = r.u['id']
    x['votes'][k] = b['choice']
    n = len(x['votes'])
    if F('vote-count-before'):
        n = max(1, n - 1)
    return 201, {'meeting_id': meeting_id, 'motion': b['motion'], 'choice': b['choice'], 'votes_cast': n,
                 'cast_at': now()}, {}


ROUTES = [(m, re.compile('^' + re.sub(r'\{(\w+)\}', r'(?P<\1>[^/]+)', p) + '$'), fn, op) for m, p, fn, op in [
    ('GET', '/sites', list_sites, 'listSites'),
    ('GET', '/sites/{site_id}', get_site, 'getSite'),
    ('PUT', '/sites/{site_id}', replace_site, 'replaceSite'),
    ('POST', '/sites/{site_id}/plots', create_plot, 'createPlot'),
    ('GET', '/plots', list_plots, 'listPlots'),
    ('GET', '/plots/{plot_id}', get_plot, 'getPlot'),
    ('PUT', '/plots/{plot_id}', replace_plot, 'replacePlot'),
    ('DELETE', '/plots/{plot_id}', delete_plot, 'deletePlot'),
    ('GET', '/plots/{plot_id}/inspections', list_inspections, 'listInspections'),
    ('POST', '/plots/{plot_id}/inspections', create_inspection, 'createInspection'),
    ('PUT', '/inspections/{inspection_id}/findings/{number}/photo', upload_photo, 'uploadPhoto'),
    ('POST', '/members', create_member, 'createMember'),
    ('GET', '/members/{member_id}', get_member, 'getMember'),
    ('PATCH', '/members/{member_id}', update_member, 'updateMember'),
    ('POST', '/members/{member_id}/duty-entries', record_duty, 'recordDuty'),
    ('GET', '/waiting-list', list_entries, 'listWaitingList'),
    ('POST', '/waiting-list', join, 'joinWaitingList'),
    ('POST', '/waiting-list/{entry_id}/withdraw', withdraw, 'withdrawEntry'),
    ('POST', '/leases', offer, 'offerLease'),
    ('GET', '/leases/{lease_id}', get_lease, 'getLease'),
    ('POST', '/leases/{lease_id}/sign', sign, 'signLease'),
    ('POST', '/leases/{lease_id}/terminate', terminate, 'terminateLease'),
    ('POST', '/bill-runs', run_bills, 'runBills'),
    ('GET', '/bills', list_bills, 'listBills'),
    ('GET', '/bills/export', export, 'exportBills'),
    ('POST', '/bills/{bill_id}/payments', pay, 'payBill'),
    ('POST', '/water-readings/import', import_readings, 'importReadings'),
    ('POST', '/meetings', create_meeting, 'createMeeting'),
    ('GET', '/meetings/{meeting_id}', get_meeting, 'getMeeting'),
    ('POST', '/meetings/{meeting_id}/votes', vote, 'castVote'),
]]


# ----------------------------------------------------------------- faults
FAULTS = [tuple(x.strip() for x in line.split(' | ')) for line in r'''
err-404-code | * | error code | An unknown thing is answered with the code `missing` instead of `not_found`. | prose | `not_found`
sites-q-case | listSites | filter | The search in names minds upper and lower case. | prose | Part of the name. Upper and lower case make no difference.
sites-sort-case | listSites | sort | Names in lower case come after all others. | prose | They are ordered by name, upper and lower case taken as the same
page-limit-trimmed | listSites | boundary | A limit out of range is trimmed instead of refused. | schema | Values out of range are refused, not trimmed.
page-total-is-page | listSites | paging | total counts the things on the page only. | prose | `total` is the number of things that match the filters and that the caller may see, on all pages together.
site-free-blocked | getSite | computed | plots_free counts blocked plots. | prose | Plots in the state `free`. Blocked plots do not count.
site-304-never | getSite | conditional | If-None-Match is ignored for sites. | prose | Reading with the tag in `If-None-Match` gives 304 with no body as long as nothing has changed.
etag-computed-ignored | getSite | conditional | The tag stays the same when only computed members (free plots, readings) change. | prose | The tag changes whenever anything in the thing changes, computed members included
site-notes-null-left-out | getSite | structure | notes is left out of a site when it is null. | schema | required: [id, name, district, address, notes, warden_id
site-put-no-tag | replaceSite | conditional | A site is replaced without If-Match. | prose | Replacing a site or a plot needs `If-Match`: without it the answer is 428
site-put-race | replaceSite | race | Two writers with the same tag both succeed. | prose | Of two writers who hold the same tag exactly one succeeds.
site-put-warden-fee | replaceSite | authorization | A warden can change the fee for missing hours. | prose | if the three rates and fees (`lease_rate_cents`, `water_rate_cents`, `missing_hour_fee_cents`) or `warden_id` differ from what is stored, a warden gets 403
site-put-capacity | replaceSite | state | A capacity below the number of plots is accepted. | prose | `capacity_too_low` when the site has more plots than the new capacity allows
site-put-keeps-notes | replaceSite | not stored | Notes that are left out keep their old value. | prose | What is optional and left out falls back to null, it does not keep its old value.
schema-site-rate | replaceSite | validation | The maximum of lease_rate_cents is not checked. | schema | description: Rent per square metre and year.
plot-number-twice | createPlot | duplicate | A number that the site has already is accepted. | prose | `number_taken` when the site has a plot of this number.
plot-capacity-plus-one | createPlot | boundary | One plot more than the capacity can be made. | prose | `site_full` when the site has as many plots as its `capacity`.
plot-no-location | createPlot | header | No Location header with a new plot. | structure | Path of the new thing, for example `/plots/plot_0a1b2c3d4e`.
plot-rent-no-power | createPlot | computed | The surcharge for power is missing in the rent. | prose | area times the site's `lease_rate_cents`, and 2400 more if the plot has `power`
schema-plot-number-lower | createPlot | validation | Numbers with lower case letters are accepted. | schema | pattern: '^[A-Z]{1,2}[1-9][0-9]{0,2}$'
schema-features-dup | createPlot | validation | The same feature is accepted twice. | schema | uniqueItems: true
plots-sort-text | listPlots | sort | Numbers are sorted as text, A10 before A2. | prose | so that A2 comes before A10 and A10 before B1
plots-state-first | listPlots | filter | Only the first of several states is used. | prose | `free,blocked` gives plots that are either
plots-max-exclusive | listPlots | boundary | max_area leaves out plots of just this area. | prose | Largest area in square metres, this value included.
plots-area-crossed | listPlots | validation | max_area below min_area gives an empty list. | prose | A `max_area` below `min_area` is answered with 400.
page-repeats-last | listPlots | paging | A page begins with the last plot of the page before. | prose | Walking through all pages gives everything exactly once
page-cursor-any-filter | listPlots | paging | A cursor can be used with other filters. | prose | A cursor used with other filters or another order, or one we did not make, is answered with 400
plot-holder-public | listPlots | visibility | holder_id is shown to everybody. | prose | All others always find null here.
plot-used-last-two | getPlot | computed | water_used_m3 is the difference of the last two readings. | prose | Newest reading minus oldest reading
plot-get-no-etag | getPlot | header | No ETag when a plot is read. | structure | headers: {ETag: {$ref: '#/components/headers/ETag'}}
plot-put-stale | replacePlot | conditional | A tag that is no longer current is accepted. | prose | with a tag that is no longer current it is 412
plot-put-old-etag | replacePlot | header | The answer carries the tag from before the change. | prose | The plot as it is now, with its new tag.
plot-put-area-in-use | replacePlot | state | The area of a leased plot can be changed. | prose | `plot_in_use` when the plot is offered or leased and the replacement would block it or change its area
plot-put-keeps-features | replacePlot | not stored | Features that are left out stay. | prose | features that are left out are gone
plot-delete-keeps-inspections | deletePlot | side effect | The inspections outlive the plot and still take photos. | prose | With the plot go its meter readings and its inspections
plot-delete-leases | deletePlot | deleted too much | Past leases are deleted with the plot. | prose | Leases of the past and their bills stay as they are
plot-delete-200 | deletePlot | structure | The answer is 200 with a body instead of 204. | structure | description: The plot is gone.
plot-delete-warden | deletePlot | authorization | The warden of the site can delete plots. | prose | For the board alone. With the plot go its meter readings
member-email-case | createMember | duplicate | An address is accepted again in another case. | prose | Addresses that differ only in upper and lower case are the same address.
member-create-race | createMember | race | Two members with one address when both are entered at the same moment. | prose | Two people who ask for the same free plot, e-mail address, place in a queue or ballot at the same moment get one success and one 409.
member-email-not-lower | createMember | not stored | The address is stored as it was sent. | prose | Stored in lower case.
member-joined-future | createMember | validation | A day in the future is accepted as joined_on. | prose | Not after today, otherwise 400. Without it the member joins today.
member-joined-null | createMember | structure | joined_on is null when it was not sent. | schema | joined_on: {type: string, format: date}
schema-email | createMember | validation | Any text is accepted as e-mail address. | schema | format: email
member-note-warden | getMember | visibility | Wardens see the board's note. | prose | Shown to the board only; for other callers the member is absent.
member-get-anybody | getMember | visibility | Members can look up other members. | prose | Members see themselves only; anybody else is 404 to them.
member-balance-total | getMember | computed | balance_cents adds up totals instead of what is open. | prose | What the member still owes, the sum of `open_cents` over all bills.
member-duty-surplus | getMember | computed | Hours above the need of one site make up for another. | prose | More hours than needed on one site do not make up for hours missing on another.
member-key-shown | getMember | structure | A member carries has_key, which the schema does not know. | schema | Member: type: object additionalProperties: false
member-patch-warden | updateMember | authorization | Wardens can change every member. | prose | a warden who tries another member gets 403
member-patch-note-partly | updateMember | side effect | A refused change with a board_note still changes name and phone. | prose | when somebody else sends it the answer is 403 and nothing of the body is carried out
member-patch-null-ignored | updateMember | not stored | Null does not clear the phone. | prose | Null clears `phone` or `board_note`.
schema-patch-empty | updateMember | validation | An empty object is accepted. | schema | minProperties: 1
duty-own-warden | recordDuty | authorization | Wardens and board can record hours for themselves. | prose | Nobody records hours for himself or herself
duty-future | recordDuty | validation | A day in the future is accepted. | prose | `worked_on` lies between 1 January of last year and today, both included, and other days are answered with 400
duty-first-of-january | recordDuty | boundary | 1 January of last year is refused. | prose | `worked_on` lies between 1 January of last year and today, both included
duty-day-per-site | recordDuty | boundary | The 12 hours of a day are counted for each site by itself. | prose | `day_full` when the member would have more than 12 hours on that day, counting all sites.
duty-total-all-sites | recordDuty | computed | year_total_hours counts all sites. | prose | Hours of the member on this site in the calendar year of `worked_on`, this entry included.
schema-duty-quarter | recordDuty | validation | Quarters of an hour are accepted. | schema | multipleOf: 0.5
entries-warden-all | listWaitingList | visibility | Wardens see the entries of all sites. | prose | The board sees all entries, a warden those for his or her sites
rank-only-visible | listWaitingList | computed | The rank counts only entries that the caller can see. | prose | whether the caller may see them or not
rank-counts-withdrawn | joinWaitingList | computed | The rank counts withdrawn entries. | prose | It counts the entries that are `waiting` and were made earlier
join-anybody | joinWaitingList | authorization | A member can enter somebody else. | prose | naming somebody else is answered with 403, whether such a member exists or not
join-twice | joinWaitingList | duplicate | A second open entry for the same site is accepted. | prose | `already_waiting` when the member has an open entry for this site.
join-limit-withdrawn | joinWaitingList | boundary | Withdrawn and leased entries count for the limit of three. | prose | entries that were withdrawn or led to a lease do not count
join-race | joinWaitingList | race | Two calls at the same moment make two entries for one site. | prose | Two people who ask for the same free plot, e-mail address, place in a queue or ballot at the same moment get one success and one 409.
schema-entry-unknown | joinWaitingList | validation | Unknown members are dropped silently. | schema | Members a schema does not know are refused too, we do not drop them silently.
withdraw-offered | withdrawEntry | state | An entry with an offer can be withdrawn. | prose | An entry for which a plot is on offer cannot be withdrawn
withdraw-no-time | withdrawEntry | not stored | withdrawn_at stays null. | prose | Null unless the entry is `withdrawn`.
withdraw-all | withdrawEntry | side effect | All waiting entries of the member are withdrawn. | prose | Only this one entry is withdrawn
offer-plot-stays-free | offerLease | side effect | The plot stays free after an offer. | prose | The plot and the entry both become `offered`
offer-sign-by-30 | offerLease | computed | sign_by is 30 days ahead. | prose | `sign_by` is today plus 14 days
offer-deposit-down | offerLease | computed | The deposit is rounded down. | prose | Half of the rent, a half cent rounded up.
offer-ref-gap | offerLease | counter | Refused offers use up a reference number. | prose | A refused offer uses up no number.
offer-blocked | offerLease | state | A blocked plot can be offered. | prose | The plot is blocked, offered or leased.
offer-fit-ignored | offerLease | computed | Without entry_id the first in line gets the offer, wanted area or not. | prose | whose `min_area_m2` is null or not above the area of the plot
offer-out-of-turn | offerLease | state | A warden can pass people over. | prose | an `entry_id` that is not the first in line is refused to wardens
offer-race | offerLease | race | One plot is offered twice at the same moment. | prose | Two people who ask for the same free plot, e-mail address, place in a queue or ballot at the same moment get one success and one 409.
lease-rent-live | getLease | computed | The rent of a lease follows the present rate. | prose | Rent and deposit are worked out now and stay as they are for the life of the lease.
sign-board | signLease | authorization | The board can sign for a member. | prose | The warden and the board, who can see the lease, get 403.
sign-expired | signLease | state | An expired offer can be signed. | prose | `offer_expired` after the day `sign_by`
sign-entry-stays | signLease | side effect | The entry stays offered. | prose | The lease becomes `active`, the plot `leased` and the entry on the waiting list `leased`.
sign-keeps-waiting | signLease | side effect | Waiting entries stay when the third lease is signed. | prose | all entries of the member that are still `waiting`, on whatever site, are withdrawn
term-ends-december | terminateLease | computed | Notice ends the lease on 31 December. | prose | later notice ends it on 30 November of the next year
term-immediate-warden | terminateLease | authorization | A warden can end a lease at once. | prose | `immediate: true` is for the board alone, whatever the state; others who send it get 403.
term-decline-rank | terminateLease | side effect | After a decline the entry goes to the end of the queue. | prose | The entry returns to `waiting` with its old `joined_at`, so it stands where it stood before.
term-notice-frees | terminateLease | side effect | The plot is shown as free as soon as notice is given. | prose | the plot stays leased until the lease ends
term-cancels-bills | terminateLease | deleted too much | Unpaid bills vanish with an immediate end. | prose | Bills of the lease are not touched by its end, open ones stay open.
run-prorata-next-month | runBills | computed | The month of the start is not counted. | prose | the month of the start counted in full
run-water-first | runBills | computed | Water is counted from the first reading ever. | prose | minus the last reading from before 1 January
run-hours-each-bill | runBills | computed | Missing hours are on each bill of a member with several plots. | prose | A member with several leases on a site owes the hours once
run-due-weekend | runBills | computed | A due day on a weekend is not moved. | prose | If that is a Saturday or a Sunday, the Monday after it.
run-skips-notice | runBills | bulk | Leases in notice are left out. | prose | The run looks at every lease of the site that is `active` or in `notice`
run-bills-again | runBills | duplicate | A second run bills the same leases again. | prose | No lease ever gets two bills for one year.
run-key-ignored | runBills | idempotency | The key is ignored, a repeated call is a conflict. | prose | the first answer comes back with status 200 and the header `Idempotency-Replayed: true`
run-key-other-body | runBills | idempotency | A key with another body gives the old answer. | prose | The same key with another body is refused with 409.
run-no-replay-header | runBills | header | A repeated answer lacks its header. | prose | the header `Idempotency-Replayed: true`
run-dry-stores | runBills | side effect | A dry run stores the bills. | prose | `bill_ids` is empty, and nothing is stored
bills-overdue-paid | listBills | filter | Paid bills are overdue too. | prose | True when something is open and `due_on` lies before today.
bills-sort-total-text | listBills | sort | -total sorts amounts as text. | prose | `-total` the largest amount
bills-open-page | listBills | counter | open_cents_total adds up the page only. | prose | Sum of `open_cents` over all bills that match, not only those on this page.
bills-total-string | listBills | structure | total_cents is a string. | schema | total_cents: {type: integer, description: 'Rent, water and missing hours together.'}
pay-owner | payBill | authorization | The member who owes the bill can record payments. | prose | The member who owes the bill can see it but not record payments, hence 403
pay-future | payBill | validation | A day in the future is accepted as paid_on. | prose | Not after today, otherwise 400. Without it, today.
pay-over | payBill | boundary | More than what is open can be paid. | prose | `overpaid` when the amount is larger than what is open
pay-race | payBill | race | Payments at the same moment pay more than is open. | prose | Never can more be paid than is open, also not by payments made at the same moment.
pay-state-open | payBill | state | A bill stays open after a part was paid. | prose | A bill that has something paid is `partly_paid`
export-no-quotes | exportBills | export | Cells with commas or quotes are not quoted. | prose | a cell that holds a comma, a double quote or a line break is put in double quotes
export-formula | exportBills | export | Names that begin with a formula sign get no apostrophe. | prose | begins with `=`, `+`, `-` or `@` gets an apostrophe in front
export-warden-all | exportBills | visibility | A warden gets the bills of all sites. | prose | Wardens get the bills of their own sites
export-total-open | exportBills | export | The last line repeats the total in the column of what is open. | prose | the year and the sums of the three amounts in their columns
export-filename | exportBills | header | The file name lacks the year. | prose | `attachment; filename="bills-YEAR.csv"`, with the year asked for.
import-rows-blind | importReadings | bulk | Rows do not see the rows before them. | prose | each sees what the rows before it have stored
import-any-site | importReadings | authorization | A warden can send readings of other sites. | prose | A warden sends a plot of a site that is not his or hers.
import-accepted-all | importReadings | counter | accepted counts all rows. | prose | Rows that would have been stored are listed as accepted
import-atomic-stores | importReadings | bulk | A refused atomic import stores the good rows. | prose | as soon as one row is rejected nothing is stored
schema-import-101 | importReadings | validation | More than 100 rows are accepted. | schema | maxItems: 100
insp-follow-mildest | createInspection | computed | follow_up_on goes by the mildest finding. | prose | counted from `inspected_on` by the gravest finding
insp-grade-six | createInspection | boundary | Six findings are not yet a D. | prose | More than five findings give a D in any case.
schema-severity-0 | createInspection | validation | Severity 0 is accepted. | schema | 1 is a minor thing, 3 a grave one.
insp-earlier-holders | listInspections | visibility | A holder sees inspections of earlier leases. | prose | and none from the time of earlier holders
insp-severity-exact | listInspections | filter | min_severity leaves out graver findings. | prose | Only inspections with at least one finding of this severity or a graver one.
insp-average-page | listInspections | computed | average_score is the mean of the page. | prose | Mean score of all inspections that match and that the caller may see, on all pages
photo-limit-exclusive | uploadPhoto | boundary | A picture of exactly 204800 bytes is refused. | prose | Exactly 204800 are still taken.
photo-signature | uploadPhoto | validation | The content is not compared with the declared type. | prose | it does not begin with the signature of the declared type
photo-all-findings | uploadPhoto | side effect | The photo is attached to all findings. | prose | other findings of the inspection are not touched
photo-any-image | uploadPhoto | validation | Other image types pass for PNG. | structure | The declared type is neither `image/png` nor `image/jpeg`.
meeting-past | createMeeting | validation | A closing time in the past is accepted. | prose | `closes_at`, which has to lie in the future
meeting-not-latest | createMeeting | side effect | The site goes on showing the earlier meeting. | prose | The site shows the meeting as its `latest_meeting_id`.
meeting-status-200 | createMeeting | structure | A new meeting is answered with 200. | structure | '201': description: The meeting. headers:
meeting-eligible-leases | getMeeting | counter | A member with two plots counts twice. | prose | Somebody with two plots counts once.
meeting-abstain-not-cast | getMeeting | counter | Abstentions are not counted as votes. | prose | All votes, abstentions included.
meeting-no-quorum | getMeeting | computed | The quorum is not looked at. | prose | `no_quorum` when fewer than a quarter of those entitled have voted
meeting-own-is-last | getMeeting | visibility | own_choice shows the last vote of whomever. | prose | The caller's own vote, null if there is none.
vote-closed | castVote | state | Votes are taken after the end. | prose | `voting_closed` from the moment `closes_at` on
vote-change | castVote | duplicate | A second vote replaces the first. | prose | A vote that was cast stands and cannot be changed.
vote-race | castVote | race | Two votes of one member at the same moment are both answered with 201. | prose | Two people who ask for the same free plot, e-mail address, place in a queue or ballot at the same moment get one success and one 409.
'''.strip().split('\n')]
FAULT_IDS = {x[0] for x in FAULTS}


def schema_fault():
    s = SCHEMAS
    if F('schema-site-rate'):
        s['SiteInput']['req']['lease_rate_cents'] = I(1)
    if F('schema-plot-number-lower'):
        s['PlotInput']['req']['number'] = S(pattern='[A-Za-z]{1,2}[1-9][0-9]{0,2}')
    if F('schema-features-dup'):
        s['PlotInput']['opt']['features']['unique'] = False
    if F('schema-email'):
        s['MemberInput']['req']['email'] = S(None, 120)
    if F('schema-patch-empty'):
        s['MemberPatch']['minp'] = 0
    if F('schema-duty-quarter'):
        del s['DutyInput']['req']['hours']['mult']
    if F('schema-entry-unknown'):
        s['EntryInput']['lax'] = True
    if F('schema-import-101'):
        s['ImportInput']['req']['readings']['max'] = None
    if F('schema-severity-0'):
        s['InspectionInput']['req']['findings']['items']['req']['severity'] = I(0, 3)


# ----------------------------------------------------------------- http
class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    server_version = 'Allotments'
    sys_version = ''
    wbufsize = 65536
    disable_nagle_algorithm = True

    def __getattr__(self, name):
        if name.startswith('do_'):
            return self.handle_any
        raise AttributeError(name)

    def handle_expect_100(self):
        ok = super().handle_expect_100()
        self.wfile.flush()
        return ok

    def log_message(self, *a):
        pass

    def read_body(self):
        """The body, or None when it cannot be read sensibly (then the connection is closed)."""
        if 'chunked' in (self.headers.get('Transfer-Encoding') or '').lower():
            out = b''
            while True:
                line = self.rfile.readline(256)
                try:
                    n = int(line.split(b';')[0].strip(), 16)
                except ValueError:
                    return None
                if n < 0 or len(out) + n > 32 << 20:
                    return None
                if n == 0:
                    while self.rfile.readline(65537) not in (b'\r\n', b'\n', b''):
                        pass
                    return out
                out += self.rfile.read(n)
                self.rfile.readline(8)
        h = self.headers.get('Content-Length')
        if h is None:
            return b''
        if not re.fullmatch('[0-9]{1,12}', h.strip()):
            return None
        n = int(h)
        if n > 32 << 20:
            # read it away, keep only enough to see that it is too large
            keep = b''
            while n > 0:
                c = self.rfile.read(min(n, 1 << 16))
                if not c:
                    break
                n -= len(c)
                if len(keep) < 2 << 20:
                    keep += c
            return keep
        return self.rfile.read(n)

    def handle_any(self):
        body = self.read_body()
        if body is None:
            self.close_connection = True
        try:
            with LOCK:
                tick()
                status, obj, headers = self.answer(body)
        except Problem as p:
            status, obj, headers = p.status, {'code': p.code, 'message': p.message}, p.headers
            if p.field and p.status == 400:
                obj['field'] = p.field
            if p.extra:
                obj.update(p.extra)
        except Exception:
            traceback.print_exc()
            status, obj, headers = 500, {'code': 'internal', 'message': 'Something went wrong.'}, {}
        raw = b''
        headers = dict(headers)
        if obj is not None:
            if isinstance(obj, bytes):
                raw = obj
            else:
                raw = json.dumps(obj).encode()
                headers['Content-Type'] = 'application/json'
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k, v)
        if status not in (204, 304):
            self.send_header('Content-Length', str(len(raw)))
        if self.close_connection:
            self.send_header('Connection', 'close')
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(raw)
        self.wfile.flush()

    def answer(self, body):
        u = members.get(keys.get(self.headers.get('X-Api-Key') or ''))
        if u is None:
            raise Problem(401, 'unauthorized', 'A valid key is needed.', headers={'WWW-Authenticate': 'ApiKey'})
        path, _, qs = self.path.partition('?')
        allowed = []
        hit = None
        for m, rx, fn, op in ROUTES:
            g = rx.match(path)
            if g:
                allowed.append(m)
                if m == self.command and hit is None:
                    hit = (fn, g.groupdict())
        if not allowed:
            raise not_found()
        if hit is None:
            raise Problem(405, 'method_not_allowed', 'The path does not offer this method.',
                          headers={'Allow': ', '.join(sorted(set(allowed)))})
        if body is None:
            raise bad('The body cannot be read.', None, 'malformed')
        query = parse_qsl(qs, keep_blank_values=True)
        r = Req(u, self.headers, query, body, self.headers.get('Content-Type'))
        return hit[0](r, **{k: unquote(v) for k, v in hit[1].items()})


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True


# ----------------------------------------------------------------- demo data
def seed():
    t = today()
    Y = t.year

    def D(y, m, d):
        return '%04d-%02d-%02d' % (y, m, d)

    def mem(name, email, role='member', key=None, phone=None, note=None, joined=None):
        m = {'id': new_id('mem'), 'name': name, 'email': email, 'phone': phone, 'role': role,
             'joined_on': joined or D(Y - 5, 4, 1), 'board_note': note, 'created_at': now()}
        members[m['id']] = m
        if key:
            keys[key] = m['id']
        return m

    board = mem('Ruth Adler', 'ruth.adler@city.example', 'board', 'key-board-5d1f', '+4930123456')
    w1 = mem('Karl Brandt', 'karl.brandt@gardens.example', 'warden', 'key-warden-81aa', '+4930222333')
    w2 = mem('Mina Osei', 'mina.osei@gardens.example', 'warden', 'key-warden2-c07e')
    anna = mem('Anna Lindqvist', 'anna@mail.example', key='key-anna-3b9c', phone='+491701234567', note='Pays in two parts.')
    ben = mem('Ben Okafor', 'ben@mail.example', key='key-ben-f24d')
    clara = mem('Clara Weiss', 'clara@mail.example', phone='+491709998877')
    david = mem('David Nowak', 'david@mail.example', note='Moved in spring.')
    elif_ = mem('Elif "Elli" Kaya, Dr.', 'elif@mail.example')
    frank = mem('-Frank Moss', 'frank@mail.example')
    grete = mem('Grete Holm', 'grete@mail.example')

    def site(name, district, warden, cap, rate, water, hours, fee, notes=None):
        s = {'id': new_id('site'), 'name': name, 'district': district, 'address': '%s Road 1, %s' % (name, district),
             'notes': notes, 'warden_id': warden and warden['id'], 'capacity': cap, 'lease_rate_cents': rate,
             'water_rate_cents': water, 'duty_hours_per_year': hours, 'missing_hour_fee_cents': fee,
             'latest_meeting_id': None, 'rev': 0, 'rev_base': name}
        sites[s['id']] = s
        return s

    cedar = site('Cedar Lane', 'South', None, 30, 31, 180, 8, 1500)
    alder = site('Alderbrook', 'North', w1, 60, 37, 215, 10, 1825, 'Gate closes at dusk.')
    elm = site('elm Row', 'West', w2, 20, 29, 190, 0, 0)
    birch = site('Birchfield', 'East', w2, 40, 35, 205, 12, 1650)
    dove = site('Foxhill', 'North', w1, 6, 41, 220, 6, 2000, 'Small and steep.')

    def plot(s, number, area, features=(), blocked=False):
        return make_plot(s['id'], {'number': number, 'area_m2': area, 'features': list(features), 'blocked': blocked})

    A = {n: plot(alder, n, a, f, b) for n, a, f, b in [
        ('A1', 241, ['water', 'shed'], False), ('A2', 199, ['water'], False), ('A10', 305, [], False),
        ('A3', 241, ['water'], False), ('A4', 150, [], False), ('B1', 320, ['water', 'power'], False),
        ('B2', 180, [], True), ('B3', 275, ['greenhouse'], False), ('B4', 199, ['water', 'power'], False),
        ('B5', 220, ['shed'], False), ('B6', 160, ['water'], False)]}
    B = {n: plot(birch, n, a, f) for n, a, f in [
        ('A1', 210, ['water']), ('A2', 241, ['water', 'shed']), ('A3', 187, []), ('A4', 265, ['power']), ('B1', 199, [])]}
    C = {n: plot(cedar, n, a, f) for n, a, f in [('A1', 300, ['water']), ('A2', 241, []), ('A3', 333, ['shed'])]}
    E = {n: plot(elm, n, a, f) for n, a, f in [('A1', 120, []), ('A2', 131, ['water']), ('A3', 145, ['water'])]}
    V = {n: plot(dove, n, a, f, b) for n, a, f, b in [('A1', 175, ['water'], False), ('A2', 90, [], True)]}

    def lease(p, m, y, starts, state='active', ends=None):
        l = make_lease(p, m['id'], None, starts, state, sign_by=D(y, 3, 15), offer_year=y)
        l['signed_at'] = D(y, 3, 10) + 'T09:00:00Z'
        l['created_at'] = D(y, 3, 1) + 'T09:00:00Z'
        if ends:
            l['ends_on'], l['reason'] = ends, 'Moving away.'
            if state == 'ended':
                l['closed_at'] = ends + 'T18:00:00Z'
        return l

    # no seeded lease of today's year but the expired offer, so that references go on without gaps
    old = lease(A['A1'], ben, Y - 5, D(Y - 5, 4, 1), 'ended', D(Y - 3, 11, 30))
    old2 = lease(E['A1'], clara, Y - 4, D(Y - 4, 4, 1), 'ended', D(Y - 1, 11, 30))
    l_frank = lease(A['B4'], frank, Y - 3, D(Y - 3, 4, 1))
    l_anna = lease(A['A1'], anna, Y - 2, D(Y - 2, 6, 15))
    l_clara = lease(A['A2'], clara, Y - 3, D(Y - 3, 5, 1))
    lease(A['B6'], clara, Y - 2, D(Y - 2, 4, 1))
    lease(A['A10'], david, Y - 3, D(Y - 3, 4, 1))
    lease(A['B3'], elif_, Y - 2, D(Y - 2, 9, 1))
    lease(A['B5'], w1, Y - 3, D(Y - 3, 4, 1))
    l_ben = lease(B['A1'], ben, Y - 3, D(Y - 3, 6, 1))
    lease(B['A4'], grete, Y - 2, D(Y - 2, 4, 1))
    lease(C['A3'], frank, Y - 3, D(Y - 3, 5, 1))
    lease(V['A1'], david, Y - 3, D(Y - 3, 4, 1))
    lease(E['A3'], ben, Y - 2, D(Y - 2, 5, 1), 'notice', garden_year_end(t).isoformat())

    for p, vals in [(A['A1'], [(Y - 3, 110), (Y - 2, 131), (Y - 1, 160)]), (A['A2'], [(Y - 2, 45), (Y - 1, 66)]),
                    (A['B4'], [(Y - 3, 12), (Y - 2, 30), (Y - 1, 47)]), (B['A1'], [(Y - 2, 210), (Y - 1, 228)])]:
        p['readings'] = [{'read_on': D(y, 12, 18), 'value_m3': v} for y, v in vals]

    def duty(m, s, on, h, task='Path clearing'):
        x = {'id': new_id('duty'), 'member_id': m['id'], 'site_id': s['id'], 'worked_on': on, 'hours': h, 'task': task,
             'recorded_by': board['id'], 'created_at': now()}
        duties[x['id']] = x
    duty(anna, alder, D(Y, 1, 1), 4)
    duty(anna, alder, D(Y - 1, 5, 9), 5.5)
    duty(anna, birch, D(Y, 1, 1), 2)
    duty(ben, birch, D(Y, 1, 1), 6)
    duty(ben, birch, D(Y - 1, 6, 3), 12)
    duty(clara, alder, D(Y - 1, 4, 4), 7.5)
    duty(frank, alder, D(Y, 1, 1), 12)

    def entry(s, m, area, days, state='waiting'):
        e = make_entry(s['id'], m['id'], area, state, (t - timedelta(days=days)).isoformat() + 'T08:00:00.000000Z')
        if state == 'withdrawn':
            e['withdrawn_at'] = (t - timedelta(days=days - 5)).isoformat() + 'T08:00:00.000000Z'
        return e
    entry(cedar, frank, None, 400, 'withdrawn')
    entry(alder, grete, 600, 300)
    entry(alder, david, None, 200)
    entry(alder, ben, None, 150)
    e_anna = entry(birch, anna, None, 140)
    entry(birch, elif_, 150, 90)
    entry(cedar, elif_, None, 60)
    o = make_lease(B['A3'], anna['id'], e_anna, D(Y, 1, 1), 'offered', (t - timedelta(days=17)).isoformat() + 'T10:00:00Z',
                   (t - timedelta(days=3)).isoformat(), (t - timedelta(days=17)).year)
    o['starts_on'] = t.isoformat()
    e_anna['state'], e_anna['lease_id'] = 'offered', o['id']

    for s, y in [(alder, Y - 2), (alder, Y - 1), (birch, Y - 1)]:
        made, _ = work_out(s['id'], y, 30, min(t, date(y + 1, 1, 15)))
        for k, b in enumerate(made):
            bills[b['id']] = b
            part = b['total_cents'] if k % 3 == 0 else (b['total_cents'] // 2 if k % 3 == 1 else 0)
            if part:
                b['payments'].append({'amount_cents': part, 'paid_on': b['issued_on'], 'method': 'transfer',
                                      'recorded_by': board['id']})
    b = bill_for(old2, Y - 2, 30, date(Y - 1, 1, 15))
    bills[b['id']] = b

    def insp(p, l, on, *sev):
        return make_inspection(p['id'], l and l['id'], {'inspected_on': on, 'findings': [
            {'category': CATS[k % 5], 'severity': v, 'text': 'Seen from the path.'} for k, v in enumerate(sev)]}, w1['id'])
    insp(A['A1'], old, D(Y - 4, 6, 2), 2, 3)
    insp(A['A1'], l_anna, D(Y - 1, 8, 20), 1)
    insp(A['A1'], l_anna, D(Y - 1, 6, 4), 2, 1)
    insp(A['A2'], l_clara, D(Y - 1, 6, 4))
    insp(B['A1'], l_ben, D(Y - 1, 7, 1), 3)
    insp(A['A3'], None, D(Y - 1, 6, 4), 1, 1)

    m = make_meeting(alder['id'], 'Spring assembly', (t - timedelta(days=20)).isoformat() + 'T20:00:00Z',
                     ['A new shed for tools', 'Bees on plot B2', 'Gate to close at nine', 'Compost at the west fence'])
    for k, vs in enumerate([[(anna, 'yes'), (clara, 'yes'), (david, 'no'), (elif_, 'abstain')], [(clara, 'yes')],
                            [(anna, 'yes'), (frank, 'no')], [(david, 'no'), (elif_, 'no')]]):
        m['motions'][k]['votes'] = {x['id']: c for x, c in vs}
    m = make_meeting(birch['id'], 'Water pump vote', (t + timedelta(days=60)).isoformat() + 'T20:00:00Z',
                     ['Buy a second pump', 'Raise the water rate'])
    m['motions'][0]['votes'][grete['id']] = 'yes'


def main():
    global ACTIVE
    ap = argparse.ArgumentParser()
    ap.add_argument('--port', type=int, default=8080)
    ap.add_argument('--fault')
    ap.add_argument('--list-faults', action='store_true')
    a = ap.parse_args()
    if a.list_faults:
        print(json.dumps([dict(zip(('id', 'operation', 'kind', 'what', 'source', 'where'), x)) for x in FAULTS], indent=1))
        return
    if a.fault:
        if a.fault not in FAULT_IDS:
            sys.exit('no such fault: ' + a.fault)
        ACTIVE = a.fault
        schema_fault()
    seed()
    srv = Server(('127.0.0.1', a.port), Handler)
    print('listening on http://127.0.0.1:%d' % srv.server_address[1], flush=True)
    try:
        srv.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == '__main__':
    main()
