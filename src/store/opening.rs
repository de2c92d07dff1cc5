//! Opening the file: as it should be, for reading only, or, if nothing else goes, without it.
//!
//! The dashboard starts whatever is wrong with the file. One that cannot be written is shown as it
//! is; one that cannot be read at all is left alone, and a database in memory takes its place.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::{StoreError, Trouble};
use super::{Store, migrations};

/// How long another ramptop may hold the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// Pages kept in memory, in KiB as `SQLite` writes it. What is written is a few hundred rows at a
/// time, what is read is read once.
const WRITING_CACHE: i32 = -1_024;
const READING_CACHE: i32 = -256;

/// What a start has to work with.
#[derive(Debug)]
pub struct Opened {
    /// The database, or what takes its place.
    pub store: Store,
    /// What is wrong, to be shown as long as the program runs.
    pub warning: Option<String>,
}

impl Store {
    /// Opens or creates the file and brings its schema up to date.
    ///
    /// # Errors
    /// Any [`Trouble`]; the file is as it was.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        make_private(path);
        let open = || {
            let mut db = Connection::open(path)?;
            db.busy_timeout(PATIENCE)?;
            migrations::refuse_newer(&db)?;
            db.pragma_update(None, "journal_mode", "WAL")?;
            tune(&db)?;
            migrations::run(&mut db)?;
            Ok(db)
        };
        let db = open().map_err(|error: StoreError| error.at(Some(path)))?;
        Ok(Self { db, place: Some(path.to_owned()), seen_again: HashMap::new() })
    }

    /// Opens the file beside whoever writes it. Every change fails with [`Trouble::ReadOnly`].
    ///
    /// # Errors
    /// [`Trouble::Older`] while nobody has brought the schema up to date; the others as above.
    pub fn open_for_reading(path: &Path) -> Result<Self, StoreError> {
        let open = || {
            let db =
                Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            db.busy_timeout(PATIENCE)?;
            db.pragma_update(None, "cache_size", READING_CACHE)?;
            migrations::require_current(&db)?;
            Ok(db)
        };
        let db = open().or_else(|error: StoreError| at_rest(path).ok_or(error));
        let db = db.map_err(|error| error.at(Some(path)))?;
        Ok(Self { db, place: Some(path.to_owned()), seen_again: HashMap::new() })
    }

    /// The file; `None` for a database that is gone with the process.
    pub fn place(&self) -> Option<&Path> {
        self.place.as_deref()
    }

    /// Gives back the memory that reading much has taken.
    pub fn rest(&self) {
        // One that cannot holds on to it; nothing else comes of that.
        let _ = self.db.execute_batch("PRAGMA shrink_memory");
    }

    /// A database that is gone with the process.
    ///
    /// # Errors
    /// There is no memory.
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut db = Connection::open_in_memory()?;
        tune(&db)?;
        migrations::run(&mut db)?;
        Ok(Self { db, place: None, seen_again: HashMap::new() })
    }

    /// Opens the file as far as it lets itself be opened, and says what is wrong.
    ///
    /// # Errors
    /// There is no memory.
    pub fn open_anyway(path: &Path) -> Result<Opened, StoreError> {
        let error = match Self::open(path) {
            Ok(store) => return Ok(Opened { store, warning: None }),
            Err(error) => error,
        };
        let readable = !matches!(error.trouble(), Trouble::Damaged | Trouble::Newer { .. });
        if let Some(store) = readable.then(|| Self::open_for_reading(path).ok()).flatten().filter(|s| s.users().is_ok())
        {
            let warning = format!("What is seen now is not kept: {error}");
            return Ok(Opened { store, warning: Some(warning) });
        }
        let warning = format!("Nothing is remembered from before, and what is seen now is not kept: {error}");
        Ok(Opened { store: Self::in_memory()?, warning: Some(warning) })
    }
}

/// What every connection that writes is like. What is replaced or deleted is overwritten: it may be
/// somebody's account.
fn tune(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "cache_size", WRITING_CACHE)?;
    // This one answers with the value in force.
    db.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))
}

/// A file nobody writes, on a disk that cannot be written: the side files of the write-ahead log
/// cannot be made there, and without one left over there is nothing they would hold.
fn at_rest(path: &Path) -> Option<Connection> {
    let log = std::fs::metadata(side_file(path, "-wal"));
    if log.is_ok_and(|log| log.len() > 0) {
        return None;
    }
    let place = path.to_str()?.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(format!("file:{place}?immutable=1"), flags).ok()?;
    migrations::require_current(&db).ok()?;
    Some(db)
}

fn side_file(path: &Path, end: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_can_open_a_new_file_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.db");
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || Store::open(&path).map(|_| ()))
            })
            .collect();
        for thread in threads {
            thread.join().unwrap().unwrap();
        }
    }

    #[test]
    fn a_reader_changes_nothing_and_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.db");
        let writer = Store::open(&path).unwrap();
        writer.set_cursor("place", "7").unwrap();
        let reader = Store::open_for_reading(&path).unwrap();
        assert_eq!(reader.cursor("place").unwrap().as_deref(), Some("7"));
        assert_eq!(reader.set_cursor("place", "8").unwrap_err().trouble(), Trouble::ReadOnly);
        writer.set_cursor("place", "9").unwrap();
        assert_eq!(reader.cursor("place").unwrap().as_deref(), Some("9"), "it sees what is written meanwhile");
    }

    #[test]
    fn a_start_does_without_a_file_it_cannot_read_and_leaves_it_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.db");
        std::fs::write(&path, b"this is no database, however long it may go on and on".repeat(50)).unwrap();
        let before = std::fs::read(&path).unwrap();
        let Opened { store, warning } = Store::open_anyway(&path).unwrap();
        let warning = warning.unwrap();
        assert!(warning.contains("Nothing is remembered") && warning.contains(path.to_str().unwrap()), "{warning}");
        store.set_cursor("place", "7").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    /// As the file looks on a disk that cannot be written: no side files, and none can be made.
    #[test]
    fn a_file_at_rest_is_read_without_its_side_files() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a b?#%.db");
        Store::open(&path).unwrap().set_cursor("place", "7").unwrap();
        let db = at_rest(&path).unwrap();
        let found: String = db.query_row("SELECT value FROM cursors", [], |row| row.get(0)).unwrap();
        assert_eq!(found, "7");
        std::fs::write(side_file(&path, "-wal"), b"left over").unwrap();
        assert!(at_rest(&path).is_none(), "there may be more than the file holds");
    }
}
