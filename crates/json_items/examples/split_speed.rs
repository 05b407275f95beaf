//! Splits a file and tells how many items it has: `split_speed FILE [MEMBER]`.
use json_items::{Bounds, Items, Shape};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let file = std::fs::File::open(args.next().unwrap_or_default())?;
    let shape = if args.next().is_some() { Shape::Member("objects") } else { Shape::Sequence };
    let began = std::time::Instant::now();
    let mut items = Items::new(file, shape, Bounds::default());
    let (mut good, mut bad) = (0_u64, 0_u64);
    while let Some(item) = items.next_item() {
        if item.is_ok() { good += 1 } else { bad += 1 }
    }
    let seconds = began.elapsed().as_secs_f64();
    let rate = items.offset() as f64 / seconds / 1e6;
    use std::io::Write;
    writeln!(std::io::stdout(), "{good} items, {bad} errors, {seconds:.3} s, {rate:.0} MB/s")
}
