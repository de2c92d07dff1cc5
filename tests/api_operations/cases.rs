//! Every operation: how it is called, what it must send, what each dialect answers.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use ramptop::api::{ApiError, Client, Document, Initiation, InstitutionsQuery, OrdersQuery, RailsQuery};
use ramptop::domain::kyc::{DocumentLink, KycChange, KycSubmission, Pii};
use ramptop::domain::payment::{NewPaymentProfile, Payer};
use ramptop::domain::quote::{OffRampQuoteRequest, OnRampQuoteRequest, PriceRequest, Side, Slippage};
use ramptop::domain::send_out::Destination;
use ramptop::domain::{ActionKind, Amount, Direction, OrderId, PaymentDetailsId, QuoteId, UserId};
use ramptop::signing::keystore::Keystore;
use serde_json::{Value, json};

use crate::submissions;

/// What a failure of the operation means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing is changed, so it is asked again.
    Read,
    /// Nothing is changed, and it is asked once all the same.
    Once,
    /// Something is changed: sent once, and a lost answer is an unknown outcome.
    Write,
}

type Call = Box<dyn Fn(Client) -> BoxFuture<'static, Result<String, ApiError>> + Send + Sync>;

pub struct Case {
    /// As the contract writes it.
    pub operation: &'static str,
    pub kind: Kind,
    /// The HTTP status of success.
    pub status: u16,
    /// The `data` by dialect: baseline first.
    pub answers: Vec<Value>,
    /// What the value read from it must show.
    pub says: &'static str,
    /// The JSON that must be sent.
    pub sends: Value,
    /// Parts of the query that must be sent.
    pub query: &'static [&'static str],
    pub call: Call,
}

macro_rules! call {
    (|$client:ident| $call:expr) => {
        Box::new(|$client: Client| async move { $call.await.map(|seen| format!("{:?}", seen.value)) }.boxed())
    };
}

fn case(operation: &'static str, kind: Kind, answers: Vec<Value>, says: &'static str, call: Call) -> Case {
    Case { operation, kind, status: 200, answers, says, sends: Value::Null, query: &[], call }
}

impl Case {
    fn sending(self, sends: Value) -> Self {
        Self { sends, ..self }
    }

    fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    fn asking(self, query: &'static [&'static str]) -> Self {
        Self { query, ..self }
    }
}

pub fn user() -> UserId {
    UserId::parse("u-1").unwrap()
}

fn order() -> OrderId {
    OrderId::parse("o-1").unwrap()
}

fn profile() -> PaymentDetailsId {
    PaymentDetailsId::parse("987").unwrap()
}

fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

fn price() -> PriceRequest {
    let partner_fee_pct = Some(amount("1"));
    PriceRequest { partner_fee_pct, ..PriceRequest::new("USDT", "NGN", Side::Crypto(amount("100.00"))) }
}

fn initiation(direction: Direction) -> Initiation {
    Initiation { direction, quote: QuoteId::parse("q-1").unwrap(), reference: Some("r-1".to_owned()) }
}

pub fn all() -> Vec<Case> {
    let groups =
        [discovery(), prices(), orders(), acting(), users(), kyc(), verification(), payment_details(), webhooks()];
    groups.into_iter().flatten().collect()
}

