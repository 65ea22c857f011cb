//! NeXosim on one thread: what is a process elsewhere is a model here, which schedules its own next step.
//!
//! Models cannot be made while it runs, so the children of W5 are made once and started again.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{EventSource, Output};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::random::{child, exp_ticks, nap, seed, xs32};
use crate::{Done, Workload};

thread_local! {
    static SUM: Cell<u64> = const { Cell::new(0) };
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static STREAMS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

pub fn run(workload: Workload) -> Option<Done> {
    SUM.set(0);
    COUNT.set(0);
    Some(match workload {
        Workload::Sleepers { n, k } => sleepers(n, k),
        Workload::Queue { n } => queue(n),
        Workload::Ring { p, h } => ring(p, h),
        Workload::Phold { p, m, until } => phold(p, m, until),
        Workload::ForkJoin { r, c } => fork_join(r, c),
        Workload::Mutex { n, k } => mutex(n, k),
    })
}

fn add(n: u64) {
    SUM.set(SUM.get().wrapping_add(n));
}

fn now<M: Model>(context: &Context<M>) -> u64 {
    let passed = context.time().duration_since(MonotonicTime::EPOCH);
    passed.as_secs() * 1_000_000_000 + u64::from(passed.subsec_nanos())
}

fn ticks(n: u64) -> Duration {
    Duration::from_nanos(n)
}

fn start(bench: SimInit) {
    bench.init(MonotonicTime::EPOCH).expect("it is put together").run().expect("it runs to its end");
}

#[derive(Serialize, Deserialize)]
struct Sleeper {
    x: u32,
    left: u32,
}

#[Model]
impl Sleeper {
    #[nexosim(init)]
    async fn init(&mut self, context: &Context<Self>) {
        context
            .schedule_event(ticks(nap(&mut self.x)), schedulable!(Self::wake), ())
            .expect("it is due later");
    }

    #[nexosim(schedulable)]
    async fn wake(&mut self, _: (), context: &Context<Self>) {
        add(now(context));
        COUNT.set(COUNT.get() + 1);
        self.left -= 1;
        if self.left > 0 {
            let nap = ticks(nap(&mut self.x));
            context.schedule_event(nap, schedulable!(Self::wake), ()).expect("it is due later");
        }
    }
}

fn sleepers(n: u32, k: u32) -> Done {
    let mut bench = SimInit::with_num_threads(1);
    for i in 0..n {
        bench = bench.add_model(Sleeper { x: seed(i), left: k }, Mailbox::with_capacity(1), "sleeper");
    }
    start(bench);
    Done { operations: COUNT.get(), checksum: vec![SUM.get()] }
}

#[derive(Serialize, Deserialize)]
struct Source {
    xa: u32,
    xs: u32,
    left: u32,
    customer: Output<u64>,
}

#[Model]
impl Source {
    #[nexosim(init)]
    async fn init(&mut self, context: &Context<Self>) {
        self.next(context);
    }

    #[nexosim(schedulable)]
    async fn arrival(&mut self, _: (), context: &Context<Self>) {
        self.customer.send(exp_ticks(&mut self.xs, 1.25)).await;
        self.left -= 1;
        if self.left > 0 {
            self.next(context);
        }
    }

    fn next(&mut self, context: &Context<Self>) {
        let wait = ticks(exp_ticks(&mut self.xa, 1.0));
        context.schedule_event(wait, schedulable!(Self::arrival), ()).expect("it is due later");
    }
}

/// Who is first in line is being served: when they came, and how long it takes.
#[derive(Default, Serialize, Deserialize)]
struct Server {
    line: VecDeque<(u64, u64)>,
}

#[Model]
impl Server {
    async fn customer(&mut self, service: u64, context: &Context<Self>) {
        self.line.push_back((now(context), service));
        if self.line.len() == 1 {
            self.serve(service, context);
        }
    }

    #[nexosim(schedulable)]
    async fn departure(&mut self, _: (), context: &Context<Self>) {
        let (came, _) = self.line.pop_front().expect("somebody was being served");
        add(now(context) - came);
        if let Some(&(_, service)) = self.line.front() {
            self.serve(service, context);
        }
    }

    fn serve(&mut self, service: u64, context: &Context<Self>) {
        context.schedule_event(ticks(service), schedulable!(Self::departure), ()).expect("it is due later");
    }
}

fn queue(n: u32) -> Done {
    let mailbox = Mailbox::new();
    let mut source = Source { xa: seed(0), xs: seed(1), left: n, customer: Output::new() };
    source.customer.connect(Server::customer, &mailbox);
    let bench = SimInit::with_num_threads(1).add_model(source, Mailbox::new(), "source").add_model(
        Server::default(),
        mailbox,
        "server",
    );
    start(bench);
    Done { operations: u64::from(n), checksum: vec![SUM.get()] }
}

#[derive(Serialize, Deserialize)]
struct Station {
    i: u32,
    next: Output<u64>,
}

#[Model]
impl Station {
    async fn token(&mut self, token: u64) {
        if token == 0 {
            SUM.set(u64::from(self.i));
        } else {
            self.next.send(token - 1).await;
        }
    }
}

fn ring(p: u32, h: u64) -> Done {
    let mailboxes: Vec<Mailbox<Station>> = (0..p).map(|_| Mailbox::new()).collect();
    let mut stations: Vec<Station> = (0..p).map(|i| Station { i, next: Output::new() }).collect();
    for (i, station) in stations.iter_mut().enumerate() {
        station.next.connect(Station::token, &mailboxes[(i + 1) % mailboxes.len()]);
    }
    let mut bench = SimInit::with_num_threads(1);
    let source = EventSource::new().connect(Station::token, &mailboxes[0]).register(&mut bench);
    for (station, mailbox) in stations.into_iter().zip(mailboxes) {
        bench = bench.add_model(station, mailbox, "station");
    }
    let mut simulation = bench.init(MonotonicTime::EPOCH).expect("it is put together");
    simulation.process_event(&source, h).expect("the token goes round");
    Done { operations: h, checksum: vec![SUM.get()] }
}

#[derive(Serialize, Deserialize)]
struct Message {
    at: u32,
    to: u32,
    until: u64,
}

fn with_stream<T>(place: u32, draw: impl FnOnce(&mut u32) -> T) -> T {
    STREAMS.with_borrow_mut(|streams| draw(&mut streams[place as usize]))
}

#[Model]
impl Message {
    #[nexosim(init)]
    async fn init(&mut self, context: &Context<Self>) {
        self.wait(context);
    }

    #[nexosim(schedulable)]
    async fn arrive(&mut self, _: (), context: &Context<Self>) {
        add(now(context));
        COUNT.set(COUNT.get() + 1);
        self.at = self.to;
        let places = STREAMS.with_borrow(Vec::len) as u32;
        self.to = with_stream(self.at, xs32) % places;
        self.wait(context);
    }

    fn wait(&mut self, context: &Context<Self>) {
        let delay = 100_000 + with_stream(self.at, |x| exp_ticks(x, 1.0));
        if now(context) + delay <= self.until {
            context.schedule_event(ticks(delay), schedulable!(Self::arrive), ()).expect("it is due later");
        }
    }
}

fn phold(p: u32, m: u32, until: u64) -> Done {
    STREAMS.set((0..p).map(seed).collect());
    let mut bench = SimInit::with_num_threads(1);
    for at in (0..p).flat_map(|i| (0..m).map(move |_| i)) {
        bench = bench.add_model(Message { at, to: at, until }, Mailbox::with_capacity(1), "message");
    }
    start(bench);
    Done { operations: COUNT.get(), checksum: vec![SUM.get(), COUNT.get()] }
}

#[derive(Serialize, Deserialize)]
struct Parent {
    rounds: u32,
    round: u32,
    running: u32,
    children: Vec<Output<u32>>,
}

#[Model]
impl Parent {
    async fn fork(&mut self, _: ()) {
        self.running = self.children.len() as u32;
        let first = self.round * self.running;
        for (i, child) in (first..).zip(&mut self.children) {
            child.send(i).await;
        }
    }

    async fn joined(&mut self, _: (), context: &Context<Self>) {
        self.running -= 1;
        if self.running > 0 {
            return;
        }
        add(now(context));
        self.round += 1;
        if self.round < self.rounds {
            self.fork(()).await;
        }
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Child {
    done: Output<()>,
}

#[Model]
impl Child {
    async fn start(&mut self, i: u32, context: &Context<Self>) {
        context.schedule_event(ticks(child(i)), schedulable!(Self::wake), ()).expect("it is due later");
    }

    #[nexosim(schedulable)]
    async fn wake(&mut self, _: ()) {
        self.done.send(()).await;
    }
}

fn fork_join(r: u32, c: u32) -> Done {
    let mut bench = SimInit::with_num_threads(1);
    let mailbox = Mailbox::new();
    let mut parent = Parent { rounds: r, round: 0, running: 0, children: Vec::new() };
    for _ in 0..c {
        let (mut child, own) = (Child::default(), Mailbox::new());
        child.done.connect(Parent::joined, &mailbox);
        let mut start = Output::new();
        start.connect(Child::start, &own);
        parent.children.push(start);
        bench = bench.add_model(child, own, "child");
    }
    let source = EventSource::new().connect(Parent::fork, &mailbox).register(&mut bench);
    let bench = bench.add_model(parent, mailbox, "parent");
    let mut simulation = bench.init(MonotonicTime::EPOCH).expect("it is put together");
    simulation.process_event(&source, ()).expect("the first children start");
    simulation.run().expect("it runs to its end");
    Done { operations: u64::from(r) * u64::from(c), checksum: vec![SUM.get()] }
}

#[derive(Default, Serialize, Deserialize)]
struct Lock {
    held: bool,
    waiting: VecDeque<u32>,
    users: Vec<Output<()>>,
}

#[Model]
impl Lock {
    async fn acquire(&mut self, i: u32) {
        if self.held {
            self.waiting.push_back(i);
            return;
        }
        self.held = true;
        self.users[i as usize].send(()).await;
    }

    async fn release(&mut self, _: ()) {
        match self.waiting.pop_front() {
            Some(next) => self.users[next as usize].send(()).await,
            None => self.held = false,
        }
    }

    /// All of them ask once, in order.
    async fn open(&mut self, _: ()) {
        for i in 0..self.users.len() as u32 {
            self.acquire(i).await;
        }
    }
}

#[derive(Serialize, Deserialize)]
struct User {
    i: u32,
    left: u32,
    acquire: Output<u32>,
    release: Output<()>,
}

#[Model]
impl User {
    async fn locked(&mut self, _: (), context: &Context<Self>) {
        context.schedule_event(ticks(1), schedulable!(Self::wake), ()).expect("it is due later");
    }

    #[nexosim(schedulable)]
    async fn wake(&mut self, _: (), context: &Context<Self>) {
        self.release.send(()).await;
        self.left -= 1;
        if self.left > 0 {
            self.acquire.send(self.i).await;
        } else {
            add(now(context) * u64::from(self.i + 1));
        }
    }
}

fn mutex(n: u32, k: u32) -> Done {
    let mut bench = SimInit::with_num_threads(1);
    let mailbox = Mailbox::new();
    let mut lock = Lock::default();
    for i in 0..n {
        let own = Mailbox::new();
        let mut user = User { i, left: k, acquire: Output::new(), release: Output::new() };
        user.acquire.connect(Lock::acquire, &mailbox);
        user.release.connect(Lock::release, &mailbox);
        let mut locked = Output::new();
        locked.connect(User::locked, &own);
        lock.users.push(locked);
        bench = bench.add_model(user, own, "user");
    }
    let source = EventSource::new().connect(Lock::open, &mailbox).register(&mut bench);
    let bench = bench.add_model(lock, mailbox, "lock");
    let mut simulation = bench.init(MonotonicTime::EPOCH).expect("it is put together");
    simulation.process_event(&source, ()).expect("the first locks");
    simulation.run().expect("it runs to its end");
    Done { operations: u64::from(n) * u64::from(k), checksum: vec![SUM.get()] }
}
