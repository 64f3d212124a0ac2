//! The past of a drill: any tick of it can be stood at again, to look at it, to play on from there or to branch.

use super::{Command, Simulation};

/// States kept at most; the time between them doubles when there would be more.
const MOST: usize = 24;
/// Ticks between states kept at first (5 s).
const EVERY: u64 = 100;

/// What happened so far: some states of a drill and every command.
#[derive(Clone, Debug)]
pub struct History {
    /// By tick, in the order of time; the first is where it began.
    states: Vec<Simulation>,
    every: u64,
    /// Commands by tick, in the order of time; only ticks that had any.
    commands: Vec<(u64, Vec<Command>)>,
    /// Ticks that have been done.
    end: u64,
}

impl History {
    /// Begins where the drill stands now.
    pub fn new(simulation: &Simulation) -> Self {
        Self {
            states: vec![simulation.clone()],
            every: EVERY,
            commands: Vec::new(),
            end: simulation.tick(),
        }
    }

    /// Begins where the drill stands now, with all the commands that it will be given until `end` ticks are done:
    /// [`History::step`] is then to be called with those. Any tick up to the end can be stood at, whether it has been
    /// stepped or not.
    pub fn foreseen(simulation: &Simulation, commands: Vec<(u64, Vec<Command>)>, end: u64) -> Self {
        Self {
            commands,
            end: end.max(simulation.tick()),
            ..Self::new(simulation)
        }
    }

    /// Steps the drill and remembers it. The drill must be the one that the history was begun with.
    pub fn step(&mut self, simulation: &mut Simulation, commands: &[Command]) {
        let tick = simulation.tick();
        let due = tick.is_multiple_of(self.every) && self.states.last().is_some_and(|s| s.tick() < tick);
        if due {
            self.states.push(simulation.clone());
            if self.states.len() > MOST {
                self.every *= 2;
                let (first, every) = (self.start(), self.every);
                self.states
                    .retain(|s| s.tick() == first || s.tick().is_multiple_of(every));
            }
        }
        if !commands.is_empty() && self.commands.last().is_none_or(|(t, _)| *t < tick) {
            self.commands.push((tick, commands.to_vec()));
        }
        simulation.step(commands);
        self.end = self.end.max(simulation.tick());
    }

    /// The past up to a tick.
    #[must_use]
    pub fn until(&self, tick: u64) -> Self {
        let states = self.states.iter().filter(|s| s.tick() <= tick);
        let commands = self.commands.iter().filter(|(t, _)| *t < tick);
        Self {
            states: states.cloned().collect(),
            every: self.every,
            commands: commands.cloned().collect(),
            end: self.end.min(tick),
        }
    }

    /// The tick at which it begins.
    pub fn start(&self) -> u64 {
        self.states.first().map_or(0, Simulation::tick)
    }

    /// The last tick that can be stood at.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// The commands given in a tick.
    pub fn commands_at(&self, tick: u64) -> &[Command] {
        match self.commands.binary_search_by_key(&tick, |(t, _)| *t) {
            Ok(i) => &self.commands[i].1,
            Err(_) => &[],
        }
    }

    /// The latest state kept that is not after a tick; `None` before it began.
    pub fn kept_before(&self, tick: u64) -> Option<&Simulation> {
        let after = self.states.partition_point(|s| s.tick() <= tick);
        self.states[..after].last()
    }

    /// The drill as it stood after this many ticks; `None` before it began or after its last.
    pub fn at(&self, tick: u64) -> Option<Simulation> {
        if tick > self.end {
            return None;
        }
        let mut simulation = self.kept_before(tick)?.clone();
        while simulation.tick() < tick {
            let now = simulation.tick();
            simulation.step(self.commands_at(now));
        }
        Some(simulation)
    }
}
