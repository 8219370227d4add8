#!/usr/bin/env python3
"""In-memory implementation of the Traunlab LIMS API (contract.yaml). Standard library only."""
import argparse
import base64
import copy
import datetime as dt
import hashlib
import json
import os
import re
import stat
import sys
import threading
import time
import urllib.parse
from decimal import Decimal, ROUND_HALF_UP, ROUND_DOWN
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
SPEC = json.loads(r'''{"operations": {"getMe": 
{"params": []}, "listCustomers": 
{"params": [{"name": "q", "in": "query", "schema": {"type": "string", "minLength": 1, "maxLength": 60}}, {"name": "blocked", "in": "query", "schema": {"type": "boolean"}}, {"name": "page_size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}}, {"name": "page_token", "in": "query", "schema": {"type": "string", "maxLength": 300}}]}, "createCustomer": 
{"params": [], "body": {"media_type": "application/json", "schema": {"$ref": "#/components/schemas/CustomerInput"}}}, "getCustomer": 
{"params": []}, "updateCustomer": 
{"params": [], "body": {"media_type": "application/merge-patch+json", "schema": {"$ref": "#/components/schemas/CustomerPatch"}}}, "deleteCustomer": 
{"params": []}, "listStoragePlaces": 
{"params": []}, "createStoragePlace": 
{"params": [], "body": {"media_type": "application/json", "schema": {"$ref": "#/components/schemas/StoragePlaceInput"}}}, "listMethods": 
{"params": [{"name": "matrix", "in": "query", "schema": {"$ref": "#/components/schemas/Matrix"}}, {"name": "active", "in": "query", "schema": {"type": "boolean"}}, {"name": "max_price_cents", "in": "query", "schema": {"type": "integer", "minimum": 0}}, {"name": "q", "in": "query", "schema": {"type": "string", "minLength": 1, "maxLength": 60}}, {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["code", "-code", "price", "-price"], "default": "code"}}, {"name": "page_size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}}, {"name": "page_token", "in": "query", "schema": {"type": "string", "maxLength": 300}}]}, "createMethod": 
{"params": [], "body": {"media_type": "application/json", "schema": {"$ref": "#/components/schemas/MethodInput"}}}, "getMethod": 
{"params": [{"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}]}, "replaceMethod": 
{"params": [{"name": "If-Match", "in": "header", "schema": {"type": "string"}}], "body": {"media_type": "application/json", "schema": {"$ref": "#/components/schemas/MethodInput"}}}, "listOrders": 
{"params": [{"name": "customer_id", "in": "query", "schema": {"type": "string", "maxLength": 20}}, {"name": "state", "in": "query", "schema": {"type": "array", "items": {"$ref": "#/components/schemas/OrderState"}}}, {"name": "priority", "in": "query", "schema": {"$ref": "#/components/schemas/Priority"}}, {"name": "overdue", "in": "query", "schema": {"type": "boolean"}}, {"name": "due_from", "in": "query", "schema": {"type": "string", "format": "date"}}, {"name": "due_to", "in": "query", "schema": {"type": "string", "format": "date"}}, {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["created_at", "-created_at", "due_on", "-due_on"], "default": "-created_at"}}, {"name": "page_size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}}, {"name": "page_token", "in": "query", "schema": {"type": "string", "maxLength": 300}}]}, "createOrder": 
{"params": [{"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"}}], "body": {"media_type": "application/json", "schema": {"$ref": "#/components/schemas/OrderInput"}}}, "getOrder": 
{"params": []}, "updateOrder": 
{"params": [], "body": {"media_type": "application/merge-patch+json", "schema": {"$ref": "#/components/schemas/OrderPatch"}}}, "deleteOrder": 
{"params": []}, "cancelOrder": 
{"params": [], "body": {"media_type": "application/json", "schema": {"type": "object", "required": ["reason"], "additionalProperties": false, "properties": {"reason": {"type": "string", "minLength": 5, "maxLength": 200}}}}}, "addSample": 
{"params": [], "body": {"media_type": "application/json", "schema": {"$ref": "#/components/schemas/SampleInput"}}}, "downloadReport": 
{"params": []}, "createInvoice": 
{"params": []}, "listInvoices": 
{"params": [{"name": "customer_id", "in": "query", "schema": {"type": "string", "maxLength": 20}}, {"name": "order_id", "in": "query", "schema": {"type": "string", "maxLength": 20}}, {"name": "min_total_cents", "in": "query", "schema": {"type": "integer", "minimum": 0}}, {"name": "page_size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}}, {"name": "page_token", "in": "query", "schema": {"type": "string", "maxLength": 300}}]}, "listSamples": 
{"params": [{"name": "order_id", "in": "query", "schema": {"type": "string", "maxLength": 20}}, {"name": "matrix", "in": "query", "schema": {"$ref": "#/components/schemas/Matrix"}}, {"name": "state", "in": "query", "schema": {"$ref": "#/components/schemas/SampleState"}}, {"name": "storage_place", "in": "query", "schema": {"type": "string", "maxLength": 20}}, {"name": "collected_from", "in": "query", "schema": {"type": "string", "format": "date"}}, {"name": "collected_to", "in": "query", "schema": {"type": "string", "format": "date"}}, {"name": "page_size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}}, {"name": "page_token", "in": "query", "schema": {"type": "string", "maxLength": 300}}]}, "getSample": 
{"params": []}, "listCustody": 
{"params": []}, "addCustodyEntry": 
{"params": [], "body": {"media_type": "application/json", "schema": {"$ref": "#/components/schemas/CustodyInput"}}}, "addAnalysis": 
{"params": [], "body": {"media_type": "application/json", "schema": {"type": "object", "required": ["method_code"], "additionalProperties": false, "properties": {"method_code": {"type": "string", "minLength": 1, "maxLength": 20}}}}}, "listAnalyses": 
{"params": [{"name": "state", "in": "query", "schema": {"type": "array", "items": {"$ref": "#/components/schemas/AnalysisState"}}}, {"name": "order_id", "in": "query", "schema": {"type": "string", "maxLength": 20}}, {"name": "sample_id", "in": "query", "schema": {"type": "string", "maxLength": 20}}, {"name": "method_code", "in": "query", "schema": {"type": "string", "maxLength": 20}}, {"name": "due_before", "in": "query", "schema": {"type": "string", "format": "date"}}, {"name": "page_size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}}, {"name": "page_token", "in": "query", "schema": {"type": "string", "maxLength": 300}}]}, "getAnalysis": 
{"params": []}, "assignAnalysis": 
{"params": [], "body": {"media_type": "application/json", "schema": {"type": "object", "required": ["analyst", "instrument_id"], "additionalProperties": false, "properties": {"analyst": {"type": "string", "minLength": 1, "maxLength": 40}, "instrument_id": {"type": "string", "minLength": 1, "maxLength": 20}}}}}, "recordResult": 
{"params": [], "body": {"media_type": "application/json", "schema": {"$ref": "#/components/schemas/ResultInput"}}}, "reviewResult": 
{"params": [], "body": {"media_type": "application/json", "schema": {"type": "object", "required": ["decision"], "additionalProperties": false, "properties": {"decision": {"type": "string", "enum": ["approve", "reject"]}, "comment": {"type": "string", "minLength": 1, "maxLength": 300}}}}}, "listInstruments": 
{"params": [{"name": "status", "in": "query", "schema": {"$ref": "#/components/schemas/InstrumentStatus"}}, {"name": "method_code", "in": "query", "schema": {"type": "string", "maxLength": 20}}, {"name": "page_size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}}, {"name": "page_token", "in": "query", "schema": {"type": "string", "maxLength": 300}}]}, "createInstrument": 
{"params": [], "body": {"media_type": "application/json", "schema": {"$ref": "#/components/schemas/InstrumentInput"}}}, "addCalibration": 
{"params": [], "body": {"media_type": "application/json", "schema": {"$ref": "#/components/schemas/CalibrationInput"}}}}, 
"schemas": {"CustomerInput": {"type": "object", "required": ["name", "email", "billing_address"], "additionalProperties": false, "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 120}, "email": {"type": "string", "maxLength": 120, "pattern": "^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$"}, "phone": {"type": ["string", "null"], "pattern": "^\\+[0-9 ]{6,20}$", "default": null}, "vat_id": {"type": ["string", "null"], "pattern": "^[A-Z]{2}[A-Z0-9]{2,12}$", "default": null}, "billing_address": {"$ref": "#/components/schemas/Address"}, "discount_percent": {"type": "integer", "minimum": 0, "maximum": 50, "default": 0}}}, "Address": {"type": "object", "required": ["street", "postal_code", "city", "country"], "additionalProperties": false, "properties": {"street": {"type": "string", "minLength": 1, "maxLength": 100}, "postal_code": {"type": "string", "minLength": 3, "maxLength": 10}, "city": {"type": "string", "minLength": 1, "maxLength": 60}, "country": {"type": "string", "pattern": "^[A-Z]{2}$"}}}, "CustomerPatch": {"type": "object", "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 120}, "email": {"type": "string", "maxLength": 120, "pattern": "^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$"}, "phone": {"type": ["string", "null"], "pattern": "^\\+[0-9 ]{6,20}$"}, "vat_id": {"type": ["string", "null"], "pattern": "^[A-Z]{2}[A-Z0-9]{2,12}$"}, "billing_address": {"type": "object", "additionalProperties": false, "properties": {"street": {"type": "string", "minLength": 1, "maxLength": 100}, "postal_code": {"type": "string", "minLength": 3, "maxLength": 10}, "city": {"type": "string", "minLength": 1, "maxLength": 60}, "country": {"type": "string", "pattern": "^[A-Z]{2}$"}}}, "discount_percent": {"type": "integer", "minimum": 0, "maximum": 50}, "blocked": {"type": "boolean"}}}, "StoragePlaceInput": {"type": "object", "required": ["code", "kind", "temperature_c", "capacity"], "additionalProperties": false, "properties": {"code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{2,4}$"}, "kind": {"type": "string", "enum": ["freezer", "refrigerator", "shelf"]}, "temperature_c": {"type": "integer", "minimum": -90, "maximum": 30}, "capacity": {"type": "integer", "minimum": 1, "maximum": 500}, "description": {"type": "string", "maxLength": 100, "default": ""}}}, "Matrix": {"type": "string", "enum": ["food", "water", "soil"]}, "MethodInput": {"type": "object", "required": ["code", "name", "matrices", "unit", "decimals", "detection_limit", "turnaround_days", "price_cents"], "additionalProperties": false, "properties": {"code": {"type": "string", "pattern": "^[A-Z0-9]{2,8}(-[A-Z0-9]{1,8})?$"}, "name": {"type": "string", "minLength": 3, "maxLength": 100}, "matrices": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/components/schemas/Matrix"}}, "unit": {"type": "string", "minLength": 1, "maxLength": 20}, "decimals": {"type": "integer", "minimum": 0, "maximum": 4}, "detection_limit": {"type": "number", "minimum": 0, "maximum": 100000}, "limit_value": {"type": ["number", "null"], "minimum": 0, "maximum": 1000000, "default": null}, "turnaround_days": {"type": "integer", "minimum": 1, "maximum": 60}, "price_cents": {"type": "integer", "minimum": 100, "maximum": 500000}, "active": {"type": "boolean", "default": true}}}, "OrderState": {"type": "string", "enum": ["open", "in_progress", "completed", "invoiced", "cancelled"]}, "Priority": {"type": "string", "enum": ["standard", "express"]}, "OrderInput": {"type": "object", "required": ["customer_id"], "additionalProperties": false, "properties": {"customer_id": {"type": "string", "minLength": 1, "maxLength": 20}, "customer_reference": {"type": ["string", "null"], "minLength": 1, "maxLength": 40, "default": null}, "priority": {"$ref": "#/components/schemas/Priority", "default": "standard"}, "due_on": {"type": "string", "format": "date"}, "note": {"type": ["string", "null"], "maxLength": 500, "default": null}}}, "OrderPatch": {"type": "object", "properties": {"customer_reference": {"type": ["string", "null"], "minLength": 1, "maxLength": 40}, "priority": {"$ref": "#/components/schemas/Priority"}, "due_on": {"type": "string", "format": "date"}, "note": {"type": ["string", "null"], "maxLength": 500}}}, "SampleInput": {"type": "object", "required": ["label", "matrix", "collected_at", "amount_g"], "additionalProperties": false, "properties": {"label": {"type": "string", "minLength": 1, "maxLength": 60}, "matrix": {"$ref": "#/components/schemas/Matrix"}, "collected_at": {"type": "string", "format": "date-time"}, "sampling_point": {"type": ["string", "null"], "minLength": 1, "maxLength": 120, "default": null}, "amount_g": {"type": "number", "exclusiveMinimum": 0, "maximum": 20000}}}, "SampleState": {"type": "string", "enum": ["expected", "stored", "rejected", "disposed"]}, "CustodyInput": {"type": "object", "required": ["action"], "additionalProperties": false, "properties": {"action": {"type": "string", "enum": ["receive", "move", "dispose"]}, "storage_place": {"type": "string", "minLength": 1, "maxLength": 20}, "condition": {"type": "string", "enum": ["good", "acceptable", "unacceptable"]}, "temperature_c": {"type": "number", "minimum": -90, "maximum": 60}, "note": {"type": "string", "maxLength": 300}}}, "AnalysisState": {"type": "string", "enum": ["planned", "assigned", "measured", "approved", "cancelled"]}, "ResultInput": {"type": "object", "required": ["value"], "additionalProperties": false, "properties": {"value": {"type": "number", "minimum": 0, "maximum": 1000000}, "measured_at": {"type": "string", "format": "date-time"}, "comment": {"type": ["string", "null"], "maxLength": 300, "default": null}}}, "InstrumentStatus": {"type": "string", "enum": ["ready", "calibration_due"]}, "InstrumentInput": {"type": "object", "required": ["name", "serial_number", "method_codes", "calibration_interval_days"], "additionalProperties": false, "properties": {"name": {"type": "string", "minLength": 2, "maxLength": 80}, "serial_number": {"type": "string", "pattern": "^[A-Za-z0-9-]{3,30}$"}, "method_codes": {"type": "array", "minItems": 1, "maxItems": 50, "uniqueItems": true, "items": {"type": "string", "minLength": 1, "maxLength": 20}}, "calibration_interval_days": {"type": "integer", "minimum": 1, "maximum": 730}}}, "CalibrationInput": {"type": "object", "required": ["performed_on", "deviation_percent"], "additionalProperties": false, "properties": {"performed_on": {"type": "string", "format": "date"}, "deviation_percent": {"type": "number", "minimum": 0, "maximum": 100}, "note": {"type": ["string", "null"], "maxLength": 300, "default": null}}}}}''')
FAULT = None
FAULTS = []


