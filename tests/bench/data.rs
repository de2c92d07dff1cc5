//! The orders of a partner at scale, made up but always the same: hundreds that are live, years of
//! others, as the API writes them and as rows of a CSV file for programs that read those.
#![allow(dead_code)]

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use ramptop::api::wire::order::read_order;
use ramptop::domain::status::KnownStatus as S;
use ramptop::domain::{Brief, Now, Observed, Order};
use ramptop::store::{SeenOrder, Store};
use serde_json::{Value, json};

pub const LIVE: usize = 500;
pub const ALL: usize = 100_000;

/// Seconds a countdown shows at the moment the orders were read.
pub const COUNTDOWN: u64 = 3_000;

const OFF_RAMP: [S; 10] = [
    S::Created,
    S::AwaitingLiquidityProvider,
    S::AwaitingCryptoTransferAuthorization,
    S::CryptoTransferAuthorizationPending,
    S::CryptoReceived,
    S::FiatPaymentStarted,
    S::AwaitingFiatReceivedConfirmation,
    S::FiatReceivedConfirmed,
    S::CryptoReleasePending,
    S::Completed,
];
const ON_RAMP: [S; 6] = [
    S::Created,
    S::AwaitingLiquidityProvider,
    S::AwaitingVendorEscrowFunding,
    S::AwaitingFiatTransfer,
    S::FiatTransferPending,
    S::Completed,
];
const CURRENCIES: [(&str, u64); 6] = [("NGN", 1530), ("KES", 129), ("GHS", 12), ("UGX", 3650), ("EUR", 1), ("INR", 87)];

/// One order, as far as it is made up.
pub struct Line {
    pub id: String,
    pub status: S,
    pub on_ramp: bool,
    pub crypto: String,
    pub fiat: String,
    pub currency: &'static str,
    pub rate: u64,
    pub reference: String,
    pub created: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    pub counts_down: bool,
}

/// So many orders of the partner, newest first; the first `countdowns` wait for a signature.
pub fn lines(count: usize, now: DateTime<Utc>, countdowns: usize) -> Vec<Line> {
    let mut random = fastrand::Rng::with_seed(5);
    (0..count).map(|nth| line(&mut random, now, nth, countdowns)).collect()
}

fn line(random: &mut fastrand::Rng, now: DateTime<Utc>, nth: usize, countdowns: usize) -> Line {
    let live = nth < LIVE;
    let counts_down = nth < countdowns;
    let on_ramp = !counts_down && random.u8(..100) < 15;
    let status = match (counts_down, live, on_ramp) {
        (true, _, _) => S::AwaitingCryptoTransferAuthorization,
        (_, true, true) => ON_RAMP[random.usize(1..5)],
        (_, true, false) => [S::AwaitingLiquidityProvider, S::CryptoReceived, S::FiatPaymentStarted][random.usize(..3)],
        (_, false, _) if random.u8(..100) < 12 => S::Cancelled,
        _ => S::Completed,
    };
    // The live ones within a day, the others back over three years.
    let place = i64::try_from(nth).unwrap();
    let age = if live { place * 170 } else { 86_400 + place * 950 + random.i64(0..900) };
    let created = now - TimeDelta::seconds(age);
    let cents = random.u64(2_000..900_000);
    let (currency, rate) = CURRENCIES[random.usize(..CURRENCIES.len())];
    Line {
        id: uuid(random),
        status,
        on_ramp,
        crypto: format!("{}.{:02}", cents / 100, cents % 100),
        fiat: format!("{}.00", cents * rate / 100),
        currency,
        rate,
        reference: format!("PAY-{:06}-{:04}", ALL - nth, random.u16(..10_000)),
        created,
        updated: created + TimeDelta::seconds(random.i64(30..3_000).min(age)),
        counts_down,
    }
}

