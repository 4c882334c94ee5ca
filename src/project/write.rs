//! Knows how to replace a file so that a crash, a full disk or another writer loses nothing.
//! Refuses to know why it changes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::{Error, cannot};

/// The new text of a file in a temporary file beside it, ready to take its place.
pub struct Prepared {
    temporary: NamedTempFile,
    target: PathBuf,
    shown: String,
}

/// Writes the new text beside the file. A symbolic link is followed, so that its target is replaced and the link stays.
pub fn prepare(path: &Path, shown: &str, before: &str, after: &str) -> Result<Prepared, Error> {
    let fail = |e: std::io::Error| cannot("write", Path::new(shown), &e);
    let target = path.canonicalize().map_err(fail)?;
    let metadata = fs::metadata(&target).map_err(fail)?;
    if metadata.permissions().readonly() {
        return Err(Error(format!("cannot write {shown}: it is read-only; `chmod u+w {shown}` if it may be changed")));
    }
    if fs::read(&target).map_err(fail)? != before.as_bytes() {
        return Err(Error(format!("cannot write {shown}: it changed on disk since it was read; run gobin-lint again")));
    }
    let dir = target.parent().unwrap_or(Path::new("."));
    let mut temporary = Builder::new().prefix(".gobin-lint-").tempfile_in(dir).map_err(fail)?;
    temporary.write_all(after.as_bytes()).map_err(fail)?;
    keep_owner(temporary.path(), &metadata);
    fs::set_permissions(temporary.path(), metadata.permissions()).map_err(fail)?;
    temporary.as_file().sync_all().map_err(fail)?;
    Ok(Prepared { temporary, target, shown: shown.to_string() })
}

impl Prepared {
    pub fn commit(self) -> Result<(), Error> {
        let done = self.temporary.persist(&self.target);
        done.map(|_| ()).map_err(|e| cannot("write", Path::new(&self.shown), &e.error))
    }
}

/// Writes a report to a file, which may be there or not.
pub fn write_output(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|e| cannot("write", path, &e))
}

/// Before the mode, which a change of owner may take bits from. Only root can give a file away; for others it is theirs already.
#[cfg(unix)]
fn keep_owner(path: &Path, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(path, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &fs::Metadata) {}
