//! Files that belong to the program: scenarios, prefabs, items, mixes of people, constructions, guidance, rubrics.

use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;

static SCENARIOS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");
static ITEMS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/items");
static PEOPLE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/people");
static CONSTRUCTIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/constructions");
static GUIDANCE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/guidance");
static VERIFICATION: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/verification");
static RUBRICS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/rubrics");

/// A folder of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LibraryKind {
    /// Pieces of floor plans ([`super::Plan`]).
    Prefab,
    /// Things that burn ([`super::Burns`]).
    Item,
    /// Mixes of households ([`super::HouseholdMix`]).
    People,
    /// Maps of layered walls ([`super::Construction`]) by name.
    Constructions,
    /// Rule tables of what is right.
    Guidance,
    /// How decisions are scored.
    Rubric,
    /// What is known to fail in verification, and why.
    Verification,
}
impl LibraryKind {
    /// Every folder.
    pub const ALL: [Self; 7] = [
        Self::Prefab,
        Self::Item,
        Self::People,
        Self::Constructions,
        Self::Guidance,
        Self::Rubric,
        Self::Verification,
    ];
    /// Folder, from the root of the library.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Prefab => "scenarios/prefabs",
            Self::Item => "assets/items",
            Self::People => "assets/people",
            Self::Constructions => "assets/constructions",
            Self::Guidance => "assets/guidance",
            Self::Rubric => "assets/rubrics",
            Self::Verification => "assets/verification",
        }
    }
}

/// Extension of every file of the library.
const EXTENSION: &str = "ron";

/// Files that belong to the program: scenarios, prefabs, items, mixes of people, guidance, rubrics. Embedded in the
/// binary; a folder can override it.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Text by path, `"scenarios/prefabs/flat.ron"`, `"assets/items/sofa.ron"`.
    pub files: BTreeMap<String, String>,
}
impl Library {
    /// The library in the binary.
    pub fn embedded() -> Self {
        let mut library = Self::default();
        library.take("scenarios", &SCENARIOS);
        for (kind, dir) in [
            (LibraryKind::Item, &ITEMS),
            (LibraryKind::People, &PEOPLE),
            (LibraryKind::Constructions, &CONSTRUCTIONS),
            (LibraryKind::Guidance, &GUIDANCE),
            (LibraryKind::Rubric, &RUBRICS),
            (LibraryKind::Verification, &VERIFICATION),
        ] {
            library.take(kind.folder(), dir);
        }
        library
    }
    fn take(&mut self, root: &str, dir: &Dir<'_>) {
        for file in dir.files() {
            // On Windows the compiled-in paths have backslashes.
            let path = file.path().to_string_lossy().replace('\\', "/");
            let text = file.contents_utf8().filter(|_| path.ends_with(EXTENSION));
            self.files
                .extend(text.map(|t| (format!("{root}/{path}"), t.to_owned())));
        }
        for inner in dir.dirs() {
            self.take(root, inner);
        }
    }
    /// With files, by path from the library's root (`"assets/items/sofa.ron"`), put in the place of its own or beside
    /// them. Reading a folder is the caller's business.
    #[must_use]
    pub fn with_folder(mut self, files: impl IntoIterator<Item = (String, String)>) -> Self {
        self.files
            .extend(files.into_iter().map(|(path, text)| (path.replace('\\', "/"), text)));
        self
    }
    /// Path of a file by its name without extension.
    pub fn path(kind: LibraryKind, name: &str) -> String {
        format!("{}/{name}.{EXTENSION}", kind.folder())
    }
    /// Text of a file by its name without extension.
    pub fn get(&self, kind: LibraryKind, name: &str) -> Option<&str> {
        self.files.get(&Self::path(kind, name)).map(String::as_str)
    }
    /// Names of the files of a kind, without extension, in order.
    pub fn names(&self, kind: LibraryKind) -> Vec<&str> {
        let name = |path: &'_ String| -> Option<std::ops::Range<usize>> {
            let start = kind.folder().len() + 1;
            let end = path.len().checked_sub(EXTENSION.len() + 1)?;
            let inside = path.starts_with(kind.folder()) && path.as_bytes().get(start - 1) == Some(&b'/');
            (inside && end > start && path.ends_with(EXTENSION)).then_some(start..end)
        };
        self.files
            .keys()
            .filter_map(|p| name(p).and_then(|r| p.get(r)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_overrides_and_adds() {
        let library = Library::embedded().with_folder([
            ("assets/constructions/common.ron".to_owned(), "{}".to_owned()),
            ("assets/items/chair.ron".to_owned(), "()".to_owned()),
        ]);
        assert_eq!(library.get(LibraryKind::Constructions, "common"), Some("{}"));
        assert_eq!(library.get(LibraryKind::Item, "chair"), Some("()"));
        assert!(library.names(LibraryKind::Item).contains(&"chair"));
        assert_eq!(library.get(LibraryKind::Item, "no such thing"), None);
        assert!(Library::default().names(LibraryKind::Prefab).is_empty());
    }
}