fn discovery() -> Vec<Case> {
    let token = json!({"code": "USDT", "name": "Tether", "contract": "0xf8", "decimals": 6, "blockchains": ["xai"]});
    let chain = json!([{"name": "XAI", "slug": "xai", "ticker": "", "crypto_currencies": [token]}]);
    let fiat =
        json!([{"code": "NGN", "institution_id": ["gtb"], "countries": ["NG"], "onramp": true, "offramp": true}]);
    let pairs = json!([{"crypto_currency_code": "USDT", "fiat_currency_code": "NGN", "type": "SELL"}]);
    let field = json!({"key": "account_number", "label": "Account", "type": "text", "required": true});
    let rail = json!({"slug": "nip-nigeria", "currencies": ["NGN"], "fields": [field]});
    let formats = json!([{"id": 3, "institution_types": ["BANK"], "fields": [field]}]);
    let rails = |rail: &Value| json!({"country": "NG", "direction": "offramp", "rails": [rail]});
    let mut newer = rail.clone();
    newer["formats"] = formats;
    let bank = json!({"id": "gtb", "name": "GTBank", "supported_rails": ["nip-nigeria"]});
    let page = json!({"institutions": [bank], "pagination": {"total": 1, "limit": 100, "offset": 0}});
    let corridors = json!({"notional_usdt": 500, "currencies": [{"code": "NGN", "offramp": {"supported": true}}]});
    let liquidity = json!({"pairs": [{"crypto_currency_code": "USDT", "fiat_currency_code": "NGN", "min_amount": 1}]});
    let stats = json!({"total_orders": 7, "completed_orders": 5, "volume_usd": 1.5, "earned_usd": 0.25});
    let routes = json!({"crypto": "USDT", "routes": [{"destination_chain": "Arbitrum One", "chain_id": 42161}]});
    vec![
        case("GET /health", Kind::Read, vec![json!({"status": "ok"})], "\"ok\"", call!(|c| c.health())),
        case(
            "GET /api/v1/supported/crypto-currencies",
            Kind::Read,
            vec![json!([token])],
            "USDT",
            call!(|c| c.crypto_currencies()),
        ),
        case("GET /api/v1/supported/blockchains", Kind::Read, vec![chain], "xai", call!(|c| c.blockchains())),
        case("GET /api/v1/supported/fiat-currencies", Kind::Read, vec![fiat], "NGN", call!(|c| c.fiat_currencies())),
        case("GET /api/v1/supported-exchange-pairs", Kind::Read, vec![pairs], "SELL", call!(|c| c.exchange_pairs())),
        case(
            "GET /api/v1/supported/payment-rails",
            Kind::Read,
            vec![rails(&rail), rails(&newer)],
            "account_number",
            call!(|c| {
                let query =
                    RailsQuery { direction: Direction::OffRamp, country: Some("NG".to_owned()), currency: None };
                async move { c.payment_rails(&query).await }
            }),
        )
        .asking(&["direction=offramp", "country=NG"]),
        case(
            "GET /api/v1/supported/institutions",
            Kind::Read,
            vec![page],
            "GTBank",
            call!(|c| {
                let query = InstitutionsQuery {
                    rail: "nip-nigeria".to_owned(),
                    search: Some("g t&b".to_owned()),
                    limit: Some(500),
                    ..InstitutionsQuery::default()
                };
                async move { c.institutions(&query).await }
            }),
        )
        .asking(&["rail=nip-nigeria", "search=g+t%26b", "limit=100"]),
        case("GET /api/v1/supported/corridors", Kind::Read, vec![corridors], "NGN", call!(|c| c.corridors())),
        case("GET /api/v1/partner/liquidity", Kind::Read, vec![liquidity], "USDT", call!(|c| c.liquidity())),
        case("GET /api/v1/partner/stats", Kind::Read, vec![stats], "Some(7)", call!(|c| c.stats())),
        case(
            "GET /api/v1/partner/send-out/routes",
            Kind::Read,
            vec![routes],
            "42161",
            call!(|c| c.send_out_routes("USDT")),
        )
        .asking(&["crypto=USDT"]),
    ]
}

fn fees() -> Value {
    json!({"platform_fee": "1.50", "platform_fee_pct": 1.5, "partner_fee": "0.00", "partner_fee_pct": 0, "total_fee": "1.50"})
}

