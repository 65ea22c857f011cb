//! The library under event loops, by small processes written by hand.

use std::cell::RefCell;
use std::rc::Rc;

use crate::runtimes::coroutines::Coroutines;
use crate::runtimes::coroutines::settings::Settings;
use crate::runtimes::drive::{Bodies, Ending, drive};
use crate::runtimes::runtime::{Arm, CancelTarget, Child, Kind, Me, ObjectSpec, Runtime, TimeoutEnd};
use crate::sim::choice::Policy;
use crate::sim::kernel::{Kernel, Limits};
use crate::sim::process::{Airlock, At, Coroutine, Effect, Reply};
use crate::sim::task::{NewTask, Start};
use crate::sim::trace::CauseKind;
use crate::source::Span;
use crate::time::Duration;
use crate::value::{Call, Failure, FailureKind, Mode, ObjectId, Outcome, Raise, TaskId, Value};

const LOCK: ObjectId = ObjectId(0);
const CHANNEL: ObjectId = ObjectId(0);

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn task(function: u16) -> NewTask {
    let call = Rc::new(Call { function, arguments: Vec::new() });
    NewTask {
        start: Start::Call(call),
        name: "".into(),
        priority: 0,
        daemon: false,
        on: None,
        detached: false,
    }
}

fn spec(kind: Kind, size: u64) -> ObjectSpec {
    ObjectSpec { kind, size: Some(size), lock: None, inherit: false, processes: false }
}

fn fails(text: &str) -> Raise {
    Raise::Failed(Failure::new(FailureKind::User, text, Span::default()))
}

/// What a run came to: its ending, when it ended, what was logged (with milliseconds), main's outcome.
struct Ran {
    ending: Ending,
    ms: u64,
    log: Vec<String>,
    main: Option<Outcome>,
}

type Log = RefCell<Vec<String>>;

/// Tasks each of which is one coroutine from start to end.
struct Whole<M>(M);

impl<M: Fn(TaskId, Start, Airlock) -> F, F: Future<Output = ()>> Bodies for Whole<M> {
    type Body = Coroutine<F>;

    fn start(&self, task: TaskId, start: Start) -> Coroutine<F> {
        Coroutine::new(|airlock| (self.0)(task, start, airlock))
    }

    fn resume(&self, _task: TaskId, body: &mut Coroutine<F>, reply: Reply) -> Option<Effect> {
        match body.resume(reply) {
            At::Effect(effect) => Some(effect),
            At::End(()) => None,
        }
    }
}

/// Runs `body(runtime, me, function, log)`; `main` is function 0.
fn run(
    workers: u32,
    objects: &[ObjectSpec],
    body: impl AsyncFn(&Coroutines<'_>, Me<'_>, u16, &Log) -> Outcome,
) -> Ran {
    let kernel = Kernel::new(0, Policy::First, Limits::default(), Some(Rc::new(RefCell::new(Vec::new()))));
    let rt = Coroutines::new(&kernel, &Settings { workers: Some(workers), ..Settings::default() });
    for &object in objects {
        rt.create(object);
    }
    let log = RefCell::default();
    let (rt, body, log_to) = (&rt, &body, &log);
    let whole = Whole(|task, start, airlock: Airlock| async move {
        let me = Me { task, airlock: &airlock };
        let Start::Call(call) = start else { unreachable!("tests start calls only") };
        let outcome = body(rt, me, call.function, log_to).await;
        rt.finish(me, outcome);
    });
    let ending = drive(rt, task(0), &whole);
    let main = kernel.outcome(crate::value::TaskId { slot: 0, serial: 0 });
    Ran { ending, ms: kernel.now().0 / 1_000_000, log: log.into_inner(), main }
}

fn say(rt: &Coroutines<'_>, log: &Log, text: &str) {
    log.borrow_mut().push(format!("{} {text}", rt.kernel().now().0 / 1_000_000));
}

#[test]
fn the_laundry_takes_as_long_as_the_workers_let_it() {
    let laundry = |workers| {
        let minute = |n: u64| Duration(n * 60_000_000_000);
        let ran = run(workers, &[spec(Kind::Resource, 10)], async |rt, me, function, _| {
            if function == 0 {
                for _ in 0..10 {
                    rt.spawn(me, task(1), None).await?;
                }
                return Ok(Value::None);
            }
            rt.acquire(me, ObjectId(0), Mode::Plain).await?;
            me.airlock.work(minute(2)).await;
            rt.io(me, minute(30), None).await?;
            me.airlock.work(minute(5)).await;
            rt.release(me, ObjectId(0), Mode::Plain).await?;
            Ok(Value::None)
        });
        assert_eq!(ran.ending, Ending::Completed);
        ran.ms / 60_000
    };
    assert_eq!([1, 2, 3, 4, 5, 7, 10].map(laundry), [82, 57, 52, 47, 42, 42, 37]);
}

