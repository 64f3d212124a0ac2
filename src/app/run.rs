//! The window: third-party set-up in one place, and the plugins that make it a program.

use super::catalogue::Catalogue;
use super::drill::{Drill, Phase};
use super::screen::Screen;
use super::session::{Desk, Order, Wish};
use super::settings::Settings;
use super::words::Words;
use super::{DrillPlugin, SessionPlugin};
use super::{scene, screens};
use crate::locale::Lang;
use crate::scenario::{Library, Text};
use crate::storage::Storage;
use bevy::asset::AssetMetaCheck;
use bevy::camera::visibility::RenderLayers;
use bevy::camera::{CameraOutputMode, ClearColorConfig};
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::render_resource::BlendState;
use bevy::window::{
    Monitor, MonitorSelection, PresentMode, PrimaryMonitor, PrimaryWindow, WindowMode, WindowPosition, WindowResolution,
};
use bevy::winit::{UpdateMode, WinitSettings};
use bevy_egui::{EguiGlobalSettings, EguiPlugin, EguiStartupSet, PrimaryEguiContext};
use std::collections::BTreeMap;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What the window is started with.
#[derive(Clone, Debug)]
pub struct Start {
    /// Language where the user set none.
    pub lang: Lang,
    /// The language must be this one, whatever was set.
    pub lang_fixed: bool,
    /// Files of the program.
    pub library: Library,
    /// The door to files.
    pub storage: Arc<dyn Storage>,
    /// Where settings are kept.
    pub config: Option<PathBuf>,
    /// Where recordings are kept.
    pub recordings: Option<PathBuf>,
    /// Scenarios for the menu, by path.
    pub drills: BTreeMap<String, Vec<u8>>,
    /// A drill to begin with, past the menu.
    pub order: Option<Order>,
}

/// There is no window.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoWindow {
    /// No display to draw on.
    #[error("no display to open a window on")]
    Display(String),
    /// No graphics adapter that can draw.
    #[error("no graphics adapter")]
    Adapter,
    /// It ended in the middle.
    #[error("the window broke down: {0}")]
    Broke(String),
}

impl NoWindow {
    /// The message in both languages: what is wrong, what to do.
    pub fn text(&self) -> Text {
        let (zh, en) = match self {
            Self::Display(why) => (
                format!(
                    "打不开窗口：没有可用的显示（{why}）。请在有桌面的机器上运行；没有桌面时可用 firedrill run 不开窗口地运行。"
                ),
                format!(
                    "No window can be opened: there is no display ({why}). Run it on a machine with a desktop; without \
                     one, firedrill run plays a drill without a window."
                ),
            ),
            Self::Adapter => (
                "打不开窗口：找不到可用的图形接口（Vulkan）。请安装或更新显卡驱动；没有显卡时可安装软件渲染（例如 Debian 的 mesa-vulkan-drivers），或用 firedrill run 不开窗口地运行。".to_owned(),
                "No window can be opened: no graphics adapter (Vulkan) was found. Install or update the graphics \
                 driver; without a graphics card install a software renderer (on Debian mesa-vulkan-drivers), or use \
                 firedrill run, which needs no window."
                    .to_owned(),
            ),
            Self::Broke(why) => (
                format!("窗口意外中断：{why}。已录下的演练保存在录像里；请重新启动，若再次发生请报告这段文字。"),
                format!(
                    "The window broke down: {why}. What was played is kept in its recording; start again, and if it \
                     happens once more, report this text."
                ),
            ),
        };
        Text { zh, en }
    }
}

