//! A document of a customer's identity, checked before anything is sent: there, a file, not too
//! large, and of a kind the API takes by what it holds. Source: reference, section 3.
//!
//! It is read whole: a file that vanishes or grows afterwards cannot cut an upload half-way.

use std::fmt;
use std::path::Path;

use bytes::Bytes;
use tokio::io::AsyncReadExt;

use crate::domain::kyc::{FileKind, MAX_DOCUMENT};

/// The longest name of a document type; documented ones have up to 20 characters.
const MAX_TYPE: usize = 40;

/// A document ready to be sent.
#[derive(Clone)]
pub struct Document {
    /// `document_type`.
    word: String,
    kind: FileKind,
    content: Bytes,
}

/// Why a file cannot be sent as a document. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDocument {
    /// It is not there.
    #[error("there is no such file")]
    Missing,
    /// It is a directory or something else without content of its own.
    #[error("it is not a file")]
    NotAFile,
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// It holds nothing.
    #[error("the file is empty")]
    Empty,
    /// It is larger than the API takes.
    #[error("the file has {0} bytes, the API takes at most {MAX_DOCUMENT} (10 MB)")]
    TooLarge(u64),
    /// It is something else, whatever its name says.
    #[error("it is neither a JPEG, PNG or GIF picture nor a PDF")]
    WrongKind,
    /// The type is no word of the API's.
    #[error("a document type consists of lower-case letters, digits and '_'")]
    BadType,
}

impl Document {
    /// Takes over content that is in memory already. `document_type` is a word like
    /// `identity_front` or `selfie`.
    ///
    /// # Errors
    /// See [`BadDocument`].
    pub fn new(document_type: &str, content: Vec<u8>) -> Result<Self, BadDocument> {
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        check(document_type, size)?;
        let kind = FileKind::of(&content).ok_or(BadDocument::WrongKind)?;
        Ok(Self { word: document_type.to_owned(), kind, content: content.into() })
    }

    /// Reads a file. Its size is looked at first: a file of 50 MB is not read to be refused.
    ///
    /// # Errors
    /// See [`BadDocument`].
    pub async fn read(path: &Path, document_type: &str) -> Result<Self, BadDocument> {
        // Looked at before it is opened: opening a pipe would wait for somebody to write.
        let about = tokio::fs::metadata(path).await.map_err(|e| unreadable(&e))?;
        if !about.is_file() {
            return Err(BadDocument::NotAFile);
        }
        check(document_type, about.len())?;
        let file = tokio::fs::File::open(path).await.map_err(|e| unreadable(&e))?;
        let mut content = Vec::new();
        // One byte more than allowed, so that a file growing meanwhile is noticed.
        file.take(MAX_DOCUMENT + 1).read_to_end(&mut content).await.map_err(|e| unreadable(&e))?;
        Self::new(document_type, content)
    }

    /// `document_type`.
    pub fn document_type(&self) -> &str {
        &self.word
    }

    /// What it is.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// Its bytes.
    pub(super) fn content(&self) -> &Bytes {
        &self.content
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        u64::try_from(self.content.len()).unwrap_or(u64::MAX)
    }
}

impl fmt::Debug for Document {
    /// Somebody's passport: not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({}, {:?}, {} bytes)", self.word, self.kind, self.size())
    }
}

fn check(document_type: &str, size: u64) -> Result<(), BadDocument> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if document_type.is_empty() || document_type.len() > MAX_TYPE || !document_type.bytes().all(allowed) {
        return Err(BadDocument::BadType);
    }
    match size {
        0 => Err(BadDocument::Empty),
        size if size > MAX_DOCUMENT => Err(BadDocument::TooLarge(size)),
        _ => Ok(()),
    }
}

fn unreadable(error: &std::io::Error) -> BadDocument {
    match error.kind() {
        std::io::ErrorKind::NotFound => BadDocument::Missing,
        _ => BadDocument::Unreadable(super::error::shown(&error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_checked_before_it_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            path
        };
        let good = Document::read(&path("a.bin", b"%PDF-1.7"), "selfie").await.unwrap();
        assert_eq!((good.kind(), good.size(), good.document_type()), (FileKind::Pdf, 8, "selfie"));
        let read = async |path: &Path, kind: &str| Document::read(path, kind).await.unwrap_err();
        assert_eq!(read(&path("b.pdf", b"PK\x03\x04"), "selfie").await, BadDocument::WrongKind);
        assert_eq!(read(&path("c.pdf", b""), "selfie").await, BadDocument::Empty);
        assert_eq!(read(&folder.path().join("none"), "selfie").await, BadDocument::Missing);
        assert_eq!(read(folder.path(), "selfie").await, BadDocument::NotAFile);
        assert_eq!(read(&path("d.pdf", b"%PDF-"), "no\r\nword").await, BadDocument::BadType);
        let large = std::fs::File::create(folder.path().join("large.pdf")).unwrap();
        large.set_len(50 * 1024 * 1024).unwrap();
        let size = 50 * 1024 * 1024;
        assert_eq!(read(&folder.path().join("large.pdf"), "selfie").await, BadDocument::TooLarge(size));
    }
}
