//! Keeps the direction of knowledge: `scenario → place → harm → {fire, crowd} → drill → assess → app`, command line on
//! top. Every path inside the crate is resolved: `use` trees, paths in expressions, types and macros, re-exports,
//! aliases and globs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expects"
)]

use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, UseTree, Visibility};

/// A module or item: the crate (`firedrill` or `main`), then its path.
type Full = Vec<String>;

/// What each room may name, beside itself. Names of files or folders directly under `src/`.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("scenario", &[]),
    ("place", &["scenario"]),
    ("harm", &["scenario", "place"]),
    ("fire", &["scenario", "place", "harm"]),
    ("crowd", &["scenario", "place", "harm"]),
    ("drill", &["scenario", "place", "harm", "fire", "crowd", "storage"]),
    ("assess", &["scenario", "place", "harm", "fire", "crowd", "drill"]),
    ("locale", &["scenario"]),
    ("storage", &["scenario"]),
    (
        "app",
        &[
            "scenario", "place", "harm", "fire", "crowd", "drill", "assess", "locale", "storage",
        ],
    ),
    (
        "cli",
        &[
            "scenario", "place", "harm", "fire", "crowd", "drill", "assess", "app", "locale", "storage",
        ],
    ),
    ("main", &["cli", "app", "locale"]),
];

/// Modules of `assess` that judge or act by what the trainee perceived, and so may not look at the world itself.
const PERCEPTION_ONLY: &[&str] = &["guidance", "situation", "judge", "policies"];

/// A module: the names that its `use` items bring in, its own items, and every path that it names.
#[derive(Default)]
struct Module {
    items: BTreeSet<String>,
    /// Name in this module, and what it stands for.
    uses: Vec<(String, Vec<String>)>,
    globs: Vec<Vec<String>>,
    paths: BTreeSet<Vec<String>>,
}

/// All modules of the library and the binary.
#[derive(Default)]
struct Map {
    modules: BTreeMap<Full, Module>,
    /// Modules whose names a module brings in by globs.
    globbed: BTreeMap<Full, BTreeSet<Full>>,
}

/// What a path met.
#[derive(Default)]
struct Trail {
    /// Modules and items on the way and at the end.
    met: BTreeSet<Full>,
    /// Modules at the end.
    ends: BTreeSet<Full>,
    seen: BTreeSet<(Full, Full)>,
    aliases: BTreeSet<(Full, Full)>,
}

impl Map {
    /// Reads a crate from its root file, with the files that its modules stand in.
    fn read(&mut self, name: &str, root: &Path) {
        let source = std::fs::read_to_string(root).unwrap();
        self.add(&[name.to_owned()], &source, Some((root.parent().unwrap(), true)));
    }

    /// Adds a module from its text. `file`: the folder of its file, and whether its children stand in that folder.
    fn add(&mut self, path: &[String], source: &str, file: Option<(&Path, bool)>) {
        let parsed = syn::parse_file(source).unwrap_or_else(|e| panic!("{}: {e}", path.join("::")));
        self.add_items(path, &parsed.items, file);
    }

    fn add_items(&mut self, path: &[String], items: &[Item], file: Option<(&Path, bool)>) {
        let mut reader = Reader {
            module: Module::default(),
            children: Vec::new(),
        };
        for item in items {
            reader.visit_item(item);
        }
        let Reader { module, children } = reader;
        self.modules.entry(path.to_vec()).or_default();
        let entry = self.modules.get_mut(path).unwrap();
        entry.items.extend(module.items);
        entry.uses.extend(module.uses);
        entry.globs.extend(module.globs);
        entry.paths.extend(module.paths);
        for child in children {
            let name = child.ident.to_string();
            let child_path = [path, std::slice::from_ref(&name)].concat();
            match (&child.content, file) {
                (Some((_, items)), _) => {
                    let below = file.map(|(dir, _)| dir.join(&name));
                    self.add_items(&child_path, items, below.as_deref().map(|d| (d, true)));
                }
                (None, Some((dir, _))) => {
                    let (flat, nested) = (dir.join(format!("{name}.rs")), dir.join(&name).join("mod.rs"));
                    let found: PathBuf = if flat.exists() { flat } else { nested };
                    let source = std::fs::read_to_string(&found).unwrap_or_else(|e| panic!("{}: {e}", found.display()));
                    self.add(&child_path, &source, Some((&dir.join(&name), true)));
                }
                (None, None) => panic!("no file for {name}"),
            }
        }
    }

