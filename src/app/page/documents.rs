//! Uploading documents for a KYC submission: one after the other, with the bytes sent so far. A
//! selfie and the front of one identity document are needed. Files are looked at before anything is
//! sent; a failed upload leaves the form as it was. Source: reference, section 3.

use std::path::PathBuf;

use super::verification::VerificationPage;
use super::{Behave, Context, Offer, Page, Step, kyc_fields};
use crate::app::ask::{Answer, Progress, Request};
use crate::app::failure::{Failure, FailureKind};
use crate::app::form::{Choice, Field, Form, FormStep, Rule};
use crate::app::model::Level;
use crate::domain::UserId;
use crate::domain::kyc::{KycReadiness, StoredDocument};

/// Words with a front and a back of their own.
const TWO_SIDED: [&str; 11] = [
    "national_id",
    "driver_license",
    "voter_id",
    "resident_card",
    "id_card",
    "ghana_card",
    "ghana_ssnit_card",
    "kenya_alien_card",
    "green_book",
    "tax_id",
    "colombia_ppt",
];

/// Uploading documents for a KYC submission.
#[derive(Debug)]
pub struct Documents {
    /// Whose.
    pub user: UserId,
    form: Form,
    /// Whether the form has the focus; otherwise the page's keys hold.
    filling: bool,
    progress: Option<Progress>,
    uploaded: Vec<StoredDocument>,
    readiness: Option<KycReadiness>,
    /// The wish to start the verification is under way.
    verifying: bool,
    failure: Option<Failure>,
}

impl Documents {
    /// For this user.
    pub fn new(user: UserId) -> Self {
        Self {
            user,
            form: form("identity_front"),
            filling: true,
            progress: None,
            uploaded: Vec::new(),
            readiness: None,
            verifying: false,
            failure: None,
        }
    }

    /// How far the running upload is.
    pub fn uploading(&self) -> Option<Progress> {
        self.progress
    }

    /// What was uploaded since the page was opened, oldest first.
    pub fn uploaded(&self) -> &[StoredDocument] {
        &self.uploaded
    }

    /// What the API said to the wish to start the verification.
    pub fn readiness(&self) -> Option<&KycReadiness> {
        self.readiness.as_ref()
    }

    /// What went wrong apart from the form.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// What is needed and was not uploaded since the page was opened: type to upload and its name.
    pub fn needed(&self) -> Vec<(&'static str, &'static str)> {
        let has = |fits: fn(&str) -> bool| self.uploaded.iter().any(|d| d.kind.as_deref().is_some_and(fits));
        let mut needed = Vec::new();
        if !has(is_front) {
            needed.push(("identity_front", "the front of one identity document"));
        }
        if !has(|kind| kind == "selfie") {
            needed.push(("selfie", "a selfie"));
        }
        needed
    }

    fn stored(&mut self, kind: &str, document: &StoredDocument) -> Vec<Step> {
        let document =
            StoredDocument { kind: document.kind.clone().or_else(|| Some(kind.to_owned())), ..document.clone() };
        let started = document.verification.is_some();
        self.uploaded.push(document);
        self.readiness = None;
        let needed = self.needed();
        let next = needed.first().map(|(kind, _)| *kind);
        self.form = form(next.unwrap_or("identity_back"));
        self.filling = self.filling && next.is_some();
        let said = match next {
            _ if started => format!("Uploaded {kind}; the verification has started."),
            Some(_) => format!("Uploaded {kind}."),
            None => format!("Uploaded {kind}; everything needed is there."),
        };
        vec![Step::Say(Level::Info, said)]
    }

    fn ready(&mut self, readiness: &KycReadiness) -> Vec<Step> {
        self.readiness = Some(readiness.clone());
        if !readiness.ready {
            return Vec::new();
        }
        let page = Page::Verification(VerificationPage::new(self.user.clone()));
        vec![Step::Say(Level::Info, "The verification has started.".to_owned()), Step::Replace(Box::new(page))]
    }

