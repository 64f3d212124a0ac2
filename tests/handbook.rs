//! The page for trainers stands in the tree as the library makes it. After a change of library or laws set
//! FIREDRILL_REWRITE=1 once: the files are rewritten and the test fails on purpose.

use firedrill::fire::handbook;
use firedrill::scenario::Library;
use std::path::Path;

#[test]
fn the_page_for_trainers_is_up_to_date_in_both_languages() {
    let rewrite = std::env::var_os("FIREDRILL_REWRITE").is_some();
    for (name, zh) in [("ITEMS.zh.md", true), ("ITEMS.en.md", false)] {
        let page = handbook::page(&Library::embedded(), zh).expect("the library is sound");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
        if rewrite {
            std::fs::write(&file, &page).expect("written");
        } else {
            let there = std::fs::read_to_string(&file).expect("the page is in the tree");
            assert!(there == page, "{name} is out of date: run with FIREDRILL_REWRITE=1");
        }
    }
    assert!(!rewrite, "rewrote the page");
}
