//! Payment profiles: their creation, checked against the catalog, and their deletion.
//!
//! A rail with formats takes the fields of the one the details name. Source: reference, section 3.

use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::World;
use super::people::{ProfileScript, SimProfile};
use crate::sandbox::catalog::{institutions, rails};
use crate::sandbox::config::Dialect;

/// A request for a payment profile.
#[derive(Debug, Clone)]
pub struct NewProfile {
    /// `rail`.
    pub rail: String,
    /// `currency`.
    pub currency: String,
    /// `institution_id`.
    pub institution: Option<String>,
    /// `details`.
    pub details: Map<String, Value>,
}

/// Why a payment profile stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// There is none of this number.
    Unknown,
    /// A live order pays out to it.
    InUse,
}

impl World {
    /// Adds a payment profile to a user, or names the bad fields.
    pub fn add_profile(&mut self, user: Uuid, new: &NewProfile) -> Result<SimProfile, Vec<String>> {
        let script = Arc::new(check(new, self.dialect)?);
        let profile = SimProfile { id: self.next_profile, script };
        let owner = self.user_mut(user).ok_or_else(Vec::new)?;
        owner.profiles.push(profile.clone());
        self.next_profile += 1;
        Ok(profile)
    }

    /// Deletes a payment profile unless a live order pays out to it. Numbers are not used again.
    pub fn delete_profile(&mut self, user: Uuid, id: u32) -> Result<(), Kept> {
        let in_use = self.orders.iter().any(|order| order.payment_details == id && order.is_live());
        let owner = self.user_mut(user).ok_or(Kept::Unknown)?;
        let at = owner.profiles.iter().position(|profile| profile.id == id).ok_or(Kept::Unknown)?;
        if in_use {
            return Err(Kept::InUse);
        }
        owner.profiles.remove(at);
        Ok(())
    }
}

fn check(new: &NewProfile, dialect: Dialect) -> Result<ProfileScript, Vec<String>> {
    let rail = rails::find(&new.rail).ok_or_else(|| vec!["rail".to_owned()])?;
    let mut bad = bad_details(rail, &new.details);
    let institution = new.institution.as_ref().and_then(|slug| institutions::on_rail(rail.slug, slug));
    if institution.is_none() && (new.institution.is_some() || rail.institution_required(dialect)) {
        bad.insert(0, "institution_id".to_owned());
    }
    if new.currency != rail.currency {
        bad.insert(0, "currency".to_owned());
    }
    if !bad.is_empty() {
        return Err(bad);
    }
    Ok(ProfileScript {
        rail: rail.slug,
        currency: rail.currency,
        institution: institution.map(|one| (one.name.to_owned(), one.id.to_owned())),
        details: new.details.clone(),
    })
}

/// The keys of what is missing or has the wrong form. What the rail does not know is kept.
pub fn bad_details(rail: &rails::Rail, details: &Map<String, Value>) -> Vec<String> {
    let beneficiary = details.get("beneficiary_type").and_then(Value::as_str);
    let fields = rail.fields_for(beneficiary);
    let good = |field: &&rails::Field| match details.get(field.key) {
        None | Some(Value::Null) => !field.required,
        Some(Value::String(text)) => field.form.fits(text),
        Some(_) => false,
    };
    fields.iter().filter(|field| !good(field)).map(|field| field.key.to_owned()).collect()
}