fn prices() -> Vec<Case> {
    let estimate = json!({"rate": "1530.12", "crypto_amount": "101.50", "fiat_amount": "152880.00", "fee_breakdown": fees(),
        "provider_scope": "all", "is_indicative": true});
    let mut quote = estimate.clone();
    for (key, value) in
        [("quote_id", json!("q-1")), ("expires_at", json!("2026-02-01T12:00:30Z")), ("payment_details_id", json!(987))]
    {
        quote[key] = value;
    }
    let mut newer = quote.clone();
    for (key, value) in [
        ("quote_id", json!(71)),
        ("payment_details_id", json!("987")),
        ("rate", json!(1530.12)),
        ("expires_at", json!("2026-02-01T13:00:30+01:00")),
        ("beneficiary_requirements", json!({})),
    ] {
        newer[key] = value;
    }
    let initiated = json!({"order_id": "o-1", "status": "awaiting_liquidity_provider", "quote_id": "q-1", "reference_id": "r-1",
        "amounts": {"crypto_amount": "101.50", "crypto_currency": "USDT"}, "fee_breakdown": fees(), "timeline": []});
    let mut address = initiated.clone();
    address["status"] = json!("pending_address");
    address["required_fields"] = json!(["city"]);
    let asked =
        json!({"crypto_currency": "USDT", "fiat_currency": "NGN", "crypto_amount": "100.00", "partner_fee_pct": "1"});
    let mut on_ramp = asked.clone();
    on_ramp["user_uuid"] = json!("u-1");
    let off_ramp = json!({"user_uuid": "u-1", "payment_details_id": 987, "crypto_currency": "USDT", "fiat_currency": "NGN",
        "fiat_amount": "5000", "slippage_tolerance": {"type": "percent", "value": 0.5}});
    let order = json!({"quote_id": "q-1", "reference_id": "r-1"});
    let both = vec![quote, newer];
    let new = vec![initiated, address];
    vec![
        case(
            "POST /api/v1/partner/offramp/estimate",
            Kind::Read,
            vec![estimate.clone()],
            "1530.12",
            call!(|c| async move { c.estimate(Direction::OffRamp, &price()).await }),
        )
        .sending(asked.clone()),
        case(
            "POST /api/v1/partner/onramp/estimate",
            Kind::Read,
            vec![estimate],
            "1530.12",
            call!(|c| async move { c.estimate(Direction::OnRamp, &price()).await }),
        )
        .sending(asked),
        case(
            "POST /api/v1/partner/offramp/quote",
            Kind::Once,
            both.clone(),
            "2026-02-01T12:00:30Z",
            call!(|c| async move {
                let mut request =
                    OffRampQuoteRequest::new(user(), profile(), "USDT", "NGN", Side::Fiat(amount("5000")));
                request.slippage = Some(Slippage::Percent(amount("0.5")));
                c.off_ramp_quote(&request).await
            }),
        )
        .sending(off_ramp),
        case(
            "POST /api/v1/partner/onramp/quote",
            Kind::Once,
            both,
            "2026-02-01T12:00:30Z",
            call!(|c| async move { c.on_ramp_quote(&OnRampQuoteRequest { user: user(), price: price() }).await }),
        )
        .sending(on_ramp),
        case(
            "POST /api/v1/partner/offramp/initiate",
            Kind::Write,
            new.clone(),
            "OrderId(o-1)",
            call!(|c| async move { c.initiate(initiation(Direction::OffRamp)).await }),
        )
        .sending(order.clone())
        .with_status(201),
        case(
            "POST /api/v1/partner/onramp/initiate",
            Kind::Write,
            new,
            "OrderId(o-1)",
            call!(|c| async move { c.initiate(initiation(Direction::OnRamp)).await }),
        )
        .sending(order),
    ]
}

const A: &str = "0x1111111111111111111111111111111111111111";
const B: &str = "0x2222222222222222222222222222222222222222";

