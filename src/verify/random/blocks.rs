//! The steps of random programs that have steps inside: locks, deadlines, groups, combinators, `try`.

use crate::verify::random::maker::{Here, Maker};
use crate::verify::random::tree::{Step, block, block_with, line};
use crate::verify::random::vocabulary::Construct;

/// After so many values a `for await` leaves.
const MOST_RECEIVED: usize = 8;

impl Maker<'_> {
    /// Calls a task in this one.
    pub fn call(&mut self, here: &Here, out: &mut Vec<Step>) {
        let name = format!("c{}", self.number() + 100);
        let inner = Here { grouped: false, ..here.clone() };
        let steps = self.some();
        // It runs as a part of this task: it holds what this one holds.
        let call = self.task_holding(&name, &inner, steps, here.held.clone());
        out.push(line(match self.dice.below(3) {
            0 => format!("await {call}"),
            _ => format!("log \"{name} {{await {call}}}\""),
        }));
    }

    pub fn repeat(&mut self, here: &Here, out: &mut Vec<Step>) {
        let inner = Here { repeated: true, ..here.clone() };
        let (number, times) = (self.number(), self.dice.between(2, 3));
        let steps = self.some();
        let mut body = self.body(&inner, steps);
        match self.dice.below(4) {
            0 => {
                let i = format!("n{number}");
                body.insert(0, line(format!("{i} = {i} + 1")));
                out.push(line(format!("let {i} = 0")));
                out.push(block(format!("while {i} < {times}"), body));
            }
            1 => {
                let leave = if self.dice.chance(50) { "break" } else { "continue" };
                body.insert(0, block(format!("if i{number} == 1"), vec![line(leave)]));
                out.push(block(format!("for i{number} in 0..{times}"), body));
            }
            _ => out.push(block(format!("for i{number} in 1..={times}"), body)),
        }
    }

    /// Holds something while it does some more.
    fn holding(&mut self, what: &str, here: &Here, out: &mut Vec<Step>) {
        let mut inner = here.clone();
        inner.held.push(what.to_string());
        let steps = self.some();
        let body = self.body(&inner, steps);
        out.push(block(format!("with {what}"), body));
    }

    pub fn with_lock(&mut self, here: &Here, out: &mut Vec<Step>) {
        let Some(lock) = self.dice.pick(&self.objects.locks).cloned() else { return };
        if !here.held.contains(&lock) {
            self.holding(&lock, here, out);
        }
    }

    pub fn acquire(&mut self, here: &Here, out: &mut Vec<Step>) {
        let Some(lock) = self.dice.pick(&self.objects.locks).cloned() else { return };
        if here.held.contains(&lock) {
            return;
        }
        if self.dice.chance(30) {
            return out.push(line(format!("log \"{lock} {{{lock}.locked()}}\"")));
        }
        let mut inner = here.clone();
        inner.held.push(lock.clone());
        let body = self.body(&inner, 2);
        out.push(line(format!("await {lock}.acquire()")));
        out.push(block_with(
            "try",
            body,
            vec![("finally".to_string(), vec![line(format!("{lock}.release()"))])],
        ));
    }

    pub fn with_resource(&mut self, here: &Here, out: &mut Vec<Step>) {
        let Some(resource) = self.dice.pick(&self.objects.resources).cloned() else { return };
        if !here.held.contains(&resource) || self.dice.chance(20) {
            self.holding(&resource, here, out);
        }
    }

    pub fn semaphore(&mut self, here: &Here, out: &mut Vec<Step>) {
        let Some(semaphore) = self.dice.pick(&self.objects.semaphores).cloned() else { return };
        match self.dice.below(8) {
            0 => out.push(line(format!("await {semaphore}.acquire()"))),
            1 | 2 => out.push(line(format!("{semaphore}.release()"))),
            _ => {
                if !here.held.contains(&semaphore) || self.dice.chance(20) {
                    self.holding(&semaphore, here, out);
                }
            }
        }
    }

    pub fn rwlock(&mut self, here: &Here, out: &mut Vec<Step>) {
        let Some(table) = self.dice.pick(&self.objects.rwlocks).cloned() else { return };
        let inside = here.held.iter().any(|held| held.starts_with(&table));
        let side = if self.dice.chance(60) { "read" } else { "write" };
        if !inside {
            self.holding(&format!("{table}.{side}"), here, out);
        }
    }

    pub fn condition(&mut self, here: &Here, out: &mut Vec<Step>) {
        let Some((condition, lock)) = self.dice.pick(&self.objects.conditions).cloned() else { return };
        let act = match self.dice.below(5) {
            0 | 1 => format!("await {condition}.wait()"),
            2 => format!("{condition}.notify()"),
            3 => format!("{condition}.notify(2)"),
            _ => format!("{condition}.notify_all()"),
        };
        if here.held.contains(&lock) {
            out.push(line(act));
        } else {
            out.push(block(format!("with {lock}"), vec![line(act)]));
        }
    }

    pub fn for_await(&mut self, here: &Here, out: &mut Vec<Step>) {
        let Some(channel) = self.dice.pick(&self.objects.channels).cloned() else { return };
        let inner = Here { repeated: true, ..here.clone() };
        let number = self.number();
        let mut body = vec![line(format!("log \"{channel} {{v{number}}}\""))];
        body.extend(self.body(&inner, 1));
        // It may send what it receives, to itself or in a ring, and would never end.
        body.push(line(format!("n{number} = n{number} + 1")));
        body.push(block(format!("if n{number} > {MOST_RECEIVED}"), vec![line("break")]));
        out.push(line(format!("let n{number} = 0")));
        out.push(block(format!("for await v{number} in {channel}"), body));
    }

    /// Calls of new tasks, with a handle among them now and then.
    fn children(&mut self, here: &Here, least: usize) -> String {
        let most = [1, 2, 2, 3][self.dice.below(4)];
        let mut all = Vec::new();
        if self.dice.chance(15) {
            let name = format!("g{}", self.number());
            let body = self.body(&Here { depth: here.depth + 1, repeated: true, ..Here::default() }, 2);
            let mut body = body;
            body.push(line("return 10 * i"));
            self.declare(format!("task {name}(i)"), body);
            return format!("{name}(i) for i in 1..={}", most.max(2));
        }
        for _ in 0..most.max(least) {
            if self.dice.chance(20)
                && let Some(handle) = self.dice.pick(&here.handles)
                && !all.contains(handle)
            {
                all.push(handle.clone());
                continue;
            }
            all.push(self.child(here));
        }
        all.join(", ")
    }

    fn child(&mut self, here: &Here) -> String {
        let name = format!("g{}", self.number());
        let steps = [1, 2, 2, 3][self.dice.below(4)];
        self.task(&name, here, steps)
    }

    pub fn gather(&mut self, here: &Here, out: &mut Vec<Step>) {
        let children = self.children(here, 1);
        let number = self.number();
        out.push(line(format!("log \"gather {number} {{await gather({children})}}\"")));
    }

    pub fn settle(&mut self, here: &Here, out: &mut Vec<Step>) {
        let children = self.children(here, 1);
        let number = self.number();
        out.push(line(format!("log \"settle {number} {{await settle({children})}}\"")));
    }

    pub fn race(&mut self, here: &Here, out: &mut Vec<Step>) {
        let children = self.children(here, 2);
        let number = self.number();
        out.push(line(format!("log \"race {number} {{await race({children})}}\"")));
    }

    pub fn as_completed(&mut self, here: &Here, out: &mut Vec<Step>) {
        let children = self.children(here, 1);
        let number = self.number();
        let body = vec![line(format!("log \"next {number} {{v{number}}}\""))];
        let limit = if self.has(Construct::WaitFor) && self.dice.chance(25) {
            format!(", timeout: {}", self.time(1))
        } else {
            String::new()
        };
        out.push(block(format!("for await v{number} in as_completed({children}{limit})"), body));
    }

    pub fn wait_for(&mut self, here: &Here, out: &mut Vec<Step>) {
        let what = match self.dice.pick(&here.handles).cloned() {
            Some(handle) if self.dice.chance(25) => handle,
            _ => self.child(here),
        };
        let (d, number) = (self.time(0), self.number());
        let wait = line(format!("log \"in time {number} {{await wait_for({what}, {d})}}\""));
        if self.dice.chance(70) && self.has(Construct::Catch) {
            let caught = vec![line(format!("log \"{number} {{e}}\""))];
            return out.push(block_with("try", vec![wait], vec![("catch e".to_string(), caught)]));
        }
        out.push(wait);
    }

    pub fn shield(&mut self, here: &Here, out: &mut Vec<Step>) {
        let child = self.child(here);
        let number = self.number();
        out.push(line(format!("log \"shield {number} {{await shield({child})}}\"")));
    }

    pub fn timeout(&mut self, here: &Here, out: &mut Vec<Step>) {
        let d = self.time(0);
        let steps = self.some();
        let body = self.body(here, steps);
        let clauses =
            if self.dice.chance(40) { vec![("else".to_string(), self.body(here, 1))] } else { vec![] };
        out.push(block_with(format!("timeout {d}"), body, clauses));
    }

    pub fn scope(&mut self, here: &Here, out: &mut Vec<Step>) {
        if self.dice.chance(40)
            && let Some(scope) = self.dice.pick(&here.scopes)
        {
            return out.push(line(format!("cancel {scope}")));
        }
        let name = format!("s{}", self.number() + 100);
        let mut inner = here.clone();
        inner.scopes.push(name.clone());
        let mut body = Vec::new();
        if !here.repeated && self.has(Construct::Spawn) && self.dice.chance(60) {
            let canceller = format!("t{}", self.number());
            let d = self.time(0);
            self.declare(
                format!("task {canceller}({name})"),
                vec![line(format!("await sleep({d})")), line(format!("cancel {name}"))],
            );
            body.push(line(format!("spawn {canceller}({name})")));
        }
        let steps = self.some();
        body.extend(self.body(&inner, steps));
        let clauses =
            if self.dice.chance(40) { vec![("else".to_string(), self.body(here, 1))] } else { vec![] };
        out.push(block_with(format!("scope {name}"), body, clauses));
    }

    pub fn group(&mut self, here: &Here, out: &mut Vec<Step>) {
        let mut inner = Here { grouped: true, ..here.clone() };
        let named =
            (self.has(Construct::CancelGroup) || self.has(Construct::SpawnIn)) && self.dice.chance(40);
        let head = if named {
            let name = format!("q{}", self.number());
            inner.groups.push(name.clone());
            format!("group {name}")
        } else {
            "group".to_string()
        };
        let mut body = Vec::new();
        for _ in 0..self.dice.between(1, 3) {
            let number = self.number();
            let steps = self.dice.between(1, 3);
            let call = self.task(&format!("t{number}"), &inner, steps);
            inner.handles.push(format!("h{number}"));
            body.push(line(format!("let h{number} = spawn {call}")));
        }
        if self.dice.chance(60) {
            body.extend(self.body(&inner, 2));
        }
        out.push(block(head, body));
    }

    pub fn select(&mut self, here: &Here, out: &mut Vec<Step>) {
        let mut arms = Vec::new();
        for _ in 0..self.dice.between(1, 3) {
            let number = self.number();
            let (head, log) = match self.dice.below(6) {
                0 | 1 => match self.dice.pick(&self.objects.channels) {
                    Some(c) if self.has(Construct::SelectSend) && number.is_multiple_of(3) => {
                        (format!("{c}.send({number})"), format!("log \"sent {number}\""))
                    }
                    Some(c) => (format!("v{number} = {c}.recv()"), format!("log \"{c} {{v{number}}}\"")),
                    None => continue,
                },
                2 => match self.dice.pick(&self.objects.events) {
                    Some(e) => (format!("{e}.wait()"), format!("log \"{e} happened\"")),
                    None => continue,
                },
                3 => match self.dice.pick(&self.objects.futures) {
                    Some(f) => (format!("v{number} = {f}"), format!("log \"{f} {{v{number}}}\"")),
                    None => continue,
                },
                _ => match self.dice.pick(&here.handles) {
                    Some(h) => (format!("v{number} = {h}"), format!("log \"{h} {{v{number}}}\"")),
                    None => continue,
                },
            };
            let mut body = vec![line(log)];
            if self.dice.chance(30) {
                body.extend(self.body(here, 1));
            }
            arms.push(block(format!("{head} =>"), body));
        }
        if arms.is_empty() || self.dice.chance(60) {
            let d = self.time(0);
            arms.push(block(format!("after {d} =>"), vec![line("log \"waited\"")]));
        }
        out.push(block("select", arms));
    }

    pub fn catch(&mut self, here: &Here, out: &mut Vec<Step>) {
        let steps = self.some();
        let body = self.body(here, steps);
        let number = self.number();
        let mut clauses = Vec::new();
        if self.dice.chance(70) {
            let mut caught = vec![line(format!("log \"caught {number} {{e}}\""))];
            if self.dice.chance(30) {
                caught.extend(self.body(here, 1));
            }
            if self.dice.chance(15) && self.has(Construct::Fail) {
                caught.push(line("fail e"));
            }
            clauses.push(("catch e".to_string(), caught));
        }
        if self.has(Construct::CatchCancelled) && self.dice.chance(40) {
            let mut caught = vec![line(format!("log \"cancelled {number}\""))];
            if self.dice.chance(30) {
                caught.extend(self.body(here, 1));
            }
            if !(self.has(Construct::Swallow) && self.dice.chance(30)) {
                caught.push(line("fail cancelled"));
            }
            clauses.push(("catch cancelled".to_string(), caught));
        }
        if self.has(Construct::Finally) && (self.dice.chance(30) || clauses.is_empty()) {
            clauses.push(("finally".to_string(), self.body(here, 1)));
        }
        if clauses.is_empty() {
            return out.extend(body.into_iter().take(1));
        }
        out.push(block_with("try", body, clauses));
    }

    /// Does at the end of `main` what those who wait may be waiting for.
    pub fn unblock(&mut self, here: &Here, out: &mut Vec<Step>) {
        let long = [5, 10, 20][self.dice.below(3)];
        out.push(line(format!("await sleep({long}ms)")));
        let mut round = Vec::new();
        let objects = &self.objects;
        round.extend(objects.channels.iter().map(|c| line(format!("{c}.try_recv()"))));
        round.extend(objects.events.iter().map(|e| line(format!("{e}.set()"))));
        round.extend(objects.semaphores.iter().map(|s| line(format!("{s}.release()"))));
        for (condition, lock) in &objects.conditions {
            round.push(block(format!("with {lock}"), vec![line(format!("{condition}.notify_all()"))]));
        }
        if self.has(Construct::Cancel) {
            let doomed: Vec<&String> = here.handles.iter().filter(|_| self.dice.chance(50)).collect();
            round.extend(doomed.iter().map(|handle| line(format!("cancel {handle}"))));
        }
        round.push(line("await sleep(1ms)"));
        out.push(block("for _round in 1..=4", round));
        for future in &self.objects.futures {
            out.push(block(format!("if not {future}.done()"), vec![line(format!("{future}.set(0)"))]));
        }
        if self.has(Construct::Close) {
            out.extend(self.objects.channels.iter().map(|c| line(format!("{c}.close()"))));
        }
    }
}
