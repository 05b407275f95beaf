//! Giving observations to expressions: each expression wants so many, each observation can be
//! given so often, and only to expressions that it satisfies.

/// Observations that satisfy the same expressions, and so are worth the same.
#[derive(Debug)]
pub(super) struct Class {
    /// Bit `n`: they satisfy expression `n`.
    pub(super) fits: u32,
    /// How often they can be given in all.
    pub(super) supply: u64,
}

/// How many of each class each expression gets, if all get what they want: `given[n][c]`.
/// `None` if that cannot be; also when `work` (which is counted down) runs out, and then it is 0.
pub(super) fn assign(wants: &[u64], classes: &[Class], work: &mut u64) -> Option<Vec<Vec<u64>>> {
    let mut given = vec![vec![0_u64; classes.len()]; wants.len()];
    let mut left: Vec<u64> = classes.iter().map(|class| class.supply).collect();
    for (number, want) in wants.iter().enumerate() {
        let mut missing = *want;
        while missing > 0 {
            missing -= improve(number, missing, &mut given, &mut left, classes, work)?;
        }
    }
    Some(given)
}

/// How an expression or a class was reached.
#[derive(Clone, Copy)]
struct Via {
    expression: usize,
    class: usize,
}

/// Gives one expression more, by moving what others have where that is needed. Yields how much.
fn improve(
    start: usize,
    missing: u64,
    given: &mut [Vec<u64>],
    left: &mut [u64],
    classes: &[Class],
    work: &mut u64,
) -> Option<u64> {
    // Breadth first over expressions; a class is reached from an expression that it fits, an
    // expression from a class of which it holds some.
    let mut came: Vec<Option<Option<Via>>> = vec![None; given.len()];
    let mut reached_class = vec![None; classes.len()];
    *came.get_mut(start)? = Some(None);
    let mut queue = std::collections::VecDeque::from([start]);
    let mut end = None;
    'search: while let Some(expression) = queue.pop_front() {
        let Some(rest) = work.checked_sub(classes.len() as u64) else {
            *work = 0;
            return None;
        };
        *work = rest;
        for (number, class) in classes.iter().enumerate() {
            let Some(reached) = reached_class.get_mut(number) else { continue };
            if class.fits >> expression & 1 == 0 || reached.is_some() {
                continue;
            }
            *reached = Some(expression);
            if left.get(number).is_some_and(|left| *left > 0) {
                end = Some(number);
                break 'search;
            }
            for (other, holds) in given.iter().enumerate() {
                if holds.get(number).is_some_and(|holds| *holds > 0)
                    && let Some(unreached @ None) = came.get_mut(other)
                {
                    *unreached = Some(Some(Via { expression, class: number }));
                    queue.push_back(other);
                }
            }
        }
    }
    // The way back: how much can go along it, then moving it.
    let end = end?;
    let last = (*reached_class.get(end)?)?;
    let mut amount = missing.min(*left.get(end)?);
    let mut at = last;
    while let Some(via) = (*came.get(at)?)? {
        amount = amount.min(*given.get(at)?.get(via.class)?);
        at = via.expression;
    }
    *left.get_mut(end)? -= amount;
    *given.get_mut(last)?.get_mut(end)? += amount;
    let mut at = last;
    while let Some(via) = (*came.get(at)?)? {
        *given.get_mut(at)?.get_mut(via.class)? -= amount;
        *given.get_mut(via.expression)?.get_mut(via.class)? += amount;
        at = via.expression;
    }
    Some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn can(wants: &[u64], classes: &[(u32, u64)]) -> bool {
        let classes: Vec<Class> =
            classes.iter().map(|(fits, supply)| Class { fits: *fits, supply: *supply }).collect();
        let mut work = 1_000_000;
        let Some(given) = assign(wants, &classes, &mut work) else {
            assert!(work > 0);
            return false;
        };
        for (number, want) in wants.iter().enumerate() {
            assert_eq!(given[number].iter().sum::<u64>(), *want);
        }
        for (number, class) in classes.iter().enumerate() {
            assert!(given.iter().map(|row| row[number]).sum::<u64>() <= class.supply);
        }
        true
    }

    /// By Hall's theorem, worked out by hand.
    #[test]
    fn all_or_nothing() {
        assert!(can(&[1], &[(1, 1)]));
        assert!(!can(&[2], &[(1, 1)]));
        assert!(!can(&[1, 1], &[(3, 1)]));
        assert!(can(&[1, 1], &[(3, 2)]));
        // The first takes what both could use, and must give it back.
        assert!(can(&[1, 1], &[(3, 1), (1, 1)]));
        assert!(can(&[5, 5, 5], &[(7, 5), (3, 5), (1, 5)]));
        assert!(!can(&[5, 5, 6], &[(7, 5), (3, 5), (1, 5)]));
        assert!(can(&[1_000_000_000, 1], &[(3, 1_000_000_000), (1, 1)]));
    }
}