    /// Everything that a path written in a module may mean.
    fn resolve(&self, from: &[String], path: &[String]) -> Trail {
        let mut trail = Trail::default();
        self.follow(from, path, &mut trail);
        trail
    }

    /// Finds the modules that globs bring in. One glob may lead to the next, so this goes on until nothing is new.
    fn resolve_globs(&mut self) {
        loop {
            let mut found: BTreeMap<Full, BTreeSet<Full>> = BTreeMap::new();
            for (from, module) in &self.modules {
                let ends = module.globs.iter().flat_map(|glob| self.resolve(from, glob).ends);
                found.insert(from.clone(), ends.filter(|end| end != from).collect());
            }
            if found == self.globbed {
                return;
            }
            self.globbed = found;
        }
    }

    /// Resolves a path as written in a module.
    fn follow(&self, from: &[String], path: &[String], trail: &mut Trail) {
        let Some((first, mut rest)) = path.split_first() else {
            return;
        };
        match first.as_str() {
            "crate" => self.walk(&from[..1], rest, trail),
            "self" => self.walk(from, rest, trail),
            "super" => {
                let mut up = 1;
                while rest.first().is_some_and(|next| next == "super") {
                    rest = &rest[1..];
                    up += 1;
                }
                if up < from.len() {
                    self.walk(&from[..from.len() - up], rest, trail);
                }
            }
            "firedrill" if !self.has(from, first) => self.walk(&["firedrill".to_owned()], rest, trail),
            _ => self.walk(from, path, trail),
        }
    }

    /// A module has this name of its own.
    fn has(&self, module: &[String], name: &str) -> bool {
        let child = [module, &[name.to_owned()]].concat();
        self.modules.contains_key(&child)
            || self
                .modules
                .get(module)
                .is_some_and(|m| m.items.contains(name) || m.uses.iter().any(|(n, _)| n == name))
    }

    /// Goes down from a module by the names of a path, through re-exports and globs.
    fn walk(&self, at: &[String], path: &[String], trail: &mut Trail) {
        if !trail.seen.insert((at.to_vec(), path.to_vec())) {
            return;
        }
        let Some((name, rest)) = path.split_first() else {
            trail.met.insert(at.to_vec());
            trail.ends.insert(at.to_vec());
            return;
        };
        let Some(module) = self.modules.get(at) else {
            return;
        };
        let below = [at, std::slice::from_ref(name)].concat();
        if self.modules.contains_key(&below) {
            trail.met.insert(below.clone());
            self.walk(&below, rest, trail);
        }
        if module.items.contains(name) {
            trail.met.insert(below);
        }
        for (_, target) in module.uses.iter().filter(|(n, _)| n == name) {
            if target.first() == Some(name) && target.len() == 1 {
                // `use serde;` names a crate.
                continue;
            }
            let mut alias = self.resolve_alias(at, target, trail);
            trail.met.append(&mut alias.met);
            for end in alias.ends {
                self.walk(&end, rest, trail);
            }
        }
        for target in self.globbed.get(at).into_iter().flatten() {
            self.walk(target, path, trail);
        }
    }

    /// What an alias stands for; `trail` holds the aliases under way, so that a circle of them ends.
    fn resolve_alias(&self, at: &[String], target: &[String], trail: &mut Trail) -> Trail {
        let mut alias = Trail::default();
        let this = (at.to_vec(), target.to_vec());
        if trail.aliases.insert(this.clone()) {
            alias.aliases.clone_from(&trail.aliases);
            self.follow(at, target, &mut alias);
            trail.aliases.remove(&this);
        }
        alias
    }

    /// Every module or item met from a module: `(module, what it names)`.
    fn edges(&self) -> BTreeSet<(Full, Full)> {
        let mut edges = BTreeSet::new();
        for (from, module) in &self.modules {
            let used = module
                .uses
                .iter()
                .map(|(_, target)| target)
                .chain(&module.globs)
                .chain(&module.paths);
            for path in used {
                edges.extend(self.resolve(from, path).met.into_iter().map(|to| (from.clone(), to)));
            }
        }
        edges
    }

