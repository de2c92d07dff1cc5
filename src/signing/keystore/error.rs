//! What can go wrong with keys: what happened, and what to do next. Never a secret in it.

use std::io;
use std::path::PathBuf;

use alloy_primitives::Address;

/// Why the keystore did not do it. Nothing was signed, replaced or lost.
#[derive(Debug, thiserror::Error)]
pub enum KeystoreError {
    /// A word that names no keystore.
    #[error("there is no keystore {0:?}; use \"keyring\" or \"file\"")]
    UnknownKind(String),
    /// The profile has no name.
    #[error("the profile has no name; choose one with --profile")]
    NoProfile,
    /// No keyring answered.
    #[error(
        "the keyring is not available ({0}); start a Secret Service (for example gnome-keyring or KWallet) and start \
         ramptop again, or keep keys in encrypted files: set keystore = \"file\" or RAMPTOP_KEYSTORE=file"
    )]
    Unavailable(String),
    /// The keyring is locked.
    #[error("the keyring is locked ({0}); unlock it and try again")]
    Locked(String),
    /// The keyring did not answer.
    #[error(
        "the keyring did not answer within {seconds} s; it is probably locked and asking on the desktop: unlock it \
         and try again"
    )]
    TimedOut {
        /// How long it was waited for.
        seconds: u64,
    },
    /// There is no key.
    #[error(
        "there is no signing key in {place}; bring one with `ramptop key import` or make one with \
         `ramptop key generate`"
    )]
    NoKey {
        /// Where it was looked for.
        place: String,
    },
    /// There is a key already.
    #[error(
        "there is a signing key in {place} already; it is never replaced: make sure it is kept elsewhere, then \
         `ramptop key remove`"
    )]
    KeyExists {
        /// Where.
        place: String,
    },
    /// The text is not a key.
    #[error("not a signing key: {0}; give 64 hexadecimal digits (0x optional) or a V3 JSON keystore")]
    BadKey(&'static str),
    /// The text is not an API key.
    #[error("not an API key: it must be one line of visible ASCII characters without spaces")]
    BadApiKey,
    /// The text is not a webhook secret.
    #[error("not a webhook secret: it must be one line of visible ASCII characters without spaces")]
    BadWebhookSecret,
    /// JSON that is not a keystore we can read.
    #[error("{what} is not a readable V3 keystore: {why}; nothing was changed, restore the file from a copy")]
    BadKeystore {
        /// The file, or the text given.
        what: String,
        /// The reason.
        why: String,
    },
    /// The passphrase does not open it.
    #[error("the passphrase does not open {what} (or the file was damaged); nothing was changed, try again")]
    WrongPassphrase {
        /// The file, or the text given.
        what: String,
    },
    /// Nobody can be asked for the passphrase.
    #[error(
        "the key file needs a passphrase; run ramptop on a terminal, or name a file or descriptor with \
         RAMPTOP_KEYSTORE_PASSPHRASE_FILE"
    )]
    NoPassphrase,
    /// Nothing can be opened before the dashboard is armed.
    #[error("the key files are locked; arm (A), which asks for their passphrase, and try again")]
    Sealed,
    /// The passphrase could not be read.
    #[error("the passphrase could not be read from {from}: {source}")]
    PassphraseUnreadable {
        /// Its source.
        from: String,
        /// The reason.
        source: io::Error,
    },
    /// Nothing was given.
    #[error("the passphrase is empty; choose one of several words")]
    EmptyPassphrase,
    /// Typed twice, differently.
    #[error("the two passphrases differ; nothing was written, try again")]
    PassphrasesDiffer,
    /// A file operation failed.
    #[error("{} could not be {doing}: {source}", path.display())]
    Io {
        /// What was tried, as a participle.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The stored key is not usable.
    #[error("the key in {place} is damaged: {why}; restore it from a copy")]
    Damaged {
        /// Where.
        place: String,
        /// The reason.
        why: String,
    },
    /// The key is not the wallet that pays.
    #[error("the signing key belongs to {have}, but {want} was to pay; nothing was signed: check the profile")]
    WrongKey {
        /// The key's address.
        have: Address,
        /// The request's `from`.
        want: Address,
    },
    /// The refund does not pay the key that would sign it.
    #[error("the refund pays {to}, but the signing key belongs to {have}; nothing was signed: check the profile")]
    NotPaidToKey {
        /// The key's address.
        have: Address,
        /// Who would be paid.
        to: Address,
    },
    /// The key to import is not the profile's sender.
    #[error(
        "this is the key of {have}, but the profile's sender is {want}; nothing was kept: import the key of {want}, or change `sender` in the profile if the wallet has changed"
    )]
    NotTheSender {
        /// The key's address.
        have: Address,
        /// The profile's.
        want: Address,
    },
    /// The digest does not belong to the request.
    #[error("what was to be signed is not what was reviewed; nothing was signed: review it again")]
    NotWhatWasReviewed,
    /// The action has no signature.
    #[error("the action carries nothing to sign")]
    NothingToSign,
    /// The signature could not be made.
    #[error("the signature could not be made: {0}")]
    Signing(String),
    /// The system gave no randomness.
    #[error("the system gave no randomness for a key: {0}")]
    NoRandomness(String),
    /// The task ended early.
    #[error("the keystore stopped in the middle; nothing was signed, try again")]
    Stopped,
}
