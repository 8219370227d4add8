//! What each mutant changes: against a script of literal requests, exactly these answers differ from the sound ones.
//!
//! A mutant that changes none is sound, and one that changes many says nothing about a suite that finds it.

mod script;
mod shape;

use std::collections::VecDeque;
use std::thread;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::Request;
use mutants::workspace::{Mutant, Workspace};
use mutants::{Sound, Subject as _, wrap};
use serde_json::Value;
use tokio::runtime::Builder;
use tower::ServiceExt as _;

use script::{Line, script};
use shape::{Answer, Shapes};

/// Of the script's answers, about 160, the most that a mutant may change.
const MOST: usize = 55;

/// The most that are told of one mutant.
const TOLD: usize = 4;

#[test]
fn every_mutant_breaks_a_little() {
    let script = script();
    let sound = play_alone(&script, None);
    let mutants = Workspace::mutants();
    // Two halves, by turns: neighbours cost about the same.
    let halves = thread::scope(|scope| {
        let half = |first| {
            let (script, sound, mutants) = (&script, &sound, &mutants);
            scope.spawn(move || {
                let own = mutants.iter().skip(first).step_by(2);
                own.map(|it| changes(script, sound, &play_alone(script, Some(it)))).collect()
            })
        };
        [half(0), half(1)].map(|half| half.join().expect("no exchange panics"))
    });
    let [mut even, mut odd]: [VecDeque<Vec<String>>; 2] = halves;
    let mut told = String::new();
    let mut wrong = Vec::new();
    for (number, mutant) in mutants.iter().enumerate() {
        let half = if number % 2 == 0 { &mut even } else { &mut odd };
        let changes = half.pop_front().unwrap_or_default();
        if !(1..=MOST).contains(&changes.len()) {
            wrong.push(format!("{} changes {} answers", mutant.id, changes.len()));
        }
        told.push_str(&tell(mutant, &changes));
    }
    insta::assert_snapshot!("effects", told);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn tell(mutant: &Mutant, changes: &[String]) -> String {
    let mut told = format!("{} ({}): {}\n", mutant.id, mutant.group, mutant.promise);
    for change in changes.iter().take(TOLD) {
        told.push_str(&format!("    {change}\n"));
    }
    if let Some(more) = changes.len().checked_sub(TOLD).filter(|more| *more > 0) {
        told.push_str(&format!("    and {more} more\n"));
    }
    told
}

/// Whatever the sound server answers, it answers again.
#[test]
fn the_script_is_answered_alike_every_time() {
    let script = script();
    let (once, again) = (play_alone(&script, None), play_alone(&script, None));
    assert_eq!(changes(&script, &once, &again), Vec::<String>::new());
}

fn play_alone(script: &[Line], mutant: Option<&Mutant>) -> Vec<Answer> {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(play(script, mutant))
}

/// The answers to the script, with whatever differs between any two runs taken out.
async fn play(script: &[Line], mutant: Option<&Mutant>) -> Vec<Answer> {
    let address = ([127, 0, 0, 1], 1).into();
    let sound = Workspace::sound(address).await.expect("the sound server starts");
    let Sound { app, memory, guard: _folder } = sound;
    let app = match mutant {
        Some(mutant) => wrap(app, mutant.breaks, memory),
        None => app,
    };
    let mut holes: Vec<(&str, String)> = Vec::new();
    let mut answers = Vec::new();
    for line in script {
        let answer = ask(&app, line, &holes).await;
        if let Some((hole, pointer)) = line.keep {
            let value = answer.json.as_ref().and_then(|json| json.pointer(pointer));
            let value = value.and_then(Value::as_str).unwrap_or("missing").to_owned();
            holes.retain(|(present, _)| *present != hole);
            holes.push((hole, value));
        }
        answers.push(answer);
    }
    Shapes::default().all(answers)
}

async fn ask(app: &Router, line: &Line, holes: &[(&str, String)]) -> Answer {
    let mut target = line.target.replace("{nowhere}", script::NOWHERE);
    for (hole, value) in holes {
        target = target.replace(&format!("{{{hole}}}"), value);
        target = target.replace(&format!("{{^{hole}}}"), &value.to_uppercase());
    }
    let mut request = Request::builder().method(line.method).uri(target);
    for (name, value) in &line.headers {
        request = request.header(*name, value);
    }
    let request = request.body(Body::from(line.body.clone())).expect("a request");
    let asked = app.clone().oneshot(request);
    // A mutant that never answers is one that doesn't answer soon.
    let patience = std::time::Duration::from_secs(4);
    match tokio::time::timeout(patience, asked).await {
        Ok(Ok(response)) => {
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await;
            Answer::new(&parts, body.map(|body| body.to_vec()).ok())
        }
        Ok(Err(never)) => match never {},
        Err(_) => Answer::none(),
    }
}

fn changes(script: &[Line], sound: &[Answer], broken: &[Answer]) -> Vec<String> {
    let lines = script.iter().zip(sound.iter().zip(broken));
    let told = lines.filter_map(|(line, (sound, broken))| {
        sound.differs(broken).map(|how| format!("{}: {how}", line.label))
    });
    told.collect()
}
