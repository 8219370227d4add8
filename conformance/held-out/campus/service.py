#!/usr/bin/env python3
"""Campus Registration API: course registration of a university, in memory."""
import argparse, datetime as dt, hashlib, json, os, re, sys, threading, time, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlencode

FAULT = None
LOCK = threading.Lock()


def F(fault):
    return FAULT == fault


def pause():
    """Lets other requests in (only used by faults that are races)."""
    LOCK.release()
    time.sleep(0.12)
    LOCK.acquire()


# ---------------------------------------------------------------- errors
TITLES = {400: 'Bad request', 401: 'Not authenticated', 403: 'Forbidden', 404: 'Not found', 405: 'Method not allowed',
          409: 'Conflict', 412: 'Precondition failed', 413: 'Content too large', 415: 'Unsupported media type',
          422: 'Unprocessable content', 428: 'Precondition required'}


class Err(Exception):
    def __init__(self, status, problems, headers=None):
        self.status, self.problems, self.headers = status, problems, headers or {}


def fail(status, code, detail, headers=None, **source):
    raise Err(status, [(code, detail, source or None)], headers)


def not_found():
    fail(404, 'not_found', 'There is no such thing.')


def forbidden(detail='You may not do this.'):
    fail(403, 'forbidden', detail)


# ---------------------------------------------------------------- values
UUID = re.compile(r'[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}')
DATETIME = re.compile(r'([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})')
HHMM = r'([01][0-9]|2[0-3]):[0-5][0-9]'
EMAIL = r'[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+'
STATUSES = ['planned', 'enrolling', 'teaching', 'closed']
ENROLMENT = ['waiting', 'enrolled', 'dropped', 'lapsed', 'withdrawn', 'completed']
DAYS = ['mon', 'tue', 'wed', 'thu', 'fri']
EQUIPMENT = ['projector', 'whiteboard', 'recording', 'lab']
_last = [dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.timezone.utc)]


def fmt(t):
    return t.strftime('%Y-%m-%dT%H:%M:%S.%f') + 'Z'


def now():
    t = dt.datetime.now(dt.timezone.utc)
    if t <= _last[0]:
        t = _last[0] + dt.timedelta(microseconds=1)
    _last[0] = t
    return fmt(t)


class Bad(Exception):
    pass


def vstr(lo=0, hi=None, pattern=None):
    def check(v, ptr, errs):
        if not isinstance(v, str):
            raise Bad('must be a string')
        if len(v) < lo:
            raise Bad('is too short')
        if hi is not None and len(v) > hi:
            raise Bad('is too long')
        if pattern and not re.fullmatch(pattern, v):
            raise Bad('does not match the pattern')
        return v
    return check


def vint(lo, hi, mult=1):
    def check(v, ptr, errs):
        if isinstance(v, float) and v.is_integer():
            v = int(v)
        if isinstance(v, bool) or not isinstance(v, int):
            raise Bad('must be an integer')
        if v < lo or v > hi:
            raise Bad('must be between %d and %d' % (lo, hi))
        if v % mult:
            raise Bad('must be a multiple of %d' % mult)
        return v
    return check


def vbool(v, ptr, errs):
    if not isinstance(v, bool):
        raise Bad('must be true or false')
    return v


def venum(values):
    def check(v, ptr, errs):
        if not isinstance(v, str) or v not in values:
            raise Bad('must be one of ' + ', '.join(values))
        return v
    return check


def vuuid(v, ptr, errs):
    if not isinstance(v, str) or not UUID.fullmatch(v):
        raise Bad('must be a UUID')
    return v.lower()


def vdate(v, ptr, errs):
    if not isinstance(v, str) or not re.fullmatch(r'[0-9]{4}-[0-9]{2}-[0-9]{2}', v):
        raise Bad('must be a date')
    try:
        dt.date.fromisoformat(v)
    except ValueError:
        raise Bad('must be a date')
    return v


def vdatetime(v, ptr, errs):
    m = DATETIME.fullmatch(v) if isinstance(v, str) else None
    if not m:
        raise Bad('must be an instant with offset')
    try:
        t = dt.datetime.fromisoformat(m.group(1) + 'T' + m.group(2))
        frac = (m.group(3) or '.0')[1:7].ljust(6, '0')
        off = dt.timedelta(0)
        if m.group(4) not in 'Zz':
            h, mi = int(m.group(4)[1:3]), int(m.group(4)[4:6])
            if h > 23 or mi > 59:
                raise ValueError
            off = dt.timedelta(hours=h, minutes=mi) * (-1 if m.group(4)[0] == '-' else 1)
        if F('assignment-offset-dropped'):
            off = dt.timedelta(0)
        t = t.replace(microsecond=int(frac)) - off
        if t.year < 1:
            raise ValueError
    except (ValueError, OverflowError):
        raise Bad('must be an instant with offset')
    return '%04d' % t.year + t.strftime('-%m-%dT%H:%M:%S') + ('.%06d' % t.microsecond if t.microsecond else '') + 'Z'


def varr(item, lo=0, hi=None, unique=False):
    def check(v, ptr, errs):
        if not isinstance(v, list):
            raise Bad('must be an array')
        if len(v) < lo:
            raise Bad('has too few items')
        if hi is not None and len(v) > hi:
            raise Bad('has too many items')
        out = []
        for i, x in enumerate(v):
            out.append(run(item, x, '%s/%d' % (ptr, i), errs))
        if unique and len(set(map(str, out))) != len(out):
            raise Bad('has an item twice')
        return out
    return check


def vnull(item):
    def check(v, ptr, errs):
        return None if v is None else item(v, ptr, errs)
    return check


MISSING = object()


def vobj(spec):
    """spec: member -> (check, required, default); MISSING as default leaves the member out."""
    def check(v, ptr, errs):
        if not isinstance(v, dict):
            raise Bad('must be an object')
        out = {}
        for k in v:
            if k not in spec and not (F('course-extra-member') and 'prerequisiteIds' in spec):
                errs.append((ptr + '/' + k.replace('~', '~0').replace('/', '~1'), 'is not known'))
        for k, (item, required, default) in spec.items():
            if k in v:
                out[k] = run(item, v[k], ptr + '/' + k, errs)
            elif required:
                errs.append((ptr + '/' + k, 'is required'))
            elif default is not MISSING:
                out[k] = default
        return out
    return check


def run(item, v, ptr, errs):
    try:
        return item(v, ptr, errs)
    except Bad as e:
        errs.append((ptr, str(e)))
        return None


def invalid(errs):
    raise Err(400, [('invalid_member', '%s %s.' % (p or 'The body', d), {'pointer': p}) for p, d in errs])


def parse_json(raw):
    def no(_):
        raise ValueError
    try:
        return json.loads(raw.decode('utf-8'), parse_constant=no)
    except (ValueError, RecursionError):
        fail(400, 'malformed_body', 'The body is not JSON.')


def media_type(h):
    return (h or '').split(';')[0].strip().lower()


def json_body(req):
    if media_type(req.headers.get('Content-Type')) != 'application/json':
        fail(400, 'malformed_body', 'The body must be sent as application/json.')
    return parse_json(req.body)


def validate(spec, v):
    errs = []
    out = run(vobj(spec), v, '', errs)
    if errs:
        invalid(errs)
    return out


# ---------------------------------------------------------------- query
class Query:
    def __init__(self, req):
        self.req, self.errs = req, []

    def raw(self, name):
        vals = [v for k, v in self.req.query if k == name]
        if len(vals) > 1:
            self.bad(name, 'must be given once only')
            return None
        return vals[0] if vals else None

    def bad(self, name, detail):
        self.errs.append(('invalid_parameter', '%s %s.' % (name, detail), {'parameter': name}))

    def int(self, name, lo, hi, default=None):
        v = self.raw(name)
        if v is None:
            return default
        if not re.fullmatch(r'-?(0|[1-9][0-9]{0,12})', v) or not lo <= int(v) <= hi:
            self.bad(name, 'must be an integer between %d and %d' % (lo, hi))
            return default
        return int(v)

    def bool(self, name, default=None):
        v = self.raw(name)
        if v is None:
            return default
        if v not in ('true', 'false'):
            self.bad(name, 'must be true or false')
        return v == 'true'

    def enum(self, name, values, default=None):
        v = self.raw(name)
        if v is None:
            return default
        if v not in values:
            self.bad(name, 'must be one of ' + ', '.join(values))
        return v

    def enums(self, name, values):
        vals = [v for k, v in self.req.query if k == name]
        if any(v not in values for v in vals):
            self.bad(name, 'must be of ' + ', '.join(values))
        return vals

    def str(self, name, lo, hi, pattern=None):
        v = self.raw(name)
        if v is None:
            return None
        if not lo <= len(v) <= hi or pattern and not re.fullmatch(pattern, v):
            self.bad(name, 'does not fit')
        return v

    def uuid(self, name):
        v = self.raw(name)
        if v is None:
            return None
        if not UUID.fullmatch(v):
            self.bad(name, 'must be a UUID')
        return v.lower()

    def page(self):
        op = self.req.op
        self.offset = self.int('offset', 0, 1000000, 0)
        hi = 1000 if F('courses-limit-101') and op == 'listCourses' else 100
        lo = 1
        self.limit = self.int('limit', lo, hi, 20)

    def done(self):
        if F('unknown-parameter-refused'):
            known = {'listTerms': 'status', 'listCourses': 'q subject level minCredits sort', 'listRooms': 'building minCapacity equipment',
                     'listSections': 'termId courseId lecturerId weekday hasSpace', 'listEnrolments': 'sectionId studentId termId status',
                     'listAnnouncements': 'unread', 'importGrades': 'dryRun'}.get(self.req.op, '').split() + ['offset', 'limit']
            for k, _ in self.req.query:
                if k not in known:
                    self.bad(k, 'is not known')
        if self.errs:
            raise Err(400, self.errs)


def paged(req, q, items, present, meta=None):
    op, total, off, lim = req.op, len(items), q.offset, q.limit
    start = off
    if F('terms-offset-by-one') and op == 'listTerms' and off:
        start = off - 1
    data = [present(x) for x in items[start:start + lim]]
    if F('terms-total-page') and op == 'listTerms':
        total = len(data)

    def link(o):
        params = [(k, v) for k, v in req.query if k not in ('offset', 'limit')]
        if F('courses-links-no-filter') and op == 'listCourses':
            params = []
        return req.path + '?' + urlencode(params + [('offset', o), ('limit', lim)])
    links = {'self': link(off), 'next': link(off + lim) if off + lim < len(items) else None,
             'prev': link(max(0, off - lim)) if off else None}
    if F('rooms-next-always') and op == 'listRooms':
        links['next'] = link(off + lim)
    m = {'total': total, 'offset': off, 'limit': lim}
    m.update(meta or {})
    return 200, {'data': data, 'meta': m, 'links': links}, {}


