//! What the user set: kept in the user's own folder, read at the start. A broken file is told and replaced by defaults.

use super::screen::{Graphics, Volume};
use crate::locale::Lang;
use crate::scenario::Text;
use crate::storage::{Storage, StorageError};
use bevy::prelude::*;
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Name of the file in the user's folder.
const FILE: &str = "settings.ron";

/// Size of the text, as steps that every screen has room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextSize {
    /// As designed.
    #[default]
    Normal,
    /// 1.15 times that.
    Large,
}

impl TextSize {
    /// As a multiple of the normal size.
    pub const fn factor(self) -> f32 {
        match self {
            Self::Normal => 1.0,
            Self::Large => 1.15,
        }
    }
}

/// Everything that can be set.
#[derive(Resource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `zh` or `en`; empty: as the system says.
    pub language: String,
    /// Size of the text.
    pub text: TextSize,
    /// Turning by mouse, as a multiple of the usual, 0.25 to 3.
    pub mouse_speed: f32,
    /// For machines without a graphics card.
    pub low_graphics: bool,
    /// Part of the window's resolution at which the picture is drawn, 0.5 to 1.
    pub render_scale: f32,
    /// Loudness, 0 to 1.
    pub volume: f32,
    /// The plan of the storey in the place of the picture.
    pub plan_only: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: String::new(),
            text: TextSize::Normal,
            mouse_speed: 1.0,
            low_graphics: false,
            render_scale: 1.0,
            volume: 0.8,
            plan_only: false,
        }
    }
}

/// Settings could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// There is no folder for them.
    #[error("the user has no folder for settings, so that they hold for this time only")]
    NoFolder,
    /// The disk is full, or the folder may not be written to.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// They cannot be written down.
    #[error("the settings cannot be written: {0}")]
    Format(#[from] ron::Error),
}

impl SettingsError {
    /// The message in both languages.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::NoFolder => "找不到存放设置的文件夹，设置只在这一次有效。".to_owned(),
            Self::Storage(e) => return e.text(),
            Self::Format(e) => format!("设置无法写出：{e}"),
        };
        Text {
            zh,
            en: self.to_string(),
        }
    }
}

impl Settings {
    /// Where they are kept in a folder.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join(FILE)
    }

    /// Reads them; with a note if there are any that cannot be used, and then the defaults.
    pub fn load(storage: &dyn Storage, folder: Option<&Path>) -> (Self, Option<Text>) {
        let Some(folder) = folder else {
            return (Self::default(), None);
        };
        let path = Self::path(folder);
        let bytes = match storage.read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == ErrorKind::NotFound => return (Self::default(), None),
            Err(e) => return (Self::default(), Some(e.text())),
        };
        match ron::de::from_bytes::<Self>(&bytes) {
            Ok(read) => (read.within_bounds(), None),
            Err(e) => {
                let (file, line) = (path.display(), e.span.start.line);
                let note = Text {
                    zh: format!("设置文件 {file} 第 {line} 行不能使用，已改用默认设置。"),
                    en: format!("Line {line} of the settings in {file} cannot be used; the defaults hold instead."),
                };
                (Self::default(), Some(note))
            }
        }
    }

    /// Keeps them, written beside and renamed.
    ///
    /// # Errors
    /// There is no folder, or it may not be written to.
    pub fn save(&self, storage: &dyn Storage, folder: Option<&Path>) -> Result<(), SettingsError> {
        let folder = folder.ok_or(SettingsError::NoFolder)?;
        let text = ron::ser::to_string_pretty(self, ron::ser::PrettyConfig::default())?;
        storage.create_dir_all(folder)?;
        storage.write_atomic(&Self::path(folder), text.as_bytes())?;
        Ok(())
    }

    /// The language set, else the given one.
    pub fn language_or(&self, other: Lang) -> Lang {
        Lang::ALL
            .into_iter()
            .find(|l| l.code() == self.language)
            .unwrap_or(other)
    }

    /// For the scene.
    pub fn graphics(&self) -> Graphics {
        Graphics {
            low: self.low_graphics,
            render_scale: self.render_scale,
            plan_only: self.plan_only,
            mouse_speed: self.mouse_speed,
        }
    }

    /// For what is heard.
    pub fn loudness(&self) -> Volume {
        Volume(self.volume)
    }

    /// With every figure brought within its bounds.
    #[must_use]
    pub fn within_bounds(mut self) -> Self {
        let bound = |x: f32, least: f32, most: f32, or: f32| if x.is_finite() { x.clamp(least, most) } else { or };
        self.mouse_speed = bound(self.mouse_speed, 0.25, 3.0, 1.0);
        self.render_scale = bound(self.render_scale, 0.5, 1.0, 1.0);
        self.volume = bound(self.volume, 0.0, 1.0, 0.8);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Memory;

    #[test]
    fn settings_come_back_as_they_were_kept() {
        let memory = Memory::new();
        let folder = Path::new("config");
        let set = Settings {
            language: "en".into(),
            text: TextSize::Large,
            volume: 0.25,
            plan_only: true,
            ..Settings::default()
        };
        set.save(&memory, Some(folder)).unwrap();
        assert_eq!(Settings::load(&memory, Some(folder)), (set, None));
    }

    #[test]
    fn a_broken_file_gives_defaults_and_a_note_and_is_left_alone() {
        let memory = Memory::new();
        let folder = Path::new("config");
        memory.create_dir_all(folder).unwrap();
        memory
            .write_atomic(&Settings::path(folder), b"(volume: \"loud\"")
            .unwrap();
        let (read, note) = Settings::load(&memory, Some(folder));
        assert_eq!(read, Settings::default());
        let note = note.unwrap();
        assert!(
            note.zh.contains("settings.ron") && note.en.contains("settings.ron"),
            "{note:?}"
        );
        assert_eq!(memory.read(&Settings::path(folder)).unwrap(), b"(volume: \"loud\"");
    }

    #[test]
    fn missing_fields_are_defaults_and_figures_out_of_bounds_are_brought_back() {
        let memory = Memory::new();
        let folder = Path::new("config");
        memory.create_dir_all(folder).unwrap();
        memory
            .write_atomic(&Settings::path(folder), b"(volume: 9.0, render_scale: NaN)")
            .unwrap();
        let (read, note) = Settings::load(&memory, Some(folder));
        assert_eq!((read.volume, read.render_scale, read.mouse_speed), (1.0, 1.0, 1.0));
        assert_eq!(note, None);
    }

    #[test]
    fn without_a_folder_nothing_is_read_and_keeping_them_says_why_not() {
        assert_eq!(Settings::load(&Memory::new(), None), (Settings::default(), None));
        let error = Settings::default().save(&Memory::new(), None).unwrap_err();
        assert!(!error.text().zh.is_empty());
        let memory = Memory::new();
        memory.create_dir_all(Path::new("config")).unwrap();
        memory.make_read_only(Path::new("config"));
        assert!(Settings::default().save(&memory, Some(Path::new("config"))).is_err());
    }
}
