#!/usr/bin/env python3
"""Hirewell recruiting service, in memory."""
import argparse, base64, calendar, csv, datetime, hashlib, io, json, os, re, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

FAULT = None
LOCK = threading.Lock()
DAY = 86400000


def F(fid):
    return FAULT == fid


def race():
    """Only used by faults: lets other requests in between check and act."""
    LOCK.release()
    time.sleep(0.08)
    LOCK.acquire()


class Err(Exception):
    def __init__(self, status, title, errors=(), headers=None):
        self.status, self.title, self.errors, self.headers = status, title, list(errors), headers or {}


def bad(*errs):
    return Err(400, 'Bad request', [{'field': f, 'reason': r} for f, r in errs])


def conflict(detail):
    return Err(409, detail)


NOT_FOUND = lambda: Err(404, 'Not found')
FORBIDDEN = lambda: Err(403, 'Forbidden')

# ---------------------------------------------------------------- time

EPOCH = datetime.datetime(1970, 1, 1)
DT = re.compile(r'([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))')


def now():
    return int(time.time() * 1000)


def iso(ms):
    if ms is None:
        return None
    ms = min(max(ms, -62135596800000), 253402300799999)
    d = EPOCH + datetime.timedelta(milliseconds=ms)
    return d.strftime('%%04d-%m-%dT%H:%M:%S') % d.year + '.%03dZ' % (ms % 1000)


def parse_dt(s):
    m = DT.fullmatch(s)
    if not m:
        return None
    y, mo, d, h, mi, se = (int(x) for x in m.groups()[:6])
    try:
        t = datetime.datetime(y, mo, d, h, mi, se)
    except ValueError:
        return None
    ms = (t - EPOCH) // datetime.timedelta(milliseconds=1)
    if m.group(7):
        ms += int((m.group(7) + '000')[:3])
    if m.group(8):
        oh, om = int(m.group(9)), int(m.group(10))
        if oh > 23 or om > 59:
            return None
        off = (oh * 60 + om) * 60000
        if not F('time-offset-ignored'):
            ms += -off if m.group(8) == '+' else off
    return ms


def parse_date(s):
    if not re.fullmatch(r'[0-9]{4}-[0-9]{2}-[0-9]{2}', s):
        return None
    try:
        return datetime.date(int(s[:4]), int(s[5:7]), int(s[8:]))
    except ValueError:
        return None


# ---------------------------------------------------------------- validation

EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
                   r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+")
ROLE = ['admin', 'recruiter', 'hiringManager', 'interviewer']
OSTATUS = ['draft', 'published', 'onHold', 'closed']
SOURCE = ['direct', 'referral', 'jobBoard', 'agency']
STAGES = ['applied', 'screening', 'interview', 'offer', 'hired', 'rejected', 'withdrawn']
ACTIVE = ['applied', 'screening', 'interview', 'offer']
ISTATUS = ['scheduled', 'completed', 'cancelled']
ETYPES = ['opening', 'candidate', 'application', 'interview', 'offer']
ACTIONS = ['openingCreated', 'openingUpdated', 'openingDeleted', 'candidateCreated', 'cvUploaded', 'candidatesMerged',
           'poolMemberAdded', 'applicationCreated', 'applicationMoved', 'interviewScheduled', 'scorecardSubmitted',
           'offerCreated', 'offerAnswered']


def isint(v):
    return not isinstance(v, bool) and (isinstance(v, int) or (isinstance(v, float) and v.is_integer()))


def Int(lo=None, hi=None, null=False):
    def f(v, p, e):
        if v is None and null:
            return None
        if not isint(v):
            e.append((p, 'must be an integer'))
            return None
        v = int(v)
        if lo is not None and v < lo:
            e.append((p, 'must be at least %d' % lo))
        if hi is not None and v > hi:
            e.append((p, 'must be at most %d' % hi))
        return v
    return f


def Str(lo=0, hi=None, pat=None, enum=None, null=False, conv=None, what='is malformed'):
    rx = re.compile(pat) if pat else None

    def f(v, p, e):
        if v is None and null:
            return None
        if not isinstance(v, str):
            e.append((p, 'must be a string'))
            return None
        if len(v) < lo or (hi is not None and len(v) > hi):
            e.append((p, 'has a wrong length'))
        elif rx and not rx.fullmatch(v):
            e.append((p, what))
        elif enum and v not in enum:
            e.append((p, 'must be one of ' + ', '.join(enum)))
        elif conv:
            r = conv(v)
            if r is None:
                e.append((p, what))
            return r
        return v
    return f


def Bool():
    def f(v, p, e):
        if not isinstance(v, bool):
            e.append((p, 'must be true or false'))
        return v
    return f


def Arr(item, lo=0, hi=None, unique=False):
    def f(v, p, e):
        if not isinstance(v, list):
            e.append((p, 'must be a list'))
            return None
        if len(v) < lo or (hi is not None and len(v) > hi):
            e.append((p, 'has a wrong number of entries'))
        r = [item(x, '%s[%d]' % (p, i), e) for i, x in enumerate(v)]
        if unique and len({json.dumps(x) for x in r}) < len(r):
            e.append((p, 'has the same entry twice'))
        return r
    return f


def Obj(members, required=(), null=False, defaults=None):
    def f(v, p, e):
        if v is None and null:
            return None
        if not isinstance(v, dict):
            e.append((p or 'body', 'must be an object'))
            return None
        r = dict(defaults or {})
        for k in required:
            if k not in v:
                e.append((p + '.' + k if p else k, 'is required'))
        for k, m in members.items():
            if k in v:
                r[k] = m(v[k], p + '.' + k if p else k, e)
        return r
    return f


def build_schemas():
    ID = Int(1)
    dt = lambda: Str(conv=parse_dt, what='is not a date-time')
    tag = Str(pat=r'[A-Za-z0-9-]{1,30}' if F('tag-uppercase-allowed') else r'[a-z0-9-]{1,30}')
    otags = Arr(tag, 0, 11 if F('opening-11-tags') else 10, not F('opening-duplicate-tags'))
    ctags = Arr(tag, 0, None if F('candidate-tags-unlimited') else 10, True)
    loc = Obj({'city': Str(1, 80), 'country': Str(pat=r'[A-Za-z]{2}' if F('country-lowercase') else r'[A-Z]{2}'),
               'remote': Bool()}, ['city', 'country'], defaults={'remote': True if F('remote-default-true') else False})
    sal0 = Obj({'min': Int(0, 1000000), 'max': Int(0, 1000000), 'currency': Str(enum=['USD', 'EUR', 'GBP'])},
               ['min', 'max'] if F('salary-currency-optional') else ['min', 'max', 'currency'], null=True,
               defaults={'currency': 'USD'} if F('salary-currency-optional') else None)

    def salary(v, p, e):
        n = len(e)
        r = sal0(v, p, e)
        if r and len(e) == n and r['min'] > r['max'] and not F('salary-min-above-max'):
            e.append((p + '.min', 'must not be greater than max'))
        return r
    of = {'referenceCode': Str(pat=r'[A-Z]{2,4}-[0-9]{2,5}' if F('reference-two-digits') else r'[A-Z]{2,4}-[0-9]{3,5}'),
          'title': Str(0 if F('opening-empty-title') else 1, 121 if F('opening-title-121') else 120),
          'description': Str(0, 5000), 'locations': Arr(loc, 0 if F('opening-no-locations') else 1, 5),
          'salaryRange': salary, 'positions': Int(0 if F('positions-zero') else 1, 51 if F('positions-51') else 50),
          'hiringManagerId': ID, 'tags': otags}
    S = {}
    S['openingCreate'] = Obj(of, ['referenceCode', 'title', 'locations', 'positions', 'hiringManagerId'],
                             defaults={'description': '', 'salaryRange': None, 'tags': []})
    S['openingPatch'] = Obj(dict(of, status=Str(enum=OSTATUS)))
    email = Str(1, 120, conv=lambda v: v if EMAIL.fullmatch(v) and len(v.split('@')[0]) <= 64 else None,
                what='is not an email address')
    if F('email-format-unchecked'):
        email = Str(1, 120)
    S['candidateCreate'] = Obj(
        {'firstName': Str(1, None if F('first-name-unlimited') else 60), 'lastName': Str(1, 60), 'email': email,
         'phone': Str(pat=r'\+?[0-9]{6,15}' if F('phone-without-plus') else r'\+[1-9][0-9]{6,14}', null=True),
         'source': Str(enum=SOURCE), 'tags': ctags},
        ['firstName', 'email'] if F('last-name-optional') else ['firstName', 'lastName', 'email'],
        defaults={'phone': None, 'source': 'jobBoard' if F('source-default') else 'direct', 'tags': [], 'lastName': '-'})
    S['merge'] = Obj({'duplicateId': ID}, ['duplicateId'])
    S['pool'] = Obj({'candidateIds': Arr(ID, 0 if F('pool-empty-list') else 1, 100, not F('pool-duplicate-ids'))},
                    ['candidateIds'])
    S['applicationCreate'] = Obj(
        {'candidateId': ID, 'openingId': ID,
         'coverLetter': Str(0, None if F('cover-letter-unlimited') else 2000, null=True)},
        ['candidateId', 'openingId'], defaults={'coverLetter': None})
    S['move'] = Obj({'toStage': Str(enum=['screening', 'interview', 'rejected', 'withdrawn']),
                     'rejectionReason': Str(enum=['notQualified', 'salaryExpectation', 'noShow', 'other'])}, ['toStage'])
    S['interviewCreate'] = Obj(
        {'startsAt': dt(), 'endsAt': dt(), 'interviewerIds': Arr(ID, 1, 6 if F('six-interviewers') else 5, True),
         'kind': Str(enum=['phone', 'video', 'onsite']), 'place': Str(0, 120, null=True)},
        ['startsAt', 'endsAt', 'interviewerIds', 'kind'], defaults={'place': None})
    S['scorecardCreate'] = Obj(
        {'rating': Int(0 if F('rating-zero') else 1, 5), 'recommendation': Str(enum=['strongNo', 'no', 'yes', 'strongYes']),
         'notes': Str(0, 4000)},
        ['rating'] if F('recommendation-optional') else ['rating', 'recommendation'],
        defaults={'notes': '', 'recommendation': 'yes'})
    S['offerCreate'] = Obj({'salary': Int(1, 1000000), 'startDate': Str(conv=parse_date, what='is not a date'),
                            'expiresAt': dt()}, ['salary', 'startDate', 'expiresAt'])
    S['respond'] = Obj({'decision': Str(enum=['accepted', 'declined']), 'declineReason': Str(1, 500)}, ['decision'])
    S['commentCreate'] = Obj({'text': Str(0 if F('comment-empty') else 1, 2001 if F('comment-2001') else 2000),
                              'private': Bool()}, ['text'], defaults={'private': False})
    return S


SCHEMAS = {}

# ---------------------------------------------------------------- data

USERS, TOKENS = {}, {}
OPENINGS, CANDIDATES, APPS, INTERVIEWS, CARDS, OFFERS, COMMENTS = {}, {}, {}, {}, {}, {}, {}
POOLS, CVS, AUDIT, IDEM, SEQ = {}, {}, [], {}, {}


def new_id(kind):
    SEQ[kind] = SEQ.get(kind, 0) + 1
    return SEQ[kind]


def audit(c, action, etype, eid):
    AUDIT.append({'id': len(AUDIT) + 1, 'at': iso(now()), 'actorId': c.user['id'], 'action': action,
                  'entityType': etype, 'entityId': eid})


