//! The program's text is complete in both languages, nothing is left over, and the font can show all of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expects"
)]

use firedrill::locale::{self, Lang, Texts};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The keys of a language with the names of the values in them.
fn keys(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys = BTreeMap::new();
    for (file, text) in locale::files(lang) {
        let resource = fluent_syntax::parser::parse(text).unwrap_or_else(|(_, e)| panic!("{lang:?} {file}: {e:?}"));
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    let pattern = message
                        .value
                        .unwrap_or_else(|| panic!("{file}: {} is empty", message.id.name));
                    let mut values = BTreeSet::new();
                    collect(&pattern, &mut values);
                    let doubled = keys.insert(message.id.name.to_owned(), values).is_some();
                    assert!(!doubled, "{lang:?} {file}: {} stands twice", message.id.name);
                }
                Entry::Junk { content } => panic!("{lang:?} {file}: cannot read {content}"),
                _ => {}
            }
        }
    }
    keys
}

/// Names of the values in a pattern.
fn collect(pattern: &Pattern<&str>, values: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        let selector = match expression {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                variants.iter().for_each(|v| collect(&v.value, values));
                selector
            }
        };
        if let InlineExpression::VariableReference { id } = selector {
            values.insert(id.name.to_owned());
        }
    }
}

/// Every file below a folder with one of these extensions.
fn files_below(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, extensions, found);
        } else if path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x)) {
            found.push(path);
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_values() {
    let (zh, en) = (keys(Lang::Zh), keys(Lang::En));
    assert!(!zh.is_empty());
    for (key, values) in &zh {
        assert_eq!(en.get(key), Some(values), "en: {key}");
    }
    for key in en.keys() {
        assert!(zh.contains_key(key), "zh: {key} is missing");
    }
}

#[test]
fn every_key_is_used_and_every_key_used_is_there() {
    let mut sources = Vec::new();
    files_below(&root().join("src"), &["rs"], &mut sources);
    let code: String = sources.iter().map(|p| std::fs::read_to_string(p).unwrap()).collect();
    // Every word in quotes; help texts are put together by name, and a test of the command line holds them.
    let words: BTreeSet<_> = code.split('"').collect();
    let keys = keys(Lang::Zh);
    let built = |key: &str| key.starts_with("help-");
    let unused: Vec<_> = keys
        .keys()
        .filter(|k| !words.contains(k.as_str()) && !built(k))
        .collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
    let families: BTreeSet<_> = keys.keys().filter_map(|k| k.split('-').next()).collect();
    let looks_like_key = |word: &&&str| {
        let (family, rest) = word.split_once('-').unwrap_or_default();
        families.contains(family)
            && !rest.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit())
    };
    let missing: Vec<_> = words
        .iter()
        .filter(looks_like_key)
        .filter(|w| !keys.contains_key(**w) && !w.ends_with('-'))
        .collect();
    assert!(missing.is_empty(), "no text for {missing:?}");
}

#[test]
fn every_text_can_be_said_in_both_languages() {
    for lang in Lang::ALL {
        let texts = Texts::new(lang);
        for (key, values) in keys(lang) {
            let values: Vec<_> = values.iter().map(|v| (v.as_str(), "seven".into())).collect();
            let said = texts.get(&key, &values);
            assert!(
                !said.is_empty() && said != key && !said.contains('{'),
                "{lang:?} {key}: {said}"
            );
            assert!(said.matches("seven").count() >= values.len(), "{lang:?} {key}: {said}");
        }
    }
}

#[test]
fn the_font_shows_every_character_of_texts_and_content() {
    let font = std::fs::read(root().join("assets/fonts/ui-zh.otf")).unwrap();
    let face = ttf_parser::Face::parse(&font, 0).unwrap();
    assert!(
        face.glyph_index('\u{E000}').is_none(),
        "the font claims to show everything"
    );
    let mut files = Vec::new();
    for folder in ["assets", "scenarios"] {
        files_below(&root().join(folder), &["ron", "ftl"], &mut files);
    }
    let mut missing = BTreeMap::<char, String>::new();
    for file in files {
        for c in std::fs::read_to_string(&file)
            .unwrap()
            .chars()
            .filter(|c| !c.is_control())
        {
            if face.glyph_index(c).is_none() {
                missing.entry(c).or_insert_with(|| file.display().to_string());
            }
        }
    }
    assert!(missing.is_empty(), "the font lacks {missing:?}");
}