#[test]
fn a_lock_is_handed_over_in_order_of_arrival_and_over_a_cancelled_waiter() {
    let ran = run(1, &[spec(Kind::Lock, 1)], async |rt, me, function, log| {
        if function == 0 {
            let mut handles = Vec::new();
            for n in 1..=4 {
                handles.push(rt.spawn(me, task(n), None).await?);
            }
            rt.sleep(me, ms(1), None).await?;
            assert!(rt.cancel(me, CancelTarget::Task(handles[1])));
            return Ok(Value::None);
        }
        rt.acquire(me, LOCK, Mode::Plain).await?;
        say(rt, log, &format!("task {function}"));
        rt.sleep(me, ms(10), None).await?;
        rt.release(me, LOCK, Mode::Plain).await?;
        assert!(rt.release(me, LOCK, Mode::Plain).await.is_err());
        Ok(Value::None)
    });
    assert_eq!(ran.ending, Ending::Completed);
    assert_eq!(ran.log, ["0 task 1", "10 task 3", "20 task 4"]);
}

#[test]
fn a_rendezvous_is_from_hand_to_hand_and_closing_ends_it() {
    let ran = run(1, &[spec(Kind::Channel, 0)], async |rt, me, function, log| {
        if function == 0 {
            rt.spawn(me, task(1), None).await?;
            for n in 0..2 {
                rt.send(me, CHANNEL, Value::Int(n)).await?;
                say(rt, log, "sent");
            }
            assert!(!rt.try_send(me, CHANNEL, Value::Int(9))?);
            rt.close(me, CHANNEL)?;
            assert!(rt.send(me, CHANNEL, Value::Int(9)).await.is_err());
            return Ok(Value::None);
        }
        rt.sleep(me, ms(5), None).await?;
        while let Some(value) = rt.receive(me, CHANNEL).await? {
            say(rt, log, &format!("got {value}"));
            rt.sleep(me, ms(5), None).await?;
        }
        say(rt, log, "closed");
        Ok(Value::None)
    });
    assert_eq!(ran.ending, Ending::Completed);
    assert_eq!(ran.log, ["5 got 0", "5 sent", "10 got 1", "10 sent", "15 closed"]);
}

#[test]
fn a_select_takes_one_arm_and_leaves_the_others() {
    let objects = [spec(Kind::Channel, 1), spec(Kind::Channel, 1)];
    let ran = run(1, &objects, async |rt, me, function, log| {
        if function == 1 {
            rt.sleep(me, ms(3), None).await?;
            rt.send(me, ObjectId(1), Value::Int(7)).await?;
            rt.send(me, ObjectId(0), Value::Int(8)).await?;
            return Ok(Value::None);
        }
        rt.spawn(me, task(1), None).await?;
        let arms = vec![Arm::Receive(ObjectId(0)), Arm::Receive(ObjectId(1)), Arm::After(ms(9))];
        let (arm, value) = rt.select(me, arms).await?;
        say(rt, log, &format!("arm {arm}: {value}"));
        assert_eq!(rt.len(ObjectId(0))?, 1);
        let (arm, _) = rt.select(me, vec![Arm::Receive(ObjectId(1)), Arm::After(ms(9))]).await?;
        say(rt, log, &format!("arm {arm}"));
        Ok(Value::None)
    });
    assert_eq!(ran.ending, Ending::Completed);
    assert_eq!(ran.log, ["3 arm 1: 7", "12 arm 1"]);
}

#[test]
fn of_two_equal_deadlines_the_outer_reports() {
    let ran = run(1, &[], async |rt, me, _, _| {
        let outer = rt.timeout_enter(me, Some(ms(5)));
        let inner = rt.timeout_enter(me, Some(ms(5)));
        let slept = rt.sleep(me, ms(100), None).await;
        let TimeoutEnd::Raise(raise) = rt.timeout_exit(me, inner, slept) else {
            panic!("the inner reported")
        };
        assert!(matches!(rt.timeout_exit(me, outer, Err(raise)), TimeoutEnd::Expired));
        // No request is left over.
        rt.sleep(me, ms(1), None).await?;
        Ok(Value::None)
    });
    assert_eq!((ran.ending, ran.ms), (Ending::Completed, 6));
    assert!(matches!(ran.main, Some(Ok(_))));
}

