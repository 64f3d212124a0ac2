//! The compiled place: immutable, shared, indexed by small ids. All z are absolute heights, m (ground storey = 0).

use crate::scenario::{self, Point};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);
        impl $name {
            /// As an index.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
ids!(
    /// Index into [`Place::storeys`].
    StoreyId,
    /// Index into [`Place::spaces`]; also the number of the fire zone.
    SpaceId,
    /// Index into [`Place::openings`].
    OpeningId,
    /// Index into [`Place::plates`].
    PlateId,
    /// Index into [`Place::portals`].
    PortalId,
    /// Index into [`Place::stairs`].
    StairId,
    /// Index into [`Place::lifts`].
    LiftId,
    /// Index into [`Place::things`].
    ThingId,
    /// Index into [`Place::equipment`].
    EquipmentId,
    /// Index into [`Place::homes`].
    HomeId
);

/// A building with its surroundings, compiled from a scenario.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Lowest first.
    pub storeys: Vec<Storey>,
    /// Fire zones: rooms, stair segments, wells, shafts, pieces of ground.
    pub spaces: Vec<Space>,
    /// Doors, windows, gaps and holes, made ones included.
    pub openings: Vec<Opening>,
    /// Leakage of envelope and partitions, beside the openings.
    pub leaks: Vec<Leak>,
    /// Fixed volume flows.
    pub fans: Vec<Fan>,
    /// Layered walls that spaces refer to.
    pub constructions: Vec<Construction>,
    /// Walkable geometry, shared between equal storeys.
    pub shapes: Vec<Arc<Shape>>,
    /// Floors, flights, cars and ground that people walk on.
    pub plates: Vec<Plate>,
    /// Ways between plates.
    pub portals: Vec<Portal>,
    /// Stairs through several storeys.
    pub stairs: Vec<Stair>,
    /// Lifts with their cars and doors.
    pub lifts: Vec<Lift>,
    /// What may burn.
    pub things: Vec<Thing>,
    /// What people use or read, and detectors.
    pub equipment: Vec<Equipment>,
    /// Flats: prefab instances and spaces of use `Flat`.
    pub homes: Vec<Home>,
    /// Spaces by path.
    pub space_by_path: BTreeMap<String, SpaceId>,
    /// Openings by path (`"17F/hall_stair_a"`, `"17F/02/door"`).
    pub opening_by_path: BTreeMap<String, OpeningId>,
}

/// A storey of the building.
#[derive(Clone, Debug)]
pub struct Storey {
    /// `"17F"`, `"B1"`.
    pub name: String,
    /// Of its floor, m.
    pub z: f64,
    /// Floor to floor, m.
    pub height: f64,
    /// Floor to ceiling, m.
    pub clear_height: f64,
    /// The plate of its floor.
    pub plate: PlateId,
}

/// A room, corridor, stair segment, lift well, shaft or piece of ground: one fire zone each.
#[derive(Clone, Debug)]
pub struct Space {
    /// `"17F/02/bedroom"`, `"17F/stair_a"`.
    pub path: String,
    /// What it is used for.
    pub r#use: scenario::Use,
    /// What the fire engine and people take it for.
    pub kind: SpaceKind,
    /// The storey its floor belongs to.
    pub storey: StoreyId,
    /// Corners in building coordinates; the last joins the first.
    pub outline: Vec<Point>,
    /// Pieces cut out (columns, voids).
    pub holes: Vec<Vec<Point>>,
    /// m².
    pub area: f64,
    /// Of the floor, m absolute.
    pub z: f64,
    /// Floor to ceiling (to the next storey's floor in stairs, wells and shafts), m.
    pub height: f64,
    /// Area of the walls, m².
    pub wall_area: f64,
    /// Index into [`Place::constructions`]; `None` lets radiation pass and no other heat.
    pub walls: Option<usize>,
    /// As `walls`.
    pub ceiling: Option<usize>,
    /// As `walls`.
    pub floor: Option<usize>,
    /// Air at the start, or at all times.
    pub air: scenario::SpaceAir,
    /// The flat it belongs to.
    pub home: Option<HomeId>,
    /// The frame that its points were written in: from local to building coordinates.
    pub frame: Frame,
    /// Periodic in x.
    pub periodic: bool,
}

/// What kind of zone a space is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpaceKind {
    /// Two layers.
    Room,
    /// One zone a storey: landing and flights up.
    Stair(StairId),
    /// One zone a storey.
    LiftWell(LiftId),
    /// One zone a storey.
    Shaft,
    /// Under the open sky.
    Outdoors,
}

