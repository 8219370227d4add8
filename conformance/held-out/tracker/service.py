#!/usr/bin/env python3
"""Trackly: an issue tracker service, in memory (see contract.yaml)."""
import argparse
import base64
import datetime as dt
import hashlib
import json
import os
import re
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAULT = None
LOCK = threading.Lock()


def F(fid):
    return FAULT == fid


def relax(seconds=0.08):
    """Faulty services let go of the lock in the middle of things."""
    LOCK.release()
    try:
        time.sleep(seconds)
    finally:
        LOCK.acquire()


class Err(Exception):
    def __init__(self, status, detail, errors=None, headers=None):
        self.status, self.detail, self.errors, self.headers = status, detail, errors, headers or {}


TITLES = {400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found',
          405: 'Method Not Allowed', 409: 'Conflict', 412: 'Precondition Failed', 413: 'Content Too Large',
          415: 'Unsupported Media Type', 422: 'Unprocessable Content', 428: 'Precondition Required'}

# ---------------------------------------------------------------- values
USER = r'usr_[a-z0-9]{8}'
PKEY = r'[A-Z][A-Z0-9]{1,5}'
IKEY = r'[A-Z][A-Z0-9]{1,5}-[1-9][0-9]*'
MLS = r'mls_[a-z0-9]{8}'
FLT = r'flt_[a-z0-9]{8}'
LABEL = r'[a-z0-9][a-z0-9-]{0,29}'
FILENAME = r'[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}'
ROLES = ['admin', 'developer', 'reporter']
STATUSES = ['open', 'in_progress', 'in_review', 'done', 'wont_do']
PRIORITIES = ['low', 'medium', 'high', 'critical']
TYPES = ['bug', 'task', 'story']
LINKS = ['blocks', 'is_blocked_by', 'relates_to']
INVERSE = {'blocks': 'is_blocked_by', 'is_blocked_by': 'blocks', 'relates_to': 'relates_to'}
ACTIONS = ['created', 'updated', 'transitioned', 'commented', 'attached', 'linked', 'work_logged']
SORTS = ['created_at', '-created_at', 'updated_at', '-updated_at', 'priority', '-priority', 'vote_count', '-vote_count']
MOVES = {'open': ['in_progress', 'wont_do'], 'in_progress': ['open', 'in_review', 'wont_do'],
         'in_review': ['in_progress', 'done'], 'done': ['open'], 'wont_do': ['open']}
RESOLVED = ('done', 'wont_do')
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
_last = [0]
_seq = [0]


def now():
    t = max(int(time.time() * 1e6), _last[0] + 1)
    _last[0] = t
    return t


def iso(t):
    if t is None:
        return None
    return (EPOCH + dt.timedelta(microseconds=t)).strftime('%Y-%m-%dT%H:%M:%S.%fZ')


def today():
    return dt.datetime.now(dt.timezone.utc).date()


def is_date(s):
    if not re.fullmatch(r'[0-9]{4}-[0-9]{2}-[0-9]{2}', s):
        return False
    try:
        dt.date.fromisoformat(s)
        return True
    except ValueError:
        return False


def parse_time(s):
    m = re.fullmatch(r'([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?'
                     r'([Zz]|[+-][0-9]{2}:[0-9]{2})', s)
    if not m:
        return None
    try:
        sec = int(m.group(4))
        if sec > 60:
            return None
        d = dt.date.fromisoformat(m.group(1))
        t = dt.datetime(d.year, d.month, d.day, int(m.group(2)), int(m.group(3)), min(sec, 59),
                        tzinfo=dt.timezone.utc)
        us = (t - EPOCH) // dt.timedelta(microseconds=1)
        us += int((m.group(5) or '.0')[1:7].ljust(6, '0'))
        z = m.group(6)
        if z not in 'Zz':
            h, mi = int(z[1:3]), int(z[4:6])
            if h > 23 or mi > 59:
                return None
            us -= (1 if z[0] == '+' else -1) * (h * 60 + mi) * 60000000
        return us
    except ValueError:
        return None


def new_id(prefix):
    _seq[0] += 1
    return '%s_%s' % (prefix, hashlib.sha1(('%s%d' % (prefix, _seq[0])).encode()).hexdigest()[:8])


# ---------------------------------------------------------------- body validation
def Str(mn=0, mx=None, pat=None, enum=None, null=False, date=False):
    def check(v, path, errs):
        if v is None and null:
            return
        if not isinstance(v, str):
            errs.append((path, 'must be a string'))
        elif len(v) < mn:
            errs.append((path, 'is too short'))
        elif mx is not None and len(v) > mx:
            errs.append((path, 'is too long'))
        elif pat is not None and not re.fullmatch(pat, v):
            errs.append((path, 'has the wrong form'))
        elif enum is not None and v not in enum:
            errs.append((path, 'must be one of ' + ', '.join(enum)))
        elif date and not is_date(v):
            errs.append((path, 'must be a date'))
    return check


def Int(mn, mx, null=False):
    def check(v, path, errs):
        if v is None and null:
            return
        if isinstance(v, bool) or not isinstance(v, int):
            errs.append((path, 'must be an integer'))
        elif v < mn or v > mx:
            errs.append((path, 'must be from %d to %d' % (mn, mx)))
    return check


def Arr(item, mn=0, mx=None, unique=True):
    def check(v, path, errs):
        if not isinstance(v, list):
            errs.append((path, 'must be an array'))
            return
        if len(v) < mn:
            errs.append((path, 'has too few items'))
        if mx is not None and len(v) > mx:
            errs.append((path, 'has too many items'))
        for n, x in enumerate(v):
            item(x, '%s.%d' % (path, n), errs)
        if unique and len({json.dumps(x, sort_keys=True) for x in v}) < len(v):
            errs.append((path, 'has an item twice'))
    return check


def Obj(members, required=(), minprops=0):
    def check(v, path, errs):
        if not isinstance(v, dict):
            errs.append((path, 'must be an object'))
            return
        pre = path + '.' if path else ''
        for k in required:
            if k not in v:
                errs.append((pre + k, 'is required'))
        for k in v:
            if k in members:
                members[k](v[k], pre + k, errs)
            elif not F('all-unknown-member-accepted'):
                errs.append((pre + k, 'is unknown'))
        if len(v) < minprops:
            errs.append((path, 'has too few members'))
    return check


def unprocessable(*pairs):
    return Err(422, 'The body is not valid.', [{'field': f, 'message': m} for f, m in pairs])


def fit(check, body):
    errs = []
    check(body, '', errs)
    if errs:
        raise unprocessable(*errs)


def B_Project():
    return Obj({
        'key': Str(pat=r'[A-Za-z][A-Za-z0-9]{1,5}' if F('createProject-key-lowercase') else
                   r'[A-Z][A-Z0-9]{1,6}' if F('createProject-key-seven') else PKEY),
        'name': Str(0 if F('createProject-name-empty') else 1, 81 if F('createProject-name-81') else 80),
        'description': Str(mx=1000, null=True),
        'lead_id': Str(pat=USER)}, ['key', 'name'])


def B_Label():
    return Obj({'name': Str(pat=r'[a-z0-9][a-z0-9-]{0,30}' if F('createLabel-name-31') else LABEL),
                'color': Str(pat=r'#[0-9a-fA-F]{6}' if F('createLabel-color-uppercase') else '#[0-9a-f]{6}')}, ['name'])


def B_Milestone():
    day = Str(null=True, pat=r'[0-9]{4}-[0-9]{2}-[0-9]{2}') if F('createMilestone-date-unchecked') \
        else Str(null=True, date=True)
    return Obj({'name': Str(1, 61 if F('createMilestone-name-61') else 60), 'start_on': day, 'due_on': day}, ['name'])


def issue_members(create):
    pre = 'createIssue-' if create else 'updateIssue-'
    return {
        'title': Str(0 if F(pre + 'title-empty') else 1, 201 if F(pre + 'title-201') else 200,
                     null=F(pre + 'title-null')),
        'description': Str(mx=10000, null=True),
        'type': Str(enum=TYPES + (['epic'] if F(pre + 'type-epic') else [])),
        'priority': Str(enum=PRIORITIES),
        'assignee_id': Str(pat=USER, null=True),
        'labels': Arr(Str(pat=LABEL), mx=11 if F(pre + 'labels-11') else 10, unique=not F(pre + 'labels-twice')),
        'milestone_id': Str(pat=MLS, null=True),
        'estimate_minutes': Int(-1 if F(pre + 'estimate-negative') else 0, 100000, null=True)}


def B_Bulk():
    return Obj({
        'issue_keys': Arr(Str(pat=IKEY), 1, 51 if F('bulkEditIssues-51') else 50,
                          unique=not F('bulkEditIssues-keys-twice')),
        'changes': Obj({
            'priority': Str(enum=PRIORITIES), 'assignee_id': Str(pat=USER, null=True),
            'milestone_id': Str(pat=MLS, null=True),
            'add_labels': Arr(Str(pat=LABEL), mx=10), 'remove_labels': Arr(Str(pat=LABEL), mx=10)},
            minprops=0 if F('bulkEditIssues-no-changes') else 1)}, ['issue_keys', 'changes'])


def B_Criteria():
    return Obj({'q': Str(1, 100), 'project': Str(pat=PKEY),
                'status': Arr(Str(enum=STATUSES), 1), 'priority': Str(enum=PRIORITIES),
                'assignee_id': Str(pat='(me|none|%s)' % USER), 'label': Str(pat=LABEL), 'sort': Str(enum=SORTS)},
               minprops=0 if F('createSavedFilter-criteria-empty') else 1)


# ---------------------------------------------------------------- store
USERS, TOKENS, PROJECTS, ISSUES, MILESTONES, ATTACHMENTS, FILTERS, IDEM = ({} for _ in range(8))


def add_user(uid, name, token, site=False, active=True):
    USERS[uid] = {'id': uid, 'name': name, 'email': name.split()[0].lower() + '@acme.example.com',
                  'site': site, 'active': active}
    if token:
        TOKENS[token] = uid


def add_project(key, name, desc, lead):
    p = {'id': new_id('prj'), 'key': key, 'name': name, 'description': desc, 'lead_id': lead, 'created': now(),
         'members': {}, 'labels': {}, 'last': 0, 'created_total': 0}
    PROJECTS[key] = p
    set_role(p, lead, 'admin')
    return p


def set_role(p, uid, role):
    m = p['members'].get(uid)
    if m:
        m['role'] = role
    else:
        m = p['members'][uid] = {'user_id': uid, 'role': role, 'added': now()}
    return m


def add_issue(p, uid, body, number=None):
    if number is None:
        p['last'] += 1
        number = p['last']
    t = now()
    _seq[0] += 1
    i = {'key': '%s-%d' % (p['key'], number), 'project': p['key'], 'seq': _seq[0],
         'title': body['title'], 'description': body.get('description'), 'type': body['type'],
         'priority': body.get('priority', 'medium'), 'status': 'open', 'reporter_id': uid,
         'assignee_id': body.get('assignee_id'), 'labels': sorted(body.get('labels') or []),
         'milestone_id': body.get('milestone_id'), 'estimate_minutes': body.get('estimate_minutes'),
         'votes': [], 'watchers': [], 'comments': [], 'attachments': [], 'links': [], 'work': [], 'activity': [],
         'logged': 0, 'resolved': None, 'created': t, 'updated': t, 'version': 1}
    if F('createIssue-default-priority') and 'priority' not in body:
        i['priority'] = 'low'
    if F('createIssue-labels-unsorted'):
        i['labels'] = list(body.get('labels') or [])
    if not F('createIssue-reporter-not-watching'):
        watch(i, uid)
    if i['assignee_id'] and not F('createIssue-assignee-not-watching'):
        watch(i, i['assignee_id'])
    ISSUES[i['key']] = i
    p['created_total'] += 1
    act(i, uid, 'created')
    return i


def watch(i, uid):
    if uid in i['watchers']:
        return False
    i['watchers'].append(uid)
    return True


def act(i, uid, action, field=None, old=None, new=None):
    i['activity'].append({'id': new_id('act'), 'actor': uid, 'action': action, 'field': field,
                          'old': old, 'new': new, 'at': now(), 'seq': len(i['activity'])})


def touch(i):
    i['version'] += 1
    i['updated'] = now()


def seed():
    add_user('usr_r00t4d1n', 'Sasha Root', 'trk_root_5b1f0c9e77', site=True)
    add_user('usr_pa9l4k2m', 'Paula Park', 'trk_paula_c02d9a81ee')
    add_user('usr_dev0n7q1', 'Devon Diaz', 'trk_devon_77aa3e19b4')
    add_user('usr_d1na5w8z', 'Dina Doyle', 'trk_dina_19c4f6d0a2')
    add_user('usr_r1ta6x3c', 'Rita Reyes', 'trk_rita_e83b50174d')
    add_user('usr_rex8b2n4', 'Rex Rowe', 'trk_rex_40fd2b9c61')
    add_user('usr_old0m4n1', 'Oscar Olden', None, active=False)
    add_user('usr_zed3y5t6', 'Abby Zed', 'trk_abby_b5e2096f38')
    root, paula, devon, dina, rita, rex = list(USERS)[:6]
    w = add_project('WEB', 'Web shop', 'The storefront.', paula)
    o = add_project('OPS', 'Operations', None, root)
    set_role(w, devon, 'developer')
    set_role(w, dina, 'developer')
    set_role(w, rita, 'reporter')
    set_role(w, rex, 'reporter')
    set_role(o, dina, 'developer')
    set_role(o, paula, 'reporter')
    for p in (w, o):
        for n, c in (('backend', '#0055aa'), ('ui', '#ffcc00'), ('urgent', '#dd0000')):
            p['labels'][n] = {'name': n, 'color': c}
    mid = new_id('mls')
    MILESTONES[mid] = {'id': mid, 'project': 'WEB', 'name': 'Spring release', 'start_on': '2024-03-01',
                       'due_on': '2024-05-31', 'created': now()}
    for uid, b in ((paula, {'title': 'Checkout fails with an empty cart', 'type': 'bug', 'priority': 'high',
                            'assignee_id': devon, 'labels': ['backend'], 'milestone_id': mid, 'estimate_minutes': 240}),
                   (rita, {'title': 'Search box too small', 'type': 'bug', 'priority': 'low'}),
                   (devon, {'title': 'Upgrade the framework', 'type': 'task', 'milestone_id': mid,
                            'estimate_minutes': 600, 'description': 'Needed for the checkout work.'}),
                   (rex, {'title': 'Dark mode', 'type': 'story', 'labels': ['ui']})):
        add_issue(w, uid, b)
    for uid, b in ((root, {'title': 'Rotate certificates', 'type': 'task', 'priority': 'critical', 'labels': ['urgent']}),
                   (dina, {'title': 'Disk alerts are noisy', 'type': 'bug', 'assignee_id': dina})):
        add_issue(o, uid, b)


# ---------------------------------------------------------------- representations
def open_issue(i):
    return i['status'] not in RESOLVED


def project_issues(p):
    return [i for i in ISSUES.values() if i['project'] == p['key']]


def rep_user(u, me):
    see = me['site'] or me['id'] == u['id']
    if F('listUsers-email-leak'):
        see = True
    if F('getMe-email-null') and me['id'] == u['id']:
        see = False
    return {'id': u['id'], 'name': u['name'], 'email': u['email'] if see else None,
            'is_site_admin': u['site'], 'active': u['active']}


