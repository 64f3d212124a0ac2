//! What the user typed: the commands and their options, help and complaints in the reader's language.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use firedrill::locale::{Lang, Texts, Value};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Longest drill, simulated seconds: a day.
const MAX_SECONDS: f64 = 86_400.0;
/// Most seeds in one call.
const MAX_SEEDS: u64 = 100_000;

#[derive(Debug, Parser)]
#[command(name = "firedrill", version, disable_help_flag = true, disable_version_flag = true)]
#[command(disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    action: Option<Action>,
    #[arg(long, global = true, value_enum, value_name = "zh|en", hide_possible_values = true)]
    lang: Option<LangArg>,
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LangArg {
    Zh,
    En,
}

/// Text for people, or JSON for programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
}

/// A command with its options.
#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    Play(Play),
    Run(Run),
    Check(Check),
    List(List),
    Items(Items),
    Replay(Replay),
    Verify(Verify),
    Whatif(Whatif),
}

/// The window; without a command its menu.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Play {
    #[arg(value_name = "SCENARIO", required = true)]
    pub(crate) scenario: Option<PathBuf>,
    #[arg(long, value_name = "N", value_parser = seed)]
    pub(crate) seed: Option<u64>,
    #[arg(long, value_name = "KNOB=VALUE", value_parser = setting)]
    pub(crate) set: Vec<(String, String)>,
    #[arg(id = "play-as", long = "trainee", value_name = "ID")]
    pub(crate) trainee: Option<String>,
    #[arg(id = "play-out", long = "out", value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    #[arg(value_name = "SCENARIO")]
    pub(crate) scenario: PathBuf,
    #[arg(long, value_name = "[ID=]POLICY", value_parser = trainee)]
    pub(crate) trainee: Vec<(Option<String>, String)>,
    #[arg(long, value_name = "N", value_parser = seed, conflicts_with = "seeds")]
    pub(crate) seed: Option<u64>,
    #[arg(long, value_name = "A..B", value_parser = seeds)]
    pub(crate) seeds: Option<(u64, u64)>,
    #[arg(long, value_name = "KNOB=VALUE", value_parser = setting)]
    pub(crate) set: Vec<(String, String)>,
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub(crate) seconds: Option<f64>,
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    #[arg(long, value_name = "S", value_parser = every, requires = "out")]
    pub(crate) every: Option<f64>,
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "text|json",
        hide_possible_values = true
    )]
    pub(crate) format: Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    #[arg(value_name = "PATH", required = true)]
    pub(crate) path: Vec<PathBuf>,
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "text|json",
        hide_possible_values = true
    )]
    pub(crate) format: Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "text|json",
        hide_possible_values = true
    )]
    pub(crate) format: Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Items {}

#[derive(Debug, clap::Args)]
pub(crate) struct Replay {
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[arg(long)]
    pub(crate) verify: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    #[arg(value_name = "NAME")]
    pub(crate) name: Vec<String>,
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "text|json",
        hide_possible_values = true
    )]
    pub(crate) format: Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Whatif {
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "text|json",
        hide_possible_values = true
    )]
    pub(crate) format: Format,
}

impl Run {
    /// The seeds to run, in order; 1 if none was named.
    pub(crate) fn all_seeds(&self) -> std::ops::RangeInclusive<u64> {
        let (first, last) = self.seeds.unwrap_or_else(|| {
            let seed = self.seed.unwrap_or(1);
            (seed, seed)
        });
        first..=last
    }
}

/// Knobs by name; the name of one that was set twice.
pub(crate) fn knobs(set: &[(String, String)]) -> Result<BTreeMap<String, String>, &str> {
    let mut knobs = BTreeMap::new();
    for (knob, value) in set {
        if knobs.insert(knob.clone(), value.clone()).is_some() {
            return Err(knob);
        }
    }
    Ok(knobs)
}

// The parsers answer with the key of a text, which `complaint` says in the reader's language.

fn seed(given: &str) -> Result<u64, &'static str> {
    given.parse().or(Err("usage-seed"))
}

