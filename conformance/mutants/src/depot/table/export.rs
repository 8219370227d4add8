//! Exports, which agree with the list.

use super::law;
use crate::depot::Mutant;
use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::{Answer, Knowing, Request};

pub(super) const MUTANTS: &[Mutant] = &[
    law(
        "csv-lacks-the-last-item",
        "an export has every item",
        Answer(|asked, answered| {
            csv(asked, answered, |lines| {
                if lines.len() > 1 {
                    lines.pop();
                }
            });
        }),
    ),
    law(
        "csv-has-no-head",
        "CSV has a header line",
        Answer(|asked, answered| {
            csv(asked, answered, |lines| {
                lines.remove(0);
            });
        }),
    ),
    law(
        "csv-has-other-columns",
        "the columns stand as promised",
        Answer(|asked, answered| {
            csv(asked, answered, |lines| {
                lines[0] = "id,name,sku,kind,supplier_id,price_cents".to_owned()
            });
        }),
    ),
    law(
        "csv-ends-lines-in-its-own-way",
        "lines end with CR and LF",
        Answer(|asked, answered| {
            if exports(asked, answered) && answered.body.starts_with(b"id,") {
                answered.body.retain(|it| *it != b'\r');
            }
        }),
    ),
    law(
        "csv-quotes-nothing",
        "what would end a field is quoted",
        Answer(|asked, answered| {
            if exports(asked, answered) && answered.body.starts_with(b"id,") {
                answered.body.retain(|it| *it != b'"');
            }
        }),
    ),
    law(
        "csv-has-prices-in-euros",
        "an export agrees with the list",
        Answer(|asked, answered| {
            csv(asked, answered, |lines| {
                for line in lines.iter_mut().skip(1) {
                    if let Some((front, cents)) = line.rsplit_once(',')
                        && let Ok(cents) = cents.parse::<i64>()
                    {
                        *line = format!("{front},{}", cents / 100);
                    }
                }
            });
        }),
    ),
    law(
        "lines-lack-the-last-item",
        "an export has every item",
        Answer(|asked, answered| {
            lines(asked, answered, |lines| {
                lines.pop();
            });
        }),
    ),
    law(
        "lines-lack-liquids",
        "an export has every item",
        Answer(|asked, answered| {
            lines(asked, answered, |lines| lines.retain(|it| !it.contains("\"liquid\"")));
        }),
    ),
    law(
        "lines-are-an-array",
        "lines of JSON are one item each",
        Answer(|asked, answered| {
            if exports(asked, answered) && answered.body.starts_with(b"{") {
                let text = String::from_utf8_lossy(&answered.body).into_owned();
                let items: Vec<&str> = text.lines().collect();
                answered.body = format!("[{}]", items.join(",")).into_bytes();
            }
        }),
    ),
    law(
        "export-is-of-the-first-twenty",
        "an export has every item, not a page",
        Answer(|asked, answered| {
            csv(asked, answered, |lines| lines.truncate(21));
            lines(asked, answered, |lines| lines.truncate(20));
        }),
    ),
    law(
        "export-is-always-csv",
        "an export is as Accept prefers",
        Request(|asked| {
            if asked.at("GET /exports/items")
                && asked.header("accept").is_some_and(|it| it.contains("ndjson"))
            {
                asked.set_header("accept", "text/csv");
            }
        }),
    ),
    law(
        "export-is-a-day-old",
        "an export agrees with the list",
        Knowing(
            |asked, memory| {
                if asked.at("GET /exports/items") {
                    memory.look(asked);
                }
            },
            |asked, answered, memory| {
                let is_csv = answered.body.starts_with(b"id,");
                if exports(asked, answered) {
                    let kept =
                        memory.notes.entry(format!("export {is_csv}")).or_insert_with(|| {
                            String::from_utf8_lossy(&answered.body).into_owned().into()
                        });
                    answered.body = kept.as_str().unwrap_or_default().as_bytes().to_vec();
                }
            },
        ),
    ),
    law(
        "export-has-deleted-items",
        "an export has what is there",
        Knowing(
            |asked, memory| {
                memory.look(asked);
                if asked.at("GET /exports/items") {
                    let buried = memory.notes.clone();
                    memory.edit(asked, |company, _| {
                        let sample = company.items.values().next().cloned();
                        for (id, sku) in buried {
                            if let (Some(mut item), Ok(id), Some(sku)) =
                                (sample.clone(), id.parse(), sku.as_str())
                            {
                                (item.id, item.sku) = (id, sku.to_owned());
                                company.items.insert(id, item);
                            }
                        }
                    });
                }
            },
            |asked, answered, memory| {
                if asked.at("DELETE /items/*")
                    && answered.status == 204
                    && let Some(old) = memory.old_item(asked)
                {
                    memory.notes.insert(old.id.to_string(), old.sku.into());
                }
                if asked.at("GET /exports/items") {
                    let buried: Vec<i64> =
                        memory.notes.keys().filter_map(|it| it.parse().ok()).collect();
                    memory.edit(asked, |company, _| {
                        company.items.retain(|id, _| !buried.contains(id))
                    });
                }
            },
        ),
    ),
    law(
        "export-prefers-by-order",
        "an export is as Accept prefers",
        Request(|asked| {
            let first = asked.header("accept").and_then(|it| it.split([',', ';']).next());
            let first = first.filter(|_| asked.at("GET /exports/items")).map(str::parse);
            if let Some(Ok(first)) = first {
                asked.headers.insert("accept", first);
            }
        }),
    ),
];

fn exports(asked: &Asked, answered: &Answered) -> bool {
    asked.at("GET /exports/items") && answered.status == 200
}

fn csv(asked: &Asked, answered: &mut Answered, change: impl FnOnce(&mut Vec<String>)) {
    if exports(asked, answered) && answered.body.starts_with(b"id,") {
        edit_lines(answered, "\r\n", change);
    }
}

fn lines(asked: &Asked, answered: &mut Answered, change: impl FnOnce(&mut Vec<String>)) {
    if exports(asked, answered) && answered.body.starts_with(b"{") {
        edit_lines(answered, "\n", change);
    }
}

fn edit_lines(answered: &mut Answered, end: &str, change: impl FnOnce(&mut Vec<String>)) {
    let text = String::from_utf8_lossy(&answered.body).into_owned();
    let mut lines: Vec<String> = text.split_terminator(end).map(str::to_owned).collect();
    change(&mut lines);
    answered.body = lines.iter().flat_map(|line| [line, end]).collect::<String>().into_bytes();
}
