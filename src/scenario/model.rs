//! The scenario format, version 1, as types. Lengths in metres, times in seconds, temperatures in °C,
//! masses in kg, heat release in kW, unless a field's name says otherwise.
//!
//! Reading accepts `Pick("knob", {"value": ...})` in the place of any value and `If("knob", "value", ...)` in the
//! place of any list element; both are resolved before these types are filled (see [`super::knobs`]).

use super::expectation::Expectation;
use super::text::{Point, Src, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A whole drill: a place and, optionally, everything that happens in it. Everything but `place` may be left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Format version: 1.
    pub format: u32,
    /// Title shown to trainees; it gives nothing away.
    pub title: Text,
    /// What kind of place this is; verification cases are kept out of the trainees' list.
    pub kind: PlaceKind,
    /// Length of a turn, minutes.
    pub minutes: f64,
    /// 1 (easy) to 5 (hard).
    pub difficulty: u8,
    /// Documents that this scenario rests on.
    pub sources: Vec<Document>,
    /// Guidance profile that judges it: file name under `assets/guidance/` without extension.
    pub guidance: Option<String>,
    /// Rubric by which it is scored; by default the one of the trainee's role.
    pub rubric: Option<String>,
    /// Facts that vary from run to run: drawn by the seed unless set.
    pub knobs: BTreeMap<String, Knob>,
    /// What the knobs are called for people, by the knob's name; see [`Scenario::knob_title`].
    pub knob_titles: BTreeMap<String, KnobTitle>,
    /// The building or ground.
    pub place: Building,
    /// Air outside.
    pub weather: Weather,
    /// Air inside at the start.
    pub inside: Inside,
    /// Layered walls, by name.
    pub constructions: BTreeMap<String, Construction>,
    /// Things that can burn, beside those that stand in the plans.
    pub things: Vec<Thing>,
    /// What is set alight, and when.
    pub ignitions: Vec<Ignition>,
    /// People beside the trainees.
    pub people: Vec<People>,
    /// Who is trained.
    pub trainees: Vec<Trainee>,
    /// What happens at given times.
    pub timeline: Vec<Happening>,
    /// What the trainee is told before it starts.
    pub briefing: Text,
    /// Measuring instruments.
    pub probes: Vec<Probe>,
    /// When it ends.
    pub ends: Ends,
    /// Laws by which people move, where experiments need others than the default.
    pub movement: Movement,
    /// Numerical steps.
    pub steps: Steps,
    /// What a verification case must give.
    pub expect: Vec<Expectation>,
    /// Knob values this scenario was resolved with; filled on loading, not written by trainers.
    #[serde(skip_deserializing)]
    pub chosen: BTreeMap<String, KnobValue>,
}

/// Where a scenario belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlaceKind {
    /// A residential or mixed tower (高层建筑).
    #[default]
    HighRise,
    /// Old houses close together (老旧小区).
    OldNeighbourhood,
    /// A shop, hall, school or other place full of people (人员密集场所).
    DenseVenue,
    /// A case with an expectation, not a drill.
    Verification,
}

/// A document a fact or a rule rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Document {
    /// Title of the document.
    pub document: String,
    /// Article, clause or table.
    pub article: String,
    /// Year.
    pub year: u16,
    /// Looked up in the document itself; otherwise it is shown as 待核实.
    pub checked: bool,
}

/// A fact that varies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Knob {
    /// One of these words; drawn with equal chance.
    OneOf(Vec<String>),
    /// A number between two bounds; drawn evenly.
    Between(f64, f64),
    /// Always this number unless set.
    Fixed(f64),
}

/// What a knob and its values are called for a trainer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KnobTitle {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// What varies, in a few words.
    pub title: Text,
    /// What a trainer should know before setting it.
    pub hint: Text,
    /// Each word of a [`Knob::OneOf`], in a few words.
    pub values: BTreeMap<String, Text>,
    /// The words of this [`Knob::OneOf`] make twins: the same beginning, another right answer. After one the trainee is
    /// offered another.
    pub twins: bool,
}

impl Scenario {
    /// What a knob is called for people; `None` if the scenario does not say.
    pub fn knob_title(&self, knob: &str) -> Option<&Text> {
        self.knob_titles
            .get(knob)
            .map(|k| &k.title)
            .filter(|t| !t.zh.is_empty())
    }

    /// What a trainer should know of a knob; `None` if the scenario does not say.
    pub fn knob_hint(&self, knob: &str) -> Option<&Text> {
        self.knob_titles.get(knob).map(|k| &k.hint).filter(|t| !t.zh.is_empty())
    }

    /// Knob and word of the twin that follows on this drill: the next word of the first knob whose words make twins;
    /// `None` if the scenario has none.
    pub fn next_twin(&self) -> Option<(&str, &str)> {
        self.knob_titles.iter().filter(|(_, k)| k.twins).find_map(|(name, _)| {
            let Some(Knob::OneOf(words)) = self.knobs.get(name) else {
                return None;
            };
            let Some(KnobValue::Word(now)) = self.chosen.get(name) else {
                return None;
            };
            let at = words.iter().position(|w| w == now)?;
            let next = words.get((at + 1) % words.len())?;
            (next != now).then_some((name.as_str(), next.as_str()))
        })
    }

    /// What one word of a knob is called for people; `None` if the scenario does not say.
    pub fn knob_value_title(&self, knob: &str, value: &str) -> Option<&Text> {
        self.knob_titles.get(knob).and_then(|k| k.values.get(value))
    }
}

/// The value of a knob.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KnobValue {
    /// Of a [`Knob::Between`] or [`Knob::Fixed`].
    Number(f64),
    /// Of a [`Knob::OneOf`].
    Word(String),
}

// ---------------------------------------------------------------------------------------------- the place

/// A building with the ground around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Building {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Storeys from the lowest up.
    pub storeys: Vec<Storeys>,
    /// Storey whose floor is at height 0; by default the first that is not a basement (`B1`, `B2`, ...).
    pub ground: Option<String>,
    /// Floor plans by name.
    pub plans: BTreeMap<String, Plan>,
    /// Stairs through several storeys.
    pub stairs: Vec<Stair>,
    /// Lifts.
    pub lifts: Vec<Lift>,
    /// Shafts and voids through several storeys that nobody walks in.
    pub shafts: Vec<Shaft>,
    /// Leakage of every outer wall, m² per m² of wall (default 0.0002; assumption).
    pub envelope_leakage: f64,
    /// Leakage of inner walls, m² per m² of wall (default 0.0001; assumption).
    pub partition_leakage: f64,
    /// Construction of walls, ceilings and floors where a space names none.
    pub lining: Lining,
    /// Pressure of the fire water at the heads, MPa; 0: the supply is off.
    pub fire_water_mpa: f64,
    /// The fire alarm panel.
    pub panel: Panel,
}

