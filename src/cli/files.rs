//! Reading what the user names: scenarios, recordings, folders; and the program's own library.

use super::Desk;
use super::failure::Failure;
use firedrill::drill::recording::is_recording;
use firedrill::locale::{Texts, Value};
use firedrill::scenario::Library;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Largest scenario text, bytes.
pub(crate) const MAX_SCENARIO: u64 = 64 << 20;
/// Largest recording, bytes.
pub(crate) const MAX_RECORDING: u64 = 4 << 30;
/// Folder that overrides the built-in library, if set.
const LIBRARY_FOLDER: &str = "FIREDRILL_LIBRARY";
/// Folders within folders that are still walked into.
const MAX_DEPTH: usize = 32;

/// A file that was found: the name for messages, and what is in it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// The program's files, overridden by those of the folder in `FIREDRILL_LIBRARY`.
pub(crate) fn library(texts: &Texts) -> Result<Library, Failure> {
    let mut library = Library::embedded();
    let Some(folder) = std::env::var_os(LIBRARY_FOLDER)
        .filter(|f| !f.is_empty())
        .map(PathBuf::from)
    else {
        return Ok(library);
    };
    if !folder.is_dir() {
        let values = [("file", Value::from(folder.display().to_string()))];
        return Err(Failure::new(
            texts.get("error-library", &values),
            texts.get("error-library-hint", &values),
        ));
    }
    for root in ["assets", "scenarios"] {
        for path in walk(&folder.join(root)).map_err(|(path, e)| cannot_read(texts, &path, &e, MAX_SCENARIO))? {
            let bytes = read_limited(texts, &path, MAX_SCENARIO)?;
            let name = path
                .strip_prefix(&folder)
                .unwrap_or(&path)
                .display()
                .to_string()
                .replace('\\', "/");
            library.files.insert(name, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    Ok(library)
}

/// A scenario: a file, or else one built into the program under the same path.
pub(crate) fn scenario(desk: &Desk, path: &Path) -> Result<Found, Failure> {
    let name = path.display().to_string();
    match fs::symlink_metadata(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => {}
        _ => {
            let bytes = read_limited(&desk.texts, path, MAX_SCENARIO)?;
            if is_recording(&bytes) {
                let values = [("file", Value::from(name))];
                return Err(desk.fail("error-is-recording", "error-is-recording-hint", &values));
            }
            return Ok(Found { bytes, name });
        }
    }
    let plain = name.replace('\\', "/");
    let plain = plain.trim_start_matches("./");
    for wanted in [
        plain.to_owned(),
        format!("scenarios/{plain}"),
        format!("scenarios/{plain}.ron"),
    ] {
        if let Some(text) = desk.library.files.get(&wanted) {
            return Ok(Found {
                name: wanted,
                bytes: text.clone().into_bytes(),
            });
        }
    }
    let near = desk
        .library
        .files
        .keys()
        .filter(|k| k.starts_with("scenarios/") && !k.starts_with("scenarios/prefabs/"))
        .map(|k| (strsim::jaro_winkler(k, plain), k))
        .filter(|(score, _)| *score > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let values = [
        ("file", Value::from(name)),
        ("near", Value::from(near.map_or("", |(_, k)| k))),
    ];
    let hint = if near.is_some() {
        "error-missing-file-near"
    } else {
        "error-missing-file-hint"
    };
    Err(desk.fail("error-missing-file", hint, &values))
}

/// Knobs set on the command line, none of them twice.
pub(crate) fn knobs(desk: &Desk, set: &[(String, String)]) -> Result<BTreeMap<String, String>, Failure> {
    super::args::knobs(set).map_err(|knob| {
        let values = [("knob", Value::from(knob.to_owned()))];
        desk.fail("error-set-twice", "error-set-twice-hint", &values)
    })
}

/// The scenarios built in and those in the folder `scenarios/` here, by path; a file here goes before one built in.
pub(crate) fn scenarios(desk: &Desk) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut texts = BTreeMap::new();
    for (path, text) in desk
        .library
        .files
        .range("scenarios/".to_owned()..)
        .take_while(|(p, _)| p.starts_with("scenarios/"))
    {
        texts.insert(path.clone(), text.clone().into_bytes());
    }
    for path in ron_files_in(desk, Path::new("scenarios"))? {
        let found = scenario(desk, &path)?;
        texts.insert(found.name.replace('\\', "/"), found.bytes);
    }
    Ok(texts)
}

/// A recording.
pub(crate) fn recording(desk: &Desk, path: &Path) -> Result<Vec<u8>, Failure> {
    read_limited(&desk.texts, path, MAX_RECORDING)
}

/// The files that a path stands for: itself, or every RON file in the folder, in the order of their names.
pub(crate) fn ron_files(desk: &Desk, path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let found = ron_files_in(desk, path)?;
    if found.is_empty() {
        let values = [("file", Value::from(path.display().to_string()))];
        return Err(desk.fail("error-empty-folder", "error-empty-folder-hint", &values));
    }
    Ok(found)
}

/// Every RON file below a folder, in the order of their names; none if the folder is not there.
pub(crate) fn ron_files_in(desk: &Desk, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    walk(folder).map_err(|(path, e)| cannot_read(&desk.texts, &path, &e, MAX_SCENARIO))
}

/// Every RON file below a folder, in the order of their names. A folder that is not there is empty; links to folders
/// are not followed.
fn walk(folder: &Path) -> Result<Vec<PathBuf>, (PathBuf, std::io::Error)> {
    let mut found = Vec::new();
    let mut left = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = left.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => continue,
            Err(e) => return Err((folder, e)),
        };
        for entry in entries {
            let entry = entry.map_err(|e| (folder.clone(), e))?;
            let kind = entry.file_type().map_err(|e| (entry.path(), e))?;
            if kind.is_dir() && depth < MAX_DEPTH {
                left.push((entry.path(), depth + 1));
            } else if entry.path().extension().is_some_and(|e| e == "ron") && entry.path().is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Reads a regular file of at most `limit` bytes.
fn read_limited(texts: &Texts, path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let failed = |e: std::io::Error| cannot_read(texts, path, &e, limit);
    let metadata = fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        return Err(cannot_read(texts, path, &ErrorKind::IsADirectory.into(), limit));
    }
    let mut bytes = Vec::new();
    // A pipe or a growing file has no length to ask for; so the limit holds for what is read.
    File::open(path)
        .and_then(|f| f.take(limit + 1).read_to_end(&mut bytes))
        .map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(cannot_read(texts, path, &ErrorKind::FileTooLarge.into(), limit));
    }
    Ok(bytes)
}

/// Why a file cannot be read, and what to do.
fn cannot_read(texts: &Texts, path: &Path, error: &std::io::Error, limit: u64) -> Failure {
    let values = [
        ("file", Value::from(path.display().to_string())),
        ("reason", Value::from(error.to_string())),
        ("mib", Value::from(limit >> 20)),
    ];
    let (what, to_do) = match error.kind() {
        ErrorKind::NotFound => ("error-missing-file", "error-missing-file-hint"),
        ErrorKind::IsADirectory => ("error-is-folder", "error-is-folder-hint"),
        ErrorKind::PermissionDenied => ("error-permission", "error-permission-hint"),
        ErrorKind::FileTooLarge => ("error-too-large", "error-too-large-hint"),
        _ => ("error-unreadable", "error-unreadable-hint"),
    };
    Failure::new(texts.get(what, &values), texts.get(to_do, &values))
}
