//! The colours of states, light and dark; chosen to stay apart for colour-blind readers (see the test).

/// On which ground it is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ground {
    #[default]
    Light,
    Dark,
    /// Light, and dark where the reader's system is.
    Auto,
}

/// The colours of one ground.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    pub ground: &'static str,
    pub ink: &'static str,
    pub faint: &'static str,
    pub grid: &'static str,
    pub running: &'static str,
    /// On what is running.
    pub on_running: &'static str,
    pub ready: &'static str,
    pub ready_edge: &'static str,
    pub blocked: &'static str,
    pub io: &'static str,
    pub sleeping: &'static str,
    pub overhead: &'static str,
    pub broken: &'static str,
}

pub const LIGHT: Palette = Palette {
    ground: "#ffffff",
    ink: "#111827",
    faint: "#5b6472",
    grid: "#e3e6ea",
    running: "#00734f",
    on_running: "#ffffff",
    ready: "#f0e442",
    ready_edge: "#8a7f00",
    blocked: "#d55e00",
    io: "#56b4e9",
    sleeping: "#e5e7eb",
    overhead: "#111827",
    broken: "#cc79a7",
};

pub const DARK: Palette = Palette {
    ground: "#0f1117",
    ink: "#f3f4f6",
    faint: "#a3acba",
    grid: "#2a2f3a",
    running: "#2fa37c",
    on_running: "#0f1117",
    ready: "#f0e442",
    ready_edge: "#8a7f00",
    blocked: "#e8632b",
    io: "#7cc4f2",
    sleeping: "#3a4155",
    overhead: "#ffffff",
    broken: "#cc79a7",
};

impl Palette {
    /// Every colour under the name of its class.
    pub fn all(&self) -> [(&'static str, &'static str); 13] {
        [
            ("ground", self.ground),
            ("ink", self.ink),
            ("faint", self.faint),
            ("grid", self.grid),
            ("running", self.running),
            ("on-running", self.on_running),
            ("ready", self.ready),
            ("ready-edge", self.ready_edge),
            ("blocked", self.blocked),
            ("io", self.io),
            ("sleeping", self.sleeping),
            ("overhead", self.overhead),
            ("broken", self.broken),
        ]
    }

    /// The rules of style, class by class.
    pub fn rules(&self) -> String {
        let fill = |class: &str, color: &str| format!(".{class}{{fill:{color}}}");
        let rules = [
            fill("ground", self.ground),
            fill("ink", self.ink),
            fill("faint", self.faint),
            fill("running", self.running),
            fill("on-running", self.on_running),
            fill("ready", self.ready),
            format!(".ready-edge{{fill:none;stroke:{}}}", self.ready_edge),
            format!(".hatch{{stroke:{}}}", self.ready_edge),
            fill("blocked", self.blocked),
            format!(".cross{{stroke:{}}}", self.ground),
            fill("io", self.io),
            format!(".held-edge{{fill:none;stroke:{}}}", self.running),
            format!(".held-line{{stroke:{}}}", self.io),
            fill("sleeping", self.sleeping),
            format!(".sleeping-edge{{fill:none;stroke:{}}}", self.faint),
            fill("overhead", self.overhead),
            format!(".broken{{stroke:{}}}", self.broken),
            format!(".grid{{stroke:{}}}", self.grid),
            format!(".rule{{stroke:{}}}", self.ink),
        ];
        rules.join("")
    }
}

#[cfg(test)]
pub mod tests {
    use palette::color_difference::Ciede2000;
    use palette::{IntoColor, Lab, LinSrgb, Srgb};

    use super::*;

    /// What is left of a colour (linear RGB) for those who lack one kind of cone: Machado, Oliveira and Fernandes
    /// 2009, severity 1.0.
    const VISIONS: [(&str, [[f32; 3]; 3]); 4] = [
        ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protan",
            [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ],
        ),
        (
            "deutan",
            [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
        ),
        (
            "tritan",
            [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ],
        ),
    ];

    fn seen(color: &str, vision: &[[f32; 3]; 3]) -> Lab {
        let color: Srgb<u8> = color.parse().expect("a colour");
        let LinSrgb { red, green, blue, .. } = color.into_format::<f32>().into_linear();
        let mix = |row: [f32; 3]| (row[0] * red + row[1] * green + row[2] * blue).clamp(0.0, 1.0);
        LinSrgb::new(mix(vision[0]), mix(vision[1]), mix(vision[2])).into_color()
    }

    /// How far two colours are apart for the reader to whom they are nearest.
    pub fn apart(one: &str, other: &str) -> f32 {
        let of = |(_, matrix): &(&str, [[f32; 3]; 3])| seen(one, matrix).difference(seen(other, matrix));
        VISIONS.iter().map(of).fold(f32::INFINITY, f32::min)
    }

    /// The ratio of their luminances, as WCAG defines it: 1 to 21.
    pub fn contrast(one: &str, other: &str) -> f32 {
        let luminance = |color: &str| {
            let color: Srgb<u8> = color.parse().expect("a colour");
            let LinSrgb { red, green, blue, .. } = color.into_format::<f32>().into_linear();
            0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
        };
        let ratio = luminance(one) / luminance(other);
        ratio.max(1.0 / ratio)
    }

    #[test]
    fn states_stay_apart_for_every_reader() {
        for (name, palette) in [("light", LIGHT), ("dark", DARK)] {
            let Palette { running, ready, blocked, io, sleeping, broken, .. } = palette;
            let states = [running, ready, blocked, io, sleeping, broken];
            for (vision, matrix) in &VISIONS {
                for (n, one) in states.iter().enumerate() {
                    for other in &states[n + 1..] {
                        let apart = seen(one, matrix).difference(seen(other, matrix));
                        assert!(apart > 12.0, "{name}, {vision}: {one} and {other} are {apart} apart");
                    }
                }
            }
        }
    }
}
