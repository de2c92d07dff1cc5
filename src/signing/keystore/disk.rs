//! Files that are whole or absent, and nobody else's to read.
//!
//! Written beside the target, flushed, then renamed over it. The temporary file removes itself
//! when anything goes wrong on the way.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::KeystoreError;

pub(super) fn fail(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> KeystoreError {
    let path = path.to_owned();
    move |source| KeystoreError::Io { doing, path, source }
}

/// Makes the directory, closed to others, if it is not there.
pub(super) fn private_dir(dir: &Path) -> Result<(), KeystoreError> {
    if dir.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(fail("created", dir))
}

/// Held while keys are written or removed, so that two processes cannot both find no key.
pub(super) fn lock(dir: &Path) -> Result<File, KeystoreError> {
    let path = dir.join(".lock");
    let file = private_options().create(true).open(&path).map_err(fail("opened", &path))?;
    file.lock().map_err(fail("locked", &path))?;
    Ok(file)
}

/// Whether something has the name, be it readable or not.
pub(super) fn exists(path: &Path) -> Result<bool, KeystoreError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(fail("looked at", path)(e)),
    }
}

/// Removes a file; whether it was there.
pub(super) fn remove(path: &Path) -> Result<bool, KeystoreError> {
    match fs::remove_file(path) {
        Ok(()) => sync_parent(path).map(|()| true).map_err(fail("removed", path)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(fail("removed", path)(e)),
    }
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn sync_parent(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(dir) = path.parent() {
        File::open(dir)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// A private file that is not there any more when this is dropped, unless it was renamed.
pub(super) struct TempFile {
    path: PathBuf,
}

impl TempFile {
    /// An empty one in `dir`.
    pub(super) fn new(dir: &Path) -> Result<Self, KeystoreError> {
        let path = dir.join(format!(".ramptop-{}.tmp", uuid::Uuid::new_v4()));
        private_options().create_new(true).open(&path).map_err(fail("created", &path))?;
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces its content.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<(), KeystoreError> {
        let write = || {
            let mut file = OpenOptions::new().write(true).truncate(true).open(&self.path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(fail("written", &self.path))
    }

    /// Gives it its final name.
    pub(super) fn rename(self, to: &Path) -> Result<(), KeystoreError> {
        fs::rename(&self.path, to).and_then(|()| sync_parent(to)).map_err(fail("written", to))
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        // Gone already after a rename.
        let _ = fs::remove_file(&self.path);
    }
}
