#!/usr/bin/env python3
"""Rivermouth Public Library: an in-memory service for contract.yaml, with faults to switch on."""
import argparse, csv, datetime as dt, hashlib, io, json, math, os, re, socket, sys, threading, time, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, parse_qsl

FAULT = None
FAULTS = []


def F(i):
    return FAULT == i


def D(i, op, kind, what, source, where):
    FAULTS.append({"id": i, "operation": op, "kind": kind, "what": what, "source": source, "where": where})


SPARE = []


def spare(*a):
    """Written, but not drawn into the list: see --list-spare. --fault takes these too."""
    SPARE.append(dict(zip(("id", "operation", "kind", "what", "source", "where"), a)))


# <faults>
spare('me-member-id', 'getMe', 'computed', 'member_id is null for members', 'schema', 'Person.member_id: "For members, the id of their membership"')
spare('me-role', 'getMe', 'computed', 'a volunteer is reported as librarian', 'prose', '"The person the token belongs to."')
D('auth-any-token', 'getMe', 'authorization', "any bearer token is taken (for the member Maya's)", 'prose', 'info: "a token we did not issue, gets 401"')
D('auth-no-challenge', 'getMe', 'missing header', '401 without WWW-Authenticate', 'structure', 'responses/Unauthenticated/headers/WWW-Authenticate required')
D('branches-open-noeffect', 'listBranches', 'filter', 'open_at has no effect', 'prose', '"With `open_at`, only the branches that are open at that instant"')
spare('branches-open-utc', 'listBranches', 'time zone', 'the hours are compared in UTC', 'prose', '"the instant is converted to the branch\'s own clock (`utc_offset`)"')
spare('branches-open-weekday', 'listBranches', 'time zone', "the weekday is that in UTC, not the branch's", 'prose', '"falls into one of the spans of that weekday"')
D('branches-open-closing', 'listBranches', 'boundary', 'open in the closing minute', 'prose', '"excludes its `closes` minute"')
D('branches-open-naive', 'listBranches', 'validation', 'a date-time without offset is taken', 'prose', '"must carry one"')
spare('branches-order', 'listBranches', 'order', 'branches come unordered', 'prose', '"ordered by `code`"')
D('titles-q-case', 'listTitles', 'filter', 'q is case-sensitive', 'prose', 'parameter q: "case does not matter"')
spare('titles-q-title-only', 'listTitles', 'filter', 'q does not look at authors', 'prose', 'parameter q: "or of an author\'s name"')
D('titles-language-noeffect', 'listTitles', 'filter', 'language has no effect', 'structure', 'parameter language')
spare('titles-subject-prefix', 'listTitles', 'filter', 'subject matches beginnings', 'prose', 'parameter subject: "exactly this subject"')
D('titles-available-false', 'listTitles', 'filter', 'available=false has no effect', 'prose', 'parameter available: "false for those with none"')
D('titles-year-to-exclusive', 'listTitles', 'boundary', 'year_to excludes the year itself', 'prose', 'parameter year_to: "(inclusive)"')
spare('titles-year-reversed', 'listTitles', 'validation', 'reversed years give an empty list', 'prose', 'parameter year_to: "Less than `year_from` is a 400"')
D('titles-archived-shown', 'listTitles', 'deletion', 'archived titles stay in the list', 'prose', '"Archived titles are left out unless"')
spare('titles-archived-anyone', 'listTitles', 'authorization', 'everybody may include archived titles', 'prose', '"which only a librarian may ask for (others get 403)"')
spare('titles-sort-year-desc', 'listTitles', 'order', '-published_year sorts ascending', 'prose', '"a leading `-` means descending"')
spare('titles-sort-case', 'listTitles', 'order', 'capital letters sort first', 'prose', '"Titles compare by their lower-case form"')
D('titles-sort-ties', 'listTitles', 'order', 'equal years come by id descending', 'prose', '"Ties are broken by `id`, ascending"')
spare('titles-unrated-first', 'listTitles', 'order', 'unrated titles come first with -rating', 'prose', '"the titles without a rating come last"')
spare('titles-total-page', 'listTitles', 'total', 'total is the length of the page', 'prose', 'info: "`total`, the number of entries that match the filters"')
D('titles-total-unfiltered', 'listTitles', 'total', 'total ignores the filters', 'prose', 'info: "`total`, the number of entries that match the filters"')
spare('titles-offset-pages', 'listTitles', 'paging', 'offset counts pages', 'prose', 'parameter offset: "How many entries to skip."')
D('limit-unbounded', 'listTitles', 'validation', 'a limit over 50 is taken', 'schema', 'parameters/Limit/schema/maximum')
D('title-isbn-digit', 'createTitle', 'validation', 'wrong check digits are taken', 'prose', '"must have a correct check digit (422)"')
spare('title-isbn-dup', 'createTitle', 'duplicate', 'an ISBN may be used twice', 'prose', '"no other title ... may have it (409 `duplicate_isbn`)"')
spare('title-isbn-archived', 'createTitle', 'duplicate', 'the ISBN of an archived title may be used again', 'prose', '"no other title, archived or not"')
D('title-isbn-race', 'createTitle', 'race', 'two requests at once get the same ISBN in', 'prose', '"no other title ... may have it"')
D('title-year-future', 'createTitle', 'validation', 'far future years are taken', 'prose', '"A `published_year` later than next year is a 422"')
spare('title-422-as-400', 'createTitle', 'status code', '400 in place of 422', 'prose', '"must have a correct check digit (422)"')
spare('title-summary-lost', 'createTitle', 'not stored', 'summary is dropped', 'schema', 'TitleCreate.summary / Title.summary')
spare('title-authors-sorted', 'createTitle', 'not stored', 'the order of authors is changed', 'schema', 'TitleCreate.authors / Title.authors')
D('title-no-location', 'createTitle', 'missing header', 'no Location', 'structure', 'createTitle 201 headers/Location')
spare('title-created-200', 'createTitle', 'status code', '200 in place of 201', 'structure', 'createTitle responses/201')
spare('title-volunteer-creates', 'createTitle', 'authorization', 'volunteers may create titles', 'prose', '"Librarians only."')
D('title-authors-max', 'createTitle', 'validation', 'more than 10 authors are taken', 'schema', 'TitleCreate.authors.maxItems')
spare('title-subjects-unique', 'createTitle', 'validation', 'repeated subjects are taken', 'schema', 'TitleCreate.subjects.uniqueItems')
D('title-unknown-members', 'createTitle', 'validation', 'unknown members are taken', 'schema', 'TitleCreate.additionalProperties')
D('title-year-min', 'createTitle', 'validation', 'years before 1450 are taken', 'schema', 'TitleCreate.published_year.minimum')
D('json-any-type', 'createTitle', 'validation', 'the Content-Type of JSON bodies is not looked at', 'prose', 'info: "a body of another type, or without a type, is a 415"')
spare('problem-plain-json', 'createTitle', 'media type', '409s are sent as application/json', 'structure', 'responses/Conflict/content')
D('title-archived-seen', 'getTitle', 'authorization', 'everybody sees archived titles', 'prose', '"An archived title is shown to librarians only"')
D('title-etag-counts', 'getTitle', 'etag', 'the ETag ignores the counts', 'prose', '"The ETag changes whenever any member of the answer does, also the counted ones."')
D('title-no-304', 'getTitle', 'conditional', 'never 304', 'prose', 'parameters/IfNoneMatch: "the answer is 304"')
spare('rating-pending', 'getTitle', 'computed', 'pending reviews count', 'schema', 'Title.reviews_count: "The published reviews."')
spare('rating-rejected', 'getTitle', 'computed', 'rejected reviews count', 'schema', 'Title.reviews_count: "The published reviews."')
D('title-total-lent', 'getTitle', 'computed', 'lent copies are not counted', 'schema', 'Title.copies_total: "All copies of the title."')
spare('title-available-reserved', 'getTitle', 'computed', 'reserved copies count as available', 'schema', 'Title.copies_available: "The copies whose status is `available`."')
spare('problem-status-member', 'getTitle', 'wrong content', '404 problems say status 400', 'schema', 'Problem.status: "The same as the HTTP status."')
D('patch-if-match', 'updateTitle', 'lost update', 'If-Match is ignored', 'prose', '"a title whose ETag has changed is left alone and the answer is 412"')
D('patch-race', 'updateTitle', 'race', 'two changes at once with the same ETag both succeed', 'prose', '"a title whose ETag has changed is left alone"')
D('patch-null', 'updateTitle', 'not stored', 'null is ignored', 'prose', '"`null` empties `isbn` and `summary`"')
spare('patch-language-lost', 'updateTitle', 'not stored', 'language is not changed', 'schema', 'TitlePatch.language')
D('patch-clears-subjects', 'updateTitle', 'side effect', 'subjects are emptied if left out', 'prose', '"Members that are left out stay as they are"')
spare('patch-updated-at', 'updateTitle', 'side effect', 'updated_at stays', 'prose', '"`updated_at` is set to the time of the change"')
D('patch-archived', 'updateTitle', 'state', 'archived titles can be changed', 'prose', '"An archived title cannot be changed (409 `title_archived`"')
spare('patch-isbn-dup', 'updateTitle', 'duplicate', 'an ISBN of another title is taken', 'prose', '"The rules of `createTitle` apply."')
spare('patch-empty', 'updateTitle', 'validation', 'an empty change is taken', 'schema', 'TitlePatch.minProperties')
spare('patch-subject-pattern', 'updateTitle', 'validation', 'any subject is taken', 'schema', 'TitlePatch.subjects.items pattern')
spare('patch-volunteer', 'updateTitle', 'authorization', 'volunteers may change titles', 'prose', '"Librarians only."')
spare('archive-on-loan', 'archiveTitle', 'state', 'archives titles with copies on loan', 'prose', '"Refused while one of its copies is on loan"')
spare('archive-waiting', 'archiveTitle', 'state', 'archives titles with holds', 'prose', '"or reserved, or somebody waits for it"')
D('archive-twice', 'archiveTitle', 'state', '204 the second time', 'prose', '"for a title that is archived already (409 `title_archived`)"')
spare('archive-drops-copies', 'archiveTitle', 'deletes too much', 'the copies are deleted', 'prose', '"nothing is lost, its copies and reviews stay with it"')
D('archive-noop', 'archiveTitle', 'state not changed', '204, but nothing happens', 'prose', '"Takes the title out of the catalogue"')
D('archive-volunteer', 'archiveTitle', 'authorization', 'volunteers may archive', 'prose', '"Librarians only."')
D('restore-active', 'restoreTitle', 'state', '200 for active titles', 'prose', '"A title that is not archived is a 409"')
spare('restore-drops-cover', 'restoreTitle', 'side effect', 'the cover is lost', 'prose', '"with its copies, reviews and cover"')
spare('restore-drops-reviews', 'restoreTitle', 'side effect', 'the reviews are lost', 'prose', '"with its copies, reviews and cover"')
D('restore-answer', 'restoreTitle', 'wrong content', 'the answer still says archived', 'structure', 'restoreTitle 200: "The title, back in the catalogue."')
D('cover-etag-static', 'getCover', 'etag', 'the ETag stays when the picture is replaced', 'structure', 'getCover headers/ETag: "A strong validator"')
D('cover-type-png', 'getCover', 'media type', 'always image/png', 'prose', '"with the type they were uploaded as"')
spare('cover-no-304', 'getCover', 'conditional', 'never 304', 'prose', 'parameters/IfNoneMatch: "the answer is 304"')
spare('cover-size', 'putCover', 'validation', 'no limit of size', 'prose', '"At most 65536 bytes (413)"')
D('cover-signature', 'putCover', 'validation', 'any bytes are taken', 'prose', '"does not begin with the signature of the type it claims ... is a 400"')
D('cover-no-replace', 'putCover', 'not stored', 'a second upload is dropped', 'prose', 'summary: "Upload or replace the cover"; getCover: "The bytes last uploaded"')
D('cover-flag', 'putCover', 'side effect', 'has_cover stays false', 'structure', 'putCover 204: "`has_cover` of the title is true from now on"')
spare('cover-volunteer', 'putCover', 'authorization', 'volunteers may upload', 'prose', '"Librarians only."')
D('copies-price-shown', 'listCopies', 'authorization', 'members see prices', 'prose', '"Members are not told what a copy cost"')
D('copies-branch-noeffect', 'listCopies', 'filter', 'branch_id has no effect', 'structure', 'parameter branch_id')
spare('copies-status-noeffect', 'listCopies', 'filter', 'status has no effect', 'structure', 'parameter status')
D('copies-order', 'listCopies', 'order', 'in order of creation', 'prose', '"Ordered by `barcode`."')
spare('copies-page-skip', 'listCopies', 'paging', 'the first entry of later pages is missing', 'prose', 'parameter offset: "How many entries to skip."')
spare('copy-branch-unknown', 'addCopy', 'reference', 'unknown branches are taken', 'prose', '"An unknown branch ... is a 422"')
D('copy-acquired-future', 'addCopy', 'validation', 'future dates are taken', 'prose', '"an `acquired_on` after today, is a 422"')
D('copy-archived', 'addCopy', 'state', 'copies can be added to archived titles', 'prose', '"An archived title takes no copies"')
spare('copy-barcode-dup', 'addCopy', 'duplicate', 'unique within the title only', 'prose', '"`barcode` is unique in the whole library"')
D('copy-condition-default', 'addCopy', 'default', 'the default is new', 'schema', 'CopyCreate.condition.default')
D('copy-skips-queue', 'addCopy', 'side effect', 'new copies are simply available', 'prose', '"the new copy goes to the first in the queue at once"')
spare('copy-price-max', 'addCopy', 'validation', 'any price is taken', 'schema', 'CopyCreate.price_cents.maximum')
spare('holds-others-seen', 'listHolds', 'authorization', 'members see the whole queue', 'prose', '"a member only the own hold"')
D('holds-position-own', 'listHolds', 'computed', 'members always see themselves first', 'prose', '"with its true position"')
spare('holds-ready-last', 'listHolds', 'order', 'ready holds come last', 'prose', '"`ready` holds come first"')
D('holds-total-all', 'listHolds', 'total', 'total counts the holds of others', 'prose', 'info: "that match the filters and that the caller may see"')
spare('hold-dup', 'placeHold', 'duplicate', 'two holds of one member', 'prose', '"the member has an active hold on it (`duplicate_hold`)"')
D('hold-on-loan', 'placeHold', 'state', 'members may queue for what they have', 'prose', '"or a copy of it on loan (`already_on_loan`)"')
spare('hold-available', 'placeHold', 'state', 'holds in spite of available copies', 'prose', '"a copy is available and could simply be borrowed (`copy_available`)"')
D('hold-for-others', 'placeHold', 'authorization', 'members may place holds for others', 'prose', '"naming somebody else is a 403"')
spare('hold-member-unknown', 'placeHold', 'reference', 'unknown members are taken', 'prose', '"as is an unknown member or branch"')
D('hold-branch-unknown', 'placeHold', 'reference', 'unknown branches are taken', 'prose', '"as is an unknown member or branch"')
D('hold-jumps-queue', 'placeHold', 'order', 'new holds go to the front', 'prose', '"A new hold is `waiting`, at the end of the queue."')
spare('hold-branch-home', 'placeHold', 'not stored', 'the home branch is stored instead', 'schema', 'HoldCreate.pickup_branch_id / Hold.pickup_branch_id')
spare('cancel-others', 'cancelHold', 'authorization', 'members may cancel holds of others', 'prose', '"for other members the hold does not exist (404)"')
spare('cancel-no-shift', 'cancelHold', 'side effect', 'positions stay', 'prose', '"Those behind it in the queue move up by one."')
spare('cancel-copy-stuck', 'cancelHold', 'side effect', 'the copy stays reserved', 'prose', '"its copy goes to the first that is waiting, or becomes available"')
D('cancel-ready-shelf', 'cancelHold', 'side effect', 'the copy goes to the shelf though somebody waits', 'prose', '"its copy goes to the first that is waiting"')
D('cancel-closed', 'cancelHold', 'state', '204 again', 'prose', '"A hold that was fulfilled or cancelled before is a 409"')
D('cancel-whole-queue', 'cancelHold', 'deletes too much', 'those behind are cancelled too', 'prose', '"Those behind it in the queue move up by one."')
spare('reviews-all-seen', 'listReviews', 'authorization', 'all reviews are shown to all', 'prose', '"Everybody sees the published reviews; members also see their own"')
spare('reviews-own-hidden', 'listReviews', 'authorization', 'members do not see their pending reviews', 'prose', '"members also see their own in any state"')
spare('reviews-stars-exclusive', 'listReviews', 'boundary', 'more stars than that', 'prose', 'parameter stars_min: "at least as many stars"')
D('reviews-since-offset', 'listReviews', 'time zone', 'the offset is dropped', 'prose', 'parameter since: "at or after this instant"; info: "may carry any offset"')
spare('reviews-cursor-overlap', 'listReviews', 'paging', 'the last of a page comes again on the next', 'prose', '"Pass `next_cursor` ... to get the next one"')
D('reviews-cursor-endless', 'listReviews', 'paging', 'a cursor on the last page too', 'prose', '"it is null on the last page"')
D('reviews-cursor-any', 'listReviews', 'validation', 'bad cursors give the first page', 'prose', '"A cursor that we did not give out is a 400."')
D('reviews-oldest-first', 'listReviews', 'order', 'oldest first', 'prose', '"Newest first."')
D('review-dup', 'createReview', 'duplicate', 'any number of reviews', 'prose', '"A member reviews a title once"')
D('review-again-rejected', 'createReview', 'duplicate', 'again after a rejection', 'prose', '"even if the first was rejected"')
D('review-published', 'createReview', 'state', 'published at once', 'prose', '"A new review is `pending`"')
spare('review-staff', 'createReview', 'authorization', 'volunteers may review', 'prose', '"Members only."')
spare('review-body-max', 'createReview', 'validation', 'longer texts are taken', 'schema', 'ReviewCreate.body.maxLength')
D('moderate-no-reason', 'moderateReview', 'validation', 'rejects without a reason', 'prose', '"`reject` needs a `reason` (422 without)"')
D('moderate-reason-lost', 'moderateReview', 'not stored', 'the reason is dropped', 'prose', '"which is kept as `reject_reason`"')
spare('moderate-approve-reason', 'moderateReview', 'side effect', 'kept as reject_reason of a published review', 'prose', '"with `approve` a `reason` is ignored"')
D('moderate-twice', 'moderateReview', 'state', 'may be moderated again', 'prose', '"if it is not `pending`, 409 `already_moderated`"')
spare('moderate-not-stored', 'moderateReview', 'state not changed', 'answered, but the review stays pending', 'prose', '"`approve` publishes the review"')
spare('moderate-volunteer', 'moderateReview', 'authorization', 'volunteers may moderate', 'prose', '"Librarians only."')
D('moderate-reason-min', 'moderateReview', 'validation', 'shorter reasons are taken', 'schema', 'Moderation.reason.minLength')
D('import-stops', 'importTitles', 'bulk', 'stops at the first bad entry', 'prose', '"Bad entries do not stop the good ones."')
spare('import-dry-stores', 'importTitles', 'side effect', 'a dry run stores', 'prose', '"nothing is stored"')
D('import-batch-dup', 'importTitles', 'duplicate', 'duplicates within the batch are created', 'prose', '"or by an earlier entry that was created"')
spare('import-count-all', 'importTitles', 'computed', 'created counts all entries', 'schema', 'ImportReport.created')
spare('import-index-one', 'importTitles', 'wrong content', 'index begins at 1', 'schema', 'ImportReport index: "from 0"')
D('import-isbn-digit', 'importTitles', 'validation', 'wrong check digits are imported', 'prose', '"or would be a 422, is `invalid`"')
D('import-max', 'importTitles', 'validation', 'more than 100 entries are taken', 'schema', 'TitleImport.titles.maxItems')
D('export-archived', 'exportTitles', 'export', 'archived titles are in the file', 'prose', '"All titles that are not archived"')
spare('export-order', 'exportTitles', 'order', 'ordered by id', 'prose', '"in the order of `listTitles` with `sort=title`"')
spare('export-406', 'exportTitles', 'status code', 'CSV whatever was accepted', 'prose', '"if it allows neither, 406"')
D('export-quotes', 'exportTitles', 'export', 'quotes inside fields are not doubled', 'prose', '"The CSV follows RFC 4180"')
spare('export-lf', 'exportTitles', 'export', 'LF only', 'prose', '"CRLF after every line"')
D('export-language-noeffect', 'exportTitles', 'filter', 'language has no effect', 'structure', 'parameter language')
spare('export-last-missing', 'exportTitles', 'export', 'the last title is missing', 'prose', '"All titles that are not archived"')
D('export-ndjson-array', 'exportTitles', 'export', 'one JSON array', 'prose', '"one `ExportRow` per line"')
D('export-disposition', 'exportTitles', 'missing header', 'no Content-Disposition', 'structure', 'exportTitles headers/Content-Disposition')
spare('export-member', 'exportTitles', 'authorization', 'members may export', 'prose', '"Staff only."')
spare('member-email-dup', 'registerMember', 'duplicate', 'an address may be used twice', 'prose', '"(409 `duplicate_email`)"')
D('member-email-case', 'registerMember', 'duplicate', 'case makes a difference', 'prose', '"unique without regard to case"')
D('member-birth-future', 'registerMember', 'validation', 'future birth dates are taken', 'prose', '"A `birth_date` after today ... a 422"')
spare('member-branch-unknown', 'registerMember', 'reference', 'unknown branches are taken', 'prose', '"an unknown branch are a 422"')
D('member-expiry-default', 'registerMember', 'default', '30 days', 'prose', '"`card_expires_on` is 365 days from today if not given"')
spare('member-email-form', 'registerMember', 'validation', 'anything is an address', 'schema', 'MemberCreate.email.pattern')
D('member-self-registers', 'registerMember', 'authorization', 'members may register others', 'prose', '"Staff."')
D('member-others-seen', 'getMember', 'authorization', 'members see other members', 'prose', '"members see themselves and nobody else (404)"')
D('member-volunteer-email', 'getMember', 'authorization', 'volunteers see email', 'prose', '"Volunteers are not shown `email`"')
D('member-loans-all', 'getMember', 'computed', 'returned loans count', 'schema', 'Member.open_loans: "Loans not yet returned."')
spare('member-owes-partial', 'getMember', 'computed', 'partial payments are not subtracted', 'schema', 'Member.outstanding_cents; Fine.outstanding_cents: less `paid_cents`')
spare('member-junior-day', 'getMember', 'boundary', 'still junior on the birthday', 'schema', 'Member.category: "until the day before the 16th birthday"')
spare('fines-others-seen', 'listFines', 'authorization', 'members see the fines of others', 'prose', '"Visible as the member is"')
D('fines-status-noeffect', 'listFines', 'filter', 'status has no effect', 'structure', 'parameter status')
spare('fines-sum-filtered', 'listFines', 'computed', 'the sum is filtered', 'prose', '"the sum over all fines of the member, whatever `status` filters"')
D('fines-oldest-first', 'listFines', 'order', 'oldest first', 'prose', '"Newest first."')
spare('pay-others', 'payFine', 'authorization', 'members may pay fines of others', 'prose', '"Fines of others do not exist for members (404)."')
spare('pay-cash-member', 'payFine', 'authorization', 'members may record cash', 'prose', '"Cash is taken by staff"')
D('pay-waiver-volunteer', 'payFine', 'authorization', 'volunteers may waive', 'prose', '"a waiver is for librarians"')
spare('pay-settled', 'payFine', 'state', 'payments for settled fines are taken', 'prose', '"A settled fine takes no more payments"')
spare('pay-too-much', 'payFine', 'validation', 'more may be paid than is owed', 'prose', '"if `amount_cents` is more than what is outstanding"')
spare('pay-received-less', 'payFine', 'validation', 'less cash than the amount is taken', 'prose', '"`received_cents` less than `amount_cents`"')
spare('pay-change', 'payFine', 'computed', 'change is always 0', 'schema', 'Payment.change_cents: "what is handed back"')
D('pay-partial-settles', 'payFine', 'computed', 'a part settles the fine', 'prose', '"In full or in part."')
D('pay-stays-open', 'payFine', 'state not changed', 'the fine stays open', 'prose', '"When nothing is left, the fine is `settled`."')
D('pay-waiver-uncounted', 'payFine', 'computed', 'a waiver lowers nothing', 'schema', 'Fine.paid_cents: "waivers included"')
D('pay-recorded-by', 'payFine', 'wrong content', 'names the member who owes', 'schema', 'Payment.recorded_by: "The person who made the request."')
D('pay-race', 'payFine', 'race', 'two payments at once both count in full', 'prose', '"422 if `amount_cents` is more than what is outstanding"')
spare('pay-token-form', 'payFine', 'validation', 'any card token is taken', 'schema', 'CardPayment.card_token.pattern')
spare('loans-others-filter', 'listLoans', 'authorization', 'with member_id members see loans of others', 'prose', '"Staff see all loans, members their own."')
spare('loans-title-noeffect', 'listLoans', 'filter', 'title_id has no effect', 'structure', 'parameter title_id')
D('loans-overdue-false', 'listLoans', 'filter', 'overdue=false has no effect', 'structure', 'parameter overdue')
D('loans-before-inclusive', 'listLoans', 'boundary', 'the day itself is included', 'prose', 'parameter due_before: "on an earlier day than this one"')
D('loans-count-page', 'listLoans', 'computed', 'counts the page only', 'prose', '"how many of the loans counted in `total` are overdue"')
spare('loans-sort-desc', 'listLoans', 'order', '-due_on sorts ascending', 'structure', 'parameter sort: -due_on')
spare('loan-limit', 'createLoan', 'state', 'a sixth loan is possible', 'prose', '"the member has 5 open loans (`loan_limit`)"')
D('loan-card-expired', 'createLoan', 'state', 'expired cards may borrow', 'prose', '"the card expired before today (`card_expired`)"')
spare('loan-card-lastday', 'createLoan', 'boundary', 'refused on the last day', 'schema', 'Member.card_expires_on: "The last day the card is good for."')
D('loan-fines', 'createLoan', 'state', 'debts do not matter', 'prose', '"the member owes more than 1000 cents"')
spare('loan-fines-edge', 'createLoan', 'boundary', 'refused at exactly 1000 cents', 'prose', '"more than 1000 cents"')
D('loan-archived', 'createLoan', 'state', 'copies of archived titles are lent', 'prose', '"the title is archived (`title_archived`)"')
spare('loan-reserved', 'createLoan', 'state', 'reserved copies are lent to anybody', 'prose', '"or reserved for another member (`copy_unavailable`)"')
D('loan-race', 'createLoan', 'race', 'both succeed', 'prose', '"Of two requests for one copy at the same time, one succeeds."')
D('loan-future', 'createLoan', 'validation', 'future days are taken (up to a year)', 'prose', '"it may not be after today"')
D('loan-too-old', 'createLoan', 'validation', 'any past day is taken', 'prose', '"nor more than 180 days ago (422)"')
spare('loan-unknown-404', 'createLoan', 'status code', '404 in place of 422', 'prose', '"Unknown members and copies are a 422."')
spare('loan-days-default', 'createLoan', 'default', '14 days', 'schema', 'LoanCreate.loan_days.default')
D('loan-days-max', 'createLoan', 'validation', 'longer loans are taken', 'schema', 'LoanCreate.loan_days.maximum')
spare('loan-due-today', 'createLoan', 'computed', 'counted from today', 'prose', '"`due_on` is `checked_out_on` plus `loan_days`."')
spare('loan-copy-stays', 'createLoan', 'side effect', 'the copy keeps its status', 'prose', '"The copy becomes `on_loan`."')
spare('loan-hold-stays', 'createLoan', 'side effect', 'the hold stays ready', 'prose', '"the hold is fulfilled and leaves the queue"')
D('loan-member', 'createLoan', 'authorization', 'members may lend', 'prose', '"Staff."')
D('loan-others-seen', 'getLoan', 'authorization', 'members see loans of others', 'prose', '"a loan of somebody else is a 404"')
spare('loan-overdue-dueday', 'getLoan', 'boundary', 'overdue on the due day', 'schema', 'Loan.overdue: "today is after `due_on`"')
D('loan-overdue-returned', 'getLoan', 'computed', 'late loans stay overdue after the return', 'schema', 'Loan.overdue: "Open, and"')
D('renew-limit', 'renewLoan', 'state', 'any number of renewals', 'prose', '"was renewed twice (`renewal_limit`)"')
spare('renew-on-hold', 'renewLoan', 'state', 'renews though somebody waits', 'prose', '"somebody is waiting for the title (`title_on_hold`)"')
D('renew-returned', 'renewLoan', 'state', 'renews returned loans', 'prose', '"if the loan is returned (`loan_returned`)"')
D('renew-from-today', 'renewLoan', 'computed', 'always counted from today', 'prose', '"14 days after the old `due_on`"')
spare('renew-past', 'renewLoan', 'computed', 'counted from a due day in the past', 'prose', '"or 14 days after today if that is later"')
D('renew-uncounted', 'renewLoan', 'side effect', 'renewals stays', 'prose', '"`renewals` goes up by one"')
spare('renew-not-stored', 'renewLoan', 'not stored', 'answered, but not stored', 'prose', '"`due_on` moves to"')
spare('renew-others', 'renewLoan', 'authorization', 'members may renew loans of others', 'prose', '"(404 for other members"')
D('return-twice', 'returnLoan', 'state', '200 again', 'prose', '"A loan that was returned before is a 409"')
spare('return-stays-open', 'returnLoan', 'state not changed', 'the loan stays open', 'prose', '"The loan becomes `returned`, today."')
spare('return-condition-lost', 'returnLoan', 'not stored', 'the condition stays', 'prose', '"The copy takes on the `condition` given."')
spare('return-ignores-queue', 'returnLoan', 'side effect', 'the copy is simply available', 'prose', '"the first in the queue becomes `ready` with this copy"')
spare('return-queue-last', 'returnLoan', 'order', 'the last in the queue', 'prose', '"the first in the queue becomes `ready`"')
spare('return-late-grace', 'returnLoan', 'computed', 'the first day is free', 'prose', '"25 cents for each day"')
D('return-no-cap', 'returnLoan', 'computed', 'no upper limit', 'prose', '"at most 1000 cents"')
D('return-junior-full', 'returnLoan', 'computed', 'juniors pay in full', 'prose', '"Juniors pay half of that"')
spare('return-junior-down', 'returnLoan', 'rounding', 'rounded down', 'prose', '"rounded up to a whole cent"')
spare('return-junior-cap-after', 'returnLoan', 'computed', 'the limit is applied after halving', 'prose', '"at most 1000 cents. Juniors pay half of that"')
D('return-damage-down', 'returnLoan', 'rounding', 'rounded down', 'prose', '"rounded to the nearest cent"')
D('return-damage-again', 'returnLoan', 'computed', 'damage is charged again', 'prose', '"and was not before"')
spare('return-damage-junior', 'returnLoan', 'computed', 'juniors pay half for damage', 'prose', '"juniors pay this in full"')
D('return-fine-not-stored', 'returnLoan', 'not stored', 'fines are in the receipt only', 'prose', '"The fines that were made are in `fines`"; listFines: "all fines of the member"')
D('return-member', 'returnLoan', 'authorization', 'members may take back their loans', 'prose', '"Staff."')
spare('list-name-dup', 'createReadingList', 'duplicate', 'names may repeat', 'prose', '"A person cannot have two lists of the same name"')
D('list-name-case', 'createReadingList', 'duplicate', 'case makes a difference', 'prose', '"case aside"')
D('list-name-global', 'createReadingList', 'duplicate', 'names are unique over all persons', 'prose', '"A person cannot have two lists of the same name"')
spare('list-title-unknown', 'createReadingList', 'reference', 'unknown titles are taken', 'prose', '"Every id in `title_ids` must be a title"')
D('list-title-archived', 'createReadingList', 'reference', 'archived titles are taken', 'prose', '"a title that is not archived"')
spare('list-order', 'createReadingList', 'not stored', 'sorted by id', 'prose', '"The order of `title_ids` is kept."')
spare('list-default-shared', 'createReadingList', 'default', 'lists are shared by default', 'schema', 'ReadingListWrite.visibility.default')
D('list-name-max', 'createReadingList', 'validation', 'longer names are taken', 'schema', 'ReadingListWrite.name.maxLength')
D('list-private-librarian', 'getReadingList', 'authorization', 'librarians see private lists', 'prose', '"not even for librarians"')
D('list-private-seen', 'getReadingList', 'authorization', 'everybody sees private lists', 'prose', '"A private list is for its owner alone"')
spare('list-no-304', 'getReadingList', 'conditional', 'never 304', 'prose', 'parameters/IfNoneMatch: "the answer is 304"')
D('list-428', 'replaceReadingList', 'conditional', 'works without If-Match', 'prose', '"`If-Match` is required (428 without)"')
spare('list-412', 'replaceReadingList', 'lost update', 'If-Match is ignored', 'prose', '"must hold the current ETag (412 otherwise)"')
D('list-etag-name', 'replaceReadingList', 'etag', 'changes with name and visibility only', 'prose', '"The ETag changes with every successful replacement."')
D('list-put-keeps', 'replaceReadingList', 'not stored', 'visibility is kept', 'prose', '"a member left out takes its default"')
D('list-put-merge', 'replaceReadingList', 'not stored', 'titles are added only', 'prose', '"The whole list is replaced"')
spare('list-put-others', 'replaceReadingList', 'authorization', 'everybody may replace shared lists', 'prose', '"others get 403 on a shared list"')
spare('list-put-race', 'replaceReadingList', 'race', 'two at once with one ETag both succeed', 'prose', '"must hold the current ETag (412 otherwise)"')
D('list-delete-others', 'deleteReadingList', 'authorization', 'everybody may delete shared lists', 'prose', '"Others get 403 on a shared list"')
spare('list-delete-noop', 'deleteReadingList', 'deletion', '204, but the list stays', 'prose', '"Gone for good"')
D('list-delete-all', 'deleteReadingList', 'deletes too much', 'all lists of the owner go', 'prose', '"Delete a reading list"')
D('suggest-held', 'createSuggestion', 'duplicate', 'suggests what is in the catalogue', 'prose', '"409 `already_held`"')
D('suggest-archived', 'createSuggestion', 'state', 'refused for archived titles too', 'prose', '"and not archived"')
spare('suggest-no-limit', 'createSuggestion', 'rate limit', 'no limit', 'prose', '"one more is a 429"')
D('suggest-no-retry-after', 'createSuggestion', 'missing header', 'no Retry-After', 'structure', 'responses/TooMany/headers/Retry-After required')
D('suggest-limit-global', 'createSuggestion', 'rate limit', 'the limit is over all persons', 'prose', '"A person may make 5 suggestions"')
spare('suggest-reason-lost', 'createSuggestion', 'not stored', 'reason is dropped', 'schema', 'SuggestionCreate.reason / Suggestion.reason')
spare('suggest-author-optional', 'createSuggestion', 'validation', 'author may be missing', 'schema', 'SuggestionCreate.required author')
# </faults>