/// The fire alarm panel: detectors of a storey or of the building report to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Panel {
    /// From the first report to the sounders, s, for somebody to go and look; a second report, running sprinklers or a
    /// call point end the wait.
    pub delay_s: f64,
    /// Somebody has silenced it: it shows what is reported, and nothing sounds until a call point is pressed.
    pub silenced: bool,
    /// The fire pump stands on manual: no water comes until somebody sets it to automatic.
    pub pump_manual: bool,
    /// With the sounders the lifts go to fire mode: down to the ground storey, doors open, deaf to calls (panel on
    /// automatic). If not, they run on until somebody at the panel sends them down.
    pub recalls_lifts: bool,
}

impl Default for Building {
    fn default() -> Self {
        Self {
            src: Src::default(),
            storeys: Vec::new(),
            ground: None,
            plans: BTreeMap::new(),
            stairs: Vec::new(),
            lifts: Vec::new(),
            shafts: Vec::new(),
            envelope_leakage: 0.0002,
            partition_leakage: 0.0001,
            lining: Lining::default(),
            fire_water_mpa: 0.1,
            panel: Panel::default(),
        }
    }
}

/// One storey, or a run of equal ones (`"2F..16F"`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Storeys {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// `"17F"`, `"B1"`, or a run such as `"2F..16F"`.
    pub name: String,
    /// Floor to floor, m.
    pub height: f64,
    /// Thickness of the slab above, m; ceiling height = height − slab.
    pub slab: f64,
    /// Name of the plan.
    pub plan: String,
    /// Differences of these storeys from the plan.
    pub changes: Vec<Change>,
}

/// A difference of one storey (or one prefab instance) from its plan.
#[expect(clippy::large_enum_variant, reason = "changes are few and short-lived")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// Use another prefab for the instance of this name: `Replace("02", "flat_two_rooms_open")`.
    Replace(String, String),
    /// Leave out the space, opening, thing, equipment or instance of this name.
    Remove(String),
    /// Put in one more opening.
    AddOpening(Opening),
    /// Put in one more thing.
    AddThing(Thing),
    /// Put in one more piece of equipment.
    AddEquipment(Equipment),
    /// Give the opening of this name another state.
    Set(String, OpeningChange),
}

/// What a storey may change about an opening of its plan; fields left out stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpeningChange {
    /// Open fraction at the start, 0 to 1.
    pub open: Option<f64>,
    /// Held open.
    pub wedged: Option<bool>,
    /// Who may open it.
    pub lock: Option<Lock>,
    /// What shuts it when it is let go.
    pub closer: Option<Closer>,
}

/// A floor plan, or a prefab: a piece of one with its own origin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// What it is, for people who choose from a list (prefabs).
    pub title: Text,
    /// Rooms, corridors and pieces of ground, each a fire zone.
    pub spaces: Vec<Space>,
    /// Doors, windows, gaps, holes and fans.
    pub openings: Vec<Opening>,
    /// Extinguishers, detectors, signs, lights.
    pub equipment: Vec<Equipment>,
    /// Furniture and other things that may burn.
    pub things: Vec<Thing>,
    /// Instances of prefabs.
    pub place: Vec<Instance>,
    /// Walls and rails that stand free inside spaces, as polylines.
    pub walls: Vec<Vec<Point>>,
}

/// A prefab put somewhere: its spaces are named `instance/space`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Instance {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Name of a plan of this place, or of a prefab of the library.
    pub prefab: String,
    /// Name on the storey, `"02"`; it heads the paths of what is inside.
    pub name: String,
    /// Where the prefab's origin comes to lie.
    pub at: Point,
    /// Turned anticlockwise by 0, 90, 180 or 270 degrees.
    pub turn: u16,
    /// Mirrored in x before it is turned.
    pub mirror: bool,
    /// Differences of this instance from the prefab.
    pub changes: Vec<Change>,
}

/// A room, corridor, hall or piece of ground.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Space {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Unique in its plan; part of the space's path.
    pub name: String,
    /// What it is used for.
    pub r#use: Use,
    /// Corners in order, either way round; the last joins the first.
    pub outline: Vec<Point>,
    /// Pieces cut out (columns, voids).
    pub holes: Vec<Vec<Point>>,
    /// Clear height, m; by default the storey's.
    pub height: Option<f64>,
    /// Height of the floor above the storey's, m (a step, a raised stage).
    pub floor: f64,
    /// Constructions of its surfaces; by default the building's.
    pub lining: Option<Lining>,
    /// Extra leakage to the open air.
    pub leaks: Vec<Leak>,
    /// Air at the start, or at all times.
    pub air: SpaceAir,
    /// Periodic in x: who leaves by the eastern edge comes in by the western (experiments).
    pub periodic: bool,
}
impl Default for Space {
    fn default() -> Self {
        Self {
            src: Src::default(),
            name: String::new(),
            r#use: Use::Room,
            outline: Vec::new(),
            holes: Vec::new(),
            height: None,
            floor: 0.0,
            lining: None,
            leaks: Vec::new(),
            air: SpaceAir::Outside,
            periodic: false,
        }
    }
}

/// What a space is used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Use {
    /// Any other room.
    #[default]
    Room,
    /// Where people of a flat sleep.
    Bedroom,
    /// The living room of a flat.
    LivingRoom,
    /// Where a flat's food is cooked.
    Kitchen,
    /// Bath, shower or lavatory.
    Bathroom,
    /// A flat's balcony, glazed or open.
    Balcony,
    /// A whole flat as one space.
    Flat,
    /// The way from flats or rooms to stairs and exits.
    Corridor,
    /// Where people wait for the lift.
    LiftLobby,
    /// The hall between stairs, lifts and the street.
    EntranceHall,
    /// A landing that belongs to a stair.
    StairLanding,
    /// A sales area.
    Shop,
    /// A large room for many people.
    Hall,
    /// A room of a school.
    Classroom,
    /// A room of a hospital or care home.
    Ward,
    /// A room where people work at desks.
    Office,
    /// Storage.
    Store,
    /// Machines and services of the building.
    Plant,
    /// A refuge storey or area (避难层).
    Refuge,
    /// Under the open sky: walkable, its air is the weather's. A strip of at most 3 m along a façade is filled by the
    /// plume of what burns in it or below it; windows to `"outside"` behind it breathe that.
    Outdoors,
}