def seed():
    for i, (name, handle, role) in enumerate([
            ('Ada Park', 'ada', 'admin'), ('Ravi Shah', 'ravi', 'recruiter'), ('Rosa Lind', 'rosa', 'recruiter'),
            ('Hanna Wolf', 'hanna', 'hiringManager'), ('Hugo Marsh', 'hugo', 'hiringManager'),
            ('Ines Cole', 'ines', 'interviewer'), ('Ian Frost', 'ian', 'interviewer'), ('Iris Bell', 'iris', 'interviewer'),
            ('Bruno Katz', 'bruno', 'interviewer'), ('Mei Tan', 'mei', 'interviewer'), ('Olga Reyes', 'olga', 'interviewer')], 1):
        USERS[i] = {'id': i, 'name': name, 'handle': handle, 'role': role}
    TOKENS.update({'tok-admin-7f31': 1, 'tok-recruiter-ravi-20c8': 2, 'tok-recruiter-rosa-b117': 3, 'tok-hm-hanna-55e0': 4,
                   'tok-hm-hugo-91ab': 5, 'tok-int-ines-0d42': 6, 'tok-int-ian-c3f9': 7})
    n = now()
    L = lambda city, country, remote=False: {'city': city, 'country': country, 'remote': remote}
    R = lambda a, b, cur='USD': {'min': a, 'max': b, 'currency': cur}
    for ref, title, desc, locs, sal, pos, hm, tags, st, filled, age in [
            ('ENG-101', 'Backend Engineer', 'Build our Python services.', [L('Denver', 'US')], R(95000, 140000), 3, 4, ['engineering', 'python'], 'published', 1, 60),
            ('ENG-102', 'Frontend Engineer', 'TypeScript and accessibility.', [L('Austin', 'US', True)], R(85000, 125000), 2, 4, ['engineering'], 'published', 0, 40),
            ('SAL-201', 'Account Executive', '', [L('Boston', 'US'), L('New York', 'US')], R(70000, 110000), 4, 5, ['sales'], 'published', 0, 35),
            ('OPS-301', 'Office Manager', 'Keeps the Denver office running.', [L('Denver', 'US')], R(50000, 65000), 1, 5, [], 'onHold', 0, 30),
            ('ENG-103', 'data engineer', 'Pipelines in the cloud.', [L('Berlin', 'DE', True)], None, 1, 4, ['engineering', 'data'], 'draft', 0, 10),
            ('SAL-200', 'Sales Lead', 'Leads the east coast team.', [L('New York', 'US')], R(90000, 120000), 1, 5, ['sales'], 'closed', 0, 90)]:
        i = new_id('opening')
        OPENINGS[i] = {'id': i, 'referenceCode': ref, 'title': title, 'description': desc, 'locations': locs, 'salaryRange': sal,
                       'positions': pos, 'hiringManagerId': hm, 'tags': tags, 'status': st, 'filledCount': filled,
                       'publishedAt': None if st == 'draft' else n - (age - 1) * DAY, 'createdAt': n - age * DAY, 'updatedAt': n - age * DAY // 2}
    for fn, ln, em, ph, src, tags, age in [
            ('Maya', 'Ortiz', 'maya.ortiz@mail.example', '+13035550101', 'direct', ['python'], 50),
            ('Liam', 'Chen', 'liam.chen@mail.example', None, 'referral', ['python', 'senior'], 45),
            ('Noor', 'Haddad', 'noor@haddad.example', '+4915112345678', 'jobBoard', [], 40),
            ('Eli', 'baker', 'eli.baker@mail.example', None, 'agency', ['sales'], 30),
            ('Zoe', 'Adler', 'zoe@adler.example', '+12125550199', 'direct', ['sales', 'senior'], 28),
            ('Maya', 'Ortiz', 'm.ortiz@work.example', None, 'agency', ['senior'], 20),
            ('Tom', 'Quinn, Jr.', 'tq@mail.example', None, 'direct', [], 5)]:
        i = new_id('candidate')
        CANDIDATES[i] = {'id': i, 'firstName': fn, 'lastName': ln, 'email': em, 'phone': ph, 'source': src, 'tags': tags,
                         'pools': [], 'mergedIds': [], 'createdAt': n - age * DAY}
    for cid, oid, stages, age in [(1, 1, ['applied', 'screening', 'interview', 'offer', 'hired'], 50), (2, 1, ['applied', 'screening', 'interview'], 40),
                                  (3, 1, ['applied', 'rejected'], 38), (3, 2, ['applied', 'screening'], 30), (4, 3, ['applied'], 25),
                                  (5, 3, ['applied', 'screening'], 24), (5, 6, ['applied', 'rejected'], 80), (6, 2, ['applied', 'withdrawn'], 15)]:
        i = new_id('application')
        APPS[i] = {'id': i, 'candidateId': cid, 'openingId': oid, 'coverLetter': None, 'stage': stages[-1],
                   'rejectionReason': ('openingClosed' if oid == 6 else 'notQualified') if stages[-1] == 'rejected' else None,
                   'history': [{'stage': s, 'at': iso(n - (age - 2 * k) * DAY), 'byUserId': 2} for k, s in enumerate(stages)],
                   'appliedAt': n - age * DAY}
    for aid, start, mins, who, status in [(1, n - 46 * DAY, 60, [6], 'completed'), (2, n - 30 * DAY, 45, [6, 7], 'scheduled'),
                                          (6, n + 3 * DAY, 60, [7], 'scheduled')]:
        i = new_id('interview')
        INTERVIEWS[i] = {'id': i, 'applicationId': aid, 'startsAt': start, 'endsAt': start + mins * 60000, 'interviewerIds': who,
                         'kind': 'video', 'place': None, 'status': status, 'createdAt': start - 3 * DAY}
    i = new_id('scorecard')
    CARDS[i] = {'id': i, 'interviewId': 1, 'interviewerId': 6, 'rating': 4, 'recommendation': 'yes', 'notes': 'Solid.', 'submittedAt': n - 45 * DAY}
    i = new_id('scorecard')
    CARDS[i] = {'id': i, 'interviewId': 2, 'interviewerId': 6, 'rating': 3, 'recommendation': 'no', 'notes': '', 'submittedAt': n - 29 * DAY}
    i = new_id('offer')
    OFFERS[i] = {'id': i, 'applicationId': 1, 'salary': 120000, 'currency': 'USD', 'startDate': str(datetime.date.today()),
                 'expiresAt': n - 35 * DAY, 'status': 'accepted', 'declineReason': None, 'createdById': 2, 'createdAt': n - 44 * DAY,
                 'respondedAt': n - 42 * DAY}
    i = new_id('comment')
    COMMENTS[i] = {'id': i, 'applicationId': 2, 'authorId': 2, 'text': 'Strong profile, @hanna please have a look.', 'private': False,
                   'mentions': [4], 'createdAt': n - 39 * DAY}
    data = b'Maya Ortiz\nBackend engineer\n'
    CVS[1] = (cvinfo('text/plain', data, n - 49 * DAY), data)
    POOLS['silver-medalists'] = [2, 5]
    CANDIDATES[2]['pools'].append('silver-medalists')
    CANDIDATES[5]['pools'].append('silver-medalists')


def cvinfo(ct, data, at):
    return {'contentType': ct, 'size': len(data), 'sha256': hashlib.sha256(data).hexdigest(), 'uploadedAt': iso(at)}


# ---------------------------------------------------------------- views

def apps_of_opening(oid):
    return [a for a in APPS.values() if a['openingId'] == oid]


def apps_of_candidate(cid):
    return [a for a in APPS.values() if a['candidateId'] == cid]


def full_name(cand):
    return cand['firstName'] + ' ' + cand['lastName']


def offer_status(o):
    if o['status'] == 'pending' and now() >= o['expiresAt']:
        return 'expired'
    return o['status']


def pending_offers(oid):
    return [o for o in OFFERS.values() if APPS[o['applicationId']]['openingId'] == oid and
            (o['status'] if F('expired-offers-hold-position') else offer_status(o)) == 'pending']


def v_opening(o, user):
    r = dict(o)
    r['createdAt'], r['updatedAt'], r['publishedAt'] = iso(o['createdAt']), iso(o['updatedAt']), iso(o['publishedAt'])
    r['openPositions'] = o['positions'] if F('open-positions-ignore-filled') else o['positions'] - o['filledCount']
    apps = apps_of_opening(o['id'])
    if F('application-count-active-only'):
        apps = [a for a in apps if a['stage'] in ACTIVE]
    r['applicationCount'] = len(apps)
    if user['role'] == 'interviewer' and not F('interviewer-sees-salary'):
        r['salaryRange'] = None
    return r


def etag(view):
    v = dict(view)
    if F('etag-ignores-tags'):
        v.pop('tags'), v.pop('updatedAt')
    return '"%s"' % hashlib.sha1(json.dumps(v, sort_keys=True).encode()).hexdigest()[:20]


def v_candidate(d):
    r = dict(d)
    r['fullName'] = d['lastName'] + ' ' + d['firstName'] if F('full-name-order') else full_name(d)
    r['cv'] = CVS[d['id']][0] if d['id'] in CVS else None
    if F('candidate-cv-never-shown'):
        r['cv'] = None
    apps = apps_of_candidate(d['id'])
    if F('candidate-count-without-withdrawn'):
        apps = [a for a in apps if a['stage'] != 'withdrawn']
    r['applicationCount'] = len(apps)
    r['createdAt'] = iso(d['createdAt'])
    if F('candidate-phone-missing-when-null') and r['phone'] is None:
        del r['phone']
    return r


def v_offer(o):
    r = dict(o)
    r['status'] = offer_status(o)
    if F('offer-never-expires'):
        r['status'] = o['status']
    for k in ('expiresAt', 'createdAt', 'respondedAt'):
        r[k] = iso(o[k])
    return r


def interviews_of(aid):
    return [i for i in INTERVIEWS.values() if i['applicationId'] == aid]


def cards_of(iid):
    return [s for s in CARDS.values() if s['interviewId'] == iid]


def v_app(a, user):
    r = dict(a)
    r['candidateName'] = full_name(CANDIDATES[a['candidateId']])
    offers = [o for o in OFFERS.values() if o['applicationId'] == a['id']]
    r['offer'] = None
    if offers and (user['role'] != 'interviewer' or F('interviewer-sees-offer')):
        r['offer'] = v_offer(offers[0 if F('application-first-offer') else -1])
    ivs = interviews_of(a['id'])
    r['interviewCount'] = len(ivs if F('interview-count-with-cancelled') else [i for i in ivs if i['status'] != 'cancelled'])
    ratings = [s['rating'] for i in ivs for s in cards_of(i['id'])]
    r['averageRating'] = round(sum(ratings) / len(ratings), 2) if ratings else None
    if F('average-rating-truncated') and ratings:
        r['averageRating'] = sum(ratings) // len(ratings)
    if user['role'] == 'interviewer' and not F('average-shown-before-own-card'):
        for i in ivs:
            if i['status'] != 'cancelled' and user['id'] in i['interviewerIds'] and \
                    not any(s['interviewerId'] == user['id'] for s in cards_of(i['id'])):
                r['averageRating'] = None
    r['appliedAt'] = iso(a['appliedAt'])
    return r


def v_interview(i):
    r = dict(i)
    for k in ('startsAt', 'endsAt', 'createdAt'):
        r[k] = iso(i[k])
    r['durationMinutes'] = (i['endsAt'] - i['startsAt']) // 60000
    if F('duration-in-hours'):
        r['durationMinutes'] = max(1, (i['endsAt'] - i['startsAt']) // 3600000)
    r['scorecardCount'] = len(i['interviewerIds']) if F('scorecard-count-expected') else len(cards_of(i['id']))
    return r


def v_stamp(d, *keys):
    r = dict(d)
    for k in keys:
        r[k] = iso(d[k])
    return r


# ---------------------------------------------------------------- rights

def sees_opening(u, o, leak=False):
    if u['role'] == 'hiringManager':
        return o['hiringManagerId'] == u['id'] or leak
    if u['role'] == 'interviewer':
        return o['status'] == 'published'
    return True


def sees_app(u, a):
    if u['role'] == 'hiringManager':
        return OPENINGS[a['openingId']]['hiringManagerId'] == u['id']
    if u['role'] == 'interviewer':
        return any(u['id'] in i['interviewerIds'] for i in interviews_of(a['id']))
    return True


def sees_candidate(u, cid):
    if u['role'] in ('hiringManager', 'interviewer'):
        return any(sees_app(u, a) for a in apps_of_candidate(cid))
    return True


def sees_interview(u, i):
    if u['role'] == 'interviewer':
        return u['id'] in i['interviewerIds']
    return sees_app(u, APPS[i['applicationId']])


def idnum(s):
    if not re.fullmatch(r'[1-9][0-9]{0,17}', s):
        raise NOT_FOUND()
    return int(s)


def find(table, s, sees=None):
    x = table.get(idnum(s))
    if x is None or (sees and not sees(x)):
        raise NOT_FOUND()
    return x


# ---------------------------------------------------------------- request context

class Ctx:
    def __init__(self, user, query, headers, raw, op):
        self.user, self.query, self.headers, self.raw, self.op = user, query, headers, raw, op

    def json(self, schema):
        ct = (self.headers.get('Content-Type') or '').split(';')[0].strip().lower()
        if ct != 'application/json':
            raise bad(('body', 'must be sent as application/json'))

        def no(x):
            raise ValueError(x)
        try:
            v = json.loads(self.raw.decode('utf-8'), parse_constant=no)
        except (ValueError, RecursionError):
            raise bad(('body', 'is not JSON'))
        e = []
        self.sent = v
        r = SCHEMAS[schema](v, '', e)
        if e:
            raise bad(*e)
        return r

    def params(self, **specs):
        e, r = [], {}
        for k, spec in specs.items():
            k = k.rstrip('_')
            vals = [v for n, v in self.query if n == k]
            if not vals:
                r[k] = None
                continue
            if isinstance(spec, tuple) and spec[0] == 'list':
                for v in vals:
                    if v not in spec[1]:
                        e.append((k, 'must be one of ' + ', '.join(spec[1])))
                r[k] = vals
                continue
            v = vals[0]
            if isinstance(spec, tuple) and spec[0] == 'int':
                if not re.fullmatch(r'-?[0-9]{1,400}', v):
                    e.append((k, 'must be an integer'))
                    continue
                v, spec = int(v), Int(spec[1], spec[2])
            r[k] = spec(v, k, e)
        if e:
            raise bad(*e)
        return r

    def paged(self, items, view, p, extra=None):
        size = p['pageSize'] or 20
        if p['pageSize'] is None and F('page-size-default-10'):
            size = 10
        rel = sorted((k, v) for k, v in self.query if k not in ('pageSize', 'pageToken') and k in p)
        sig = hashlib.sha1(json.dumps([self.op, rel]).encode()).hexdigest()[:10]
        start, tok = 0, p['pageToken']
        if tok:
            try:
                head, off, s = base64.urlsafe_b64decode(tok.encode() + b'=' * (-len(tok) % 4)).decode().split('.')
                if head != 'p' or not re.fullmatch('[0-9]{1,12}', off):
                    raise ValueError
                if s != sig and not F('page-token-any-filter'):
                    raise ValueError
                if base64.urlsafe_b64encode(b'p.%s.%s' % (off.encode(), s.encode())).decode().rstrip('=') != tok:
                    raise ValueError
                start = int(off)
            except ValueError:
                if not F('page-token-garbage-ignored'):
                    raise bad(('pageToken', 'is not one of our tokens'))
        if start and F('second-page-skips-one'):
            start += 1
        if start and F('second-page-repeats-one'):
            start -= 1
        page = items[start:start + size]
        end = start + size
        if F('last-page-has-token'):
            more = end <= len(items)
        else:
            more = end < len(items)
        r = {'items': [view(x) for x in page],
             'nextPageToken': base64.urlsafe_b64encode(b'p.%d.%s' % (end, sig.encode())).decode().rstrip('=') if more else ''}
        if extra:
            r.update(extra)
        return 200, r, {}


PAGE = {'pageSize': None, 'pageToken': Str()}
QID = ('int', 1, None)


def page_specs():
    return {'pageSize': ('int', 0 if F('page-size-zero') else 1, None if F('page-size-unlimited') else 100), 'pageToken': Str()}


def order(items, p, keys, default):
    s = p['sort'] or default
    desc, k = s.startswith('-'), s.lstrip('-')
    items = sorted(items, key=lambda x: x['id'])
    return sorted(items, key=keys[k], reverse=desc)


QTAG = lambda: Str(pat=r'[a-z0-9-]{1,30}')
QDT = lambda: Str(conv=parse_dt, what='is not a date-time')

# ---------------------------------------------------------------- users


def list_users(c):
    p = c.params(role=Str(enum=ROLE), **page_specs())
    items = sorted(USERS.values(), key=lambda u: (u['id'] if F('users-by-id') else 0, u['name'], u['id']))
    if p['role']:
        if F('users-role-filter-recruiter'):
            items = [u for u in items if u['role'] == p['role'] or u['role'] == 'admin' and p['role'] == 'recruiter']
        else:
            items = [u for u in items if u['role'] == p['role']]
    return c.paged(items, lambda u: dict(u, isMe=u['role'] == c.user['role'] if F('is-me-by-role') else u['id'] == c.user['id']), p)


# ---------------------------------------------------------------- openings


def list_openings(c):
    u = c.user
    p = c.params(status=Str(enum=OSTATUS), city=Str(1, 80), tag=QTAG(), minSalary=('int', 0, 1000000), q=Str(1, 100),
                 sort=Str(enum=['title', '-title', 'createdAt', '-createdAt', 'positions', '-positions']), **page_specs())
    items = [o for o in OPENINGS.values() if sees_opening(u, o, F('hm-lists-all-openings'))
             or (F('interviewer-lists-drafts') and u['role'] == 'interviewer' and o['status'] == 'draft')]
    if p['status'] and not F('status-filter-ignored'):
        items = [o for o in items if o['status'] == p['status']]
    if p['city']:
        w = p['city'].lower()
        if F('city-first-location-only'):
            items = [o for o in items if o['locations'][0]['city'].lower() == w]
        elif F('city-case-sensitive'):
            items = [o for o in items if any(x['city'] == p['city'] for x in o['locations'])]
        elif F('city-part-matches'):
            items = [o for o in items if any(w in x['city'].lower() for x in o['locations'])]
        else:
            items = [o for o in items if any(x['city'].lower() == w for x in o['locations'])]
    if p['tag']:
        items = [o for o in items if (any(t.startswith(p['tag']) for t in o['tags']) if F('tag-filter-prefix') else p['tag'] in o['tags'])]
    if p['minSalary'] is not None and u['role'] != 'interviewer':
        m = p['minSalary']
        if F('min-salary-exclusive'):
            items = [o for o in items if o['salaryRange'] and o['salaryRange']['max'] > m]
        elif F('min-salary-lower-end'):
            items = [o for o in items if o['salaryRange'] and o['salaryRange']['min'] >= m]
        elif F('min-salary-keeps-unset'):
            items = [o for o in items if not o['salaryRange'] or o['salaryRange']['max'] >= m]
        else:
            items = [o for o in items if o['salaryRange'] and o['salaryRange']['max'] >= m]
    if p['q']:
        w = p['q'].lower()
        if F('search-title-only'):
            items = [o for o in items if w in o['title'].lower()]
        elif F('search-case-sensitive'):
            items = [o for o in items if p['q'] in o['title'] or p['q'] in o['description']]
        else:
            items = [o for o in items if w in o['title'].lower() or w in o['description'].lower()]
    title = (lambda o: o['title']) if F('title-sort-case') else (lambda o: o['title'].lower())
    items = order(items, p, {'title': title, 'createdAt': lambda o: o['createdAt'],
                             'positions': (lambda o: str(o['positions'])) if F('positions-sort-as-text') else (lambda o: o['positions'])},
                  'createdAt' if F('openings-default-sort') else '-createdAt')
    return c.paged(items, lambda o: v_opening(o, u), p)


def check_hm(b):
    if 'hiringManagerId' in b:
        x = USERS.get(b['hiringManagerId'])
        if F('hiring-manager-any-role'):
            if not x:
                raise bad(('hiringManagerId', 'does not exist'))
        elif not x or x['role'] != 'hiringManager':
            raise bad(('hiringManagerId', 'is not a hiring manager'))


def code_taken(code, but=None):
    return any(o['referenceCode'] == code and o['id'] != but for o in OPENINGS.values())


def create_opening(c):
    b = c.json('openingCreate')
    check_hm(b)
    if c.user['role'] == 'hiringManager' and b['hiringManagerId'] != c.user['id'] and not F('hm-creates-for-others'):
        raise FORBIDDEN()
    if code_taken(b['referenceCode']) and not F('reference-code-duplicate'):
        raise conflict('This reference code is taken')
    if F('reference-code-race'):
        race()
    i, n = new_id('opening'), now()
    o = dict(b, id=i, status='published' if F('opening-created-published') and b['salaryRange'] else 'draft', filledCount=0,
             publishedAt=n if F('opening-created-published') and b['salaryRange'] else None, createdAt=n, updatedAt=n)
    if F('opening-description-not-stored'):
        o['description'] = ''
    OPENINGS[i] = o
    audit(c, 'openingCreated', 'opening', i)
    v = v_opening(o, c.user)
    h = {'Location': '/openings/%d' % i, 'ETag': etag(v)}
    if F('create-opening-no-etag'):
        del h['ETag']
    if F('create-opening-no-location'):
        del h['Location']
    return 201, v, h


def tags_in(h):
    return [re.sub(r'^W/', '', t.strip()) for t in h.split(',')]


def get_opening(c, oid):
    o = find(OPENINGS, oid, lambda o: sees_opening(c.user, o, F('hm-gets-other-opening'))
             or (F('interviewer-gets-closed') and o['status'] == 'closed'))
    v = v_opening(o, c.user)
    t = etag(v)
    inm = c.headers.get('If-None-Match')
    if inm and (inm.strip() == '*' or t in tags_in(inm)) and not F('if-none-match-ignored'):
        return 304, None, {'ETag': t}
    return 200, v, {'ETag': t}


def set_stage(c, a, stage, reason=None):
    a['stage'] = stage
    a['rejectionReason'] = reason
    if not (F('history-without-rejection') and stage == 'rejected'):
        a['history'].append({'stage': stage, 'at': iso(now()), 'byUserId': 1 if F('history-wrong-user') else c.user['id']})


def end_interviews(a):
    for i in interviews_of(a['id']):
        if i['status'] == 'scheduled':
            i['status'] = 'cancelled'


def close_opening(c, o):
    o['status'] = 'closed'
    if F('close-keeps-applications'):
        return
    for a in apps_of_opening(o['id']):
        if a['stage'] in ACTIVE and not (F('close-spares-screening') and a['stage'] == 'screening'):
            set_stage(c, a, 'rejected', 'other' if F('close-reason-other') else 'openingClosed')
            if not F('close-keeps-interviews'):
                end_interviews(a)


def update_opening(c, oid):
    u = c.user
    o = find(OPENINGS, oid, lambda o: sees_opening(u, o, F('hm-patches-other-opening')))
    b = c.json('openingPatch')
    check_hm(b)
    if u['role'] == 'hiringManager':
        if 'status' in b and not F('hm-publishes'):
            raise FORBIDDEN()
        if 'hiringManagerId' in b and not F('hm-reassigns'):
            raise FORBIDDEN()
    im = c.headers.get('If-Match')
    if im is not None and im.strip() != '*' and not F('if-match-ignored'):
        if etag(v_opening(o, u)) not in [t.strip() for t in im.split(',')]:
            raise Err(412, 'The opening has changed')
    if F('opening-lost-update'):
        race()
    if o['status'] == 'closed' and not F('closed-opening-editable'):
        raise conflict('The opening is closed')
    st, cur = b.get('status', o['status']), o['status']
    moves = {('draft', 'published'), ('published', 'onHold'), ('published', 'closed'), ('onHold', 'published'), ('onHold', 'closed')}
    if F('draft-can-close'):
        moves.add(('draft', 'closed'))
    if F('published-back-to-draft'):
        moves.add(('published', 'draft'))
    if F('on-hold-cannot-close'):
        moves.discard(('onHold', 'closed'))
    if st == cur and 'status' in b and F('same-status-conflict'):
        raise conflict('The opening has this status already')
    if st != cur and (cur, st) not in moves:
        raise conflict('This move is not possible')
    if st in ('published', 'onHold') and b.get('salaryRange', o['salaryRange']) is None:
        if not (F('publish-without-salary') and cur == 'draft') and not (F('salary-removable') and cur != 'draft'):
            raise conflict('The opening needs a salary range')
    if 'referenceCode' in b and b['referenceCode'] != o['referenceCode']:
        if cur != 'draft' and not F('reference-code-changeable'):
            raise conflict('The reference code can only be changed in a draft')
        if code_taken(b['referenceCode'], o['id']) and not F('reference-code-patch-duplicate'):
            raise conflict('This reference code is taken')
    pend = len(pending_offers(o['id']))
    floor = o['filledCount'] + (0 if F('positions-below-pending') else pend)
    if b.get('positions', o['positions']) < floor and not F('positions-below-filled'):
        raise conflict('There are more filled positions and pending offers')
    if st == 'closed' and cur != 'closed' and pend and not F('close-with-pending-offers'):
        raise conflict('There are pending offers')
    n = now()
    b.pop('status', None)
    if F('patch-resets-tags') and 'tags' not in b:
        b['tags'] = []
    if F('patch-merges-locations') and 'locations' in b:
        b['locations'] = o['locations'][:5 - len(b['locations'])] + b['locations']
    o.update(b)
    if not F('updated-at-not-set'):
        o['updatedAt'] = n
    if st == 'closed' and cur != 'closed':
        close_opening(c, o)
    elif st != cur:
        o['status'] = st
        if st == 'published' and (o['publishedAt'] is None or F('republish-resets-date')):
            o['publishedAt'] = n
    audit(c, 'openingUpdated', 'opening', o['id'])
    if F('update-audited-twice') and st != cur:
        audit(c, 'openingUpdated', 'opening', o['id'])
    v = v_opening(o, u)
    h = {} if F('patch-no-etag') else {'ETag': etag(v)}
    return 200, v, h


def delete_opening(c, oid):
    o = find(OPENINGS, oid)
    if o['status'] != 'draft' and not (F('delete-on-hold') and o['status'] == 'onHold' and not apps_of_opening(o['id'])):
        raise conflict('Only drafts can be deleted')
    if F('delete-does-nothing'):
        return 204, None, {}
    del OPENINGS[o['id']]
    if not F('delete-not-audited'):
        audit(c, 'openingDeleted', 'opening', o['id'])
    return 204, None, {}


def get_funnel(c, oid):
    o = find(OPENINGS, oid, lambda o: sees_opening(c.user, o, F('hm-funnel-of-others')))
    apps = apps_of_opening(o['id'])
    st = []
    for s in STAGES:
        cur = sum(1 for a in apps if a['stage'] == s)
        reached = sum(1 for a in apps if any(h['stage'] == s for h in a['history']))
        if F('funnel-reached-is-current'):
            reached = cur
        st.append({'stage': s, 'current': cur, 'reached': reached})
    if F('funnel-order'):
        st[5], st[6] = st[6], st[5]
    total = len(apps)
    if F('funnel-total-without-withdrawn'):
        total = sum(1 for a in apps if a['stage'] != 'withdrawn')
    hired = st[4]['current']
    rate = round(hired / len(apps), 4) if apps else None
    if F('hire-rate-of-ended') and apps:
        ended = [a for a in apps if a['stage'] not in ACTIVE]
        rate = round(hired / len(ended), 4) if ended else 0
    if F('hire-rate-zero-when-empty') and not apps:
        rate = 0
    return 200, {'openingId': o['id'], 'total': total, 'stages': st, 'hireRate': rate}, {}


# ---------------------------------------------------------------- candidates


def list_candidates(c):
    u = c.user
    p = c.params(q=Str(1, 100), tag=QTAG(), pool=Str(pat=r'[a-z][a-z0-9-]{1,29}'), source=Str(enum=SOURCE),
                 sort=Str(enum=['lastName', '-lastName', 'createdAt', '-createdAt']),
                 page=('int', 0 if F('page-zero') else 1, None), perPage=('int', 1, 1000 if F('per-page-1000') else 100))
    items = [d for d in CANDIDATES.values() if sees_candidate(u, d['id']) or (F('hm-lists-all-candidates') and u['role'] == 'hiringManager')]
    allc = len(items)
    if p['q']:
        w = p['q'].lower()
        if F('candidate-search-no-email'):
            items = [d for d in items if w in full_name(d).lower()]
        elif F('candidate-search-prefix'):
            items = [d for d in items if full_name(d).lower().startswith(w) or d['email'].startswith(w)]
        else:
            items = [d for d in items if w in full_name(d).lower() or w in d['email']]
    if p['tag'] and not F('candidate-tag-filter-ignored'):
        items = [d for d in items if p['tag'] in d['tags']]
    if p['pool']:
        items = [d for d in items if p['pool'] in d['pools']]
    if p['source']:
        items = [d for d in items if d['source'] == p['source'] or (F('source-filter-agency') and d['source'] == 'agency')]
    items = order(items, p, {'lastName': (lambda d: d['lastName']) if F('last-name-sort-case') else (lambda d: d['lastName'].lower()),
                             'createdAt': lambda d: d['createdAt']}, 'lastName')
    if F('candidate-sort-desc-ignored') and p['sort'] == '-lastName':
        items.reverse()
    page, per = p['page'] or 1, p['perPage'] or 25
    start = (max(page, 1) - 1) * per
    if F('per-page-off-by-one') and page > 1:
        start -= 1
    out = items[start:start + per]
    if F('page-beyond-last-repeats') and not out and items:
        out = items[-per:]
    total = len(items)
    if F('total-count-page-only'):
        total = len(out)
    if F('total-count-unfiltered'):
        total = allc
    h = {} if F('total-count-missing') else {'X-Total-Count': str(total)}
    return 200, {'items': [v_candidate(d) for d in out]}, h


def create_candidate(c):
    b = c.json('candidateCreate')
    sent = b['email']
    if not F('email-case-kept'):
        b['email'] = b['email'].lower()
    if not F('email-duplicate') and any((d['email'] == sent if F('email-duplicate-by-case') else d['email'].lower() == b['email'].lower())
                                       for d in CANDIDATES.values()):
        raise conflict('There is a candidate with this email address')
    if F('email-race'):
        race()
    i = new_id('candidate')
    if F('candidate-phone-not-stored'):
        b['phone'] = None
    d = CANDIDATES[i] = dict(b, id=i, pools=[], mergedIds=[], createdAt=now())
    if not F('candidate-not-audited'):
        audit(c, 'candidateCreated', 'candidate', i)
    return (200 if F('create-candidate-200') else 201), v_candidate(d), {'Location': '/candidate/%d' % i if F('candidate-location-wrong') else '/candidates/%d' % i}


def get_candidate(c, cid):
    d = find(CANDIDATES, cid, lambda d: sees_candidate(c.user, d['id']) or F('hm-gets-any-candidate'))
    return 200, v_candidate(d), {}


CV_MAX = 262144


def upload_cv(c, cid):
    d = find(CANDIDATES, cid)
    ct = (c.headers.get('Content-Type') or '').split(';')[0].strip().lower()
    if ct not in ('application/pdf', 'text/plain') and not (F('cv-any-image') and ct.startswith('image/')):
        raise Err(400 if F('cv-wrong-type-400') else 415, 'Neither a PDF nor plain text', [{'field': 'body', 'reason': 'type'}] if F('cv-wrong-type-400') else [])
    if len(c.raw) > (CV_MAX - 1 if F('cv-size-off-by-one') else CV_MAX) and not F('cv-size-unlimited'):
        raise Err(413, 'The file is too large')
    if ct == 'application/pdf' and not c.raw.startswith(b'%PDF-') and not F('cv-pdf-unchecked'):
        raise bad(('body', 'is not a PDF'))
    if ct == 'text/plain':
        if not c.raw and not F('cv-empty-text'):
            raise bad(('body', 'is empty'))
        try:
            c.raw.decode('utf-8')
        except ValueError:
            raise bad(('body', 'is not UTF-8'))
    was = d['id'] in CVS
    info = cvinfo(ct if ct in ('application/pdf', 'text/plain') else 'text/plain', c.raw, now())
    if F('cv-size-in-characters') and ct == 'text/plain':
        info['size'] = len(c.raw.decode('utf-8'))
    if not (was and F('cv-second-upload-ignored')):
        CVS[d['id']] = (info, c.raw.strip() if F('cv-trimmed') else c.raw)
    audit(c, 'cvUploaded', 'candidate', d['id'])
    return (200 if was or F('cv-first-upload-200') else 201), info, {}


def download_cv(c, cid):
    d = find(CANDIDATES, cid, lambda d: sees_candidate(c.user, d['id']) or (F('cv-for-every-interviewer') and c.user['role'] == 'interviewer'))
    if d['id'] not in CVS:
        raise NOT_FOUND()
    info, data = CVS[d['id']]
    ext = 'pdf' if info['contentType'] == 'application/pdf' else 'txt'
    ct = info['contentType'] if ext == 'pdf' else 'text/plain; charset=utf-8'
    if F('cv-always-pdf'):
        ct, ext = 'application/pdf', 'pdf'
    h = {'Content-Type': ct, 'Content-Disposition': 'attachment; filename="cv-%d.%s"' % (d['id'], ext)}
    if F('cv-no-disposition'):
        del h['Content-Disposition']
    return 200, data, h


def merge_candidates(c, cid):
    d = find(CANDIDATES, cid)
    b = c.json('merge')
    x = CANDIDATES.get(b['duplicateId'])
    if x is None:
        raise bad(('duplicateId', 'does not exist'))
    if x is d:
        raise bad(('duplicateId', 'is the candidate itself'))
    mine = {a['openingId'] for a in apps_of_candidate(d['id']) if not F('merge-ignores-ended') or a['stage'] in ACTIVE}
    if any(a['openingId'] in mine for a in apps_of_candidate(x['id'])) and not F('merge-same-opening'):
        raise conflict('Both have applied to the same opening')
    for a in apps_of_candidate(x['id']):
        if F('merge-drops-ended-applications') and a['stage'] not in ACTIVE:
            continue
        a['candidateId'] = d['id']
    if not F('merge-keeps-own-tags'):
        d['tags'] = (d['tags'] + [t for t in x['tags'] if t not in d['tags']])[:10]
    for k in x['pools']:
        if F('merge-loses-pools'):
            POOLS[k].remove(x['id'])
            continue
        if k in d['pools']:
            POOLS[k].remove(x['id'])
        else:
            d['pools'].append(k)
            POOLS[k][POOLS[k].index(x['id'])] = d['id']
    if d['phone'] is None and not F('merge-loses-phone') or F('merge-overwrites-phone') and x['phone']:
        d['phone'] = x['phone']
    if x['id'] in CVS and (d['id'] not in CVS or F('merge-overwrites-cv')) and not F('merge-loses-cv'):
        CVS[d['id']] = CVS[x['id']]
    CVS.pop(x['id'], None)
    if not F('merged-ids-empty'):
        d['mergedIds'] = d['mergedIds'] + [x['id']] + x['mergedIds']
    if F('merge-drops-ended-applications'):
        for a in apps_of_candidate(x['id']):
            remove_app(a['id'])
    if F('merge-keeps-duplicate'):
        x['pools'], x['mergedIds'] = [], []
    else:
        del CANDIDATES[x['id']]
    audit(c, 'candidatesMerged', 'candidate', x['id'] if F('merge-audits-duplicate') else d['id'])
    return 200, v_candidate(d), {}


def remove_app(aid):
    for i in [i['id'] for i in interviews_of(aid)]:
        for s in [s['id'] for s in cards_of(i)]:
            del CARDS[s]
        del INTERVIEWS[i]
    for t in (OFFERS, COMMENTS):
        for k in [k for k, v in t.items() if v['applicationId'] == aid]:
            del t[k]
    del APPS[aid]


def add_pool_members(c, key):
    if not re.fullmatch(r'[a-z][a-z0-9-]{1,29}', key) and not F('pool-key-unchecked'):
        raise bad(('poolKey', 'is malformed'))
    ids = c.json('pool')['candidateIds']
    unknown = [x for x in ids if x not in CANDIDATES]
    if unknown:
        if F('pool-skips-unknown'):
            ids = [x for x in ids if x in CANDIDATES]
        elif F('pool-partial-add'):
            for x in ids:
                if x in CANDIDATES and x not in POOLS.setdefault(key, []) and len(POOLS[key]) < 30:
                    POOLS[key].append(x)
                    CANDIDATES[x]['pools'].append(key)
            raise bad(('candidateIds', 'has ids that do not exist'))
        else:
            raise bad(('candidateIds', 'has ids that do not exist'))
    have = POOLS.get(key, [])
    added = [x for x in dict.fromkeys(ids) if x not in have]
    already = [x for x in ids if x in have]
    if already and F('pool-member-conflict'):
        raise conflict('Some are members already')
    if len(have) + len(added) > (31 if F('pool-31-members') else 10 ** 9 if F('pool-unlimited') else 30):
        raise conflict('A pool has at most 30 members')
    if F('pool-capacity-race'):
        race()
    if added:
        POOLS.setdefault(key, []).extend(added)
    for x in added:
        CANDIDATES[x]['pools'].append(key)
        if not F('pool-audits-once') or x == added[0]:
            audit(c, 'poolMemberAdded', 'candidate', x)
    r = {'poolKey': key, 'added': sorted(added) if F('pool-added-sorted') else added, 'alreadyMembers': [] if F('pool-already-empty') else already,
         'memberCount': len(added) if F('pool-count-added-only') else len(POOLS.get(key, []))}
    return 200, r, {}


# ---------------------------------------------------------------- applications


def list_applications(c):
    u = c.user
    p = c.params(openingId=QID, candidateId=QID, stage=('list', STAGES), appliedFrom=QDT(), appliedTo=QDT(),
                 sort=Str(enum=['appliedAt', '-appliedAt', 'candidateName']), **page_specs())
    items = [a for a in APPS.values() if sees_app(u, a) or (F('interviewer-lists-all-applications') and u['role'] == 'interviewer')]
    if p['openingId']:
        items = [a for a in items if a['openingId'] == p['openingId']]
    if p['candidateId'] and not F('candidate-filter-ignored'):
        items = [a for a in items if a['candidateId'] == p['candidateId']]
    total_before = len(items)
    if p['stage']:
        st = p['stage'][:1] if F('stage-first-only') else p['stage']
        items = [a for a in items if a['stage'] in st]
    if p['appliedFrom'] is not None:
        items = [a for a in items if a['appliedAt'] > p['appliedFrom'] or (a['appliedAt'] == p['appliedFrom'] and not F('applied-from-exclusive'))]
    if p['appliedTo'] is not None:
        items = [a for a in items if a['appliedAt'] < p['appliedTo'] or (a['appliedAt'] == p['appliedTo'] and F('applied-to-inclusive'))]
    items = order(items, p, {'appliedAt': lambda a: a['appliedAt'],
                             'candidateName': lambda a: full_name(CANDIDATES[a['candidateId']]).lower()}, '-appliedAt')
    if F('candidate-name-sort-by-id') and p['sort'] == 'candidateName':
        items.sort(key=lambda a: a['candidateId'])
    total = len(items)
    if F('total-size-ignores-stage'):
        total = total_before
    if F('total-size-page'):
        total = min(total, p['pageSize'] or 20)
    return c.paged(items, lambda a: v_app(a, u), p, {'totalSize': total})


def create_application(c):
    key = c.headers.get('Idempotency-Key')
    if key is not None and not re.fullmatch(r'[A-Za-z0-9_-]{8,64}', key) and not F('idempotency-key-unchecked'):
        raise bad(('Idempotency-Key', 'is malformed'))
    b = c.json('applicationCreate')
    body = json.dumps(c.sent, sort_keys=True)
    ik = (0 if F('idempotency-across-users') else c.user['id'], key)
    if key is not None and ik in IDEM and not F('idempotency-ignored'):
        sent, answer, headers = IDEM[ik]
        if sent != body:
            if not F('idempotency-other-body'):
                raise Err(422, 'The key has been used with another body')
        if F('idempotency-fresh-view'):
            answer = v_app(APPS[answer['id']], c.user)
        h = dict(headers)
        if not F('replay-header-missing'):
            h['Idempotency-Replayed'] = 'true'
        return 201, answer, h
    if b['candidateId'] not in CANDIDATES:
        raise Err(404, 'Not found') if F('unknown-candidate-404') else bad(('candidateId', 'does not exist'))
    o = OPENINGS.get(b['openingId'])
    if not o:
        raise bad(('openingId', 'does not exist'))
    if o['status'] != 'published' and not (F('apply-on-hold') and o['status'] == 'onHold') and not (F('apply-to-draft') and o['status'] == 'draft'):
        raise conflict('The opening is not published')
    for a in apps_of_opening(o['id']):
        if a['candidateId'] == b['candidateId'] and not F('apply-twice'):
            if a['stage'] != 'withdrawn' and not (F('apply-after-rejection') and a['stage'] == 'rejected') or F('no-second-application'):
                raise conflict('The candidate has applied already')
    if F('apply-twice-race') or (F('idempotency-race') and key):
        race()
    i, n = new_id('application'), now()
    a = APPS[i] = {'id': i, 'candidateId': b['candidateId'], 'openingId': o['id'],
                   'coverLetter': None if F('cover-letter-not-stored') else b['coverLetter'], 'stage': 'screening' if F('starts-in-screening') else 'applied',
                   'rejectionReason': None, 'history': [], 'appliedAt': n}
    a['history'].append({'stage': a['stage'], 'at': iso(n), 'byUserId': c.user['id']})
    audit(c, 'applicationCreated', 'application', i)
    v = json.loads(json.dumps(v_app(a, c.user)))
    h = {'Location': '/applications/%d' % i}
    if key is not None:
        IDEM[ik] = (body, v, h)
    return 201, v, h


def get_application(c, aid):
    a = find(APPS, aid, lambda a: sees_app(c.user, a) or (F('hm-gets-other-application') and c.user['role'] == 'hiringManager'))
    return 200, v_app(a, c.user), {}


def move_application(c, aid):
    a = find(APPS, aid, lambda a: sees_app(c.user, a) or (F('hm-moves-other-application') and c.user['role'] == 'hiringManager'))
    b = c.json('move')
    to, cur = b['toStage'], a['stage']
    if to == 'rejected' and 'rejectionReason' not in b:
        if not F('rejection-without-reason'):
            raise bad(('rejectionReason', 'is required for a rejection'))
    if to != 'rejected' and 'rejectionReason' in b and not F('reason-for-withdrawal'):
        raise bad(('rejectionReason', 'must not be given'))
    ok = {('applied', 'screening'), ('screening', 'interview')} | {(s, t) for s in ACTIVE for t in ('rejected', 'withdrawn')}
    if F('skip-screening'):
        ok.add(('applied', 'interview'))
    if F('move-back'):
        ok.add(('interview', 'screening'))
    if F('rejected-reopened'):
        ok.add(('rejected', 'screening'))
    if F('withdraw-hired'):
        ok.add(('hired', 'withdrawn'))
    if F('offer-cannot-withdraw'):
        ok.discard(('offer', 'withdrawn'))
    if (cur, to) not in ok:
        raise conflict('This move is not possible')
    if to in ('screening', 'interview') and OPENINGS[a['openingId']]['status'] == 'onHold' and not F('move-on-hold'):
        raise conflict('The opening is on hold')
    if F('move-history-missing'):
        a['stage'] = to
        a['rejectionReason'] = b.get('rejectionReason')
    else:
        set_stage(c, a, to, None if F('rejection-reason-not-stored') else b.get('rejectionReason', 'other' if to == 'rejected' else None))
    if to in ('rejected', 'withdrawn'):
        if not (F('reject-keeps-interviews') and to == 'rejected') and not (F('withdraw-keeps-interviews') and to == 'withdrawn'):
            end_interviews(a)
        if F('reject-cancels-candidate-interviews'):
            for x in apps_of_candidate(a['candidateId']):
                end_interviews(x)
        for o in OFFERS.values():
            if o['applicationId'] == a['id'] and offer_status(o) == 'pending' and not F('reject-keeps-offer'):
                o['status'] = 'revoked'
    audit(c, 'applicationMoved', 'application', a['candidateId'] if F('move-audits-candidate') else a['id'])
    return 200, v_app(a, c.user), {}


def export_applications(c):
    u = c.user
    p = c.params(openingId=QID, stage=Str(enum=STAGES))
    items = sorted((a for a in APPS.values() if sees_app(u, a) or (F('export-all-for-hm') and u['role'] == 'hiringManager')), key=lambda a: a['id'])
    if p['openingId']:
        items = [a for a in items if a['openingId'] == p['openingId']]
    if p['stage'] and not F('export-stage-ignored'):
        items = [a for a in items if a['stage'] == p['stage']]
    if F('export-newest-first'):
        items.reverse()
    if F('export-active-only'):
        items = [a for a in items if a['stage'] in ACTIVE]
    f = io.StringIO()
    w = csv.writer(f, lineterminator='\n' if F('export-lf') else '\r\n')
    if F('export-header-snake'):
        w.writerow(['id', 'reference_code', 'candidate_name', 'email', 'stage', 'applied_at'])
    else:
        w.writerow(['id', 'referenceCode', 'candidateName', 'email', 'stage', 'appliedAt'])
    for a in items:
        d = CANDIDATES[a['candidateId']]
        row = [a['id'], OPENINGS[a['openingId']]['referenceCode'], full_name(d), d['email'], a['stage'], iso(a['appliedAt'])]
        if F('export-unquoted'):
            f.write(','.join(str(x) for x in row) + '\r\n')
        else:
            w.writerow(row)
    return 200, f.getvalue().encode('utf-8', 'replace'), {'Content-Type': 'text/csv; charset=utf-8',
                                                         'Content-Disposition': 'attachment; filename="applications.csv"'}


# ---------------------------------------------------------------- interviews


def create_interview(c, aid):
    a = find(APPS, aid, lambda a: sees_app(c.user, a) or (F('hm-schedules-for-others') and c.user['role'] == 'hiringManager'))
    b = c.json('interviewCreate')
    s, e = b['startsAt'], b['endsAt']
    errs = []
    if s <= now() and not F('interview-in-the-past'):
        errs.append(('startsAt', 'must be in the future'))
    if e - s < (900001 if F('interview-15-refused') else 0 if F('interview-no-minimum') else 900000) or e <= s:
        errs.append(('endsAt', 'an interview takes at least 15 minutes'))
    if e - s > 8 * 3600000 and not F('interview-no-maximum'):
        errs.append(('endsAt', 'an interview takes at most 8 hours'))
    if e > 253402300799999:
        errs.append(('endsAt', 'is too far away'))
    for x in b['interviewerIds']:
        if x not in USERS or (USERS[x]['role'] != 'interviewer' and not F('interviewer-any-role')):
            errs.append(('interviewerIds', 'user %d is not an interviewer' % x))
    if errs:
        raise bad(*errs)
    if a['stage'] not in ('screening', 'interview') and not (F('interview-in-applied') and a['stage'] == 'applied') \
            and not (F('interview-after-rejection') and a['stage'] == 'rejected'):
        raise conflict('The application is in another stage')
    if OPENINGS[a['openingId']]['status'] != 'published' and not F('interview-on-hold'):
        raise conflict('The opening is not published')
    for i in INTERVIEWS.values():
        if i['status'] == 'cancelled' and not F('cancelled-blocks'):
            continue
        if F('completed-does-not-block') and i['status'] == 'completed':
            continue
        over = s < i['endsAt'] and i['startsAt'] < e
        if F('back-to-back-refused'):
            over = s <= i['endsAt'] and i['startsAt'] <= e
        if F('overlap-start-only'):
            over = i['startsAt'] <= s < i['endsAt']
        if not over:
            continue
        if set(i['interviewerIds'][:1] if F('overlap-first-interviewer') else i['interviewerIds']) & set(b['interviewerIds']) and not F('interviewer-overlap'):
            raise conflict('An interviewer has another interview')
        if APPS[i['applicationId']]['candidateId'] == a['candidateId'] and not F('candidate-overlap'):
            raise conflict('The candidate has another interview')
    if F('interview-race'):
        race()
    i = new_id('interview')
    x = INTERVIEWS[i] = dict(b, id=i, applicationId=a['id'], status='scheduled', createdAt=now())
    if F('interview-place-not-stored'):
        x['place'] = None
    if F('interview-moves-application') and a['stage'] == 'screening':
        set_stage(c, a, 'interview')
    audit(c, 'interviewScheduled', 'interview', i)
    return 201, v_interview(x), {}


def list_interviews(c):
    u = c.user
    p = c.params(interviewerId=QID, applicationId=QID, status=Str(enum=ISTATUS), startsFrom=QDT(), startsTo=QDT(), **page_specs())
    items = [i for i in INTERVIEWS.values() if sees_interview(u, i) or (F('interviewer-lists-all-interviews') and u['role'] == 'interviewer')]
    if p['interviewerId']:
        items = [i for i in items if p['interviewerId'] in (i['interviewerIds'][:1] if F('interviewer-filter-first') else i['interviewerIds'])]
    if p['applicationId']:
        items = [i for i in items if i['applicationId'] == p['applicationId']]
    if p['status'] and not F('interview-status-filter-ignored'):
        items = [i for i in items if i['status'] == p['status']]
    elif F('list-hides-cancelled'):
        items = [i for i in items if i['status'] != 'cancelled']
    if p['startsFrom'] is not None:
        items = [i for i in items if i['startsAt'] > p['startsFrom'] or (i['startsAt'] == p['startsFrom'] and not F('starts-from-exclusive'))]
    if p['startsTo'] is not None:
        items = [i for i in items if (i['endsAt'] if F('starts-to-uses-end') else i['startsAt']) < p['startsTo']]
    items.sort(key=lambda i: i['id'] if F('interviews-by-id') else (i['startsAt'], i['id']))
    return c.paged(items, v_interview, p)


def submit_scorecard(c, iid):
    i = find(INTERVIEWS, iid, lambda i: c.user['id'] in i['interviewerIds'] or F('scorecard-unassigned'))
    b = c.json('scorecardCreate')
    if i['status'] == 'cancelled' and not F('scorecard-for-cancelled'):
        raise conflict('The interview has been cancelled')
    if any(s['interviewerId'] == c.user['id'] for s in cards_of(i['id'])) and not F('scorecard-twice'):
        raise conflict('You have handed in your scorecard')
    if F('scorecard-race'):
        race()
    n = new_id('scorecard')
    s = CARDS[n] = dict(b, id=n, interviewId=i['id'], interviewerId=i['interviewerIds'][0] if F('scorecard-wrong-author') else c.user['id'], submittedAt=now())
    if F('scorecard-notes-not-stored'):
        s['notes'] = ''
    done = len(cards_of(i['id'])) >= (1 if F('completed-by-first-card') else len(i['interviewerIds']))
    if done and i['status'] == 'scheduled' and not F('never-completed'):
        i['status'] = 'completed'
    if not F('scorecard-not-audited'):
        audit(c, 'scorecardSubmitted', 'interview', i['id'])
    return 201, v_stamp(s, 'submittedAt'), {}


def list_scorecards(c, iid):
    i = find(INTERVIEWS, iid, lambda i: sees_interview(c.user, i) or (F('hm-reads-other-scorecards') and c.user['role'] == 'hiringManager'))
    cards = sorted(cards_of(i['id']), key=lambda s: s['id'], reverse=F('scorecards-newest-first'))
    if c.user['role'] == 'interviewer':
        own = any(s['interviewerId'] == c.user['id'] for s in cards)
        if not own and not F('scorecards-shown-early'):
            cards = []
        if F('only-own-scorecard'):
            cards = [s for s in cards if s['interviewerId'] == c.user['id']]
    return 200, {'items': [v_stamp(s, 'submittedAt') for s in cards]}, {}


# ---------------------------------------------------------------- offers


def create_offer(c, aid):
    a = find(APPS, aid)
    b = c.json('offerCreate')
    n, errs = now(), []
    if b['expiresAt'] <= n and not F('offer-expired-at-once'):
        errs.append(('expiresAt', 'must be in the future'))
    if b['expiresAt'] > n + (365 if F('offer-expiry-unlimited') else 30) * DAY:
        errs.append(('expiresAt', 'must be at most 30 days ahead'))
    elif b['startDate'] <= (EPOCH + datetime.timedelta(milliseconds=max(0, b['expiresAt']))).date():
        if not (F('start-on-expiry-day') and b['startDate'] == (EPOCH + datetime.timedelta(milliseconds=max(0, b['expiresAt']))).date()) and not F('start-before-expiry'):
            errs.append(('startDate', 'must be later than the day of expiry'))
    if errs:
        raise bad(*errs)
    o = OPENINGS[a['openingId']]
    if a['stage'] not in ('interview', 'offer') and not (F('offer-in-screening') and a['stage'] == 'screening') \
            or (F('no-second-offer') and a['stage'] == 'offer'):
        raise conflict('The application is in another stage')
    if o['status'] != 'published' and not (F('offer-on-hold') and o['status'] == 'onHold'):
        raise conflict('The opening is not published')
    mine = [x for x in OFFERS.values() if x['applicationId'] == a['id'] and offer_status(x) == 'pending']
    if mine and not F('two-pending-offers'):
        raise conflict('There is a pending offer')
    r = o['salaryRange'] or {'min': 0, 'max': 10 ** 9, 'currency': 'USD'}
    lo, hi = r['min'], r['max']
    if F('offer-salary-exclusive'):
        lo, hi = lo, hi - 1
    if F('offer-above-range'):
        hi = 10 ** 9
    if F('offer-below-range'):
        lo = 0
    if not lo <= b['salary'] <= hi:
        raise conflict('The salary is outside the range of the opening')
    pend = len(pending_offers(o['id']))
    if o['filledCount'] + pend + 1 > o['positions'] and not (F('two-pending-offers') and mine):
        if not (F('offers-ignore-pending') and o['filledCount'] < o['positions']) and not F('offers-off-by-one'):
            raise conflict('There are no more open positions')
    if F('offer-capacity-race'):
        race()
    i = new_id('offer')
    x = OFFERS[i] = {'id': i, 'applicationId': a['id'], 'salary': b['salary'], 'currency': 'USD' if F('offer-currency-usd') else r['currency'], 'startDate': b['startDate'].isoformat(),
                     'expiresAt': b['expiresAt'], 'status': 'pending', 'declineReason': None,
                     'createdById': o['hiringManagerId'] if F('offer-created-by-manager') else c.user['id'],
                     'createdAt': n, 'respondedAt': None}
    if a['stage'] != 'offer' and not F('offer-keeps-stage'):
        set_stage(c, a, 'offer')
    audit(c, 'offerCreated', 'offer', i)
    return 201, v_offer(x), {}


def respond_offer(c, oid):
    x = find(OFFERS, oid)
    b = c.json('respond')
    if b['decision'] == 'accepted' and 'declineReason' in b and not F('decline-reason-on-accept'):
        raise bad(('declineReason', 'must not be given with an acceptance'))
    st = offer_status(x)
    if st != 'pending':
        if not (F('accept-expired') and st == 'expired') and not (F('answer-declined-again') and st == 'declined' and
                                                                 APPS[x['applicationId']]['stage'] == 'offer'):
            raise conflict('The offer is not pending')
    if F('offer-answer-race'):
        race()
    x['status'] = b['decision']
    if not F('decline-reason-not-stored'):
        x['declineReason'] = b.get('declineReason')
    if not F('responded-at-not-set'):
        x['respondedAt'] = now()
    a = APPS[x['applicationId']]
    o = OPENINGS[a['openingId']]
    if b['decision'] == 'accepted':
        if not F('accept-keeps-stage'):
            set_stage(c, a, 'hired')
        if not F('filled-count-not-raised'):
            o['filledCount'] += 1
        if o['filledCount'] >= o['positions']:
            if F('full-opening-stays-open'):
                pass
            elif F('full-opening-keeps-applications'):
                o['status'] = 'closed'
            else:
                close_opening(c, o)
    elif F('decline-rejects'):
        set_stage(c, a, 'rejected', 'other')
    elif F('decline-back-to-interview'):
        set_stage(c, a, 'interview')
    audit(c, 'offerCreated' if F('answer-audited-as-created') else 'offerAnswered', 'offer', x['id'])
    return 200, v_offer(x), {}


# ---------------------------------------------------------------- comments


def list_comments(c, aid):
    u = c.user
    a = find(APPS, aid, lambda a: sees_app(u, a) or (F('hm-reads-other-comments') and u['role'] == 'hiringManager'))
    p = c.params(authorId=QID, mentionedUserId=QID, **page_specs())
    items = [m for m in COMMENTS.values() if m['applicationId'] == a['id']]
    items = [m for m in items if not m['private'] or m['authorId'] == u['id'] or (F('admin-sees-private') and u['role'] == 'admin')
             or (F('recruiters-share-private') and u['role'] == 'recruiter' and USERS[m['authorId']]['role'] == 'recruiter')]
    if p['authorId'] and not F('author-filter-ignored'):
        items = [m for m in items if m['authorId'] == p['authorId']]
    if p['mentionedUserId']:
        items = [m for m in items if (p['mentionedUserId'] == m['authorId'] if F('mention-filter-author') else p['mentionedUserId'] in m['mentions'])]
    items.sort(key=lambda m: (m['createdAt'], m['id']), reverse=not F('comments-oldest-first'))
    return c.paged(items, lambda m: v_stamp(m, 'createdAt'), p)


def create_comment(c, aid):
    a = find(APPS, aid, lambda a: sees_app(c.user, a) or (F('hm-comments-everywhere') and c.user['role'] == 'hiringManager'))
    b = c.json('commentCreate')
    if F('no-comment-after-end') and a['stage'] in ('rejected', 'withdrawn'):
        raise NOT_FOUND()
    ids = {u['handle']: u['id'] for u in USERS.values()}
    if F('mentions-case-insensitive'):
        found = [h.lower() for h in re.findall(r'@([A-Za-z0-9]+)', b['text'])]
    else:
        found = re.findall(r'@([a-z0-9]+)', b['text'])
    ms = [ids[h] for h in found if h in ids]
    if not F('mentions-repeated'):
        ms = list(dict.fromkeys(ms))
    if F('mentions-first-only'):
        ms = ms[:1]
    if F('mentions-sorted'):
        ms = sorted(ms)
    if b['private'] and not F('private-mentions'):
        ms = []
    i = new_id('comment')
    m = COMMENTS[i] = dict(b, id=i, applicationId=a['id'], authorId=c.user['id'], mentions=ms, createdAt=now())
    if F('comment-audited'):
        audit(c, 'applicationMoved', 'application', a['id'])
    return 201, v_stamp(m, 'createdAt'), {}


# ---------------------------------------------------------------- audit


def list_audit(c):
    p = c.params(action=Str(enum=ACTIONS), actorId=QID, entityType=Str(enum=ETYPES), entityId=QID, **page_specs())
    items = list(AUDIT)
    for k in ('action', 'actorId', 'entityType', 'entityId'):
        if p[k] is not None and not (F('audit-actor-ignored') and k == 'actorId') and not (F('audit-type-ignored') and k == 'entityType'):
            items = [x for x in items if x[k] == p[k]]
    items.sort(key=lambda x: x['id'], reverse=not F('audit-oldest-first'))
    return c.paged(items, dict, p)


# ---------------------------------------------------------------- routing

ALL = set(ROLE)
AR = {'admin', 'recruiter'}
ARH = AR | {'hiringManager'}
ROUTES = [
    ('GET', '/users', 'listUsers', list_users, ALL),
    ('GET', '/openings', 'listOpenings', list_openings, ALL),
    ('POST', '/openings', 'createOpening', create_opening, ARH),
    ('GET', '/openings/{}', 'getOpening', get_opening, ALL),
    ('PATCH', '/openings/{}', 'updateOpening', update_opening, ARH),
    ('DELETE', '/openings/{}', 'deleteOpening', delete_opening, AR),
    ('GET', '/openings/{}/funnel', 'getOpeningFunnel', get_funnel, ARH),
    ('GET', '/candidates', 'listCandidates', list_candidates, ARH),
    ('POST', '/candidates', 'createCandidate', create_candidate, AR),
    ('GET', '/candidates/{}', 'getCandidate', get_candidate, ARH),
    ('PUT', '/candidates/{}/cv', 'uploadCv', upload_cv, AR),
    ('GET', '/candidates/{}/cv', 'downloadCv', download_cv, ALL),
    ('POST', '/candidates/{}/merge', 'mergeCandidates', merge_candidates, AR),
    ('POST', '/pools/{}/members', 'addPoolMembers', add_pool_members, AR),
    ('GET', '/applications', 'listApplications', list_applications, ALL),
    ('POST', '/applications', 'createApplication', create_application, AR),
    ('GET', '/applications/{}', 'getApplication', get_application, ALL),
    ('POST', '/applications/{}/moves', 'moveApplication', move_application, ARH),
    ('GET', '/exports/applications.csv', 'exportApplications', export_applications, ARH),
    ('POST', '/applications/{}/interviews', 'createInterview', create_interview, ARH),
    ('GET', '/interviews', 'listInterviews', list_interviews, ALL),
    ('POST', '/interviews/{}/scorecards', 'submitScorecard', submit_scorecard, {'interviewer'}),
    ('GET', '/interviews/{}/scorecards', 'listScorecards', list_scorecards, ALL),
    ('POST', '/applications/{}/offers', 'createOffer', create_offer, AR),
    ('POST', '/offers/{}/response', 'respondToOffer', respond_offer, AR),
    ('GET', '/applications/{}/comments', 'listComments', list_comments, ALL),
    ('POST', '/applications/{}/comments', 'createComment', create_comment, ALL),
    ('GET', '/audit-events', 'listAuditEvents', list_audit, {'admin'}),
]
ROUTES = [(m, re.compile(p.replace('.', r'\.').replace('{}', '([^/]+)')), op, h, r) for m, p, op, h, r in ROUTES]


def role_ok(op, role, allowed):
    if role in allowed:
        return True
    return (F('interviewer-creates-opening') and op == 'createOpening' and role == 'interviewer' or
            F('hm-deletes-draft') and op == 'deleteOpening' and role == 'hiringManager' or
            F('hm-creates-candidate') and op == 'createCandidate' and role == 'hiringManager' or
            F('hm-uploads-cv') and op == 'uploadCv' and role == 'hiringManager' or
            F('hm-merges') and op == 'mergeCandidates' and role == 'hiringManager' or
            F('hm-fills-pool') and op == 'addPoolMembers' and role == 'hiringManager' or
            F('hm-makes-offer') and op == 'createOffer' and role == 'hiringManager' or
            F('hm-answers-offer') and op == 'respondToOffer' and role == 'hiringManager' or
            F('hm-creates-application') and op == 'createApplication' and role == 'hiringManager' or
            F('interviewer-moves-application') and op == 'moveApplication' and role == 'interviewer' or
            F('interviewer-schedules') and op == 'createInterview' and role == 'interviewer' or
            F('interviewer-sees-funnel') and op == 'getOpeningFunnel' and role == 'interviewer' or
            F('interviewer-gets-candidate') and op == 'getCandidate' and role == 'interviewer' or
            F('interviewer-exports') and op == 'exportApplications' and role == 'interviewer' or
            F('recruiter-reads-audit') and op == 'listAuditEvents' and role == 'recruiter')


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    server_version = 'hirewell'
    sys_version = ''
    timeout = 120
    wbufsize = 65536
    disable_nagle_algorithm = True

    def log_message(self, *a):
        pass

    def read_body(self):
        te = (self.headers.get('Transfer-Encoding') or '').lower()
        if 'chunked' in te:
            out = b''
            while True:
                n = int(self.rfile.readline(100).split(b';')[0].strip() or b'0', 16)
                if n == 0:
                    while self.rfile.readline(1000).strip():
                        pass
                    return out
                out += self.rfile.read(n)
                self.rfile.readline(10)
        try:
            n = int(self.headers.get('Content-Length') or 0)
        except ValueError:
            n = 0
        return self.rfile.read(n) if n > 0 else b''

    def go(self):
        try:
            raw = self.read_body()
        except ValueError:
            self.close_connection = True
            raw = b''
        try:
            status, body, headers = self.dispatch(raw)
        except Err as e:
            p = {'type': 'about:blank', 'title': e.title, 'status': e.status, 'errors': e.errors}
            if F('problem-without-errors') and e.status == 409:
                del p['errors']
            if F('problem-status-400') and e.status == 404:
                p['status'] = 400
            if F('errors-without-field') and e.status == 400:
                p['errors'] = [{'field': '', 'reason': x['reason']} for x in e.errors]
            status, body, headers = e.status, p, dict(e.headers)
            headers['Content-Type'] = 'application/json' if F('problem-plain-json') and e.status == 403 else 'application/problem+json'
        if isinstance(body, (dict, list)):
            headers.setdefault('Content-Type', 'application/json')
            body = json.dumps(body).encode()
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k, v)
        if status not in (204, 304):
            self.send_header('Content-Length', str(len(body or b'')))
        self.end_headers()
        if body and status not in (204, 304) and self.command != 'HEAD':
            self.wfile.write(body)

    def dispatch(self, raw):
        u = urlsplit('http://x' + self.path if self.path.startswith('/') else self.path)
        hits = [(r, m) for r in ROUTES for m in [r[1].fullmatch(u.path)] if m]
        if not hits:
            raise NOT_FOUND()
        hit = [x for x in hits if x[0][0] == self.command]
        if not hit:
            raise Err(405, 'Method not allowed', headers={'Allow': ', '.join(x[0][0] for x in hits)})
        (method, rx, op, fn, roles), m = hit[0]
        auth = re.fullmatch(r'[Bb]earer +(\S+)', (self.headers.get('Authorization') or '').strip())
        user = USERS.get(TOKENS.get(auth.group(1))) if auth else None
        if user is None and F('users-without-token') and op == 'listUsers':
            user = USERS[8]
        if user is None and auth and F('export-any-token') and op == 'exportApplications':
            user = USERS[1]
        if user is None:
            raise Err(401, 'Unauthorized', headers={} if F('no-www-authenticate') else {'WWW-Authenticate': 'Bearer realm="hirewell"'})
        if not role_ok(op, user['role'], roles):
            raise FORBIDDEN()
        query = parse_qsl(u.query, keep_blank_values=True)
        args = [unquote(x) for x in m.groups()]
        with LOCK:
            st, body, headers = fn(Ctx(user, query, self.headers, raw, op + u.path), *args)
            if isinstance(body, (dict, list)):
                body = json.dumps(body).encode()
                headers.setdefault('Content-Type', 'application/json')
            return st, body, headers

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_TRACE = go


FAULTS = [
    ('time-offset-ignored', 'createInterview', 'computed', 'keeps the local clock time and ignores the offset of times', 'prose', 'always answer in UTC, with a `Z`'),
    ('tag-uppercase-allowed', 'createOpening', 'validation', 'accepts upper-case letters in tags', 'schema', "pattern: '^[a-z0-9-]{1,30}$'"),
    ('opening-11-tags', 'createOpening', 'boundary', 'accepts an eleventh tag on openings', 'schema', 'maxItems: 10'),
    ('opening-duplicate-tags', 'createOpening', 'validation', 'accepts the same tag twice on openings', 'schema', 'uniqueItems: true'),
    ('candidate-tags-unlimited', 'createCandidate', 'validation', 'accepts any number of tags on candidates', 'schema', 'maxItems: 10'),
    ('country-lowercase', 'createOpening', 'validation', 'accepts country codes in lower case', 'schema', "pattern: '^[A-Z]{2}$'"),
    ('remote-default-true', 'createOpening', 'default', "sets remote to true when it isn't sent", 'schema', 'default: false'),
    ('salary-currency-optional', 'createOpening', 'validation', 'takes a salary range without currency as USD', 'schema', 'required: [min, max, currency]'),
    ('salary-min-above-max', 'createOpening', 'validation', 'accepts a salary range whose min is above max', 'prose', '`min` must not be greater than `max`.'),
    ('reference-two-digits', 'createOpening', 'boundary', 'accepts reference codes with two digits', 'schema', "pattern: '^[A-Z]{2,4}-[0-9]{3,5}$'"),
    ('opening-empty-title', 'createOpening', 'boundary', 'accepts an empty title', 'schema', 'title: { type: string, minLength: 1, maxLength: 120 }'),
    ('opening-title-121', 'createOpening', 'boundary', 'accepts a title of 121 characters', 'schema', 'title: { type: string, minLength: 1, maxLength: 120 }'),
    ('opening-no-locations', 'createOpening', 'boundary', 'accepts an empty list of locations', 'schema', 'minItems: 1 maxItems: 5'),
    ('positions-zero', 'createOpening', 'boundary', 'accepts 0 positions', 'schema', 'type: integer minimum: 1 maximum: 50'),
    ('positions-51', 'createOpening', 'boundary', 'accepts 51 positions', 'schema', 'type: integer minimum: 1 maximum: 50'),
    ('email-format-unchecked', 'createCandidate', 'validation', 'accepts any text as email address', 'schema', 'format: email'),
    ('first-name-unlimited', 'createCandidate', 'validation', 'accepts first names of any length', 'schema', 'firstName: { type: string, minLength: 1, maxLength: 60 }'),
    ('phone-without-plus', 'createCandidate', 'validation', 'accepts phone numbers without a plus sign', 'schema', "pattern: '^\\+[1-9][0-9]{6,14}$'"),
    ('last-name-optional', 'createCandidate', 'validation', 'accepts a candidate without last name', 'schema', 'required: [firstName, lastName, email]'),
    ('source-default', 'createCandidate', 'default', "sets the source to jobBoard when it isn't sent", 'schema', 'default: direct'),
    ('pool-empty-list', 'addPoolMembers', 'boundary', 'accepts an empty list of candidates', 'schema', 'minItems: 1 maxItems: 100'),
    ('pool-duplicate-ids', 'addPoolMembers', 'validation', 'accepts the same candidate twice in the list', 'schema', 'uniqueItems: true'),
    ('cover-letter-unlimited', 'createApplication', 'validation', 'accepts cover letters of any length', 'schema', 'maxLength: 2000'),
    ('six-interviewers', 'createInterview', 'boundary', 'accepts six interviewers', 'schema', 'maxItems: 5'),
    ('rating-zero', 'submitScorecard', 'boundary', 'accepts a rating of 0', 'schema', 'rating: { type: integer, minimum: 1, maximum: 5 }'),
    ('recommendation-optional', 'submitScorecard', 'validation', 'accepts a scorecard without recommendation', 'schema', 'required: [rating, recommendation]'),
    ('comment-empty', 'createComment', 'boundary', 'accepts an empty comment', 'schema', 'minLength: 1 maxLength: 2000'),
    ('comment-2001', 'createComment', 'boundary', 'accepts a comment of 2001 characters', 'schema', 'maxLength: 2000'),
    ('expired-offers-hold-position', 'createOffer', 'counter', 'counts expired offers as pending ones', 'prose', 'it is no longer pending then.'),
    ('open-positions-ignore-filled', 'getOpening', 'computed', 'answers positions as openPositions although some are filled', 'prose', "'`positions` less `filledCount`.'"),
    ('application-count-active-only', 'getOpening', 'computed', 'counts only active applications in applicationCount', 'prose', 'The number of all applications to this opening, including those that have ended.'),
    ('interviewer-sees-salary', 'listOpenings', 'visibility leak', 'shows salary ranges to interviewers', 'prose', 'Always `null` for interviewers.'),
    ('etag-ignores-tags', 'getOpening', 'etag', 'the ETag stays the same when only tags change', 'prose', 'carries an `ETag` that changes whenever the opening changes.'),
    ('full-name-order', 'getCandidate', 'computed', 'puts the last name first in fullName', 'prose', 'First name and last name with a space between them.'),
    ('candidate-cv-never-shown', 'getCandidate', 'computed', 'answers cv null although there is one', 'prose', "'`null` as long as there is no CV.'"),
    ('candidate-count-without-withdrawn', 'getCandidate', 'computed', 'leaves withdrawn applications out of applicationCount', 'prose', 'The number of all applications of this candidate, including those that have ended.'),
    ('candidate-phone-missing-when-null', 'getCandidate', 'structure', 'leaves phone out when it is null', 'schema', 'required: [id, firstName, lastName, fullName, email, phone, source, tags, pools, cv, applicationCount, mergedIds, createdAt]'),
    ('offer-never-expires', 'getApplication', 'computed', 'shows expired offers as pending', 'prose', 'A pending offer becomes `expired` by itself at `expiresAt`'),
    ('interviewer-sees-offer', 'getApplication', 'visibility leak', 'shows the offer to interviewers', 'prose', 'always `null` for interviewers.'),
    ('application-first-offer', 'getApplication', 'computed', 'shows the first offer instead of the latest', 'prose', 'The latest offer; `null` if there is none'),
    ('interview-count-with-cancelled', 'getApplication', 'counter', 'counts cancelled interviews in interviewCount', 'prose', 'The number of interviews of this application, without cancelled ones.'),
    ('average-rating-truncated', 'getApplication', 'computed', 'cuts the average rating to a whole number', 'prose', 'rounded to two decimals'),
    ('average-shown-before-own-card', 'getApplication', 'visibility leak', 'shows the average rating to interviewers who still owe a scorecard', 'prose', 'Also `null` for an interviewer who has an outstanding scorecard'),
    ('duration-in-hours', 'createInterview', 'computed', 'answers the duration in hours', 'prose', 'The time from start to end in full minutes'),
    ('scorecard-count-expected', 'listInterviews', 'counter', 'answers the number of interviewers as scorecardCount', 'prose', 'How many scorecards have been handed in.'),
    ('page-size-default-10', '*', 'paging', 'pages have 10 items unless asked otherwise', 'schema', 'schema: { type: integer, minimum: 1, maximum: 100, default: 20 }'),
    ('page-token-any-filter', '*', 'paging', 'accepts page tokens issued for other filters', 'prose', 'or that was issued for other filters or another sorting, is answered with 400'),
    ('page-token-garbage-ignored', '*', 'paging', 'takes an unknown page token as the first page', 'prose', 'A token that we did not issue'),
    ('second-page-skips-one', '*', 'paging', 'every further page skips one item', 'prose', 'Pass the `nextPageToken` of one answer as the `pageToken` of the next request'),
    ('second-page-repeats-one', '*', 'paging', 'every further page repeats the last item of the page before', 'prose', 'Pass the `nextPageToken` of one answer as the `pageToken` of the next request'),
    ('last-page-has-token', '*', 'paging', 'gives a token on a last page that is exactly full', 'prose', 'The last page has an empty `nextPageToken`.'),
    ('page-size-zero', '*', 'boundary', 'accepts pageSize 0', 'schema', 'schema: { type: integer, minimum: 1, maximum: 100, default: 20 }'),
    ('page-size-unlimited', '*', 'boundary', 'accepts any pageSize above 100', 'schema', 'schema: { type: integer, minimum: 1, maximum: 100, default: 20 }'),
    ('users-by-id', 'listUsers', 'sort', 'sorts users by id', 'prose', 'The users of your organization, sorted by name.'),
    ('users-role-filter-recruiter', 'listUsers', 'filter', 'the filter for recruiters lets admins through', 'prose', 'Only users with this role.'),
    ('is-me-by-role', 'listUsers', 'computed', 'sets isMe on all users with the role of the caller', 'prose', 'Whether this is the user that the token belongs to.'),
    ('hm-lists-all-openings', 'listOpenings', 'visibility leak', 'lists all openings to hiring managers', 'prose', 'Hiring managers get their own openings in any status'),
    ('interviewer-lists-drafts', 'listOpenings', 'visibility leak', 'lists drafts to interviewers too', 'prose', 'interviewers get published openings only.'),
    ('status-filter-ignored', 'listOpenings', 'filter', 'ignores the status filter', 'prose', 'Only openings with this status.'),
    ('city-first-location-only', 'listOpenings', 'filter', 'only looks at the first location', 'prose', 'Only openings that have a location in this city.'),
    ('city-case-sensitive', 'listOpenings', 'filter', 'compares cities with regard to case', 'prose', 'Upper and lower case make no difference'),
    ('city-part-matches', 'listOpenings', 'filter', 'finds parts of city names', 'prose', 'but the whole name must match.'),
    ('tag-filter-prefix', 'listOpenings', 'filter', 'finds openings with a tag that only begins like the one asked for', 'prose', 'Only openings that carry this tag.'),
    ('min-salary-exclusive', 'listOpenings', 'boundary', 'leaves out openings whose upper end is exactly minSalary', 'prose', 'whose upper end is at least `minSalary`.'),
    ('min-salary-lower-end', 'listOpenings', 'filter', 'compares minSalary with the lower end', 'prose', 'whose upper end is at least `minSalary`.'),
    ('min-salary-keeps-unset', 'listOpenings', 'filter', 'minSalary lets openings without a salary range through', 'prose', 'Openings without a salary range are left out.'),
    ('search-title-only', 'listOpenings', 'search', 'searches the title only', 'prose', 'Text to be found anywhere in the title or the description'),
    ('search-case-sensitive', 'listOpenings', 'search', 'searches with regard to case', 'prose', 'regardless of case.'),
    ('title-sort-case', 'listOpenings', 'sort', 'sorts titles with regard to case', 'prose', 'Titles are compared without regard to case.'),
    ('positions-sort-as-text', 'listOpenings', 'sort', 'sorts positions as text', 'prose', 'The member to sort by, with a leading `-` for descending order.'),
    ('openings-default-sort', 'listOpenings', 'sort', 'sorts oldest first by default', 'schema', 'default: -createdAt'),
    ('hiring-manager-any-role', 'createOpening', 'reference', 'accepts any user as hiring manager', 'prose', 'A user with the role `hiringManager`; anybody else is answered with 400.'),
    ('hm-creates-for-others', 'createOpening', 'authorization', 'lets a hiring manager create openings for another one', 'prose', 'A hiring manager can only create openings for themselves'),
    ('reference-code-duplicate', 'createOpening', 'duplicate', 'accepts a reference code that is taken', 'prose', 'A `referenceCode` that another opening has already is answered with 409.'),
    ('reference-code-race', 'createOpening', 'race', 'two simultaneous requests with the same reference code both succeed', 'prose', 'A `referenceCode` that another opening has already is answered with 409.'),
    ('opening-created-published', 'createOpening', 'state', 'publishes a new opening at once if it has a salary range', 'prose', 'It always starts as a draft'),
    ('opening-description-not-stored', 'createOpening', 'not stored', 'drops the description', 'prose', 'Creates an opening.'),
    ('create-opening-no-etag', 'createOpening', 'header missing', 'sends no ETag with a new opening', 'structure', 'description: The tag of this version of the opening.'),
    ('create-opening-no-location', 'createOpening', 'header missing', 'sends no Location with a new opening', 'structure', 'description: The path of the new resource, such as `/openings/17`.'),
    ('hm-gets-other-opening', 'getOpening', 'visibility leak', 'shows hiring managers the openings of others', 'prose', '`hiringManager` only sees the openings they are the hiring manager of'),
    ('interviewer-gets-closed', 'getOpening', 'visibility leak', 'shows closed openings to interviewers', 'prose', '`interviewer` sees published openings'),
    ('if-none-match-ignored', 'getOpening', 'etag', 'ignores If-None-Match', 'prose', 'to get a 304 without a body as long as nothing changed.'),
    ('history-without-rejection', 'moveApplication', 'side effect missing', 'writes no history entry for rejections', 'prose', 'the last one is the present stage.'),
    ('history-wrong-user', 'moveApplication', 'computed', 'names user 1 in each history entry of a move', 'prose', 'The user whose request brought the application into the stage.'),
    ('close-keeps-applications', 'updateOpening', 'side effect missing', 'leaves active applications alone when an opening closes', 'prose', 'all its applications that are still active become `rejected`'),
    ('close-spares-screening', 'updateOpening', 'side effect missing', 'does not reject applications in screening when an opening closes', 'prose', 'all its applications that are still active become `rejected`'),
    ('close-reason-other', 'updateOpening', 'side effect', 'gives the reason other when an opening closes', 'prose', 'become `rejected` with the reason `openingClosed`'),
    ('close-keeps-interviews', 'updateOpening', 'side effect missing', 'keeps interviews scheduled when an opening closes', 'prose', 'and their scheduled interviews are cancelled.'),
    ('hm-patches-other-opening', 'updateOpening', 'authorization', 'lets hiring managers change the openings of others', 'prose', 'Admins, recruiters and the hiring manager of the opening may change it.'),
    ('hm-publishes', 'updateOpening', 'authorization', 'lets hiring managers change the status', 'prose', 'A hiring manager may not send `status` or `hiringManagerId`'),
    ('hm-reassigns', 'updateOpening', 'authorization', 'lets hiring managers send hiringManagerId', 'prose', 'A hiring manager may not send `status` or `hiringManagerId`'),
    ('if-match-ignored', 'updateOpening', 'lost update', 'ignores If-Match', 'prose', 'With `If-Match`, the change is only made if the opening still has this ETag'),
    ('opening-lost-update', 'updateOpening', 'race', 'two simultaneous updates with the same If-Match both succeed', 'prose', 'With `If-Match`, the change is only made if the opening still has this ETag'),
    ('closed-opening-editable', 'updateOpening', 'state', 'allows updates of closed openings', 'prose', 'any update of a closed opening, whatever it contains'),
    ('draft-can-close', 'updateOpening', 'state', 'lets a draft be closed', 'prose', 'from `draft` to `published`,'),
    ('published-back-to-draft', 'updateOpening', 'state', 'lets a published opening become a draft again', 'prose', 'Any other move is a 409.'),
    ('on-hold-cannot-close', 'updateOpening', 'state', 'refuses to close an opening on hold', 'prose', 'from `onHold` to `published` or `closed`.'),
    ('same-status-conflict', 'updateOpening', 'state', 'answers 409 when the present status is sent', 'prose', 'Sending the present status of an opening that is not closed is no move and no error.'),
    ('publish-without-salary', 'updateOpening', 'state', 'publishes openings without salary range', 'prose', 'publishing an opening that has no salary range'),
    ('salary-removable', 'updateOpening', 'state', 'lets the salary range of a published opening be taken away', 'prose', 'taking away the salary range of one that is published or on hold'),
    ('reference-code-changeable', 'updateOpening', 'state', 'lets the reference code be changed after publishing', 'prose', 'another `referenceCode` once the opening is no longer a draft'),
    ('reference-code-patch-duplicate', 'updateOpening', 'duplicate', 'an update accepts the reference code of another opening', 'prose', 'or one that another opening has,'),
    ('positions-below-pending', 'updateOpening', 'counter', 'does not count pending offers when positions are lowered', 'prose', 'below the number of filled positions plus pending offers'),
    ('positions-below-filled', 'updateOpening', 'counter', 'lets positions be lowered without looking at filled ones or offers', 'prose', 'below the number of filled positions plus pending offers'),
    ('close-with-pending-offers', 'updateOpening', 'state', 'closes openings that have pending offers', 'prose', 'closing an opening that has pending offers.'),
    ('patch-resets-tags', 'updateOpening', 'lost update', "empties the tags when an update doesn't send them", 'prose', 'members that are absent stay as they are.'),
    ('patch-merges-locations', 'updateOpening', 'not stored', 'adds sent locations to the present ones', 'prose', 'Lists and `salaryRange` are replaced as a whole.'),
    ('updated-at-not-set', 'updateOpening', 'side effect missing', 'leaves updatedAt alone', 'prose', 'When the opening was last changed with an update'),
    ('republish-resets-date', 'updateOpening', 'side effect', 'sets publishedAt again after a pause', 'prose', 'is set when the opening is published for the first time and stays after that.'),
    ('update-audited-twice', 'updateOpening', 'audit', 'writes two audit events for a change of status', 'prose', 'writes exactly one audit event'),
    ('patch-no-etag', 'updateOpening', 'header missing', 'sends no ETag with an updated opening', 'structure', 'description: The tag of this version of the opening.'),
    ('delete-on-hold', 'deleteOpening', 'state', 'deletes openings on hold that have no applications', 'prose', 'only while the opening is a draft (409 otherwise)'),
    ('delete-does-nothing', 'deleteOpening', 'deleted too little', 'answers 204 but keeps the draft', 'prose', 'The opening is gone.'),
    ('delete-not-audited', 'deleteOpening', 'audit', 'writes no audit event for a deletion', 'prose', 'writes exactly one audit event'),
    ('hm-funnel-of-others', 'getOpeningFunnel', 'visibility leak', 'shows hiring managers the funnels of others', 'prose', 'For admins, recruiters and the hiring manager of the opening'),
    ('funnel-reached-is-current', 'getOpeningFunnel', 'computed', 'answers the current number as reached', 'prose', 'How many applications are or have ever been in this stage.'),
    ('funnel-order', 'getOpeningFunnel', 'sort', 'puts withdrawn before rejected', 'prose', 'in the order applied, screening, interview, offer, hired, rejected, withdrawn.'),
    ('funnel-total-without-withdrawn', 'getOpeningFunnel', 'computed', 'leaves withdrawn applications out of the total', 'prose', 'The number of all applications to the opening.'),
    ('hire-rate-of-ended', 'getOpeningFunnel', 'computed', 'divides the hired ones by the ended ones', 'prose', 'Hired applications divided by `total`'),
    ('hire-rate-zero-when-empty', 'getOpeningFunnel', 'computed', 'answers 0 as hire rate without applications', 'prose', '`null` if there are no applications.'),
    ('page-zero', 'listCandidates', 'boundary', 'accepts page 0', 'schema', 'schema: { type: integer, minimum: 1, default: 1 }'),
    ('per-page-1000', 'listCandidates', 'boundary', 'accepts up to 1000 per page', 'schema', 'schema: { type: integer, minimum: 1, maximum: 100, default: 25 }'),
    ('hm-lists-all-candidates', 'listCandidates', 'visibility leak', 'lists all candidates to hiring managers', 'prose', 'Hiring managers get the candidates who have applied to one of their openings.'),
    ('candidate-search-no-email', 'listCandidates', 'search', "doesn't search email addresses", 'prose', 'Text to be found anywhere in the full name or the email address'),
    ('candidate-search-prefix', 'listCandidates', 'search', 'only finds text at the beginning', 'prose', 'Text to be found anywhere in the full name or the email address'),
    ('candidate-tag-filter-ignored', 'listCandidates', 'filter', 'ignores the tag filter', 'prose', 'Only candidates that carry this tag.'),
    ('source-filter-agency', 'listCandidates', 'filter', 'the source filter always lets agency candidates through', 'prose', 'Only candidates from this source.'),
    ('last-name-sort-case', 'listCandidates', 'sort', 'sorts last names with regard to case', 'prose', 'Last names are compared without regard to case.'),
    ('candidate-sort-desc-ignored', 'listCandidates', 'sort', 'sorts -lastName ascending', 'prose', 'with a leading `-` for descending order. Last names'),
    ('per-page-off-by-one', 'listCandidates', 'paging', 'further pages start one candidate too early', 'prose', '`page` and `perPage` select the page'),
    ('page-beyond-last-repeats', 'listCandidates', 'paging', 'repeats the last candidates on pages beyond the end', 'prose', 'A page beyond the last one is empty.'),
    ('total-count-page-only', 'listCandidates', 'computed', 'X-Total-Count has the number of items on the page', 'prose', 'How many candidates match the filters on all pages together.'),
    ('total-count-unfiltered', 'listCandidates', 'computed', 'X-Total-Count ignores the filters', 'prose', 'has the number of all candidates that match the filters'),
    ('total-count-missing', 'listCandidates', 'header missing', 'sends no X-Total-Count', 'structure', 'X-Total-Count: description: How many candidates match'),
    ('email-case-kept', 'createCandidate', 'not stored', 'keeps the email address in its own case', 'prose', 'Kept and answered in lower case.'),
    ('email-duplicate', 'createCandidate', 'duplicate', 'accepts an email address twice', 'prose', 'No two candidates have the same email address'),
    ('email-duplicate-by-case', 'createCandidate', 'duplicate', 'compares email addresses with regard to case', 'prose', 'where upper and lower case make no difference; a second one is answered with 409.'),
    ('email-race', 'createCandidate', 'race', 'two simultaneous candidates with the same email address are both created', 'prose', 'No two candidates have the same email address'),
    ('candidate-phone-not-stored', 'createCandidate', 'not stored', 'drops the phone number', 'prose', 'Creates a candidate.'),
    ('candidate-not-audited', 'createCandidate', 'audit', 'writes no audit event for a new candidate', 'prose', 'writes exactly one audit event'),
    ('create-candidate-200', 'createCandidate', 'wrong status', 'answers 200 for a new candidate', 'structure', "'201': description: The new candidate."),
    ('candidate-location-wrong', 'createCandidate', 'header', 'the Location of a new candidate leads nowhere', 'prose', 'The path of the new resource, such as `/openings/17`.'),
    ('hm-gets-any-candidate', 'getCandidate', 'visibility leak', 'shows any candidate to hiring managers', 'prose', 'Hiring managers only see candidates who have applied to one of their openings.'),
    ('cv-any-image', 'uploadCv', 'validation', 'accepts images as CV', 'prose', 'Other content types are answered with 415.'),
    ('cv-wrong-type-400', 'uploadCv', 'wrong status', 'answers 400 to another content type', 'prose', 'Other content types are answered with 415.'),
    ('cv-size-off-by-one', 'uploadCv', 'boundary', 'refuses a file of exactly 262144 bytes', 'prose', 'A file may have at most 262144 bytes'),
    ('cv-size-unlimited', 'uploadCv', 'validation', 'accepts files of any size', 'prose', 'a larger one is answered with 413.'),
    ('cv-pdf-unchecked', 'uploadCv', 'validation', 'accepts anything as PDF', 'prose', 'has to begin with `%PDF-`.'),
    ('cv-empty-text', 'uploadCv', 'boundary', 'accepts an empty text', 'prose', 'has to be valid UTF-8 and must not be empty.'),
    ('cv-size-in-characters', 'uploadCv', 'computed', 'answers the size of texts in characters', 'prose', 'description: In bytes.'),
    ('cv-second-upload-ignored', 'uploadCv', 'not stored', 'keeps the first CV when another is uploaded', 'prose', 'a second upload replaces the first.'),
    ('cv-trimmed', 'downloadCv', 'not stored', 'cuts white space from the ends of a CV', 'prose', 'Returns the CV byte for byte as it was uploaded'),
    ('cv-first-upload-200', 'uploadCv', 'wrong status', 'answers 200 for the first CV', 'structure', 'The first CV of this candidate has been stored.'),
    ('cv-for-every-interviewer', 'downloadCv', 'visibility leak', 'lets every interviewer download every CV', 'prose', 'interviewers those of the candidates they are assigned to interview.'),
    ('cv-always-pdf', 'downloadCv', 'structure', 'sends every CV as application/pdf', 'prose', '`cv-{candidateId}.pdf` or `cv-{candidateId}.txt`.'),
    ('cv-no-disposition', 'downloadCv', 'header missing', 'sends no Content-Disposition with a CV', 'structure', "'`attachment` with the file name"),
    ('merge-ignores-ended', 'mergeCandidates', 'state', 'only looks at active applications of the remaining candidate', 'prose', 'whatever became of the applications, the answer is 409.'),
    ('merge-same-opening', 'mergeCandidates', 'state', 'merges candidates who applied to the same opening', 'prose', 'If both have applied to the same opening'),
    ('merge-drops-ended-applications', 'mergeCandidates', 'deleted too much', 'deletes ended applications of the duplicate', 'prose', 'All applications of the duplicate now belong to the remaining candidate.'),
    ('merge-keeps-own-tags', 'mergeCandidates', 'side effect missing', 'does not take over the tags of the duplicate', 'prose', 'Tags and pools of both are united'),
    ('merge-loses-pools', 'mergeCandidates', 'side effect missing', 'does not take over the pools of the duplicate', 'prose', 'Tags and pools of both are united'),
    ('merge-loses-phone', 'mergeCandidates', 'side effect missing', 'does not take over the phone number', 'prose', 'Phone and CV are taken over if the remaining candidate has none.'),
    ('merge-overwrites-phone', 'mergeCandidates', 'side effect', 'overwrites the phone number of the remaining candidate', 'prose', 'Phone and CV are taken over if the remaining candidate has none.'),
    ('merge-overwrites-cv', 'mergeCandidates', 'side effect', 'overwrites the CV of the remaining candidate', 'prose', 'Phone and CV are taken over if the remaining candidate has none.'),
    ('merge-loses-cv', 'mergeCandidates', 'side effect missing', 'does not take over the CV', 'prose', 'Phone and CV are taken over if the remaining candidate has none.'),
    ('merged-ids-empty', 'mergeCandidates', 'not stored', 'does not remember the id of the duplicate', 'prose', '`mergedIds` of the remaining candidate gets the id of the duplicate'),
    ('merge-keeps-duplicate', 'mergeCandidates', 'deleted too little', 'keeps the duplicate', 'prose', 'The duplicate is gone (404)'),
    ('merge-audits-duplicate', 'mergeCandidates', 'audit', 'the audit event names the duplicate', 'prose', 'the remaining candidate for `candidatesMerged`'),
    ('pool-key-unchecked', 'addPoolMembers', 'validation', 'accepts malformed pool keys', 'prose', 'A malformed key is answered with 400.'),
    ('pool-skips-unknown', 'addPoolMembers', 'reference', "skips candidates that don't exist", 'prose', 'if one of the candidates does not exist (400)'),
    ('pool-partial-add', 'addPoolMembers', 'bulk', 'adds the existing candidates although one is unknown and the answer is 400', 'prose', "It's all or nothing"),
    ('pool-member-conflict', 'addPoolMembers', 'wrong status', 'answers 409 if somebody is a member already', 'prose', 'Candidates who are members already are no error'),
    ('pool-31-members', 'addPoolMembers', 'boundary', 'lets a pool have 31 members', 'prose', 'if the pool would get more than 30 members'),
    ('pool-unlimited', 'addPoolMembers', 'capacity', 'lets a pool have any number of members', 'prose', 'if the pool would get more than 30 members'),
    ('pool-capacity-race', 'addPoolMembers', 'race', 'two simultaneous requests fill a pool beyond its limit', 'prose', 'if the pool would get more than 30 members'),
    ('pool-audits-once', 'addPoolMembers', 'audit', 'writes one audit event for a whole request', 'prose', 'adding to a pool writes one for each candidate that was added'),
    ('pool-added-sorted', 'addPoolMembers', 'sort', 'answers the added ones sorted by id', 'prose', 'Those who were added, in the order of the request.'),
    ('pool-already-empty', 'addPoolMembers', 'computed', 'never reports who had been a member before', 'prose', 'Those who had been members before, in the order of the request.'),
    ('pool-count-added-only', 'addPoolMembers', 'counter', 'answers the number of added ones as memberCount', 'prose', 'The number of members that the pool has now.'),
    ('interviewer-lists-all-applications', 'listApplications', 'visibility leak', 'lists all applications to interviewers', 'prose', 'those they are assigned to as an interviewer for interviewers.'),
    ('candidate-filter-ignored', 'listApplications', 'filter', 'ignores the candidateId filter', 'prose', 'Only applications of this candidate.'),
    ('stage-first-only', 'listApplications', 'filter', 'only heeds the first of several stages', 'prose', 'Repeat the parameter for several.'),
    ('applied-from-exclusive', 'listApplications', 'boundary', 'leaves out applications made exactly at appliedFrom', 'prose', 'Only applications made at this time or later.'),
    ('applied-to-inclusive', 'listApplications', 'boundary', 'includes applications made exactly at appliedTo', 'prose', 'Only applications made before this time (exclusive).'),
    ('candidate-name-sort-by-id', 'listApplications', 'sort', 'sorts by candidate id instead of name', 'prose', 'Names are compared without regard to case.'),
    ('total-size-ignores-stage', 'listApplications', 'computed', 'totalSize ignores the stage filter', 'prose', '`totalSize` is the number of applications that match the filters'),
    ('total-size-page', 'listApplications', 'computed', 'totalSize is never more than the page size', 'prose', 'that match the filters on all pages together.'),
    ('idempotency-key-unchecked', 'createApplication', 'validation', 'accepts any Idempotency-Key', 'prose', '8 to 64 letters, digits, hyphens and underscores; anything else is answered with 400.'),
    ('idempotency-across-users', 'createApplication', 'idempotency', 'shares idempotency keys between users', 'prose', 'If the same user repeats a request with the same key'),
    ('idempotency-ignored', 'createApplication', 'idempotency', 'ignores the Idempotency-Key', 'prose', 'nothing new is made and the first answer is sent again'),
    ('idempotency-other-body', 'createApplication', 'idempotency', 'replays the answer for another body too', 'prose', 'The same key with another body is answered with 422.'),
    ('idempotency-fresh-view', 'createApplication', 'idempotency', 'a replay shows the present state of the application', 'prose', 'the first answer is sent again'),
    ('replay-header-missing', 'createApplication', 'header missing', 'sends no Idempotency-Replayed', 'prose', 'with the header `Idempotency-Replayed: true`'),
    ('unknown-candidate-404', 'createApplication', 'wrong status', 'answers 404 for an unknown candidate in the body', 'prose', 'Ids in bodies that refer to something that does not exist are answered with 400.'),
    ('apply-on-hold', 'createApplication', 'state', 'accepts applications to openings on hold', 'prose', 'The opening has to be published, and the candidate'),
    ('apply-to-draft', 'createApplication', 'state', 'accepts applications to drafts', 'prose', 'The opening has to be published, and the candidate'),
    ('apply-twice', 'createApplication', 'duplicate', 'accepts a second application to the same opening', 'prose', 'the candidate must not have another application to it that is not withdrawn'),
    ('apply-after-rejection', 'createApplication', 'duplicate', 'accepts a new application after a rejection', 'prose', 'the candidate must not have another application to it that is not withdrawn'),
    ('no-second-application', 'createApplication', 'duplicate', 'refuses a new application after a withdrawal', 'prose', 'another application to it that is not withdrawn'),
    ('apply-twice-race', 'createApplication', 'race', 'two simultaneous applications of one candidate are both entered', 'prose', 'the candidate must not have another application to it that is not withdrawn'),
    ('idempotency-race', 'createApplication', 'race', 'two simultaneous requests with the same key make two applications', 'prose', 'nothing new is made and the first answer is sent again'),
    ('cover-letter-not-stored', 'createApplication', 'not stored', 'drops the cover letter', 'prose', 'Enters the application of a candidate to an opening'),
    ('starts-in-screening', 'createApplication', 'state', 'new applications start in screening', 'prose', 'in stage `applied`.'),
    ('hm-gets-other-application', 'getApplication', 'visibility leak', 'shows hiring managers the applications of others', 'prose', 'and the applications, candidates and interviews that belong to these openings.'),
    ('hm-moves-other-application', 'moveApplication', 'authorization', 'lets hiring managers move applications to openings of others', 'prose', 'Admins, recruiters and the hiring manager of the opening may do this; interviewers get 403. - `applied`'),
    ('rejection-without-reason', 'moveApplication', 'validation', 'accepts rejections without a reason', 'prose', '`rejectionReason` has to be given for a rejection'),
    ('reason-for-withdrawal', 'moveApplication', 'validation', 'accepts a rejection reason for other moves', 'prose', 'must not be given for any other move (400).'),
    ('skip-screening', 'moveApplication', 'state', 'lets applied move to interview', 'prose', 'No stage can be skipped'),
    ('move-back', 'moveApplication', 'state', 'lets interview move back to screening', 'prose', 'there is no way back.'),
    ('rejected-reopened', 'moveApplication', 'state', 'lets a rejected application move to screening', 'prose', '`hired`, `rejected` and `withdrawn` are final.'),
    ('withdraw-hired', 'moveApplication', 'state', 'lets a hired application be withdrawn', 'prose', '`hired`, `rejected` and `withdrawn` are final.'),
    ('offer-cannot-withdraw', 'moveApplication', 'state', 'refuses a withdrawal from stage offer', 'prose', 'can be reached from every active stage'),
    ('move-on-hold', 'moveApplication', 'state', 'allows all moves while the opening is on hold', 'prose', 'While the opening is on hold, applications can only be rejected or withdrawn'),
    ('move-history-missing', 'moveApplication', 'side effect missing', 'writes no history entry for moves', 'prose', 'The stages that the application has gone through, oldest first'),
    ('rejection-reason-not-stored', 'moveApplication', 'not stored', 'drops the rejection reason', 'prose', 'Only set for rejected applications.'),
    ('reject-keeps-interviews', 'moveApplication', 'side effect missing', 'keeps interviews scheduled after a rejection', 'prose', 'When an application is rejected or withdrawn, its scheduled interviews are cancelled'),
    ('withdraw-keeps-interviews', 'moveApplication', 'side effect missing', 'keeps interviews scheduled after a withdrawal', 'prose', 'When an application is rejected or withdrawn, its scheduled interviews are cancelled'),
    ('reject-cancels-candidate-interviews', 'moveApplication', 'side effect', 'cancels the interviews of all applications of the candidate', 'prose', 'its scheduled interviews are cancelled and a pending offer'),
    ('reject-keeps-offer', 'moveApplication', 'side effect missing', 'keeps the offer pending after a rejection or withdrawal', 'prose', 'a pending offer is revoked.'),
    ('move-audits-candidate', 'moveApplication', 'audit', 'the audit event of a move has the id of the candidate', 'prose', 'the application for `application…`'),
    ('export-all-for-hm', 'exportApplications', 'visibility leak', 'exports all applications to hiring managers', 'prose', 'All applications that the caller may see as one CSV file'),
    ('export-stage-ignored', 'exportApplications', 'filter', 'ignores the stage filter', 'prose', 'Only applications in this stage.'),
    ('export-newest-first', 'exportApplications', 'sort', 'exports by descending id', 'prose', 'one line for each application, by ascending id.'),
    ('export-active-only', 'exportApplications', 'export', 'leaves out ended applications', 'prose', 'then follows one line for each application'),
    ('export-lf', 'exportApplications', 'structure', 'ends lines with LF only', 'prose', 'CRLF at the end of each line'),
    ('export-header-snake', 'exportApplications', 'structure', 'writes the column names in snake case', 'prose', '`id,referenceCode,candidateName,email,stage,appliedAt`'),
    ('export-unquoted', 'exportApplications', 'structure', 'does not quote values with commas', 'prose', 'values with commas, quotes or line breaks in double quotes'),
    ('hm-schedules-for-others', 'createInterview', 'authorization', 'lets hiring managers schedule interviews for openings of others', 'prose', 'Schedules an interview. Admins, recruiters and the hiring manager of the opening may do this'),
    ('interview-in-the-past', 'createInterview', 'validation', 'accepts interviews in the past', 'prose', 'It has to start in the future'),
    ('interview-15-refused', 'createInterview', 'boundary', 'refuses an interview of exactly 15 minutes', 'prose', 'to take at least 15 minutes'),
    ('interview-no-minimum', 'createInterview', 'validation', 'accepts interviews of less than 15 minutes', 'prose', 'to take at least 15 minutes'),
    ('interview-no-maximum', 'createInterview', 'validation', 'accepts interviews of more than 8 hours', 'prose', 'at most 8 hours (400).'),
    ('interviewer-any-role', 'createInterview', 'reference', 'accepts users of any role as interviewers', 'prose', 'All `interviewerIds` have to be users with the role `interviewer` (400).'),
    ('interview-in-applied', 'createInterview', 'state', 'schedules interviews for applications in stage applied', 'prose', 'The application has to be in stage `screening` or `interview`'),
    ('interview-after-rejection', 'createInterview', 'state', 'schedules interviews for rejected applications', 'prose', 'The application has to be in stage `screening` or `interview`'),
    ('interview-on-hold', 'createInterview', 'state', 'schedules interviews while the opening is on hold', 'prose', '`screening` or `interview`, and its opening has to be published (409).'),
    ('cancelled-blocks', 'createInterview', 'state', 'cancelled interviews still block their time', 'prose', "Cancelled interviews don't count."),
    ('completed-does-not-block', 'createInterview', 'state', 'completed interviews no longer block their time', 'prose', 'It must not overlap another interview of one of the interviewers or of the same candidate (409).'),
    ('back-to-back-refused', 'createInterview', 'boundary', 'refuses an interview that starts when another ends', 'prose', 'One may start in the very moment in which another one ends.'),
    ('overlap-start-only', 'createInterview', 'overlap', 'only looks whether the start lies in another interview', 'prose', 'It must not overlap another interview'),
    ('overlap-first-interviewer', 'createInterview', 'overlap', 'only looks at the first interviewer of the other interview', 'prose', 'another interview of one of the interviewers'),
    ('interviewer-overlap', 'createInterview', 'overlap', 'does not look at other interviews of the interviewers', 'prose', 'another interview of one of the interviewers'),
    ('candidate-overlap', 'createInterview', 'overlap', 'does not look at other interviews of the candidate', 'prose', 'or of the same candidate (409).'),
    ('interview-race', 'createInterview', 'race', 'two simultaneous requests schedule overlapping interviews', 'prose', 'It must not overlap another interview'),
    ('interview-place-not-stored', 'createInterview', 'not stored', 'drops the place', 'prose', 'Schedules an interview.'),
    ('interview-moves-application', 'createInterview', 'side effect', 'moves an application in screening to interview', 'prose', '`applied` moves to `screening`, and `screening` to `interview`.'),
    ('interviewer-lists-all-interviews', 'listInterviews', 'visibility leak', 'lists all interviews to interviewers', 'prose', 'interviewers those they are assigned to.'),
    ('interviewer-filter-first', 'listInterviews', 'filter', 'the interviewerId filter only looks at the first interviewer', 'prose', 'Only interviews this user is assigned to.'),
    ('interview-status-filter-ignored', 'listInterviews', 'filter', 'ignores the status filter', 'prose', 'Only interviews with this status.'),
    ('list-hides-cancelled', 'listInterviews', 'filter', 'leaves out cancelled interviews unless asked for', 'prose', 'Admins and recruiters get all,'),
    ('starts-from-exclusive', 'listInterviews', 'boundary', 'leaves out interviews that start exactly at startsFrom', 'prose', 'Only interviews that start at this time or later.'),
    ('starts-to-uses-end', 'listInterviews', 'filter', 'compares startsTo with the end of the interviews', 'prose', 'Only interviews that start before this time (exclusive).'),
    ('interviews-by-id', 'listInterviews', 'sort', 'sorts interviews by id', 'prose', 'Lists interviews by ascending start'),
    ('scorecard-unassigned', 'submitScorecard', 'authorization', 'lets any interviewer hand in a scorecard', 'prose', 'This is reserved for interviewers who are assigned to the interview'),
    ('scorecard-for-cancelled', 'submitScorecard', 'state', 'accepts scorecards for cancelled interviews', 'prose', 'none for a cancelled interview (409).'),
    ('scorecard-twice', 'submitScorecard', 'duplicate', 'accepts a second scorecard of the same interviewer', 'prose', 'Each interviewer hands in one scorecard per interview'),
    ('scorecard-race', 'submitScorecard', 'race', 'two simultaneous scorecards of one interviewer are both accepted', 'prose', 'Each interviewer hands in one scorecard per interview'),
    ('scorecard-wrong-author', 'submitScorecard', 'computed', 'names the first interviewer as author of each scorecard', 'prose', 'The user who handed it in.'),
    ('scorecard-notes-not-stored', 'submitScorecard', 'not stored', 'drops the notes', 'prose', "Hands in the caller's scorecard."),
    ('completed-by-first-card', 'submitScorecard', 'state', 'the first scorecard completes the interview', 'prose', 'With the last outstanding scorecard the interview becomes `completed`.'),
    ('never-completed', 'submitScorecard', 'side effect missing', 'an interview never becomes completed', 'prose', 'With the last outstanding scorecard the interview becomes `completed`.'),
    ('scorecard-not-audited', 'submitScorecard', 'audit', 'writes no audit event for a scorecard', 'prose', 'writes exactly one audit event'),
    ('hm-reads-other-scorecards', 'listScorecards', 'visibility leak', 'shows hiring managers the scorecards of openings of others', 'prose', 'Whoever sees the interview may ask for its scorecards.'),
    ('scorecards-newest-first', 'listScorecards', 'sort', 'lists the newest scorecard first', 'prose', 'in the order in which they came'),
    ('scorecards-shown-early', 'listScorecards', 'visibility leak', "shows scorecards to interviewers who haven't handed in their own", 'prose', 'an interviewer gets an empty list until they have handed in their own scorecard.'),
    ('only-own-scorecard', 'listScorecards', 'visibility', 'shows interviewers only their own scorecard even after they handed it in', 'prose', 'The scorecards that have been handed in for an interview'),
    ('offer-expired-at-once', 'createOffer', 'validation', 'accepts offers that have expired already', 'prose', '`expiresAt` has to be in the future'),
    ('offer-expiry-unlimited', 'createOffer', 'validation', 'accepts offers that expire up to a year ahead', 'prose', 'but at most 30 days ahead (400).'),
    ('start-on-expiry-day', 'createOffer', 'boundary', 'accepts a start on the day of the expiry', 'prose', 'has to be later than the day (in UTC) on which the offer expires'),
    ('start-before-expiry', 'createOffer', 'validation', 'accepts any start date', 'prose', 'has to be later than the day (in UTC) on which the offer expires'),
    ('offer-in-screening', 'createOffer', 'state', 'makes offers for applications in screening', 'prose', 'The application has to be in stage `interview` or `offer`'),
    ('no-second-offer', 'createOffer', 'state', 'refuses offers for applications in stage offer', 'prose', 'the application stays in stage `offer`, and another offer can be made.'),
    ('offer-on-hold', 'createOffer', 'state', 'makes offers while the opening is on hold', 'prose', '`interview` or `offer`, and its opening has to be published (409).'),
    ('two-pending-offers', 'createOffer', 'state', 'makes a second offer while one is pending', 'prose', 'An application has at most one pending offer (409).'),
    ('offer-salary-exclusive', 'createOffer', 'boundary', 'refuses a salary at the upper end of the range', 'prose', 'both ends included (409).'),
    ('offer-above-range', 'createOffer', 'validation', 'accepts salaries above the range', 'prose', '`salary` has to lie within the salary range of the opening'),
    ('offer-below-range', 'createOffer', 'validation', 'accepts salaries below the range', 'prose', '`salary` has to lie within the salary range of the opening'),
    ('offers-ignore-pending', 'createOffer', 'capacity', 'does not count pending offers', 'prose', 'An opening never has more pending offers than open positions (409).'),
    ('offers-off-by-one', 'createOffer', 'capacity', 'makes any number of offers whatever the open positions', 'prose', 'An opening never has more pending offers than open positions (409).'),
    ('offer-capacity-race', 'createOffer', 'race', 'two simultaneous offers for the last position are both made', 'prose', 'An opening never has more pending offers than open positions (409).'),
    ('offer-currency-usd', 'createOffer', 'computed', 'always answers USD', 'prose', 'The currency of the salary range of the opening at the time of the offer.'),
    ('offer-created-by-manager', 'createOffer', 'computed', 'names the hiring manager as maker of the offer', 'prose', 'The user who made the offer.'),
    ('offer-keeps-stage', 'createOffer', 'side effect missing', 'does not move the application to offer', 'prose', 'moves the application to stage `offer`.'),
    ('decline-reason-on-accept', 'respondToOffer', 'validation', 'accepts a decline reason with an acceptance', 'prose', '`declineReason` must not be given with an acceptance (400).'),
    ('accept-expired', 'respondToOffer', 'state', 'lets expired offers be answered', 'prose', 'an answered, revoked or expired one gives 409.'),
    ('answer-declined-again', 'respondToOffer', 'state', 'lets a declined offer be answered again', 'prose', 'Only a pending offer can be answered'),
    ('offer-answer-race', 'respondToOffer', 'race', 'two simultaneous acceptances both count', 'prose', '`filledCount` of the opening goes up by one.'),
    ('decline-reason-not-stored', 'respondToOffer', 'not stored', 'drops the decline reason', 'prose', 'Records whether the candidate accepted or declined.'),
    ('responded-at-not-set', 'respondToOffer', 'side effect missing', 'never sets respondedAt', 'prose', 'When the answer was recorded; `null` before that.'),
    ('accept-keeps-stage', 'respondToOffer', 'side effect missing', 'an acceptance leaves the application in stage offer', 'prose', 'If it is accepted, the application becomes `hired`'),
    ('filled-count-not-raised', 'respondToOffer', 'counter', "an acceptance doesn't raise filledCount", 'prose', '`filledCount` of the opening goes up by one.'),
    ('full-opening-stays-open', 'respondToOffer', 'side effect missing', 'a full opening stays as it is', 'prose', 'When all positions are filled, the opening closes'),
    ('full-opening-keeps-applications', 'respondToOffer', 'side effect missing', 'leaves active applications alone when a full opening closes', 'prose', 'the opening closes, with all that follows from closing.'),
    ('decline-rejects', 'respondToOffer', 'side effect', 'a declined offer rejects the application', 'prose', 'If it is declined, the application stays in stage `offer`'),
    ('decline-back-to-interview', 'respondToOffer', 'side effect', 'a declined offer moves the application back to interview', 'prose', 'If it is declined, the application stays in stage `offer`'),
    ('answer-audited-as-created', 'respondToOffer', 'audit', 'logs an answer as offerCreated', 'prose', 'What was done.'),
    ('hm-reads-other-comments', 'listComments', 'visibility leak', 'shows hiring managers the comments on applications to openings of others', 'prose', 'Everybody who sees the application sees its comments'),
    ('admin-sees-private', 'listComments', 'visibility leak', 'shows private notes to admins', 'prose', 'private notes are only shown to their author, not even to admins.'),
    ('recruiters-share-private', 'listComments', 'visibility leak', 'shows private notes of recruiters to other recruiters', 'prose', 'private notes are only shown to their author'),
    ('author-filter-ignored', 'listComments', 'filter', 'ignores the authorId filter', 'prose', 'Only comments of this user.'),
    ('mention-filter-author', 'listComments', 'filter', 'mentionedUserId compares the author', 'prose', 'Only comments that mention this user.'),
    ('comments-oldest-first', 'listComments', 'sort', 'lists the oldest comment first', 'prose', 'The comments on an application, newest first'),
    ('hm-comments-everywhere', 'createComment', 'authorization', 'lets hiring managers comment on applications to openings of others', 'prose', 'Everybody who sees the application may comment on it'),
    ('no-comment-after-end', 'createComment', 'state', 'answers 404 to comments on applications that were rejected or withdrawn', 'prose', 'may comment on it, whatever its stage.'),
    ('mentions-case-insensitive', 'createComment', 'computed', 'finds mentions in upper case too', 'prose', 'a lower-case letter or a digit.'),
    ('mentions-repeated', 'createComment', 'computed', 'names a user once for each mention', 'prose', 'The ids of the users that the text mentions, each once'),
    ('mentions-first-only', 'createComment', 'computed', 'only finds the first mention', 'prose', 'The ids of the users that the text mentions'),
    ('mentions-sorted', 'createComment', 'sort', 'sorts mentions by id', 'prose', 'in the order of their first mention.'),
    ('private-mentions', 'createComment', 'computed', 'private notes mention users', 'prose', 'Private notes never mention anybody.'),
    ('comment-audited', 'createComment', 'audit', 'writes an audit event for a comment', 'prose', 'Comments are not logged.'),
    ('audit-actor-ignored', 'listAuditEvents', 'filter', 'ignores the actorId filter', 'prose', 'Only what this user did.'),
    ('audit-type-ignored', 'listAuditEvents', 'filter', 'ignores the entityType filter', 'prose', 'Only events about things of this type.'),
    ('audit-oldest-first', 'listAuditEvents', 'sort', 'lists the oldest event first', 'prose', 'Lists audit events, newest first (higher ids first).'),
    ('interviewer-creates-opening', 'createOpening', 'authorization', 'lets interviewers create openings', 'prose', 'Admins, recruiters and hiring managers may create openings.'),
    ('hm-deletes-draft', 'deleteOpening', 'authorization', 'lets hiring managers delete drafts', 'prose', 'Only admins and recruiters may do this'),
    ('hm-creates-candidate', 'createCandidate', 'authorization', 'lets hiring managers create candidates', 'prose', 'Creates a candidate. For admins and recruiters.'),
    ('hm-uploads-cv', 'uploadCv', 'authorization', 'lets hiring managers upload CVs', 'prose', 'a second upload replaces the first. For admins and recruiters.'),
    ('hm-merges', 'mergeCandidates', 'authorization', 'lets hiring managers merge candidates', 'prose', 'This cannot be undone. For admins and recruiters.'),
    ('hm-fills-pool', 'addPoolMembers', 'authorization', 'lets hiring managers add to pools', 'prose', 'The pool comes into being with its first member. For admins and recruiters.'),
    ('hm-makes-offer', 'createOffer', 'authorization', 'lets hiring managers make offers', 'prose', 'moves the application to stage `offer`. For admins and recruiters.'),
    ('hm-answers-offer', 'respondToOffer', 'authorization', 'lets hiring managers record answers', 'prose', 'Records whether the candidate accepted or declined. For admins and recruiters.'),
    ('hm-creates-application', 'createApplication', 'authorization', 'lets hiring managers enter applications', 'prose', 'in stage `applied`. For admins and recruiters.'),
    ('interviewer-moves-application', 'moveApplication', 'authorization', 'lets interviewers move applications they see', 'prose', 'may do this; interviewers get 403. - `applied`'),
    ('interviewer-schedules', 'createInterview', 'authorization', 'lets interviewers schedule interviews', 'prose', 'may do this; interviewers get 403. - It has to start'),
    ('interviewer-sees-funnel', 'getOpeningFunnel', 'authorization', 'shows funnels of published openings to interviewers', 'prose', 'hiring manager of the opening; interviewers get 403.'),
    ('interviewer-gets-candidate', 'getCandidate', 'authorization', 'shows interviewers the candidates they interview', 'prose', 'Interviewers get 403; what they need to know is in the application.'),
    ('interviewer-exports', 'exportApplications', 'authorization', 'lets interviewers export', 'prose', 'in double quotes). Interviewers get 403.'),
    ('recruiter-reads-audit', 'listAuditEvents', 'authorization', 'lets recruiters read the audit log', 'prose', 'For admins only.'),
    ('problem-without-errors', '*', 'structure', 'leaves out errors in 409 problems', 'schema', 'required: [type, title, status, errors]'),
    ('problem-status-400', '*', 'structure', 'the status in 404 problems is 400', 'prose', 'The HTTP status, once more.'),
    ('errors-without-field', '*', 'structure', 'the field in errors is always empty', 'prose', 'The name of the parameter, or the member with its path'),
    ('problem-plain-json', '*', 'structure', 'sends 403 problems as application/json', 'structure', 'Errors are RFC 9457 problem documents.'),
    ('users-without-token', 'listUsers', 'authorization', 'lists users without a token', 'structure', 'There is no access token, or it is not valid.'),
    ('export-any-token', 'exportApplications', 'authorization', 'exports with any token', 'structure', 'There is no access token, or it is not valid.'),
    ('no-www-authenticate', '*', 'header missing', 'sends no WWW-Authenticate with 401', 'structure', 'WWW-Authenticate: required: true'),
]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


def watch_stdin():
    try:
        while sys.stdin.buffer.read(4096):
            pass
    finally:
        os._exit(0)


def main():
    global FAULT
    ap = argparse.ArgumentParser()
    ap.add_argument('--port', type=int, default=0)
    ap.add_argument('--fault')
    ap.add_argument('--list-faults', action='store_true')
    args = ap.parse_args()
    if args.list_faults:
        print(json.dumps([dict(zip(('id', 'operation', 'kind', 'what', 'source', 'where'), f)) for f in FAULTS], indent=1))
        return
    if args.fault and args.fault not in {f[0] for f in FAULTS}:
        ap.error('unknown fault ' + args.fault)
    FAULT = args.fault
    SCHEMAS.update(build_schemas())
    seed()
    srv = Server(('127.0.0.1', args.port), Handler)
    print('listening on http://127.0.0.1:%d' % srv.server_address[1], flush=True)
    threading.Thread(target=watch_stdin, daemon=True).start()
    srv.serve_forever()


if __name__ == '__main__':
    main()