def fault(id, operation, kind, what, source, where):
    FAULTS.append(dict(id=id, operation=operation, kind=kind, what=what, source=source, where=where))
fault('me-no-customer', 'getMe', 'computed', 'customer_id is null for portal logins too', 'prose',
      'For portal logins `customer_id` names the customer they belong to')
fault('me-role-portal', 'getMe', 'schema', 'role of portal logins is sent as "portal"', 'schema',
      '#/components/schemas/Caller/properties/role/enum')
fault('me-no-challenge', 'getMe', 'headers', '401 comes without WWW-Authenticate', 'schema',
      '#/components/responses/Unauthorized/headers/WWW-Authenticate')
fault('cust-list-portal', 'listCustomers', 'visibility', 'portal logins get all customers', 'prose',
      'A portal login sees its own customer … is missing from every list and every count.')
fault('cust-q-case', 'listCustomers', 'list-filter', 'q is compared case-sensitively', 'prose',
      'Only customers whose name or e-mail address contains this text; case does not matter.')
fault('cust-sort-case', 'listCustomers', 'list-sort', 'names in lower case are sorted after all names in upper case', 'prose',
      'Sorted by name without regard to case')
fault('cust-page-size-100', 'listCustomers', 'boundary', 'page_size=100 is refused', 'schema',
      '#/components/parameters/PageSize/schema/maximum')
fault('cust-total-of-page', 'listCustomers', 'list-paging', 'total is the number of entries of the page', 'prose',
      '`total` is the number of entries that match over all pages.')
fault('cust-blank-name', 'createCustomer', 'validation-prose', 'a name of white space only is accepted', 'prose',
      'White space around `name` is removed, and something has to remain.')
fault('cust-discount-reception', 'createCustomer', 'rights', 'reception can grant a discount', 'prose',
      'reception is refused with 403 if it sends a `discount_percent` other than 0')
fault('cust-email-case-duplicate', 'createCustomer', 'duplicate', 'an e-mail address that differs in case only is not noticed as a duplicate', 'prose',
      'The e-mail address is stored in lower case; no two customers may have the same one.')
fault('cust-email-race', 'createCustomer', 'concurrency', 'two simultaneous requests can register the same e-mail address', 'prose',
      'two of them can never both take what is there only once')
fault('cust-vat-pattern', 'createCustomer', 'validation', 'vat_id of any form is accepted', 'schema',
      '#/components/schemas/CustomerInput/properties/vat_id/pattern')
fault('cust-extra-members', 'createCustomer', 'validation', 'unknown members are accepted', 'schema',
      '#/components/schemas/CustomerInput/additionalProperties')
fault('cust-phone-left-out', 'createCustomer', 'schema', 'phone is left out of the answer if there is none', 'schema',
      '#/components/schemas/Customer/required')
fault('cust-get-foreign', 'getCustomer', 'visibility', 'portal logins can read other customers by id', 'prose',
      'Whatever belongs to somebody else does not exist for it: it is answered with 404')
fault('cust-delete-readable', 'getCustomer', 'not-found', 'deleted customers can still be read', 'prose',
      'The customer is gone. / #/paths/~1customers~1{customer_id}/get/responses/404')
fault('cust-open-count-completed', 'getCustomer', 'computed', 'open_order_count counts completed orders too', 'prose',
      "How many of the customer's orders are open or in progress.")
fault('cust-null-ignored', 'updateCustomer', 'update', 'null does not empty phone and vat_id', 'prose',
      'null empties `phone` or `vat_id`')
fault('cust-patch-address-whole', 'updateCustomer', 'update', 'a partial billing_address is refused', 'prose',
      'What is not sent stays as it is, also within `billing_address`')
fault('cust-patch-unknown-refused', 'updateCustomer', 'update', 'read-only members sent back are refused with 400', 'prose',
      'Anything that is not listed in the schema, such as the read-only members of a customer read before, is ignored.')
fault('cust-created-at-writable', 'updateCustomer', 'update', 'created_at can be overwritten', 'prose',
      'Anything that is not listed in the schema, such as the read-only members of a customer read before, is ignored.')
fault('cust-same-refused', 'updateCustomer', 'rights', 'reception gets 403 also for the value of discount_percent or blocked that is stored anyway', 'prose',
      'From reception both are accepted as long as they have the value that is stored anyway')
fault('cust-blocked-reception', 'updateCustomer', 'rights', 'reception can block and unblock customers', 'prose',
      'Only managers may change `discount_percent` and `blocked`.')
fault('cust-patch-own-email', 'updateCustomer', 'duplicate', "sending the customer's own e-mail address is a 409", 'prose',
      'Another customer has this e-mail address already.')
fault('cust-delete-cancelled', 'deleteCustomer', 'state', 'a customer whose orders are all cancelled can be deleted', 'prose',
      'A customer with orders, in whatever state they are, cannot be deleted.')
fault('cust-delete-email', 'deleteCustomer', 'delete', 'the e-mail address of a deleted customer stays taken', 'prose',
      'The e-mail address is free again afterwards.')
fault('cust-delete-twice', 'deleteCustomer', 'not-found', 'deleting a deleted customer again is answered with 204', 'prose',
      'existence of what the path names (404) / There is no such thing, at least not for this caller.')
fault('cust-id-again', 'deleteCustomer', 'delete', 'the id of the customer deleted last is given to the next one', 'prose',
      'Identifiers … are never used a second time.')
fault('stor-free-capacity', 'listStoragePlaces', 'computed', 'free is always the capacity', 'prose',
      'How many more samples fit in.')
fault('stor-portal', 'listStoragePlaces', 'rights', 'portal logins can list the places', 'prose',
      'Not for portal logins.')
fault('stor-duplicate', 'createStoragePlace', 'duplicate', 'a code that is taken is accepted and replaces the place', 'prose',
      'The code is taken.')
fault('stor-freezer-15', 'createStoragePlace', 'boundary', 'a freezer at -15 °C is refused', 'prose',
      'a `freezer` is run at -15 °C or colder … limits included')
fault('stor-shelf-any', 'createStoragePlace', 'validation-prose', 'the temperature of a shelf is not checked', 'prose',
      'a `shelf` at 15 to 25 °C')
fault('meth-first-matrix', 'listMethods', 'list-filter', 'matrix looks at the first matrix of a method only', 'prose',
      'Only methods that can be used on this kind of sample.')
fault('meth-max-price', 'listMethods', 'list-filter', 'methods that cost exactly max_price_cents are missing', 'prose',
      'Only methods that cost this much or less.')
fault('meth-price-ties', 'listMethods', 'list-sort', 'with -price methods of the same price are in descending order of code', 'prose',
      'Methods of the same price are always in ascending order of their codes.')
fault('meth-q-code', 'listMethods', 'list-filter', 'q is not looked for in the code', 'prose',
      'Text that has to occur in code or name')
fault('meth-token-other-sort', 'listMethods', 'list-paging', 'a page token is accepted with another sorting', 'prose',
      'A token is good for the same operation with the same filters and the same sorting only, otherwise the answer is 400')
fault('meth-token-on-last-page', 'listMethods', 'list-paging', 'if the last page is full it still has a next_page_token', 'prose',
      'on the last page it is null')
fault('meth-limit-equal', 'createMethod', 'boundary', 'a limit_value equal to the detection_limit is accepted', 'prose',
      'If there is a `limit_value` it has to be greater than the `detection_limit`.')
fault('meth-duplicate-inactive', 'createMethod', 'duplicate', 'the code of an inactive method can be used again', 'prose',
      'There is a method with this code, active or not.')
fault('meth-matrices-twice', 'createMethod', 'validation', 'the same matrix twice is accepted', 'schema',
      '#/components/schemas/MethodInput/properties/matrices/uniqueItems')
fault('meth-price-string', 'createMethod', 'schema', 'price_cents is answered as a string with euros', 'schema',
      '#/components/schemas/Method/properties/price_cents/type')
fault('meth-never-304', 'getMethod', 'conditional', 'If-None-Match is not looked at', 'prose',
      'If the method is still the same there is nothing to send and the answer is 304.')
fault('meth-always-304', 'getMethod', 'conditional', 'any If-None-Match is answered with 304, old versions too', 'prose',
      'If the method is still the same there is nothing to send and the answer is 304.')
fault('meth-etag-bare', 'getMethod', 'headers', 'ETag comes without quotes', 'schema',
      '#/components/headers/ETag/schema/pattern')
fault('meth-no-412', 'replaceMethod', 'conditional', 'an old ETag in If-Match is accepted', 'prose',
      'if the method has been changed in the meantime it is 412')
fault('meth-star-refused', 'replaceMethod', 'conditional', 'If-Match: * is a 412', 'prose',
      'The ETag of the version you are replacing, or `*` for any.')
fault('meth-no-428', 'replaceMethod', 'conditional', 'If-Match is not needed', 'prose',
      'Without this header the answer is 428')
fault('meth-put-merges', 'replaceMethod', 'update', 'optional members that are left out keep their values', 'prose',
      'optional members that are left out get their defaults')
fault('meth-put-reprices', 'replaceMethod', 'side-effect', 'a new price is put on analyses ordered before', 'prose',
      'Analyses that were ordered before keep the price they were ordered at.')
fault('ord-last-state', 'listOrders', 'list-filter', 'of several states only the last one counts', 'prose',
      'may be given several times to get the orders in any of the states')
fault('ord-overdue-today', 'listOrders', 'boundary', 'orders due today are overdue', 'prose',
      'on the day itself it is still in time')
fault('ord-due-to', 'listOrders', 'boundary', 'orders due on due_to are missing', 'prose',
      'Orders that are due on this day or earlier.')
fault('ord-due-ties', 'listOrders', 'list-sort', 'with -due_on ties are in ascending order of id', 'prose',
      'Ties are sorted by `id`, in the same direction.')
fault('ord-page-overlap', 'listOrders', 'list-paging', 'one order is skipped between two pages', 'prose',
      '`next_page_token` has the token for the next page')
fault('ord-list-portal', 'listOrders', 'visibility', 'with the filter customer_id portal logins get the orders of other customers', 'prose',
      'Whatever belongs to somebody else … is missing from every list')
fault('ord-due-today', 'createOrder', 'boundary', 'due_on of today is refused', 'prose',
      '`due_on` must not be before today.')
fault('ord-express-due', 'createOrder', 'computed', 'express orders are due after ten days too', 'prose',
      'a `standard` order is due ten days and an `express` order three days after today')
fault('ord-reference-cancelled', 'createOrder', 'duplicate', 'references of cancelled orders cannot be used again', 'prose',
      'cancelled orders do not count')
fault('ord-reference-unchecked', 'createOrder', 'duplicate', 'a customer can use a reference twice', 'prose',
      'A customer can use a `customer_reference` for one order only')
fault('ord-blocked-customer', 'createOrder', 'references', 'blocked customers can order', 'prose',
      'Blocked customers keep their orders but cannot place new ones. / The customer does not exist or is blocked.')
fault('ord-portal-foreign', 'createOrder', 'rights', 'portal logins can order for other customers', 'prose',
      'portal logins can order for their own customer only and get 403 for any other `customer_id`')
fault('ord-key-ignored', 'createOrder', 'idempotency', 'a repeated request with the same key makes a second order', 'prose',
      'no second order is made and the first answer is given once more')
fault('ord-key-other-body', 'createOrder', 'idempotency', 'the key with another body gives the first answer', 'prose',
      'The same key with another body is a 409.')
fault('ord-key-shared', 'createOrder', 'idempotency', 'keys are shared by all callers', 'prose',
      'Keys of different callers have nothing to do with each other')
fault('ord-key-race', 'createOrder', 'concurrency', 'two simultaneous requests with the same key make two orders', 'prose',
      'Requests that arrive at the same time are carried out one after the other')
fault('ord-replayed-header', 'createOrder', 'headers', 'Idempotency-Replayed is false for repeated answers', 'prose',
      '`true` if this is the repeated answer to an earlier request, otherwise `false`.')
fault('ord-discount-live', 'createOrder', 'side-effect', "a change of the customer's discount changes existing orders", 'prose',
      "later changes of the customer's discount do not touch it")
fault('ord-get-foreign', 'getOrder', 'visibility', 'portal logins can read orders of other customers by id', 'prose',
      'Whatever belongs to somebody else does not exist for it: it is answered with 404')
fault('ord-404-media-type', 'getOrder', 'headers', '404 is sent as application/json', 'prose',
      'Errors are problem details (RFC 9457) sent as `application/problem+json`.')
fault('ord-progress-rounded', 'getOrder', 'computed', 'progress_percent is rounded instead of cut off', 'prose',
      'in percent, decimals cut off')
fault('ord-net-cancelled', 'getOrder', 'computed', 'net_cents includes cancelled analyses', 'prose',
      'Sum of the prices of all analyses that are not cancelled.')
fault('ord-surcharge-cut', 'getOrder', 'computed', 'half a cent of the surcharge is cut off', 'prose',
      'Half of `net_cents` for express orders, rounded / halves go up')
fault('ord-invoice-id-left-out', 'getOrder', 'schema', 'invoice_id is left out as long as there is no invoice', 'schema',
      '#/components/schemas/Order/required')
fault('ord-patch-completed', 'updateOrder', 'state', 'completed orders can be changed', 'prose',
      'as long as the order is `open` or `in_progress`')
fault('ord-patch-past-due', 'updateOrder', 'validation-prose', 'due_on can be set to a day before today', 'prose',
      'The rules for `due_on` and `customer_reference` are those of placing an order')
fault('ord-patch-moves-due', 'updateOrder', 'side-effect', 'a new priority moves due_on', 'prose',
      'a new `priority` leaves `due_on` as it is')
