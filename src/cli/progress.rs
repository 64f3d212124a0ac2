//! Shows on a terminal how far long work has come; silent in a pipe.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over simulated seconds or pieces of work.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// `of_s`: simulated seconds that the work takes at most; `what`: its name.
    pub(crate) fn new(of_s: f64, what: String) -> Self {
        Self::with(of_s.ceil().max(1.0) as u64, what, "{msg} {wide_bar} {pos}/{len} s")
    }

    /// A bar over pieces of work. `what`: the name of the first.
    pub(crate) fn of_pieces(pieces: usize, what: String) -> Self {
        Self::with(pieces as u64, what, "{msg} {wide_bar} {pos}/{len}")
    }

    fn with(length: u64, what: String, template: &str) -> Self {
        // Draws on standard error, and only if that is a terminal.
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        Self { bar }
    }

    /// One more piece is done; `next`: what is in work.
    pub(crate) fn piece(&self, next: String) {
        self.bar.inc(1);
        self.bar.set_message(next);
    }

    /// Simulated seconds done.
    pub(crate) fn at(&self, done_s: f64) {
        let done = done_s as u64;
        if done != self.bar.position() {
            self.bar.set_position(done);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