/// What walls, ceiling and floor are made of: names of constructions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lining {
    /// Construction of the walls.
    pub walls: Option<String>,
    /// Construction of the ceiling.
    pub ceiling: Option<String>,
    /// Construction of the floor.
    pub floor: Option<String>,
}

/// A layered wall, from the room outwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Construction {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// No heat passes: the face is as hot as makes it give back all that it gets.
    pub adiabatic: bool,
    /// Radiation passes, and no other heat: film, or the walls of a hand calculation.
    pub transparent: bool,
    /// From the room outwards.
    pub layers: Vec<Layer>,
    /// Of the face to the room, 0 to 1.
    pub emissivity: f64,
    /// Where the figures were looked up.
    pub source: Document,
}
impl Default for Construction {
    fn default() -> Self {
        Self {
            src: Src::default(),
            adiabatic: false,
            transparent: false,
            layers: Vec::new(),
            emissivity: 0.9,
            source: Document::default(),
        }
    }
}

/// A layer of a wall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layer {
    /// Conductivity, W/m·K.
    pub k: f64,
    /// Density, kg/m³.
    pub rho: f64,
    /// Specific heat, J/kg·K.
    pub c: f64,
    /// Thickness, m.
    pub thickness: f64,
}

/// Leakage to the open air.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Leak {
    /// Area, m².
    pub area: f64,
    /// From this height above the floor, m.
    pub from: f64,
    /// To this height, m.
    pub to: f64,
}

/// Air of a space.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum SpaceAir {
    /// As everywhere inside at the start.
    #[default]
    Outside,
    /// Two layers at the start.
    Layers(Layers),
    /// Held at all times to this table (experiments on people); between rows linear.
    Forced(Vec<ForcedAir>),
}

/// Two layers at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layers {
    /// Height of the interface above the floor, m.
    pub interface: f64,
    /// Temperature of the upper layer, °C.
    pub upper_c: f64,
    /// Temperature of the lower layer, °C.
    pub lower_c: f64,
    /// Extinction coefficient of the upper layer, 1/m.
    pub upper_extinction: f64,
}

/// Air held at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ForcedAir {
    /// From the beginning of the drill, s.
    pub at_s: f64,
    /// Gas temperature, °C.
    pub temperature_c: f64,
    /// 1/m.
    pub extinction: f64,
    /// Volume fractions.
    pub o2_percent: f64,
    /// Carbon dioxide, volume percent.
    pub co2_percent: f64,
    /// Carbon monoxide, volume parts per million.
    pub co_ppm: f64,
    /// Hydrogen cyanide, volume parts per million.
    pub hcn_ppm: f64,
    /// Radiant flux on a person, kW/m².
    pub radiant_kw_m2: f64,
}
impl Default for ForcedAir {
    fn default() -> Self {
        Self {
            at_s: 0.0,
            temperature_c: 20.0,
            extinction: 0.0,
            o2_percent: 20.9,
            co2_percent: 0.04,
            co_ppm: 0.0,
            hcn_ppm: 0.0,
            radiant_kw_m2: 0.0,
        }
    }
}

/// An opening between two spaces. `"street"` names the open air where people are safe, `"outside"` the open air
/// where nobody walks. Its centre lies on a wall of both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Opening {
    /// A door, gate or shutter.
    Door(Door),
    /// A window, openable or fixed.
    Window(Window),
    /// Always open: a passage without a door.
    Gap(Gap),
    /// A hole in the slab to the storey above.
    Hole(Hole),
    /// A fan that moves air from the first space to the second.
    Fan(Fan),
}

/// A door, gate or shutter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Door {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Unique in its plan; unnamed doors are numbered.
    pub name: String,
    /// The two spaces it joins.
    pub between: (String, String),
    /// Middle of the doorway, on the wall between the two.
    pub at: Point,
    /// Clear width, m.
    pub width: f64,
    /// Clear height, m.
    pub height: f64,
    /// How its leaf moves.
    pub kind: DoorKind,
    /// Side of the hinge seen from the first space.
    pub hinge: Side,
    /// Space into which the leaf swings; by default the first.
    pub opens_into: Option<String>,
    /// What shuts it when it is let go.
    pub closer: Closer,
    /// Who may open it.
    pub lock: Lock,
    /// Held open.
    pub wedged: bool,
    /// Open fraction at the start, 0 to 1.
    pub open: f64,
    /// Fire resistance, minutes; 0 is none.
    pub fire_rating_min: f64,
    /// Goes to this open fraction when the alarm sounds: a fire shutter or a door on magnets to 0, a smoke curtain (a
    /// shutter that stands open) part of the way.
    pub on_alarm: Option<f64>,
    /// Burns through or fails after this many minutes above 300 °C on one side (0: fire rating, or 10).
    pub fails_min: f64,
    /// Free area when shut, m² (default by kind; assumption).
    pub leakage: Option<f64>,
    /// Discharge coefficient.
    pub discharge: f64,
    /// Open fraction by time, for experiments: nobody else moves it then.
    pub schedule: Vec<(f64, f64)>,
}
impl Default for Door {
    fn default() -> Self {
        Self {
            src: Src::default(),
            name: String::new(),
            between: Default::default(),
            at: Point::default(),
            width: 0.9,
            height: 2.1,
            kind: DoorKind::Leaf,
            hinge: Side::Left,
            opens_into: None,
            closer: Closer::None,
            lock: Lock::Unlocked,
            wedged: false,
            open: 0.0,
            fire_rating_min: 0.0,
            on_alarm: None,
            fails_min: 0.0,
            leakage: None,
            discharge: 0.7,
            schedule: Vec::new(),
        }
    }
}

/// How a door moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DoorKind {
    /// One leaf on hinges.
    #[default]
    Leaf,
    /// Two leaves on hinges.
    DoubleLeaf,
    /// Slides along the wall.
    Sliding,
    /// A roller shutter.
    Shutter,
    /// The door of a lift (made by the program).
    Lift,
}

/// A side as seen by somebody who faces the opening.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// On the left hand.
    #[default]
    Left,
    /// On the right hand.
    Right,
}

/// What shuts a door when it is let go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Closer {
    /// Nothing: it stays as it was left.
    #[default]
    None,
    /// A closer that shuts it.
    Working,
    /// A closer that no longer shuts it.
    Broken,
}

/// Who may open a door.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lock {
    /// Opens from both sides by hand.
    #[default]
    Unlocked,
    /// Opens from the first space without a key, from the second with one only (a flat's door from inside).
    Latch,
    /// Nobody opens it without a key.
    Locked,
}

