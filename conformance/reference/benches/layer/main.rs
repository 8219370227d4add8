//! The generated server layer against the same handlers written by hand on axum.
//!
//! Both serve the same constant workspaces ([`service`]), keep the same contract and send the same bytes, which is
//! looked at before anything is measured. They take turns in short rounds, and what is told is the median of the
//! ratios within a round: whatever else the machine does then concerns both alike.
//!
//! *Over loopback* is what a client sees: HTTP/1.1 on several connections, server and client a thread each.
//! *In process* is the router alone, called on this thread with requests that are already there.

mod by_hand;
mod generated;
mod load;
mod requests;
mod service;

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use http_body_util::BodyExt as _;
use tokio::runtime::Runtime;
use tower::Service as _;

use crate::load::Server;
use crate::requests::Sample;
use crate::service::Store;

/// How often the two take turns over loopback, and how long a turn is.
const ROUNDS: usize = 40;
const TURN: Duration = Duration::from_millis(60);

/// The same in process, in requests: turns are short enough that few are interrupted.
const ROUNDS_IN_PROCESS: usize = 200;
const BATCH: usize = 200;

/// What is asked for: how much of the throughput by hand the generated layer has over loopback.
const BOUND: f64 = 0.95;

/// Requests a second of both, in one round.
#[derive(Clone, Copy)]
struct Pair {
    generated: f64,
    by_hand: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let store = Arc::new(Store::new());
    let mut routers = [generated::router(&store), by_hand::router(&store)];
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    agree(&runtime, &mut routers)?;

    let samples = requests::measured();
    let in_process = rounds(ROUNDS_IN_PROCESS, &samples, |sample, which| {
        Ok(runtime.block_on(call_again_and_again(&mut routers[which], sample)))
    })?;
    let [generated, by_hand] = routers;
    let mut servers = [Server::start(generated)?, Server::start(by_hand)?];
    let loopback = rounds(ROUNDS, &samples, |sample, which| {
        Ok(servers[which].load(&sample.bytes(), sample.status, TURN)?)
    })?;
    print(&samples, &loopback, &in_process);
    Ok(())
}

/// Looks whether the two are the same to a client: the same bytes where they serve, the same status where they refuse.
fn agree(runtime: &Runtime, routers: &mut [Router; 2]) -> Result<(), Box<dyn Error>> {
    let served = requests::measured().into_iter().map(|sample| (sample, true));
    let refused = requests::refused().into_iter().map(|sample| (sample, false));
    for (sample, is_served) in served.chain(refused) {
        let mut answers = Vec::new();
        for router in &mut *routers {
            let (parts, body) = runtime.block_on(router.call(sample.request()))?.into_parts();
            let body = runtime.block_on(body.collect())?.to_bytes();
            answers.push((parts.status.as_u16(), parts.headers, is_served.then_some(body)));
        }
        if answers[0].0 != sample.status || answers[0].0 != answers[1].0 {
            let (generated, by_hand) = (answers[0].0, answers[1].0);
            let Sample { name, status, .. } = sample;
            return Err(format!("{name}: {generated} and {by_hand} instead of {status}").into());
        }
        if is_served && answers[0] != answers[1] {
            return Err(format!("{}: {:?} is not {:?}", sample.name, answers[0], answers[1]).into());
        }
    }
    Ok(())
}

/// Lets the two take turns: of each sample, what both reach in each round, after a tenth of the rounds to warm up.
fn rounds(
    count: usize,
    samples: &[Sample],
    mut turn: impl FnMut(&Sample, usize) -> Result<f64, Box<dyn Error>>,
) -> Result<Vec<Vec<Pair>>, Box<dyn Error>> {
    let mut measured = vec![Vec::with_capacity(count); samples.len()];
    let warm_up = count / 10;
    for round in 0..warm_up + count {
        for (sample, pairs) in samples.iter().zip(&mut measured) {
            // Who goes first has the caches as the sample before left them; so each does half of the time.
            let first = round % 2;
            let mut rates = [0.0; 2];
            for which in [first, 1 - first] {
                rates[which] = turn(sample, which)?;
            }
            if round >= warm_up {
                pairs.push(Pair { generated: rates[0], by_hand: rates[1] });
            }
        }
    }
    Ok(measured)
}

async fn call_again_and_again(router: &mut Router, sample: &Sample) -> f64 {
    let requests: Vec<Request> = (0..BATCH).map(|_| sample.request()).collect();
    let start = Instant::now();
    for request in requests {
        let Ok(response) = router.call(request).await;
        std::hint::black_box(response);
    }
    BATCH as f64 / start.elapsed().as_secs_f64()
}

fn print(samples: &[Sample], loopback: &[Vec<Pair>], in_process: &[Vec<Pair>]) {
    println!();
    println!("{:<16}{:^39}   {:^39}", "", "over loopback", "in process");
    let columns = format!("{:>10} {:>10}   {:<15}", "generated", "by hand", "ratio");
    println!("{:<16}{columns}   {columns}", "requests/s");
    for ((sample, loopback), in_process) in samples.iter().zip(loopback).zip(in_process) {
        print_row(sample.name, loopback, in_process);
    }
    let (total, total_in_process) = (as_many_of_each(loopback), as_many_of_each(in_process));
    print_row("as many of each", &total, &total_in_process);
    println!();
    let of_each = samples.iter().zip(loopback).map(|(sample, pairs)| (ratio(pairs), sample.name));
    if let Some((lowest, name)) = of_each.min_by(|one, other| one.0.total_cmp(&other.0)) {
        let all = ratio(&total);
        print!(
            "generated / by hand, over loopback: {all:.3} in all, {lowest:.3} at least ({name}); "
        );
        println!("it should be {BOUND} or more");
    }
}

/// The median ratio.
fn ratio(pairs: &[Pair]) -> f64 {
    quartiles(pairs, |pair| pair.generated / pair.by_hand)[1]
}

fn print_row(name: &str, loopback: &[Pair], in_process: &[Pair]) {
    let columns = |pairs: &[Pair]| {
        let [_, generated, _] = quartiles(pairs, |pair| pair.generated);
        let [_, by_hand, _] = quartiles(pairs, |pair| pair.by_hand);
        let [low, ratio, high] = quartiles(pairs, |pair| pair.generated / pair.by_hand);
        format!("{generated:>10.0} {by_hand:>10.0}   {ratio:.3} ±{:<8.3}", (high - low) / 2.0)
    };
    println!("{name:<16}{}   {}", columns(loopback), columns(in_process));
}

/// Rates when each sample is asked for as often as any other: the times of one of each add up.
fn as_many_of_each(measured: &[Vec<Pair>]) -> Vec<Pair> {
    let rate = |round: usize, rate: fn(&Pair) -> f64| {
        let time: f64 = measured.iter().map(|pairs| 1.0 / rate(&pairs[round])).sum();
        measured.len() as f64 / time
    };
    let total = |round| Pair {
        generated: rate(round, |pair| pair.generated),
        by_hand: rate(round, |pair| pair.by_hand),
    };
    (0..measured.first().map_or(0, Vec::len)).map(total).collect()
}

/// The value that a quarter, half and three quarters of the rounds stay below.
fn quartiles(pairs: &[Pair], value: impl Fn(&Pair) -> f64) -> [f64; 3] {
    let mut values: Vec<f64> = pairs.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[values.len() * quarter / 4])
}