def rep_project(p, me, detail=False):
    m = p['members'].get(me['id'])
    n = len(project_issues(p))
    op = sum(1 for i in project_issues(p) if open_issue(i))
    if F('getProject-open-count-wont-do'):
        op = sum(1 for i in project_issues(p) if i['status'] != 'done')
    if F('getProject-count-deleted'):
        n = p['created_total']
    r = {'id': p['id'], 'key': p['key'], 'name': p['name'], 'description': p['description'], 'lead_id': p['lead_id'],
         'my_role': m['role'] if m else None, 'issue_count': n, 'open_issue_count': op, 'created_at': iso(p['created'])}
    if F('getProject-my-role-site-admin') and me['site']:
        r['my_role'] = 'admin'
    if detail:
        ls = list(p['labels'].values())
        r['labels'] = ls if F('getProject-labels-unsorted') else sorted(ls, key=lambda x: x['name'])
    return r


def rep_member(m):
    return {'user_id': m['user_id'], 'name': USERS[m['user_id']]['name'], 'role': m['role'],
            'added_at': iso(m['added'])}


def rep_milestone(m):
    ii = [i for i in ISSUES.values() if i['milestone_id'] == m['id']]
    res = [i for i in ii if not open_issue(i)]
    if F('getMilestone-wont-do-not-resolved'):
        res = [i for i in ii if i['status'] == 'done']
    pc = 100 * len(res) // len(ii) if ii else 0
    if F('getMilestone-progress-rounded-up') and ii:
        pc = -(-100 * len(res) // len(ii))
    if F('getMilestone-empty-100') and not ii:
        pc = 100
    est = sum(i['estimate_minutes'] or 0 for i in ii)
    if F('getMilestone-estimate-open-only'):
        est = sum(i['estimate_minutes'] or 0 for i in ii if open_issue(i))
    log = sum(i['logged'] for i in ii)
    if F('getMilestone-logged-last-only'):
        log = sum(i['work'][-1]['minutes'] for i in ii if i['work'])
    td = today().isoformat()
    late = m['due_on'] is not None and m['due_on'] < td
    if F('getMilestone-overdue-today'):
        late = m['due_on'] is not None and m['due_on'] <= td
    over = late and len(ii) > sum(1 for i in ii if not open_issue(i))
    if F('getMilestone-overdue-resolved'):
        over = late
    return {'id': m['id'], 'project_key': m['project'], 'name': m['name'], 'start_on': m['start_on'],
            'due_on': m['due_on'], 'issue_count': len(ii), 'resolved_count': len(res), 'progress_percent': pc,
            'estimate_minutes_total': est, 'logged_minutes_total': log, 'overdue': over,
            'created_at': iso(m['created'])}


def rep_issue(i):
    e = i['estimate_minutes']
    rem = None if e is None else max(0, e - i['logged'])
    if F('getIssue-remaining-ignores-work') and e is not None:
        rem = e
    if F('getIssue-remaining-negative') and e is not None:
        rem = e - i['logged']
    if F('getIssue-remaining-zero-without-estimate') and e is None:
        rem = 0
    cc = sum(1 for c in i['comments'] if c['visibility'] == 'all' or F('getIssue-comment-count-team'))
    return {'key': i['key'], 'project_key': i['project'], 'title': i['title'], 'description': i['description'],
            'type': i['type'], 'priority': i['priority'], 'status': i['status'], 'reporter_id': i['reporter_id'],
            'assignee_id': i['assignee_id'], 'labels': list(i['labels']), 'milestone_id': i['milestone_id'],
            'estimate_minutes': e, 'logged_minutes': i['logged'], 'remaining_minutes': rem,
            'vote_count': len(i['votes']), 'watcher_ids': list(i['watchers']), 'comment_count': cc,
            'attachment_count': len(i['attachments']),
            'links': [{'type': t, 'issue_key': k} for t, k in
                      (reversed(i['links']) if F('getIssue-links-newest-first') else i['links'])],
            'resolved_at': iso(i['resolved']), 'created_at': iso(i['created']), 'updated_at': iso(i['updated']),
            'version': i['version']}


def etag(i):
    return '"%s.%d"' % (i['key'], i['version'])


def rep_comment(c, i):
    return {'id': c['id'], 'issue_key': i['key'], 'author_id': c['author'], 'text': c['text'],
            'visibility': c['visibility'], 'created_at': iso(c['at'])}


def rep_activity(a, i):
    old, new = a['old'], a['new']
    if F('listActivity-old-new-swapped'):
        old, new = new, old
    return {'id': a['id'], 'issue_key': i['key'], 'actor_id': a['actor'], 'action': a['action'],
            'field': a['field'], 'old_value': old, 'new_value': new, 'created_at': iso(a['at'])}


# ---------------------------------------------------------------- requests
class R:
    def __init__(self, h, params, query):
        self.h, self.raw = h, h.raw_body
        self.p = params
        self.q = {}
        for k, v in urllib.parse.parse_qsl(query, keep_blank_values=True):
            self.q.setdefault(k, v)
        self.me = None

    def header(self, name):
        return self.h.headers.get(name)

    def auth(self):
        m = re.fullmatch(r'(?i:bearer) +(\S+)\s*', self.header('Authorization') or '')
        uid = TOKENS.get(m.group(1)) if m else None
        if uid is None and m and F('all-unknown-token'):
            uid = list(USERS)[4]
        if uid is None and F('getMe-anonymous') and self.op == 'getMe':
            uid = list(USERS)[4]
        if uid is None and F('downloadAttachment-anonymous') and self.op == 'downloadAttachment':
            uid = list(USERS)[0]
        if uid is None:
            raise Err(401, 'A valid bearer token is needed.',
                      headers={} if F('all-no-www-authenticate') else {'WWW-Authenticate': 'Bearer'})
        self.me = USERS[uid]
        self.uid = uid

    def json(self):
        ct = (self.header('Content-Type') or '').split(';')[0].strip().lower()
        if ct != 'application/json' and not F('all-content-type-ignored'):
            raise Err(400, 'The body must be sent as application/json.')
        try:
            return json.loads(self.raw.decode('utf-8'), parse_constant=_bad, parse_int=_int, parse_float=_float)
        except (ValueError, RecursionError):
            if F('all-malformed-json-422') and self.raw:
                raise unprocessable(('', 'is not JSON'))
            raise Err(400, 'The body is not well-formed JSON.')

    # query parameters
    def text(self, name, mn=0, mx=None, pat=None):
        v = self.q.get(name)
        if v is None:
            return None
        if len(v) < mn or (mx is not None and len(v) > mx) or (pat and not re.fullmatch(pat, v)):
            raise Err(400, 'The parameter %s is bad.' % name)
        return v

    def choice(self, name, values, default=None):
        v = self.q.get(name)
        if v is None:
            return default
        if v not in values:
            if F('listMembers-role-unchecked') and self.op == 'listMembers' \
                    or F('listActivity-action-unchecked') and self.op == 'listActivity' \
                    or F('searchIssues-sort-unchecked') and self.op == 'searchIssues' and name == 'sort':
                return default
            raise Err(400, 'The parameter %s is bad.' % name)
        return v

    def integer(self, name, mn, mx, default=None):
        v = self.q.get(name)
        if v is None:
            return default
        if re.fullmatch(r'-?(0|[1-9][0-9]{0,15})', v) and mn <= int(v) <= mx:
            return int(v)
        raise Err(400, 'The parameter %s is bad.' % name)

    # things in the path
    def project(self):
        p = PROJECTS.get(self.p['project_key'])
        if p is None or not self.sees(p):
            raise Err(404, 'There is no such project.')
        return p

    def issue(self):
        i = ISSUES.get(self.p['issue_key'])
        if i is None or not self.sees(PROJECTS[i['project']]):
            raise Err(404, 'There is no such issue.')
        return i, PROJECTS[i['project']]

    def sees(self, p):
        if self.me['site'] or self.uid in p['members']:
            return True
        return F(self.op + '-outsiders')

    def role(self, p):
        if self.me['site']:
            return 'admin'
        m = p['members'].get(self.uid)
        return m['role'] if m else 'reporter'

    def need(self, p, *roles):
        r = self.role(p)
        if r not in roles and not F('%s-%ss-may' % (self.op, r)):
            raise Err(403, 'Your role does not allow this.')

    def if_match(self, i):
        v = self.header('If-Match')
        if v is None:
            if F(self.op + '-if-match-optional'):
                return
            raise Err(428, 'Send If-Match with the ETag of the issue.')
        tags = [t.strip() for t in v.split(',')]
        if v.strip() != '*' and etag(i) not in tags and not F(self.op + '-if-match-ignored'):
            raise Err(412, 'The issue has changed.')

    def page(self, items, prim, tie, desc, finger, rep):
        """items by prim (descending if desc), equal ones by tie ascending."""
        op = self.op
        lo, hi = 1, 100
        if F('listMembers-limit-101') and op == 'listMembers':
            hi = 101
        if F('searchIssues-limit-zero') and op == 'searchIssues':
            lo = 0
        if F('listComments-limit-unchecked') and op == 'listComments':
            lo, hi = -10 ** 15, 10 ** 15
        limit = self.integer('limit', lo, hi, 20)
        if F('listUsers-limit-ignored') and op == 'listUsers':
            limit = 20
        limit = max(0, limit)
        fp = hashlib.sha1(json.dumps([op, self.h.path.partition('?')[0], finger]).encode()).hexdigest()[:10]
        after = None
        if 'cursor' in self.q:
            try:
                d = json.loads(base64.urlsafe_b64decode(self.q['cursor'].encode()))
                sig, f, a, b = d
                if sig != hashlib.sha1(('k3' + json.dumps([f, a, b])).encode()).hexdigest()[:8]:
                    raise ValueError
                if f != fp and not (F('searchIssues-cursor-other-filter') and op == 'searchIssues'):
                    raise ValueError
                after = (a, tuple(b) if isinstance(b, list) else b)
            except Exception:
                if not (F('listProjects-cursor-garbage') and op == 'listProjects'):
                    raise Err(400, 'The cursor is not valid.')
        items = sorted(sorted(items, key=tie), key=prim, reverse=desc)
        rest = items
        if after is not None:
            a, b = after
            rest = [x for x in items if (prim(x) < a if desc else prim(x) > a) or (prim(x) == a and tie(x) > b)]
            if F('listProjects-page-repeats-last') and op == 'listProjects' and limit > 1:
                rest = items[max(0, len(items) - len(rest) - 1):]
            if F('searchIssues-page-skips') and op == 'searchIssues':
                rest = rest[1:]
        data = rest[:limit]
        more = len(rest) > len(data)
        if F('listActivity-has-more-exact') and op == 'listActivity' and len(data) == limit and data:
            more = True
        if F('listMembers-has-more-never') and op == 'listMembers':
            more = False
        cur = None
        if (more or (F('listUsers-cursor-on-last-page') and op == 'listUsers')) and data:
            a, b = prim(data[-1]), tie(data[-1])
            sig = hashlib.sha1(('k3' + json.dumps([fp, a, b])).encode()).hexdigest()[:8]
            cur = base64.urlsafe_b64encode(json.dumps([sig, fp, a, b]).encode()).decode()
        if F('listMembers-has-more-never') and op == 'listMembers':
            cur = None
        return {'data': [rep(x) for x in data], 'has_more': more, 'next_cursor': cur}


def _bad(s):
    raise ValueError(s)


def _int(s):
    return int(s) if len(s) < 300 else float('inf')


def _float(s):
    f = float(s)
    return int(f) if abs(f) < 1e15 and f == int(f) else f


# ---------------------------------------------------------------- users, projects
def getMe(r):
    d = rep_user(r.me, r.me)
    if F('getMe-site-admin-false'):
        d['is_site_admin'] = False
    return 200, d


def listUsers(r):
    q = r.text('q', 1, 100)
    if r.q.get('active') not in (None, 'true', 'false'):
        if not F('listUsers-active-unchecked'):
            raise Err(400, 'The parameter active is bad.')
    active = r.q.get('active')
    uu = list(USERS.values())
    if q is not None:
        if F('listUsers-q-case'):
            uu = [u for u in uu if q in u['name']]
        elif F('listUsers-q-prefix'):
            uu = [u for u in uu if u['name'].lower().startswith(q.lower())]
        else:
            uu = [u for u in uu if q.lower() in u['name'].lower()]
    if active in ('true', 'false') and not F('listUsers-active-ignored'):
        uu = [u for u in uu if u['active'] == (active == 'true')]
    key = (lambda u: u['id']) if F('listUsers-by-id') else (lambda u: u['name'])
    return 200, r.page(uu, key, lambda u: u['id'], False, [q, active], lambda u: rep_user(u, r.me))


def listProjects(r):
    q = r.text('q', 1, 100)
    role = r.choice('role', ROLES)
    sort = r.choice('sort', ['key', '-key', 'created_at', '-created_at'],
                    'created_at' if F('listProjects-default-sort') else 'key')
    pp = [p for p in PROJECTS.values() if r.sees(p)]
    if q is not None:
        lq = q.lower()
        pp = [p for p in pp if lq in p['name'].lower() or (lq in p['key'].lower() and not F('listProjects-q-name-only'))]
    if role is not None and not F('listProjects-role-ignored'):
        pp = [p for p in pp if p['members'].get(r.uid, {}).get('role') == role
              or (F('listProjects-role-site-admin') and r.me['site'] and role == 'admin')]
    prim = (lambda p: p['key']) if sort.endswith('key') else (lambda p: p['created'])
    desc = sort[0] == '-' and not F('listProjects-desc-ignored')
    return 200, r.page(pp, prim, lambda p: p['id'], desc, [q, role, sort], lambda p: rep_project(p, r.me))


def createProject(r):
    if not r.me['site'] and not F('createProject-anybody'):
        raise Err(403, 'Only site admins create projects.')
    b = r.json()
    fit(B_Project(), b)
    lead = b.get('lead_id', r.uid)
    if lead not in USERS or not USERS[lead]['active']:
        if F('createProject-lead-unknown') and lead not in USERS:
            lead = r.uid
        elif not (F('createProject-lead-inactive') and lead in USERS):
            raise unprocessable(('lead_id', 'is not an active user'))
    if b['key'] in PROJECTS:
        if F('createProject-key-twice'):
            return 201, rep_project(PROJECTS[b['key']], r.me), {'Location': '/v1/projects/' + b['key']}
        raise Err(409, 'The key is taken.')
    p = add_project(b['key'], b['name'], b.get('description'), lead)
    if F('createProject-description-lost'):
        p['description'] = None
    if F('createProject-lead-developer'):
        p['members'][lead]['role'] = 'developer'
    if F('createProject-caller-member-too'):
        set_role(p, r.uid, 'admin')
    return 201, rep_project(p, r.me), {} if F('createProject-no-location') else {'Location': '/v1/projects/' + p['key']}


def getProject(r):
    return 200, rep_project(r.project(), r.me, True)


def listMembers(r):
    p = r.project()
    role = r.choice('role', ROLES)
    mm = list(p['members'].values())
    if role is not None and not F('listMembers-role-ignored'):
        mm = [m for m in mm if m['role'] == role]
    prim = (lambda m: USERS[m['user_id']]['name']) if F('listMembers-by-name') else (lambda m: m['added'])
    return 200, r.page(mm, prim, lambda m: m['user_id'], False, [role], rep_member)


def setMember(r):
    p = r.project()
    u = USERS.get(r.p['user_id'])
    if u is None:
        raise Err(404, 'There is no such user.')
    r.need(p, 'admin')
    b = r.json()
    fit(Obj({'role': Str(enum=ROLES)}, [] if F('setMember-role-optional') else ['role']), b)
    role = b.get('role', 'developer')
    if not u['active'] and not F('setMember-inactive'):
        raise Err(409, 'The user is deactivated.')
    m = p['members'].get(u['id'])
    if m and m['role'] == 'admin' and role != 'admin' and not F('setMember-last-admin'):
        if sum(1 for x in p['members'].values() if x['role'] == 'admin') == 1:
            raise Err(409, 'The project needs an admin.')
    if F('setMember-role-not-changed') and m:
        return 200, dict(rep_member(m), role=role)
    n = set_role(p, u['id'], role)
    if role == 'reporter' and not F('setMember-stays-assigned'):
        for i in ISSUES.values():
            if (i['project'] == p['key'] or F('setMember-unassigns-everywhere')) and i['assignee_id'] == u['id']:
                i['assignee_id'] = None
                act(i, r.uid, 'updated', 'assignee_id', u['id'], None)
                touch(i)
    return 200 if m or F('setMember-new-200') else 201, rep_member(n)


def createLabel(r):
    p = r.project()
    r.need(p, 'admin', 'developer')
    b = r.json()
    fit(B_Label(), b)
    n = b['name']
    if n in p['labels'] and not F('createLabel-twice') or \
            F('createLabel-unique-over-projects') and any(n in x['labels'] for x in PROJECTS.values()):
        raise Err(409, 'The project has a label of this name.')
    if F('createLabel-race'):
        relax()
    lab = {'name': n, 'color': b.get('color', '#ffffff' if F('createLabel-default-color') else '#cccccc')}
    if F('createLabel-color-ignored'):
        lab['color'] = '#cccccc'
    if not F('createLabel-not-stored'):
        p['labels'][n] = lab
    return 201, lab


# ---------------------------------------------------------------- milestones
def createMilestone(r):
    p = r.project()
    r.need(p, 'admin')
    b = r.json()
    fit(B_Milestone(), b)
    s, d = b.get('start_on'), b.get('due_on')
    if s and d and (d < s and not F('createMilestone-due-before-start') or d == s and F('createMilestone-same-day')):
        raise unprocessable(('due_on', 'is before start_on'))
    for m in MILESTONES.values():
        if m['project'] == p['key']:
            if m['name'] == b['name'] and not F('createMilestone-name-twice') or \
                    m['name'] != b['name'] and m['name'].lower() == b['name'].lower() \
                    and not F('createMilestone-name-case'):
                raise Err(409, 'The project has a milestone of this name.')
    mid = new_id('mls')
    m = MILESTONES[mid] = {'id': mid, 'project': p['key'], 'name': b['name'], 'start_on': s, 'due_on': d, 'created': now()}
    if F('createMilestone-start-lost'):
        m['start_on'] = None
    return 201, rep_milestone(m), {} if F('createMilestone-no-location') else {'Location': '/v1/milestones/' + mid}


def getMilestone(r):
    m = MILESTONES.get(r.p['milestone_id'])
    if m is None or not r.sees(PROJECTS[m['project']]):
        raise Err(404, 'There is no such milestone.')
    return 200, rep_milestone(m)


# ---------------------------------------------------------------- issues
def check_refs(r, p, b):
    errs = []
    a = b.get('assignee_id')
    if a is not None:
        m = p['members'].get(a)
        ok = m is not None and m['role'] != 'reporter'
        if F(r.op + '-assignee-reporter') and m is not None:
            ok = True
        if F(r.op + '-assignee-any-user') and a in USERS:
            ok = ok or m is None
        if not ok:
            errs.append(('assignee_id', 'is not an admin or developer of the project'))
    ms = b.get('milestone_id')
    if ms is not None:
        m = MILESTONES.get(ms)
        if (m is None or m['project'] != p['key']) and not (F(r.op + '-milestone-any-project') and m is not None):
            errs.append(('milestone_id', 'is not a milestone of the project'))
    for f in ('labels', 'add_labels', 'remove_labels'):
        for x in b.get(f) or []:
            if x not in p['labels'] and not F(r.op + '-label-unknown'):
                errs.append((f, 'the project has no label ' + x))
    if errs:
        raise unprocessable(*errs)


def createIssue(r):
    p = r.project()
    b = r.json()
    key = r.header('Idempotency-Key')
    if key is not None and not re.fullmatch(r'[A-Za-z0-9_-]{1,64}', key) and not F('createIssue-idempotency-key-unchecked'):
        raise Err(400, 'The Idempotency-Key is bad.')
    fit(Obj(issue_members(True), ['title'] if F('createIssue-type-optional') else ['title', 'type']), b)
    b.setdefault('type', 'task')
    if r.role(p) == 'reporter':
        for f in ('assignee_id', 'milestone_id', 'estimate_minutes'):
            if b.get(f) is not None and not (F('createIssue-reporter-assigns') and f == 'assignee_id') \
                    and not (F('createIssue-reporter-estimates') and f == 'estimate_minutes'):
                raise Err(403, 'Reporters cannot set ' + f + '.')
    ik = (r.uid, p['key'], key)
    if F('createIssue-idempotency-shared'):
        ik = (p['key'], key)
    if key is not None and not F('createIssue-idempotency-ignored'):
        e = IDEM.get(ik)
        if e is not None:
            if e[0] != json.dumps(b, sort_keys=True) and not F('createIssue-idempotency-other-body'):
                raise Err(409, 'The Idempotency-Key was used with another body.')
            h = dict(e[2])
            if not F('createIssue-replay-not-marked'):
                h['Idempotent-Replayed'] = 'true'
            return 201, json.loads(e[1]), h
        if F('createIssue-idempotency-race'):
            relax()
    check_refs(r, p, b)
    n = None
    if F('createIssue-number-race'):
        n = p['last'] + 1
        relax()
        p['last'] = n
    elif F('createIssue-number-gap') and b.get('labels'):
        p['last'] += 1
    elif F('createIssue-number-global'):
        n = p['last'] = max(x['last'] for x in PROJECTS.values()) + 1
    elif F('createIssue-number-reused'):
        n = p['last'] = max([int(x['key'].split('-')[1]) for x in project_issues(p)] or [0]) + 1
    i = add_issue(p, r.uid, b, n)
    if F('createIssue-description-lost'):
        i['description'] = None
    if F('createIssue-estimate-lost'):
        i['estimate_minutes'] = None
    d = rep_issue(i)
    h = {'Location': '/v1/issues/' + i['key'], 'ETag': etag(i)}
    if F('createIssue-no-etag'):
        del h['ETag']
    if F('createIssue-location-wrong'):
        h['Location'] = '/v1/projects/%s/issues/%s' % (p['key'], i['key'])
    if key is not None:
        IDEM[ik] = (json.dumps(b, sort_keys=True), json.dumps(d), dict(h))
    return 201, d, h


EDITABLE = ('title', 'description', 'type', 'priority', 'assignee_id', 'labels', 'milestone_id', 'estimate_minutes')


def as_text(v):
    return None if v is None else ','.join(v) if isinstance(v, list) else str(v)


def apply(r, i, ch):
    """Sets the members given; true if anything changed."""
    changed = False
    for f, v in ch.items():
        if f == 'labels':
            v = sorted(v)
        if f not in EDITABLE or i[f] == v:
            continue
        if F('updateIssue-null-ignored') and r.op == 'updateIssue' and v is None:
            continue
        if F('updateIssue-description-lost') and r.op == 'updateIssue' and f == 'description':
            continue
        if not (F('updateIssue-no-activity') and r.op == 'updateIssue') \
                and not (F('bulkEditIssues-no-activity') and r.op == 'bulkEditIssues') \
                and not (F('updateIssue-one-activity') and changed):
            act(i, r.uid, 'updated', f, as_text(i[f]), as_text(v))
        i[f] = v
        changed = True
        if f == 'assignee_id' and v is not None and not F(r.op + '-assignee-not-watching'):
            watch(i, v)
    return changed


def updateIssue(r):
    i, p = r.issue()
    rep = r.role(p) == 'reporter'
    if rep and i['reporter_id'] != r.uid and not F('updateIssue-reporter-others'):
        raise Err(403, 'Reporters can only change what they reported.')
    b = r.json()
    r.if_match(i)
    fit(Obj(issue_members(False), minprops=0 if F('updateIssue-empty') else 1), b)
    if rep and set(b) - {'title', 'description'} and not F('updateIssue-reporter-any-member'):
        raise Err(403, 'Reporters can only change title and description.')
    if rep and F('updateIssue-reporter-own-forbidden') and 'description' in b:
        raise Err(403, 'Reporters cannot change this.')
    check_refs(r, p, b)
    if F('updateIssue-race'):
        relax()
    if F('updateIssue-clears-others') and 'description' not in b:
        b['description'] = None
    changed = apply(r, i, b)
    if F('updateIssue-version-always') or changed and not F('updateIssue-version-stays'):
        u = i['updated']
        touch(i)
        if F('updateIssue-updated-at-stays'):
            i['updated'] = u
    if F('updateIssue-version-by-two') and changed:
        i['version'] += 1
    h = {'ETag': etag(i)}
    if F('updateIssue-old-etag') and changed:
        h = {'ETag': '"%s.%d"' % (i['key'], i['version'] - 1)}
    if F('updateIssue-no-etag'):
        h = {}
    return 200, rep_issue(i), h


def getIssue(r):
    i, p = r.issue()
    inm = r.header('If-None-Match')
    h = {'ETag': etag(i)}
    if F('getIssue-no-etag'):
        h = {}
    if inm is not None and not F('getIssue-never-304'):
        tags = [t.strip() for t in inm.split(',')]
        tags = [t[2:] if t.startswith('W/') else t for t in tags]
        if inm.strip() == '*' or etag(i) in tags or (F('getIssue-304-stale') and '"%s.1"' % i['key'] in tags):
            return 304, None, h
    return 200, rep_issue(i), h


def deleteIssue(r):
    i, p = r.issue()
    r.need(p, 'admin')
    r.if_match(i)
    if F('deleteIssue-stays'):
        return 204, None
    del ISSUES[i['key']]
    if not F('deleteIssue-attachments-stay'):
        for a in i['attachments']:
            ATTACHMENTS.pop(a, None)
    for o in list(ISSUES.values()):
        if any(k == i['key'] for t, k in o['links']):
            if F('deleteIssue-linked-too'):
                for a in o['attachments']:
                    ATTACHMENTS.pop(a, None)
                del ISSUES[o['key']]
                for x in ISSUES.values():
                    x['links'] = [l for l in x['links'] if l[1] != o['key']]
            elif not F('deleteIssue-links-stay'):
                o['links'] = [l for l in o['links'] if l[1] != i['key']]
                touch(o)
    if F('deleteIssue-200'):
        return 200, rep_issue(i)
    return 204, None


def blockers(i):
    return [k for t, k in i['links'] if t == 'is_blocked_by' and k in ISSUES]


def transitionIssue(r):
    i, p = r.issue()
    rep = r.role(p) == 'reporter'
    if rep and i['reporter_id'] != r.uid and not F('transitionIssue-reporter-others'):
        raise Err(403, 'Reporters can only reopen what they reported.')
    b = r.json()
    fit(Obj({'to': Str(enum=STATUSES), 'comment': Str(1, 5001 if F('transitionIssue-comment-5001') else 5000, null=True)},
            ['to']), b)
    s, to = i['status'], b['to']
    if rep and not (s in RESOLVED and to == 'open') and not F('transitionIssue-reporter-any-move'):
        raise Err(403, 'Reporters can only reopen issues.')
    if rep and F('transitionIssue-reporter-no-reopen'):
        raise Err(403, 'Reporters cannot move issues.')
    ok = to in MOVES[s]
    if F('transitionIssue-open-to-done') and (s, to) == ('open', 'done') or \
            F('transitionIssue-done-to-in-progress') and (s, to) == ('done', 'in_progress') or \
            F('transitionIssue-same-status') and s == to or \
            F('transitionIssue-in-review-to-wont-do') and (s, to) == ('in_review', 'wont_do'):
        ok = True
    if F('transitionIssue-wont-do-final') and s == 'wont_do' or \
            F('transitionIssue-in-progress-not-back') and (s, to) == ('in_progress', 'open'):
        ok = False
    if not ok:
        raise Err(409, 'An issue cannot move from %s to %s.' % (s, to))
    if to == 'done' and not F('transitionIssue-blocked-ignored') and any(
            open_issue(ISSUES[k]) or F('transitionIssue-blocked-by-wont-do') and ISSUES[k]['status'] == 'wont_do'
            for k in blockers(i)):
        raise Err(409, 'The issue is blocked.')
    i['status'] = to
    if not F('transitionIssue-no-activity'):
        act(i, r.uid, 'transitioned', 'status', s, to)
    if to in RESOLVED:
        if not (F('transitionIssue-resolved-at-wont-do') and to == 'wont_do'):
            i['resolved'] = now()
    elif not F('transitionIssue-resolved-at-stays'):
        i['resolved'] = None
    m = p['members'].get(r.uid)
    if to == 'in_progress' and m and m['role'] != 'reporter' and not F('transitionIssue-not-assigned') and \
            (i['assignee_id'] is None or F('transitionIssue-takes-over')):
        if i['assignee_id'] != r.uid:
            act(i, r.uid, 'updated', 'assignee_id', i['assignee_id'], r.uid)
        i['assignee_id'] = r.uid
        watch(i, r.uid)
    if b.get('comment') is not None and not F('transitionIssue-comment-lost'):
        put_comment(r, i, b['comment'], 'all')
    if not F('transitionIssue-version-stays'):
        touch(i)
    return 200, rep_issue(i), {} if F('transitionIssue-no-etag') else {'ETag': etag(i)}


def bulkEditIssues(r):
    p = r.project()
    r.need(p, 'admin', 'developer')
    b = r.json()
    fit(B_Bulk(), b)
    ch = dict(b['changes'])
    add, rem = ch.pop('add_labels', []), ch.pop('remove_labels', [])
    if set(add) & set(rem) and not F('bulkEditIssues-label-both'):
        raise unprocessable(('changes', 'a label is both added and removed'))
    try:
        check_refs(r, p, b['changes'])
    except Err:
        if F('bulkEditIssues-partial-before-422') and 'priority' in ch:
            for k in b['issue_keys']:
                i = ISSUES.get(k)
                if i and i['project'] == p['key'] and apply(r, i, {'priority': ch['priority']}):
                    touch(i)
        raise
    out = []
    for k in b['issue_keys']:
        i = ISSUES.get(k)
        if i is None or i['project'] != p['key'] and not F('bulkEditIssues-other-project'):
            out.append((k, 'not_found'))
            if F('bulkEditIssues-stops'):
                out += [(x, 'unchanged') for x in b['issue_keys'][len(out):]]
                break
            continue
        labels = sorted((set(i['labels']) - (set() if F('bulkEditIssues-remove-ignored') else set(rem))) | set(add))
        if F('bulkEditIssues-labels-replaced') and add:
            labels = sorted(add)
        if len(labels) > 10 and not F('bulkEditIssues-eleven-labels'):
            out.append((k, 'rejected'))
            continue
        changed = apply(r, i, dict(ch, labels=labels))
        if changed or F('bulkEditIssues-unchanged-touched'):
            touch(i)
        out.append((k, 'updated' if changed or F('bulkEditIssues-unchanged-as-updated') else 'unchanged'))
    if F('bulkEditIssues-sorted'):
        out.sort()
    if F('bulkEditIssues-not-found-left-out'):
        out = [x for x in out if x[1] != 'not_found']
    n = sum(1 for k, o in out if o == 'updated')
    if F('bulkEditIssues-count-all'):
        n = len(out)
    return 200, {'results': [{'issue_key': k, 'outcome': o} for k, o in out], 'updated_count': n}


def searchIssues(r):
    q = {'q': r.text('q', 1, 100), 'project': r.text('project', pat=PKEY)}
    st = r.q.get('status')
    q['status'] = None if st is None else st.split(',')
    for s in q['status'] or []:
        if s not in STATUSES:
            raise Err(400, 'The parameter status is bad.')
    q['priority'] = r.choice('priority', PRIORITIES)
    q['assignee_id'] = r.text('assignee_id', pat='(me|none|%s)' % USER)
    q['label'] = r.text('label', pat=LABEL)
    q['sort'] = r.choice('sort', SORTS)
    ms = r.text('milestone_id', pat=MLS)
    ca = r.q.get('created_after')
    since = None
    if ca is not None:
        since = parse_time(ca)
        if since is None and not F('searchIssues-created-after-unchecked'):
            raise Err(400, 'The parameter created_after is bad.')
    votes = r.integer('min_votes', 0, 1000000)
    fid = r.text('filter_id', pat=FLT)
    if fid is not None:
        f = FILTERS.get(fid)
        if f is None or f['owner'] != r.uid and not F('searchIssues-filter-of-others'):
            raise Err(400, 'You have no such filter.')
        for k, v in f['criteria'].items():
            if k in q and (q[k] is None or F('searchIssues-filter-wins')):
                q[k] = v
            if F('searchIssues-filter-sort-ignored') and k == 'sort':
                q[k] = None
    sort = q['sort'] or ('created_at' if F('searchIssues-default-sort') else '-created_at')
    res = []
    for i in ISSUES.values():
        if not r.sees(PROJECTS[i['project']]):
            continue
        if q['q'] is not None:
            t = q['q']
            hay = [i['title'] or '', i['description'] or '']
            if F('searchIssues-q-title-only'):
                hay = hay[:1]
            if not F('searchIssues-q-case'):
                t, hay = t.lower(), [x.lower() for x in hay]
            if not any(t in x for x in hay):
                continue
        if q['project'] is not None and i['project'] != q['project']:
            continue
        sts = q['status']
        if sts is not None and i['status'] not in (sts[:1] if F('searchIssues-status-first-only') else sts):
            continue
        if q['priority'] is not None and i['priority'] != q['priority']:
            if not (F('searchIssues-priority-at-least') and
                    PRIORITIES.index(i['priority']) > PRIORITIES.index(q['priority'])):
                continue
        a = q['assignee_id']
        if a is not None:
            want = r.uid if a == 'me' else None if a == 'none' else a
            if a == 'none' and F('searchIssues-assignee-none'):
                want = i['assignee_id']
            have = i['reporter_id'] if a == 'me' and F('searchIssues-me-reporter') else i['assignee_id']
            if have != want:
                continue
        if q['label'] is not None and not any(
                x.startswith(q['label']) if F('searchIssues-label-prefix') else x == q['label'] for x in i['labels']):
            continue
        if ms is not None and i['milestone_id'] != ms and not F('searchIssues-milestone-ignored'):
            continue
        if since is not None and (i['created'] < since or F('searchIssues-created-after-strict') and i['created'] == since):
            continue
        if votes is not None and (len(i['votes']) < votes or F('searchIssues-min-votes-strict') and len(i['votes']) == votes):
            continue
        res.append(i)
    name = sort.lstrip('-')
    prim = {'created_at': lambda i: i['created'], 'updated_at': lambda i: i['updated'],
            'priority': lambda i: PRIORITIES.index(i['priority']), 'vote_count': lambda i: len(i['votes'])}[name]
    if F('searchIssues-priority-alphabetical') and name == 'priority':
        prim = lambda i: i['priority']
    if F('searchIssues-updated-as-created') and name == 'updated_at':
        prim = lambda i: i['created']
    tie = (lambda i: i['seq']) if F('searchIssues-ties-oldest-first') else (lambda i: -i['seq'])
    d = r.page(res, prim, tie, sort[0] == '-', [q, ms, since, votes, sort], rep_issue)
    d['total'] = len(d['data']) if F('searchIssues-total-of-page') else len(res)
    return 200, d


def listActivity(r):
    i, p = r.issue()
    a = r.choice('action', ACTIONS)
    items = [x for x in i['activity'] if a is None or x['action'] == a or F('listActivity-action-ignored')]
    if F('listActivity-own-only-for-reporters') and r.role(p) == 'reporter':
        items = [x for x in items if x['actor'] == r.uid]
    return 200, r.page(items, lambda x: x['seq'], lambda x: x['id'], not F('listActivity-oldest-first'), [a],
                       lambda x: rep_activity(x, i))


# ---------------------------------------------------------------- collaboration
def put_comment(r, i, text, vis):
    """Returns the comment and whether the issue shows a change (which the caller records)."""
    c = {'id': new_id('cmt'), 'author': r.uid, 'text': text, 'visibility': vis, 'at': now(), 'seq': len(i['comments'])}
    i['comments'].append(c)
    changed = False if F('addComment-author-not-watching') else watch(i, r.uid)
    if vis == 'all' or F('addComment-team-activity'):
        act(i, r.uid, 'commented')
    return c, changed or vis == 'all'


def listComments(r):
    i, p = r.issue()
    a = r.text('author_id', pat=USER)
    sort = r.choice('sort', ['created_at', '-created_at'], '-created_at' if F('listComments-newest-first') else 'created_at')
    team = r.role(p) != 'reporter' or F('listComments-team-leak')
    if F('listComments-team-hidden-from-developers') and r.role(p) == 'developer':
        team = False
    cc = [c for c in i['comments'] if (c['visibility'] == 'all' or team)
          and (a is None or c['author'] == a or F('listComments-author-ignored'))]
    desc = sort[0] == '-' and not F('listComments-sort-ignored')
    return 200, r.page(cc, lambda c: c['seq'], lambda c: c['id'], desc, [a, sort], lambda c: rep_comment(c, i))


def addComment(r):
    i, p = r.issue()
    b = r.json()
    fit(Obj({'text': Str(0 if F('addComment-text-empty') else 1, 5001 if F('addComment-text-5001') else 5000),
             'visibility': Str(enum=['all', 'team'])}, ['text']), b)
    vis = b.get('visibility', 'team' if F('addComment-default-team') else 'all')
    if r.role(p) == 'reporter':
        if vis == 'team' and not F('addComment-reporter-team'):
            raise Err(403, 'Reporters cannot write comments for the team.')
        if F('addComment-reporter-forbidden') and i['reporter_id'] != r.uid:
            raise Err(403, 'Reporters can only comment on their issues.')
    text = b['text'].strip() if F('addComment-text-trimmed') else b['text']
    c, changed = put_comment(r, i, text, vis)
    if changed and not F('addComment-version-stays'):
        touch(i)
    return 201, rep_comment(c, i)


def uploadAttachment(r):
    i, p = r.issue()
    ct = (r.header('Content-Type') or '').split(';')[0].strip().lower()
    if ct not in ('text/plain', 'image/png', 'application/octet-stream'):
        if F('uploadAttachment-any-type'):
            ct = 'application/octet-stream'
        else:
            raise Err(415, 'This content type is not supported.')
    if len(r.raw) > (65537 if F('uploadAttachment-65537') else 65536):
        raise Err(413, 'The file is too large.')
    if len(r.raw) == 65536 and F('uploadAttachment-65536-refused'):
        raise Err(413, 'The file is too large.')
    name = r.q.get('filename')
    if name is None and F('uploadAttachment-filename-optional'):
        name = 'file-%d' % len(i['attachments'])
    if name is None or not re.fullmatch(r'[A-Za-z0-9._-]{1,100}' if F('uploadAttachment-dotfile') else
                                        r'[A-Za-z0-9_-][A-Za-z0-9._-]{0,100}' if F('uploadAttachment-filename-101')
                                        else FILENAME, name):
        raise Err(400, 'The parameter filename is bad.')
    if not r.raw and not F('uploadAttachment-empty'):
        raise Err(400, 'The file is empty.')
    if any(ATTACHMENTS[a]['filename'] == name for a in i['attachments']) and not F('uploadAttachment-same-name'):
        raise Err(409, 'The issue has a file of this name.')
    if len(i['attachments']) >= (6 if F('uploadAttachment-six') else 4 if F('uploadAttachment-four') else 5):
        raise Err(409, 'The issue has 5 attachments already.')
    if F('uploadAttachment-race'):
        relax()
    aid = new_id('att')
    data = r.raw
    a = ATTACHMENTS[aid] = {'id': aid, 'issue': i['key'], 'filename': name, 'type': ct, 'data': data, 'by': r.uid,
                            'at': now()}
    i['attachments'].append(aid)
    if not F('uploadAttachment-no-activity'):
        act(i, r.uid, 'attached')
    touch(i)
    sha = hashlib.sha256(data).hexdigest()
    if F('uploadAttachment-sha-of-name'):
        sha = hashlib.sha256(name.encode()).hexdigest()
    by = i['reporter_id'] if F('uploadAttachment-by-reporter') else r.uid
    return 201, {'id': aid, 'issue_key': i['key'], 'filename': name, 'content_type': ct,
                 'size_bytes': len(base64.b64encode(data)) if F('uploadAttachment-size-encoded') else len(data),
                 'sha256': sha, 'uploaded_by': by, 'created_at': iso(a['at'])}


def downloadAttachment(r):
    a = ATTACHMENTS.get(r.p['attachment_id'])
    if a is None or not r.sees(PROJECTS[a['issue'].split('-')[0]]):
        raise Err(404, 'There is no such attachment.')
    data = a['data']
    if F('downloadAttachment-stripped'):
        data = data.rstrip()
    if F('downloadAttachment-cut'):
        data = data[:4096]
    h = {'Content-Type': 'application/octet-stream' if F('downloadAttachment-type-lost') else a['type'],
         'Content-Disposition': 'attachment; filename="%s"' % (a['id'] if F('downloadAttachment-name-lost') else a['filename'])}
    if F('downloadAttachment-no-disposition'):
        del h['Content-Disposition']
    return 200, data, h


def voteForIssue(r):
    i, p = r.issue()
    if i['reporter_id'] == r.uid and not F('voteForIssue-own'):
        raise Err(409, 'You reported this issue.')
    if not open_issue(i) and not F('voteForIssue-resolved') and \
            not (F('voteForIssue-wont-do') and i['status'] == 'wont_do'):
        raise Err(409, 'The issue is resolved.')
    if r.uid in i['votes'] and F('voteForIssue-toggles'):
        i['votes'].remove(r.uid)
        touch(i)
    elif F('voteForIssue-race'):
        v = list(i['votes'])
        relax()
        if r.uid not in v:
            i['votes'] = v + [r.uid]
            touch(i)
    elif r.uid not in i['votes'] or F('voteForIssue-counts-twice'):
        i['votes'].append(r.uid)
        touch(i)
    elif F('voteForIssue-version-up'):
        touch(i)
    return 204, None


def watchIssue(r):
    i, p = r.issue()
    if F('watchIssue-not-stored'):
        return 204, None
    if F('watchIssue-first'):
        if r.uid not in i['watchers']:
            i['watchers'].insert(0, r.uid)
            touch(i)
        return 204, None
    if r.uid in i['watchers'] and F('watchIssue-toggles'):
        i['watchers'].remove(r.uid)
        touch(i)
    elif r.uid in i['watchers'] and F('watchIssue-twice'):
        i['watchers'].append(r.uid)
        touch(i)
    elif watch(i, r.uid):
        if not F('watchIssue-version-stays'):
            touch(i)
    return 204, None


def blocks_through(a, b):
    """Does a block b, through any chain?"""
    seen, todo = set(), [a]
    while todo:
        k = todo.pop()
        for t, o in ISSUES[k]['links']:
            if t == 'blocks' and o not in seen and o in ISSUES:
                seen.add(o)
                todo.append(o)
    return b in seen


LINKED = set()


def linkIssues(r):
    i, p = r.issue()
    r.need(p, 'admin', 'developer')
    b = r.json()
    fit(Obj({'type': Str(enum=LINKS), 'issue_key': Str(pat=IKEY)}, ['type', 'issue_key']), b)
    o = ISSUES.get(b['issue_key'])
    if o is None or o['project'] != p['key'] and not F('linkIssues-other-project') or \
            o is i and not F('linkIssues-self'):
        raise unprocessable(('issue_key', 'is not another issue of the project'))
    t = b['type']
    if (t, o['key']) in i['links'] and not F('linkIssues-twice'):
        if not F('linkIssues-twice-from-other-side') or (t, i['key'], o['key']) in LINKED:
            raise Err(409, 'The link is there already.')
    if t != 'relates_to':
        x, y = (i, o) if t == 'blocks' else (o, i)
        direct = ('blocks', x['key']) in y['links']
        if x is not y and blocks_through(y['key'], x['key']) and not F('linkIssues-cycle') and \
                not (F('linkIssues-long-cycle') and not direct):
            raise Err(409, 'An issue would block itself.')
    LINKED.add((t, i['key'], o['key']))
    i['links'].append((t, o['key']))
    if not F('linkIssues-one-side') and o is not i:
        o['links'].append((t if F('linkIssues-not-inverted') else INVERSE[t], i['key']))
        if not F('linkIssues-other-version-stays'):
            touch(o)
        if not F('linkIssues-other-no-activity'):
            act(o, r.uid, 'linked')
    act(i, r.uid, 'linked')
    touch(i)
    return 201, {'type': t, 'issue_key': o['key']}


def logWork(r):
    i, p = r.issue()
    r.need(p, 'admin', 'developer')
    b = r.json()
    fit(Obj({'minutes': Int(0 if F('logWork-zero') else 1, 1441 if F('logWork-1441') else 1440),
             'worked_on': Str(date=True), 'note': Str(mx=501 if F('logWork-note-501') else 500, null=True)},
            ['minutes', 'worked_on']), b)
    day = b['worked_on']
    if day > today().isoformat() and not F('logWork-future') or F('logWork-today-refused') and day == today().isoformat():
        raise unprocessable(('worked_on', 'is in the future'))
    done = sum(w['minutes'] for x in ISSUES.values() for w in x['work']
               if w['user'] == r.uid and w['day'] == day and (x is i or not F('logWork-limit-per-issue')))
    if F('logWork-limit-all-users'):
        done = sum(w['minutes'] for x in ISSUES.values() for w in x['work'] if w['day'] == day)
    if done + b['minutes'] > 1440 and not (F('logWork-limit-before') and done < 1440) \
            and not (F('logWork-no-limit')) or F('logWork-limit-exact') and done and done + b['minutes'] == 1440:
        if not (F('logWork-1441') and b['minutes'] == 1441 and not done):
            raise Err(409, 'More than 1440 minutes on one day.')
    if F('logWork-limit-race'):
        relax()
    before = i['logged']
    if F('logWork-race'):
        relax()
        i['logged'] = before + b['minutes']
    elif F('logWork-total-replaced'):
        i['logged'] = b['minutes']
    else:
        i['logged'] += b['minutes']
    note = None if F('logWork-note-lost') else b.get('note')
    i['work'].append({'user': r.uid, 'minutes': b['minutes'], 'day': day})
    if not F('logWork-no-activity'):
        act(i, r.uid, 'work_logged')
    touch(i)
    return 201, {'id': new_id('wrk'), 'issue_key': i['key'], 'user_id': r.uid, 'minutes': b['minutes'], 'worked_on': day,
                 'note': note, 'issue_logged_minutes': before if F('logWork-total-before') else i['logged'],
                 'created_at': iso(now())}


# ---------------------------------------------------------------- filters
def rep_filter(f):
    return {'id': f['id'], 'owner_id': f['owner'], 'name': f['name'], 'criteria': f['criteria'], 'created_at': iso(f['at'])}


def createSavedFilter(r):
    b = r.json()
    fit(Obj({'name': Str(1, 61 if F('createSavedFilter-name-61') else 60), 'criteria': B_Criteria()},
            ['name', 'criteria']), b)
    for f in FILTERS.values():
        if f['owner'] == r.uid or F('createSavedFilter-unique-over-owners'):
            same = f['name'] == b['name'] and not F('createSavedFilter-name-twice')
            if same or f['name'] != b['name'] and f['name'].lower() == b['name'].lower() and not F('createSavedFilter-name-case'):
                raise Err(409, 'You have a filter of this name.')
    if F('createSavedFilter-race'):
        relax()
    fid = new_id('flt')
    crit = dict(b['criteria'])
    if F('createSavedFilter-status-lost') and 'status' in crit:
        crit['status'] = crit['status'][:1]
    f = FILTERS[fid] = {'id': fid, 'owner': r.uid, 'name': b['name'], 'criteria': crit, 'at': now()}
    return 201, rep_filter(f), {} if F('createSavedFilter-no-location') else {'Location': '/v1/filters/' + fid}


def getSavedFilter(r):
    f = FILTERS.get(r.p['filter_id'])
    if f is None or f['owner'] != r.uid and not F('getSavedFilter-of-others') and \
            not (F('getSavedFilter-site-admin') and r.me['site']):
        if f is not None and F('getSavedFilter-403'):
            raise Err(403, 'This filter is not yours.')
        raise Err(404, 'There is no such filter.')
    return 200, rep_filter(f)


# ---------------------------------------------------------------- HTTP
ROUTES = []
for _m, _p, _f in (
        ('GET', '/v1/me', getMe), ('GET', '/v1/users', listUsers),
        ('GET', '/v1/projects', listProjects), ('POST', '/v1/projects', createProject),
        ('GET', '/v1/projects/{project_key}', getProject),
        ('GET', '/v1/projects/{project_key}/members', listMembers),
        ('PUT', '/v1/projects/{project_key}/members/{user_id}', setMember),
        ('POST', '/v1/projects/{project_key}/labels', createLabel),
        ('POST', '/v1/projects/{project_key}/milestones', createMilestone),
        ('GET', '/v1/milestones/{milestone_id}', getMilestone),
        ('POST', '/v1/projects/{project_key}/issues', createIssue),
        ('POST', '/v1/projects/{project_key}/issues/bulk_edit', bulkEditIssues),
        ('GET', '/v1/issues', searchIssues),
        ('GET', '/v1/issues/{issue_key}', getIssue), ('PATCH', '/v1/issues/{issue_key}', updateIssue),
        ('DELETE', '/v1/issues/{issue_key}', deleteIssue),
        ('POST', '/v1/issues/{issue_key}/transitions', transitionIssue),
        ('GET', '/v1/issues/{issue_key}/activity', listActivity),
        ('GET', '/v1/issues/{issue_key}/comments', listComments), ('POST', '/v1/issues/{issue_key}/comments', addComment),
        ('POST', '/v1/issues/{issue_key}/attachments', uploadAttachment),
        ('GET', '/v1/attachments/{attachment_id}/content', downloadAttachment),
        ('PUT', '/v1/issues/{issue_key}/vote', voteForIssue), ('PUT', '/v1/issues/{issue_key}/watch', watchIssue),
        ('POST', '/v1/issues/{issue_key}/links', linkIssues), ('POST', '/v1/issues/{issue_key}/worklogs', logWork),
        ('POST', '/v1/filters', createSavedFilter), ('GET', '/v1/filters/{filter_id}', getSavedFilter)):
    ROUTES.append((_m, re.compile(re.sub(r'\{(\w+)\}', r'(?P<\1>[^/]+)', _p)), _f))


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    server_version = 'Trackly/1.8'
    disable_nagle_algorithm = True

    def log_message(self, *a):
        pass

    def __getattr__(self, name):
        if name.startswith('do_'):
            return self.handle_any
        raise AttributeError(name)

    def read_body(self):
        if 'chunked' in (self.headers.get('Transfer-Encoding') or '').lower():
            out = b''
            while True:
                n = int(self.rfile.readline().split(b';')[0].strip() or b'0', 16)
                if n == 0:
                    while self.rfile.readline().strip():
                        pass
                    return out
                out += self.rfile.read(n)
                self.rfile.readline()
        n = int(self.headers.get('Content-Length') or 0)
        return self.rfile.read(n) if n > 0 else b''

    def handle_any(self):
        try:
            self.raw_body = self.read_body()
        except ValueError:
            self.raw_body = b''
            self.close_connection = True
        path, _, query = self.path.partition('?')
        if path.startswith('http://'):
            path = '/' + path[7:].partition('/')[2]
        allow, hit = [], None
        for m, rx, f in ROUTES:
            g = rx.fullmatch(path)
            if g:
                allow.append(m)
                if m == self.command:
                    hit = (f, {k: urllib.parse.unquote(v) for k, v in g.groupdict().items()})
        try:
            if not allow:
                raise Err(404, 'There is nothing here.')
            if hit is None:
                raise Err(405, 'This method is not supported here.',
                          headers={} if F('all-no-allow') else {'Allow': ', '.join(sorted(set(allow)))})
            r = R(self, hit[1], query)
            r.op = hit[0].__name__
            with LOCK:
                r.auth()
                res = hit[0](r)
            status, obj = res[0], res[1]
            headers = dict(res[2]) if len(res) > 2 else {}
        except Err as e:
            status, headers = e.status, dict(e.headers)
            obj = {'type': 'https://docs.trackly.example.com/problems/%s' % TITLES[status].lower().replace(' ', '-'),
                   'title': TITLES[status], 'status': status, 'detail': e.detail}
            if e.errors is not None and not F('all-422-without-errors'):
                obj['errors'] = e.errors
            if F('all-problem-status') and status != 400:
                obj['status'] = 400
            if F('all-problem-no-detail') and status == 404:
                del obj['detail']
            headers['Content-Type'] = 'application/json' if F('all-problem-content-type') else 'application/problem+json'
        self.answer(status, obj, headers)

    def answer(self, status, obj, headers):
        data = b''
        if isinstance(obj, bytes):
            data = obj
        elif obj is not None:
            data = json.dumps(obj).encode()
            headers.setdefault('Content-Type', 'application/json')
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k, v)
        if status not in (204, 304):
            self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        if data and self.command != 'HEAD' and status not in (204, 304):
            self.wfile.write(data)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass


def main():
    global FAULT
    ap = argparse.ArgumentParser()
    ap.add_argument('--port', type=int, default=0)
    ap.add_argument('--fault')
    ap.add_argument('--list-faults', action='store_true')
    a = ap.parse_args()
    if a.list_faults:
        print(json.dumps([dict(zip(('id', 'operation', 'kind', 'what', 'source', 'where'), f)) for f in FAULTS], indent=1,
                         ensure_ascii=False))
        return
    if a.fault:
        if a.fault not in {f[0] for f in FAULTS}:
            sys.exit('unknown fault: ' + a.fault)
    seed()
    FAULT = a.fault
    s = Server(('127.0.0.1', a.port), Handler)
    print('listening on http://127.0.0.1:%d' % s.server_address[1], flush=True)

    def eof():
        while sys.stdin.buffer.read(4096):
            pass
        os._exit(0)
    threading.Thread(target=eof, daemon=True).start()
    s.serve_forever()


FAULTS = [
    ('all-unknown-token', '*', 'authorization', 'accepts any bearer token, as a certain reporter', 'prose', 'No token, or not a valid one.'),
    ('all-no-www-authenticate', '*', 'header missing', '401 comes without WWW-Authenticate', 'schema', 'WWW-Authenticate: required: true'),
    ('all-no-allow', '*', 'header missing', '405 comes without Allow', 'prose', 'A method that a path does not have gets 405 with `Allow`.'),
    ('all-problem-content-type', '*', 'content type', 'errors come as application/json', 'structure', 'application/problem+json:'),
    ('all-problem-status', '*', 'error body', 'member status of errors is always 400', 'prose', 'Same as the status of the response.'),
    ('all-problem-no-detail', '*', 'error body', '404 errors lack detail', 'schema', 'required: [type, title, status, detail]'),
    ('all-422-without-errors', '*', 'error body', '422 lacks the errors array', 'schema', 'required: [errors]'),
    ('all-malformed-json-422', '*', 'wrong status', 'malformed JSON gives 422', 'prose', 'is not well-formed JSON gets 400'),
    ('all-content-type-ignored', '*', 'validation', 'takes JSON bodies of any content type', 'prose', 'is not sent as `application/json`'),
    ('all-unknown-member-accepted', '*', 'validation', 'accepts unknown members in request bodies', 'prose', 'Unknown members in request bodies are refused (422).'),
    ('getMe-anonymous', 'getMe', 'authorization', 'answers without a token', 'structure', 'Every call needs a bearer token.'),
    ('getMe-site-admin-false', 'getMe', 'computed', 'is_site_admin is always false', 'prose', 'The user that the token belongs to'),
    ('getMe-email-null', 'getMe', 'visibility', "the caller's own e-mail is null", 'prose', 'Shown to site admins and to the user themself; null for others.'),
    ('listUsers-email-leak', 'listUsers', 'visibility', 'shows e-mail addresses to everybody', 'prose', 'Shown to site admins and to the user themself; null for others.'),
    ('listUsers-q-case', 'listUsers', 'filter', 'q is case-sensitive', 'prose', 'Part of the name, regardless of case.'),
    ('listUsers-q-prefix', 'listUsers', 'filter', 'q only matches the start of the name', 'prose', 'Part of the name, regardless of case.'),
    ('listUsers-active-ignored', 'listUsers', 'filter', 'ignores active', 'prose', 'Only active (`true`) or only deactivated (`false`) users.'),
    ('listUsers-active-unchecked', 'listUsers', 'validation', 'accepts any value for active', 'schema', 'schema: {type: boolean}'),
    ('listUsers-by-id', 'listUsers', 'sort', 'sorts by id', 'prose', 'by name in ascending order'),
    ('listUsers-limit-ignored', 'listUsers', 'paging', 'ignores limit', 'prose', 'Most items per page.'),
    ('listUsers-cursor-on-last-page', 'listUsers', 'paging', 'next_cursor is set on the last page too', 'prose', 'Null on the last page.'),
    ('listProjects-outsiders', 'listProjects', 'visibility', 'lists projects of others too', 'prose', 'The projects that the caller can see.'),
    ('listProjects-q-name-only', 'listProjects', 'filter', 'q does not look at the key', 'prose', 'Part of the name or of the key, regardless of case.'),
    ('listProjects-role-ignored', 'listProjects', 'filter', 'ignores role', 'prose', 'Only projects in which the caller is a member with this role.'),
    ('listProjects-role-site-admin', 'listProjects', 'filter', 'role=admin gives site admins all projects, member or not', 'prose', 'Only projects in which the caller is a member with this role.'),
    ('listProjects-default-sort', 'listProjects', 'sort', 'default sort is by creation', 'schema', 'default: key'),
    ('listProjects-desc-ignored', 'listProjects', 'sort', 'a leading - has no effect', 'prose', 'A leading `-` means descending.'),
    ('listProjects-cursor-garbage', 'listProjects', 'validation', 'a made-up cursor gives the first page', 'prose', 'A cursor that we did not issue gives 400.'),
    ('listProjects-page-repeats-last', 'listProjects', 'paging', 'the next page begins with the last item of the page before', 'prose', 'do not make others repeat or go missing'),
    ('createProject-anybody', 'createProject', 'authorization', 'everybody may create projects', 'prose', 'Site admins only. The lead becomes'),
    ('createProject-key-lowercase', 'createProject', 'validation', 'accepts lower-case keys', 'schema', "pattern: '^[A-Z][A-Z0-9]{1,5}$'"),
    ('createProject-key-seven', 'createProject', 'boundary', 'accepts keys of seven characters', 'schema', "pattern: '^[A-Z][A-Z0-9]{1,5}$'"),
    ('createProject-name-empty', 'createProject', 'boundary', 'accepts an empty name', 'schema', 'name: {type: string, minLength: 1, maxLength: 80}'),
    ('createProject-name-81', 'createProject', 'boundary', 'accepts a name of 81 characters', 'schema', 'name: {type: string, minLength: 1, maxLength: 80}'),
    ('createProject-lead-unknown', 'createProject', 'reference', 'an unknown lead is replaced by the caller', 'prose', 'An active user. The caller if left out.'),
    ('createProject-lead-inactive', 'createProject', 'reference', 'accepts a deactivated lead', 'prose', 'An active user. The caller if left out.'),
    ('createProject-key-twice', 'createProject', 'duplicate', 'a taken key gives 201 with the old project', 'prose', 'A key that is taken already gives 409.'),
    ('createProject-description-lost', 'createProject', 'not stored', 'does not store the description', 'prose', 'Strings are stored as sent.'),
    ('createProject-lead-developer', 'createProject', 'side effect', 'the lead becomes developer', 'prose', 'first member, with role admin'),
    ('createProject-caller-member-too', 'createProject', 'side effect', 'the caller becomes a member besides the lead', 'prose', 'null if they are not a member.'),
    ('createProject-no-location', 'createProject', 'header missing', 'no Location', 'schema', 'Path of the new resource.'),
    ('getProject-outsiders', 'getProject', 'visibility', 'shows projects to outsiders', 'prose', 'for anybody else it does not exist (404)'),
    ('getProject-count-deleted', 'getProject', 'counter', 'issue_count counts deleted issues', 'prose', 'Issues in the project, deleted ones not counted.'),
    ('getProject-open-count-wont-do', 'getProject', 'counter', 'open_issue_count counts wont_do issues', 'prose', 'Those of them that are neither `done` nor `wont_do`.'),
    ('getProject-my-role-site-admin', 'getProject', 'computed', 'my_role is admin for site admins who are no members', 'prose', 'null if they are not a member.'),
    ('getProject-labels-unsorted', 'getProject', 'sort', 'labels come in order of creation', 'prose', 'The project with its labels, which are sorted by name.'),
    ('listMembers-outsiders', 'listMembers', 'visibility', 'shows members to outsiders', 'prose', 'for anybody else it does not exist (404)'),
    ('listMembers-role-ignored', 'listMembers', 'filter', 'ignores role', 'prose', 'Only members with this role.'),
    ('listMembers-role-unchecked', 'listMembers', 'validation', 'accepts unknown roles as filter', 'schema', 'Role: {type: string, enum: [admin, developer, reporter]}'),
    ('listMembers-by-name', 'listMembers', 'sort', 'sorts by name', 'prose', 'in the order in which they were added'),
    ('listMembers-limit-101', 'listMembers', 'boundary', 'accepts limit=101', 'schema', 'schema: {type: integer, minimum: 1, maximum: 100, default: 20}'),
    ('listMembers-has-more-never', 'listMembers', 'paging', 'has_more is always false and there is no cursor', 'prose', 'True exactly if there are items after this page.'),
    ('setMember-developers-may', 'setMember', 'authorization', 'developers may change members', 'prose', 'Project admins only. A deactivated user'),
    ('setMember-inactive', 'setMember', 'state', 'adds deactivated users', 'prose', 'A deactivated user cannot be added or changed (409)'),
    ('setMember-last-admin', 'setMember', 'state', 'demotes the last admin', 'prose', 'admin of a project cannot be given another role (409)'),
    ('setMember-role-not-changed', 'setMember', 'not stored', 'does not store the new role of a member', 'prose', 'The user was a member already; the role is the one given.'),
    ('setMember-stays-assigned', 'setMember', 'side effect', 'who becomes a reporter keeps their issues', 'prose', 'Who becomes a reporter is taken off the issues of this project'),
    ('setMember-unassigns-everywhere', 'setMember', 'side effect', 'who becomes a reporter loses the issues of other projects too', 'prose', 'other projects are not touched'),
    ('setMember-new-200', 'setMember', 'wrong status', 'a new member gives 200', 'prose', 'The user is a member now.'),
    ('setMember-role-optional', 'setMember', 'validation', 'accepts a body without role', 'schema', 'required: [role]'),
    ('createLabel-reporters-may', 'createLabel', 'authorization', 'reporters may create labels', 'prose', 'Admins and developers. A name can be used once'),
    ('createLabel-name-31', 'createLabel', 'boundary', 'accepts names of 31 characters', 'schema', "pattern: '^[a-z0-9][a-z0-9-]{0,29}$'"),
    ('createLabel-color-uppercase', 'createLabel', 'validation', 'accepts upper-case digits in colors', 'schema', "pattern: '^#[0-9a-f]{6}$'"),
    ('createLabel-twice', 'createLabel', 'duplicate', 'accepts a label of the same name', 'prose', 'A name can be used once per project (409)'),
    ('createLabel-unique-over-projects', 'createLabel', 'duplicate', 'refuses a name that another project has', 'prose', 'other projects may have a label of the same name'),
    ('createLabel-race', 'createLabel', 'race', 'two at once with one name both succeed', 'prose', 'A name can be used once per project (409)'),
    ('createLabel-default-color', 'createLabel', 'default', 'default color is white', 'schema', "default: '#cccccc'"),
    ('createLabel-color-ignored', 'createLabel', 'not stored', 'always uses the default color', 'prose', 'Strings are stored as sent.'),
    ('createLabel-not-stored', 'createLabel', 'not stored', 'the label is not stored', 'prose', 'The project with its labels'),
    ('createMilestone-developers-may', 'createMilestone', 'authorization', 'developers may create milestones', 'prose', 'Project admins only. `due_on` must not be'),
    ('createMilestone-due-before-start', 'createMilestone', 'validation', 'accepts due_on before start_on', 'prose', '`due_on` must not be before `start_on` (422)'),
    ('createMilestone-same-day', 'createMilestone', 'boundary', 'refuses due_on on the day of start_on', 'prose', 'the same day is fine'),
    ('createMilestone-name-twice', 'createMilestone', 'duplicate', 'accepts the same name', 'prose', 'A name that the project has already, regardless of case, gives 409.'),
    ('createMilestone-name-case', 'createMilestone', 'duplicate', 'accepts the same name in other case', 'prose', 'A name that the project has already, regardless of case, gives 409.'),
    ('createMilestone-date-unchecked', 'createMilestone', 'validation', 'accepts dates that do not exist', 'schema', 'due_on: {type: string, format: date, nullable: true}'),
    ('createMilestone-name-61', 'createMilestone', 'boundary', 'accepts a name of 61 characters', 'schema', 'name: {type: string, minLength: 1, maxLength: 60}'),
    ('createMilestone-start-lost', 'createMilestone', 'not stored', 'does not store start_on', 'schema', 'start_on: {type: string, format: date, nullable: true}'),
    ('createMilestone-no-location', 'createMilestone', 'header missing', 'no Location', 'schema', 'Path of the new resource.'),
    ('getMilestone-outsiders', 'getMilestone', 'visibility', 'shows milestones to outsiders', 'prose', 'for anybody else it does not exist (404)'),
    ('getMilestone-wont-do-not-resolved', 'getMilestone', 'computed', 'resolved_count leaves out wont_do', 'prose', 'Issues that are `done` or `wont_do`.'),
    ('getMilestone-progress-rounded-up', 'getMilestone', 'computed', 'progress is rounded up', 'prose', 'Share of resolved issues, rounded down'),
    ('getMilestone-empty-100', 'getMilestone', 'computed', 'progress is 100 without issues', 'prose', '0 without issues'),
    ('getMilestone-estimate-open-only', 'getMilestone', 'computed', 'estimates of resolved issues are left out', 'prose', 'Sum of the estimates; issues without one count as 0.'),
    ('getMilestone-logged-last-only', 'getMilestone', 'computed', 'only the last work of each issue is summed', 'prose', 'Sum of the logged minutes of the issues.'),
    ('getMilestone-overdue-today', 'getMilestone', 'boundary', 'overdue on the due day already', 'prose', 'True if `due_on` is before today and an issue is not resolved.'),
    ('getMilestone-overdue-resolved', 'getMilestone', 'computed', 'overdue though no issue is unresolved', 'prose', 'True if `due_on` is before today and an issue is not resolved.'),
    ('createIssue-outsiders', 'createIssue', 'authorization', 'outsiders may create issues', 'prose', 'for anybody else it does not exist (404)'),
    ('createIssue-default-priority', 'createIssue', 'default', 'default priority is low', 'schema', 'default: medium'),
    ('createIssue-labels-unsorted', 'createIssue', 'computed', 'labels keep the order of the request', 'prose', 'In alphabetical order.'),
    ('createIssue-reporter-not-watching', 'createIssue', 'side effect', 'the reporter does not watch', 'prose', 'Reporter and assignees start to watch by themselves.'),
    ('createIssue-assignee-not-watching', 'createIssue', 'side effect', 'the assignee does not watch', 'prose', 'Reporter and assignees start to watch by themselves.'),
    ('createIssue-title-empty', 'createIssue', 'boundary', 'accepts an empty title', 'schema', 'Title: {type: string, minLength: 1, maxLength: 200}'),
    ('createIssue-title-201', 'createIssue', 'boundary', 'accepts a title of 201 characters', 'schema', 'Title: {type: string, minLength: 1, maxLength: 200}'),
    ('createIssue-type-epic', 'createIssue', 'validation', 'accepts type epic', 'schema', 'IssueType: {type: string, enum: [bug, task, story]}'),
    ('createIssue-type-optional', 'createIssue', 'validation', 'accepts a body without type', 'schema', 'required: [title, type]'),
    ('createIssue-labels-11', 'createIssue', 'boundary', 'accepts 11 labels', 'schema', 'maxItems: 10'),
    ('createIssue-labels-twice', 'createIssue', 'validation', 'accepts a label twice', 'schema', 'uniqueItems: true'),
    ('createIssue-estimate-negative', 'createIssue', 'boundary', 'accepts an estimate of -1', 'schema', 'EstimateMinutes: type: integer nullable: true minimum: 0'),
    ('createIssue-assignee-reporter', 'createIssue', 'reference', 'accepts a reporter as assignee', 'prose', 'The assignee must be a member of the project with role admin or developer'),
    ('createIssue-assignee-any-user', 'createIssue', 'reference', 'accepts an assignee who is not a member', 'prose', 'The assignee must be a member of the project with role admin or developer'),
    ('createIssue-milestone-any-project', 'createIssue', 'reference', 'accepts a milestone of another project', 'prose', 'the milestone and the labels must be of the project (422)'),
    ('createIssue-label-unknown', 'createIssue', 'reference', 'accepts unknown labels', 'prose', 'the milestone and the labels must be of the project (422)'),
    ('createIssue-reporter-assigns', 'createIssue', 'authorization', 'reporters may set the assignee', 'prose', 'Reporters must not set `assignee_id`, `milestone_id` or `estimate_minutes` (403'),
    ('createIssue-reporter-estimates', 'createIssue', 'authorization', 'reporters may set the estimate', 'prose', 'Reporters must not set `assignee_id`, `milestone_id` or `estimate_minutes` (403'),
    ('createIssue-number-race', 'createIssue', 'race', 'two at once get the same key', 'prose', 'Keys count up per project from 1, without gaps, and are never used again.'),
    ('createIssue-number-gap', 'createIssue', 'counter', 'skips a number if labels are given', 'prose', 'Keys count up per project from 1, without gaps'),
    ('createIssue-number-global', 'createIssue', 'counter', 'numbers count over all projects', 'prose', 'Keys count up per project from 1'),
    ('createIssue-number-reused', 'createIssue', 'counter', 'the number of a deleted last issue is used again', 'prose', 'and are never used again'),
    ('createIssue-idempotency-ignored', 'createIssue', 'idempotency', 'ignores Idempotency-Key', 'prose', 'gets the first answer again'),
    ('createIssue-idempotency-other-body', 'createIssue', 'idempotency', 'another body with the same key gets the first answer', 'prose', 'another body gives 409'),
    ('createIssue-idempotency-shared', 'createIssue', 'idempotency', 'keys are shared by all callers', 'prose', 'The same caller sending the same key and the same body'),
    ('createIssue-idempotency-race', 'createIssue', 'race', 'two at once with one key make two issues', 'prose', 'and no second issue'),
    ('createIssue-replay-not-marked', 'createIssue', 'header missing', 'a repeated answer lacks Idempotent-Replayed', 'prose', 'Only there, with the value true, if this is a repeated answer.'),
    ('createIssue-idempotency-key-unchecked', 'createIssue', 'validation', 'accepts keys of any form', 'schema', "pattern: '^[A-Za-z0-9_-]{1,64}$'"),
    ('createIssue-description-lost', 'createIssue', 'not stored', 'does not store the description', 'prose', 'Strings are stored as sent.'),
    ('createIssue-estimate-lost', 'createIssue', 'not stored', 'does not store the estimate', 'schema', "estimate_minutes: {$ref: '#/components/schemas/EstimateMinutes'}"),
    ('createIssue-no-etag', 'createIssue', 'header missing', 'no ETag', 'schema', "Strong tag of the issue's state."),
    ('createIssue-location-wrong', 'createIssue', 'header wrong', 'Location names a path that does not exist', 'prose', 'Path of the new resource.'),
    ('getIssue-outsiders', 'getIssue', 'visibility', 'shows issues to outsiders', 'prose', 'for anybody else it does not exist (404)'),
    ('getIssue-remaining-ignores-work', 'getIssue', 'computed', 'remaining_minutes is the estimate', 'prose', 'Estimate less logged work, at least 0; null without an estimate.'),
    ('getIssue-remaining-negative', 'getIssue', 'boundary', 'remaining_minutes becomes negative', 'prose', 'Estimate less logged work, at least 0'),
    ('getIssue-remaining-zero-without-estimate', 'getIssue', 'computed', 'remaining_minutes is 0 without an estimate', 'prose', 'null without an estimate'),
    ('getIssue-comment-count-team', 'getIssue', 'counter', 'comment_count counts comments for the team', 'prose', 'Comments visible to all; those for the team are not counted.'),
    ('getIssue-links-newest-first', 'getIssue', 'sort', 'links come newest first', 'prose', 'Oldest first.'),
    ('getIssue-no-etag', 'getIssue', 'header missing', 'no ETag', 'schema', "Strong tag of the issue's state."),
    ('getIssue-never-304', 'getIssue', 'conditional', 'ignores If-None-Match', 'prose', '304 if the issue has not changed since'),
    ('getIssue-304-stale', 'getIssue', 'conditional', 'the first ETag gives 304 though the issue has changed', 'prose', '304 if the issue has not changed since'),
    ('updateIssue-outsiders', 'updateIssue', 'authorization', 'outsiders get 403 instead of 404', 'prose', 'for anybody else it does not exist (404)'),
    ('updateIssue-title-201', 'updateIssue', 'boundary', 'accepts a title of 201 characters', 'schema', 'Title: {type: string, minLength: 1, maxLength: 200}'),
    ('updateIssue-title-empty', 'updateIssue', 'boundary', 'accepts an empty title', 'schema', 'Title: {type: string, minLength: 1, maxLength: 200}'),
    ('updateIssue-title-null', 'updateIssue', 'validation', 'accepts null as title', 'schema', 'Title: {type: string, minLength: 1, maxLength: 200}'),
    ('updateIssue-labels-11', 'updateIssue', 'boundary', 'accepts 11 labels', 'schema', 'maxItems: 10'),
    ('updateIssue-estimate-negative', 'updateIssue', 'boundary', 'accepts an estimate of -1', 'schema', 'EstimateMinutes: type: integer nullable: true minimum: 0'),
    ('updateIssue-empty', 'updateIssue', 'validation', 'accepts an empty update', 'schema', 'minProperties: 1'),
    ('updateIssue-if-match-ignored', 'updateIssue', 'lost update', 'an old ETag is accepted', 'prose', 'if the issue has changed since, 412'),
    ('updateIssue-if-match-optional', 'updateIssue', 'precondition', 'updates without If-Match', 'prose', 'Without it the answer is 428'),
    ('updateIssue-race', 'updateIssue', 'race', 'two at once with the same ETag both succeed', 'prose', 'Of two updates with the same ETag only one succeeds.'),
    ('updateIssue-reporter-others', 'updateIssue', 'authorization', 'reporters may change issues of others', 'prose', 'reporters only `title` and `description` of issues that they reported'),
    ('updateIssue-reporter-any-member', 'updateIssue', 'authorization', 'reporters may change every member of their issues', 'prose', 'reporters only `title` and `description` of issues that they reported'),
    ('updateIssue-reporter-own-forbidden', 'updateIssue', 'authorization', 'reporters cannot change the description of their issues', 'prose', 'reporters only `title` and `description` of issues that they reported'),
    ('updateIssue-assignee-reporter', 'updateIssue', 'reference', 'accepts a reporter as assignee', 'prose', 'The assignee must be a member of the project with role admin or developer'),
    ('updateIssue-assignee-any-user', 'updateIssue', 'reference', 'accepts an assignee who is not a member', 'prose', 'The assignee must be a member of the project with role admin or developer'),
    ('updateIssue-milestone-any-project', 'updateIssue', 'reference', 'accepts a milestone of another project', 'prose', 'the milestone and the labels must be of the project (422)'),
    ('updateIssue-label-unknown', 'updateIssue', 'reference', 'accepts unknown labels', 'prose', 'the milestone and the labels must be of the project (422)'),
    ('updateIssue-assignee-not-watching', 'updateIssue', 'side effect', 'a new assignee does not watch', 'prose', 'Reporter and assignees start to watch by themselves.'),
    ('updateIssue-null-ignored', 'updateIssue', 'not stored', 'null does not clear', 'prose', 'Null clears.'),
    ('updateIssue-description-lost', 'updateIssue', 'not stored', 'does not store the description', 'prose', 'Changes the members given and leaves the others.'),
    ('updateIssue-clears-others', 'updateIssue', 'not stored', 'clears the description if it is not given', 'prose', 'Changes the members given and leaves the others.'),
    ('updateIssue-no-activity', 'updateIssue', 'side effect', 'updates are not recorded', 'prose', 'For `updated` the member that changed (one entry for each member)'),
    ('updateIssue-one-activity', 'updateIssue', 'side effect', 'only the first changed member is recorded', 'prose', 'For `updated` the member that changed (one entry for each member)'),
    ('updateIssue-version-stays', 'updateIssue', 'counter', 'version stays', 'prose', 'goes up by 1 with every call that changes anything shown in the issue'),
    ('updateIssue-version-always', 'updateIssue', 'counter', 'version goes up though nothing changes', 'prose', 'An update that changes nothing leaves `version`, `updated_at` and the ETag as they are.'),
    ('updateIssue-version-by-two', 'updateIssue', 'counter', 'version goes up by two', 'prose', 'goes up by 1 with every call that changes anything shown in the issue'),
    ('updateIssue-updated-at-stays', 'updateIssue', 'computed', 'updated_at stays', 'prose', 'Time of the last change of `version`.'),
    ('updateIssue-old-etag', 'updateIssue', 'header wrong', 'the ETag is the one from before the update', 'prose', 'It changes with every change of `version`.'),
    ('updateIssue-no-etag', 'updateIssue', 'header missing', 'no ETag', 'schema', "Strong tag of the issue's state."),
    ('deleteIssue-developers-may', 'deleteIssue', 'authorization', 'developers may delete issues', 'prose', 'Project admins only. Its comments'),
    ('deleteIssue-outsiders', 'deleteIssue', 'authorization', 'outsiders get 403 instead of 404', 'prose', 'for anybody else it does not exist (404)'),
    ('deleteIssue-if-match-optional', 'deleteIssue', 'precondition', 'deletes without If-Match', 'prose', 'Without it the answer is 428'),
    ('deleteIssue-if-match-ignored', 'deleteIssue', 'precondition', 'deletes with an old ETag', 'prose', 'if the issue has changed since, 412'),
    ('deleteIssue-stays', 'deleteIssue', 'not stored', 'the issue is still there', 'structure', "'204': {description: Deleted.}"),
    ('deleteIssue-attachments-stay', 'deleteIssue', 'deleted too little', 'attachments can still be downloaded', 'prose', 'Its comments, attachments, links (at both ends), votes and work are gone with it.'),
    ('deleteIssue-links-stay', 'deleteIssue', 'deleted too little', 'other issues keep their links to it', 'prose', 'links (at both ends)'),
    ('deleteIssue-linked-too', 'deleteIssue', 'deleted too much', 'linked issues are deleted too', 'prose', 'Linked issues stay.'),
    ('deleteIssue-200', 'deleteIssue', 'wrong status', 'answers 200 with the issue', 'structure', "'204': {description: Deleted.}"),
    ('transitionIssue-outsiders', 'transitionIssue', 'authorization', 'outsiders get 403 instead of 404', 'prose', 'for anybody else it does not exist (404)'),
    ('transitionIssue-reporter-others', 'transitionIssue', 'authorization', 'reporters may reopen issues of others', 'prose', 'issues that they reported; anything else is 403'),
    ('transitionIssue-reporter-any-move', 'transitionIssue', 'authorization', 'reporters may make all moves of their issues', 'prose', 'Reporters may only reopen'),
    ('transitionIssue-reporter-no-reopen', 'transitionIssue', 'authorization', 'reporters cannot reopen their issues', 'prose', 'Reporters may only reopen'),
    ('transitionIssue-comment-5001', 'transitionIssue', 'boundary', 'accepts a comment of 5001 characters', 'schema', 'comment: {type: string, nullable: true, minLength: 1, maxLength: 5000}'),
    ('transitionIssue-open-to-done', 'transitionIssue', 'state', 'open may become done', 'prose', '`open` to `in_progress` or `wont_do`'),
    ('transitionIssue-done-to-in-progress', 'transitionIssue', 'state', 'done may become in_progress', 'prose', '`done` or `wont_do` to `open`'),
    ('transitionIssue-in-review-to-wont-do', 'transitionIssue', 'state', 'in_review may become wont_do', 'prose', '`in_review` to `in_progress` or `done`'),
    ('transitionIssue-same-status', 'transitionIssue', 'state', 'accepts a move to the present status', 'prose', 'Allowed moves (any other gives 409)'),
    ('transitionIssue-wont-do-final', 'transitionIssue', 'state', 'wont_do cannot be reopened', 'prose', '`done` or `wont_do` to `open`'),
    ('transitionIssue-in-progress-not-back', 'transitionIssue', 'state', 'in_progress cannot go back to open', 'prose', '`in_progress` to `open`, `in_review` or `wont_do`'),
    ('transitionIssue-blocked-ignored', 'transitionIssue', 'state', 'a blocked issue may become done', 'prose', 'cannot become `done` (409)'),
    ('transitionIssue-blocked-by-wont-do', 'transitionIssue', 'state', 'an issue blocked by a wont_do one cannot become done', 'prose', 'one that is neither `done` nor `wont_do` cannot become `done`'),
    ('transitionIssue-no-activity', 'transitionIssue', 'side effect', 'moves are not recorded', 'prose', '`transitioned` it is `status`'),
    ('transitionIssue-resolved-at-wont-do', 'transitionIssue', 'side effect', 'wont_do does not set resolved_at', 'prose', 'When the issue became `done` or `wont_do`; null while it is neither.'),
    ('transitionIssue-resolved-at-stays', 'transitionIssue', 'side effect', 'reopening leaves resolved_at', 'prose', 'When the issue became `done` or `wont_do`; null while it is neither.'),
    ('transitionIssue-not-assigned', 'transitionIssue', 'side effect', 'an unassigned issue stays unassigned', 'prose', 'that moves to `in_progress` is assigned to the caller'),
    ('transitionIssue-takes-over', 'transitionIssue', 'side effect', 'assigned issues are assigned to the caller too', 'prose', 'An unassigned issue that moves to `in_progress` is assigned to the caller'),
    ('transitionIssue-comment-lost', 'transitionIssue', 'not stored', 'the comment is lost', 'prose', 'A `comment` is added as with addComment, visible to all.'),
    ('transitionIssue-version-stays', 'transitionIssue', 'counter', 'version stays', 'prose', 'goes up by 1 with every call that changes anything shown in the issue'),
    ('transitionIssue-no-etag', 'transitionIssue', 'header missing', 'no ETag', 'schema', "Strong tag of the issue's state."),
    ('bulkEditIssues-reporters-may', 'bulkEditIssues', 'authorization', 'reporters may edit in bulk', 'prose', 'Admins and developers. Makes the same changes'),
    ('bulkEditIssues-51', 'bulkEditIssues', 'boundary', 'accepts 51 keys', 'schema', 'maxItems: 50'),
    ('bulkEditIssues-keys-twice', 'bulkEditIssues', 'validation', 'accepts a key twice', 'schema', 'uniqueItems: true'),
    ('bulkEditIssues-no-changes', 'bulkEditIssues', 'validation', 'accepts empty changes', 'schema', 'minProperties: 1'),
    ('bulkEditIssues-label-both', 'bulkEditIssues', 'validation', 'accepts a label in both lists', 'prose', 'A label cannot be in both lists (422).'),
    ('bulkEditIssues-partial-before-422', 'bulkEditIssues', 'atomicity', 'a 422 for the milestone or assignee comes after the priority was changed', 'prose', 'gives 422 and changes nothing'),
    ('bulkEditIssues-label-unknown', 'bulkEditIssues', 'reference', 'accepts unknown labels', 'prose', 'A bad assignee, milestone or label gives 422'),
    ('bulkEditIssues-assignee-reporter', 'bulkEditIssues', 'reference', 'accepts a reporter as assignee', 'prose', 'A bad assignee, milestone or label gives 422'),
    ('bulkEditIssues-milestone-any-project', 'bulkEditIssues', 'reference', 'accepts a milestone of another project', 'prose', 'A bad assignee, milestone or label gives 422'),
    ('bulkEditIssues-other-project', 'bulkEditIssues', 'authorization', 'edits issues of other projects too', 'prose', 'if the project has no such issue'),
    ('bulkEditIssues-stops', 'bulkEditIssues', 'side effect', 'stops at the first key that is not found', 'prose', 'one that fails does not stop the others'),
    ('bulkEditIssues-remove-ignored', 'bulkEditIssues', 'not stored', 'labels are not removed', 'schema', "remove_labels: {$ref: '#/components/schemas/IssueLabels'}"),
    ('bulkEditIssues-labels-replaced', 'bulkEditIssues', 'not stored', 'add_labels replaces the labels', 'schema', "add_labels: {$ref: '#/components/schemas/IssueLabels'}"),
    ('bulkEditIssues-eleven-labels', 'bulkEditIssues', 'boundary', 'an issue may get more than 10 labels', 'prose', '`rejected` if it would get more than 10 labels'),
    ('bulkEditIssues-no-activity', 'bulkEditIssues', 'side effect', 'changes are not recorded', 'prose', 'Same side effects as a single update.'),
    ('bulkEditIssues-assignee-not-watching', 'bulkEditIssues', 'side effect', 'a new assignee does not watch', 'prose', 'Same side effects as a single update.'),
    ('bulkEditIssues-unchanged-touched', 'bulkEditIssues', 'counter', 'the version of unchanged issues goes up', 'prose', 'if the issue was like that already (its version stays)'),
    ('bulkEditIssues-unchanged-as-updated', 'bulkEditIssues', 'computed', 'unchanged issues are reported as updated', 'prose', '`unchanged` if the issue was like that already'),
    ('bulkEditIssues-sorted', 'bulkEditIssues', 'sort', 'results are sorted by key', 'prose', 'in the order of the request'),
    ('bulkEditIssues-not-found-left-out', 'bulkEditIssues', 'structure', 'keys that are not found are left out', 'prose', 'One entry for each key'),
    ('bulkEditIssues-count-all', 'bulkEditIssues', 'computed', 'updated_count counts all entries', 'prose', 'Number of entries with outcome `updated`.'),
    ('searchIssues-outsiders', 'searchIssues', 'visibility', 'finds issues of other projects', 'prose', 'Finds issues in all projects that the caller can see.'),
    ('searchIssues-q-title-only', 'searchIssues', 'filter', 'q does not look at the description', 'prose', 'Part of the title or of the description, regardless of case.'),
    ('searchIssues-q-case', 'searchIssues', 'filter', 'q is case-sensitive', 'prose', 'Part of the title or of the description, regardless of case.'),
    ('searchIssues-status-first-only', 'searchIssues', 'filter', 'only the first status counts', 'prose', 'One or more statuses, separated by commas.'),
    ('searchIssues-priority-at-least', 'searchIssues', 'filter', 'finds higher priorities too', 'prose', 'All filters must match.'),
    ('searchIssues-assignee-none', 'searchIssues', 'filter', 'none finds assigned issues too', 'prose', '`none` for unassigned issues'),
    ('searchIssues-me-reporter', 'searchIssues', 'filter', 'me finds the issues that the caller reported', 'prose', '`me` for the caller'),
    ('searchIssues-label-prefix', 'searchIssues', 'filter', 'label matches the start of names', 'prose', 'Full name of a label.'),
    ('searchIssues-milestone-ignored', 'searchIssues', 'filter', 'ignores milestone_id', 'prose', 'All filters must match.'),
    ('searchIssues-created-after-strict', 'searchIssues', 'boundary', 'issues created at just that time are missing', 'prose', 'Only issues created at this time or later.'),
    ('searchIssues-created-after-unchecked', 'searchIssues', 'validation', 'a bad created_after is ignored', 'schema', 'schema: {type: string, format: date-time}'),
    ('searchIssues-min-votes-strict', 'searchIssues', 'boundary', 'issues with just so many votes are missing', 'prose', 'Only issues with at least so many votes.'),
    ('searchIssues-filter-of-others', 'searchIssues', 'visibility', 'saved filters of others can be used', 'prose', "One of the caller's own saved filters (anything else gives 400)."),
    ('searchIssues-filter-wins', 'searchIssues', 'filter', 'the saved filter wins over the request', 'prose', 'Parameters of the request win over criteria of the same name in the saved filter.'),
    ('searchIssues-filter-sort-ignored', 'searchIssues', 'sort', 'ignores the sort of the saved filter', 'prose', 'Same meaning as the parameters of searchIssues.'),
    ('searchIssues-default-sort', 'searchIssues', 'sort', 'default is oldest first', 'prose', 'the default is `-created_at`'),
    ('searchIssues-sort-unchecked', 'searchIssues', 'validation', 'an unknown sort is ignored', 'schema', "enum: [created_at, '-created_at', updated_at, '-updated_at', priority, '-priority', vote_count, '-vote_count']"),
    ('searchIssues-priority-alphabetical', 'searchIssues', 'sort', 'priorities sort by alphabet', 'prose', 'Priorities rank low, medium, high, critical.'),
    ('searchIssues-updated-as-created', 'searchIssues', 'sort', 'updated_at sorts by created_at', 'schema', "enum: [created_at, '-created_at', updated_at, '-updated_at', priority, '-priority', vote_count, '-vote_count']"),
    ('searchIssues-ties-oldest-first', 'searchIssues', 'sort', 'equal sort values come oldest first', 'prose', 'Issues with equal sort values come newest first.'),
    ('searchIssues-total-of-page', 'searchIssues', 'computed', 'total counts the page only', 'prose', 'Number of issues that match, over all pages.'),
    ('searchIssues-page-skips', 'searchIssues', 'paging', 'the next page leaves out its first item', 'prose', '`has_more` says whether items follow; pass `next_cursor` as `cursor` to get them.'),
    ('searchIssues-cursor-other-filter', 'searchIssues', 'validation', 'a cursor is accepted with other filters', 'prose', 'A cursor is only good for the same list with the same filters and sort (otherwise 400)'),
    ('searchIssues-limit-zero', 'searchIssues', 'boundary', 'accepts limit=0', 'schema', 'schema: {type: integer, minimum: 1, maximum: 100, default: 20}'),
    ('listActivity-outsiders', 'listActivity', 'visibility', 'shows the history to outsiders', 'prose', 'for anybody else it does not exist (404)'),
    ('listActivity-action-ignored', 'listActivity', 'filter', 'ignores action', 'schema', "- name: action in: query schema: {$ref: '#/components/schemas/Action'}"),
    ('listActivity-action-unchecked', 'listActivity', 'validation', 'accepts unknown actions as filter', 'schema', 'Action: {type: string, enum: [created, updated, transitioned, commented, attached, linked, work_logged]}'),
    ('listActivity-oldest-first', 'listActivity', 'sort', 'comes oldest first', 'prose', 'What happened to the issue, newest first.'),
    ('listActivity-old-new-swapped', 'listActivity', 'computed', 'old and new value are swapped', 'prose', 'Value before, as text'),
    ('listActivity-own-only-for-reporters', 'listActivity', 'visibility', 'reporters see only what they did', 'prose', 'Everybody who sees the issue sees all of it.'),
    ('listActivity-has-more-exact', 'listActivity', 'paging', 'has_more is true if the last page is full', 'prose', 'True exactly if there are items after this page.'),
    ('listComments-outsiders', 'listComments', 'visibility', 'shows comments to outsiders', 'prose', 'for anybody else it does not exist (404)'),
    ('listComments-team-leak', 'listComments', 'visibility', 'reporters see comments for the team', 'prose', 'Reporters do not see comments for the team.'),
    ('listComments-team-hidden-from-developers', 'listComments', 'visibility', 'developers do not see comments for the team', 'prose', '`team` comments are for admins and developers.'),
    ('listComments-newest-first', 'listComments', 'sort', 'default is newest first', 'prose', 'Oldest first unless sorted otherwise.'),
    ('listComments-sort-ignored', 'listComments', 'sort', '-created_at has no effect', 'schema', "enum: [created_at, '-created_at'] default: created_at"),
    ('listComments-author-ignored', 'listComments', 'filter', 'ignores author_id', 'prose', 'Only comments by this user.'),
    ('listComments-limit-unchecked', 'listComments', 'validation', 'accepts any limit', 'schema', 'schema: {type: integer, minimum: 1, maximum: 100, default: 20}'),
    ('addComment-outsiders', 'addComment', 'authorization', 'outsiders may comment', 'prose', 'Open to all who see the issue; reporters cannot write'),
    ('addComment-text-empty', 'addComment', 'boundary', 'accepts an empty text', 'schema', 'text: {type: string, minLength: 1, maxLength: 5000}'),
    ('addComment-text-5001', 'addComment', 'boundary', 'accepts a text of 5001 characters', 'schema', 'text: {type: string, minLength: 1, maxLength: 5000}'),
    ('addComment-default-team', 'addComment', 'default', 'comments are for the team by default', 'schema', 'default: all'),
    ('addComment-reporter-team', 'addComment', 'authorization', 'reporters may write comments for the team', 'prose', 'reporters cannot write comments for the team (403)'),
    ('addComment-reporter-forbidden', 'addComment', 'authorization', 'reporters cannot comment on issues of others', 'prose', 'Open to all who see the issue; reporters cannot write'),
    ('addComment-text-trimmed', 'addComment', 'not stored', 'white space around the text is cut off', 'prose', 'Strings are stored as sent.'),
    ('addComment-author-not-watching', 'addComment', 'side effect', 'the author does not watch', 'prose', 'The author starts to watch the issue.'),
    ('addComment-team-activity', 'addComment', 'visibility', 'comments for the team are recorded', 'prose', 'Comments for the team leave no trace in the activity.'),
    ('addComment-version-stays', 'addComment', 'counter', 'version stays', 'prose', 'goes up by 1 with every call that changes anything shown in the issue'),
    ('uploadAttachment-outsiders', 'uploadAttachment', 'authorization', 'outsiders may attach files', 'prose', 'for anybody else it does not exist (404)'),
    ('uploadAttachment-any-type', 'uploadAttachment', 'validation', 'accepts every content type', 'prose', 'Other content types than those listed give 415'),
    ('uploadAttachment-65537', 'uploadAttachment', 'boundary', 'accepts 65537 bytes', 'prose', 'at most 65536 bytes (413)'),
    ('uploadAttachment-65536-refused', 'uploadAttachment', 'boundary', 'refuses 65536 bytes', 'prose', 'at most 65536 bytes (413)'),
    ('uploadAttachment-filename-optional', 'uploadAttachment', 'validation', 'makes up a name if there is none', 'schema', '- name: filename in: query required: true'),
    ('uploadAttachment-dotfile', 'uploadAttachment', 'validation', 'accepts names that begin with a dot', 'schema', "pattern: '^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$'"),
    ('uploadAttachment-filename-101', 'uploadAttachment', 'boundary', 'accepts names of 101 characters', 'schema', "pattern: '^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$'"),
    ('uploadAttachment-empty', 'uploadAttachment', 'validation', 'accepts empty files', 'prose', 'and not empty (400)'),
    ('uploadAttachment-same-name', 'uploadAttachment', 'duplicate', 'accepts a file name twice', 'prose', 'each with a file name of its own (409)'),
    ('uploadAttachment-six', 'uploadAttachment', 'capacity', 'accepts a sixth file', 'prose', 'An issue holds at most 5 attachments'),
    ('uploadAttachment-four', 'uploadAttachment', 'capacity', 'refuses the fifth file', 'prose', 'An issue holds at most 5 attachments'),
    ('uploadAttachment-race', 'uploadAttachment', 'race', 'two at once with one name both succeed', 'prose', 'each with a file name of its own (409)'),
    ('uploadAttachment-no-activity', 'uploadAttachment', 'side effect', 'files are not recorded', 'prose', 'What happened to the issue'),
    ('uploadAttachment-sha-of-name', 'uploadAttachment', 'computed', 'sha256 is the hash of the name', 'prose', 'SHA-256 of the bytes, in hex.'),
    ('uploadAttachment-size-encoded', 'uploadAttachment', 'computed', 'size_bytes is the size in base64', 'schema', 'size_bytes: {type: integer, minimum: 1, maximum: 65536}'),
    ('uploadAttachment-by-reporter', 'uploadAttachment', 'computed', 'uploaded_by is the reporter of the issue', 'schema', "uploaded_by: {$ref: '#/components/schemas/UserId'}"),
    ('downloadAttachment-anonymous', 'downloadAttachment', 'authorization', 'answers without a token', 'structure', 'Every call needs a bearer token.'),
    ('downloadAttachment-outsiders', 'downloadAttachment', 'visibility', 'outsiders may download', 'prose', 'for anybody else it does not exist (404)'),
    ('downloadAttachment-stripped', 'downloadAttachment', 'not stored', 'white space at the end of the file is lost', 'prose', 'The bytes as uploaded'),
    ('downloadAttachment-cut', 'downloadAttachment', 'not stored', 'only the first 4096 bytes come', 'prose', 'The bytes as uploaded'),
    ('downloadAttachment-type-lost', 'downloadAttachment', 'content type', 'always application/octet-stream', 'prose', 'with the content type that they were uploaded with'),
    ('downloadAttachment-name-lost', 'downloadAttachment', 'header wrong', 'the file name in Content-Disposition is the id', 'prose', 'with the file name'),
    ('downloadAttachment-no-disposition', 'downloadAttachment', 'header missing', 'no Content-Disposition', 'schema', 'Content-Disposition:'),
    ('voteForIssue-outsiders', 'voteForIssue', 'authorization', 'outsiders may vote', 'prose', 'for anybody else it does not exist (404)'),
    ('voteForIssue-own', 'voteForIssue', 'state', "one may vote for one's own issue", 'prose', 'Nobody can vote for an issue that they reported'),
    ('voteForIssue-resolved', 'voteForIssue', 'state', 'resolved issues take votes', 'prose', 'and nobody for one that is `done` or `wont_do` (409)'),
    ('voteForIssue-wont-do', 'voteForIssue', 'state', 'wont_do issues take votes', 'prose', 'and nobody for one that is `done` or `wont_do` (409)'),
    ('voteForIssue-toggles', 'voteForIssue', 'idempotency', 'a second vote takes the first back', 'prose', 'a second time changes nothing'),
    ('voteForIssue-counts-twice', 'voteForIssue', 'idempotency', 'a second vote counts', 'prose', 'a second time changes nothing'),
    ('voteForIssue-version-up', 'voteForIssue', 'counter', 'a second vote changes the version', 'prose', 'a second time changes nothing'),
    ('voteForIssue-race', 'voteForIssue', 'race', 'of two votes at once one is lost', 'prose', "Adds the caller's vote"),
    ('watchIssue-outsiders', 'watchIssue', 'authorization', 'outsiders may watch', 'prose', 'for anybody else it does not exist (404)'),
    ('watchIssue-not-stored', 'watchIssue', 'not stored', 'does nothing', 'prose', 'The caller starts to watch the issue.'),
    ('watchIssue-first', 'watchIssue', 'sort', 'the caller becomes the first of the watchers', 'prose', 'in the order in which they started'),
    ('watchIssue-toggles', 'watchIssue', 'idempotency', 'a second time stops watching', 'prose', 'Does nothing if they do already.'),
    ('watchIssue-twice', 'watchIssue', 'idempotency', 'a second time lists the watcher twice', 'prose', 'Does nothing if they do already.'),
    ('watchIssue-version-stays', 'watchIssue', 'counter', 'version stays', 'prose', 'goes up by 1 with every call that changes anything shown in the issue'),
    ('linkIssues-reporters-may', 'linkIssues', 'authorization', 'reporters may link issues', 'prose', 'Admins and developers. The other issue must be'),
    ('linkIssues-outsiders', 'linkIssues', 'authorization', 'outsiders get 403 instead of 404', 'prose', 'for anybody else it does not exist (404)'),
    ('linkIssues-self', 'linkIssues', 'validation', 'an issue may be linked to itself', 'prose', 'The other issue must be a different one of the same project (422).'),
    ('linkIssues-other-project', 'linkIssues', 'reference', 'links issues of other projects', 'prose', 'The other issue must be a different one of the same project (422).'),
    ('linkIssues-twice', 'linkIssues', 'duplicate', 'accepts a link twice', 'prose', 'A link that is there already, from either side, gives 409'),
    ('linkIssues-twice-from-other-side', 'linkIssues', 'duplicate', 'accepts a link once more from the other side', 'prose', 'A link that is there already, from either side, gives 409'),
    ('linkIssues-cycle', 'linkIssues', 'state', 'issues may block each other', 'prose', 'one that would make an issue block itself through a chain of `blocks` links'),
    ('linkIssues-long-cycle', 'linkIssues', 'state', 'cycles of three and more are accepted', 'prose', 'one that would make an issue block itself through a chain of `blocks` links'),
    ('linkIssues-one-side', 'linkIssues', 'side effect', 'the other issue does not show the link', 'prose', 'It shows the link from its side'),
    ('linkIssues-not-inverted', 'linkIssues', 'side effect', 'the other issue shows the same type', 'prose', '`blocks` there is `is_blocked_by` here'),
    ('linkIssues-other-version-stays', 'linkIssues', 'counter', 'the version of the other issue stays', 'prose', 'goes up by 1 with every call that changes anything shown in the issue'),
    ('linkIssues-other-no-activity', 'linkIssues', 'side effect', 'the link is not recorded at the other issue', 'prose', 'A link is recorded at both issues.'),
    ('logWork-reporters-may', 'logWork', 'authorization', 'reporters may log work', 'prose', 'Admins and developers log their own work.'),
    ('logWork-outsiders', 'logWork', 'authorization', 'outsiders get 403 instead of 404', 'prose', 'for anybody else it does not exist (404)'),
    ('logWork-zero', 'logWork', 'boundary', 'accepts 0 minutes', 'schema', 'minutes: {type: integer, minimum: 1, maximum: 1440}'),
    ('logWork-1441', 'logWork', 'boundary', 'accepts 1441 minutes', 'schema', 'minutes: {type: integer, minimum: 1, maximum: 1440}'),
    ('logWork-note-501', 'logWork', 'boundary', 'accepts a note of 501 characters', 'schema', 'note: {type: string, nullable: true, maxLength: 500}'),
    ('logWork-future', 'logWork', 'validation', 'accepts days in the future', 'prose', '`worked_on` cannot be in the future (422).'),
    ('logWork-today-refused', 'logWork', 'boundary', 'refuses today', 'prose', '`worked_on` cannot be in the future (422).'),
    ('logWork-no-limit', 'logWork', 'capacity', 'there is no limit per day', 'prose', 'Nobody can log more than 1440 minutes for one day'),
    ('logWork-limit-per-issue', 'logWork', 'capacity', 'the limit per day counts one issue only', 'prose', 'over all issues together (409)'),
    ('logWork-limit-all-users', 'logWork', 'capacity', 'the limit per day counts the work of all users', 'prose', 'Nobody can log more than 1440 minutes for one day'),
    ('logWork-limit-exact', 'logWork', 'boundary', '1440 minutes in two parts are refused', 'prose', 'Nobody can log more than 1440 minutes for one day'),
    ('logWork-limit-before', 'logWork', 'boundary', 'only looks at what was logged before', 'prose', 'Nobody can log more than 1440 minutes for one day'),
    ('logWork-limit-race', 'logWork', 'race', 'two at once go over the limit', 'prose', 'Nobody can log more than 1440 minutes for one day'),
    ('logWork-race', 'logWork', 'race', 'of two at once one is missing in the total', 'prose', 'Sum of all work logged.'),
    ('logWork-total-replaced', 'logWork', 'computed', 'logged_minutes is the last entry only', 'prose', 'Sum of all work logged.'),
    ('logWork-total-before', 'logWork', 'computed', 'issue_logged_minutes is without this entry', 'prose', "The issue's `logged_minutes` with this entry."),
    ('logWork-note-lost', 'logWork', 'not stored', 'the note is lost', 'prose', 'Strings are stored as sent.'),
    ('logWork-no-activity', 'logWork', 'side effect', 'work is not recorded', 'prose', 'What happened to the issue'),
    ('createSavedFilter-name-61', 'createSavedFilter', 'boundary', 'accepts a name of 61 characters', 'schema', 'name: {type: string, minLength: 1, maxLength: 60}'),
    ('createSavedFilter-criteria-empty', 'createSavedFilter', 'validation', 'accepts empty criteria', 'schema', 'minProperties: 1'),
    ('createSavedFilter-name-twice', 'createSavedFilter', 'duplicate', 'accepts the same name', 'prose', 'Two filters of one owner cannot have the same name, regardless of case (409)'),
    ('createSavedFilter-name-case', 'createSavedFilter', 'duplicate', 'accepts the same name in other case', 'prose', 'Two filters of one owner cannot have the same name, regardless of case (409)'),
    ('createSavedFilter-unique-over-owners', 'createSavedFilter', 'duplicate', 'refuses a name that another owner uses', 'prose', 'those of different owners can'),
    ('createSavedFilter-race', 'createSavedFilter', 'race', 'two at once with one name both succeed', 'prose', 'Two filters of one owner cannot have the same name, regardless of case (409)'),
    ('createSavedFilter-status-lost', 'createSavedFilter', 'not stored', 'keeps only the first status', 'prose', 'As sent.'),
    ('createSavedFilter-no-location', 'createSavedFilter', 'header missing', 'no Location', 'schema', 'Path of the new resource.'),
    ('getSavedFilter-of-others', 'getSavedFilter', 'visibility', 'shows filters of others', 'prose', 'for everybody else, site admins included, it does not exist (404)'),
    ('getSavedFilter-site-admin', 'getSavedFilter', 'visibility', 'shows all filters to site admins', 'prose', 'for everybody else, site admins included, it does not exist (404)'),
    ('getSavedFilter-403', 'getSavedFilter', 'wrong status', 'filters of others give 403', 'prose', 'for everybody else, site admins included, it does not exist (404)'),
]

if __name__ == '__main__':
    main()