# ---------------------------------------------------------------- data
USERS, TERMS, COURSES, ROOMS, SECTIONS, STUDENTS, ENROLMENTS = {}, {}, {}, {}, {}, {}, {}
ASSIGNMENTS, SUBMISSIONS, ANNOUNCEMENTS, READS, KEYS, LECTURERS = {}, {}, {}, set(), {}, {}


def new_id():
    return str(uuid.uuid4())


def etag(t):
    return '"%s-%d"' % (t['id'][:8], t['version'])


def term_of(s):
    return TERMS[s['termId']]


def sees_section(u, s):
    return u['role'] != 'student' or term_of(s)['status'] != 'planned'


def in_section(s, *statuses):
    return [e for e in ENROLMENTS.values() if e['sectionId'] == s['id'] and e['status'] in statuses]


def enrolled_count(s):
    st = ['enrolled', 'completed']
    if F('withdraw-still-counted'):
        st.append('withdrawn')
    return len(in_section(s, *st))


def sees_enrolment(u, e):
    if u['role'] == 'registrar':
        return True
    if u['role'] == 'lecturer':
        return SECTIONS[e['sectionId']]['lecturerId'] == u['id']
    return e['studentId'] == u['id']


def minutes(hhmm):
    return int(hhmm[:2]) * 60 + int(hhmm[3:])


def overlap(a, b):
    if a['weekday'] != b['weekday']:
        return False
    if F('section-back-to-back'):
        return a['startsAt'] <= b['endsAt'] and b['startsAt'] <= a['endsAt']
    return a['startsAt'] < b['endsAt'] and b['startsAt'] < a['endsAt']


def clash(ms, ns):
    return any(overlap(a, b) for a in ms for b in ns)


def p_term(t):
    out = {k: t[k] for k in ('id', 'code', 'name', 'enrolmentOpensOn', 'enrolmentClosesOn', 'startsOn', 'endsOn', 'status')}
    out['sectionCount'] = sum(1 for s in SECTIONS.values() if s['termId'] == t['id'] and
                              (s['status'] == 'open' or F('term-count-cancelled')))
    out['createdAt'], out['updatedAt'] = t['createdAt'], t['updatedAt']
    return out


def p_course(c):
    out = {k: c[k] for k in ('id', 'code', 'title', 'description', 'level', 'credits', 'prerequisiteIds', 'createdAt')}
    out['subject'] = subject(c)
    return out


def subject(c):
    return c['code'].rstrip('0123456789')


def p_assignment(a):
    return {k: a[k] for k in ('id', 'sectionId', 'title', 'dueAt', 'weight', 'maxBytes', 'createdAt')}


def p_section(s):
    n, w = enrolled_count(s), len(in_section(s, 'waiting'))
    out = {k: s[k] for k in ('id', 'courseId', 'termId', 'roomId', 'lecturerId', 'capacity', 'waitingListCapacity',
                             'meetings', 'notes', 'status', 'createdAt')}
    out['courseCode'] = COURSES[s['courseId']]['code']
    out['enrolledCount'], out['waitingCount'] = n, w
    if F('section-waiting-as-enrolled'):
        out['enrolledCount'] = n + w
    out['availablePlaces'] = max(0, s['capacity'] - n) if s['status'] == 'open' else 0
    ms = s['meetings'][:1] if F('section-minutes-first') else s['meetings']
    out['weeklyMinutes'] = sum(minutes(m['endsAt']) - minutes(m['startsAt']) for m in ms)
    al = [a for a in ASSIGNMENTS.values() if a['sectionId'] == s['id']]
    out['assignments'] = [p_assignment(a) for a in al]
    return out


def p_enrolment(e):
    s = SECTIONS[e['sectionId']]
    c = COURSES[s['courseId']]
    pos = None
    if e['status'] == 'waiting':
        pos = [x['id'] for x in in_section(s, 'waiting')].index(e['id']) + 1
        if F('enrol-position-zero'):
            pos -= 1
    return {'id': e['id'], 'sectionId': s['id'], 'studentId': e['studentId'], 'termId': s['termId'], 'courseCode': c['code'],
            'credits': c['credits'], 'status': e['status'], 'waitingPosition': pos, 'mark': e['mark'],
            'createdAt': e['createdAt'], 'endedAt': e['endedAt']}


def p_announcement(u):
    def p(a):
        out = {k: a[k] for k in ('id', 'sectionId', 'authorId', 'title', 'body', 'pinned', 'createdAt')}
        out['read'] = is_read(u, a)
        return out
    return p


def is_read(u, a):
    if F('read-shared'):
        return any(x == a['id'] for _, x in READS)
    return (u['id'], a['id']) in READS


def finish(e, status):
    e['status'] = status
    e['endedAt'] = now()


def promote(s, why):
    while enrolled_count(s) < s['capacity']:
        w = in_section(s, 'waiting')
        if not w:
            return
        e = w[-1] if F('drop-promotes-last') and why == 'drop' else w[0]
        e['status'] = 'enrolled'


# ---------------------------------------------------------------- operations: people, terms
def getMe(req):
    u = req.user
    out = {'id': u['id'], 'role': u['role'], 'name': u['name'], 'email': u['email']}
    if F('me-email-missing'):
        del out['email']
    return 200, {'data': out}, {}


def listTerms(req):
    q = Query(req)
    status = q.enum('status', STATUSES)
    q.page()
    q.done()
    items = [t for t in TERMS.values() if status is None or t['status'] == status or F('terms-status-ignored')]
    items.sort(key=lambda t: t['code'])
    items.sort(key=lambda t: t['startsOn'], reverse=not F('terms-order-ascending'))
    return paged(req, q, items, p_term)


TERM = {'code': (vstr(pattern=r'[0-9]{4}-[A-Z]{2,6}'), True, None), 'name': (vstr(1, 80), True, None),
        'enrolmentOpensOn': (vdate, True, None), 'enrolmentClosesOn': (vdate, True, None),
        'startsOn': (vdate, True, None), 'endsOn': (vdate, True, None)}


def term_rules(b):
    errs = []
    if b['enrolmentOpensOn'] > b['enrolmentClosesOn']:
        errs.append(('/enrolmentClosesOn', 'is before the enrolment opens'))
    if b['startsOn'] >= b['endsOn']:
        errs.append(('/endsOn', 'is not after the start'))
    if b['enrolmentClosesOn'] > b['endsOn']:
        errs.append(('/enrolmentClosesOn', 'is after the end'))
    if errs:
        invalid(errs)


def createTerm(req):
    spec = dict(TERM)
    if F('term-name-81'):
        spec['name'] = (vstr(1, 81), True, None)
    b = validate(spec, json_body(req))
    term_rules(b)
    if any(t['code'] == b['code'] for t in TERMS.values()) and not F('term-duplicate-code'):
        fail(409, 'code_taken', 'There is a term with this code.')
    t = dict(b, id=new_id(), status='enrolling' if F('term-created-enrolling') else 'planned', version=1)
    t['createdAt'] = t['updatedAt'] = now()
    TERMS[t['id']] = t
    h = {'Location': '/terms/' + t['id'], 'ETag': etag(t)}
    return (201, {'data': p_term(t)}, h)


def getTerm(req, term_id):
    t = TERMS.get(term_id) or not_found()
    return 200, {'data': p_term(t)}, {} if F('term-get-no-etag') else {'ETag': etag(t)}


def replaceTerm(req, term_id):
    t = TERMS.get(term_id) or not_found()
    m = req.headers.get('If-Match')
    if m is None and not F('term-put-no-ifmatch'):
        fail(428, 'precondition_required', 'Send If-Match.', header='If-Match')
    if m is not None and m.strip() != '*' and not F('term-put-stale'):
        if etag(t) not in [x.strip() for x in m.split(',')]:
            fail(412, 'precondition_failed', 'The term has been changed since.', header='If-Match')
    b = validate(dict(TERM, status=(venum(STATUSES), True, None)), json_body(req))
    term_rules(b)
    old = t['status']
    if old == 'closed' and not F('term-closed-editable'):
        fail(409, 'term_closed', 'The term is closed.')
    if any((x['code'] == b['code'] and x is not t for x in TERMS.values())):
        fail(409, 'code_taken', 'There is another term with this code.')
    i, j = STATUSES.index(old), STATUSES.index(b['status'])
    if j not in (i, i + 1) and (not (F('term-skip-state') and j > i)):
        fail(409, 'move_not_allowed', 'From %s to %s is not possible.' % (old, b['status']))
    mine = [s for s in SECTIONS.values() if s['termId'] == t['id']]
    if old != 'closed' and b['status'] == 'closed' and not F('term-close-unmarked'):
        if any(e['mark'] is None for s in mine for e in in_section(s, 'enrolled')):
            fail(409, 'marks_missing', 'Somebody has no mark yet.')
    if F('term-put-lost-update'):
        pause()
    if F('term-put-name-kept'):
        b['name'] = t['name']
    t.update(b)
    if not F('term-put-same-etag'):
        t['version'] += 1
    t['updatedAt'] = now()
    if old != b['status']:
        for s in mine:
            if b['status'] == 'teaching' and not F('term-waiting-kept'):
                for e in in_section(s, 'waiting'):
                    finish(e, 'lapsed')
            if b['status'] == 'closed' and not F('term-close-kept'):
                for e in in_section(s, 'enrolled'):
                    finish(e, 'completed')
    return 200, {'data': p_term(t)}, {'ETag': etag(t)}


# ---------------------------------------------------------------- operations: catalogue
def listCourses(req):
    q = Query(req)
    text = q.str('q', 2, 50)
    subj = q.str('subject', 2, 4, r'[A-Z]{2,4}')
    level = q.int('level', 4, 7)
    credits = q.int('minCredits', 0, 60)
    sort = q.enum('sort', ['code', '-code', 'title', '-title', 'credits', '-credits'], 'code')
    q.page()
    q.done()

    def hit(c):
        if text is not None:
            places = (c['code'], c['title'])
            if not any(text in p if F('courses-q-case') else text.lower() in p.lower() for p in places):
                return False
        if subj is not None and subject(c) != subj and not (F('courses-subject-prefix') and c['code'].startswith(subj)):
            return False
        if level is not None and c['level'] != level:
            return False
        if credits is not None and (c['credits'] <= credits if F('courses-credits-exclusive') else c['credits'] < credits):
            return False
        return True
    items = sorted((c for c in COURSES.values() if hit(c)), key=lambda c: c['code'])
    key = sort.lstrip('-')
    items.sort(key=lambda c: c[key], reverse=sort[0] == '-' and not F('courses-sort-descending'))
    return paged(req, q, items, p_course)


def createCourse(req):
    b = validate({'code': (vstr(pattern='[A-Z]{2,4}[0-9]{4}'), True, None), 'title': (vstr(1, 120), True, None), 'description': (vnull(vstr(0, 2000)), False, None), 'level': (vint(4, 7), True, None), 'credits': (vint(5, 60, 1 if F('course-credits-step') else 5), True, None), 'prerequisiteIds': (varr(vuuid, 0, 5, True), False, [])}, json_body(req))
    for i, p in enumerate(b['prerequisiteIds']):
        if p not in COURSES and not F('course-prerequisite-unchecked'):
            fail(422, 'unknown_reference', 'There is no such course.', pointer='/prerequisiteIds/%d' % i)
    if any(c['code'] == b['code'] for c in COURSES.values()) and not F('course-duplicate-code'):
        fail(409, 'code_taken', 'There is a course with this code.')
    c = dict(b, id=new_id(), createdAt=now())
    COURSES[c['id']] = c
    return 201, {'data': p_course(c)}, {}