#[test]
fn a_cancellation_from_elsewhere_is_no_timeout() {
    let ran = run(1, &[], async |rt, me, function, _| {
        if function == 0 {
            let child = rt.spawn(me, task(1), None).await?;
            rt.sleep(me, ms(5), None).await?;
            assert!(rt.cancel(me, CancelTarget::Task(child)));
            assert!(matches!(rt.join(me, child).await, Err(Raise::Cancelled)));
            return Ok(Value::None);
        }
        let scope = rt.timeout_enter(me, Some(ms(5)));
        let slept = rt.sleep(me, ms(100), None).await;
        match rt.timeout_exit(me, scope, slept) {
            TimeoutEnd::Raise(raise) => Err(raise),
            TimeoutEnd::Normal | TimeoutEnd::Expired => Ok(Value::None),
        }
    });
    assert_eq!((ran.ending, ran.ms), (Ending::Completed, 5));
    assert!(matches!(ran.main, Some(Ok(_))));
}

#[test]
fn a_deadline_that_passes_while_the_task_computes_is_withdrawn_if_it_leaves_in_time() {
    let ran = run(1, &[], async |rt, me, _, _| {
        let scope = rt.timeout_enter(me, Some(ms(5)));
        me.airlock.work(ms(7)).await;
        assert!(matches!(rt.timeout_exit(me, scope, Ok(())), TimeoutEnd::Normal));
        rt.sleep(me, ms(1), None).await?;
        let scope = rt.timeout_enter(me, Some(ms(5)));
        me.airlock.work(ms(7)).await;
        let slept = rt.sleep(me, ms(1), None).await;
        assert!(matches!(rt.timeout_exit(me, scope, slept), TimeoutEnd::Expired));
        Ok(Value::None)
    });
    assert_eq!((ran.ending, ran.ms), (Ending::Completed, 15));
}

#[test]
fn whoever_waits_at_a_condition_has_its_lock_again_even_when_cancelled() {
    let condition = ObjectSpec { lock: Some(LOCK), ..spec(Kind::Condition, 1) };
    let ran = run(1, &[spec(Kind::Lock, 1), condition], async |rt, me, function, log| {
        if function == 0 {
            let waiter = rt.spawn(me, task(1), None).await?;
            rt.spawn(me, task(2), None).await?;
            rt.sleep(me, ms(1), None).await?;
            assert!(rt.notify(me, ObjectId(1), 1).is_err());
            rt.acquire(me, LOCK, Mode::Plain).await?;
            rt.notify(me, ObjectId(1), 1)?;
            assert!(rt.cancel(me, CancelTarget::Task(waiter)));
            rt.sleep(me, ms(1), None).await?;
            rt.release(me, LOCK, Mode::Plain).await?;
            return Ok(Value::None);
        }
        rt.acquire(me, LOCK, Mode::Plain).await?;
        let waited = rt.wait(me, ObjectId(1)).await;
        say(rt, log, if waited.is_ok() { "notified" } else { "cancelled" });
        rt.release(me, LOCK, Mode::Plain).await?;
        waited
    });
    assert_eq!(ran.ending, Ending::Completed);
    assert_eq!(ran.log, ["2 notified", "2 cancelled"]);
}

#[test]
fn a_failing_child_cancels_its_group_and_the_failure_is_raised() {
    let ran = run(1, &[], async |rt, me, function, log| match function {
        0 => {
            let group = rt.group_enter(me);
            for n in 1..=2 {
                rt.spawn(me, task(n), Some(group)).await?;
            }
            let body = rt.sleep(me, ms(100), None).await;
            assert!(matches!(body, Err(Raise::Cancelled)));
            let left = rt.group_exit(me, group, body).await;
            let Err(Raise::Failed(failure)) = left else { panic!("the child's failure was lost") };
            say(rt, log, &failure.text);
            rt.sleep(me, ms(1), None).await?;
            Ok(Value::None)
        }
        1 => {
            rt.sleep(me, ms(3), None).await?;
            Err(fails("no milk"))
        }
        _ => {
            let slept = rt.sleep(me, ms(50), None).await;
            rt.sleep(me, ms(2), None).await?;
            say(rt, log, "cleaned up");
            slept.map(|()| Value::None)
        }
    });
    assert_eq!(ran.ending, Ending::Completed);
    assert_eq!(ran.log, ["5 cleaned up", "5 no milk"]);
    assert!(matches!(ran.main, Some(Ok(_))));
}

