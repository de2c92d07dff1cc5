//! Banks and wallets, each on one or more rails. Public names, or invented ones.

/// A bank or a wallet.
#[derive(Debug)]
pub struct Institution {
    /// `id`: the slug.
    pub id: &'static str,
    /// `name`.
    pub name: &'static str,
    /// `institution_type`: `bank` or `wallet`.
    pub kind: &'static str,
    /// `code`.
    pub code: Option<&'static str>,
    /// `countries` it is in.
    pub country: &'static str,
    /// `supported_rails`.
    pub rails: &'static [&'static str],
}

const NIP: &[&str] = &["nip-nigeria"];
const INDIA: &[&str] = &["imps-neft-india"];
const SEPA: &[&str] = &["iban-sepa"];
const UK: &[&str] = &["faster-payments"];

const fn bank(
    id: &'static str,
    name: &'static str,
    code: &'static str,
    country: &'static str,
    rails: &'static [&'static str],
) -> Institution {
    Institution { id, name, kind: "bank", code: Some(code), country, rails }
}

const fn wallet(
    id: &'static str,
    name: &'static str,
    country: &'static str,
    rails: &'static [&'static str],
) -> Institution {
    Institution { id, name, kind: "wallet", code: None, country, rails }
}

/// Every institution, by country and name.
pub const ALL: &[Institution] = &[
    bank("deutsche-bank", "Deutsche Bank", "DEUTDEFF", "DE", SEPA),
    bank("n26", "N26", "NTSBDEB1", "DE", SEPA),
    bank("bnp-paribas", "BNP Paribas", "BNPAFRPP", "FR", SEPA),
    bank("barclays", "Barclays", "200000", "GB", UK),
    bank("hsbc-uk", "HSBC UK", "400000", "GB", UK),
    bank("lloyds", "Lloyds Bank", "309634", "GB", UK),
    bank("monzo", "Monzo", "040004", "GB", UK),
    bank("natwest", "NatWest", "601613", "GB", UK),
    wallet("airteltigo-ghana", "AirtelTigo Money", "GH", &["mobile-money-ghana"]),
    wallet("mtn-ghana", "MTN", "GH", &["mobile-money-ghana"]),
    wallet("telecel-ghana", "Telecel Cash", "GH", &["mobile-money-ghana"]),
    bank("axis-bank", "Axis Bank", "UTIB", "IN", INDIA),
    bank("hdfc-bank", "HDFC Bank", "HDFC", "IN", INDIA),
    bank("icici-bank", "ICICI Bank", "ICIC", "IN", INDIA),
    bank("state-bank-of-india", "State Bank of India", "SBIN", "IN", INDIA),
    wallet("upi", "UPI", "IN", &["upi"]),
    wallet("mpesa", "M-PESA", "KE", &["mpesa-kenya"]),
    bank("access-bank", "Access Bank", "044", "NG", NIP),
    bank("ecobank-nigeria", "Ecobank Nigeria", "050", "NG", NIP),
    bank("fidelity-bank-nigeria", "Fidelity Bank", "070", "NG", NIP),
    bank("first-bank-nigeria", "First Bank of Nigeria", "011", "NG", NIP),
    bank("fcmb", "First City Monument Bank", "214", "NG", NIP),
    bank("gtbank", "Guaranty Trust Bank", "058", "NG", NIP),
    bank("kuda", "Kuda Bank", "50211", "NG", NIP),
    bank("moniepoint", "Moniepoint", "50515", "NG", NIP),
    bank("opay", "OPay", "999992", "NG", NIP),
    bank("polaris-bank", "Polaris Bank", "076", "NG", NIP),
    bank("stanbic-ibtc", "Stanbic IBTC", "221", "NG", NIP),
    bank("sterling-bank", "Sterling Bank", "232", "NG", NIP),
    bank("uba", "United Bank for Africa", "033", "NG", NIP),
    bank("union-bank-nigeria", "Union Bank of Nigeria", "032", "NG", NIP),
    bank("wema-bank", "Wema Bank", "035", "NG", NIP),
    bank("zenith-bank", "Zenith Bank", "057", "NG", NIP),
    wallet("airtel-tanzania", "Airtel Money", "TZ", &["mobile-money-tanzania"]),
    wallet("mpesa-tanzania", "M-Pesa Tanzania", "TZ", &["mobile-money-tanzania"]),
    wallet("airtel-uganda", "Airtel Money", "UG", &["mobile-money-uganda"]),
    wallet("mtn-uganda", "MTN Mobile Money", "UG", &["mobile-money-uganda"]),
];

/// `payment_method_id` of an institution: its place in the table. 900 is the generic other bank.
pub fn method_id(slug: Option<&str>) -> u32 {
    let at = slug.and_then(|slug| ALL.iter().position(|one| one.id == slug));
    at.and_then(|at| u32::try_from(at + 101).ok()).unwrap_or(900)
}

/// The institutions of a rail.
pub fn of_rail(slug: &str) -> impl Iterator<Item = &'static Institution> {
    ALL.iter().filter(move |one| one.rails.contains(&slug))
}

/// The institution of this slug, if it is on the rail.
pub fn on_rail(rail: &str, slug: &str) -> Option<&'static Institution> {
    of_rail(rail).find(|one| one.id == slug)
}
