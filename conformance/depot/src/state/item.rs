//! An item as it is kept, and as the contract shows it.

use depot_api::types::{self, ItemRequest, LiquidHazard};
use time::OffsetDateTime;

use super::Clock;

/// An item.
#[derive(Debug, Clone)]
pub struct Item {
    /// Made by the server.
    pub id: i64,
    /// Another one after every change.
    pub version: i64,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was changed last.
    pub updated_at: OffsetDateTime,
    /// Unique in the company.
    pub sku: String,
    /// For people.
    pub name: String,
    /// Whom it comes from.
    pub supplier_id: i64,
    /// What one costs.
    pub price_cents: i64,
    /// In their order.
    pub tags: Option<Vec<String>>,
    /// For people.
    pub note: Option<String>,
    /// What only items of its kind have.
    pub kind: Kind,
}

/// What only items of one kind have.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A solid one.
    Part {
        /// How long it is.
        length_mm: Option<i32>,
        /// Whether it breaks.
        fragile: Option<bool>,
    },
    /// A fluid one.
    Liquid {
        /// How much there is in one.
        litres: f64,
        /// What it may do.
        hazard: Option<LiquidHazard>,
    },
}

impl Item {
    /// A new one, of what a client may say of it.
    #[must_use]
    pub fn new(said: ItemRequest, clock: &mut Clock) -> Self {
        let now = clock.now();
        Self::said(said, clock.id(), now, now)
    }

    /// The same item, with all that a client may say of it said anew.
    pub fn replace(&mut self, said: ItemRequest, clock: &mut Clock) {
        *self = Self {
            version: self.version,
            ..Self::said(said, self.id, self.created_at, self.updated_at)
        };
        self.touch(clock);
    }

    /// Takes note that it has changed.
    pub fn touch(&mut self, clock: &mut Clock) {
        self.version += 1;
        self.updated_at = clock.now();
    }

    /// Its strong validator.
    #[must_use]
    pub fn etag(&self) -> String {
        format!("\"{}.{}\"", self.id, self.version)
    }

    fn said(
        said: ItemRequest,
        id: i64,
        created_at: OffsetDateTime,
        updated_at: OffsetDateTime,
    ) -> Self {
        let (sku, name, supplier_id, price_cents, tags, note, kind) = match said {
            ItemRequest::Part(it) => {
                let kind = Kind::Part { length_mm: it.length_mm, fragile: it.fragile };
                (it.sku, it.name, it.supplier_id, it.price_cents, it.tags, it.note, kind)
            }
            ItemRequest::Liquid(it) => {
                let kind = Kind::Liquid { litres: it.litres, hazard: it.hazard };
                (it.sku, it.name, it.supplier_id, it.price_cents, it.tags, it.note, kind)
            }
        };
        Self {
            id,
            version: 1,
            created_at,
            updated_at,
            sku,
            name,
            supplier_id,
            price_cents,
            tags,
            note,
            kind,
        }
    }

    /// As the contract shows it.
    #[must_use]
    pub fn shown(&self, stock: i64) -> types::Item {
        let Self { sku, name, tags, note, .. } = self.clone();
        let (supplier_id, price_cents) = (self.supplier_id, self.price_cents);
        let (id, created_at, updated_at) = (self.id, self.created_at, self.updated_at);
        match self.kind.clone() {
            Kind::Part { length_mm, fragile } => types::Part {
                id,
                sku,
                name,
                supplier_id,
                price_cents,
                stock,
                created_at,
                updated_at,
                tags,
                note,
                length_mm,
                fragile,
            }
            .into(),
            Kind::Liquid { litres, hazard } => types::Liquid {
                id,
                sku,
                name,
                supplier_id,
                price_cents,
                stock,
                created_at,
                updated_at,
                tags,
                note,
                litres,
                hazard,
            }
            .into(),
        }
    }
}