/// A frame: mirrored in x, turned by a quarter `turns` times, moved.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Frame {
    /// Where the local origin lies.
    pub at: Point,
    /// Quarter turns, anticlockwise.
    pub turns: u8,
    /// Mirrored in x before it is turned.
    pub mirror: bool,
}
impl Frame {
    /// From local to building coordinates.
    pub fn apply(&self, p: Point) -> Point {
        self.direction(p) + self.at
    }
    /// Turns a direction only.
    pub fn direction(&self, p: Point) -> Point {
        let mut p = if self.mirror { Point::new(-p.x, p.y) } else { p };
        for _ in 0..self.turns % 4 {
            p = p.left();
        }
        p
    }
    /// The frame of something written in `inner`, which itself is written in this one.
    #[must_use]
    pub fn after(&self, inner: &Self) -> Self {
        // A mirror turns a quarter turn round: M R = R⁻¹ M.
        let turns = if self.mirror { 4 - inner.turns % 4 } else { inner.turns };
        Self {
            at: self.apply(inner.at),
            turns: (self.turns + turns) % 4,
            mirror: self.mirror != inner.mirror,
        }
    }
}

/// What lies on the second side of an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// Another space.
    Space(SpaceId),
    /// Open air, nobody walks there.
    Outside,
    /// Open air, people there are safe.
    Street,
}

/// A door, window, gap or hole, compiled.
#[derive(Clone, Debug)]
pub struct Opening {
    /// `"17F/stair_a_door"`; unnamed ones are numbered.
    pub path: String,
    /// What it is, for air and for people.
    pub kind: OpeningKind,
    /// The space on its first side; below, for horizontal ones.
    pub from: SpaceId,
    /// What lies on its second side.
    pub to: Beyond,
    /// Middle of the opening on plan.
    pub centre: Point,
    /// Unit vector along the wall.
    pub along: Point,
    /// Clear width, m (square root of the area for horizontal ones).
    pub width: f64,
    /// Lower edge, m absolute (the slab for horizontal ones).
    pub bottom: f64,
    /// Upper edge, m absolute (equal to bottom for horizontal ones).
    pub top: f64,
    /// Free area when shut, m².
    pub leakage: f64,
    /// Discharge coefficient.
    pub discharge: f64,
    /// Scheduled open fraction; empty if people may move it.
    pub schedule: Vec<(f64, f64)>,
    /// How it stands at the start.
    pub initial: OpeningState,
    /// Fire rating, minutes.
    pub fire_rating_min: f64,
    /// Open fraction to which the alarm moves it.
    pub on_alarm: Option<f64>,
    /// Fails after this many minutes above 300 °C.
    pub fails_min: f64,
    /// Swings into this space.
    pub opens_into: Option<SpaceId>,
    /// Side of the hinge seen from the first space, mirrors taken into account.
    pub hinge: scenario::Side,
    /// What shuts it when it is let go.
    pub closer: scenario::Closer,
    /// Glass falls at, °C.
    pub breaks_c: Option<f64>,
    /// Can be opened by hand.
    pub openable: bool,
    /// Steel bars.
    pub bars: bool,
    /// An escape hatch in the bars.
    pub hatch: bool,
}

/// What kind of opening it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpeningKind {
    /// One leaf on hinges.
    Door,
    /// Two leaves on hinges.
    DoubleDoor,
    /// Slides along the wall.
    SlidingDoor,
    /// A roller shutter.
    Shutter,
    /// A landing door of this lift: opens only with the car behind it.
    LiftDoor(LiftId),
    /// A window, openable or fixed.
    Window,
    /// A passage without a door.
    Gap,
    /// Horizontal: hole in a slab, or stairs, wells and shafts from one storey to the next. `true`: round.
    Hole(bool),
}
impl OpeningKind {
    /// Can be opened and shut by people.
    pub const fn is_door(self) -> bool {
        matches!(self, Self::Door | Self::DoubleDoor | Self::SlidingDoor | Self::Shutter)
    }
    /// Lies in a slab, not in a wall.
    pub const fn is_horizontal(self) -> bool {
        matches!(self, Self::Hole(_))
    }
}

