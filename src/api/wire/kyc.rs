//! Answers about KYC and documents. Source: reference, section 3.

use super::reader::Reader;
use super::shapes::one;
use crate::domain::KycStatus;
use crate::domain::kyc::{KycAnswer, KycReadiness, KycUpdated, StoredDocument, StoredDocuments, Verification};

/// Reads the answer to a KYC submission.
///
/// # Errors
/// That it is no object.
pub fn read_answer(data: &str) -> Result<KycAnswer, String> {
    one(data, "the KYC answer", |r| {
        Some(KycAnswer { status: status(r, "kyc_status"), message: r.text("message"), url: r.text("verification_url") })
    })
}

/// Reads `GET /users/{user_uuid}/verification-status`.
///
/// # Errors
/// That it does not say how the verification stands.
pub fn read_verification(data: &str) -> Result<Verification, String> {
    one(data, "the verification", |r| {
        let word = r.need("status", Reader::text)?;
        Some(Verification {
            status: KycStatus::from_wire(&word),
            word,
            url: r.text("verification_url"),
            seconds_left: r.seconds_left("verification_seconds_left"),
            messages: r.words("provider_messages"),
        })
    })
}

/// Reads `POST /users/{user_uuid}/kyc/verify`.
///
/// # Errors
/// That it does not say whether everything is there.
pub fn read_readiness(data: &str) -> Result<KycReadiness, String> {
    one(data, "the KYC check", |r| {
        Some(KycReadiness {
            ready: r.need("ready", Reader::boolean)?,
            status: status(r, "status"),
            missing: r.words("missing"),
            message: r.text("message"),
        })
    })
}

/// Reads the answer to `PATCH /users/{user_uuid}/kyc`.
///
/// # Errors
/// That it is no object.
pub fn read_updated(data: &str) -> Result<KycUpdated, String> {
    one(data, "the KYC update", |r| Some(KycUpdated { fields: r.words("updated_fields"), message: r.text("message") }))
}

/// Reads the answer to one document.
///
/// # Errors
/// That it is no object.
pub fn read_document(data: &str) -> Result<StoredDocument, String> {
    one(data, "the document", |r| Some(document(r)))
}

/// Reads the answer to a batch of links; an answer to a single one is a batch of one.
///
/// # Errors
/// That it is no object.
pub fn read_documents(data: &str) -> Result<StoredDocuments, String> {
    one(data, "the documents", |r| {
        let mut uploaded = r.things("uploaded", |r| Some(document(r)));
        let (errors, message) = (r.words("errors"), r.text("message"));
        if uploaded.is_empty() && r.scalar("document_id").is_some() {
            uploaded.push(document(r));
        }
        Some(StoredDocuments { uploaded, errors, message })
    })
}

fn document(r: &mut Reader<'_, '_>) -> StoredDocument {
    StoredDocument {
        id: r.scalar("document_id"),
        kind: r.text("document_type"),
        file_name: r.text("file_name"),
        message: r.text("message"),
        verification: r.scalar("verification_id").or_else(|| r.scalar("verification_session_id")),
        status: status(r, "verification_status"),
    }
}

fn status(r: &mut Reader<'_, '_>, path: super::reader::Path) -> Option<KycStatus> {
    r.text(path).as_deref().map(KycStatus::from_wire)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_verification_is_read_and_only_one_is_approval() {
        let words = "NOT_STARTED PENDING IN_PROGRESS COMPLETED VERIFIED FAILED VERIFICATION_REJECTED NOT_INITIATED \
            PENDING_DOCUMENTS UNDER_REVIEW REJECTED SOMETHING_NEW";
        for word in words.split_whitespace() {
            let v = read_verification(&format!(r#"{{"status":"{word}","provider_messages":["blurred"]}}"#)).unwrap();
            assert_eq!(v.status == KycStatus::Verified, word == "VERIFIED");
            assert_eq!(matches!(v.status, KycStatus::Unknown(_)), word == "SOMETHING_NEW");
            assert_eq!((v.word.as_str(), v.messages.len()), (word, 1));
        }
        let documented =
            r#"{"status":"IN_PROGRESS","verification_url":"https://v.example/?s=1","verification_seconds_left":3600}"#;
        assert_eq!(read_verification(documented).unwrap().seconds_left, Some(3600));
        assert!(read_verification("{}").is_err());
    }

    #[test]
    fn documents_are_read_single_and_in_batches() {
        let single = r#"{"document_id":"f1d5","document_type":"identity_front","file_name":"p.jpg","message":"m",
            "verification_session_id":"4fd4","verification_status":"COMPLETED"}"#;
        let one = read_document(single).unwrap();
        assert_eq!(one.verification.as_deref(), Some("4fd4"));
        assert_ne!(one.status, Some(KycStatus::Verified));
        assert_eq!(read_documents(single).unwrap().uploaded, [one]);
        let batch = r#"{"uploaded":[{"document_id":"1"}],"errors":[{"url":"u"},"x"],"message":"m"}"#;
        let batch = read_documents(batch).unwrap();
        assert_eq!((batch.uploaded.len(), batch.errors[0].as_str()), (1, r#"{"url":"u"}"#));
    }

    #[test]
    fn the_other_answers_are_read() {
        let answer = read_answer(r#"{"kyc_status":"IN_PROGRESS","message":"m","verification_url":null}"#).unwrap();
        assert_eq!((answer.url, answer.message.as_deref()), (None, Some("m")));
        let ready = read_readiness(r#"{"ready":false,"missing":["selfie"],"message":"m"}"#).unwrap();
        assert_eq!((ready.ready, ready.missing[0].as_str()), (false, "selfie"));
        assert_eq!(read_updated(r#"{"updated_fields":["city"],"message":"m"}"#).unwrap().fields, ["city"]);
    }
}
