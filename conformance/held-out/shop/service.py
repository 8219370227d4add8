#!/usr/bin/env python3
"""Banyan & Main shop, in memory. The contract is contract.yaml. With --fault it misbehaves in one way (see --list-faults)."""
import argparse, base64, copy, datetime as dt, hashlib, json, os, re, secrets, sys, threading, time, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, parse_qsl, quote

# (id, operation, kind, what, source, where)
FAULTS = [
    ('category-slug-uppercase', 'createCategory', 'validation', 'Accepts slugs with upper-case letters.', 'schema', "pattern: '^[a-z0-9]+(-[a-z0-9]+)*$'"),
    ('category-name-too-long', 'createCategory', 'validation', 'Accepts names of any length.', 'schema', 'name: { type: string, minLength: 1, maxLength: 60 }'),
    ('variant-label-empty', 'createProduct', 'validation', 'Accepts an empty label of a variant.', 'schema', 'label: { type: string, minLength: 1, maxLength: 40 }'),
    ('product-price-zero', 'createProduct', 'boundary', 'Accepts a price of 0.', 'schema', 'amount: { type: integer, minimum: 1, maximum: 100000000 }'),
    ('product-stock-negative', 'createProduct', 'validation', 'Accepts a negative stock.', 'schema', 'stock: { type: integer, minimum: 0, maximum: 100000, default: 0 }'),
    ('product-name-limit-100', 'createProduct', 'boundary', 'Refuses names of 101 to 120 characters.', 'schema', 'name: { type: string, minLength: 1, maxLength: 120 }'),
    ('product-21-variants', 'createProduct', 'boundary', 'Accepts 21 variants.', 'schema', 'maxItems: 20'),
    ('product-extra-member', 'createProduct', 'validation', 'Ignores unknown members instead of refusing them.', 'structure', 'members that are not described are refused with 400'),
    ('patch-name-empty', 'updateProduct', 'validation', 'Accepts an empty name.', 'schema', 'name: { type: string, minLength: 1, maxLength: 120 }'),
    ('patch-empty-accepted', 'updateProduct', 'validation', 'Accepts an empty patch.', 'schema', 'minProperties: 1'),
    ('review-rating-zero', 'createReview', 'boundary', 'Accepts a rating of 0.', 'schema', 'rating: { type: integer, minimum: 1, maximum: 5 }'),
    ('review-rating-six', 'createReview', 'boundary', 'Accepts a rating of 6.', 'schema', 'rating: { type: integer, minimum: 1, maximum: 5 }'),
    ('stock-zero-delta', 'adjustStock', 'validation', 'Accepts a delta of 0.', 'schema', 'Change in units, not 0'),
    ('cart-quantity-21', 'putCartItem', 'boundary', 'Accepts a quantity of 21.', 'schema', 'quantity: { type: integer, minimum: 0, maximum: 20 }'),
    ('voucher-percent-100', 'createVoucher', 'boundary', 'Accepts 91 to 100 percent.', 'schema', 'percent: { type: integer, minimum: 1, maximum: 90 }'),
    ('voucher-any-date', 'createVoucher', 'validation', 'Accepts any text as valid_from.', 'schema', 'valid_from: { type: string, format: date-time }'),
    ('voucher-zero-uses', 'createVoucher', 'boundary', 'Accepts max_uses 0.', 'schema', 'max_uses: { type: integer, minimum: 1, maximum: 10000'),
    ('checkout-city-optional', 'checkout', 'validation', 'Accepts an address without city.', 'schema', 'required: [name, line1, city, region, postal_code, country]'),
    ('pay-any-card-token', 'payOrder', 'validation', 'Accepts any text as card token.', 'schema', "card_token: { type: string, pattern: '^tok_[a-z0-9]{4,32}$' }"),
    ('pay-reference-too-long', 'payOrder', 'boundary', 'Accepts references of any length.', 'schema', 'reference: { type: string, minLength: 6, maxLength: 35 }'),
    ('pay-variants-mixed', 'payOrder', 'validation', 'Accepts members of another payment method.', 'schema', 'required: [method, amount, card_token] additionalProperties: false'),
    ('refund-zero', 'refundOrder', 'boundary', 'Accepts a refund of 0.', 'schema', 'amount: { type: integer, minimum: 1, maximum: 100000000 }'),
    ('note-empty', 'addOrderNote', 'validation', 'Accepts an empty text.', 'schema', 'text: { type: string, minLength: 1, maxLength: 1000 }'),
    ('note-1000-refused', 'addOrderNote', 'boundary', 'Refuses a text of exactly 1000 characters.', 'schema', 'text: { type: string, minLength: 1, maxLength: 1000 }'),
    ('wish-name-too-long', 'createWishList', 'validation', 'Accepts names of any length.', 'schema', 'name: { type: string, minLength: 1, maxLength: 60 }'),
    ('wish-duplicate-skus', 'createWishList', 'validation', 'Accepts the same SKU twice.', 'schema', 'uniqueItems: true'),
    ('category-count-archived', 'listCategories', 'computed', 'Counts archived products, too.', 'prose', 'Number of active products in this category and in all categories below it'),
    ('category-count-direct', 'listCategories', 'computed', 'Counts only products directly in the category.', 'prose', 'Number of active products in this category and in all categories below it'),
    ('category-depth-from-zero', 'listCategories', 'computed', 'The depth is one too small.', 'prose', 'Length of the path'),
    ('product-price-from-first', 'getProduct', 'computed', 'price_from is the price of the first variant.', 'prose', 'The lowest price of all variants'),
    ('product-price-from-in-stock', 'getProduct', 'computed', 'price_from leaves out variants that are sold out.', 'prose', 'The lowest price of all variants'),
    ('product-in-stock-all', 'getProduct', 'computed', 'in_stock is only true if all variants have stock.', 'prose', 'Whether at least one variant has stock'),
    ('product-review-count-pending', 'getProduct', 'computed', 'Pending reviews count, too.', 'prose', 'Number of approved reviews'),
    ('moderation-not-counted', 'moderateReview', 'side effect', 'Newly approved reviews never count in the product.', 'prose', "An approved review counts at once in the product's `review_count` and `rating_average`."),
    ('product-rating-integer', 'getProduct', 'computed', 'The average is cut to a whole number.', 'prose', 'Average rating of the approved reviews, rounded to one decimal'),
    ('cart-shared', 'getCart', 'visibility', 'All customers share one cart.', 'prose', "Returns the customer's own cart."),
    ('cart-stale-price', 'getCart', 'computed', 'Shows the price of the time when the item was added.', 'prose', 'with the current prices of the catalogue'),
    ('cart-subtotal-ignores-quantity', 'getCart', 'computed', 'The subtotal adds the unit prices without the quantities.', 'prose', 'Sum of the line totals'),
    ('cart-count-lines', 'getCart', 'computed', 'item_count is the number of different items.', 'prose', 'Sum of the quantities'),
    ('order-live-prices', 'getOrder', 'computed', 'Shows the current prices in the items of old orders.', 'prose', "With the prices at the time of the checkout; later price changes don't matter"),
    ('order-refunded-total-last', 'getOrder', 'computed', 'refunded_total is only the last refund.', 'prose', 'Sum of all refunds'),
    ('order-notes-leak', 'getOrder', 'visibility', 'Customers see the staff notes.', 'prose', 'The `staff_notes` are there for staff only; customers get the order without this member.'),
    ('note-newest-first', 'getOrder', 'sorting', 'The staff notes come newest first.', 'prose', "which staff find in the order's `staff_notes`, oldest first"),
    ('orders-count-lines', 'listOrders', 'computed', 'item_count is the number of different items.', 'prose', 'Sum of the quantities'),
    ('transition-history-missing', 'transitionOrder', 'side effect', 'Moves are not written to the history.', 'prose', 'Every status that the order had, oldest first'),
    ('transition-updated-at', 'transitionOrder', 'side effect', "Moves don't set updated_at.", 'prose', 'When a payment, a move or a refund last changed the order'),
    ('checkout-free-before-discount', 'checkout', 'computed', 'Free shipping is decided on the subtotal before the discount.', 'prose', 'It is free if the subtotal minus the discount is at least 5000 cents or 200000 paise.'),
    ('checkout-free-boundary', 'checkout', 'boundary', 'Shipping is not free at exactly the limit.', 'prose', 'It is free if the subtotal minus the discount is at least 5000 cents or 200000 paise.'),
    ('checkout-inr-fee', 'checkout', 'computed', 'Shipping costs 599 paise in INR.', 'prose', 'Shipping costs 599 cents (USD) or 9900 paise (INR).'),
    ('checkout-total-without-shipping', 'checkout', 'computed', 'The total leaves out the shipping.', 'prose', '`total` is subtotal minus discount plus shipping.'),
    ('products-per-page-limit', 'listProducts', 'validation', 'Accepts per_page above 100.', 'schema', 'schema: { type: integer, minimum: 1, maximum: 100, default: 20 }'),
    ('reviews-page-zero', 'listReviews', 'validation', 'Accepts page 0.', 'schema', 'schema: { type: integer, minimum: 1, maximum: 100000, default: 1 }'),
    ('wish-per-page-default', 'listWishLists', 'paging', 'The default page size is 10.', 'schema', 'schema: { type: integer, minimum: 1, maximum: 100, default: 20 }'),
    ('products-page-overlap', 'listProducts', 'paging', 'Later pages start with the last entry of the page before.', 'prose', 'Lists with `page` and `per_page` are plain JSON arrays.'),
    ('reviews-page-skip', 'listReviews', 'paging', 'Later pages skip one entry.', 'prose', 'Lists with `page` and `per_page` are plain JSON arrays.'),
    ('products-past-end', 'listProducts', 'paging', 'Answers with the last page after the last page.', 'prose', 'A page after the last one is an empty array.'),
    ('products-link-drops-filters', 'listProducts', 'header', 'The links lose the filters.', 'prose', 'these URLs keep all other query parameters'),
    ('categories-link-no-last', 'listCategories', 'header', 'The link to the last page is missing.', 'prose', '`Link` has the URLs of the `first` and the `last` page'),
    ('products-link-no-prev', 'listProducts', 'header', 'The link to the previous page is missing.', 'prose', 'of the `prev` page unless this is the first one'),
    ('low-stock-link-next-always', 'listLowStock', 'header', 'There is a next link even on the last page.', 'prose', 'of the `next` page unless this is the last one'),
    ('categories-total-page', 'listCategories', 'header', 'X-Total has the number of entries on the page.', 'prose', '`X-Total` has the number of all entries that match the filters, over all pages.'),
    ('wish-total-page', 'listWishLists', 'header', 'X-Total has the number of entries on the page.', 'prose', '`X-Total` has the number of all entries that match the filters, over all pages.'),
    ('categories-parent-descendants', 'listCategories', 'filter', 'The filter parent gives all descendants.', 'prose', 'With `parent` only the direct children of this category are listed'),
    ('categories-max-depth', 'listCategories', 'boundary', 'max_depth leaves out the categories of exactly this depth.', 'prose', 'Leaves out categories that are deeper in the tree than this.'),
    ('categories-sort-slug', 'listCategories', 'sorting', 'Sorts by the slug instead of the path.', 'prose', 'sorted by their full path (`path` joined with `/`)'),
    ('category-duplicate', 'createCategory', 'duplicate', 'Accepts a slug that is in use.', 'prose', 'The slug must not be in use by another category (409 `already_exists`).'),
    ('category-parent-unchecked', 'createCategory', 'reference', "Accepts a parent that doesn't exist.", 'prose', 'The parent must exist (422 `unknown_reference`)'),
    ('category-depth-five', 'createCategory', 'boundary', 'Accepts a fifth level.', 'prose', 'the tree is at most 4 levels deep (422 `category_too_deep`)'),
    ('category-depth-three', 'createCategory', 'boundary', 'Refuses the fourth level.', 'prose', 'the tree is at most 4 levels deep (422 `category_too_deep`)'),
    ('products-min-above-max', 'listProducts', 'validation', 'Accepts a min_price above max_price.', 'prose', 'A `min_price` above `max_price` is refused with 400.'),
    ('products-archived-listed', 'listProducts', 'visibility', 'Lists archived products.', 'prose', 'archived ones never show up here'),
    ('products-q-case', 'listProducts', 'search', 'The search regards upper and lower case.', 'prose', "Upper and lower case don't matter."),
    ('products-q-name-only', 'listProducts', 'search', 'The search looks in the name only.', 'prose', 'Finds products that have this text in the name or in the description.'),
    ('products-q-prefix', 'listProducts', 'search', 'In names the search only finds the beginning.', 'prose', 'Finds products that have this text in the name or in the description.'),
    ('products-category-exact', 'listProducts', 'filter', 'Leaves out products of categories below.', 'prose', 'Products in categories below it are included.'),
    ('products-min-exclusive', 'listProducts', 'boundary', 'min_price is exclusive.', 'prose', 'Only products whose `price_from.amount` is at least this (inclusive).'),
    ('products-max-ignored', 'listProducts', 'filter', 'max_price is ignored.', 'prose', 'Only products whose `price_from.amount` is at most this (inclusive).'),
    ('products-filters-not-combined', 'listProducts', 'filter', 'The currency is ignored together with a category or search text.', 'prose', 'Filters can be combined; an entry has to match all of them.'),
    ('products-in-stock-false', 'listProducts', 'filter', 'in_stock=false is ignored.', 'prose', 'with `false` only those that have none'),
    ('products-sort-case', 'listProducts', 'sorting', 'Names are sorted with regard to case.', 'prose', 'Names are compared without regard to case'),
    ('products-sort-price-desc', 'listProducts', 'sorting', '-price sorts ascending.', 'prose', 'A leading minus means descending.'),
    ('products-default-oldest', 'listProducts', 'sorting', 'Without sort the oldest products come first.', 'prose', 'Without `sort` the newest products come first.'),
    ('products-sort-ignored-created', 'listProducts', 'sorting', 'created_at is ignored as sort.', 'schema', 'enum: [name, -name, price, -price, created_at, -created_at]'),
    ('products-total-unfiltered', 'listProducts', 'header', 'X-Total ignores the filters.', 'prose', '`X-Total` has the number of all entries that match the filters'),
    ('product-sku-twice', 'createProduct', 'duplicate', 'Accepts the same SKU twice in a request.', 'prose', 'the same one twice in the request 422 `duplicate_sku`'),
    ('product-mixed-currency', 'createProduct', 'validation', 'Accepts variants with different currencies.', 'prose', 'All variants of a product have prices in the same currency (422 `mixed_currency`)'),
    ('product-category-unchecked', 'createProduct', 'reference', "Accepts a category that doesn't exist.", 'prose', 'and the category must exist (422 `unknown_reference`)'),
    ('product-sku-taken', 'createProduct', 'duplicate', 'Accepts a SKU of another product.', 'prose', 'one that belongs to another product gives 409 `already_exists`'),
    ('product-description-lost', 'createProduct', 'not stored', 'The description is not stored.', 'structure', "description: { type: [string, 'null'], maxLength: 2000, default: null }"),
    ('product-created-archived', 'createProduct', 'side effect', 'New products are archived.', 'prose', 'Creates an active product.'),
    ('product-threshold-default', 'createProduct', 'default', 'The default threshold is 0.', 'schema', 'low_stock_threshold: { type: integer, minimum: 0, maximum: 1000, default: 5 }'),
    ('product-variants-sorted', 'createProduct', 'sorting', 'The variants are sorted by SKU.', 'prose', 'In the order in which they were given'),
    ('product-location-missing', 'createProduct', 'header', 'The Location is missing.', 'structure', 'description: Path of the new product'),
    ('product-archived-hidden', 'getProduct', 'visibility', 'Archived products are not found.', 'prose', 'Returns one product, also when it is archived'),
    ('product-never-304', 'getProduct', 'conditional', 'Never answers with 304.', 'prose', "With the product's current entity tag in `If-None-Match` the answer is 304 without a body."),
    ('product-etag-missing', 'getProduct', 'header', 'The ETag is missing.', 'structure', "ETag: { $ref: '#/components/headers/ETag' }"),
    ('patch-without-if-match', 'updateProduct', 'conditional', 'If-Match is not required.', 'prose', '`If-Match` with the current entity tag is required; without it the answer is 428'),
    ('patch-outdated-etag', 'updateProduct', 'conditional', 'Accepts an outdated entity tag.', 'prose', 'with an outdated tag 412'),
    ('patch-race', 'updateProduct', 'race', 'Two changes at once with the same entity tag both succeed.', 'prose', '`If-Match` with the current entity tag is required; without it the answer is 428, with an outdated tag 412.'),
    ('patch-partly-stored', 'updateProduct', 'atomicity', 'The name is changed although the request is refused with 422.', 'prose', 'A request that is answered with an error changes nothing.'),
    ('patch-category-unchecked', 'updateProduct', 'reference', "Accepts a category that doesn't exist.", 'structure', "'422': { $ref: '#/components/responses/Unprocessable' }"),
    ('patch-null-ignored', 'updateProduct', 'not stored', 'null leaves the description as it is.', 'prose', '`null` removes the description'),
    ('patch-drops-description', 'updateProduct', 'lost data', 'A patch without description removes it.', 'prose', 'members that are left out stay as they are'),
    ('patch-status-ignored', 'updateProduct', 'not stored', 'The status is not stored.', 'schema', 'status: { type: string, enum: [active, archived] }'),
    ('patch-updated-at', 'updateProduct', 'side effect', 'updated_at stays as it is.', 'prose', 'A successful change sets `updated_at`'),
    ('patch-same-etag', 'updateProduct', 'conditional', 'The entity tag stays the same after a change.', 'prose', 'and gives the product a new entity tag'),
    ('image-gif-accepted', 'uploadProductImage', 'validation', 'Accepts image/gif.', 'prose', 'PNG and JPEG are accepted, anything else is answered with 415.'),
    ('image-too-large', 'uploadProductImage', 'validation', 'Accepts files above 65536 bytes.', 'prose', 'The file may have at most 65536 bytes (413).'),
    ('image-limit-off-by-one', 'uploadProductImage', 'boundary', 'Refuses a file of exactly 65536 bytes.', 'prose', 'The file may have at most 65536 bytes (413).'),
    ('image-signature-unchecked', 'uploadProductImage', 'validation', 'Accepts any bytes as an image.', 'prose', "A body that is empty or that doesn't start with the signature of its type"),
    ('image-sha256-wrong', 'uploadProductImage', 'computed', 'The SHA-256 is that of the first 64 bytes.', 'prose', 'SHA-256 of the file in hex'),
    ('image-size-wrong', 'uploadProductImage', 'computed', 'The size is in kilobytes.', 'prose', 'Size of the file in bytes'),
    ('image-order-reversed', 'uploadProductImage', 'sorting', 'New images are put at the beginning.', 'prose', 'In the order of the uploads'),
    ('image-not-appended', 'uploadProductImage', 'side effect', "The image doesn't get into the product's image_ids.", 'prose', "its id is appended to the product's `image_ids`"),
    ('image-etag-same', 'uploadProductImage', 'conditional', "An upload doesn't change the product's entity tag.", 'prose', 'It changes whenever a member of the product changes, also by orders, imports, uploads and reviews.'),
    ('image-any-product', 'downloadProductImage', 'reference', 'An image is found below any product.', 'prose', 'An image is only found below its own product.'),
    ('image-truncated', 'downloadProductImage', 'content', 'The last byte is missing.', 'prose', 'Returns exactly the bytes that were uploaded'),
    ('image-type-always-png', 'downloadProductImage', 'header', 'JPEG files are sent as image/png.', 'prose', 'with the media type of the upload'),
    ('image-cache-control', 'downloadProductImage', 'header', 'Cache-Control is missing.', 'structure', 'Always `public, max-age=86400`'),
    ('reviews-status-open', 'listReviews', 'authorization', 'Customers may filter by status.', 'prose', 'anybody else who sends `status` is answered with 403'),
    ('reviews-status-anonymous-403', 'listReviews', 'status', 'Without a token, status gives 403.', 'prose', 'or with 401 if there is no token at all'),
    ('reviews-moderator-all', 'listReviews', 'filter', 'Without status, moderators see all reviews.', 'prose', 'Without it, moderators see approved reviews, too.'),
    ('reviews-pending-shown', 'listReviews', 'visibility', 'The public sees pending reviews.', 'prose', 'The public and customers see approved reviews only.'),
    ('reviews-rejected-shown', 'listReviews', 'visibility', 'The public sees rejected reviews.', 'prose', 'The public and customers see approved reviews only.'),
    ('reviews-min-rating-exclusive', 'listReviews', 'boundary', 'min_rating is exclusive.', 'prose', 'Only reviews with at least this rating (inclusive)'),
    ('reviews-oldest-first', 'listReviews', 'sorting', 'The oldest reviews come first.', 'prose', 'Lists the reviews of a product, newest first.'),
    ('review-before-delivery', 'createReview', 'state', 'Customers can review before the delivery.', 'prose', 'and that was delivered (status `delivered` or `returned`)'),
    ('review-returned-refused', 'createReview', 'state', 'After a return there can be no review.', 'prose', 'and that was delivered (status `delivered` or `returned`)'),
    ('review-any-buyer', 'createReview', 'authorization', 'It is enough that any customer has bought the product.', 'prose', 'customers with an order of their own that has the product'),
    ('review-without-purchase', 'createReview', 'authorization', 'Everybody can review.', 'prose', 'Only buyers can review'),
    ('review-again-after-rejection', 'createReview', 'duplicate', 'After a rejection a second review is accepted.', 'prose', 'Each customer has one review per product (409 `already_reviewed`), whatever became of it in moderation.'),
    ('review-one-per-customer', 'createReview', 'validation', 'A customer can have one review in all.', 'prose', 'Each customer has one review per product (409 `already_reviewed`)'),
    ('review-twice', 'createReview', 'duplicate', 'Accepts a second review.', 'prose', 'Each customer has one review per product (409 `already_reviewed`)'),
    ('review-race', 'createReview', 'race', 'Two reviews at once are both accepted.', 'prose', 'Each customer has one review per product (409 `already_reviewed`)'),
    ('review-full-name', 'createReview', 'visibility', "Shows the author's full name.", 'prose', 'Display name of the author (first name and initial)'),
    ('review-approved-at-once', 'createReview', 'state', 'New reviews are approved at once.', 'prose', 'A new review is `pending` and not shown to the public before it is approved.'),
    ('moderation-without-reason', 'moderateReview', 'validation', 'A rejection needs no reason.', 'prose', 'A rejection needs a `reason` (422 `reason_required`).'),
    ('moderation-again', 'moderateReview', 'state', 'A decision can be changed.', 'prose', "A decision is final: a review that isn't `pending` gives 409 `already_moderated`."),
    ('moderation-always-approves', 'moderateReview', 'not stored', 'A rejected review gets approved.', 'prose', 'Approve or reject a review'),
    ('moderation-reason-lost', 'moderateReview', 'not stored', 'The reason is not stored.', 'prose', 'The reason given by the moderator'),
    ('moderation-time-missing', 'moderateReview', 'side effect', 'moderated_at stays null.', 'prose', 'Null as long as the review is pending'),
    ('moderation-etag-same', 'moderateReview', 'conditional', "An approval doesn't change the product's entity tag.", 'prose', 'It changes whenever a member of the product changes, also by orders, imports, uploads and reviews.'),
    ('stock-clamped', 'adjustStock', 'validation', 'A stock that would get negative is set to 0.', 'prose', 'an adjustment that would lead there is refused with 409 `stock_out_of_range`'),
    ('stock-zero-refused', 'adjustStock', 'boundary', 'An adjustment to exactly 0 is refused.', 'prose', 'The stock never gets negative'),
    ('stock-above-limit', 'adjustStock', 'validation', 'The stock may get above 100000.', 'prose', 'never above 100000'),
    ('stock-race', 'adjustStock', 'race', 'Of two adjustments at once one gets lost.', 'prose', 'Adjustments that are sent at the same time are all counted.'),
    ('stock-adjusts-first-variant', 'adjustStock', 'side effect', 'The stock of the first variant of the product is changed.', 'prose', 'Adds `delta` (which may be negative) to the stock of the variant'),
    ('stock-etag-same', 'adjustStock', 'conditional', "An adjustment doesn't change the product's entity tag.", 'prose', "As the stock is part of the product, the product's entity tag changes."),
    ('stock-before-wrong', 'adjustStock', 'computed', 'stock_before is the new stock.', 'prose', '`stock_before` plus `delta`'),
    ('stock-comment-lost', 'adjustStock', 'not stored', 'The comment gets lost.', 'structure', "comment: { type: [string, 'null'], maxLength: 200 }"),
    ('low-stock-threshold-ignored', 'listLowStock', 'filter', 'The parameter threshold is ignored.', 'prose', 'Used for all variants in place of their own `low_stock_threshold`.'),
    ('low-stock-archived', 'listLowStock', 'visibility', 'Lists variants of archived products.', 'prose', 'Lists the variants of active products whose stock is at or below their threshold'),
    ('low-stock-category-exact', 'listLowStock', 'filter', 'Leaves out products of categories below.', 'prose', 'Products in categories below it are included.'),
    ('low-stock-below-only', 'listLowStock', 'boundary', 'Leaves out variants exactly at the threshold.', 'prose', 'whose stock is at or below their threshold'),
    ('low-stock-threshold-shown', 'listLowStock', 'computed', "Shows the variant's own threshold although another one was asked for.", 'prose', 'The threshold that was used'),
    ('low-stock-shortage', 'listLowStock', 'computed', 'The shortage is one too high.', 'prose', '`threshold` minus `stock`'),
    ('low-stock-sort-sku', 'listLowStock', 'sorting', 'Sorts by SKU.', 'prose', 'Sorted by stock, lowest first, then by SKU.'),
    ('low-stock-sort-shortage', 'listLowStock', 'sorting', 'The highest stock comes first.', 'prose', 'Sorted by stock, lowest first, then by SKU.'),
    ('import-any-media-type', 'importPrices', 'validation', 'Accepts any media type.', 'structure', "'415': { $ref: '#/components/responses/UnsupportedMediaType' }"),
    ('import-header-unchecked', 'importPrices', 'validation', 'Accepts any first line.', 'prose', 'The first line must be exactly `sku,amount,currency`'),
    ('import-empty-accepted', 'importPrices', 'boundary', 'Accepts a file without lines.', 'prose', 'followed by 1 to 500 lines'),
    ('import-501-lines', 'importPrices', 'boundary', 'Accepts up to 1000 lines.', 'prose', 'followed by 1 to 500 lines'),
    ('import-duplicate-applied', 'importPrices', 'duplicate', 'A SKU that was already in the file is applied again.', 'prose', 'if the SKU is unknown or was already in the file'),
    ('import-zero-price', 'importPrices', 'boundary', 'Accepts a price of 0.', 'prose', "if the amount isn't a whole number from 1 to 100000000"),
    ('import-currency-unchecked', 'importPrices', 'validation', 'Applies lines with another currency.', 'prose', 'or if the currency differs from that of the product'),
    ('import-dry-run-applies', 'importPrices', 'side effect', 'A dry run changes the prices.', 'prose', 'With `dry_run=true` the answer is the same, but no price is changed.'),
    ('import-not-applied', 'importPrices', 'not stored', 'Prices are never changed.', 'prose', 'Sets the prices of many variants.'),
    ('import-stops', 'importPrices', 'bulk', 'After a bad line, all others are rejected.', 'prose', 'good ones are applied and bad ones are rejected, with a result for every line'),
    ('import-line-numbers', 'importPrices', 'computed', 'The line numbers start with 1.', 'prose', 'Number of the line in the file; the header is line 1'),
    ('import-rejected-rows-missing', 'importPrices', 'bulk', 'Rejected lines are missing in the rows.', 'prose', 'with a result for every line'),
    ('import-dry-run-flag', 'importPrices', 'computed', 'dry_run is always false in the answer.', 'structure', 'dry_run: { type: boolean }'),
    ('import-applied-count', 'importPrices', 'counter', 'applied counts all lines.', 'prose', 'Number of rows that were applied (or would be)'),
    ('cart-zero-404', 'putCartItem', 'status', "Quantity 0 for an item that isn't in gives 404.", 'prose', "0 takes the item out, and is fine if it wasn't in"),
    ('cart-zero-ignored', 'putCartItem', 'not stored', 'Quantity 0 changes nothing.', 'prose', '0 takes the item out'),
    ('cart-archived', 'putCartItem', 'state', 'Archived products can be put into the cart.', 'prose', 'the product must be active (409 `product_archived`)'),
    ('cart-mixed-currency', 'putCartItem', 'validation', 'Items of different currencies are accepted.', 'prose', 'all items must have the same currency (409 `currency_mismatch`)'),
    ('cart-eleven-items', 'putCartItem', 'boundary', 'Accepts 11 different items.', 'prose', 'the cart has at most 10 different items (409 `cart_full`)'),
    ('cart-stock-unchecked', 'putCartItem', 'validation', 'The stock is not checked.', 'prose', 'the quantity must not be above the stock (409 `insufficient_stock`)'),
    ('cart-stock-boundary', 'putCartItem', 'boundary', 'A quantity equal to the stock is refused.', 'prose', 'the quantity must not be above the stock (409 `insufficient_stock`)'),
    ('cart-adds', 'putCartItem', 'not stored', 'Adds to the quantity instead of setting it.', 'prose', 'Sets (not adds) the quantity of a variant in the own cart'),
    ('cart-order-changes', 'putCartItem', 'sorting', 'A changed item moves to the end.', 'prose', 'Items are in the order in which they were first added'),
    ('cart-reserves-stock', 'putCartItem', 'side effect', 'Putting something into the cart reduces the stock.', 'prose', 'Nothing is reserved before the checkout.'),
    ('voucher-both-values', 'createVoucher', 'validation', 'Accepts percent and amount together.', 'prose', 'A `percentage` voucher has `percent` and no `amount`, a `fixed` one has `amount` and no `percent`'),
    ('voucher-until-before-from', 'createVoucher', 'validation', 'Accepts a valid_until before valid_from.', 'prose', 'and `valid_until` is after `valid_from`'),
    ('voucher-equal-times', 'createVoucher', 'boundary', 'Accepts a valid_until equal to valid_from.', 'prose', 'and `valid_until` is after `valid_from`'),
    ('voucher-duplicate', 'createVoucher', 'duplicate', 'Accepts a code that is in use.', 'prose', 'Codes are unique (409 `already_exists`).'),
    ('voucher-minimum-lost', 'createVoucher', 'not stored', 'minimum_order_value is not stored.', 'structure', "minimum_order_value: $ref: '#/components/schemas/MoneyInput'"),
    ('checkout-key-optional', 'checkout', 'idempotency', 'Works without Idempotency-Key.', 'prose', '`Idempotency-Key` is required.'),
    ('checkout-key-global', 'checkout', 'idempotency', "A key of another customer returns that customer's order.", 'prose', 'The same key with the same body from the same customer returns the order of the first time'),
    ('checkout-key-ignored', 'checkout', 'idempotency', 'The same key places a second order.', 'prose', 'and places no second one'),
    ('checkout-key-other-body', 'checkout', 'idempotency', 'The same key with another body returns the first order.', 'prose', 'The same key with another body gives 409 `idempotency_key_reused`.'),
    ('checkout-replay-header', 'checkout', 'header', 'Idempotency-Replayed is missing.', 'prose', 'with status 201 and `Idempotency-Replayed: true`'),
    ('checkout-replay-empties-cart', 'checkout', 'idempotency', 'A repeated checkout empties the cart again.', 'prose', 'The same key with the same body from the same customer returns the order of the first time, as it was then'),
    ('checkout-replay-200', 'checkout', 'status', 'A repeated checkout is answered with 200.', 'prose', 'with status 201 and `Idempotency-Replayed: true`'),
    ('checkout-replay-current', 'checkout', 'idempotency', 'A repeated checkout returns the order as it is now.', 'prose', 'returns the order of the first time, as it was then'),
    ('checkout-zip4-refused', 'checkout', 'validation', 'Refuses ZIP+4 codes.', 'prose', 'five digits, optionally with a hyphen and four more, in the US'),
    ('checkout-pin-leading-zero', 'checkout', 'validation', 'Accepts Indian codes that start with 0.', 'prose', "six digits that don't start with 0 in India"),
    ('checkout-postal-unchecked', 'checkout', 'validation', 'The postal code is not checked.', 'prose', 'The postal code must fit the country (422 `postal_code_invalid`)'),
    ('checkout-idempotency-race', 'checkout', 'race', 'Two at once with the same key both place an order.', 'prose', 'and places no second one'),
    ('checkout-archived', 'checkout', 'state', 'Archived products can be ordered.', 'prose', 'A product that was archived in the meantime gives 409 `product_archived`'),
    ('checkout-partial', 'checkout', 'atomicity', 'Items without enough stock are left out of the order.', 'prose', 'if one has too little, nothing is ordered (409 `insufficient_stock`)'),
    ('checkout-oversell', 'checkout', 'validation', 'Orders more than there is in stock.', 'prose', 'if one has too little, nothing is ordered (409 `insufficient_stock`)'),
    ('checkout-unknown-voucher', 'checkout', 'reference', 'Unknown vouchers are ignored.', 'prose', 'A voucher is refused with 422 `voucher_not_applicable` if the code is unknown'),
    ('checkout-voucher-early', 'checkout', 'validation', 'Accepts vouchers that are not yet valid.', 'prose', 'if now is not within `valid_from` (inclusive) and `valid_until` (exclusive)'),
    ('checkout-voucher-expired', 'checkout', 'validation', 'Accepts vouchers that have expired.', 'prose', 'if now is not within `valid_from` (inclusive) and `valid_until` (exclusive)'),
    ('checkout-voucher-one-more', 'checkout', 'boundary', 'Accepts a voucher once more than allowed.', 'prose', 'if it was used `max_uses` times'),
    ('checkout-voucher-unlimited', 'checkout', 'counter', 'The uses of a voucher are not limited.', 'prose', 'if it was used `max_uses` times'),
    ('checkout-voucher-currency', 'checkout', 'validation', 'A fixed voucher in another currency is applied.', 'prose', 'or if an amount of it is in another currency than the cart'),
    ('checkout-minimum-exclusive', 'checkout', 'boundary', 'A subtotal equal to the minimum order value is refused.', 'prose', 'if the subtotal is below `minimum_order_value`'),
    ('checkout-minimum-ignored', 'checkout', 'validation', 'The minimum order value is ignored.', 'prose', 'if the subtotal is below `minimum_order_value`'),
    ('checkout-discount-rounded-up', 'checkout', 'computed', 'The discount is rounded up.', 'prose', 'rounded down to whole minor units'),
    ('checkout-fixed-not-capped', 'checkout', 'computed', 'A fixed discount may be higher than the subtotal.', 'prose', 'a fixed voucher takes its amount, but never more than the subtotal'),
    ('checkout-voucher-race', 'checkout', 'race', 'Two checkouts at once can use a voucher too often.', 'prose', 'if it was used `max_uses` times'),
    ('checkout-expected-total', 'checkout', 'validation', 'expected_total is ignored.', 'prose', 'With `expected_total`, the order is only placed if it has exactly this total (409 `total_changed`).'),
    ('checkout-stock-race', 'checkout', 'race', 'Two checkouts at once reduce the stock only once.', 'prose', 'The stock of each variant goes down by the ordered quantity'),
    ('checkout-stock-not-reduced', 'checkout', 'side effect', 'The stock is not reduced.', 'prose', 'The stock of each variant goes down by the ordered quantity'),
    ('checkout-stock-first-only', 'checkout', 'side effect', 'Only the stock of the first item is reduced.', 'prose', 'The stock of each variant goes down by the ordered quantity'),
    ('checkout-stock-by-one', 'checkout', 'side effect', 'The stock goes down by one, whatever the quantity.', 'prose', 'The stock of each variant goes down by the ordered quantity'),
    ('checkout-cart-kept', 'checkout', 'side effect', 'The cart is not emptied.', 'prose', 'The cart is empty afterwards.'),
    ('checkout-key-forgotten', 'checkout', 'idempotency', 'Keys are not remembered.', 'prose', 'and places no second one'),
    ('orders-limit-100', 'listOrders', 'validation', 'Accepts limit up to 100.', 'schema', 'schema: { type: integer, minimum: 1, maximum: 50, default: 20 }'),
    ('orders-bad-cursor', 'listOrders', 'validation', 'A wrong cursor gives the first page.', 'prose', 'Anything else is refused with 400.'),
    ('orders-foreign-filter', 'listOrders', 'authorization', 'Customers can list the orders of others by customer_id.', 'prose', 'Customers who filter by `customer_id` of somebody else get 403 `not_allowed`.'),
    ('orders-all-visible', 'listOrders', 'visibility', 'Customers see all orders.', 'prose', 'Customers see their own orders only'),
    ('orders-warehouse-placed', 'listOrders', 'visibility', 'Warehouse staff see placed orders.', 'prose', 'warehouse staff see all but those in status `placed`'),
    ('orders-support-no-placed', 'listOrders', 'visibility', "Support staff don't see placed orders.", 'prose', 'support staff and admins see all'),
    ('orders-status-ignored', 'listOrders', 'filter', 'The status is ignored.', 'prose', 'Filters can be combined; an entry has to match all of them.'),
    ('orders-status-history', 'listOrders', 'filter', 'For staff, the status also finds orders that had it in the past.', 'structure', "- name: status in: query schema: { $ref: '#/components/schemas/OrderStatus' }"),
    ('orders-customer-ignored', 'listOrders', 'filter', 'customer_id is ignored.', 'prose', 'Only orders of this customer'),
    ('orders-sku-first-item', 'listOrders', 'filter', 'The filter sku looks at the first item only.', 'prose', 'Only orders that have this variant among their items'),
    ('orders-from-exclusive', 'listOrders', 'boundary', 'placed_from is exclusive.', 'prose', 'Only orders placed at this time or later'),
    ('orders-before-inclusive', 'listOrders', 'boundary', 'placed_before is inclusive.', 'prose', 'Only orders placed before this time (exclusive)'),
    ('orders-oldest-first', 'listOrders', 'sorting', 'The oldest orders come first.', 'prose', 'Lists orders, the one placed last first.'),
    ('orders-cursor-shifts', 'listOrders', 'paging', 'New orders shift the pages.', 'prose', "Orders that are placed while somebody is paging don't shift the pages."),
    ('orders-cursor-repeats', 'listOrders', 'paging', 'A page begins with the last order of the page before.', 'prose', 'pass `next_cursor` of one page as `cursor` to get the next one'),
    ('orders-cursor-skips', 'listOrders', 'paging', 'Each further page leaves out one order.', 'prose', 'pass `next_cursor` of one page as `cursor` to get the next one'),
    ('orders-cursor-never-null', 'listOrders', 'paging', 'next_cursor is not null on the last page.', 'prose', 'it is null on the last page'),
    ('order-foreign-visible', 'getOrder', 'authorization', 'Customers can read the orders of others.', 'prose', "For customers the orders of others don't exist (404)."),
    ('order-warehouse-placed', 'getOrder', 'authorization', 'Warehouse staff can read placed orders.', 'prose', 'Warehouse staff get 403 `not_allowed` as long as the order is `placed`.'),
    ('pay-foreign-order', 'payOrder', 'authorization', 'Customers can pay the orders of others.', 'prose', "For customers the orders of others don't exist (404)."),
    ('pay-twice', 'payOrder', 'state', 'A paid order can be paid again.', 'prose', 'in any other status the answer is 409 `invalid_state`'),
    ('pay-cancelled', 'payOrder', 'state', 'A cancelled order can be paid.', 'prose', 'in any other status the answer is 409 `invalid_state`'),
    ('pay-less', 'payOrder', 'validation', 'Accepts less than the total.', 'prose', "The amount must be exactly the order's total in its currency (422 `amount_mismatch`)"),
    ('pay-more', 'payOrder', 'validation', 'Accepts more than the total.', 'prose', "The amount must be exactly the order's total in its currency (422 `amount_mismatch`)"),
    ('pay-other-currency', 'payOrder', 'validation', 'Accepts another currency.', 'prose', "The amount must be exactly the order's total in its currency (422 `amount_mismatch`)"),
    ('pay-upi-usd', 'payOrder', 'validation', 'Accepts UPI for USD.', 'prose', 'UPI works for orders in INR only (422 `method_not_available`)'),
    ('pay-declined-captured', 'payOrder', 'status', 'The declined card is captured.', 'prose', 'the card token `tok_declined` is always declined'),
    ('pay-declined-pays', 'payOrder', 'side effect', 'The order is paid although the card was declined.', 'prose', '402 `payment_declined`, the order stays `placed` and can be paid again'),
    ('pay-declined-cancels', 'payOrder', 'side effect', 'A declined card cancels the order.', 'prose', '402 `payment_declined`, the order stays `placed` and can be paid again'),
    ('pay-race', 'payOrder', 'race', 'Two payments at once are both captured.', 'prose', 'in any other status the answer is 409 `invalid_state`'),
    ('pay-not-listed', 'payOrder', 'side effect', "The payment doesn't get into the order's payments.", 'prose', 'Returns an order with its payments, shipments, refunds and history.'),
    ('pay-status-kept', 'payOrder', 'state', 'The order stays placed.', 'prose', 'which goes from `placed` to `paid`'),
    ('pay-token-leak', 'payOrder', 'visibility', 'The answer has the card token.', 'structure', 'Card tokens, payment addresses and references are never given out.'),
    ('transition-foreign-order', 'transitionOrder', 'authorization', 'Customers can cancel the orders of others.', 'prose', "For customers the orders of others don't exist (404)."),
    ('transition-customer-cancels-paid', 'transitionOrder', 'state', 'Customers can cancel paid orders.', 'prose', '`cancelled`: from `placed` by the customer whose order it is'),
    ('transition-support-packs', 'transitionOrder', 'authorization', 'Support staff can pack.', 'prose', '`packed`: from `paid`, by warehouse staff and admins.'),
    ('transition-warehouse-cancels', 'transitionOrder', 'authorization', 'Warehouse staff can cancel.', 'prose', 'from `placed` or `paid` by support staff and admins'),
    ('transition-customer-returns', 'transitionOrder', 'authorization', 'Customers can set their orders to returned.', 'prose', '`returned`: from `delivered`, by support staff and admins'),
    ('transition-customer-delivers', 'transitionOrder', 'authorization', 'Customers can set their orders to delivered.', 'prose', '`delivered`: from `shipped`, by warehouse staff and admins.'),
    ('transition-ship-unpacked', 'transitionOrder', 'state', 'Paid orders can be shipped.', 'prose', '`shipped`: from `packed`, by warehouse staff and admins.'),
    ('transition-pack-unpaid', 'transitionOrder', 'state', 'Placed orders can be packed.', 'prose', '`packed`: from `paid`, by warehouse staff and admins.'),
    ('transition-deliver-packed', 'transitionOrder', 'state', 'Packed orders can be delivered.', 'prose', '`delivered`: from `shipped`, by warehouse staff and admins.'),
    ('transition-cancel-packed', 'transitionOrder', 'state', 'Staff can cancel packed orders.', 'prose', 'from `placed` or `paid` by support staff and admins'),
    ('transition-return-shipped', 'transitionOrder', 'state', 'Shipped orders can be returned.', 'prose', '`returned`: from `delivered`, by support staff and admins'),
    ('transition-cancel-paid-refused', 'transitionOrder', 'state', 'Staff cannot cancel paid orders.', 'prose', 'from `placed` or `paid` by support staff and admins'),
    ('transition-repeat-delivered', 'transitionOrder', 'state', 'Delivered orders can be delivered again.', 'prose', 'from any other status it is 409 `invalid_state`'),
    ('transition-tracking-optional', 'transitionOrder', 'validation', 'The tracking number can be left out.', 'prose', 'Needs `carrier` and `tracking_number` (422 `tracking_required`)'),
    ('transition-return-no-reason', 'transitionOrder', 'validation', 'A return needs no reason.', 'prose', 'with a `reason` (422 `reason_required`). Neither stock nor money moves'),
    ('transition-cancel-no-reason', 'transitionOrder', 'validation', 'Staff need no reason to cancel.', 'prose', 'Staff have to give a `reason` (422 `reason_required`).'),
    ('transition-tracking-any-carrier', 'transitionOrder', 'duplicate', 'A tracking number of another carrier is refused.', 'prose', 'A tracking number can be used once per carrier (409 `tracking_number_taken`).'),
    ('transition-tracking-reused', 'transitionOrder', 'duplicate', 'A tracking number can be used again.', 'prose', 'A tracking number can be used once per carrier (409 `tracking_number_taken`).'),
    ('transition-no-shipment', 'transitionOrder', 'side effect', 'No shipment is added.', 'prose', 'and adds a shipment to the order'),
    ('transition-delivered-at', 'transitionOrder', 'side effect', 'delivered_at stays null.', 'prose', 'Sets `delivered_at` of the shipment.'),
    ('transition-return-restocks', 'transitionOrder', 'side effect', 'A return puts the items back into stock.', 'prose', 'Neither stock nor money moves'),
    ('transition-cancel-no-restock', 'transitionOrder', 'side effect', "A cancellation doesn't put the items back.", 'prose', 'The items go back into stock'),
    ('transition-cancel-restocks-first', 'transitionOrder', 'side effect', 'Only the first item goes back into stock.', 'prose', 'The items go back into stock'),
    ('transition-cancel-voucher', 'transitionOrder', 'side effect', "The voucher doesn't get its use back.", 'prose', 'the voucher gets its use back'),
    ('transition-cancel-no-refund', 'transitionOrder', 'side effect', 'A cancelled paid order is not refunded.', 'prose', 'and a paid order is refunded in full'),
    ('transition-cancel-refund-subtotal', 'transitionOrder', 'computed', 'Only the subtotal is refunded.', 'prose', 'and a paid order is refunded in full'),
    ('transition-reason-lost', 'transitionOrder', 'not stored', 'The reason is not in the history.', 'prose', 'The reason that came with the move'),
    ('refund-key-optional', 'refundOrder', 'idempotency', 'Works without Idempotency-Key.', 'prose', '`Idempotency-Key` works as for the checkout'),
    ('refund-key-ignored', 'refundOrder', 'idempotency', 'The same key refunds again.', 'prose', 'returns the first refund with `Idempotency-Replayed: true` and refunds nothing'),
    ('refund-key-other-body', 'refundOrder', 'idempotency', 'The same key with another body returns the first refund.', 'prose', 'the same key with another body or order gives 409 `idempotency_key_reused`'),
    ('refund-key-other-order', 'refundOrder', 'idempotency', 'The same key for another order returns the first refund.', 'prose', 'the same key with another body or order gives 409 `idempotency_key_reused`'),
    ('refund-replay-again', 'refundOrder', 'idempotency', 'A repeated request is answered like a repetition, but refunds again.', 'prose', 'returns the first refund with `Idempotency-Replayed: true` and refunds nothing'),
    ('refund-replay-header', 'refundOrder', 'header', 'Idempotency-Replayed is missing.', 'prose', 'returns the first refund with `Idempotency-Replayed: true`'),
    ('refund-too-early', 'refundOrder', 'state', 'Paid and packed orders can be refunded.', 'prose', 'Gives money back for an order that is `shipped`, `delivered` or `returned` (409 `invalid_state` otherwise)'),
    ('refund-shipped-refused', 'refundOrder', 'state', 'Shipped orders cannot be refunded.', 'prose', 'Gives money back for an order that is `shipped`, `delivered` or `returned` (409 `invalid_state` otherwise)'),
    ('refund-currency-unchecked', 'refundOrder', 'validation', 'Accepts another currency.', 'prose', 'The currency is that of the order (422 `amount_mismatch`).'),
    ('refund-goodwill-admin-limited', 'refundOrder', 'authorization', 'The limit for goodwill applies to admins, too.', 'prose', 'unless an admin gives it'),
    ('refund-goodwill-unlimited', 'refundOrder', 'validation', 'Goodwill of support staff has no limit.', 'prose', 'A single refund for `goodwill` is at most 20 % of the total, rounded down (422 `goodwill_limit`)'),
    ('refund-goodwill-25', 'refundOrder', 'boundary', 'Goodwill is limited at 25 %.', 'prose', 'A single refund for `goodwill` is at most 20 % of the total, rounded down (422 `goodwill_limit`)'),
    ('refund-restock-not-summed', 'refundOrder', 'counter', 'Earlier restocks are not counted.', 'prose', 'and over all refunds not more than were ordered (422 `restock_invalid`)'),
    ('refund-restock-any-sku', 'refundOrder', 'reference', 'Accepts variants that are not in the order.', 'prose', 'only variants of this order'),
    ('refund-restock-too-many', 'refundOrder', 'validation', 'Accepts more units than were ordered.', 'prose', 'and over all refunds not more than were ordered (422 `restock_invalid`)'),
    ('refund-each-alone', 'refundOrder', 'counter', 'Only the single refund is compared with the total.', 'prose', "All refunds together cannot be more than the order's total (409 `refund_exceeds_total`)."),
    ('refund-full-refused', 'refundOrder', 'boundary', 'A refund of everything that is left is refused.', 'prose', "All refunds together cannot be more than the order's total (409 `refund_exceeds_total`)."),
    ('refund-race', 'refundOrder', 'race', 'Two refunds at once can be more than the total.', 'prose', "All refunds together cannot be more than the order's total (409 `refund_exceeds_total`)."),
    ('refund-no-restock', 'refundOrder', 'side effect', 'The stock stays as it is.', 'prose', 'With `restock`, units go back into stock'),
    ('refund-restock-one', 'refundOrder', 'side effect', 'Only one unit of each variant goes back.', 'prose', 'With `restock`, units go back into stock'),
    ('refund-restocked-lines', 'refundOrder', 'computed', 'restocked is the number of different variants.', 'prose', 'Number of units that went back into stock with this refund'),
    ('refund-not-listed', 'refundOrder', 'side effect', "The refund doesn't get into the order.", 'prose', 'Sum of all refunds'),
    ('refund-updated-at', 'refundOrder', 'side effect', "A refund doesn't set updated_at.", 'prose', 'When a payment, a move or a refund last changed the order'),
    ('note-text-changed', 'addOrderNote', 'not stored', 'The text is stored in lower case.', 'structure', 'text: { type: string, minLength: 1, maxLength: 1000 }'),
    ('note-author-wrong', 'addOrderNote', 'computed', 'author_id is the customer.', 'structure', 'required: [id, text, author_id, author_role, created_at]'),
    ('note-role-wrong', 'addOrderNote', 'computed', 'author_role is always support.', 'structure', 'author_role: { type: string, enum: [admin, warehouse, support] }'),
    ('note-replaces', 'addOrderNote', 'lost data', 'A new note replaces the earlier ones.', 'prose', 'Appends an internal note'),
    ('note-not-stored', 'addOrderNote', 'not stored', 'The note is not stored.', 'prose', "Appends an internal note, which staff find in the order's `staff_notes`"),
    ('note-updates-order', 'addOrderNote', 'side effect', "A note sets the order's updated_at.", 'prose', "Notes don't change the order's `updated_at`."),
    ('wish-all-listed', 'listWishLists', 'visibility', 'Customers see the wish lists of all customers.', 'prose', 'Wish lists of others never show up.'),
    ('wish-shared-listed', 'listWishLists', 'visibility', 'Customers see the shared wish lists of others.', 'prose', 'Wish lists of others never show up.'),
    ('wish-private-only', 'listWishLists', 'filter', 'Shared wish lists are left out.', 'prose', 'Lists the wish lists of the customer who asks'),
    ('wish-newest-first', 'listWishLists', 'sorting', 'The newest wish lists come first.', 'prose', 'Lists the wish lists of the customer who asks, oldest first.'),
    ('wish-unknown-sku', 'createWishList', 'reference', 'Accepts unknown SKUs.', 'prose', 'All SKUs must exist (422 `unknown_reference`).'),
    ('wish-shared-by-default', 'createWishList', 'default', 'Wish lists are shared by default.', 'prose', 'It is private, unless it is created with `shared: true`'),
    ('wish-skus-sorted', 'createWishList', 'sorting', 'The SKUs are sorted.', 'prose', 'In the order in which they were given'),
    ('wish-token-for-private', 'createWishList', 'visibility', 'Private wish lists get a share token that works.', 'prose', 'null if the list is private'),
    ('wish-short-token', 'createWishList', 'computed', 'Share tokens have 6 characters.', 'prose', 'At least 20 characters that cannot be guessed'),
    ('wish-delete-foreign', 'deleteWishList', 'authorization', 'Customers can delete the wish lists of others.', 'prose', "Wish lists of other customers don't exist for the caller (404)."),
    ('wish-delete-nothing', 'deleteWishList', 'not stored', 'Nothing is deleted.', 'prose', 'Deletes the wish list for good'),
    ('wish-delete-all', 'deleteWishList', 'deleted too much', 'All wish lists of the customer are deleted.', 'prose', 'Deletes the wish list for good'),
    ('wish-token-survives', 'deleteWishList', 'side effect', 'The share token goes on working.', 'prose', 'its share token stops working'),
    ('wish-id-as-token', 'getSharedWishList', 'visibility', 'A private wish list can be read with its id as token.', 'prose', 'Returns a wish list to anybody who has its share token'),
    ('shared-price-from', 'getSharedWishList', 'computed', 'Shows the lowest price of the product.', 'prose', 'The wish list with current prices'),
    ('shared-in-stock-product', 'getSharedWishList', 'computed', 'in_stock is true if any variant of the product has stock.', 'prose', 'Whether this variant has stock now'),
    ('shared-sold-out-missing', 'getSharedWishList', 'filter', 'Leaves out what is sold out.', 'prose', 'In the order of the list'),
    ('shared-full-name', 'getSharedWishList', 'visibility', "Shows the owner's full name.", 'prose', 'Display name of the owner (first name and initial)'),
    ('shared-owner-id', 'getSharedWishList', 'visibility', "Shows the owner's id.", 'prose', "without the owner's id"),
    ('no-www-authenticate', '*', 'header', 'WWW-Authenticate is missing on 401.', 'structure', 'Always begins with `Bearer`'),
    ('no-allow-header', '*', 'header', 'Allow is missing on 405.', 'prose', 'A method that a path does not have is answered with 405 (code `method_not_allowed`) and an `Allow` header'),
    ('reviews-bad-token', 'listReviews', 'authentication', 'An invalid token is treated as none.', 'prose', 'A token is optional, but one that is sent must be valid.'),
    ('wish-bad-token-empty', 'listWishLists', 'authentication', 'An invalid token gives an empty list.', 'prose', 'There is no bearer token, or it is not valid (`unauthenticated`)'),
    ('low-stock-anonymous', 'listLowStock', 'authentication', 'Works without a token.', 'prose', 'There is no bearer token, or it is not valid (`unauthenticated`)'),
    ('scope-404', '*', 'status', 'A missing scope gives 404.', 'prose', 'A request is checked in this order, and the first check that fails is answered: bearer token (401), scope (403)'),
    ('malformed-id-400', '*', 'status', 'A malformed id in the path gives 400.', 'prose', 'A path parameter that does not match its format cannot name anything and is answered with 404.'),
    ('error-without-details', '*', 'structure', 'Errors with 400 have no details.', 'structure', 'required: [code, message, details]'),
    ('error-details-path', '*', 'structure', 'The entries in details have field instead of path.', 'structure', 'required: [path, issue]'),
    ('error-code-generic', '*', 'error code', 'All conflicts have the code conflict.', 'prose', 'Every error has a body `{code, message, details}`. The `code` is stable'),
    ('category-support-may', 'createCategory', 'authorization', 'Support staff can create categories.', 'prose', 'Only admins have the scope for this.'),
    ('product-warehouse-may', 'createProduct', 'authorization', 'Warehouse staff can create products.', 'prose', 'Only admins have the scope for this.'),
    ('patch-support-may', 'updateProduct', 'authorization', 'Support staff can change products.', 'prose', 'Only admins have the scope for this.'),
    ('image-warehouse-may', 'uploadProductImage', 'authorization', 'Warehouse staff can upload images.', 'prose', 'Only admins have the scope for this.'),
    ('moderation-warehouse-may', 'moderateReview', 'authorization', 'Warehouse staff can moderate.', 'prose', 'only support staff and admins have the scope for this'),
    ('moderation-customer-may', 'moderateReview', 'authorization', 'Customers can moderate.', 'prose', 'only support staff and admins have the scope for this'),
    ('stock-support-may', 'adjustStock', 'authorization', 'Support staff can adjust stock.', 'prose', 'admins and warehouse staff have the scope for this'),
    ('low-stock-customer-may', 'listLowStock', 'authorization', 'Customers can see the report.', 'prose', 'for admins and warehouse staff'),
    ('import-warehouse-may', 'importPrices', 'authorization', 'Warehouse staff can import prices.', 'prose', 'Only admins have the scope for this.'),
    ('voucher-support-may', 'createVoucher', 'authorization', 'Support staff can create vouchers.', 'prose', 'Only admins have the scope for this.'),
    ('refund-warehouse-may', 'refundOrder', 'authorization', 'Warehouse staff can refund.', 'prose', 'for support staff and admins'),
    ('refund-customer-may', 'refundOrder', 'authorization', 'Customers can refund their own orders.', 'prose', 'for support staff and admins'),
    ('note-customer-may', 'addOrderNote', 'authorization', 'Customers can add notes.', 'prose', "All staff have the scope for this, customers don't."),
    ('cart-staff-may', 'getCart', 'authorization', 'Support staff get a cart.', 'prose', 'Staff have no cart (403).'),
    ('stock-warehouse-refused', 'adjustStock', 'authorization', 'Warehouse staff cannot adjust stock.', 'prose', 'admins and warehouse staff have the scope for this'),
    ('note-warehouse-refused', 'addOrderNote', 'authorization', 'Warehouse staff cannot add notes.', 'prose', "All staff have the scope for this, customers don't."),
    ('moderation-support-refused', 'moderateReview', 'authorization', 'Support staff cannot moderate.', 'prose', 'only support staff and admins have the scope for this'),
]