/// A window, openable or fixed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Window {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Unique in its plan; unnamed windows are numbered.
    pub name: String,
    /// The two spaces it joins; the second often `"outside"`.
    pub between: (String, String),
    /// Middle of the window, on the wall between the two.
    pub at: Point,
    /// Clear width, m.
    pub width: f64,
    /// From sill to head, m.
    pub height: f64,
    /// Height of the sill above the floor, m.
    pub sill: f64,
    /// Open fraction at the start.
    pub open: f64,
    /// Can be opened by hand.
    pub openable: bool,
    /// Steel bars.
    pub bars: bool,
    /// An escape hatch in the bars.
    pub hatch: bool,
    /// Glass falls out once it is as hot as gas of this temperature on one side makes it in the long run, °C; flames and
    /// radiation heat it too (assumption, plain float glass).
    pub breaks_c: f64,
    /// A pane of board or foam in its place burns through after so many minutes above 300 °C; 0 never.
    pub fails_min: f64,
    /// Free area when shut, m².
    pub leakage: Option<f64>,
    /// Discharge coefficient.
    pub discharge: f64,
    /// Open fraction by time, (s, 0 to 1), for experiments.
    pub schedule: Vec<(f64, f64)>,
}
impl Default for Window {
    fn default() -> Self {
        Self {
            src: Src::default(),
            name: String::new(),
            between: Default::default(),
            at: Point::default(),
            width: 1.5,
            height: 1.5,
            sill: 0.9,
            open: 0.0,
            openable: true,
            bars: false,
            hatch: false,
            breaks_c: 300.0,
            fails_min: 0.0,
            leakage: None,
            discharge: 0.7,
            schedule: Vec::new(),
        }
    }
}

/// A passage without a door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gap {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Unique in its plan; unnamed gaps are numbered.
    pub name: String,
    /// The two spaces it joins.
    pub between: (String, String),
    /// Middle of the passage, on the wall between the two.
    pub at: Point,
    /// Clear width, m.
    pub width: f64,
    /// m; 0 is up to the lower ceiling.
    pub height: f64,
    /// Height of its lower edge above the floor, m.
    pub sill: f64,
    /// Discharge coefficient.
    pub discharge: f64,
    /// Open fraction by time, (s, 0 to 1); always open if empty.
    pub schedule: Vec<(f64, f64)>,
}
impl Default for Gap {
    fn default() -> Self {
        Self {
            src: Src::default(),
            name: String::new(),
            between: Default::default(),
            at: Point::default(),
            width: 1.0,
            height: 0.0,
            sill: 0.0,
            discharge: 0.7,
            schedule: Vec::new(),
        }
    }
}

/// A hole in the slab: the first space is below, the second (of the storey above, or `"outside"`) above.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hole {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Unique in its plan; unnamed holes are numbered.
    pub name: String,
    /// The space below and the space above.
    pub between: (String, String),
    /// Its centre on plan.
    pub at: Point,
    /// m².
    pub area: f64,
    /// Round; otherwise square.
    pub round: bool,
    /// Open fraction by time; always open if empty.
    pub schedule: Vec<(f64, f64)>,
}

/// A fan: fixed volume flow from the first space to the second.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fan {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Unique in its plan; unnamed fans are numbered.
    pub name: String,
    /// The space it draws from and the space it blows into.
    pub between: (String, String),
    /// m³/s.
    pub flow: f64,
    /// Height of its mouth above the floor of the first space, m.
    pub height: f64,
    /// Runs from, to, s.
    pub runs: Option<(f64, f64)>,
    /// Runs from when the alarm sounds.
    pub on_alarm: bool,
    /// A damper beside it lets air back from this overpressure on, Pa; 0: none. Wide open at a fifth more.
    pub relief: f64,
}

/// A stair. Each storey that it serves gets a space of its name: the landing, with the flights up beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stair {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Name of its space on each storey, `"stair_a"`.
    pub name: String,
    /// A run of storeys, `"1F..33F"`.
    pub serves: String,
    /// How its flights lie.
    pub kind: StairKind,
    /// South-western corner of the enclosure before turning: the landing lies along x there.
    pub at: Point,
    /// Turned anticlockwise about `at` by 0, 90, 180 or 270 degrees.
    pub turn: u16,
    /// Mirrored in x before it is turned (the flight up on the other side).
    pub mirror: bool,
    /// Clear width of a flight, m.
    pub width: f64,
    /// Between the flights, m.
    pub well: f64,
    /// Depth of both landings, m.
    pub landing: f64,
    /// Height of a step, m.
    pub riser: f64,
    /// Depth of a step, m.
    pub tread: f64,
    /// Handrails: 0, 1 or 2 a flight.
    pub handrails: u8,
    /// Constructions of its surfaces; by default the building's.
    pub lining: Option<Lining>,
    /// Has an opening at its top to the open air, m².
    pub roof_opening: f64,
}
impl Default for Stair {
    fn default() -> Self {
        Self {
            src: Src::default(),
            name: String::new(),
            serves: String::new(),
            kind: StairKind::Return,
            at: Point::default(),
            turn: 0,
            mirror: false,
            width: 1.1,
            well: 0.2,
            landing: 1.3,
            riser: 0.165,
            tread: 0.27,
            handrails: 1,
            lining: None,
            roof_opening: 0.0,
        }
    }
}

/// How the flights of a stair lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StairKind {
    /// Two flights and a half landing a storey (双跑楼梯).
    #[default]
    Return,
    /// One flight a storey, the landings at its ends.
    Straight,
}

/// A lift: a well through the storeys it serves, and a car.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lift {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Name of its well on each storey.
    pub name: String,
    /// A run of storeys, `"1F..33F"`.
    pub serves: String,
    /// South-western corner of the well.
    pub at: Point,
    /// Size of the well, m.
    pub size: (f64, f64),
    /// Space on each storey from which people enter.
    pub lobby: String,
    /// Centre of the door.
    pub door: Point,
    /// Clear width of the doors, m.
    pub door_width: f64,
    /// People.
    pub capacity: u32,
    /// m/s.
    pub speed: f64,
    /// May be used in a fire (a fire or evacuation lift run for it); otherwise nobody takes it of their own accord.
    pub evacuation: bool,
    /// Storey at which it stands at the start; by default the ground storey.
    pub stands: Option<String>,
}
impl Default for Lift {
    fn default() -> Self {
        Self {
            src: Src::default(),
            name: String::new(),
            serves: String::new(),
            at: Point::default(),
            size: (2.0, 2.0),
            lobby: String::new(),
            door: Point::default(),
            door_width: 0.9,
            capacity: 13,
            speed: 1.75,
            evacuation: false,
            stands: None,
        }
    }
}

