//! Stand-ins for functions of rooms that are being built; each module here is replaced by the room's own.

/// For `firedrill::scenario`.
pub(crate) mod scenario {
    use firedrill::scenario::{Issue, Library, Loaded, Scenario, Severity, SourceFile, Text};
    use std::collections::BTreeMap;

    /// Reads a scenario with everything that it names.
    pub(crate) fn load(
        path: &str,
        bytes: &[u8],
        _library: &Library,
        _set: &BTreeMap<String, String>,
        _seed: u64,
    ) -> Result<Loaded, Vec<Issue>> {
        let issue = |id: &str, line, column, said: String| {
            vec![Issue {
                id: id.into(),
                severity: Severity::Error,
                file: path.into(),
                line,
                column,
                message: Text {
                    zh: said.clone(),
                    en: said,
                },
                hint: Text::default(),
                corrected: None,
            }]
        };
        let text = String::from_utf8(bytes.to_vec()).map_err(|e| issue("text.not_utf8", 1, 1, e.to_string()))?;
        let options = ron::Options::default().with_default_extension(
            ron::extensions::Extensions::IMPLICIT_SOME | ron::extensions::Extensions::UNWRAP_VARIANT_NEWTYPES,
        );
        let scenario: Scenario = options
            .from_str(&text)
            .map_err(|e| issue("syntax", e.span.start.line, e.span.start.col, e.code.to_string()))?;
        let sources = vec![SourceFile {
            path: path.into(),
            text,
        }];
        Ok(Loaded {
            scenario,
            sources,
            ..Loaded::default()
        })
    }
}

/// For `firedrill::place`.
pub(crate) mod place {
    use firedrill::place::Place;
    use firedrill::scenario::{Issue, Library, Loaded};
    use std::collections::BTreeMap;

    /// Every problem of a file.
    pub(crate) fn check(path: &str, bytes: &[u8], library: &Library) -> Vec<Issue> {
        super::scenario::load(path, bytes, library, &BTreeMap::new(), 1)
            .err()
            .unwrap_or_default()
    }

    /// The place of a scenario.
    pub(crate) fn compile(_loaded: &Loaded) -> (Option<Place>, Vec<Issue>) {
        (Some(Place::default()), Vec::new())
    }
}

/// For `firedrill::drill`.
pub(crate) mod drill {
    /// Files of a run.
    pub(crate) mod output {
        use crate::cli::report::Run;
        use firedrill::drill::{Command, Simulation};
        use firedrill::scenario::Loaded;
        use std::io;
        use std::path::{Path, PathBuf};

        /// The folder of one run.
        pub(crate) struct Output {
            dir: PathBuf,
        }

        impl Output {
            /// Begins the files.
            pub(crate) fn create(
                dir: &Path,
                _: &Simulation,
                _: &Loaded,
                _seed: u64,
                _every_s: f64,
            ) -> io::Result<Self> {
                std::fs::create_dir_all(dir)?;
                Ok(Self { dir: dir.to_owned() })
            }
            /// After every tick.
            pub(crate) fn tick(&mut self, _: &Simulation, _: &[Command]) -> io::Result<()> {
                Ok(())
            }
            /// Completes them.
            pub(crate) fn finish(self, _: &Simulation, _: &Loaded, run: &Run) -> io::Result<()> {
                std::fs::write(self.dir.join("run.json"), serde_json::to_vec_pretty(run)?)
            }
        }
    }

    /// Recordings.
    pub(crate) mod recording {
        use firedrill::scenario::Text;

        /// A recording that was read.
        pub(crate) struct Recorded {
            pub(crate) scenario: String,
            pub(crate) seed: u64,
            pub(crate) ticks: u64,
        }

        /// What a replay gave.
        pub(crate) struct Replayed {
            pub(crate) ticks: u64,
            pub(crate) state_hash: [u8; 32],
            /// Hashes compared.
            pub(crate) compared: usize,
            /// Tick of the first hash that differs.
            pub(crate) first_difference: Option<u64>,
        }

        /// Why not.
        #[derive(Debug)]
        pub(crate) struct ReplayError {
            pub(crate) reason: Text,
        }

        /// Reads a recording.
        pub(crate) fn read(_bytes: &[u8]) -> Result<Recorded, ReplayError> {
            let reason = Text {
                zh: "开头不是录像".into(),
                en: "it does not begin like a recording".into(),
            };
            Err(ReplayError { reason })
        }

        /// Feeds its commands again.
        pub(crate) fn replay(recorded: &Recorded, mut at: impl FnMut(u64)) -> Result<Replayed, ReplayError> {
            at(recorded.ticks);
            Ok(Replayed {
                ticks: recorded.ticks,
                state_hash: [0; 32],
                compared: 0,
                first_difference: None,
            })
        }
    }
}

/// For `firedrill::assess`.
pub(crate) mod assess {
    use crate::cli::report::Score;
    use firedrill::drill::{Command, Simulation};
    use firedrill::scenario::Loaded;

    /// A scripted trainee.
    pub(crate) struct Policy;

    impl Policy {
        /// The policy of this name for a trainee, by index.
        pub(crate) fn new(name: &str, _loaded: &Loaded, _trainee: usize) -> Option<Self> {
            policies().contains(&name).then_some(Self)
        }
        /// Adds what the trainee does now.
        pub(crate) fn decide(&mut self, _simulation: &Simulation, _commands: &mut Vec<Command>) {}
    }

    /// Names of the policies.
    pub(crate) fn policies() -> &'static [&'static str] {
        &["best"]
    }

    /// The score of a trainee, where a rubric applies.
    pub(crate) fn score(_simulation: &Simulation, _loaded: &Loaded, _trainee: usize) -> Option<Score> {
        None
    }
}