/// Opens the window and runs until it is closed.
///
/// # Errors
/// There is no display or no adapter, or something beneath the program gave up.
pub fn run(start: Start) -> Result<(), NoWindow> {
    display()?;
    // The libraries that open windows and find adapters give up by panicking: that becomes an answer in words.
    let said: Arc<Mutex<Option<String>>> = Arc::default();
    let heard = Arc::clone(&said);
    std::panic::set_hook(Box::new(move |info| {
        let what = info
            .payload()
            .downcast_ref::<&str>()
            .map(|s| (*s).to_owned())
            .or_else(|| info.payload().downcast_ref::<String>().cloned())
            .unwrap_or_default();
        let place = info
            .location()
            .map(|l| format!(" ({}:{})", l.file(), l.line()))
            .unwrap_or_default();
        let mut first = heard.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(format!("{what}{place}"));
    }));
    let ended = catch_unwind(AssertUnwindSafe(|| open(start)));
    drop(std::panic::take_hook());
    match ended {
        Ok(AppExit::Success) => Ok(()),
        Ok(AppExit::Error(code)) => Err(NoWindow::Broke(format!("code {code}"))),
        Err(_) => {
            let what = said
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take()
                .unwrap_or_default();
            Err(if what.contains("event loop") {
                let named = std::env::var("DISPLAY").unwrap_or_default();
                NoWindow::Display(format!("DISPLAY={named}"))
            } else if what.contains("Unable to find a GPU") {
                NoWindow::Adapter
            } else {
                NoWindow::Broke(what)
            })
        }
    }
}

/// Whether there is anything to draw on, where that can be asked.
fn display() -> Result<(), NoWindow> {
    let named = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    if cfg!(all(unix, not(target_os = "macos"))) && !named("DISPLAY") {
        let why = if named("WAYLAND_DISPLAY") {
            "XWayland, DISPLAY"
        } else {
            "DISPLAY"
        };
        return Err(NoWindow::Display(why.to_owned()));
    }
    Ok(())
}

fn open(start: Start) -> AppExit {
    let catalogue = Catalogue::read(start.drills, &start.library);
    let title = Words::new(start.lang).t("window-title");
    let desk = Desk {
        library: Arc::new(start.library),
        storage: start.storage,
        config: start.config,
        recordings: start.recordings,
        lang: start.lang,
    };
    let mut app = App::new();
    app.add_plugins(
        DefaultPlugins
            .set(AssetPlugin {
                meta_check: AssetMetaCheck::Never,
                ..default()
            })
            .set(LogPlugin {
                level: bevy::log::Level::ERROR,
                filter: "wgpu=error,naga=error,calloop=error".to_owned(),
                ..default()
            })
            .set(WindowPlugin {
                primary_window: Some(Window {
                    title,
                    resolution: WindowResolution::new(1280, 720),
                    present_mode: PresentMode::AutoVsync,
                    fit_canvas_to_parent: true,
                    ..default()
                }),
                ..default()
            }),
    )
    .add_plugins(EguiPlugin::default())
    .insert_resource(ClearColor(Color::BLACK))
    .insert_resource(Words::new(desk.lang))
    .insert_resource(desk)
    .insert_resource(catalogue)
    .insert_resource(Fixed(start.lang_fixed.then_some(start.lang)))
    .add_plugins((DrillPlugin, SessionPlugin, screens::plugin, scene::plugin))
    .add_systems(PreStartup, canvas.before(EguiStartupSet::InitContexts))
    .add_systems(
        Update,
        (
            fixed_language,
            rest,
            switch,
            (fill.run_if(resource_changed::<Settings>), cover).chain(),
        ),
    )
    .add_systems(Last, tell);
    app.set_error_handler(bevy::ecs::error::warn);
    if let Some(order) = start.order {
        app.add_systems(PostStartup, move |mut wishes: MessageWriter<Wish>| {
            wishes.write(Wish::Play(order.clone()));
        });
    }
    app.run()
}

/// The camera of text and panels, over whatever else is drawn.
fn canvas(mut commands: Commands, mut settings: ResMut<EguiGlobalSettings>) {
    settings.auto_create_primary_context = false;
    commands.spawn((
        Name::new("canvas"),
        PrimaryEguiContext,
        Camera2d,
        Msaa::Off,
        RenderLayers::none(),
        Camera {
            order: 100,
            output_mode: CameraOutputMode::Write {
                blend_state: Some(BlendState::ALPHA_BLENDING),
                clear_color: ClearColorConfig::None,
            },
            clear_color: ClearColorConfig::Custom(Color::NONE),
            ..default()
        },
    ));
}