fn seeds(given: &str) -> Result<(u64, u64), &'static str> {
    let (first, last) = given.split_once("..").ok_or("usage-seeds")?;
    let last = last.strip_prefix('=').unwrap_or(last);
    let (first, last) = (seed(first).or(Err("usage-seeds"))?, seed(last).or(Err("usage-seeds"))?);
    if first > last || last - first >= MAX_SEEDS {
        Err("usage-seeds")
    } else {
        Ok((first, last))
    }
}

fn setting(given: &str) -> Result<(String, String), &'static str> {
    match given.split_once('=') {
        Some((knob, value)) if !knob.is_empty() && !value.is_empty() => Ok((knob.to_owned(), value.to_owned())),
        _ => Err("usage-set"),
    }
}

fn trainee(given: &str) -> Result<(Option<String>, String), &'static str> {
    let (id, policy) = given
        .split_once('=')
        .map_or((None, given), |(id, policy)| (Some(id), policy));
    if policy.is_empty() || id == Some("") {
        return Err("usage-trainee");
    }
    Ok((id.map(str::to_owned), policy.to_owned()))
}

fn between(given: &str, least: f64, most: f64) -> Option<f64> {
    given.parse().ok().filter(|s| (least..=most).contains(s))
}

fn seconds(given: &str) -> Result<f64, &'static str> {
    between(given, firedrill::drill::TICK_S, MAX_SECONDS).ok_or("usage-seconds")
}

fn every(given: &str) -> Result<f64, &'static str> {
    between(given, firedrill::drill::TICK_S, 3600.0).ok_or("usage-every")
}

/// The language asked for by `--lang`, before anything else is understood.
pub(crate) fn wanted_lang(given: &[OsString]) -> Option<Lang> {
    let mut words = given
        .iter()
        .skip(1)
        .filter_map(|w| w.to_str())
        .take_while(|w| *w != "--");
    let mut wanted = None;
    while let Some(word) = words.next() {
        let value = if word == "--lang" {
            words.next()
        } else {
            word.strip_prefix("--lang=")
        };
        wanted = match value {
            Some("zh") => Some(Lang::Zh),
            Some("en") => Some(Lang::En),
            _ => wanted,
        };
    }
    wanted
}

/// Why nothing is run: help or version was asked for, or the words were not understood.
#[derive(Debug)]
pub(crate) struct Stop {
    text: String,
    asked: bool,
}

impl Stop {
    /// Shows it; 0 if it was asked for, else 2.
    pub(crate) fn show(&self) -> ExitCode {
        // Nobody may be reading; there is no one left to tell.
        if self.asked {
            write!(std::io::stdout().lock(), "{}", self.text).ok();
            ExitCode::SUCCESS
        } else {
            write!(std::io::stderr().lock(), "{}", self.text).ok();
            ExitCode::from(2)
        }
    }
}

/// Understands the words of the command line.
pub(crate) fn parse(given: &[OsString], texts: &Texts) -> Result<Action, Stop> {
    let understood = command(texts)
        .try_get_matches_from(given)
        .and_then(|mut m| Cli::from_arg_matches_mut(&mut m));
    understood
        .map(|cli| cli.action.unwrap_or_else(|| Action::Play(Play::default())))
        .map_err(|e| stop(&e, texts))
}

/// The command line with its help in the reader's language. The help of an argument is the text `help-<name>`.
fn command(texts: &Texts) -> clap::Command {
    let template = format!(
        "{{about}}\n\n{}\n  {{usage}}\n\n{{all-args}}{{after-help}}\n",
        texts.get("help-head-usage", &[])
    );
    let localised = |command: clap::Command| {
        command
            .help_template(template.clone())
            .subcommand_help_heading(texts.get("help-head-commands", &[]))
            .mut_args(|arg| {
                let heading = if arg.is_positional() {
                    "help-head-arguments"
                } else {
                    "help-head-options"
                };
                let help = texts.get(&format!("help-{}", arg.get_id()), &[]);
                let has_value = arg.get_action().takes_values();
                arg.help(help)
                    .help_heading(texts.get(heading, &[]))
                    .hide_default_value(has_value)
            })
    };
    let command = localised(Cli::command())
        .about(texts.get("help-firedrill", &[]))
        .after_help(texts.get("help-examples", &[]))
        .mut_subcommands(|sub| {
            let about = texts.get(&format!("help-command-{}", sub.get_name()), &[]);
            localised(sub).about(about)
        });
    // Width of a help line in a pipe; a terminal's own width is not asked for.
    command.term_width(100)
}

