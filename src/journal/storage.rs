//! The journal's file: opened once, locked, private, cut back to what holds.
//!
//! [`Storage`] is the three things the writer needs of a file, so that tests can let a disk be
//! full. Opening never loses a byte: what a crash left behind is set aside in a file of its own
//! before it is cut off.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::chain::{Step, Tip, Walk};
use super::recovery::{Recovery, Unsettled};
use super::writer::JournalError;

/// What the writer needs of a file.
pub trait Storage: Send {
    /// Adds bytes at the end.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Waits until they are on the disk.
    fn sync(&mut self) -> io::Result<()>;
    /// Cuts back to `len` bytes.
    fn cut(&mut self, len: u64) -> io::Result<()>;
}

impl Storage for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.seek(SeekFrom::End(0))?;
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)?;
        self.sync_data()
    }
}

/// A line that was being written when a process ended, set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    /// Where it is now.
    pub path: PathBuf,
    /// How long it is.
    pub bytes: usize,
}

/// An opened journal: locked, verified, repaired.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) file: File,
    pub(super) tip: Tip,
    pub(super) len: u64,
    pub(super) unsettled: Vec<Unsettled>,
    pub(super) torn: Option<Torn>,
}

pub(super) fn open(path: &Path) -> Result<Opened, JournalError> {
    let file = open_locked(path)?;
    let mut walk = Walk::new(BufReader::new(&file));
    let mut open = Recovery::default();
    let rest = loop {
        match walk.step().map_err(|broken| JournalError::Broken { path: path.to_owned(), broken })? {
            Step::Line(line) => open.see(&line.entry),
            Step::Torn(rest) => break rest,
            Step::End => break Vec::new(),
        }
    };
    let (tip, len) = (walk.tip().clone(), walk.good());
    let torn = repair(&file, path, &rest, len)?;
    Ok(Opened { file, tip, len, unsettled: open.unsettled(), torn })
}

fn open_locked(path: &Path) -> Result<File, JournalError> {
    let fail = |source| JournalError::Open { path: path.to_owned(), source };
    if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        private_dir(dir).map_err(fail)?;
    }
    let file = private_file(path).map_err(fail)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(fail(source)),
    }
}

/// Sets aside what stands after the last line end, then cuts it off.
fn repair(mut file: &File, path: &Path, rest: &[u8], len: u64) -> Result<Option<Torn>, JournalError> {
    if rest.is_empty() {
        return Ok(None);
    }
    let fail = |source| JournalError::Open { path: path.to_owned(), source };
    let aside = set_aside(path, rest).map_err(fail)?;
    file.set_len(len).and_then(|()| file.sync_all()).map_err(fail)?;
    file.seek(SeekFrom::End(0)).map_err(fail)?;
    Ok(Some(Torn { path: aside, bytes: rest.len() }))
}

fn set_aside(path: &Path, rest: &[u8]) -> io::Result<PathBuf> {
    for n in 1..10_000_u32 {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".torn-{n}"));
        let aside = PathBuf::from(name);
        match private_options().create_new(true).open(&aside) {
            Ok(mut file) => {
                file.write_all(rest)?;
                file.sync_all()?;
                sync_dir(path)?;
                return Ok(aside);
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
    Err(io::Error::other("too many torn lines are set aside already"))
}

fn private_dir(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn private_file(path: &Path) -> io::Result<File> {
    let file = private_options().create(true).open(path)?;
    #[cfg(unix)]
    if file.metadata()?.len() > 0 {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    sync_dir(path)?;
    Ok(file)
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A new name is only safe once its directory is on the disk.
fn sync_dir(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(dir)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