fn orders() -> Vec<Case> {
    let order_data = json!({"order_id": "o-1", "status": "awaiting_fiat_transfer", "order_type": "onramp",
        "amounts": {"crypto_amount": "101.50", "crypto_currency": "USDT"}});
    let page =
        json!({"orders": [order_data], "pagination": {"page": 1, "limit": 100, "total_count": 1, "total_pages": 1}});
    let transfer = json!({"order_id": "o-1", "network_preset": "xai", "chain_id": "660279", "rpc_url": "https://x.example",
        "token_address": A, "forwarder_address": B, "recipient_address": A, "sender_address": B, "amount_atomic": "101500000",
        "amount_human": "101.5", "crypto_currency": "USDT", "crypto_decimals": 6, "recommended_gas_limit": "500000",
        "recommended_ttl_seconds": 3600, "transfer_data": "0xa9059cbb", "forwarder_nonce": "7"});
    let mut numbers = transfer.clone();
    numbers["chain_id"] = json!(660_279);
    numbers["forwarder_nonce"] = json!(7);
    let bridge = json!({"forward_request": {"from": B, "to": A, "value": "0", "gas": "500000", "nonce": "7",
        "deadline": "1770000000", "data": "0xa9059cbb"}, "eip712_domain": {"chainId": 660_279, "verifyingContract": B},
        "quote_id": "q", "to_amount": "99000000", "forwarder_nonce": "7"});
    let newer = json!({"order_id": "o-1", "chain_id": "660279", "token_address": A, "forwarder_address": B,
        "solver_address": A, "sender_address": B, "amount_atomic": "100000000", "amount_human": "100",
        "crypto_currency": "USDT", "crypto_decimals": 6, "recommended_gas": "500000", "recommended_ttl": 3600,
        "transfer_data": "0xa9059cbb", "forwarder_nonce": "7", "quote_id": "q", "to_amount": "99000000",
        "destination_chain": "Arbitrum One", "destination_address": A, "expires_at": "2026-02-01T12:00:30Z"});
    let zero = "0x0000000000000000000000000000000000000000";
    let safe = json!({"to": A, "value": "0", "data": "0xa9059cbb", "operation": 0, "safeTxGas": "0", "baseGas": "0",
        "gasPrice": "0", "gasToken": zero, "refundReceiver": zero, "nonce": "3"});
    let refund = json!({"order_id": "o-1", "status": "refund_pending", "escrow_address": A, "signer_address": B,
        "recipient_address": B, "amount_human": "101.5", "crypto_currency": "USDT", "crypto_decimals": 6,
        "direction": "to_seller", "safe_params": safe, "domain": {"chainId": 660_279, "verifyingContract": A}});
    vec![
        case(
            "GET /api/v1/partner/orders",
            Kind::Read,
            vec![page],
            "OrderId(o-1)",
            call!(|c| async move {
                c.list_orders(&OrdersQuery { status: Some("created".to_owned()), ..OrdersQuery::default() }).await
            }),
        )
        .asking(&["status=created", "page=1", "limit=100"]),
        case(
            "GET /api/v1/partner/orders/{order_id}",
            Kind::Read,
            vec![order_data],
            "OnRamp",
            call!(|c| async move { c.order(&order()).await }),
        ),
        case(
            "GET /api/v1/partner/orders/{order_id}/transfer-authorization-parameters",
            Kind::Read,
            vec![transfer, numbers],
            "660279",
            call!(|c| async move { c.transfer_parameters(&order()).await }),
        ),
        case(
            "GET /api/v1/partner/orders/{order_id}/bridge-authorization-parameters",
            Kind::Read,
            vec![bridge, newer],
            "99000000",
            call!(|c| async move {
                let destination = Destination { chain: "Arbitrum One".to_owned(), address: A.to_owned() };
                c.bridge_parameters(&order(), &destination).await
            }),
        )
        .asking(&["destination_chain=Arbitrum+One", "destination_address=0x1111"]),
        case(
            "GET /api/v1/partner/orders/{order_id}/refund-authorization-parameters",
            Kind::Read,
            vec![refund],
            "to_seller",
            call!(|c| async move { c.refund_parameters(&order()).await }),
        ),
    ]
}

