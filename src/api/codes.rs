//! Every error code of the documents and what it means for the money. Source: reference, section 12.
//!
//! One table; the list is declared open, so an unknown code is read by its HTTP status. `Certain`
//! says whether a submission with this answer is known not to have happened.

/// Whether the code proves that nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certain {
    /// The API refused: nothing happened.
    Refused,
    /// It may have happened all the same.
    Unknown,
}

/// A documented code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The code or `error_key`, as the API writes it.
    pub code: &'static str,
    /// What it proves about a submission.
    pub certain: Certain,
    /// What it means and what to do next, in one sentence.
    pub advice: &'static str,
}

/// The entry of a code; case does not matter.
pub fn lookup(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|c| c.code.eq_ignore_ascii_case(code))
}

/// What an answer without a known code means, by its HTTP status.
pub fn by_status(status: u16) -> &'static str {
    match status {
        200..=299 => {
            "The API reported a failure without a reason it documents: read the order again before doing anything."
        }
        300..=399 => "The address redirects elsewhere, and the key does not follow: check the API address.",
        400 | 413 | 415 | 422 => {
            "The API refused the request as it stands and nothing was done: read its message before trying again."
        }
        401 => UNAUTHORIZED,
        403 => "The key may not do this; nothing was done: ask Unigox support what the key is allowed.",
        404 => "The API does not know it, or it is not yours: check the id and the environment; nothing was done.",
        409 => {
            "The order is no longer where this is possible; nothing was done: read it again and act on what it offers now."
        }
        408 => "The API gave up waiting for the request: on an action the outcome is unknown, read the order first.",
        410 => "It is over or gone; nothing was done: read the order again.",
        429 => "Too many requests; nothing was done: wait, then try again.",
        400..=499 => "The API refused the request and nothing was done.",
        500..=599 => INTERNAL,
        _ => "An answer no document describes: read the order again before doing anything.",
    }
}

const UNAUTHORIZED: &str =
    "The key is missing, wrong or of the other environment, and nothing was done: check the key and the API address.";
const INTERNAL: &str =
    "The API failed by itself: on an action the outcome is unknown, so read the order before anything else.";
macro_rules! codes {
    ($($code:literal, $certain:ident, $advice:expr;)*) => {
        /// The table.
        pub const CODES: &[Code] = &[$(Code { code: $code, certain: Certain::$certain, advice: $advice },)*];
    };
}

