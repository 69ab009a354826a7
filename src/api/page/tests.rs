//! Lists that stand still, move, lie and never end.

use super::*;
use crate::api::wire::{Page as Body, Pagination};
use futures_util::{StreamExt as _, pin_mut};
use rstest::rstest;
use std::cell::RefCell;

/// More than any of the lists here holds.
const USUAL: Bound = Bound {
    rows: 1_000_000,
    bytes: 1 << 30,
};

struct Numbered(usize);

impl Row for Numbered {
    type Value = usize;

    fn into_value(self) -> (String, usize) {
        (self.0.to_string(), self.0)
    }
}

/// What came of reading a list: every row handed out, the last page, and the requests it took.
struct Outcome {
    rows: Vec<usize>,
    n_read: usize,
    n_total: usize,
    coverage: Coverage,
    requests: Vec<(usize, usize)>,
}

/// Reads the list that `at_request(n)` returns when it is asked for the `n`th time.
async fn read(at_request: impl Fn(usize) -> Vec<usize>) -> Outcome {
    let requests = RefCell::new(Vec::new());
    let pages = read_all::<Numbered, _, _>(USUAL, |wanted| {
        let list = at_request(requests.borrow().len());
        requests.borrow_mut().push((wanted.page, wanted.page_size));
        let data = list
            .iter()
            .skip((wanted.page - 1) * wanted.page_size)
            .take(wanted.page_size);
        let body = Body {
            n_bytes: 0,
            data: data.copied().map(Numbered).collect(),
            pagination: Some(Pagination {
                total_results: Some(list.len()),
            }),
        };
        std::future::ready(Ok(body))
    });
    let (mut rows, mut last) = (Vec::new(), None);
    {
        pin_mut!(pages);
        while let Some(page) = pages.next().await {
            let page = page.unwrap();
            assert!(last.is_none_or(|(_, _, coverage)| coverage == Coverage::Partial));
            rows.extend(&page.rows);
            last = Some((page.n_read, page.n_total, page.coverage));
        }
    }
    let (n_read, n_total, coverage) = last.unwrap();
    Outcome {
        rows,
        n_read,
        n_total,
        coverage,
        requests: requests.into_inner(),
    }
}

fn descending(from: usize) -> Vec<usize> {
    (0..from).rev().collect()
}

#[rstest]
#[case(0, &[(1, 200)])]
#[case(1, &[(1, 200)])]
#[case(200, &[(1, 200)])]
#[case(201, &[(1, 200), (1, 1000)])]
#[case(1000, &[(1, 200), (1, 1000)])]
#[case(2500, &[(1, 200), (1, 1000), (2, 1000), (3, 1000)])]
#[tokio::test]
async fn reads_every_row_once_and_proves_it(#[case] n: usize, #[case] requests: &[(usize, usize)]) {
    let read = read(|_| descending(n)).await;
    assert_eq!(read.rows, descending(n));
    assert_eq!((read.n_read, read.n_total, read.coverage), (n, n, Coverage::Complete));
    assert_eq!(read.requests, requests);
}

#[tokio::test]
async fn reads_again_when_a_row_is_added_meanwhile() {
    let read = read(|n_asked| descending(if n_asked < 3 { 2500 } else { 2501 })).await;
    assert_eq!(read.coverage, Coverage::Complete);
    let mut rows = read.rows;
    rows.sort_unstable();
    assert_eq!(
        rows,
        (0..2501).collect::<Vec<_>>(),
        "the new row is there, and none twice"
    );
}

#[tokio::test]
async fn reads_again_when_a_row_is_removed_meanwhile() {
    // Row 2400 goes after it was read, so that the first row of the next page slips away unseen.
    let without = || {
        descending(2500)
            .into_iter()
            .filter(|row| *row != 2400)
            .collect::<Vec<_>>()
    };
    let read = read(|n_asked| if n_asked < 2 { descending(2500) } else { without() }).await;
    assert_eq!(read.coverage, Coverage::Complete);
    assert!(without().iter().all(|row| read.rows.contains(row)));
}

#[tokio::test]
async fn admits_that_a_list_kept_changing() {
    let read = read(|n_asked| descending(2500 + n_asked)).await;
    assert_eq!(read.coverage, Coverage::Unproven);
    assert!(read.requests.len() < 20);
}

#[tokio::test]
async fn leaves_a_server_that_serves_the_same_page_for_ever() {
    let read = {
        let pages = read_all::<Numbered, _, _>(USUAL, |_| {
            let pagination = Some(Pagination {
                total_results: Some(1_000_000),
            });
            let data = vec![Numbered(1)];
            std::future::ready(Ok(Body {
                data,
                pagination,
                n_bytes: 0,
            }))
        });
        pin_mut!(pages);
        let mut last = None;
        while let Some(page) = pages.next().await {
            last = Some(page.unwrap());
        }
        last.unwrap()
    };
    assert_eq!((read.coverage, read.n_read), (Coverage::Endless, 1));
}