/// Signed send-outs and refunds can only be made inside the crate: `src/api/submit_tests.rs`.
fn acting() -> Vec<Case> {
    // The baseline's answers are undocumented, the newer ones compact.
    let answers = || vec![Value::Null, json!({"order_id": "o-1", "status": "SAID"})];
    let mut cases = vec![
        case(
            "POST /api/v1/partner/orders/{order_id}/confirm-fiat-received",
            Kind::Write,
            answers(),
            "Accepted",
            call!(|c| c.submit(submissions::bare(ActionKind::ConfirmFiat))),
        ),
        case(
            "POST /api/v1/partner/orders/{order_id}/cancel",
            Kind::Write,
            answers(),
            "Accepted",
            call!(|c| c.submit(submissions::bare(ActionKind::Cancel))),
        ),
        case(
            "POST /api/v1/partner/orders/{order_id}/confirm-payment-sent",
            Kind::Write,
            answers(),
            "Accepted",
            call!(|c| c.submit(submissions::bare(ActionKind::PaymentSent))),
        ),
        case(
            "POST /api/v1/partner/orders/{order_id}/submit-payer-details",
            Kind::Write,
            answers(),
            "Accepted",
            call!(|c| c.submit(submissions::payer(Payer::Profile(profile())))),
        )
        .sending(json!({"payment_details_id": 987})),
    ];
    let vector = submissions::vector();
    let sends = submissions::authorize_body(&vector);
    cases.push(
        case(
            "POST /api/v1/partner/orders/{order_id}/authorize-crypto-transfer",
            Kind::Write,
            answers(),
            "Accepted",
            call!(|c| async move {
                let vector = submissions::vector();
                let keys = Keystore::ephemeral(vector.key()).unwrap();
                c.submit(keys.sign(vector.recorded()).await.unwrap()).await
            }),
        )
        .sending(sends),
    );
    cases
}

fn users() -> Vec<Case> {
    let user_data = |key: &str| json!({key: "u-1", "email": "a@b.c", "kyc_status": "IN_PROGRESS"});
    let by_kyc =
        json!({"user_uuid": "u-1", "kyc": {"status": "IN_PROGRESS"}, "payment_profiles": [{"id": 7, "rail": "r"}]});
    let verified = json!({"message": "ok", "authenticated": true});
    vec![
        case("GET /api/v1/partner/verify-auth", Kind::Read, vec![verified], "()", call!(|c| c.verify_auth())),
        case(
            "POST /api/v1/partner/users",
            Kind::Write,
            vec![user_data("id"), user_data("user_uuid")],
            "is_new: true",
            call!(|c| c.create_user(" ref-1 ", "a@b.c")),
        )
        .sending(json!({"user_ref": "ref-1", "email": "a@b.c"}))
        .with_status(201),
        case(
            "POST /api/v1/partner/users",
            Kind::Write,
            vec![user_data("id"), user_data("user_uuid")],
            "is_new: false",
            call!(|c| c.create_user("ref-1", "a@b.c")),
        )
        .sending(json!({"user_ref": "ref-1", "email": "a@b.c"})),
        case(
            "GET /api/v1/partner/users/{id}",
            Kind::Read,
            vec![user_data("id"), by_kyc],
            "UnderWay(\"IN_PROGRESS\")",
            call!(|c| async move { c.user(&user()).await }),
        ),
    ]
}

fn link() -> DocumentLink {
    DocumentLink { kind: "selfie".to_owned(), url: "https://d.example/1".to_owned() }
}

fn person() -> Pii {
    let more = vec![("city".to_owned(), "Lagos".to_owned()), ("address".to_owned(), "  ".to_owned())];
    Pii { first_name: "Ada".to_owned(), last_name: "Obi".to_owned(), country: "NG".to_owned(), more }
}

