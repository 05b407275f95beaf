//! Judging: indicators, rules, impersonation.