fault('ord-patch-customer', 'updateOrder', 'update', 'customer_id can be changed', 'prose',
      'Other members, `customer_id` among them, are ignored.')
fault('ord-delete-samples', 'deleteOrder', 'state', 'an open order with samples can be deleted', 'prose',
      'Only an `open` order without samples can be deleted')
fault('ord-delete-cancelled', 'deleteOrder', 'delete', 'a cancelled order without samples can be deleted', 'prose',
      'Only an `open` order without samples can be deleted')
fault('ord-cancel-planned-only', 'cancelOrder', 'side-effect', 'assigned and measured analyses are not cancelled', 'prose',
      'All analyses of the order that are not approved yet are cancelled with it')
fault('ord-cancel-approved', 'cancelOrder', 'side-effect', 'approved analyses are cancelled too', 'prose',
      'approved ones stay approved')
fault('ord-cancel-portal', 'cancelOrder', 'state', 'portal logins can cancel orders in progress', 'prose',
      'and for portal logins while it is `open`')
fault('ord-cancel-short-reason', 'cancelOrder', 'boundary', 'a reason of four characters is accepted', 'schema',
      '#/paths/~1orders~1{order_id}~1cancel/post/requestBody/content/application~1json/schema/properties/reason/minLength')
fault('smp-21', 'addSample', 'boundary', 'a 21st sample is accepted', 'prose',
      'An order has at most 20 samples.')
fault('smp-label-case', 'addSample', 'duplicate', 'labels that differ in case only are accepted', 'prose',
      'Labels are unique within an order, without regard to case.')
fault('smp-future', 'addSample', 'validation-prose', 'collected_at may be in the future', 'prose',
      'The sample must have been collected in the past')
fault('smp-30-days', 'addSample', 'boundary', 'samples collected almost 31 days ago are accepted', 'prose',
      'and not more than 30 days ago')
fault('smp-soil-point', 'addSample', 'validation-prose', 'sampling_point may be missing for soil', 'prose',
      '`sampling_point` is needed for water and soil')
fault('smp-offset', 'addSample', 'computed', 'the offset of collected_at is dropped instead of converted', 'prose',
      'The laboratory accepts any offset and stores and returns UTC with a `Z`')
fault('smp-to-midnight', 'listSamples', 'boundary', 'collected_to ends with the beginning of the day', 'prose',
      'Samples collected on this day or earlier; the whole day counts.')
fault('smp-date-filter-unchecked', 'listSamples', 'validation', 'collected_from is accepted whatever it is', 'schema',
      '#/paths/~1samples/get/parameters (collected_from)/schema/format')
fault('smp-place-history', 'listSamples', 'list-filter', 'storage_place finds samples that were there once', 'prose',
      'Samples that are kept in the place with this code at present.')
fault('smp-sort-created', 'listSamples', 'list-sort', 'samples are sorted by id', 'prose',
      'Sorted by `collected_at`, the oldest first')
fault('smp-no-last-page', 'listSamples', 'list-paging', 'the last page cannot be reached if it is not full', 'prose',
      'As long as there is more, `next_page_token` has the token for the next page')
fault('smp-hold-soil', 'getSample', 'computed', 'hold_until of soil is 14 days after collection', 'prose',
      '7 days after the day of collection for food, 14 for water, 28 for soil')
fault('smp-count-cancelled', 'getSample', 'computed', 'analysis_count counts cancelled analyses', 'prose',
      'Number of analyses that are not cancelled.')
fault('cus-newest-first', 'listCustody', 'list-sort', 'the chain begins with the last entry', 'prose',
      'The complete chain, from the first entry to the last.')
fault('cus-note-visible', 'listCustody', 'visibility', 'portal logins get the notes', 'prose',
      '`note` is always null for them')
fault('cus-capacity', 'addCustodyEntry', 'boundary', 'one sample too many fits in a place', 'prose',
      'A place can hold as many samples as its capacity says and no more.')
fault('cus-capacity-race', 'addCustodyEntry', 'concurrency', 'simultaneous requests can overfill a place', 'prose',
      'two of them can never both take what is there only once / A place can hold as many samples as its capacity says and no more.')
fault('cus-move-same', 'addCustodyEntry', 'state', 'a sample can be moved to where it is', 'prose',
      'Moving it to where it is already is a 409.')
fault('cus-dispose-measured', 'addCustodyEntry', 'state', 'a sample with measured, not yet approved analyses can be disposed of', 'prose',
      'As long as the sample has analyses that are planned, assigned or measured, it is kept')
fault('cus-condition-on-move', 'addCustodyEntry', 'validation-prose', 'condition is accepted with move and dispose', 'prose',
      '`condition` and `temperature_c` may only be given with `receive`.')
fault('cus-temperature-range', 'addCustodyEntry', 'validation', 'temperatures above 60 °C are accepted', 'schema',
      '#/components/schemas/CustodyInput/properties/temperature_c/maximum')
fault('cus-food-shelf', 'addCustodyEntry', 'references', 'food is put on a shelf', 'prose',
      'Water and food belong in a refrigerator or freezer and are not put on a shelf')
fault('cus-reject-keeps', 'addCustodyEntry', 'side-effect', 'the analyses of a rejected sample are not cancelled', 'prose',
      'it becomes `rejected`, and its analyses are cancelled')
fault('cus-acceptable-no-start', 'addCustodyEntry', 'side-effect', 'a first sample in acceptable condition leaves the order open', 'prose',
      'the first sample stored puts an open order `in_progress`')
fault('cus-dispose-occupies', 'addCustodyEntry', 'side-effect', 'a disposed sample keeps its place occupied', 'prose',
      'a `stored` sample becomes `disposed` and gives its place free')
fault('ana-inactive', 'addAnalysis', 'references', 'inactive methods can be ordered', 'prose',
      'There is no such method, it is not active any more … / Inactive methods cannot be ordered.')
fault('ana-matrix', 'addAnalysis', 'references', 'methods can be ordered for any matrix', 'prose',
      'or it cannot be used on this kind of sample')
fault('ana-duplicate', 'addAnalysis', 'duplicate', 'a method can be ordered twice for a sample', 'prose',
      'A method can be ordered once per sample')
fault('ana-due-cut', 'addAnalysis', 'computed', 'half the turnaround days of express orders are cut off instead of rounded', 'prose',
      'for express orders half of the days, rounded to whole days / halves go up')
fault('ana-due-before', 'listAnalyses', 'boundary', 'analyses due on due_before are listed', 'prose',
      'the day itself does not count')
fault('ana-list-result', 'listAnalyses', 'visibility', 'portal logins see results in the list before approval', 'prose',
      'What is said about portal logins at `GET /analyses/{analysis_id}` holds here as well. / Portal logins see a `result` only when the analysis is approved')
fault('ana-get-analyst', 'getAnalysis', 'visibility', 'portal logins see analyst and instrument', 'prose',
      '`analyst` and `instrument_id` are always null for them.')
fault('asg-others', 'assignAnalysis', 'rights', 'analysts can assign to colleagues', 'prose',
      'analysts can assign to themselves only and get 403 for the name of somebody else')
fault('asg-expected-sample', 'assignAnalysis', 'state', 'analyses of samples that are not stored can be assigned', 'prose',
      'The sample has to be `stored`.')
fault('asg-not-ready', 'assignAnalysis', 'references', 'instruments that are due for calibration can be used', 'prose',
      'and its `status` must be `ready`')
fault('asg-problem-status', 'assignAnalysis', 'schema', 'the problem of a 422 has the status 400', 'prose',
      '`status` repeats the status code of the response.')
fault('res-other-analyst', 'recordResult', 'rights', 'any analyst can record the result', 'prose',
      'For the analyst the analysis is assigned to, and for managers; other analysts get 403.')
fault('res-limit-equal', 'recordResult', 'boundary', 'a value equal to the limit exceeds it', 'prose',
      'exactly the limit does not exceed it')
fault('res-cut', 'recordResult', 'computed', 'the value is cut off instead of rounded', 'prose',
      'The value is rounded to the decimals of the method.')
fault('res-detection-equal', 'recordResult', 'boundary', 'a value equal to the detection limit gets the qualifier <', 'prose',
      'If the rounded value is below the detection limit … otherwise the rounded value and `=`')
fault('res-comment-kept', 'recordResult', 'update', 'a correction without comment keeps the old comment', 'prose',
      'which replaces the result as a whole')
fault('rev-own', 'reviewResult', 'rights', 'managers can review the results they recorded themselves', 'prose',
      'but never for the one who recorded the result (403)')
fault('rev-no-comment', 'reviewResult', 'validation-prose', 'a rejection without comment is accepted', 'prose',
      'A rejection needs a `comment`.')
fault('rev-attempt', 'reviewResult', 'computed', 'a rejection does not raise attempt', 'prose',
      '`attempt` goes up by one')
fault('rev-cancelled-blocks', 'reviewResult', 'side-effect', 'an order with a cancelled analysis is not completed', 'prose',
      'and all the others are approved or cancelled')
fault('rev-early', 'reviewResult', 'side-effect', 'the order is completed while other results wait for review', 'prose',
      'at least one of its analyses is approved, and all the others are approved or cancelled')
fault('ins-last-day', 'listInstruments', 'boundary', 'an instrument is due on the last day of its calibration already', 'prose',
      '`ready` up to and including the day given in `calibrated_until`')
fault('ins-portal', 'listInstruments', 'rights', 'portal logins can list the instruments', 'prose',
      'Not for portal logins.')
fault('ins-serial-case', 'createInstrument', 'duplicate', 'serial numbers that differ in case only are accepted', 'prose',
      'Serial numbers are unique without regard to case.')
fault('ins-unknown-method', 'createInstrument', 'references', 'unknown methods are accepted', 'prose',
      'One of the methods does not exist.')
fault('cal-five', 'addCalibration', 'boundary', 'a deviation of exactly 5 percent is failed', 'prose',
      'With a deviation of up to and including 5 percent the calibration is passed')
fault('cal-failed-keeps', 'addCalibration', 'side-effect', 'a failed calibration leaves the instrument ready', 'prose',
      'the instrument is `calibration_due` at once, whatever was valid before')
fault('cal-valid-until-empty', 'addCalibration', 'schema', 'valid_until of a failed calibration is an empty string', 'schema',
      '#/components/schemas/Calibration/properties/valid_until/format')
fault('rep-quotes', 'downloadReport', 'file', 'double quotes within a quoted value are not doubled', 'prose',
      'as a CSV file (RFC 4180: …)')
fault('rep-order', 'downloadReport', 'file', 'lines are in the order the analyses were ordered', 'prose',
      'sorted by `sample_id` and within a sample by method code')
fault('rep-decimals', 'downloadReport', 'file', 'trailing zeros of values are missing', 'prose',
      '`value` is written with as many decimals as the method prescribed when the result was recorded')
fault('rep-latin', 'downloadReport', 'file', 'the file is in Latin-1', 'prose',
      'as a CSV file …, in UTF-8')
fault('rep-cacheable', 'downloadReport', 'headers', 'Cache-Control is missing', 'schema',
      '#/paths/~1orders~1{order_id}~1report/get/responses/200/headers/Cache-Control')
fault('rep-in-progress', 'downloadReport', 'state', 'the report of an order in progress can be downloaded', 'prose',
      'The report of a `completed` or `invoiced` order')
fault('inv-race', 'createInvoice', 'concurrency', 'two simultaneous requests make two invoices of an order', 'prose',
      'two of them can never both take what is there only once / A `completed` order becomes `invoiced`, once and for all.')
fault('inv-vat-abroad', 'createInvoice', 'computed', 'customers abroad without vat_id pay no value added tax', 'prose',
      '20, except for customers with a `vat_id` whose billing address is outside of Austria (AT)')
fault('inv-state', 'createInvoice', 'side-effect', 'the order stays completed', 'prose',
      'A `completed` order becomes `invoiced`')
fault('inv-sum-page', 'listInvoices', 'computed', 'sum_cents is the sum of the page', 'prose',
      'Sum of `total_cents` of all matching invoices over all pages.')
fault('inv-list-portal', 'listInvoices', 'visibility', 'portal logins get the invoices to all customers', 'prose',
      'Whatever belongs to somebody else … is missing from every list')


def F(id):
    return FAULT == id
UTC = dt.timezone.utc
CLOCK = None


def now():
    return (CLOCK or dt.datetime.now(UTC)).replace(microsecond=0)


def now_exact():
    return CLOCK or dt.datetime.now(UTC)


def today():
    return now_exact().date()


def ts(t):
    return None if t is None else t.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ') if t.year >= 1000 else t.isoformat()
RE_DATE = re.compile('\\d{4}-\\d{2}-\\d{2}\\Z', re.A)
RE_TIME = re.compile('(\\d{4})-(\\d\\d)-(\\d\\d)[Tt](\\d\\d):(\\d\\d):(\\d\\d)(\\.\\d+)?([Zz]|[+-]\\d\\d:\\d\\d)\\Z', re.A)


def parse_date(s):
    if not isinstance(s, str) or not RE_DATE.match(s):
        return None
    try:
        return dt.date(int(s[:4]), int(s[5:7]), int(s[8:]))
    except ValueError:
        return None


def parse_time(s, keep_offset=False):
    m = RE_TIME.match(s) if isinstance(s, str) else None
    if not m:
        return None
    try:
        y, mo, d, h, mi, se = (int(x) for x in m.groups()[:6])
        micro = int(((m.group(7) or '.0')[1:] + '000000')[:6])
        z = m.group(8)
        if z in 'Zz':
            off = dt.timedelta()
        else:
            oh, om = (int(z[1:3]), int(z[4:6]))
            if oh > 23 or om > 59:
                return None
            off = dt.timedelta(hours=oh, minutes=om) * (-1 if z[0] == '-' else 1)
        t = dt.datetime(y, mo, d, h, mi, se, micro, tzinfo=UTC)
        return t if keep_offset else t - off
    except (ValueError, OverflowError):
        return None