    fn failed(&mut self, request: &Request, failure: &Failure) {
        if !matches!(request, Request::UploadDocument { .. }) {
            self.failure = Some(failure.clone());
            return;
        }
        let mut failure = failure.clone();
        if failure.kind == FailureKind::Unknown {
            failure = Failure {
                kind: FailureKind::Unknown,
                what: "The connection was lost during the upload.".to_owned(),
                advice: "The document may or may not have arrived. Uploading it again is safe: send it again from \
                         this form. No money is involved."
                    .to_owned(),
                no: None,
            };
        } else if failure.code().is_some_and(|code| code.contains("document_type")) {
            failure = failure.about(&["document_type"]);
        }
        self.filling = true;
        kyc_fields::refused(&mut self.form, &failure);
    }
}

fn is_front(kind: &str) -> bool {
    let whole = kind.strip_suffix("_front").unwrap_or(kind);
    kind == "identity_front" || whole == "passport" || TWO_SIDED.contains(&whole)
}

fn kinds() -> Vec<Choice> {
    let first = ["identity_front", "identity_back", "selfie", "passport", "passport_front"];
    let mut all: Vec<Choice> = first.into_iter().map(Choice::plain).collect();
    for word in TWO_SIDED {
        all.extend([word.to_owned(), format!("{word}_front"), format!("{word}_back")].iter().map(|w| Choice::plain(w)));
    }
    all
}

fn form(kind: &str) -> Form {
    let kind = Field::choice("document_type", "what it is", kinds()).with(kind).required();
    let path = Field::text("document", "file")
        .required()
        .rule(Rule::Path)
        .hint("JPEG, PNG, GIF or PDF, at most 10 MB; ~/ is your home folder.");
    Form::new(vec![kind, path])
}

impl Behave for Documents {
    fn title(&self) -> String {
        format!("KYC documents · user {}", self.user)
    }

    fn form(&self) -> Option<&Form> {
        self.filling.then_some(&self.form)
    }

    fn form_mut(&mut self) -> Option<&mut Form> {
        if self.filling { Some(&mut self.form) } else { None }
    }

    fn form_step(&mut self, step: FormStep, _context: Context<'_>) -> Vec<Step> {
        match step {
            // The form stays as it is behind the page's own keys.
            FormStep::Leave => self.filling = false,
            FormStep::Submit => {
                self.form.sending(true);
                self.progress = Some(Progress::default());
                self.failure = None;
                let kind = self.form.value("document_type").to_owned();
                let path = PathBuf::from(self.form.value("document"));
                return vec![Step::Ask(Request::UploadDocument { user: self.user.clone(), kind, path })];
            }
            _ => {}
        }
        Vec::new()
    }

    fn offers(&self, _context: Context<'_>) -> Vec<Offer> {
        let mut offers = vec![Offer { key: 'u', hint: "upload" }];
        if self.progress.is_none() && !self.verifying {
            offers.push(Offer { key: 'w', hint: "verify now" });
        }
        offers.push(Offer { key: 'v', hint: "verification" });
        offers
    }

    fn key(&mut self, key: char, _context: Context<'_>) -> Vec<Step> {
        match key {
            'u' => {
                self.filling = true;
                Vec::new()
            }
            'w' => {
                self.failure = None;
                self.verifying = true;
                vec![Step::Ask(Request::VerifyKyc(self.user.clone()))]
            }
            _ => {
                let page = Page::Verification(VerificationPage::new(self.user.clone()));
                vec![Step::Open(Box::new(page))]
            }
        }
    }

    fn answered(&mut self, request: &Request, result: Result<&Answer, &Failure>, _context: Context<'_>) -> Vec<Step> {
        if matches!(request, Request::UploadDocument { .. }) {
            self.form.sending(false);
            self.progress = None;
        } else {
            self.verifying = false;
        }
        match (request, result) {
            (Request::UploadDocument { kind, .. }, Ok(Answer::Document(document))) => self.stored(kind, document),
            (_, Ok(Answer::Readiness(readiness))) => self.ready(readiness),
            (request, Err(failure)) => {
                self.failed(request, failure);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn progress(&mut self, progress: Progress) {
        if self.progress.is_some() {
            self.progress = Some(progress);
        }
    }
}

#[cfg(test)]
#[path = "documents_tests.rs"]
mod tests;