FAULT = None
LOCK = threading.RLock()


def F(fid):
    return FAULT == fid


def lim(fid, good, bad):
    return bad if FAULT == fid else good


def pause():
    """Gives up the lock for a moment (only used by faults that are races)."""
    LOCK.release()
    time.sleep(0.06)
    LOCK.acquire()


class ApiError(Exception):
    def __init__(self, status, code, message, path=None, headers=None):
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}
        self.details = [] if path is None else [{'path': path, 'issue': message}]


def bad(path, issue):
    return ApiError(400, 'malformed_request', issue, path)


def not_found():
    return ApiError(404, 'not_found', 'There is no such thing')


# ---------------------------------------------------------------- formats

UUID_RE = re.compile(r'[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}')
DT_RE = re.compile(r'(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)', re.ASCII)
SLUG = r'[a-z0-9]+(-[a-z0-9]+)*'
SKU = r'[A-Z0-9]{2,12}(-[A-Z0-9]{1,8}){0,3}'
UTC = dt.timezone.utc


def parse_dt(s):
    m = DT_RE.fullmatch(s)
    if not m:
        return None
    try:
        y, mo, d, h, mi, sec = (int(x) for x in m.groups()[:6])
        if sec == 60:
            sec = 59
        us = int(((m.group(7) or '.0')[1:] + '000000')[:6])
        off = m.group(8)
        delta = dt.timedelta(0)
        if off not in 'Zz':
            oh, om = int(off[1:3]), int(off[4:6])
            if oh > 23 or om > 59:
                return None
            delta = dt.timedelta(hours=oh, minutes=om) * (1 if off[0] == '+' else -1)
        return dt.datetime(y, mo, d, h, mi, sec, us, UTC) - delta
    except (ValueError, OverflowError):
        return None