fn stop(error: &clap::Error, texts: &Texts) -> Stop {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stop {
            text: error.to_string(),
            asked: true,
        },
        _ => {
            let said = texts.get("error-line", &[("text", complaint(error, texts).into())]);
            Stop {
                text: format!("{said}\n"),
                asked: false,
            }
        }
    }
}

/// What is wrong with the words, and what to write instead, in one paragraph.
fn complaint(error: &clap::Error, texts: &Texts) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(one)) => one.clone(),
        Some(ContextValue::Strings(many)) => many.join(" "),
        _ => String::new(),
    };
    let values = [
        ("arg", Value::from(context(ContextKind::InvalidArg))),
        ("value", Value::from(context(ContextKind::InvalidValue))),
        ("command", Value::from(context(ContextKind::InvalidSubcommand))),
        ("other", Value::from(context(ContextKind::PriorArg))),
        ("valid", Value::from(context(ContextKind::ValidValue))),
    ];
    let what = match error.kind() {
        ErrorKind::InvalidSubcommand => "usage-unknown-command",
        ErrorKind::UnknownArgument => "usage-unknown-option",
        ErrorKind::MissingRequiredArgument => "usage-missing",
        ErrorKind::ArgumentConflict
            if context(ContextKind::PriorArg).is_empty()
                || context(ContextKind::PriorArg) == context(ContextKind::InvalidArg) =>
        {
            "usage-twice"
        }
        ErrorKind::ArgumentConflict => "usage-conflict",
        ErrorKind::InvalidUtf8 => "usage-not-utf8",
        ErrorKind::InvalidValue if context(ContextKind::InvalidValue).is_empty() => "usage-no-value",
        ErrorKind::InvalidValue => "usage-invalid-value",
        ErrorKind::ValueValidation => "usage-bad-value",
        _ => "usage-other",
    };
    let mut said = texts.get(what, &values);
    if let Some(reason) = std::error::Error::source(error) {
        said = format!("{said} {}", texts.get(&reason.to_string(), &[]));
    }
    let suggested = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .map(context)
    .find(|s| !s.is_empty());
    if let Some(near) = suggested {
        said = format!("{said} {}", texts.get("usage-suggestion", &[("near", near.into())]));
    }
    format!("{said} {}", texts.get("usage-see-help", &[]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn parsed(words: &[&str]) -> Result<Action, Stop> {
        let words: Vec<_> = std::iter::once("firedrill")
            .chain(words.iter().copied())
            .map(OsString::from)
            .collect();
        parse(&words, &Texts::new(Lang::En))
    }

    fn refused(words: &[&str]) -> String {
        let stop = parsed(words).unwrap_err();
        assert!(!stop.asked);
        stop.text
    }

    #[test]
    fn the_command_line_is_well_formed() {
        command(&Texts::new(Lang::Zh)).debug_assert();
    }

    #[test]
    fn every_option_and_command_has_its_help_in_every_language_and_no_help_is_left_over() {
        let mut used: BTreeSet<_> = [
            "firedrill",
            "examples",
            "head-usage",
            "head-commands",
            "head-arguments",
            "head-options",
        ]
        .map(|k| format!("help-{k}"))
        .into();
        let cli = Cli::command();
        used.extend(cli.get_arguments().map(|a| format!("help-{}", a.get_id())));
        for sub in cli.get_subcommands() {
            used.insert(format!("help-command-{}", sub.get_name()));
            used.extend(sub.get_arguments().map(|a| format!("help-{}", a.get_id())));
        }
        for lang in Lang::ALL {
            let there: BTreeSet<_> = firedrill::locale::files(lang)
                .flat_map(|(_, text)| text.lines())
                .filter_map(|line| line.split_once(" =").map(|(key, _)| key.to_owned()))
                .filter(|key| key.starts_with("help-"))
                .collect();
            assert_eq!(used, there, "{lang:?}");
        }
    }

    #[test]
    fn a_full_run_is_understood() {
        let Ok(Action::Run(run)) = parsed(&[
            "run",
            "a.ron",
            "--trainee",
            "best",
            "--trainee",
            "li=stay",
            "--seeds",
            "2..4",
            "--set",
            "door=open",
            "--seconds",
            "90",
            "--out",
            "d",
            "--every",
            "1",
            "--format",
            "json",
            "--lang",
            "en",
        ]) else {
            panic!("not understood");
        };
        assert_eq!(run.trainee, [(None, "best".into()), (Some("li".into()), "stay".into())]);
        assert_eq!(run.all_seeds().collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(knobs(&run.set).unwrap()["door"], "open");
        assert_eq!(
            (run.seconds, run.every, run.format),
            (Some(90.0), Some(1.0), Format::Json)
        );
    }

    #[test]
    fn one_seed_is_the_default_and_a_knob_set_twice_is_named() {
        let Ok(Action::Run(run)) = parsed(&["run", "a.ron", "--set", "k=1", "--set", "k=2"]) else {
            panic!("not understood");
        };
        assert_eq!(run.all_seeds(), 1..=1);
        assert_eq!(knobs(&run.set), Err("k"));
    }

    #[test]
    fn values_out_of_their_range_are_refused_with_the_reason() {
        for (option, value) in [
            ("--seconds", "0"),
            ("--seconds", "nan"),
            ("--seconds", "inf"),
            ("--seconds", "-3"),
            ("--seed", "-1"),
            ("--seed", "1e3"),
            ("--seeds", "5..2"),
            ("--seeds", "1..18446744073709551615"),
            ("--seeds", "7"),
            ("--set", "knob"),
            ("--set", "=1"),
            ("--trainee", "a="),
            ("--every", "0.001"),
        ] {
            let said = refused(&["run", "a.ron", "--out", "d", &format!("{option}={value}")]);
            assert!(
                said.contains(option) && !said.contains("usage-"),
                "{option} {value}: {said}"
            );
            assert_eq!(said.trim_end().lines().count(), 1, "{said}");
        }
    }

    #[test]
    fn words_that_mean_nothing_are_refused_with_what_is_near() {
        assert!(refused(&["chek", "a.ron"]).contains("check"));
        assert!(refused(&["run", "a.ron", "--sed", "1"]).contains("--seed"));
        for words in [
            &["run"][..],
            &["check"],
            &["run", "a.ron", "--every", "1"],
            &["run", "a.ron", "--seed", "1", "--seeds", "1..2"],
            &["run", "a.ron", "--seed", "1", "--seed", "2"],
            &["list", "--format", "xml"],
            &["list", "--format"],
            &["replay", "a", "b"],
        ] {
            let said = refused(words);
            assert!(
                !said.contains("usage-") && said.trim_end().lines().count() == 1,
                "{words:?}: {said}"
            );
        }
    }

    #[test]
    fn a_drill_in_the_window_is_understood_and_no_command_is_the_menu() {
        let words = [
            "play",
            "a.ron",
            "--seed",
            "3",
            "--set",
            "k=1",
            "--trainee",
            "li",
            "--out",
            "d",
        ];
        let Ok(Action::Play(play)) = parsed(&words) else {
            panic!("not understood");
        };
        assert_eq!((play.seed, play.trainee.as_deref()), (Some(3), Some("li")));
        assert_eq!(play.out, Some(PathBuf::from("d")));
        let Ok(Action::Play(menu)) = parsed(&[]) else {
            panic!("not understood");
        };
        assert_eq!(menu.scenario, None);
        assert!(refused(&["play"]).contains("SCENARIO"));
    }

    #[test]
    fn commands_that_are_not_there_yet_are_not_offered() {
        assert!(refused(&["whatif"]).contains("whatif"));
    }

    #[test]
    fn the_language_is_known_even_where_the_rest_is_not() {
        let lang = |words: &[&str]| wanted_lang(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(lang(&["firedrill", "nonsense", "--lang", "en"]), Some(Lang::En));
        assert_eq!(lang(&["firedrill", "--lang=zh"]), Some(Lang::Zh));
        assert_eq!(lang(&["firedrill", "--lang"]), None);
        assert_eq!(lang(&["firedrill", "--lang", "fr"]), None);
        assert_eq!(lang(&[]), None);
    }
}
