//! Files that belong to the program: prefabs, items, mixes of people, constructions, guidance, rubrics, texts.

use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;

static PREFABS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/scenarios/prefabs");
static ITEMS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/items");
static PEOPLE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/people");
static CONSTRUCTIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/constructions");
static GUIDANCE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/guidance");
static RUBRICS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/rubrics");
static LOCALE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/locale");

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
    /// Texts of the program (Fluent).
    Locale,
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
        Self::Locale,
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
            Self::Locale => "assets/locale",
        }
    }
    /// Extension of its files.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Locale => "ftl",
            _ => "ron",
        }
    }
    fn embedded(self) -> &'static Dir<'static> {
        match self {
            Self::Prefab => &PREFABS,
            Self::Item => &ITEMS,
            Self::People => &PEOPLE,
            Self::Constructions => &CONSTRUCTIONS,
            Self::Guidance => &GUIDANCE,
            Self::Rubric => &RUBRICS,
            Self::Locale => &LOCALE,
        }
    }
}

/// Files that belong to the program: prefabs, items, mixes of people, guidance, rubrics, texts. Embedded in the
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
        for kind in LibraryKind::ALL {
            library.take(kind, kind.embedded());
        }
        library
    }
    fn take(&mut self, kind: LibraryKind, dir: &Dir<'_>) {
        for file in dir.files() {
            let path = file.path().to_string_lossy().replace('\\', "/");
            let text = file.contents_utf8().filter(|_| path.ends_with(kind.extension()));
            self.files
                .extend(text.map(|t| (format!("{}/{path}", kind.folder()), t.to_owned())));
        }
        for inner in dir.dirs() {
            self.take(kind, inner);
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
        format!("{}/{name}.{}", kind.folder(), kind.extension())
    }
    /// Text of a file by its name without extension.
    pub fn get(&self, kind: LibraryKind, name: &str) -> Option<&str> {
        self.files.get(&Self::path(kind, name)).map(String::as_str)
    }
    /// Names of the files of a kind, without extension, in order.
    pub fn names(&self, kind: LibraryKind) -> Vec<&str> {
        let name = |path: &'_ String| -> Option<std::ops::Range<usize>> {
            let start = kind.folder().len() + 1;
            let end = path.len().checked_sub(kind.extension().len() + 1)?;
            let inside = path.starts_with(kind.folder()) && path.as_bytes().get(start - 1) == Some(&b'/');
            (inside && end > start && path.ends_with(kind.extension())).then_some(start..end)
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
