//! The one place where files are touched. Everything above asks a [`Storage`]; [`Files`] is the disk, [`Memory`] stands
//! in for it in tests and in a browser page.
//!
//! Nothing is ever left half-written: a file appears under its name only when it is whole (written beside and renamed).
//! The one exception is a [`Journal`], which grows at its end, so that a kill loses seconds only.

use crate::scenario::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Largest file that is read, bytes (1 GiB). Larger ones are none of ours.
pub const LARGEST_FILE: u64 = 1 << 30;

/// Longest time between two moments at which a journal is surely on the disk, s.
const SYNC_S: u64 = 2;

/// What was being done to a file when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Reading a file.
    Reading,
    /// Writing a file or a journal.
    Writing,
    /// Making a folder.
    MakingFolder,
    /// Listing a folder.
    Listing,
    /// Removing a file.
    Removing,
}

/// A file that could not be dealt with: which, what was being done, why, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text().en)]
pub struct StorageError {
    /// File or folder.
    pub path: PathBuf,
    /// What failed.
    pub doing: Doing,
    /// Why, as the operating system told it.
    pub source: io::Error,
}

impl StorageError {
    fn new(path: &Path, doing: Doing, source: io::Error) -> Self {
        Self {
            path: path.to_path_buf(),
            doing,
            source,
        }
    }

    /// Kind of failure, as the operating system told it.
    pub fn kind(&self) -> ErrorKind {
        self.source.kind()
    }

    /// The message in both languages: file, what failed, why, what to do.
    pub fn text(&self) -> Text {
        let path = self.path.display();
        let (doing_zh, doing_en) = match self.doing {
            Doing::Reading => ("无法读取", "cannot be read"),
            Doing::Writing => ("无法写入", "cannot be written"),
            Doing::MakingFolder => ("无法建立文件夹", "cannot be made as a folder"),
            Doing::Listing => ("无法列出内容", "cannot be listed"),
            Doing::Removing => ("无法删除", "cannot be removed"),
        };
        let (why_zh, why_en, do_zh, do_en) = match self.kind() {
            ErrorKind::NotFound => (
                "没有这个文件或文件夹",
                "there is no such file or folder",
                "请核对路径",
                "check the path",
            ),
            ErrorKind::PermissionDenied => (
                "没有权限",
                "permission is denied",
                "请换一个可写的文件夹，或请管理员开放权限",
                "choose another folder, or have the permission granted",
            ),
            ErrorKind::ReadOnlyFilesystem => (
                "所在磁盘为只读",
                "it lies on a read-only disk",
                "请换一个可写的文件夹",
                "choose a folder on another disk",
            ),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => (
                "磁盘已满",
                "the disk is full",
                "请清理磁盘，或换一个磁盘后重试",
                "make room or choose another disk, then run it again",
            ),
            ErrorKind::FileTooLarge => (
                "文件过大",
                "the file is too large",
                "请核对是否选错了文件",
                "check whether it is the file that was meant",
            ),
            ErrorKind::NotADirectory | ErrorKind::AlreadyExists => (
                "路径中有一段是文件，不是文件夹",
                "a part of the path is a file, not a folder",
                "请换一个路径，或先移开该文件",
                "choose another path, or move that file away",
            ),
            ErrorKind::IsADirectory => (
                "这是文件夹，不是文件",
                "it is a folder, not a file",
                "请指明其中的文件，或换一个名称",
                "name a file in it, or choose another name",
            ),
            ErrorKind::InvalidData => (
                "这不是普通文件",
                "it is not an ordinary file",
                "请指定磁盘上的文件",
                "name a file on a disk",
            ),
            _ => {
                let why = self.source.to_string();
                return Text {
                    zh: format!("{path}：{doing_zh}：{why}。请核对路径和磁盘后重试。"),
                    en: format!("{path} {doing_en}: {why}; check the path and the disk, then try again"),
                };
            }
        };
        Text {
            zh: format!("{path}：{doing_zh}：{why_zh}。{do_zh}。"),
            en: format!("{path} {doing_en}: {why_en}; {do_en}"),
        }
    }
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its path, the folder's included.
    pub path: PathBuf,
    /// It can be listed, not read.
    pub is_folder: bool,
}

