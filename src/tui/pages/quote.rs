//! A quote and the question whether to make an order of it: first how it stands and what to do, then
//! every fact the yes is about.

use ratatui::text::Line;

use super::new_order::{fees, wrapped};
use crate::app::Failure;
use crate::app::page::Context;
use crate::app::page::new_order::{Attempt, Held, Life, moves};
use crate::domain::quote::{PriceChanged, Side, Slippage};
use crate::domain::{Amount, Direction, KycStatus, UserId};
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

const LABEL: usize = 12;

/// Rows from which on there is room for empty lines.
const ROOMY: usize = 24;

/// The whole quote in `(columns, rows)`.
pub fn lines(
    look: Look<'_>,
    held: &Held,
    context: &Context<'_>,
    (width, height): (usize, usize),
) -> Vec<Line<'static>> {
    let whole = written(look, held, context, (width, height), usize::MAX);
    let over = whole.len().saturating_sub(height);
    if over == 0 {
        return whole;
    }
    // What the API said at length gives way to what a yes is about.
    let said = said(held).map_or(0, |what| wrapped(look, what, width, Meaning::Plain).len());
    written(look, held, context, (width, height), said.saturating_sub(over).max(1))
}

/// What the API said to the last attempt.
fn said(held: &Held) -> Option<&str> {
    match &held.attempt {
        Attempt::Unknown(failure) | Attempt::Refused(failure) => Some(&failure.what),
        Attempt::Open | Attempt::Sending | Attempt::Requoting => None,
    }
}

/// The quote with at most `said` lines of what the API said.
fn written(
    look: Look<'_>,
    held: &Held,
    context: &Context<'_>,
    (width, height): (usize, usize),
    said: usize,
) -> Vec<Line<'static>> {
    let mut out = Vec::new();
    if held.can_yes(context) && !look.model.shows_questions_whole() {
        out.push(look.line("Make the screen at least 80x24: nobody says yes to what is cut off.", Meaning::Critical));
    }
    out.extend(headline(look, held, context, width, said));
    out.extend(warnings(look, held, context, width));
    let roomy = height >= ROOMY;
    if roomy {
        out.push(Line::default());
    }
    let whole = roomy || held.attempt == Attempt::Open;
    out.extend(facts(look, held, context, width, whole));
    if roomy {
        out.push(Line::default());
    }
    out.extend(keys(look, held, context, width));
    out
}

/// How it stands and what that means for the money.
fn headline(look: Look<'_>, held: &Held, context: &Context<'_>, width: usize, said: usize) -> Vec<Line<'static>> {
    match &held.attempt {
        Attempt::Open => vec![life(look, held, context)],
        Attempt::Sending => wrapped(
            look,
            "… making the order; the answer will show here. Nothing is sent twice.",
            width,
            Meaning::NeedsYou,
        ),
        Attempt::Requoting => vec![look.line("… asking for a new quote with the same inputs", Meaning::NeedsYou)],
        Attempt::Unknown(failure) => unknown(look, held, failure, context, (width, said)),
        Attempt::Refused(failure) => refused(look, held, failure, (width, said)),
    }
}

fn life(look: Look<'_>, held: &Held, context: &Context<'_>) -> Line<'static> {
    let shown = |left: std::time::Duration| text::countdown(left.as_secs() + u64::from(left.subsec_nanos() > 0));
    match held.life(context) {
        Life::Left(left) => look.line(format!("● QUOTE · {} left", shown(left)), Meaning::Good),
        Life::NearlyOver(left) => look.line(format!(" ‼ QUOTE NEARLY OVER · {} left ", shown(left)), Meaning::Critical),
        Life::Over => look.line(" ✗ QUOTE EXPIRED · no order was made of it ", Meaning::Critical),
        Life::Unsaid => look.line("● QUOTE · the API does not say how long it lives", Meaning::NeedsYou),
    }
}

fn unknown(
    look: Look<'_>,
    held: &Held,
    failure: &Failure,
    context: &Context<'_>,
    (width, said): (usize, usize),
) -> Vec<Line<'static>> {
    let mut out = vec![look.line(" ‼ OUTCOME UNKNOWN · the order may or may not exist ", Meaning::Critical)];
    out.extend(wrapped(look, &failure.what, width, Meaning::Trouble).into_iter().take(said));
    let words = if held.can_yes(context) {
        "Nothing is sent again by itself. Look at the list first: Esc, r there asks the API. Or y: one quote makes \
         one order, so the same quote never makes two; \"already used\" proves that it exists."
    } else {
        "Nothing is sent again by itself, and this quote is over. Look for the order in the list (Esc, r there asks \
         the API) before you ask for another quote."
    };
    out.extend(wrapped(look, words, width, Meaning::NeedsYou));
    if let Life::Left(_) | Life::NearlyOver(_) = held.life(context) {
        out.push(life(look, held, context));
    }
    out
}