#[tokio::test]
async fn follows_a_server_that_gives_smaller_pages_than_asked() {
    let pages = read_all::<Numbered, _, _>(USUAL, |wanted| {
        let data = descending(450).into_iter().skip((wanted.page - 1) * 100).take(100);
        let body = Body {
            n_bytes: 0,
            data: data.map(Numbered).collect(),
            pagination: Some(Pagination {
                total_results: Some(450),
            }),
        };
        std::future::ready(Ok(body))
    });
    pin_mut!(pages);
    let (mut n_rows, mut coverage) = (0, Coverage::Partial);
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        n_rows += page.rows.len();
        coverage = page.coverage;
    }
    assert_eq!((n_rows, coverage), (450, Coverage::Complete));
}

#[tokio::test]
async fn takes_a_bare_array_for_the_whole_list() {
    let pages = read_all::<Numbered, _, _>(USUAL, |_| {
        let data = vec![Numbered(2), Numbered(1)];
        std::future::ready(Ok(Body {
            data,
            pagination: None,
            n_bytes: 0,
        }))
    });
    pin_mut!(pages);
    let page = pages.next().await.unwrap().unwrap();
    assert_eq!((page.rows, page.coverage), (vec![2, 1], Coverage::Complete));
    assert!(pages.next().await.is_none());
}

/// A server that tells no total and ignores what page is asked for, or heeds it.
#[rstest]
#[case(199, true, 199, Coverage::Complete, 1)]
#[case(450, false, 450, Coverage::Complete, 1)]
#[case(200, false, 200, Coverage::Unproven, 2)]
#[case(450, true, 450, Coverage::Unproven, 3)]
#[tokio::test]
async fn reads_on_without_a_total_but_proves_only_a_single_page(
    #[case] n: usize,
    #[case] is_paged: bool,
    #[case] n_read: usize,
    #[case] coverage: Coverage,
    #[case] n_requests: usize,
) {
    let n_asked = RefCell::new(0);
    let pages = read_all::<Numbered, _, _>(USUAL, |wanted| {
        *n_asked.borrow_mut() += 1;
        let (skipped, taken) = if is_paged {
            ((wanted.page - 1) * wanted.page_size, wanted.page_size)
        } else {
            (0, n)
        };
        let data = descending(n)
            .into_iter()
            .skip(skipped)
            .take(taken)
            .map(Numbered)
            .collect();
        std::future::ready(Ok(Body {
            data,
            pagination: None,
            n_bytes: 0,
        }))
    });
    pin_mut!(pages);
    let mut last = None;
    while let Some(page) = pages.next().await {
        last = Some(page.unwrap());
    }
    let last = last.unwrap();
    assert_eq!((last.n_read, last.coverage), (n_read, coverage));
    assert_eq!(*n_asked.borrow(), n_requests);
}

/// Reads a long list, and returns with each page which pages had been asked for by then.
async fn asked_in_bulk(n: usize, most: usize, has_total: bool) -> Vec<(Coverage, Vec<usize>)> {
    let asked = RefCell::new(Vec::new());
    let pages = read_in_bulk::<Numbered, _, _>(USUAL, |wanted| {
        asked.borrow_mut().push(wanted.page);
        let size = wanted.page_size.min(most);
        let data = descending(n).into_iter().skip((wanted.page - 1) * size).take(size);
        let pagination = has_total.then_some(Pagination { total_results: Some(n) });
        let data = data.map(Numbered).collect();
        std::future::ready(Ok(Body {
            data,
            pagination,
            n_bytes: 0,
        }))
    });
    pin_mut!(pages);
    let mut came = Vec::new();
    while let Some(page) = pages.next().await {
        came.push((page.unwrap().coverage, asked.borrow().clone()));
    }
    came
}

#[rstest]
#[case::ahead(5000, 1000, true, Coverage::Complete, &[1, 4, 5, 5, 5])]
#[case::nothing_past_the_end(1500, 1000, true, Coverage::Complete, &[1, 2])]
#[case::a_single_page(10, 1000, true, Coverage::Complete, &[1])]
#[case::smaller_pages_than_asked(2500, 500, true, Coverage::Complete, &[1, 3, 3, 4, 5])]
#[case::without_a_total(2500, 1000, false, Coverage::Unproven, &[1, 2, 3])]
#[tokio::test]
async fn long_lists_are_asked_for_ahead_as_far_as_they_are_known_to_go(
    #[case] n: usize,
    #[case] most: usize,
    #[case] has_total: bool,
    #[case] coverage: Coverage,
    #[case] n_asked: &[usize],
) {
    let came = asked_in_bulk(n, most, has_total).await;
    let counts: Vec<usize> = came.iter().map(|(_, asked)| asked.len()).collect();
    assert_eq!(counts, n_asked);
    let (last, asked) = came.last().unwrap();
    assert_eq!(*last, coverage);
    assert_eq!(
        *asked,
        (1..=asked.len()).collect::<Vec<_>>(),
        "each page once, in order"
    );
}

