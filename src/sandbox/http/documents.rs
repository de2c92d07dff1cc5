//! The upload of documents: a file by multipart, or links by JSON. Source: reference, section 3.
//!
//! A file that is too large is read to its end before it is refused, within reason, so that the
//! refusal arrives. Only what a file begins with decides what it is.

use axum::body::to_bytes;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::users::{self, plain_refusal};
use super::{Sandbox, answer, kyc};

/// The largest file.
pub const MOST_BYTES: usize = 10 << 20;
/// How much of a body is read at all.
pub const MOST_READ: usize = 64 << 20;
const MOST_JSON: usize = 64 << 10;
const MOST_LINKS: usize = 10;
const BEGINNINGS: &[&[u8]] = &[b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"%PDF-"];

/// `POST /users/{user_uuid}/kyc/documents`.
pub async fn upload(State(sandbox): State<Sandbox>, Path(id): Path<String>, request: Request) -> Response {
    let Ok(id) = Uuid::try_parse(&id) else { return plain_refusal("invalid user_uuid format") };
    match sandbox.with_world(|world| world.user(id).map(|user| user.kyc.method)) {
        None => return users::not_found(),
        Some(None) => return answer::plain_error(StatusCode::NOT_FOUND, "kyc_session_not_found"),
        Some(Some(_)) => {}
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kept = if kind.starts_with("multipart/form-data") {
        match read_form(request).await {
            Ok((kind, file)) => kyc::keep(&sandbox, id, &kind, &file),
            Err(key) => Err(key),
        }
    } else {
        let Ok(body) = to_bytes(request.into_body(), MOST_JSON).await else { return kyc::bad_body() };
        let Some(body) = kyc::object(&body) else { return kyc::bad_body() };
        links(&sandbox, id, &body)
    };
    kept.map_or_else(plain_refusal, answer::ok)
}

/// The type and the name of the one file.
async fn read_form(request: Request) -> Result<(String, String), &'static str> {
    const BROKEN: &str = "invalid multipart body";
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| BROKEN)?;
    let (mut kind, mut file) = (None, None);
    while let Some(field) = form.next_field().await.map_err(|_| BROKEN)? {
        match field.name() {
            Some("document_type") => kind = Some(field.text().await.map_err(|_| BROKEN)?),
            Some("document") => {
                let name = field.file_name().map_or_else(|| "document".to_owned(), base_name);
                file = Some((name, read_file(field).await.map_err(|()| BROKEN)?));
            }
            _ => {}
        }
    }
    let (Some(kind), Some((name, content))) = (kind, file) else { return Err("required_fields_missing") };
    content.map(|()| (kind, name))
}

/// Reads a file to its end: whether it is acceptable, or an error if it has no end.
async fn read_file(mut field: Field<'_>) -> Result<Result<(), &'static str>, ()> {
    let (mut beginning, mut length) = (Vec::new(), 0);
    while let Some(chunk) = field.chunk().await.map_err(|_| ())? {
        length += chunk.len();
        beginning.extend(chunk.iter().take(8_usize.saturating_sub(beginning.len())));
    }
    Ok(match length {
        0 => Err("required_fields_missing"),
        _ if length > MOST_BYTES => Err("file_too_large"),
        _ if BEGINNINGS.iter().any(|start| beginning.starts_with(start)) => Ok(()),
        _ => Err("unsupported_file_type"),
    })
}

/// Documents by link. The simulation does not fetch them.
fn links(sandbox: &Sandbox, id: Uuid, body: &Map<String, Value>) -> Result<Value, &'static str> {
    if body.get("upload_method").and_then(Value::as_str) != Some("url_link") {
        return Err("invalid_upload_method");
    }
    let Some(list) = body.get("documents") else { return link(sandbox, id, body) };
    let list = list.as_array().filter(|list| !list.is_empty()).ok_or("required_fields_missing")?;
    if list.len() > MOST_LINKS {
        return Err("too_many_documents");
    }
    let (mut uploaded, mut errors) = (Vec::new(), Vec::new());
    for entry in list {
        match entry.as_object().ok_or("required_fields_missing").and_then(|entry| link(sandbox, id, entry)) {
            Ok(answer) => uploaded.push(answer),
            Err(key) => errors.push(json!({"document_type": entry.get("document_type"), "error": key})),
        }
    }
    let mut answer = json!({"uploaded": uploaded, "message": format!("{} of {} uploaded", uploaded.len(), list.len())});
    if let Some(answer) = answer.as_object_mut().filter(|_| !errors.is_empty()) {
        answer.insert("errors".to_owned(), errors.into());
    }
    Ok(answer)
}

fn link(sandbox: &Sandbox, id: Uuid, entry: &Map<String, Value>) -> Result<Value, &'static str> {
    let text = |key| entry.get(key).and_then(Value::as_str).ok_or("required_fields_missing");
    let (kind, url) = (text("document_type")?, text("url")?);
    let url = reqwest::Url::parse(url).ok().filter(|url| url.scheme() == "https").ok_or("invalid_document_url")?;
    kyc::keep(sandbox, id, kind, &base_name(url.path()))
}

/// The last part of a path, whoever wrote it.
fn base_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
    if name.is_empty() { "document".to_owned() } else { name }
}
