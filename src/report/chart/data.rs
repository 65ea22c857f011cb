//! What a chart shows.

use crate::report::svg::palette::Ground;

/// Metrics of several runs as a parameter grows.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    pub title: String,
    /// The name of the parameter.
    pub x: String,
    pub quantity: Quantity,
    /// One for each metric, below each other.
    pub panels: Vec<Panel>,
    /// What stands below: what the bands are, how many replications, how to see it again.
    pub note: String,
}

#[derive(Debug, Clone, Default)]
pub struct Panel {
    /// The metric.
    pub name: String,
    pub quantity: Quantity,
    pub series: Vec<Series>,
    /// Crossovers.
    pub marks: Vec<Mark>,
}

#[derive(Debug, Clone, Default)]
pub struct Series {
    pub name: String,
    /// In the order of `x`.
    pub points: Vec<Point>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub x: f64,
    /// A value that is no number is a gap.
    pub y: f64,
    /// Half the width of its interval; infinite or 0 if there is none to show.
    pub half: f64,
}

/// A value of the parameter that means something, and between which values it lies for sure.
#[derive(Debug, Clone)]
pub struct Mark {
    pub at: f64,
    pub low: f64,
    pub high: f64,
    pub text: String,
}

/// What the numbers of an axis are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Quantity {
    #[default]
    Number,
    /// In nanoseconds.
    Duration,
}

/// How it is to look.
#[derive(Debug, Clone)]
pub struct Look {
    /// Pixels, from 320 to 10,000.
    pub width: u32,
    pub ground: Ground,
    /// What the ids of its parts begin with, so that several pictures can share a page.
    pub salt: String,
}

impl Default for Look {
    fn default() -> Look {
        Look { width: 960, ground: Ground::Light, salt: "cosim".to_string() }
    }
}

impl Point {
    /// What its interval reaches from and to, if there is one.
    pub fn band(&self) -> Option<(f64, f64)> {
        (self.half.is_finite() && self.half > 0.0).then_some((self.y - self.half, self.y + self.half))
    }
}