class Problem(Exception):
    TYPES = {400: ('invalid-request', 'Invalid request'), 401: ('unauthorized', 'Unauthorized'), 403: ('forbidden', 'Forbidden'), 404: ('not-found', 'Not found'), 405: ('method-not-allowed', 'Method not allowed'), 409: ('conflict', 'Conflict'), 412: ('precondition-failed', 'Precondition failed'), 422: ('unusable-reference', 'Unusable reference'), 428: ('precondition-required', 'Precondition required')}

    def __init__(self, status, detail, errors=None, headers=()):
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = (status, detail, errors, list(headers))

    def answer(self, op):
        kind, title = self.TYPES[self.status]
        body = {'type': '/problems/' + kind, 'title': title, 'status': self.status, 'detail': self.detail}
        ctype = 'application/problem+json'
        if self.status == 400:
            body['errors'] = self.errors or [{'field': 'body', 'message': self.detail}]
        if F('asg-problem-status') and op == 'assignAnalysis' and (self.status == 422):
            body['status'] = 400
        if F('ord-404-media-type') and op == 'getOrder' and (self.status == 404):
            ctype = 'application/json'
        return (self.status, [('Content-Type', ctype)] + self.headers, json.dumps(body).encode())


def bad(field, message):
    return Problem(400, 'The request is not valid.', [{'field': field, 'message': message}])


def forbidden(detail='You are not allowed to do this.'):
    return Problem(403, detail)


def missing(what, id):
    return Problem(404, 'There is no %s %s.' % (what, id))


def conflict(detail):
    return Problem(409, detail)


def unusable(detail):
    return Problem(422, detail)


def resolve(schema):
    while '$ref' in schema:
        rest = {k: v for k, v in schema.items() if k != '$ref'}
        schema = dict(SPEC['schemas'][schema['$ref'].rsplit('/', 1)[1]], **rest)
    return schema


def is_type(v, t):
    if t == 'null':
        return v is None
    if t == 'boolean':
        return isinstance(v, bool)
    if t == 'string':
        return isinstance(v, str)
    if t == 'integer':
        return isinstance(v, int) and (not isinstance(v, bool)) or (isinstance(v, float) and v.is_integer())
    if t == 'number':
        return isinstance(v, (int, float)) and (not isinstance(v, bool))
    if t == 'array':
        return isinstance(v, list)
    return isinstance(v, dict)


def regex(p):
    return re.compile(p[:-1] + '\\Z' if p.endswith('$') else p, re.A)


def check(v, schema, path, errors):
    """Validates v and returns it with whole floats turned into integers where an integer is wanted."""
    schema = resolve(schema)
    types = schema.get('type')
    types = [types] if isinstance(types, str) else types
    name = path or 'body'
    if types and (not any((is_type(v, t) for t in types))):
        errors.append({'field': name, 'message': 'must be ' + ' or '.join(types)})
        return v
    if types and 'integer' in types and isinstance(v, float):
        v = int(v)
    if 'enum' in schema and v not in schema['enum']:
        errors.append({'field': name, 'message': 'must be one of ' + ', '.join(map(str, schema['enum']))})
    if isinstance(v, str):
        if len(v) < schema.get('minLength', 0):
            errors.append({'field': name, 'message': 'is too short'})
        if len(v) > schema.get('maxLength', len(v)):
            errors.append({'field': name, 'message': 'is too long'})
        if 'pattern' in schema and (not regex(schema['pattern']).search(v)):
            errors.append({'field': name, 'message': 'does not have the right form'})
        if schema.get('format') == 'date' and parse_date(v) is None:
            errors.append({'field': name, 'message': 'is not a date'})
        if schema.get('format') == 'date-time' and parse_time(v) is None:
            errors.append({'field': name, 'message': 'is not a time with date and offset'})
    elif isinstance(v, (int, float)) and (not isinstance(v, bool)):
        if 'minimum' in schema and v < schema['minimum']:
            errors.append({'field': name, 'message': 'must be at least %s' % schema['minimum']})
        if 'maximum' in schema and v > schema['maximum']:
            errors.append({'field': name, 'message': 'must be at most %s' % schema['maximum']})
        if 'exclusiveMinimum' in schema and v <= schema['exclusiveMinimum']:
            errors.append({'field': name, 'message': 'must be more than %s' % schema['exclusiveMinimum']})
    elif isinstance(v, list):
        if len(v) < schema.get('minItems', 0):
            errors.append({'field': name, 'message': 'has too few entries'})
        if len(v) > schema.get('maxItems', len(v)):
            errors.append({'field': name, 'message': 'has too many entries'})
        if schema.get('uniqueItems') and len({json.dumps(x, sort_keys=True) for x in v}) < len(v):
            errors.append({'field': name, 'message': 'has an entry twice'})
        if 'items' in schema:
            v = [check(x, schema['items'], '%s.%d' % (path, i) if path else str(i), errors) for i, x in enumerate(v)]
    elif isinstance(v, dict):
        props = schema.get('properties', {})
        for r in schema.get('required', ()):
            if r not in v:
                errors.append({'field': (path + '.' if path else '') + r, 'message': 'is required'})
        out = {}
        for k, x in v.items():
            p = (path + '.' if path else '') + k
            if k in props:
                out[k] = check(x, props[k], p, errors)
            elif schema.get('additionalProperties', True) is False:
                errors.append({'field': p, 'message': 'is not known'})
            else:
                out[k] = x
        v = out
    return v


def fill(v, schema):
    """Puts in the defaults of members left out."""
    for k, s in resolve(schema).get('properties', {}).items():
        s = resolve(s)
        if k not in v and 'default' in s:
            v[k] = copy.deepcopy(s['default'])
    return v


def tweak_schemas():
    """Faults in validation."""
    s = SPEC['schemas']
    if F('cust-vat-pattern'):
        del s['CustomerInput']['properties']['vat_id']['pattern']
    if F('cust-extra-members'):
        s['CustomerInput']['additionalProperties'] = True
    if F('cust-patch-address-whole'):
        s['CustomerPatch']['properties']['billing_address']['required'] = ['street', 'postal_code', 'city', 'country']
    if F('cust-patch-unknown-refused'):
        s['CustomerPatch']['additionalProperties'] = False
    if F('meth-matrices-twice'):
        del s['MethodInput']['properties']['matrices']['uniqueItems']
    if F('cus-temperature-range'):
        del s['CustodyInput']['properties']['temperature_c']['maximum']
    ops = SPEC['operations']
    if F('ord-cancel-short-reason'):
        ops['cancelOrder']['body']['schema']['properties']['reason']['minLength'] = 4
    if F('cust-page-size-100'):
        [p for p in ops['listCustomers']['params'] if p['name'] == 'page_size'][0]['schema']['maximum'] = 99
    if F('smp-date-filter-unchecked'):
        for p in ops['listSamples']['params']:
            if p['name'] == 'collected_from':
                p['schema'].pop('format')
LOCK = threading.Lock()
USERS = {'mgr-5d1c7e90': dict(user='mora', name='Mora Brandl', role='manager', customer_id=None), 'rec-82f04ab6': dict(user='rita', name='Rita Sommer', role='reception', customer_id=None), 'ana-3b9e61d4': dict(user='anna', name='Anna Wieser', role='analyst', customer_id=None), 'ana-c07d25f8': dict(user='ben', name='Ben Hofer', role='analyst', customer_id=None), 'cus-e41a9b37': dict(user='kofler', name='Greta Kofler', role='customer', customer_id='C-10001'), 'cus-9f6b02cd': dict(user='lindner', name='Paul Lindner', role='customer', customer_id='C-10002')}
ANALYSTS = {u['user'] for u in USERS.values() if u['role'] == 'analyst'}
customers, places, methods, orders, samples, analyses, instruments, invoices = ({} for _ in range(8))
old_emails = set()
idem = {}
counters = dict(C=10000, O=10000, S=10000, A=10000, I=100, INV=10000)


def new_id(kind):
    counters[kind] += 1
    return '%s-%d' % (kind, counters[kind])


def half_up(n, d):
    """n/d rounded to an integer, halves up."""
    return (2 * n + d) // (2 * d)


def round_to(value, decimals, how=ROUND_HALF_UP):
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=how)


def order_analyses(o):
    return [a for s in o['samples'] for a in samples[s]['analyses']]


def order_of(s):
    return orders[s['order_id']]


def customer_view(c):
    states = ('open', 'in_progress')
    if F('cust-open-count-completed'):
        states = ('open', 'in_progress', 'completed')
    v = {k: c[k] for k in ('id', 'name', 'email', 'phone', 'vat_id', 'billing_address', 'discount_percent', 'blocked')}
    v['open_order_count'] = sum((1 for o in c['orders'] if orders[o]['state'] in states))
    v['created_at'] = ts(c['created_at'])
    return v


def place_view(p):
    n = len(p['samples'])
    return dict(code=p['code'], kind=p['kind'], temperature_c=p['temperature_c'], capacity=p['capacity'], description=p['description'], occupied=n, free=max(0, p['capacity'] - n))
METHOD_MEMBERS = ('code', 'name', 'matrices', 'unit', 'decimals', 'detection_limit', 'limit_value', 'turnaround_days', 'price_cents', 'active', 'version')


def method_view(m):
    return {k: m[k] for k in METHOD_MEMBERS}


def method_etag(m):
    return '"%s-v%d"' % (m['code'], m['version'])


def order_sums(o):
    net = sum((a['price_cents'] for a in order_analyses(o) if a['state'] != 'cancelled' or F('ord-net-cancelled')))
    surcharge = half_up(net, 2) if o['priority'] == 'express' else 0
    if F('ord-surcharge-cut'):
        surcharge = net // 2 if o['priority'] == 'express' else 0
    percent = o['discount_percent']
    if F('ord-discount-live') and o['customer_id'] in customers:
        percent = customers[o['customer_id']]['discount_percent']
    discount = half_up((net + surcharge) * percent, 100)
    return (percent, net, surcharge, discount)


def order_view(o):
    percent, net, surcharge, discount = order_sums(o)
    live = [a for a in order_analyses(o) if a['state'] != 'cancelled']
    approved = sum((1 for a in live if a['state'] == 'approved'))
    n = len(live)
    progress = approved * 100 // n if n else 0
    if F('ord-progress-rounded'):
        progress = half_up(approved * 100, n) if n else 0
    count = len(o['samples'])
    v = dict(id=o['id'], customer_id=o['customer_id'], customer_reference=o['customer_reference'], priority=o['priority'], state=o['state'], due_on=o['due_on'].isoformat(), note=o['note'], sample_count=count, progress_percent=progress, discount_percent=percent, net_cents=net, surcharge_cents=surcharge, discount_cents=discount, total_cents=net + surcharge - discount, cancel_reason=o['cancel_reason'], invoice_id=o['invoice_id'], created_at=ts(o['created_at']), created_by=o['created_by'])
    if F('ord-invoice-id-left-out') and v['invoice_id'] is None:
        del v['invoice_id']
    return v
HOLD_DAYS = {'food': 7, 'water': 14, 'soil': 28}


def sample_view(s):
    days = HOLD_DAYS[s['matrix']]
    if F('smp-hold-soil') and s['matrix'] == 'soil':
        days = 14
    base = s['collected_at'].date()
    try:
        hold = base + dt.timedelta(days=days)
    except OverflowError:
        hold = base
    received = s['received_at']
    n = sum((1 for a in s['analyses'] if a['state'] != 'cancelled' or F('smp-count-cancelled')))
    v = dict(id=s['id'], order_id=s['order_id'], label=s['label'], matrix=s['matrix'], collected_at=ts(s['collected_at']), sampling_point=s['sampling_point'], amount_g=s['amount_g'], state=s['state'], storage_place=s['storage_place'], received_at=ts(received), hold_until=hold.isoformat(), analysis_count=n, created_at=ts(s['created_at']))
    return v


def analysis_view(a, caller, listed=False):
    r = a['result']
    portal = caller['role'] == 'customer'
    leak = F('ana-list-result') if listed else False
    if portal and a['state'] != 'approved' and (not leak):
        r = None
    if r is not None:
        r = dict(value=float(r['value']), qualifier=r['qualifier'], unit=r['unit'], exceeds_limit=r['exceeds_limit'], measured_at=ts(r['measured_at']), comment=r['comment'], recorded_by=r['recorded_by'], reviewed_by=r['reviewed_by'], reviewed_at=ts(r['reviewed_at']))
    hide = portal and (not (F('ana-get-analyst') and (not listed)))
    v = dict(id=a['id'], sample_id=a['sample_id'], order_id=a['order_id'], method_code=a['method_code'], state=a['state'], price_cents=a['price_cents'], due_on=a['due_on'].isoformat(), analyst=None if hide else a['analyst'], instrument_id=None if hide else a['instrument_id'], attempt=a['attempt'], result=r, created_at=ts(a['created_at']))
    return v


def instrument_status(i):
    until = i['calibrated_until']
    if until is None:
        return 'calibration_due'
    if F('ins-last-day'):
        return 'ready' if today() < until else 'calibration_due'
    return 'ready' if today() <= until else 'calibration_due'


def instrument_view(i):
    codes = sorted(i['method_codes'])
    until = i['calibrated_until']
    count = len(i['calibrations'])
    return dict(id=i['id'], name=i['name'], serial_number=i['serial_number'], method_codes=codes, calibration_interval_days=i['calibration_interval_days'], calibrated_until=until.isoformat() if until else None, calibration_count=count, status=instrument_status(i))


