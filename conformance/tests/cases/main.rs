//! The kinds of service on which the suite was once wrong, harmful or blind: each as it was met, and relatives of it,
//! so that the kind stays mended and not only the case.
//!
//! ```text
//! a folder of ../shared/cases/conformance, or a document and a closure ──conformance run──▶ exit code, report, what was asked
//! ```
//!
//! The services that were met are Python programs: their tests are skipped, loudly, where the folder or `python3` is
//! missing; without `python3` they fail where `CI=true`.

#[path = "../target/mod.rs"]
mod target;

mod actions;
mod alarms;
mod albums;
mod alone;
mod baskets;
mod batches;
mod before;
mod bills;
mod blame;
mod boards;
mod books;
mod calendars;
mod chosen;
mod claims;
mod clocks;
mod concurrent;
mod conditions;
mod conflicts;
mod crates;
mod credentials;
mod depots;
mod derived;
mod documented;
mod drafts;
mod elsewhere;
mod entitled;
mod errands;
mod existing;
mod exports;
mod fares;
mod faults;
mod fitting;
mod fleet;
mod gardens;
mod granted;
mod harm;
mod hostel;
mod keys;
mod kinds;
mod kits;
mod leases;
mod lendings;
mod lessons;
mod links;
mod lists;
mod loans;
mod locations;
mod lodges;
mod masked;
mod met;
mod modest;
mod nested;
mod openings;
mod owned;
mod pages;
mod parcels;
mod parties;
mod patches;
mod periods;
mod projects;
mod put_back;
mod rates;
mod reach;
mod rentals;
mod roles;
mod selves;
mod senders;
mod service;
mod shop;
mod standing;
mod states;
mod stock;
mod styles;
mod suite;
mod surroundings;
mod tenants;
mod terms;
mod told;
mod unsent;
mod uploads;
mod usage;
#[path = "../valid/mod.rs"]
mod valid;
mod visits;
mod votes;
mod voyages;
mod workflows;
mod wrapped;
mod writes;