def fmt(d):
    s = d.strftime('%H:%M:%S')
    if d.microsecond:
        s += '.%06d' % d.microsecond
    return '%04d-%02d-%02dT%sZ' % (d.year, d.month, d.day, s)


def now():
    return dt.datetime.now(UTC)


def new_id():
    return str(uuid.uuid4())


def money(amount, currency):
    return {'amount': amount, 'currency': currency}


# ---------------------------------------------------------------- a small validator for bodies

def obj(req, **props):
    return {'t': 'object', 'req': req, 'props': props}


def s(lo=0, hi=None, pat=None, enum=None, null=False, default=None, has_default=False, f=None):
    return {'t': 'string', 'lo': lo, 'hi': hi, 'pat': pat, 'enum': enum, 'null': null, 'f': f}


def i(lo=None, hi=None, no=None):
    return {'t': 'integer', 'lo': lo, 'hi': hi, 'no': no}


def arr(items, lo=0, hi=None, unique=False):
    return {'t': 'array', 'items': items, 'lo': lo, 'hi': hi, 'unique': unique}


def check(sc, v, path=''):
    """Returns the value (integers normalised), or raises."""
    t = sc['t']
    if v is None and sc.get('null'):
        return None
    if t == 'object':
        if not isinstance(v, dict):
            raise bad(path, 'must be an object')
        for r in sc['req']:
            if r not in v:
                raise bad(path + '/' + r, 'is required')
        out = {}
        for k, x in v.items():
            if k not in sc['props']:
                if sc.get('open'):
                    continue
                raise bad(path + '/' + k, 'is not a known member')
            out[k] = check(sc['props'][k], x, path + '/' + k)
        if len(v) < sc.get('min_props', 0):
            raise bad(path, 'must have at least one member')
        return out
    if t == 'string':
        if not isinstance(v, str):
            raise bad(path, 'must be a string')
        if len(v) < sc['lo']:
            raise bad(path, 'is too short')
        if sc['hi'] is not None and len(v) > sc['hi']:
            raise bad(path, 'is too long')
        if sc['pat'] and not re.fullmatch(sc['pat'], v):
            raise bad(path, 'does not match the pattern')
        if sc['enum'] and v not in sc['enum']:
            raise bad(path, 'must be one of ' + ', '.join(sc['enum']))
        if sc['f'] == 'date-time' and parse_dt(v) is None:
            raise bad(path, 'must be a date-time')
        return v
    if t == 'integer':
        if isinstance(v, float) and v.is_integer():
            v = int(v)
        if isinstance(v, bool) or not isinstance(v, int):
            raise bad(path, 'must be an integer')
        if sc['lo'] is not None and v < sc['lo']:
            raise bad(path, 'is too small')
        if sc['hi'] is not None and v > sc['hi']:
            raise bad(path, 'is too large')
        if sc['no'] is not None and v == sc['no']:
            raise bad(path, 'must not be %d' % sc['no'])
        return v
    if t == 'boolean':
        if not isinstance(v, bool):
            raise bad(path, 'must be a boolean')
        return v
    if t == 'array':
        if not isinstance(v, list):
            raise bad(path, 'must be an array')
        if len(v) < sc['lo']:
            raise bad(path, 'has too few items')
        if sc['hi'] is not None and len(v) > sc['hi']:
            raise bad(path, 'has too many items')
        out = [check(sc['items'], x, path + '/' + str(n)) for n, x in enumerate(v)]
        if sc['unique'] and len({json.dumps(x, sort_keys=True) for x in out}) != len(out):
            raise bad(path, 'must have unique items')
        return out
    raise AssertionError(t)