/// A shaft or void.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shaft {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Name of its space on each storey.
    pub name: String,
    /// A run of storeys, `"1F..33F"`.
    pub serves: String,
    /// Corners in order; the last joins the first.
    pub outline: Vec<Point>,
    /// Free area to the space named, on each storey that has one, m².
    pub opens_to: Vec<(String, f64)>,
    /// Opening to the open air at its top, m².
    pub top: f64,
}

/// Things on walls that people use or read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Equipment {
    /// Where it was written.
    #[serde(rename = "$src", default, skip_serializing)]
    pub src: Src,
    /// Unique in its plan; unnamed pieces are numbered.
    #[serde(default)]
    pub name: String,
    /// What it is, with the figures of its kind.
    pub kind: EquipmentKind,
    /// On plan; the space is the one that this point lies in.
    pub at: Point,
    /// Height above the floor, m.
    #[serde(default = "one")]
    pub height: f64,
    /// Works as it should.
    #[serde(default = "yes")]
    pub works: bool,
}
fn one() -> f64 {
    1.0
}
fn yes() -> bool {
    true
}

/// Kinds of equipment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum EquipmentKind {
    /// Agent and mass in kg or litres.
    Extinguisher(Agent, f64),
    /// A fire blanket.
    FireBlanket,
    /// A lid for pans up to this diameter, m.
    PanLid(f64),
    /// A bucket or basin of so many litres of water.
    Bucket(f64),
    /// A bucket of so many kilograms of dry sand (消防沙桶).
    SandBucket(f64),
    /// A filter hood (过滤式消防自救呼吸器).
    EscapeHood,
    /// The gas valve of a flat or kitchen.
    GasValve,
    /// The mains switch of a flat, room or stall.
    PowerSwitch,
    /// A cooker hood.
    CookerHood,
    /// Switches music and screens off.
    MusicSwitch,
    /// Switches all lights on.
    LightSwitch,
    /// Releases the electric locks of exits and play rooms.
    LockRelease,
    /// A microphone of the building's loudspeakers.
    Microphone,
    /// A hose reel that one person can use (消防软管卷盘).
    HoseReel,
    /// An indoor hydrant (室内消火栓).
    Hydrant,
    /// A manual call point.
    CallPoint,
    /// A sprinkler; without water where the place has none or where it does not work.
    Sprinkler(Sprinkler),
    /// Smoke detector that activates at this optical density, 1/m, and sounds the alarm of its kind.
    SmokeDetector(f64, Alarm),
    /// Fixed-temperature heat detector: activation °C, RTI (m·s)^0.5.
    HeatDetector(f64, f64, Alarm),
    /// Sounds the alarm of the building or storey.
    Sounder,
    /// Speaks what is broadcast.
    Loudspeaker,
    /// Towards the stair or exit named.
    ExitSign(String),
    /// A light that stays on when the mains fail.
    EmergencyLight,
    /// A light on the mains.
    Light,
}

/// A sprinkler head.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sprinkler {
    /// Discharge coefficient K, L/min at 0.1 MPa.
    pub k: f64,
    /// Of its bulb, (m·s)^0.5.
    pub rti: f64,
    /// Its bulb bursts at, °C.
    pub activates_c: f64,
    /// Floor that a head covers, m².
    pub covers_m2: f64,
    /// Water on the floor, mm/min; 0: from K, pressure and floor.
    pub density_mm_min: f64,
}
impl Default for Sprinkler {
    /// A quick-response head of 68 °C, K 80, 3.6 m apart (GB 50084, recalled, 待核实).
    fn default() -> Self {
        Self {
            k: 80.0,
            rti: 50.0,
            activates_c: 68.0,
            covers_m2: 12.5,
            density_mm_min: 0.0,
        }
    }
}

/// What a detector sets off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alarm {
    /// Sounds by itself, in its own room.
    #[default]
    StandAlone,
    /// The sounders of its storey.
    Storey,
    /// All sounders.
    Building,
}

/// What an extinguisher holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Agent {
    /// ABC dry powder.
    AbcPowder,
    /// BC dry powder: not for wood, paper or cloth.
    BcPowder,
    /// Water: not for live electrical parts or burning fat.
    Water,
    /// Water with an additive (水基型).
    WaterAdditive,
    /// Water with an additive, labelled E and F: for live parts and burning fat too.
    WaterAdditiveF,
    /// Foam.
    Foam,
    /// Carbon dioxide.
    CarbonDioxide,
}

// ---------------------------------------------------------------------------------------------- fire

/// A thing that stands somewhere and may burn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thing {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Unique in its plan; unnamed things are numbered.
    pub name: String,
    /// Name of an item of the library (`assets/items/`).
    pub item: Option<String>,
    /// Or written out here.
    pub burns: Option<Burns>,
    /// Space; may be left out in a plan, where the point decides.
    pub r#in: Option<String>,
    /// Where, in the frame of the plan or prefab that the space was written in; by default the middle of the space.
    pub at: Option<Point>,
    /// Height of its base above the floor, m.
    pub height: Option<f64>,
}

/// How a thing burns. Library items and burners of experiments are the same kind of thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Burns {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// What it is, for people.
    pub title: Text,
    /// Heat release by time from ignition.
    pub heat: HeatRelease,
    /// Radiative fraction.
    pub radiative_fraction: f64,
    /// Heat of combustion, MJ/kg.
    pub heat_of_combustion: f64,
    /// Numbers of C, H, O, N, Cl atoms in the fuel.
    pub formula: (f64, f64, f64, f64, f64),
    /// g/g of fuel burned.
    pub soot_yield: f64,
    /// Carbon monoxide, g/g of fuel burned.
    pub co_yield: f64,
    /// Hydrogen cyanide, g/g of fuel burned.
    pub hcn_yield: f64,
    /// Burning area at its largest, m².
    pub area: f64,
    /// Height of the fuel surface above its base, m.
    pub height: f64,
    /// Extent for bodies and eyes, m: x, y, z.
    pub size: (f64, f64, f64),
    /// An obstacle to walking.
    pub blocks: bool,
    /// Fuel that can burn, kg; 0 is as much as the curve needs.
    pub mass: f64,
    /// How its fire is fed and goes out.
    pub nature: Nature,
    /// On the mains while it burns: water shocks, arcs light it again.
    pub live: bool,
    /// Smoulders so before it flames (the `delay` of its curve).
    pub smoulder: Option<Smoulder>,
    /// Lithium cells in it.
    pub battery: Option<Battery>,
    /// A vessel of gas under pressure that bursts when it is heated.
    pub bursts: Option<Bursts>,
    /// Brands that fly off with the wind while it burns outdoors.
    pub brands: Option<Brands>,
    /// Incident flux at which it ignites, kW/m²; 0 never.
    pub critical_flux: f64,
    /// Flux time product above the critical flux, (kW/m²)·s.
    pub ignition_dose: f64,
    /// Where the figures were looked up.
    pub sources: Vec<Document>,
    /// Figures that nobody could look up: shown as 待核实.
    pub assumptions: Vec<String>,
}
impl Default for Burns {
    fn default() -> Self {
        Self {
            src: Src::default(),
            title: Text::default(),
            heat: HeatRelease::Steady(0.0),
            radiative_fraction: 0.35,
            heat_of_combustion: 25.0,
            formula: (1.0, 1.8, 0.3, 0.05, 0.0),
            soot_yield: 0.05,
            co_yield: 0.02,
            hcn_yield: 0.0,
            area: 0.5,
            height: 0.0,
            size: (0.5, 0.5, 0.5),
            blocks: false,
            mass: 0.0,
            nature: Nature::default(),
            live: false,
            smoulder: None,
            battery: None,
            bursts: None,
            brands: None,
            critical_flux: 0.0,
            ignition_dose: 0.0,
            sources: Vec::new(),
            assumptions: Vec::new(),
        }
    }
}

