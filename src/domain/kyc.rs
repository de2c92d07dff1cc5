//! Knowing the customer: what is submitted, which documents are taken, and where it stands.
//! Source: reference, section 3.
//!
//! The words of a status differ by place; [`KycStatus`] reads them all, and only `VERIFIED` is
//! cleared. Everything here is personal data: it is sent, shown on request, and never logged.

use std::fmt;

use super::user::KycStatus;

/// The largest document the API takes: 10 MB.
pub const MAX_DOCUMENT: u64 = 10 * 1024 * 1024;

/// The most documents of one batch of links.
pub const MAX_LINKS: usize = 10;

/// What is known of a person. Empty fields are not sent.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Pii {
    /// `first_name`.
    pub first_name: String,
    /// `last_name`.
    pub last_name: String,
    /// `country_code`, two letters.
    pub country: String,
    /// Any other documented field by its name on the wire: `dob` (YYYY-MM-DD), `middle_name`,
    /// `phone_number`, `id_number`, `id_type`, `address`, `city`, `postal_code`.
    pub more: Vec<(String, String)>,
}

impl fmt::Debug for Pii {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pii(..)")
    }
}

/// One of the three ways to submit KYC.
#[derive(Clone, PartialEq, Eq)]
pub enum KycSubmission {
    /// `direct_data`: the partner collected the data; documents follow by upload.
    DirectData(Pii),
    /// `external_token` of `sumsub`.
    Sumsub {
        /// `token`.
        token: String,
    },
    /// `external_token` of `persona`.
    Persona {
        /// `inquiry_id`.
        inquiry_id: String,
    },
    /// `handoff`: the customer verifies at the address that is answered.
    Handoff(Option<Pii>),
}

impl KycSubmission {
    /// `method`.
    pub fn method(&self) -> &'static str {
        match self {
            Self::DirectData(_) => "direct_data",
            Self::Sumsub { .. } | Self::Persona { .. } => "external_token",
            Self::Handoff(_) => "handoff",
        }
    }
}

impl fmt::Debug for KycSubmission {
    /// A token is as good as the customer's consent: it is not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KycSubmission({}, ..)", self.method())
    }
}

/// The answer to a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KycAnswer {
    /// `kyc_status`.
    pub status: Option<KycStatus>,
    /// `message`.
    pub message: Option<String>,
    /// `verification_url`: where the customer goes on, handoff only.
    pub url: Option<String>,
}

/// `GET /users/{user_uuid}/verification-status`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// `status`; `COMPLETED` is not approval.
    pub status: KycStatus,
    /// The word itself.
    pub word: String,
    /// `verification_url`.
    pub url: Option<String>,
    /// `verification_seconds_left`, as of the answer.
    pub seconds_left: Option<u64>,
    /// `provider_messages`.
    pub messages: Vec<String>,
}

/// `POST /users/{user_uuid}/kyc/verify`. Only in the newer API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KycReadiness {
    /// `ready`.
    pub ready: bool,
    /// `status`.
    pub status: Option<KycStatus>,
    /// `missing`: `identity_document`, `selfie`, `kyc_data`.
    pub missing: Vec<String>,
    /// `message`.
    pub message: Option<String>,
}

/// The answer to `PATCH /users/{user_uuid}/kyc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KycUpdated {
    /// `updated_fields`: what was really taken; blank values are not.
    pub fields: Vec<String>,
    /// `message`.
    pub message: Option<String>,
}

/// Fields to change by `PATCH /users/{user_uuid}/kyc`: name on the wire and value. All or nothing.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct KycChange(pub Vec<(String, String)>);

impl fmt::Debug for KycChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// A document that is at an address already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLink {
    /// `document_type`.
    pub kind: String,
    /// `url`.
    pub url: String,
}

/// A document the API has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDocument {
    /// `document_id`.
    pub id: Option<String>,
    /// `document_type`.
    pub kind: Option<String>,
    /// `file_name`.
    pub file_name: Option<String>,
    /// `message`.
    pub message: Option<String>,
    /// `verification_id` or `verification_session_id`: this document started the verification.
    pub verification: Option<String>,
    /// `verification_status`.
    pub status: Option<KycStatus>,
}

/// What became of a batch of links.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoredDocuments {
    /// `uploaded`.
    pub uploaded: Vec<StoredDocument>,
    /// `errors`, each as text.
    pub errors: Vec<String>,
    /// `message`.
    pub message: Option<String>,
}

/// What a file is, by its content and not by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture.
    Png,
    /// A GIF picture.
    Gif,
    /// A PDF document.
    Pdf,
}

impl FileKind {
    /// The kind by the first bytes; `None` for what the API does not take.
    pub fn of(start: &[u8]) -> Option<Self> {
        const STARTS: [(&[u8], FileKind); 5] = [
            (b"\xff\xd8\xff", FileKind::Jpeg),
            (b"\x89PNG\r\n\x1a\n", FileKind::Png),
            (b"GIF87a", FileKind::Gif),
            (b"GIF89a", FileKind::Gif),
            (b"%PDF-", FileKind::Pdf),
        ];
        STARTS.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, kind)| *kind)
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Pdf => "application/pdf",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_holds() {
        assert_eq!(FileKind::of(b"\xff\xd8\xff\xe0JFIF"), Some(FileKind::Jpeg));
        assert_eq!(FileKind::of(b"%PDF-1.7").map(FileKind::media_type), Some("application/pdf"));
        for other in [&b"PK\x03\x04"[..], b"", b"<html>", b"GIF8", b" %PDF-"] {
            assert_eq!(FileKind::of(other), None);
        }
    }

    #[test]
    fn personal_data_is_not_printed() {
        let pii = Pii { first_name: "Ada".to_owned(), ..Pii::default() };
        let token = KycSubmission::Sumsub { token: "t0ken".to_owned() };
        let change = KycChange(vec![("address".to_owned(), "1 Road".to_owned())]);
        let printed = format!("{:?} {token:?} {change:?}", KycSubmission::DirectData(pii));
        assert!(!printed.contains("Ada") && !printed.contains("t0ken") && !printed.contains("Road"), "{printed}");
    }
}
