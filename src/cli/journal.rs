//! `ramptop journal`: reading the record. Nothing here writes to it.

use std::fs::File;
use std::io::BufReader;

use anyhow::{Context as _, Result};

use super::args::JournalCommand;
use super::context::Context;
use super::out::{self, Exit};
use crate::journal::{self, Event, Line};

pub fn run(context: &Context, command: &JournalCommand) -> Result<Exit> {
    let path = context.journal_path();
    if !path.exists() {
        out::note("The journal is empty: nothing has been signed, confirmed, cancelled or sent in this profile.");
        return Ok(Exit::Done);
    }
    let open = || File::open(&path).map(BufReader::new).with_context(|| format!("cannot read {}", path.display()));
    match command {
        JournalCommand::Verify => {
            return Ok(match journal::verify(open()?) {
                Ok(summary) => {
                    out::line(&format!(
                        "The journal is whole: {} entries, head {}",
                        summary.entries, summary.tip.hash
                    ))?;
                    Exit::Done
                }
                Err(broken) => {
                    out::note(&format!(
                        "ramptop: the journal {} is broken at line {}: {}",
                        path.display(),
                        broken.line,
                        broken.why
                    ));
                    Exit::Failed
                }
            });
        }
        JournalCommand::List(args) if !args.json => {
            for line in lines(open()?)? {
                out::line(&describe(&line))?;
            }
        }
        JournalCommand::List(_) | JournalCommand::Export => {
            for line in lines(open()?)? {
                out::json(&line.entry)?;
            }
        }
    }
    Ok(Exit::Done)
}

fn lines(reader: BufReader<File>) -> Result<Vec<Line>> {
    journal::lines(reader)
        .map_err(|broken| anyhow::anyhow!("the journal is broken at line {}: {}", broken.line, broken.why))
}

fn describe(line: &Line) -> String {
    let entry = &line.entry;
    let what = match &entry.event {
        Event::Intent { order_id, action, .. } => format!("intent   {action} {order_id}"),
        Event::Outcome { intent_seq, result, note } => {
            format!("outcome  of {intent_seq}: {result:?}, {}", crate::tui::text::safe(note, 200))
        }
    };
    format!("{:>5}  {}  {}@{}  {what}", entry.seq, entry.at.format("%Y-%m-%d %H:%M:%S"), entry.who.user, entry.who.host)
}