class Ctx:

    def __init__(self, op, path, query, headers, raw):
        self.op, self.path, self.rawquery, self.headers, self.raw = (op, path, query, headers, raw)
        self.caller = None

    @property
    def role(self):
        return self.caller['role']

    @property
    def user(self):
        return self.caller['user']

    def sees(self, customer_id):
        return self.caller['role'] != 'customer' or self.caller['customer_id'] == customer_id

    def gap(self, id):
        """With the fault: lets other requests in between check and act."""
        if F(id):
            LOCK.release()
            time.sleep(0.08)
            LOCK.acquire()

    def query(self):
        errors, out = ([], {})
        given = {}
        for k, v in self.rawquery:
            given.setdefault(k, []).append(v)
        for p in SPEC['operations'][self.op]['params']:
            if p['in'] != 'query':
                continue
            name, schema = (p['name'], resolve(p['schema']))
            if name not in given:
                if 'default' in schema:
                    out[name] = schema['default']
                continue
            if schema.get('type') == 'array':
                out[name] = check(given[name], schema, name, errors)
                continue
            v = given[name][0]
            if schema.get('type') == 'integer':
                if not re.fullmatch('-?[0-9]{1,400}', v):
                    errors.append({'field': name, 'message': 'must be integer'})
                    continue
                v = int(v)
            elif schema.get('type') == 'boolean':
                if v not in ('true', 'false'):
                    errors.append({'field': name, 'message': 'must be true or false'})
                    continue
                v = v == 'true'
            out[name] = check(v, schema, name, errors)
        if errors:
            raise Problem(400, 'The request is not valid.', errors)
        return out

    def header(self, name):
        v = self.headers.get(name.lower())
        if v is None:
            return None
        errors = []
        for p in SPEC['operations'][self.op]['params']:
            if p['in'] == 'header' and p['name'].lower() == name.lower():
                check(v, p['schema'], p['name'], errors)
        if errors:
            raise Problem(400, 'The request is not valid.', errors)
        return v

    def body(self, defaults=True):
        spec = SPEC['operations'][self.op]['body']
        ctype = self.headers.get('content-type', '').split(';')[0].strip().lower()
        if ctype != spec['media_type']:
            raise bad('body', 'must be sent as ' + spec['media_type'])
        try:
            v = json.loads(self.raw.decode('utf-8'), parse_constant=self._constant)
            text = json.dumps(v, ensure_ascii=False, allow_nan=False)
            text.encode('utf-8')
        except (ValueError, RecursionError):
            raise bad('body', 'is not JSON')
        errors = []
        v = check(v, spec['schema'], '', errors)
        if errors:
            raise Problem(400, 'The request is not valid.', errors)
        return fill(v, spec['schema']) if defaults else v

    @staticmethod
    def _constant(c):
        raise ValueError(c)

    def order(self, leak=None):
        o = orders.get(self.path['order_id'])
        if o is None or not (self.sees(o['customer_id']) or (leak and F(leak))):
            raise missing('order', self.path['order_id'])
        return o

    def sample(self, leak=None):
        s = samples.get(self.path['sample_id'])
        if s is None or not (self.sees(order_of(s)['customer_id']) or (leak and F(leak))):
            raise missing('sample', self.path['sample_id'])
        return s

    def analysis(self, leak=None):
        a = analyses.get(self.path['analysis_id'])
        if a is None or not (self.sees(orders[a['order_id']]['customer_id']) or (leak and F(leak))):
            raise missing('analysis', self.path['analysis_id'])
        return a


def answer(status, body, headers=()):
    return (status, [('Content-Type', 'application/json')] + list(headers), json.dumps(body).encode())
SECRET = b'traunlab-pages'


def make_token(op, digest, offset):
    plain = '%s.%s.%d' % (op, digest, offset)
    sign = hashlib.sha1(SECRET + plain.encode()).hexdigest()[:10]
    return base64.urlsafe_b64encode((plain + '.' + sign).encode()).decode().rstrip('=')


def read_token(token):
    try:
        plain = base64.urlsafe_b64decode(token.encode('ascii') + b'=' * (-len(token) % 4)).decode('ascii')
        op, digest, offset, sign = plain.split('.')
        if make_token(op, digest, int(offset)) == token:
            return (op, digest, int(offset))
    except ValueError:
        pass
    return None


def page(ctx, q, items, view, extra=None):
    filters = {k: v for k, v in q.items() if k not in ('page_size', 'page_token')}
    if F('meth-token-other-sort') and ctx.op == 'listMethods':
        filters.pop('sort', None)
    digest = hashlib.sha1(json.dumps(filters, sort_keys=True).encode()).hexdigest()[:12]
    offset = 0
    if 'page_token' in q:
        t = read_token(q['page_token'])
        if t is None or t[0] != ctx.op or t[1] != digest:
            raise bad('page_token', 'is not a token for this list')
        offset = t[2]
    size = q['page_size']
    part = items[offset:offset + size]
    end = offset + size
    more = end < len(items)
    total = len(items)
    step = end
    if F('meth-token-on-last-page') and ctx.op == 'listMethods':
        more = len(part) == size
    if F('ord-page-overlap') and ctx.op == 'listOrders' and more:
        step = end + 1
    if F('cust-total-of-page') and ctx.op == 'listCustomers':
        total = len(part)
    if F('smp-no-last-page') and ctx.op == 'listSamples':
        more = end + size <= len(items)
    body = dict(items=[view(x) for x in part], total=total, next_page_token=make_token(ctx.op, digest, step) if more else None)
    if extra:
        body.update(extra(part))
    return answer(200, body)


def num(id):
    return int(id.rsplit('-', 1)[1])
OPS = {}


def op(method, path, *roles):

    def deco(f):
        OPS[f.__name__] = dict(method=method, parts=path.strip('/').split('/'), roles=roles, run=f)
        return f
    return deco
ALL = ('manager', 'reception', 'analyst', 'customer')
STAFF = ('manager', 'reception', 'analyst')
DESK = ('manager', 'reception')
LOOSE = {'listStoragePlaces': ('stor-portal', 'customer'), 'listInstruments': ('ins-portal', 'customer')}


@op('GET', '/me', *ALL)

def getMe(ctx):
    c = dict(ctx.caller)
    if F('me-no-customer'):
        c['customer_id'] = None
    if F('me-role-portal') and c['role'] == 'customer':
        c['role'] = 'portal'
    return answer(200, c)


@op('GET', '/customers', *ALL)

def listCustomers(ctx):
    q = ctx.query()
    found = [c for c in customers.values() if not c['deleted'] and (ctx.sees(c['id']) or F('cust-list-portal'))]
    if 'q' in q:
        t = q['q'].lower()
        if F('cust-q-case'):
            found = [c for c in found if q['q'] in c['name'] or q['q'] in c['email']]
        else:
            found = [c for c in found if t in c['name'].lower() or t in c['email'].lower()]
    if 'blocked' in q:
        found = [c for c in found if c['blocked'] == q['blocked']]
    if F('cust-sort-case'):
        found.sort(key=lambda c: (c['name'], num(c['id'])))
    else:
        found.sort(key=lambda c: (c['name'].lower(), num(c['id'])))
    return page(ctx, q, found, customer_view)


def email_taken(email, but=None):
    if F('cust-delete-email') and email in old_emails:
        return True
    return any((c['email'].lower() == email.lower() for c in customers.values() if not c['deleted'] and c is not but))


def clean_name(name, patch=False):
    n = name.strip()
    if not n:
        if F('cust-blank-name') and (not patch):
            return name
        raise bad('name', 'must not be blank')
    return n


@op('POST', '/customers', *DESK)

def createCustomer(ctx):
    b = ctx.body()
    name = clean_name(b['name'])
    if b['discount_percent'] != 0 and ctx.role != 'manager' and (not F('cust-discount-reception')):
        raise forbidden('Discounts are granted by managers.')
    email = b['email'].lower()
    if F('cust-email-case-duplicate'):
        taken = any((c['email'] == b['email'] for c in customers.values() if not c['deleted']))
    else:
        taken = email_taken(email)
    if taken:
        raise conflict('There is a customer with this e-mail address.')
    ctx.gap('cust-email-race')
    c = dict(id=new_id('C'), name=name, email=email, phone=b['phone'], vat_id=b['vat_id'], billing_address=b['billing_address'], discount_percent=b['discount_percent'], blocked=False, created_at=now(), orders=[], deleted=False)
    customers[c['id']] = c
    v = customer_view(c)
    if F('cust-phone-left-out') and v['phone'] is None:
        del v['phone']
    headers = [('Location', '/customers/' + c['id'])]
    return answer(201, v, headers)


def the_customer(ctx, leak=None):
    c = customers.get(ctx.path['customer_id'])
    if c is None or c['deleted'] or (not (ctx.sees(c['id']) or (leak and F(leak)))):
        raise missing('customer', ctx.path['customer_id'])
    return c


@op('GET', '/customers/{customer_id}', *ALL)

def getCustomer(ctx):
    if F('cust-delete-readable'):
        c = customers.get(ctx.path['customer_id'])
        if c and c['deleted'] and ctx.sees(c['id']):
            return answer(200, customer_view(c))
    return answer(200, customer_view(the_customer(ctx, 'cust-get-foreign')))


@op('PATCH', '/customers/{customer_id}', *DESK)

def updateCustomer(ctx):
    c = the_customer(ctx)
    b = ctx.body(defaults=False)
    new = {k: c[k] for k in ('name', 'email', 'phone', 'vat_id', 'discount_percent', 'blocked')}
    new['billing_address'] = dict(c['billing_address'])
    if 'name' in b:
        new['name'] = clean_name(b['name'], True)
    if 'email' in b:
        new['email'] = b['email'].lower()
    for k in ('phone', 'vat_id', 'discount_percent', 'blocked'):
        if k in b and (not (b[k] is None and F('cust-null-ignored'))):
            new[k] = b[k]
    new['billing_address'].update(b.get('billing_address', {}))
    if ctx.role != 'manager':
        for k in ('discount_percent', 'blocked'):
            if k == 'blocked' and F('cust-blocked-reception'):
                continue
            if new[k] != c[k] or (k in b and F('cust-same-refused')):
                raise forbidden('Only managers may change %s.' % k)
    if 'email' in b:
        if F('cust-patch-own-email'):
            if email_taken(new['email']):
                raise conflict('There is a customer with this e-mail address.')
        elif email_taken(new['email'], c):
            raise conflict('There is a customer with this e-mail address.')
    if F('cust-created-at-writable') and parse_time(b.get('created_at')):
        c['created_at'] = parse_time(b['created_at'])
    c.update(new)
    return answer(200, customer_view(c))


@op('DELETE', '/customers/{customer_id}', 'manager')

def deleteCustomer(ctx):
    if F('cust-delete-twice'):
        c = customers.get(ctx.path['customer_id'])
        if c and c['deleted']:
            return (204, [], b'')
    c = the_customer(ctx)
    left = c['orders']
    if F('cust-delete-cancelled'):
        left = [o for o in left if orders[o]['state'] != 'cancelled']
    if left:
        raise conflict('The customer has orders.')
    c['deleted'] = True
    old_emails.add(c['email'])
    if F('cust-id-again') and num(c['id']) == counters['C']:
        del customers[c['id']]
        counters['C'] -= 1
    return (204, [], b'')


@op('GET', '/storage_places', *STAFF)

def listStoragePlaces(ctx):
    found = list(places.values())
    found.sort(key=lambda p: p['code'])
    views = [place_view(p) for p in found]
    if F('stor-free-capacity'):
        for v in views:
            v['free'] = v['capacity']
    return answer(200, {'items': views})


@op('POST', '/storage_places', 'manager')

def createStoragePlace(ctx):
    b = ctx.body()
    t, kind = (b['temperature_c'], b['kind'])
    low, high = {'freezer': (-90, -15), 'refrigerator': (1, 8), 'shelf': (15, 25)}[kind]
    if F('stor-freezer-15') and kind == 'freezer':
        high = -16
    if F('stor-shelf-any') and kind == 'shelf':
        low, high = (-90, 30)
    if not low <= t <= high:
        raise bad('temperature_c', 'does not suit a ' + kind)
    if b['code'] in places and (not F('stor-duplicate')):
        raise conflict('There is a place %s.' % b['code'])
    places[b['code']] = dict(b, samples=set())
    v = place_view(places[b['code']])
    return answer(201, v)


@op('GET', '/methods')

def listMethods(ctx):
    q = ctx.query()
    found = list(methods.values())
    if 'matrix' in q:
        if F('meth-first-matrix'):
            found = [m for m in found if m['matrices'][0] == q['matrix']]
        else:
            found = [m for m in found if q['matrix'] in m['matrices']]
    if 'active' in q:
        found = [m for m in found if m['active'] == q['active']]
    if 'max_price_cents' in q:
        p = q['max_price_cents']
        found = [m for m in found if m['price_cents'] < p or (m['price_cents'] == p and (not F('meth-max-price')))]
    if 'q' in q:
        t = q['q'].lower()
        found = [m for m in found if t in m['name'].lower() or (t in m['code'].lower() and (not F('meth-q-code')))]
    found.sort(key=lambda m: m['code'])
    if q['sort'] == '-code':
        found.reverse()
    elif q['sort'] == 'price':
        found.sort(key=lambda m: m['price_cents'])
    elif q['sort'] == '-price':
        if F('meth-price-ties'):
            found.sort(key=lambda m: m['price_cents'])
            found.reverse()
        else:
            found.sort(key=lambda m: -m['price_cents'])
    return page(ctx, q, found, method_view)


def check_method(b, skip_rule=False):
    limit = b['limit_value']
    if limit is None or skip_rule:
        return
    if limit < b['detection_limit'] or (limit == b['detection_limit'] and (not F('meth-limit-equal'))):
        raise bad('limit_value', 'must be greater than detection_limit')


@op('POST', '/methods', 'manager')

def createMethod(ctx):
    b = ctx.body()
    check_method(b)
    old = methods.get(b['code'])
    if old and (not (F('meth-duplicate-inactive') and (not old['active']))):
        raise conflict('There is a method %s.' % b['code'])
    m = dict(b, version=1)
    methods[m['code']] = m
    v = method_view(m)
    if F('meth-price-string'):
        v['price_cents'] = '%.2f' % (v['price_cents'] / 100)
    headers = [('Location', '/methods/' + m['code']), ('ETag', method_etag(m))]
    return answer(201, v, headers)


def the_method(ctx):
    m = methods.get(ctx.path['method_code'])
    if m is None:
        raise missing('method', ctx.path['method_code'])
    return m


def etags(header):
    return [t.strip() for t in header.split(',')]


@op('GET', '/methods/{method_code}')

def getMethod(ctx):
    m = the_method(ctx)
    tag = method_etag(m)
    have = ctx.header('If-None-Match')
    if have is not None and (not F('meth-never-304')):
        tags = [t[2:] if t.startswith('W/') else t for t in etags(have)]
        if tag in tags or '*' in tags or F('meth-always-304'):
            return (304, [('ETag', tag)], b'')
    return answer(200, method_view(m), [('ETag', tag.strip('"') if F('meth-etag-bare') else tag)])