# ---------------------------------------------------------------- time

UTC = dt.timezone.utc
_last = [None]


def now():
    n = dt.datetime.now(UTC)
    if _last[0] and n <= _last[0]:
        n = _last[0] + dt.timedelta(microseconds=1)
    _last[0] = n
    return n


def stamp(d):
    return d.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def today():
    return dt.datetime.now(UTC).date()


RE_DT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)\Z", re.A)


def parse_dt(s, lax=False):
    m = RE_DT.match(s)
    if not m:
        if lax and RE_DT.match(s + "Z"):
            return parse_dt(s + "Z")
        return None
    try:
        sec = int(m[4])
        d = dt.datetime.strptime(m[1], "%Y-%m-%d")
        leap = sec == 60
        d = d.replace(hour=int(m[2]), minute=int(m[3]), second=59 if leap else sec,
                      microsecond=int(((m[5] or ".0")[1:] + "000000")[:6]))
        if m[6] in "Zz":
            off = dt.timedelta(0)
        else:
            h, mi = int(m[6][1:3]), int(m[6][4:6])
            if h > 23 or mi > 59:
                return None
            off = dt.timedelta(hours=h, minutes=mi) * (-1 if m[6][0] == "-" else 1)
        return d.replace(tzinfo=dt.timezone(off)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_date(s):
    if not re.match(r"\d{4}-\d\d-\d\d\Z", s, re.A):
        return None
    try:
        return dt.date(int(s[:4]), int(s[5:7]), int(s[8:]))
    except ValueError:
        return None


RE_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\Z")

# ---------------------------------------------------------------- schemas of requests

LANG = {"type": "string", "enum": ["de", "en", "es", "fr", "it"]}
SUBJ = {"type": "string", "pattern": "^[a-z][a-z0-9-]{1,29}$"}
ISBN = {"type": "string", "nullable": True, "pattern": "^97[89][0-9]{10}$"}
COND = {"type": "string", "enum": ["new", "good", "worn", "damaged"]}
UID = {"type": "string", "format": "uuid"}
DATE = {"type": "string", "format": "date"}
CENTS1 = {"type": "integer", "minimum": 1, "maximum": 1000000}


def obj(req, props, **kw):
    return dict({"type": "object", "additionalProperties": False, "required": req, "properties": props}, **kw)


def S(lo, hi, **kw):
    d = dict({"type": "string", "maxLength": hi}, **kw)
    if lo:
        d["minLength"] = lo
    return d


def title_props():
    return {"isbn": dict(ISBN), "title": S(1, 200),
            "authors": {"type": "array", "minItems": 1, "maxItems": 10, "items": S(1, 100)},
            "language": dict(LANG), "published_year": {"type": "integer", "minimum": 1450, "maximum": 2100},
            "subjects": {"type": "array", "maxItems": 8, "uniqueItems": True, "items": dict(SUBJ)},
            "summary": S(0, 2000, nullable=True)}


SCHEMAS = {
    "TitleCreate": obj(["title", "authors", "language", "published_year"], title_props()),
    "TitlePatch": obj([], title_props(), minProperties=1),
    "TitleImport": obj(["titles"], {"titles": {"type": "array", "minItems": 1, "maxItems": 100, "items": {"type": "object"}}}),
    "CopyCreate": obj(["branch_id", "barcode"], {
        "branch_id": UID, "barcode": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{6}$"}, "condition": dict(COND),
        "acquired_on": DATE, "price_cents": {"type": "integer", "minimum": 0, "maximum": 1000000, "nullable": True}}),
    "MemberCreate": obj(["name", "email", "birth_date", "home_branch_id"], {
        "name": S(1, 100), "email": {"type": "string", "maxLength": 254, "pattern": r"^[^@\s]+@[^@\s]+\.[^@\s]+$"},
        "birth_date": DATE, "home_branch_id": UID, "card_expires_on": DATE}),
    "LoanCreate": obj(["member_id", "copy_id"], {
        "member_id": UID, "copy_id": UID, "checked_out_on": DATE,
        "loan_days": {"type": "integer", "minimum": 1, "maximum": 28}}),
    "LoanReturn": obj(["condition"], {"condition": dict(COND)}),
    "HoldCreate": obj(["pickup_branch_id"], {"pickup_branch_id": UID, "member_id": UID}),
    "CashPayment": obj(["method", "amount_cents", "received_cents"], {
        "method": {"type": "string", "enum": ["cash"]}, "amount_cents": dict(CENTS1), "received_cents": dict(CENTS1)}),
    "CardPayment": obj(["method", "amount_cents", "card_token"], {
        "method": {"type": "string", "enum": ["card"]}, "amount_cents": dict(CENTS1),
        "card_token": {"type": "string", "pattern": "^tok_[a-z0-9]{8,32}$"}}),
    "Waiver": obj(["method", "amount_cents", "reason"], {
        "method": {"type": "string", "enum": ["waiver"]}, "amount_cents": dict(CENTS1), "reason": S(3, 200)}),
    "ReadingListWrite": obj(["name"], {
        "name": S(1, 80), "visibility": {"type": "string", "enum": ["private", "shared"]},
        "title_ids": {"type": "array", "maxItems": 50, "uniqueItems": True, "items": dict(UID)}}),
    "ReviewCreate": obj(["stars"], {"stars": {"type": "integer", "minimum": 1, "maximum": 5},
                                    "body": S(1, 2000, nullable=True)}),
    "Moderation": obj(["decision"], {"decision": {"type": "string", "enum": ["approve", "reject"]}, "reason": S(3, 500)}),
    "SuggestionCreate": obj(["title", "author"], {"title": S(1, 200), "author": S(1, 100), "isbn": dict(ISBN),
                                                  "reason": S(0, 1000, nullable=True)}),
}

# faults that are a missing constraint: fault -> (schema, path to the holder, constraint)
SCHEMA_FAULTS = {
    "title-authors-max": ("TitleCreate", ["properties", "authors"], "maxItems"),
    "title-subjects-unique": ("TitleCreate", ["properties", "subjects"], "uniqueItems"),
    "title-unknown-members": ("TitleCreate", [], "additionalProperties"),
    "title-year-min": ("TitleCreate", ["properties", "published_year"], "minimum"),
    "patch-empty": ("TitlePatch", [], "minProperties"),
    "patch-subject-pattern": ("TitlePatch", ["properties", "subjects", "items"], "pattern"),
    "import-max": ("TitleImport", ["properties", "titles"], "maxItems"),
    "copy-price-max": ("CopyCreate", ["properties", "price_cents"], "maximum"),
    "copy-barcode-pattern": ("CopyCreate", ["properties", "barcode"], "pattern"),
    "member-email-form": ("MemberCreate", ["properties", "email"], "pattern"),
    "loan-days-max": ("LoanCreate", ["properties", "loan_days"], "maximum"),
    "pay-amount-min": ("CashPayment", ["properties", "amount_cents"], "minimum"),
    "pay-token-form": ("CardPayment", ["properties", "card_token"], "pattern"),
    "pay-waiver-reason": ("Waiver", [], "required-reason"),
    "list-name-max": ("ReadingListWrite", ["properties", "name"], "maxLength"),
    "list-ids-unique": ("ReadingListWrite", ["properties", "title_ids"], "uniqueItems"),
    "review-body-max": ("ReviewCreate", ["properties", "body"], "maxLength"),
    "moderate-reason-min": ("Moderation", ["properties", "reason"], "minLength"),
    "suggest-author-optional": ("SuggestionCreate", [], "required-author"),
}


def apply_schema_fault():
    if FAULT in SCHEMA_FAULTS:
        name, path, c = SCHEMA_FAULTS[FAULT]
        h = SCHEMAS[name]
        for k in path:
            h = h[k]
        if c.startswith("required-"):
            h["required"] = [x for x in h["required"] if x != c[9:]]
        else:
            h.pop(c)


def canon(v):
    return json.dumps(v, sort_keys=True)


def check(v, s, at=""):
    """None if v is valid against s, else where and why."""
    if v is None:
        return None if s.get("nullable") else at + ": null"
    t = s.get("type")
    ok = {"object": dict, "array": list, "string": str, "boolean": bool}.get(t)
    if t == "integer":
        if isinstance(v, bool) or not isinstance(v, int):
            return at + ": not an integer"
        if v < s.get("minimum", v) or v > s.get("maximum", v):
            return at + ": out of range"
    elif ok and not isinstance(v, ok):
        return at + ": not of type " + t
    if "enum" in s and v not in s["enum"]:
        return at + ": not one of the values"
    if t == "string":
        if len(v) < s.get("minLength", 0) or len(v) > s.get("maxLength", len(v)):
            return at + ": length"
        if "pattern" in s and not re.search(s["pattern"][:-1] + r"\Z", v, re.A if "\\s" not in s["pattern"] else 0):
            return at + ": pattern"
        f = s.get("format")
        if f == "uuid" and not RE_UUID.match(v) or f == "date" and not parse_date(v) or f == "date-time" and not parse_dt(v):
            return at + ": not a " + f
    if t == "array":
        if len(v) < s.get("minItems", 0) or len(v) > s.get("maxItems", len(v)):
            return at + ": number of items"
        if s.get("uniqueItems") and len({canon(x) for x in v}) != len(v):
            return at + ": repeated items"
        for i, x in enumerate(v):
            e = check(x, s.get("items", {}), "%s/%d" % (at, i))
            if e:
                return e
    if t == "object":
        for k in s.get("required", []):
            if k not in v:
                return "%s/%s: missing" % (at, k)
        if len(v) < s.get("minProperties", 0):
            return at + ": empty"
        for k, x in v.items():
            if k in s.get("properties", {}):
                e = check(x, s["properties"][k], at + "/" + k)
                if e:
                    return e
            elif s.get("additionalProperties") is False:
                return "%s/%s: unknown member" % (at, k)
    return None


# ---------------------------------------------------------------- answers

PHRASE = {200: "OK", 201: "Created", 204: "No Content", 304: "Not Modified", 400: "Bad Request", 401: "Unauthorized",
          403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 409: "Conflict",
          412: "Precondition Failed", 413: "Content Too Large", 415: "Unsupported Media Type",
          422: "Unprocessable Content", 428: "Precondition Required", 429: "Too Many Requests"}


class Answer(Exception):
    def __init__(self, status, body=b"", ctype=None, headers=None):
        self.status, self.body, self.ctype, self.headers = status, body, ctype, dict(headers or {})


def J(status, v, **headers):
    return Answer(status, json.dumps(v).encode(), "application/json", {k.replace("_", "-"): x for k, x in headers.items()})


def P(status, code, detail="", **headers):
    b = {"type": "about:blank", "title": PHRASE[status], "status": status, "code": code, "detail": detail}
    return Answer(status, json.dumps(b).encode(), "application/problem+json",
                  {k.replace("_", "-"): x for k, x in headers.items()})


def bad(d):
    return P(400, "invalid_request", d)


def forbidden(d="You may not do this."):
    return P(403, "forbidden", d)


def missing():
    return P(404, "not_found", "There is no such thing, or not for you.")


def conflict(code, d=""):
    return P(409, code, d)


def unproc(d):
    return P(422, "unprocessable", d)


def etag_of(v):
    return '"' + hashlib.sha256(canon(v).encode()).hexdigest()[:20] + '"'


# ---------------------------------------------------------------- data

LOCK = threading.RLock()
NOLOCK = threading.local()
branches, people, tokens, titles, copies, members, loans, holds, fines, lists, reviews, suggestions = ({} for _ in range(12))
payments = {}
covers = {}
suggest_times = {}


def uid():
    return str(uuid.uuid4())


def fixed(n):
    return "5a1d6c1e-0b8f-4f0e-9d0c-%012x" % n


def isbn_ok(s):
    return sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(s)) % 10 == 0