fn kyc() -> Vec<Case> {
    const SUBMIT: &str = "POST /api/v1/partner/users/{id}/kyc-submissions";
    const DOCUMENTS: &str = "POST /api/v1/partner/users/{id}/kyc/documents";
    let taken = json!({"kyc_status": "IN_PROGRESS", "message": "m"});
    let handed = json!({"kyc_status": "IN_PROGRESS", "verification_url": "https://v.example/1"});
    let pii = json!({"pii": {"first_name": "Ada", "last_name": "Obi", "country_code": "NG", "city": "Lagos"}});
    let stored = json!({"document_id": "d-1", "document_type": "selfie", "file_name": "f.jpg", "message": "m"});
    let mut started = stored.clone();
    started["verification_status"] = json!("IN_PROGRESS");
    let one = json!({"upload_method": "url_link", "document_type": "selfie", "url": "https://d.example/1"});
    let two = json!({"document_type": "selfie", "url": "https://d.example/1"});
    vec![
        case(
            SUBMIT,
            Kind::Write,
            vec![taken.clone()],
            "IN_PROGRESS",
            call!(|c| async move { c.submit_kyc(&user(), &KycSubmission::DirectData(person())).await }),
        )
        .sending(json!({"method": "direct_data", "data": pii})),
        case(
            SUBMIT,
            Kind::Write,
            vec![taken.clone()],
            "IN_PROGRESS",
            call!(|c| async move { c.submit_kyc(&user(), &KycSubmission::Sumsub { token: "t".to_owned() }).await }),
        )
        .sending(json!({"method": "external_token", "data": {"provider": "sumsub", "token": "t"}})),
        case(
            SUBMIT,
            Kind::Write,
            vec![taken],
            "IN_PROGRESS",
            call!(
                |c| async move { c.submit_kyc(&user(), &KycSubmission::Persona { inquiry_id: "i".to_owned() }).await }
            ),
        )
        .sending(json!({"method": "external_token", "data": {"provider": "persona", "inquiry_id": "i"}})),
        case(
            SUBMIT,
            Kind::Write,
            vec![handed],
            "https://v.example/1",
            call!(|c| async move { c.submit_kyc(&user(), &KycSubmission::Handoff(None)).await }),
        )
        .sending(json!({"method": "handoff", "data": {}})),
        case(
            DOCUMENTS,
            Kind::Write,
            vec![stored.clone(), started],
            "d-1",
            call!(|c| async move {
                let document = Document::new("selfie", b"\xff\xd8\xff\xe0 a face".to_vec()).unwrap();
                c.upload_document(&user(), &document, |_| {}).await
            }),
        ),
        case(
            DOCUMENTS,
            Kind::Write,
            vec![stored.clone()],
            "d-1",
            call!(|c| async move { c.link_documents(&user(), &[link()]).await }),
        )
        .sending(one),
        case(
            DOCUMENTS,
            Kind::Write,
            vec![json!({"uploaded": [stored], "errors": ["x"]})],
            "d-1",
            call!(|c| async move { c.link_documents(&user(), &[link(), link()]).await }),
        )
        .sending(json!({"upload_method": "url_link", "documents": [two, two]})),
    ]
}

