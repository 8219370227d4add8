//! `mutants`: which deliberately broken servers does the conformance suite find?

use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;

use clap::{Parser, ValueEnum};
use mutants::depot::DepotApi;
use mutants::workspace::Workspace;
use mutants::{Mutant, Plan, Subject, Suite, Trial, Until, failures, hold, line, summary};

/// Which deliberately broken servers does the conformance suite find?
///
/// Each mutant is a sound server with one promise of its contract broken. Exits 1 if one is missed or if
/// the sound server is accused of anything, 2 if the suite can't be run.
#[derive(Debug, Parser)]
#[command(name = "mutants", version, max_term_width = 100)]
struct Arguments {
    /// Only mutants whose id, or whose group, is one of these
    #[arg(value_name = "ID|GROUP")]
    only: Vec<String>,

    /// Whose mutants
    #[arg(long, value_enum, default_value_t = Contract::Workspace)]
    contract: Contract,

    /// Servers tried at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    workers: usize,

    /// How often the sound server is tried
    #[arg(long, value_name = "N", default_value_t = 3)]
    sound: usize,

    /// Run every case against each mutant, and tell everything that fails
    #[arg(long)]
    whole: bool,

    /// Those that the suite is known not to find yet, instead of those that it has to find
    #[arg(long)]
    beyond: bool,

    /// Tell what there is, and try nothing
    #[arg(long)]
    list: bool,
}

/// A contract that there are mutants for.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Contract {
    /// The Workspace API, by its reference implementation
    Workspace,
    /// The Depot API, which is as unlike it as can be
    Depot,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.contract {
        Contract::Workspace => run::<Workspace>(&arguments),
        Contract::Depot => run::<DepotApi>(&arguments),
    }
}

fn run<S: Subject>(arguments: &Arguments) -> ExitCode {
    let chosen = choose::<S>(arguments);
    if chosen.is_empty() {
        anstream::eprintln!("error: no mutant is called that; see --list");
        return ExitCode::from(2);
    }
    if arguments.list {
        for mutant in chosen {
            anstream::println!("{:<12} {:<40} {}", mutant.group, mutant.id, mutant.promise);
        }
        return ExitCode::SUCCESS;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match Suite::read(&root, &S::FILES) {
        Ok(suite) => try_all::<S>(&suite, &chosen, arguments),
        Err(problem) => {
            anstream::eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn choose<S: Subject>(arguments: &Arguments) -> Vec<&'static Mutant<S::Memory>> {
    let offered = if arguments.beyond { S::beyond() } else { S::mutants() };
    let named = |mutant: &Mutant<S::Memory>| {
        let group = mutant.group.to_string();
        arguments.only.iter().any(|it| *it == mutant.id || *it == group)
    };
    offered.into_iter().filter(|it| arguments.only.is_empty() || named(it)).collect()
}

fn try_all<S: Subject>(
    suite: &Suite,
    chosen: &[&'static Mutant<S::Memory>],
    arguments: &Arguments,
) -> ExitCode {
    let until = if arguments.whole { Until::End } else { Until::FirstFailure };
    let plan = Plan { workers: arguments.workers, sound: arguments.sound, until };
    let trials = Mutex::new(Vec::new());
    hold::<S>(suite, chosen, plan, |trial| {
        tell(&trial, arguments.whole);
        if let Ok(mut trials) = trials.lock() {
            trials.push(trial);
        }
    });
    let trials = trials.into_inner().unwrap_or_default();
    anstream::println!("{}", summary(&trials));
    let right =
        trials.len() == chosen.len() + arguments.sound && trials.iter().all(Trial::is_right);
    if right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn tell<M>(trial: &Trial<M>, whole: bool) {
    anstream::println!("{}", line(trial));
    // Whatever the sound server is accused of is a fault of the suite, or of the server: both want to be known.
    if let Ok(run) = &trial.run
        && (whole || trial.mutant.is_none())
    {
        anstream::print!("{}", failures(run));
    }
}