def new_title(b):
    n = stamp(now())
    t = {"id": uid(), "isbn": b.get("isbn"), "title": b["title"], "authors": list(b["authors"]), "language": b["language"],
         "published_year": b["published_year"], "subjects": list(b.get("subjects") or []), "summary": b.get("summary"),
         "archived": False, "created_at": n, "updated_at": n}
    titles[t["id"]] = t
    return t


def new_copy(t, b, branch, cond="good", price=None, on=None):
    c = {"id": uid(), "title_id": t["id"], "branch_id": branch, "barcode": b, "condition": cond, "status": "available",
         "acquired_on": on or today().isoformat(), "price_cents": price}
    copies[c["id"]] = c
    return c


card_no = [10000000]


def new_member(name, email, birth, branch, expires, id=None):
    card_no[0] += 1
    m = {"id": id or uid(), "name": name, "email": email, "birth_date": birth, "card_number": "C%08d" % card_no[0],
         "card_expires_on": expires, "home_branch_id": branch, "registered_at": stamp(now())}
    members[m["id"]] = m
    return m


def new_loan(m, c, out, days):
    l = {"id": uid(), "member_id": m["id"], "copy_id": c["id"], "title_id": c["title_id"], "checked_out_on": out.isoformat(),
         "due_on": (out + dt.timedelta(days=days)).isoformat(), "renewals": 0, "status": "open", "returned_on": None}
    loans[l["id"]] = l
    return l


