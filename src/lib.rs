//! firedrill.
pub mod assess;
pub mod crowd;
pub mod drill;
pub mod fire;
pub mod harm;
pub mod place;
pub mod scenario;
pub mod storage;