/// How a fire is fed, and so how it goes out and comes back (after the classes of GB/T 4968).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Nature {
    /// Wood, paper, cloth, tobacco: glows on in embers (class A).
    #[default]
    Charring,
    /// Plastics and foams that melt and burn at the surface (class A).
    Melting,
    /// Liquids that do not mix with water: petrol, paint (class B).
    Liquid,
    /// Spirit and solid alcohol fuel: mixes with water (class B).
    Alcohol,
    /// Hot cooking fat, over its own ignition temperature (class F).
    CookingOil,
    /// Gas from a valve or hose (class C).
    Gas,
}

/// Heat release rate by time from ignition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum HeatRelease {
    /// kW, for ever.
    Steady(f64),
    /// (s, kW), between rows linear; after the last row its value stays.
    Table(Vec<(f64, f64)>),
    /// Grows with alpha·t² (kW/s²) after `delay`, to `peak`, burns on until `total` MJ are mostly used, decays in `decay` s.
    TSquared(TSquared),
    /// Flames run over a surface: a lining, a partition, a net.
    Surface(Surface),
}

/// Flames that run over a surface. They start as a square patch at the middle of its lower edge; each piece burns for
/// its time. Hot gas and other flames make them faster (see `Burns::critical_flux`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Surface {
    /// m.
    pub width: f64,
    /// m.
    pub height: f64,
    /// Side of the patch that is alight first, m.
    pub patch: f64,
    /// Upward, m/s.
    pub up: f64,
    /// To either side, m/s.
    pub side: f64,
    /// kW for each m² that burns.
    pub kw_m2: f64,
    /// How long a piece burns, s.
    pub burns: f64,
}

/// Smouldering before flames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Smoulder {
    /// Heat release rate, kW.
    pub kw: f64,
    /// Smoke, g/g of what smoulders away.
    pub soot_yield: f64,
    /// Carbon monoxide, g/g.
    pub co_yield: f64,
}

/// A pack of lithium cells: groups of cells go into thermal runaway one after another, each with a jet of flame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Battery {
    /// Stored, kWh.
    pub kwh: f64,
    /// Jets in all.
    pub jets: u32,
    /// From jet to jet in a hot pack, s.
    pub every_s: f64,
    /// Heat release rate of a jet, kW.
    pub jet_kw: f64,
    /// Length of a jet, s.
    pub jet_s: f64,
    /// How far a jet reaches, m.
    pub jet_m: f64,
    /// Hydrogen fluoride, mg for each Wh.
    pub hf_mg_wh: f64,
}

/// A vessel of liquefied gas: heated for too long it bursts and its gas burns as a ball of fire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bursts {
    /// Gas in it, kg.
    pub gas_kg: f64,
    /// Flux that it bears for ever, kW/m².
    pub bears_kw_m2: f64,
    /// Flux time product above that at which it bursts, (kW/m²)·s.
    pub dose: f64,
}

/// Burning pieces that a fire outdoors sends down the wind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Brands {
    /// Pieces large enough to light something, for each MJ released.
    pub per_mj: f64,
    /// Their thickness, mm.
    pub thick_mm: f64,
}

/// A fire that grows with the square of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TSquared {
    /// kW/s².
    pub alpha: f64,
    /// kW.
    pub peak: f64,
    /// MJ; 0 is without end.
    pub total: f64,
    /// Smouldering before, s.
    pub delay: f64,
    /// s.
    pub decay: f64,
    /// kW at once when the delay is over (a battery's first jet).
    pub step: f64,
}

/// Sets a thing alight.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ignition {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Name or path of the thing.
    pub thing: String,
    /// Negative: so long before the drill begins (at most an hour).
    pub at_s: f64,
}

/// Air outside: the same all drill long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weather {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Air temperature, °C.
    pub outside_c: f64,
    /// Absolute pressure at height 0, Pa.
    pub pressure_pa: f64,
    /// Relative humidity, percent; 0: dry air.
    pub humidity_percent: f64,
    /// At the height of the roof, m/s.
    pub wind_m_s: f64,
    /// Direction the wind comes from, degrees clockwise from north.
    pub wind_from: f64,
}
impl Default for Weather {
    fn default() -> Self {
        Self {
            src: Src::default(),
            outside_c: 20.0,
            pressure_pa: 101_325.0,
            humidity_percent: 0.0,
            wind_m_s: 0.0,
            wind_from: 0.0,
        }
    }
}

/// Air inside at the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Inside {
    /// Of all spaces, walls and things, °C.
    pub temperature_c: f64,
}
impl Default for Inside {
    fn default() -> Self {
        Self { temperature_c: 20.0 }
    }
}

// ---------------------------------------------------------------------------------------------- people

/// People beside the trainees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum People {
    /// A household in every space of a use, or in every instance of a prefab whose name begins so.
    Households(Households),
    /// One person, written out.
    Person(Person),
    /// Several people alike in a space.
    Group(Group),
    /// People who come in at a rate.
    Source(Source),
}

/// Households put into many homes at once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Households {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// `"Flat"` (a use) or the beginning of a prefab's name (`"flat_"`).
    pub in_every: String,
    /// Named mix of households (`assets/people/`).
    pub like: String,
    /// What they are doing at the start.
    pub state: State,
    /// Instances left empty, by path (`"17F/02"`).
    pub except: Vec<String>,
}