def day(n):
    return today() + dt.timedelta(days=n)


def seed():
    hours = [{"weekday": d, "opens": "09:00", "closes": "18:00"} for d in range(1, 6)] + [{"weekday": 6, "opens": "10:00", "closes": "14:00"}]
    split = [{"weekday": d, "opens": o, "closes": c} for d in (2, 3, 4, 5) for o, c in (("10:00", "12:30"), ("14:00", "19:00"))]
    late = [{"weekday": d, "opens": "12:00", "closes": "22:00"} for d in (1, 3, 5, 7)]
    for n, code, name, off, h in ((0xb02, "ISL", "Outer Island", "-04:00", late), (0xb01, "HAR", "Harbour", "+01:00", hours),
                                  (0xb03, "MIL", "Old Mill", "+01:00", split)):
        branches[fixed(n)] = {"id": fixed(n), "code": code, "name": name, "utc_offset": off, "opening_hours": h}
    for n, name, role, tok in ((0xa01, "Lena Marsh", "librarian", "tok-lena-7c21"), (0xa02, "Viktor Oduya", "volunteer", "tok-viktor-03be"),
                               (0xa03, "Maya Lindqvist", "member", "tok-maya-e94d"), (0xa04, "Noor Haddad", "member", "tok-noor-58f0")):
        people[fixed(n)] = {"id": fixed(n), "name": name, "role": role, "member_id": fixed(n) if role == "member" else None}
        tokens[tok] = people[fixed(n)]
    t0 = today()
    maya = new_member("Maya Lindqvist", "maya@example.org", "1988-11-03", fixed(0xb01), day(200).isoformat(), fixed(0xa03))
    noor = new_member("Noor Haddad", "noor@example.org", "%d-01-15" % (t0.year - 12), fixed(0xb03), day(300).isoformat(), fixed(0xa04))
    rows = [("9780140449136", "The Odyssey", ["Homer"], "en", 1996, ["classics", "poetry"], "Ten years on the way home."),
            ("9780142437247", "Moby-Dick, or, The Whale", ["Herman Melville"], "en", 1851, ["fiction", "maritime"], None),
            (None, "tide and Time", ["Rivermouth Writers", "Ann Poole"], "en", 2011, ["local"], "Stories from the harbour."),
            ("9783596294336", "Der Zauberberg", ["Thomas Mann"], "de", 1924, ["fiction"], None),
            (None, 'The "Good" Knots', ["Jo Reef"], "en", 1978, ["maritime", "how-to"], None),
            (None, "Le Phare", ["Claude Morin"], "fr", 1965, [], None)]
    ts = [new_title(dict(zip(("isbn", "title", "authors", "language", "published_year", "subjects", "summary"), r))) for r in rows]
    cs = []
    for i, (t, price) in enumerate([(0, 1499), (0, 1499), (1, 1899), (2, None), (3, 2450), (4, 999), (0, 1499)]):
        cs.append(new_copy(ts[t], "RM-1000%02d" % (50 - i), fixed(0xb01 + i % 3), price=price, on=day(-400 + i).isoformat()))
    for m, c, out in ((maya, cs[2], day(-30)), (maya, cs[0], day(-3)), (noor, cs[4], day(-40)), (noor, cs[1], day(-5))):
        new_loan(m, c, out, 21)
        c["status"] = "on_loan"
    for m, t, st, body in ((maya, 0, "published", "Still the best voyage."), (noor, 0, "published", None), (noor, 2, "pending", "My aunt is in it.")):
        reviews_add(ts[t], m["id"], 5 if m is maya else 4, body, st)


