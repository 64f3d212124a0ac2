//! Lines of the tables. Text is quoted by the csv crate; numbers need no quotes and go straight into the line, because
//! a tower writes tens of millions of them.

use super::contract::Table;
use super::number;
use crate::storage::{Staged, Storage, StorageError};
use std::path::Path;

/// A record, quoted where needed, without its line end.
fn record<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail, nor can it spoil UTF-8.
    let bytes = writer
        .write_record(fields)
        .ok()
        .and_then(|()| writer.into_inner().ok())
        .unwrap_or_default();
    String::from_utf8(bytes)
        .unwrap_or_default()
        .trim_end_matches('\n')
        .to_owned()
}

/// A word as a field.
pub fn field(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        record([text])
    } else {
        text.to_owned()
    }
}

/// Adds a comma and a measured figure.
pub fn figure(line: &mut String, x: f64) {
    line.push(',');
    number::push(line, x, number::DIGITS);
}

/// Adds a comma and a measured figure, or nothing after the comma.
pub fn figure_or_none(line: &mut String, x: Option<f64>) {
    match x {
        Some(x) => figure(line, x),
        None => line.push(','),
    }
}

/// Adds a comma and a word that is a field already.
pub fn word(line: &mut String, field: &str) {
    line.push(',');
    line.push_str(field);
}

/// A file that is being written line by line.
#[derive(Debug)]
pub struct Lines {
    file: Box<dyn Staged>,
    /// Lines not yet handed on.
    pub pending: String,
}

impl Lines {
    /// Begins a file without a header.
    pub fn begin(storage: &dyn Storage, path: &Path) -> Result<Self, StorageError> {
        Ok(Self {
            file: storage.stage(path)?,
            pending: String::new(),
        })
    }

    /// Begins a table with its header.
    pub fn table(storage: &dyn Storage, folder: &Path, table: Table) -> Result<Self, StorageError> {
        let mut lines = Self::begin(storage, &folder.join(table.file))?;
        lines
            .pending
            .push_str(&record(table.columns.iter().map(|(name, _)| *name)));
        lines.pending.push('\n');
        lines.flush()?;
        Ok(lines)
    }

    /// Hands on what is pending.
    pub fn flush(&mut self) -> Result<(), StorageError> {
        self.file.write(self.pending.as_bytes())?;
        self.pending.clear();
        Ok(())
    }

    /// Gives the file its name.
    pub fn commit(mut self) -> Result<(), StorageError> {
        self.flush()?;
        self.file.commit()
    }
}

/// Rows of things of one kind. A row whose values have not changed since the last sample is not formatted anew: most of a
/// tower's rooms are quiet.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    rows: Vec<Option<(T, String)>>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { rows: Vec::new() }
    }
}

impl<T: PartialEq> Rows<T> {
    /// Adds the row of a thing: the time, then what `format` makes of its values.
    pub fn push(&mut self, out: &mut String, time: &str, index: usize, now: T, format: impl FnOnce(&mut String, &T)) {
        if self.rows.len() <= index {
            self.rows.resize_with(index + 1, || None);
        }
        let slot = &mut self.rows[index];
        if slot.as_ref().is_none_or(|(before, _)| *before != now) {
            let mut row = slot.take().map(|(_, row)| row).unwrap_or_default();
            row.clear();
            format(&mut row, &now);
            *slot = Some((now, row));
        }
        out.push_str(time);
        if let Some((_, row)) = slot {
            out.push_str(row);
        }
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_commas_and_quotes_survive() {
        let names = ["17F/02", "a,b", "say \"x\"", "two\nlines", "张三"];
        let line = names.map(field).join(",");
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(line.as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(row.iter().collect::<Vec<_>>(), names);
    }

    #[test]
    fn a_row_follows_its_values_and_is_kept_while_they_stay() {
        let (mut rows, mut out, mut formatted) = (Rows::default(), String::new(), 0);
        for (time, value) in [("0", 1.0), ("1", 1.0), ("2", 2.0), ("3", 1.0)] {
            rows.push(&mut out, time, 3, value, |line, v| {
                formatted += 1;
                figure(line, *v);
            });
        }
        assert_eq!(out, "0,1\n1,1\n2,2\n3,1\n");
        assert_eq!(formatted, 3);
    }
}