fn refused(look: Look<'_>, held: &Held, failure: &Failure, (width, said): (usize, usize)) -> Vec<Line<'static>> {
    let word = failure.code().unwrap_or("not sent");
    let title = match (held.used(), held.unsure) {
        (true, _) => "AN ORDER OF THIS QUOTE EXISTS",
        (false, true) => "REFUSED NOW, BUT AN EARLIER ANSWER WAS LOST",
        (false, false) => "NO ORDER WAS MADE",
    };
    let mut out = vec![look.line(format!("✗ {title} · {}", text::safe(word, 40)), Meaning::Trouble)];
    out.extend(wrapped(look, &failure.what, width, Meaning::Plain).into_iter().take(said));
    if let Some(price) = failure.price() {
        out.extend(moved(look, held, price));
    }
    let words = if held.used() {
        "Find it in the list (Esc, r there asks the API) before you quote again: another quote makes a second order."
    } else if held.unsure {
        "An order may exist: look at the list first (Esc, r there asks the API)."
    } else {
        &failure.advice
    };
    out.extend(wrapped(look, words, width, Meaning::NeedsYou));
    out
}

/// Old and new rate side by side.
fn moved(look: Look<'_>, held: &Held, price: PriceChanged) -> Vec<Line<'static>> {
    let (crypto, fiat) = &held.currencies;
    let cell = |value: Option<Amount>| text::right(&value.map_or_else(|| "?".to_owned(), text::amount), 18);
    let unit = format!("{} for 1 {}", text::safe(fiat, 8), text::safe(crypto, 8));
    vec![
        look.line(
            format!("{}{:>18}{:>18}{:>18}", " ".repeat(LABEL), "quoted", "now", "fiat difference"),
            Meaning::Label,
        ),
        look.line(
            format!(
                "{}{}{}{}",
                text::left("rate", LABEL),
                cell(price.quoted),
                cell(price.current),
                cell(price.difference)
            ),
            Meaning::NeedsYou,
        ),
        look.line(format!("{}{unit}", " ".repeat(LABEL)), Meaning::Dim),
    ]
}

/// What the operator should think about before a yes.
fn warnings(look: Look<'_>, held: &Held, context: &Context<'_>, width: usize) -> Vec<Line<'static>> {
    let mut out = Vec::new();
    let mut warn = |when: bool, words: &str, meaning| {
        if when {
            out.extend(wrapped(look, words, width, meaning));
        }
    };
    let elsewhere = "✗ The quote names OTHER payment details than were asked for: no order can be made of it.";
    warn(held.pays_elsewhere(), elsewhere, Meaning::Critical);
    let unread = "✗ An amount of the quote could not be read: no order can be made of it. r asks for a new quote.";
    warn(held.says_too_little() && held.asks(), unread, Meaning::Critical);
    warn(held.other_amount(), "⚠ The amount you gave is not the quote's: look twice.", Meaning::NeedsYou);
    let lost = "⚠ The answer about an earlier quote was lost: an order may exist already. Look at the list first.";
    // Where the answer about this one is lost as well, that is what stands above.
    warn(held.earlier_lost && held.attempt == Attempt::Open, lost, Meaning::Trouble);
    warn(context.session.read_only, "Read-only: no order can be made in this run.", Meaning::NeedsYou);
    for problem in &held.quote.problems {
        let words = format!("⚠ {} could not be read: {}", problem.field, problem.reason);
        warn(true, &words, Meaning::Trouble);
    }
    out
}

/// A user in one line.
pub(super) fn user_words(id: &UserId, context: &Context<'_>) -> String {
    let Some(user) = context.people.user(id).map(|seen| &seen.value) else { return text::safe(id.as_str(), 64) };
    let kyc = match &user.kyc {
        Some(KycStatus::Verified) => "KYC verified".to_owned(),
        Some(other) => format!("⚠ KYC {}", other.label()),
        None => "⚠ KYC not known".to_owned(),
    };
    let parts = [user.name(), user.email.clone(), Some(kyc)];
    let words = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    text::safe(&words, 200)
}

/// Every fact; where an answer is more pressing and there is little room, some in fewer lines.
fn facts(look: Look<'_>, held: &Held, context: &Context<'_>, width: usize, whole: bool) -> Vec<Line<'static>> {
    let room = width.saturating_sub(LABEL);
    let mut rows = parties(held, context, whole);
    rows.extend(price(held));
    let mut out: Vec<Line<'static>> = rows
        .into_iter()
        .map(|(label, value, meaning)| look.field(label, LABEL, text::fit(&value, room), meaning))
        .collect();
    out.extend(fee_lines(look, held, room, whole));
    out.extend(rest(look, held, room));
    out
}