@op('PUT', '/methods/{method_code}', 'manager')

def replaceMethod(ctx):
    m = the_method(ctx)
    match = ctx.header('If-Match')
    if match is None and (not F('meth-no-428')):
        raise Problem(428, 'If-Match is needed.')
    if match is not None and (not F('meth-no-412')):
        tags = etags(match)
        if method_etag(m) not in tags and ('*' not in tags or F('meth-star-refused')):
            raise Problem(412, 'The method has been changed in the meantime.')
    b = ctx.body(defaults=not F('meth-put-merges'))
    if F('meth-put-merges'):
        b = dict({k: m[k] for k in ('limit_value', 'active')}, **b)
    if b['code'] != m['code']:
        raise bad('code', 'cannot be changed')
    check_method(b, False)
    tag = method_etag(m)
    new = dict(b, code=m['code'])
    same = all((m[k] == new[k] for k in new))
    if F('meth-put-reprices'):
        for a in analyses.values():
            if a['method_code'] == m['code'] and a['state'] in ('planned', 'assigned', 'measured'):
                a['price_cents'] = new['price_cents']
    m.update(new)
    m['version'] += 1
    tag = method_etag(m)
    return answer(200, method_view(m), [('ETag', tag)])


@op('GET', '/orders', *ALL)

def listOrders(ctx):
    q = ctx.query()
    mine = [o for o in orders.values() if ctx.sees(o['customer_id'])]
    found = mine
    if F('ord-list-portal') and 'customer_id' in q:
        found = list(orders.values())
    if 'customer_id' in q:
        found = [o for o in found if o['customer_id'] == q['customer_id']]
    if 'state' in q:
        wanted = q['state'][-1:] if F('ord-last-state') else q['state']
        found = [o for o in found if o['state'] in wanted]
    if 'priority' in q:
        found = [o for o in found if o['priority'] == q['priority']]
    if 'overdue' in q:
        states = ('open', 'in_progress')
        day = today()

        def late(o):
            return o['state'] in states and (o['due_on'] < day or (o['due_on'] == day and F('ord-overdue-today')))
        found = [o for o in found if late(o) == q['overdue']]
    if 'due_from' in q:
        d = parse_date(q['due_from'])
        found = [o for o in found if o['due_on'] >= d]
    if 'due_to' in q:
        d = parse_date(q['due_to'])
        found = [o for o in found if o['due_on'] < d or (o['due_on'] == d and (not F('ord-due-to')))]
    sort = q['sort']
    if sort.endswith('created_at'):
        found.sort(key=lambda o: (o['created_at'], num(o['id'])))
    else:
        found.sort(key=lambda o: (o['due_on'], num(o['id'])))
    if sort.startswith('-'):
        found.reverse()
        if F('ord-due-ties') and sort == '-due_on':
            found.sort(key=lambda o: (-o['due_on'].toordinal(), num(o['id'])))
    return page(ctx, q, found, order_view)


def reference_used(customer_id, reference, but=None, created=False):
    for o in (orders[i] for i in customers[customer_id]['orders']):
        if o is but or o['customer_reference'] != reference:
            continue
        if o['state'] == 'cancelled' and (not (created and F('ord-reference-cancelled'))):
            continue
        return True
    return False


def check_due(b, fault_today=None, fault_any=None):
    if 'due_on' in b:
        d = parse_date(b['due_on'])
        if d < today() and (not (fault_any and F(fault_any))) or (d == today() and fault_today and F(fault_today)):
            raise bad('due_on', 'must not be before today')


@op('POST', '/orders', 'manager', 'reception', 'customer')

def createOrder(ctx):
    key = ctx.header('Idempotency-Key')
    b = ctx.body(defaults=False)
    sent = json.dumps(b, sort_keys=True)
    check_due(b, 'ord-due-today')
    if ctx.role == 'customer' and b['customer_id'] != ctx.caller['customer_id'] and (not F('ord-portal-foreign')):
        raise forbidden('You can order for your own customer only.')
    slot = ('' if F('ord-key-shared') else ctx.user, key)
    if key is not None and slot in idem and (not F('ord-key-ignored')):
        old_sent, old = idem[slot]
        if old_sent != sent and (not F('ord-key-other-body')):
            raise conflict('The idempotency key has been used with another body.')
        if old is not None:
            flag = 'false' if F('ord-replayed-header') else 'true'
            return answer(201, old, [('Location', '/orders/' + old['id']), ('Idempotency-Replayed', flag)])
    fill(b, SPEC['operations'][ctx.op]['body']['schema'])
    c = customers.get(b['customer_id'])
    if c is not None and c['deleted']:
        c = None
    ref = b['customer_reference']
    if c is not None and ref is not None and (not F('ord-reference-unchecked')) and reference_used(c['id'], ref, created=True):
        raise conflict('The reference has been used already.')
    if c is None:
        raise unusable('There is no customer %s.' % b['customer_id'])
    if c['blocked'] and (not F('ord-blocked-customer')):
        raise unusable('The customer is blocked.')
    ctx.gap('ord-key-race')
    days = 3 if b['priority'] == 'express' and (not F('ord-express-due')) else 10
    due = parse_date(b['due_on']) if 'due_on' in b else today() + dt.timedelta(days=days)
    o = dict(id=new_id('O'), customer_id=c['id'], customer_reference=ref, priority=b['priority'], state='open', due_on=due, note=b['note'], discount_percent=c['discount_percent'], samples=[], cancel_reason=None, invoice_id=None, created_at=now(), created_by=ctx.user)
    orders[o['id']] = o
    c['orders'].append(o['id'])
    v = order_view(o)
    if key is not None:
        idem[slot] = (sent, v)
    return answer(201, v, [('Location', '/orders/' + o['id']), ('Idempotency-Replayed', 'false')])


@op('GET', '/orders/{order_id}', *ALL)

def getOrder(ctx):
    return answer(200, order_view(ctx.order('ord-get-foreign')))


@op('PATCH', '/orders/{order_id}', *DESK)

def updateOrder(ctx):
    o = ctx.order()
    b = ctx.body(defaults=False)
    check_due(b, None, 'ord-patch-past-due')
    allowed = ('open', 'in_progress', 'completed') if F('ord-patch-completed') else ('open', 'in_progress')
    if o['state'] not in allowed:
        raise conflict('The order is %s.' % o['state'])
    ref = b.get('customer_reference')
    if ref is not None and reference_used(o['customer_id'], ref, o):
        raise conflict('The reference has been used already.')
    for k in ('customer_reference', 'priority', 'note'):
        if k in b:
            o[k] = b[k]
    if 'due_on' in b:
        o['due_on'] = parse_date(b['due_on'])
    elif F('ord-patch-moves-due') and 'priority' in b:
        o['due_on'] = o['created_at'].date() + dt.timedelta(days=3 if b['priority'] == 'express' else 10)
    other = b.get('customer_id')
    if F('ord-patch-customer') and isinstance(other, str) and (other in customers) and (not customers[other]['deleted']):
        customers[o['customer_id']]['orders'].remove(o['id'])
        o['customer_id'] = other
        customers[other]['orders'].append(o['id'])
    return answer(200, order_view(o))


@op('DELETE', '/orders/{order_id}', *DESK)

def deleteOrder(ctx):
    o = ctx.order()
    if o['samples'] and (not F('ord-delete-samples')):
        raise conflict('The order has samples.')
    if o['state'] != 'open' and (not (F('ord-delete-cancelled') and o['state'] == 'cancelled')):
        raise conflict('The order is not open.')
    for s in o['samples']:
        for a in samples[s]['analyses']:
            analyses.pop(a['id'], None)
        p = places.get(samples[s]['storage_place'])
        if p:
            p['samples'].discard(s)
        samples.pop(s)
    customers[o['customer_id']]['orders'].remove(o['id'])
    del orders[o['id']]
    return (204, [], b'')
orders_gone = {}


@op('POST', '/orders/{order_id}/cancel', 'manager', 'reception', 'customer')

def cancelOrder(ctx):
    o = ctx.order()
    b = ctx.body()
    allowed = ['open', 'in_progress']
    if ctx.role == 'customer' and (not F('ord-cancel-portal')):
        allowed = ['open']
    if o['state'] not in allowed:
        raise conflict('The order is %s.' % o['state'])
    o['state'] = 'cancelled'
    o['cancel_reason'] = b['reason']
    for a in order_analyses(o):
        if F('ord-cancel-planned-only') and a['state'] != 'planned':
            continue
        if a['state'] != 'approved' or F('ord-cancel-approved'):
            a['state'] = 'cancelled'
    return answer(200, order_view(o))


@op('POST', '/orders/{order_id}/samples', 'manager', 'reception', 'customer')

def addSample(ctx):
    o = ctx.order()
    b = ctx.body()
    t = parse_time(b['collected_at'])
    if t > now_exact() and (not F('smp-future')):
        raise bad('collected_at', 'must not be in the future')
    days = 31 if F('smp-30-days') else 30
    if t < now_exact() - dt.timedelta(days=days):
        raise bad('collected_at', 'is too long ago')
    needs = ('water',) if F('smp-soil-point') else ('water', 'soil')
    if b['matrix'] in needs and b['sampling_point'] is None:
        raise bad('sampling_point', 'is required for ' + b['matrix'])
    allowed = ['open'] if ctx.role == 'customer' else ['open', 'in_progress']
    if o['state'] not in allowed:
        raise conflict('The order is %s.' % o['state'])
    if len(o['samples']) >= (21 if F('smp-21') else 20):
        raise conflict('The order has 20 samples already.')
    label = b['label']
    for s in o['samples']:
        other = samples[s]['label']
        if other == label or (other.lower() == label.lower() and (not F('smp-label-case'))):
            raise conflict('There is a sample with this label.')
    if F('smp-offset'):
        t = parse_time(b['collected_at'], keep_offset=True)
    s = dict(id=new_id('S'), order_id=o['id'], label=label, matrix=b['matrix'], collected_at=t.replace(microsecond=0), sampling_point=b['sampling_point'], amount_g=b['amount_g'], state='expected', storage_place=None, received_at=None, created_at=now(), analyses=[], custody=[])
    samples[s['id']] = s
    o['samples'].append(s['id'])
    return answer(201, sample_view(s), [('Location', '/samples/' + s['id'])])


@op('GET', '/samples', *ALL)

def listSamples(ctx):
    q = ctx.query()
    found = [s for s in samples.values() if ctx.sees(order_of(s)['customer_id'])]
    for k in ('order_id', 'matrix', 'state'):
        if k in q:
            found = [s for s in found if s[k] == q[k]]
    if 'storage_place' in q:
        code = q['storage_place']
        if F('smp-place-history'):
            found = [s for s in found if any((e['to_place'] == code for e in s['custody']))]
        else:
            found = [s for s in found if s['storage_place'] == code]
    if 'collected_from' in q:
        d = q['collected_from']
        found = [s for s in found if s['collected_at'].date().isoformat() >= d]
    if 'collected_to' in q:
        d = parse_date(q['collected_to'])
        if F('smp-to-midnight'):
            end = dt.datetime(d.year, d.month, d.day, tzinfo=UTC)
            found = [s for s in found if s['collected_at'] <= end]
        else:
            found = [s for s in found if s['collected_at'].date() <= d]
    if F('smp-sort-created'):
        found.sort(key=lambda s: num(s['id']))
    else:
        found.sort(key=lambda s: (s['collected_at'], num(s['id'])))
    return page(ctx, q, found, sample_view)


@op('GET', '/samples/{sample_id}', *ALL)

def getSample(ctx):
    return answer(200, sample_view(ctx.sample()))


def entry_view(e):
    return dict(e, at=ts(e['at']))


@op('GET', '/samples/{sample_id}/custody', *ALL)

def listCustody(ctx):
    s = ctx.sample()
    items = [entry_view(e) for e in s['custody']]
    if ctx.role == 'customer' and (not F('cus-note-visible')):
        for e in items:
            e['note'] = None
    if F('cus-newest-first'):
        items.reverse()
    return answer(200, {'items': items})


def complete(o):
    live = [a for a in order_analyses(o) if a['state'] != 'cancelled']
    if o['state'] == 'in_progress' and live and all((a['state'] == 'approved' for a in live)):
        o['state'] = 'completed'


@op('POST', '/samples/{sample_id}/custody', *STAFF)

def addCustodyEntry(ctx):
    s = ctx.sample()
    b = ctx.body()
    action, place, condition = (b['action'], b.get('storage_place'), b.get('condition'))
    if action != 'receive':
        if condition is not None and (not F('cus-condition-on-move')):
            raise bad('condition', 'can only be given on arrival')
        if 'temperature_c' in b:
            raise bad('temperature_c', 'can only be given on arrival')
    if action == 'receive':
        if condition is None:
            raise bad('condition', 'is required')
            condition = 'good'
        if condition == 'unacceptable':
            if place is not None:
                raise bad('storage_place', 'must not be given for a sample that is rejected')
        elif place is None:
            raise bad('storage_place', 'is required')
    elif action == 'move':
        if place is None:
            raise bad('storage_place', 'is required')
    elif place is not None:
        raise bad('storage_place', 'must not be given')
        place = None
    if action == 'receive' and ctx.role == 'analyst':
        raise forbidden('Samples are received by reception.')
    if action == 'dispose' and ctx.role != 'manager':
        raise forbidden('Samples are disposed of by managers.')
    o = order_of(s)
    if action == 'receive':
        if s['state'] != 'expected':
            raise conflict('The sample is %s.' % s['state'])
        if o['state'] not in ('open', 'in_progress'):
            raise conflict('The order is %s.' % o['state'])
    elif s['state'] != 'stored':
        raise conflict('The sample is %s.' % s['state'])
    if action == 'move' and place == s['storage_place'] and (not F('cus-move-same')):
        raise conflict('The sample is there already.')
    if action == 'dispose':
        pending = ('planned', 'assigned') if F('cus-dispose-measured') else ('planned', 'assigned', 'measured')
        if any((a['state'] in pending for a in s['analyses'])):
            raise conflict('There are analyses to be finished.')
    p = None
    if place is not None:
        p = places.get(place)
        if p is None:
            raise unusable('There is no storage place %s.' % place)
        if len(p['samples']) >= p['capacity'] + (1 if F('cus-capacity') else 0):
            raise conflict('The storage place is full.')
        if p['kind'] == 'shelf' and s['matrix'] != 'soil' and (not (F('cus-food-shelf') and s['matrix'] == 'food')):
            raise unusable('%s is not kept on a shelf.' % s['matrix'])
    ctx.gap('cus-capacity-race')
    e = dict(seq=len(s['custody']) + 1, action=action, from_place=s['storage_place'], to_place=place, condition=condition if action == 'receive' else None, temperature_c=b.get('temperature_c'), note=b.get('note'), at=now(), by=ctx.user)
    s['custody'].append(e)
    old = places.get(s['storage_place'])
    if old is not None and (not (F('cus-dispose-occupies') and action == 'dispose')):
        old['samples'].discard(s['id'])
    if p is not None:
        p['samples'].add(s['id'])
    s['storage_place'] = place
    if action == 'receive':
        s['received_at'] = now()
        if condition == 'unacceptable':
            s['state'] = 'rejected'
            if not F('cus-reject-keeps'):
                for a in s['analyses']:
                    a['state'] = 'cancelled'
            complete(o)
        else:
            s['state'] = 'stored'
            if o['state'] == 'open' and (not (F('cus-acceptable-no-start') and condition == 'acceptable')):
                o['state'] = 'in_progress'
    elif action == 'dispose':
        s['state'] = 'disposed'
    v = entry_view(e)
    return answer(201, v)


