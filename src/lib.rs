//! **firedrill** (消防演练 · 生命通道): a fire-drill simulator. A trainee stands in a real place, a fire starts, smoke
//! and people move as physics says, every decision counts, and afterwards the program computes what each was worth.
//!
//! # A tour of the rooms
//!
//! | room | what it is for |
//! |---|---|
//! | [`scenario`] | what a trainer writes: the RON format, prefabs, knobs; checks of text and ranges |
//! | [`place`] | the place compiled from it: spaces, openings, stairs, walkable plates; checks of geometry |
//! | [`harm`] | what air and heat do to a body: visibility, walking speed in smoke, doses |
//! | [`fire`] | burning things, two-layer zones, species, walls, detectors |
//! | [`crowd`] | people: perception, decision, way-finding, locomotion, groups |
//! | [`drill`] | the simulation: one clock, commands in, events out; doors, alarms, lifts; recording and replay |
//! | [`assess`] | guidance (the rule table), rubric, score sheet, policies, what-if |
//! | `app` | the window (feature `app`): game loop and everything that is drawn or heard |
//! | [`locale`] | the program's own text, Chinese and English |
//! | [`storage`] | the one door to files |
//!
//! # Who may call whom
//!
//! ```text
//! scenario → place → harm → fire  ┐
//!                         → crowd ┴→ drill → assess → app → command line
//! ```
//!
//! Whoever stands further right knows everything to its left and nothing to its right. `fire` and `crowd` never name
//! each other: `drill` hands the crowd a read-only view of the air ([`harm::Air`]) and hands the fire the state of the
//! openings. `locale` and `storage` serve the window and the command line only. `tests/architecture.rs` resolves
//! every path inside the crate and keeps this true; the build without feature `app` keeps Bevy out of the rest.
//!
//! Nothing below the window and the command line touches files, threads or the wall clock, but that a large crowd
//! shares its steps among as many threads as it is given. The same scenario, seed
//! and commands give the same state hash on every machine; hence libm instead of std's transcendental functions, no
//! iteration over hash maps, and random numbers keyed by (seed, purpose, person, occasion).
//!
//! # Glossary · 词汇表
//!
//! | English | 中文 | meaning |
//! |---|---|---|
//! | available / required safe egress time | 可用／必需安全疏散时间 | until conditions become untenable / until all are out |
//! | discharge coefficient | 流量系数 | actual over ideal flow through an opening |
//! | extinction coefficient *K* | 消光系数 | loss of light in smoke, 1/m; visibility of a reflecting sign is about 3/*K* |
//! | fractional effective dose, FED | 有效剂量分数 | part of the dose at which half of people cannot go on |
//! | fundamental diagram | 基本图 | walking speed or flow by density |
//! | heat release rate, HRR | 热释放速率 | kW |
//! | knob | 情景变量 | a fact that varies from run to run |
//! | layer height | 烟气层高度 | height of the smoke layer's lower edge above the floor, m |
//! | neutral plane | 中性面 | height in an opening at which in- and outflow part |
//! | opening | 开口 | door, window, shutter, gap or hole that air passes |
//! | optical density *D* | 光学密度 | *K* = 2.303 *D* |
//! | plate | 行走面 | floor, flights of a stair, lift car or ground that people walk on |
//! | policy | 脚本学员 | a scripted trainee |
//! | pre-movement time | 疏散前时间 | from the first cue to setting out, s |
//! | recording | 录像 | journal from which a drill can be replayed exactly |
//! | refuge | 避难处 | room in which one can wait for help |
//! | rubric | 评分标准 | how decisions become points |
//! | specific flow | 比流量 | persons per metre of width and second |
//! | storey | 楼层 | |
//! | tenability | 可耐受条件 | whether people can stand the conditions |
//! | tick | 仿真步 | 0.05 s |
//! | trainee | 学员 | the person who is trained |
//! | what-if | 反事实对照 | the same drill again from a decision on, with the other choice |
//! | zone | 区域 | a space as the fire engine sees it: an upper and a lower layer |

#[cfg(feature = "app")]
pub mod app;
pub mod assess;
pub mod crowd;
pub mod drill;
pub mod fire;
pub mod harm;
pub mod locale;
pub mod place;
pub mod scenario;
pub mod storage;
