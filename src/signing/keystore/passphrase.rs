//! Where the passphrase of the encrypted files comes from.
//!
//! One that was read from a file or descriptor is kept for the process, because a descriptor can be
//! read only once; one that a human typed is kept once it has opened something. Both are wiped at
//! the end. An empty passphrase is none.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::error::KeystoreError;

/// Asks a human; given is what to show before the input.
pub type Ask = Arc<dyn Fn(&str) -> io::Result<SecretString> + Send + Sync>;

/// Where the passphrase comes from.
#[derive(Clone)]
pub enum PassphraseSource {
    /// The first line of a file; a number is a file descriptor.
    File(String),
    /// A human.
    Ask(Ask),
    /// Known already.
    Given(SecretString),
    /// Nowhere.
    None,
}

impl fmt::Debug for PassphraseSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File(_) => "PassphraseSource::File(..)",
            Self::Ask(_) => "PassphraseSource::Ask(..)",
            Self::Given(_) => "PassphraseSource::Given(..)",
            Self::None => "PassphraseSource::None",
        })
    }
}

/// A line longer than this is not a passphrase.
const LONGEST: u64 = 4096;

/// The source and what it gave.
pub(super) struct Passphrases {
    source: PassphraseSource,
    known: Mutex<Option<SecretString>>,
    /// The source is not asked any more: only what [`Self::unlock`] gives counts.
    sealed: AtomicBool,
}

impl Passphrases {
    pub(super) fn new(source: PassphraseSource) -> Self {
        Self { source, known: Mutex::new(None), sealed: AtomicBool::new(false) }
    }

    /// The passphrase of what exists.
    pub(super) fn existing(&self, prompt: &str) -> Result<SecretString, KeystoreError> {
        match self.known() {
            Some(known) => Ok(known),
            None => self.ask_once(prompt),
        }
    }

    /// A passphrase for something new: typed twice if a human types it.
    pub(super) fn fresh(&self, prompt: &str) -> Result<SecretString, KeystoreError> {
        let first = self.existing(prompt)?;
        if let (PassphraseSource::Ask(ask), None) = (&self.source, self.known()) {
            let second = typed(ask, "The same passphrase again")?;
            if first.expose_secret() != second.expose_secret() {
                return Err(KeystoreError::PassphrasesDiffer);
            }
        }
        Ok(first)
    }

    /// From now on nothing is known but what is given to [`Self::unlock`].
    pub(super) fn seal(&self) {
        self.sealed.store(true, Ordering::SeqCst);
        self.lock();
    }

    /// Opened something, and is known until [`Self::lock`]. Unless sealed, nothing is kept.
    pub(super) fn unlock(&self, passphrase: &SecretString) {
        if self.is_sealed() {
            self.keep(Some(passphrase.clone()));
        }
    }

    /// Forgets what was unlocked.
    pub(super) fn lock(&self) {
        if self.is_sealed() {
            self.keep(None);
        }
    }

    fn is_sealed(&self) -> bool {
        self.sealed.load(Ordering::SeqCst)
    }

    fn keep(&self, passphrase: Option<SecretString>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = passphrase;
    }

    /// Straight from the source, which a file or descriptor answers from memory the second time.
    pub(super) fn ask_once(&self, prompt: &str) -> Result<SecretString, KeystoreError> {
        if self.is_sealed() {
            return Err(KeystoreError::Sealed);
        }
        let passphrase = match &self.source {
            PassphraseSource::Ask(ask) => typed(ask, prompt)?,
            PassphraseSource::Given(given) => given.clone(),
            PassphraseSource::None => return Err(KeystoreError::NoPassphrase),
            PassphraseSource::File(name) => self.known().map_or_else(|| self.read(name), Ok)?,
        };
        if passphrase.expose_secret().is_empty() { Err(KeystoreError::EmptyPassphrase) } else { Ok(passphrase) }
    }

    /// It opened something.
    pub(super) fn remember(&self, passphrase: &SecretString) {
        if !self.is_sealed() {
            self.keep(Some(passphrase.clone()));
        }
    }

    /// It did not open something: a human may type another.
    pub(super) fn forget(&self) {
        if matches!(self.source, PassphraseSource::Ask(_)) && !self.is_sealed() {
            self.keep(None);
        }
    }

    fn known(&self) -> Option<SecretString> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn read(&self, name: &str) -> Result<SecretString, KeystoreError> {
        let is_descriptor = !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
        let path = if is_descriptor { format!("/dev/fd/{name}") } else { name.to_owned() };
        let passphrase =
            first_line(&path).map_err(|source| KeystoreError::PassphraseUnreadable { from: path, source })?;
        self.remember(&passphrase);
        Ok(passphrase)
    }
}

fn typed(ask: &Ask, prompt: &str) -> Result<SecretString, KeystoreError> {
    ask(prompt).map_err(|source| KeystoreError::PassphraseUnreadable { from: "the terminal".to_owned(), source })
}

fn first_line(path: &str) -> io::Result<SecretString> {
    let mut line = Zeroizing::new(String::with_capacity(256));
    BufReader::new(File::open(path)?.take(LONGEST)).read_line(&mut line)?;
    let text = line.strip_suffix('\n').unwrap_or(&line);
    Ok(SecretString::from(text.strip_suffix('\r').unwrap_or(text)))
}
