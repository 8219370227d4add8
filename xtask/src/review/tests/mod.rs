//! What a review finds, with the values that show it.

#[path = "../../../../spec/tests/drawn/mod.rs"]
mod drawn;
mod implication;
mod pairs;
mod same;
