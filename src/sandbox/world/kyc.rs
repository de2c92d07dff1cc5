//! What is known about a user, and how it comes to a verdict in virtual time.
//!
//! Direct data wait for a selfie and the front of an identity document; a token of another provider
//! and a hand-off start at once. A name or e-mail address that contains `reject` is rejected.
//! Source: reference, section 3; the durations are the simulation's own.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::kyc_rules::{self, Key};
use super::people::SimUser;
use super::{World, chance};

/// How the data came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `direct_data`.
    DirectData,
    /// `external_token`.
    ExternalToken,
    /// `handoff`.
    Handoff,
}

impl Method {
    /// The word on the wire.
    pub fn wire(self) -> &'static str {
        match self {
            Self::DirectData => "direct_data",
            Self::ExternalToken => "external_token",
            Self::Handoff => "handoff",
        }
    }

    /// Virtual seconds from the start of the verification to the verdict.
    pub fn seconds(self) -> i64 {
        match self {
            Self::DirectData => 90,
            Self::ExternalToken => 45,
            Self::Handoff => 120,
        }
    }
}

/// For so many seconds before the verdict the provider is done and nothing is approved yet.
pub const COMPLETED_FOR: i64 = 15;

/// An uploaded document. Its content is looked at and not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// `document_id`.
    pub id: Uuid,
    /// `document_type`.
    pub kind: String,
    /// `file_name`.
    pub file_name: String,
}

/// What is known about a user.
#[derive(Debug, Clone, Default)]
pub struct Kyc {
    /// How the data came, if they came.
    pub method: Option<Method>,
    /// The data by their names on the wire.
    pub fields: BTreeMap<String, String>,
    /// Uploaded documents, oldest first.
    pub documents: Vec<Document>,
    /// The running verification and the moment of its verdict.
    pub running: Option<(Uuid, DateTime<Utc>)>,
    /// The last change.
    pub updated_at: Option<DateTime<Utc>>,
}

impl Kyc {
    /// Whether a payout that needs an address has one.
    pub fn has_address(&self) -> bool {
        ["address", "city", "postal_code"].iter().all(|key| self.fields.contains_key(*key))
    }

    /// What is missing before direct data can be verified.
    pub fn missing(&self) -> Vec<&'static str> {
        let has = |fits: &dyn Fn(&str) -> bool| self.documents.iter().any(|document| fits(&document.kind));
        let mut missing = Vec::new();
        if !has(&kyc_rules::is_identity_front) {
            missing.push("identity_document");
        }
        if !has(&|kind| kind == "selfie") {
            missing.push("selfie");
        }
        if !["first_name", "last_name", "country_code"].iter().all(|key| self.fields.contains_key(*key)) {
            missing.push("kyc_data");
        }
        missing
    }
}

impl SimUser {
    /// The verdict, if its moment has come.
    pub(super) fn move_kyc_if_due(&mut self, now: DateTime<Utc>) {
        let Some((_, at)) = self.kyc.running.filter(|(_, at)| *at <= now) else { return };
        self.kyc.running = None;
        self.kyc.updated_at = Some(at);
        let named = ["first_name", "last_name"].iter().filter_map(|key| self.kyc.fields.get(*key));
        let rejected = named.chain([&self.email]).any(|text| text.to_lowercase().contains("reject"));
        self.rejection = rejected.then_some("The name does not match the document");
        self.kyc_status = if rejected { "VERIFICATION_REJECTED" } else { "VERIFIED" };
    }

    fn start_verification(&mut self, session: Uuid, now: DateTime<Utc>) {
        let seconds = self.kyc.method.map_or(0, Method::seconds);
        self.kyc.running = Some((session, now + TimeDelta::seconds(seconds)));
        self.kyc_status = "IN_PROGRESS";
        self.rejection = None;
        self.kyc.updated_at = Some(now);
    }
}