def deleteCourse(req, course_id):
    c = COURSES.get(course_id) or not_found()
    used = [s for s in SECTIONS.values() if s['courseId'] == c['id']]
    if used:
        fail(409, 'course_in_use', 'The course has sections.')
    if any(c['id'] in x['prerequisiteIds'] for x in COURSES.values()) and not F('course-delete-prerequisite'):
        fail(409, 'course_is_prerequisite', 'Another course needs it.')
    if not F('course-delete-nothing'):
        del COURSES[c['id']]
    return 204, None, {}


def listRooms(req):
    q = Query(req)
    building = q.str('building', 1, 60)
    seats = q.int('minCapacity', 1, 1000)
    equipment = q.enums('equipment', EQUIPMENT)
    q.page()
    q.done()
    how = any if F('rooms-equipment-any') and equipment else all
    items = [r for r in ROOMS.values() if (building is None or r['building'] == building)
             and (seats is None or r['capacity'] >= seats and not (F('rooms-capacity-exclusive') and r['capacity'] == seats))
             and how(x in r['equipment'] for x in equipment)]
    items.sort(key=lambda r: (r['building'], r['name']))
    return paged(req, q, items, dict)


# ---------------------------------------------------------------- operations: sections
def listSections(req):
    q = Query(req)
    f = {k: q.uuid(k) for k in ('termId', 'courseId', 'lecturerId')}
    day = q.enum('weekday', DAYS)
    space = q.bool('hasSpace')
    q.page()
    q.done()
    if F('sections-lecturer-ignored'):
        f['lecturerId'] = None

    def hit(s):
        if not sees_section(req.user, s) and not F('sections-planned-listed'):
            return False
        if any(v is not None and s[k] != v for k, v in f.items()):
            return False
        if day is not None and day not in [m['weekday'] for m in (s['meetings'][:1] if F('sections-weekday-first') else s['meetings'])]:
            return False
        if space is not None:
            has = p_section(s)['availablePlaces'] > 0
            return has == space
        return True
    items = sorted((s for s in SECTIONS.values() if hit(s)), key=lambda s: (COURSES[s['courseId']]['code'], s['createdAt']))
    return paged(req, q, items, p_section)


MEETING = vobj({'weekday': (venum(DAYS), True, None), 'startsAt': (vstr(pattern=HHMM), True, None), 'endsAt': (vstr(pattern=HHMM), True, None)})


def section_spec():
    return {'courseId': (vuuid, True, None), 'termId': (vuuid, True, None), 'roomId': (vuuid, True, None), 'lecturerId': (vuuid, True, None), 'capacity': (vint(1, 500), True, None), 'waitingListCapacity': (vint(0, 50), False, 0 if F('section-waiting-default') else 10), 'meetings': (varr(MEETING, 1, 5), True, None), 'notes': (vnull(vstr(0, 1000)), False, None)}


def meeting_rules(ms):
    errs = []
    for i, m in enumerate(ms):
        if m['endsAt'] <= m['startsAt']:
            errs.append(('/meetings/%d/endsAt' % i, 'is not after the start'))
    if not errs:
        for i in range(len(ms)):
            if clash([ms[i]], ms[:i]) and not F('section-own-overlap'):
                errs.append(('/meetings/%d' % i, 'overlaps another meeting'))
    if errs:
        invalid(errs)


def known(b, key, table):
    if key in b and b[key] not in table:
        fail(422, 'unknown_reference', 'There is no such %s.' % key[:-2], pointer='/' + key)


def section_conflicts(s):
    """s: the section as it would be."""
    if s['capacity'] > ROOMS[s['roomId']]['capacity'] and not F('section-room-too-small'):
        fail(409, 'room_too_small', 'The room has only %d seats.' % ROOMS[s['roomId']]['capacity'])
    others = [x for x in SECTIONS.values() if x['id'] != s['id'] and x['termId'] == s['termId'] and (x['status'] == 'open') and clash(x['meetings'], s['meetings'])]
    if any(x['roomId'] == s['roomId'] for x in others) and not F('section-room-taken'):
        fail(409, 'room_taken', 'The room is taken at that time.')
    if any(x['lecturerId'] == s['lecturerId'] for x in others) and not F('section-lecturer-busy'):
        fail(409, 'lecturer_busy', 'The lecturer teaches at that time.')


def createSection(req):
    b = validate(section_spec(), json_body(req))
    meeting_rules(b['meetings'])
    known(b, 'courseId', COURSES)
    known(b, 'termId', TERMS)
    known(b, 'roomId', ROOMS)
    known(b, 'lecturerId', set(LECTURERS) | set(STUDENTS) | {u['id'] for u in USERS.values()} if F('section-lecturer-anybody') else LECTURERS)
    if term_of(b)['status'] not in ('planned', 'enrolling'):
        fail(409, 'term_not_open', 'It is too late for new sections in this term.')
    s = dict(b, id=new_id(), status='open')
    section_conflicts(s)
    s['createdAt'] = now()
    SECTIONS[s['id']] = s
    return (201, {'data': p_section(s)}, {'Location': '/sections/' + s['id']})


def visible_section(req, section_id):
    s = SECTIONS.get(section_id) or not_found()
    if not sees_section(req.user, s) and not (F('section-planned-read') and req.op == 'getSection'):
        not_found()
    return s


def own_section(req, section_id, hole=None):
    """The section, for registrars and its lecturer only."""
    s = visible_section(req, section_id)
    if req.user['role'] == 'lecturer' and s['lecturerId'] != req.user['id'] and not (hole and F(hole)):
        forbidden('Only the lecturer of the section may do this.')
    return s


def getSection(req, section_id):
    return 200, {'data': p_section(visible_section(req, section_id))}, {}


def updateSection(req, section_id):
    s = own_section(req, section_id, 'patch-other-lecturer')
    ct = media_type(req.headers.get('Content-Type'))
    if ct != 'application/merge-patch+json':
        fail(415, 'unsupported_media_type', 'Send application/merge-patch+json.', header='Content-Type')
    b = parse_json(req.body)
    if req.user['role'] == 'lecturer' and isinstance(b, dict) and set(b) - {'notes'} and not F('patch-lecturer-capacity'):
        forbidden('Lecturers may change the notes only.')
    full = section_spec()
    spec = {k: (full[k][0], False, MISSING) for k in ('roomId', 'lecturerId', 'capacity', 'waitingListCapacity', 'meetings', 'notes')}
    spec['status'] = (venum(['open', 'cancelled']), False, MISSING)
    b = validate(spec, b)
    if 'meetings' in b:
        meeting_rules(b['meetings'])
    known(b, 'roomId', ROOMS)
    known(b, 'lecturerId', LECTURERS)
    if s['status'] == 'cancelled':
        fail(409, 'section_cancelled', 'The section has been cancelled.')
    if term_of(s)['status'] == 'closed':
        fail(409, 'term_closed', 'The term is closed.')
    if F('patch-capacity-below') is False and b.get('capacity', s['capacity']) < enrolled_count(s):
        fail(409, 'capacity_below_enrolled', 'More students are enrolled.')
    if set(b) & {'roomId', 'lecturerId', 'capacity', 'meetings'}:
        section_conflicts(dict(s, **b))
    if F('patch-notes-reset') and 'notes' not in b:
        b['notes'] = None
    if F('patch-null-ignored') and b.get('notes', '') is None:
        del b['notes']
    s.update(b)
    if s['status'] == 'cancelled':
        for e in in_section(s, 'enrolled') if F('patch-cancel-waiting-kept') else in_section(s, 'enrolled', 'waiting'):
            finish(e, 'dropped')
    elif not F('patch-no-promotion'):
        promote(s, 'patch')
    return 200, {'data': p_section(s)}, {}


# ---------------------------------------------------------------- operations: students
def createStudent(req):
    b = validate({'name': (vstr(1, 100), True, None), 'email': (vstr(0, 254, EMAIL), True, None), 'programme': (vstr(1, 80), True, None), 'creditLimit': (vint(10, 90), False, 45 if F('student-limit-default') else 60)}, json_body(req))
    if F('student-email-case'):
        taken = any(s['email'] == b['email'] for s in STUDENTS.values())
    else:
        taken = any(s['email'].lower() == b['email'].lower() for s in STUDENTS.values())
    if taken:
        fail(409, 'email_taken', 'Another student has this address.')
    s = make_student(b)
    return 201, {'data': dict(s)}, {}


def make_student(b):
    n = len(STUDENTS) + (0 if F('student-number-repeated') else 1)
    s = {'id': b.get('id') or new_id(), 'studentNumber': 'S%07d' % n, 'name': b['name'], 'email': b['email'],
         'programme': b['programme'], 'creditLimit': b['creditLimit'], 'createdAt': now()}
    STUDENTS[s['id']] = s
    return s


def getTranscript(req, student_id):
    st = STUDENTS.get(student_id) or not_found()
    if req.user['role'] == 'student' and req.user['id'] != st['id'] and not F('transcript-others'):
        not_found()
    shown = ['enrolled', 'completed', 'withdrawn']
    es = [e for e in ENROLMENTS.values() if e['studentId'] == st['id'] and e['status'] in shown]

    def of(e):
        s = SECTIONS[e['sectionId']]
        return s, COURSES[s['courseId']], term_of(s)
    es.sort(key=lambda e: (of(e)[2]['startsOn'], of(e)[1]['code']))
    rows = [{'enrolmentId': e['id'], 'termCode': of(e)[2]['code'], 'courseCode': of(e)[1]['code'], 'courseTitle': of(e)[1]['title'],
             'credits': of(e)[1]['credits'], 'status': e['status'], 'mark': e['mark']} for e in es]
    live = [r for r in rows if r['status'] in ('enrolled', 'completed')]
    marked = [r for r in live if r['mark'] is not None]
    earned = sum((r['credits'] for r in marked if r['mark'] >= (41 if F('transcript-pass-41') else 40)))
    w = sum(r['credits'] for r in marked)
    avg = None
    if marked:
        t = sum(r['credits'] * r['mark'] for r in marked)
        if F('transcript-unweighted'):
            t, w = sum(r['mark'] for r in marked), len(marked)
        avg = (20 * t + w) // (2 * w) / 10
    attempted = sum(r['credits'] for r in (rows if F('transcript-withdrawn-attempted') else live))
    return 200, {'data': {'studentId': st['id'], 'studentNumber': st['studentNumber'], 'name': st['name'], 'programme': st['programme'],
                          'entries': rows, 'creditsAttempted': attempted, 'creditsEarned': earned, 'averageMark': avg}}, {}