@op('POST', '/samples/{sample_id}/analyses', 'manager', 'reception', 'customer')

def addAnalysis(ctx):
    s = ctx.sample()
    b = ctx.body()
    o = order_of(s)
    allowed = ['open'] if ctx.role == 'customer' else ['open', 'in_progress']
    if o['state'] not in allowed:
        raise conflict('The order is %s.' % o['state'])
    if s['state'] not in ('expected', 'stored'):
        raise conflict('The sample is %s.' % s['state'])
    for a in s['analyses']:
        if a['method_code'] == b['method_code'] and a['state'] != 'cancelled' and (not F('ana-duplicate')):
            raise conflict('The method has been ordered for this sample.')
    m = methods.get(b['method_code'])
    if m is None:
        raise unusable('There is no method %s.' % b['method_code'])
    if not m['active'] and (not F('ana-inactive')):
        raise unusable('The method is not active any more.')
    if s['matrix'] not in m['matrices'] and (not F('ana-matrix')):
        raise unusable('The method cannot be used on %s.' % s['matrix'])
    days = m['turnaround_days']
    if o['priority'] == 'express':
        days = days // 2 if F('ana-due-cut') else half_up(days, 2)
    a = dict(id=new_id('A'), sample_id=s['id'], order_id=o['id'], method_code=m['code'], state='planned', price_cents=m['price_cents'], due_on=today() + dt.timedelta(days=days), analyst=None, instrument_id=None, attempt=1, result=None, created_at=now())
    analyses[a['id']] = a
    s['analyses'].append(a)
    return answer(201, analysis_view(a, ctx.caller), [('Location', '/analyses/' + a['id'])])


@op('GET', '/analyses', *ALL)

def listAnalyses(ctx):
    q = ctx.query()
    found = [a for a in analyses.values() if ctx.sees(orders[a['order_id']]['customer_id'])]
    if 'state' in q:
        wanted = q['state']
        found = [a for a in found if a['state'] in wanted]
    for k in ('order_id', 'sample_id', 'method_code'):
        if k in q:
            found = [a for a in found if a[k] == q[k]]
    if 'due_before' in q:
        d = parse_date(q['due_before'])
        found = [a for a in found if a['due_on'] < d or (a['due_on'] == d and F('ana-due-before'))]
    found.sort(key=lambda a: (a['due_on'], num(a['id'])))
    return page(ctx, q, found, lambda a: analysis_view(a, ctx.caller, True))


@op('GET', '/analyses/{analysis_id}', *ALL)

def getAnalysis(ctx):
    return answer(200, analysis_view(ctx.analysis(), ctx.caller))


@op('POST', '/analyses/{analysis_id}/assign', 'manager', 'analyst')

def assignAnalysis(ctx):
    a = ctx.analysis()
    b = ctx.body()
    if ctx.role == 'analyst' and b['analyst'] != ctx.user and (not F('asg-others')):
        raise forbidden('You can assign analyses to yourself only.')
    allowed = ['planned', 'assigned']
    if a['state'] not in allowed:
        raise conflict('The analysis is %s.' % a['state'])
    if samples[a['sample_id']]['state'] != 'stored' and (not F('asg-expected-sample')):
        raise conflict('The sample is not in store.')
    if b['analyst'] not in ANALYSTS:
        raise unusable('There is no analyst %s.' % b['analyst'])
    i = instruments.get(b['instrument_id'])
    if i is None:
        raise unusable('There is no instrument %s.' % b['instrument_id'])
    if a['method_code'] not in i['method_codes']:
        raise unusable('The instrument cannot run %s.' % a['method_code'])
    if instrument_status(i) != 'ready' and (not F('asg-not-ready')):
        raise unusable('The instrument has to be calibrated.')
    a['analyst'], a['instrument_id'], a['state'] = (b['analyst'], i['id'], 'assigned')
    return answer(200, analysis_view(a, ctx.caller))


@op('PUT', '/analyses/{analysis_id}/result', 'manager', 'analyst')

def recordResult(ctx):
    a = ctx.analysis()
    b = ctx.body()
    s = samples[a['sample_id']]
    at = parse_time(b['measured_at']) if 'measured_at' in b else now()
    if at > now_exact():
        raise bad('measured_at', 'must not be in the future')
    if 'measured_at' in b and s['received_at']:
        if at < s['received_at']:
            raise bad('measured_at', 'must not be before the arrival of the sample')
    if ctx.role == 'analyst' and a['analyst'] != ctx.user and (not F('res-other-analyst')):
        raise forbidden('The analysis is not assigned to you.')
    allowed = ['assigned', 'measured']
    if a['state'] not in allowed:
        raise conflict('The analysis is %s.' % a['state'])
    m = methods[a['method_code']]
    value = round_to(b['value'], m['decimals'], ROUND_DOWN if F('res-cut') else ROUND_HALF_UP)
    detection = Decimal(str(m['detection_limit']))
    below = value < detection
    if F('res-detection-equal'):
        below = value <= detection
    limit = m['limit_value']
    exceeds = limit is not None and (not below) and (value > Decimal(str(limit)))
    if F('res-limit-equal') and limit is not None and (not below):
        exceeds = value >= Decimal(str(limit))
    old = a['result']
    shown = detection if below else value
    a['result'] = dict(value=shown, qualifier='<' if below else '=', unit=m['unit'], exceeds_limit=exceeds, measured_at=at.replace(microsecond=0), comment=b['comment'], recorded_by=ctx.user, reviewed_by=None, reviewed_at=None, decimals=m['decimals'])
    if F('res-comment-kept') and old and (b['comment'] is None):
        a['result']['comment'] = old['comment']
    a['state'] = 'measured'
    return answer(200, analysis_view(a, ctx.caller))


@op('POST', '/analyses/{analysis_id}/review', 'manager', 'analyst')

def reviewResult(ctx):
    a = ctx.analysis()
    b = ctx.body()
    if b['decision'] == 'reject' and 'comment' not in b and (not F('rev-no-comment')):
        raise bad('comment', 'is required for a rejection')
    r = a['result']
    if r is not None and r['recorded_by'] == ctx.user:
        if not (F('rev-own') and ctx.role == 'manager'):
            raise forbidden('Somebody else has to review your result.')
    if a['state'] != 'measured':
        raise conflict('The analysis is %s.' % a['state'])
    o = orders[a['order_id']]
    if b['decision'] == 'approve':
        a['state'] = 'approved'
        r['reviewed_by'] = ctx.user
        r['reviewed_at'] = now()
        if F('rev-early'):
            if o['state'] == 'in_progress' and (not any((x['state'] in ('planned', 'assigned') for x in order_analyses(o)))):
                o['state'] = 'completed'
        elif F('rev-cancelled-blocks'):
            if o['state'] == 'in_progress' and all((x['state'] == 'approved' for x in order_analyses(o))):
                o['state'] = 'completed'
        else:
            complete(o)
    else:
        a['state'] = 'assigned'
        a['result'] = None
        if not F('rev-attempt'):
            a['attempt'] += 1
    return answer(200, analysis_view(a, ctx.caller))


@op('GET', '/instruments', *STAFF)

def listInstruments(ctx):
    q = ctx.query()
    found = list(instruments.values())
    if 'status' in q:
        found = [i for i in found if instrument_status(i) == q['status']]
    if 'method_code' in q:
        found = [i for i in found if q['method_code'] in i['method_codes']]
    found.sort(key=lambda i: num(i['id']))
    return page(ctx, q, found, instrument_view)


@op('POST', '/instruments', 'manager')

def createInstrument(ctx):
    b = ctx.body()
    for i in instruments.values():
        if i['serial_number'] == b['serial_number'] or (i['serial_number'].lower() == b['serial_number'].lower() and (not F('ins-serial-case'))):
            raise conflict('There is an instrument with this serial number.')
    for code in b['method_codes']:
        if code not in methods and (not F('ins-unknown-method')):
            raise unusable('There is no method %s.' % code)
    i = dict(b, id=new_id('I'), calibrated_until=None, calibrations=[])
    instruments[i['id']] = i
    return answer(201, instrument_view(i))


@op('POST', '/instruments/{instrument_id}/calibrations', 'manager', 'analyst')

def addCalibration(ctx):
    i = instruments.get(ctx.path['instrument_id'])
    if i is None:
        raise missing('instrument', ctx.path['instrument_id'])
    b = ctx.body()
    day = parse_date(b['performed_on'])
    if day > today():
        raise bad('performed_on', 'must not be in the future')
    if i['calibrations']:
        last = i['calibrations'][-1]['performed_on']
        if day < last:
            raise bad('performed_on', 'must not be before the latest calibration')
    deviation = b['deviation_percent']
    passed = deviation < 5 if F('cal-five') else deviation <= 5
    base = day
    try:
        until = base + dt.timedelta(days=i['calibration_interval_days']) if passed else None
    except OverflowError:
        until = dt.date.max
    c = dict(seq=len(i['calibrations']) + 1, instrument_id=i['id'], performed_on=day, performed_by=ctx.user, deviation_percent=deviation, passed=passed, valid_until=until, note=b['note'])
    i['calibrations'].append(c)
    if not (F('cal-failed-keeps') and (not passed)):
        i['calibrated_until'] = until
    v = dict(c, performed_on=day.isoformat(), valid_until=until.isoformat() if until else None)
    if F('cal-valid-until-empty') and until is None:
        v['valid_until'] = ''
    return answer(201, v)


def csv_field(x):
    if any((c in x for c in ',"\r\n')):
        return '"' + (x if F('rep-quotes') else x.replace('"', '""')) + '"'
    return x


@op('GET', '/orders/{order_id}/report', *ALL)

def downloadReport(ctx):
    o = ctx.order()
    if o['state'] not in ('completed', 'invoiced') and (not (F('rep-in-progress') and o['state'] == 'in_progress')):
        raise conflict('There is no report, the order is %s.' % o['state'])
    rows = [('sample_id', 'label', 'matrix', 'method_code', 'qualifier', 'value', 'unit', 'exceeds_limit')]
    done = [a for a in order_analyses(o) if a['state'] == 'approved']
    if F('rep-order'):
        done.sort(key=lambda a: num(a['id']))
    else:
        done.sort(key=lambda a: (num(a['sample_id']), a['method_code']))
    for a in done:
        s, r = (samples[a['sample_id']], a['result'])
        value = str(float(r['value'])) if F('rep-decimals') else format(round_to(r['value'], r['decimals']), 'f')
        flag = 'yes' if r['exceeds_limit'] else 'no'
        rows.append((s['id'], s['label'], s['matrix'], a['method_code'], r['qualifier'], value, r['unit'], flag))
    end = '\r\n'
    text = ''.join((','.join((csv_field(x) for x in row)) + end for row in rows))
    raw = text.encode('latin-1', 'replace') if F('rep-latin') else text.encode('utf-8')
    name = 'report-%s.csv' % o['id']
    headers = [('Content-Type', 'text/csv; charset=utf-8'), ('Content-Disposition', 'attachment; filename="%s"' % name)]
    if not F('rep-cacheable'):
        headers.append(('Cache-Control', 'no-store'))
    return (200, headers, raw)


@op('POST', '/orders/{order_id}/invoice', 'manager')

def createInvoice(ctx):
    o = ctx.order()
    if o['state'] != 'completed':
        raise conflict('The order is %s.' % o['state'])
    ctx.gap('inv-race')
    c = customers[o['customer_id']]
    _, net, surcharge, discount = order_sums(o)
    sub = net + surcharge - discount
    abroad = c['billing_address']['country'] != 'AT'
    vat = 0 if abroad and (c['vat_id'] is not None or F('inv-vat-abroad')) else 20
    cents = half_up(sub * vat, 100)
    done = sorted((a for a in order_analyses(o) if a['state'] == 'approved'), key=lambda a: num(a['id']))
    v = dict(id=new_id('INV'), order_id=o['id'], customer_id=c['id'], issued_on=today().isoformat(), due_on=(today() + dt.timedelta(days=30)).isoformat(), lines=[dict(analysis_id=a['id'], method_code=a['method_code'], text=methods[a['method_code']]['name'], price_cents=a['price_cents']) for a in done], net_cents=net, surcharge_cents=surcharge, discount_cents=discount, subtotal_cents=sub, vat_percent=vat, vat_cents=cents, total_cents=sub + cents)
    invoices[v['id']] = v
    if not F('inv-state'):
        o['state'] = 'invoiced'
    o['invoice_id'] = v['id']
    return answer(201, v)


@op('GET', '/invoices', 'manager', 'customer')

