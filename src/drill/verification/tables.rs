//! The files of a run, read again.

use super::super::output::{EVENTS_FILE, FIRES, OPENINGS, PEOPLE, PEOPLE_STATIC, PROBES, RUN_FILE, SPACES, Table};
use super::measure::MeasureError;
use crate::scenario::Series;
use crate::storage::{Storage, StorageError};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Something that happened, as far as measures ask.
#[derive(Clone, Debug, Deserialize)]
pub struct Happened {
    pub time_s: f64,
    pub kind: String,
    pub subject: String,
}

/// The files of a run.
#[derive(Clone, Debug)]
pub struct RunTables {
    tables: BTreeMap<&'static str, Vec<u8>>,
    events: Vec<u8>,
    run: Vec<u8>,
}

/// A table's row as its reader sees it.
pub struct Cells<'a> {
    record: &'a csv::StringRecord,
    columns: &'a BTreeMap<String, usize>,
}

impl Cells<'_> {
    /// A cell as a word; empty if there is none.
    pub fn word(&self, column: &str) -> &str {
        self.columns.get(column).and_then(|i| self.record.get(*i)).unwrap_or("")
    }

    /// A cell as a number; `None` if it is empty or a word.
    pub fn number(&self, column: &str) -> Option<f64> {
        self.word(column).parse().ok()
    }
}

impl RunTables {
    /// Reads what a run wrote into a folder.
    ///
    /// # Errors
    /// A file is missing.
    pub fn read(storage: &dyn Storage, folder: &Path) -> Result<Self, StorageError> {
        let mut tables = BTreeMap::new();
        for table in [PEOPLE, PEOPLE_STATIC, SPACES, OPENINGS, FIRES, PROBES] {
            tables.insert(table.file, storage.read(&folder.join(table.file))?);
        }
        Ok(Self {
            tables,
            events: storage.read(&folder.join(EVENTS_FILE))?,
            run: storage.read(&folder.join(RUN_FILE))?,
        })
    }

    /// Visits every row of a table, in order.
    ///
    /// # Errors
    /// The table lacks a column, or cannot be read.
    pub fn visit(&self, table: Table, columns: &[&str], mut visit: impl FnMut(&Cells<'_>)) -> Result<(), MeasureError> {
        let bytes = self.tables.get(table.file).map_or(&[][..], Vec::as_slice);
        let mut reader = csv::Reader::from_reader(bytes);
        let bad = |e: csv::Error| MeasureError::Unreadable(table.file, e.to_string());
        let heads = reader.headers().map_err(bad)?;
        let there: BTreeMap<String, usize> = heads.iter().enumerate().map(|(i, h)| (h.to_owned(), i)).collect();
        if let Some(missing) = columns.iter().find(|c| !there.contains_key(**c)) {
            return Err(MeasureError::NoColumn(table.file, (*missing).to_owned()));
        }
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(bad)? {
            visit(&Cells {
                record: &record,
                columns: &there,
            });
        }
        Ok(())
    }

    /// A series: times (s) and values.
    ///
    /// # Errors
    /// There is no such column, or nothing of that name.
    pub fn series(&self, series: &Series) -> Result<Vec<(f64, f64)>, MeasureError> {
        let mut found = Vec::new();
        let mut named = false;
        let mut take = |cells: &Cells<'_>, column: &str| {
            named = true;
            found.extend(cells.number("time_s").zip(cells.number(column)));
        };
        let name = match series {
            Series::Space(name, column) => {
                self.visit(SPACES, &["time_s", "space", column], |c| {
                    if c.word("space") == name {
                        take(c, column);
                    }
                })?;
                name
            }
            Series::Opening(name, column) => {
                self.visit(OPENINGS, &["time_s", "opening", column], |c| {
                    if c.word("opening") == name {
                        take(c, column);
                    }
                })?;
                name
            }
            Series::Fire(name, column) => {
                self.visit(FIRES, &["time_s", "item", column], |c| {
                    if c.word("item") == name {
                        take(c, column);
                    }
                })?;
                name
            }
            Series::Person(name, column) => {
                self.visit(PEOPLE, &["time_s", "id", column], |c| {
                    if c.word("id") == name {
                        take(c, column);
                    }
                })?;
                name
            }
            Series::Probe(name, quantity) => {
                self.visit(PROBES, &["value"], |c| {
                    if c.word("probe") == name && c.word("quantity") == quantity {
                        take(c, "value");
                    }
                })?;
                name
            }
            Series::ProbeAt(name, quantity, height) => {
                self.visit(PROBES, &["value"], |c| {
                    let here = c.number("height_m").is_some_and(|h| (h - height).abs() < 1e-4);
                    if here && c.word("probe") == name && c.word("quantity") == quantity {
                        take(c, "value");
                    }
                })?;
                name
            }
            Series::People => return self.people(),
        };
        if named {
            Ok(found)
        } else {
            Err(MeasureError::NoName(name.clone()))
        }
    }

    /// Number of people inside at each sample.
    fn people(&self) -> Result<Vec<(f64, f64)>, MeasureError> {
        let mut counts: Vec<(f64, f64)> = Vec::new();
        // Every sample has rows of all spaces, but perhaps nobody.
        self.visit(SPACES, &["time_s"], |c| {
            if let Some(t) = c.number("time_s")
                && counts.last().is_none_or(|(last, _)| *last < t)
            {
                counts.push((t, 0.0));
            }
        })?;
        let mut next = 0;
        self.visit(PEOPLE, &["time_s", "state"], |c| {
            if let Some(t) = c.number("time_s")
                && c.word("state") != "out"
            {
                while counts.get(next).is_some_and(|(at, _)| *at < t) {
                    next += 1;
                }
                if let Some((_, n)) = counts.get_mut(next) {
                    *n += 1.0;
                }
            }
        })?;
        Ok(counts)
    }

    /// Everything that happened, in order.
    ///
    /// # Errors
    /// A line cannot be read.
    pub fn events(&self) -> Result<Vec<Happened>, MeasureError> {
        let lines = self.events.split(|b| *b == b'\n').filter(|l| !l.is_empty());
        lines
            .map(|l| serde_json::from_slice(l).map_err(|e| MeasureError::Unreadable(EVENTS_FILE, e.to_string())))
            .collect()
    }

    /// A number of `run.json`, by JSON pointer.
    ///
    /// # Errors
    /// There is no number at it.
    pub fn run(&self, pointer: &str) -> Result<f64, MeasureError> {
        let value: serde_json::Value =
            serde_json::from_slice(&self.run).map_err(|e| MeasureError::Unreadable(RUN_FILE, e.to_string()))?;
        let number = value.pointer(pointer).and_then(serde_json::Value::as_f64);
        number.ok_or_else(|| MeasureError::NoName(pointer.to_owned()))
    }
}