# ---------------------------------------------------------------- operations: enrolments
def listEnrolments(req):
    q = Query(req)
    sid, stid, tid = q.uuid('sectionId'), q.uuid('studentId'), q.uuid('termId')
    status = q.enums('status', ENROLMENT)
    q.page()
    q.done()
    if F('enrolments-status-first'):
        status = status[:1]
    u = req.user
    items = [e for e in ENROLMENTS.values() if (sees_enrolment(u, e) or (F('enrolments-all-students') and u['role'] == 'student')) and sid in (None, e['sectionId']) and (stid in (None, e['studentId'])) and (tid in (None, SECTIONS[e['sectionId']]['termId'])) and (not status or e['status'] in status)]
    items.sort(key=lambda e: e['createdAt'], reverse=not F('enrolments-oldest-first'))
    return paged(req, q, items, p_enrolment)


def passed(student_id, course_id):
    for e in ENROLMENTS.values():
        if e['studentId'] == student_id and SECTIONS[e['sectionId']]['courseId'] == course_id and e['mark'] is not None:
            if e['status'] in ('enrolled', 'completed') and e['mark'] >= 40:
                return True
    return False


def createEnrolment(req):
    u = req.user
    b = json_body(req)
    if u['role'] == 'student' and isinstance(b, dict):
        sid = b.get('studentId')
        if isinstance(sid, str) and UUID.fullmatch(sid) and sid.lower() != u['id'] and not F('enrol-other-student'):
            forbidden('Students enrol themselves only.')
    key = req.headers.get('Idempotency-Key')
    if key is not None and (not re.fullmatch('[A-Za-z0-9_-]{8,64}', key)):
        fail(400, 'invalid_header', 'Idempotency-Key does not fit.', header='Idempotency-Key')
    sent = b
    b = validate({'sectionId': (vuuid, True, None), 'studentId': (vuuid, False, MISSING)}, b)
    if u['role'] == 'registrar' and 'studentId' not in b:
        invalid([('/studentId', 'is required for registrars')])
    slot = (u['id'], key)
    if key is not None and slot in KEYS and not F('enrol-key-ignored'):
        if KEYS[slot][0] != sent and not F('enrol-key-reused'):
            fail(422, 'idempotency_key_reused', 'The key was used with another body.', header='Idempotency-Key')
        body, headers = KEYS[slot][1:]
        return (201, body, dict(headers, **{'Idempotency-Replayed': 'true'}))
    student_id = b.get('studentId', u['id'])
    s = SECTIONS.get(b['sectionId'])
    if s is None or not sees_section(u, s):
        fail(422, 'unknown_reference', 'There is no such section.', pointer='/sectionId')
    if student_id not in STUDENTS:
        fail(422, 'unknown_reference', 'There is no such student.', pointer='/studentId')
    t, c = term_of(s), COURSES[s['courseId']]
    if t['status'] != 'enrolling' and not (F('enrol-while-teaching') and t['status'] == 'teaching'):
        fail(409, 'term_not_enrolling', 'There is no enrolment at present.')
    if s['status'] == 'cancelled':
        fail(409, 'section_cancelled', 'The section has been cancelled.')
    theirs = [e for e in ENROLMENTS.values() if e['studentId'] == student_id and SECTIONS[e['sectionId']]['termId'] == t['id']]
    active = [SECTIONS[e['sectionId']] for e in theirs if e['status'] in ('enrolled', 'waiting')]
    same = [x for x in active if x['courseId'] == c['id']]
    if F('enrol-twice'):
        same = []
    if same:
        fail(409, 'already_enrolled', 'Already enrolled or waiting in this course.')
    need = c['prerequisiteIds']
    if not all(passed(student_id, p) for p in need) and not F('enrol-prerequisite-ignored'):
        fail(409, 'prerequisite_missing', 'A prerequisite is missing.')
    counted = active
    total = sum(COURSES[x['courseId']]['credits'] for x in counted) + c['credits']
    limit = STUDENTS[student_id]['creditLimit']
    if total > limit or (F('enrol-limit-exact') and total == limit):
        fail(409, 'credit_limit_exceeded', 'That would be more than %d credits.' % limit)
    if any(clash(x['meetings'], s['meetings']) for x in active if not (F('enrol-twice') and x is s)) and not F('enrol-clash-ignored'):
        fail(409, 'timetable_clash', 'The meetings clash.')
    n, w = enrolled_count(s), len(in_section(s, 'waiting'))
    if F('enrol-race'):
        pause()
    if n < s['capacity'] + (1 if F('enrol-over-capacity') else 0):
        status = 'enrolled'
    elif w < s['waitingListCapacity'] + (1 if F('enrol-waiting-overflow') else 0):
        status = 'waiting'
    else:
        fail(409, 'section_full', 'Neither a place nor a place on the waiting list is left.')
    e = {'id': new_id(), 'sectionId': s['id'], 'studentId': student_id, 'status': status, 'mark': None, 'createdAt': now(),
         'endedAt': None, 'pos0': w + 1 if status == 'waiting' else None}
    ENROLMENTS[e['id']] = e
    body, headers = {'data': p_enrolment(e)}, {'Location': '/enrolments/' + e['id']}
    if key is not None:
        KEYS[slot] = (sent, body, headers)
    return 201, body, headers


def visible_enrolment(req, enrolment_id, hole=None):
    e = ENROLMENTS.get(enrolment_id) or not_found()
    if not sees_enrolment(req.user, e) and not (hole and F(hole)):
        not_found()
    return e


def getEnrolment(req, enrolment_id):
    return 200, {'data': p_enrolment(visible_enrolment(req, enrolment_id, 'enrolment-others-read'))}, {}


def dropEnrolment(req, enrolment_id):
    e = visible_enrolment(req, enrolment_id, 'drop-others')
    s = SECTIONS[e['sectionId']]
    if e['status'] not in ('enrolled', 'waiting'):
        fail(409, 'enrolment_not_active', 'The enrolment is %s.' % e['status'])
    if term_of(s)['status'] != 'enrolling':
        fail(409, 'term_not_enrolling', 'The enrolment period is over.')
    finish(e, 'dropped')
    if not F('drop-no-promotion'):
        promote(s, 'drop')
    return 200, {'data': p_enrolment(e)}, {}


def withdrawEnrolment(req, enrolment_id):
    e = visible_enrolment(req, enrolment_id)
    s = SECTIONS[e['sectionId']]
    if e['status'] != 'enrolled':
        fail(409, 'enrolment_not_active', 'The enrolment is %s.' % e['status'])
    if term_of(s)['status'] != 'teaching' and not F('withdraw-while-enrolling'):
        fail(409, 'term_not_teaching', 'The section is not being taught.')
    if e['mark'] is not None and not F('withdraw-marked'):
        fail(409, 'already_marked', 'A mark has been given.')
    finish(e, 'withdrawn')
    return 200, {'data': p_enrolment(e)}, {}


# ---------------------------------------------------------------- operations: grades
def importGrades(req, section_id):
    s = own_section(req, section_id, 'import-other-lecturer')
    q = Query(req)
    dry = q.bool('dryRun', False)
    q.done()
    row = vobj({'enrolmentId': (vuuid, True, None), 'mark': (vint(0, 100), True, None)})
    b = validate({'grades': (varr(row, 1, 200), True, None)}, json_body(req))
    seen = set()
    for i, r in enumerate(b['grades']):
        if r['enrolmentId'] in seen:
            invalid([('/grades/%d/enrolmentId' % i, 'is there twice')])
        seen.add(r['enrolmentId'])
    if term_of(s)['status'] != 'teaching':
        fail(409, 'term_not_teaching', 'The section is not being taught.')
    rows, todo = [], []
    for r in b['grades']:
        e = ENROLMENTS.get(r['enrolmentId'])
        outcome, code = 'stored', None
        if e is None or e['sectionId'] != s['id']:
            outcome, code = 'rejected', 'not_in_section'
        elif e['status'] != 'enrolled':
            outcome, code = 'rejected', 'not_enrolled'
        elif e['mark'] == r['mark']:
            outcome = 'unchanged'
        else:
            todo.append((e, r['mark']))
        rows.append({'enrolmentId': r['enrolmentId'], 'outcome': outcome, 'code': code})
    if F('import-all-or-nothing') and any(r['outcome'] == 'rejected' for r in rows):
        todo = []
    if not dry or F('import-dry-run-stores'):
        for e, m in todo:
            e['mark'] = m
    out = {k + 'Count': sum(1 for r in rows if r['outcome'] == k) for k in ('stored', 'unchanged', 'rejected')}
    out['rows'] = rows
    return 200, {'data': out}, {}


def cell(v):
    v = '' if v is None else str(v)
    if re.search(r'[",\r\n]', v) and not F('csv-unquoted'):
        return '"' + v.replace('"', '""') + '"'
    return v


def exportClassList(req, section_id):
    s = own_section(req, section_id)
    st = ['enrolled', 'waiting', 'completed']
    if F('csv-dropped-listed'):
        st.append('dropped')
    es = in_section(s, *st)
    who = lambda e: STUDENTS[e['studentId']]
    if not F('csv-unsorted'):
        es.sort(key=lambda e: (who(e)['name'].lower(), who(e)['studentNumber']))
    lines = ['studentNumber,name,email,status,mark']
    for e in es:
        mark = e['mark']
        lines.append(','.join(map(cell, (who(e)['studentNumber'], who(e)['name'], who(e)['email'], e['status'], mark))))
    h = {'Content-Type': 'text/csv; charset=utf-8',
         'Content-Disposition': 'attachment; filename="class-list-%s.csv"' % COURSES[s['courseId']]['code']}
    eol = '\r\n'
    return 200, ''.join(x + eol for x in lines).encode('utf-8', 'replace'), h


# ---------------------------------------------------------------- operations: coursework
def createAssignment(req, section_id):
    s = own_section(req, section_id)
    b = validate({'title': (vstr(1, 120), True, None), 'dueAt': (vdatetime, True, None), 'weight': (vint(0, 100), True, None), 'maxBytes': (vint(1, 1048576), False, 262144)}, json_body(req))
    if s['status'] == 'cancelled':
        fail(409, 'section_cancelled', 'The section has been cancelled.')
    total = sum(a['weight'] for a in ASSIGNMENTS.values() if a['sectionId'] == s['id']) + b['weight']
    if total > 100 and (not F('assignment-weight-over')):
        fail(409, 'weight_exceeded', 'The weights would add up to %d.' % total)
    a = dict(b, id=new_id(), sectionId=s['id'], createdAt=now())
    ASSIGNMENTS[a['id']] = a
    return 201, {'data': p_assignment(a)}, {}