    /// What breaks the rules, in words.
    fn faults(&mut self) -> BTreeSet<String> {
        self.resolve_globs();
        let mut faults = BTreeSet::new();
        for (from, to) in self.edges() {
            let (Some(room), Some(named)) = (room(&from), room(&to)) else {
                continue;
            };
            let allowed = MAY_NAME
                .iter()
                .find(|(name, _)| *name == room)
                .map(|(_, allowed)| *allowed);
            let line = format!("{} names {}", from.join("::"), to.join("::"));
            match allowed {
                None => {
                    faults.insert(format!("{room} is not in the list of rooms"));
                }
                Some(allowed) if named != room && !allowed.contains(&named) => {
                    faults.insert(line.clone());
                }
                Some(_) => {}
            }
            let blind = from.get(1).is_some_and(|r| r == "assess")
                && from.get(2).is_some_and(|m| PERCEPTION_ONLY.contains(&m.as_str()));
            let world = named == "fire"
                || to[1..].iter().eq(["place", "model", "Place"])
                || to[1..].iter().eq(["place", "Place"]);
            if blind && world {
                faults.insert(format!("{line}, but may know only what the trainee perceived"));
            }
        }
        faults
    }
}

/// The room that a module or item belongs to; none for the library's root, which names them all.
fn room(path: &[String]) -> Option<&str> {
    match (path[0].as_str(), path.get(1).map(String::as_str)) {
        ("main", Some("cli")) => Some("cli"),
        ("main", _) => Some("main"),
        (_, second) => second,
    }
}

/// Reads one module; modules within are left for later.
struct Reader {
    module: Module,
    children: Vec<ItemMod>,
}

impl Reader {
    fn tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree),
            UseTree::Name(name) if name.ident == "self" => self.bring(before.last().cloned(), before.to_vec()),
            UseTree::Name(name) => self.bring(Some(name.ident.to_string()), with(&name.ident)),
            UseTree::Rename(rename) if rename.ident == "self" => {
                self.bring(Some(rename.rename.to_string()), before.to_vec());
            }
            UseTree::Rename(rename) => self.bring(Some(rename.rename.to_string()), with(&rename.ident)),
            UseTree::Glob(_) => self.module.globs.push(before.to_vec()),
            UseTree::Group(group) => group.items.iter().for_each(|t| self.tree(before, t)),
        }
    }

    fn bring(&mut self, name: Option<String>, target: Vec<String>) {
        self.module.uses.push((name.unwrap_or_default(), target));
    }

    /// Paths in tokens that the parser does not look into.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut colons) = (Vec::new(), 0);
        let mut paths = Vec::new();
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        paths.push(std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(p) if p.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    // A `use` tree in braces after a path is left to the paths within, each after what stands before.
                    if colons == 2 {
                        let before = path.clone();
                        let mut inner = Self {
                            module: Module::default(),
                            children: Vec::new(),
                        };
                        inner.tokens(group.stream());
                        paths.extend(inner.module.paths.into_iter().map(|p| [before.clone(), p].concat()));
                    } else {
                        self.tokens(group.stream());
                    }
                    paths.push(std::mem::take(&mut path));
                    colons = 0;
                }
                TokenTree::Literal(literal) => {
                    // Attributes such as serde's `default = "crate::x::y"` hold paths in strings.
                    let text = literal.to_string();
                    if let Ok(parsed) = syn::parse_str::<syn::Path>(text.trim_matches('"')) {
                        paths.push(parsed.segments.iter().map(|s| s.ident.to_string()).collect());
                    }
                    paths.push(std::mem::take(&mut path));
                    colons = 0;
                }
                TokenTree::Punct(_) => {
                    paths.push(std::mem::take(&mut path));
                    colons = 0;
                }
            }
        }
        paths.push(path);
        self.module.paths.extend(paths.into_iter().filter(|p| !p.is_empty()));
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.children.push(item.clone());
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.tree(&[], &item.tree);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        let name = match item {
            Item::Const(i) => Some(&i.ident),
            Item::Enum(i) => Some(&i.ident),
            Item::Fn(i) => Some(&i.sig.ident),
            Item::Static(i) => Some(&i.ident),
            Item::Struct(i) => Some(&i.ident),
            Item::Trait(i) => Some(&i.ident),
            Item::TraitAlias(i) => Some(&i.ident),
            Item::Type(i) => Some(&i.ident),
            Item::Union(i) => Some(&i.ident),
            _ => None,
        };
        self.module.items.extend(name.map(ToString::to_string));
        visit::visit_item(self, item);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.module
            .paths
            .insert(path.segments.iter().map(|s| s.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.tokens(mac.tokens.clone());
        visit::visit_macro(self, mac);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
        visit::visit_attribute(self, attribute);
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {
        // `pub(in path)` names an ancestor only.
    }
}

#[test]
fn knowledge_flows_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut map = Map::default();
    map.read("firedrill", &src.join("lib.rs"));
    map.read("main", &src.join("main.rs"));
    let faults: Vec<_> = map.faults().into_iter().collect();
    assert!(
        faults.is_empty(),
        "the direction of knowledge is broken:\n{}",
        faults.join("\n")
    );
    // The reader itself works: these are known to be named.
    let edges = map.edges();
    let named = |from: &str, to: &str| edges.iter().any(|(f, t)| room(f) == Some(from) && room(t) == Some(to));
    for (from, to) in [
        ("place", "scenario"),
        ("fire", "harm"),
        ("crowd", "place"),
        ("drill", "crowd"),
        ("cli", "drill"),
    ] {
        assert!(named(from, to), "{from} is known to name {to}, and it was not seen");
    }
}