/// A file that grows at its end. What [`Journal::append`] took outlives a kill of the program.
pub trait Journal: fmt::Debug + Send + Sync {
    /// Adds bytes, all or none.
    ///
    /// # Errors
    /// The disk is full or gone.
    fn append(&mut self, bytes: &[u8]) -> Result<(), StorageError>;
    /// Makes sure that a power cut loses nothing either.
    ///
    /// # Errors
    /// The disk is full or gone.
    fn sync(&mut self) -> Result<(), StorageError>;
}

/// A file being written beside its name. Dropped without [`Staged::commit`], it leaves no trace.
pub trait Staged: fmt::Debug + Send + Sync {
    /// Adds bytes.
    ///
    /// # Errors
    /// The disk is full or gone.
    fn write(&mut self, bytes: &[u8]) -> Result<(), StorageError>;
    /// Gives it its name, in one step; a file of that name is replaced.
    ///
    /// # Errors
    /// The disk is full or gone, or a folder bears the name.
    fn commit(self: Box<Self>) -> Result<(), StorageError>;
}

/// Where files are kept.
pub trait Storage: fmt::Debug + Send + Sync {
    /// A whole file, up to [`LARGEST_FILE`].
    ///
    /// # Errors
    /// It is not there, not a file, too large, or may not be read.
    fn read(&self, path: &Path) -> Result<Vec<u8>, StorageError>;
    /// Begins a file that appears under its name when it is committed. The folder must be there.
    ///
    /// # Errors
    /// The folder is missing or may not be written to.
    fn stage(&self, path: &Path) -> Result<Box<dyn Staged>, StorageError>;
    /// Begins an empty journal; one of that name is lost.
    ///
    /// # Errors
    /// The folder is missing or may not be written to.
    fn journal(&self, path: &Path) -> Result<Box<dyn Journal>, StorageError>;
    /// Makes a folder and those above it; it is no error if it is there.
    ///
    /// # Errors
    /// A file is in the way, or the folder above may not be written to.
    fn create_dir_all(&self, path: &Path) -> Result<(), StorageError>;
    /// What a folder holds, in the order of names.
    ///
    /// # Errors
    /// It is not there, is no folder, or may not be read.
    fn list(&self, path: &Path) -> Result<Vec<Entry>, StorageError>;
    /// Removes a file; it is no error if there is none.
    ///
    /// # Errors
    /// It is a folder or may not be removed.
    fn remove(&self, path: &Path) -> Result<(), StorageError>;
    /// Gives a file another name in the same folder; one of that name is replaced. It is no error if there is none.
    ///
    /// # Errors
    /// The folder may not be written to.
    fn rename(&self, from: &Path, to: &Path) -> Result<(), StorageError>;
    /// Writes a file, all or nothing.
    ///
    /// # Errors
    /// As [`Storage::stage`] and [`Staged::commit`].
    fn write_atomic(&self, path: &Path, bytes: &[u8]) -> Result<(), StorageError> {
        let mut staged = self.stage(path)?;
        staged.write(bytes)?;
        staged.commit()
    }
}

// ------------------------------------------------------------------------------------------------- the disk

/// The disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Files;

/// The clock on the wall: a journal is made safe by it, nothing is computed from it.
#[expect(
    clippy::disallowed_methods,
    reason = "the disk lives in the world's time, not in the drill's"
)]
fn now() -> Instant {
    Instant::now()
}

/// The folder that a file lies in; `.` for a bare name.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    }
}