def listInvoices(ctx):
    q = ctx.query()
    found = [v for v in invoices.values() if ctx.sees(v['customer_id']) or F('inv-list-portal')]
    for k in ('customer_id', 'order_id'):
        if k in q:
            found = [v for v in found if v[k] == q[k]]
    if 'min_total_cents' in q:
        n = q['min_total_cents']
        found = [v for v in found if v['total_cents'] > n or v['total_cents'] == n]
    found.sort(key=lambda v: num(v['id']), reverse=True)

    def extra(part):
        return {'sum_cents': sum((v['total_cents'] for v in (part if F('inv-sum-page') else found)))}
    return page(ctx, q, found, lambda v: v, extra)


def match(parts, path):
    if len(parts) != len(path):
        return None
    out = {}
    for a, b in zip(parts, path):
        if a.startswith('{'):
            if not b:
                return None
            out[a[1:-1]] = b
        elif a != b:
            return None
    return out


def dispatch(method, target, headers, raw):
    u = urllib.parse.urlsplit(target)
    path = [urllib.parse.unquote(x, errors='replace') for x in u.path.split('/')[1:]]
    query = urllib.parse.parse_qsl(u.query, keep_blank_values=True, errors='replace')
    allow, name, args = ([], None, None)
    for n, o in OPS.items():
        m = match(o['parts'], path)
        if m is not None:
            allow.append(o['method'])
            if o['method'] == method:
                name, args = (n, m)
    try:
        if not allow:
            raise Problem(404, 'There is nothing at this path.')
        if name is None:
            raise Problem(405, 'The method is not allowed here.', headers=[('Allow', ', '.join(allow))])
        o = OPS[name]
        ctx = Ctx(name, args, query, headers, raw)
        with LOCK:
            if o['roles']:
                ctx.caller = authenticate(headers, name)
            if o['roles'] and ctx.role not in o['roles']:
                loose = LOOSE.get(name)
                if not (loose and F(loose[0]) and (ctx.role == loose[1])):
                    raise forbidden()
            return o['run'](ctx)
    except Problem as p:
        return p.answer(name)


def authenticate(headers, name):
    h = headers.get('authorization', '').split()
    if len(h) == 2 and h[0].lower() == 'bearer' and (h[1] in USERS):
        return USERS[h[1]]
    extra = [('WWW-Authenticate', 'Bearer')]
    if F('me-no-challenge') and name == 'getMe':
        extra = []
    raise Problem(401, 'A valid token is needed.', headers=extra)


def seed():
    global CLOCK
    real = dt.datetime.now(UTC).replace(microsecond=0)
    tok = {u['user']: t for t, u in USERS.items()}

    def at(days, hours=0):
        global CLOCK
        CLOCK = real - dt.timedelta(days=days) + dt.timedelta(hours=hours)

    def call(who, method, path, body=None, **h):
        headers = {'authorization': 'Bearer ' + tok[who], 'content-type': 'application/merge-patch+json' if method == 'PATCH' else 'application/json'}
        headers.update({k.replace('_', '-'): v for k, v in h.items()})
        status, _, raw = dispatch(method, path, headers, b'' if body is None else json.dumps(body).encode())
        if status >= 300:
            raise RuntimeError('demo data: %s %s -> %s %s' % (method, path, status, raw))
        return json.loads(raw) if raw else None
    at(200)
    for name, email, phone, vat, addr, disc in [('Kofler Molkerei GmbH', 'labor@kofler-molkerei.example', '+43 7612 55010', 'ATU55512345', ('Seestrasse 12', '4810', 'Gmunden', 'AT'), 10), ('Wasserverband Lindner', 'betrieb@wv-lindner.example', '+43 7672 8190', None, ('Am Hochbehälter 1', '4840', 'Vöcklabruck', 'AT'), 0), ('agrarbund Inntal', 'proben@agrarbund-inntal.example', None, 'DE811223344', ('Innlände 40', '84503', 'Altötting', 'DE'), 5), ('Gemeinde Scharnstein', 'bauamt@scharnstein.example', '+43 7615 2255', None, ('Hauptstraße 13', '4644', 'Scharnstein', 'AT'), 0), ('Bistro Adria', 'info@bistro-adria.example', None, None, ('Riva 3', '6330', 'Piran', 'SI'), 0), ('Zimmerer Bodenbau', 'buero@zimmerer-boden.example', '+43 7582 6600', 'ATU66123987', ('Gewerbepark 5', '4560', 'Kirchdorf', 'AT'), 0)]:
        call('mora', 'POST', '/customers', dict(name=name, email=email, phone=phone, vat_id=vat, discount_percent=disc, billing_address=dict(zip(('street', 'postal_code', 'city', 'country'), addr))))
    call('mora', 'PATCH', '/customers/C-10005', {'blocked': True})
    for code, kind, t, cap, text in [('RF-01', 'refrigerator', 4, 200, 'Cold room, left rack'), ('RF-02', 'refrigerator', 5, 200, 'Cold room, right rack'), ('FZ-01', 'freezer', -20, 300, 'Chest freezer'), ('FZ-02', 'freezer', -80, 40, 'Ultra-low freezer'), ('SH-01', 'shelf', 20, 400, 'Soil archive')]:
        call('mora', 'POST', '/storage_places', dict(code=code, kind=kind, temperature_c=t, capacity=cap, description=text))
    for code, name, mats, unit, dec, det, lim, days, price in [('NO3-IC', 'Nitrate by ion chromatography', ['water', 'soil'], 'mg/l', 1, 0.5, 50, 5, 3450), ('PB-ICP', 'Lead by ICP-MS', ['food', 'water', 'soil'], 'µg/l', 2, 0.1, 10, 7, 4875), ('ECOLI', 'Escherichia coli, membrane filtration', ['water'], 'CFU/100 ml', 0, 1, None, 3, 2990), ('LISTERIA', 'Listeria monocytogenes, count', ['food'], 'CFU/g', 0, 10, 100, 4, 5200), ('FAT-GR', 'Fat, gravimetric', ['food'], 'g/100 g', 2, 0.05, None, 3, 2415), ('PH', 'pH value', ['water', 'soil', 'food'], '-', 2, 0, None, 1, 995), ('HG-CV', 'Mercury by cold vapour AAS', ['food', 'soil'], 'mg/kg', 3, 0.005, 0.5, 8, 4875), ('PEST-GC', 'Pesticide screening by GC-MS', ['food', 'water'], 'µg/kg', 3, 0.01, 0.1, 10, 18900)]:
        call('mora', 'POST', '/methods', dict(code=code, name=name, matrices=mats, unit=unit, decimals=dec, detection_limit=det, limit_value=lim, turnaround_days=days, price_cents=price))
    call('mora', 'POST', '/methods', dict(code='NO3-PHOT', name='Nitrate, photometric', matrices=['water'], unit='mg/l', decimals=0, detection_limit=2, limit_value=50, turnaround_days=5, price_cents=1900, active=False))
    for name, serial, codes, days in [('Ion chromatograph 1', 'IC-88-0417', ['NO3-IC'], 365), ('ICP-MS', 'ICP-7700-21', ['PB-ICP', 'HG-CV'], 365), ('Incubator and counter', 'INC-300-5', ['LISTERIA', 'ECOLI'], 365), ('Balance and pH meter', 'BPH-12', ['PH', 'FAT-GR'], 180), ('GC-MS', 'GC-5977-B', ['PEST-GC'], 30)]:
        call('mora', 'POST', '/instruments', dict(name=name, serial_number=serial, method_codes=codes, calibration_interval_days=days))
    at(40)
    for i in (101, 102, 103, 104, 105):
        call('anna', 'POST', '/instruments/I-%d/calibrations' % i, dict(performed_on=today().isoformat(), deviation_percent=1.2))

    def sample(o, label, matrix, **more):
        b = dict(label=label, matrix=matrix, collected_at=ts(now() - dt.timedelta(hours=20)), amount_g=500)
        if matrix != 'food':
            b['sampling_point'] = 'as agreed'
        b.update(more)
        return call('rita', 'POST', '/orders/%s/samples' % o, b)['id']

    def store(s, place, condition='good'):
        call('rita', 'POST', '/samples/%s/custody' % s, dict(action='receive', condition=condition, storage_place=place, temperature_c=6.5, note='Taken in at the counter'))

    def analysis(s, code):
        return call('rita', 'POST', '/samples/%s/analyses' % s, {'method_code': code})['id']

    def measure(a, i, value, upto='approved'):
        call('mora', 'POST', '/analyses/%s/assign' % a, {'analyst': 'anna', 'instrument_id': i})
        if upto == 'assigned':
            return
        call('anna', 'PUT', '/analyses/%s/result' % a, {'value': value})
        if upto == 'approved':
            call('ben', 'POST', '/analyses/%s/review' % a, {'decision': 'approve'})

    def order(cust, who='rita', **b):
        return call(who, 'POST', '/orders', dict(b, customer_id=cust))['id']
    at(30)
    o = order('C-10001', 'kofler', customer_reference='Q-2201')
    s1, s2 = (sample(o, 'Butter 250 g, batch 7', 'food'), sample(o, 'Rinse water', 'water'))
    a1, a2, a3 = (analysis(s1, 'FAT-GR'), analysis(s1, 'LISTERIA'), analysis(s2, 'ECOLI'))
    at(29)
    store(s1, 'RF-01')
    store(s2, 'RF-01', 'acceptable')
    at(26)
    measure(a1, 'I-104', 82.417)
    measure(a2, 'I-103', 3)
    measure(a3, 'I-103', 0)
    at(24)
    call('mora', 'POST', '/orders/%s/invoice' % o)
    call('mora', 'POST', '/samples/%s/custody' % s1, {'action': 'dispose'})
    at(21)
    o = order('C-10002', 'lindner', priority='express', customer_reference='Brunnen Süd')
    s = sample(o, 'Well "South", tap 1', 'water')
    a1, a2 = (analysis(s, 'NO3-IC'), analysis(s, 'PB-ICP'))
    at(20)
    store(s, 'RF-02')
    measure(a1, 'I-101', 54.62)
    measure(a2, 'I-102', 0.04)
    at(16)
    o = order('C-10001', customer_reference='Q-2217')
    s = sample(o, 'Quark', 'food')
    analysis(s, 'PH')
    call('rita', 'POST', '/orders/%s/cancel' % o, {'reason': 'Sample never arrived'})
    at(14)
    o = order('C-10003', customer_reference='Feld 9')
    s1, s2, s3 = (sample(o, 'Plot A', 'soil'), sample(o, 'Plot B', 'soil'), sample(o, 'Plot C', 'soil'))
    a1, a2, a3 = (analysis(s1, 'NO3-IC'), analysis(s2, 'NO3-IC'), analysis(s3, 'HG-CV'))
    at(13)
    store(s1, 'SH-01')
    store(s2, 'SH-01')
    call('rita', 'POST', '/samples/%s/custody' % s3, dict(action='receive', condition='unacceptable', note='Bag torn'))
    measure(a1, 'I-101', 12.3)
    measure(a2, 'I-101', 18.96, 'measured')
    at(6)
    o = order('C-10002', customer_reference='Brunnen Nord')
    s1, s2 = (sample(o, 'North 1', 'water'), sample(o, 'North 2', 'water'))
    a1, a2, _ = (analysis(s1, 'ECOLI'), analysis(s1, 'NO3-IC'), analysis(s2, 'PEST-GC'))
    at(5)
    store(s1, 'RF-01')
    measure(a1, 'I-103', 2, 'assigned')
    at(3)
    o = order('C-10001', 'kofler', priority='express', note='Result by phone, please.')
    s = sample(o, 'Yoghurt', 'food')
    analysis(s, 'LISTERIA')
    analysis(s, 'PB-ICP')
    at(2)
    o = order('C-10004', customer_reference='2025/17')
    s = sample(o, 'Playground sand', 'soil')
    analysis(s, 'PB-ICP')
    at(1)
    order('C-10006')
    CLOCK = None


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def __getattr__(self, name):
        if name.startswith('do_'):
            return self.serve
        raise AttributeError(name)

    def read_body(self):
        if 'chunked' in self.headers.get('Transfer-Encoding', '').lower():
            out = []
            while True:
                n = int(self.rfile.readline().split(b';')[0].strip() or b'0', 16)
                if n == 0:
                    while self.rfile.readline().strip():
                        pass
                    return b''.join(out)
                out.append(self.rfile.read(n))
                self.rfile.readline()
        n = int(self.headers.get('Content-Length') or 0)
        return self.rfile.read(n) if n else b''

    def serve(self):
        raw = self.read_body()
        headers = {k.lower(): v for k, v in self.headers.items()}
        status, out, body = dispatch(self.command, self.path, headers, raw)
        head = ['HTTP/1.1 %d %s' % (status, self.responses.get(status, ('',))[0])]
        head += ['%s: %s' % h for h in out]
        if status not in (204, 304):
            head.append('Content-Length: %d' % len(body))
        head.append('Date: ' + self.date_time_string())
        if self.close_connection:
            head.append('Connection: close')
        if self.command == 'HEAD':
            body = b''
        self.wfile.write(('\r\n'.join(head) + '\r\n\r\n').encode('latin-1') + body)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def handle_error(self, request, address):
        e = sys.exc_info()[1]
        if not isinstance(e, (ConnectionError, TimeoutError)):
            super().handle_error(request, address)


def watch_stdin():
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return

    def run():
        try:
            while os.read(0, 4096):
                pass
        except OSError:
            pass
        os._exit(0)
    threading.Thread(target=run, daemon=True).start()


def main():
    global FAULT
    p = argparse.ArgumentParser()
    p.add_argument('--port', type=int, default=0)
    p.add_argument('--fault')
    p.add_argument('--list-faults', action='store_true')
    args = p.parse_args()
    if args.list_faults:
        print(json.dumps(FAULTS, indent=1, ensure_ascii=False))
        return
    if args.fault and args.fault not in {f['id'] for f in FAULTS}:
        sys.exit('no such fault: ' + args.fault)
    seed()
    FAULT = args.fault
    tweak_schemas()
    server = Server(('127.0.0.1', args.port), Handler)
    print('listening on http://127.0.0.1:%d' % server.server_address[1], flush=True)
    watch_stdin()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
if __name__ == '__main__':
    main()