impl World {
    /// Takes KYC data by one of the three methods. What is cleared or under way stays as it is.
    pub fn submit_kyc(&mut self, id: Uuid, method: Method, data: &Map<String, Value>) -> Result<(), Key> {
        let (now, today, session) = (self.now, self.shown_now().date_naive(), self.session());
        let pii = data.get("pii").and_then(Value::as_object);
        let fields = match (method, pii) {
            (Method::DirectData, None) => return Err("required_fields_missing"),
            (Method::DirectData, Some(pii)) => kyc_rules::submission(pii, today)?,
            (Method::Handoff, Some(pii)) => kyc_rules::names(pii)?,
            (Method::ExternalToken, _) => kyc_rules::token(data).map(|()| BTreeMap::new())?,
            (Method::Handoff, None) => BTreeMap::new(),
        };
        let user = self.user_mut(id).ok_or("user_not_found")?;
        if user.kyc_status != "VERIFIED" && user.kyc.running.is_none() {
            user.kyc.method = Some(method);
            user.kyc.fields.extend(fields);
            user.kyc.documents.clear();
            user.kyc_status = "IN_PROGRESS";
            user.rejection = None;
            user.kyc.updated_at = Some(now);
            if method != Method::DirectData {
                user.start_verification(session, now);
            }
        }
        Ok(())
    }

    /// Keeps a document; the last one that was missing starts the verification.
    pub fn add_document(&mut self, id: Uuid, kind: &str, file_name: &str) -> Result<Document, Key> {
        if !kyc_rules::is_document_type(kind) {
            return Err("invalid_document_type");
        }
        let (now, session, document) = (self.now, self.session(), self.session());
        let user = self.user_mut(id).ok_or("user_not_found")?;
        let document = Document { id: document, kind: kind.to_owned(), file_name: file_name.to_owned() };
        user.kyc.documents.push(document.clone());
        user.kyc.updated_at = Some(now);
        if can_start(user) {
            user.start_verification(session, now);
        }
        Ok(document)
    }

    /// Starts the verification of direct data unless something is missing: what is missing.
    pub fn verify_kyc(&mut self, id: Uuid) -> Result<Vec<&'static str>, Key> {
        let (now, session) = (self.now, self.session());
        let user = self.user_mut(id).ok_or("user_not_found")?;
        if user.kyc.method != Some(Method::DirectData) {
            return Err("kyc_not_submitted_as_direct_data");
        }
        if user.kyc_status == "VERIFIED" {
            return Ok(Vec::new());
        }
        if can_start(user) {
            user.start_verification(session, now);
        }
        Ok(user.kyc.missing())
    }

    /// Changes single fields, all or none: the names of those that changed. An address sets free
    /// the orders that wait for it.
    pub fn update_kyc(&mut self, id: Uuid, given: &Map<String, Value>) -> Result<Vec<String>, Key> {
        let (now, today) = (self.now, self.shown_now().date_naive());
        self.user(id).ok_or("user_not_found")?;
        let fields = kyc_rules::update(given, today)?;
        let names = fields.keys().cloned().collect();
        let user = self.user_mut(id).ok_or("user_not_found")?;
        user.kyc.fields.extend(fields);
        user.kyc.updated_at = Some(now);
        if user.kyc.has_address() {
            for order in self.orders.iter_mut().filter(|o| o.owner == id && o.traits.address_missing) {
                order.address_given(now);
            }
        }
        Ok(names)
    }

    pub(super) fn user_mut(&mut self, id: Uuid) -> Option<&mut SimUser> {
        self.users.iter_mut().find(|user| user.id == id)
    }

    pub(super) fn session(&mut self) -> Uuid {
        self.sessions += 1;
        chance::uuid(&mut chance::generator(self.seed, (1 << 42) + self.sessions))
    }
}

fn can_start(user: &SimUser) -> bool {
    user.kyc.method == Some(Method::DirectData)
        && user.kyc_status == "IN_PROGRESS"
        && user.kyc.running.is_none()
        && user.kyc.missing().is_empty()
}