impl Storage for Files {
    fn read(&self, path: &Path) -> Result<Vec<u8>, StorageError> {
        let fail = |e| StorageError::new(path, Doing::Reading, e);
        // Asked before opening: opening a pipe or a device may wait for ever.
        let about = fs::metadata(path).map_err(fail)?;
        if about.is_dir() {
            return Err(fail(ErrorKind::IsADirectory.into()));
        }
        if !about.is_file() {
            return Err(fail(ErrorKind::InvalidData.into()));
        }
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|f| f.take(LARGEST_FILE + 1).read_to_end(&mut bytes))
            .map_err(fail)?;
        if bytes.len() as u64 > LARGEST_FILE {
            return Err(fail(ErrorKind::FileTooLarge.into()));
        }
        Ok(bytes)
    }

    fn stage(&self, path: &Path) -> Result<Box<dyn Staged>, StorageError> {
        let fail = |e| StorageError::new(path, Doing::Writing, e);
        if path.is_dir() {
            return Err(fail(ErrorKind::IsADirectory.into()));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".firedrill-").suffix(".part");
        #[cfg(unix)]
        {
            // As any new file (less the umask), not the private one that temporary files get by default.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder_of(path)).map_err(fail)?;
        Ok(Box::new(StagedFile {
            path: path.to_path_buf(),
            file: BufWriter::with_capacity(1 << 16, file),
        }))
    }

    fn journal(&self, path: &Path) -> Result<Box<dyn Journal>, StorageError> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)
            .map_err(|e| StorageError::new(path, Doing::Writing, e))?;
        Ok(Box::new(FileJournal {
            path: path.to_path_buf(),
            file,
            length: 0,
            torn: false,
            synced: now(),
        }))
    }

    fn create_dir_all(&self, path: &Path) -> Result<(), StorageError> {
        fs::create_dir_all(path).map_err(|e| StorageError::new(path, Doing::MakingFolder, e))
    }

    fn list(&self, path: &Path) -> Result<Vec<Entry>, StorageError> {
        let fail = |e| StorageError::new(path, Doing::Listing, e);
        let mut entries = Vec::new();
        for entry in fs::read_dir(path).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            entries.push(Entry {
                is_folder: path.is_dir(),
                path,
            });
        }
        entries.sort();
        Ok(entries)
    }

    fn remove(&self, path: &Path) -> Result<(), StorageError> {
        match fs::remove_file(path) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(StorageError::new(path, Doing::Removing, e)),
            _ => Ok(()),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), StorageError> {
        match fs::rename(from, to) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(StorageError::new(from, Doing::Writing, e)),
            _ => Ok(()),
        }
    }
}

#[derive(Debug)]
struct StagedFile {
    path: PathBuf,
    file: BufWriter<tempfile::NamedTempFile>,
}

impl Staged for StagedFile {
    fn write(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        self.file
            .write_all(bytes)
            .map_err(|e| StorageError::new(&self.path, Doing::Writing, e))
    }

    fn commit(self: Box<Self>) -> Result<(), StorageError> {
        let path = self.path;
        let fail = |e| StorageError::new(&path, Doing::Writing, e);
        let file = self.file.into_inner().map_err(|e| fail(e.into_error()))?;
        // Before the rename, lest a power cut leave the new name with no content.
        file.as_file().sync_data().map_err(fail)?;
        file.persist(&path).map_err(|e| fail(e.error))?;
        Ok(())
    }
}

#[derive(Debug)]
struct FileJournal {
    path: PathBuf,
    file: File,
    /// Bytes wholly written.
    length: u64,
    /// Part of a piece stands at the end and could not be taken back.
    torn: bool,
    /// When it was surely on the disk.
    synced: Instant,
}

impl Journal for FileJournal {
    fn append(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        if self.torn {
            let why = io::Error::other("an earlier piece could not be written whole");
            return Err(StorageError::new(&self.path, Doing::Writing, why));
        }
        if let Err(e) = self.file.write_all(bytes) {
            let back = self
                .file
                .set_len(self.length)
                .and_then(|()| self.file.seek(SeekFrom::Start(self.length)));
            self.torn = back.is_err();
            return Err(StorageError::new(&self.path, Doing::Writing, e));
        }
        self.length += bytes.len() as u64;
        if self.synced.elapsed() >= Duration::from_secs(SYNC_S) {
            self.sync()?;
        }
        Ok(())
    }

    fn sync(&mut self) -> Result<(), StorageError> {
        self.synced = now();
        self.file
            .sync_data()
            .map_err(|e| StorageError::new(&self.path, Doing::Writing, e))
    }
}

// ------------------------------------------------------------------------------------------------- memory

/// Files in memory; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    inner: Arc<Mutex<MemoryInner>>,
}

#[derive(Debug, Default)]
struct MemoryInner {
    files: BTreeMap<PathBuf, Vec<u8>>,
    folders: BTreeSet<PathBuf>,
    read_only: BTreeSet<PathBuf>,
    /// Bytes in all, also of files not yet committed.
    quota: Option<usize>,
    staged: usize,
}

impl MemoryInner {
    fn room_for(&self, bytes: usize) -> bool {
        let used = self.files.values().map(Vec::len).sum::<usize>() + self.staged;
        self.quota.is_none_or(|q| used.saturating_add(bytes) <= q)
    }