def form_parts(req):
    """[(name, file name or None, content type or None, bytes)]"""
    ct = req.headers.get('Content-Type') or ''
    if media_type(ct) != 'multipart/form-data':
        fail(415, 'unsupported_media_type', 'Send a form (multipart/form-data).', header='Content-Type')
    m = re.search(r';\s*boundary=(?:"([^"]+)"|([^;\s]+))', ct, re.I)
    if not m:
        fail(400, 'malformed_body', 'The form has no boundary.')
    chunks = (b'\r\n' + req.body).split(b'\r\n--' + (m.group(1) or m.group(2)).encode('latin-1', 'replace'))
    if len(chunks) < 2 or not chunks[-1].startswith(b'--'):
        fail(400, 'malformed_body', 'The form is not complete.')
    out = []
    for chunk in chunks[1:-1]:
        chunk = chunk.lstrip(b' \t')
        if chunk[:2] != b'\r\n' or b'\r\n\r\n' not in chunk:
            fail(400, 'malformed_body', 'A part of the form is malformed.')
        head, content = chunk.split(b'\r\n\r\n', 1)
        hs = {}
        for line in head.decode('utf-8', 'replace').split('\r\n'):
            if ':' in line:
                k, v = line.split(':', 1)
                hs[k.strip().lower()] = v.strip()
        cd = hs.get('content-disposition', '')
        n = re.search(r';\s*name=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', cd, re.I)
        f = re.search(r';\s*filename=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', cd, re.I)
        if not n:
            fail(400, 'malformed_body', 'A part of the form has no name.')
        out.append((n.group(1) if n.group(1) is not None else n.group(2),
                    (f.group(1) if f.group(1) is not None else f.group(2)) if f else None, hs.get('content-type'), content))
    return out


def submitWork(req, assignment_id):
    a = ASSIGNMENTS.get(assignment_id) or not_found()
    s = SECTIONS[a['sectionId']]
    u = req.user
    if not sees_section(u, s):
        not_found()
    mine = [e['status'] for e in in_section(s, *ENROLMENT) if e['studentId'] == u['id']]
    # in a closed term those who were enrolled are 'completed': they are told that the term is closed
    ok = ['enrolled']
    closed = term_of(s)['status'] == 'closed'
    if closed:
        ok = ok + ['completed']
    if not set(mine) & set(ok):
        forbidden('You are not enrolled in the section.')
    parts = form_parts(req)
    files = [p for p in parts if p[0] == 'file']
    comments = [p for p in parts if p[0] == 'comment']
    if len(files) != 1:
        fail(400, 'invalid_member', 'There must be exactly one file.', pointer='/file')
    name, ctype, content = files[0][1:]
    mt = media_type(ctype) if ctype else 'text/plain'
    if mt not in ('application/pdf', 'text/plain'):
        fail(415, 'unsupported_media_type', 'Only PDF and plain text are taken.')
    comment = None
    if comments:
        try:
            comment = comments[0][3].decode('utf-8')
        except ValueError:
            comment = None
        if len(comments) > 1 or comment is None or len(comment) > 500:
            fail(400, 'invalid_member', 'The comment does not fit.', pointer='/comment')
    if not content:
        fail(400, 'invalid_member', 'The file is empty.', pointer='/file')
    if len(content) > a['maxBytes'] or (F('submit-size-exact') and len(content) == a['maxBytes']):
        fail(413, 'file_too_large', 'At most %d bytes are taken.' % a['maxBytes'])
    if closed:
        fail(409, 'term_closed', 'The term is closed.')
    n = sum(1 for x in SUBMISSIONS.values() if x['assignmentId'] == a['id'] and (x['studentId'] == u['id'] or F('submit-attempts-shared')))
    if n >= (4 if F('submit-fourth') else 3):
        fail(409, 'attempts_exhausted', 'There were three attempts already.')
    name = re.split(r'[/\\]', re.sub(r'\\(["\\])', r'\1', name or ''))[-1] if name else ''
    name = re.sub(r'[\x00-\x1f\x7f]', '', name).replace('"', '')[:200] or 'upload'
    t = now()
    due = dt.datetime.fromisoformat(a['dueAt'].replace('Z', '+00:00'))
    late = dt.datetime.fromisoformat(t.replace('Z', '+00:00')) > due
    x = {'id': new_id(), 'assignmentId': a['id'], 'studentId': u['id'], 'attempt': n + 1, 'fileName': name, 'mediaType': mt,
         'size': len(content), 'sha256': hashlib.sha256(content).hexdigest(), 'late': late and not F('submit-late-false'), 'comment': comment,
         'createdAt': t}
    SUBMISSIONS[x['id']] = dict(x, content=content, ctype=ctype if ctype and re.fullmatch(r'[\x20-\x7e]+', ctype) else mt)
    return 201, {'data': x}, {'Location': '/submissions/%s/file' % x['id']}


def downloadSubmission(req, submission_id):
    x = SUBMISSIONS.get(submission_id) or not_found()
    u = req.user
    s = SECTIONS[ASSIGNMENTS[x['assignmentId']]['sectionId']]
    mine = u['role'] == 'registrar' or u['role'] == 'lecturer' and s['lecturerId'] == u['id'] or x['studentId'] == u['id']
    if not mine and (not (F('download-other-student') and u['role'] == 'student')):
        not_found()
    name = re.sub(r'[^\x20-\x7e]', '_', x['fileName'])
    h = {'Content-Type': x['ctype'], 'Content-Disposition': 'attachment' + '; filename="%s"' % name}
    content = x['content']
    if F('download-text-mangled') and x['mediaType'] == 'text/plain':
        content = content.strip() + b'\n'
    return 200, content, h


# ---------------------------------------------------------------- operations: announcements
def reads_section(u, s):
    if u['role'] == 'registrar':
        return True
    if u['role'] == 'lecturer':
        return s['lecturerId'] == u['id']
    st = ['enrolled', 'waiting', 'completed']
    return any(e['studentId'] == u['id'] for e in in_section(s, *st))


def listAnnouncements(req, section_id):
    s = visible_section(req, section_id)
    u = req.user
    if not reads_section(u, s) and not (F('announcements-outsiders') and u['role'] == 'student'):
        forbidden('Only readers of the section may see this.')
    q = Query(req)
    unread = q.bool('unread')
    q.page()
    q.done()
    everything = [a for a in ANNOUNCEMENTS.values() if a['sectionId'] == s['id']]
    items = [a for a in everything if unread is None or is_read(u, a) != unread]
    items.sort(key=lambda a: a['createdAt'], reverse=True)
    if not F('announcements-pinned-order'):
        items.sort(key=lambda a: not a['pinned'])
    counted = items[q.offset:q.offset + q.limit] if F('announcements-count-page') else everything
    return paged(req, q, items, p_announcement(u), {'unreadCount': sum(1 for a in counted if not is_read(u, a))})


def postAnnouncement(req, section_id):
    s = own_section(req, section_id)
    b = validate({'title': (vstr(1, 120), True, None), 'body': (vstr(1, 4000), True, None), 'pinned': (vbool, False, False)}, json_body(req))
    a = dict(b, id=new_id(), sectionId=s['id'], authorId=req.user['id'], createdAt=now())
    ANNOUNCEMENTS[a['id']] = a
    if not F('announcement-author-unread'):
        READS.add((req.user['id'], a['id']))
    return 201, {'data': p_announcement(req.user)(a)}, {}


def markAnnouncementRead(req, announcement_id):
    a = ANNOUNCEMENTS.get(announcement_id) or not_found()
    s = SECTIONS[a['sectionId']]
    if not sees_section(req.user, s) or not reads_section(req.user, s):
        not_found()
    k = (req.user['id'], a['id'])
    if F('read-toggles') and k in READS:
        READS.discard(k)
    else:
        READS.add(k)
    return 204, None, {}


# ---------------------------------------------------------------- routes
R, L, S = 'registrar', 'lecturer', 'student'
ALL = (R, L, S)
ROUTES = [
    ('GET', '/me', getMe, ALL),
    ('GET', '/terms', listTerms, ALL), ('POST', '/terms', createTerm, (R,)),
    ('GET', '/terms/*', getTerm, ALL), ('PUT', '/terms/*', replaceTerm, (R,)),
    ('GET', '/courses', listCourses, ALL), ('POST', '/courses', createCourse, (R,)), ('DELETE', '/courses/*', deleteCourse, (R,)),
    ('GET', '/rooms', listRooms, ALL),
    ('GET', '/sections', listSections, ALL), ('POST', '/sections', createSection, (R,)),
    ('GET', '/sections/*', getSection, ALL), ('PATCH', '/sections/*', updateSection, (R, L)),
    ('POST', '/students', createStudent, (R,)), ('GET', '/students/*/transcript', getTranscript, (R, S)),
    ('GET', '/enrolments', listEnrolments, ALL), ('POST', '/enrolments', createEnrolment, (R, S)),
    ('GET', '/enrolments/*', getEnrolment, ALL), ('POST', '/enrolments/*/drop', dropEnrolment, (R, S)),
    ('POST', '/enrolments/*/withdraw', withdrawEnrolment, (R, S)),
    ('POST', '/sections/*/grades', importGrades, (R, L)), ('GET', '/sections/*/class-list', exportClassList, (R, L)),
    ('POST', '/sections/*/assignments', createAssignment, (R, L)), ('POST', '/assignments/*/submissions', submitWork, (S,)),
    ('GET', '/submissions/*/file', downloadSubmission, ALL),
    ('GET', '/sections/*/announcements', listAnnouncements, ALL), ('POST', '/sections/*/announcements', postAnnouncement, (R, L)),
    ('PUT', '/announcements/*/read', markAnnouncementRead, ALL),
]
HOLES = {'createTerm': ('term-create-lecturer', L)}


class Req:
    pass


def match(pattern, segs):
    p = pattern.split('/')[1:]
    if len(p) != len(segs):
        return None
    args = []
    for a, b in zip(p, segs):
        if a == '*' and b:
            args.append(unquote(b).lower())
        elif a != b:
            return None
    return args


def authenticate(headers):
    h = headers.get('Authorization') or ''
    m = re.fullmatch(r'(?i:bearer) +(\S+)', h.strip())
    u = USERS.get(m.group(1)) if m else None
    if u is None and m and F('auth-unknown-token'):
        u = next(x for x in USERS.values() if x['role'] == 'student')
    if u is None:
        fail(401, 'unauthenticated', 'Send a valid bearer token.', {} if F('auth-no-challenge') else {'WWW-Authenticate': 'Bearer realm="campus"'})
    return u


def handle(req):
    segs = req.path.split('/')[1:]
    hits = [(m, f, roles, a) for m, p, f, roles in ROUTES for a in [match(p, segs)] if a is not None]
    if not hits:
        fail(404, 'not_found', 'There is no such path.')
    method = 'GET' if req.method == 'HEAD' else req.method
    for m, f, roles, args in hits:
        if m == method:
            break
    else:
        allow = [m for m, *_ in hits] + (['HEAD'] if any(m == 'GET' for m, *_ in hits) else [])
        fail(405, 'method_not_allowed', 'This path has other methods.', {} if F('method-no-allow') else {'Allow': ', '.join(sorted(allow))})
    req.op = f.__name__
    req.user = authenticate(req.headers)
    hole = HOLES.get(req.op)
    if req.user['role'] not in roles and not (hole and F(hole[0]) and req.user['role'] == hole[1]):
        forbidden('Your role may not do this.')
    return f(req, *args)


