//! Pages by number, and the links between them (RFC 8288).

/// A page, counted from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbered {
    pub(super) number: i32,
    pub(super) size: i32,
}

impl Numbered {
    /// How many stand before it.
    pub(super) fn skipped(self) -> usize {
        usize::try_from(self.number.saturating_sub(1)).unwrap_or(0).saturating_mul(self.taken())
    }

    /// How many stand on it.
    pub(super) fn taken(self) -> usize {
        usize::try_from(self.size).unwrap_or(1).max(1)
    }
}

/// `Link` of a page of a list of this many things.
pub(super) fn links(path: &str, page: Numbered, total: usize) -> String {
    let last = i32::try_from(total.div_ceil(page.taken())).unwrap_or(i32::MAX).max(1);
    let link = |relation: &str, number: i32| {
        format!("<{path}?page={number}&per_page={}>; rel=\"{relation}\"", page.size)
    };
    let before = (page.number > 1).then(|| link("prev", (page.number - 1).min(last)));
    let after = (page.number < last).then(|| link("next", page.number + 1));
    let all = [Some(link("first", 1)), before, after, Some(link("last", last))];
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_its_neighbours_where_there_are_any() {
        let of = |number, total| links("/p", Numbered { number, size: 2 }, total);
        assert_eq!(
            of(1, 0),
            r#"</p?page=1&per_page=2>; rel="first", </p?page=1&per_page=2>; rel="last""#
        );
        assert!(of(1, 3).contains(r#"</p?page=2&per_page=2>; rel="next""#));
        assert!(!of(2, 4).contains("next"));
        assert!(of(9, 4).contains(r#"</p?page=2&per_page=2>; rel="prev""#));
    }
}