#[cfg(test)]
mod reader {
    use super::*;

    /// A crate of rooms with an item each, and one room replaced by the given text.
    fn faults_of(changed: &str, text: &str) -> Vec<String> {
        faults_with(&[(changed, text)])
    }

    fn faults_with(changed: &[(&str, &str)]) -> Vec<String> {
        let mut map = Map::default();
        let rooms = [
            "scenario", "place", "harm", "fire", "crowd", "drill", "assess", "app", "locale", "storage",
        ];
        let declared = rooms.map(|r| format!("pub mod {r};")).join(" ");
        let given = |name: &str| changed.iter().find(|(n, _)| *n == name).map(|(_, t)| (*t).to_owned());
        let strip = |text: &str| {
            syn::parse_file(text)
                .unwrap()
                .items
                .into_iter()
                .filter(|i| !matches!(i, Item::Mod(_)))
        };
        let root: Vec<_> = strip(&format!("{declared} {}", given("lib").unwrap_or_default())).collect();
        map.add_items(&["firedrill".into()], &root, None);
        for room in rooms {
            let plain = match room {
                "place" => "pub struct Place; pub struct SpaceId;",
                "fire" => "pub struct Fire; pub fn burn() {}",
                _ => "pub struct Thing;",
            };
            let text = given(room).unwrap_or_else(|| plain.into());
            map.add(&["firedrill".into(), room.into()], &text, None);
        }
        map.add(&["main".into()], &given("main").unwrap_or_default(), None);
        map.faults().into_iter().collect()
    }

    #[test]
    fn what_is_allowed_passes() {
        assert_eq!(faults_with(&[]), [""; 0]);
        assert_eq!(
            faults_of(
                "crowd",
                "use crate::place::{self, SpaceId}; use crate::harm::*; fn f(_: place::Place) {}"
            ),
            [""; 0]
        );
        assert_eq!(
            faults_of("drill", "pub use crate::fire::Fire; fn f() { crate::fire::burn() }"),
            [""; 0]
        );
        assert_eq!(
            faults_of("main", "use firedrill::locale; fn main() { let fire = 1; fire; }"),
            [""; 0]
        );
    }

    #[test]
    fn a_direct_use_is_seen() {
        assert_eq!(faults_of("crowd", "use crate::fire::Fire;").len(), 2);
        assert!(!faults_of("fire", "use crate::{harm, crowd::Thing};").is_empty());
        assert!(!faults_of("scenario", "use crate::place::{self as p};").is_empty());
    }