S = {}
BOOL = {'t': 'boolean'}


def build_schemas():
    cur = s(enum=['USD', 'INR'])

    def mi(lo=1, hi=100000000):
        return obj(['amount', 'currency'], amount=i(lo, hi), currency=cur)
    slug = s(hi=40, pat=SLUG)
    sku = s(pat=SKU)
    S['category'] = obj(['slug', 'name'],
                        slug=s(hi=40, pat=lim('category-slug-uppercase', SLUG, r'[A-Za-z0-9]+(-[A-Za-z0-9]+)*')),
                        name=s(1, lim('category-name-too-long', 60, None)), parent=s(hi=40, pat=SLUG, null=True))
    variant = obj(['sku', 'label', 'price'], sku=sku, label=s(lim('variant-label-empty', 1, 0), 40),
                  price=mi(lim('product-price-zero', 1, 0)), stock=i(lim('product-stock-negative', 0, -100000), 100000), low_stock_threshold=i(0, 1000))
    S['product'] = obj(['name', 'category', 'variants'], name=s(1, lim('product-name-limit-100', 120, 100)), description=s(hi=2000, null=True),
                       category=slug, variants=arr(variant, 1, lim('product-21-variants', 20, 21)))
    S['product']['open'] = F('product-extra-member')
    S['patch'] = obj([], name=s(lim('patch-name-empty', 1, 0), 120), description=s(hi=2000, null=True), category=slug,
                     status=s(enum=['active', 'archived']))
    S['patch']['min_props'] = lim('patch-empty-accepted', 1, 0)
    S['review'] = obj(['rating', 'title'], rating=i(lim('review-rating-zero', 1, 0), lim('review-rating-six', 5, 6)), title=s(1, 80), text=s(hi=2000))
    S['moderation'] = obj(['decision'], decision=s(enum=['approved', 'rejected']), reason=s(1, 300))
    S['adjust'] = obj(['delta', 'reason'], delta=i(-10000, 10000, lim('stock-zero-delta', 0, None)),
                      reason=s(enum=['delivery', 'correction', 'damage', 'stocktake']), comment=s(hi=200, null=True))
    S['cart_item'] = obj(['quantity'], quantity=i(0, lim('cart-quantity-21', 20, 21)))
    S['voucher'] = obj(['code', 'kind', 'valid_from', 'valid_until', 'max_uses'], code=s(pat=r'[A-Z0-9]{4,16}'),
                       kind=s(enum=['percentage', 'fixed']), percent=i(1, lim('voucher-percent-100', 90, 100)), amount=mi(),
                       valid_from=s(f=lim('voucher-any-date', 'date-time', 'loose')), valid_until=s(f='date-time'),
                       max_uses=i(lim('voucher-zero-uses', 1, 0), 10000), minimum_order_value=mi())
    address = obj(['name', 'line1', 'city', 'region', 'postal_code', 'country'], name=s(1, 80), line1=s(1, 120),
                  line2=s(hi=120, null=True), city=s(1, 60), region=s(2, 40), postal_code=s(5, 10), country=s(enum=['US', 'IN']))
    if F('checkout-city-optional'):
        address['req'].remove('city')
    S['checkout'] = obj(['shipping_address'], shipping_address=address, voucher_code=s(pat=r'[A-Z0-9]{4,16}'), expected_total=mi())
    S['card'] = obj(['method', 'amount', 'card_token'], method=s(enum=['card']), amount=mi(),
                    card_token=s(pat=lim('pay-any-card-token', r'tok_[a-z0-9]{4,32}', None)))
    S['upi'] = obj(['method', 'amount', 'vpa'], method=s(enum=['upi']), amount=mi(), vpa=s(pat=r'[a-z0-9._-]{2,40}@[a-z]{2,20}'))
    S['bank_transfer'] = obj(['method', 'amount', 'reference'], method=s(enum=['bank_transfer']), amount=mi(),
                             reference=s(6, lim('pay-reference-too-long', 35, None)))
    if F('pay-variants-mixed'):
        for k in ('card', 'upi', 'bank_transfer'):
            S[k]['open'] = True
    S['transition'] = obj(['to'], to=s(enum=['packed', 'shipped', 'delivered', 'cancelled', 'returned']),
                          carrier=s(enum=['ups', 'fedex', 'usps', 'delhivery', 'bluedart']),
                          tracking_number=s(pat=r'[A-Z0-9]{8,30}'), reason=s(1, 300))
    S['refund'] = obj(['amount', 'reason'], amount=mi(lim('refund-zero', 1, 0)), reason=s(enum=['damaged', 'late', 'returned', 'goodwill']),
                      restock=arr(obj(['sku', 'quantity'], sku=sku, quantity=i(1, 20)), 1, 10))
    S['note'] = obj(['text'], text=s(lim('note-empty', 1, 0), lim('note-1000-refused', 1000, 999)))
    S['wish'] = obj(['name'], name=s(1, lim('wish-name-too-long', 60, None)),
                    skus=arr(sku, 0, 50, not F('wish-duplicate-skus')), shared=BOOL)


# ---------------------------------------------------------------- data

SCOPES = {
    'admin': {'catalog:write', 'stock:read', 'stock:write', 'reviews:moderate', 'vouchers:write', 'orders:read', 'orders:write',
              'refunds:write', 'notes:write'},
    'warehouse': {'stock:read', 'stock:write', 'orders:read', 'orders:write', 'notes:write'},
    'support': {'reviews:moderate', 'orders:read', 'orders:write', 'refunds:write', 'notes:write'},
    'customer': {'reviews:write', 'cart:write', 'checkout:write', 'orders:read', 'orders:write', 'wishlists:read', 'wishlists:write'},
}
USERS, TOKENS = {}, {}
CATS, PRODUCTS, VARIANTS, IMAGES, REVIEWS = {}, {}, {}, {}, {}
CARTS, VOUCHERS, ORDERS, WISHLISTS, IDEM = {}, {}, {}, {}, {}
ORDER_LIST = []
TRACKING = set()
SEQ = [0]
SHIP = {'USD': (599, 5000), 'INR': (9900, 200000)}


def cat_path(slug):
    out = []
    while slug in CATS and len(out) < 9:
        out.insert(0, slug)
        slug = CATS[slug]['parent']
    return out


def in_category(p, slug):
    return slug in cat_path(p['category'])


def show_category(c):
    path = cat_path(c['slug'])
    n = 0
    for p in PRODUCTS.values():
        if p['status'] != 'active' and not F('category-count-archived'):
            continue
        if p['category'] == c['slug'] if F('category-count-direct') else in_category(p, c['slug']):
            n += 1
    return {'slug': c['slug'], 'name': c['name'], 'parent': c['parent'], 'path': path,
            'depth': len(path) - 1 if F('category-depth-from-zero') else len(path), 'product_count': n}


def price_from(p):
    vs = p['variants']
    if F('product-price-from-first'):
        return dict(vs[0]['price'])
    if F('product-price-from-in-stock'):
        vs = [v for v in vs if v['stock'] > 0] or vs
    return dict(min((v['price'] for v in vs), key=lambda m: m['amount']))


def in_stock(p):
    f = all if F('product-in-stock-all') else any
    return f(v['stock'] > 0 for v in p['variants'])


def show_product(p):
    rs = [r['rating'] for r in REVIEWS.values() if r['product_id'] == p['id'] and
          (r['status'] == 'approved' or F('product-review-count-pending') and r['status'] == 'pending')]
    if F('moderation-not-counted'):
        rs = [r['rating'] for r in REVIEWS.values() if r['product_id'] == p['id'] and r['status'] == 'approved' and r.get('seed')]
    avg = None
    if rs:
        avg = round(sum(rs) / len(rs) + 1e-9, 1)
        if F('product-rating-integer'):
            avg = int(sum(rs) / len(rs))
    d = {k: p[k] for k in ('id', 'name', 'description', 'category', 'status')}
    d['variants'] = [dict(v, price=dict(v['price'])) for v in p['variants']]
    d.update(price_from=price_from(p), in_stock=in_stock(p), review_count=len(rs), rating_average=avg,
             image_ids=list(p['image_ids']), created_at=fmt(p['created_at']), updated_at=fmt(p['updated_at']))
    return d


