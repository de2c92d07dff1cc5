//! The embedded database of one profile: what the API cannot be asked for.
//!
//! No version of the API lists users, and orders do not say whose they are. What was learned once
//! (users added by hand or seen in answers, links from orders to users) is kept here. One `SQLite`
//! file, opened by one task; SQL does not leave this module.

mod events;
mod migrations;
mod register;

use std::path::Path;

use rusqlite::Connection;

pub use events::{Arrived, Kept, Lesson, OpenEvent};
pub use register::{Link, RegisteredUser, Source};

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `SQLite` said no.
    #[error("the local database cannot be used: {0}. Orders and keys are not in it; nothing about money is lost")]
    Sqlite(#[from] rusqlite::Error),
    /// The file was written by a newer version.
    #[error(
        "the local database has schema {found}, this version knows up to {known}: update ramptop, or use another --data-dir"
    )]
    Newer {
        /// The file's schema version.
        found: u32,
        /// The newest one known here.
        known: u32,
    },
}

/// Creates the file readable by its owner only; `SQLite` gives its side files the same rights.
/// Failing is left to the opening, which says why.
fn make_private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let _ = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// An open database.
#[derive(Debug)]
pub struct Store {
    db: Connection,
}

impl Store {
    /// Opens or creates the file and brings its schema up to date.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        make_private(path);
        let db = Connection::open(path)?;
        db.busy_timeout(std::time::Duration::from_secs(5))?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        Self::prepare(db)
    }

    /// A database that is gone with the process.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(mut db: Connection) -> Result<Self, StoreError> {
        migrations::run(&mut db)?;
        Ok(Self { db })
    }
}
