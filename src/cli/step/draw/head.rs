//! The top of the screen: which run of which experiment, and where in it.

use ratatui::style::Style;

use crate::cli::step::draw::pen::Pen;
use crate::cli::step::stepper::Stepper;
use crate::report::lines::clean;
use crate::report::style::Ink;

pub fn draw(pen: &mut Pen<'_>, stepper: &Stepper<'_>) {
    let (strong, faint) = (pen.paint.ink(Ink::Strong), pen.paint.ink(Ink::Faint));
    let run = &stepper.scene().reel.run;
    if pen.rows() > 2 {
        pen.line(&[(&clean(stepper.title), strong)]);
    }
    let number = format!("run {}/{}  ", stepper.shown + 1, stepper.scenes.len());
    let (name, runtime) = (clean(&run.name), run.runtime.to_string());
    let runtime = if name == runtime { String::new() } else { format!("  {runtime}") };
    pen.line(&[(&number, faint), (&name, strong), (&runtime, faint)]);
    position(pen, stepper);
}

fn position(pen: &mut Pen<'_>, stepper: &Stepper<'_>) {
    let scene = stepper.scene();
    let narrow = pen.columns() < 60;
    let (at, end) = (scene.at(), scene.reel.replay.end());
    let event = if narrow { format!("{at}/{end}") } else { format!("event {at} of {end}") };
    let time = match narrow {
        true => format!("  {}", scene.time()),
        false => format!("   {} of {}", scene.time(), scene.reel.end()),
    };
    let play = match stepper.play.on {
        true => format!("   {} {}/s", pen.paint.glyph("▶", ">"), stepper.play.speed()),
        false => String::new(),
    };
    let guesses = match &stepper.predict {
        Some(predict) if predict.asked == 0 => "   predict".to_string(),
        Some(predict) => format!("   {} of {} right", predict.right, predict.asked),
        None => String::new(),
    };
    let path = if stepper.path && !narrow { "   critical path" } else { "" };
    let strong = pen.paint.ink(Ink::Strong);
    let plain = Style::new();
    pen.line(&[(&event, strong), (&time, plain), (&play, strong), (&guesses, strong), (path, plain)]);
}