codes! {
    "UNAUTHORIZED", Refused, UNAUTHORIZED;
    "INVALID_REQUEST", Refused, "The request was malformed and nothing was done: the message says what is wrong, correct that.";
    "ORDER_NOT_FOUND", Refused, "No such order for this key and nothing was done: check the id and the environment, or it is a widget order that is not yours to act on.";
    "INVALID_STATUS", Refused, "The order has moved on and nothing was done: read it again and act only on what it offers now.";
    "OPERATION_NOT_ALLOWED", Refused, "Not permitted now and nothing was done: if the order is held for review wait for Unigox, do not repeat it.";
    "INSUFFICIENT_BALANCE", Refused, "The wallet holds too little of the token and nothing was sent: top it up on the right chain, watch the countdown, then authorize again.";
    "TRANSACTOR_ERROR", Unknown, "The relay failed or lost track, so the crypto may or may not have moved: read the order and the wallet's nonce before anything else, and never sign with a higher nonce until then.";
    "INTERNAL_ERROR", Unknown, INTERNAL;
    "QUOTE_EXPIRED", Refused, "The quote ran out and no order was made: get a new quote.";
    "QUOTE_NOT_FOUND", Refused, "No such quote and no order was made: check the environment and get a new quote.";
    "QUOTE_ALREADY_USED", Refused, "An order exists for this quote already: find it before quoting again.";
    "PRICE_CHANGED_REQUOTE", Refused, "The price moved past the tolerance and no order was made: compare the rates and quote again, or allow more slippage.";
    "NO_OFFERS_AVAILABLE", Refused, "Nobody offers this now and nothing was done: try another amount, rail or time.";
    "INVALID_PAYMENT_DETAILS", Refused, "The payment details are missing, wrong or another user's, and nothing was done: correct them or choose others of this user.";
    "RAIL_ROUTE_MISMATCH", Refused, "Rail and route do not fit the payment details and nothing was done: drop or correct one of them.";
    "KYC_NOT_CLEARED", Refused, "The customer's KYC is not cleared and no order was made: look at the verification and wait until it reads VERIFIED.";
    "SENDER_IDENTITY_REQUIRED", Refused, "The sender's identity is incomplete and no order was made: update the KYC fields the details name, then initiate the same quote again while it lives.";
    "THIRD_PARTY_CONTEXT_INVALID", Refused, "The recipient is archived, not cleared or changed, and no order was made: correct it and quote again.";
    "THIRD_PARTY_RAIL_NOT_SUPPORTED", Refused, "Unigox does not pay third parties on this rail and nothing was done: do not repeat it, quote another rail.";
    "THIRD_PARTY_PAYOUT_AGENT_NOT_READY", Refused, "Third-party payouts are closed on Unigox's side and no order was made: do not repeat it, ask Unigox support when they open.";
    "THIRD_PARTY_RELATIONSHIP_NOT_SUPPORTED", Refused, "This relationship of sender and recipient is not supported and nothing was done: use a bank rail.";
    "THIRD_PARTY_SENDER_COUNTRY_NOT_SUPPORTED", Refused, "The sender's country is not supported for this payout and nothing was done: use a bank rail.";
    "THIRD_PARTY_PAYOUT_UNDER_REVIEW", Refused, "The payout is under review and no order was made: wait for the decision.";
    "THIRD_PARTY_PAYOUT_DECLINED", Refused, "The payout was declined and no order was made: do not repeat the same payout.";
    "RECIPIENT_NOT_FOUND", Refused, "No such recipient and nothing was done: check its id.";
    "RECIPIENT_SERVICE_UNAVAILABLE", Unknown, "The recipient service is down: try again later, and look at the recipient first if something was to be changed.";
    "CUSTOMER_NOT_FOUND", Refused, "No such customer and nothing was done: check the user's id and the environment.";
    "FIAT_ACCOUNT_NOT_FOUND", Refused, "No such fiat account and nothing was done: check its id.";
    "PRODUCT_NOT_ACTIVATED", Refused, "Fiat accounts are not activated for this partner and nothing was done: ask Unigox support to activate them.";
    "ISSUANCE_NOT_GRANTED", Refused, "The partner may not issue fiat accounts and nothing was done: ask Unigox support for the permission.";
    "PROVISIONING_IN_PROGRESS", Refused, "The fiat account is being set up already and nothing more was done: wait and read it again.";
    "ISSUANCE_NOT_READY", Refused, "The customer is not ready for a fiat account and nothing was done: complete the fields the user lists as missing.";
    "CURRENCY_NOT_PRICED", Refused, "There is no price for fiat accounts in this currency and nothing was done: choose another currency or ask Unigox support.";
    "UNSUPPORTED_CURRENCY", Refused, "The currency is not supported here and nothing was done: choose one of the supported currencies.";
    "UNSUPPORTED_ISSUER_COUNTRY", Refused, "No fiat account can be issued in this country and nothing was done: choose another issuer country.";
    "POSTAL_CODE_REQUIRED", Refused, "The postal code is missing and nothing was done: add it and try again.";
    "BANKING_UNAVAILABLE", Unknown, "The bank behind the API is not available: try again later, and list the fiat accounts first if one was to be made.";
    "FEATURE_NOT_ENABLED", Refused, "Customers' own wallets are not enabled for this partner and nothing was done: ask Unigox support.";
    "WALLET_NOT_LINKED", Refused, "The customer has linked no wallet and nothing was done: the customer links one first.";
    "WALLET_ALREADY_LINKED", Refused, "The customer has linked a wallet already and nothing was changed: use that one.";
    "WALLET_TYPE_MISMATCH", Refused, "The user has the other kind of wallet and nothing was done: this needs a user made for it.";
    "INVALID_SIGNATURE", Refused, "The signature was not accepted and nothing was done: check which key signs for this environment.";
    "CHALLENGE_EXPIRED", Refused, "The text to sign ran out and nothing was done: get a new one and have it signed at once.";
    "ADDRESS_CAP_REACHED", Refused, "No more addresses are given out for now and nothing was done: use one of the existing addresses or wait.";
    "required_fields_missing", Refused, "Something required is missing and nothing was done: fill in every required field.";
    "underage_not_allowed", Refused, "The customer is too young for the service and nothing was taken: check the date of birth, and stop here if it is right.";
    "invalid_date_of_birth", Refused, "The date of birth was refused and nothing was taken: write it as YYYY-MM-DD.";
    "invalid_identity_number_type", Refused, "The kind of identity number was refused and nothing was taken: choose a kind the API takes for this country.";
    "invalid_gender", Refused, "The gender was refused and nothing was changed: send M or F.";
    "invalid_country_code", Refused, "The country was refused and nothing was changed: send its two-letter code.";
    "invalid_source_of_funds", Refused, "The source of funds was refused and nothing was changed: choose one of the documented words.";
    "invalid_field_value", Refused, "A value was refused and nothing was changed: correct the field the message names.";
    "no_valid_kyc_fields", Refused, "None of the fields was one the API changes and nothing was changed: fill in at least one of them.";
    "webhook URL is required", Refused, "The webhook has no address and nothing was changed: give one that starts with https://.";
    "webhook URL must use HTTPS", Refused, "The webhook's address is not https and nothing was changed: give one that starts with https://, because events carry personal data.";
    "webhook URL is not set", Refused, "No webhook is registered and no event was sent: register an address first.";
    "webhook delivery failed", Refused, "The test event was sent and the receiver did not take it: check that the address answers with 2xx within 10 s and is reachable from outside.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_code_stands_once_with_one_sentence() {
        let distinct: BTreeSet<String> = CODES.iter().map(|c| c.code.to_lowercase()).collect();
        assert_eq!(distinct.len(), CODES.len());
        let sentences: BTreeSet<&str> = CODES.iter().map(|c| c.advice).collect();
        assert_eq!(sentences.len(), CODES.len());
        for code in CODES {
            assert!(code.advice.ends_with('.') && !code.advice.contains(". "), "{}", code.code);
        }
    }

    #[test]
    fn only_failures_inside_the_api_leave_the_outcome_open() {
        assert_eq!(lookup("TRANSACTOR_ERROR").unwrap().certain, Certain::Unknown);
        assert_eq!(lookup("INSUFFICIENT_BALANCE").unwrap().certain, Certain::Refused);
        assert_eq!(lookup("unauthorized").unwrap().advice, UNAUTHORIZED);
        assert_eq!(lookup("BRAND_NEW"), None);
    }

    #[test]
    fn every_status_has_advice() {
        for status in 0..=999 {
            assert!(by_status(status).ends_with('.'));
        }
    }
}
