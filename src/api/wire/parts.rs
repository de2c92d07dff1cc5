//! The objects inside an order: amounts, fees, timeline, required action, vendor details.
//! Source: reference, sections 4 and 5.
//!
//! Each is optional as a whole and in every part.

use super::object::Object;
use super::reader::{Problems, Reader};
use crate::domain::order::VendorPaymentDetails;
use crate::domain::timeline::TimelineEntry;
use crate::domain::{ActionRequired, Amounts, FeeBreakdown, Order, Status};

/// Reads the nested objects of an order into it.
pub fn read_parts(order: &mut Order, object: &Object<'_>, problems: &mut Problems) {
    let mut reader = Reader::new(object, problems);
    if let Some(part) = reader.object("amounts") {
        order.amounts = amounts(&mut reader.of(&part));
    }
    if let Some(part) = reader.object("fee_breakdown") {
        order.fees = fees(&mut reader.of(&part));
    }
    if let Some(part) = reader.object("action_required") {
        order.action_required = Some(action_required(&mut reader.of(&part)));
    }
    if let Some(part) = reader.object("vendor_payment_details") {
        order.vendor = Some(vendor(&mut reader.of(&part)));
    }
    order.timeline = timeline(&mut reader);
}

/// `amounts`.
pub fn amounts(reader: &mut Reader<'_, '_>) -> Amounts {
    Amounts {
        crypto: reader.amount("amounts.crypto_amount"),
        fiat: reader.amount("amounts.fiat_amount"),
        crypto_currency: reader.text("amounts.crypto_currency"),
        fiat_currency: reader.text("amounts.fiat_currency"),
        rate: reader.amount("amounts.rate"),
    }
}

/// `fee_breakdown`.
pub fn fees(reader: &mut Reader<'_, '_>) -> FeeBreakdown {
    FeeBreakdown {
        platform_fee: reader.amount("fee_breakdown.platform_fee"),
        platform_fee_pct: reader.amount("fee_breakdown.platform_fee_pct"),
        partner_fee: reader.amount("fee_breakdown.partner_fee"),
        partner_fee_pct: reader.amount("fee_breakdown.partner_fee_pct"),
        total_fee: reader.amount("fee_breakdown.total_fee"),
    }
}

fn action_required(reader: &mut Reader<'_, '_>) -> ActionRequired {
    ActionRequired {
        kind: reader.text("action_required.type").unwrap_or_default(),
        message: reader.text("action_required.message").unwrap_or_default(),
        endpoint: reader.text("action_required.endpoint"),
        fields: required_fields(reader),
    }
}

fn required_fields(reader: &mut Reader<'_, '_>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for raw in reader.items("action_required.fields") {
        let Some(part) = reader.item("action_required.fields", raw) else { continue };
        let mut inner = reader.of(&part);
        let name = inner.text("action_required.fields.field").unwrap_or_default();
        fields.push((name, inner.text("action_required.fields.label").unwrap_or_default()));
    }
    fields
}

fn vendor(reader: &mut Reader<'_, '_>) -> VendorPaymentDetails {
    VendorPaymentDetails {
        method: reader.text("vendor_payment_details.payment_method_name"),
        network: reader.text("vendor_payment_details.payment_network_name"),
        details: reader.texts("vendor_payment_details.details"),
    }
}

/// `timeline`, of the object that holds it.
pub fn timeline(reader: &mut Reader<'_, '_>) -> Vec<TimelineEntry> {
    let mut entries = Vec::new();
    for raw in reader.items("timeline") {
        let Some(part) = reader.item("timeline", raw) else { continue };
        let mut inner = reader.of(&part);
        entries.push(TimelineEntry {
            status: Status::from_wire(inner.text("timeline.status").as_deref().unwrap_or("?")),
            at: inner.time("timeline.timestamp"),
            description: inner.text("timeline.description").unwrap_or_default(),
        });
    }
    entries
}
