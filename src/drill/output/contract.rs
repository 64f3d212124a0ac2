//! The files of a run and their columns. Columns are only ever added, at the end.

use super::super::recording::RECORDING_CONTRACT;
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of the contract of these files; told in `run.json`. Raised only if a column or field had to change.
pub const OUTPUT_CONTRACT: u32 = 1;

/// A table: its file name, and columns with units (empty: a word or a bare number).
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// File name.
    pub file: &'static str,
    /// Names and units, in order.
    pub columns: &'static [(&'static str, &'static str)],
}

/// Everybody, at every sample.
pub const PEOPLE: Table = Table {
    file: "people.csv",
    columns: &[
        ("time_s", "s"),
        ("id", ""),
        ("plate", ""),
        ("x_m", "m"),
        ("y_m", "m"),
        ("z_m", "m"),
        ("speed_m_s", "m/s"),
        ("density_per_m2", "1/m²"),
        ("extinction_per_m", "1/m"),
        ("fed_gas", "1"),
        ("fed_heat", "1"),
        ("state", ""),
        ("reason", ""),
    ],
};

/// What does not change about people.
pub const PEOPLE_STATIC: Table = Table {
    file: "people_static.csv",
    columns: &[
        ("id", ""),
        ("age", "a"),
        ("radius_m", "m"),
        ("free_speed_m_s", "m/s"),
        ("start_s", "s"),
        ("route", ""),
        ("susceptibility", "1"),
    ],
};

/// Both layers of every space, at every sample. Pressure: gauge, at its floor.
pub const SPACES: Table = Table {
    file: "spaces.csv",
    columns: &[
        ("time_s", "s"),
        ("space", ""),
        ("layer_height_m", "m"),
        ("pressure_pa", "Pa"),
        ("wall_c", "°C"),
        ("ceiling_c", "°C"),
        ("floor_c", "°C"),
        ("upper_temperature_c", "°C"),
        ("upper_mass_kg", "kg"),
        ("upper_extinction_per_m", "1/m"),
        ("upper_o2_percent", "vol %"),
        ("upper_co2_percent", "vol %"),
        ("upper_co_ppm", "ppm"),
        ("upper_hcn_ppm", "ppm"),
        ("upper_soot_g_m3", "g/m³"),
        ("upper_unburnt_g_m3", "g/m³"),
        ("lower_temperature_c", "°C"),
        ("lower_mass_kg", "kg"),
        ("lower_extinction_per_m", "1/m"),
        ("lower_o2_percent", "vol %"),
        ("lower_co2_percent", "vol %"),
        ("lower_co_ppm", "ppm"),
        ("lower_hcn_ppm", "ppm"),
        ("lower_soot_g_m3", "g/m³"),
        ("lower_unburnt_g_m3", "g/m³"),
    ],
};

/// Every opening, at every sample. Out: from its first space to its second; the neutral plane is above the floor of the
/// first space, and empty where the flow goes one way.
pub const OPENINGS: Table = Table {
    file: "openings.csv",
    columns: &[
        ("time_s", "s"),
        ("opening", ""),
        ("open_fraction", "1"),
        ("passed_people", "1"),
        ("mass_out_kg_s", "kg/s"),
        ("mass_in_kg_s", "kg/s"),
        ("neutral_plane_m", "m"),
    ],
};

/// Things on fire, at every sample: those that the scenario sets alight from the start, others from the sample at which
/// they first burn; all to the end.
pub const FIRES: Table = Table {
    file: "fires.csv",
    columns: &[
        ("time_s", "s"),
        ("item", ""),
        ("hrr_kw", "kW"),
        ("convective_kw", "kW"),
        ("burning_kg_s", "kg/s"),
        ("mass_left_kg", "kg"),
        ("flame_m", "m"),
    ],
};

/// How the place empties, at every sample: people in the street, those on their way, those of them who stand in a queue, and
/// the space in which most of these stand with their number. Plotted against time it tells where people queued.
pub const EGRESS: Table = Table {
    file: "egress.csv",
    columns: &[
        ("time_s", "s"),
        ("out", "1"),
        ("moving", "1"),
        ("queueing", "1"),
        ("longest_queue", ""),
        ("longest_queue_people", "1"),
    ],
};

/// What the scenario's probes measure; the unit stands in each row.
pub const PROBES: Table = Table {
    file: "probes.csv",
    columns: &[
        ("time_s", "s"),
        ("probe", ""),
        ("quantity", ""),
        ("height_m", "m"),
        ("value", ""),
        ("unit", ""),
    ],
};

/// All tables.
pub const TABLES: [Table; 7] = [PEOPLE, PEOPLE_STATIC, SPACES, OPENINGS, FIRES, PROBES, EGRESS];

/// Events, one object a line.
pub const EVENTS_FILE: &str = "events.jsonl";
/// The outcome.
pub const RUN_FILE: &str = "run.json";
/// The recording.
pub const RECORDING_FILE: &str = "drill.rec";

/// Versions, as `run.json` tells them for all files of its folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// Of the program.
    pub program: &'static str,
    /// [`OUTPUT_CONTRACT`].
    pub outputs: u32,
    /// [`RECORDING_CONTRACT`].
    pub recording: u32,
}

impl Default for Versions {
    fn default() -> Self {
        Self {
            program: env!("CARGO_PKG_VERSION"),
            outputs: OUTPUT_CONTRACT,
            recording: RECORDING_CONTRACT,
        }
    }
}

/// Units by file and column or field.
pub fn units() -> BTreeMap<&'static str, BTreeMap<&'static str, &'static str>> {
    let mut units: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for table in TABLES {
        let named = table.columns.iter().filter(|(_, unit)| !unit.is_empty());
        units.insert(table.file, named.copied().collect());
    }
    units.insert(
        EVENTS_FILE,
        [("time_s", "s"), ("x_m", "m"), ("y_m", "m"), ("z_m", "m")].into(),
    );
    let run = [
        ("simulated_s", "s"),
        ("wall_s", "s"),
        ("cpu_s", "s"),
        ("time_s", "s"),
        ("last_out_s", "s"),
        ("seconds", "s"),
        ("peak_kw", "kW"),
        ("fed_gas", "1"),
        ("fed_heat", "1"),
    ];
    units.insert(RUN_FILE, run.into());
    units
}
