//! The real window, played by clicks on a virtual screen with software Vulkan: from the menu to the debrief of a short
//! drill. It needs Xvfb, xdotool and Mesa's lavapipe, which `tools/test` installs; without them it fails, it never skips.

#![expect(clippy::disallowed_methods, reason = "patience is measured by the clock")]
#![expect(clippy::panic, reason = "a window that does not do what is asked fails the test")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Software rendering on a loaded machine takes its time.
const PATIENCE: Duration = Duration::from_secs(180);
const WIDTH: usize = 1280;
const HEIGHT: usize = 720;

/// A process that ends with its owner.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A virtual screen.
struct Display {
    _server: Ends,
    name: String,
    frame: PathBuf,
}

impl Display {
    fn open(folder: &Path) -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0"])
            .arg(format!("{WIDTH}x{HEIGHT}x24"))
            .arg("-fbdir")
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|e| panic!("Xvfb: {e}"));
        let out = server.stdout.take().unwrap_or_else(|| panic!("Xvfb has no output"));
        let mut number = String::new();
        BufReader::new(out)
            .read_line(&mut number)
            .unwrap_or_else(|e| panic!("Xvfb: {e}"));
        Self {
            _server: Ends(server),
            name: format!(":{}", number.trim()),
            frame: folder.join("Xvfb_screen0"),
        }
    }

    /// Different colours on the screen now, in steps of 16: a blank or broken picture has few.
    fn colours(&self) -> usize {
        let bytes = fs::read(&self.frame).unwrap_or_else(|e| panic!("the screen's memory: {e}"));
        let word = |at: usize| -> usize {
            let part = bytes
                .get(at..at + 4)
                .unwrap_or_else(|| panic!("the screen's memory is cut"));
            part.iter().fold(0, |sum, b| sum << 8 | usize::from(*b))
        };
        // XWD: header size first, then numbers of 32 bits; the colour map's entries of 12 bytes stand before the picture.
        let picture = word(0) + word(4 * 19) * 12;
        let pixels = bytes.get(picture..).unwrap_or_default().chunks_exact(4);
        pixels
            .map(|p| [p[0] >> 4, p[1] >> 4, p[2] >> 4])
            .collect::<BTreeSet<_>>()
            .len()
    }
}

/// The program in its window.
struct Window {
    program: Ends,
    display: Display,
    log: PathBuf,
    _folder: tempfile::TempDir,
    home: PathBuf,
}

impl Window {
    fn open(library: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let home = folder.path().join("home");
        fs::create_dir_all(&home).unwrap_or_else(|e| panic!("{e}"));
        let display = Display::open(folder.path());
        let log = folder.path().join("log");
        let file = File::create(&log).unwrap_or_else(|e| panic!("{e}"));
        let other = file.try_clone().unwrap_or_else(|e| panic!("{e}"));
        let program = Command::new(env!("CARGO_BIN_EXE_firedrill"))
            .args(["--lang", "zh"])
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("WGPU_BACKEND", "vulkan")
            .env("WINIT_X11_SCALE_FACTOR", "1")
            .env("RUST_LOG", "warn,firedrill=trace")
            .env("NO_COLOR", "1")
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("FIREDRILL_LIBRARY", library)
            .stdout(file)
            .stderr(other)
            .spawn()
            .unwrap_or_else(|e| panic!("firedrill: {e}"));
        Self {
            program: Ends(program),
            display,
            log,
            _folder: folder,
            home,
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until the log, from `after` bytes on, answers; panics with its end if it never does.
    fn until<T>(&mut self, what: &str, mut find: impl FnMut(&str) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = find(&self.log()) {
                return found;
            }
            let ended = self.program.0.try_wait().ok().flatten();
            if ended.is_some() || began.elapsed() > PATIENCE {
                let log = self.log();
                let tail: Vec<&str> = log.lines().rev().take(40).collect();
                let tail = tail.into_iter().rev().collect::<Vec<_>>().join("\n");
                panic!("{what}: not seen (program ended: {ended:?})\n{tail}");
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Waits for a screen.
    fn screen(&mut self, name: &str) {
        let line = format!("screen {name}");
        self.until(&line, |log| log.lines().any(|l| l.ends_with(&line)).then_some(()));
    }

    /// Waits until something is drawn between the panels: they alone have few colours, an empty picture adds none.
    fn picture(&self) {
        let began = Instant::now();
        loop {
            let colours = self.display.colours();
            if colours > 100 {
                return;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "the picture of the drill has {colours} colours"
            );
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    /// Clicks the middle of a button, by the name it has in the log. The click is repeated until it was felt.
    fn press(&mut self, button: &str) {
        let placed = format!("button \"{button}\" at ");
        let felt = format!("button \"{button}\" pressed");
        let before = self.log().matches(&felt).count();
        let began = Instant::now();
        loop {
            let (x, y) = self.until(&placed, |log| {
                let line = log.lines().rfind(|l| l.contains(&placed))?;
                let mut numbers = line.split(&placed).nth(1)?.split_whitespace().map(str::parse::<f32>);
                Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
            });
            self.xdotool(&["mousemove", &format!("{x:.0}"), &format!("{y:.0}")]);
            std::thread::sleep(Duration::from_millis(700));
            self.xdotool(&["mousedown", "1"]);
            std::thread::sleep(Duration::from_millis(700));
            self.xdotool(&["mouseup", "1"]);
            for _ in 0..15 {
                std::thread::sleep(Duration::from_millis(200));
                if self.log().matches(&felt).count() > before {
                    return;
                }
            }
            assert!(
                began.elapsed() < PATIENCE,
                "{button}: never felt the click\n{}",
                self.log()
            );
        }
    }

    fn xdotool(&self, words: &[&str]) {
        let done = Command::new("xdotool")
            .args(words)
            .env("DISPLAY", &self.display.name)
            .status();
        assert!(done.is_ok_and(|s| s.success()), "xdotool {words:?}");
    }
}

#[test]
fn a_short_drill_is_played_from_the_menu_to_its_debrief_by_clicks_and_its_recording_verifies() {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window");
    let mut window = Window::open(&library);
    window.screen("menu");
    window.press("短演练");
    window.press("开始");
    window.screen("briefing");
    window.press("开始演练");
    window.screen("drill");
    window.picture();
    window.press("看四周");
    window.until("the end of the drill", |log| {
        log.contains("firedrill: drill over").then_some(())
    });
    window.press("看结果");
    window.screen("debrief");
    window.press("每个决定");
    window.press("回放");
    window.press("播放");
    window.press("回到菜单");
    window.until("the menu again", |log| {
        (log.matches("screen menu").count() == 2).then_some(())
    });
    let recordings = recordings_in(&window.home);
    assert_eq!(recordings.len(), 1, "{recordings:?}");
    let verified = Command::new(env!("CARGO_BIN_EXE_firedrill"))
        .args(["replay", "--verify"])
        .args(&recordings)
        .output()
        .unwrap_or_else(|e| panic!("{e}"));
    assert!(
        verified.status.success(),
        "{}",
        String::from_utf8_lossy(&verified.stderr)
    );
    window.press("退出");
    let ended = window.program.0.wait().unwrap_or_else(|e| panic!("{e}"));
    assert!(ended.success(), "{ended}");
}

fn recordings_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|p| p.is_dir());
    let recordings = files.into_iter().filter(|f| f.extension().is_some_and(|e| e == "rec"));
    recordings
        .chain(folders.iter().flat_map(|f| recordings_in(f)))
        .collect()
}
