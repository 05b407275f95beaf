//! `sequence`: facts in order of time, each step within a span after the one before.

use super::condition::{Compiler, Held, Told};
use super::{Scope, test};
use crate::moment::Moment;
use model::Clock;
use pages::Diagnostic;
use pages::yaml::{Kind, Node};

/// The most steps of a sequence, and the most kinds of fact that a step may be.
const STEPS: usize = 8;

/// Steps in order.
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    pub(super) steps: Vec<Step>,
}

/// One step: a fact of one of these leaves.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) leaves: Vec<usize>,
    /// The longest time after the step before, in milliseconds; of the first nothing is asked.
    within: i64,
}

/// A moment that a step was reached at: its place, itself, and the number of the moment of the
/// step before that it follows.
type Reached<'t> = (i64, &'t Moment, usize);

impl Sequence {
    /// Whether there are facts in this order; the rows of the first such chain go to `held`.
    pub(super) fn holds(&self, told: &Told<'_, '_>, held: &mut Held) -> bool {
        // Where the phone's zone is not known its clock and UTC are not compared.
        let clocks: &[Clock] = match told.zone {
            Some(_) => &[Clock::Utc],
            None => &[Clock::Utc, Clock::Device],
        };
        clocks.iter().any(|clock| self.holds_on(*clock, told, held))
    }

    fn holds_on(&self, clock: Clock, told: &Told<'_, '_>, held: &mut Held) -> bool {
        let mut chain: Vec<Vec<Reached<'_>>> = Vec::new();
        for step in &self.steps {
            let mut moments: Vec<(i64, &Moment)> = step
                .leaves
                .iter()
                .filter_map(|leaf| (told.tally)(*leaf))
                .flat_map(|tally| &tally.moments)
                .filter_map(|moment| Some((moment.place(clock, told.zone)?, moment)))
                .collect();
            moments.sort_by_key(|(at, moment)| (*at, moment.row.order));
            let reached = match chain.last() {
                None => moments.into_iter().map(|(at, moment)| (at, moment, 0)).collect(),
                Some(before) => follow(before, moments, step.within),
            };
            if reached.is_empty() {
                return false;
            }
            chain.push(reached);
        }
        // From the first moment of the last step back to the first.
        let (mut at, mut rows) = (0, Vec::new());
        for reached in chain.iter().rev() {
            let Some((_, moment, before)) = reached.get(at) else { return false };
            rows.push(moment.row.clone());
            at = *before;
        }
        rows.reverse();
        held.rows.extend(rows);
        true
    }
}

/// The moments that come within a span after one of those before, each with the nearest of them.
/// Both are in order of time.
fn follow<'t>(
    before: &[Reached<'t>],
    moments: Vec<(i64, &'t Moment)>,
    within: i64,
) -> Vec<Reached<'t>> {
    let nearest = |at: i64, moment: &Moment| {
        let end = before.partition_point(|(known, ..)| *known <= at);
        let earlier = before.get(..end)?.iter().enumerate().rev();
        // One observation is not two steps.
        let mut others = earlier.filter(|(_, (_, known, _))| known.row.order != moment.row.order);
        let (number, (known, ..)) = others.next()?;
        (at - known <= within).then_some(number)
    };
    moments
        .into_iter()
        .filter_map(|(at, moment)| Some((at, moment, nearest(at, moment)?)))
        .collect()
}

impl Compiler<'_> {
    /// Compiles the list behind `sequence`.
    pub(super) fn sequence(
        &mut self,
        file: &str,
        scope: Scope,
        node: &Node,
    ) -> Result<Sequence, Diagnostic> {
        let wrong = |line, message: String| Err(Diagnostic::new("R010", file, line, message));
        let list = match &node.kind {
            Kind::List(list) if (2..=STEPS).contains(&list.len()) => list,
            _ => return wrong(node.line, format!("`sequence` takes a list of 2 to {STEPS} steps")),
        };
        let mut steps = Vec::new();
        for (number, node) in list.iter().enumerate() {
            let within = node.field("within");
            let span = within.map(|node| node.text().as_deref().and_then(test::span));
            let within = match (number, span) {
                (0, None) => 0,
                (0, Some(_)) => {
                    return wrong(node.line, "the first step has nothing to be within".into());
                }
                (_, Some(Some(span))) => span,
                (_, Some(None)) => {
                    let message = "`within` takes a span, `10 minutes`, `2 hours`, `3 days`";
                    return wrong(node.line, message.into());
                }
                (_, None) => return wrong(node.line, "a step says `within` what span".into()),
            };
            let one = std::slice::from_ref(node);
            let leaves = match node.field("any").map(|any| &any.kind) {
                None => one,
                Some(Kind::List(list)) if (1..=STEPS).contains(&list.len()) => list,
                Some(_) => return wrong(node.line, format!("`any` takes 1 to {STEPS} facts")),
            };
            let leaves: Result<Vec<usize>, _> =
                leaves.iter().map(|node| self.timed_leaf(file, scope, node)).collect();
            steps.push(Step { leaves: leaves?, within });
        }
        Ok(Sequence { steps })
    }
}
