//! The journal's file: opened once, locked, private, cut back to what holds.
//!
//! [`Storage`] is what the writer needs of the disk, so that tests can let one be full. Opening
//! never loses a byte: what a crash left behind is set aside in a file of its own before it is cut
//! off. A file that does not end where the note outside it says is not opened.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::chain::Tip;
use super::head::{Head, HeadFile, Note, Standing};
use super::inspect;
use super::recovery::Recovery;
use super::writer::JournalError;

/// What the writer needs of the disk, in the order it is used for a line.
pub trait Storage: Send {
    /// Makes the next note of the end ready, so that a full disk shows before the line is there.
    fn prepare(&mut self, head: &Head) -> io::Result<()>;
    /// Adds bytes at the end.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Waits until they are on the disk.
    fn sync(&mut self) -> io::Result<()>;
    /// Makes what was prepared the note of the end.
    fn commit(&mut self) -> io::Result<()>;
    /// Cuts back to `len` bytes.
    fn cut(&mut self, len: u64) -> io::Result<()>;
}

/// The journal's file and the note of its end.
#[derive(Debug)]
pub(super) struct Files {
    journal: File,
    head: HeadFile,
}

impl Storage for Files {
    fn prepare(&mut self, head: &Head) -> io::Result<()> {
        self.head.prepare(head)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.journal.seek(SeekFrom::End(0))?;
        self.journal.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.journal.sync_data()
    }

    fn commit(&mut self) -> io::Result<()> {
        self.head.commit()
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.journal.set_len(len)?;
        self.journal.sync_data()
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
    pub(super) files: Files,
    pub(super) tip: Tip,
    pub(super) len: u64,
    pub(super) open: Recovery,
    pub(super) torn: Option<Torn>,
}

pub(super) fn open(path: &Path) -> Result<Opened, JournalError> {
    let file = open_locked(path)?;
    let note = Note::of(path);
    let mut open = Recovery::default();
    let whole = inspect::read(BufReader::new(&file), &note, |entry| open.see(entry))
        .map_err(|broken| JournalError::Broken { path: path.to_owned(), broken })?;
    let opened = take(file, path, whole.summary.tip, whole.torn, open)?;
    if whole.standing != Standing::Agree {
        note_end(&opened.files.head, &opened.tip).map_err(fail(path))?;
    }
    Ok(opened)
}

/// Opens a journal whose lines hold but do not end where the note says, and notes the end they
/// have. For an operator who knows why; gives what the note was.
pub(super) fn open_accepting(path: &Path) -> Result<(Opened, Note), JournalError> {
    let file = open_locked(path)?;
    let note = Note::of(path);
    let mut open = Recovery::default();
    let (summary, seen) = inspect::walk(BufReader::new(&file), &note, &mut |entry| open.see(entry))
        .map_err(|broken| JournalError::Broken { path: path.to_owned(), broken })?;
    let opened = take(file, path, summary.tip, seen.rest, open)?;
    note_end(&opened.files.head, &opened.tip).map_err(fail(path))?;
    Ok((opened, note))
}

fn take(file: File, path: &Path, tip: Tip, torn: usize, open: Recovery) -> Result<Opened, JournalError> {
    let torn = repair(&file, path, torn)?;
    let len = file.metadata().map_err(fail(path))?.len();
    let head = HeadFile::new(path).map_err(fail(path))?;
    Ok(Opened { files: Files { journal: file, head }, tip, len, open, torn })
}

fn note_end(head: &HeadFile, tip: &Tip) -> io::Result<()> {
    head.prepare(&tip.into())?;
    head.commit()
}

fn fail(path: &Path) -> impl Fn(io::Error) -> JournalError {
    move |source| JournalError::Open { path: path.to_owned(), source }
}

fn open_locked(path: &Path) -> Result<File, JournalError> {
    let fail = fail(path);
    if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        private_dir(dir).map_err(&fail)?;
    }
    let file = private_file(path).map_err(&fail)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(fail(source)),
    }
}

/// Sets aside the `torn` bytes that stand after the last line end, then cuts them off.
fn repair(mut file: &File, path: &Path, torn: usize) -> Result<Option<Torn>, JournalError> {
    if torn == 0 {
        return Ok(None);
    }
    let mut cut = || {
        let all = file.metadata()?.len();
        let good = all.saturating_sub(u64::try_from(torn).unwrap_or(u64::MAX));
        file.seek(SeekFrom::Start(good))?;
        let mut rest = Vec::with_capacity(torn);
        file.read_to_end(&mut rest)?;
        let aside = set_aside(path, &rest)?;
        file.set_len(good)?;
        file.sync_all()?;
        file.seek(SeekFrom::End(0))?;
        Ok(Torn { path: aside, bytes: rest.len() })
    };
    cut().map(Some).map_err(fail(path))
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

pub(super) fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A new name is only safe once its directory is on the disk.
pub(super) fn sync_dir(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(dir)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
