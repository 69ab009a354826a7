//! Pages: each service of the platform says something else to one that is out of bounds.

use crate::sandbox::fields::{Check, PageOf};
use crate::sandbox::kinds::{Bounds, Kind};
use crate::sandbox::problem::{Problem, fields_body};
use crate::sandbox::query::Query;
use serde_json::{Value, json};

/// The most the store behind the services gives at once.
const MOST: i64 = 1000;

/// Reads the page that is wanted, and complains as far as the service itself does.
pub(super) fn page(check: &mut Check, kind: &Kind, query: &Query) -> PageOf {
    let usual = kind.listing.page_size;
    match kind.listing.bounds {
        Bounds::Refused(most) => check.page_within(query, usual, most),
        Bounds::SizeRefused(_) => PageOf {
            page: check.whole(query, "page", 1),
            size: check.bounded(query, "page_size", usual, Some(MOST)),
        },
        Bounds::Failing(_) | Bounds::FailingWithReason | Bounds::Unbounded(_) => PageOf {
            page: check.whole(query, "page", 1),
            size: check.whole(query, "page_size", usual),
        },
        Bounds::Relayed => PageOf {
            page: check.positive(query, "page", 1),
            size: check.positive(query, "page_size", usual),
        },
    }
}

/// Lets the store behind the service look at it; returns the page that is read.
pub(super) fn within_bounds(kind: &Kind, page: PageOf) -> Result<PageOf, Problem> {
    let is_within = page.page >= 1 && (1..=MOST).contains(&page.size);
    match kind.listing.bounds {
        Bounds::Unbounded(words) if page.size < 1 => Err(Problem::failed(words)),
        // Counted back from the first page there is nothing.
        Bounds::Unbounded(_) if page.page < 1 => Ok(PageOf { page: 1, size: 0 }),
        Bounds::Refused(_) | Bounds::Unbounded(_) => Ok(page),
        Bounds::SizeRefused(_) | Bounds::Failing(_) | Bounds::FailingWithReason | Bounds::Relayed if is_within => {
            Ok(page)
        }
        Bounds::SizeRefused(words) | Bounds::Failing(words) => Err(Problem::failed(words)),
        Bounds::FailingWithReason => Err(Problem::failed(format!("HTTP 422: {}", refusal(page)))),
        Bounds::Relayed => Err(Problem::unprocessable(refusal(page))),
    }
}

/// Returns what the store says to a page out of bounds, as text.
fn refusal(page: PageOf) -> String {
    let asked = Query::parse(&format!("page={}&page_size={}", page.page, page.size));
    let mut check = Check::default();
    check.page_within(&asked, page.size, MOST);
    match check.finish() {
        Err(Problem::Fields(errors)) => fields_body(&errors).to_string(),
        Err(_) | Ok(()) => String::new(),
    }
}

/// Describes the page as the service does, which tells the numbers that were asked for.
pub(super) fn described(kind: &Kind, query: &Query, n_here: usize, total: i64) -> Value {
    let asked = page(&mut Check::default(), kind, query);
    let n_pages = total / asked.size.max(1) + i64::from(total % asked.size.max(1) > 0);
    json!({
        "page": asked.page,
        "page_size": asked.size,
        "current_page_size": n_here,
        "total_pages": n_pages.max(kind.listing.n_empty_pages),
        "total_results": total,
    })
}
