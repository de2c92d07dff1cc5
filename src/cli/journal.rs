//! `ramptop journal`: reading the record. Only `accept` adds to it.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::{Value, json};

use super::args::{ExportFormat, JournalCommand, VerifyArgs};
use super::context::{Context, who};
use super::keys::sure;
use super::out::{self, Exit};
use crate::journal::chain::{Step, Walk};
use crate::journal::head::{self, Note};
use crate::journal::{self, Broken, Damage, Event, Journal, Line, Standing, Whole, export};

pub async fn run(context: &Context, command: &JournalCommand) -> Result<Exit> {
    let path = context.journal_path();
    if !path.exists() && !is_missing(&path) {
        out::note("The journal is empty: nothing has been authorized, confirmed or cancelled in this profile.");
        return Ok(Exit::Done);
    }
    match command {
        JournalCommand::Verify(args) => return verify(&path, args),
        JournalCommand::Accept { yes } => return accept(context, &path, *yes).await,
        JournalCommand::List(args) if !args.json => {
            for line in lines(&path)? {
                out::line(&describe(&line))?;
            }
        }
        JournalCommand::Export(args) if args.format == ExportFormat::Csv => {
            csv_line(&export::csv_head())?;
            for line in lines(&path)? {
                csv_line(&export::csv(&line))?;
            }
        }
        JournalCommand::List(_) | JournalCommand::Export(_) => {
            for line in lines(&path)? {
                out::json(&export::json(&line)?)?;
            }
        }
    }
    Ok(Exit::Done)
}

/// A journal that is not there although entries were noted.
fn is_missing(path: &Path) -> bool {
    !matches!(Note::of(path), Note::Absent | Note::Is(head::Head { count: 0, .. }))
}

fn verify(path: &Path, args: &VerifyArgs) -> Result<Exit> {
    let found = journal::inspect(path).and_then(|whole| match &args.head {
        Some(head) => contains(path, head).map(|()| whole),
        None => Ok(whole),
    });
    if args.json.json {
        out::json(&as_json(&found))?;
    }
    match found {
        Ok(whole) => {
            if !args.json.json {
                let summary = &whole.summary;
                out::line(&format!("The journal is whole: {} entries, head {}", summary.entries, summary.tip.hash))?;
            }
            for remark in remarks(&whole) {
                out::note(&remark);
            }
            Ok(Exit::Done)
        }
        Err(broken) => {
            let (path, line, why) = (path.display(), broken.line, &broken.why);
            out::note(&format!("ramptop: the journal {path} is broken at line {line}: {why}"));
            out::note(meaning(broken.damage));
            Ok(Exit::Failed)
        }
    }
}

/// What is worth a word in a journal that is whole.
fn remarks(whole: &Whole) -> Vec<String> {
    let mut all = Vec::new();
    if whole.torn > 0 {
        all.push(format!(
            "After the last entry stand {} bytes of a line that a crash cut off. It was never acknowledged, so nothing \
             was sent on it; the next start sets it aside.",
            whole.torn
        ));
    }
    match whole.standing {
        Standing::Agree => {}
        Standing::OneAhead => all.push(
            "The last entry is not noted outside the file yet: it is being written, or ramptop was killed right after \
             it. In both cases nothing was sent on it so far."
                .to_owned(),
        ),
        Standing::NoNote => all.push(
            "An older version wrote this journal: whether entries were cut off at its end cannot be seen. The next \
             action notes its end."
                .to_owned(),
        ),
    }
    all
}

fn meaning(damage: Damage) -> &'static str {
    match damage {
        Damage::Changed => "What that line says is not what ramptop wrote; the lines before it are as they were.",
        Damage::Removed => "What was recorded there is gone; the lines before it are as they were.",
        Damage::Moved => "The lines were put into another order; those before it are as they were.",
        Damage::Repeated => "A line was copied or moved there; the lines before it are as they were.",
        Damage::CutOff => "What was recorded last is gone; the lines that are left are as they were.",
        Damage::Rewritten => "Somebody rewrote the record on purpose: no line can be trusted to be as it was.",
        Damage::Added => "Something else than ramptop added lines; those before them are as they were.",
        Damage::Head => "The lines that are there hold. If you know why the note is gone: ramptop journal accept",
        Damage::Newer => "Nothing was changed.",
        Damage::Unreadable => "Nothing is known about the journal until it can be read.",
    }
}

