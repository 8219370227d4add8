//! What the depots hold, company by company.

mod clock;
mod item;
mod stock;

use std::collections::BTreeMap;

use bytes::Bytes;
use depot_api::types::{Bin, Count, Move, Order, Photo, Site, Supplier};

pub use clock::Clock;
pub use item::{Item, Kind};

/// What a key allows. A higher role may do all that a lower one may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// To see.
    Reader,
    /// To make and to change.
    Writer,
    /// To delete for good.
    Admin,
}

impl Role {
    /// As the contract's security requirements name it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "reader" => Some(Self::Reader),
            "writer" => Some(Self::Writer),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }
}

/// Every key, with its company and role.
pub const KEYS: [(&str, &str, Role); 4] = [
    ("north-reader-key", "north", Role::Reader),
    ("north-writer-key", "north", Role::Writer),
    ("north-admin-key", "north", Role::Admin),
    ("south-admin-key", "south", Role::Admin),
];

/// Everything.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// By name.
    pub companies: BTreeMap<&'static str, Company>,
    /// Makes ids and times for all of them.
    pub clock: Clock,
}

impl State {
    /// A company's things, and what makes ids and times for them.
    pub fn of(&mut self, company: &'static str) -> (&mut Company, &mut Clock) {
        (self.companies.entry(company).or_default(), &mut self.clock)
    }
}

/// The things of a company, by id.
#[derive(Debug, Clone, Default)]
pub struct Company {
    /// Without their `bin_count`.
    pub sites: BTreeMap<i64, Site>,
    /// By site and code, without what is `stored`.
    pub bins: BTreeMap<(i64, String), Bin>,
    /// With their bank accounts.
    pub suppliers: BTreeMap<i64, Supplier>,
    /// What is kept.
    pub items: BTreeMap<i64, Item>,
    /// What came in and went out.
    pub moves: BTreeMap<i64, Move>,
    /// What items look like.
    pub photos: BTreeMap<i64, StoredPhoto>,
    /// With their payment tokens.
    pub orders: BTreeMap<i64, Order>,
    /// Stocktakings.
    pub counts: BTreeMap<i64, Count>,
}

/// A photo with its bytes.
#[derive(Debug, Clone)]
pub struct StoredPhoto {
    /// The item that it shows.
    pub item_id: i64,
    /// What is told of it.
    pub info: Photo,
    /// The file.
    pub bytes: Bytes,
}
