//! The files that belong to the program, built into it, so that the binary alone is enough to run.

use crate::scenario::Library;
use include_dir::{Dir, include_dir};

/// `assets/`: fonts, texts, guidance, rubrics, items.
pub static ASSETS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets");
/// `scenarios/`: drills, prefabs, verification cases.
pub static SCENARIOS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");

/// All RON files of the program by path (`"scenarios/prefabs/flat.ron"`, `"assets/items/sofa.ron"`).
pub fn library() -> Library {
    let mut library = Library::default();
    collect(&ASSETS, "assets", &mut library);
    collect(&SCENARIOS, "scenarios", &mut library);
    library
}

fn collect(dir: &Dir<'_>, root: &str, library: &mut Library) {
    for file in dir.files().filter(|f| f.path().extension().is_some_and(|e| e == "ron")) {
        // On Windows the compiled-in paths have backslashes.
        let path = format!("{root}/{}", file.path().display()).replace('\\', "/");
        if let Some(text) = file.contents_utf8() {
            library.files.insert(path, text.to_owned());
        }
    }
    for sub in dir.dirs() {
        collect(sub, root, library);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_names_its_folder_and_every_ron_file_is_text() {
        for (path, text) in library().files {
            assert!(path.starts_with("assets/") || path.starts_with("scenarios/"), "{path}");
            assert!(!text.is_empty(), "{path} is empty");
        }
    }

    #[test]
    fn the_font_is_built_in() {
        assert!(
            ASSETS
                .get_file("fonts/ui-zh.otf")
                .is_some_and(|f| f.contents().len() > 1_000_000)
        );
    }
}
