//! Names beside the ends of lines, pushed apart so that none covers another.

/// Where each of the labels goes that would like to be at `wanted`: at least `apart` from the next, all between
/// `top` and `bottom` if there is room, each as near to its place as the others let it.
pub fn spread(wanted: &[f64], apart: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    // Labels that touch become one block, which lies around the mean of what its members want.
    let mut blocks: Vec<Block> = Vec::new();
    for &label in &order {
        let mut block = Block { sum: wanted[label], labels: vec![label] };
        while let Some(before) = blocks.pop() {
            if before.end(apart, top, bottom) + apart <= block.start(apart, top, bottom) {
                blocks.push(before);
                break;
            }
            let shift = before.labels.len() as f64 * apart * block.labels.len() as f64;
            let labels = before.labels.into_iter().chain(block.labels).collect();
            block = Block { sum: before.sum + block.sum - shift, labels };
        }
        blocks.push(block);
    }
    let mut places = vec![0.0; wanted.len()];
    for block in &blocks {
        let start = block.start(apart, top, bottom);
        for (n, &label) in block.labels.iter().enumerate() {
            places[label] = start + n as f64 * apart;
        }
    }
    places
}

struct Block {
    /// Of where its members want its first one to be.
    sum: f64,
    labels: Vec<usize>,
}

impl Block {
    fn start(&self, apart: f64, top: f64, bottom: f64) -> f64 {
        let height = (self.labels.len() - 1) as f64 * apart;
        (self.sum / self.labels.len() as f64).min(bottom - height).max(top)
    }

    fn end(&self, apart: f64, top: f64, bottom: f64) -> f64 {
        self.start(apart, top, bottom) + (self.labels.len() - 1) as f64 * apart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_do_not_touch_stay() {
        assert_eq!(spread(&[50.0, 10.0, 30.0], 14.0, 0.0, 100.0), [50.0, 10.0, 30.0]);
        assert!(spread(&[], 14.0, 0.0, 100.0).is_empty());
    }

    #[test]
    fn those_that_touch_share_the_room() {
        assert_eq!(spread(&[50.0, 50.0], 14.0, 0.0, 100.0), [43.0, 57.0]);
        assert_eq!(spread(&[50.0, 52.0, 48.0], 14.0, 0.0, 100.0), [50.0, 64.0, 36.0]);
        assert_eq!(spread(&[0.0, 1.0, 99.0, 100.0], 14.0, 0.0, 100.0), [0.0, 14.0, 86.0, 100.0]);
    }

    #[test]
    fn none_covers_another_wherever_they_want_to_be() {
        for n in 0..200u64 {
            let wanted: Vec<f64> = (0..6).map(|k| (n * 7919 + k * k * 104_729) as f64 % 97.0).collect();
            let mut places = spread(&wanted, 14.0, 0.0, 100.0);
            places.sort_by(f64::total_cmp);
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 14.0 - 1e-9), "{wanted:?} {places:?}");
            assert!(places[0] >= 0.0 && places[5] <= 100.0 + 1e-9);
        }
    }
}