#[test]
fn two_who_wait_for_each_other_are_reported_with_what_they_hold() {
    let objects = [spec(Kind::Lock, 1), spec(Kind::Lock, 1)];
    let ran = run(1, &objects, async |rt, me, function, _| {
        if function == 0 {
            rt.spawn(me, task(1), None).await?;
        }
        let (first, second) = if function == 0 { (0, 1) } else { (1, 0) };
        rt.acquire(me, ObjectId(first), Mode::Plain).await?;
        rt.sleep(me, ms(1), None).await?;
        rt.acquire(me, ObjectId(second), Mode::Plain).await?;
        Ok(Value::None)
    });
    let Ending::Stuck(waits) = ran.ending else { panic!("a deadlock") };
    let said: Vec<_> = waits.iter().map(|w| (w.task.serial, w.holders[0].serial, w.cause.clone())).collect();
    assert_eq!((said[0].0, said[0].1, said[1].0, said[1].1), (0, 1, 1, 0));
    assert!(waits.iter().all(|w| w.cause.as_ref().is_some_and(|c| c.kind == CauseKind::Lock)));
}

#[test]
fn gather_race_and_settle_give_what_they_promise() {
    let ran = run(1, &[], async |rt, me, function, log| {
        if function > 0 {
            rt.sleep(me, ms(10 - u64::from(function)), None).await?;
            return if function == 4 { Err(fails("four")) } else { Ok(Value::Int(i64::from(function))) };
        }
        let new = |n| Child::New(task(n));
        let gathered = rt.gather(me, vec![new(1), new(2), new(3)]).await?;
        say(rt, log, &gathered.to_string());
        let first = rt.race(me, vec![new(1), new(3)]).await?;
        say(rt, log, &first.to_string());
        let settled = rt.settle_all(me, vec![new(4), new(1)]).await?;
        say(rt, log, &settled.to_string());
        assert!(rt.gather(me, vec![new(1), new(4)]).await.is_err());
        let results = rt.as_completed(me, vec![new(1), new(2)], Some(Duration(8_500_000))).await?;
        assert!(matches!(rt.next_result(me, results).await?, Some(Value::Int(2))));
        let Err(Raise::Failed(late)) = rt.next_result(me, results).await else {
            panic!("the deadline passed")
        };
        say(rt, log, &late.text);
        Ok(Value::None)
    });
    assert_eq!(ran.log, ["9 [1, 2, 3]", "16 3", "25 [four, 1]", "39 timeout"]);
}

#[test]
fn the_run_lasts_for_spawned_tasks_and_daemons_clean_up_after_them() {
    let ran = run(1, &[], async |rt, me, function, log| match function {
        0 => {
            rt.spawn(me, NewTask { daemon: true, ..task(2) }, None).await?;
            let child = rt.spawn(me, task(1), None).await?;
            let unborn = rt.spawn(me, task(3), None).await?;
            assert!(rt.cancel(me, CancelTarget::Task(unborn)));
            assert!(matches!(rt.join(me, unborn).await, Err(Raise::Cancelled)));
            assert!(matches!(rt.join(me, child).await, Ok(Value::Int(5))));
            Ok(Value::None)
        }
        1 => {
            rt.sleep(me, ms(5), None).await?;
            Ok(Value::Int(5))
        }
        2 => {
            let slept = rt.sleep(me, ms(1000), None).await;
            rt.sleep(me, ms(1), None).await?;
            say(rt, log, "daemon left");
            slept.map(|()| Value::None)
        }
        _ => unreachable!("cancelled before its first step"),
    });
    assert_eq!((ran.ending, ran.ms), (Ending::Completed, 6));
    assert_eq!(ran.log, ["6 daemon left"]);
}

#[test]
fn offloaded_jobs_share_the_threads_of_their_pool() {
    let ran = run(1, &[spec(Kind::Workers, 2)], async |rt, me, function, log| {
        if function > 2 {
            rt.sleep(me, ms(10), None).await?;
            me.airlock.work(ms(5)).await;
            return Ok(Value::None);
        }
        if function == 0 {
            for _ in 0..3 {
                rt.spawn(me, task(1), None).await?;
            }
            return Ok(Value::None);
        }
        rt.offload(me, ObjectId(0), task(3)).await?;
        say(rt, log, "done");
        Ok(Value::None)
    });
    assert_eq!(ran.ending, Ending::Completed);
    assert_eq!(ran.log, ["15 done", "15 done", "30 done"]);
}
