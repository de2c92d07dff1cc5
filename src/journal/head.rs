//! The end of the chain, noted outside the journal's file: what makes lines cut off at its end show.
//!
//! `head/journal.head` beside the journal holds one line of JSON, the number and the hash of the
//! last entry. It is written after each entry, to a temporary file that is flushed and renamed over
//! the old one, before the entry is acknowledged. So a process that is killed leaves the file at
//! most one whole line ahead of the note, and never behind it: [`judge`] tells a crash from
//! tampering by that. Whoever can write to both places can still make them fit; note the head that
//! `ramptop journal verify` prints somewhere else too.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::chain::{Broken, Damage, Tip};
use super::storage::{private_options, sync_dir};

/// What is noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many entries there are.
    pub count: u64,
    /// The hash of the last one.
    pub hash: String,
}

impl From<&Tip> for Head {
    fn from(tip: &Tip) -> Self {
        Self { count: tip.seq, hash: tip.hash.clone() }
    }
}

/// What is found where the note should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// It is there.
    Is(Head),
    /// There is none.
    Absent,
    /// There is something else.
    Unreadable(String),
}

impl Note {
    /// Reads the note of the journal at `journal`.
    pub fn of(journal: &Path) -> Self {
        match fs::read(place(journal)) {
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(head) => Self::Is(head),
                Err(e) => Self::Unreadable(e.to_string()),
            },
            Err(e) if e.kind() == io::ErrorKind::NotFound => Self::Absent,
            Err(e) => Self::Unreadable(e.to_string()),
        }
    }
}

/// Where the note of the journal at `journal` is: `head/NAME.head` beside it.
pub fn place(journal: &Path) -> PathBuf {
    let name = journal.file_stem().unwrap_or(journal.as_os_str());
    let dir = journal.parent().unwrap_or(Path::new("")).join("head");
    dir.join(name).with_extension("head")
}

/// What a whole chain and its note say about each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They agree.
    Agree,
    /// The file is one line ahead: the process ended after the line and before the note, so that
    /// line was never acknowledged and nothing was sent on it.
    OneAhead,
    /// A journal of before there were notes: lines cut off at its end cannot be noticed.
    NoNote,
}

/// What was seen of a chain while it was read.
#[derive(Debug, Default)]
pub struct Seen {
    /// Its end.
    pub tip: Tip,
    /// The hash of the line with the note's number, if there is one.
    pub at_head: Option<String>,
    /// Whether some line was written when notes were kept.
    pub noted: bool,
    /// How many bytes stand after the last line end.
    pub rest: usize,
}

/// Compares a chain whose lines all hold with its note.
pub fn judge(seen: &Seen, note: &Note) -> Result<Standing, Broken> {
    let next = seen.tip.seq.saturating_add(1);
    let broken = |line, damage, why: String| Err(Broken { line, damage, why });
    let head = match note {
        Note::Is(head) => head,
        Note::Absent if !seen.noted => return Ok(Standing::NoNote),
        Note::Absent => {
            let why = "the note of the journal's end is missing, so lines may have been cut off here".to_owned();
            return broken(next, Damage::Head, why);
        }
        Note::Unreadable(e) => {
            return broken(next, Damage::Head, format!("the note of the journal's end cannot be read ({e})"));
        }
    };
    if head.count > seen.tip.seq {
        let why = match (head.count == next, seen.rest) {
            (true, 0) => format!("entry {next}, the last one, is missing: it was cut off"),
            (false, 0) => format!("entries {next} to {} are missing: they were cut off", head.count),
            _ => format!("entry {next} is cut or its line end was changed; the journal had {} entries", head.count),
        };
        return broken(next, Damage::CutOff, why);
    }
    if head.count > 0 && seen.at_head.as_ref() != Some(&head.hash) {
        let why = "its hash is not the one noted outside the file: it, or a line before it, was changed and every \
                   hash since computed anew";
        return broken(head.count, Damage::Rewritten, why.to_owned());
    }
    match seen.tip.seq - head.count {
        0 => Ok(Standing::Agree),
        1 => Ok(Standing::OneAhead),
        _ => {
            let line = head.count.saturating_add(1);
            broken(
                line,
                Damage::Added,
                format!("ramptop wrote {} entries; the lines from here on are not its", head.count),
            )
        }
    }
}

