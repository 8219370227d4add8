//! What follows from the moves: how much there is of an item, and how much lies in a bin.

use depot_api::types::{self, Bin, Move, Site};

use super::{Company, Item};

impl Company {
    /// The sum of an item's moves.
    #[must_use]
    pub fn stock(&self, item_id: i64) -> i64 {
        self.sum(|it| it.item_id == item_id)
    }

    /// How much lies in a bin, of all items.
    #[must_use]
    pub fn stored(&self, site_id: i64, code: &str) -> i64 {
        self.sum(|it| it.site_id == site_id && it.bin == code)
    }

    /// How much of an item lies in a bin.
    #[must_use]
    pub fn stored_of(&self, item_id: i64, site_id: i64, code: &str) -> i64 {
        self.sum(|it| it.item_id == item_id && it.site_id == site_id && it.bin == code)
    }

    fn sum(&self, counts: impl Fn(&Move) -> bool) -> i64 {
        self.moves.values().filter(|it| counts(it)).map(|it| i64::from(it.quantity)).sum()
    }

    /// How many bins a site has.
    #[must_use]
    pub fn bin_count(&self, site_id: i64) -> usize {
        self.bins.keys().filter(|(site, _)| *site == site_id).count()
    }

    /// A site as the contract shows it.
    #[must_use]
    pub fn shown_site(&self, id: i64) -> Option<Site> {
        let bin_count = i64::try_from(self.bin_count(id)).unwrap_or(i64::MAX);
        self.sites.get(&id).map(|site| Site { bin_count, ..site.clone() })
    }

    /// A bin as the contract shows it.
    #[must_use]
    pub fn shown_bin(&self, site_id: i64, code: &str) -> Option<Bin> {
        let stored = self.stored(site_id, code);
        self.bins.get(&(site_id, code.to_owned())).map(|bin| Bin { stored, ..bin.clone() })
    }

    /// An item as the contract shows it.
    #[must_use]
    pub fn shown_item(&self, item: &Item) -> types::Item {
        item.shown(self.stock(item.id))
    }
}
