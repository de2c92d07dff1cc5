//! Where the simulated API goes beyond the contract, or not as far, each with its reason.
//!
//! The contract is the baseline. What is newer is in the reference, which each entry names.

use serde_json::{Value, json};

/// Path, value or nothing for a whole field, source.
pub type Table = &'static [(&'static str, &'static str, &'static str)];

/// Operations that the contract does not have. Reference, sections 2, 3, 5, 6.6 and 7.
pub const OPERATIONS: &[&str] = &[
    "PATCH /api/v1/partner/users/{id}/kyc",
    "POST /api/v1/partner/users/{id}/kyc/verify",
    "GET /api/v1/partner/users/{id}/payment-details/{payment_details_id}",
    "GET /api/v1/partner/liquidity",
    "GET /api/v1/partner/stats",
    "GET /api/v1/partner/orders/{order_id}/refund-authorization-parameters",
    "POST /api/v1/partner/orders/{order_id}/authorize-refund",
    "GET /api/v1/partner/send-out/routes",
    "GET /api/v1/supported/corridors",
];

/// Documented answers that no call can bring about, and why.
pub const UNREACHED: &[(&str, u16, &str)] = &[
    (
        "POST /api/v1/partner/orders/{order_id}/authorize-crypto-transfer",
        502,
        "the relay never fails; an order can, later",
    ),
    ("POST /api/v1/partner/orders/{order_id}/authorize-bridge", 502, "as above"),
];

/// Statuses outside the contract: operation, status, source.
const STATUSES: &[(&str, u16, &str)] = &[
    ("GET /api/v1/partner/orders", 400, "section 13: an unknown status filter"),
    ("GET /api/v1/partner/orders/{order_id}/transfer-authorization-parameters", 409, "section 6.1, newer"),
    ("POST /api/v1/partner/orders/{order_id}/confirm-fiat-received", 409, "section 6.4"),
    ("POST /api/v1/partner/users/{id}/payment-details", 422, "section 3, newer"),
    ("POST /api/v1/partner/offramp/quote", 422, "section 4, newer"),
    ("POST /api/v1/partner/onramp/quote", 422, "section 4, newer"),
];

/// Where an answer has what the contract's schema does not allow: path (of an order in a list as of
/// the order itself), value or nothing for a whole field, source.
pub const EXTENSIONS: Table = &[
    ("/data/next_action", "authorize_refund", "section 6.6, newer; section 13: owed in both dialects"),
    ("/data/status", "dispute_started", "section 8: in the flow table, not in the enum"),
    ("/data/timeline/*/status", "dispute_started", "as above"),
    ("/data/status", "fiat_payment_review_started", "section 8: in the flow table, not in the enum"),
    ("/data/timeline/*/status", "fiat_payment_review_started", "as above"),
    ("/data/uploaded", "", "section 3: the answer to several links"),
    ("/data/errors", "", "as above"),
];

/// The same for the newest documents only.
pub const NEWER: Table = &[
    ("/data/institutions/*/institution_type", "", "section 2: of institutions"),
    ("/data/institutions/*/payment_method_id", "", "as above"),
    ("/data/institutions/*/payment_network_id", "", "as above"),
    ("/data/rails/*/formats", "", "section 2: of rails"),
    ("/error/code", "KYC_NOT_CLEARED", "section 12"),
    ("/data/fiat_funding_source", "", "section 5: of on-ramp orders"),
    ("/data/id", "", "section 3: the id of a new user by its other name"),
    ("/data/kyc/status", "UNDER_REVIEW", "section 3: the words of KYC"),
    ("/data/status", "NOT_INITIATED", "section 3: the words of the verification"),
    ("/data/status", "PENDING_DOCUMENTS", "as above"),
    ("/data/status", "UNDER_REVIEW", "as above"),
];

/// What events have beyond the contract, whose only one is `order.status.changed`. Reference, section 10.
pub const EVENTS: Table = &[
    ("/data/kyc_status", "", "of `user.kyc.updated`"),
    ("/data/rejection_reasons", "", "of `user.kyc.updated`"),
    ("/data/action_required", "", "of `order.refund.required`, newer; section 13: owed in both dialects"),
];

/// The same for the newest documents only.
pub const NEWER_EVENTS: Table = &[
    ("/data/user_id", "", "the user by its other name"),
    ("/data/partner_fee", "", "of orders"),
    ("/data/partner_fee_pct", "", "of orders"),
];

/// Documented fields that are never sent.
pub const FIELDS_NEVER_SENT: &[&str] = &[];

/// Every documented code or key of the operations that are covered. Reference, section 12.
pub const WORDS: &[&str] = &[
    "INSUFFICIENT_BALANCE",
    "INVALID_PAYMENT_DETAILS",
    "INVALID_REQUEST",
    "INVALID_STATUS",
    "KYC_NOT_CLEARED",
    "NO_OFFERS_AVAILABLE",
    "OPERATION_NOT_ALLOWED",
    "ORDER_NOT_FOUND",
    "PRICE_CHANGED_REQUOTE",
    "QUOTE_ALREADY_USED",
    "QUOTE_EXPIRED",
    "QUOTE_NOT_FOUND",
    "RAIL_ROUTE_MISMATCH",
    "TRANSACTOR_ERROR",
    "UNAUTHORIZED",
    "invalid_country_code",
    "invalid_date_of_birth",
    "invalid_field_value",
    "invalid_gender",
    "invalid_identity_number_type",
    "invalid_payment_details",
    "invalid_source_of_funds",
    "no_valid_kyc_fields",
    "required_fields_missing",
    "unauthorized",
    "underage_not_allowed",
    "webhook URL is not set",
    "webhook URL is required",
    "webhook URL must use HTTPS",
    "webhook delivery failed",
];

/// Whether the reference has this status where the contract has not. An identifier that is not one
/// answers 400 everywhere (section 1, newer), and the contract knows nothing of newer operations.
pub fn is_known_status(operation: &str, status: u16) -> bool {
    status == 400 && operation.contains('{')
        || OPERATIONS.contains(&operation)
        || STATUSES.iter().any(|(its, one, _)| (*its, *one) == (operation, status))
}

/// Whether no call can bring this answer about. Nothing breaks inside the sandbox by itself.
pub fn is_unreached(operation: &str, status: u16) -> bool {
    status == 500 || UNREACHED.iter().any(|(its, one, _)| (*its, *one) == (operation, status))
}

/// What makes this acceptable, if anything does.
pub fn extension(allowed: &[Table], path: &str, value: &str) -> Option<(&'static str, &'static str)> {
    let path = path.replace("/data/orders/*/", "/data/");
    let mut all = allowed.iter().copied().flatten();
    all.find(|(its, one, _)| (*its, *one) == (&path, value)).map(|(path, value, _)| (*path, *value))
}

/// The third shape of errors. Reference, section 1, newer.
pub fn bare_text() -> Value {
    json!({"type": "object", "required": ["success", "error"],
        "properties": {"success": {"type": "boolean"}, "error": {"type": "string"}}})
}
