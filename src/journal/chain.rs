//! The chain: every line carries the hash of the line before it and its own.
//!
//! A line is a JSON object whose last member is `hash`: the SHA-256, as 64 hexadecimal digits, of
//! the line's bytes without that member (`,"hash":"…"` taken out) and without the line end. So any
//! tool can check it, and a change, a gap or a swap anywhere breaks every line after it. Lines cut
//! off at the end of the file are the one thing a chain cannot show: for that its end is noted
//! outside the file ([`super::head`]). Pure.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::io::BufRead;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::entry::{Entry, sha256};

/// The `prev` of the first line.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

const HASH_MEMBER: &str = ",\"hash\":\"";
/// `,"hash":"`, 64 digits, `"}`.
const TAIL: usize = HASH_MEMBER.len() + 64 + 2;

/// The end of a chain: what the next line must continue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tip {
    /// The last number, 0 for an empty chain.
    pub seq: u64,
    /// The last hash.
    pub hash: String,
}

impl Default for Tip {
    fn default() -> Self {
        Self { seq: 0, hash: GENESIS.to_owned() }
    }
}

/// An entry with its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The entry.
    pub entry: Entry,
    /// Its hash.
    pub hash: String,
}

/// What kind of damage it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Bytes of a line are not what was written.
    Changed,
    /// Lines are missing before this one.
    Removed,
    /// Lines stand in another order.
    Moved,
    /// A line that already stood stands again.
    Repeated,
    /// Lines at the end are missing, or the last one is cut.
    CutOff,
    /// Hashes were computed anew: each line fits the one before, but not what was noted outside.
    Rewritten,
    /// Lines at the end that ramptop did not write.
    Added,
    /// The note outside the file is missing or not readable.
    Head,
    /// A line that holds, of a kind this version does not know.
    Newer,
    /// The file cannot be read.
    Unreadable,
}

impl Damage {
    /// One word for scripts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::Moved => "moved",
            Self::Repeated => "repeated",
            Self::CutOff => "cut_off",
            Self::Rewritten => "rewritten",
            Self::Added => "added",
            Self::Head => "head",
            Self::Newer => "newer",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Where and why a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal does not hold at line {line}: {why}")]
pub struct Broken {
    /// The line, from 1.
    pub line: u64,
    /// The kind.
    pub damage: Damage,
    /// The reason.
    pub why: String,
}

/// Kind and reason.
type Fault = (Damage, String);

/// A chain that holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// How many lines.
    pub entries: u64,
    /// Where it ends: note it elsewhere, and lines cut off later can be noticed.
    pub tip: Tip,
    /// The time of the first line.
    pub first: Option<DateTime<Utc>>,
    /// The time of the last line.
    pub last: Option<DateTime<Utc>>,
}

/// What [`Walk`] came upon.
#[derive(Debug)]
pub enum Step {
    /// A line that continues the chain.
    Line(Box<Line>),
    /// The rest after the last line end: a line that was being written.
    Torn(Vec<u8>),
    /// Nothing more.
    End,
}

/// Reads a chain line by line, checking each.
#[derive(Debug)]
pub struct Walk<R> {
    reader: R,
    tip: Tip,
    good: u64,
}

impl<R: BufRead> Walk<R> {
    /// From the start of a journal.
    pub fn new(reader: R) -> Self {
        Self { reader, tip: Tip::default(), good: 0 }
    }

    /// The end of what was read so far.
    pub fn tip(&self) -> &Tip {
        &self.tip
    }

    /// How many bytes of good lines were read so far.
    pub fn good(&self) -> u64 {
        self.good
    }

    /// The next line.
    pub fn step(&mut self) -> Result<Step, Broken> {
        let mut bytes = Vec::new();
        let read = self
            .reader
            .read_until(b'\n', &mut bytes)
            .map_err(|e| self.broken((Damage::Unreadable, format!("not readable: {e}"))))?;
        if read == 0 {
            return Ok(Step::End);
        }
        let Some(body) = bytes.strip_suffix(b"\n") else { return Ok(Step::Torn(bytes)) };
        let line = parse(body, &self.tip).map_err(|why| self.broken(why))?;
        self.tip = Tip { seq: line.entry.seq, hash: line.hash.clone() };
        self.good = self.good.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(Step::Line(Box::new(line)))
    }

