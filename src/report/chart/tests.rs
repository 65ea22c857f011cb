//! Charts of made-up studies: what they look like, and that nothing breaks them.

use crate::report::chart::{Chart, Look, Mark, Panel, Point, Quantity, Series, line_chart};
use crate::report::svg::palette::Ground;

fn series(name: &str, points: &[(f64, f64, f64)]) -> Series {
    let point = |&(x, y, half): &(f64, f64, f64)| Point { x, y, half };
    Series { name: name.to_string(), points: points.iter().map(point).collect() }
}

/// A loop and threads over the share of computing; the lines cross.
fn study() -> Chart {
    let share = |n: u32| f64::from(n) * 5.0;
    let along = |f: fn(f64) -> (f64, f64)| -> Vec<(f64, f64, f64)> {
        (1..=9).map(|n| (share(n), f(share(n)).0 * 1e6, f(share(n)).1 * 1e6)).collect()
    };
    let latency = vec![
        series("one event loop", &along(|x| (60.0 + 6.5 * x, 8.0 + 0.6 * x))),
        series("threads", &along(|x| (150.0 + 1.5 * x, 9.0))),
        series("processes", &along(|x| (210.0 + 0.4 * x, 12.0))),
    ];
    let memory = vec![
        series("one event loop", &[(5.0, 2.0, 0.1), (25.0, 3.0, 0.2), (45.0, 4.0, 0.2)]),
        series("threads", &[(5.0, 90.0, 4.0), (25.0, 240.0, 12.0), (45.0, 800.0, 60.0)]),
        series("processes", &[(5.0, 400.0, 0.0), (25.0, f64::NAN, 0.0), (45.0, 410.0, f64::INFINITY)]),
    ];
    let mark = Mark { at: 18.0, low: 16.1, high: 20.3, text: "18 ± 2".to_string() };
    Chart {
        title: "Threads or one loop?".to_string(),
        x: "share of computing, %".to_string(),
        quantity: Quantity::Number,
        panels: vec![
            Panel {
                name: "p95(latency)".to_string(),
                quantity: Quantity::Duration,
                series: latency,
                marks: vec![mark],
            },
            Panel {
                name: "peak_tasks()".to_string(),
                quantity: Quantity::Number,
                series: memory,
                marks: Vec::new(),
            },
        ],
        note: "Bands: 95 % confidence. 30 replications, seeds 1 to 30.".to_string(),
    }
}

#[test]
fn a_study() {
    insta::assert_snapshot!(line_chart(&study(), &Look::default()));
}

fn check(text: &str, salt: &str) {
    let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(document.root_element().attribute("role"), Some("img"));
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        for attribute in node.attributes() {
            let value = attribute.value();
            assert!(!value.contains("NaN") && !value.contains("inf"), "{} {value}", attribute.name());
            let length = attribute.name() == "width" || attribute.name() == "height";
            assert!(!length || !value.starts_with('-'), "{value}");
            assert!(attribute.name() != "id" || value.starts_with(salt), "{value}");
        }
    }
    assert_eq!(text.matches("http").count(), 1, "only the name of the format is an address");
}

#[test]
fn charts_are_well_formed_whatever_they_show() {
    let hostile = "<b>&\"'\u{202e}]]>";
    for width in [320, 960, 10_000] {
        for ground in [Ground::Light, Ground::Dark, Ground::Auto] {
            let look = Look { width, ground, salt: "mine".to_string() };
            check(&line_chart(&study(), &look), "mine-");
            check(&line_chart(&Chart::default(), &look), "mine-");
            let values = [0.0, -1.0, 1.0, 1e299, -1e299, 1e308, f64::NAN, f64::INFINITY, 5e-324];
            let points = values.iter().flat_map(|&x| values.iter().map(move |&y| (x, y, 2.0 * y.abs())));
            let points: Vec<_> = points.collect();
            let series = (0..20).map(|n| series(&format!("{hostile}{n}"), &points[n..])).collect();
            let mark =
                Mark { at: 3.0, low: f64::NEG_INFINITY, high: f64::INFINITY, text: hostile.to_string() };
            let panel =
                Panel { name: hostile.to_string(), quantity: Quantity::Duration, series, marks: vec![mark] };
            let chart = Chart {
                title: hostile.to_string(),
                x: hostile.to_string(),
                quantity: Quantity::Duration,
                panels: vec![panel],
                note: hostile.to_string(),
            };
            check(&line_chart(&chart, &look), "mine-");
        }
    }
}

#[test]
fn a_chart_says_in_words_what_it_shows() {
    let text = line_chart(&study(), &Look::default());
    assert!(text.contains(
        "p95(latency) over share of computing, %: one event loop, threads, processes. Lines cross at 18 ± 2."
    ));
}