/// One person beside the trainees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Person {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Unique; stands in events and `people.csv`.
    pub name: String,
    /// What people call them.
    pub title: Text,
    /// Years.
    pub age: f64,
    /// Sets the spread of walking speed and body size.
    pub sex: Sex,
    /// How loud a sound must be to be heard.
    pub hearing: Hearing,
    /// How they get about.
    pub mobility: Mobility,
    /// What they are doing at the start.
    pub state: State,
    /// Path of the space.
    pub r#in: String,
    /// Where in the space, in its frame; a free spot is drawn if left out.
    pub at: Option<Point>,
    /// Name of a trainee or person who answers for this one.
    pub kin_of: Option<String>,
    /// Exact figures for experiments; drawn if left out.
    pub radius_m: Option<f64>,
    /// Free walking speed on the level, m/s.
    pub speed_m_s: Option<f64>,
    /// When they set out, s; if left out they respond to cues.
    pub starts_s: Option<f64>,
    /// Exit or opening this person walks to.
    pub goes_to: Option<String>,
    /// Points walked in turn, in the frame of the space; `loop` begins again after the last.
    pub waypoints: Vec<Point>,
    /// Begins again after the last of `waypoints`.
    pub r#loop: bool,
    /// Never leaves of their own accord.
    pub stays: bool,
    /// Multiplies the gas dose: 1 for the median person; drawn if left out.
    pub susceptibility: Option<f64>,
}
impl Default for Person {
    fn default() -> Self {
        Self {
            src: Src::default(),
            name: String::new(),
            title: Text::default(),
            age: 40.0,
            sex: Sex::Female,
            hearing: Hearing::Good,
            mobility: Mobility::Able,
            state: State::Awake,
            r#in: String::new(),
            at: None,
            kin_of: None,
            radius_m: None,
            speed_m_s: None,
            starts_s: None,
            goes_to: None,
            waypoints: Vec::new(),
            r#loop: false,
            stays: false,
            susceptibility: None,
        }
    }
}

/// Sex, as walking speeds and body sizes are tabulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sex {
    /// Female.
    #[default]
    Female,
    /// Male.
    Male,
}

/// How well a person hears.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hearing {
    /// As most adults hear.
    #[default]
    Good,
    /// Hard of hearing.
    Hard,
    /// Hears nothing.
    Deaf,
}

/// How a person gets about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Mobility {
    /// Without an aid.
    #[default]
    Able,
    /// With a walking stick.
    Stick,
    /// With a walking frame.
    Frame,
    /// In a wheelchair, 0.66 to 0.7 m wide: uses no stairs alone and passes openings from 0.75 m on.
    Wheelchair,
    /// Cannot get up alone.
    Bedridden,
    /// The same, in a bed on wheels of 1.0 m by 2.1 m: pushed out in it where the way is level and wide enough.
    Bed,
}
impl Mobility {
    /// Cannot get up alone.
    pub const fn lies(self) -> bool {
        matches!(self, Self::Bedridden | Self::Bed)
    }
    /// On one's own legs, with or without an aid.
    pub const fn walks(self) -> bool {
        matches!(self, Self::Able | Self::Stick | Self::Frame)
    }
}

/// What a person is doing at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum State {
    /// Up and dressed.
    #[default]
    Awake,
    /// In bed; a sound must be loud to wake them.
    Asleep,
    /// Woken moments ago, still in bed.
    JustWoken,
    /// At the stove.
    Cooking,
    /// Hard to wake.
    Drunk,
}

/// Several people alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Group {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Members of more than one are numbered: `name/1`, `name/2`.
    pub name: String,
    /// Number of people.
    pub count: u32,
    /// Path of the space.
    pub r#in: String,
    /// Only in this part of the space.
    pub area: Vec<Point>,
    /// From, to, years; drawn evenly.
    pub ages: (f64, f64),
    /// How they get about.
    pub mobility: Mobility,
    /// What they are doing at the start.
    pub state: State,
    /// Free walking speed on the level, m/s; drawn by age if left out.
    pub speed: Option<Distribution>,
    /// Body radius, m; drawn if left out.
    pub radius: Option<Distribution>,
    /// When they set out, s.
    pub starts: Option<Distribution>,
    /// Exit or opening they walk to.
    pub goes_to: Option<String>,
    /// Exits with weights, instead of `goes_to`: each member draws one.
    pub exits: Vec<(String, f64)>,
    /// They move as one and wait for the slowest.
    pub together: bool,
}
impl Default for Group {
    fn default() -> Self {
        Self {
            src: Src::default(),
            name: String::new(),
            count: 1,
            r#in: String::new(),
            area: Vec::new(),
            ages: (18.0, 60.0),
            mobility: Mobility::Able,
            state: State::Awake,
            speed: None,
            radius: None,
            starts: None,
            goes_to: None,
            exits: Vec::new(),
            together: false,
        }
    }
}

/// A distribution, by its usual parameters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Distribution {
    /// Always this number.
    Fixed(f64),
    /// Lower and upper bound.
    Uniform(f64, f64),
    /// Mean, standard deviation, lower and upper bound.
    Normal(f64, f64, f64, f64),
    /// μ and σ of the logarithm.
    LogNormal(f64, f64),
    /// Shape and scale.
    Gamma(f64, f64),
    /// Scale and shape.
    Weibull(f64, f64),
}

/// People who come in one after another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Source {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Stands in messages.
    pub name: String,
    /// Who comes: as a group's members (its `count` is the number at most).
    pub group: Group,
    /// Persons a second.
    pub rate: f64,
    /// The first comes at this time, s.
    pub from_s: f64,
    /// Nobody comes after this time, s.
    pub until_s: f64,
}
impl Default for Source {
    fn default() -> Self {
        Self {
            src: Src::default(),
            name: String::new(),
            group: Group::default(),
            rate: 1.0,
            from_s: 0.0,
            until_s: 1e9,
        }
    }
}

/// Somebody who is trained: a person plays, or a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Trainee {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Unique; stands in commands, events and reports.
    pub id: String,
    /// In which role they are judged.
    pub role: Role,
    /// Years.
    pub age: f64,
    /// Path of the space.
    pub r#in: String,
    /// Where in the space, in its frame; a free spot is drawn if left out.
    pub at: Option<Point>,
    /// What they are doing at the start.
    pub state: State,
    /// When they wake, s (for `Asleep` and `JustWoken`).
    pub wakes_s: f64,
    /// The home they know: path of an instance or space (`"17F/02"`).
    pub home: Option<String>,
    /// Policy that plays when nobody does.
    pub policy: Option<String>,
    /// Free walking speed on the level, m/s; drawn by age if left out.
    pub speed_m_s: Option<f64>,
}
impl Default for Trainee {
    fn default() -> Self {
        Self {
            src: Src::default(),
            id: String::new(),
            role: Role::Resident,
            age: 40.0,
            r#in: String::new(),
            at: None,
            state: State::Awake,
            wakes_s: 0.0,
            home: None,
            policy: None,
            speed_m_s: None,
        }
    }
}