    /// Whether a file may be written there, as a disk would judge it.
    fn may_write(&self, path: &Path) -> Result<(), ErrorKind> {
        if self.folders.contains(path) {
            return Err(ErrorKind::IsADirectory);
        }
        let folder = folder_of(path);
        if folder.ancestors().any(|f| self.files.contains_key(f)) {
            return Err(ErrorKind::NotADirectory);
        }
        if folder != Path::new(".") && folder != Path::new("/") && !self.folders.contains(folder) {
            return Err(ErrorKind::NotFound);
        }
        if folder.ancestors().any(|f| self.read_only.contains(f)) {
            return Err(ErrorKind::PermissionDenied);
        }
        Ok(())
    }
}

impl Memory {
    /// No files, no limit.
    pub fn new() -> Self {
        Self::default()
    }
    /// A disk that holds so many bytes.
    pub fn with_quota(bytes: usize) -> Self {
        let memory = Self::default();
        memory.lock().quota = Some(bytes);
        memory
    }
    /// From now on nothing may be written in this folder.
    pub fn make_read_only(&self, folder: &Path) {
        self.lock().read_only.insert(folder.to_path_buf());
    }
    fn lock(&self) -> MutexGuard<'_, MemoryInner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Storage for Memory {
    fn read(&self, path: &Path) -> Result<Vec<u8>, StorageError> {
        let inner = self.lock();
        let kind = if inner.folders.contains(path) {
            ErrorKind::IsADirectory
        } else {
            ErrorKind::NotFound
        };
        inner
            .files
            .get(path)
            .cloned()
            .ok_or_else(|| StorageError::new(path, Doing::Reading, kind.into()))
    }

    fn stage(&self, path: &Path) -> Result<Box<dyn Staged>, StorageError> {
        self.lock()
            .may_write(path)
            .map_err(|k| StorageError::new(path, Doing::Writing, k.into()))?;
        Ok(Box::new(MemoryStaged {
            memory: self.clone(),
            path: path.to_path_buf(),
            bytes: Vec::new(),
        }))
    }

    fn journal(&self, path: &Path) -> Result<Box<dyn Journal>, StorageError> {
        let mut inner = self.lock();
        inner
            .may_write(path)
            .map_err(|k| StorageError::new(path, Doing::Writing, k.into()))?;
        inner.files.insert(path.to_path_buf(), Vec::new());
        Ok(Box::new(MemoryJournal {
            memory: self.clone(),
            path: path.to_path_buf(),
        }))
    }

    fn create_dir_all(&self, path: &Path) -> Result<(), StorageError> {
        let mut inner = self.lock();
        let fail = |k: ErrorKind| StorageError::new(path, Doing::MakingFolder, k.into());
        if path.ancestors().any(|f| inner.files.contains_key(f)) {
            return Err(fail(ErrorKind::NotADirectory));
        }
        if !inner.folders.contains(path) && path.ancestors().skip(1).any(|f| inner.read_only.contains(f)) {
            return Err(fail(ErrorKind::PermissionDenied));
        }
        for folder in path.ancestors().filter(|f| !f.as_os_str().is_empty()) {
            inner.folders.insert(folder.to_path_buf());
        }
        Ok(())
    }

    fn list(&self, path: &Path) -> Result<Vec<Entry>, StorageError> {
        let inner = self.lock();
        let fail = |k: ErrorKind| StorageError::new(path, Doing::Listing, k.into());
        if inner.files.contains_key(path) {
            return Err(fail(ErrorKind::NotADirectory));
        }
        if path != Path::new(".") && !inner.folders.contains(path) {
            return Err(fail(ErrorKind::NotFound));
        }
        let files = inner.files.keys().map(|p| Entry {
            path: p.clone(),
            is_folder: false,
        });
        let folders = inner.folders.iter().map(|p| Entry {
            path: p.clone(),
            is_folder: true,
        });
        let mut entries: Vec<_> = files
            .chain(folders)
            .filter(|e| e.path != path && folder_of(&e.path) == path)
            .collect();
        entries.sort();
        Ok(entries)
    }

    fn remove(&self, path: &Path) -> Result<(), StorageError> {
        let mut inner = self.lock();
        if !inner.files.contains_key(path) {
            return Ok(());
        }
        inner
            .may_write(path)
            .map_err(|k| StorageError::new(path, Doing::Removing, k.into()))?;
        inner.files.remove(path);
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), StorageError> {
        let mut inner = self.lock();
        if !inner.files.contains_key(from) {
            return Ok(());
        }
        inner
            .may_write(to)
            .map_err(|k| StorageError::new(from, Doing::Writing, k.into()))?;
        if let Some(bytes) = inner.files.remove(from) {
            inner.files.insert(to.to_owned(), bytes);
        }
        Ok(())
    }
}

