//! The Depot API: a service as unlike the Workspace API as can be, with one promise broken at a time.
//!
//! Its mutants reach into the store of the sound server as well as into what is sent: most of what real services get
//! wrong is in what they keep.

mod memory;
mod refusal;
mod table;

use std::net::SocketAddr;

use depot::Depot;

pub use memory::Memory;
pub use table::all;

use crate::subject::{Files, Sound, Subject};

/// A mutant of the depot.
pub type Mutant = crate::mutant::Mutant<Memory>;

/// How a mutant of the depot breaks its promise.
pub type Breaks = crate::mutant::Breaks<Memory>;

/// The Depot API.
#[derive(Debug, Clone, Copy)]
pub struct DepotApi;

impl Subject for DepotApi {
    type Memory = Memory;
    type Guard = ();

    const FILES: Files = Files {
        contract: "conformance/depot/depot.yaml",
        workflows: None,
        profile: "conformance/depot/profile.toml",
    };

    async fn sound(_: SocketAddr) -> Result<Sound<Memory, ()>, String> {
        let depot = Depot::default();
        Ok(Sound { app: depot::app(depot.clone()), memory: Memory::of(depot), guard: () })
    }

    fn mutants() -> Vec<&'static Mutant> {
        all().collect()
    }

    fn beyond() -> Vec<&'static Mutant> {
        Vec::new()
    }
}
