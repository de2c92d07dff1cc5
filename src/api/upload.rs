//! Sending a document by `multipart/form-data`, in chunks, with a report after each.
//! Source: reference, section 3.
//!
//! The body is made here rather than by the HTTP library so that its length is known beforehand and
//! every chunk that leaves is counted. What is reported has been handed to the connection; only the
//! answer says that it arrived.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use super::client::Client;
use super::document::Document;
use super::error::ApiError;
use super::kyc::LOST;
use super::request::partner;
use super::wire::kyc::read_document;
use crate::domain::kyc::{FileKind, StoredDocument};
use crate::domain::{Observed, UserId};

/// Bytes of one chunk: small enough for a bar that moves.
const CHUNK: usize = 16 * 1024;

/// Time for one upload: 10 MB over a slow line.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);

/// How far an upload is, in bytes of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Handed to the connection.
    pub sent: u64,
    /// In all.
    pub total: u64,
}

impl Client {
    /// `POST /users/{user_uuid}/kyc/documents`: uploads one document. `report` is called after each
    /// chunk, from the task that sends; it should only take a note. One attempt; dropping the future
    /// stops it. Source: reference, section 3.
    ///
    /// # Errors
    /// [`ApiError::Rejected`]: not taken (400, 401, 404). [`ApiError::OutcomeUnknown`]: cut off
    /// half-way or without a clear answer. [`ApiError::Transport`]: nothing was sent.
    pub async fn upload_document(
        &self,
        user: &UserId,
        document: &Document,
        report: impl Fn(Progress) + Send + Sync + 'static,
    ) -> Result<Observed<StoredDocument>, ApiError> {
        let boundary = format!("ramptop-{}", uuid::Uuid::new_v4().simple());
        let path = partner(&format!("/users/{user}/kyc/documents"));
        let body = Multipart::new(document, &boundary, Box::new(report));
        let request = self
            .send(Method::POST, &path)
            .timeout(UPLOAD_TIMEOUT)
            .header(CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"))
            .body(reqwest::Body::wrap(body));
        self.written(request, &path, LOST, |_, data| read_document(data)).await
    }
}

/// Who is told.
type Report = Box<dyn Fn(Progress) + Send + Sync>;

/// The body, chunk by chunk.
struct Multipart {
    chunks: VecDeque<Chunk>,
    /// Bytes of the whole body still to come.
    left: u64,
    progress: Progress,
    report: Report,
}

struct Chunk {
    bytes: Bytes,
    /// Part of the document, not of what is around it.
    counts: bool,
}

impl Multipart {
    fn new(document: &Document, boundary: &str, report: Report) -> Self {
        let around = |text: String| Chunk { bytes: text.into(), counts: false };
        let mut chunks = VecDeque::from([around(head(document, boundary))]);
        let mut rest = document.content().clone();
        while !rest.is_empty() {
            let bytes = rest.split_to(rest.len().min(CHUNK));
            chunks.push_back(Chunk { bytes, counts: true });
        }
        chunks.push_back(around(format!("\r\n--{boundary}--\r\n")));
        let left = chunks.iter().map(|chunk| length(&chunk.bytes)).sum();
        Self { chunks, left, progress: Progress { sent: 0, total: document.size() }, report }
    }
}

/// Everything before the document: the type is a plain word and the file is named by it, so nothing
/// needs escaping and the operator's file names stay at home.
fn head(document: &Document, boundary: &str) -> String {
    let (word, kind) = (document.document_type(), document.kind());
    format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"document_type\"\r\n\r\n{word}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"document\"; filename=\"{word}.{}\"\r\n\
         Content-Type: {}\r\n\r\n",
        extension(kind),
        kind.media_type()
    )
}

fn extension(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Jpeg => "jpg",
        FileKind::Png => "png",
        FileKind::Gif => "gif",
        FileKind::Pdf => "pdf",
    }
}

fn length(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

impl Body for Multipart {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(chunk) = self.chunks.pop_front() else { return Poll::Ready(None) };
        let size = length(&chunk.bytes);
        self.left = self.left.saturating_sub(size);
        if chunk.counts {
            self.progress.sent = self.progress.sent.saturating_add(size);
            (self.report)(self.progress);
        }
        Poll::Ready(Some(Ok(Frame::data(chunk.bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.chunks.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
