//! The steps of random programs that are lines: time, tasks, objects, failures.

use crate::verify::random::maker::{DEEPEST, Here, Maker};
use crate::verify::random::tree::{Step, block, block_with, line};
use crate::verify::random::vocabulary::Construct;

impl Maker<'_> {
    /// Adds a step of this kind, or nothing if there is nothing here to do it to.
    pub fn make(&mut self, construct: Construct, here: &mut Here, out: &mut Vec<Step>) {
        if here.depth >= DEEPEST && nests(construct) {
            return;
        }
        match construct {
            Construct::Work => self.timed("work", 1, out),
            Construct::Block => self.timed("block", 1, out),
            Construct::Sleep => self.suspended("sleep", out),
            Construct::Io => self.suspended("io", out),
            Construct::Yield => out.push(line("await yield")),
            Construct::Spawn => self.spawned(here, out),
            Construct::Join => self.join(here, out),
            Construct::Ask => self.ask(here, out),
            Construct::Call => self.call(here, out),
            Construct::Repeat => self.repeat(here, out),
            Construct::Compute => self.compute(here, out),
            Construct::Draw => self.draw(here, out),
            Construct::Lock => self.with_lock(here, out),
            Construct::Acquire => self.acquire(here, out),
            Construct::Resource => self.with_resource(here, out),
            Construct::Semaphore => self.semaphore(here, out),
            Construct::RwLock => self.rwlock(here, out),
            Construct::Channel | Construct::Rendezvous | Construct::Unbounded => self.channel(here, out),
            Construct::Try => self.try_channel(out),
            Construct::Close => self.close(out),
            Construct::ForAwait => self.for_await(here, out),
            Construct::Event => self.event(out),
            Construct::Condition => self.condition(here, out),
            Construct::Barrier => self.barrier(out),
            Construct::Future => self.future(out),
            Construct::Gather => self.gather(here, out),
            Construct::Settle => self.settle(here, out),
            Construct::Race => self.race(here, out),
            Construct::AsCompleted => self.as_completed(here, out),
            Construct::WaitFor => self.wait_for(here, out),
            Construct::Shield => self.shield(here, out),
            Construct::Offload => self.offload(out),
            Construct::Timeout => self.timeout(here, out),
            Construct::Scope => self.scope(here, out),
            Construct::Group => self.group(here, out),
            Construct::CancelGroup => self.cancel_block(here, out),
            Construct::SpawnIn => self.spawn_in(here, out),
            Construct::Select => self.select(here, out),
            Construct::Cancel => self.cancel(here, out),
            Construct::Catch => self.catch(here, out),
            Construct::Fail => self.fail(out),
            Construct::Mistake => self.mistake(out),
            Construct::CallSoon => self.callback("call_soon", false, out),
            Construct::CallLater => self.callback("call_later", true, out),
            Construct::NextTick => self.callback("next_tick", false, out),
            Construct::Immediate => self.callback("immediate", false, out),
            // These are ways of doing one of the others.
            Construct::FineTimes
            | Construct::Daemon
            | Construct::SharedHandles
            | Construct::SelectSend
            | Construct::Swallow
            | Construct::CatchCancelled
            | Construct::Finally
            // These are added to the whole program.
            | Construct::Priority
            | Construct::Observe
            | Construct::Assert
            | Construct::Lists => {}
        }
    }

    fn timed(&mut self, verb: &str, least: usize, out: &mut Vec<Step>) {
        let d = self.time(least);
        out.push(line(format!("{verb} {d}")));
    }

    fn suspended(&mut self, verb: &str, out: &mut Vec<Step>) {
        let d = self.time(0);
        out.push(line(format!("await {verb}({d})")));
    }

    /// Another task, unless there are many.
    fn spawned(&mut self, here: &mut Here, out: &mut Vec<Step>) {
        if !here.repeated && here.handles.len() < 8 {
            let (_, steps) = self.spawn(here);
            out.extend(steps);
        }
    }

    fn join(&mut self, here: &mut Here, out: &mut Vec<Step>) {
        let Some(handle) = self.dice.pick(&here.handles).cloned() else { return };
        let number = self.number();
        if self.dice.chance(50) {
            out.push(line(format!("log \"j{number} {{await {handle}}}\"")));
            return;
        }
        let name = format!("v{number}");
        out.push(line(format!("let {name} = await {handle}")));
        out.push(line(format!("log \"{name} {{{name}}}\"")));
        here.ints.push(name);
    }

    fn ask(&mut self, here: &Here, out: &mut Vec<Step>) {
        if let Some(handle) = self.dice.pick(&here.handles) {
            out.push(line(format!("log \"{handle} {{{handle}.done()}} {{{handle}.cancelled()}}\"")));
        }
    }

    fn cancel(&mut self, here: &Here, out: &mut Vec<Step>) {
        if self.has(Construct::SharedHandles) && self.dice.chance(25) && self.shares() {
            let k = self.dice.below(4);
            let body = vec![line(format!("log \"cancel {k} {{cancel handles[{k}]}}\""))];
            return out.push(block(format!("if len(handles) > {k}"), body));
        }
        if let Some(handle) = self.dice.pick(&here.handles) {
            out.push(line(format!("log \"cancel {handle} {{cancel {handle}}}\"")));
        }
    }

    fn cancel_block(&mut self, here: &Here, out: &mut Vec<Step>) {
        if let Some(group) = self.dice.pick(&here.groups) {
            out.push(line(format!("cancel {group}")));
        }
    }

    fn spawn_in(&mut self, here: &Here, out: &mut Vec<Step>) {
        let Some(group) = self.dice.pick(&here.groups).cloned() else { return };
        let name = format!("t{}", self.number());
        let steps = self.dice.between(1, 3);
        let call = self.task(&name, here, steps);
        out.push(line(format!("spawn {call} in {group}")));
    }

    fn compute(&mut self, here: &mut Here, out: &mut Vec<Step>) {
        let Some(x) = self.dice.pick(&self.objects.shared).cloned() else { return };
        let n = self.dice.between(1, 4);
        match self.dice.below(5) {
            0 => out.push(line(format!("{x} = {x} + {n}"))),
            1 => out.push(line(format!("{x} = ({x} * {n} - 1) % 7"))),
            2 => out.push(line(format!("log \"{x} {{{x}}}\""))),
            3 => {
                let name = format!("v{}", self.number());
                let other = self.dice.pick(&here.ints).cloned().unwrap_or_else(|| n.to_string());
                out.push(line(format!("let {name} = {x} + {other}")));
                here.ints.push(name);
            }
            _ => {
                let yes = self.body(here, 1);
                let no = self.body(here, 1);
                out.push(block_with(format!("if {x} % 2 == 0"), yes, vec![("else".to_string(), no)]));
            }
        }
    }

    fn draw(&mut self, here: &mut Here, out: &mut Vec<Step>) {
        let n = self.dice.between(1, 3);
        match self.dice.below(4) {
            0 => out.push(line(format!("work uniform(1ms, {}ms)", n + 1))),
            1 => out.push(line(format!("await sleep(exponential({n}ms))"))),
            2 => out.push(line(format!("log \"{{choice([1, 2, {n}])}} {{random() < 0.5}}\""))),
            _ => {
                let name = format!("v{}", self.number());
                out.push(line(format!("let {name} = uniform(1, {})", n + 1)));
                here.ints.push(name);
            }
        }
    }

    fn channel(&mut self, here: &mut Here, out: &mut Vec<Step>) {
        let Some(channel) = self.dice.pick(&self.objects.channels).cloned() else { return };
        let number = self.number();
        if self.dice.chance(50) {
            let value = self.dice.pick(&here.ints).cloned().unwrap_or_else(|| number.to_string());
            out.push(line(format!("await {channel}.send({value})")));
        } else if self.dice.chance(50) {
            out.push(line(format!("log \"{channel} {{await {channel}.recv()}}\"")));
        } else {
            out.push(line(format!("let v{number} = await {channel}.recv()")));
            out.push(line(format!("log \"{channel} {{v{number}}}\"")));
        }
    }

    fn try_channel(&mut self, out: &mut Vec<Step>) {
        let Some(channel) = self.dice.pick(&self.objects.channels).cloned() else { return };
        let number = self.number();
        out.push(line(match self.dice.below(3) {
            0 => format!("log \"{channel} {{{channel}.try_send({number})}}\""),
            1 => format!("log \"{channel} {{{channel}.try_recv()}}\""),
            _ => format!("log \"{channel} {{{channel}.len()}}\""),
        }));
    }

    fn close(&mut self, out: &mut Vec<Step>) {
        if let Some(channel) = self.dice.pick(&self.objects.channels) {
            out.push(line(format!("{channel}.close()")));
        }
    }

    fn event(&mut self, out: &mut Vec<Step>) {
        let Some(event) = self.dice.pick(&self.objects.events) else { return };
        let text = match self.dice.below(9) {
            0..4 => format!("await {event}.wait()"),
            4..7 => format!("{event}.set()"),
            7 => format!("{event}.clear()"),
            _ => format!("log \"{event} {{{event}.is_set()}}\""),
        };
        out.push(line(text));
    }

    fn barrier(&mut self, out: &mut Vec<Step>) {
        if let Some(barrier) = self.dice.pick(&self.objects.barriers) {
            out.push(line(format!("log \"{barrier} {{await {barrier}.wait()}}\"")));
        }
    }

    fn future(&mut self, out: &mut Vec<Step>) {
        let Some(future) = self.dice.pick(&self.objects.futures).cloned() else { return };
        let number = self.number();
        match self.dice.below(6) {
            0..3 => out.push(line(format!("log \"{future} {{await {future}}}\""))),
            3 | 4 => {
                out.push(block(
                    format!("if not {future}.done()"),
                    vec![line(format!("{future}.set({number})"))],
                ));
            }
            _ => {
                let text = format!("{future}.fail(\"F{number}\")");
                out.push(block(format!("if not {future}.done()"), vec![line(text)]));
            }
        }
    }

    fn fail(&mut self, out: &mut Vec<Step>) {
        let number = self.number();
        out.push(line(format!("fail \"X{number}\"")));
    }

    /// Something that goes wrong, and is caught.
    fn mistake(&mut self, out: &mut Vec<Step>) {
        let body = match (self.dice.below(3), self.objects.futures.first(), self.objects.shared.first()) {
            (0, Some(future), _) => vec![line(format!("{future}.set(0)")), line(format!("{future}.set(1)"))],
            (1, _, Some(x)) => vec![line(format!("log \"{{[1, 2][{x} + 2]}}\""))],
            (_, _, Some(x)) => vec![line(format!("log \"{{6 / {x}}}\""))],
            (_, _, None) => return,
        };
        let number = self.number();
        let caught = vec![line(format!("log \"mistake {number}\""))];
        out.push(block_with("try", body, vec![("catch e".to_string(), caught)]));
    }

    /// A callback: it runs later, by itself, and cannot wait.
    fn callback(&mut self, word: &str, later: bool, out: &mut Vec<Step>) {
        let name = format!("k{}", self.number());
        let mut body = vec![line(format!("log \"{name}\""))];
        match self.dice.below(4) {
            0 => self.timed("work", 1, &mut body),
            1 => self.try_channel(&mut body),
            2 => body.extend(self.objects.events.first().map(|event| line(format!("{event}.set()")))),
            _ => {}
        }
        self.declare(format!("task {name}()"), body);
        let after = if later { format!(", {}", self.time(0)) } else { String::new() };
        out.push(line(format!("{word}({name}(){after})")));
    }

    fn offload(&mut self, out: &mut Vec<Step>) {
        let Some(pool) = self.dice.pick(&self.objects.pools).cloned() else { return };
        let name = format!("job{}", self.number());
        let mut body = Vec::new();
        let verb = if self.dice.chance(70) || !self.has(Construct::Block) { "work" } else { "block" };
        self.timed(verb, 1, &mut body);
        if self.dice.chance(40) {
            body.push(line(format!("log \"{name}\"")));
            self.timed("work", 1, &mut body);
        }
        if self.has(Construct::Fail) && self.dice.chance(10) {
            self.fail(&mut body);
        }
        body.push(line(format!("return {}", self.dice.below(9))));
        self.declare(format!("task {name}()"), body);
        out.push(line(format!("log \"{name} {{await offload({pool}, {name}())}}\"")));
    }
}

/// Does it bring a block, or a task, with steps of its own?
fn nests(construct: Construct) -> bool {
    matches!(
        construct,
        Construct::Spawn
            | Construct::Call
            | Construct::Repeat
            | Construct::Lock
            | Construct::Acquire
            | Construct::Resource
            | Construct::Semaphore
            | Construct::RwLock
            | Construct::ForAwait
            | Construct::Condition
            | Construct::Gather
            | Construct::Settle
            | Construct::Race
            | Construct::AsCompleted
            | Construct::WaitFor
            | Construct::Shield
            | Construct::Timeout
            | Construct::Scope
            | Construct::Group
            | Construct::SpawnIn
            | Construct::Select
            | Construct::Catch
            | Construct::Compute
    )
}
