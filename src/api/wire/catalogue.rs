//! What can be traded. Source: reference, sections 2 and 5.

use super::reader::Reader;
use super::shapes::{list, one};
use crate::domain::catalogue::{
    Blockchain, Corridor, CorridorRate, CorridorSide, Corridors, CryptoCurrency, ExchangePair, FiatCurrency, Health,
    LiquidityPair, Stats,
};

/// Reads the body of `GET /health`, which has no envelope.
///
/// # Errors
/// That it does not say how the API is.
pub fn read_health(body: &str) -> Result<Health, String> {
    one(body, "the health", |r| {
        Some(Health { status: r.need("status", Reader::text)?, service: r.text("service"), time: r.time("time") })
    })
}

/// Reads `GET /supported/crypto-currencies`.
///
/// # Errors
/// That it is no list.
pub fn read_crypto_currencies(data: &str) -> Result<Vec<CryptoCurrency>, String> {
    list(data, "the crypto currencies", crypto_currency)
}

fn crypto_currency(r: &mut Reader<'_, '_>) -> Option<CryptoCurrency> {
    Some(CryptoCurrency {
        code: r.text("code")?,
        name: r.text("name"),
        contract: r.text("contract"),
        decimals: r.integer("decimals"),
        blockchains: r.words("blockchains"),
    })
}

/// Reads `GET /supported/blockchains`.
///
/// # Errors
/// That it is no list.
pub fn read_blockchains(data: &str) -> Result<Vec<Blockchain>, String> {
    list(data, "the blockchains", |r| {
        Some(Blockchain {
            slug: r.text("slug")?,
            name: r.text("name"),
            ticker: r.text("ticker"),
            tokens: r.things("crypto_currencies", crypto_currency),
        })
    })
}

/// Reads `GET /supported/fiat-currencies`.
///
/// # Errors
/// That it is no list.
pub fn read_fiat_currencies(data: &str) -> Result<Vec<FiatCurrency>, String> {
    list(data, "the fiat currencies", |r| {
        Some(FiatCurrency {
            code: r.text("code")?,
            name: r.text("name"),
            institutions: r.words("institution_id"),
            countries: r.words("countries"),
            on_ramp: r.boolean("onramp"),
            off_ramp: r.boolean("offramp"),
        })
    })
}

/// Reads `GET /supported-exchange-pairs`.
///
/// # Errors
/// That it is no list.
pub fn read_pairs(data: &str) -> Result<Vec<ExchangePair>, String> {
    list(data, "the exchange pairs", |r| {
        Some(ExchangePair {
            crypto: r.text("crypto_currency_code")?,
            fiat: r.text("fiat_currency_code")?,
            kind: r.text("type"),
        })
    })
}

/// Reads `GET /supported/corridors`.
///
/// # Errors
/// That it is no object.
pub fn read_corridors(data: &str) -> Result<Corridors, String> {
    one(data, "the corridors", |r| {
        Some(Corridors {
            notional: r.figure("notional_usdt"),
            generated_at: r.time("generated_at"),
            corridors: r.things("currencies", corridor),
        })
    })
}

fn corridor(r: &mut Reader<'_, '_>) -> Option<Corridor> {
    Some(Corridor {
        code: r.text("code")?,
        name: r.text("name"),
        mid_market: r.figure("mid_market_rate"),
        mid_market_at: r.time("mid_market_updated_at"),
        fee_pct: r.figure("unigox_fee_pct"),
        on_ramp: r.part("onramp", side),
        off_ramp: r.part("offramp", side),
    })
}

fn side(r: &mut Reader<'_, '_>) -> CorridorSide {
    CorridorSide {
        supported: r.boolean("supported"),
        p2p: r.part("p2p", corridor_rate),
        licensed: r.part("licensed", corridor_rate),
    }
}

fn corridor_rate(r: &mut Reader<'_, '_>) -> CorridorRate {
    CorridorRate { rate: r.figure("rate"), least_fiat: r.figure("min_notional_fiat") }
}

