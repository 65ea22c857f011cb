//! A comparison as a picture: one SVG without script or font, for pages, books and paper.

pub mod canvas;
pub mod palette;
pub mod sheet;
pub mod shape;
pub mod lane;
pub mod scale;
pub mod legend;
pub mod picture;