def respond(req):
    """-> (status, bytes, headers)"""
    with LOCK:
        try:
            status, body, headers = handle(req)
            if body is not None and not isinstance(body, bytes):
                headers = dict(headers, **{'Content-Type': 'application/json'})
                body = json.dumps(body).encode()
            return status, body, headers
        except Err as e:
            out = []
            for code, detail, source in e.problems:
                x = {'status': e.status, 'code': code, 'title': TITLES[e.status], 'detail': detail}
                if source and not F('errors-no-source'):
                    x['source'] = source
                out.append(x)
            body = {'errors': out}
            return e.status, json.dumps(body).encode(), dict(e.headers, **{'Content-Type': 'application/json'})


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    server_version = 'campus'
    wbufsize = -1

    def __getattr__(self, name):
        if name.startswith('do_'):
            return self.go
        raise AttributeError(name)

    def log_message(self, *a):
        pass

    def read_body(self):
        if 'chunked' in (self.headers.get('Transfer-Encoding') or '').lower():
            out = b''
            while True:
                size = int(self.rfile.readline(100).split(b';')[0].strip(), 16)
                if not size:
                    while self.rfile.readline(8192).strip():
                        pass
                    return out
                out += self.rfile.read(size)
                self.rfile.readline(10)
        n = self.headers.get('Content-Length')
        return self.rfile.read(int(n)) if n and int(n) > 0 else b''

    def go(self):
        req = Req()
        req.method, req.headers = self.command, self.headers
        target = re.sub(r'^https?://[^/?]*', '', self.path.split('#')[0])
        req.path, _, qs = target.partition('?')
        req.path = req.path or '/'
        try:
            req.query = parse_qsl(qs, keep_blank_values=True, errors='replace')
        except ValueError:
            req.query = []
        try:
            req.body = self.read_body()
        except ValueError:
            self.close_connection = True
            req.body = b''
        status, body, headers = respond(req)
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k, v)
        if status != 204:
            self.send_header('Content-Length', str(len(body)))
        if self.close_connection:
            self.send_header('Connection', 'close')
        self.end_headers()
        if body and self.command != 'HEAD':
            self.wfile.write(body)
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