    fn broken(&self, (damage, why): Fault) -> Broken {
        Broken { line: self.tip.seq.saturating_add(1), damage, why }
    }
}

/// Reads a whole journal; a line that was being written breaks it.
pub fn lines(reader: impl BufRead) -> Result<Vec<Line>, Broken> {
    let mut walk = Walk::new(reader);
    let mut all = Vec::new();
    loop {
        match walk.step()? {
            Step::Line(line) => all.push(*line),
            Step::Torn(_) => return Err(walk.broken((Damage::CutOff, "the line ends in the middle".to_owned()))),
            Step::End => return Ok(all),
        }
    }
}

/// Checks a whole journal.
pub fn verify(reader: impl BufRead) -> Result<Summary, Broken> {
    let all = lines(reader)?;
    let tip = all.last().map_or_else(Tip::default, |line| Tip { seq: line.entry.seq, hash: line.hash.clone() });
    Ok(Summary {
        entries: tip.seq,
        tip,
        first: all.first().map(|line| line.entry.at),
        last: all.last().map(|line| line.entry.at),
    })
}

/// The bytes of a line (with its end) and its hash.
pub fn encode(entry: &Entry) -> serde_json::Result<(Vec<u8>, String)> {
    let mut bytes = serde_json::to_vec(entry)?;
    let hash = hash(&bytes);
    bytes.pop(); // the closing brace
    bytes.extend_from_slice(HASH_MEMBER.as_bytes());
    bytes.extend_from_slice(hash.as_bytes());
    bytes.extend_from_slice(b"\"}\n");
    Ok((bytes, hash))
}

fn hash(body: &[u8]) -> String {
    sha256(body)
}

/// Reads one line (without its end) that must continue `tip`.
fn parse(line: &[u8], tip: &Tip) -> Result<Line, Fault> {
    let changed = |why: &str| (Damage::Changed, why.to_owned());
    let (mut body, claimed) = split(line).ok_or_else(|| changed("it does not end with a hash"))?;
    body.push(b'}');
    let found = hash(&body);
    if claimed != found {
        return Err(changed("its hash does not fit its content: it was changed"));
    }
    let place: Place = serde_json::from_slice(&body).map_err(|e| (Damage::Changed, format!("not an entry ({e})")))?;
    continues(&place, tip)?;
    let entry: Entry = serde_json::from_slice(&body).map_err(|e| {
        let why = format!("the line holds, but this version of ramptop cannot read it ({e}): use a newer one");
        (Damage::Newer, why)
    })?;
    Ok(Line { entry, hash: found })
}

/// The members that make the chain.
#[derive(Deserialize)]
struct Place {
    seq: u64,
    prev: String,
}

fn continues(place: &Place, tip: &Tip) -> Result<(), Fault> {
    let next = tip.seq.saturating_add(1);
    match (place.seq.cmp(&next), place.prev == tip.hash) {
        (Ordering::Equal, true) => Ok(()),
        (Ordering::Equal, false) => {
            let why = "it does not continue the line before: that one was changed and its hash computed anew";
            Err((Damage::Rewritten, why.to_owned()))
        }
        (Ordering::Less, _) => Err((Damage::Repeated, format!("entry {} stands here again", place.seq))),
        (Ordering::Greater, _) if place.seq == next.saturating_add(1) => {
            Err((Damage::Removed, format!("entry {next} is missing: entry {} stands in its place", place.seq)))
        }
        (Ordering::Greater, _) => {
            let last = place.seq.saturating_sub(1);
            Err((Damage::Removed, format!("entries {next} to {last} are missing: entry {} follows", place.seq)))
        }
    }
}

fn split(line: &[u8]) -> Option<(Vec<u8>, String)> {
    let (body, tail) = line.split_at_checked(line.len().checked_sub(TAIL)?)?;
    let digits = std::str::from_utf8(tail).ok()?.strip_prefix(HASH_MEMBER)?.strip_suffix("\"}")?;
    Some((body.to_vec(), digits.to_owned()))
}
