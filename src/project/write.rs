//! Knows how to replace a file so that a crash, a full disk or another writer loses nothing.
//! Refuses to know why it changes.

use std::fs;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::{Error, cannot};

/// What every temporary file begins with.
const PREFIX: &str = ".gobin-lint-";

/// A file that is about to change. What the change needs is on the disk already, beside the file.
pub struct Prepared {
    /// The new text, or for a file with several names a copy of the old one.
    temporary: NamedTempFile,
    target: PathBuf,
    shown: String,
    /// The texts, where the file is rewritten in place: another name of it must see the change, too.
    in_place: Option<(Vec<u8>, Vec<u8>)>,
}

/// Makes ready to put `after` in the place of `before`. A symbolic link is followed, so that its target is replaced and the link stays.
pub fn prepare(path: &Path, shown: &str, before: &str, after: &str) -> Result<Prepared, Error> {
    let fail = |e: io::Error| cannot("write", Path::new(shown), &e);
    let target = path.canonicalize().map_err(fail)?;
    let metadata = fs::metadata(&target).map_err(fail)?;
    if metadata.permissions().readonly() {
        return Err(Error(format!("cannot write {shown}: it is read-only; `chmod u+w {shown}` if it may be changed")));
    }
    if fs::read(&target).map_err(fail)? != before.as_bytes() {
        return Err(Error(format!("cannot write {shown}: it changed on disk since it was read; run gobin-lint again")));
    }
    let dir = target.parent().unwrap_or(Path::new("."));
    let mut temporary = Builder::new().prefix(PREFIX).tempfile_in(dir).map_err(fail)?;
    let in_place = has_other_names(&metadata).then(|| (before.as_bytes().to_vec(), after.as_bytes().to_vec()));
    let kept = if in_place.is_some() { before } else { after };
    temporary.write_all(kept.as_bytes()).map_err(fail)?;
    keep_owner(temporary.path(), &metadata);
    fs::set_permissions(temporary.path(), metadata.permissions()).map_err(fail)?;
    temporary.as_file().sync_all().map_err(fail)?;
    Ok(Prepared { temporary, target, shown: shown.to_string(), in_place })
}

impl Prepared {
    /// Where this fails the file is as it was.
    pub fn commit(self) -> Result<(), Error> {
        let fail = |e: io::Error| cannot("write", Path::new(&self.shown), &e);
        let Some((before, after)) = self.in_place else {
            return self.temporary.persist(&self.target).map(|_| ()).map_err(|e| fail(e.error));
        };
        overwrite(&self.target, &after).or_else(|error| {
            // What was there needs no more room than it had.
            if overwrite(&self.target, &before).is_ok() {
                return Err(fail(error));
            }
            let copy = self.temporary.into_temp_path().keep().map_err(|e| fail(e.error))?;
            Err(Error(format!("{}; its text before is in {}", fail(error), copy.display())))
        })
    }
}

/// Writes over a file and cuts it to length last, so that a text that does not fit leaves room for the one before.
fn overwrite(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).open(path)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(text)?;
    file.set_len(text.len() as u64)?;
    file.sync_all()
}

/// Writes a report to a file, which may be there or not.
pub fn write_output(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|e| cannot("write", path, &e))
}

/// Hard links.
#[cfg(unix)]
fn has_other_names(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.nlink() > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &fs::Metadata) -> bool {
    false
}

/// Before the mode, which a change of owner may take bits from. Only root can give a file away; for others it is theirs already.
#[cfg(unix)]
fn keep_owner(path: &Path, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(path, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &fs::Metadata) {}
