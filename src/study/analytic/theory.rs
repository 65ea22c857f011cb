//! Closed forms of queues in the steady state. Times are in nanoseconds, rates per nanosecond.

use serde::{Deserialize, Serialize};

/// How long it takes to serve one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Service {
    pub mean: f64,
    /// E[S²]
    pub square: f64,
    /// The letter of Kendall's notation: M, D or G.
    pub letter: char,
}

impl Service {
    pub fn exponential(mean: f64) -> Service {
        Service { mean, square: 2.0 * mean * mean, letter: 'M' }
    }

    pub fn constant(time: f64) -> Service {
        Service { mean: time, square: time * time, letter: 'D' }
    }

    pub fn uniform(from: f64, to: f64) -> Service {
        Service { mean: (from + to) / 2.0, square: (from * from + from * to + to * to) / 3.0, letter: 'G' }
    }

    pub fn lognormal(median: f64, sigma: f64) -> Service {
        let (mean, square) = (libm::exp(sigma * sigma / 2.0), libm::exp(2.0 * sigma * sigma));
        Service { mean: median * mean, square: median * median * square, letter: 'G' }
    }
}

/// In the long run, of a queue that gets less than it can serve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steady {
    /// The probability to find all servers taken.
    pub delayed: f64,
    /// The mean time until service begins.
    pub wait: f64,
    /// The mean time from arrival to the end of service.
    pub stay: f64,
    /// How many are there on average; by Little's law the rate of arrivals × `stay`.
    pub present: f64,
}

/// Above so many servers nothing is computed.
const MOST: u64 = 1_000_000;

/// The probability that a customer is lost who finds all servers taken (M/M/c/c), by the stable recursion
/// B(n) = a·B(n − 1) / (n + a·B(n − 1)). `offered` is the rate of arrivals × the mean service, in Erlang.
pub fn erlang_b(servers: u64, offered: f64) -> f64 {
    let mut lost = 1.0;
    for n in 1..=servers {
        lost = offered * lost / (n as f64 + offered * lost);
        if lost == 0.0 {
            break;
        }
    }
    lost
}

/// The probability that a customer has to wait (M/M/c); 1 where more is offered than can be served.
pub fn erlang_c(servers: u64, offered: f64) -> f64 {
    let load = offered / servers as f64;
    if load >= 1.0 {
        return 1.0;
    }
    let lost = erlang_b(servers, offered);
    lost / (1.0 - load * (1.0 - lost))
}

/// Poisson arrivals at a rate, served first come, first served: M/M/c by Erlang's formula, M/G/1 by Pollaczek's
/// and Khinchine's. `None` where there is no steady state or no closed form.
pub fn steady(rate: f64, service: Service, servers: u64) -> Option<Steady> {
    let offered = rate * service.mean;
    let load = offered / servers as f64;
    if load.is_nan() || load >= 1.0 || servers > MOST {
        return None;
    }
    let (delayed, wait) = match (service.letter, servers) {
        ('M', _) => {
            let delayed = erlang_c(servers, offered);
            (delayed, delayed * service.mean / (servers as f64 - offered))
        }
        (_, 1) => (load, rate * service.square / 2.0 / (1.0 - load)),
        (_, _) => return None,
    };
    let stay = wait + service.mean;
    Some(Steady { delayed, wait, stay, present: rate * stay })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expected: f64, within: f64) {
        assert!((value - expected).abs() <= within, "{value}, not {expected}");
    }

    /// (servers, Erlang offered, lost): the tables of traffic engineering give the traffic for round losses.
    #[test]
    fn erlang_b_as_in_the_tables() {
        for (servers, offered, lost) in [
            (1, 0.0101, 0.01),
            (2, 0.153, 0.01),
            (5, 1.36, 0.01),
            (10, 4.46, 0.01),
            (20, 12.0, 0.01),
            (50, 37.9, 0.01),
            (100, 84.1, 0.01),
            (10, 6.22, 0.05),
            (100, 95.2, 0.05),
        ] {
            near(erlang_b(servers, offered), lost, 0.03 * lost);
        }
        near(erlang_b(3, 2.0), 4.0 / 19.0, 1e-15);
        assert_eq!(erlang_b(0, 2.0), 1.0);
        assert_eq!(erlang_b(u64::MAX, 2.0), 0.0, "it ends early");
    }

    #[test]
    fn erlang_c_by_hand() {
        near(erlang_c(1, 0.8), 0.8, 1e-15);
        // a = 2, c = 3: 4/9. a = 1.5, c = 2: 9/14. a = 4, c = 5: 0.5541.
        near(erlang_c(3, 2.0), 4.0 / 9.0, 1e-15);
        near(erlang_c(2, 1.5), 9.0 / 14.0, 1e-15);
        near(erlang_c(5, 4.0), 0.554_11, 1e-5);
        assert_eq!(erlang_c(2, 2.0), 1.0);
    }

    #[test]
    fn the_examples_of_every_textbook() {
        // λ = 0.8, μ = 1: L = 4, W = 5.
        let one = steady(0.8, Service::exponential(1.0), 1).expect("it is steady");
        near(one.stay, 5.0, 1e-12);
        near(one.present, 4.0, 1e-12);
        near(one.wait, 4.0, 1e-12);
        // λ = 2, μ = 1, three servers: Wq = 4/9, L = 26/9.
        let three = steady(2.0, Service::exponential(1.0), 3).expect("it is steady");
        near(three.wait, 4.0 / 9.0, 1e-12);
        near(three.present, 26.0 / 9.0, 1e-12);
    }

    /// Equal services halve the wait of exponential ones; C² = 4 makes it two and a half times as long.
    #[test]
    fn services_that_differ_more_wait_longer() {
        let wait = |service| steady(0.8, service, 1).expect("it is steady").wait;
        near(wait(Service::constant(1.0)), 2.0, 1e-12);
        near(wait(Service::uniform(0.0, 2.0)), 0.8 * (4.0 / 3.0) / 0.4, 1e-12);
        let sigma = libm::sqrt(libm::log(5.0));
        near(wait(Service::lognormal(1.0 / libm::sqrt(5.0), sigma)), 10.0, 1e-9);
    }

    #[test]
    fn what_has_no_steady_state_and_what_no_formula() {
        assert_eq!(steady(1.0, Service::exponential(1.0), 1), None);
        assert_eq!(steady(f64::INFINITY, Service::exponential(0.0), 1), None);
        assert_eq!(steady(0.5, Service::constant(1.0), 2), None);
        assert_eq!(steady(0.5, Service::exponential(1.0), u64::MAX), None);
    }
}
