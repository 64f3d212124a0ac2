//! The command line: parse, call one room, print.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