#[derive(Debug)]
struct MemoryStaged {
    memory: Memory,
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Staged for MemoryStaged {
    fn write(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        let mut inner = self.memory.lock();
        if !inner.room_for(bytes.len()) {
            return Err(StorageError::new(
                &self.path,
                Doing::Writing,
                ErrorKind::StorageFull.into(),
            ));
        }
        inner.staged += bytes.len();
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn commit(mut self: Box<Self>) -> Result<(), StorageError> {
        let bytes = std::mem::take(&mut self.bytes);
        let mut inner = self.memory.lock();
        inner.staged = inner.staged.saturating_sub(bytes.len());
        inner
            .may_write(&self.path)
            .map_err(|k| StorageError::new(&self.path, Doing::Writing, k.into()))?;
        inner.files.insert(self.path.clone(), bytes);
        Ok(())
    }
}

impl Drop for MemoryStaged {
    fn drop(&mut self) {
        let mut inner = self.memory.lock();
        inner.staged = inner.staged.saturating_sub(self.bytes.len());
    }
}

#[derive(Debug)]
struct MemoryJournal {
    memory: Memory,
    path: PathBuf,
}

impl Journal for MemoryJournal {
    fn append(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        let mut inner = self.memory.lock();
        if !inner.room_for(bytes.len()) {
            return Err(StorageError::new(
                &self.path,
                Doing::Writing,
                ErrorKind::StorageFull.into(),
            ));
        }
        inner
            .files
            .entry(self.path.clone())
            .or_default()
            .extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self) -> Result<(), StorageError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both kinds, each with an empty folder of its own.
    fn both(test: impl Fn(&dyn Storage, &Path)) {
        let folder = tempfile::tempdir().unwrap();
        test(&Files, folder.path());
        let memory = Memory::new();
        memory.create_dir_all(Path::new("/m")).unwrap();
        test(&memory, Path::new("/m"));
    }

    #[test]
    fn a_written_file_is_read_back_and_listed() {
        both(|s, dir| {
            s.create_dir_all(&dir.join("a/b")).unwrap();
            s.write_atomic(&dir.join("a/b/x"), b"one").unwrap();
            s.write_atomic(&dir.join("a/b/x"), b"two").unwrap();
            assert_eq!(s.read(&dir.join("a/b/x")).unwrap(), b"two");
            s.create_dir_all(&dir.join("a/b")).unwrap();
            let listed = s.list(&dir.join("a")).unwrap();
            assert_eq!(
                listed,
                vec![Entry {
                    path: dir.join("a/b"),
                    is_folder: true
                }]
            );
            assert_eq!(
                s.list(&dir.join("a/b")).unwrap().len(),
                1,
                "nothing is left beside the file"
            );
            s.remove(&dir.join("a/b/x")).unwrap();
            s.remove(&dir.join("a/b/x")).unwrap();
            assert_eq!(s.list(&dir.join("a/b")).unwrap(), vec![]);
        });
    }

    #[test]
    fn an_uncommitted_file_leaves_no_trace_and_keeps_the_old_one() {
        both(|s, dir| {
            s.write_atomic(&dir.join("x"), b"old").unwrap();
            let mut staged = s.stage(&dir.join("x")).unwrap();
            staged.write(b"half").unwrap();
            drop(staged);
            assert_eq!(s.read(&dir.join("x")).unwrap(), b"old");
            assert_eq!(s.list(dir).unwrap().len(), 1);
        });
    }

    #[test]
    fn a_journal_can_be_read_after_every_append() {
        both(|s, dir| {
            let path = dir.join("j");
            let mut journal = s.journal(&path).unwrap();
            assert_eq!(s.read(&path).unwrap(), b"");
            journal.append(b"one").unwrap();
            assert_eq!(s.read(&path).unwrap(), b"one");
            journal.append(b"two").unwrap();
            assert_eq!(s.read(&path).unwrap(), b"onetwo");
            journal.sync().unwrap();
        });
    }

    #[test]
    fn a_file_in_the_way_of_a_folder_is_told() {
        both(|s, dir| {
            s.write_atomic(&dir.join("file"), b"x").unwrap();
            for path in [dir.join("file"), dir.join("file/below")] {
                let e = s.create_dir_all(&path).unwrap_err();
                assert!(e.to_string().contains("is a file, not a folder"), "{e}");
                assert!(e.to_string().contains("file"), "{e}");
                assert!(e.text().zh.contains("不是文件夹"));
            }
            let e = s.write_atomic(&dir.join("file/below"), b"x").unwrap_err();
            assert!(e.to_string().contains("is a file, not a folder"), "{e}");
            let e = s.list(&dir.join("file")).unwrap_err();
            assert_eq!(e.doing, Doing::Listing);
        });
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_is_told() {
        both(|s, dir| {
            s.create_dir_all(&dir.join("d")).unwrap();
            assert_eq!(
                s.write_atomic(&dir.join("d"), b"x").unwrap_err().kind(),
                ErrorKind::IsADirectory
            );
            assert_eq!(s.journal(&dir.join("d")).unwrap_err().kind(), ErrorKind::IsADirectory);
            assert_eq!(s.read(&dir.join("d")).unwrap_err().kind(), ErrorKind::IsADirectory);
        });
    }

    #[test]
    fn a_missing_file_or_folder_is_told_with_its_name() {
        both(|s, dir| {
            let e = s.read(&dir.join("none")).unwrap_err();
            assert!(
                e.to_string().contains("none cannot be read: there is no such file"),
                "{e}"
            );
            assert_eq!(s.list(&dir.join("none")).unwrap_err().kind(), ErrorKind::NotFound);
            assert_eq!(
                s.write_atomic(&dir.join("none/x"), b"").unwrap_err().kind(),
                ErrorKind::NotFound
            );
        });
    }

    #[test]
    fn a_full_disk_leaves_the_old_file_and_says_so() {
        let memory = Memory::with_quota(10);
        let path = Path::new("x");
        memory.write_atomic(path, b"old").unwrap();
        let e = memory.write_atomic(path, b"much too much").unwrap_err();
        assert!(e.to_string().contains("the disk is full; make room"), "{e}");
        assert_eq!(memory.read(path).unwrap(), b"old");
        memory.write_atomic(Path::new("y"), b"fits").unwrap();
    }

    #[test]
    fn a_journal_on_a_full_disk_keeps_whole_pieces_only() {
        let memory = Memory::with_quota(10);
        let mut journal = memory.journal(Path::new("j")).unwrap();
        journal.append(b"12345678").unwrap();
        assert_eq!(journal.append(b"123").unwrap_err().kind(), ErrorKind::StorageFull);
        assert_eq!(memory.read(Path::new("j")).unwrap(), b"12345678");
        journal.append(b"12").unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_journal_on_a_full_device_says_so() {
        let mut journal = Files.journal(Path::new("/dev/full")).unwrap();
        let e = journal.append(b"x").unwrap_err();
        assert!(
            e.to_string().contains("/dev/full cannot be written: the disk is full"),
            "{e}"
        );
        assert!(journal.append(b"x").is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_device_is_refused_instead_of_read_for_ever() {
        let e = Files.read(Path::new("/dev/zero")).unwrap_err();
        assert!(e.to_string().contains("not an ordinary file"), "{e}");
    }

    #[test]
    fn a_read_only_folder_is_told() {
        let memory = Memory::new();
        memory.create_dir_all(Path::new("/m")).unwrap();
        memory.make_read_only(Path::new("/m"));
        for e in [
            memory.write_atomic(Path::new("/m/x"), b"").unwrap_err(),
            memory.journal(Path::new("/m/x")).unwrap_err(),
            memory.create_dir_all(Path::new("/m/n")).unwrap_err(),
        ] {
            assert!(
                e.to_string().contains("permission is denied; choose another folder"),
                "{e}"
            );
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_read_only_folder_on_the_disk_is_told() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
        // The superuser may write anywhere but into the kernel's own tree.
        let may_anyway = fs::write(folder.path().join("probe"), b"").is_ok();
        let folder = if may_anyway {
            Path::new("/sys/kernel")
        } else {
            folder.path()
        };
        let e = Files.write_atomic(&folder.join("x"), b"").unwrap_err();
        assert!(
            matches!(e.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem),
            "{e}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_written_file_has_the_rights_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("plain"), b"").unwrap();
        Files.write_atomic(&folder.path().join("ours"), b"").unwrap();
        let mode = |n: &str| fs::metadata(folder.path().join(n)).unwrap().permissions().mode();
        assert_eq!(mode("ours"), mode("plain"));
    }
}