/// The two steps of writing a note, so that a full disk shows before the journal has the line.
#[derive(Debug)]
pub(super) struct HeadFile {
    path: PathBuf,
}

impl HeadFile {
    /// For the journal at `journal`; makes the directory.
    pub(super) fn new(journal: &Path) -> io::Result<Self> {
        let path = place(journal);
        if let Some(dir) = path.parent().filter(|dir| !dir.is_dir()) {
            let mut builder = DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(dir)?;
            sync_dir(dir)?;
        }
        Ok(Self { path })
    }

    fn next(&self) -> PathBuf {
        self.path.with_extension("head.next")
    }

    /// Puts the next note on the disk, beside the present one.
    pub(super) fn prepare(&self, head: &Head) -> io::Result<()> {
        let mut file: File = private_options().create(true).truncate(true).open(self.next())?;
        serde_json::to_writer(&mut file, head)?;
        file.write_all(b"\n")?;
        file.sync_all()
    }

    /// Makes it the note.
    pub(super) fn commit(&self) -> io::Result<()> {
        fs::rename(self.next(), &self.path)?;
        sync_dir(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(seq: u64, at_head: &str, noted: bool) -> Seen {
        Seen { tip: Tip { seq, hash: "t".to_owned() }, at_head: Some(at_head.to_owned()), noted, rest: 0 }
    }

    fn noted(count: u64) -> Note {
        Note::Is(Head { count, hash: "h".to_owned() })
    }

    #[test]
    fn only_one_line_ahead_of_the_note_is_a_crash() {
        let damage = |seen: &Seen, note: &Note| judge(seen, note).map_err(|b| (b.line, b.damage));
        assert_eq!(damage(&seen(3, "h", true), &noted(3)), Ok(Standing::Agree));
        assert_eq!(damage(&seen(4, "h", true), &noted(3)), Ok(Standing::OneAhead));
        assert_eq!(damage(&seen(5, "h", true), &noted(3)), Err((4, Damage::Added)));
        assert_eq!(damage(&seen(2, "h", true), &noted(3)), Err((3, Damage::CutOff)));
        assert_eq!(damage(&seen(3, "other", true), &noted(3)), Err((3, Damage::Rewritten)));
        assert_eq!(damage(&seen(4, "other", true), &noted(3)), Err((3, Damage::Rewritten)));
        assert_eq!(damage(&seen(0, "", true), &noted(0)), Ok(Standing::Agree));
        assert_eq!(damage(&seen(3, "h", false), &Note::Absent), Ok(Standing::NoNote));
        assert_eq!(damage(&seen(3, "h", true), &Note::Absent), Err((4, Damage::Head)));
        assert_eq!(damage(&seen(3, "h", true), &Note::Unreadable(String::new())), Err((4, Damage::Head)));
    }

    #[test]
    fn a_note_is_the_old_one_until_it_is_the_new_one() {
        let dir = tempfile::tempdir().unwrap();
        let journal = dir.path().join("journal.jsonl");
        assert_eq!(Note::of(&journal), Note::Absent);
        let file = HeadFile::new(&journal).unwrap();
        let head = |count| Head { count, hash: "x".to_owned() };
        file.prepare(&head(1)).unwrap();
        assert_eq!(Note::of(&journal), Note::Absent);
        file.commit().unwrap();
        file.prepare(&head(2)).unwrap();
        assert_eq!(Note::of(&journal), Note::Is(head(1)));
        file.commit().unwrap();
        assert_eq!(Note::of(&journal), Note::Is(head(2)));
        fs::write(place(&journal), "{\"count\":").unwrap();
        assert!(matches!(Note::of(&journal), Note::Unreadable(_)));
    }
}
