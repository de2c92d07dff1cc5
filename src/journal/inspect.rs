//! `journal verify`: the whole journal, its lines and the note of its end, changing nothing.
//!
//! A line torn by a crash and a line that was written but not yet noted are told apart from
//! tampering: neither was ever acknowledged, so nothing was sent on them. Reads files, so not for
//! the loop.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::chain::{Broken, Damage, Step, Summary, Walk};
use super::entry::Entry;
use super::head::{Head, Note, Seen, Standing, judge};

/// How often a journal that is being written to is looked at again.
const LOOKS: u32 = 20;

/// A journal that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// What it holds.
    pub summary: Summary,
    /// Its end and the note of it.
    pub standing: Standing,
    /// How many bytes of a torn line stand after its end.
    pub torn: usize,
}

/// Checks the journal at `path`; one that is not there is an empty one.
pub fn inspect(path: &Path) -> Result<Whole, Broken> {
    let mut note = Note::of(path);
    for _ in 0..LOOKS {
        let found = look(path, &note);
        // Another ramptop may write while we read: only what was found under one note counts.
        let after = Note::of(path);
        if after == note {
            return found;
        }
        note = after;
    }
    let why = "it is being written to without a pause; try again".to_owned();
    Err(Broken { line: 0, damage: Damage::Unreadable, why })
}

fn look(path: &Path, note: &Note) -> Result<Whole, Broken> {
    let unreadable = |e: &io::Error| Broken { line: 0, damage: Damage::Unreadable, why: format!("not readable: {e}") };
    match File::open(path) {
        Ok(file) => read(BufReader::new(file), note, |_| {}).map_err(|broken| diagnosed(path, broken)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => read(&[][..], note, |_| {}),
        Err(e) => Err(unreadable(&e)),
    }
}

/// Walks a chain and compares its end with the note; `see` is shown every entry.
pub(super) fn read(reader: impl BufRead, note: &Note, mut see: impl FnMut(&Entry)) -> Result<Whole, Broken> {
    let (summary, seen) = walk(reader, note, &mut see)?;
    let standing = judge(&seen, note)?;
    Ok(Whole { summary, standing, torn: seen.rest })
}

/// Walks a chain without judging its end.
pub(super) fn walk(reader: impl BufRead, note: &Note, see: &mut impl FnMut(&Entry)) -> Result<(Summary, Seen), Broken> {
    let wanted = if let Note::Is(Head { count, .. }) = note { *count } else { 0 };
    let (mut summary, mut seen) = (Summary::default(), Seen::default());
    let mut walk = Walk::new(reader);
    loop {
        match walk.step()? {
            Step::Line(line) => {
                summary.first.get_or_insert(line.entry.at);
                summary.last = Some(line.entry.at);
                seen.noted |= line.entry.format >= 2;
                if line.entry.seq == wanted {
                    seen.at_head = Some(line.hash);
                }
                see(&line.entry);
            }
            Step::Torn(rest) => seen.rest = rest.len(),
            Step::End => break,
        }
    }
    seen.tip = walk.tip().clone();
    summary.entries = seen.tip.seq;
    summary.tip = seen.tip.clone();
    Ok((summary, seen))
}

/// Whether what is missing stands further down: then it was moved, not removed.
fn diagnosed(path: &Path, broken: Broken) -> Broken {
    if broken.damage != Damage::Removed {
        return broken;
    }
    let Ok(file) = File::open(path) else { return broken };
    let missing = format!("{{\"seq\":{},", broken.line);
    let mut lines = BufReader::new(file).split(b'\n').map_while(Result::ok).zip(1_u64..);
    match lines.find(|(line, _)| line.starts_with(missing.as_bytes())) {
        Some((_, at)) => {
            let why = format!("entry {} was moved: it stands at line {at}", broken.line);
            Broken { damage: Damage::Moved, why, ..broken }
        }
        None => broken,
    }
}