fn uuid(random: &mut fastrand::Rng) -> String {
    let hex = format!("{:032x}", random.u128(..));
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl Line {
    /// As the API sends it.
    pub fn json(&self) -> String {
        let cents: f64 = self.crypto.parse().unwrap();
        let fee = format!("{:.6}", cents * 0.015);
        let mut order = json!({
            "order_id": self.id,
            "status": self.status.wire(),
            "next_action": self.counts_down.then_some("authorize_crypto_transfer"),
            "action_required": null,
            "allowed_actions": self.allowed(),
            "crypto_transfer_authorization_seconds_left": self.counts_down.then_some(COUNTDOWN),
            "amounts": {"crypto_amount": self.crypto, "fiat_amount": self.fiat, "crypto_currency": "USDT",
                "fiat_currency": self.currency, "rate": self.rate.to_string()},
            "fee_breakdown": {"platform_fee": fee, "platform_fee_pct": 1.5, "partner_fee": "0.000000",
                "partner_fee_pct": 0, "total_fee": fee},
            "timeline": self.timeline(),
            "has_fiat_settlement_notification": false,
            "created_at": time(self.created),
            "updated_at": time(self.updated),
            "reference_id": self.reference,
        });
        if self.on_ramp {
            order["order_type"] = "onramp".into();
            order["payment_request"] = false.into();
            order["vendor_payment_details"] = json!({"payment_method_name": "Example Bank",
                "payment_network_name": "Bank transfer", "details": {"account_number": "0123456789"}});
        }
        order.to_string()
    }

    fn allowed(&self) -> &'static [&'static str] {
        match self.status {
            S::AwaitingCryptoTransferAuthorization => &["authorize-crypto-transfer", "cancel"],
            S::AwaitingLiquidityProvider => &["cancel"],
            _ => &[],
        }
    }

    fn timeline(&self) -> Vec<Value> {
        let path: &[S] = if self.on_ramp { &ON_RAMP } else { &OFF_RAMP };
        let end = path.iter().position(|status| *status == self.status).unwrap_or(2) + 1;
        let mut steps = path[..end].to_vec();
        if self.status == S::Cancelled {
            steps.push(S::Cancelled);
        }
        let step = (self.updated - self.created) / i32::try_from(steps.len().max(2) - 1).unwrap();
        let at = |nth: usize| time(self.created + step * i32::try_from(nth).unwrap());
        let entry = |(nth, status): (usize, &S)| json!({"status": status.wire(), "timestamp": at(nth), "description": status.meaning()});
        steps.iter().enumerate().map(entry).collect()
    }

    /// The order as the program holds it after reading [`Self::json`].
    pub fn order(&self) -> Order {
        read_order(&self.json()).unwrap()
    }

    /// The same, seen at `at`.
    pub fn seen(&self, at: Now) -> Observed<Order> {
        Observed { value: self.order(), asked: at, answered: at, server_date: Some(at.wall) }
    }
}

/// A page as the API answers it.
pub fn page(lines: &[Line]) -> String {
    let orders: Vec<String> = lines.iter().map(Line::json).collect();
    let pagination = json!({"page": 1, "limit": lines.len(), "total_count": ALL, "total_pages": ALL / lines.len()});
    format!(r#"{{"orders":[{}],"pagination":{pagination}}}"#, orders.join(","))
}

/// The same orders for programs that show tables.
pub fn csv(lines: &[Line]) -> String {
    let mut out = "id,status,direction,crypto,currency,fiat,fiat currency,reference,created,updated\n".to_owned();
    for line in lines {
        let direction = if line.on_ramp { "on" } else { "off" };
        let Line { id, crypto, fiat, currency, reference, .. } = line;
        let (status, created, updated) = (line.status.wire(), time(line.created), time(line.updated));
        writeln!(out, "{id},{status},{direction},{crypto},USDT,{fiat},{currency},{reference},{created},{updated}")
            .unwrap();
    }
    out
}

/// Writes the orders into a profile's local database, as seen at `now`.
pub fn keep(path: &std::path::Path, lines: &[Line], now: DateTime<Utc>) {
    let mut store = Store::open(path).unwrap();
    for piece in lines.chunks(5_000) {
        let orders: Vec<(Order, Brief)> = piece.iter().map(Line::order).map(|o| (o.clone(), Brief::of(&o))).collect();
        let seen = orders.iter().map(|(order, brief)| {
            let live = order.is_live();
            SeenOrder { brief, live, asked_at: now, json: &order.raw }
        });
        let seen: Vec<_> = seen.collect();
        assert_eq!(store.keep_orders(&seen).unwrap(), piece.len());
    }
}