/// How an opening stands now. Owned by `drill::Openings`; everyone else reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OpeningState {
    /// 0 shut to 1 wide open.
    pub open: f64,
    /// Who may open it now.
    pub lock: scenario::Lock,
    /// Held open: no closer shuts it.
    pub wedged: bool,
    /// Part of the leakage that is sealed with cloth or tape, 0 to 1.
    pub sealed: f64,
    /// Glass gone or leaf burnt through: 0 to 1 of the area, whatever `open` says.
    pub broken: f64,
}
impl OpeningState {
    /// Part of the full area through which air and people pass, 0 to 1.
    pub fn free(&self) -> f64 {
        self.open.max(self.broken)
    }
}

/// A leak between a space and another or the open air.
#[derive(Clone, Debug)]
pub struct Leak {
    /// The space it leaks from.
    pub from: SpaceId,
    /// `None`: the open air.
    pub to: Option<SpaceId>,
    /// m².
    pub area: f64,
    /// Lower edge, m absolute.
    pub bottom: f64,
    /// Upper edge, m absolute.
    pub top: f64,
    /// Outward normal of the wall, for wind; zero if none.
    pub facing: Point,
}

/// A fan: fixed volume flow.
#[derive(Clone, Debug)]
pub struct Fan {
    /// `"17F/kitchen/fan"`; unnamed ones are numbered.
    pub path: String,
    /// `None`: the open air.
    pub from: Option<SpaceId>,
    /// `None`: the open air.
    pub to: Option<SpaceId>,
    /// m³/s.
    pub flow: f64,
    /// m absolute.
    pub z: f64,
    /// From, to, s; `None`: at all times.
    pub runs: Option<(f64, f64)>,
    /// Only once the alarm has sounded.
    pub on_alarm: bool,
    /// A damper beside it lets air back from this overpressure on, Pa; 0: none.
    pub relief: f64,
}

/// A layered wall, from the room outwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Construction {
    /// Name in the scenario or library.
    pub name: String,
    /// From the room outwards; none: no heat passes.
    pub layers: Vec<scenario::Layer>,
    /// Of the face to the room, 0 to 1.
    pub emissivity: f64,
    /// Radiation passes, no other heat.
    pub transparent: bool,
}

/// A straight wall, rail or edge of an obstacle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// One end.
    pub a: Point,
    /// The other end.
    pub b: Point,
}

/// The walkable geometry of a plate, in building coordinates.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// What nobody walks through.
    pub walls: Vec<Segment>,
    /// Which walls are near a point.
    pub index: WallIndex,
    /// Openings in its walls that people may pass.
    pub gates: Vec<Gate>,
    /// Cells for way-finding and for the space of a point.
    pub grid: Grid,
    /// Sloping parts (flights); elsewhere the plate is level.
    pub slopes: Vec<Slope>,
}

/// Walls by squares of [`WallIndex::CELL`], for quick neighbours.
#[derive(Clone, Debug, Default)]
pub struct WallIndex {
    /// South-western corner of the first square.
    pub origin: Point,
    /// Squares from west to east.
    pub columns: usize,
    /// Squares from south to north.
    pub rows: usize,
    /// Where each square's walls begin in `walls`; one more than squares.
    pub starts: Vec<u32>,
    /// Indices into [`Shape::walls`], square by square.
    pub walls: Vec<u32>,
}
impl WallIndex {
    /// Side of a square, m.
    pub const CELL: f64 = 1.0;
}

/// An opening seen from a plate.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// Clear opening between the jambs, in the middle of the wall; the first space lies to the left of a→b.
    pub segment: Segment,
    /// The street lies beyond: who gets there is out.
    pub street: bool,
}

/// Cells of a plate, row by row from the south-west; for way-finding and for finding the space of a point.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// South-western corner of the first cell.
    pub origin: Point,
    /// m.
    pub cell: f64,
    /// Cells from west to east.
    pub columns: usize,
    /// Cells from south to north.
    pub rows: usize,
    /// A body's centre may be here (0.15 m off walls; gates included).
    pub walkable: Vec<bool>,
    /// Within 0.35 m of a wall.
    pub near: Vec<bool>,
    /// Local number of the space, `u16::MAX` if none.
    pub space: Vec<u16>,
    /// Local number of the gate whose leaf covers this cell, `u16::MAX` if none.
    pub gate: Vec<u16>,
}

/// A flight: z rises along `up` from `base` (where z equals the plate's z + `base_z`).
#[derive(Clone, Debug)]
pub struct Slope {
    /// Corners of the flight on plan; the last joins the first.
    pub outline: Vec<Point>,
    /// A point on the lower edge.
    pub base: Point,
    /// Unit vector uphill.
    pub up: Point,
    /// Rise over run.
    pub slope: f64,
    /// Height of the lower edge above the plate's z, m.
    pub base_z: f64,
}