/// Roles people are trained in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// Somebody who lives there.
    #[default]
    Resident,
    /// An older person who lives there.
    OlderResident,
    /// A pupil of a school.
    Pupil,
    /// Staff of a venue open to the public.
    VenueStaff,
    /// A teacher with a class.
    Teacher,
    /// A carer in a hospital or care home.
    Carer,
    /// A member of the micro fire station (微型消防站).
    MicroFireStation,
    /// A community grid worker (网格员).
    GridWorker,
    /// On duty in the fire control room (消防控制室值班员).
    ControlRoom,
    /// Lets rooms to others.
    Landlord,
}

/// Something that happens at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Happening {
    /// Where it was written.
    #[serde(rename = "$src", default, skip_serializing)]
    pub src: Src,
    /// From the beginning of the drill, s.
    pub at_s: f64,
    /// What happens.
    pub does: Deed,
}

/// What can happen by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Deed {
    /// The person named shouts this and can be heard.
    Shout(String, Text),
    /// The person named sets out for the street by the stairs.
    RunDown(String),
    /// The opening named is opened or shut by somebody.
    Open(String, f64),
    /// Sounders of the whole building.
    Alarm,
    /// Loudspeakers.
    Broadcast(Text),
    /// The mains fail.
    PowerCut,
    /// Somebody silences the alarm panel.
    Silence,
}

// ---------------------------------------------------------------------------------------------- measuring

/// An instrument. Writes rows (time_s, probe, quantity, height_m, value) into `probes.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Probe {
    /// Gas temperature at heights, °C.
    Thermocouples(Heights),
    /// Extinction coefficient at heights, 1/m.
    Extinction(Heights),
    /// Gas fractions at heights.
    Gases(Heights),
    /// Centre-line of the plume of a thing: temperature, °C.
    Plume(OfThing),
    /// Temperature and speed of the ceiling jet at a point.
    CeilingJet(Heights),
    /// Radiant flux on a target, kW/m².
    HeatFlux(Heights),
    /// Sprinkler link or heat detector: activation temperature °C and RTI (m·s)^0.5.
    Link(Link),
    /// Velocity at heights in an opening, m/s, positive from the first space to the second.
    Velocity(InOpening),
    /// People who cross a line, by direction.
    CountingLine(CountingLine),
    /// Persons per m² and mean speed in an area.
    DensityArea(DensityArea),
}

/// An instrument on a post: one place, several heights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Heights {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Stands in `probes.csv`.
    pub name: String,
    /// Path of the space.
    pub r#in: String,
    /// Where in the space, in its frame; by default its middle.
    pub at: Option<Point>,
    /// m above the floor.
    pub heights: Vec<f64>,
}
/// An instrument above a thing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OfThing {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Stands in `probes.csv`.
    pub name: String,
    /// Name or path of the thing.
    pub thing: String,
    /// m above the fuel.
    pub heights: Vec<f64>,
}
/// A link under the ceiling that activates when it gets hot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Link {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Stands in `probes.csv`.
    pub name: String,
    /// Path of the space.
    pub r#in: String,
    /// Where in the space, in its frame; by default its middle.
    pub at: Option<Point>,
    /// Below the ceiling, m.
    pub below_ceiling: f64,
    /// Activation temperature, °C.
    pub activates_c: f64,
    /// Response time index, (m·s)^0.5.
    pub rti: f64,
}
impl Default for Link {
    fn default() -> Self {
        Self {
            src: Src::default(),
            name: String::new(),
            r#in: String::new(),
            at: None,
            below_ceiling: 0.05,
            activates_c: 68.0,
            rti: 50.0,
        }
    }
}
/// An instrument in an opening.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InOpening {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Stands in `probes.csv`.
    pub name: String,
    /// Name or path of the opening.
    pub opening: String,
    /// Above the floor of the first space, m.
    pub heights: Vec<f64>,
}
/// A line on the floor at which people are counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CountingLine {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Stands in `probes.csv`.
    pub name: String,
    /// A space whose frame and storey it stands in.
    pub r#in: String,
    /// One end.
    pub from: Point,
    /// The other end.
    pub to: Point,
}
/// A piece of floor on which people are counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DensityArea {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Stands in `probes.csv`.
    pub name: String,
    /// A space whose frame and storey it lies in.
    pub r#in: String,
    /// Corners in order; the last joins the first.
    pub outline: Vec<Point>,
}

/// When a drill ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ends {
    /// At the latest, s.
    pub after_s: f64,
    /// Or earlier.
    pub or: EndsEarly,
}
impl Default for Ends {
    fn default() -> Self {
        Self {
            after_s: 600.0,
            or: EndsEarly::Never,
        }
    }
}

/// What ends a drill before its time is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndsEarly {
    /// Nothing.
    #[default]
    Never,
    /// Everybody is out, sheltered with help on the way, or lost.
    AllOut,
    /// All trainees are safe or lost.
    TraineesDone,
}

/// Laws by which people move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Movement {
    /// How many people a door lets pass.
    pub doors: DoorFlow,
    /// How smoke slows walking.
    pub smoke: SmokeLaw,
}

/// How many people a door lets pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DoorFlow {
    /// As many as come through by themselves.
    #[default]
    Emergent,
    /// At most 1.33 persons per second and metre of width (IMO MSC.1/Circ.1533).
    Imo,
    /// At most 1.3 persons per second and metre of width less 0.3 m (SFPE).
    Sfpe,
}

/// How smoke slows walking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SmokeLaw {
    /// By visibility (Fridolf and others).
    #[default]
    Fridolf,
    /// Linear in the extinction coefficient (Frantzich and Nilsson, Lund 3126).
    Lund,
    /// Jin's irritant smoke.
    JinIrritant,
    /// Jin's non-irritant smoke.
    JinNonIrritant,
    /// The law of NIST TN 1822, test 2.5.
    Nist25,
}

/// Numerical steps of the engines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Steps {
    /// Fire engine, s; a whole number of ticks of 0.05 s.
    pub fire_s: f64,
    /// People's rows in `people.csv`, s.
    pub output_s: f64,
}
impl Default for Steps {
    fn default() -> Self {
        Self {
            fire_s: 0.2,
            output_s: 0.5,
        }
    }
}