def touch(p):
    p['version'] += 1


def etag(p):
    return '"%s-%d"' % (p['id'][:8], p['version'])


def show_review(r):
    return {k: r[k] for k in ('id', 'product_id', 'author', 'rating', 'title', 'text', 'status', 'moderation_reason', 'created_at', 'moderated_at')}


def display_name(u):
    first, last = u['name'].split(' ', 1)
    return '%s %s.' % (first, last[0])


def line(sku, qty, price=None):
    p = VARIANTS[sku]
    v = variant_of(sku)
    up = price or v['price']
    return {'sku': sku, 'product_id': p['id'], 'product_name': p['name'], 'quantity': qty, 'unit_price': dict(up),
            'line_total': money(up['amount'] * qty, up['currency'])}


def variant_of(sku):
    return next(v for v in VARIANTS[sku]['variants'] if v['sku'] == sku)


def cart_of(uid):
    return CARTS.setdefault('all' if F('cart-shared') else uid, {})


def show_cart(uid):
    cart = cart_of(uid)
    items = [line(k, q['qty'], q['price'] if F('cart-stale-price') else None) for k, q in cart.items()]
    sub = None
    if items:
        tot = sum(x['line_total']['amount'] for x in items)
        if F('cart-subtotal-ignores-quantity'):
            tot = sum(x['unit_price']['amount'] for x in items)
        sub = money(tot, items[0]['line_total']['currency'])
    n = len(items) if F('cart-count-lines') else sum(x['quantity'] for x in items)
    return {'items': items, 'item_count': n, 'subtotal': sub}


def show_voucher(v):
    d = {k: v[k] for k in ('code', 'kind', 'percent', 'amount', 'max_uses', 'used_count', 'minimum_order_value')}
    d.update(valid_from=fmt(v['valid_from']), valid_until=fmt(v['valid_until']), created_at=fmt(v['created_at']))
    return d


ORDER_KEYS = ('id', 'number', 'customer_id', 'status', 'items', 'item_count', 'subtotal', 'discount', 'shipping_fee', 'total',
              'voucher_code', 'shipping_address', 'payments', 'shipments', 'refunds', 'history')


def show_order(o, user):
    d = copy.deepcopy({k: o[k] for k in ORDER_KEYS})
    if F('order-live-prices'):
        d['items'] = [line(x['sku'], x['quantity']) for x in o['items']]
    d['refunded_total'] = money(refunded(o), o['total']['currency'])
    if F('order-refunded-total-last') and o['refunds']:
        d['refunded_total'] = dict(o['refunds'][-1]['amount'])
    d['placed_at'], d['updated_at'] = fmt(o['placed_at']), fmt(o['updated_at'])
    if user['role'] != 'customer' or F('order-notes-leak'):
        d['staff_notes'] = copy.deepcopy(o['notes'])
        if F('note-newest-first'):
            d['staff_notes'].reverse()
    return d


def refunded(o):
    return sum(r['amount']['amount'] for r in o['refunds'])


def summary(o):
    n = len(o['items']) if F('orders-count-lines') else o['item_count']
    return {'id': o['id'], 'number': o['number'], 'customer_id': o['customer_id'], 'status': o['status'], 'item_count': n,
            'total': dict(o['total']), 'placed_at': fmt(o['placed_at'])}


def show_wish(w):
    return {'id': w['id'], 'name': w['name'], 'skus': list(w['skus']), 'shared': w['shared'], 'share_token': w['share_token'],
            'created_at': fmt(w['created_at'])}


def move(o, status, reason=None, at=None):
    o['status'] = status
    at = at or now()
    if not F('transition-history-missing') or status in ('placed', 'paid'):
        o['history'].append({'status': status, 'at': fmt(at), 'reason': reason})
    if not (F('transition-updated-at') and status not in ('placed', 'paid')):
        o['updated_at'] = at


def seed():
    def user(name, role, token=None):
        uid = str(uuid.uuid5(uuid.NAMESPACE_DNS, name))
        USERS[uid] = {'id': uid, 'name': name, 'role': role}
        if token:
            TOKENS[token] = uid
        return USERS[uid]
    user('Anita Rao', 'admin', 'adm_7Qd2mXk91LrT')
    user('Walt Brenner', 'warehouse', 'whs_3Jp8vBn45HsC')
    user('Sunil Gupta', 'support', 'sup_9Fw6zYt02KeM')
    priya = user('Priya Sharma', 'customer', 'cus_1Rb5nGh77PaZ')
    dan = user('Dan Kowalski', 'customer', 'cus_8Lc4tWq36VuX')
    meera = user('Meera Iyer', 'customer')
    for slug, name, parent in [('tea', 'Tea', None), ('black-tea', 'Black Tea', 'tea'), ('assam', 'Assam', 'black-tea'),
                               ('green-tea', 'Green Tea', 'tea'), ('textiles', 'Textiles', None), ('bedding', 'Bedding', 'textiles'),
                               ('kitchen', 'Kitchen', None), ('apparel', 'Zari Apparel', 'textiles'), ('gifts', 'Gifts', None)]:
        CATS[slug] = {'slug': slug, 'name': name, 'parent': parent}
    base = now() - dt.timedelta(days=90)
    rows = [
        ('Assam Breakfast', 'Malty morning tea', 'assam', 'USD', [('ASM-100', 1250, 40), ('ASM-250', 2600, 4)]),
        ('darjeeling first flush', 'Light and floral', 'black-tea', 'USD', [('DRJ-100', 1890, 25)]),
        ('Nilgiri Frost', None, 'black-tea', 'USD', [('NIL-100', 1490, 0)]),
        ('Sencha', 'Green tea for every day', 'green-tea', 'USD', [('SEN-100', 1350, 60), ('SEN-50', 790, 30)]),
        ('Masala Chai Tin', 'Assam with cardamom and ginger', 'tea', 'USD', [('CHAI-200', 1690, 80)]),
        ('Kashmiri Kahwa', 'Green tea, saffron, almond', 'green-tea', 'INR', [('KAHWA-100', 64900, 35)]),
        ('Indigo Bedcover', 'Hand-blocked cotton', 'bedding', 'USD', [('BED-Q', 8900, 9), ('BED-K', 10900, 3), ('BED-T', 7400, 0)]),
        ('Jaipur Quilt', 'Hand-stitched, with floral prints', 'bedding', 'USD', [('QUILT-Q', 12900, 7)]),
        ('Kantha Throw', 'Upcycled saris', 'textiles', 'USD', [('KANTHA-1', 5900, 14)]),
        ('Silk Stole', 'Banaras silk', 'apparel', 'INR', [('STOLE-R', 349900, 12), ('STOLE-G', 329900, 6)]),
        ('cotton kurta', 'Breathable, for summer', 'apparel', 'INR', [('KURTA-M', 129900, 50), ('KURTA-L', 129900, 45)]),
        ('Brass Kettle', 'For tea or coffee', 'kitchen', 'USD', [('KETTLE-1', 6400, 11)]),
        ('Masala Dabba', 'Spice box in steel', 'kitchen', 'USD', [('DABBA-7', 3200, 28)]),
        ('Copper Tumbler', None, 'kitchen', 'INR', [('TUMBLER-1', 89900, 2)]),
        ('Cast Iron Tawa', 'Pre-seasoned', 'kitchen', 'USD', [('TAWA-12', 4500, 16)]),
        ('Idli Steamer', 'Four tiers', 'kitchen', 'USD', [('IDLI-4', 3900, 0)]),
        ('Filter Coffee Set', 'Dabarah and tumbler', 'kitchen', 'INR', [('COFFEE-2', 79900, 22)]),
        ('Rose Tea', 'With petals from Pushkar', 'tea', 'USD', [('ROSE-80', 1190, 33)]),
        ('Tea Sampler', 'Six teas in a gift box', 'gifts', 'USD', [('SAMPLER-6', 2950, 70)]),
        ('Diwali Hamper', 'Sweets, diyas and tea', 'gifts', 'INR', [('HAMPER-L', 249900, 18), ('HAMPER-S', 149900, 25)]),
        ('Block Print Napkins', 'Set of six', 'textiles', 'USD', [('NAPKIN-6', 2400, 5)]),
        ('Old Logo Mug', 'Discontinued', 'gifts', 'USD', [('MUG-OLD', 900, 3)]),
        ('Terracotta Diya', 'Set of ten', 'gifts', 'INR', [('DIYA-10', 24900, 100)]),
        ('Lungi Towel', 'Soft and thin', 'textiles', 'USD', [('TOWEL-1', 2200, 19)]),
        ('Saffron', 'One gram from Pampore', 'kitchen', 'INR', [('SAFFRON-1', 45000, 27)]),
    ]
    for n, (name, desc, cat, cur, vs) in enumerate(rows):
        at = base + dt.timedelta(days=n)
        pid = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        p = {'id': pid, 'name': name, 'description': desc, 'category': cat, 'status': 'archived' if vs[0][0] == 'MUG-OLD' else 'active',
             'variants': [{'sku': k, 'label': k.split('-')[-1], 'price': money(a, cur), 'stock': st, 'low_stock_threshold': 5} for k, a, st in vs],
             'image_ids': [], 'created_at': at, 'updated_at': at, 'version': 1, 'seq': n}
        PRODUCTS[pid] = p
        for v in p['variants']:
            VARIANTS[v['sku']] = p
    t = now()
    for code, kind, val, uses, days, minimum in [('WELCOME10', 'percentage', 10, 1000, 300, None), ('CHAI500', 'fixed', money(500, 'USD'), 200, 200, money(3000, 'USD')),
                                                 ('SUMMER20', 'percentage', 20, 50, -20, None)]:
        VOUCHERS[code] = {'code': code, 'kind': kind, 'percent': val if kind == 'percentage' else None, 'amount': val if kind == 'fixed' else None,
                          'valid_from': t - dt.timedelta(days=60), 'valid_until': t + dt.timedelta(days=days), 'max_uses': uses,
                          'used_count': 0, 'minimum_order_value': minimum, 'created_at': t - dt.timedelta(days=60)}
    us = {'name': 'Priya Sharma', 'line1': '12 Main St', 'city': 'Edison', 'region': 'NJ', 'postal_code': '08817', 'country': 'US'}
    us2 = dict(us, name='Dan Kowalski', line1='400 Lake Ave', city='Chicago', region='IL', postal_code='60614-1203')
    flow = ['placed', 'paid', 'packed', 'shipped', 'delivered']
    for n, (u, addr, lines, upto, days) in enumerate([
            (priya, us, [('ASM-100', 2), ('KETTLE-1', 1)], 'delivered', 40), (dan, us2, [('DABBA-7', 1)], 'delivered', 33),
            (meera, us, [('SEN-50', 3)], 'delivered', 30), (priya, us, [('KAHWA-100', 4)], 'shipped', 6),
            (dan, us2, [('QUILT-Q', 1), ('CHAI-200', 2)], 'paid', 3), (priya, us, [('ROSE-80', 2)], 'placed', 1), (dan, us2, [('NAPKIN-6', 1)], 'placed', 1)]):
        at = t - dt.timedelta(days=days)
        o = place(u['id'], lines, addr, None, at)
        for st in flow[1:flow.index(upto) + 1]:
            at += dt.timedelta(hours=9)
            if st == 'paid':
                o['payments'].append({'id': new_id(), 'method': 'card', 'amount': dict(o['total']), 'captured_at': fmt(at)})
            if st == 'shipped':
                tn = '1Z999AA1012345%04d' % n
                TRACKING.add(('ups', tn))
                o['shipments'].append({'id': new_id(), 'carrier': 'ups', 'tracking_number': tn, 'shipped_at': fmt(at), 'delivered_at': None})
            if st == 'delivered':
                o['shipments'][-1]['delivered_at'] = fmt(at)
            move(o, st, None, at)
    for n, (u, sku, rating, title, status) in enumerate([(meera, 'SEN-50', 4, 'Fresh and grassy', 'approved'), (dan, 'DABBA-7', 5, 'Sturdy', 'pending')]):
        at = t - dt.timedelta(days=20 - n)
        rid = new_id()
        SEQ[0] += 1
        REVIEWS[rid] = {'id': rid, 'product_id': VARIANTS[sku]['id'], 'customer_id': u['id'], 'author': display_name(u), 'rating': rating, 'title': title,
                        'text': '', 'status': status, 'moderation_reason': None, 'created_at': fmt(at), 'seq': SEQ[0], 'seed': True,
                        'moderated_at': fmt(at + dt.timedelta(hours=3)) if status == 'approved' else None}
    for u, name, skus, shared in [(priya, 'Housewarming', ['TAWA-12', 'KANTHA-1'], False), (dan, 'Birthday', ['SAMPLER-6'], True)]:
        wid = new_id()
        WISHLISTS[wid] = {'id': wid, 'owner': u['id'], 'name': name, 'skus': skus, 'shared': shared,
                          'share_token': secrets.token_urlsafe(18) if shared else None, 'created_at': t - dt.timedelta(days=10)}


def place(uid, lines, address, voucher, at, discount=0):
    items = [line(k, q) for k, q in lines]
    cur = items[0]['unit_price']['currency']
    sub = sum(x['line_total']['amount'] for x in items)
    fee, free = SHIP[cur]
    base = sub if F('checkout-free-before-discount') else sub - discount
    if base > free if F('checkout-free-boundary') else base >= free:
        fee = 0
    if F('checkout-inr-fee') and cur == 'INR' and fee:
        fee = 599
    total = max(0, sub - discount + fee)
    o = {'id': new_id(), 'number': 'BM-%06d' % (len(ORDER_LIST) + 1001), 'customer_id': uid, 'status': 'placed', 'items': items,
         'item_count': sum(x['quantity'] for x in items), 'subtotal': money(sub, cur), 'discount': money(discount, cur),
         'shipping_fee': money(fee, cur), 'total': money(total, cur), 'voucher_code': voucher, 'shipping_address': address, 'payments': [],
         'shipments': [], 'refunds': [], 'history': [], 'notes': [], 'placed_at': at, 'updated_at': at, 'seq': len(ORDER_LIST) + 1, 'restocked': {}}
    if F('checkout-total-without-shipping'):
        o['total'] = money(sub - discount, cur)
    move(o, 'placed', None, at)
    ORDERS[o['id']] = o
    ORDER_LIST.append(o)
    return o


# ---------------------------------------------------------------- requests

class Rq:
    pass


OPS = []


def op(method, path, oid, scope=None, auth='required'):
    def deco(fn):
        OPS.append((method, path.strip('/').split('/'), oid, scope, auth, fn))
        return fn
    return deco


def q_int(rq, name, lo, hi, default=None):
    v = rq.query.get(name)
    if v is None:
        return default
    if not re.fullmatch(r'-?[0-9]{1,18}', v):
        raise bad(name, 'must be an integer')
    n = int(v)
    if n < lo or (hi is not None and n > hi):
        raise bad(name, 'is out of range')
    return n


def q_bool(rq, name, default=None):
    v = rq.query.get(name)
    if v is None:
        return default
    if v not in ('true', 'false'):
        raise bad(name, 'must be true or false')
    return v == 'true'


def q_str(rq, name, pat=None, lo=0, hi=None, enum=None):
    v = rq.query.get(name)
    if v is None:
        return None
    if len(v) < lo or (hi is not None and len(v) > hi) or (pat and not re.fullmatch(pat, v)) or (enum and v not in enum):
        raise bad(name, 'is not valid')
    return v


def q_dt(rq, name):
    v = rq.query.get(name)
    if v is None:
        return None
    d = parse_dt(v)
    if d is None:
        raise bad(name, 'must be a date-time')
    return d


def paging(rq):
    o = rq.oid
    hi = 100
    if F('products-per-page-limit') and o == 'listProducts':
        hi = None
    lo = 0 if F('reviews-page-zero') and o == 'listReviews' else 1
    return q_int(rq, 'page', lo, 100000, 1), q_int(rq, 'per_page', 1, hi, 10 if F('wish-per-page-default') and o == 'listWishLists' else 20)