    #[test]
    fn super_is_seen_from_any_depth() {
        assert!(!faults_of("crowd", "use super::fire;").is_empty());
        assert!(
            !faults_of(
                "crowd",
                "mod a { mod b { fn f() { super::super::super::fire::burn(); } } }"
            )
            .is_empty()
        );
        assert!(
            faults_of(
                "crowd",
                "mod a { fn f() { super::fire::x(); } } mod fire { pub fn x() {} }"
            )
            .is_empty()
        );
    }

    #[test]
    fn inline_paths_are_seen_in_expressions_types_macros_and_attributes() {
        for text in [
            "fn f() { let x = crate::fire::burn(); }",
            "struct S { f: Option<crate::fire::Fire> }",
            "impl crate::fire::Fire {}",
            "fn f() { println!(\"{:?}\", crate::fire::burn()); }",
            "m! { a => { use crate::{place, fire::Fire}; } }",
            "#[serde(default = \"crate::fire::burn\")] struct S;",
            "fn f() { use crate::fire as other; other::burn(); }",
            "type T = <crate::fire::Fire as Clone>::X;",
            "fn f() { matches!(x, crate::fire::Fire) }",
        ] {
            assert!(!faults_of("crowd", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn re_exports_are_followed_to_where_the_item_lives() {
        // A room may be reached through the library's root, or through another room.
        assert!(!faults_with(&[("lib", "pub use fire::Fire;"), ("crowd", "use crate::Fire;")]).is_empty());
        assert!(!faults_with(&[("lib", "pub use fire::*;"), ("crowd", "fn f() { crate::burn() }")]).is_empty());
        assert!(!faults_with(&[("lib", "pub use fire as heat;"), ("crowd", "use crate::heat::Fire;")]).is_empty());
        let through_harm = [
            ("harm", "pub use crate::fire::Fire;"),
            ("crowd", "use crate::harm::Fire;"),
        ];
        assert!(
            faults_with(&through_harm)
                .iter()
                .any(|f| f.starts_with("firedrill::crowd names firedrill::fire"))
        );
    }

    #[test]
    fn an_alias_of_the_crate_hides_nothing() {
        assert!(!faults_of("crowd", "use crate as all; fn f() { all::fire::burn() }").is_empty());
        assert!(!faults_of("crowd", "use crate::{self as all}; use all::fire::Fire;").is_empty());
        assert!(!faults_of("crowd", "use super::super::crowd; use crate::crowd as me; use me::super_fire::X; mod super_fire { pub use crate::fire::Fire as X; }").is_empty());
    }

    #[test]
    fn globs_that_lead_in_a_circle_end() {
        let circle = [
            ("crowd", "pub use crate::place::*; fn f(_: Thing) {}"),
            ("place", "pub use crate::crowd::*;"),
        ];
        assert!(
            faults_with(&circle)
                .iter()
                .any(|f| f.contains("place names firedrill::crowd"))
        );
    }

    #[test]
    fn guidance_may_not_look_at_the_world() {
        let through = "pub use crate::place::Place as World;";
        for text in [
            "use crate::place::Place;",
            "use crate::fire::Fire;",
            "use crate::drill::World;",
            "fn f(_: &super::super::place::Place) {}",
        ] {
            let assess = format!("mod guidance {{ {text} }}");
            let faults = faults_with(&[("drill", through), ("assess", &assess)]);
            assert!(faults.iter().any(|f| f.contains("perceived")), "{text}: {faults:?}");
        }
        assert!(
            faults_of(
                "assess",
                "mod guidance { use crate::place::SpaceId; } mod score { use crate::place::Place; }"
            )
            .is_empty()
        );
    }

    #[test]
    fn a_room_that_nobody_listed_is_named() {
        let mut map = Map::default();
        map.add(&["firedrill".into(), "cellar".into()], "use crate::fire::Fire;", None);
        map.add(&["firedrill".into(), "fire".into()], "pub struct Fire;", None);
        map.add(&["firedrill".into()], "", None);
        assert!(map.faults().iter().any(|f| f.contains("cellar is not in the list")));
    }
}