/// Reads `GET /liquidity`.
///
/// # Errors
/// That it is no object.
pub fn read_liquidity(data: &str) -> Result<Vec<LiquidityPair>, String> {
    one(data, "the liquidity", |r| Some(r.things("pairs", liquidity_pair)))
}

fn liquidity_pair(r: &mut Reader<'_, '_>) -> Option<LiquidityPair> {
    Some(LiquidityPair {
        crypto: r.text("crypto_currency_code")?,
        fiat: r.text("fiat_currency_code")?,
        trade: r.text("trade_type"),
        min: r.figure("min_amount"),
        max: r.figure("max_amount"),
        min_usd: r.figure("min_amount_usd"),
        max_usd: r.figure("max_amount_usd"),
        methods: r.words("payment_methods"),
    })
}

/// Reads `GET /stats`.
///
/// # Errors
/// That it is no object.
pub fn read_stats(data: &str) -> Result<Stats, String> {
    one(data, "the statistics", |r| {
        Some(Stats {
            total_orders: r.integer("total_orders"),
            completed_orders: r.integer("completed_orders"),
            volume_usd: r.figure("volume_usd"),
            earned_usd: r.figure("earned_usd"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_catalogue_is_read() {
        let token = r#"{"code":"USDT","name":"Tether","contract":"0xf8","decimals":6,"blockchains":["xai"]}"#;
        let chains = format!(r#"[{{"name":"XAI","slug":"xai","ticker":"","crypto_currencies":[{token}]}}]"#);
        let chains = read_blockchains(&chains).unwrap();
        assert_eq!((chains[0].slug.as_str(), chains[0].ticker.as_deref()), ("xai", None));
        assert_eq!(chains[0].tokens, read_crypto_currencies(&format!("[{token}]")).unwrap());
        let fiat = r#"[{"code":"NGN","institution_id":["gtb"],"countries":["NG"],"onramp":true,"offramp":false}]"#;
        let fiat = read_fiat_currencies(fiat).unwrap();
        assert_eq!((fiat[0].on_ramp, fiat[0].off_ramp), (Some(true), Some(false)));
        let pairs = r#"[{"crypto_currency_code":"USDC","fiat_currency_code":"ARS","type":"BUY"}]"#;
        assert_eq!(read_pairs(pairs).unwrap()[0].kind.as_deref(), Some("BUY"));
    }

    #[test]
    fn a_direction_without_an_offer_is_none() {
        let data = r#"{"notional_usdt":500,"generated_at":"2026-02-01T12:00:05Z","currencies":[{"code":"NGN",
            "mid_market_rate":1531.5,"offramp":{"supported":true,"p2p":{"rate":1530.12,"min_notional_fiat":1e3}}}]}"#;
        let ngn = &read_corridors(data).unwrap().corridors[0];
        let p2p = ngn.off_ramp.as_ref().unwrap().p2p.clone().unwrap();
        assert_eq!(
            (p2p.rate.unwrap().to_string(), p2p.least_fiat.unwrap().to_string()),
            ("1530.12".into(), "1000".into())
        );
        assert!(ngn.on_ramp.is_none());
    }

    #[test]
    fn liquidity_statistics_and_health_are_read() {
        let data = r#"{"pairs":[{"crypto_currency_code":"USDT","fiat_currency_code":"NGN","trade_type":"SELL",
            "min_amount":1,"max_amount":2.5,"min_amount_usd":1,"max_amount_usd":2,"payment_methods":["bank"]}]}"#;
        assert_eq!(read_liquidity(data).unwrap()[0].methods, ["bank"]);
        assert_eq!(read_stats(r#"{"total_orders":7,"volume_usd":1.5}"#).unwrap().total_orders, Some(7));
        assert_eq!(read_health(r#"{"status":"ok","service":"api"}"#).unwrap().status, "ok");
        assert!(read_health("{}").is_err());
    }
}