# ---------------------------------------------------------------- seed
def seed():
    def sid(name):
        return str(uuid.uuid5(uuid.NAMESPACE_URL, 'https://campus.example/' + name))

    def user(token, role, name, email):
        u = {'id': sid(email), 'role': role, 'name': name, 'email': email}
        if token:
            USERS[token] = u
        if role == 'lecturer':
            LECTURERS[u['id']] = u
        return u
    user('reg-7f3a91c2', R, 'Harriet Poole', 'h.poole@campus.example')
    ada = user('lec-ada-51be', L, 'Ada Thornton', 'a.thornton@campus.example')['id']
    ben = user('lec-ben-88d0', L, 'Ben Okafor', 'b.okafor@campus.example')['id']
    cat = user(None, L, 'Catrin Rees', 'c.rees@campus.example')['id']
    st = []
    for i, (name, prog, limit, token) in enumerate([
            ('Mia Abbott', 'BSc Computer Science', 60, 'stu-mia-2c94'), ('Noah Patel', 'BSc Mathematics', 60, 'stu-noah-77ae'),
            ('Olivia Grant', 'BSc Computer Science', 90, None), ("O'Neill, Sean", 'BA History', 60, None), ('Zara Khan', 'BSc Physics', 60, None),
            ('Tom Baker', 'BSc Computer Science', 30, None), ('Ella Wright', 'BA History', 60, None), ('Leo Murphy', 'BSc Mathematics', 60, None),
            ('grace hopwood', 'BSc Physics', 90, None), ('Jack Evans', 'BSc Computer Science', 60, None)]):
        email = 'student%02d@students.campus.example' % (i + 1)
        s = make_student({'id': sid(email), 'name': name, 'email': email, 'programme': prog, 'creditLimit': limit})
        st.append(s['id'])
        if token:
            user(token, S, name, email)

    def term(code, name, o, c, a, z, status):
        t = {'id': sid(code), 'code': code, 'name': name, 'enrolmentOpensOn': o, 'enrolmentClosesOn': c, 'startsOn': a, 'endsOn': z,
             'status': status, 'version': 1}
        t['createdAt'] = t['updatedAt'] = now()
        TERMS[t['id']] = t
        return t['id']
    closed = term('2025-AUT', 'Autumn 2025', '2025-08-01', '2025-09-26', '2025-09-22', '2025-12-19', 'closed')
    term('2025-SUM', 'Summer school 2025', '2025-05-01', '2025-06-20', '2025-06-23', '2025-08-15', 'closed')
    teaching = term('2026-SPR', 'Spring 2026', '2025-11-03', '2026-01-23', '2026-01-19', '2026-05-29', 'teaching')
    enrolling = term('2026-AUT', 'Autumn 2026', '2026-08-03', '2026-09-25', '2026-09-21', '2026-12-18', 'enrolling')
    planned = term('2027-SPR', 'Spring 2027', '2026-11-02', '2027-01-22', '2027-01-18', '2027-05-28', 'planned')

    def course(code, title, level, credits, pre=(), desc=None):
        c = {'id': sid(code), 'code': code, 'title': title, 'description': desc, 'level': level, 'credits': credits,
             'prerequisiteIds': [sid(p) for p in pre], 'createdAt': now()}
        COURSES[c['id']] = c
    course('COM1001', 'Introduction to Programming', 4, 20, (), 'Python from the first line.')
    course('COM1002', 'Discrete Structures', 4, 10)
    course('COM2001', 'Algorithms', 5, 20, ('COM1001',))
    course('COM2002', 'Databases', 5, 10, ('COM1001',))
    course('COM3001', 'Compilers', 6, 20, ('COM2001', 'COM1002'))
    course('COMP7001', 'Research Methods in Computing', 7, 15)
    course('MAT1001', 'Calculus', 4, 20)
    course('MAT1002', 'Linear Algebra', 4, 20)
    course('MAT2001', 'Probability', 5, 15, ('MAT1001',))
    course('MAT3001', 'Number Theory', 6, 15)
    course('MA1001', 'Mathematics for Everyone', 4, 5)
    course('PHY1001', 'Mechanics', 4, 20)
    course('PHY1002', 'Laboratory Skills', 4, 5)
    course('PHY2001', 'Quantum Physics', 5, 20, ('PHY1001', 'MAT1002'))
    course('PHY3001', 'Astrophysics', 6, 15)
    course('HIS1001', 'Making of Modern Britain', 4, 20)
    course('HIS1002', 'Reading Sources', 4, 10)
    course('HIS2001', 'The Tudors', 5, 20)
    course('HIS3001', 'History of Computing', 6, 10)
    course('ART1001', 'Drawing', 4, 10)
    course('ART2001', 'History of Art', 5, 15)
    course('LAN1001', 'Spanish for Beginners', 4, 10)
    course('LAN1002', 'German for Beginners', 4, 10)
    course('LAN2001', 'Spanish Conversation', 5, 5)
    course('ENG7001', 'Dissertation', 7, 60)
    rid = []
    for b, seats in (('Turing', (120, 60, 40, 30, 24, 16)), ('Lovelace', (300, 80, 40, 40, 20)), ('Newton', (200, 50, 30, 12)),
                     ('Bede', (60, 45, 30, 25)), ('Austen', (100, 35, 30, 18)), ('Old Library', (15, 8))):
        for i, n in enumerate(seats):
            eq = [x for j, x in enumerate(EQUIPMENT) if (i + j * 2 + len(b)) % (j + 2) == 0]
            name = '%d.%02d' % (i // 2, i + 1)
            r = {'id': sid('room/%s/%s' % (b, name)), 'name': name, 'building': b, 'capacity': n, 'equipment': eq}
            ROOMS[r['id']] = r
            rid.append(r['id'])

    def section(n, code, t, room, lec, cap, wl, meetings, status='open', notes=None):
        s = {'id': sid('section/%d' % n), 'courseId': sid(code), 'termId': t, 'roomId': rid[room], 'lecturerId': lec, 'capacity': cap,
             'waitingListCapacity': wl, 'meetings': [dict(zip(('weekday', 'startsAt', 'endsAt'), m.split())) for m in meetings],
             'notes': notes, 'status': status, 'createdAt': now()}
        SECTIONS[s['id']] = s
        return s['id']
    s1 = section(1, 'COM1001', closed, 0, ada, 50, 10, ['mon 09:00 11:00'])
    s2 = section(2, 'MAT1001', closed, 1, ben, 40, 10, ['tue 09:00 11:00'])
    s3 = section(3, 'COM2001', teaching, 0, ada, 60, 10, ['mon 09:00 11:00', 'thu 10:00 11:00'], notes='Bring a laptop.')
    s4 = section(4, 'MAT1002', teaching, 1, ben, 40, 10, ['tue 13:00 15:00'])
    section(5, 'HIS1001', teaching, 6, cat, 40, 5, ['wed 09:00 10:30'], 'cancelled')
    s6 = section(6, 'COM2002', enrolling, 2, ada, 2, 5, ['mon 10:00 12:00'], notes='Databases in the morning.')
    s7 = section(7, 'MAT3001', enrolling, 3, ben, 30, 10, ['tue 10:00 12:00', 'fri 09:00 10:00'])
    section(8, 'HIS1002', enrolling, 7, cat, 20, 5, ['wed 14:00 16:00'])
    section(9, 'PHY1001', enrolling, 6, ben, 100, 10, ['thu 09:00 11:00'])
    section(10, 'COM2002', enrolling, 4, ada, 20, 0, ['wed 10:00 12:00'])
    section(11, 'LAN1001', enrolling, 5, cat, 16, 2, ['fri 13:00 14:00'], 'cancelled')
    section(12, 'COM3001', planned, 0, ada, 60, 10, ['mon 09:00 11:00'])
    section(13, 'ART1001', enrolling, 8, cat, 1, 0, ['thu 14:00 17:00'])

    def enrol(n, student, section_id, status, mark=None):
        e = {'id': sid('enrolment/%d' % n), 'sectionId': section_id, 'studentId': st[student], 'status': status, 'mark': mark,
             'createdAt': now(), 'endedAt': None, 'pos0': None}
        if status not in ('waiting', 'enrolled'):
            e['endedAt'] = now()
        ENROLMENTS[e['id']] = e
    for n, row in enumerate([
            (0, s1, 'completed', 68), (1, s1, 'completed', 35), (2, s1, 'completed', 72), (5, s1, 'completed', 40), (9, s1, 'completed', 55),
            (0, s2, 'completed', 51), (1, s2, 'completed', 74), (7, s2, 'dropped'), (4, s2, 'lapsed'),
            (0, s3, 'enrolled'), (2, s3, 'enrolled', 61), (9, s3, 'enrolled'), (5, s3, 'withdrawn'),
            (1, s4, 'enrolled'), (7, s4, 'enrolled', 58), (8, s4, 'enrolled'), (3, s4, 'enrolled'),
            (2, s6, 'enrolled'), (5, s6, 'enrolled'), (0, s6, 'waiting'), (9, s6, 'waiting'),
            (1, s7, 'enrolled'), (7, s7, 'enrolled'), (3, s7, 'dropped')]):
        enrol(n, *row)

    def assignment(n, section_id, title, due, weight, size):
        a = {'id': sid('assignment/%d' % n), 'sectionId': section_id, 'title': title, 'dueAt': due, 'weight': weight, 'maxBytes': size, 'createdAt': now()}
        ASSIGNMENTS[a['id']] = a
        return a['id']
    assignment(1, s3, 'Sorting', '2026-02-27T17:00:00Z', 20, 262144)
    a2 = assignment(2, s3, 'Graphs', '2029-04-24T16:00:00Z', 30, 2048)
    assignment(3, s4, 'Problem sheet 1', '2029-02-20T12:00:00Z', 10, 65536)
    assignment(4, s7, 'Reading list', '2029-10-09T11:00:00Z', 15, 4096)
    text = b'Shortest paths, by Mia.\n'
    x = {'id': sid('submission/1'), 'assignmentId': a2, 'studentId': st[0], 'attempt': 1, 'fileName': 'paths.txt', 'mediaType': 'text/plain',
         'size': len(text), 'sha256': hashlib.sha256(text).hexdigest(), 'late': False, 'comment': None, 'createdAt': now()}
    SUBMISSIONS[x['id']] = dict(x, content=text, ctype='text/plain')

    def announce(n, section_id, author, title, body, pinned=False):
        a = {'id': sid('announcement/%d' % n), 'sectionId': section_id, 'authorId': author, 'title': title, 'body': body, 'pinned': pinned, 'createdAt': now()}
        ANNOUNCEMENTS[a['id']] = a
        READS.add((author, a['id']))
    announce(1, s3, ada, 'Welcome', 'Welcome to Algorithms.', True)
    announce(2, s3, ada, 'Room', 'We stay in the large room.')
    announce(3, s3, ada, 'Slides', 'The slides of week 1 are online.')
    announce(4, s6, ada, 'Waiting list', 'Please be patient.')
    announce(5, s7, ben, 'First meeting', 'Bring pen and paper.')
    READS.add((st[0], sid('announcement/2')))


FAULTS = [
    ('auth-no-challenge', '*', 'header missing', 'A 401 has no WWW-Authenticate header.', 'structure', 'answered with `401` and a `WWW-Authenticate` header'),
    ('auth-unknown-token', '*', 'authorization hole', 'An unknown bearer token is taken for that of some student.', 'prose', 'A missing, malformed or unknown token is answered with `401`'),
    ('method-no-allow', '*', 'header missing', 'A 405 has no Allow header.', 'prose', 'with `405` and an `Allow` header'),
    ('errors-no-source', '*', 'error body', 'Errors about members and parameters have no source.', 'prose', 'With `invalid_member`, `invalid_parameter` and `invalid_header` there is always a `source`'),
    ('unknown-parameter-refused', '*', 'validation too strict', 'Unknown query parameters are refused with 400.', 'prose', 'Query parameters that an operation does not know are ignored.'),
    ('me-email-missing', 'getMe', 'member missing', 'The caller is answered without email.', 'schema', 'required: [id, role, name, email]'),
    ('terms-status-ignored', 'listTerms', 'filter', 'The status filter has no effect.', 'prose', 'Only terms with this status.'),
    ('terms-order-ascending', 'listTerms', 'sorting', 'The term that starts first comes first.', 'prose', 'the one that starts last first (`startsOn` descending'),
    ('terms-total-page', 'listTerms', 'total', 'meta.total is the number of items on the page.', 'prose', '`meta.total` is the number of all items that match the filters'),
    ('terms-offset-by-one', 'listTerms', 'paging', 'A page with an offset starts one item too early.', 'schema', 'How many items to skip.'),
    ('term-name-81', 'createTerm', 'boundary', 'A name of 81 characters is accepted.', 'schema', 'name: {type: string, minLength: 1, maxLength: 80}'),
    ('term-created-enrolling', 'createTerm', 'initial state', 'A new term is enrolling at once.', 'prose', 'A new term is always `planned`.'),
    ('term-duplicate-code', 'createTerm', 'duplicate accepted', 'A code that another term has is accepted.', 'prose', 'The `code` must not be used by another term'),
    ('term-create-lecturer', 'createTerm', 'authorization hole', 'Lecturers may create terms.', 'prose', 'Registrars only. A new term is always `planned`.'),
    ('term-get-no-etag', 'getTerm', 'header missing', 'There is no ETag header.', 'structure', 'The `ETag` is what you need for replacing the term.'),
    ('term-count-cancelled', 'getTerm', 'computed member', 'sectionCount counts the cancelled sections too.', 'prose', 'Number of sections in the term that are not cancelled.'),
    ('term-put-stale', 'replaceTerm', 'lost update', 'An If-Match that is out of date is not noticed.', 'prose', 'if the term has been changed since, the answer is `412` and nothing is stored'),
    ('term-put-no-ifmatch', 'replaceTerm', 'precondition', 'A request without If-Match is carried out.', 'prose', 'Without it the answer is `428`'),
    ('term-put-name-kept', 'replaceTerm', 'not stored', 'The name is not replaced.', 'prose', 'The body replaces all editable members of the term'),
    ('term-put-same-etag', 'replaceTerm', 'etag', 'The ETag stays the same after a replacement.', 'prose', 'Every successful replacement gives the term a new `ETag`.'),
    ('term-put-lost-update', 'replaceTerm', 'race', 'Of two replacements of the same version at the same time both succeed.', 'prose', 'If two clients replace the same version at the same time, exactly one of them succeeds.'),
    ('term-skip-state', 'replaceTerm', 'state rule', 'A term can be moved over one or more states, such as from planned to teaching.', 'prose', 'Every other move is refused with `409`'),
    ('term-closed-editable', 'replaceTerm', 'state rule', 'A closed term can be replaced.', 'prose', 'A `closed` term cannot be replaced any more'),
    ('term-close-unmarked', 'replaceTerm', 'state rule', 'A term can be closed though marks are missing.', 'prose', 'A term can only be closed when everybody who is `enrolled` in one of its sections has a mark'),
    ('term-waiting-kept', 'replaceTerm', 'side effect', 'Those who wait go on waiting when teaching begins.', 'prose', 'everybody who is still waiting in a section of the term becomes `lapsed`'),
    ('term-close-kept', 'replaceTerm', 'side effect', 'Enrolments stay enrolled when the term is closed.', 'prose', 'everybody who is `enrolled` in a section of the term becomes `completed`'),
    ('courses-q-case', 'listCourses', 'search', 'The search minds upper and lower case.', 'prose', 'upper and lower case being the same'),
    ('courses-subject-prefix', 'listCourses', 'filter', 'The subject filter finds subjects that only start with the value.', 'prose', 'Only courses of exactly this subject.'),
    ('courses-credits-exclusive', 'listCourses', 'boundary', 'Courses with exactly minCredits credits are left out.', 'prose', 'Only courses with at least so many credits.'),
    ('courses-sort-descending', 'listCourses', 'sorting', 'The descending sorts sort ascending.', 'prose', 'with `-` in front for descending'),
    ('courses-limit-101', 'listCourses', 'boundary', 'A limit above 100 is accepted.', 'schema', 'schema: {type: integer, minimum: 1, maximum: 100, default: 20}'),
    ('courses-links-no-filter', 'listCourses', 'links', 'The links to the neighbouring pages lose filters and sorting.', 'prose', 'neighbouring pages with the same filters and sorting'),
    ('course-credits-step', 'createCourse', 'validation', 'Credits that are not a multiple of 5 are accepted.', 'schema', 'credits: {type: integer, minimum: 5, maximum: 60, multipleOf: 5}'),
    ('course-prerequisite-unchecked', 'createCourse', 'reference', 'Prerequisites that do not exist are accepted.', 'prose', 'Each of the `prerequisiteIds` must be the id of a course'),
    ('course-duplicate-code', 'createCourse', 'duplicate accepted', 'A code that another course has is accepted.', 'prose', 'The `code` must not be used by another course'),
    ('course-extra-member', 'createCourse', 'validation', 'Unknown members are accepted.', 'prose', 'Members which a request schema does not know are refused with `400`.'),
    ('course-delete-prerequisite', 'deleteCourse', 'state rule', 'A course that is a prerequisite of another is deleted.', 'prose', 'nor can one that is a prerequisite of another course'),
    ('course-delete-nothing', 'deleteCourse', 'not stored', 'The answer is 204 but the course is still in the catalogue.', 'prose', 'The course is gone from the catalogue.'),
    ('rooms-equipment-any', 'listRooms', 'filter', 'With several kinds of equipment, rooms with any of them are listed.', 'prose', 'the room must have all of it'),
    ('rooms-capacity-exclusive', 'listRooms', 'boundary', 'Rooms with exactly minCapacity seats are left out.', 'prose', 'Only rooms with at least so many seats.'),
    ('rooms-next-always', 'listRooms', 'links', 'links.next is there even on the last page.', 'prose', 'and are `null` where there is none'),
    ('sections-planned-listed', 'listSections', 'visibility leak', 'Students see the sections of planned terms in the list.', 'prose', 'Sections of a `planned` term are not shown to students.'),
    ('sections-weekday-first', 'listSections', 'filter', 'The weekday filter looks at the first meeting only.', 'prose', 'Only sections with at least one meeting on this day.'),
    ('sections-lecturer-ignored', 'listSections', 'filter', 'The lecturerId filter has no effect.', 'prose', 'Only sections that this lecturer teaches.'),
    ('section-room-taken', 'createSection', 'conflict', 'A room can be booked twice at the same time.', 'prose', '`room_taken`: another section of the same term, that is not cancelled, has the room at an overlapping time'),
    ('section-lecturer-busy', 'createSection', 'conflict', 'A lecturer can teach two sections at the same time.', 'prose', '`lecturer_busy`: the lecturer teaches another section of the same term'),
    ('section-back-to-back', 'createSection', 'boundary', 'Meetings that follow one another without a gap count as overlapping.', 'prose', 'Meetings that follow one another without a gap (one ends at 10:00, the next starts at 10:00) do not overlap.'),
    ('section-room-too-small', 'createSection', 'capacity', 'A capacity above that of the room is accepted.', 'prose', "`room_too_small`: the `capacity` is larger than the room's"),
    ('section-waiting-default', 'createSection', 'default', 'waitingListCapacity is 0 when it is not sent.', 'schema', 'waitingListCapacity: {type: integer, minimum: 0, maximum: 50, default: 10}'),
    ('section-own-overlap', 'createSection', 'validation', 'Meetings of the section that overlap each other are accepted.', 'prose', 'or when two meetings of the section overlap'),
    ('section-lecturer-anybody', 'createSection', 'reference', 'The id of a student or registrar is accepted as lecturerId.', 'prose', 'when the course, the term, the room or the lecturer does not exist'),
    ('section-planned-read', 'getSection', 'visibility leak', 'Students can read a section of a planned term.', 'prose', 'For students a section of a `planned` term does not exist (`404`).'),
    ('section-waiting-as-enrolled', 'getSection', 'counter', 'enrolledCount counts those who wait, too.', 'prose', 'Number of enrolments that are `enrolled` or `completed`.'),
    ('section-minutes-first', 'getSection', 'computed member', 'weeklyMinutes counts the first meeting only.', 'prose', 'Length of all meetings of a week together.'),
    ('patch-null-ignored', 'updateSection', 'merge patch', 'Null does not remove the notes.', 'prose', '`notes` is the only member that can be removed with `null`'),
    ('patch-notes-reset', 'updateSection', 'merge patch', 'The notes are lost when they are not sent.', 'prose', 'Members that are not sent stay as they are.'),
    ('patch-capacity-below', 'updateSection', 'capacity', 'The capacity can be made smaller than enrolledCount.', 'prose', '`capacity_below_enrolled`: the new `capacity` is smaller than `enrolledCount`'),
    ('patch-no-promotion', 'updateSection', 'side effect', 'Nobody moves up when the capacity is raised.', 'prose', 'When `capacity` is raised, those who waited longest move up into the new places at once.'),
    ('patch-lecturer-capacity', 'updateSection', 'authorization hole', 'The lecturer of the section may change everything.', 'prose', '`notes` only (`403` with anything else)'),
    ('patch-other-lecturer', 'updateSection', 'authorization hole', 'A lecturer may change the notes of sections that others teach.', 'prose', 'other lecturers, students | nothing (`403`)'),
    ('patch-cancel-waiting-kept', 'updateSection', 'side effect', 'Those who wait go on waiting when the section is cancelled.', 'prose', 'everybody who is `enrolled` or `waiting` becomes `dropped`'),
    ('student-email-case', 'createStudent', 'duplicate accepted', 'An address that differs in case only is accepted.', 'prose', 'The email address must not be used by another student, upper and lower case being the same'),
    ('student-number-repeated', 'createStudent', 'uniqueness', 'The new student gets the number of the one before.', 'prose', 'a `studentNumber`, which is never given twice'),
    ('student-limit-default', 'createStudent', 'default', 'creditLimit is 45 when it is not sent.', 'schema', 'creditLimit: {type: integer, minimum: 10, maximum: 90, default: 60'),
    ('transcript-others', 'getTranscript', 'authorization hole', 'Students can read the transcripts of others.', 'prose', "students only their own (`404` for anybody else's)"),
    ('transcript-unweighted', 'getTranscript', 'computed member', 'averageMark is not weighted with the credits.', 'prose', 'each weighted with the credits of its course'),
    ('transcript-pass-41', 'getTranscript', 'boundary', 'A mark of exactly 40 earns no credits.', 'prose', 'have a mark of at least 40'),
    ('transcript-withdrawn-attempted', 'getTranscript', 'computed member', 'creditsAttempted counts withdrawn entries, too.', 'prose', '`creditsAttempted`: the credits of all entries that are not `withdrawn`'),
    ('enrolments-all-students', 'listEnrolments', 'visibility leak', 'Students see the enrolments of all students.', 'prose', 'Students see their own enrolments'),
    ('enrolments-status-first', 'listEnrolments', 'filter', 'Of several values for status only the first is looked at.', 'prose', 'May be repeated, and then any of them will do.'),
    ('enrolments-oldest-first', 'listEnrolments', 'sorting', 'The oldest enrolment comes first.', 'prose', 'The newest first (`createdAt` descending)'),
    ('enrol-other-student', 'createEnrolment', 'authorization hole', 'Students can enrol other students.', 'prose', '`studentId` is left out or is their own id (`403` otherwise)'),
    ('enrol-twice', 'createEnrolment', 'duplicate accepted', 'A student can enrol twice in the same course.', 'prose', 'the student is `enrolled` or `waiting` in a section of the same course in the same term'),
    ('enrol-prerequisite-ignored', 'createEnrolment', 'state rule', 'Prerequisites are not looked at.', 'prose', "the student lacks a mark of at least 40 in one of the course's prerequisites"),
    ('enrol-limit-exact', 'createEnrolment', 'boundary', 'Reaching the credit limit exactly is refused.', 'prose', 'Reaching the limit exactly is fine.'),
    ('enrol-clash-ignored', 'createEnrolment', 'conflict', 'Clashes in the timetable are not noticed.', 'prose', 'a meeting overlaps with one of a section where the student is `enrolled` or `waiting`'),
    ('enrol-over-capacity', 'createEnrolment', 'capacity', 'One more than the capacity gets a place.', 'prose', 'When the section is full it is `waiting`'),
    ('enrol-waiting-overflow', 'createEnrolment', 'capacity', 'One more than the capacity of the waiting list may wait.', 'prose', 'neither a place nor a place on the waiting list is left'),
    ('enrol-race', 'createEnrolment', 'race', 'When several enrol at the same time more than the capacity get a place.', 'prose', 'However many students press the button at once, a section never has more enrolled than `capacity` allows.'),
    ('enrol-key-ignored', 'createEnrolment', 'idempotency', 'A repeated request with the same key is carried out anew.', 'prose', 'gets the first answer again'),
    ('enrol-key-reused', 'createEnrolment', 'idempotency', 'The same key with another body gets the first answer.', 'prose', 'The same key with another body is answered with `422`'),
    ('enrol-while-teaching', 'createEnrolment', 'state rule', 'Students can enrol while the term is being taught.', 'prose', "the section's term is not `enrolling`"),
    ('enrolment-others-read', 'getEnrolment', 'visibility leak', "Everybody can read everybody's enrolment by its id.", 'prose', 'Whoever would not see the enrolment in the list gets `404`.'),
    ('enrol-position-zero', 'getEnrolment', 'computed member', 'waitingPosition counts from 0.', 'prose', 'first in the list has `waitingPosition` 1'),
    ('drop-no-promotion', 'dropEnrolment', 'side effect', 'Nobody moves up into the place.', 'prose', 'When an `enrolled` student drops, the one who has waited longest moves up'),
    ('drop-promotes-last', 'dropEnrolment', 'side effect', 'The one who came last moves up.', 'prose', 'the one who has waited longest moves up into the place at once'),
    ('drop-others', 'dropEnrolment', 'authorization hole', 'Students can drop the enrolments of others.', 'prose', "For the student whose enrolment it is (`404` for anybody else's) and for registrars"),
    ('withdraw-marked', 'withdrawEnrolment', 'state rule', 'One can withdraw after a mark has been given.', 'prose', 'no mark has been given (`409`, `already_marked`)'),
    ('withdraw-while-enrolling', 'withdrawEnrolment', 'state rule', 'One can withdraw before the term is being taught.', 'prose', 'the term is `teaching` (`409`, `term_not_teaching`)'),
    ('withdraw-still-counted', 'withdrawEnrolment', 'counter', 'Withdrawn enrolments still count in enrolledCount.', 'prose', "It no longer counts in the section's `enrolledCount`."),
    ('import-dry-run-stores', 'importGrades', 'side effect', 'A dry run stores the marks.', 'prose', 'With `dryRun=true` the answer is the same, but nothing is stored.'),
    ('import-all-or-nothing', 'importGrades', 'bulk', 'Nothing is stored when one row is rejected.', 'prose', 'good rows are stored even when others are rejected'),
    ('import-other-lecturer', 'importGrades', 'authorization hole', 'A lecturer can mark in sections that others teach.', 'prose', 'For registrars and the lecturer of the section; other lecturers and students get `403`'),
    ('csv-dropped-listed', 'exportClassList', 'export', 'Dropped enrolments are in the list.', 'prose', 'Then follows one line for each enrolment that is `enrolled`, `waiting` or `completed`, and for no other'),
    ('csv-unquoted', 'exportClassList', 'export', 'Fields with a comma are not quoted.', 'prose', 'fields quoted where necessary'),
    ('csv-unsorted', 'exportClassList', 'sorting', 'The lines are in the order of enrolment.', 'prose', "sorted by the student's name"),
    ('assignment-weight-over', 'createAssignment', 'computed limit', 'The weights of a section may add up to more than 100.', 'prose', 'The weights of all assignments of a section must not add up to more than 100'),
    ('assignment-offset-dropped', 'createAssignment', 'computed member', 'The offset of dueAt is replaced by Z without converting the time.', 'prose', 'an instant sent with another offset is stored and answered as the same instant in UTC'),
    ('submit-size-exact', 'submitWork', 'boundary', 'A file of exactly maxBytes is refused.', 'prose', 'exactly as many are fine'),
    ('submit-fourth', 'submitWork', 'counter', 'A fourth attempt is accepted.', 'prose', 'the fourth is refused with `409` and `attempts_exhausted`'),
    ('submit-late-false', 'submitWork', 'computed member', 'Late work is not marked as late.', 'prose', 'Work that comes after `dueAt` is taken all the same, with `late` being `true`.'),
    ('submit-attempts-shared', 'submitWork', 'counter', 'The attempts of all students are counted together.', 'prose', 'Each student has three attempts for an assignment'),
    ('download-other-student', 'downloadSubmission', 'authorization hole', 'Students can download the work of others.', 'prose', 'for everybody else it does not exist (`404`)'),
    ('download-text-mangled', 'downloadSubmission', 'not stored', 'White space at the ends of a text file is changed.', 'prose', 'The bytes are those that were uploaded'),
    ('announcements-outsiders', 'listAnnouncements', 'authorization hole', 'Students who are not in the section can read its announcements.', 'prose', 'everybody else gets `403`'),
    ('announcements-pinned-order', 'listAnnouncements', 'sorting', 'Pinned announcements do not come first.', 'prose', 'Pinned announcements come first, then the others'),
    ('announcements-count-page', 'listAnnouncements', 'counter', 'unreadCount counts the announcements of the page only.', 'prose', 'how many announcements of the section the caller has not read, whatever the filter and the page'),
    ('announcement-author-unread', 'postAnnouncement', 'side effect', 'The author has not read the announcement.', 'prose', 'The author has read it from the start.'),
    ('read-shared', 'markAnnouncementRead', 'side effect', 'The announcement is read for everybody.', 'prose', 'as read by the caller, and by nobody else'),
    ('read-toggles', 'markAnnouncementRead', 'idempotency', 'Marking for the second time makes it unread again.', 'prose', 'Doing it again changes nothing and is answered in the same way.'),
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
    if a.fault and a.fault not in [f[0] for f in FAULTS]:
        sys.exit('no such fault: ' + a.fault)
    seed()
    FAULT = a.fault
    server = Server(('127.0.0.1', a.port), Handler)

    def watch():
        try:
            while sys.stdin.buffer.read(4096):
                pass
        except Exception:
            pass
        os._exit(0)
    threading.Thread(target=watch, daemon=True).start()
    print('listening on http://127.0.0.1:%d' % server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == '__main__':
    main()
