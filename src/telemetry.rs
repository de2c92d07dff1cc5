//! The log: a file a day, never the screen. Secrets are of types that do not print themselves; the
//! journal of actions does not go through here.

use std::io;
use std::path::Path;

use tracing::Level;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::paths::make_private_dir;

/// Log files that are kept.
const KEPT: usize = 14;

/// Starts logging into `dir`. The guard writes what is left when it is dropped: keep it until after
/// the terminal was restored.
pub fn start(dir: &Path, level: Level) -> io::Result<WorkerGuard> {
    make_private_dir(dir)?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("ramptop")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(dir)
        .map_err(io::Error::other)?;
    let (writer, guard) = NonBlockingBuilder::default().lossy(false).finish(file);
    // Libraries say more than an operator wants, and might say more than they should.
    let filter = Targets::new().with_default(Level::WARN.min(level)).with_target("ramptop", level);
    tracing_subscriber::registry()
        .with(filter)
        .with(tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false))
        .try_init()
        .map_err(io::Error::other)?;
    Ok(guard)
}