#[tokio::test]
async fn a_long_list_that_moved_is_read_again_from_its_start() {
    let asked = RefCell::new(Vec::new());
    let pages = read_in_bulk::<Numbered, _, _>(USUAL, |wanted| {
        let n = if asked.borrow().len() < 3 { 4000 } else { 4001 };
        asked.borrow_mut().push((wanted.page, wanted.is_second_try));
        let data = descending(n).into_iter().skip((wanted.page - 1) * 1000).take(1000);
        let pagination = Some(Pagination { total_results: Some(n) });
        let data = data.map(Numbered).collect();
        std::future::ready(Ok(Body {
            data,
            pagination,
            n_bytes: 0,
        }))
    });
    pin_mut!(pages);
    let (mut rows, mut last) = (Vec::new(), None);
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        rows.extend(page.rows);
        last = Some(page.coverage);
    }
    rows.sort_unstable();
    assert_eq!(rows, (0..4001).collect::<Vec<_>>());
    assert_eq!(last, Some(Coverage::Complete));
    let first: Vec<_> = (1..=4).map(|page| (page, false)).collect();
    let second: Vec<_> = (1..=5).map(|page| (page, true)).collect();
    let asked = asked.borrow();
    assert!(asked.starts_with(&first) && asked.ends_with(&second), "{asked:?}");
}

/// How a list is left that does not come to an end.
#[rstest]
#[case::more_rows_than_it_is_worth(3_000, usize::MAX, 3_000, 4)]
#[case::more_bytes_than_it_is_worth(usize::MAX, 2_500, 3_000, 4)]
#[tokio::test]
async fn a_list_that_never_ends_is_left(
    #[case] rows: usize,
    #[case] bytes: usize,
    #[case] n_read: usize,
    #[case] n_requests: usize,
    #[values(true, false)] has_total: bool,
) {
    let n_asked = RefCell::new(0);
    let pages = read_all::<Numbered, _, _>(Bound { rows, bytes }, |wanted| {
        *n_asked.borrow_mut() += 1;
        assert!(*n_asked.borrow() < 1_000, "it is asked for ever");
        let size = wanted.page_size;
        let data = ((wanted.page - 1) * size..wanted.page * size).map(Numbered).collect();
        let pagination = has_total.then_some(Pagination {
            total_results: Some(1 << 40),
        });
        let n_bytes = size;
        std::future::ready(Ok(Body {
            data,
            pagination,
            n_bytes,
        }))
    });
    pin_mut!(pages);
    let mut last = None;
    while let Some(page) = pages.next().await {
        last = Some(page.unwrap());
    }
    let last = last.unwrap();
    assert_eq!(last.coverage, Coverage::Endless);
    // Without a total the pages stay as small as the first.
    let (n_read, n_requests) = match (has_total, bytes) {
        (true, _) => (n_read, n_requests),
        (false, usize::MAX) => (n_read, 15),
        (false, _) => (2_600, 13),
    };
    assert_eq!((last.n_read, *n_asked.borrow()), (n_read, n_requests));
}

#[tokio::test]
async fn a_list_as_long_as_the_bound_is_complete() {
    let pages = read_all::<Numbered, _, _>(Bound { rows: 150, bytes: 100 }, |_| {
        let pagination = Some(Pagination {
            total_results: Some(150),
        });
        let data = (0..150).map(Numbered).collect();
        std::future::ready(Ok(Body {
            data,
            pagination,
            n_bytes: 100,
        }))
    });
    pin_mut!(pages);
    assert_eq!(pages.next().await.unwrap().unwrap().coverage, Coverage::Complete);
}

#[tokio::test]
async fn a_list_that_goes_in_circles_is_left_soon() {
    let n_asked = RefCell::new(0);
    let pages = read_in_bulk::<Numbered, _, _>(USUAL, |wanted| {
        *n_asked.borrow_mut() += 1;
        let pagination = Some(Pagination {
            total_results: Some(1 << 40),
        });
        // Ten pages, over and over.
        let first = (wanted.page - 1) % 10 * 1_000;
        let data = (first..first + 1_000).map(Numbered).collect();
        std::future::ready(Ok(Body {
            data,
            pagination,
            n_bytes: 0,
        }))
    });
    pin_mut!(pages);
    let mut last = None;
    while let Some(page) = pages.next().await {
        last = Some(page.unwrap());
    }
    let last = last.unwrap();
    assert_eq!((last.coverage, last.n_read), (Coverage::Endless, 10_000));
    assert!(*n_asked.borrow() < 30, "{}", n_asked.borrow());
}