type Row = (&'static str, String, Meaning);

fn parties(held: &Held, context: &Context<'_>, whole: bool) -> Vec<Row> {
    let off = held.quote.direction == Direction::OffRamp;
    let way = if off { "OFF-RAMP: crypto in, fiat to the user" } else { "ON-RAMP: fiat in, crypto out" };
    let mut rows: Vec<Row> =
        vec![("order", way.to_owned(), Meaning::Heading), ("user", user_words(&held.user, context), Meaning::Plain)];
    if whole {
        rows.push(("", text::safe(held.user.as_str(), 64), Meaning::Dim));
    }
    if off {
        rows.push(("fiat to", text::safe(&held.payee(), 200), Meaning::Heading));
    }
    rows
}

/// Both amounts, with what is exact and what may move, and the rate.
fn price(held: &Held) -> Vec<Row> {
    let amounts = &held.quote.amounts;
    let (crypto, fiat) = &held.currencies;
    let fiat_exact = held.fiat_is_exact();
    let amount = |value, code: &str, exact: bool| {
        format!("{}{}", text::money(value, Some(code), false), if exact { "   = exact" } else { "" })
    };
    let moving = ("", format!("≈ {}", moves(held.quote.direction, fiat_exact)), Meaning::NeedsYou);
    let paid = ("crypto", amount(amounts.crypto, crypto, !fiat_exact), Meaning::Heading);
    let got = ("fiat", amount(amounts.fiat, fiat, fiat_exact), Meaning::Heading);
    let before = held.before.filter(|old| Some(*old) != amounts.rate);
    let was = before.map_or_else(String::new, |old| format!("   (was {})", text::amount(old)));
    let rate = format!("{} for 1 {}{was}", text::money(amounts.rate, Some(fiat), false), text::safe(crypto, 8));
    let rate = ("rate", rate, Meaning::Plain);
    let mut rows = if fiat_exact { vec![got, paid, moving, rate] } else { vec![paid, got, moving, rate] };
    rows.extend(tolerance(held).map(|words| ("tolerance", words, Meaning::NeedsYou)));
    rows
}

/// A yes agrees to a worse price as well, as far as the operator allowed it.
fn tolerance(held: &Held) -> Option<String> {
    let (crypto, fiat) = &held.currencies;
    let unit = if matches!(held.side, Side::Fiat(_)) { crypto } else { fiat };
    let by = match held.slippage()? {
        Slippage::Percent(percent) => format!("{} % of the rate", text::amount(percent)),
        Slippage::Amount(amount) | Slippage::Fiat(amount) => text::money(Some(amount), Some(unit), false),
    };
    Some(format!("a price worse by up to {by} is taken without asking again"))
}

fn fee_lines(look: Look<'_>, held: &Held, room: usize, whole: bool) -> Vec<Line<'static>> {
    let crypto = &held.currencies.0;
    if whole {
        let one = |(label, value): (String, String)| {
            look.field(&label, LABEL + 2, text::fit(&value, room.saturating_sub(2)), Meaning::Plain)
        };
        return fees(&held.quote.fees, crypto).into_iter().map(one).collect();
    }
    let fees = &held.quote.fees;
    let short = |value| text::money(value, Some(crypto), true);
    let (platform, partner, all) = (short(fees.platform_fee), short(fees.partner_fee), short(fees.total_fee));
    let words = format!("platform {platform} · partner {partner} · all {all}");
    vec![look.field("fees", LABEL, text::fit(&words, room), Meaning::Plain)]
}

/// What is left to say about a quote.
fn rest(look: Look<'_>, held: &Held, room: usize) -> Vec<Line<'static>> {
    let (crypto, _) = &held.currencies;
    let mut out = Vec::new();
    if let Some(fund) = held.to_fund() {
        let words =
            format!("{} from your wallet: crypto and partner fee", text::money(Some(fund), Some(crypto), false));
        out.push(look.field("you fund", LABEL, text::fit(&words, room), Meaning::Plain));
    }
    if held.quote.direction == Direction::OffRamp {
        let words = match held.quote.settles_itself {
            Some(true) => "the provider confirms the fiat by itself",
            Some(false) => "▲ somebody must confirm the fiat by hand when it arrived",
            None => "not said: somebody may have to confirm the fiat by hand",
        };
        out.push(look.field("delivery", LABEL, text::fit(words, room), Meaning::Plain));
    }
    let reference =
        held.reference.as_ref().map(|r| format!(" · your reference {}", text::safe(r, 60))).unwrap_or_default();
    let id = format!("{}{reference}", text::safe(held.quote.id.as_str(), 64));
    out.push(look.field("quote", LABEL, text::fit(&id, room), Meaning::Dim));
    out
}

/// The keys that mean something now.
fn keys(look: Look<'_>, held: &Held, context: &Context<'_>, width: usize) -> Vec<Line<'static>> {
    let mut parts: Vec<&str> = Vec::new();
    if held.can_yes(context) && look.model.shows_questions_whole() {
        parts.push(if held.unsure { "[y] send this quote again" } else { "[y] YES, make the order" });
    }
    if held.can_requote() {
        parts.push("[r] new quote, same inputs");
    }
    if held.wants_kyc() {
        parts.push("[i] the user's KYC");
    }
    if !matches!(held.attempt, Attempt::Sending | Attempt::Requoting) {
        parts.push("[e] change the inputs");
    }
    wrapped(look, &parts.join(" · "), width, Meaning::Key)
}
