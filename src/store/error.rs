//! What can go wrong with the database, said so that an operator knows what it means for money.
//!
//! Nothing in the file is needed to move money: orders are with the API, actions in the journal,
//! keys in the keystore. ramptop never deletes or replaces a file it cannot read.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// What is in the file is not what was written there, or it is no database.
    Damaged,
    /// There is no room left for writing.
    Full,
    /// The file, its directory or its disk must not be written to.
    ReadOnly,
    /// The file cannot be opened at all.
    Unreachable,
    /// Another program holds the file.
    Busy,
    /// The file was written by a newer version.
    Newer {
        /// The file's schema version.
        found: u32,
        /// The newest one known here.
        known: u32,
    },
    /// The file was written by an older version and cannot be brought up to date.
    Older {
        /// The file's schema version.
        found: u32,
    },
    /// The disk failed, or something else did.
    Failed,
}

/// The database said no.
#[derive(Debug)]
pub struct StoreError {
    trouble: Trouble,
    /// The file, where it is known.
    place: Option<PathBuf>,
    /// In the words of whoever noticed.
    detail: String,
}

impl StoreError {
    pub(super) fn new(trouble: Trouble, detail: impl Into<String>) -> Self {
        Self { trouble, place: None, detail: detail.into() }
    }

    /// The same, naming the file.
    pub(super) fn at(mut self, place: Option<&Path>) -> Self {
        self.place = self.place.or_else(|| place.map(Path::to_owned));
        self
    }

    /// What happened.
    pub fn trouble(&self) -> Trouble {
        self.trouble
    }

    /// What happened, in a clause without a subject.
    fn what(&self) -> String {
        let detail = &self.detail;
        match self.trouble {
            Trouble::Damaged => format!("is damaged ({detail})"),
            Trouble::Full => "cannot be written: there is no room left on its disk".to_owned(),
            Trouble::ReadOnly => {
                format!("cannot be written: the file, its directory or its disk is read-only ({detail})")
            }
            Trouble::Unreachable => format!("cannot be opened ({detail})"),
            Trouble::Busy => "is held by another program for too long".to_owned(),
            Trouble::Newer { found, known } => format!("has schema {found}, this version knows up to {known}"),
            Trouble::Older { found } => {
                format!("has the older schema {found} and cannot be written to bring it up to date")
            }
            Trouble::Failed => format!("cannot be used ({detail})"),
        }
    }

    /// What to do next.
    fn advice(&self) -> &'static str {
        match self.trouble {
            Trouble::Damaged => {
                "Move the file away, together with those of the same name that end in -wal and -shm, and start ramptop \
                 again: it makes a new one and reads the orders anew. Keep the old one: ramptop deletes nothing, and notes \
                 and whose an order is are only there"
            }
            Trouble::Full => "Make room; what is seen from then on is kept again",
            Trouble::ReadOnly | Trouble::Older { .. } => "Make it writable, or use another --data-dir",
            Trouble::Unreachable => "Look at the rights of the file and of its directory, or use another --data-dir",
            Trouble::Busy => "If no other ramptop is working on it, end the program that has it open",
            Trouble::Newer { .. } => "Update ramptop, or use another --data-dir",
            Trouble::Failed => "Look at the disk; if it is sound, report this",
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the local database ")?;
        if let Some(place) = &self.place {
            write!(f, "{} ", place.display())?;
        }
        write!(
            f,
            "{}. Nothing about money is lost: orders are with the API, actions in the journal. {}.",
            self.what(),
            self.advice()
        )
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(trouble(&error), error.to_string())
    }
}

fn trouble(error: &rusqlite::Error) -> Trouble {
    use rusqlite::Error as E;
    match error {
        E::SqliteFailure(code, _) => match code.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Trouble::Damaged,
            ErrorCode::DiskFull => Trouble::Full,
            ErrorCode::ReadOnly => Trouble::ReadOnly,
            ErrorCode::CannotOpen | ErrorCode::PermissionDenied => Trouble::Unreachable,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Trouble::Busy,
            // Every statement is our own and was right when the schema was made: it is the file.
            ErrorCode::Unknown => Trouble::Damaged,
            _ => Trouble::Failed,
        },
        // The same; and tables are strict: a column of another type was not written by anybody.
        E::SqlInputError { .. }
        | E::FromSqlConversionFailure(..)
        | E::InvalidColumnType(..)
        | E::IntegralValueOutOfRange(..)
        | E::Utf8Error(..) => Trouble::Damaged,
        _ => Trouble::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_names_the_file_the_money_and_what_to_do() {
        let all = [
            Trouble::Damaged,
            Trouble::Full,
            Trouble::ReadOnly,
            Trouble::Unreachable,
            Trouble::Busy,
            Trouble::Newer { found: 9, known: 2 },
            Trouble::Older { found: 1 },
            Trouble::Failed,
        ];
        let mut advices = Vec::new();
        for trouble in all {
            let error = StoreError::new(trouble, "because").at(Some(Path::new("/data/x.db")));
            let said = error.to_string();
            assert!(said.starts_with("the local database /data/x.db "), "{said}");
            assert!(said.contains("Nothing about money is lost"), "{said}");
            assert!(said.ends_with(&format!("{}.", error.advice())), "{said}");
            advices.push(error.what());
        }
        advices.dedup();
        assert_eq!(advices.len(), all.len());
    }

    #[test]
    fn the_file_is_named_by_whoever_knew_it_first() {
        let error = StoreError::new(Trouble::Full, "").at(Some(Path::new("/a"))).at(Some(Path::new("/b")));
        assert_eq!(error.place.as_deref(), Some(Path::new("/a")));
        assert!(StoreError::new(Trouble::Full, "").to_string().starts_with("the local database cannot"));
    }
}