/// A floor, a pair of flights, a lift car or a piece of ground that people walk on.
#[derive(Clone, Debug)]
pub struct Plate {
    /// What people walk on.
    pub kind: PlateKind,
    /// Index into [`Place::shapes`].
    pub shape: usize,
    /// m absolute.
    pub z: f64,
    /// The storey it belongs to; of flights, the lower one.
    pub storey: StoreyId,
    /// Space of each local space number.
    pub spaces: Vec<SpaceId>,
    /// Opening of each local gate number.
    pub gates: Vec<OpeningId>,
    /// Portals that lead away from here.
    pub portals: Vec<PortalId>,
}

/// What a plate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlateKind {
    /// The floor of a storey, or the ground.
    Floor,
    /// From this plate's storey up to the next that the stair serves.
    Flights(StairId),
    /// The car; joined to the storey at which it stands with open doors.
    Car(LiftId),
}

/// A way between two plates: who crosses the segment changes plate and keeps x and y.
#[derive(Clone, Copy, Debug)]
pub struct Portal {
    /// The plate left.
    pub from: PlateId,
    /// The plate entered.
    pub to: PlateId,
    /// The line to cross, on plan.
    pub segment: Segment,
    /// Unit vector of crossing.
    pub direction: Point,
    /// The same way, the other direction.
    pub back: PortalId,
    /// Passable only while the lift stands here with open doors.
    pub lift: Option<LiftId>,
}

/// A stair through several storeys.
#[derive(Clone, Debug)]
pub struct Stair {
    /// Name in the scenario, `"stair_a"`.
    pub name: String,
    /// Lowest first.
    pub storeys: Vec<StoreyId>,
    /// Zone of each storey.
    pub spaces: Vec<SpaceId>,
    /// Plate of flights from each storey up; one fewer than storeys.
    pub flights: Vec<PlateId>,
    /// Clear width of a flight, m.
    pub width: f64,
    /// Height of a step, m.
    pub riser: f64,
    /// Depth of a step, m.
    pub tread: f64,
    /// Handrails a flight: 0, 1 or 2.
    pub handrails: u8,
}

/// A lift with its well, doors and car.
#[derive(Clone, Debug)]
pub struct Lift {
    /// Name in the scenario.
    pub name: String,
    /// Storeys served, lowest first.
    pub storeys: Vec<StoreyId>,
    /// Zone of the well on each storey served.
    pub wells: Vec<SpaceId>,
    /// Landing door of each storey served.
    pub doors: Vec<OpeningId>,
    /// The plate that people in it stand on.
    pub car: PlateId,
    /// People at most.
    pub capacity: u32,
    /// m/s.
    pub speed: f64,
    /// May be used in a fire.
    pub evacuation: bool,
    /// Index into `storeys` at the start.
    pub stands: usize,
}

/// A thing that may burn.
#[derive(Clone, Debug)]
pub struct Thing {
    /// `"17F/02/sofa"`; unnamed ones are numbered.
    pub path: String,
    /// How it burns.
    pub burns: Arc<scenario::Burns>,
    /// Where it stands.
    pub space: SpaceId,
    /// Its centre on plan.
    pub at: Point,
    /// Extent along x and y of the building, m.
    pub extent: Point,
    /// Of its base, m absolute.
    pub z: f64,
    /// Set alight at, s.
    pub ignites_s: Option<f64>,
    /// Touches no wall, one, or a corner (plume factor).
    pub walls_near: u8,
}

/// A piece of equipment.
#[derive(Clone, Debug)]
pub struct Equipment {
    /// `"17F/hose_reel"`; unnamed ones are numbered.
    pub path: String,
    /// What it is, with the figures of its kind.
    pub kind: scenario::EquipmentKind,
    /// Where it is mounted.
    pub space: SpaceId,
    /// On plan.
    pub at: Point,
    /// Of its middle, m absolute.
    pub z: f64,
    /// Works as it should.
    pub works: bool,
}

/// A flat.
#[derive(Clone, Debug)]
pub struct Home {
    /// `"17F/02"`.
    pub path: String,
    /// Prefab it was made from, if any.
    pub prefab: Option<String>,
    /// Its rooms.
    pub spaces: Vec<SpaceId>,
    /// Doors that lead out of it.
    pub doors: Vec<OpeningId>,
    /// Windows to the open air.
    pub windows: Vec<OpeningId>,
}