def reviews_add(t, mid, stars, body, st="pending"):
    r = {"id": uid(), "title_id": t["id"], "member_id": mid, "stars": stars, "body": body, "status": st,
         "reject_reason": None, "created_at": stamp(now()), "_n": len(reviews) + 1}
    reviews[r["id"]] = r
    return r


# ---------------------------------------------------------------- views

def v_title(t):
    cs = [c for c in copies.values() if c["title_id"] == t["id"]]
    st = ("published", "pending") if F("rating-pending") else ("published", "rejected") if F("rating-rejected") else ("published",)
    rs = [r["stars"] for r in reviews.values() if r["title_id"] == t["id"] and r["status"] in st]
    d = dict(t)
    free = ("available", "reserved") if F("title-available-reserved") else ("available",)
    d["copies_total"] = len([c for c in cs if not F("title-total-lent") or c["status"] != "on_loan"])
    d["copies_available"] = len([c for c in cs if c["status"] in free])
    d["reviews_count"] = len(rs)
    if not rs:
        d["rating_average"] = None
    elif F("rating-truncated"):
        d["rating_average"] = (sum(rs) * 10 // len(rs)) / 10
    else:
        d["rating_average"] = ((sum(rs) * 20 + len(rs)) // (2 * len(rs))) / 10
    d["has_cover"] = t["id"] in covers and not F("cover-flag")
    return d


def t_etag(v):
    if F("title-etag-counts"):
        v = {k: x for k, x in v.items() if k not in ("copies_total", "copies_available", "reviews_count", "rating_average", "has_cover")}
    if F("title-etag-static"):
        v = v["id"]
    return etag_of(v)


def v_copy(c, me):
    d = dict(c)
    if me["role"] == "member" and not F("copies-price-shown"):
        d["price_cents"] = None
    return d


def outstanding(mid):
    fs = [f for f in fines.values() if f["member_id"] == mid]
    if F("member-owes-partial"):
        return sum(f["amount_cents"] for f in fs if f["amount_cents"] > f["paid_cents"])
    return sum(f["amount_cents"] - f["paid_cents"] for f in fs)


def birthday16(s):
    b = parse_date(s)
    try:
        return b.replace(year=b.year + 16)
    except ValueError:
        return dt.date(b.year + 16, 3, 1)


def junior(m):
    if F("member-junior-year"):
        return today().year - parse_date(m["birth_date"]).year < 16
    if F("member-junior-day"):
        return today() <= birthday16(m["birth_date"])
    return today() < birthday16(m["birth_date"])


def v_member(m, me):
    d = dict(m)
    d["category"] = "junior" if junior(m) else "adult"
    d["open_loans"] = sum(1 for l in loans.values() if l["member_id"] == m["id"] and (l["status"] == "open" or F("member-loans-all")))
    d["outstanding_cents"] = outstanding(m["id"])
    if me["role"] == "volunteer":
        if not F("member-volunteer-email"):
            d["email"] = None
        d["birth_date"] = None
    return d


def overdue(l):
    if l["status"] != "open":
        return F("loan-overdue-returned") and l["due_on"] < l["returned_on"]
    t = today().isoformat()
    return l["due_on"] <= t if F("loan-overdue-dueday") else l["due_on"] < t


def v_loan(l):
    return dict(l, overdue=overdue(l))


def queue(tid):
    return sorted((h for h in holds.values() if h["title_id"] == tid and h["status"] == "waiting"), key=lambda h: h["_n"])


def v_hold(h):
    d = {k: x for k, x in h.items() if k[0] != "_"}
    d["position"] = None
    if h["status"] == "waiting":
        d["position"] = (h["_pos"] if F("cancel-no-shift") else [x["id"] for x in queue(h["title_id"])].index(h["id"]) + 1)
    return d


def v_fine(f):
    o = f["amount_cents"] - f["paid_cents"]
    return dict(f, outstanding_cents=o, status="open" if o > 0 or F("pay-stays-open") else "settled")


def v_list(l):
    return dict(l, titles_count=len(l["title_ids"]))


def l_etag(l):
    if F("list-etag-name"):
        return etag_of([l["id"], l["name"], l["visibility"]])
    return etag_of(v_list(l))


def v_review(r):
    return {k: x for k, x in r.items() if k[0] != "_"}


def assign(c):
    """The copy is free: to the first who waits, or to the shelf. Gives the hold that became ready."""
    q = queue(c["title_id"])
    if not q:
        c["status"] = "available"
        return None
    h = q[-1] if F("return-queue-last") else q[0]
    h["status"] = "ready"
    h["copy_id"] = c["id"]
    c["status"] = "reserved"
    return h


# ---------------------------------------------------------------- requests

class Req:
    def __init__(self, method, path, query, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.query = {}
        for k, v in parse_qsl(query, keep_blank_values=True, errors="replace"):
            self.query.setdefault(k, v)

    def ctype(self):
        return (self.headers.get("Content-Type") or "").split(";")[0].strip().lower()

    def json(self, schema):
        if self.ctype() != "application/json" and not F("json-any-type"):
            raise P(415, "unsupported_media_type", "Send application/json.")
        try:
            v = json.loads(self.body.decode("utf-8"), parse_constant=lambda x: 1 / 0)
        except (ValueError, ZeroDivisionError, RecursionError):
            raise bad("The body is not JSON.")
        if schema == "PaymentCreate":
            if not isinstance(v, dict):
                raise bad("not an object")
            m = v.get("method")
            schema = {"cash": "CashPayment", "card": "CardPayment", "waiver": "Waiver"}.get(m if isinstance(m, str) else "")
            if not schema:
                raise bad("/method: not one of the values")
        e = check(v, SCHEMAS[schema])
        if e:
            raise bad(e)
        return v

    def q(self, name, kind, default=None, lo=None, hi=None):
        if name not in self.query:
            return default
        v = self.query[name]
        if kind == "int":
            if not re.match(r"-?\d{1,12}\Z", v, re.A) or not lo <= int(v) <= hi:
                raise bad("%s: not an integer from %d to %d" % (name, lo, hi))
            return int(v)
        if kind == "bool":
            if v not in ("true", "false"):
                raise bad(name + ": true or false")
            return v == "true"
        if kind == "str":
            if not lo <= len(v) <= hi:
                raise bad(name + ": length")
            return v
        if kind == "uuid":
            if not RE_UUID.match(v):
                raise bad(name + ": not a UUID")
            return v.lower()
        if kind == "date":
            if not parse_date(v):
                raise bad(name + ": not a date")
            return v
        if kind == "datetime":
            d = parse_dt(v, lax=F("branches-open-naive"))
            if d is None:
                raise bad(name + ": not a date-time with an offset")
            return d
        if isinstance(kind, (list, tuple)):
            if v not in kind:
                raise bad(name + ": not one of the values")
            return v

    def page(self):
        hi = 10 ** 9 if F("limit-unbounded") else 50
        return self.q("limit", "int", 20, 1, hi), self.q("offset", "int", 0, 0, 100000)

    def none_match(self, tag):
        v = self.headers.get("If-None-Match")
        if v is None:
            return False
        return v.strip() == "*" or tag in [x.strip()[2:] if x.strip().startswith("W/") else x.strip() for x in v.split(",")]

    def if_match(self, tag):
        v = self.headers.get("If-Match")
        return v is None or v.strip() == "*" or tag in [x.strip() for x in v.split(",")]


def find(store, id):
    if not RE_UUID.match(id) or id.lower() not in store:
        raise missing()
    return store[id.lower()]


def the_title(r, me, id):
    t = find(titles, id)
    if t["archived"] and me["role"] != "librarian" and not F("title-archived-seen"):
        raise missing()
    return t


def the_member(me, id):
    m = find(members, id)
    if me["role"] == "member" and m["id"] != me["member_id"] and not (F("member-others-seen") or F("fines-others-seen") and me.get("_fines")):
        raise missing()
    return m


def staff(me):
    return me["role"] in ("librarian", "volunteer")


def paged(r, items, view, **more):
    limit, offset = r.page()
    page = items[offset:offset + limit]
    return {"items": [view(x) for x in page], "total": len(items), "limit": limit, "offset": offset, **more}


ROUTES = []


def route(method, pattern, op, roles=None, public=False):
    rx = re.compile(re.sub(r"\{\w+\}", r"([^/]+)", pattern) + r"\Z")

    def deco(fn):
        ROUTES.append((method, rx, op, roles, public, fn))
        return fn
    return deco


LIB = ("librarian",)
STAFF = ("librarian", "volunteer")


@route("GET", "/me", "getMe")
def get_me(r, me):
    d = dict(me)
    if F("me-member-id"):
        d["member_id"] = None
    if F("me-role") and d["role"] == "volunteer":
        d["role"] = "librarian"
    return J(200, d)


@route("GET", "/branches", "listBranches", public=True)
def list_branches(r, me):
    at = r.q("open_at", "datetime")
    out = []
    for b in branches.values():
        if at is not None and not F("branches-open-noeffect"):
            o = b["utc_offset"]
            off = dt.timedelta(hours=int(o[1:3]), minutes=int(o[4:])) * (-1 if o[0] == "-" else 1)
            try:
                l = at if F("branches-open-utc") else at + off
            except OverflowError:
                continue
            hm = l.strftime("%H:%M")
            wd = (at if F("branches-open-weekday") else l).isoweekday()
            if not any(s["weekday"] == wd and s["opens"] <= hm and (hm < s["closes"] or F("branches-open-closing") and hm == s["closes"])
                       for s in b["opening_hours"]):
                continue
        out.append(b)
    if not F("branches-order"):
        out.sort(key=lambda b: b["code"])
    return J(200, {"items": out, "total": len(out)})


def tkey(t):
    return (t["title"] if F("titles-sort-case") else t["title"].lower())


@route("GET", "/titles", "listTitles")
def list_titles(r, me):
    q = r.q("q", "str", None, 1, 100)
    lang = r.q("language", LANG["enum"])
    subj = r.query.get("subject")
    if subj is not None and not re.match(r"[a-z][a-z0-9-]{1,29}\Z", subj):
        raise bad("subject: pattern")
    avail = r.q("available", "bool")
    y1, y2 = r.q("year_from", "int", None, 1450, 2100), r.q("year_to", "int", None, 1450, 2100)
    if y1 is not None and y2 is not None and y1 > y2 and not F("titles-year-reversed"):
        raise bad("year_to is less than year_from")
    arch = r.q("include_archived", "bool", False)
    sort = r.q("sort", ("title", "-title", "published_year", "-published_year", "-rating"), "title")
    limit, offset = r.page()
    if arch and me["role"] != "librarian" and not F("titles-archived-anyone"):
        raise forbidden()
    vs = []
    allv = 0
    for t in sorted(titles.values(), key=lambda t: t["id"]):
        if t["archived"] and not arch and not F("titles-archived-shown"):
            continue
        allv += 1
        if q is not None:
            hay = [t["title"]] + ([] if F("titles-q-title-only") else t["authors"])
            if F("titles-q-case"):
                if not any(q in h for h in hay):
                    continue
            elif not any(q.lower() in h.lower() for h in hay):
                continue
        if lang and t["language"] != lang and not F("titles-language-noeffect"):
            continue
        if subj and not (any(s.startswith(subj) for s in t["subjects"]) if F("titles-subject-prefix") else subj in t["subjects"]):
            continue
        if y1 is not None and t["published_year"] < y1:
            continue
        if y2 is not None and (t["published_year"] > y2 or F("titles-year-to-exclusive") and t["published_year"] == y2):
            continue
        v = v_title(t)
        if avail is not None and (v["copies_available"] > 0) != avail and not (F("titles-available-false") and avail is False):
            continue
        vs.append(v)
    if sort in ("title", "-title"):
        vs.sort(key=tkey, reverse=sort[0] == "-")
    elif sort.endswith("published_year"):
        vs.sort(key=lambda t: t["published_year"], reverse=sort[0] == "-" and not F("titles-sort-year-desc"))
        if F("titles-sort-ties"):
            vs.sort(key=lambda t: t["id"], reverse=True)
            vs.sort(key=lambda t: t["published_year"], reverse=sort[0] == "-")
    else:
        none = 9 if F("titles-unrated-first") else 0
        vs.sort(key=lambda t: -(t["rating_average"] if t["rating_average"] is not None else none))
    total = allv if F("titles-total-unfiltered") else len(vs)
    start = offset * limit if F("titles-offset-pages") else offset
    page = vs[start:start + limit]
    return J(200, {"items": page, "total": len(page) if F("titles-total-page") else total, "limit": limit, "offset": offset})


def title_sense(b, me_id=None):
    """The 422s of a title."""
    if b.get("isbn") and not isbn_ok(b["isbn"]) and not F("title-isbn-digit"):
        return "The check digit of the ISBN is wrong."
    if b.get("published_year") and b["published_year"] > today().year + 1 and not F("title-year-future"):
        return "published_year is in the future."


def isbn_taken(isbn, but=None):
    return isbn is not None and any(t["isbn"] == isbn and t["id"] != but and not (F("title-isbn-archived") and t["archived"])
                                    for t in titles.values())


@route("POST", "/titles", "createTitle", LIB)
def create_title(r, me):
    b = r.json("TitleCreate")
    e = title_sense(b)
    if e:
        raise P(400, "invalid_request", e) if F("title-422-as-400") else unproc(e)
    if isbn_taken(b.get("isbn")) and not F("title-isbn-dup"):
        raise conflict("duplicate_isbn")
    if F("title-isbn-race"):
        pause()
    if F("title-summary-lost"):
        b["summary"] = None
    if F("title-authors-sorted"):
        b["authors"] = sorted(b["authors"])
    t = new_title(b)
    v = v_title(t)
    a = J(201, v, Location="/titles/" + t["id"], ETag=t_etag(v))
    if F("title-no-location"):
        del a.headers["Location"]
    if F("title-created-200"):
        a.status = 200
    return a


@route("GET", "/titles/{title_id}", "getTitle")
def get_title(r, me, id):
    v = v_title(the_title(r, me, id))
    tag = t_etag(v)
    if r.none_match(tag) and not F("title-no-304"):
        return Answer(304, headers={"ETag": tag})
    return J(200, v, ETag=tag)


@route("PATCH", "/titles/{title_id}", "updateTitle", LIB)
def update_title(r, me, id):
    t = the_title(r, me, id)
    b = r.json("TitlePatch")
    if not r.if_match(t_etag(v_title(t))) and not F("patch-if-match"):
        raise P(412, "precondition_failed")
    if F("patch-race"):
        pause()
    e = title_sense(b)
    if e:
        raise unproc(e)
    if t["archived"] and not F("patch-archived"):
        raise conflict("title_archived")
    if isbn_taken(b.get("isbn"), t["id"]) and not F("patch-isbn-dup"):
        raise conflict("duplicate_isbn")
    for k, x in b.items():
        if x is None and F("patch-null"):
            continue
        if k == "language" and F("patch-language-lost"):
            continue
        t[k] = x
    if F("patch-clears-subjects") and "subjects" not in b:
        t["subjects"] = []
    if not F("patch-updated-at"):
        t["updated_at"] = stamp(now())
    v = v_title(t)
    return J(200, v, ETag=t_etag(v))


@route("DELETE", "/titles/{title_id}", "archiveTitle", LIB)
def archive_title(r, me, id):
    t = the_title(r, me, id)
    if t["archived"] and not F("archive-twice"):
        raise conflict("title_archived")
    cs = [c for c in copies.values() if c["title_id"] == t["id"]]
    if any(c["status"] == "on_loan" for c in cs) and not F("archive-on-loan"):
        raise conflict("title_in_use", "A copy is on loan.")
    if (queue(t["id"]) or any(c["status"] == "reserved" for c in cs)) and not F("archive-waiting"):
        raise conflict("title_in_use", "Somebody waits for it.")
    if F("archive-drops-copies"):
        for c in cs:
            del copies[c["id"]]
    if not F("archive-noop"):
        t["archived"] = True
    return Answer(204)


@route("POST", "/titles/{title_id}/restore", "restoreTitle", LIB)
def restore_title(r, me, id):
    t = the_title(r, me, id)
    if not t["archived"] and not F("restore-active"):
        raise conflict("title_not_archived")
    t["archived"] = False
    if F("restore-drops-cover"):
        covers.pop(t["id"], None)
    if F("restore-drops-reviews"):
        for k in [k for k, x in reviews.items() if x["title_id"] == t["id"]]:
            del reviews[k]
    v = v_title(t)
    if F("restore-answer"):
        v["archived"] = True
    return J(200, v)


@route("GET", "/titles/{title_id}/cover", "getCover")
def get_cover(r, me, id):
    t = the_title(r, me, id)
    if t["id"] not in covers:
        raise missing()
    data, ctype = covers[t["id"]]
    tag = etag_of([t["id"] if F("cover-etag-static") else hashlib.sha256(data).hexdigest(), ctype])
    if r.none_match(tag) and not F("cover-no-304"):
        return Answer(304, headers={"ETag": tag})
    return Answer(200, data, "image/png" if F("cover-type-png") else ctype, {"ETag": tag})


@route("PUT", "/titles/{title_id}/cover", "putCover", LIB)
def put_cover(r, me, id):
    t = the_title(r, me, id)
    c = r.ctype()
    if c not in ("image/png", "image/jpeg"):
        raise P(415, "unsupported_media_type")
    if len(r.body) > 65536 and not F("cover-size"):
        raise P(413, "too_large")
    sig = b"\x89PNG\r\n\x1a\n" if c == "image/png" else b"\xff\xd8\xff"
    if not r.body.startswith(sig) and not F("cover-signature"):
        raise bad("This is not a picture of that type.")
    if not (F("cover-no-replace") and t["id"] in covers):
        covers[t["id"]] = (r.body, c)
    return Answer(204)


@route("GET", "/titles/{title_id}/copies", "listCopies")
def list_copies(r, me, id):
    t = the_title(r, me, id)
    st = r.q("status", ("available", "on_loan", "reserved"))
    br = r.q("branch_id", "uuid")
    cs = [c for c in copies.values() if c["title_id"] == t["id"]
          and (not st or c["status"] == st or F("copies-status-noeffect")) and (not br or c["branch_id"] == br or F("copies-branch-noeffect"))]
    if not F("copies-order"):
        cs.sort(key=lambda c: c["barcode"])
    p = paged(r, cs, lambda c: v_copy(c, me))
    if F("copies-page-skip") and p["offset"]:
        p["items"] = p["items"][1:]
    return J(200, p)


@route("POST", "/titles/{title_id}/copies", "addCopy", LIB)
def add_copy(r, me, id):
    t = the_title(r, me, id)
    b = r.json("CopyCreate")
    br = b["branch_id"].lower()
    if br not in branches and not F("copy-branch-unknown"):
        raise unproc("No such branch.")
    if b.get("acquired_on", "") > today().isoformat() and not F("copy-acquired-future"):
        raise unproc("acquired_on is in the future.")
    if t["archived"] and not F("copy-archived"):
        raise conflict("title_archived")
    if any(c["barcode"] == b["barcode"] and not (F("copy-barcode-dup") and c["title_id"] != t["id"]) for c in copies.values()):
        raise conflict("duplicate_barcode")
    c = new_copy(t, b["barcode"], br, b.get("condition", "new" if F("copy-condition-default") else "good"),
                 b.get("price_cents"), b.get("acquired_on"))
    if not F("copy-skips-queue"):
        assign(c)
    return J(201, v_copy(c, me))


@route("GET", "/titles/{title_id}/holds", "listHolds")
def list_holds(r, me, id):
    t = the_title(r, me, id)
    ready = sorted((h for h in holds.values() if h["title_id"] == t["id"] and h["status"] == "ready"), key=lambda h: h["_n"])
    hs = queue(t["id"]) + ready if F("holds-ready-last") else ready + queue(t["id"])
    vs = [v_hold(h) for h in hs]
    n = len(vs)
    if me["role"] == "member" and not F("holds-others-seen"):
        vs = [h for h in vs if h["member_id"] == me["member_id"]]
        if F("holds-position-own"):
            for h in vs:
                h["position"] = h["position"] and 1
    return J(200, {"items": vs, "total": n if F("holds-total-all") else len(vs)})


@route("POST", "/titles/{title_id}/holds", "placeHold")
def place_hold(r, me, id):
    t = the_title(r, me, id)
    b = r.json("HoldCreate")
    mid = b.get("member_id")
    mid = mid and mid.lower()
    if me["role"] == "member":
        if mid and mid != me["member_id"] and not F("hold-for-others"):
            raise forbidden("Members place holds for themselves.")
        mid = mid or me["member_id"]
    if not mid:
        raise unproc("For whom?")
    if mid not in members and not F("hold-member-unknown"):
        raise unproc("No such member.")
    br = b["pickup_branch_id"].lower()
    if br not in branches and not F("hold-branch-unknown"):
        raise unproc("No such branch.")
    if t["archived"]:
        raise conflict("title_archived")
    if any(h["title_id"] == t["id"] and h["member_id"] == mid and h["status"] in ("waiting", "ready") for h in holds.values()) and not F("hold-dup"):
        raise conflict("duplicate_hold")
    if any(l["title_id"] == t["id"] and l["member_id"] == mid and l["status"] == "open" for l in loans.values()) and not F("hold-on-loan"):
        raise conflict("already_on_loan")
    if any(c["title_id"] == t["id"] and c["status"] == "available" for c in copies.values()) and not F("hold-available"):
        raise conflict("copy_available")
    n = len(holds) + 1
    if F("hold-jumps-queue") and len(queue(t["id"])) > 0:
        n = -n
    if F("hold-branch-home"):
        br = members[mid]["home_branch_id"] if mid in members else br
    h = {"id": uid(), "title_id": t["id"], "member_id": mid, "pickup_branch_id": br, "status": "waiting", "copy_id": None,
         "placed_at": stamp(now()), "_n": n, "_pos": len(queue(t["id"])) + 1}
    holds[h["id"]] = h
    return J(201, v_hold(h))


@route("DELETE", "/holds/{hold_id}", "cancelHold")
def cancel_hold(r, me, id):
    h = find(holds, id)
    if me["role"] == "member" and h["member_id"] != me["member_id"] and not F("cancel-others"):
        raise missing()
    if h["status"] not in ("waiting", "ready"):
        if F("cancel-closed"):
            return Answer(204)
        raise conflict("hold_closed")
    was = h["status"]
    h["status"] = "cancelled"
    if was == "ready" and not F("cancel-copy-stuck"):
        if F("cancel-ready-shelf"):
            copies[h["copy_id"]]["status"] = "available"
        else:
            assign(copies[h["copy_id"]])
    if F("cancel-whole-queue") and was == "waiting":
        for x in queue(h["title_id"]):
            if x["_n"] > h["_n"]:
                x["status"] = "cancelled"
    return Answer(204)


@route("GET", "/titles/{title_id}/reviews", "listReviews")
def list_reviews(r, me, id):
    t = the_title(r, me, id)
    stars = r.q("stars_min", "int", 0, 1, 5)
    since = r.q("since", "datetime")
    limit = r.q("limit", "int", 10, 1, 50)
    cur = r.query.get("cursor")
    before = None
    if cur is not None:
        m = re.match(r"rv([0-9a-f]{8})([0-9a-f]{8})\Z", cur)
        if not m or hashlib.sha256(b"rv" + m[1].encode()).hexdigest()[:8] != m[2]:
            if not F("reviews-cursor-any"):
                raise bad("cursor: not one of ours")
        else:
            before = int(m[1], 16)
    if since is not None:
        lim = stamp(since)
        if F("reviews-since-offset"):
            lim = r.query["since"][:19] + ".000000Z"
    rs = []
    for v in sorted(reviews.values(), key=lambda v: v["_n"], reverse=not F("reviews-oldest-first")):
        if v["title_id"] != t["id"]:
            continue
        if v["status"] != "published" and me["role"] != "librarian" and not F("reviews-all-seen"):
            if v["member_id"] != me["member_id"] or F("reviews-own-hidden"):
                continue
        if v["stars"] < stars and not F("reviews-stars-noeffect") or F("reviews-stars-exclusive") and v["stars"] == stars:
            continue
        if since is not None and v["created_at"] < lim:
            continue
        rs.append(v)
    if before is not None:
        if F("reviews-oldest-first"):
            rs = [v for v in rs if v["_n"] > before]
        else:
            rs = [v for v in rs if v["_n"] < before or F("reviews-cursor-overlap") and v["_n"] == before]
    page = rs[:limit]
    nxt = None
    if len(rs) > limit or F("reviews-cursor-endless") and page:
        x = "%08x" % page[-1]["_n"]
        nxt = "rv" + x + hashlib.sha256(b"rv" + x.encode()).hexdigest()[:8]
    return J(200, {"items": [v_review(v) for v in page], "next_cursor": nxt})


@route("POST", "/titles/{title_id}/reviews", "createReview", ("member",))
def create_review(r, me, id):
    t = the_title(r, me, id)
    b = r.json("ReviewCreate")
    mid = me["member_id"] or me["id"]
    if any(v["title_id"] == t["id"] and v["member_id"] == mid and not (F("review-again-rejected") and v["status"] == "rejected")
           for v in reviews.values()) and not F("review-dup"):
        raise conflict("duplicate_review")
    v = reviews_add(t, mid, b["stars"], b.get("body"), "published" if F("review-published") else "pending")
    return J(201, v_review(v))


@route("POST", "/reviews/{review_id}/moderate", "moderateReview", LIB)
def moderate(r, me, id):
    v = find(reviews, id)
    b = r.json("Moderation")
    if b["decision"] == "reject" and "reason" not in b and not F("moderate-no-reason"):
        raise unproc("A rejection needs a reason.")
    if v["status"] != "pending" and not F("moderate-twice"):
        raise conflict("already_moderated")
    if b["decision"] == "approve":
        v["status"] = "published"
        if F("moderate-approve-reason"):
            v["reject_reason"] = b.get("reason")
    else:
        v["status"] = "rejected"
        v["reject_reason"] = None if F("moderate-reason-lost") else b.get("reason")
    a = v_review(v)
    if F("moderate-not-stored"):
        v["status"] = "pending"
    return J(200, a)


@route("POST", "/imports/titles", "importTitles", LIB)
def import_titles(r, me):
    if r.ctype() != "application/json":
        raise P(415, "unsupported_media_type")
    dry = r.q("dry_run", "bool", False)
    b = r.json("TitleImport")
    out, n, seen = [], {"created": 0, "duplicate": 0, "invalid": 0}, set()
    stop = False
    for i, x in enumerate(b["titles"]):
        e = check(x, SCHEMAS["TitleCreate"]) or (None if F("import-isbn-digit") else title_sense(x))
        tid, msg = None, None
        if e or stop:
            o, msg = "invalid", e or "not looked at"
            stop = stop or F("import-stops")
        elif isbn_taken(x.get("isbn")) and not (x["isbn"] in seen and F("import-batch-dup")) or \
                x.get("isbn") and x["isbn"] in seen and not F("import-batch-dup"):
            o, msg = "duplicate", "This ISBN is taken."
        else:
            o = "created"
            if x.get("isbn"):
                seen.add(x["isbn"])
            if not dry or F("import-dry-stores"):
                tid = new_title(x)["id"]
                if dry:
                    tid = None
        n[o] += 1
        d = {"index": i + 1 if F("import-index-one") else i, "outcome": o, "title_id": tid}
        if msg:
            d["message"] = msg
        out.append(d)
    if F("import-count-all"):
        n["created"] = len(out)
    return J(200, {"results": out, **n})


def choose(accept):
    if accept is None or not accept.strip():
        return "text/csv"
    best = {}
    for part in accept.split(","):
        bits = [x.strip() for x in part.split(";")]
        q = 1.0
        for x in bits[1:]:
            if x.lower().startswith("q="):
                try:
                    q = float(x[2:])
                except ValueError:
                    q = 0.0
        rng = bits[0].lower()
        for t in ("text/csv", "application/x-ndjson"):
            rank = 3 if rng == t else 2 if rng == t.split("/")[0] + "/*" else 1 if rng == "*/*" else 0
            if rank and rank >= best.get(t, (0, 0))[0]:
                best[t] = (rank, q)
    c = [(-best[t][1], i, t) for i, t in enumerate(("text/csv", "application/x-ndjson")) if t in best and best[t][1] > 0]
    return min(c)[2] if c else None


@route("GET", "/exports/titles", "exportTitles", STAFF)
def export_titles(r, me):
    lang = r.q("language", LANG["enum"])
    kind = choose(r.headers.get("Accept"))
    if kind is None:
        if not F("export-406"):
            raise P(406, "not_acceptable", "text/csv or application/x-ndjson")
        kind = "text/csv"
    ts = [v_title(t) for t in titles.values() if (not t["archived"] or F("export-archived"))
          and (not lang or t["language"] == lang or F("export-language-noeffect"))]
    ts.sort(key=lambda t: t["id"])
    if not F("export-order"):
        ts.sort(key=tkey)
    cols = ["id", "isbn", "title", "authors", "language", "published_year", "copies_total"]
    if F("export-last-missing") and len(ts) > 1:
        ts.pop()
    if kind == "text/csv":
        s = io.StringIO()
        eol = "\n" if F("export-lf") else "\r\n"
        w = csv.writer(s, lineterminator=eol)
        w.writerow(cols)
        for t in ts:
            row = [t["id"], t["isbn"] or "", t["title"], ("|" if F("export-authors") else "; ").join(t["authors"]), t["language"],
                   t["published_year"], t["copies_total"]]
            if F("export-quotes"):
                s.write(",".join('"%s"' % x if re.search('[,"\r\n]', str(x)) else str(x) for x in row) + eol)
            else:
                # a line break of any kind inside a field must be quoted
                w.writerow(row)
        text, name, ctype = s.getvalue(), "titles.csv", "text/csv; charset=utf-8"
    else:
        def line(t):
            d = {c: t[c] for c in cols}
            if F("export-ndjson-authors"):
                d["authors"] = "; ".join(t["authors"])
            return json.dumps(d)
        text, name, ctype = "".join(line(t) + "\n" for t in ts), "titles.ndjson", "application/x-ndjson"
        if F("export-ndjson-array"):
            text = "[" + ",".join(line(t) for t in ts) + "]\n"
    return Answer(200, text.encode("utf-8", "replace"), ctype,
                  {} if F("export-disposition") else {"Content-Disposition": 'attachment; filename="%s"' % name})


@route("POST", "/members", "registerMember", STAFF)
def register(r, me):
    b = r.json("MemberCreate")
    if b["birth_date"] > today().isoformat() and not F("member-birth-future"):
        raise unproc("birth_date is in the future.")
    br = b["home_branch_id"].lower()
    if br not in branches and not F("member-branch-unknown"):
        raise unproc("No such branch.")
    em = b["email"]
    if any(m["email"] == em if F("member-email-case") else m["email"].lower() == em.lower() for m in members.values()) and not F("member-email-dup"):
        raise conflict("duplicate_email")
    exp = b.get("card_expires_on") or day(30 if F("member-expiry-default") else 365).isoformat()
    m = new_member(b["name"], em, b["birth_date"], br, exp)
    if F("member-card-reused"):
        m["card_number"] = "C10000001"
    return J(201, v_member(m, me), Location="/members/" + m["id"])


@route("GET", "/members/{member_id}", "getMember")
def get_member(r, me, id):
    return J(200, v_member(the_member(me, id), me))


@route("GET", "/members/{member_id}/fines", "listFines")
def list_fines(r, me, id):
    m = the_member(dict(me, _fines=True), id)
    st = r.q("status", ("open", "settled"))
    fs = [v_fine(f) for f in fines.values() if f["member_id"] == m["id"]]
    if not F("fines-oldest-first"):
        fs.reverse()
    total = len(fs)
    o = sum(f["outstanding_cents"] for f in fs)
    if not F("fines-status-noeffect"):
        fs = [f for f in fs if not st or f["status"] == st]
    if F("fines-sum-filtered"):
        o = sum(f["outstanding_cents"] for f in fs)
    return J(200, {"items": fs, "total": total if F("fines-total-all") else len(fs), "outstanding_cents": o})


@route("POST", "/fines/{fine_id}/payments", "payFine")
def pay_fine(r, me, id):
    f = find(fines, id)
    if me["role"] == "member" and f["member_id"] != me["member_id"] and not F("pay-others"):
        raise missing()
    b = r.json("PaymentCreate")
    k = b["method"]
    if k == "cash" and not staff(me) and not F("pay-cash-member") or k == "waiver" and me["role"] != "librarian" and not (
            F("pay-waiver-volunteer") and me["role"] == "volunteer"):
        raise forbidden()
    left = f["amount_cents"] - f["paid_cents"]
    if F("pay-race"):
        pause()
    if left <= 0 and not F("pay-settled"):
        raise conflict("fine_settled")
    if b["amount_cents"] > left and not F("pay-too-much") and not (F("pay-settled") and left <= 0):
        raise unproc("More than is owed.")
    if k == "cash" and b["received_cents"] < b["amount_cents"] and not F("pay-received-less"):
        raise unproc("Not enough cash.")
    if not (k == "waiver" and F("pay-waiver-uncounted")):
        f["paid_cents"] += min(b["amount_cents"], left) if left > 0 else 0
    if F("pay-partial-settles"):
        f["paid_cents"] = f["amount_cents"]
    change = max(0, b["received_cents"] - b["amount_cents"]) if k == "cash" else 0
    if F("pay-change"):
        change = 0
    p = {"id": uid(), "method": k, "amount_cents": b["amount_cents"], "change_cents": change,
         "recorded_by": f["member_id"] if F("pay-recorded-by") else me["id"], "paid_at": stamp(now())}
    payments[p["id"]] = p
    return J(201, dict(p, fine=v_fine(f)))


@route("GET", "/loans", "listLoans")
def list_loans(r, me):
    mid, tid = r.q("member_id", "uuid"), r.q("title_id", "uuid")
    st, od = r.q("status", ("open", "returned")), r.q("overdue", "bool")
    db, sort = r.q("due_before", "date"), r.q("sort", ("due_on", "-due_on"), "due_on")
    limit, offset = r.page()
    ls = []
    for l in sorted(loans.values(), key=lambda l: l["id"]):
        if me["role"] == "member" and l["member_id"] != me["member_id"] and not (F("loans-others-filter") and mid):
            continue
        if mid and l["member_id"] != mid or tid and l["title_id"] != tid and not F("loans-title-noeffect"):
            continue
        if st and l["status"] != st or od is not None and overdue(l) != od and not (F("loans-overdue-false") and od is False):
            continue
        if db and not (l["due_on"] < db or F("loans-before-inclusive") and l["due_on"] == db):
            continue
        ls.append(l)
    ls.sort(key=lambda l: l["due_on"], reverse=sort[0] == "-" and not F("loans-sort-desc"))
    page = ls[offset:offset + limit]
    return J(200, {"items": [v_loan(l) for l in page], "total": len(ls), "limit": limit, "offset": offset,
                   "overdue_count": sum(overdue(l) for l in (page if F("loans-count-page") else ls))})


@route("POST", "/loans", "createLoan", STAFF)
def create_loan(r, me):
    b = r.json("LoanCreate")
    m, c = members.get(b["member_id"].lower()), copies.get(b["copy_id"].lower())
    if not m or not c:
        raise missing() if F("loan-unknown-404") else unproc("No such member or copy.")
    t0 = today()
    out = parse_date(b["checked_out_on"]) if "checked_out_on" in b else t0
    if out > t0 and not (F("loan-future") and (out - t0).days <= 366) or (t0 - out).days > 180 and not F("loan-too-old"):
        raise unproc("checked_out_on is not within the last 180 days.")
    if m["card_expires_on"] < t0.isoformat() and not F("loan-card-expired"):
        raise conflict("card_expired")
    if m["card_expires_on"] == t0.isoformat() and F("loan-card-lastday"):
        raise conflict("card_expired")
    if sum(l["member_id"] == m["id"] and l["status"] == "open" for l in loans.values()) >= (6 if F("loan-limit") else 5):
        raise conflict("loan_limit")
    o = outstanding(m["id"])
    if o > 1000 and not F("loan-fines") or o == 1000 and F("loan-fines-edge"):
        raise conflict("fines_outstanding")
    if titles[c["title_id"]]["archived"] and not F("loan-archived"):
        raise conflict("title_archived")
    h = next((h for h in holds.values() if h["copy_id"] == c["id"] and h["status"] == "ready"), None)
    if c["status"] == "on_loan" or c["status"] == "reserved" and not (h and h["member_id"] == m["id"]) and not F("loan-reserved"):
        raise conflict("copy_unavailable")
    if F("loan-race"):
        pause()
    days = b.get("loan_days", 14 if F("loan-days-default") else 21)
    l = new_loan(m, c, out, days)
    if F("loan-due-today"):
        l["due_on"] = (t0 + dt.timedelta(days=days)).isoformat()
    if not F("loan-copy-stays"):
        c["status"] = "on_loan"
    if h and h["member_id"] == m["id"] and not F("loan-hold-stays"):
        h["status"] = "fulfilled"
    return J(201, v_loan(l), Location="/loans/" + l["id"])


def the_loan(me, id, hole=False):
    l = find(loans, id)
    if me["role"] == "member" and l["member_id"] != me["member_id"] and not hole:
        raise missing()
    return l


@route("GET", "/loans/{loan_id}", "getLoan")
def get_loan(r, me, id):
    return J(200, v_loan(the_loan(me, id, F("loan-others-seen"))))


@route("POST", "/loans/{loan_id}/renew", "renewLoan")
def renew(r, me, id):
    l = the_loan(me, id, F("renew-others"))
    if l["status"] != "open" and not F("renew-returned"):
        raise conflict("loan_returned")
    if l["renewals"] >= 2 and not F("renew-limit"):
        raise conflict("renewal_limit")
    if queue(l["title_id"]) and not F("renew-on-hold"):
        raise conflict("title_on_hold")
    base = parse_date(l["due_on"])
    if F("renew-from-today"):
        base = today()
    elif not F("renew-past"):
        base = max(base, today())
    a = dict(l, due_on=(base + dt.timedelta(days=14)).isoformat())
    if not F("renew-uncounted"):
        a["renewals"] = min(2, l["renewals"] + 1)
    if not F("renew-not-stored"):
        l.update(a)
    return J(200, v_loan(a))


@route("POST", "/loans/{loan_id}/return", "returnLoan", STAFF)
def return_loan(r, me, id):
    l = the_loan(me, id)
    b = r.json("LoanReturn")
    if l["status"] != "open":
        if F("return-twice"):
            return J(200, {"loan": v_loan(l), "fines": [], "ready_hold_id": None})
        raise conflict("loan_returned")
    t0 = today()
    m, c = members[l["member_id"]], copies[l["copy_id"]]
    late = max(0, (t0 - parse_date(l["due_on"])).days)
    if F("return-late-grace"):
        late = max(0, late - 1)
    if not F("return-stays-open"):
        l["status"], l["returned_on"] = "returned", t0.isoformat()
    made = []

    def fine(kind, amount):
        if amount > 0:
            f = {"id": uid(), "member_id": m["id"], "loan_id": l["id"], "kind": kind, "amount_cents": amount, "paid_cents": 0,
                 "created_at": stamp(now())}
            made.append(f)
    amount = late * 25 if F("return-no-cap") else min(1000, late * 25)
    if junior(m) and not F("return-junior-full"):
        if F("return-junior-cap-after"):
            amount = min(1000, (late * 25 + 1) // 2)
        else:
            amount = amount // 2 if F("return-junior-down") else (amount + 1) // 2
    if not F("return-no-fine"):
        fine("overdue", amount)
    if b["condition"] == "damaged" and (c["condition"] != "damaged" or F("return-damage-again")) and c["price_cents"]:
        p = c["price_cents"]
        d = p // 5 if F("return-damage-down") else (p * 2 + 5) // 10
        if F("return-damage-junior") and junior(m):
            d = (d + 1) // 2
        fine("damage", d)
    if not F("return-condition-lost"):
        c["condition"] = b["condition"]
    if F("return-ignores-queue"):
        c["status"], h = "available", None
    else:
        h = assign(c)
    if not F("return-fine-not-stored"):
        for f in made:
            fines[f["id"]] = f
    return J(200, {"loan": v_loan(l), "fines": [v_fine(f) for f in made], "ready_hold_id": h and h["id"]})


def list_rules(b, me, but=None):
    ids = [x.lower() for x in b.get("title_ids", [])]
    for x in ids:
        if x not in titles and not F("list-title-unknown"):
            raise unproc("No such title.")
        if x in titles and titles[x]["archived"] and not F("list-title-archived"):
            raise unproc("That title is archived.")
    if len(set(ids)) != len(ids) and not F("list-ids-unique"):
        raise bad("/title_ids: repeated items")
    n = b["name"]
    if any(l["id"] != but and (l["owner_id"] == me["id"] or F("list-name-global")) and (l["name"] == n if F("list-name-case") else l["name"].lower() == n.lower())
           for l in lists.values()) and not F("list-name-dup"):
        raise conflict("duplicate_name")
    return sorted(ids) if F("list-order") else ids


@route("POST", "/reading-lists", "createReadingList")
def create_list(r, me):
    b = r.json("ReadingListWrite")
    ids = list_rules(b, me)
    n = stamp(now())
    l = {"id": uid(), "owner_id": me["id"], "name": b["name"], "visibility": b.get("visibility", "shared" if F("list-default-shared") else "private"),
         "title_ids": ids, "created_at": n, "updated_at": n}
    lists[l["id"]] = l
    return J(201, v_list(l), Location="/reading-lists/" + l["id"], ETag=l_etag(l))


def the_list(me, id):
    l = find(lists, id)
    if l["owner_id"] != me["id"] and l["visibility"] != "shared":
        if not (F("list-private-librarian") and me["role"] == "librarian" or F("list-private-seen")):
            raise missing()
    return l


@route("GET", "/reading-lists/{list_id}", "getReadingList")
def get_list(r, me, id):
    l = the_list(me, id)
    tag = l_etag(l)
    if r.none_match(tag) and not F("list-no-304"):
        return Answer(304, headers={"ETag": tag})
    return J(200, v_list(l), ETag=tag)


@route("PUT", "/reading-lists/{list_id}", "replaceReadingList")
def put_list(r, me, id):
    l = the_list(me, id)
    if l["owner_id"] != me["id"] and not F("list-put-others"):
        raise forbidden()
    b = r.json("ReadingListWrite")
    if r.headers.get("If-Match") is None and not F("list-428"):
        raise P(428, "precondition_required")
    if not r.if_match(l_etag(l)) and not F("list-412"):
        raise P(412, "precondition_failed")
    ids = list_rules(b, me, l["id"])
    if F("list-put-race"):
        pause()
    l["name"] = b["name"]
    l["visibility"] = b.get("visibility", l["visibility"] if F("list-put-keeps") else "private")
    if not (F("list-put-merge")):
        l["title_ids"] = ids
    else:
        l["title_ids"] = l["title_ids"] + [x for x in ids if x not in l["title_ids"]]
    l["updated_at"] = stamp(now())
    return J(200, v_list(l), ETag=l_etag(l))


@route("DELETE", "/reading-lists/{list_id}", "deleteReadingList")
def delete_list(r, me, id):
    l = the_list(me, id)
    if l["owner_id"] != me["id"] and me["role"] != "librarian" and not F("list-delete-others"):
        raise forbidden()
    if not F("list-delete-noop"):
        del lists[l["id"]]
    if F("list-delete-all"):
        for k in [k for k, x in lists.items() if x["owner_id"] == l["owner_id"]]:
            del lists[k]
    return Answer(204)


@route("POST", "/suggestions", "createSuggestion")
def suggest(r, me):
    b = r.json("SuggestionCreate")
    if b.get("isbn") and any(t["isbn"] == b["isbn"] and (not t["archived"] or F("suggest-archived")) for t in titles.values()) and not F("suggest-held"):
        raise conflict("already_held")
    key = "all" if F("suggest-limit-global") else me["id"]
    n = time.monotonic()
    ts = suggest_times.setdefault(key, [])
    ts[:] = [x for x in ts if n - x < 60]
    if len(ts) >= 5 and not F("suggest-no-limit"):
        a = P(429, "rate_limited", Retry_After=str(max(1, min(60, math.ceil(60 - (n - ts[0]))))))
        if F("suggest-no-retry-after"):
            a.headers.clear()
        raise a
    ts.append(n)
    s = {"id": uid(), "title": b["title"], "author": b.get("author", ""), "isbn": b.get("isbn"),
         "reason": None if F("suggest-reason-lost") else b.get("reason"), "suggested_by": me["id"], "created_at": stamp(now())}
    if F("suggest-created-at"):
        s["created_at"] = stamp(now() + dt.timedelta(hours=1))
    suggestions[s["id"]] = s
    return J(201, s)


def pause():
    """For the race faults: let others in between the look and the leap."""
    LOCK.release()
    time.sleep(0.15)
    LOCK.acquire()


ROLE_HOLES = {  # fault -> (operation, role let in)
    "title-volunteer-creates": ("createTitle", "volunteer"),
    "patch-volunteer": ("updateTitle", "volunteer"),
    "archive-volunteer": ("archiveTitle", "volunteer"),
    "restore-member": ("restoreTitle", "member"),
    "cover-volunteer": ("putCover", "volunteer"),
    "copy-volunteer": ("addCopy", "volunteer"),
    "review-staff": ("createReview", "volunteer"),
    "moderate-volunteer": ("moderateReview", "volunteer"),
    "import-volunteer": ("importTitles", "volunteer"),
    "export-member": ("exportTitles", "member"),
    "member-self-registers": ("registerMember", "member"),
    "loan-member": ("createLoan", "member"),
    "return-member": ("returnLoan", "member"),
}


def handle(r):
    try:
        path = unquote(r.path, errors="strict")
    except UnicodeDecodeError:
        path = "/?"
    method = "GET" if r.method == "HEAD" else r.method
    found = [(x, x[1].match(r.path)) for x in ROUTES if x[1].match(r.path)]
    if not found:
        return missing()
    hit = next((x for x in found if x[0][0] == method), None)
    if not hit:
        allow = {x[0][0] for x in found}
        if "GET" in allow:
            allow.add("HEAD")
        return P(405, "method_not_allowed", Allow=", ".join(sorted(allow)))
    (_, _, op, roles, public, fn), m = hit
    me = None
    if not public:
        h = (r.headers.get("Authorization") or "").split(None, 1)
        me = tokens.get(h[1].strip()) if len(h) == 2 and h[0].lower() == "bearer" else None
        if me is None and F("auth-any-token") and len(h) == 2 and h[0].lower() == "bearer":
            me = people[fixed(0xa03)]
        if me is None:
            a = P(401, "unauthenticated", WWW_Authenticate="Bearer")
            if F("auth-no-challenge"):
                a.headers.clear()
            return a
        if roles and me["role"] not in roles and ROLE_HOLES.get(FAULT) != (op, me["role"]):
            return forbidden()
    args = [unquote(x) for x in m.groups()]
    with LOCK:
        try:
            return fn(r, me, *args)
        except Answer as a:
            return a


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Rivermouth"
    sys_version = ""
    timeout = 300

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *a):
        pass

    def read_body(self):
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
            out = b""
            while True:
                n = int(self.rfile.readline(1000).split(b";")[0].strip() or b"0", 16)
                if n == 0:
                    while self.rfile.readline(65536).strip():
                        pass
                    return out
                out += self.rfile.read(n)
                self.rfile.readline(10)
        n = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(n) if n > 0 else b""

    def go(self):
        try:
            body = self.read_body()
        except ValueError:
            self.close_connection = True
            body = b""
        path, _, query = self.path.partition("#")[0].partition("?")
        r = Req(self.command, path, query, self.headers, body)
        try:
            a = handle(r)
        except Exception as e:  # never to be seen
            sys.stderr.write("BUG %s %s: %r\n" % (self.command, self.path, e))
            import traceback
            traceback.print_exc()
            a = Answer(500, b'{"type":"about:blank","title":"bug","status":500,"code":"bug"}', "application/problem+json")
        if F("problem-plain-json") and a.status == 409:
            a.ctype = "application/json"
        if F("problem-status-member") and a.status == 404:
            a.body = a.body.replace(b'"status": 404', b'"status": 400')
        self.send_response(a.status)
        if a.ctype:
            self.send_header("Content-Type", a.ctype)
        for k, v in a.headers.items():
            self.send_header(k, v)
        if a.status not in (204, 304):
            self.send_header("Content-Length", str(len(a.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and a.status not in (204, 304):
            self.wfile.write(a.body)

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.go
        raise AttributeError(name)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = go


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def handle_error(self, request, address):
        pass


def main():
    global FAULT
    ap = argparse.ArgumentParser()
    ap.add_argument("--port", type=int, default=8080)
    ap.add_argument("--fault")
    ap.add_argument("--list-faults", action="store_true")
    ap.add_argument("--list-spare", action="store_true")
    a = ap.parse_args()
    if a.list_faults or a.list_spare:
        print(json.dumps(FAULTS if a.list_faults else SPARE, indent=1))
        return
    if a.fault and a.fault not in {f["id"] for f in FAULTS + SPARE}:
        sys.exit("unknown fault " + a.fault)
    FAULT = a.fault or None
    apply_schema_fault()
    seed()
    s = Server(("127.0.0.1", a.port), Handler)
    print("listening on http://127.0.0.1:%d" % s.server_address[1], flush=True)
    threading.Thread(target=s.serve_forever, daemon=True).start()
    t = threading.Timer(1200, lambda: os._exit(0))
    t.daemon = True
    t.start()
    try:
        while sys.stdin.buffer.read(4096):
            pass
    except (OSError, ValueError, KeyboardInterrupt):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
