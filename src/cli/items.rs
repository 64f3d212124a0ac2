//! `firedrill items`: the page for trainers, what burns how and what puts it out.

use super::failure::Failure;
use super::{Answer, Desk};
use firedrill::fire::handbook;
use firedrill::locale::Lang;

/// Prints the page in the reader's language.
pub(crate) fn items(desk: &Desk) -> Result<Answer, Failure> {
    let page = handbook::page(&desk.library, desk.texts.lang() == Lang::Zh)
        .map_err(|issues| Failure::of_issues(&desk.texts, &issues, None))?;
    desk.print(&page)?;
    Ok(Answer::Done)
}