/// While nothing moves, nothing is drawn: an office machine stays cool and quiet between turns.
fn rest(
    screen: Res<State<Screen>>,
    phase: Res<State<Phase>>,
    drill: Option<Res<Drill>>,
    mut winit: ResMut<WinitSettings>,
) {
    let turning = drill.is_some_and(|d| d.is_turning());
    let moves = turning || *phase.get() == Phase::Running && matches!(screen.get(), Screen::Drill | Screen::Debrief);
    let mode = if moves {
        UpdateMode::Continuous
    } else {
        UpdateMode::reactive(Duration::from_millis(100))
    };
    if winit.focused_mode != mode {
        *winit = WinitSettings {
            focused_mode: mode,
            unfocused_mode: mode,
        };
    }
}

/// F11 switches between the whole screen and a small window.
fn switch(keys: Res<ButtonInput<KeyCode>>, settings: Res<Settings>, mut wishes: MessageWriter<Wish>) {
    if keys.just_pressed(KeyCode::F11) {
        let mut set = settings.clone();
        set.full_screen = !set.full_screen;
        wishes.write(Wish::Set(set));
    }
}

/// The window as it was set.
fn fill(settings: Res<Settings>, mut windows: Query<&mut Window, With<PrimaryWindow>>) {
    let mode = if settings.full_screen {
        WindowMode::BorderlessFullscreen(MonitorSelection::Current)
    } else {
        WindowMode::Windowed
    };
    for mut window in &mut windows {
        if window.mode != mode {
            window.mode = mode;
        }
    }
}

/// Where nobody manages windows, a window that wants the whole screen is not given it: then it takes it.
fn cover(
    settings: Res<Settings>,
    time: Res<Time<Real>>,
    monitors: Query<&Monitor, With<PrimaryMonitor>>,
    mut windows: Query<&mut Window, With<PrimaryWindow>>,
    mut since: Local<Option<f64>>,
) {
    const PATIENCE_S: f64 = 0.5;
    if settings.is_changed() {
        *since = settings.full_screen.then_some(time.elapsed_secs_f64());
    }
    let Some(asked) = *since else { return };
    if time.elapsed_secs_f64() - asked < PATIENCE_S {
        return;
    }
    let (Ok(monitor), Ok(mut window)) = (monitors.single(), windows.single_mut()) else {
        return;
    };
    *since = None;
    let (width, height) = (monitor.physical_width, monitor.physical_height);
    if window.physical_width() < width || window.physical_height() < height {
        window.position = WindowPosition::At(monitor.physical_position);
        window.resolution.set_physical_resolution(width, height);
    }
}

/// The language that the command line asked for.
#[derive(Resource)]
struct Fixed(Option<Lang>);

fn fixed_language(mut fixed: ResMut<Fixed>, mut settings: ResMut<Settings>) {
    if let Some(lang) = fixed.0.take() {
        lang.code().clone_into(&mut settings.language);
    }
}

/// Tells on standard error which screen has been drawn, so that whoever drives the window from outside can wait for it.
fn tell(
    screen: Res<State<Screen>>,
    phase: Res<State<Phase>>,
    mut shown: Local<(Option<Screen>, u32)>,
    mut over: Local<bool>,
) {
    let now = *screen.get();
    if shown.0 != Some(now) {
        *shown = (Some(now), 0);
    }
    shown.1 = shown.1.saturating_add(1);
    // The first pass lays out, the second draws, and the renderer is one frame behind.
    if shown.1 == 3 {
        let name = match now {
            Screen::Menu => "menu",
            Screen::Loading => "loading",
            Screen::Briefing => "briefing",
            Screen::Drill => "drill",
            Screen::Debrief => "debrief",
        };
        line(&format!("firedrill: screen {name}"));
    }
    let ends = now == Screen::Drill && *phase.get() == Phase::Finished;
    if ends && !*over {
        line("firedrill: drill over");
    }
    *over = ends;
}

fn line(text: &str) {
    // Nobody may be listening; there is no one left to tell.
    writeln!(std::io::stderr().lock(), "{text}").ok();
}