def paged(rq, items, show, total=None):
    page, per = paging(rq)
    o = rq.oid
    page = max(page, 1)
    n = len(items)
    last = max(1, -(-n // per))
    start = (page - 1) * per
    if F('products-page-overlap') and o == 'listProducts' and page > 1:
        start -= 1
    if F('reviews-page-skip') and o == 'listReviews' and page > 1:
        start += 1
    if F('products-past-end') and o == 'listProducts' and page > last:
        start = (last - 1) * per
    out = [show(x) for x in items[start:start + per]]

    def url(p):
        q = [(k, v) for k, v in rq.pairs if k not in ('page', 'per_page')]
        if F('products-link-drops-filters') and o == 'listProducts':
            q = []
        q += [('page', p), ('per_page', per)]
        return '%s?%s' % (rq.path, '&'.join('%s=%s' % (quote(str(k), safe=''), quote(str(v), safe='')) for k, v in q))
    links = [(url(1), 'first'), (url(last), 'last')]
    if F('categories-link-no-last') and o == 'listCategories':
        links.pop()
    if page > 1 and not (F('products-link-no-prev') and o == 'listProducts'):
        links.append((url(min(page - 1, last)), 'prev'))
    if page < last or (F('low-stock-link-next-always') and o == 'listLowStock'):
        links.append((url(page + 1), 'next'))
    x = n if total is None else total
    if F('categories-total-page') and o == 'listCategories' or F('wish-total-page') and o == 'listWishLists':
        x = len(out)
    return 200, out, {'X-Total': str(x), 'Link': ', '.join('<%s>; rel="%s"' % l for l in links)}


def json_body(rq, name):
    return check(S[name], parse_json(rq))


def parse_json(rq):
    def no(x):
        raise ValueError(x)
    try:
        return json.loads(rq.body.decode('utf-8'), parse_constant=no)
    except (ValueError, RecursionError):
        raise bad('', 'the body is not valid JSON')


def product_of(rq):
    p = PRODUCTS.get(rq.p['product_id'].lower())
    if not p:
        raise not_found()
    return p


def order_of(rq, foreign_fault=None):
    o = ORDERS.get(rq.p['order_id'].lower())
    if not o:
        raise not_found()
    if rq.user['role'] == 'customer' and o['customer_id'] != rq.user['id'] and not (foreign_fault and F(foreign_fault)):
        raise not_found()
    return o


# ---------------------------------------------------------------- categories

@op('GET', '/categories', 'listCategories', auth='none')
def list_categories(rq):
    parent = q_str(rq, 'parent', SLUG, hi=40)
    depth = q_int(rq, 'max_depth', 1, 4)
    cs = list(CATS.values())
    if parent is not None:
        if F('categories-parent-descendants'):
            cs = [c for c in cs if parent in cat_path(c['slug'])[:-1]]
        else:
            cs = [c for c in cs if c['parent'] == parent]
    if depth is not None:
        if F('categories-max-depth'):
            cs = [c for c in cs if len(cat_path(c['slug'])) < depth]
        else:
            cs = [c for c in cs if len(cat_path(c['slug'])) <= depth]
    cs.sort(key=lambda c: c['slug'] if F('categories-sort-slug') else '/'.join(cat_path(c['slug'])))
    return paged(rq, cs, show_category)


@op('POST', '/categories', 'createCategory', 'catalog:write')
def create_category(rq):
    b = json_body(rq, 'category')
    if b['slug'] in CATS and not F('category-duplicate'):
        raise ApiError(409, 'already_exists', 'The slug is in use', '/slug')
    parent = b.get('parent')
    if parent is not None and parent not in CATS and not F('category-parent-unchecked'):
        raise ApiError(422, 'unknown_reference', 'The parent does not exist', '/parent')
    if parent is not None and len(cat_path(parent)) >= lim('category-depth-five', 4, 5):
        raise ApiError(422, 'category_too_deep', 'The tree has at most 4 levels', '/parent')
    if F('category-depth-three') and parent is not None and len(cat_path(parent)) >= 3:
        raise ApiError(422, 'category_too_deep', 'The tree has at most 4 levels', '/parent')
    if b['slug'] in CATS:
        parent = CATS[b['slug']]['parent']
    CATS[b['slug']] = {'slug': b['slug'], 'name': b['name'], 'parent': parent}
    return 201, show_category(CATS[b['slug']]), {}


# ---------------------------------------------------------------- products

@op('GET', '/products', 'listProducts', auth='none')
def list_products(rq):
    q = q_str(rq, 'q', lo=2, hi=60)
    cat = q_str(rq, 'category', SLUG, hi=40)
    lo, hi = q_int(rq, 'min_price', 0, None), q_int(rq, 'max_price', 0, None)
    cur = q_str(rq, 'currency', enum=['USD', 'INR'])
    stock = q_bool(rq, 'in_stock')
    sort = q_str(rq, 'sort', enum=['name', '-name', 'price', '-price', 'created_at', '-created_at']) or '-created_at'
    paging(rq)
    if lo is not None and hi is not None and lo > hi and not F('products-min-above-max'):
        raise bad('min_price', 'is above max_price')
    ps = [p for p in PRODUCTS.values() if p['status'] == 'active' or F('products-archived-listed')]
    all_n = len(ps)
    if q is not None:
        if F('products-q-case'):
            ps = [p for p in ps if q in p['name'] or q in (p['description'] or '')]
        elif F('products-q-name-only'):
            ps = [p for p in ps if q.lower() in p['name'].lower()]
        elif F('products-q-prefix'):
            ps = [p for p in ps if p['name'].lower().startswith(q.lower()) or q.lower() in (p['description'] or '').lower()]
        else:
            ps = [p for p in ps if q.lower() in p['name'].lower() or q.lower() in (p['description'] or '').lower()]
    if cat is not None:
        ps = [p for p in ps if (p['category'] == cat if F('products-category-exact') else in_category(p, cat))]
    if lo is not None:
        ps = [p for p in ps if (price_from(p)['amount'] > lo if F('products-min-exclusive') else price_from(p)['amount'] >= lo)]
    if hi is not None and not F('products-max-ignored'):
        ps = [p for p in ps if price_from(p)['amount'] <= hi]
    if cur is not None and not (F('products-filters-not-combined') and (cat is not None or q is not None)):
        ps = [p for p in ps if p['variants'][0]['price']['currency'] == cur]
    if stock is not None and not (F('products-in-stock-false') and stock is False):
        ps = [p for p in ps if in_stock(p) == stock]
    ps.sort(key=lambda p: p['id'])
    key = sort.lstrip('-')
    kf = {'name': lambda p: p['name'] if F('products-sort-case') else p['name'].lower(), 'price': lambda p: price_from(p)['amount'],
          'created_at': lambda p: p['created_at']}[key]
    rev = sort.startswith('-')
    if F('products-sort-price-desc') and sort == '-price':
        rev = False
    if F('products-default-oldest') and 'sort' not in rq.query:
        rev = False
    ps.sort(key=kf, reverse=rev)
    if F('products-sort-ignored-created') and sort == 'created_at':
        ps.sort(key=lambda p: p['id'])
    return paged(rq, ps, show_product, all_n if F('products-total-unfiltered') else None)


def etag_headers(p):
    return {'ETag': etag(p)}


@op('POST', '/products', 'createProduct', 'catalog:write')
def create_product(rq):
    b = json_body(rq, 'product')
    skus = [v['sku'] for v in b['variants']]
    if len(set(skus)) < len(skus) and not F('product-sku-twice'):
        raise ApiError(422, 'duplicate_sku', 'A SKU appears twice', '/variants')
    if len({v['price']['currency'] for v in b['variants']}) > 1 and not F('product-mixed-currency'):
        raise ApiError(422, 'mixed_currency', 'All variants must have the same currency', '/variants')
    if b['category'] not in CATS and not F('product-category-unchecked'):
        raise ApiError(422, 'unknown_reference', 'The category does not exist', '/category')
    if any(k in VARIANTS for k in skus) and not F('product-sku-taken'):
        raise ApiError(409, 'already_exists', 'A SKU belongs to another product', '/variants')
    at = now()
    p = {'id': new_id(), 'name': b['name'], 'description': None if F('product-description-lost') else b.get('description'), 'category': b['category'],
         'status': lim('product-created-archived', 'active', 'archived'),
         'variants': [{'sku': v['sku'], 'label': v['label'], 'price': v['price'], 'stock': v.get('stock', 0),
                       'low_stock_threshold': v.get('low_stock_threshold', lim('product-threshold-default', 5, 0))} for v in b['variants']],
         'image_ids': [], 'created_at': at, 'updated_at': at, 'version': 1}
    if F('product-variants-sorted'):
        p['variants'].sort(key=lambda v: v['sku'])
    PRODUCTS[p['id']] = p
    for k in skus:
        if k not in VARIANTS:
            VARIANTS[k] = p
    h = etag_headers(p)
    if not F('product-location-missing'):
        h['Location'] = '/products/' + p['id']
    return 201, show_product(p), h


@op('GET', '/products/{product_id}', 'getProduct', auth='none')
def get_product(rq):
    p = product_of(rq)
    if p['status'] == 'archived' and F('product-archived-hidden'):
        raise not_found()
    inm = rq.headers.get('If-None-Match')
    if inm is not None and not F('product-never-304'):
        tags = [t.strip() for t in inm.split(',')]
        tags = [t[2:] if t.startswith('W/') else t for t in tags]
        if '*' in tags or etag(p) in tags:
            return 304, None, etag_headers(p)
    return 200, show_product(p), {} if F('product-etag-missing') else etag_headers(p)


@op('PATCH', '/products/{product_id}', 'updateProduct', 'catalog:write')
def update_product(rq):
    p = product_of(rq)
    im = rq.headers.get('If-Match')
    if im is None and not F('patch-without-if-match'):
        raise ApiError(428, 'precondition_required', 'If-Match is required', 'If-Match')
    if im is not None and not F('patch-outdated-etag'):
        tags = [t.strip() for t in im.split(',')]
        if '*' not in tags and etag(p) not in tags:
            raise ApiError(412, 'precondition_failed', 'The product was changed in the meantime', 'If-Match')
    b = json_body(rq, 'patch')
    if F('patch-race'):
        pause()
    if F('patch-partly-stored') and 'name' in b:
        p['name'] = b['name']
    if 'category' in b and b['category'] not in CATS and not F('patch-category-unchecked'):
        raise ApiError(422, 'unknown_reference', 'The category does not exist', '/category')
    if F('patch-null-ignored') and b.get('description', 1) is None:
        b.pop('description')
    if F('patch-drops-description') and 'description' not in b:
        b['description'] = None
    if F('patch-status-ignored'):
        b.pop('status', None)
    p.update(b)
    if not F('patch-updated-at'):
        p['updated_at'] = now()
    if not F('patch-same-etag'):
        touch(p)
    return 200, show_product(p), etag_headers(p)


# ---------------------------------------------------------------- images

@op('POST', '/products/{product_id}/images', 'uploadProductImage', 'catalog:write')
def upload_image(rq):
    p = product_of(rq)
    ct = (rq.headers.get('Content-Type') or '').split(';')[0].strip().lower()
    sigs = {'image/png': b'\x89PNG\r\n\x1a\n', 'image/jpeg': b'\xff\xd8\xff'}
    if F('image-gif-accepted'):
        sigs['image/gif'] = b''
    if ct not in sigs:
        raise ApiError(415, 'unsupported_media_type', 'Only PNG and JPEG are accepted', 'Content-Type')
    if len(rq.body) > lim('image-too-large', 65536, 200000) or (F('image-limit-off-by-one') and len(rq.body) == 65536):
        raise ApiError(413, 'payload_too_large', 'The file has more than 65536 bytes')
    if not rq.body or not (rq.body.startswith(sigs[ct]) or F('image-signature-unchecked')):
        raise bad('', 'the body is not an image of this type')
    im = {'id': new_id(), 'product_id': p['id'], 'content_type': ct, 'size': len(rq.body), 'sha256': hashlib.sha256(rq.body).hexdigest(),
          'uploaded_at': fmt(now())}
    if F('image-sha256-wrong'):
        im['sha256'] = hashlib.sha256(rq.body[:64]).hexdigest()
    if F('image-size-wrong'):
        im['size'] = max(1, len(rq.body) // 1024)
    IMAGES[im['id']] = dict(im, data=rq.body)
    if F('image-order-reversed'):
        p['image_ids'].insert(0, im['id'])
    elif not F('image-not-appended'):
        p['image_ids'].append(im['id'])
    if not F('image-etag-same'):
        touch(p)
    return 201, im, {'Location': '/products/%s/images/%s' % (p['id'], im['id'])}


@op('GET', '/products/{product_id}/images/{image_id}', 'downloadProductImage', auth='none')
def download_image(rq):
    p = product_of(rq)
    im = IMAGES.get(rq.p['image_id'].lower())
    if not im or (im['product_id'] != p['id'] and not F('image-any-product')):
        raise not_found()
    data = im['data']
    if F('image-truncated'):
        data = data[:-1]
    h = {'Content-Type': 'image/png' if F('image-type-always-png') else im['content_type'], 'Cache-Control': 'public, max-age=86400'}
    if F('image-cache-control'):
        h.pop('Cache-Control')
    return 200, data, h


# ---------------------------------------------------------------- reviews

@op('GET', '/products/{product_id}/reviews', 'listReviews', None, 'optional')
def list_reviews(rq):
    moderator = rq.user is not None and 'reviews:moderate' in SCOPES[rq.user['role']]
    if 'status' in rq.query and not moderator and not (F('reviews-status-open') and rq.user):
        if rq.user is None:
            if F('reviews-status-anonymous-403'):
                raise ApiError(403, 'insufficient_scope', 'Only moderators may filter by status', 'status')
            raise unauthenticated()
        raise ApiError(403, 'insufficient_scope', 'Only moderators may filter by status', 'status')
    p = product_of(rq)
    status = q_str(rq, 'status', enum=['pending', 'approved', 'rejected'])
    lo = q_int(rq, 'min_rating', 1, 5)
    paging(rq)
    rs = [r for r in REVIEWS.values() if r['product_id'] == p['id']]
    if status is None and F('reviews-moderator-all') and moderator:
        pass
    elif status is None and F('reviews-pending-shown'):
        rs = [r for r in rs if r['status'] != 'rejected']
    elif status is None and F('reviews-rejected-shown'):
        rs = [r for r in rs if r['status'] != 'pending']
    else:
        rs = [r for r in rs if r['status'] == (status or 'approved')]
    if lo is not None:
        rs = [r for r in rs if (r['rating'] > lo if F('reviews-min-rating-exclusive') else r['rating'] >= lo)]
    rs.sort(key=lambda r: r['seq'], reverse=not F('reviews-oldest-first'))
    return paged(rq, rs, show_review)


@op('POST', '/products/{product_id}/reviews', 'createReview', 'reviews:write')
def create_review(rq):
    p = product_of(rq)
    b = json_body(rq, 'review')
    u = rq.user
    ok = ['delivered', 'returned']
    if F('review-before-delivery'):
        ok += ['paid', 'packed', 'shipped']
    if F('review-returned-refused'):
        ok.remove('returned')
    bought = any(o['status'] in ok and (o['customer_id'] == u['id'] or F('review-any-buyer')) and any(x['product_id'] == p['id'] for x in o['items'])
                 for o in ORDER_LIST)
    if not bought and not F('review-without-purchase'):
        raise ApiError(403, 'not_a_buyer', 'Only buyers can review the product')
    mine = [r for r in REVIEWS.values() if r['product_id'] == p['id'] and r['customer_id'] == u['id']]
    if F('review-again-after-rejection'):
        mine = [r for r in mine if r['status'] != 'rejected']
    if F('review-one-per-customer'):
        mine = [r for r in REVIEWS.values() if r['customer_id'] == u['id']]
    if mine and not F('review-twice'):
        raise ApiError(409, 'already_reviewed', 'You have reviewed this product already')
    if F('review-race'):
        pause()
    SEQ[0] += 1
    r = {'id': new_id(), 'product_id': p['id'], 'customer_id': u['id'], 'author': u['name'] if F('review-full-name') else display_name(u),
         'rating': b['rating'], 'title': b['title'], 'text': b.get('text', ''), 'status': 'pending', 'moderation_reason': None,
         'created_at': fmt(now()), 'moderated_at': None, 'seq': SEQ[0]}
    if F('review-approved-at-once'):
        r['status'], r['moderated_at'] = 'approved', r['created_at']
        touch(p)
    REVIEWS[r['id']] = r
    return 201, show_review(r), {}


@op('PUT', '/reviews/{review_id}/moderation', 'moderateReview', 'reviews:moderate')
def moderate(rq):
    r = REVIEWS.get(rq.p['review_id'].lower())
    if not r:
        raise not_found()
    b = json_body(rq, 'moderation')
    if b['decision'] == 'rejected' and 'reason' not in b and not F('moderation-without-reason'):
        raise ApiError(422, 'reason_required', 'A rejection needs a reason', '/reason')
    if r['status'] != 'pending' and not F('moderation-again'):
        raise ApiError(409, 'already_moderated', 'The review was moderated already')
    r['status'] = 'approved' if F('moderation-always-approves') else b['decision']
    r['moderation_reason'] = None if F('moderation-reason-lost') else b.get('reason')
    r['moderated_at'] = None if F('moderation-time-missing') else fmt(now())
    if r['status'] == 'approved' and not F('moderation-etag-same'):
        touch(PRODUCTS[r['product_id']])
    return 200, show_review(r), {}


# ---------------------------------------------------------------- stock and prices

@op('POST', '/variants/{sku}/stock-adjustments', 'adjustStock', 'stock:write')
def adjust_stock(rq):
    sku = rq.p['sku']
    if sku not in VARIANTS:
        raise not_found()
    b = json_body(rq, 'adjust')
    v = variant_of(sku)
    before = v['stock']
    after = before + b['delta']
    if F('stock-clamped') and after < 0:
        after = 0
    if F('stock-zero-refused') and after == 0:
        after = -1
    if after < 0 or (after > 100000 and not F('stock-above-limit')):
        raise ApiError(409, 'stock_out_of_range', 'The stock would be out of range', '/delta')
    if F('stock-race'):
        pause()
    v['stock'] = after
    if F('stock-adjusts-first-variant'):
        v['stock'] = before
        VARIANTS[sku]['variants'][0]['stock'] = after
    if not F('stock-etag-same'):
        touch(VARIANTS[sku])
    return 201, {'id': new_id(), 'sku': sku, 'delta': b['delta'], 'stock_before': after if F('stock-before-wrong') else before, 'stock_after': after,
                 'reason': b['reason'], 'comment': None if F('stock-comment-lost') else b.get('comment'),
                 'adjusted_by': rq.user['id'], 'adjusted_at': fmt(now())}, {}


@op('GET', '/reports/low-stock', 'listLowStock', 'stock:read')
def low_stock(rq):
    th = q_int(rq, 'threshold', 0, 1000)
    if F('low-stock-threshold-ignored'):
        th = None
    cat = q_str(rq, 'category', SLUG, hi=40)
    paging(rq)
    out = []
    for p in PRODUCTS.values():
        if p['status'] != 'active' and not F('low-stock-archived'):
            continue
        if cat is not None and not (p['category'] == cat if F('low-stock-category-exact') else in_category(p, cat)):
            continue
        for v in p['variants']:
            t = v['low_stock_threshold'] if th is None else th
            if v['stock'] < t if F('low-stock-below-only') else v['stock'] <= t:
                out.append({'sku': v['sku'], 'product_id': p['id'], 'product_name': p['name'], 'stock': v['stock'],
                            'threshold': v['low_stock_threshold'] if F('low-stock-threshold-shown') else t,
                            'shortage': t - v['stock'] + (1 if F('low-stock-shortage') else 0)})
    if F('low-stock-sort-sku'):
        out.sort(key=lambda x: x['sku'])
    elif F('low-stock-sort-shortage'):
        out.sort(key=lambda x: (-x['stock'], x['sku']))
    else:
        out.sort(key=lambda x: (x['stock'], x['sku']))
    return paged(rq, out, lambda x: x)


@op('POST', '/price-imports', 'importPrices', 'catalog:write')
def import_prices(rq):
    ct = (rq.headers.get('Content-Type') or '').split(';')[0].strip().lower()
    if ct != 'text/csv' and not F('import-any-media-type'):
        raise ApiError(415, 'unsupported_media_type', 'Only text/csv is accepted', 'Content-Type')
    dry = q_bool(rq, 'dry_run', False)
    try:
        text = rq.body.decode('utf-8')
    except UnicodeDecodeError:
        raise bad('', 'the body is not UTF-8')
    lines = [x[:-1] if x.endswith('\r') else x for x in text.split('\n')]
    if lines[0] != 'sku,amount,currency' and not F('import-header-unchecked'):
        raise bad('', 'the first line must be sku,amount,currency')
    data = [(n, x) for n, x in enumerate(lines[1:], 2) if x != '']
    if (not data and not F('import-empty-accepted')) or len(data) > lim('import-501-lines', 500, 1000):
        raise bad('', 'there must be 1 to 500 lines')
    rows, seen, stop = [], set(), False
    for n, x in data:
        f = x.split(',')
        issue = None
        if len(f) != 3:
            issue = 'must have three fields'
        elif f[0] not in VARIANTS:
            issue = 'unknown SKU'
        elif f[0] in seen and not F('import-duplicate-applied'):
            issue = 'SKU was already in the file'
        elif not re.fullmatch(r'[0-9]{1,12}', f[1]) or not (lim('import-zero-price', 1, 0) <= int(f[1]) <= 100000000):
            issue = 'amount must be a whole number from 1 to 100000000'
        elif f[2] != variant_of(f[0])['price']['currency'] and not F('import-currency-unchecked'):
            issue = 'currency differs from that of the product'
        if stop:
            issue = issue or 'a line before was rejected'
        if len(f) == 3:
            seen.add(f[0])
        if issue is None and (not dry or F('import-dry-run-applies')) and not F('import-not-applied'):
            variant_of(f[0])['price']['amount'] = int(f[1])
            touch(VARIANTS[f[0]])
        if issue and F('import-stops'):
            stop = True
        rows.append({'line': n - 1 if F('import-line-numbers') else n, 'sku': f[0], 'result': 'rejected' if issue else 'applied', 'issue': issue})
    ok = sum(1 for r in rows if r['result'] == 'applied')
    if F('import-rejected-rows-missing'):
        rows = [r for r in rows if r['result'] == 'applied']
    return 200, {'dry_run': False if F('import-dry-run-flag') else dry, 'applied': len(data) if F('import-applied-count') else ok,
                 'rejected': len(data) - ok, 'rows': rows}, {}


# ---------------------------------------------------------------- cart, vouchers, checkout

@op('GET', '/cart', 'getCart', 'cart:write')
def get_cart(rq):
    return 200, show_cart(rq.user['id']), {}


@op('PUT', '/cart/items/{sku}', 'putCartItem', 'cart:write')
def put_cart_item(rq):
    sku = rq.p['sku']
    if sku not in VARIANTS:
        raise not_found()
    qty = json_body(rq, 'cart_item')['quantity']
    cart = cart_of(rq.user['id'])
    if qty == 0:
        if sku not in cart and F('cart-zero-404'):
            raise not_found()
        if not F('cart-zero-ignored'):
            cart.pop(sku, None)
        return 200, show_cart(rq.user['id']), {}
    p, v = VARIANTS[sku], variant_of(sku)
    if p['status'] == 'archived' and not F('cart-archived'):
        raise ApiError(409, 'product_archived', 'The product cannot be bought any more')
    if any(variant_of(k)['price']['currency'] != v['price']['currency'] for k in cart if k != sku) and not F('cart-mixed-currency'):
        raise ApiError(409, 'currency_mismatch', 'All items must have the same currency')
    if sku not in cart and len(cart) >= lim('cart-eleven-items', 10, 11):
        raise ApiError(409, 'cart_full', 'The cart has at most 10 different items')
    if (qty > v['stock'] and not F('cart-stock-unchecked')) or (F('cart-stock-boundary') and qty == v['stock']):
        raise ApiError(409, 'insufficient_stock', 'There are not so many in stock', '/quantity')
    if F('cart-adds') and sku in cart:
        qty = min(20, qty + cart[sku]['qty'])
    if F('cart-order-changes'):
        cart.pop(sku, None)
    cart[sku] = {'qty': qty, 'price': cart[sku]['price'] if sku in cart else dict(v['price'])}
    if F('cart-reserves-stock'):
        v['stock'] -= min(qty, v['stock'])
        touch(p)
    return 200, show_cart(rq.user['id']), {}


@op('POST', '/vouchers', 'createVoucher', 'vouchers:write')
def create_voucher(rq):
    b = json_body(rq, 'voucher')
    pct, fixed = b['kind'] == 'percentage', b['kind'] == 'fixed'
    wrong = (pct and ('percent' not in b) or fixed and ('amount' not in b))
    both = (pct and 'amount' in b) or (fixed and 'percent' in b)
    frm, until = parse_dt(b['valid_from']) or now(), parse_dt(b['valid_until'])
    if wrong or (both and not F('voucher-both-values')) or (until <= frm and not F('voucher-until-before-from')) and not (F('voucher-equal-times') and until == frm):
        raise ApiError(422, 'invalid_voucher_terms', 'The terms of the voucher do not fit together')
    if b['code'] in VOUCHERS and not F('voucher-duplicate'):
        raise ApiError(409, 'already_exists', 'The code is in use', '/code')
    v = {'code': b['code'], 'kind': b['kind'], 'percent': b.get('percent'), 'amount': b.get('amount'), 'valid_from': frm, 'valid_until': until,
         'max_uses': b['max_uses'], 'used_count': 0, 'minimum_order_value': b.get('minimum_order_value'), 'created_at': now()}
    if F('voucher-minimum-lost'):
        v['minimum_order_value'] = None
    VOUCHERS[v['code']] = v
    return 201, show_voucher(v), {}


def idem_key(rq, fault):
    k = rq.headers.get('Idempotency-Key')
    if k is None and F(fault):
        return secrets.token_hex(8)
    if k is None or not re.fullmatch(r'[A-Za-z0-9_-]{8,64}', k):
        raise bad('Idempotency-Key', 'is required and must have 8 to 64 characters')
    return k


def voucher_error(msg):
    return ApiError(422, 'voucher_not_applicable', msg, '/voucher_code')


@op('POST', '/checkout', 'checkout', 'checkout:write')
def checkout(rq):
    key = idem_key(rq, 'checkout-key-optional')
    b = json_body(rq, 'checkout')
    uid = rq.user['id']
    ik = ('checkout', 'all' if F('checkout-key-global') else uid, key)
    old = IDEM.get(ik)
    if old and not F('checkout-key-ignored'):
        if old[0] != b and not F('checkout-key-other-body'):
            raise ApiError(409, 'idempotency_key_reused', 'The key was used for another request', 'Idempotency-Key')
        h = {'Location': '/orders/' + old[1]['id'], 'Idempotency-Replayed': 'true'}
        if F('checkout-replay-header'):
            h.pop('Idempotency-Replayed')
        if F('checkout-replay-empties-cart'):
            cart_of(uid).clear()
        return (200 if F('checkout-replay-200') else 201), show_order(ORDERS[old[1]['id']], rq.user) if F('checkout-replay-current') else old[1], h
    a = b['shipping_address']
    us = r'[0-9]{5}(-[0-9]{4})?'
    if F('checkout-zip4-refused'):
        us = r'[0-9]{5}'
    pat = us if a['country'] == 'US' else lim('checkout-pin-leading-zero', r'[1-9][0-9]{5}', r'[0-9]{6}')
    if not re.fullmatch(pat, a['postal_code']) and not F('checkout-postal-unchecked'):
        raise ApiError(422, 'postal_code_invalid', 'The postal code does not fit the country', '/shipping_address/postal_code')
    cart = dict(cart_of(uid))
    if not cart:
        raise ApiError(409, 'cart_empty', 'The cart is empty')
    if F('checkout-idempotency-race'):
        pause()
    lines = [(k, q['qty']) for k, q in cart.items()]
    for k, q in lines:
        if VARIANTS[k]['status'] == 'archived' and not F('checkout-archived'):
            raise ApiError(409, 'product_archived', 'The product %s cannot be bought any more' % k)
    if F('checkout-partial'):
        lines = [(k, q) for k, q in lines if variant_of(k)['stock'] >= q] or lines
    for k, q in lines:
        if variant_of(k)['stock'] < q and not F('checkout-oversell'):
            raise ApiError(409, 'insufficient_stock', 'There are not so many in stock of ' + k)
    sub = sum(variant_of(k)['price']['amount'] * q for k, q in lines)
    cur = variant_of(lines[0][0])['price']['currency']
    disc, v = 0, None
    if 'voucher_code' in b:
        v = VOUCHERS.get(b['voucher_code'])
        t = now()
        if not v and not F('checkout-unknown-voucher'):
            raise voucher_error('The voucher does not exist')
    if v:
        if t < v['valid_from'] and not F('checkout-voucher-early') or t >= v['valid_until'] and not F('checkout-voucher-expired'):
            raise voucher_error('The voucher is not valid now')
        if v['used_count'] >= v['max_uses'] + (1 if F('checkout-voucher-one-more') else 0) and not F('checkout-voucher-unlimited'):
            raise voucher_error('The voucher was used up')
        m = v['minimum_order_value']
        if any(x and x['currency'] != cur for x in (m, v['amount'])) and not F('checkout-voucher-currency'):
            raise voucher_error('The voucher is for another currency')
        if m and (sub <= m['amount'] if F('checkout-minimum-exclusive') else sub < m['amount']) and not F('checkout-minimum-ignored'):
            raise voucher_error('The subtotal is below the minimum order value')
        if v['kind'] == 'percentage':
            disc = sub * v['percent'] // 100
            if F('checkout-discount-rounded-up'):
                disc = -(-sub * v['percent'] // 100)
        else:
            disc = v['amount']['amount'] if F('checkout-fixed-not-capped') else min(sub, v['amount']['amount'])
        if F('checkout-voucher-race'):
            pause()
    at = now()
    # the total is computed on trial, before anything changes
    trial = place(uid, lines, None, None, at, disc)
    ORDER_LIST.pop()
    del ORDERS[trial['id']]
    if 'expected_total' in b and b['expected_total'] != trial['total'] and not F('checkout-expected-total'):
        raise ApiError(409, 'total_changed', 'The total is %d' % trial['total']['amount'], '/expected_total')
    stocks = {k: variant_of(k)['stock'] for k, q in lines}
    if F('checkout-stock-race'):
        pause()
    for n, (k, q) in enumerate(lines):
        if F('checkout-stock-not-reduced') or (F('checkout-stock-first-only') and n > 0):
            continue
        variant_of(k)['stock'] = max(0, stocks[k] - (1 if F('checkout-stock-by-one') else q))
        touch(VARIANTS[k])
    o = place(uid, lines, copy.deepcopy(a), v['code'] if v else None, at, disc)
    if v:
        v['used_count'] += 1
    if not F('checkout-cart-kept'):
        cart_of(uid).clear()
    out = show_order(o, rq.user)
    if not F('checkout-key-forgotten'):
        IDEM[ik] = (b, copy.deepcopy(out))
    return 201, out, {'Location': '/orders/' + o['id']}


# ---------------------------------------------------------------- orders

STATES = ['placed', 'paid', 'packed', 'shipped', 'delivered', 'cancelled', 'returned']


@op('GET', '/orders', 'listOrders', 'orders:read')
def list_orders(rq):
    u = rq.user
    status = q_str(rq, 'status', enum=STATES)
    cid = q_str(rq, 'customer_id', UUID_RE.pattern)
    sku = q_str(rq, 'sku', SKU)
    frm, bef = q_dt(rq, 'placed_from'), q_dt(rq, 'placed_before')
    limit = q_int(rq, 'limit', 1, lim('orders-limit-100', 50, 100), 20)
    cur = q_str(rq, 'cursor', lo=1, hi=200)
    after = None
    if cur is not None:
        try:
            m = re.fullmatch(r'o:([0-9]{1,9})', base64.urlsafe_b64decode(cur.encode('ascii')).decode('ascii'))
        except (ValueError, UnicodeError):
            m = None
        if not m or base64.urlsafe_b64encode(m.group(0).encode()).decode() != cur:
            if not F('orders-bad-cursor'):
                raise bad('cursor', 'is not a cursor of this list')
        else:
            after = int(m.group(1))
    if u['role'] == 'customer' and cid is not None and cid.lower() != u['id'] and not F('orders-foreign-filter'):
        raise ApiError(403, 'not_allowed', 'You can only list your own orders', 'customer_id')
    os_ = list(ORDER_LIST)
    if u['role'] == 'customer' and not F('orders-all-visible') and not (F('orders-foreign-filter') and cid is not None):
        os_ = [o for o in os_ if o['customer_id'] == u['id']]
    if u['role'] == 'warehouse' and not F('orders-warehouse-placed'):
        os_ = [o for o in os_ if o['status'] != 'placed']
    if u['role'] == 'support' and F('orders-support-no-placed'):
        os_ = [o for o in os_ if o['status'] != 'placed']
    if status is not None and not F('orders-status-ignored'):
        os_ = [o for o in os_ if o['status'] == status]
        if F('orders-status-history'):
            os_ = [o for o in ORDER_LIST if o in os_ or (any(h['status'] == status for h in o['history']) and u['role'] in ('admin', 'support'))]
    if cid is not None and not F('orders-customer-ignored'):
        os_ = [o for o in os_ if o['customer_id'] == cid.lower()]
    if sku is not None:
        os_ = [o for o in os_ if any(x['sku'] == sku for x in (o['items'][:1] if F('orders-sku-first-item') else o['items']))]
    if frm is not None:
        os_ = [o for o in os_ if (o['placed_at'] > frm if F('orders-from-exclusive') else o['placed_at'] >= frm)]
    if bef is not None:
        os_ = [o for o in os_ if (o['placed_at'] <= bef if F('orders-before-inclusive') else o['placed_at'] < bef)]
    os_.sort(key=lambda o: o['seq'], reverse=not F('orders-oldest-first'))
    if F('orders-cursor-shifts'):
        start = after or 0
        page = os_[start:start + limit]
        nxt = start + limit if start + limit < len(os_) else None
    else:
        if after is not None:
            os_ = [o for o in os_ if (o['seq'] > after if F('orders-oldest-first') else o['seq'] <= after if F('orders-cursor-repeats') else o['seq'] < after)]
            if F('orders-cursor-skips'):
                os_ = os_[1:]
        page = os_[:limit]
        nxt = page[-1]['seq'] if len(os_) > limit or (F('orders-cursor-never-null') and page) else None
    tok = None if nxt is None else base64.urlsafe_b64encode(b'o:%d' % nxt).decode()
    return 200, {'items': [summary(o) for o in page], 'next_cursor': tok}, {}


@op('GET', '/orders/{order_id}', 'getOrder', 'orders:read')
def get_order(rq):
    o = order_of(rq, 'order-foreign-visible')
    if rq.user['role'] == 'warehouse' and o['status'] == 'placed' and not F('order-warehouse-placed'):
        raise ApiError(403, 'not_allowed', 'The order is not paid yet')
    return 200, show_order(o, rq.user), {}


@op('POST', '/orders/{order_id}/payments', 'payOrder', 'checkout:write')
def pay_order(rq):
    o = order_of(rq, 'pay-foreign-order')
    raw = parse_json(rq)
    if not isinstance(raw, dict) or raw.get('method') not in ('card', 'upi', 'bank_transfer'):
        raise bad('/method', 'must be one of card, upi, bank_transfer')
    b = check(S[raw['method']], raw)
    if o['status'] != 'placed' and not (F('pay-twice') and o['status'] == 'paid') and not (F('pay-cancelled') and o['status'] == 'cancelled'):
        raise ApiError(409, 'invalid_state', 'The order is ' + o['status'])
    t, a = o['total'], b['amount']
    if a != t and not (F('pay-less') and a['currency'] == t['currency'] and a['amount'] < t['amount']) \
            and not (F('pay-more') and a['currency'] == t['currency'] and a['amount'] > t['amount']) \
            and not (F('pay-other-currency') and a['amount'] == t['amount']):
        raise ApiError(422, 'amount_mismatch', 'The amount must be the total of the order', '/amount')
    if b['method'] == 'upi' and t['currency'] != 'INR' and not F('pay-upi-usd'):
        raise ApiError(422, 'method_not_available', 'UPI works for INR only', '/method')
    if b.get('card_token') == 'tok_declined' and not F('pay-declined-captured'):
        if F('pay-declined-pays'):
            move(o, 'paid')
        if F('pay-declined-cancels'):
            move(o, 'cancelled')
        raise ApiError(402, 'payment_declined', 'The card was declined', '/card_token')
    if F('pay-race'):
        pause()
    at = now()
    pay = {'id': new_id(), 'method': b['method'], 'amount': dict(a), 'captured_at': fmt(at)}
    if not F('pay-not-listed'):
        o['payments'].append(pay)
    if not F('pay-status-kept'):
        move(o, 'paid', None, at)
    if F('pay-token-leak') and 'card_token' in b:
        pay = dict(pay, card_token=b['card_token'])
    return 201, pay, {}


TRANSITIONS = {'packed': (['paid'], {'warehouse', 'admin'}), 'shipped': (['packed'], {'warehouse', 'admin'}),
               'delivered': (['shipped'], {'warehouse', 'admin'}), 'cancelled': (['placed', 'paid'], {'customer', 'support', 'admin'}),
               'returned': (['delivered'], {'support', 'admin'})}


@op('POST', '/orders/{order_id}/transitions', 'transitionOrder', 'orders:write')
def transition(rq):
    o = order_of(rq, 'transition-foreign-order')
    b = json_body(rq, 'transition')
    to, role = b['to'], rq.user['role']
    sources, roles = TRANSITIONS[to]
    sources, roles = list(sources), set(roles)
    if to == 'cancelled' and role == 'customer' and not F('transition-customer-cancels-paid'):
        sources = ['placed']
    if F('transition-support-packs') and to == 'packed':
        roles.add('support')
    if F('transition-warehouse-cancels') and to == 'cancelled':
        roles.add('warehouse')
    if F('transition-customer-returns') and to == 'returned':
        roles.add('customer')
    if F('transition-customer-delivers') and to == 'delivered':
        roles.add('customer')
    if F('transition-ship-unpacked') and to == 'shipped':
        sources.append('paid')
    if F('transition-pack-unpaid') and to == 'packed':
        sources.append('placed')
    if F('transition-deliver-packed') and to == 'delivered':
        sources.append('packed')
    if F('transition-cancel-packed') and to == 'cancelled' and role != 'customer':
        sources.append('packed')
    if F('transition-return-shipped') and to == 'returned':
        sources.append('shipped')
    if F('transition-cancel-paid-refused') and to == 'cancelled':
        sources = ['placed']
    if F('transition-repeat-delivered') and to == 'delivered':
        sources.append('delivered')
    if role not in roles:
        raise ApiError(403, 'not_allowed', 'Your role may not do this', '/to')
    if to == 'shipped' and ('carrier' not in b or 'tracking_number' not in b):
        if F('transition-tracking-optional') and 'carrier' in b:
            b['tracking_number'] = 'UNKNOWN%d' % o['seq']
        else:
            raise ApiError(422, 'tracking_required', 'carrier and tracking_number are needed', '/tracking_number')
    if 'reason' not in b and (to == 'returned' and not F('transition-return-no-reason') or
                              to == 'cancelled' and role != 'customer' and not F('transition-cancel-no-reason')):
        raise ApiError(422, 'reason_required', 'A reason is needed', '/reason')
    if o['status'] not in sources:
        raise ApiError(409, 'invalid_state', 'The order is ' + o['status'], '/to')
    at = now()
    if to == 'shipped':
        tk = (b['carrier'], b['tracking_number'])
        taken = tk in TRACKING or (F('transition-tracking-any-carrier') and any(x[1] == tk[1] for x in TRACKING))
        if taken and not F('transition-tracking-reused'):
            raise ApiError(409, 'tracking_number_taken', 'The tracking number was used already', '/tracking_number')
        TRACKING.add(tk)
        if not F('transition-no-shipment'):
            o['shipments'].append({'id': new_id(), 'carrier': b['carrier'], 'tracking_number': b['tracking_number'], 'shipped_at': fmt(at), 'delivered_at': None})
    if to == 'delivered' and o['shipments'] and not F('transition-delivered-at'):
        o['shipments'][-1]['delivered_at'] = fmt(at)
    if to == 'cancelled' or (to == 'returned' and F('transition-return-restocks')):
        if not (F('transition-cancel-no-restock') and to == 'cancelled'):
            for x in (o['items'][:1] if F('transition-cancel-restocks-first') else o['items']):
                v = variant_of(x['sku'])
                v['stock'] = min(100000, v['stock'] + x['quantity'])
                touch(VARIANTS[x['sku']])
    if to == 'cancelled':
        if o['voucher_code'] and not F('transition-cancel-voucher'):
            VOUCHERS[o['voucher_code']]['used_count'] -= 1
        if o['status'] == 'paid' and not F('transition-cancel-no-refund'):
            amt = o['subtotal']['amount'] if F('transition-cancel-refund-subtotal') else o['total']['amount']
            o['refunds'].append({'id': new_id(), 'amount': money(amt, o['total']['currency']), 'reason': 'cancellation', 'restocked': o['item_count'],
                                 'created_at': fmt(at)})
    move(o, to, None if F('transition-reason-lost') else b.get('reason'), at)
    return 200, show_order(o, rq.user), {}


@op('POST', '/orders/{order_id}/refunds', 'refundOrder', 'refunds:write')
def refund(rq):
    o = order_of(rq)
    key = idem_key(rq, 'refund-key-optional')
    b = json_body(rq, 'refund')
    ik = ('refund', rq.user['id'], key)
    old = IDEM.get(ik)
    if old and not F('refund-key-ignored'):
        if (old[0] != b and not F('refund-key-other-body')) or (old[2] != o['id'] and not F('refund-key-other-order')):
            raise ApiError(409, 'idempotency_key_reused', 'The key was used for another request', 'Idempotency-Key')
        if F('refund-replay-again'):
            o['refunds'].append(dict(old[1], id=new_id()))
        return 201, old[1], {} if F('refund-replay-header') else {'Idempotency-Replayed': 'true'}
    ok = ['shipped', 'delivered', 'returned'] + (['paid', 'packed'] if F('refund-too-early') else [])
    if F('refund-shipped-refused'):
        ok.remove('shipped')
    if o['status'] not in ok:
        raise ApiError(409, 'invalid_state', 'The order is ' + o['status'])
    t, a = o['total'], b['amount']
    if a['currency'] != t['currency'] and not F('refund-currency-unchecked'):
        raise ApiError(422, 'amount_mismatch', 'The currency must be that of the order', '/amount/currency')
    if b['reason'] == 'goodwill' and (rq.user['role'] != 'admin' or F('refund-goodwill-admin-limited')) and not F('refund-goodwill-unlimited'):
        if a['amount'] > t['amount'] * lim('refund-goodwill-25', 20, 25) // 100:
            raise ApiError(422, 'goodwill_limit', 'Goodwill is at most 20 % of the total', '/amount')
    want = {}
    for x in b.get('restock', []):
        want[x['sku']] = want.get(x['sku'], 0) + x['quantity']
    for k, n in want.items():
        ordered = sum(x['quantity'] for x in o['items'] if x['sku'] == k)
        before = 0 if F('refund-restock-not-summed') else o['restocked'].get(k, 0)
        if F('refund-restock-any-sku') and not ordered and k in VARIANTS:
            continue
        if before + n > ordered and not (F('refund-restock-too-many') and ordered):
            raise ApiError(422, 'restock_invalid', 'There are not so many of %s in this order' % k, '/restock')
    done = 0 if F('refund-each-alone') else refunded(o)
    if done + a['amount'] > t['amount'] or (F('refund-full-refused') and done + a['amount'] == t['amount']):
        raise ApiError(409, 'refund_exceeds_total', 'Only %d are left to refund' % (t['amount'] - done), '/amount')
    if F('refund-race'):
        pause()
    for k, n in want.items():
        o['restocked'][k] = o['restocked'].get(k, 0) + n
        if not F('refund-no-restock'):
            v = variant_of(k)
            v['stock'] = min(100000, v['stock'] + (1 if F('refund-restock-one') else n))
            touch(VARIANTS[k])
    at = now()
    r = {'id': new_id(), 'amount': a, 'reason': b['reason'], 'restocked': len(want) if F('refund-restocked-lines') else sum(want.values()), 'created_at': fmt(at)}
    if not F('refund-not-listed'):
        o['refunds'].append(r)
    if not F('refund-updated-at'):
        o['updated_at'] = at
    IDEM[ik] = (b, r, o['id'])
    return 201, r, {}


@op('POST', '/orders/{order_id}/notes', 'addOrderNote', 'notes:write')
def add_note(rq):
    o = order_of(rq)
    b = json_body(rq, 'note')
    n = {'id': new_id(), 'text': b['text'].lower() if F('note-text-changed') else b['text'], 'author_id': o['customer_id'] if F('note-author-wrong') else rq.user['id'],
         'author_role': 'support' if F('note-role-wrong') else rq.user['role'], 'created_at': fmt(now())}
    if F('note-replaces'):
        o['notes'].clear()
    if not F('note-not-stored'):
        o['notes'].append(n)
    if F('note-updates-order'):
        o['updated_at'] = now()
    return 201, n, {}


# ---------------------------------------------------------------- wish lists

@op('GET', '/wish-lists', 'listWishLists', 'wishlists:read')
def list_wish_lists(rq):
    paging(rq)
    ws = [w for w in WISHLISTS.values() if w['owner'] == rq.user['id'] or F('wish-all-listed') or (F('wish-shared-listed') and w['shared'])]
    if F('wish-private-only'):
        ws = [w for w in ws if not w['shared']]
    ws.sort(key=lambda w: w['created_at'], reverse=F('wish-newest-first'))
    return paged(rq, ws, show_wish)


@op('POST', '/wish-lists', 'createWishList', 'wishlists:write')
def create_wish_list(rq):
    b = json_body(rq, 'wish')
    skus = b.get('skus', [])
    unknown = [k for k in skus if k not in VARIANTS]
    if unknown and not F('wish-unknown-sku'):
        raise ApiError(422, 'unknown_reference', 'Unknown SKU ' + unknown[0], '/skus/%d' % skus.index(unknown[0]))
    shared = b.get('shared', F('wish-shared-by-default'))
    w = {'id': new_id(), 'owner': rq.user['id'], 'name': b['name'], 'skus': sorted(skus) if F('wish-skus-sorted') else skus, 'shared': shared,
         'share_token': None, 'created_at': now()}
    if shared or F('wish-token-for-private'):
        w['share_token'] = secrets.token_hex(3) if F('wish-short-token') else secrets.token_urlsafe(18)
    WISHLISTS[w['id']] = w
    return 201, show_wish(w), {}


GONE = {}


@op('DELETE', '/wish-lists/{wish_list_id}', 'deleteWishList', 'wishlists:write')
def delete_wish_list(rq):
    w = WISHLISTS.get(rq.p['wish_list_id'].lower())
    if not w or (w['owner'] != rq.user['id'] and not F('wish-delete-foreign')):
        raise not_found()
    if F('wish-delete-nothing'):
        return 204, None, {}
    del WISHLISTS[w['id']]
    if F('wish-delete-all'):
        for k in [k for k, x in WISHLISTS.items() if x['owner'] == w['owner']]:
            del WISHLISTS[k]
    if F('wish-token-survives'):
        GONE[w['id']] = w
    return 204, None, {}


@op('GET', '/shared-wish-lists/{share_token}', 'getSharedWishList', auth='none')
def shared_wish_list(rq):
    t = rq.p['share_token']
    w = next((w for w in list(WISHLISTS.values()) + list(GONE.values()) if w['share_token'] and w['share_token'] == t), None)
    if F('wish-id-as-token') and w is None:
        w = WISHLISTS.get(t)
    if not w:
        raise not_found()
    items = []
    for k in w['skus']:
        if k not in VARIANTS:
            continue
        v = variant_of(k)
        items.append({'sku': k, 'product_name': VARIANTS[k]['name'], 'price': price_from(VARIANTS[k]) if F('shared-price-from') else dict(v['price']),
                      'in_stock': in_stock(VARIANTS[k]) if F('shared-in-stock-product') else v['stock'] > 0})
    if F('shared-sold-out-missing'):
        items = [x for x in items if x['in_stock']]
    u = USERS[w['owner']]
    d = {'name': w['name'], 'owner': u['name'] if F('shared-full-name') else display_name(u), 'items': items}
    if F('shared-owner-id'):
        d['owner_id'] = u['id']
    return 200, d, {}


# ---------------------------------------------------------------- HTTP

def unauthenticated():
    return ApiError(401, 'unauthenticated', 'A valid bearer token is needed', None, {} if F('no-www-authenticate') else {'WWW-Authenticate': 'Bearer realm="shop"'})


EXTRA = {  # faults by which a role gets a scope for one operation that it must not have
    'category-support-may': ('createCategory', 'support'), 'product-warehouse-may': ('createProduct', 'warehouse'),
    'patch-support-may': ('updateProduct', 'support'), 'image-warehouse-may': ('uploadProductImage', 'warehouse'),
    'moderation-warehouse-may': ('moderateReview', 'warehouse'), 'moderation-customer-may': ('moderateReview', 'customer'),
    'stock-support-may': ('adjustStock', 'support'), 'low-stock-customer-may': ('listLowStock', 'customer'),
    'import-warehouse-may': ('importPrices', 'warehouse'), 'voucher-support-may': ('createVoucher', 'support'),
    'refund-warehouse-may': ('refundOrder', 'warehouse'), 'refund-customer-may': ('refundOrder', 'customer'),
    'note-customer-may': ('addOrderNote', 'customer'), 'cart-staff-may': ('getCart', 'support'),
}
LESS = {'stock-warehouse-refused': ('adjustStock', 'warehouse'), 'note-warehouse-refused': ('addOrderNote', 'warehouse'),
        'moderation-support-refused': ('moderateReview', 'support')}


def resolve(segs):
    """All operations of a path, and its parameters."""
    for method, tmpl, *_ in OPS:
        if len(tmpl) == len(segs) and all(a.startswith('{') or a == b for a, b in zip(tmpl, segs)):
            return tmpl, {a[1:-1]: b for a, b in zip(tmpl, segs) if a.startswith('{')}
    return None, None


def handle(h, body):
    raw, _, query = h.path.partition('?')
    query = query.partition('#')[0]
    segs = [unquote(x) for x in raw.split('/')[1:]]
    tmpl, params = resolve(segs)
    if tmpl is None:
        raise not_found()
    ops = {o[0]: o for o in OPS if o[1] == tmpl}
    if h.command not in ops:
        raise ApiError(405, 'method_not_allowed', 'The path does not have this method', None, {} if F('no-allow-header') else {'Allow': ', '.join(sorted(ops))})
    _, _, oid, scope, auth, fn = ops[h.command]
    rq = Rq()
    rq.oid, rq.p, rq.headers, rq.body, rq.path = oid, params, h.headers, body, raw
    rq.pairs = parse_qsl(query, keep_blank_values=True)
    rq.query = dict(rq.pairs)
    rq.user = None
    if auth != 'none':
        a = h.headers.get('Authorization')
        if a is not None:
            kind, _, tok = a.strip().partition(' ')
            uid = TOKENS.get(tok.strip()) if kind.lower() == 'bearer' else None
            if uid is None and not (F('reviews-bad-token') and auth == 'optional'):
                if not (F('wish-bad-token-empty') and oid == 'listWishLists'):
                    raise unauthenticated()
                uid = next(u['id'] for u in USERS.values() if u['name'] == 'Meera Iyer')
            rq.user = USERS.get(uid)
        elif auth == 'required':
            if F('low-stock-anonymous') and oid == 'listLowStock':
                rq.user = next(iter(USERS.values()))
            else:
                raise unauthenticated()
    if scope is not None:
        role = rq.user['role']
        ok = scope in SCOPES[role]
        if FAULT in EXTRA and EXTRA[FAULT] == (oid, role):
            ok = True
        if FAULT in LESS and LESS[FAULT] == (oid, role):
            ok = False
        if not ok:
            if F('scope-404'):
                raise not_found()
            raise ApiError(403, 'insufficient_scope', 'The token does not have the scope ' + scope)
    for k, v in params.items():
        if k.endswith('_id') and not UUID_RE.fullmatch(v):
            if F('malformed-id-400') and oid in ('getProduct', 'downloadProductImage', 'getOrder', 'deleteWishList', 'listReviews'):
                raise bad(k, 'must be a UUID')
            raise not_found()
    with LOCK:
        status, out, hd = fn(rq)
        if isinstance(out, (dict, list)):
            out = json.dumps(out).encode()
            hd = dict(hd, **{'Content-Type': 'application/json'})
    return status, out, hd


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    server_version = 'shop/2.6'
    sys_version = ''
    disable_nagle_algorithm = True
    timeout = 120

    def log_message(self, *a):
        pass

    def read_body(self):
        if 'chunked' in (self.headers.get('Transfer-Encoding') or '').lower():
            out = b''
            while True:
                n = int(self.rfile.readline(100).split(b';')[0].strip() or b'0', 16)
                if n == 0:
                    while self.rfile.readline(1000).strip():
                        pass
                    return out
                out += self.rfile.read(n)
                self.rfile.readline(10)
        n = int(self.headers.get('Content-Length') or 0)
        if n < 0 or n > 50_000_000:
            raise ValueError
        return self.rfile.read(n)

    def go(self):
        try:
            body = self.read_body()
        except ValueError:
            self.close_connection = True
            body = b''
        try:
            status, out, hd = handle(self, body)
        except ApiError as e:
            d = {'code': e.code, 'message': e.message, 'details': e.details}
            if F('error-without-details') and e.status == 400:
                del d['details']
            if F('error-details-path') and e.details:
                d['details'] = [{'field': x['path'], 'issue': x['issue']} for x in e.details]
            if F('error-code-generic') and e.status == 409:
                d['code'] = 'conflict'
            status, out, hd = e.status, json.dumps(d).encode(), dict(e.headers, **{'Content-Type': 'application/json'})
        self.send_response(status)
        for k, v in hd.items():
            self.send_header(k, v)
        if status not in (204, 304):
            self.send_header('Content-Length', str(len(out or b'')))
        self.end_headers()
        if out and status not in (204, 304) and self.command != 'HEAD':
            self.wfile.write(out)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_TRACE = go


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


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
    if args.fault:
        if args.fault not in {f[0] for f in FAULTS}:
            sys.exit('unknown fault ' + args.fault)
    build_schemas()
    seed()
    FAULT = args.fault
    build_schemas()
    srv = Server(('127.0.0.1', args.port), Handler)
    print('listening on http://127.0.0.1:%d' % srv.server_address[1], flush=True)
    threading.Thread(target=watch_stdin, daemon=True).start()
    srv.serve_forever()


if __name__ == '__main__':
    main()
