//! What each mutant of the depot changes: against a script of literal requests, some answers differ from the sound ones.
//!
//! A mutant that changes none is sound, and one that changes many says nothing about a suite that finds it.

mod answer;
mod script;

use std::thread;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::Request;
use mutants::depot::{DepotApi, Mutant};
use mutants::{Sound, Subject as _, wrap};
use tokio::runtime::Builder;
use tower::ServiceExt as _;

use answer::Answer;
use script::{Kept, Line, script};

/// Of the script's answers, the most that a mutant may change, in percent. What makes something or doesn't shifts the ids
/// of all that is made after it.
const MOST: usize = 70;

#[test]
fn every_mutant_breaks_a_little() {
    let script = script();
    let sound = play_alone(&script, None);
    let mutants = DepotApi::mutants();
    // Two halves, by turns: neighbours cost about the same.
    let wrong: Vec<String> = thread::scope(|scope| {
        let half = |first| {
            let (script, sound, mutants) = (&script, &sound, &mutants);
            scope.spawn(move || {
                let own = mutants.iter().skip(first).step_by(2);
                own.filter_map(|mutant| objection(script, sound, mutant)).collect::<Vec<_>>()
            })
        };
        let halves = [half(0), half(1)];
        halves.into_iter().flat_map(|it| it.join().expect("no exchange panics")).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Why a mutant is none, or too much of one.
fn objection(script: &[Line], sound: &[Answer], mutant: &Mutant) -> Option<String> {
    let broken = play_alone(script, Some(mutant));
    let changed = sound.iter().zip(&broken).filter(|(sound, broken)| sound != broken).count();
    let is_right = (1..=sound.len() * MOST / 100).contains(&changed);
    (!is_right).then(|| format!("{} changes {changed} of {} answers", mutant.id, sound.len()))
}

/// Whatever the sound server answers, it answers again.
#[test]
fn the_script_is_answered_alike_every_time() {
    let script = script();
    assert_eq!(play_alone(&script, None), play_alone(&script, None));
}

/// The answers to the script, which say what is meant: no line is a slip.
#[test]
fn the_sound_server_answers_as_the_script_means() {
    let script = script();
    let answers = play_alone(&script, None);
    let told: String = script
        .iter()
        .zip(answers)
        .map(|(line, answer)| format!("{} {}\n", answer.status(), line.text))
        .collect();
    insta::assert_snapshot!("answers", told);
}

fn play_alone(script: &[Line], mutant: Option<&Mutant>) -> Vec<Answer> {
    // Time stands still but for what waits: what is withheld is waited for no longer than a moment.
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(play(script, mutant))
}

async fn play(script: &[Line], mutant: Option<&Mutant>) -> Vec<Answer> {
    let address = ([127, 0, 0, 1], 1).into();
    let Sound { app, memory, guard: () } =
        DepotApi::sound(address).await.expect("the sound server starts");
    let app = match mutant {
        Some(mutant) => wrap(app, mutant.breaks, memory),
        None => app,
    };
    let mut kept = Kept::default();
    let mut answers: Vec<Answer> = Vec::new();
    let mut lines = script.iter();
    while let Some(line) = lines.next() {
        let other = if line.together { lines.next() } else { None };
        let one = ask(&app, line.request(&kept));
        match other {
            Some(other) => {
                let (one, other) = tokio::join!(one, ask(&app, other.request(&kept)));
                answers.extend([one, other]);
            }
            None => {
                let answer = one.await;
                kept.keep(line, &answer);
                answers.push(answer);
            }
        }
    }
    answer::without_times(answers)
}

async fn ask(app: &Router, request: Request<Body>) -> Answer {
    let asked = async {
        let response = match app.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        Answer::new(&parts, to_bytes(body, usize::MAX).await.ok())
    };
    let patience = std::time::Duration::from_secs(4);
    tokio::time::timeout(patience, asked).await.unwrap_or_default()
}