fn as_json(found: &std::result::Result<Whole, Broken>) -> Value {
    match found {
        Ok(whole) => json!({
            "whole": true,
            "entries": whole.summary.entries,
            "head": whole.summary.tip.hash,
            "end": match whole.standing {
                Standing::Agree => "noted",
                Standing::OneAhead => "one_ahead",
                Standing::NoNote => "no_note",
            },
            "torn_bytes": whole.torn,
        }),
        Err(broken) => json!({
            "whole": false, "line": broken.line, "damage": broken.damage.word(), "why": broken.why,
        }),
    }
}

/// Whether a head that was noted elsewhere is the hash of some line still.
fn contains(path: &Path, noted: &str) -> std::result::Result<(), Broken> {
    let unreadable = |why: String| Broken { line: 0, damage: Damage::Unreadable, why };
    let file = File::open(path).map_err(|e| unreadable(e.to_string()))?;
    let mut walk = Walk::new(BufReader::new(file));
    let noted = noted.trim().to_lowercase();
    loop {
        match walk.step()? {
            Step::Line(line) if line.hash == noted => return Ok(()),
            Step::Line(_) => {}
            Step::Torn(_) | Step::End => {
                let why = "no line has the head that was given: lines were cut off, or all hashes computed anew";
                let line = walk.tip().seq.saturating_add(1);
                return Err(Broken { line, damage: Damage::Rewritten, why: why.to_owned() });
            }
        }
    }
}

async fn accept(context: &Context, path: &Path, yes: bool) -> Result<Exit> {
    match journal::inspect(path) {
        Ok(_) => {
            out::note("The journal is whole: there is nothing to accept.");
            return Ok(Exit::Done);
        }
        Err(broken) => out::note(&format!("{broken}. {}", meaning(broken.damage))),
    }
    if !yes
        && !sure(
            "What is missing cannot be found out from this journal any more: an authorization among it might be \
             signed a second time. Accept the journal as it stands? Type yes: ",
        )?
    {
        bail!("nothing was changed");
    }
    let profile = context.settings.profile.as_str();
    let (_, receipt) = Journal::accept(path, who(profile), context.clock.clone()).await?;
    out::line(&format!("Accepted; entry {} says so.", receipt.seq))?;
    Ok(Exit::Done)
}

/// The lines, as far as they hold; a line that is being written is left out.
fn lines(path: &Path) -> Result<Vec<Line>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut walk = Walk::new(BufReader::new(file));
    let mut all = Vec::new();
    loop {
        match walk.step() {
            Ok(Step::Line(line)) => all.push(*line),
            Ok(Step::Torn(_) | Step::End) => return Ok(all),
            Err(broken) => return Err(anyhow!("the journal is broken at line {}: {}", broken.line, broken.why)),
        }
    }
}

fn csv_line(row: &str) -> Result<()> {
    Ok(out::line(row.strip_suffix('\n').unwrap_or(row))?)
}

fn describe(line: &Line) -> String {
    let entry = &line.entry;
    let safe = |text: &str| crate::tui::text::safe(text, 200);
    let what = match &entry.event {
        Event::Intent { order_id, action, .. } => format!("intent   {action} {order_id}"),
        Event::Pin { old, .. } => {
            format!("pin      {} pins of the profile", if old.is_some() { "changed the" } else { "set the" })
        }
        Event::Signed { intent_seq, signature_sha256, .. } => {
            format!("signed   for {intent_seq}: signature with SHA-256 {}", safe(signature_sha256))
        }
        Event::Resend { intent_seq, .. } => format!("resend   of {intent_seq}: the same signed bytes once more"),
        Event::Answer { intent_seq, http_status, request_id } => {
            let id = request_id.as_ref().map_or_else(String::new, |id| format!(", request {}", safe(id)));
            format!("answer   to {intent_seq}: HTTP {http_status}{id}")
        }
        Event::Outcome { intent_seq, result, note } => {
            format!("outcome  of {intent_seq}: {result:?}, {}", safe(note))
        }
        Event::HeadReset { expected, found, .. } => {
            let was = expected.map_or_else(|| "an unknown number".to_owned(), |n| n.to_string());
            format!("accepted with {found} entries where {was} were noted")
        }
    };
    format!("{:>5}  {}  {}@{}  {what}", entry.seq, entry.at.format("%Y-%m-%d %H:%M:%S"), entry.who.user, entry.who.host)
}