fn verification() -> Vec<Case> {
    const STATUS: &str = "GET /api/v1/partner/users/{id}/verification-status";
    let verification = |word: &str| json!({"status": word, "verification_seconds_left": 60});
    let ready = json!({"ready": false, "missing": ["selfie"], "message": "m"});
    vec![
        case(
            STATUS,
            Kind::Read,
            vec![verification("COMPLETED")],
            "UnderWay(\"COMPLETED\")",
            call!(|c| async move { c.verification(&user(), Some("v-1")).await }),
        )
        .asking(&["verification_id=v-1"]),
        case(
            STATUS,
            Kind::Read,
            vec![verification("UNDER_REVIEW")],
            "UNDER_REVIEW",
            call!(|c| async move { c.verification(&user(), None).await }),
        ),
        case(
            "POST /api/v1/partner/users/{id}/kyc/verify",
            Kind::Write,
            vec![ready],
            "selfie",
            call!(|c| async move { c.verify_kyc(&user()).await }),
        ),
        case(
            "PATCH /api/v1/partner/users/{id}/kyc",
            Kind::Write,
            vec![json!({"updated_fields": ["city"], "message": "m"})],
            "city",
            call!(|c| async move {
                let fields = [("city", "Lagos"), ("address", " ")].map(|(k, v)| (k.to_owned(), v.to_owned()));
                c.update_kyc(&user(), &KycChange(fields.to_vec())).await
            }),
        )
        .sending(json!({"city": "Lagos"})),
    ]
}

fn payment_details() -> Vec<Case> {
    let saved = json!({"payment_details_id": "987", "rail": "nip-nigeria", "currency": "NGN", "details": {"account_number": "01"}});
    let numbered = json!({"id": 987, "rail": "nip-nigeria", "currency": "NGN", "details": {"account_number": 1}});
    let sends =
        json!({"currency": "NGN", "rail": "nip-nigeria", "institution_id": "gtb", "details": {"account_number": "01"}});
    vec![
        case(
            "GET /api/v1/partner/users/{id}/payment-details",
            Kind::Read,
            vec![json!([saved]), json!([numbered])],
            "PaymentDetailsId(987)",
            call!(|c| async move { c.payment_details(&user()).await }),
        ),
        case(
            "GET /api/v1/partner/users/{id}/payment-details/{payment_details_id}",
            Kind::Read,
            vec![saved.clone(), numbered.clone()],
            "PaymentDetailsId(987)",
            call!(|c| async move { c.payment_detail(&user(), &profile()).await }),
        ),
        case(
            "POST /api/v1/partner/users/{id}/payment-details",
            Kind::Write,
            vec![saved, numbered],
            "PaymentDetailsId(987)",
            call!(|c| async move {
                let details = vec![("account_number".to_owned(), "01".to_owned())];
                let new = NewPaymentProfile {
                    currency: "NGN".to_owned(),
                    rail: "nip-nigeria".to_owned(),
                    institution: Some("gtb".to_owned()),
                    country: None,
                    details,
                };
                c.create_payment_details(&user(), &new).await
            }),
        )
        .sending(sends)
        .with_status(201),
        case(
            "DELETE /api/v1/partner/users/{id}/payment-details/{payment_details_id}",
            Kind::Write,
            vec![json!({"message": "deleted"})],
            "deleted",
            call!(|c| async move { c.delete_payment_details(&user(), &profile()).await }),
        ),
    ]
}

fn webhooks() -> Vec<Case> {
    let url = "https://p.example/hook";
    let set = json!({"url": url, "enabled": true});
    vec![
        case(
            "GET /api/v1/partner/webhooks",
            Kind::Read,
            vec![set.clone()],
            "https://p.example/hook",
            call!(|c| c.webhook()),
        ),
        case(
            "GET /api/v1/partner/webhooks",
            Kind::Read,
            vec![json!({"enabled": false})],
            "url: None",
            call!(|c| c.webhook()),
        ),
        case(
            "POST /api/v1/partner/webhooks",
            Kind::Write,
            vec![set],
            "https://p.example/hook",
            call!(|c| c.register_webhook("https://p.example/hook")),
        )
        .sending(json!({"url": url})),
        case(
            "DELETE /api/v1/partner/webhooks/{id}",
            Kind::Write,
            vec![json!({"message": "gone"})],
            "gone",
            call!(|c| c.delete_webhook()),
        ),
        case(
            "POST /api/v1/partner/webhooks/test",
            Kind::Once,
            vec![json!({"delivered": true, "http_status": 204})],
            "Some(204)",
            call!(|c| c.test_webhook()),
        ),
    ]
}
