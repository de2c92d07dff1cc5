//! Connections: how many at once, and for how long each.
//!
//! One request a connection: events are rare, and a connection that is not kept needs no rule for
//! how long it may idle.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::answer::Post;
use super::intake::Refused;

/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// Connections beyond those in work, which are told to come back. Others wait to be accepted.
const TURNED_AWAY: usize = 256;

/// How long an answer may take to be fetched once the request is in.
const LAST_WORDS: Duration = Duration::from_secs(15);

/// How long accepting rests when the system has no more files.
const REST: Duration = Duration::from_secs(1);

const TIMED_OUT: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Accepts until `stop`.
pub(super) async fn listen(listener: TcpListener, post: Arc<Post>, stop: CancellationToken) {
    let working = Arc::new(Semaphore::new(post.limits.in_flight));
    let open = Arc::new(Semaphore::new(post.limits.in_flight.saturating_add(TURNED_AWAY)));
    let accept = async {
        while let Ok(place) = Arc::clone(&open).acquire_owned().await {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let turn = Arc::clone(&working).try_acquire_owned().ok();
                    tokio::spawn(connection(stream, Arc::clone(&post), turn, place));
                }
                Err(error) => {
                    tracing::warn!(%error, "a webhook connection could not be accepted");
                    sleep(REST).await;
                }
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = accept => {}
    }
}

/// One request and its answer.
async fn connection(
    stream: TcpStream,
    post: Arc<Post>,
    turn: Option<OwnedSemaphorePermit>,
    _place: OwnedSemaphorePermit,
) {
    let until = Instant::now() + post.limits.whole;
    let begun = Arc::new(AtomicBool::new(false));
    let (shared, head) = (Arc::clone(&post), Arc::clone(&begun));
    let has_turn = turn.is_some();
    let service = service_fn(move |request| {
        head.store(true, Ordering::Relaxed);
        let post = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(post.answer(request, has_turn, until).await) }
    });
    let mut builder = http1::Builder::new();
    builder.keep_alive(false).max_buf_size(LONGEST_HEAD).header_read_timeout(None);
    let mut exchange = builder.serve_connection(TokioIo::new(stream), service);
    let ended = tokio::select! {
        ended = &mut exchange => ended,
        () = sleep_until(until) => {
            if !begun.load(Ordering::Relaxed) {
                post.refuse(Refused::Slow);
                return turn_away(exchange.into_parts().io.into_inner()).await;
            }
            timeout(LAST_WORDS, &mut exchange).await.unwrap_or(Ok(()))
        }
    };
    // The library has answered what is no HTTP by itself.
    if ended.is_err_and(|error| error.is_parse()) {
        post.refuse(Refused::Malformed);
    }
}

/// Says why before it hangs up.
async fn turn_away(mut stream: TcpStream) {
    let say = async {
        let _ = stream.write_all(TIMED_OUT).await;
        let _ = stream.shutdown().await;
    };
    let _ = timeout(LAST_WORDS, say).await;
}
