//! The command line: the dashboard's start and its headless twins. The twins drive the same
//! functions as the dashboard; nothing is decided here.

mod act;
pub mod args;
mod catalogue;
mod context;
mod dashboard;
mod details;
mod documents;
mod forget;
mod gate;
mod harden;
mod initiate;
mod input;
mod journal;
mod keys;
mod kyc;
mod orders;
pub mod out;
mod payments;
mod pin;
mod policy;
mod present;
mod profiles;
mod ramp;
mod raw;
mod sandbox;
mod show;
mod users;
mod watch;
mod webhooks;

use std::io;

use anyhow::Result;
use clap::{CommandFactory, Parser};

use crate::app::flow::ActionRequest;
use crate::domain::payment::Payer;
use crate::domain::send_out::Destination;
use args::{Cli, Command, ProfileCommand};
use context::Context;
use out::Exit;

use crate::api::ApiError;

/// How long background tasks may take to stop. A blocked keyring call must not hold the exit.
const SHUTDOWN: std::time::Duration = std::time::Duration::from_millis(500);

/// Parses the command line, runs it, and gives the exit code.
pub fn main() -> u8 {
    // Before anything secret can be in memory.
    harden::forbid_dumps();
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            out::note(&format!("ramptop: cannot start: {error}"));
            return Exit::Failed.code();
        }
    };
    let result = runtime.block_on(run(cli));
    runtime.shutdown_timeout(SHUTDOWN);
    match result {
        Ok(exit) => exit.code(),
        // Whoever read our output went away: that is their right.
        Err(error) if is_closed_pipe(&error) => Exit::Done.code(),
        Err(error) => {
            out::note(&format!("ramptop: {}", crate::domain::text::visible_prefix(&whole(&error), 4_000)));
            if let Some(error) = error.downcast_ref::<ApiError>() {
                out::note(&format!("ramptop: {}", error.advice()));
            }
            exit_of(&error).code()
        }
    }
}

/// An error and its causes; a cause that the sentence before it ends with is not said again.
fn whole(error: &anyhow::Error) -> String {
    let mut out = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !out.ends_with(&cause) {
            out.push_str(if out.is_empty() { "" } else { ": " });
            out.push_str(&cause);
        }
    }
    out
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

/// An answer of the API is told apart from everything else that can fail.
fn exit_of(error: &anyhow::Error) -> Exit {
    match error.downcast_ref::<ApiError>() {
        Some(ApiError::Rejected(_)) => Exit::Rejected,
        Some(ApiError::OutcomeUnknown { .. }) => Exit::Unknown,
        _ => Exit::Failed,
    }
}

async fn run(cli: Cli) -> Result<Exit> {
    let Some(command) = cli.command else {
        return dashboard::run(&cli.global, &cli.sandbox).await;
    };
    if let Command::Sandbox(args) = command {
        return sandbox::run(args).await;
    }
    match command {
        Command::Completions { shell } => completions(shell),
        Command::Man => man(),
        command => with_context(&Context::new(&cli.global)?, command).await,
    }
}

async fn with_context(context: &Context, command: Command) -> Result<Exit> {
    match command {
        Command::Profile(ProfileCommand::Pin(args)) => pin::run(context, args).await,
        Command::Profile(command) => profiles::run(context, command),
        Command::Policy(command) => policy::run(context, &command),
        Command::ApiKey(command) => keys::api_key(context, command).await,
        Command::WebhookSecret(command) => keys::webhook_secret(context, command).await,
        Command::Key(command) => keys::key(context, command).await,
        Command::Orders(args) => orders::list(context, args).await,
        Command::Order(args) => orders::show(context, args).await,
        Command::Watch(args) => watch::run(context, args).await,
        Command::Users(json) => users::list(context, json),
        Command::User(command) => users::run(context, command).await,
        Command::Forget(args) => forget::run(context, &args),
        Command::PaymentDetails(command) => payments::run(context, command).await,
        Command::Rails(args) => catalogue::rails(context, args).await,
        Command::Institutions(args) => catalogue::institutions(context, args).await,
        Command::Currencies(json) => catalogue::currencies(context, json).await,
        Command::Estimate(args) => ramp::estimate(context, args).await,
        Command::Quote(args) => ramp::quote(context, args).await,
        Command::Initiate(args) => initiate::run(context, args).await,
        Command::Webhook(command) => webhooks::run(context, command).await,
        Command::Raw(args) => raw::run(context, args).await,
        Command::Review(args) => act::review(context, args).await,
        Command::Authorize(args) => act::act(context, args, ActionRequest::Authorize).await,
        Command::Confirm(args) => act::act(context, args, ActionRequest::ConfirmFiat).await,
        Command::Cancel(args) => act::act(context, args, ActionRequest::Cancel).await,
        Command::PaymentSent(args) => act::act(context, args, ActionRequest::PaymentSent).await,
        Command::PayerDetails(args) => {
            act::act(context, args.act, ActionRequest::PayerDetails(Payer::Profile(args.payment_details))).await
        }
        Command::SendOut(args) => {
            let to = Destination { chain: args.chain, address: args.to };
            act::act(context, args.act, ActionRequest::SendOut(to)).await
        }
        Command::Refund(args) => act::act(context, args, ActionRequest::Refund).await,
        Command::Journal(command) => journal::run(context, &command).await,
        Command::Sandbox(_) | Command::Completions { .. } | Command::Man => Ok(Exit::Done),
    }
}

fn completions(shell: clap_complete::Shell) -> Result<Exit> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "ramptop", &mut text);
    out::line(String::from_utf8_lossy(&text).trim_end())?;
    Ok(Exit::Done)
}

fn man() -> Result<Exit> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut text)?;
    out::line(String::from_utf8_lossy(&text).trim_end())?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot read x: {0}")]
    struct Outer(#[source] io::Error);

    #[test]
    fn a_cause_is_said_once() {
        let inner = || io::Error::other("gone");
        assert_eq!(whole(&anyhow::Error::from(Outer(inner()))), "cannot read x: gone");
        let error = Err::<(), _>(inner()).context("cannot read y").unwrap_err();
        assert_eq!(whole(&error), "cannot read y: gone");
    }
}
