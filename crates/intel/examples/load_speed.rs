//! Loads a STIX bundle and tells what it cost: `load_speed FILE`.
use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_default();
    let began = std::time::Instant::now();
    let mut builder = intel::Builder::new();
    let file = std::fs::File::open(path)?;
    builder.add_bundle("speed", model::KnowledgeStatus::Unsigned, file)?;
    let intel = builder.build();
    let seconds = began.elapsed().as_secs_f64();
    let (total, gaps) = (intel.total(), intel.gaps().len());
    writeln!(std::io::stdout(), "{total} indicators, {gaps} gaps, {seconds:.3} s")?;
    Ok(())
}
