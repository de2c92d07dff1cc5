use super::*;
use crate::domain::UserId;
use serde_json::json;

fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn an_estimate_is_asked_as_documented() {
    let mut request = PriceRequest::new("USDT", "NGN", Side::Crypto(amount("100.00")));
    assert_eq!(
        value(&estimate(&request).unwrap()),
        json!({"crypto_currency": "USDT", "fiat_currency": "NGN", "crypto_amount": "100.00"})
    );
    request.method = Some("access-bank".to_owned());
    request.network = Some("nibss".to_owned());
    request.country = Some("NG".to_owned());
    request.scope = Some(Scope::All);
    request.partner_fee_pct = Some(amount("1"));
    assert_eq!(
        value(&estimate(&request).unwrap()),
        json!({"crypto_currency": "USDT", "fiat_currency": "NGN", "crypto_amount": "100.00", "payment_method_slug":
        "access-bank", "payment_network_slug": "nibss", "country_code": "NG", "provider_scope": "all", "partner_fee_pct": "1"})
    );
}

#[test]
fn a_quote_sends_its_id_as_a_number_and_its_tolerance_digit_by_digit() {
    let (user, details) = (UserId::parse("u-1").unwrap(), PaymentDetailsId::parse("987").unwrap());
    let mut request = OffRampQuoteRequest::new(user, details, "USDT", "NGN", Side::Fiat(amount("152880")));
    request.slippage = Some(Slippage::Percent(amount("1.50")));
    request.settles_itself = Some(true);
    let body = off_ramp_quote(&request).unwrap();
    assert!(body.contains(r#""slippage_tolerance":{"type":"percent","value":1.50}"#), "{body}");
    assert!(body.contains(r#""payment_details_id":987"#) && body.contains(r#""fiat_amount":"152880""#), "{body}");
    assert!(!body.contains("crypto_amount") && body.contains(r#""has_fiat_settlement_notification":true"#), "{body}");
    request.payment_details = PaymentDetailsId::parse("abc").unwrap();
    assert!(off_ramp_quote(&request).is_err());
}

#[test]
fn amounts_that_mean_nothing_are_not_sent() {
    for text in ["0", "0.000", "-1"] {
        assert!(estimate(&PriceRequest::new("USDT", "NGN", Side::Crypto(amount(text)))).is_err());
    }
    assert!(tolerance(Slippage::Amount(amount("-1"))).is_err());
}

#[test]
fn kyc_is_submitted_in_its_three_ways() {
    let more = vec![("dob".to_owned(), "1990-01-01".to_owned()), ("city".to_owned(), " ".to_owned())];
    let person = Pii { first_name: "John".into(), last_name: "Doe".into(), country: "NG".into(), more };
    assert_eq!(
        kyc(&KycSubmission::DirectData(person)),
        json!({"method": "direct_data", "data": {"pii": {"first_name": "John", "last_name": "Doe", "country_code": "NG",
            "dob": "1990-01-01"}}})
    );
    assert_eq!(
        kyc(&KycSubmission::Sumsub { token: "t".to_owned() }),
        json!({"method": "external_token", "data": {"provider": "sumsub", "token": "t"}})
    );
    assert_eq!(
        kyc(&KycSubmission::Persona { inquiry_id: "i".to_owned() }),
        json!({"method": "external_token", "data": {"provider": "persona", "inquiry_id": "i"}})
    );
    assert_eq!(kyc(&KycSubmission::Handoff(None)), json!({"method": "handoff", "data": {}}));
}

#[test]
fn the_other_bodies_are_as_documented() {
    let profile = NewPaymentProfile {
        currency: "EUR".to_owned(),
        rail: "iban-sepa".to_owned(),
        institution: None,
        country: Some("DE".to_owned()),
        details: vec![("iban".to_owned(), "DE89".to_owned())],
    };
    assert_eq!(
        payment_profile(&profile),
        json!({"currency": "EUR", "rail": "iban-sepa", "country_code": "DE", "details": {"iban": "DE89"}})
    );
    let inline = Payer::Inline { method: 5, network: 12, details: profile.details, country: None };
    assert_eq!(
        payer(&inline).unwrap(),
        json!({"payment_details": {"payment_method_id": 5, "payment_network_id": 12, "details": {"iban": "DE89"}}})
    );
    let saved = Payer::Profile(PaymentDetailsId::parse("7").unwrap());
    assert_eq!(payer(&saved).unwrap(), json!({"payment_details_id": 7}));
    assert_eq!(initiate("q", Some("r")), json!({"quote_id": "q", "reference_id": "r"}));
    assert_eq!(initiate("q", None), json!({"quote_id": "q"}));
    let one = DocumentLink { kind: "selfie".to_owned(), url: "https://x/y".to_owned() };
    assert_eq!(link(&one), json!({"upload_method": "url_link", "document_type": "selfie", "url": "https://x/y"}));
    assert_eq!(
        links(&[one]),
        json!({"upload_method": "url_link", "documents": [{"document_type": "selfie", "url": "https://x/y"}]})
    );
    assert!(kyc_change(&KycChange(vec![("city".to_owned(), String::new())])).is_err());
}
